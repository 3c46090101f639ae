"""Handing in: one file, what it holds, what it is called, and what is told."""

import io
import json
import os
import zipfile
from datetime import UTC, datetime

import pytest

from courseware import unsaved
from courseware.__main__ import main
from courseware.course import CourseError
from courseware.handing_in import hand_in, safe_name
from courseware.progress import progress

STUB = {
    "cell_type": "code",
    "metadata": {"tags": ["exercise"]},
    "source": "def period(length):\n    raise NotImplementedError",
}


@pytest.fixture
def folder(tmp_path):
    """A student's folder: two lessons, a broken one, a page and what is no lesson."""
    folder = tmp_path / "meine Übungen" / "student"
    folder.mkdir(parents=True)
    for name, cells, header in (
        ("01_swing", [STUB], {}),
        ("02_fall", [], {"anything": "of their own"}),
        ("index", [], {"courseware": {"kind": "page"}}),
        ("before_update_01_swing", [STUB], {}),
        (".~02_fall", [], {}),  # is there while Jupyter saves a notebook
    ):
        content = {"nbformat": 4, "cells": cells, "metadata": header}
        (folder / f"{name}.ipynb").write_text(json.dumps(content), "utf-8")
    (folder / "03_broken.ipynb").write_bytes(b'{"cells": [\r\n')
    for name in (".made.json", "notes.txt", "secret.key"):
        (folder / name).write_text("{}")
    return folder


def test_lessons_go_as_they_are_saved_and_nothing_else_does(folder):
    done = hand_in(folder, "Zoë van den Berg")
    assert done.file == folder / "Zoë_van_den_Berg.zip"
    with zipfile.ZipFile(done.file) as archive:
        inside = {name: archive.read(name) for name in archive.namelist()}
    names = ("01_swing.ipynb", "02_fall.ipynb", "03_broken.ipynb")
    assert inside == {
        f"Zoë_van_den_Berg/{name}": (folder / name).read_bytes() for name in names
    }
    assert done.news == "Zoë_van_den_Berg.zip was made: 3 lessons, as last saved."
    assert done.open == [
        "lesson 1, 01_swing: 1 exercise not answered",
        "03_broken.ipynb cannot be read as a notebook",
    ]


def test_it_can_be_made_again_and_is_the_same(folder):
    first = hand_in(folder, "Ann")
    data = first.file.read_bytes()
    os.utime(folder / "01_swing.ipynb", (0, 0))
    again = hand_in(folder, "Ann")
    assert (first.replaced, again.replaced) == (False, True)
    assert "in place of the earlier one" in again.news
    assert again.file.read_bytes() == data


@pytest.mark.parametrize("content", [b"my photographs", "zip"])
def test_what_is_no_hand_in_is_not_overwritten(folder, content):
    if content == "zip":
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as archive:
            archive.writestr("student/01_swing.ipynb", "{}")
        content = buffer.getvalue()
    (folder / "Ann.zip").write_bytes(content)
    with pytest.raises(CourseError, match=r"Ann\.zip is there .* another name"):
        hand_in(folder, "Ann")
    assert (folder / "Ann.zip").read_bytes() == content


def test_of_an_empty_folder_nothing_is_made(tmp_path):
    with pytest.raises(CourseError, match="no lessons"):
        hand_in(tmp_path, "Ann")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "stem"),
    [
        ("Ann", "Ann"),
        ("  Ann  B. Lee-Smith ", "Ann_B_Lee-Smith"),
        ("Zoe\u0308", "Zoë"),
        ("王小明", "王小明"),
        ("हिन्दी", "हिन्दी"),
        ("../../etc/passwd", "etc_passwd"),
        ("C:\\Users\\ann", "C_Users_ann"),
        ("a\0b\nc", "a_b_c"),
        ("CON", "CON_"),
        ("lpt1", "lpt1_"),
        ("Constance", "Constance"),
        ("é" * 300, "é" * 60),
    ],
)
def test_a_name_becomes_that_of_a_file(name, stem):
    assert safe_name(name) == stem


@pytest.mark.parametrize("name", ["", "  ", "...", "/", "\u200b"])
def test_no_name_is_asked_for(name):
    with pytest.raises(CourseError, match="Give your name"):
        safe_name(name)


def test_what_a_kernel_did_after_the_file_was_written_may_be_unsaved(folder):
    written = datetime(2026, 3, 1, 12, tzinfo=UTC).timestamp()
    for name in ("01_swing", "02_fall"):
        os.utime(folder / f"{name}.ipynb", (written, written))
    sessions = [
        {"path": f"{name}.ipynb", "kernel": {"last_activity": f"2026-03-01T{time}Z"}}
        for name, time in (
            ("01_swing", "11:59:59.900000"),
            ("02_fall", "12:00:00.100000"),
            ("other", "13:00:00.000000"),
        )
    ]
    sessions.append({"path": "01_swing.ipynb", "kernel": None})
    lessons = progress(folder).lessons
    found = unsaved.perhaps_unsaved(lessons, sessions)
    assert [lesson.entry.name for lesson in found] == ["02_fall"]


def test_the_command_line(folder, capsys, monkeypatch):
    def sessions(place):
        assert place.resolve() == folder
        working = {"last_activity": "9999-01-01T00:00:00Z"}
        return [{"path": "02_fall.ipynb", "kernel": working}]

    monkeypatch.setattr(unsaved, "running_sessions", sessions)
    monkeypatch.chdir(folder.parent)  # where the course would be
    assert main(["hand-in", "Ann", "Lee"]) == 0
    out = capsys.readouterr().out
    assert f"{folder / 'Ann_Lee.zip'}\n" in out
    assert "lesson 1, 01_swing: 1 exercise not answered" in out
    assert "Perhaps not saved: lesson 2, 02_fall. " in out
    monkeypatch.setattr("builtins.input", lambda _: "Ann Lee")
    assert main(["hand-in", "--folder", str(folder)]) == 0
    assert "in place of the earlier one" in capsys.readouterr().out
    assert main(["hand-in", "?", "--folder", str(folder)]) == 1
    assert capsys.readouterr().err.startswith("Give your name")
