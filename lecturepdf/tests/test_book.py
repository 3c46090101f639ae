"""The book, and the command that builds a course."""

import io
import os
import subprocess
import sys

import nbformat
import pytest
from pdf_tools import code, markdown, notebook
from pypdf import PdfReader

from lecturepdf import book
from lecturepdf.exporter import LecturePDFExporter

FIRST = notebook(
    markdown(
        "# One neuron\n\n## Descent\n\n$$ a = b \\tag{N1} $$\n\nSee [two](02.ipynb)."
    ),
    markdown("**Exercise 1.1**"),
    code("def f(): ...", tags=["exercise"]),
    code("def f(): return 1", tags=["solution"]),
)
SECOND = notebook(
    markdown("# Two neurons\n\nBy (N1) and [descent](01.ipynb#Descent).", "slide"),
    markdown("$$ c = d \\tag{N2} $$"),
)


@pytest.fixture
def course(tmp_path):
    paths = []
    for name, nb in (("01", FIRST), ("02", SECOND)):
        paths.append(tmp_path / f"{name}.ipynb")
        nbformat.write(nb, paths[-1])
    return paths


@pytest.fixture
def pages(course):
    exporter = LecturePDFExporter(strict=True, course="Digits", author="A. Author")
    return PdfReader(io.BytesIO(exporter.book(course))).pages


def test_the_book_opens_with_title_and_contents(pages):
    assert "Digits" in pages[0].extract_text()
    contents = pages[1].extract_text()
    for line in ("Contents", "One neuron", "Descent", "Two neurons", "Index of"):
        assert line in contents


def test_each_lesson_is_a_chapter(pages):
    texts = [page.extract_text() for page in pages]
    (first,) = [n for n, text in enumerate(texts) if n > 1 and "Descent" in text]
    (second,) = [n for n, text in enumerate(texts) if n > 1 and "By (N1)" in text]
    assert second > first


def test_the_index_lists_tagged_equations_with_their_pages(pages):
    index = " ".join(pages[-1].extract_text().split())
    assert "Index of equations" in index
    assert index.index("(N1)") < index.index("(N2)")


def test_links_between_lessons_stay_within_the_book(pages):
    links = [note.get_object() for page in pages for note in page.get("/Annots", [])]
    assert len(links) > 5
    assert [link for link in links if "/URI" in link.get("/A", {})] == []


def test_a_lesson_by_itself_links_to_the_other_pdf(course):
    pdf, _ = LecturePDFExporter().from_filename(str(course[1]))
    (page,) = PdfReader(io.BytesIO(pdf)).pages
    (link,) = [note.get_object() for note in page["/Annots"]]
    assert link["/A"]["/URI"] == "01.pdf"


def test_the_command_builds_every_edition(course, tmp_path):
    folder = tmp_path / "out"
    book.main([*map(str, course), "--output", str(folder), "--jobs", "1"])
    made = {str(path.relative_to(folder)) for path in folder.rglob("*.*")}
    pairs = {f"{kind}{name}.pdf" for kind in ("", "handout/", "instructor/")
             for name in ("01", "02")}  # fmt: skip
    assert made == pairs | {"book.pdf", "slides/02.pdf"}
    assert all((folder / name).read_bytes().startswith(b"%PDF") for name in made)


def test_side_by_side_gives_the_same_bytes(course, tmp_path):
    for jobs in ("1", "2"):
        arguments = ["--output", str(tmp_path / jobs), "--jobs", jobs]
        book.main(
            [*map(str, course), *arguments, "--edition", "lecture", "--edition", "book"]
        )
    for name in ("01.pdf", "book.pdf"):
        assert (tmp_path / "1" / name).read_bytes() == (
            tmp_path / "2" / name
        ).read_bytes()


def test_a_fault_keeps_its_pdf_from_being_written_and_no_other(
    course, tmp_path, capsys
):
    nbformat.write(notebook(markdown("# Bad\n\n![](none.png)")), course[0])
    arguments = ["--output", str(tmp_path / "out"), "--jobs", "1"]
    with pytest.raises(SystemExit, match=r"not written: .*out/01\.pdf"):
        book.main([*map(str, course), *arguments, "--edition", "lecture"])
    assert "01.ipynb, cell 1: no picture none.png" in capsys.readouterr().err
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["02.pdf"]


def test_a_file_that_is_not_there_is_named(capsys):
    with pytest.raises(SystemExit):
        book.main(["nowhere.ipynb"])
    assert "there is no file nowhere.ipynb" in capsys.readouterr().err


def test_an_option_that_is_none_is_named(course, capsys):
    with pytest.raises(SystemExit):
        book.main([str(course[0]), "--lang", "English"])
    assert "lang is a code like en" in capsys.readouterr().err


def test_a_file_is_replaced_whole_or_not_at_all(tmp_path, monkeypatch):
    path = tmp_path / "lesson.pdf"
    book.write(path, b"old")

    def broken(self, target):
        raise OSError("disk full")

    monkeypatch.setattr("pathlib.Path.replace", broken)
    with pytest.raises(OSError, match="disk full"):
        book.write(path, b"new")
    assert path.read_bytes() == b"old"


KILLED_IN_THE_MIDDLE = """
import os, pathlib, sys
from lecturepdf import book

write, left = pathlib.Path.write_bytes, int(sys.argv[1])

def die_in_the_middle(path, data):
    global left
    if ".pdf" in path.name:
        left -= 1
    if left < 0:
        write(path, data[:len(data) // 2])
        os._exit(9)
    write(path, data)

pathlib.Path.write_bytes = die_in_the_middle
book.main(sys.argv[2:])
"""


@pytest.mark.parametrize("after", range(3))  # the book and two lectures
def test_a_kill_in_the_middle_of_a_file_leaves_whole_ones(after, course, tmp_path):
    folder = tmp_path / "lectures"
    arguments = [*map(str, course), "--output", str(folder), "--jobs", "1"]
    arguments += ["--edition", "book", "--edition", "lecture"]
    command = [sys.executable, "-c", KILLED_IN_THE_MIDDLE, str(after), *arguments]
    assert subprocess.run(command).returncode == 9
    whole = list(folder.glob("*.pdf"))
    assert len(whole) == after
    assert all(PdfReader(path).pages for path in whole)
    book.main(arguments)
    assert len(list(folder.glob("*.pdf"))) == 3


def test_nbconvert_tells_faults_without_a_traceback(course):
    nbformat.write(notebook(markdown("$\\nosuch$")), course[0])
    command = [sys.executable, "-m", "nbconvert", "--to", "lecturepdf", str(course[0])]
    environment = os.environ | {"PYTHONWARNINGS": "ignore"}
    run = subprocess.run(
        [*command, "--LecturePDFExporter.strict=True"],
        capture_output=True, text=True, env=environment, check=False,
    )  # fmt: skip
    assert run.returncode == 1
    assert "01.ipynb, cell 1: formula \\nosuch: unknown command" in run.stderr
    assert "Traceback" not in run.stderr
