"""A disk that is full, really: what was there stays, and nothing half is added."""

import json
import shutil
from functools import partial
from pathlib import Path

import nbformat
import pytest

from courseware.__main__ import main as courseware_main
from digitlib import Network
from lecturepdf.__main__ import main as lecturepdf_main
from small_disk import small_disk

ROOT = Path(__file__).parent.parent
OLD = nbformat.writes(nbformat.v4.new_notebook())  # which is as good as anything
PADDING = "x" * 150_000
HEADER = """\
# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
#   title: A lesson
# ---

# %%
"""


def save(disk):
    """A network of 300 kB."""
    path = disk / "network.npz"
    return partial(Network((784, 100, 10)).save, path), path


def courseware(folder, command, *arguments):
    """Return a call of a command, in a course whose lessons lie in a folder."""
    settings = f"[tool.courseware]\nnotebooks = {json.dumps(folder.name)}\n"
    (folder.parent / "pyproject.toml").write_text(settings)
    course = ["--course", str(folder.parent), *map(str, arguments)]
    return partial(courseware_main, [command, *course])


def make_notebooks(disk):
    """A lesson that puts out much, on lines: over one of 150 kB nbclient takes 12 s."""
    code = f"print(3000 * '{49 * 'x'}\\n')\n"
    (disk / "01_lesson.py").write_text(f"{HEADER}{code}")
    return courseware(disk, "run"), disk / "01_lesson.ipynb"


def lessons(disk):
    """A folder with a lesson that is long; it lies beside the disk."""
    folder = disk.parent / "lessons"
    folder.mkdir()
    cells = [nbformat.v4.new_markdown_cell(f"# A lesson\n\n{PADDING}", id="a")]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), folder / "01_lesson.ipynb")
    return folder


def make_student(disk):
    """A long lesson's student edition."""
    call = courseware(lessons(disk), "student", "--output", disk)
    return call, disk / "01_lesson.ipynb"


def make_zip(disk):
    """The same in a zip; the folder is elsewhere."""
    output = disk.parent / "student", "--zip", disk / "s.zip"
    return courseware(lessons(disk), "student", "--output", *output), disk / "s.zip"


def make_pdf(disk):
    """A lecture, which comes with its fonts."""
    path = disk.parent / "01_lesson.ipynb"
    shutil.copy(ROOT / "docs" / "verdicts.png", path.parent)
    cell = nbformat.v4.new_markdown_cell("# A lesson\n\n![Verdicts.](verdicts.png)")
    nbformat.write(nbformat.v4.new_notebook(cells=[cell]), path)
    arguments = ["--edition", "lecture", "--jobs", "1", "--output", str(disk)]
    return partial(lecturepdf_main, [*arguments, str(path)]), disk / "01_lesson.pdf"


@pytest.mark.parametrize(
    "writer", [save, make_notebooks, make_student, make_zip, make_pdf]
)
def test_a_full_disk_leaves_what_was_there(writer, tmp_path, capsys):
    with small_disk(tmp_path / "disk", 40) as disk:
        call, target = writer(disk.folder)
        target.write_text(OLD)
        (disk.folder / ".made.json").write_text("{}")
        before = contents(disk.folder)
        told = failure(call) + capsys.readouterr().err
        assert "No space left on device" in told
        assert str(disk.folder) in told
        assert contents(disk.folder) == before
        target.unlink()
        disk.change("size=20m")
        assert not failure(call)
        assert target.stat().st_size > 40_000


def failure(call):
    """What a call says by its error or its exit code; nothing if it did its work."""
    try:
        code = call()
    except (OSError, SystemExit) as error:
        return f"{type(error).__name__}: {error}"
    return f"exit code {code}" if code else ""


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}
