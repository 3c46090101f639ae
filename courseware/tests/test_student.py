"""Is what a student gets whole, without an answer in it, and theirs to write in?"""

import io
import sys
import time
import zipfile

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell

from courseware.editions.student import NOTE, student_notebook, zipped

SECRET = "y = 'the secret'"


@pytest.fixture
def handed(course):
    """A course of two lessons without sources, to make the student edition of."""
    write(course, "1", "x = 1")
    write(course, "2", "x = 2")
    return course


def write(course, name, source):
    solution = new_code_cell(SECRET, id="b", metadata={"tags": ["solution"]})
    course.notebook(name, new_code_cell(source, id="a"), solution)


def student(course, name):
    return course.folder / "student" / f"{name}.ipynb"


# --- what is in it -----------------------------------------------------------------


def test_solutions_and_the_outputs_of_exercises_are_left_out():
    cell = {"cell_type": "code", "source": "", "execution_count": 3}
    result = {"output_type": "execute_result", "execution_count": 3}
    cells = [
        {**cell, "metadata": {"tags": [tag]}, "outputs": [dict(result)]}
        for tag in ("exercise", "check", "solution", "slide")
    ]
    header = {"title": "A", "kernelspec": {}, "jupytext": {"formats": "ipynb,py"}}
    made = student_notebook({"cells": cells, "metadata": header})
    assert [len(cell["outputs"]) for cell in made["cells"]] == [0, 0, 1]
    assert [cell["execution_count"] for cell in made["cells"]] == [None] * 3
    assert made["cells"][2]["outputs"][0]["execution_count"] is None
    assert made["metadata"].keys() == {"title", "kernelspec"}  # by which none is paired
    assert len(cells[0]["outputs"]) == 1


def test_it_is_a_notebook_headed_by_a_note(handed):
    assert handed.call("student") == 0
    notebook = nbformat.read(student(handed, "1"), as_version=4)
    nbformat.validate(notebook)
    assert [cell.source for cell in notebook.cells] == [NOTE, "x = 1"]


def test_pages_go_with_the_lessons_as_notebooks_and_modules_as_they_are(handed):
    (handed.lessons / "index.md").write_text("# Index\n\n## A\n\nä\n\n## B\n", "utf-8")
    (handed.lessons / "helpers.py").write_text("x = 1\n")
    link = "[index](index.md#A), [this](../README.md), `index.md`"
    handed.notebook("1", new_markdown_cell(link))
    assert handed.call("student") == 0
    page = nbformat.read(student(handed, "index"), as_version=4)
    nbformat.validate(page)
    assert [cell.source.split()[1] for cell in page.cells] == ["Index", "A", "B"]
    lesson = nbformat.read(student(handed, "1"), as_version=4)
    assert lesson.cells[-1].source == link.replace("(index.md", "(index.ipynb")
    assert (handed.folder / "student" / "helpers.py").read_text() == "x = 1\n"


def test_some_lessons_may_be_handed_out_alone(handed):
    assert handed.call("student", "--lessons", "2") == 0
    assert [p.name for p in (handed.folder / "student").glob("*")] != []
    assert not student(handed, "1").exists()
    assert student(handed, "2").exists()
    assert handed.call("student", "--lessons", "3") == 1


# --- the zip -----------------------------------------------------------------------


def unzipped(path):
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def test_the_zip_holds_what_the_folder_holds(handed):
    path = handed.folder / "student.zip"
    assert handed.call("student", "--zip", path) == 0
    visible = (p for p in (handed.folder / "student").iterdir() if p.name[0] != ".")
    assert unzipped(path) == {f"student/{p.name}": p.read_bytes() for p in visible}


def test_the_zip_carries_wheels_and_the_line_that_installs_them(handed):
    package = handed.folder / "kit"
    (package / "kit").mkdir(parents=True)
    (package / "kit" / "__init__.py").write_text("x = 1\n")
    (package / "pyproject.toml").write_text(
        "[build-system]\nrequires = ['hatchling']\nbuild-backend = 'hatchling.build'\n"
        "[project]\nname = 'kit'\nversion = '1.2'\nrequires-python = '>=3'\n"
    )
    handed.settings('install = "kit[lab]"\nwheels = ["kit"]')
    path = handed.folder / "student.zip"
    assert handed.call("student", "--zip", path) == 0
    files = unzipped(path)
    assert "student/wheels/kit-1.2-py3-none-any.whl" in files
    readme = files["student/README.md"].decode()
    assert 'pip install --find-links wheels "kit[lab]"' in readme
    assert "Begin with `1.ipynb`" in readme
    (package / "pyproject.toml").write_text("[build-system]\nrequires = 3\n")
    assert handed.call("student", "--zip", handed.folder / "other.zip") == 1


def test_the_zip_has_the_same_bytes_whenever_and_wherever_it_is_made(
    handed, tmp_path, monkeypatch
):
    paths = [handed.folder / "one.zip", tmp_path / "two.zip"]
    assert handed.call("student", "--zip", paths[0]) == 0
    monkeypatch.setattr(time, "time", lambda: 2e9)
    monkeypatch.setattr(time, "localtime", lambda *_: time.gmtime(2e9))
    monkeypatch.setattr(sys, "platform", "win32")
    assert handed.call("student", "--zip", paths[1]) == 0
    assert paths[0].read_bytes() == paths[1].read_bytes()


def test_the_zip_is_in_order_and_names_no_time_and_no_owner():
    data = zipped({"b": b"2", "a": b"1"}, "folder")
    assert data == zipped({"a": b"1", "b": b"2"}, "folder")
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        entries = archive.infolist()
    assert [entry.filename for entry in entries] == ["folder/a", "folder/b"]
    assert {entry.date_time for entry in entries} == {(1980, 1, 1, 0, 0, 0)}
    assert {entry.external_attr >> 16 for entry in entries} == {0o644}


# --- making it ---------------------------------------------------------------------


def test_an_edited_lesson_stays_and_an_update_says_so(handed, capsys):
    assert handed.call("student") == 0
    path = student(handed, "1")
    path.write_text(path.read_text("utf-8").replace("x = 1", "x = 10"), "utf-8")
    mine = path.read_bytes()
    write(handed, "1", "x = 11")
    write(handed, "2", "x = 22")
    capsys.readouterr()
    assert handed.call("student") == 0
    assert capsys.readouterr().out == (
        "student/1.ipynb: you have changed it, so it stays; the new one is "
        "1.new.ipynb\n"
        "student/2.ipynb: renewed\n"
        "student/ is up to date\n"
    )
    assert path.read_bytes() == mine
    assert "x = 11" in path.with_name("1.new.ipynb").read_text("utf-8")
    assert "x = 22" in path.with_name("2.ipynb").read_text("utf-8")


def test_to_open_and_save_a_notebook_does_not_change_it(handed, capsys):
    handed.call("student")
    path = student(handed, "1")
    opened = nbformat.read(path, as_version=4)
    opened.metadata.kernelspec = {"name": "python3", "display_name": "Python 3 (ip)"}
    nbformat.write(opened, path)
    opened.cells[1].source += "\n"
    nbformat.write(opened, path.with_name("2.ipynb"))
    write(handed, "1", "x = 11")
    write(handed, "2", "x = 22")
    capsys.readouterr()
    handed.call("student")
    assert "1.ipynb: renewed\nstudent/2.ipynb: you have" in capsys.readouterr().out


@pytest.mark.parametrize("change", ["source", "output", "cell", "nothing like it"])
def test_what_a_student_does_to_a_notebook_makes_it_theirs(change, handed):
    handed.call("student")
    path = student(handed, "1")
    notebook = nbformat.read(path, as_version=4)
    if change == "source":
        notebook.cells[1].source = "x = 2"
    elif change == "output":
        notebook.cells[1].outputs = [nbformat.v4.new_output("stream", text="mine")]
    else:
        notebook.cells.append(nbformat.v4.new_markdown_cell("mine", id="c"))
    nbformat.write(notebook, path)
    if change == "nothing like it":
        path.write_text("[1, 2, 3]", "utf-8")
    mine = path.read_bytes()
    write(handed, "1", "x = 11")
    assert handed.call("student") == 0
    assert path.read_bytes() == mine


@pytest.mark.parametrize(
    ("ruin", "complaint"),
    [
        ("<<<<<<< HEAD\n{}", "2.ipynb cannot be handed out: it is not a notebook"),
        ("[]", "2.ipynb cannot be handed out: it is not a notebook"),
        ('{"nbformat": 3}', "2.ipynb cannot be handed out: it is not a notebook"),
    ],
)
def test_a_ruined_lesson_is_named_and_the_old_copies_stay(
    ruin, complaint, handed, capsys
):
    handed.call("student")
    before = {p: p.read_bytes() for p in (handed.folder / "student").iterdir()}
    write(handed, "1", "x = 11")
    (handed.lessons / "2.ipynb").write_text(ruin, "utf-8")
    assert handed.call("student") == 1
    assert complaint in capsys.readouterr().err
    assert before == {p: p.read_bytes() for p in (handed.folder / "student").iterdir()}


def test_a_lesson_that_gives_its_solution_away_is_not_handed_out(handed, capsys):
    notebook = nbformat.read(handed.lessons / "2.ipynb", as_version=4)
    notebook.cells[0].outputs = [
        nbformat.v4.new_output(
            "display_data", {"text/html": "<pre>y = &#x27;the secret&#x27;</pre>"}
        )
    ]
    nbformat.write(notebook, handed.lessons / "2.ipynb")
    assert handed.call("student", "--zip", handed.folder / "student.zip") == 1
    complaint = "2.ipynb cannot be handed out: it would show \"y = 'the secret'\" of a"
    assert complaint in capsys.readouterr().err
    assert not (handed.folder / "student").exists()
    assert not (handed.folder / "student.zip").exists()


def test_the_lessons_themselves_are_never_written_to(handed, capsys):
    before = {path: path.read_bytes() for path in handed.lessons.iterdir()}
    assert handed.call("student", "--output", handed.lessons) == 1
    assert "holds the lessons themselves" in capsys.readouterr().err
    assert {path: path.read_bytes() for path in handed.lessons.iterdir()} == before
