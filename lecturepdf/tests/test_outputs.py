"""Tables in LaTeX, widgets and charts: how they are read where no picture is there."""

import sys
from types import SimpleNamespace

import pytest
from nbformat import v4
from pdf_tools import Printed, code, shown

from lecturepdf import charts
from lecturepdf.pictures import PictureError
from lecturepdf.reading import accepted
from lecturepdf.text import latex_tables, widgets

RIGHT, CENTRE = ' style="text-align:right"', ' style="text-align:center"'
TABLES = {
    r"a & b \\ c & d": "<tr><td>a</td><td>b</td></tr><tr><td>c</td><td>d</td></tr>",
    r"\toprule a\\ \midrule b\\ \bottomrule":
        "<thead><tr><th>a</th></tr></thead><tr><td>b</td></tr>",
    r"a \\ \hline b \\ \hline": "<thead><tr><th>a</th></tr></thead><tr><td>b</td></tr>",
    r"\multicolumn{2}{c}{a} & b \\[2pt]":
        f'<tr><td colspan="2"{CENTRE}>a</td><td>b</td></tr>',
    r"\multirow{2}{*}{a} & b \\ & c \\":
        '<tr><td rowspan="2">a</td><td>b</td></tr><tr><td>c</td></tr>',
    r"\makecell[b]{a\\b} & \textbf{c\_d}\tnote{1} \\":
        "<tr><td><span>a<br>b</span></td><td><b>c_d</b><sup>1</sup></td></tr>",
    r"$a & b$ & 5\% \& ~ \cmidrule(lr){1-2} \cellcolor{red} % no":
        "<tr><td>$a &amp; b$</td><td>5% &amp;</td></tr>",
    r"a < b & {\footnotesize ``c''} \ldots":
        '<tr><td>a &lt; b</td><td>"c" …</td></tr>',
    r"Std. \(p<x_{1}\) \\ \hline \\[-1.8ex] b \\ \hline \hline \\":
        r"<thead><tr><th>Std. \(p&lt;x_{1}\)</th></tr></thead><tr><td>b</td></tr>",
    r"\toprule (a) & caf\'e \ss \o{} \\ (b) & \c c\texteuro \rotatebox{90}{d} \\":
        "<tr><td>(a)</td><td>café ß ø</td></tr><tr><td>(b)</td><td>ç€ d</td></tr>",
    r"\href{https://a}{b} \\": '<tr><td><a href="https://a">b</a></td></tr>',
    r"a \\ \endfirsthead a \\ \endhead b \\":
        "<thead><tr><th>a</th></tr></thead><tr><td>b</td></tr>",
}  # fmt: skip


@pytest.mark.parametrize(("rows", "expected"), TABLES.items())
def test_latex_tables(rows, expected):
    html = latex_tables.to_html(rf"\begin{{longtable}}{{lll}}{rows}\end{{longtable}}")
    assert html == f"<table>{expected}</table>"


def test_what_stands_around_a_latex_table_is_kept():
    table = r"\begin{tabular}{@{}l|*{2}{r}p{2cm}} a & b & c & d \end{tabular}"
    notes = r"\begin{tablenotes}\item[*] Note $x$.\end{tablenotes}"
    html = latex_tables.to_html(
        rf"\begin{{table}}[h]\caption{{C}}\label{{x}}{table}{notes}\end{{table}}"
    )
    cells = f"<td>a</td><td{RIGHT}>b</td><td{RIGHT}>c</td><td>d</td>"
    rows = f"<table><tr>{cells}</tr></table>"
    assert html == f"<p>C</p>{rows}<br><sup>*</sup> Note $x$."


def test_commands_that_a_latex_table_does_not_know_are_told():
    told = []
    html = latex_tables.to_html(
        r"\begin{tabular}{l}\a{b} \small\end{tabular}", told.append
    )
    assert html == "<table><tr><td>b</td></tr></table>"
    assert told == [r"a table in LaTeX has unknown commands: \a"]


@pytest.mark.parametrize(
    "start", ["{", r"\begin{tabular}{l}", r"\textbf{", r"\begin{a}"]
)
def test_latex_that_never_ends_is_read_or_refused(start):
    assert latex_tables.to_html(start * 9) is not None
    with pytest.raises(ValueError, match="nested too deeply"):
        latex_tables.to_html(start * 5000)


def test_columns_that_multiply_are_cut():
    columns = "*{99}{l" * 40 + "}" * 40
    table = rf"\begin{{tabular}}{{{columns}}}a\end{{tabular}}"
    assert latex_tables.to_html(table) == "<table><tr><td>a</td></tr></table>"


def model(name, buffers=None, **state):
    return {"model_name": f"{name}Model", "state": state, "buffers": buffers}


TICKED = '<input class="task-list-item-checkbox" type="checkbox" checked>'
WIDGETS = {
    "<p>50%: 1 / 2 it/s</p>": [
        model("HBox", children=["IPY_MODEL_1", "IPY_MODEL_2"]),
        model("FloatProgress", description="50%", value=1.0, max=2.0),
        model("HTML", value="it/s"),
    ],
    "rate: 0.5": [model("FloatSlider", description="rate", value=0.5)],
    "1 \N{EN DASH} 3": [model("IntRangeSlider", value=[1, 3])],
    "pet: cat": [
        model("Dropdown", description="pet", _options_labels=["dog", "cat"], index=1)],
    "a, b": [model("SelectMultiple", _options_labels=["a", "b"], index=[0, 1])],
    f"on: {TICKED}": [model("Checkbox", description="on", value=True)],
    "&lt;x&gt;": [model("Label", value="<x>")],
    "<p><b>One</b></p>7": [model("Tab", titles=["One"], children=["IPY_MODEL_1"]),
        model("IntText", value=7)],
    "<pre>a &lt; b</pre>": [model("Output", outputs=[{"text": ["a <", " b"]}])],
    "<p>$a$</p><svg>1</svg><pre>E: b</pre>7": [model("Output", outputs=[
        {"data": {"text/latex": "$a$", "text/plain": "a"}},
        {"data": {"image/svg+xml": "<svg>1</svg>"}}, {"ename": "E", "evalue": "b"},
        {"data": {widgets.VIEW: {"model_id": "1"}}}]), model("IntText", value=7)],
    "a<br>b": [model("Textarea", value="a\nb")],
    "pw": [model("Password", description="pw", value="secret")],
    "2024-03-09 07:08": [model("NaiveDatetimePicker",
        value={"year": 2024, "month": 2, "date": 9, "hours": 7, "minutes": 8})],
    '<img src="data:image/png;base64,AA">': [model("Image", [{"data": "AA"}])],
    "go": [model("Button", description="go")],
}  # fmt: skip


def stored(models):
    state = {str(number): model for number, model in enumerate(models)}
    return {widgets.STATE: {"state": state}}


@pytest.mark.parametrize(("html", "models"), WIDGETS.items())
def test_widgets_in_words(html, models):
    assert widgets.in_words("0", stored(models)) == (html, [])


def test_of_a_widget_that_nobody_knows_the_kind_is_told():
    figure = [model("VBox", children=["IPY_MODEL_1", "2"]), model("Figure")]
    assert widgets.in_words("0", stored(figure))[1] == ["Figure", "not stored"]
    chart = [model("Output", outputs=[{"data": {"x/y": 1}}])]
    assert widgets.in_words("0", stored(chart))[1] == ["x/y"]
    endless = [model("VBox", children=["0"])]
    assert widgets.in_words("0", stored(endless))[1] == []
    for odd in (None, [], {widgets.STATE: 3}, stored([3]), stored([{"state": 1}])):
        assert widgets.in_words("0", odd) == ("", ["not stored"])


def test_a_notebook_prints_what_it_stores_of_its_widgets():
    view = shown(**{"application/vnd.jupyter.widget-view+json": {"model_id": "0"}})
    metadata = {"widgets": stored([model("IntSlider", description="k", value=3)])}
    printed = Printed(code("", view), metadata=metadata)
    assert "k: 3" in printed.text
    assert printed.messages == []


SPEC = {"$schema": "https://vega.github.io/schema/vega-lite/v5.json", "mark": "bar"}
ALTAIR = """<div id="vis"></div><script>(function(spec, embedOpt){
embed(spec)})({"mark": "bar"}, {"mode": "vega-lite"});</script>"""


@pytest.mark.parametrize(
    ("data", "found"),
    [
        ({"application/vnd.vegalite.v5+json": SPEC}, ("vegalite", SPEC)),
        ({"application/vnd.vega.v5+json": SPEC}, ("vega", SPEC)),
        ({"text/html": ALTAIR}, ("vegalite", {"mark": "bar"})),
        ({"text/html": "vega })({broken"}, None),
        ({"text/plain": "x"}, None),
    ],
)
def test_the_source_of_a_chart(data, found):
    assert charts.specification(data) == found


def test_the_name_of_a_chart_may_have_a_full_stop():
    bundle = {"output_type": "display_data", "metadata": {}}
    bundle["data"] = {"application/vnd.vegalite.v6.json": SPEC}
    notebook = {"cells": [{"cell_type": "code", "source": "", "outputs": [bundle]}]}
    (output,) = accepted(notebook).cells[0].outputs
    assert charts.specification(output.data) == ("vegalite", SPEC)


def test_charts_are_drawn_where_vl_convert_is_installed(monkeypatch):
    def draw(source, allowed_base_urls):
        assert allowed_base_urls == []  # or it would fetch what a chart names
        if "mark" not in source:
            raise ValueError("no mark\nat x")
        return f"<svg>{source['mark']}</svg>"

    monkeypatch.setitem(
        sys.modules, "vl_convert", SimpleNamespace(vegalite_to_svg=draw)
    )
    monkeypatch.setattr("importlib.util.find_spec", lambda name: True)
    data = {"application/vnd.vegalite.v5+json": SPEC}
    assert charts.picture(data).data == b"<svg>bar</svg>"
    with pytest.raises(PictureError, match="no mark at x"):
        charts.picture({"application/vnd.vegalite.v5+json": {}})


def test_pieces_of_streams_are_joined_but_not_over_others():
    from lecturepdf.outputs import joined

    names = ("stdout", "stdout", "stderr", "stdout")
    streams = [v4.new_output("stream", name=name, text="a") for name in names]
    texts = [output.text for output in joined([*streams, streams[3]])]
    assert texts == ["aa", "a", "aa"]
