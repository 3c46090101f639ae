"""Notebooks of many kinds, as other courses have them: each with what to expect.

A specimen is a notebook (or a file's text), words that its PDF must show, and the
fault that must be told, if it has one.
"""

import json
from dataclasses import dataclass

from nbformat import v4
from pdf_tools import base64_png, code, markdown, notebook, shown, stream

PNG = base64_png()
ALT = {"image/png": {"alt": "a grey patch"}}
SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9">'
    '<path d="M0 0h9v9"/></svg>'
)
PIXEL_GIF = "R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"
NO_ALT = "no description"


@dataclass(frozen=True)
class Specimen:
    """One notebook and what is to become of it."""

    content: object
    text: str = ""
    fault: str = ""


def error(*lines, name="ValueError"):
    return v4.new_output("error", ename=name, evalue="bad", traceback=list(lines))


def result(**data):
    output = shown(**data)
    output.update(output_type="execute_result", execution_count=7)
    return output


def pandas(rows, columns):
    head = "".join(f"<th>c{n}</th>" for n in range(columns))
    body = "".join(
        f"<tr><th>{r}</th>" + "".join(f"<td>{r * c}.5</td>" for c in range(columns))
        for r in range(rows)
    )
    return (
        "<div><style scoped>.dataframe tbody tr th {vertical-align: top;}</style>"
        '<table border="1" class="dataframe"><thead><tr style="text-align: right;">'
        f"<th></th>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def of(*cells, text="", fault="", **metadata):
    return Specimen(notebook(*cells, **metadata), text, fault)


def of_outputs(*outputs, text="", fault=""):
    return of(code("show()", *outputs), text=text, fault=fault)


def of_markdown(source, text="", fault="", **more):
    return of(markdown(source, **more), text=text, fault=fault)


def file(text, words="", fault=""):
    return Specimen(text, words, fault)


def old_notebook(minor):
    cell = {
        "cell_type": "code", "collapsed": False, "input": ["print 1"],
        "language": "python",
        "metadata": {}, "prompt_number": 1,
        "outputs": [{"output_type": "stream", "stream": "stdout", "text": ["one\n"]},
                    {"output_type": "display_data", "metadata": {}, "png": PNG}],
    }  # fmt: skip
    heading = {"cell_type": "heading", "level": 1, "metadata": {}, "source": ["Old"]}
    sheets = [{"cells": [heading, cell], "metadata": {}}]
    return json.dumps(
        {
            "metadata": {"name": ""},
            "nbformat": 3,
            "nbformat_minor": minor,
            "worksheets": sheets,
        }
    )


def bare(cells, **more):
    return json.dumps({"cells": cells, "nbformat": 4, "nbformat_minor": 0} | more)


ROBOT = "\N{ROBOT FACE}"

ZOO = {
    # What there is none of
    "no cells": of(),
    "empty cells": of(markdown(""), code(""), v4.new_raw_cell("")),
    "blank cells": of(markdown(" \n\n "), code("\n\n"), text=""),
    "only code": of(code("x = 1"), text="x = 1"),
    "only a title": of_markdown("# Alone", text="Alone"),
    "no title": of_markdown("## Second\n\n#### Fourth", text="Fourth"),
    "many titles": of_markdown("# One\n\n# Two\n\n### Three", text="Three"),
    "title by metadata": of(markdown("text"), text="By metadata", title="By metadata"),
    "title of a formula": of_markdown("# $x^2$"),
    "empty title": of_markdown("#\n\ntext", text="text"),
    # Files
    "no file format": file("not json", "not a notebook", "not a notebook"),
    "a list": file("[1, 2]", "not a notebook", "it has no cells"),
    "null": file("null", "not a notebook", "it has no cells"),
    "no metadata": file(bare([{"cell_type": "code", "source": "y = 2"}]), "y = 2"),
    "cells that are none": file(bare([1, None, "x"]), "1", "no cell of a notebook"),
    "source in lines": file(
        bare([{"cell_type": "markdown", "source": ["a ", "b"]}]), "a b"
    ),
    "unknown cell type": file(
        bare([{"cell_type": "slideshow", "source": "kept"}]), "kept", "no cell of"
    ),
    "format 3": file(old_notebook(0), "Old", NO_ALT),
    "format 3 without outputs' names": file(
        json.dumps(
            {"worksheets": [{"cells": [{"cell_type": "markdown", "source": "z"}]}]}
        ),
        "z",
    ),
    "format 2 and broken": file(
        json.dumps({"worksheets": 5, "nbformat": 2}), "not a notebook", "upgraded"
    ),
    "lone surrogates": file(
        bare([{"cell_type": "markdown", "source": "a\ud800b"}]), "b", ""
    ),
    "odd metadata": file(
        bare(
            [
                {
                    "cell_type": "code",
                    "source": "x = 1",
                    "metadata": {"tags": "x", "name": 5},
                }
            ],
            metadata={"kernelspec": 3, "authors": "me", "title": ["T"]},
        ),
        "x = 1",
    ),
    "odd outputs": file(
        bare([{"cell_type": "code", "source": "1", "outputs": [{}, {"data": []}, 3]}]),
        fault="no printed form: output_type missing",
    ),
    "unknown output type": file(
        bare([{"cell_type": "code", "outputs": [{"output_type": "hologram", "x": 1}]}]),
        fault="no printed form: output_type hologram",
    ),
    # Markdown
    "nested lists": of_markdown(
        "1. a\n   - b\n     1. c\n        - d\n\n7. e\n\n   par\n", text="par"
    ),
    "task list": of_markdown("- [x] done\n- [ ] open", text="open"),
    "definition list": of_markdown("Term\n: What it is", text="What it is"),
    "footnotes": of_markdown("a[^n] b[^n] c[^m]\n\n[^n]: Note.\n[^m]: Other.", "Note."),
    "unused footnote": of_markdown("a\n\n[^n]: Unused note.", text="a"),
    "wide table": of_markdown(
        "|" + "word |" * 30 + "\n|" + "---|" * 30 + "\n|" + "cell |" * 30, text="cell"
    ),
    "ragged table": of_markdown(
        "<table><tr><td>a<td>b<tr><td colspan=9>c</table>", "c"
    ),
    "spanning table": of_markdown(
        "<table><tr><th rowspan=3>h</th><th>i</th></tr><tr><td colspan='2'>j</td></tr>"
        "<tr><td rowspan=0 colspan=x>k</td></tr></table>",
        text="k",
    ),
    "text astray in a table": of_markdown(
        "<table>stray<tr>lost<td>cell</td></tr></table>", text="stray lost"
    ),
    "table in a table": of_markdown(
        "<table><tr><td><table><tr><td>in</td></tr></table></td></tr></table>", "in"
    ),
    "call-outs": of_markdown(
        "> [!TIP]\n> advice\n\n> **Achtung:** x\n\n<div class='alert alert-danger'>"
        "d</div>",
        text="advice",
    ),
    "fenced code": of_markdown(
        "```{note} x\ncode\n```\n\n~~~nolang\ny\n~~~", text="code"
    ),
    "details": of_markdown("<details><summary>S</summary>inside</details>", "inside"),
    "open details": of_markdown("<details>\n\nnever closed", text="never closed"),
    "html soup": of_markdown(
        "<b>bold <i>both</b> it</i> </p></div> <foo>x</foo>", "both"
    ),
    "html comment": of_markdown("a <!-- hidden $x --> b", text="a b"),
    "styled html": of_markdown(
        '<center><font color="red">red</font> '
        '<span style="color:#00f">blue</span></center>',
        text="red blue",
    ),
    "odd colours": of_markdown(
        "<span style='color:#zzz'>a</span> <span style='color: rgb(1,2,3)'>b</span> "
        "<font color=#fff>c</font> <i style='color:'>d</i> "
        r"$\color{#12}{e} \textcolor{no such}{f}$ $\hspace{1 furlong}$",
        text="a b c d",
    ),
    "deep html": of_markdown(
        "<div>" * 300 + "deep", text="deep", fault="nested too deep"
    ),
    "deep quotes": of_markdown(">" * 80 + " deep", text="deep"),
    "script": of_markdown("a<script>alert(1)</script>b", text="b"),
    "video": of_markdown(
        "<video src='https://a.b/c.mp4'></video>", fault="screen only"
    ),
    "form": of_markdown(
        "<button>Press</button><input>", text="Press", fault="<button>"
    ),
    "links": of_markdown(
        "[a](https://x.y) [b](#Here) [c](data.csv) [d](javascript:x) [e]() <https://z.z>"
        "\n\n## Here",
        text="a b c d e",
    ),
    "dead link": of_markdown("[a](#Nowhere)", fault="#Nowhere leads nowhere"),
    "dead lesson": of_markdown("[a](none.ipynb#x)", fault="none.ipynb#x leads nowhere"),
    "anchors": of_markdown('<a id="p"></a>\n\n[to p](#p) <div id="q">q</div>', "to p"),
    "dollars": of_markdown(r"It costs \$5, and `$6`.", text="It costs $5, and $6."),
    "unpaired dollar": of_markdown("It costs $5.", text="It costs $5."),
    "control characters": of_markdown("a\x00b\x07c", text="b", fault="no font has"),
    "odd blanks": of_markdown("a\u2028b\u00a0c\u200bd\u00ade\x85f", text="a"),
    "right to left": of_markdown("\u05d0\u05d1 \u0627\u0644"),
    "CJK": of_markdown("# \u6570\u5b57\n\n\u795e\u7ecf `\u7f51`", fault="U+6570"),
    "a page of CJK": of_markdown(
        "".join(map(chr, range(0x4E00, 0x5500))) + " end",
        text="end",
        fault="and 1787 more",
    ),
    "emoji": of_markdown(
        f"{ROBOT} \u2764\ufe0f \U0001f469\u200d\U0001f680", fault="U+1F916"
    ),
    "combining": of_markdown("e\u0301 x\u0302 n\u0303\u0323", text=""),
    "long word": of_markdown("w" * 3000, text="ww"),
    "long line": of(code("x = '" + "y" * 500 + "'"), text="yyy"),
    "endless line of code": of(
        code("x=" + "y" * 100_000), text="99602 characters left"
    ),
    "endless word": of(
        markdown("# T"), markdown("w" * 100_000), text="not even", fault="cannot be set"
    ),
    "long code": of(code("\n".join(f"line_{n}" for n in range(300))), text="line_299"),
    # Pictures
    "attachment": of_markdown(
        "![grey](attachment:a%20b.png)", attachments={"a b.png": {"image/png": PNG}}
    ),
    "lost attachment": of_markdown(
        "![x](attachment:no.png)", fault="no such attachment"
    ),
    "data picture": of_markdown(f"![grey](data:image/png;base64,{PNG})"),
    "svg in markdown": of_markdown(f"<p>{SVG}</p>", fault=NO_ALT),
    "web picture": of_markdown("![x](https://a.b/c.png)", fault="on the web"),
    "lost picture": of_markdown("![x](pictures/none.png)", fault="no such file"),
    "picture of another kind": of_markdown(
        "![x](data:image/bmp;base64,Qk0=)", fault="not PNG"
    ),
    "broken picture": of_outputs(
        shown(ALT, image_png="iVBORw0KGgoAAAAA"), text="This cannot", fault="cannot"
    ),
    "no base64": of_outputs(shown(ALT, image_png="\u00e9"), fault="cannot be shown"),
    "undescribed": of_outputs(shown(image_png=PNG), fault=NO_ALT),
    "svg output": of_outputs(
        shown({"image/svg+xml": {"alt": "a"}}, image_svg=SVG), text="show()"
    ),
    "gif output": of_outputs(shown({"image/gif": {"alt": "a"}}, image_gif=PIXEL_GIF)),
    "broken svg": of_outputs(
        shown({"alt": "a"}, image_svg="<svg <<<"), fault="cannot be set"
    ),
    "huge picture": of_outputs(
        shown({"image/png": {"alt": "a", "width": 99999, "height": 1}}, image_png=PNG)
    ),
    "odd sizes": of_outputs(
        shown({"image/png": {"alt": "a", "width": "12px"}}, image_png=PNG),
        shown({"image/png": {"alt": 5, "width": -3}}, image_png=PNG),
    ),
    # Outputs
    "streams": of_outputs(stream("out\n"), stream("err\n", "stderr"), text="err"),
    "colours": of_outputs(
        stream("\x1b[1;31mred\x1b[0m \x1b[38;5;9mx\x1b[48mz"), text="red x"
    ),
    "cursor tricks": of_outputs(
        stream("10%\r99%\rdone\nab\b\bxy\x1b[2K\x1b]0;t\x07"), text="xy"
    ),
    "traceback": of_outputs(error("\x1b[0;31mTrace\x1b[0m", "line 1"), text="Trace"),
    "error without traceback": of_outputs(error(), text="ValueError: bad"),
    "ten thousand lines": of_outputs(
        stream("\n".join(map(str, range(10_000)))), text="9940 lines left out"
    ),
    "endless line": of_outputs(stream("z" * 5000), text="zzz"),
    "data frame": of_outputs(
        result(text_html=pandas(5, 3), text_plain="c0"), text="c2"
    ),
    "coloured data frame": of_outputs(
        result(
            text_html="<style>#a, #b {background-color: #08306b; color: #fff}</style>"
            "<table><tr><td id=a>dark</td><td style='background: pink'>other</td></tr>"
            "<tr><td id=b>7</td><td style='background: yellow; color: red'>pale</td>"
        ),
        text="dark",
    ),
    "words close up to signs": of_markdown(
        r"$\mathrm{KL}(q)$, $x\text{-axis}$",
        text="KL(\N{MATHEMATICAL ITALIC SMALL Q}), "
        "\N{MATHEMATICAL ITALIC SMALL X}-axis",
    ),
    "picture over half of the line": of_markdown(
        f'<img src="data:image/png;base64,{PNG}" alt="grey" width=50% />'
    ),
    "cell in no row": of_markdown(
        "<table><td>loose</td><tr><td>kept</td></tr></table>", text="loose"
    ),
    "rows that never end": of_markdown(
        "<table>\n  <tr>\n    <td>a</td>\n  <tr>\n  <tr>\n    <td>$b$</td>\n  <tr>\n"
        "</table>",
        text="a",
    ),
    "wide data frame": of_outputs(result(text_html=pandas(3, 40)), text="c39"),
    "long data frame": of_outputs(result(text_html=pandas(300, 4)), text="299"),
    "data frame with maths": of_outputs(
        result(text_html="<table><tr><td>$x^2$ &lt; 1</td></tr></table>"), text="< 1"
    ),
    "sympy": of_outputs(
        result(text_latex=r"$\displaystyle \int_0^1 \frac{x}{2}\, dx$", text_plain="I")
    ),
    "latex that is none": of_outputs(result(text_latex="no maths"), text="no maths"),
    "latex document": of_outputs(
        result(text_latex=r"\begin{tabular}{l} a \end{tabular}"), fault="tabular"
    ),
    "markdown output": of_outputs(result(text_markdown="**bold** $y$"), text="bold"),
    "html output": of_outputs(result(text_html="<b>hi</b> it's"), text="hi it's"),
    "html with plain text": of_outputs(
        result(text_html="<b>rich</b>", text_plain="plain"), text="plain"
    ),
    "style sheet": of_outputs(
        result(
            text_html="<style>p{}</style>",
            text_plain="<IPython.core.display.HTML object>",
        )
    ),
    "script output": of_outputs(
        result(text_html="<script>1</script>", text_plain="<x.Y object>"),
        fault="screen only: <script>",
    ),
    "widget": of_outputs(
        shown(
            **{"application/vnd.jupyter.widget-view+json": "{}"}, text_plain="Slider(1)"
        ),
        text="Slider(1)",
        fault="no printed form: application/vnd.jupyter.widget-view+json",
    ),
    "plotly": of_outputs(
        shown(**{"application/vnd.plotly.v1+json": '{"data": []}'}),
        fault="no printed form: application/vnd.plotly.v1+json",
    ),
    "plotly with a picture": of_outputs(
        shown(ALT, **{"application/vnd.plotly.v1+json": "{}"}, image_png=PNG)
    ),
    "json": of_outputs(shown(application_json='{"key": 1}'), text="key"),
    "javascript": of_outputs(
        shown(
            **{"application/javascript": "x()"},
            text_plain="<IPython.core.display.Javascript object>",
        ),
        fault="no printed form: application/javascript",
    ),
    "audio": of_outputs(
        result(text_html="<audio src='data:x'>", text_plain="<a.Audio object>"),
        fault="<audio>",
    ),
    "empty bundle": of_outputs(shown(), text="show()"),
    # Raw cells
    "raw cells": of(
        v4.new_raw_cell("---\nkey: value\n---"),
        v4.new_raw_cell("*em*", metadata={"raw_mimetype": "text/markdown"}),
        v4.new_raw_cell("\\LaTeX", metadata={"raw_mimetype": "text/latex"}),
        text="key: value",
    ),
    # Formulas
    "macros across cells": of(
        markdown(r"$\newcommand{\R}{\mathbb{R}}\def\half#1{\frac{#1}{2}}$"),
        markdown(r"$\R^n$ and $\half{x}$"),
        text="and",
    ),
    "endless macro": of_markdown(r"$\def\a{\a\a}\a$", fault="never ends"),
    "numbered": of_markdown(
        "$$\\begin{equation} a = b \\label{eq:one} \\tag{7}\\end{equation}$$\n\n"
        "see \\eqref{eq:one} and $\\ref{eq:one}$",
        text="see (7) and 7",
    ),
    "named but not tagged": of_markdown(
        "\\eqref{b}\n\n$$x\\label{a}$$\n\n$$y\\label{b}$$", text="(2)"
    ),
    "dead reference": of_markdown(r"see \eqref{nobody}", "??", "has the name nobody"),
    "several tags": of_markdown(
        "\\begin{align} a &= b \\tag{P} \\\\ c &= d \\tag{Q} \\end{align}", text="(Q)"
    ),
    "unclosed brace": of_markdown(r"$\frac{a$", fault="never closed"),
    "unclosed delimiter": of_markdown(r"$$\left( a$$", fault="ends too early"),
    "unknown command": of_markdown(
        r"$a + \nosuch b$", fault=r"unknown command \nosuch"
    ),
    "unknown environment": of_markdown(
        r"$\begin{tikzcd} A \end{tikzcd}$", fault="unknown environment tikzcd"
    ),
    "text in maths": of_markdown(
        r"$\text{if $x$ is ``odd''}$ $\mbox{caf\'e}$", text="if"
    ),
    "foreign letters": of_markdown("$\u00e4 \u4e2d$", fault="U+4E2D"),
    "wide formula": of_markdown("$$" + "a + " * 90 + "b$$", text=""),
    "wide numbered formula": of_markdown(
        "$$" + "a + " * 40 + "b \\tag{W}$$", text="(W)"
    ),
    # Tags
    "removed": of(
        markdown("gone", "remove_cell"),
        code("hidden()", stream("seen"), tags=["remove_input"]),
        code("shown()", stream("away"), tags=["remove-output"]),
        text="shown()",
    ),
    # Languages
    "julia": of(
        code("f(x) = x^2"), text="f(x)", language_info={"name": "julia", "version": "1"}
    ),
    "odd language": of(code("?"), text="?", language_info={"name": "no \"such'"}),
}
