"""Sources with the line endings of Windows, as an editor or Git may leave them."""

import os
import shutil
from pathlib import Path

import pytest

from helpers import python

ROOT = Path(__file__).parent.parent
LESSON = "01_meet_the_digits"
BINARY = {".npz", ".png", ".pyc", ".pdf"}
PACKAGES = {"digitlib": "", "courseware": "courseware", "lecturepdf": "lecturepdf"}
SETTINGS = '[tool.courseware]\nglossary = "notation_and_index.md"\n'
GLOSSARY = "notebooks/notation_and_index.md"
MAKE_ALL = f"""
import pathlib
import courseware.__main__, digitlib, lecturepdf.__main__
from courseware import glossary, pages
print(digitlib.__file__, len(digitlib.load_mnist().test))
folder = pathlib.Path("notebooks")
pages.renew(pathlib.Path("{GLOSSARY}"), lambda: glossary.page(folder))
assert courseware.__main__.main(["check"]) == 0, "pairs are not in step"
assert courseware.__main__.main(["student"]) == 0
arguments = ["--edition", "lecture", "--jobs", "1", "notebooks/{LESSON}.ipynb"]
lecturepdf.__main__.main(arguments)
"""


@pytest.fixture(scope="module")
def courses(tmp_path_factory):
    """Two copies of some lessons and of all code, Unix's and Windows', put to work."""
    make = tmp_path_factory.mktemp
    return [put_to_work(make("course"), end) for end in (b"\n", b"\r\n")]


def put_to_work(folder, end):
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
    environment = os.environ | {"PYTHONPATH": str(folder)}
    done = python("-B", "-c", MAKE_ALL, cwd=folder, env=environment)
    assert done.returncode == 0, done.stderr
    assert str(folder) in done.stdout
    return folder


@pytest.mark.parametrize(
    "made", [f"student/{LESSON}.ipynb", GLOSSARY, f"lectures/{LESSON}.pdf"]
)
def test_what_is_made_of_them_is_the_same(courses, made):
    ours, theirs = ((folder / made).read_bytes() for folder in courses)
    assert ours == theirs
