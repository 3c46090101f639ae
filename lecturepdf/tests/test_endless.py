"""Text that has no end is cut, and told, before Typst takes minutes for it."""

import os
from pathlib import Path
from types import SimpleNamespace

import pytest
import typst

from lecturepdf.exporter import LecturePDFExporter
from lecturepdf.manuscript import Manuscript
from lecturepdf.reading import accepted
from lecturepdf.typesetting import Typesetter

WORD, WORDS, LINES = "x" * 50_000, "word " * 10_000, "x = 1\n" * 20_000
ENDLESS = {
    "a raw cell of one line": ("raw", WORD, "of text 49600 characters"),
    "a raw cell of words": ("raw", WORDS, "of text 49600 characters"),
    "a raw cell of many lines": ("raw", LINES, "of text 18001 lines"),
    "code of one line": ("markdown", f"```\n{WORD}\n```", "of text 49600 characters"),
    "code of many lines": ("markdown", f"```\n{LINES}```", "of text 18000 lines"),
    "a heading": ("markdown", f"# {WORDS}", "of a heading 48999 characters"),
    "a section": ("markdown", f"# x\n## {WORDS}", "of a heading 48999 characters"),
    "a word": ("markdown", f"see {WORD}", "of a word 49000 characters"),
    "a word in a table": (
        "markdown",
        f"| a | b |\n|--|--|\n| {WORD} | {WORD} |",
        "of a word in a table 49000 characters",
    ),
}


@pytest.mark.parametrize(("kind", "source", "told"), ENDLESS.values(), ids=ENDLESS)
def test_what_is_endless_is_cut_and_told(kind, source, told):
    exporter = LecturePDFExporter()
    written = []
    exporter.typeset = lambda manuscript, *_: written.append(manuscript) or b""
    cell = {"cell_type": kind, "source": source, "metadata": {}}
    exporter.from_notebook_node({"cells": [cell], "metadata": {}})
    [manuscript] = written
    assert [fault.message for fault in manuscript.faults] == [f"{told} left out"]
    [fault] = manuscript.faults
    assert fault.place.cell == 1
    markup = "".join(part.source for part in manuscript.parts)
    assert WORD[:4_500] not in markup
    assert markup.count("x = 1") < 2_001


def test_of_an_endless_formula_the_beginning_is_shown():
    exporter = LecturePDFExporter()
    cell = {"cell_type": "markdown", "source": "$$" + "x + " * 50_000 + "x$$"}
    exporter.typeset = lambda manuscript, *_: written.append(manuscript) or b""
    written = []
    exporter.from_notebook_node({"cells": [cell | {"metadata": {}}], "metadata": {}})
    [formula] = written[0].formulas
    assert len(formula.source) < 5_000


@pytest.mark.parametrize("cell_type", [["code"], 3, None, {"code": 1}])
def test_a_cell_of_an_odd_type_is_told(cell_type):
    exporter = LecturePDFExporter()
    cell = {"cell_type": cell_type, "source": "x", "metadata": {}}
    pdf, _ = exporter.from_notebook_node({"cells": [cell], "metadata": {}})
    assert pdf.startswith(b"%PDF")
    assert "this is no cell of a notebook" in str(exporter.faults)


def markup_of(*cells, metadata=None):
    """The manuscript of cells, and the messages of its faults."""
    exporter, written = LecturePDFExporter(), []
    exporter.typeset = lambda manuscript, *_: written.append(manuscript) or b""
    exporter.from_notebook_node({"cells": list(cells), "metadata": metadata or {}})
    return written[0], [fault.message for fault in written[0].faults]


def text(source):
    return {"cell_type": "markdown", "source": source, "metadata": {}}


def test_of_a_long_table_the_first_rows_are_set():
    rows = "<tr><td>a<td>b" * 5_000
    manuscript, told = markup_of(text(f"<table>{rows}</table>"))
    assert told == ["of a table 1000 rows left out"]
    assert sum(part.source.count("table.cell") for part in manuscript.parts) == 8_000


def test_after_many_headings_others_are_text():
    manuscript, told = markup_of(text("# x\n" * 2_500))
    assert told == ["headings after the 2,000th are set as text"]
    assert sum(part.source.count("#section(") for part in manuscript.parts) < 2_000


def test_of_call_outs_in_one_another_only_the_outer_one_is_measured():
    manuscript, _ = markup_of(text("<details><summary>x" * 12))
    source = "".join(part.source for part in manuscript.parts)
    assert source.count("call-out(") - source.count("is-inner: true") == 1


def test_macros_grow_formulas_no_more_than_so_much():
    cells = [text("$\\gdef\\a{" + "x+" * 4_000 + "}$")]
    manuscript, told = markup_of(*cells, *[text("$\\a$")] * 40)
    assert "the macros of this notebook never end" in told[-1]
    assert sum(len(part.source) for part in manuscript.formulas) < 2_000_000


@pytest.mark.parametrize("count", ["99999999999", "10", "-1", "a"])
def test_a_macro_with_an_odd_number_of_arguments_is_told(count):
    _, told = markup_of(text(f"$\\newcommand{{\\a}}[{count}]{{x}}\\a$"))
    assert f"\\a can have no {count} arguments" in told[0]


def test_of_limits_on_limits_the_last_counts():
    source = "$\\int" + "\\nolimits" * 900 + "\\limits_a$"
    manuscript, told = markup_of(text(source))
    assert told == []
    assert manuscript.formulas[0].source.count("limits(") == 1
    assert "scripts(" not in manuscript.formulas[0].source


VIEW = {"application/vnd.jupyter.widget-view+json": {"model_id": "a"}}
SHOWN = {"output_type": "display_data", "data": VIEW, "metadata": {}}
IN_THEMSELVES = {
    "HBoxModel": {"children": ["a"] * 10},
    "OutputModel": {"outputs": [SHOWN] * 10},
}


def widget(name, state):
    box = {"model_name": name, "state": state}
    cell = {"cell_type": "code", "source": "", "outputs": [SHOWN], "metadata": {}}
    state = {"application/vnd.jupyter.widget-state+json": {"state": {"a": box}}}
    return markup_of(cell | {"execution_count": 1}, metadata={"widgets": state})


@pytest.mark.parametrize(("name", "state"), IN_THEMSELVES.items())
def test_a_widget_in_itself_is_told(name, state):
    _, told = widget(name, state)
    assert len(told) == 1
    assert "widget" in told[0]


def test_a_heading_of_an_old_notebook_has_no_more_than_six_signs():
    cells = [{"cell_type": "heading", "level": at, "source": "x"} for at in (10**30, 0)]
    cells = accepted({"nbformat": 3, "worksheets": [{"cells": cells}]}).cells
    assert [cell.source for cell in cells] == ["###### x", "# x"]


@pytest.mark.parametrize("blank", [" ", "\t", "> "])
def test_blanks_before_nothing_are_read_in_one_go(blank):
    # With each of them as a beginning this would take minutes.
    manuscript, _ = markup_of(text(blank * 100_000 + "x"))
    assert "x" in "".join(part.source + part.plain for part in manuscript.parts)


def test_addresses_without_end_stay_text():
    manuscript, _ = markup_of(text("<http://" * 20_000))
    assert "external(" not in "".join(part.source for part in manuscript.parts)


class PanicException(BaseException):
    """As Typst's, which nobody can import."""


def test_what_typst_breaks_off_is_a_refusal():
    def compile(**_):
        raise PanicException("end byte index 65535")

    typesetter = Typesetter(Manuscript(), "", [])
    typesetter._main, typesetter._standards = Path(os.devnull), []
    typesetter._compiler = SimpleNamespace(compile=compile)
    with pytest.raises(typst.TypstError) as caught:
        typesetter._typeset("")
    assert caught.value.message == caught.value.diagnostic == "end byte index 65535"


def test_blanks_that_part_no_words_are_cut():
    # Of more than 65,535 bytes without a place to break them Typst makes no line.
    _, told = markup_of(text("a\N{NO-BREAK SPACE}" * 35_000))
    assert told == ["of a word 68999 characters left out"]
