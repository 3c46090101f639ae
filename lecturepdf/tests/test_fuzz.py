"""Random notebooks, broken in every way that chance finds: always a PDF."""

import contextlib
import os
import re

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pdf_tools import base64_png

from lecturepdf.exporter import LecturePDFExporter
from lecturepdf.formulas.macros import Macros
from lecturepdf.formulas.tokens import TexError

EXAMPLES = int(os.environ.get("LECTUREPDF_FUZZ", "40"))
TEX = (
    r"\frac \sqrt [ ] { } ^ _ & \\ \left( \right) \right. \left. \middle| {cc} \hline x"
    r" \begin{array} \end{array} \begin{cases} \end{cases} \begin{align} \end{align} 12"
    r" \alpha \sum \text{ \mathrm{ \tag{ \label{a} \ref{a} \color{red} \over \not ' $"
    r" \newcommand{\a} \def\a \a #1 \begin{ \end{ | \| \big \bigl( % ~ \, \hspace{1em}"
    " \\limits \u00e9 \u4e2d \U0001f916 \x00 \" ' : , ; / < > . ! * - \\"
)
MARKUP = (
    "# |## |#### |- |1. |> |```\n|~~~|~|**|*|_|__|`|$|$$|\n|\n\n|    |\t|[|]|(|)|![]("
    "|<|>|<b>|</b>|<div>|</div>|<table>|<tr>|<td colspan=3>|</table>|<img src="
    "|<details>|<a href='#x'>|<svg>|</svg>|<!--|-->|<script>|&amp;|&|\\|\\(|\\["
    "|\\begin{align}|\\end{align}|[^1]|[^1]: |---|===|| a | b |\n|---|---|\n"
    "|[x](y.ipynb#z)|:|//|/*|\x00|\ud800|\u2028|\U0001f916|\u4e2d|\u0301|\u202e"
    '|word|#{|#"|")|[!NOTE]|@a|<x>'
)
TEXTS = st.text(max_size=30)
formulas = st.lists(st.sampled_from(TEX.split(" ")) | TEXTS, max_size=12).map(" ".join)
pieces = st.sampled_from(MARKUP.split("|")) | TEXTS | formulas.map("${}$".format)
prose = st.lists(pieces, max_size=15).map("".join)
plain = st.none() | st.booleans() | st.integers() | TEXTS
anything = st.recursive(
    plain,
    lambda a: st.lists(a, max_size=3) | st.dictionaries(TEXTS, a, max_size=3),
    max_leaves=5,
)
MIMES = (
    "text/plain", "text/html", "text/latex", "text/markdown", "image/png", "x/y",
    "image/svg+xml", "application/json", "application/pdf", "image/jpeg",
)  # fmt: skip
bundles = st.dictionaries(
    st.sampled_from(MIMES), prose | st.just(base64_png()) | st.binary().map(str)
)
outputs = st.fixed_dictionaries(
    {"output_type": st.sampled_from(["stream", "display_data", "error"]) | TEXTS},
    optional={
        "text": prose | anything,
        "data": bundles | anything,
        "metadata": anything,
        "traceback": st.lists(prose, max_size=3) | anything,
        "execution_count": st.integers(-1, 5) | anything,
    },
)
TAGS = ["exercise", "solution", "hint", "slide", "remove_input", "remove_cell", ""]
some_tags = st.lists(st.sampled_from(TAGS), max_size=2) | anything
tags = st.fixed_dictionaries({"tags": some_tags})
cells = st.fixed_dictionaries(
    {
        "cell_type": st.sampled_from(["markdown", "code", "raw", "x"]),
        "source": prose | st.lists(prose, max_size=3) | anything,
    },
    optional={
        "metadata": tags | anything,
        "outputs": st.lists(outputs, max_size=3) | anything,
        "attachments": anything,
    },
)
notebooks = st.fixed_dictionaries(
    {"cells": st.lists(cells, max_size=5)}, optional={"metadata": anything}
)
LAST_RESORT = re.compile(r"set as plain text:|is not PDF/UA-1|Error\(")
many = settings(
    max_examples=EXAMPLES, derandomize=EXAMPLES == 40, suppress_health_check=HealthCheck
)


@many
@given(notebook=notebooks, edition=st.sampled_from(LecturePDFExporter.edition.values))
def test_any_notebook_becomes_a_pdf(notebook, edition):
    exporter = LecturePDFExporter(edition=edition)
    pdf, _ = exporter.from_notebook_node(notebook, {"metadata": {"name": "fuzz"}})
    assert pdf.startswith(b"%PDF")
    for fault in exporter.faults:  # the last resort is for what nobody has thought of
        assert not LAST_RESORT.search(fault.message), fault


@many
@given(tex=formulas)
def test_macros_are_expanded_or_refused(tex):
    with contextlib.suppress(TexError):
        assert Macros().expand(tex) is not None
