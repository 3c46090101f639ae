"""Markdown and HTML in Typst: what each rule of the walk is for."""

import re

import pytest

from lecturepdf.manuscript import Manuscript, slug
from lecturepdf.text.hypertext import Hypertext
from lecturepdf.text.markdown import to_html, with_formulas


def typst(source, prose=True):
    manuscript = Manuscript()
    manuscript.begin("n.ipynb", manuscript.folder)
    html = to_html(source, manuscript.formula)
    return Hypertext(manuscript, prose=prose).typst(html)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("a *b* **c**", '#"a" #emph()[#"b"] #strong()[#"c"]'),
        ("`x\\n`", r'#raw("x\\n")'),
        ("a&nbsp;b &lt;c&gt; &rarr; AT&T", '#"a b <c> → AT&T"'),
        ("`&nbsp;`", '#raw("&nbsp;")'),
        ("it's", '#"it"#smartquote(double: false)#"s"'),
        ('"so"', '#smartquote(double: true)#"so"#smartquote(double: true)'),
        ("a -- b --- c", '#"a" #"–" #"b" #"—" #"c"'),  # noqa: RUF001
        ("--strict a--b", '#"--strict a--b"'),
        ("by (BP1v), (S')", '#"by" #equation-reference("BP1v", shown: "(BP1v)")#","'
         " #equation-reference(\"S'\", shown: \"(S')\")"),
        ("f(X) (ABCDE) (i)", '#"f"#equation-reference("X", shown: "(X)") '
         '#"(ABCDE) (i)"'),
        ("a\n b", '#"a b"'),
        ("#{} $ \\* \" ]", None),
        ("<br>", "#linebreak()"),
        ("$x$ and $$y$$", '#lead-in()[#formula-0 #"and"] #formula-1'),
        ("<q>a</q>", '#smartquote(double: true)#"a"#smartquote(double: true)'),
        ("<small>a</small>", '#small()[#"a"]'),
        ("<p align=right>a</p>", '#align(right)[#"a"]'),
        ("<ol type=a start=2><li>a<li value=9>b</ol>",
         '#enum([#"a"], enum.item(9)[#"b"], tight: true, start: 2, numbering: "a.")'),
        ("<ol reversed><li>a<li>b</ol>",
         '#enum(enum.item(2)[#"a"], enum.item(1)[#"b"], tight: true)'),
        ("# a\n<h2 style='color: red; text-align: center'>b</h2>",
         '#align(center)[#section(2, "n.ipynb#b", words: "b")[#tinted("red")[#"b"]]]'),
        ("<b style='background: #ff0000; color: white'>a</b>",
         '#marked("#ff0000")[#strong()[#"a"]]'),
        ("<mark>a</mark>", '#marked("yellow")[#"a"]'),
        ("<pre>a <b style='color: red'>b\n</b></pre>",
         '#terminal((("a ", "ink", false,), ("b\\n", "red", true,),))'),
        ("<code>a<img alt=b></code>", '#raw("a")#"b"'),
        ("<input value=a> <input type=password value=b> <input type=radio checked>",
         '#"a" #checkbox(true)'),
        ("<ol class=list-inline><li>a<li>b</ol>", '#"a" #" · " #"b"'),
        ("<pre>a<br>b</pre>", '#listing("a\\nb", "")'),
        ("```{tip}\na\n```", '#call-out("tip", title: word("tip"))[#"a"]'),
        (":::{admonition} T\na\n:::", '#call-out("note", title: [#"T"])[#"a"]'),
        (r"$\mbox{a $b$}$", "#formula-0"),
        (r"see \eqref{e}", '#"see" #formula-0'),
        ("<x-formula data-number='7'></x-formula>", ""),
        ("[a](https://b.c)", '#external("https://b.c")[#"a"]'),
        ("[a](data.csv)", '#external("data.csv")[#"a"]'),
        ("[a](javascript:b)", '#external("javascript:b")[#"a"]'),
        ("[a](mailto:b@c.d)", '#external("mailto:b@c.d")[#"a"]'),
        ("<span style='color: red'>a</span>", '#tinted("red")[#"a"]'),
        ("<font color=blue>a</font>", '#tinted("blue")[#"a"]'),
        ("<center>a</center>", '#align(center)[#"a"]'),
        ("1. a\n2. b", '#enum([#"a"], [#"b"], tight: true)'),
        ("7. a", '#enum([#"a"], tight: true, start: 7)'),
        ("- a\n\n- b", '#list([#"a"], [#"b"], tight: false)'),
        ("> q", '#quotation()[#"q"]'),
        ("> [!WARNING]\n> a", '#call-out("warning", title: word("warning"))[#"a"]'),
        ("> **Tip:** a", '#call-out("tip")[#strong()[#"Tip:"] #"a"]'),
        ("> a **Tip:** b", '#quotation()[#"a" #strong()[#"Tip:"] #"b"]'),
        ("<div class='alert alert-success'>a</div>", '#call-out("tip")[#"a"]'),
        ("<div class='admonition-note'>a</div>", '#call-out("note")[#"a"]'),
        ("***", "#rule()"),
        ("```py\nx\n```", '#listing("x", "py")'),
        ("T\n: d", '#term()[#"T"] #explanation()[#"d"]'),
        ("a[^1]\n\n[^1]: n", '#"a"#numbered-note("n.ipynb:fn-1")[#"n"]'),
    ],
)  # fmt: skip
def test_markup(source, expected):
    markup = " ".join(typst(source).split())
    if expected is None:  # no sign of the source is left outside a string
        assert markup.count('"') % 2 == 0
    else:
        assert markup == expected


def test_a_sheet_colours_the_elements_that_it_names_by_its_last_rule():
    sheet = "<style>\n#a, #c { color: red; }\n #b { font-size: 6pt } b { color: red }"
    sheet += "#c { color: blue }</style>"
    words = "".join(f"<b id={name} style='margin: 0'>x</b>" for name in "abca")
    pieces = typst(sheet + words).split("#strong")
    colours = [re.findall(r'tinted\("(\w+)', piece) for piece in pieces]
    assert colours == [["red"], ["red"], ["blue"], ["red"], []]


def test_quotes_of_data_are_left_alone():
    assert typst('it\'s -- "so"', prose=False) == '#"it\'s -- \\"so\\""'


@pytest.mark.parametrize(
    ("html", "taken"),
    [
        ("<td>$x$</td>", [(False, "x")]),
        ("<p>$$a &lt; b$$</p>", [(True, "a < b")]),
        ("<a title='$5'>$6</a>", []),
        ("<!-- $x$ -->", []),
        ("<script>$a$</script> <STYLE>$b$</STYLE> <pre>$c$</pre>", []),
        ("<code>$a$</code> $b$ <codex>$c$", [(False, "b"), (False, "c")]),
        (r"\$5 and $y$", [(False, "y")]),
        ("$a\nb$", [(False, "a\nb")]),
        ("$a\n\nb$", []),
        (
            r"\(a\) \[b\] \begin{x}c\end{x} \ref{d}",
            [
                (False, "a"),
                (True, "b"),
                (True, r"\begin{x}c\end{x}"),
                (False, r"\ref{d}"),
            ],
        ),
        ("<b>$a</b>$ <pre>$b$ <code>$c$</code> $d$", []),
        (r"$$\text{a $b$}$$", [(True, r"\text{a $b$}")]),
    ],
)
def test_formulas_in_html(html, taken):
    found = []
    with_formulas(html, lambda display, tex: found.append((display, tex)) or "")
    assert found == taken


@pytest.mark.parametrize(
    "anchor",
    ["What now, Émile?", "What-now,-Émile?", "what-now-émile", "What%20now%2C%20Émile"],
)
def test_all_spellings_of_an_anchor_meet(anchor):
    assert slug(anchor) == "what-now-émile"
