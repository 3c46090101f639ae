"""A disk that is full, really: what was there stays, and nothing half is added."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

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
    code = "import digitlib, sys; digitlib.Network((784, 100, 10)).save(sys.argv[1])"
    return ["-c", code, str(disk / "network.npz")], disk / "network.npz"


def course(folder):
    """A course whose lessons lie in a folder, maybe on the disk."""
    settings = f"[tool.courseware]\nnotebooks = {json.dumps(str(folder))}\n"
    (folder.parent / "pyproject.toml").write_text(settings)
    return ["-m", "courseware"], ["--course", str(folder.parent)]


def make_notebooks(disk):
    """A lesson that puts out much, on lines: over one of 150 kB nbclient takes 12 s."""
    code = f"print(3000 * '{49 * 'x'}\\n')\n"
    (disk / "01_lesson.py").write_text(f"{HEADER}{code}")
    command, where = course(disk)
    return [*command, "run", *where], disk / "01_lesson.ipynb"


def make_student(disk):
    """A lesson that is long."""
    lessons = disk.parent / "lessons"
    lessons.mkdir()
    cells = [nbformat.v4.new_markdown_cell(f"# A lesson\n\n{PADDING}", id="a")]
    notebook = nbformat.v4.new_notebook(cells=cells)
    nbformat.write(notebook, lessons / "01_lesson.ipynb")
    command, where = course(lessons)
    arguments = [*command, "student", *where, "--output", str(disk)]
    return arguments, disk / "01_lesson.ipynb"


def make_zip(disk):
    """The same in a zip; the folder is elsewhere."""
    arguments, _ = make_student(disk)
    output = str(disk.parent / "student")
    return [*arguments[:-1], output, "--zip", str(disk / "s.zip")], disk / "s.zip"


def make_pdf(disk):
    """A lecture, which comes with its fonts."""
    path = disk.parent / "01_lesson.ipynb"
    shutil.copy(ROOT / "docs" / "verdicts.png", path.parent)
    cell = nbformat.v4.new_markdown_cell("# A lesson\n\n![Verdicts.](verdicts.png)")
    nbformat.write(nbformat.v4.new_notebook(cells=[cell]), path)
    arguments = ["-m", "lecturepdf", "--edition", "lecture", "--jobs", "1"]
    return [*arguments, "--output", str(disk), str(path)], disk / "01_lesson.pdf"


@pytest.mark.parametrize(
    "writer", [save, make_notebooks, make_student, make_zip, make_pdf]
)
def test_a_full_disk_leaves_what_was_there(writer, tmp_path):
    with small_disk(tmp_path / "disk", 40) as disk:
        arguments, target = writer(disk.folder)
        target.write_text(OLD)
        (disk.folder / ".made.json").write_text("{}")
        before = contents(disk.folder)
        done = run(arguments)
        assert done.returncode != 0
        assert "No space left on device" in done.stderr
        assert str(disk.folder) in done.stderr
        assert contents(disk.folder) == before
        target.unlink()
        disk.change("size=20m")
        done = run(arguments)
        assert done.returncode == 0, done.stderr
        assert target.stat().st_size > 40_000


def run(arguments):
    command = [sys.executable, *arguments]
    return subprocess.run(command, capture_output=True, text=True, cwd=ROOT)


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}
