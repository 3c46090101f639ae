"""A notebook becomes a PDF: what may be chosen, and what is told of faults."""

import json
import subprocess
import sys
from pathlib import Path
from typing import get_args

import nbformat
import pytest
from nbconvert.exporters import get_exporter
from pdf_tools import Printed, base64_png, code, markdown, notebook, png, shown, stream
from traitlets import TraitError
from traitlets.config import Config

from lecturepdf import typesetting
from lecturepdf.editions import EDITIONS
from lecturepdf.exporter import LecturePDFExporter
from lecturepdf.faults import Kind, StrictError
from lecturepdf.formulas import Formulas
from lecturepdf.text.hypertext import _HANDLERS

PICTURE = {"image/png": {"alt": "Two grey rows.", "width": 40, "height": 20}}


def test_nbconvert_knows_the_exporter():
    assert get_exporter("lecturepdf") is LecturePDFExporter


def test_a_lesson_is_printed_without_faults():
    printed = Printed(
        markdown("# Digits\n\nIt *reads* $x^2$.\n\n$$ a = b \\tag{BP1} $$\n\n(BP1)"),
        code("print(1)", shown(PICTURE, image_png=base64_png())),
        markdown("## Part\n\n| a | b |\n|---|---|\n| 1 | 2 |"),
    )
    assert printed.messages == []
    for words in ("Digits", "It reads", "(BP1)", "print(1)", "In [1]", "Part"):
        assert words in printed.text


FAULTS = {
    r"$\frac{a$": "a brace { is never closed",
    r"$\nosuch$": r"unknown command \nosuch",
    "![](none.png)": "no picture none.png",
    "a \N{ROBOT FACE} b": "no font has '\N{ROBOT FACE}' (U+1F916)",
    "[there](none.ipynb)": "no such file",
    "<iframe src='https://a.b'></iframe>": "works on a screen only",
}


@pytest.mark.parametrize(("source", "message"), FAULTS.items())
def test_a_fault_is_told_with_its_cell_and_costs_nothing_else(source, message):
    printed = Printed(markdown("# T\n\nbefore"), markdown(source), markdown("after"))
    (told,) = printed.messages
    assert told.startswith("lesson.ipynb, cell 2: ")
    assert message in told
    assert "before" in printed.text
    assert "after" in printed.text


def test_strict_makes_faults_errors():
    with pytest.raises(StrictError, match=r"lesson.ipynb, cell 1: .*\\nosuch"):
        Printed(markdown(r"$\nosuch$"), strict=True)


def test_the_same_notebook_gives_the_same_bytes():
    cells = [markdown("# T\n\n$x$"), code("1", shown(PICTURE, image_png=base64_png()))]
    assert Printed(*cells).pdf == Printed(*cells).pdf


FACTS = {"course": "Neural networks", "author": "A. Author"}
FACTS |= {"institution": "The University", "term": "Winter 2026"}


def test_the_head_of_a_lesson_says_who_where_and_when(tmp_path):
    logo = tmp_path / "logo.png"
    logo.write_bytes(png())
    printed = Printed(markdown("# T"), logo=str(logo), **FACTS)
    assert printed.messages == []
    assert all(fact in printed.text for fact in FACTS.values())
    assert len(printed.reader.pages[0].images) == 1


MISSING = [
    ({"logo": "none.png"}, "none.png: no logo: there is no such file"),
    ({"font_paths": ["/none"]}, "/none: there is no such folder of fonts"),
    ({"text_font": "None"}, "None: there is no such font; there are DejaVu"),
]


@pytest.mark.parametrize(("traits", "fault"), MISSING)
def test_what_is_not_there_is_told(traits, fault):
    (message,) = Printed(markdown("# T"), **traits).messages
    assert message.startswith(fault)


def test_a_font_can_be_chosen():
    printed = Printed(markdown("# T\n\ntext"), text_font="New Computer Modern")
    fonts = printed.reader.pages[0]["/Resources"]["/Font"]
    names = [font.get_object()["/BaseFont"] for font in fonts.values()]
    assert any("NewCM" in name for name in names)
    assert not any("Libertinus" in name for name in names)


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [("edition", "novel", "lecture")]
    + [("lang", v, "a code like en") for v in ("", "e", "EN", "english", "e n")],
)
def test_what_is_no_edition_or_language_is_refused(name, value, told):
    with pytest.raises(TraitError, match=told):
        LecturePDFExporter(**{name: value})


def test_options_come_by_nbconvert_s_configuration():
    config = Config({"LecturePDFExporter": {"edition": "handout", "strict": True}})
    exporter = get_exporter("lecturepdf")(config=config)
    assert (exporter.edition, exporter.strict) == ("handout", True)


RESULT = nbformat.v4.new_output(
    "execute_result", data={"text/plain": "x"}, execution_count=4711
)
PROMPTS = ("exclude_input_prompt", "exclude_output_prompt")
LEFT_OUT = {
    "tags of one's own": (
        {"TagRemovePreprocessor": {"remove_cell_tags": {"mine"}}},
        [markdown("gone", "mine"), markdown("kept")],
    ),
    "patterns of one's own": (
        {"RegexRemovePreprocessor": {"patterns": ["gone"]}},
        [markdown("gone"), markdown("kept")],
    ),
    "nbconvert's --no-input": (
        {"TemplateExporter": {"exclude_input": True}},
        [code("gone", stream("kept"))],
    ),
    "nbconvert's --no-prompt": (
        {"TemplateExporter": dict.fromkeys(PROMPTS, True)},
        [code("kept", RESULT, number=4711)],
    ),
    "no outputs": (
        {"TemplateExporter": {"exclude_output": True}},
        [code("kept", stream("gone"))],
    ),
    "no Markdown": (
        {"TemplateExporter": {"exclude_markdown": True}},
        [markdown("gone"), code("kept")],
    ),
}


@pytest.mark.parametrize(("config", "cells"), LEFT_OUT.values(), ids=LEFT_OUT)
def test_what_nbconvert_s_configuration_leaves_out(config, cells):
    printed = Printed(*cells, config=Config(config))
    assert "kept" in printed.text
    assert not {"gone", "[4711]"} & set(printed.text.split())


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


def test_the_headings_of_a_cell_that_cannot_be_set_stay(monkeypatch):
    """Otherwise levels that follow would skip one, and each would cost its cell."""
    broken = {"hr": lambda self, node: "#nosuch"}
    monkeypatch.setattr("lecturepdf.text.hypertext._HANDLERS", _HANDLERS | broken)
    cells = markdown("# T"), markdown('## A "b"\n\n<hr>'), markdown("### C")
    printed = Printed(*cells)
    assert len(printed.messages) == 1
    (_, (part, (inner,))) = printed.reader.outline
    assert (part.title, inner.title) == ('A "b"', "C")


def test_the_last_resort_is_plain_text(monkeypatch):
    monkeypatch.setattr(typesetting, "_MOST_REPAIRS", 0)
    printed = Printed(markdown("# T\n\nas *typed*"))
    assert "as *typed*" in printed.text
    assert "set as plain text" in printed.messages[-1]


IMPORT = """
import sys
import nbconvert
before = set(sys.modules)
import lecturepdf.__main__, lecturepdf.exporter
print(*{name.partition(".")[0] for name in set(sys.modules) - before})
"""
READERS = {
    "bs4", "justhtml", "markdown_it", "mathra", "mdit_py_plugins", "mdurl",
    "soupsieve", "tinycss2", "webencodings",
}  # fmt: skip


def test_importing_loads_no_typst_and_nothing_but_what_reads_notebooks():
    command = [sys.executable, "-c", IMPORT]
    run = subprocess.run(command, capture_output=True, text=True, check=True)
    loaded = set(run.stdout.split()) - set(sys.stdlib_module_names)
    assert "lecturepdf" in loaded
    assert loaded <= {"lecturepdf", *READERS}


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


def test_the_readme_names_every_option_and_edition():
    readme = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")
    own = LecturePDFExporter.class_own_traits(config=True)
    assert [n for n in (*own, *EDITIONS) if f"`{n}`" not in readme] == []


def test_faults_are_reported_with_their_kind_and_line(tmp_path):
    report = tmp_path / "faults.json"
    cells = markdown("# T\n\n![](none.png)\n\nthen $\\nosuch$"), markdown("[x](#none)")
    Printed(*cells, report=str(report))
    faults = json.loads(report.read_text(encoding="utf-8"))
    keys = ("notebook", "cell", "kind", "line")
    assert [tuple(fault[key] for key in keys) for fault in faults] == [
        ("lesson.ipynb", 1, "picture", 3),
        ("lesson.ipynb", 1, "formula", 5),
        ("lesson.ipynb", 2, "link", 1),
    ]
    assert "no such heading" in faults[2]["message"]


def test_long_outputs_are_whole_where_that_is_asked_for():
    lines = "\n".join(map(str, range(1000, 1100)))
    printed = Printed(code("", stream(lines)), output_lines=0)
    assert printed.messages == []
    assert all(line in printed.text for line in lines.split())


def test_the_readme_names_every_kind_of_fault():
    readme = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")
    assert [kind for kind in get_args(Kind) if f"`{kind}`" not in readme] == []
