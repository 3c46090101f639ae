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
SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0h9v9"/>'
SVG += "</svg>"
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
    numbers = [[f"<td>{r * c}.5</td>" for c in range(columns)] for r in range(rows)]
    body = "".join(f"<tr><th>{r}</th>{''.join(c)}</tr>" for r, c in enumerate(numbers))
    return (
        "<div><style scoped>.dataframe tbody tr th {vertical-align: top;}</style>"
        '<table border="1" class="dataframe"><thead><tr style="text-align: right;">'
        f"<th></th>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def cells(*given, text="", fault="", **metadata):
    return Specimen(notebook(*given, **metadata), text, fault)


def outputs(*given, text="", fault=""):
    return cells(code("show()", *given), text=text, fault=fault)


def raw(source, form=""):
    return v4.new_raw_cell(source, metadata={"raw_mimetype": form})


def prose(source, text="", fault="", **more):
    return cells(markdown(source, **more), text=text, fault=fault)


file = Specimen  # of its text


def old_notebook():
    stream = {"output_type": "stream", "stream": "stdout", "text": ["one\n"]}
    outputs = [stream, {"output_type": "display_data", "metadata": {}, "png": PNG}]
    cell = {"cell_type": "code", "collapsed": False, "input": ["print 1"]}
    cell |= {"language": "python", "metadata": {}, "prompt_number": 1}
    cell["outputs"] = outputs
    heading = {"cell_type": "heading", "level": 1, "metadata": {}, "source": ["Old"]}
    sheets = [{"cells": [heading, cell], "metadata": {}}]
    book = {"metadata": {"name": ""}, "nbformat": 3, "nbformat_minor": 0}
    return json.dumps(book | {"worksheets": sheets})


def bare(cells, **more):
    return json.dumps({"cells": cells, "nbformat": 4, "nbformat_minor": 0} | more)


ROBOT = "\N{ROBOT FACE}"
WIDGET = "application/vnd.jupyter.widget-view+json"
PLOTLY = "application/vnd.plotly.v1+json"

ZOO = {
    # What there is none of
    "no cells": cells(),
    "empty cells": cells(markdown(""), code(""), v4.new_raw_cell("")),
    "blank cells": cells(markdown(" \n\n "), code("\n\n")),
    "only code": cells(code("x = 1"), text="x = 1"),
    "only a title": prose("# Alone", "Alone"),
    "no title": prose("## Second\n\n#### Fourth", "Fourth"),
    "many titles": prose("# One\n\n# Two\n\n### Three", "Three"),
    "title by metadata": cells(markdown("text"), text="By metadata",
        title="By metadata"),
    "title of a formula": prose("# $x^2$"),
    "empty title": prose("#\n\ntext", "text"),
    # Files
    "no file format": file("not json", "not a notebook", "not a notebook"),
    "a list": file("[1, 2]", "not a notebook", "it has no cells"),
    "null": file("null", "not a notebook", "it has no cells"),
    "no metadata": file(bare([{"cell_type": "code", "source": "y = 2"}]), "y = 2"),
    "cells that are none": file(bare([1, None, "x"]), "1", "no cell of a notebook"),
    "source in lines": file(bare([{"cell_type": "markdown", "source": ["a ", "b"]}]),
        "a b"),
    "unknown cell type": file(bare([{"cell_type": "slideshow", "source": "kept"}]),
        "kept", "no cell of"),
    "format 3": file(old_notebook(), "Old", NO_ALT),
    "format 3 without outputs' names": file(
        '{"worksheets": [{"cells": [{"cell_type": "markdown", "source": "z"}]}]}', "z"),
    "format 2 and broken": file(json.dumps({"worksheets": 5, "nbformat": 2}),
        "not a notebook", "upgraded"),
    "lone surrogates": file(bare([{"cell_type": "markdown", "source": "a\ud800b"}]),
        "b"),
    "odd metadata": file(
        bare([{"cell_type": "code", "source": "x", "metadata": {"tags": "x", "name": 5}}
        ], metadata={"kernelspec": 3, "authors": "me", "title": ["T"]}), "x"),
    "odd outputs": file(
        bare([{"cell_type": "code", "source": "1", "outputs": [{}, {"data": []}, 3]}]),
        "", "no printed form: output_type missing"),
    "unknown output type": file(
        bare([{"cell_type": "code", "outputs": [{"output_type": "hologram", "x": 1}]}]),
        "", "no printed form: output_type hologram"),
    # Markdown
    "nested lists": prose("1. a\n   - b\n     1. c\n        - d\n\n7. e\n\n   par\n",
        "par"),
    "task list": prose("- [x] done\n- [ ] open", "open"),
    "definition list": prose("Term\n: What it is", "What it is"),
    "footnotes": prose("a[^n] b[^n] c[^m]\n\n[^n]: Note.\n[^m]: Other.", "Note."),
    "unused footnote": prose("a\n\n[^n]: Unused note.", "a [^n]: Unused note."),
    "mermaid": prose("```mermaid\na --> b\n```", "a --> b", "as its source"),
    "wide table": prose(
        "|" + "word |" * 30 + "\n|" + "---|" * 30 + "\n|" + "cell |" * 30, "cell"),
    "ragged table": prose("<table><tr><td>a<td>b<tr><td colspan=9>c</table>", "c"),
    "spanning table": prose(
        "<table><tr><th rowspan=3>h</th><th>i</th></tr><tr><td colspan='2'>j</td></tr>"
        "<tr><td rowspan=0 colspan=x>k</td></tr></table>", "k"),
    "text astray in a table": prose("<table>stray<tr>lost<td>cell</td></tr></table>",
        "straylost"),
    "table in a table": prose(
        "<table><tr><td><table><tr><td>in</td></tr></table></td></tr></table>", "in"),
    "call-outs": prose(
        "> [!TIP]\n> advice\n\n> **Achtung:** x\n\n<div class='alert alert-danger'>"
        "d</div>", "advice"),
    "fenced code": prose("```{note} x\ncode\n```\n\n~~~nolang\ny\n~~~", "code"),
    "details": prose("<details><summary>S</summary>inside</details>", "inside"),
    "open details": prose("<details>\n\nnever closed", "never closed"),
    "html soup": prose("<b>bold <i>both</b> it</i> </p></div> <foo>x</foo>", "both"),
    "html comment": prose("a <!-- hidden $x --> b", "a b"),
    "styled html": prose('<center><font color="red">red</font> '
        '<span style="color:#00f">blue</span></center>', "red blue"),
    "odd colours": prose(
        "<span style='color:#zzz'>a</span> <span style='color: rgb(1,2,3)'>b</span> "
        "<font color=#fff>c</font> <i style='color:'>d</i> "
        r"$\color{#12}{e} \textcolor{no such}{f}$", "a b c d", "unknown colour"),
    "deep html": prose("<div>" * 300 + "deep", "deep", "nested too deep"),
    "deep quotes": prose(">" * 15 + " deep", "deep"),
    "deeper still": prose(">" * 80 + " deep", "deep", "nested too deeply"),
    "deeper quotes": prose(">" * 200 + " deep", "deep", "nested too deeply"),
    "script": prose("a<script>alert(1)</script>b", "b"),
    "video": prose("<video src='https://a.b/c.mp4'></video>", "", "screen only"),
    "form": prose("<button>Press</button><input>a <select><option>b<option selected>c"
        "</select>d", "a cd"),
    "links": prose(
        "[a](https://x.y) [b](#Here) [c](data.csv) [d](javascript:x) [e]() "
        "<https://z.z>\n\n## Here", "a b c d e"),
    "dead link": prose("[a](#Nowhere)", "", "#Nowhere leads nowhere"),
    "dead lesson": prose("[a](none.ipynb#x)", "", "none.ipynb#x leads nowhere"),
    "anchors": prose('<a id="p"></a>\n\n[to p](#p) <div id="q">q</div>', "to p"),
    "dollars": prose(r"It costs \$5, and `$6`.", "It costs $5, and $6."),
    "unpaired dollar": prose("It costs $5.", "It costs $5."),
    "control characters": prose("a\x00b\x07c", "b", "no font has"),
    "odd blanks": prose("a\u2028b\u00a0c\u200bd\u00ade\x85f", "a"),
    "right to left": prose("\u05d0\u05d1 \u0627\u0644"),
    "CJK": prose("# \u6570\u5b57\n\n\u795e\u7ecf `\u7f51`", "", "U+6570"),
    "a page of CJK": prose("".join(map(chr, range(0x4E00, 0x5500))) + " end", "end",
        "and 1787 more"),
    "emoji": prose(f"{ROBOT} \u2764\ufe0f \U0001f469\u200d\U0001f680", "", "U+1F916"),
    "combining": prose("e\u0301 x\u0302 n\u0303\u0323"),
    "long word": prose("w" * 3000, "ww"),
    "long line": cells(code("x = '" + "y" * 500 + "'"), text="yyy"),
    "endless line of code": cells(code("x=" + "y" * 100_000),
        text="99602 characters left", fault="of code 99602 characters left out"),
    "endless code": cells(code("x\n" * 30_000 + "end"), text="[28001 lines left out]",
        fault="of code 28001 lines left out"),
    "endless word": cells(markdown("# T"), markdown("w" * 20_000), text="www",
        fault="of a word 19000 characters left out"),
    "long code": cells(code("\n".join(f"line_{n}" for n in range(300))),
        text="line_299"),
    # Pictures
    "attachment": prose("![grey](attachment:a%20b.png)",
        attachments={"a b.png": {"image/png": PNG}}),
    "lost attachment": prose("![x](attachment:no.png)", "", "no such attachment"),
    "data picture": prose(f"![grey](data:image/png;base64,{PNG})"),
    "svg in markdown": prose(f"<p>{SVG}</p>", "", NO_ALT),
    "web picture": prose("![a cat](https://a.b/c.png)", "a cat", "on the web"),
    "badge": prose("[![Open](//a.b/c.svg)](https://a.b)", "Open", "on the web"),
    "lost picture": prose("![x](pictures/none.png)", "", "no such file"),
    "picture of another kind": prose("![x](data:image/bmp;base64,Qk0=)", "", "not PNG"),
    "broken picture": outputs(shown(ALT, image_png="iVBORw0KGgoAAAAA"),
        text="a grey patch", fault="damaged: failed to decode"),
    "no base64": outputs(shown(ALT, image_png="\u00e9"), fault="cannot be shown"),
    "undescribed": outputs(shown(image_png=PNG), fault=NO_ALT),
    "svg output": outputs(shown({"image/svg+xml": {"alt": "a"}}, image_svg=SVG),
        text="show()"),
    "gif output": outputs(shown({"image/gif": {"alt": "a"}}, image_gif=PIXEL_GIF)),
    "broken svg": outputs(shown({"alt": "a"}, image_svg="<svg <<<"),
        fault="a picture is damaged"),
    "huge picture": outputs(
        shown({"image/png": {"alt": "a", "width": 99999, "height": 1}}, image_png=PNG)),
    "odd sizes": outputs(
        shown({"image/png": {"alt": "a", "width": "12px"}}, image_png=PNG),
        shown({"image/png": {"alt": 5, "width": -3}}, image_png=PNG)),
    # Outputs
    "streams": outputs(stream("out\n"), stream("err\n", "stderr"), text="err"),
    "colours": outputs(stream("\x1b[1;31mred\x1b[0m \x1b[38;5;9mx\x1b[48mz"),
        text="red x"),
    "cursor tricks": outputs(stream("10%\r99%\rdone\nab\b\bxy\x1b[2K\x1b]0;t\x07"),
        text="xy"),
    "traceback": outputs(error("\x1b[0;31mTrace\x1b[0m", "line 1"), text="Trace"),
    "error without traceback": outputs(error(), text="ValueError: bad"),
    "ten thousand lines": outputs(stream("\n".join(map(str, range(10_000)))),
        text="9940 lines left out", fault="9940 lines left out (print all with"),
    "endless line": outputs(stream("z" * 5000), text="zzz"),
    "data frame": outputs(result(text_html=pandas(5, 3), text_plain="c0"), text="c2"),
    "coloured data frame": outputs(
        result(text_html="<style>#a, #b {background-color: #08306b; color: #fff}"
            "</style><table><tr><td id=a>dark</td><td style='background: pink'>other"
            "</td></tr><tr><td id=b>7</td>"
            "<td style='background: yellow; color: red'>pale</td>"),
        text="dark"),
    "data frame with bars": outputs(
        result(text_html="<style>#a {background: linear-gradient(90deg, #d65f5f 50.0%, "
            "transparent 50.0%)}</style><table><tr><td id=a>bar"), text="bar"),
    "words close up to signs": prose(r"$\mathrm{KL}(q)$, $x\text{-axis}$",
        "KL(\N{MATHEMATICAL ITALIC SMALL Q}), \N{MATHEMATICAL ITALIC SMALL X}-axis"),
    "picture over half of the line": prose(
        f'<img src="data:image/png;base64,{PNG}" alt="grey" width=50% />'),
    "cell in no row": prose("<table><td>loose</td><tr><td>kept</td></tr></table>",
        "loose"),
    "rows that never end": prose(
        "<table>\n  <tr>\n    <td>a</td>\n  <tr>\n  <tr>\n    <td>$b$</td>\n  <tr>\n"
        "</table>", "a"),
    "wide data frame": outputs(result(text_html=pandas(3, 40)), text="c39"),
    "long data frame": outputs(result(text_html=pandas(300, 4)), text="299"),
    "data frame with maths": outputs(
        result(text_html="<table><tr><td>$x^2$ &lt; 1</td></tr></table>"), text="< 1"),
    "sympy": outputs(
        result(text_latex=r"$\displaystyle \int_0^1 \frac{x}{2}\,dx$", text_plain="I")),
    "latex that is none": outputs(result(text_latex="no maths"), text="no maths"),
    "latex table": outputs(
        result(text_latex=r"As $x$: \begin{tabular}{l} a\% \end{tabular}"), text="a%"),
    "latex prose": outputs(result(text_latex="The root is $x$, <b>."),
        text="The root is \N{MATHEMATICAL ITALIC SMALL X}, <b>."),
    "latex and a picture": outputs(result(text_latex="$u$", image_png=PNG),
        text="\N{MATHEMATICAL ITALIC SMALL U}"),
    "html and latex": outputs(result(text_latex="no", text_html="<dl><dt>a<dd>b</dl>"),
        text="a b"),
    "markdown output": outputs(result(text_markdown="**bold** $y$"), text="bold"),
    "html output": outputs(result(text_html="<b>hi</b> it's"), text="hi it's"),
    "html with plain text": outputs(result(text_html="<b>rich</b>", text_plain="plain"),
        text="rich"),
    "style sheet": outputs(result(
        text_html="<style>p{}</style>",
        text_plain="<IPython.core.display.HTML object>")),
    "script that shows nothing": outputs(
        result(text_html="<script>1</script>", text_plain="<x.Y object>"),
        text="show() 1 / 1"),
    "script that draws": outputs(
        result(text_html="<div id=a></div><script>draw('a')</script>",
            text_plain="<shap.Plot object>"), fault="shap.Plot (<script>) works on a"),
    "script that fills in a button": outputs(
        result(text_html="<b>map</b><div id=a><button></button></div><script>"
            "find('a')</script>"), text="map"),
    "script that draws beside text": outputs(
        result(text_html="<b>map</b><div class=a></div><script>draw('.a')</script>"),
        text="map", fault="what a script draws here works on a screen only"),
    "mark of the order of bytes": prose("a\ufeffb `c\ufeff`", "ab c"),
    "mathml": prose("so <math><mi>a</mi></math>", "so MathML is set as plain text a",
        fault="MathML is set as plain text"),
    "json and html": outputs(
        shown(application_json={"key": "é"}, text_html="rich"), text="é"),
    "picture that no paper knows": outputs(
        shown(**{"image/bmp": "Qk0="}, text_plain="a picture"),
        fault="a picture (image/bmp) cannot be shown"),
    "hidden": prose("a<p style='DISPLAY: None'>no</p> <svg width=0><path d=''/></svg>"),
    "file that is included": prose("```{include} a.md\n```", "{include} a.md",
        fault="a file is named, not included"),
    "latex table with a command": outputs(
        result(text_latex=r"\begin{tabular}{l} \foo{a} \end{tabular}"), text="a",
        fault=r"a table in LaTeX has unknown commands: \foo"),
    "script that draws, with a picture": outputs(
        shown(ALT, text_html="<div id=a></div><script>a</script>", image_png=PNG)),
    "map": outputs(result(text_html="<b>Make this Notebook Trusted to load map</b>"
        "<iframe srcdoc='a'></iframe>", text_plain="<folium.Map at 0x7f>"),
        fault="folium.Map (<iframe>) works on a screen only"),
    "video elsewhere": outputs(result(text_html="<iframe src='https://a.b/c'></iframe>",
        text_plain="<IPython.Video at 0x7f>"), text="https://a.b/c",
        fault="an output (<iframe>)"),
    "widget": outputs(shown(**{WIDGET: {"model_id": "a"}}, text_plain="Slider(1)"),
        text="Slider(1)", fault="a widget works on a screen only"),
    "plotly": outputs(shown(**{PLOTLY: {"data": [{"type": "bar"}, {"type": "bar"}, {}],
        "layout": {"title": {"text": "Cats"}}}}),
        fault="a chart of Plotly (bar, scatter): Cats works on a screen only"),
    "plotly with a picture": outputs(shown(ALT, **{PLOTLY: "{}"}, image_png=PNG)),
    "altair": outputs(
        shown(**{"application/vnd.vegalite.v5+json": {"title": "Dogs"}},
            text_plain="alt.Chart(...)"), text="alt.Chart(...)",
        fault="a chart of Altair or Vega: Dogs works on a screen only"),
    "nothing but a library": outputs(
        shown(**{"x/y.js_load.v0+json": ""}), text="show() 1 / 1"),
    "animation": outputs(result(text_html="<img id=a><button>+</button><script>"
        f'frames[0] = "data:image/png;base64,{PNG[:40]}\\\n{PNG[40:]}"</script>Once'),
        text="show() Out [7] 1 / 1", fault=NO_ALT),
    "json": outputs(shown(application_json='{"key": 1}'), text="key"),
    "javascript": outputs(
        shown(**{"application/javascript": "x()"}, text_plain="<a.Javascript object>"),
        text="show() 1 / 1"),
    "javascript that draws": outputs(
        shown(**{"application/javascript": "element.append(x)"}),
        fault="no printed form: application/javascript"),
    "unknown mime type": outputs(shown(**{"x/y": "1"}), fault="no printed form: x/y"),
    "bar in pieces": outputs(stream("1%\r", "stderr"), stream("2%\r", "stderr"),
        stream("3%\n", "stderr"), text="show() 3% 1 / 1"),
    "audio": outputs(
        result(text_html="<audio src='data:x'>", text_plain="<a.Audio object>"),
        fault="<audio>"),
    "empty bundle": outputs(shown(), text="show()"),
    # Raw cells
    "raw cells": cells(raw("as is"), raw("*em*", "text/markdown"),
        raw("\\newpage", "text/latex"), raw("$\\mathrm{maths}$", "text/latex"),
        text="as is em 1 / 2 odd maths 2 / 2"),
    "raw cell for others": cells(markdown("a"), raw("reST", "text/restructuredtext"),
        fault="left out: text/restructuredtext"),
    "front matter": cells(raw("---\ntitle: 'Given'\nlist:\n  - x\n---"), markdown("a"),
        text="Given a"),
    "front matter in Markdown": cells(markdown("---\ntitle: Given\n---\n\nb"),
        text="Given b"),
    "rules are no front matter": cells(markdown("---\nsome words\n\n---"),
        text="some words"),
    "MathJax's ignore class": prose("<p class='mathjax_ignore'>$5 or $\\nosuch "
        "<i class='tex2jax_process'>$\\mathrm{set}$</i></p>", "$5 or $\\nosuch set"),
    # Formulas
    "macros across cells": cells(
        markdown(r"$\newcommand{\R}{\mathbb{R}}\def\half#1{\frac{#1}{2}}$"),
        markdown(r"$\R^n$ and $\half{x}$"), text="and"),
    "endless macro": prose(r"$\def\a{\a\a}\a$", "", "never ends"),
    "numbered": prose(
        "$$\\begin{equation} a = b \\label{eq:one} \\tag{7}\\end{equation}$$\n\n"
        "see \\eqref{eq:one} and $\\ref{eq:one}$", "see (7) and 7"),
    "named but not tagged": prose("\\eqref{b}\n\n$$x\\label{a}$$\n\n$$y\\label{b}$$",
        "(2)"),
    "dead reference": prose(r"see \eqref{nobody}", "??", "has the name nobody"),
    "several tags": prose(
        "\\begin{align} a &= b \\tag{P} \\\\ c &= d \\tag{Q} \\end{align}", "(Q)"),
    "unclosed brace": prose(r"$\frac{a$", "", "never closed"),
    "unclosed delimiter": prose(r"$$\left( a$$", "", "ends too early"),
    "unknown command": prose(r"$a + \nosuch b$", "", r"unknown command \nosuch"),
    "unknown environment": prose(r"$\begin{tikzcd} A \end{tikzcd}$", "",
        "unknown environment tikzcd"),
    "text in maths": prose(r"$\text{if $x$ is ``odd''}$ $\mbox{caf\'e}$", "if"),
    "foreign letters": prose("$\u00e4 \u4e2d$", "", "U+4E2D"),
    "wide formula": prose("$$" + "a + " * 90 + "b$$"),
    "wide numbered formula": prose("$$" + "a + " * 40 + "b \\tag{W}$$", "(W)"),
    # Tags
    "removed": cells(markdown("gone", "remove_cell"),
        code("hidden()", stream("seen"), tags=["remove_input"]),
        code("shown()", stream("away"), tags=["remove-output"]), text="shown()"),
    # Languages
    "julia": cells(code("f(x) = x^2"), text="f(x)",
        language_info={"name": "julia", "version": "1"}),
    "odd language": cells(code("?"), text="?", language_info={"name": "no \"such'"}),
}  # fmt: skip
