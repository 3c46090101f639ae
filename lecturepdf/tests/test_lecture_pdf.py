"""A notebook becomes a PDF, and what is wrong with it stays where it is."""

import pytest
from nbconvert.exporters import get_exporter
from pdf_tools import Printed, base64_png, code, markdown, shown

from lecturepdf.exporter import LecturePDFExporter
from lecturepdf.faults import StrictError

PICTURE = {"image/png": {"alt": "Two grey rows.", "width": 40, "height": 20}}


def test_nbconvert_knows_the_exporter():
    assert get_exporter("lecturepdf") is LecturePDFExporter


def test_a_lesson_is_printed_without_faults():
    printed = Printed(
        markdown(
            "# Digits\n\nIt *reads* $x^2$.\n\n$$ a = b \\tag{BP1} $$\n\nBy (BP1)."
        ),
        code("print(1)", shown(PICTURE, image_png=base64_png())),
        markdown("## Part\n\n| a | b |\n|---|---|\n| 1 | 2 |"),
    )
    assert printed.messages == []
    for words in ("Digits", "It reads", "(BP1)", "print(1)", "In [1]", "Part"):
        assert words in printed.text


@pytest.mark.parametrize(
    ("source", "message"),
    [
        (r"$\frac{a$", "a brace { is never closed"),
        (r"$\nosuch$", r"unknown command \nosuch"),
        ("![](none.png)", "no picture none.png"),
        ("a \N{ROBOT FACE} b", "no font has '\N{ROBOT FACE}' (U+1F916)"),
        ("[there](none.ipynb)", "no such file"),
        ("<iframe src='https://a.b'></iframe>", "works on a screen only"),
    ],
)
def test_a_fault_is_told_with_its_cell_and_costs_nothing_else(source, message):
    printed = Printed(markdown("# T\n\nbefore"), markdown(source), markdown("after"))
    assert len(printed.faults) == 1
    assert "lesson.ipynb, cell 2" in printed.messages[0]
    assert message in printed.messages[0]
    assert "before" in printed.text
    assert "after" in printed.text


def test_strict_makes_faults_errors():
    with pytest.raises(StrictError, match=r"lesson.ipynb, cell 1: .*\\nosuch"):
        Printed(markdown(r"$\nosuch$"), strict=True)


def test_the_same_notebook_gives_the_same_bytes():
    cells = [markdown("# T\n\n$x$"), code("1", shown(PICTURE, image_png=base64_png()))]
    assert Printed(*cells).pdf == Printed(*cells).pdf
