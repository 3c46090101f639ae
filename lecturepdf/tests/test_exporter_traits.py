"""What an instructor may choose: title page, fonts, strictness."""

import io
import json
import subprocess
import sys

import nbformat
import pytest
from nbconvert.exporters import get_exporter
from pdf_tools import Printed, code, markdown, notebook, png, stream
from pypdf import PdfReader
from traitlets import TraitError
from traitlets.config import Config

from lecturepdf import typesetting
from lecturepdf.exporter import LecturePDFExporter
from lecturepdf.formulas import Formulas

FACTS = {
    "course": "Neural networks",
    "author": "A. Author",
    "institution": "The University",
    "term": "Winter 2026",
}


def test_the_head_of_a_lesson_says_who_where_and_when(tmp_path):
    logo = tmp_path / "logo.png"
    logo.write_bytes(png())
    printed = Printed(markdown("# T"), logo=str(logo), **FACTS)
    assert printed.messages == []
    assert all(fact in printed.text for fact in FACTS.values())
    assert len(printed.reader.pages[0].images) == 1


@pytest.mark.parametrize(
    ("traits", "fault"),
    [
        ({"logo": "none.png"}, "none.png: no logo: there is no such file"),
        ({"font_paths": ["/none"]}, "/none: there is no such folder of fonts"),
        ({"text_font": "None"}, "None: there is no such font; there are DejaVu"),
    ],
)
def test_what_is_not_there_is_told(traits, fault):
    (message,) = Printed(markdown("# T"), **traits).messages
    assert message.startswith(fault)


def test_a_font_can_be_chosen():
    printed = Printed(markdown("# T\n\ntext"), text_font="New Computer Modern")
    fonts = printed.reader.pages[0]["/Resources"]["/Font"]
    names = [font.get_object()["/BaseFont"] for font in fonts.values()]
    assert any("NewCM" in name for name in names)
    assert not any("Libertinus" in name for name in names)


def test_an_unknown_edition_is_refused():
    with pytest.raises(TraitError, match="lecture"):
        LecturePDFExporter(edition="novel")


@pytest.mark.parametrize("code", ["", "e", "EN", "english", "e n"])
def test_a_language_that_is_none_is_refused(code):
    with pytest.raises(TraitError, match="a code like en"):
        LecturePDFExporter(lang=code)


def test_options_come_by_nbconvert_s_configuration():
    config = Config({"LecturePDFExporter": {"edition": "handout", "strict": True}})
    exporter = get_exporter("lecturepdf")(config=config)
    assert (exporter.edition, exporter.strict) == ("handout", True)


def test_an_author_may_remove_cells_by_tags_of_his_own():
    config = Config({"TagRemovePreprocessor": {"remove_cell_tags": {"mine"}}})
    pdf, _ = LecturePDFExporter(config=config).from_notebook_node(
        notebook(markdown("gone", "mine"), markdown("kept"))
    )
    text = PdfReader(io.BytesIO(pdf)).pages[0].extract_text()
    assert "kept" in text
    assert "gone" not in text


def test_nbconvert_s_flag_leaves_out_code():
    config = Config({"TemplateExporter": {"exclude_input": True}})
    pdf, _ = LecturePDFExporter(config=config).from_notebook_node(
        notebook(code("secret", stream("seen")))
    )
    text = PdfReader(io.BytesIO(pdf)).pages[0].extract_text()
    assert "seen" in text
    assert "secret" not in text


def test_the_server_gets_one_file():
    printed = Printed(markdown("# T"))
    assert printed.resources["output_extension"] == ".pdf"
    assert printed.resources["outputs"] == {}
    assert LecturePDFExporter.output_mimetype == "application/pdf"
    assert LecturePDFExporter.export_from_notebook


def test_the_notebook_is_left_as_it_was():
    nb = notebook(code("### BEGIN SOLUTION\n1"), markdown("# T", "hint"))
    before = json.dumps(nb)
    LecturePDFExporter().from_notebook_node(nb)
    assert json.dumps(nb) == before


def test_hidden_inputs_and_outputs_stay_hidden():
    cell = code("secret")
    cell.metadata["jupyter"] = {"source_hidden": True}
    assert "secret" not in Printed(cell, markdown("x")).text


@pytest.mark.parametrize("broken", ["frac(a", "$ $", "nosuch(x)", "]", "#panic()"])
def test_a_formula_that_typst_refuses_is_shown_as_typed(monkeypatch, broken):
    """None is known: should one be found, it costs itself alone."""
    proper = Formulas.typst

    def typst(self, tex, display):
        return (broken, []) if "BAD" in tex else proper(self, tex, display)

    monkeypatch.setattr(Formulas, "typst", typst)
    printed = Printed(markdown("$a$"), markdown("x $BAD$ y"), markdown("$b$ end"))
    (message,) = printed.messages
    assert message.startswith("lesson.ipynb, cell 2: formula BAD cannot be set: ")
    assert "BAD" in printed.text
    assert "end" in printed.text


def test_a_cell_that_we_cannot_write_costs_itself_alone(monkeypatch):
    def broken(self, html):
        raise ZeroDivisionError

    monkeypatch.setattr("lecturepdf.text.hypertext.Hypertext.typst", broken)
    printed = Printed(markdown("as *typed*"), code("fine"))
    assert printed.messages == [
        "lesson.ipynb, cell 1: this cell cannot be set: ZeroDivisionError()"
    ]
    assert "as *typed*" in printed.text
    assert "fine" in printed.text


def test_the_last_resort_is_plain_text(monkeypatch):
    monkeypatch.setattr(typesetting, "_MOST_REPAIRS", 0)
    printed = Printed(markdown("# T\n\nas *typed*"))
    assert "as *typed*" in printed.text
    assert "set as plain text" in printed.messages[-1]


WITHOUT_TYPST = """
import sys
sys.modules["typst"] = None
from nbconvert.exporters.base import get_export_names
print(*get_export_names())
from lecturepdf.__main__ import main
main([sys.argv[1]])
"""


def test_without_typst_the_other_exporters_work_and_this_one_says_what_it_needs(
    tmp_path,
):
    path = tmp_path / "lesson.ipynb"
    nbformat.write(notebook(markdown("# A lesson")), path)
    command = [sys.executable, "-c", WITHOUT_TYPST, str(path)]
    run = subprocess.run(command, capture_output=True, text=True)
    assert {"html", "notebook"} <= set(run.stdout.split())
    assert "lecturepdf" not in run.stdout
    assert run.returncode == 2
    assert "Typst is not installed: pip install lecturepdf" in run.stderr
    assert "Traceback" not in run.stderr
