"""Is what a student gets whole, without an answer in it, and theirs to write in?"""

import asyncio
import io
import json
import os
import re
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import nbformat
import pytest
from jupyter_server.services.contents.largefilemanager import LargeFileManager
from jupyterlab.commands import get_app_dir
from jupytext.sync_contentsmanager import build_sync_jupytext_contents_manager_class

from courseware.editions.leaks import has_tag, leaks, secret_lines
from courseware.editions.student import (
    LESSONS,
    NOTE,
    ROOT,
    main,
    student_file,
    student_notebook,
    zipped,
)
from courseware.execution import execute
from courseware.rules import unique_ids

SCHEMAS = Path(get_app_dir()) / "schemas"
TOOL = ROOT / "tools" / "student.py"
NAMES = sorted(path.name for path in LESSONS.glob("*.ipynb"))
LINK = re.compile(r"\]\(([^)\s]+)\)")


def lesson(name):
    return json.loads((LESSONS / name).read_bytes())


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """The student edition of the lessons, in a folder that holds nothing else."""
    root = tmp_path_factory.mktemp("course")
    arguments = ["--output", str(root / "student"), "--zip", str(root / "student.zip")]
    assert main(arguments) == 0
    return root


# --- what is in it -----------------------------------------------------------------


def test_every_lesson_and_every_page_is_handed_out(made):
    pages = [path.with_suffix(".ipynb").name for path in LESSONS.glob("*.md")]
    found = [path.name for path in made.glob("student/*") if path.name[0] != "."]
    assert sorted(found) == sorted(NAMES + pages)


@pytest.mark.parametrize("name", NAMES)
def test_a_students_notebook_is_valid_and_no_half_of_a_pair(name, made):
    student = nbformat.read(made / "student" / name, as_version=4)
    nbformat.validate(student)
    assert unique_ids(name, student) == []
    assert student.metadata.keys() == {"kernelspec", "language_info", "title"}
    assert student.cells[0].source == NOTE


@pytest.mark.parametrize("name", NAMES)
def test_only_solutions_and_the_outputs_of_exercises_are_left_out(name, made):
    whole = nbformat.from_dict(lesson(name)).cells
    kept = nbformat.read(made / "student" / name, as_version=4).cells[1:]
    expected = [cell for cell in whole if not has_tag(cell, "solution")]
    assert [cell.id for cell in kept] == [cell.id for cell in expected]
    assert len(kept) < len(whole)
    for cell, old in zip(kept, expected, strict=True):
        assert cell.source == "".join(old.source)
        if cell.cell_type == "code":
            blank = has_tag(cell, "exercise") or has_tag(cell, "check")
            assert len(cell.outputs) == (0 if blank else len(old.outputs))
            assert cell.execution_count is None
            assert all(not out.get("execution_count") for out in cell.outputs)


@pytest.mark.parametrize("name", NAMES)
def test_no_byte_of_a_notebook_gives_its_solutions_away(name, made):
    secrets = secret_lines([lesson(name)])
    assert len(secrets) > 5
    assert leaks((made / "student" / name).read_bytes(), secrets) == []


def test_no_byte_of_the_folder_or_the_zip_gives_any_solution_away(made):
    secrets = secret_lines(map(lesson, NAMES))
    files = [path for path in made.rglob("*") if path.is_file()]
    assert len(files) > len(NAMES) + 1  # the zip and the list of what was made
    with zipfile.ZipFile(made / "student.zip") as archive:
        unpacked = [archive.read(name) for name in archive.namelist()]
    for data in {*(path.read_bytes() for path in files), *unpacked}:
        assert leaks(data, secrets) == []


def test_what_a_stub_has_put_out_is_left_out_too():
    cell = {"cell_type": "code", "source": "", "execution_count": 3}
    cells = [
        {**cell, "metadata": {"tags": [tag]}, "outputs": [{"output_type": "stream"}]}
        for tag in ("exercise", "check", "slide")
    ]
    student = student_notebook({"cells": cells, "metadata": {}})
    assert [len(cell["outputs"]) for cell in student["cells"]] == [0, 0, 1]
    assert len(cells[0]["outputs"]) == 1


def test_links_lead_where_they_led_in_the_lessons(made):
    for path in made.glob("student/*.ipynb"):
        cells = json.loads(path.read_bytes())["cells"]
        prose = (c["source"] for c in cells if c["cell_type"] == "markdown")
        text = "\n".join("".join(source) for source in prose)
        targets = {link.partition("#")[0] for link in LINK.findall(text)}
        local = {target for target in targets if (LESSONS / target).is_file()}
        missing = {target for target in local if not (path.parent / target).exists()}
        assert not missing, f"{path.name} links to {missing}"


def test_a_students_notebook_runs_from_end_to_end(made, tmp_path, monkeypatch):
    monkeypatch.delenv("DIGITLIB_DATA_DIR", raising=False)
    monkeypatch.setenv("DIGITLIB_CACHE_DIR", str(tmp_path / "empty"))
    name = "03_a_network_that_reads_digits.ipynb"  # on the sample, the quickest
    notebook = nbformat.read(made / "student" / name, as_version=4)
    asyncio.run(execute(notebook, name, tmp_path))
    checks = [cell for cell in notebook.cells if has_tag(cell, "check")]
    assert checks
    for cell in checks:
        assert "this is the empty stub" in cell.outputs[-1].data["text/plain"]


def test_jupyterlab_does_not_pair_a_students_notebook(made):
    # Jupytext's configuration is for notebooks/, though it lies above student/ as well.
    for folder in ("notebooks", "student"):
        (made / "lab" / folder).mkdir(parents=True)
        (made / "lab" / folder / "a.ipynb").write_bytes(student_file(lesson(NAMES[0])))
    config = (ROOT / "pyproject.toml").read_bytes()
    (made / "lab" / "pyproject.toml").write_bytes(config)
    manager = build_sync_jupytext_contents_manager_class(LargeFileManager)()
    manager.root_dir = str(made / "lab")
    for path in ("notebooks/a.ipynb", "student/a.ipynb"):
        model = manager.get(path, type="notebook")
        manager.save({key: model[key] for key in ("type", "format", "content")}, path)
    assert (made / "lab" / "notebooks" / "a.py").exists()
    assert not (made / "lab" / "student" / "a.py").exists()
    saved = json.loads((made / "lab" / "student" / "a.ipynb").read_bytes())
    assert "jupytext" not in saved["metadata"]


# --- the zip -----------------------------------------------------------------------


def test_the_zip_holds_what_the_folder_holds(made):
    with zipfile.ZipFile(made / "student.zip") as archive:
        assert archive.testzip() is None
        packed = {name: archive.read(name) for name in archive.namelist()}
    folder = made / "student"
    visible = [path for path in folder.iterdir() if path.name[0] != "."]
    assert packed == {f"student/{path.name}": path.read_bytes() for path in visible}


def test_the_zip_has_the_same_bytes_whenever_and_wherever_it_is_made(
    made, tmp_path, monkeypatch
):
    monkeypatch.setattr(time, "time", lambda: 2e9)
    monkeypatch.setattr(time, "localtime", lambda *_: time.gmtime(2e9))
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.chdir(tmp_path)
    main(["--output", "student", "--zip", "again.zip"])
    assert Path("again.zip").read_bytes() == (made / "student.zip").read_bytes()


def test_the_zip_is_in_order_and_names_no_time_and_no_owner():
    data = zipped({"b": b"2", "a": b"1"}, "folder")
    assert data == zipped({"a": b"1", "b": b"2"}, "folder")
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        entries = archive.infolist()
    assert [entry.filename for entry in entries] == ["folder/a", "folder/b"]
    assert {entry.date_time for entry in entries} == {(1980, 1, 1, 0, 0, 0)}
    assert {entry.external_attr >> 16 for entry in entries} == {0o644}


# --- making it ---------------------------------------------------------------------


@pytest.fixture
def course(tmp_path):
    """A small course of two lessons, and how to make its student edition."""
    folder = tmp_path / "lessons"
    folder.mkdir()
    write(folder, "1.ipynb", "x = 1")
    write(folder, "2.ipynb", "x = 2")
    return folder


def write(folder, name, source, solution="y = 'the secret'"):
    cells = [
        nbformat.v4.new_code_cell(source, id="a"),
        nbformat.v4.new_code_cell(solution, id="b", metadata={"tags": ["solution"]}),
    ]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), folder / name)


def make(course, *more):
    output = str(course.parent / "student")
    return main(["--folder", str(course), "--output", output, *more])


def test_an_edited_lesson_stays_and_an_update_says_so(course, capsys):
    assert make(course) == 0
    student = course.parent / "student" / "1.ipynb"
    student.write_text(student.read_text("utf-8").replace("x = 1", "x = 10"), "utf-8")
    mine = student.read_bytes()
    write(course, "1.ipynb", "x = 11")
    write(course, "2.ipynb", "x = 22")
    capsys.readouterr()
    assert make(course) == 0
    assert capsys.readouterr().out == (
        "student/1.ipynb: you have changed it, so it stays; the new one is "
        "1.new.ipynb\n"
        "student/2.ipynb: renewed\n"
        "student/ is up to date\n"
    )
    assert student.read_bytes() == mine
    assert "x = 11" in student.with_name("1.new.ipynb").read_text("utf-8")
    assert "x = 22" in student.with_name("2.ipynb").read_text("utf-8")


def test_to_open_and_save_a_notebook_does_not_change_it(course, capsys):
    make(course)
    student = course.parent / "student" / "1.ipynb"
    opened = nbformat.read(student, as_version=4)
    opened.metadata.kernelspec = {"name": "python3", "display_name": "Python 3 (ip)"}
    nbformat.write(opened, student)
    opened.cells[1].source += "\n"
    nbformat.write(opened, student.with_name("2.ipynb"))
    write(course, "1.ipynb", "x = 11")
    write(course, "2.ipynb", "x = 22")
    capsys.readouterr()
    make(course)
    assert "1.ipynb: renewed\nstudent/2.ipynb: you have" in capsys.readouterr().out


@pytest.mark.parametrize("change", ["source", "output", "cell", "nothing like it"])
def test_what_a_student_does_to_a_notebook_makes_it_theirs(change, course):
    make(course)
    student = course.parent / "student" / "1.ipynb"
    notebook = nbformat.read(student, as_version=4)
    if change == "source":
        notebook.cells[1].source = "x = 2"
    elif change == "output":
        notebook.cells[1].outputs = [nbformat.v4.new_output("stream", text="mine")]
    else:
        notebook.cells.append(nbformat.v4.new_markdown_cell("mine", id="c"))
    nbformat.write(notebook, student)
    if change == "nothing like it":
        student.write_text("[1, 2, 3]", "utf-8")
    mine = student.read_bytes()
    write(course, "1.ipynb", "x = 11")
    assert make(course) == 0
    assert student.read_bytes() == mine


def test_pages_go_with_the_lessons_as_notebooks(course):
    (course / "index.md").write_text("# Index\n\n## A\n\nä\n\n## B\n", "utf-8")
    link = "[index](index.md#A), [this](../README.md), `index.md`"
    notebook = nbformat.read(course / "1.ipynb", as_version=4)
    notebook.cells.append(nbformat.v4.new_markdown_cell(link))
    nbformat.write(notebook, course / "1.ipynb")
    assert make(course) == 0
    page = nbformat.read(course.parent / "student" / "index.ipynb", as_version=4)
    nbformat.validate(page)
    assert [cell.source.split()[1] for cell in page.cells] == ["Index", "A", "B"]
    lesson = nbformat.read(course.parent / "student" / "1.ipynb", as_version=4)
    assert lesson.cells[-1].source == link.replace("(index.md", "(index.ipynb")


@pytest.mark.parametrize(
    ("ruin", "complaint"),
    [
        ("<<<<<<< HEAD\n{}", "2.ipynb cannot be handed out: it is not a notebook"),
        ("[]", "2.ipynb cannot be handed out: it is not a notebook"),
        ('{"nbformat": 3}', "2.ipynb cannot be handed out: it is not a notebook"),
    ],
)
def test_a_ruined_lesson_is_named_and_the_old_copies_stay(
    ruin, complaint, course, capsys
):
    make(course)
    before = {p: p.read_bytes() for p in (course.parent / "student").iterdir()}
    write(course, "1.ipynb", "x = 11")
    (course / "2.ipynb").write_text(ruin, "utf-8")
    assert make(course) == 1
    assert complaint in capsys.readouterr().err
    assert before == {p: p.read_bytes() for p in (course.parent / "student").iterdir()}


def test_a_lesson_that_gives_its_solution_away_is_not_handed_out(course, capsys):
    notebook = nbformat.read(course / "2.ipynb", as_version=4)
    notebook.cells[0].outputs = [
        nbformat.v4.new_output(
            "display_data", {"text/html": "<pre>y = &#x27;the secret&#x27;</pre>"}
        )
    ]
    nbformat.write(notebook, course / "2.ipynb")
    assert make(course, "--zip", str(course / "student.zip")) == 1
    complaint = "2.ipynb cannot be handed out: it would show \"y = 'the secret'\" of a"
    assert complaint in capsys.readouterr().err
    assert not (course.parent / "student").exists()
    assert not (course / "student.zip").exists()


def test_the_lessons_themselves_are_never_written_to(course, capsys):
    before = {path: path.read_bytes() for path in course.iterdir()}
    assert main(["--folder", str(course), "--output", str(course)]) == 1
    assert "holds the lessons themselves" in capsys.readouterr().err
    assert {path: path.read_bytes() for path in course.iterdir()} == before


def test_when_nothing_has_changed_it_takes_no_time(made):
    command = [sys.executable, TOOL, "--output", made / "student"]
    before = os.times()
    done = subprocess.run(command, capture_output=True, text=True, env=os.environ)
    after = os.times()  # what else the machine does is not counted
    assert after.children_user - before.children_user < 5  # it takes one
    assert done.stdout == "student/ is up to date\n"


def test_cleaning_up_leaves_the_students_work_alone():
    makefile = (ROOT / "Makefile").read_text("utf-8")
    recipe = makefile.partition("\nclean:")[2].partition("\n\n")[0]
    assert "student.zip" in recipe.split()
    assert not {"student", "student/", "student*"} & set(recipe.split())


def test_the_settings_with_which_jupyterlab_opens_are_known_to_it():
    folder = re.search(
        r"app_settings_dir=(\S+)", (ROOT / "Makefile").read_text("utf-8")
    )
    overrides = json.loads((ROOT / folder[1] / "overrides.json").read_bytes())
    for plugin, settings in overrides.items():
        package, _, name = plugin.partition(":")
        schema = SCHEMAS / package / f"{name}.json"
        known = json.loads(schema.read_bytes())["properties"]
        assert settings.keys() <= known.keys()
