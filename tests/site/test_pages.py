"""Do the site's pages hold what they should, and nothing else?"""

import io
from base64 import b64decode
from pathlib import Path

import matplotlib.image
import nbformat
import numpy as np
import pytest

pytest.importorskip("pikepdf", reason="the extra site is not installed")

from pages import lesson, lesson_page, runnable, script, start_page
from smaller import shrink_notebook

ROOT = Path(__file__).parents[2]
LESSONS = sorted((ROOT / "notebooks").glob("*.ipynb"))


@pytest.fixture(params=LESSONS, ids=lambda path: path.stem)
def stored(request):
    return nbformat.read(request.param, as_version=4)


def sources(notebook, tag):
    tagged = (c for c in notebook.cells if tag in c.metadata.get("tags", []))
    return [cell.source for cell in tagged]


def test_no_form_of_a_lesson_for_students_holds_a_solution(stored):
    student = lesson(stored, "student")
    assert sources(stored, "solution")
    for solution in sources(stored, "solution"):
        assert solution not in script(student)
        assert solution not in nbformat.writes(lesson_page(student, []))
    assert sources(student, "hint") == sources(stored, "hint")


def test_the_instructors_form_holds_all_solutions(stored):
    instructor = lesson(stored, "instructor")
    assert sources(instructor, "solution") == sources(stored, "solution")


def test_the_links_stand_below_the_title(stored):
    page = lesson_page(stored, [("PDF", "a.pdf"), ("Source", "a.py")])
    title, empty, bar = page.cells[0].source.split("\n")[:3]
    assert title == stored.cells[0].source.split("\n")[0]
    assert (empty, bar.count("<a href=")) == ("", 2)
    assert "href" not in stored.cells[0].source


def test_a_lesson_to_run_first_installs_the_package_and_has_no_outputs(stored):
    lesson = runnable(stored, "digitlib")
    assert lesson.cells[0].source.endswith("%pip install -q digitlib")
    assert [c.source for c in lesson.cells[1:]] == [c.source for c in stored.cells]
    assert not any(cell.get("outputs") for cell in lesson.cells)
    nbformat.validate(lesson)


def pictures(notebook):
    outputs = (o for cell in notebook.cells for o in cell.get("outputs", []))
    found = (output.get("data", {}).get("image/png") for output in outputs)
    return [b64decode(data) for data in found if data]


def test_shrink_notebook_look_the_same(stored):
    before = pictures(stored)
    shrink_notebook(stored)
    after = pictures(stored)
    assert sum(map(len, after)) < 0.6 * sum(map(len, before))
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


def test_the_start_page_offers_to_read_to_draw_and_to_run():
    page = start_page((ROOT / "README.md").read_text("utf-8"), {"01_first": "First"})
    bar = page.split("\n")[2]
    for target in ("01_first.html", "draw.html", "?path=01_first.ipynb"):
        assert f'{target}">' in bar
    assert "needs the Internet" in bar


def test_a_section_that_is_missed_is_named():
    with pytest.raises(ValueError, match=r"has no section .*The lessons"):
        start_page("# Title\n\n## Licence\n", {})
