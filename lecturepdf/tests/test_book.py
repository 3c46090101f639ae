"""The book, and the command that builds a course."""

import io
import os
import re
import subprocess
import sys
from functools import partial

import nbformat
import pytest
from pdf_tools import code, markdown, notebook
from pypdf import PdfReader

from lecturepdf.__main__ import main
from lecturepdf.exporter import LecturePDFExporter
from lecturepdf.files import write
from lecturepdf.lesson import chapter_numbers

INTRODUCTION = "# One neuron\n\n## Descent\n\n$$ a = b \\tag{N1} $$\n\n"
FIRST = notebook(
    markdown(INTRODUCTION + "See [two](02.ipynb)."),
    markdown("**Exercise 1.1**"),
    code("def f(): ...", tags=["exercise"]),
    code("def f(): return 1", tags=["solution"]),
)
SECOND = notebook(
    markdown("# Two neurons\n\nBy (N1) and [descent](01.ipynb#Descent).", "slide"),
    markdown("$$ c = d \\tag{N2} $$"),
    markdown("a note", slide_type="notes"),
)


def saved(folder):
    paths = [folder / name for name in ("01.ipynb", "02.ipynb")]
    for path, nb in zip(paths, (FIRST, SECOND), strict=True):
        nbformat.write(nb, path)
    return paths


@pytest.fixture
def course(tmp_path):
    return saved(tmp_path)


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    exporter = LecturePDFExporter(strict=True, course="Digits", author="A. Author")
    paths = saved(tmp_path_factory.mktemp("book"))
    return PdfReader(io.BytesIO(exporter.book(paths))).pages


def build(paths, output, *editions, options=()):
    """Run the command for some editions, or for all."""
    chosen = (word for edition in editions for word in ("--edition", edition))
    arguments = [*map(str, paths), "--output", str(output), *chosen]
    main([*arguments, "--jobs", "1", *options])


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


FACTS = {"author": "A. Author", "release": "2nd edition", "date": "2026-10-01"}


@pytest.fixture(scope="module")
def numbered(tmp_path_factory):
    """A book of three, in which each has its (C) and its exercises."""
    folder, paths = tmp_path_factory.mktemp("numbered"), []
    for n, word in enumerate(("bias", "weight", "layer"), start=1):
        text = f"# Chapter {word}\n\nA *{word}* is _no_ *Title*. See (C), (D).\n\n"
        text += f"$$ {word[0]} \\tag{{C}} $$\n\n## Of a {word}\n\n## Exercises\n\nLast."
        text += "\n\n$$ d \\tag{D} $$" * (n == 2)
        paths.append(folder / f"0{n}_x.ipynb")
        nbformat.write(notebook(markdown(text)), paths[-1])
    facts = FACTS | {"chapter": "Lesson", "terms": "*", "title": "Book"}
    exporter = LecturePDFExporter(strict=True, **facts)
    return PdfReader(io.BytesIO(exporter.book(paths)))


def words_of(page):
    return " ".join(page.extract_text().split())


def test_cover_and_metadata_say_who_when_and_which_edition(numbered):
    assert words_of(numbered.pages[0]) == "Book A. Author 2nd edition 2026-10-01"
    facts = numbered.metadata
    assert (facts.author, facts.title, facts.subject) == (
        "A. Author",
        "Book",
        "2nd edition",
    )
    assert facts.creation_date.date().isoformat() == "2026-10-01"


def test_chapters_have_the_numbers_of_their_files(numbered):
    texts = [words_of(page) for page in numbered.pages]
    assert texts[2].startswith("Lesson 1 Chapter bias")
    assert [n for n in (1, 2, 3) if f"{n} Chapter" in texts[1]] == [1, 2, 3]


def test_what_every_chapter_has_is_told_in_one_line_of_the_contents(numbered):
    text = words_of(numbered.pages[1])
    assert text.count("Exercises") == 3
    dotted = re.findall(r"(\w+) ?(?:\. ?){5}", text)
    assert dotted == ["bias", "weight", "layer"]


def test_a_reference_leads_to_its_own_chapter_or_the_one_before(numbered):
    def targets(page):
        links = [note.get_object() for note in page["/Annots"]]
        places = [
            link["/Dest"] if "/Dest" in link else link["/A"]["/D"] for link in links
        ]
        return [numbered.pages.index(place[0].get_object()) for place in places]

    first, second, third = numbered.pages[2:5]
    assert [targets(page)[:2] for page in (first, second, third)] == [
        [2, 3],
        [3, 3],
        [4, 3],
    ]


def test_indexes_name_chapters(numbered):
    equations, terms = map(words_of, numbered.pages[-2:])
    assert "1 Chapter bias (C)" in equations
    assert "lesson: page bias, 1: 3 layer, 3: 5 weight, 2: 4 A." in terms


@pytest.mark.parametrize(
    ("names", "numbers"),
    [
        (["a", "b"], ["1", "2"]),
        (["index", "01_a", "3b", "Lecture 04"], ["", "1", "3", "4"]),
        (["1_a", "1_b"], ["1", "2"]),
        (["2024_a", "b"], ["1", "2"]),
    ],
)
def test_numbers_of_chapters(names, numbers):
    assert chapter_numbers(names) == numbers


def test_links_between_lessons_stay_within_the_book(pages):
    links = [note.get_object() for page in pages for note in page.get("/Annots", [])]
    assert len(links) > 5
    assert [link for link in links if "/URI" in link.get("/A", {})] == []


def test_chapters_of_one_name_are_refused(course):
    with pytest.raises(ValueError, match="the same name"):
        LecturePDFExporter().book([course[0], course[0]])


def test_a_lesson_by_itself_links_to_the_other_pdf(course):
    pdf, _ = LecturePDFExporter().from_filename(str(course[1]))
    (page,) = PdfReader(io.BytesIO(pdf)).pages
    (link,) = [note.get_object() for note in page["/Annots"]]
    assert link["/A"]["/URI"] == "01.pdf"


def test_the_command_builds_every_edition(course, tmp_path):
    folder = tmp_path / "out"
    build(course, folder)
    made = {str(path.relative_to(folder)) for path in folder.rglob("*.*")}
    kinds = "", "handout/", "instructor/", "slides/", "slide-handout/"
    pairs = {f"{kind}{name}.pdf" for kind in kinds for name in ("01", "02")}
    assert made == pairs | {"book.pdf", "slide-notes/02.pdf"}
    assert all((folder / name).read_bytes().startswith(b"%PDF") for name in made)


def test_side_by_side_gives_the_same_bytes(course, tmp_path):
    for jobs in ("1", "2"):
        options = ["--jobs", jobs]
        build(course, tmp_path / jobs, "lecture", "book", options=options)
    for name in ("01.pdf", "book.pdf"):
        one, other = (tmp_path / jobs / name for jobs in ("1", "2"))
        assert one.read_bytes() == other.read_bytes()


def test_a_fault_keeps_its_pdf_from_being_written_and_no_other_unless_it_is_allowed(
    course, tmp_path, capsys
):
    nbformat.write(notebook(markdown("# Bad\n\n![](none.png)")), course[0])
    command = partial(build, course, tmp_path / "out", "lecture", "handout")
    with pytest.raises(SystemExit, match=r"not written:\n .*out/01\.pdf +1 fault\n"):
        command()
    assert [path.name for path in (tmp_path / "out").glob("*.pdf")] == ["02.pdf"]
    told = capsys.readouterr().err
    assert told.count("01.ipynb, cell 1: no picture none.png") == 1
    command(options=["--allow-faults"])
    assert (tmp_path / "out" / "01.pdf").exists()
    assert capsys.readouterr().err == told


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ("nowhere.ipynb", "there is no file nowhere.ipynb"),
        ("01.ipynb --lang English", "lang is a code like en"),
        ("01.ipynb again/01.ipynb", "01.ipynb and again/01.ipynb would both be "),
        ("01.ipynb 01.ipynb", "01.ipynb and 01.ipynb would both be printed as 01.pdf"),
        ("book.ipynb BOOK.ipynb --edition slides", "book.ipynb and BOOK.ipynb would"),
        ("01.ipynb book.ipynb", "the book and book.ipynb would both be printed as boo"),
    ],
)
def test_what_cannot_be_asked_for_is_told_before_anything_is_made(
    arguments, message, course, monkeypatch, capsys
):
    monkeypatch.chdir(course[0].parent)
    (course[0].parent / "again").mkdir()
    for name in ("again/01.ipynb", "book.ipynb", "BOOK.ipynb"):
        nbformat.write(SECOND, name)
    with pytest.raises(SystemExit):
        main([*arguments.split(), "--jobs", "1"])
    assert f"lecturepdf: error: {message}" in capsys.readouterr().err
    assert not course[0].with_name("lectures").exists()


def test_a_notebook_may_be_called_book_where_no_pdf_replaces_another(tmp_path):
    nbformat.write(notebook(markdown("# Alone", "slide")), tmp_path / "book.ipynb")
    build([tmp_path / "book.ipynb"], tmp_path, "slides", "book")
    assert len(list(tmp_path.rglob("book.pdf"))) == 2


def test_a_file_is_replaced_whole_or_not_at_all(tmp_path, monkeypatch):
    path = tmp_path / "lesson.pdf"
    write(path, b"old")
    monkeypatch.setattr("pathlib.Path.replace", lambda self, target: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        write(path, b"new")
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.skipif(os.name == "nt", reason="Windows has neither modes nor free links")
def test_a_link_stays_a_link_and_a_mode_the_same(tmp_path):
    link, file = tmp_path / "link", tmp_path / "folder" / "file"
    link.symlink_to("folder/file")
    previous = os.umask(0o027)
    try:
        write(link, b"first")
        assert file.stat().st_mode & 0o777 == 0o640
        file.chmod(0o604)
        write(link, b"second")
    finally:
        os.umask(previous)
    assert link.is_symlink()
    assert file.read_bytes() == b"second"
    assert file.stat().st_mode & 0o777 == 0o604
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(OSError, match="not a file"):
        write(tmp_path / "pipe", b"third")
    assert (tmp_path / "pipe").is_fifo()


KILLED_IN_THE_MIDDLE = """
import io, os, pathlib, sys
from lecturepdf.files import write

class DyingFile(io.FileIO):
    def write(self, data):
        super().write(data[:len(data) // 2])
        os._exit(9)

path = pathlib.Path(sys.argv[1])
write(path, b"whole")
pathlib.Path.open = lambda path, mode: DyingFile(path, mode)
write(path, b"half of it")
"""


def test_a_kill_in_the_middle_of_a_file_leaves_the_one_before(tmp_path):
    path = tmp_path / "a.pdf"
    command = [sys.executable, "-c", KILLED_IN_THE_MIDDLE, str(path)]
    assert subprocess.run(command).returncode == 9
    assert path.read_bytes() == b"whole"


@pytest.mark.parametrize("strict", [False, True])
def test_nbconvert_tells_faults_without_a_traceback(strict, course):
    nbformat.write(notebook(markdown("$\\nosuch$")), course[0])
    command = [sys.executable, "-m", "nbconvert", "--to", "lecturepdf", str(course[0])]
    environment = os.environ | {"PYTHONWARNINGS": "ignore"}
    run = subprocess.run(
        [*command, f"--LecturePDFExporter.strict={strict}"],
        capture_output=True, text=True, env=environment, check=False,
    )  # fmt: skip
    assert run.returncode == strict
    assert course[0].with_suffix(".pdf").exists() != strict
    assert "01.ipynb, cell 1: formula \\nosuch: unknown command" in run.stderr
    assert "Traceback" not in run.stderr
