"""Text that has no end is cut, and told, before Typst takes minutes for it."""

import pytest

from lecturepdf.exporter import LecturePDFExporter

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
