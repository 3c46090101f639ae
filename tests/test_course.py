"""Is what is made of this course right: the page to look things up, and the copies?"""

import asyncio
import json
import re
import shutil
import subprocess
import urllib.parse
import zipfile
from itertools import chain
from pathlib import Path

import nbformat
import pytest
from jupyter_server.services.contents.largefilemanager import LargeFileManager
from jupyterlab.commands import get_app_dir
from jupytext.sync_contentsmanager import build_sync_jupytext_contents_manager_class

from courseware.__main__ import main
from courseware.course import Course
from courseware.editions.leaks import leaks, secret_lines
from courseware.editions.rehearsal import NAME as REHEARSAL
from courseware.editions.student import student_file, student_notebook
from courseware.execution import execute
from courseware.pairs import read_source
from courseware.tags import CHECK, EXERCISE, SOLUTION, has_tag

ROOT = Path(__file__).parents[1]
COURSE = Course.find(ROOT)
LESSONS = COURSE.lessons
NAMES = sorted(path.name for path in LESSONS.glob("*.ipynb"))
# A student's copy has these cells besides: how to update it, and what is missing.
ADDED = {"note", "guard"}
LINK = re.compile(r"\]\(([^)\s]+)\)")


def lesson(name):
    return json.loads((LESSONS / name).read_bytes())


# --- the page of notation and index --------------------------------------------------


def anchors(path):
    """Return the anchors of a lesson's headings, as JupyterLab makes them."""
    cells = read_source(path).cells
    prose = "\n".join(c.source for c in cells if c.cell_type == "markdown")
    headings = re.findall(r"(?m)^#+ (.*)$", prose)
    return {heading.replace("`", "").replace(" ", "-") for heading in headings}


def test_each_link_of_the_page_leads_to_a_heading():
    text = (LESSONS / COURSE.glossary).read_text("utf-8")
    links = re.findall(r"\]\(([\w.]+)(?:#(\S+))?\)(?:,| \|)", text)
    assert links
    known = {path.stem: anchors(path) for path in LESSONS.glob("*.py")}
    for file, anchor in set(links):
        stem = file.removesuffix(".ipynb")
        assert stem in known
        assert not anchor or urllib.parse.unquote(anchor) in known[stem], anchor


# --- the student edition -------------------------------------------------------------


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """The student edition of the lessons, in a folder that holds nothing else."""
    root = tmp_path_factory.mktemp("course")
    output = ["--output", str(root / "student"), "--zip", str(root / "student.zip")]
    output += ["--stale-ok"]  # which is another test's
    assert main(["student", "--course", str(ROOT), *output]) == 0
    return root


def test_every_lesson_and_every_page_is_handed_out_and_wheels_are_in_the_zip(made):
    pages = [path.with_suffix(".ipynb").name for path in LESSONS.glob("*.md")]
    found = {path.name for path in made.glob("student/[!.]*")}
    assert found == {*NAMES, *pages, f"{REHEARSAL}.ipynb", "README.md"}
    with zipfile.ZipFile(made / "student.zip") as archive:
        packed = {Path(name).name for name in archive.namelist()}
    wheels = {name.partition("-")[0] for name in packed if name.endswith(".whl")}
    assert wheels == {"courseware", "digitlib", "lecturepdf"}
    assert packed >= found


@pytest.mark.parametrize("name", NAMES)
def test_only_solutions_and_the_outputs_of_exercises_are_left_out(name, made):
    whole = nbformat.from_dict(lesson(name)).cells
    copy = nbformat.read(made / "student" / name, as_version=4)
    nbformat.validate(copy)
    known = {"description", "kernelspec", "language_info", "title"}
    assert copy.metadata.keys() <= known
    kept = [cell for cell in copy.cells if cell.id not in ADDED]
    expected = [cell for cell in whole if not has_tag(cell, SOLUTION)]
    assert [cell.id for cell in kept] == [cell.id for cell in expected]
    for cell, old in zip(kept, expected, strict=True):
        assert cell.source == "".join(old.source)
        if cell.cell_type == "code":
            blank = has_tag(cell, EXERCISE) or has_tag(cell, CHECK)
            assert len(cell.outputs) == (0 if blank else len(old.outputs))
            assert cell.execution_count is None


def test_no_copy_gives_any_solution_away(made):
    secrets = secret_lines(map(lesson, NAMES))
    assert secrets
    for path in made.glob("student/*.ipynb"):
        assert leaks(json.loads(path.read_bytes()), secrets) == []


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
    [path] = LESSONS.glob("01_*.ipynb")  # the quickest
    name = path.name
    notebook = nbformat.read(made / "student" / name, as_version=4)
    asyncio.run(execute(notebook, name, tmp_path))
    checks = [cell for cell in notebook.cells if has_tag(cell, CHECK)]
    assert checks
    for cell in checks:
        assert "this is the empty stub" in cell.outputs[-1].data["text/plain"]


def test_jupyterlab_does_not_pair_a_students_notebook(tmp_path):
    # Jupytext's configuration is for notebooks/, though it lies above student/ as well.
    for folder in ("notebooks", "student"):
        (tmp_path / folder).mkdir()
        made = student_file(student_notebook(lesson(NAMES[0])))
        (tmp_path / folder / "a.ipynb").write_bytes(made)
    config = (ROOT / "pyproject.toml").read_bytes()
    (tmp_path / "pyproject.toml").write_bytes(config)
    manager = build_sync_jupytext_contents_manager_class(LargeFileManager)()
    manager.root_dir = str(tmp_path)
    for path in ("notebooks/a.ipynb", "student/a.ipynb"):
        model = manager.get(path, type="notebook")
        manager.save({key: model[key] for key in ("type", "format", "content")}, path)
    assert (tmp_path / "notebooks" / "a.py").exists()
    assert not (tmp_path / "student" / "a.py").exists()
    saved = json.loads((tmp_path / "student" / "a.ipynb").read_bytes())
    assert "jupytext" not in saved["metadata"]


# --- the verbs -----------------------------------------------------------------------


def test_cleaning_up_leaves_the_students_work_alone():
    makefile = (ROOT / "Makefile").read_text("utf-8")
    recipe = makefile.partition("\nclean:")[2].partition("\n\n")[0]
    assert "student.zip" in recipe.split()
    assert not {"student", "student/", "student*"} & set(recipe.split())


@pytest.mark.skipif(not shutil.which("make"), reason="there is no make")
@pytest.mark.parametrize("verb", ["student", "pdf", "site"])
def test_what_is_out_of_step_is_not_handed_out(verb, tmp_path):
    log = tmp_path / "log"
    for name in ("courseware", "python"):  # in which everything is out of step
        program = tmp_path / name
        program.write_text(f'#!/bin/sh\necho "$*" >> "{log}"\n[ "$1" != check ]\n')
        program.chmod(0o755)
    command = ["make", verb, f"BIN={tmp_path}", "-o.venv/.test", "-o.venv/.site"]

    def make(*settings):
        log.unlink(missing_ok=True)
        done = subprocess.run(
            [*command, *settings], cwd=ROOT, capture_output=True, text=True
        )
        return done.returncode == 0, log.read_text().splitlines(), done.stdout

    if verb == "student":  # which looks at the pairs itself
        assert [make()[1], make("STALE=1")[1]] == [
            ["student --zip student.zip"],
            ["student --zip student.zip --stale-ok"],
        ]
        return
    good, called, told = make()
    assert (good, called) == (False, ["check"])
    assert "STALE=1 goes on all the same" in told
    good, called, told = make("STALE=1")
    assert (good, called[0], len(called)) == (True, "check", 2)
    assert "STALE=1: going on all the same" in told


def test_the_settings_with_which_jupyterlab_opens_are_known_to_it():
    makefile = (ROOT / "Makefile").read_text("utf-8")
    folder = ROOT / re.search(r"app_settings_dir=(\S+)", makefile)[1]
    files = folder / "overrides.json", ROOT / "courseware" / "jupyterlab.json"
    overrides = [json.loads(file.read_bytes()).items() for file in files]
    for plugin, settings in chain.from_iterable(overrides):
        package, _, name = plugin.partition(":")
        schema = Path(get_app_dir()) / "schemas" / package / f"{name}.json"
        assert settings.keys() <= json.loads(schema.read_bytes())["properties"].keys()
