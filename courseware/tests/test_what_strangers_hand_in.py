"""Files that are no files, or hold what nobody would write: a line, and no harm."""

import io
import json
import os
import struct
import sys
import warnings
import zipfile

import pytest

from courseware.__main__ import main
from courseware.contents import parse
from courseware.course import Course, CourseError
from courseware.editions.archive import renew, unzipped
from courseware.editions.ledger import LIST, Ledger
from courseware.editions.merge import digests, merge
from courseware.files import read_bytes, read_text
from courseware.glossary import Index
from courseware.progress import progress
from courseware.verdict import verdict

DEEP = 200_000 * "[" + 200_000 * "]"
CELL = {"cell_type": "code", "id": "a", "metadata": {}, "source": "x = 1"}
CELL |= {"outputs": [], "execution_count": None}


def notebook(*cells, **header):
    book = {"cells": list(cells), "metadata": header, "nbformat": 4}
    return json.dumps(book | {"nbformat_minor": 5})


def nested(count):
    deep = None
    for _ in range(count):
        deep = [deep]
    return deep


NO_NOTEBOOKS = {
    "lists in one another": DEEP,
    "cells in one another": notebook().replace("[]", DEEP),
    "metadata in one another": notebook(CELL, x=nested(500)),
    "not quite so deep": notebook(CELL, x=nested(150)),
    "an output that is none": notebook(CELL | {"outputs": ["x"]}),
    "outputs that are none": notebook(CELL | {"outputs": 3}),
    "an odd kind of cell": notebook(CELL | {"cell_type": ["code"]}),
    "an odd id": notebook(CELL | {"id": 10**30}),
    "a data bundle that is none": notebook(
        CELL | {"outputs": [{"output_type": "display_data", "data": "x"}]}
    ),
    "no text": "\ud800",
    "5,000 digits": '{"cells": ' + "9" * 5_000 + "}",
    "null": "null",
}
COMMANDS = (["check"], ["run"], ["student", "--stale-ok"])


def run(course, capsys):
    """Call what reads a course; return what was said. No traceback comes this far."""
    for command in COMMANDS:
        course.call(*command)
    said = capsys.readouterr()
    return said.out + said.err


@pytest.mark.parametrize("text", NO_NOTEBOOKS.values(), ids=NO_NOTEBOOKS)
@pytest.mark.parametrize("is_paired", [True, False])
def test_a_lesson_that_is_no_notebook(course, capsys, text, is_paired):
    path = course.lessons / "01_x.ipynb"
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    if is_paired:
        course.source("01_x", "# %% [markdown]\n# x\n")
    said = run(course, capsys)
    assert len(said) < 1_500
    if "output" not in text and "id" not in text:
        assert "01_x.ipynb" in said
    assert path.read_bytes() == text.encode("utf-8", "surrogatepass") or not is_paired


@pytest.mark.parametrize("text", NO_NOTEBOOKS.values(), ids=NO_NOTEBOOKS)
def test_a_students_copy_that_is_no_notebook_is_kept(course, capsys, text):
    """It may be somebody's work: what is handed out comes beside it."""
    course.notebook("01_x")
    folder = course.folder / "student"
    folder.mkdir()
    (folder / "01_x.ipynb").write_bytes(text.encode("utf-8", "surrogatepass"))
    assert course.call("student") == course.call("student") == 0
    left = [path.read_bytes() for path in folder.glob("*01_x.ipynb")]
    assert text.encode("utf-8", "surrogatepass") in left
    progress(folder)
    assert main(["hand-in", "Ada", "--folder", str(folder)]) == 0
    assert "Traceback" not in capsys.readouterr().err


RECORD = {"sha256": "0", "cells": {}}
LISTS = {
    "a file that is null": {"files": {"gone.ipynb": None}},
    "the folder above": {"files": {"..": RECORD, "../x": RECORD}},
    "a null character": {"files": {"a\0b": RECORD}},
    "half a character": {"files": {"\ud800.ipynb": RECORD}},
    "a name of 300 letters": {"files": {"x" * 300: RECORD}, "copies": {"y" * 300: 1}},
    "a folder": {"files": {"folder": RECORD}},
    "wrong types": {"files": [1], "copies": 3, "news": [], "others": {"a": 1}},
    "wrong types in them": {"files": {"01_x.ipynb": {"sha256": 1, "cells": 2}}},
    "null": None,
}


@pytest.mark.parametrize("content", LISTS.values(), ids=LISTS)
def test_a_list_of_what_was_made_that_makes_no_sense(course, capsys, content):
    course.notebook("01_x")
    outside = course.folder / "x"
    outside.write_bytes(b"mine")
    folder = course.folder / "student"
    (folder / "folder").mkdir(parents=True)
    (folder / LIST).write_text(json.dumps(content), "utf-8")
    assert course.call("student") == course.call("student") == 0
    assert [*Ledger.read(folder).files] == ["01_x.ipynb", "README.md"]
    assert outside.read_bytes() == b"mine"
    assert (folder / "folder").is_dir()
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("make", ["deep", "long", "pipe"])
def test_a_list_that_cannot_be_read_is_made_anew(course, make):
    course.notebook("01_x")
    folder = course.folder / "student"
    folder.mkdir()
    if make == "pipe" and hasattr(os, "mkfifo"):
        os.mkfifo(folder / LIST)
    else:
        text = DEEP if make == "deep" else '{"files": [' + "1," * 10**7 + "1]}"
        (folder / LIST).write_text(text, "utf-8")
    assert course.call("student") == 0
    assert [*Ledger.read(folder).files] == ["01_x.ipynb", "README.md"]


@pytest.mark.parametrize("kind", ["code", "markdown"])
def test_a_cell_longer_than_any_lessons_is_named(kind):
    cell = {"cell_type": kind, "metadata": {}, "source": "x\n" * 1_000_000}
    with pytest.raises(CourseError, match=r"01_x\.ipynb: a cell of more than 200,000"):
        Index().read("01_x", {"cells": [cell]})


def test_a_long_answer_is_found_by_its_first_words():
    answer = {**CELL, "id": "mine", "source": "def f():\n" + "    x = 1\n" * 30_000}
    exercise = {**CELL, "source": "def f():\n    ..."}
    exercise["metadata"] = {"tags": ["exercise"]}
    old, new = {"cells": [answer]}, {"cells": [exercise]}
    assert merge(old, {}, new).notebook["cells"][0]["source"] == answer["source"]


def test_a_list_of_many_files_that_are_not_there_is_written_once(course, monkeypatch):
    course.notebook("01_x")
    folder = course.folder / "student"
    folder.mkdir()
    files = {f"{number}.ipynb": RECORD for number in range(1_000)}
    (folder / LIST).write_text(json.dumps({"files": files}), "utf-8")
    written = []
    write = Ledger.write
    monkeypatch.setattr(Ledger, "write", lambda *it: written.append(1) or write(*it))
    assert course.call("student") == 0
    assert len(written) < 10
    assert [*Ledger.read(folder).files] == ["01_x.ipynb", "README.md"]


def test_a_list_that_is_a_link_leads_nowhere(course):
    course.notebook("01_x")
    outside, folder = course.folder / "outside", course.folder / "student"
    outside.write_bytes(b"mine")
    folder.mkdir()
    (folder / LIST).symlink_to(outside)
    assert course.call("student") == 0
    assert outside.read_bytes() == b"mine"
    assert [*Ledger.read(folder).files] == ["01_x.ipynb", "README.md"]


SETTINGS = {
    'glossary = "../x.md"': "glossary is to be a path within the course",
    'contents = "/tmp/x.md"': "contents is to be a path within the course",
    'notebooks = "a/../.."': "notebooks is to be a path within the course",
    'notebooks = "a\\u0000b"': "null character",
    'wheels = ["a\\u0000b"]': "null character",
    "rules = 3": "rules is to be a list of texts",
    f"x = {5_000 * '9'}": "cannot be read",
    f"x = {DEEP}": "cannot be read",
}


@pytest.mark.parametrize(("line", "words"), SETTINGS.items())
def test_settings_that_make_no_sense(course, capsys, line, words):
    course.settings(line)
    for command in COMMANDS:
        assert course.call(*command) == 1
        said = capsys.readouterr().err
        assert words in said
        assert said.count("\n") == 1
    assert not (course.folder.parent / "x.md").exists()


@pytest.mark.parametrize("text", ["tool = 3", "[tool]\ncourseware = 3", b"\xff"])
def test_a_pyproject_that_makes_no_sense(course, text):
    path = course.folder / "pyproject.toml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(CourseError):
        Course.find(course.folder)


def test_a_page_that_is_no_text_is_named(course, capsys):
    course.settings('contents = "README.md"')
    course.notebook("01_x")
    (course.folder / "README.md").write_bytes(b"\xff")
    assert course.call("check") == 1
    assert "README.md: not UTF-8" in capsys.readouterr().err
    (course.lessons / "page.md").write_bytes(b"\xff")
    assert course.call("student", "--stale-ok") == 1
    assert "page.md: not UTF-8" in capsys.readouterr().err


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes")
def test_nobody_waits_for_a_pipe(course, capsys):
    course.notebook("01_x")
    os.mkfifo(course.lessons / "02_x.ipynb")
    os.mkfifo(course.lessons / "03_x.md")
    said = run(course, capsys)
    assert "a folder or a device, not a file" in said or "02_x.ipynb" in said
    for read in (read_bytes, read_text):
        with pytest.raises(OSError, match="not a file"):
            read(course.lessons / "02_x.ipynb")
        with pytest.raises(OSError, match="no possible name"):
            read(course.lessons / "a\0b")


def test_no_more_is_read_than_may_be(tmp_path):
    (tmp_path / "file").write_bytes(bytes(100))
    assert read_bytes(tmp_path / "file", 100) == bytes(100)
    with pytest.raises(OSError, match="larger than"):
        read_bytes(tmp_path / "file", 99)


# zips


def zipped(*names, way=zipfile.ZIP_STORED):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", way) as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of two that have one name
        for name in names:
            archive.writestr(name, b"[]")
    return buffer.getvalue()


def listing(count):
    """A zip that lists so many files and holds none."""
    member = b"PK\1\2" + bytes(24) + struct.pack("<H", 1) + bytes(16) + b"a"
    size = count * len(member)
    return count * member + struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 9, 9, size, 0, 0)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (zipped("a/x.ipynb", "a/x.ipynb"), "two files are one"),
        (zipped("a/x.ipynb", way=zipfile.ZIP_BZIP2), "packed in a rare way"),
        (zipped("a/x.ipynb", way=zipfile.ZIP_LZMA), "packed in a rare way"),
        (listing(20_000), "too many files"),
        (zipped("a/../x.ipynb"), "no student edition holds"),
        (zipped(f"a/{'x' * 300}.ipynb"), "no student edition holds"),
    ],
)
def test_a_zip_that_means_harm(tmp_path, data, words):
    path = tmp_path / "new.zip"
    path.write_bytes(data)
    with pytest.raises(CourseError, match=words):
        unzipped(path)


def test_a_zip_with_a_lesson_of_another_kind(tmp_path):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("a/x.ipynb", notebook({**CELL, "id": 3}))
    (tmp_path / "new.zip").write_bytes(buffer.getvalue())
    (tmp_path / "x.ipynb").write_text(notebook(), "utf-8")
    with pytest.raises(CourseError, match="has no ids"):
        renew(tmp_path, tmp_path / "new.zip")


def test_how_deep_a_notebook_may_be():
    assert parse(notebook(CELL, x=nested(90)).encode()) is not None
    assert parse(notebook(CELL, x=nested(110)).encode()) is None


# linear time: what our own loops do with four times as many


def book(count, text):
    cells = [{**CELL, "id": f"c{i}", "source": text.format(i)} for i in range(count)]
    return {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}


def merged(count):
    ours = book(count, "x_{} = 1")
    return lambda: merge(book(count, "mine_{} = 1"), digests(ours), ours)


def matched_by_content(count):
    ours = book(count, "x_{} = 1")
    theirs = book(count, "x_{} = 1")
    for cell in theirs["cells"]:
        cell["id"] += "x"
    return lambda: merge(theirs, digests(ours), ours)


def parsed(count):
    data = json.dumps(book(count, "{}"))
    return lambda: parse(data.encode())


def said(count):
    outputs = [{"text": "bravo: f\n"}] * count
    return lambda: verdict({"outputs": outputs})


def listed(count):
    files = {f"{number}.ipynb": RECORD for number in range(count)}
    return lambda: Ledger.parse(json.dumps({"files": files}).encode())


def steps(act):
    """How many lines of Python an act runs."""
    count = 0

    def trace(frame, event, _):
        nonlocal count
        count += event == "line"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        act()
    finally:
        sys.settrace(before)
    return count


@pytest.mark.parametrize("reader", [merged, matched_by_content, parsed, said, listed])
def test_four_times_as_much_takes_four_times_as_many_steps(reader):
    assert steps(reader(120)) < 4.5 * steps(reader(30))
