"""Markdown as JupyterLab reads it, with formulas, and what MyST adds."""

import re
from bisect import bisect_right

import pytest
from bs4 import BeautifulSoup

from lecturepdf.text import dollars
from lecturepdf.text.markdown import to_html

HEAD = "| A | B |\n|---|---|\n"


def taken(display, tex):
    return f"«{'!' * display}{tex}»"


def html(source):
    written = re.sub(r' data-mark="[^"]*"', "", to_html(source, taken))
    return re.sub(r"\s*\n\s*", " ", written).strip()


def rows(source):
    """The rows of all tables in a Markdown text, cell by cell."""
    soup = BeautifulSoup(to_html(source, taken), "html.parser")
    return [[cell.get_text() for cell in row(["td", "th"])] for row in soup("tr")]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("A | B\n-- | --\nx | y\n", [["A", "B"], ["x", "y"]]),
        (HEAD + "| x |", [["A", "B"], ["x", ""]]),
        (HEAD + r"| $|x|$ | $$\|y\|$$ |", [["A", "B"], ["«|x|»", r"«!\|y\|»"]]),
        (HEAD + r"| a\|b | `c\|d` |", [["A", "B"], ["a|b", "c|d"]]),
        (HEAD + "| $5 | and $6 |", [["A", "B"], ["$5", "and $6"]]),
        ("- item\n\n  | A | B |\n  |---|---|\n  | x | y |", [["A", "B"], ["x", "y"]]),
        ("> A | B\n> --|--\n> x | y", [["A", "B"], ["x", "y"]]),
        ("A | B\n--- | --- | ---\nx | y", []),
    ],
)
def test_tables(source, expected):
    assert rows(source) == expected


def test_columns_keep_their_sides():
    cells = BeautifulSoup(html("A|B|C|D\n:--|:-:|--:|---\na|b|c|d"), "html.parser")(
        "td"
    )
    sides = [cell.get("style", "").removeprefix("text-align:") for cell in cells]
    assert sides == ["left", "center", "right", ""]


@pytest.mark.parametrize(
    ("source", "formulas"),
    [
        ("$a_1$ and _b $c_2$_", ["$a_1$", "$c_2$"]),
        ("$$\na\n$$", ["$$\na\n$$"]),
        (r"\\(a\\) \\[b\\] \(c\) \[d\]", [r"\\(a\\)", r"\\[b\\]"]),
        (
            r"\begin{align}a\\[2pt]b\end{align} x",
            [r"\begin{align}a\\[2pt]b\end{align}"],
        ),
        (r"$\text{if $x$ so}$ $y$", [r"$\text{if $x$ so}$", "$y$"]),
        (r"$\frac{a$ and $b$", [r"$\frac{a$", "$b$"]),
        (r"$a\$b$ \$c$", [r"$a\$b$"]),
        ("$a\n\nb$", []),
        ("$$ a\n\nb $$\n", ["$$ a\n\nb $$"]),
        ("costs $$ here\n\nand $$ there", []),
        ("`$a$` ``$b` $c$`` $d$", ["$d$"]),
        ("`$a\n\n$b$ `", ["$b$"]),
        ("~~~\n$a$\n```\n~~~\n$b$", ["$b$"]),
        ("- ```py\n  $a$\n  ```\n- $b$", ["$b$"]),
        ("$5 or $6, but $2x$3", ["$2x$"]),
        (r"see \eqref{eq:a_b}", [r"\eqref{eq:a_b}"]),
        ("$$$$ $ $", []),
    ],
)
def test_formulas_are_found_as_in_jupyterlab(source, formulas):
    pieces = dollars.split(source, is_markdown=True)
    assert pieces[1::2] == formulas
    assert "".join(pieces) == source


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("**Note:**$x$", "<p><strong>Note:</strong>«x»</p>"),
        ("~one~ ~~two~~", "<p><s>one</s> <s>two</s></p>"),
        ("www.a.b", '<p><a href="http://www.a.b">www.a.b</a></p>'),
        ("[a](b$c$d)", '<p><a href="b$c$d">a</a></p>'),
        ("![*a* $b$](c.png)", '<p><img src="c.png" alt="a $b$" title=""></p>'),
        ("<td>$a$</td>", "<td>«a»</td>"),
        ("a <title> b", "<p>a &lt;title> b</p>"),
        ("a\n\n[^n]: b $c$", "<p>a</p> <p>[^n]: b «c»</p>"),
        ("[^a]: [^b]: c", "<p>[^b]: c</p>"),
        ("(x)=\n# T", '<a id="x"></a> <h1>T</h1>'),
        ("{eq}`e` {math}`a`", r"<p>«\eqref{e}» «a»</p>"),
        ("{ref}`t <x>`, {sub}`2`", '<p><a href="#x">t</a>, <sub>2</sub></p>'),
        ("{other}`x`", "<p>{other}<code>x</code></p>"),
        ("```{math}\n:label: e\na\n```", r"«!a\label{e}»"),
        ("```{code-block} py\n$x$\n```", '<pre class="py">$x$ </pre>'),
        ("```{unknown} a\nb\n```", '<pre class="{unknown}">{unknown} a b </pre>'),
        ("```{table} $a$\nb\n```", "<p>«a»</p> <p>b</p>"),
        ("```{figure} a.png\n:alt: A\n:name: f\n```",
         '<figure><a id="f"></a><p><img src="a.png" alt="A"></p></figure>'),
        (":::{tip icon=x} A\nb\n:::", '<div class="admonition tip">'
         '<div class="admonition-title"><p>A</p> </div><p>b</p> </div>'),
        (":::x y\nb\n:::", "<div><p>x y</p><p>b</p> </div>"),
        (":::{note}\n$a$\n:::", '<div class="admonition note"><p>«a»</p> </div>'),
    ],
)  # fmt: skip
def test_html(source, expected):
    assert html(source) == expected


def test_directives_in_one_another_come_to_an_end():
    assert html("```{note}\n" * 500 + "end").count('class="admonition') == 9


def test_a_note_after_an_exclamation_mark_is_one():
    assert "Look!<sup" in html("Look![^1]\n\n[^1]: There.")


def test_formulas_are_found_in_a_walk(monkeypatch):
    """Of twice as much text no more than twice as much is looked at."""
    calls = []

    def counted(*arguments, **more):
        calls.append(arguments)
        return bisect_right(*arguments, **more)

    monkeypatch.setattr(dollars, "bisect_right", counted)
    for times in (100, 200):
        dollars.split(r"${a$ \begin{b} ` ```" * times, is_markdown=True)
        calls.append(None)
    first = calls.index(None)
    assert 0 < len(calls) - first <= 2 * first + 2
