"""Sources with the line endings of Windows, as an editor or Git may leave them."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
LESSON = "01_meet_the_digits"
BINARY = {".npz", ".png", ".pyc", ".pdf"}
PACKAGES = {"digitlib": "", "courseware": "courseware", "lecturepdf": "lecturepdf"}
SETTINGS = '[tool.courseware]\nglossary = "notation_and_index.md"\n'


@pytest.fixture(scope="module")
def courses(tmp_path_factory):
    """Two copies of some lessons and of all the code: Unix's and Windows'."""
    make = tmp_path_factory.mktemp
    return {end: copied(make("course"), end) for end in (b"\n", b"\r\n")}


def copied(folder, end):
    ignored = shutil.ignore_patterns("__pycache__", "tests")
    for package, place in PACKAGES.items():
        shutil.copytree(ROOT / place / package, folder / package, ignore=ignored)
    (folder / "notebooks").mkdir()
    for path in (ROOT / "notebooks").glob("0[123]_*.*"):  # which link to each other
        shutil.copy(path, folder / "notebooks")
    (folder / "pyproject.toml").write_text(SETTINGS)
    for path in folder.rglob("*"):
        if path.is_file() and path.suffix not in BINARY:
            path.write_bytes(path.read_bytes().replace(b"\n", end))
    return folder


def run(folder, *arguments):
    environment = os.environ | {"PYTHONPATH": str(folder)}
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=folder, env=environment, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_library_works(courses):
    code = "import digitlib; print(digitlib.__file__, len(digitlib.load_mnist().test))"
    folder = courses[b"\r\n"]
    assert str(folder) in run(folder, "-c", code)


GLOSSARY = """
from courseware import glossary
from pathlib import Path
glossary.renew(Path("notebooks/notation_and_index.md"))
"""
PDF = ["-m", "lecturepdf", "--edition", "lecture", "--jobs", "1"]


@pytest.mark.parametrize(
    ("command", "made"),
    [
        (["-m", "courseware", "student"], f"student/{LESSON}.ipynb"),
        (["-c", GLOSSARY], "notebooks/notation_and_index.md"),
        ([*PDF, f"notebooks/{LESSON}.ipynb"], f"lectures/{LESSON}.pdf"),
    ],
    ids=["student", "glossary", "pdf"],
)
def test_what_is_made_of_them_is_the_same(courses, command, made):
    results = []
    for folder in courses.values():
        run(folder, *command)
        results.append((folder / made).read_bytes())
    assert results[0] == results[1]


def test_pairs_are_in_step(courses):
    run(courses[b"\r\n"], "-c", GLOSSARY)
    run(courses[b"\r\n"], "-m", "courseware", "check")
