"""Do wheel and sdist carry what is needed, and is the release of one mind?

What they are built with is the build backend itself, without a network; to install
them in a new environment takes one, and is done by `tools/release.py`.
"""

import subprocess
import sys
import tarfile
import zipfile
from email.parser import HeaderParser
from pathlib import Path

import pytest
import release
import yaml

import digitlib

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """The folder with wheel and sdist."""
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "hatchling", "build", "-d", str(folder)]
    subprocess.run(command, check=True, capture_output=True, cwd=ROOT)
    return folder


@pytest.fixture(scope="module")
def installed(built, tmp_path_factory):
    """A folder with the wheel's content, which is as good as installed."""
    folder = tmp_path_factory.mktemp("installed")
    (wheel,) = built.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    return folder


def files(folder):
    return {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


def test_the_wheel_carries_the_package_and_nothing_else(installed):
    expected = {f"digitlib/{name}" for name in files(ROOT / "digitlib")}
    assert {"digitlib/sample.npz", "digitlib/publishing/template.typ"} <= expected
    found = {name for name in files(installed) if ".dist-info/" not in name}
    assert {name for name in found if ".data/data/etc/jupyter/" not in name} == expected


def test_the_wheel_says_who_it_is(installed):
    (folder,) = installed.glob("*.dist-info")
    metadata = HeaderParser().parsestr((folder / "METADATA").read_text("utf-8"))
    assert metadata["Version"] == digitlib.__version__ == release.version()
    assert metadata["License-Expression"] == "MIT"
    assert (folder / "licenses" / "LICENSE").is_file()
    assert "lecturepdf" in (folder / "entry_points.txt").read_text()


def test_the_sdist_carries_the_course_and_nothing_that_was_made(built):
    (sdist,) = built.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    for folder in ("digitlib", "notebooks", "tests", "tools", "benchmarks"):
        sources = {f"{folder}/{n}" for n in files(ROOT / folder) if n[-3:] == ".py"}
        assert sources <= names
    lessons = (p for p in ROOT.glob("notebooks/*") if p.suffix in (".ipynb", ".md"))
    assert {f"notebooks/{path.name}" for path in lessons} <= names
    top = {"README.md", "CONTRIBUTING.md", "CHANGELOG.md", "CITATION.cff", "LICENSE"}
    assert {
        *top,
        "Makefile",
        "pyproject.toml",
        "constraints.txt",
        "conftest.py",
    } <= names
    made = {".venv", ".git", ".ci", "build", "dist", "lectures", "student"}
    assert not {name.partition("/")[0] for name in names} & made
    assert not [name for name in names if name.endswith((".pyc", ".zip", ".partial"))]


def test_the_wheel_works_where_the_repository_is_not(installed, tmp_path):
    lesson = ROOT / "notebooks" / "01_meet_the_digits.ipynb"
    release.try_out(Path(sys.executable), installed, [lesson], tmp_path)
    assert (tmp_path / "01_meet_the_digits.pdf").stat().st_size > 100_000


def test_what_does_not_work_is_said(installed, tmp_path):
    with pytest.raises(release.ReleaseError, match=r"AssertionError: .*digitlib"):
        release.try_out(Path(sys.executable), tmp_path, [], tmp_path)


def test_the_changelog_begins_with_this_version_or_what_will_be(monkeypatch, tmp_path):
    release.check_changelog()
    monkeypatch.setattr(release, "ROOT", tmp_path)
    monkeypatch.setattr(release, "version", lambda: "0.3.0")
    (tmp_path / "CHANGELOG.md").write_text("# Changelog\n\n## 0.2.0\n\n* New.\n")
    with pytest.raises(
        release.ReleaseError, match=r"begins with 0\.2\.0, not with 0\.3"
    ):
        release.check_changelog()


def test_the_citation_has_what_its_format_asks_for():
    """As its schema has it; the tool that checks a release has the schema itself."""
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))
    assert {"cff-version", "message", "title", "authors"} <= citation.keys()
    assert citation["license"] == "MIT"
    assert "version" not in citation  # that stands in one place
