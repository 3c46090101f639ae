"""Do the site's pages hold what they should, and nothing else?"""

import io
from base64 import b64decode
from pathlib import Path

import matplotlib.image
import nbformat
import numpy as np
import pytest

pytest.importorskip("pikepdf", reason="the extra site is not installed")

from course_site.launch import Repository, write_colab
from course_site.pages import (
    SiteError,
    lesson,
    lesson_page,
    runnable,
    script,
    start_page,
)
from course_site.shrink import shrink_notebook
from helpers import python

ROOT = Path(__file__).parents[2]
LESSONS = sorted((ROOT / "notebooks").glob("*.ipynb"))


@pytest.fixture(params=LESSONS, ids=lambda path: path.stem)
def stored(request):
    return nbformat.read(request.param, as_version=4)


def tagged(notebook, tag):
    cells = notebook.cells
    return [c.source for c in cells if tag in c.metadata.get("tags", [])]


def test_no_form_of_a_lesson_for_students_holds_a_solution(stored):
    student = lesson(stored, "student")
    for solution in tagged(stored, "solution"):
        assert solution not in script(student)
        assert solution not in nbformat.writes(lesson_page(student, []))
    assert tagged(student, "hint") == tagged(stored, "hint")


def test_the_instructors_form_holds_all_solutions(stored):
    instructor = lesson(stored, "instructor")
    assert tagged(instructor, "solution") == tagged(stored, "solution")


def test_the_links_stand_below_the_title(stored):
    page = lesson_page(stored, [("PDF", "a.pdf"), ("Source", "a.py")])
    title, empty, bar = page.cells[0].source.split("\n")[:3]
    assert title == stored.cells[0].source.split("\n")[0]
    assert (empty, bar.count("<a href=")) == ("", 2)
    assert "href" not in stored.cells[0].source


def test_a_picture_keeps_its_description(stored):
    cells = lesson_page(stored, []).cells
    kept = [c.metadata.mystnb.image.alt for c in cells if "mystnb" in c.metadata]
    assert kept == [one.metadata["image/png"]["alt"] for one in pictures(stored)]


def test_a_cell_with_two_pictures_is_told():
    picture = nbformat.v4.new_output("display_data", {"image/png": ""})
    cell = nbformat.v4.new_code_cell("show()", outputs=[picture, picture])
    with pytest.raises(SiteError, match=r"one picture only:\nshow\(\)"):
        lesson_page(nbformat.v4.new_notebook(cells=[cell]), [])


def test_a_lesson_to_run_first_installs_the_package_and_has_no_outputs(stored):
    lesson = runnable(stored, "%pip install digitlib")
    assert lesson.cells[0].source == "%pip install digitlib"
    assert [c.source for c in lesson.cells[1:]] == [c.source for c in stored.cells]
    assert not any(cell.get("outputs") for cell in lesson.cells)
    nbformat.validate(lesson)


# Runs a cell where pip is another one, and digitlib there, missing, or out of reach.
TRY = """
import sys
from IPython.core.interactiveshell import InteractiveShell

cell, here = sys.argv[1], sys.argv[2]
shell = InteractiveShell.instance()

def pip(line):
    print("pip", line)
    if here == "missing":
        del sys.modules["digitlib"]

shell.register_magic_function(pip)
if here != "there":
    sys.modules["digitlib"] = None
shell.run_cell(cell)
assert "digitlib" not in sys.modules or here == "out of reach"
"""


@pytest.mark.parametrize(
    ("here", "told"),
    [
        ("there", []),
        ("missing", ["pip install -qq --retries 1 a.whl b.whl"]),
        (
            "out of reach",
            [
                "pip install -qq --retries 1 a.whl b.whl",
                "digitlib could not be fetched. Switch the Internet on (Kaggle: "
                "Settings, Turn on internet), and run this cell again.",
            ],
        ),
    ],
)
def test_colab_and_kaggle_fetch_the_packages_unless_they_are_there(
    here, told, tmp_path
):
    write_colab(
        {"first": nbformat.v4.new_notebook()}, ["a.whl", "b.whl"], tmp_path / "c"
    )
    [cell] = nbformat.read(tmp_path / "c" / "first.ipynb", 4).cells
    done = python("-c", TRY, cell.source, here)
    assert done.stdout.splitlines() == told, done.stderr
    assert done.returncode == 0, done.stderr


def test_a_repository_says_where_its_lessons_run():
    repository = Repository.parse("Owner/course")
    assert repository.pages == "https://owner.github.io/course"
    links = dict(repository.links("01_first"))
    for place in ("colab.research.google.com", "www.kaggle.com"):
        [link] = [link for link in links.values() if place in link]
        assert link.endswith("/Owner/course/blob/gh-pages/colab/01_first.ipynb")
    binder = links["Binder"]
    assert binder.endswith("/Owner/course/HEAD?labpath=student/01_first.ipynb")
    with pytest.raises(ValueError, match="is written owner/name"):
        Repository.parse("course")


def pictures(notebook):
    outputs = (o for cell in notebook.cells for o in cell.get("outputs", []))
    return [output for output in outputs if "image/png" in output.get("data", {})]


def test_a_smaller_picture_looks_the_same(stored):
    before = [b64decode(one.data["image/png"]) for one in pictures(stored)]
    shrink_notebook(stored)
    after = [b64decode(one.data["image/png"]) for one in pictures(stored)]
    assert sum(map(len, after)) <= 0.6 * sum(map(len, before))
    for old, new in zip(before, after, strict=True):
        old, new = (matplotlib.image.imread(io.BytesIO(p))[..., :3] for p in (old, new))
        assert old.shape == new.shape
        assert np.abs(old - new).mean() < 0.004  # one of 255 steps


def test_the_start_page_has_the_readmes_essentials():
    names = {path.stem: "Its title" for path in LESSONS}
    page = start_page((ROOT / "README.md").read_text("utf-8"), names)
    assert page.startswith("# How a neural network reads handwritten digits")
    assert "## If you maintain it" not in page
    assert "](notebooks/" not in page
    for number, name in enumerate(names, 1):
        assert f"]({name}.ipynb)" in page
        assert f"\n{number}. Its title <{name}>\n" in page


def test_the_start_page_offers_to_read_to_play_and_to_run():
    page = start_page((ROOT / "README.md").read_text("utf-8"), {"01_first": "First"})
    bar = page.split("\n")[2]
    for target in ("01_first.html", "play.html", "?path=01_first.ipynb"):
        assert f'{target}">' in bar
    assert "needs the Internet" in bar


def test_a_section_that_is_missed_is_named():
    with pytest.raises(SiteError, match=r"has no section .*The lessons"):
        start_page("# Title\n\n## Licence\n", {})
