"""Whose is it, and which lesson: what platforms and people make of a hand-in."""

import json
import os
import zipfile
from datetime import datetime
from io import BytesIO
from pathlib import Path

import nbformat
import pytest

from courseware.course import CourseError
from courseware.editions.archive import zipped
from courseware.marking import files_in
from courseware.marking.hand_ins import Known, hand_ins, slim
from courseware.marking.roll import Member, Roll, key, read_roll

KNOWN = [
    Known("01_a_swing", frozenset({"a1", "a2"}), frozenset({"length_for"})),
    Known(
        "02_step_by_step", frozenset({"b1", "b2"}), frozenset({"steps"}), frozenset("g")
    ),
]
ANN_LEE = Member("al1", "Ann Lee")


def notebook(*ids, source="x = 1", **more):
    cell = {"cell_type": "code", "metadata": {}, "source": source}
    cells = [{**cell, "id": each} for each in ids]
    content = {"nbformat": 4, "metadata": {}, "cells": cells, **more}
    return json.dumps(content).encode()


ONE, TWO = notebook("a1"), notebook("b1")
ALL = {"01": ONE, "02": TWO}


def written(folder, files):
    """Write files, of which a folder or zip may be one, given as a dict."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if name.endswith("/"):
            path.mkdir()
        else:
            path.write_bytes(packed(content))
    return folder


def packed(content, time=(2026, 11, 2, 10, 0, 0)):
    if not isinstance(content, dict):
        return content
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, inner in content.items():
            entry = zipfile.ZipInfo(name, time)
            archive.writestr(entry, packed(inner, time))
    return buffer.getvalue()


def found(path, *members):
    made, _ = hand_ins(path, KNOWN, Roll(members))
    return {(each.student, each.lesson[:2]) for each in made}


LESSON_1, LESSON_2 = "01_a_swing.ipynb", "02_step_by_step.ipynb"
BOTH = {("ann", "01"), ("ann", "02"), ("bob", "01")}
# What lies there, and whose it is.
LAYOUTS = {
    "a folder a student": (
        {f"ann/{LESSON_1}": ONE, f"ann/{LESSON_2}": TWO, f"bob/{LESSON_1}": ONE},
        BOTH,
    ),
    "in a folder": (
        {
            f"class/ann/{LESSON_1}": ONE,
            f"class/ann/{LESSON_2}": TWO,
            "class/bob/x.ipynb": ONE,
        },
        BOTH,
    ),
    "folders in folders": (
        {
            f"ann/student/{LESSON_1}": ONE,
            "ann/my work/2.ipynb": TWO,
            f"bob/{LESSON_1}": ONE,
        },
        BOTH,
    ),
    "a folder a lesson": (
        {
            f"01_a_swing/ann/{LESSON_1}": ONE,
            "01_a_swing/bob/n.ipynb": ONE,
            f"02/ann/{LESSON_2}": TWO,
        },
        BOTH,
    ),
    "a folder a week": (
        {
            "week 1/ann/x.ipynb": ONE,
            "week 1/bob/x.ipynb": ONE,
            "week 2/ann/x.ipynb": TWO,
        },
        BOTH,
    ),
    "names in front": (
        {f"ann_{LESSON_1}": ONE, f"ann-{LESSON_2}": TWO, f"bob {LESSON_1}": ONE},
        BOTH,
    ),
    "names behind": (
        {
            "01_a_swing_ann.ipynb": ONE,
            "02-step-by-step - ann.ipynb": TWO,
            "01_bob.ipynb": ONE,
        },
        BOTH,
    ),
    "names alone": (
        {"ann.ipynb": ONE, "bob.ipynb": ONE},
        {("ann", "01"), ("bob", "01")},
    ),
    "numbers": (
        {
            "ann_lesson1.ipynb": ONE,
            "ann lesson 02.ipynb": TWO,
            "bob_sheet_1.ipynb": ONE,
        },
        BOTH,
    ),
    "what Hand in writes": (
        {
            "ann.zip": {f"ann/{LESSON_1}": ONE, f"ann/{LESSON_2}": TWO},
            "bob.zip": {f"bob/{LESSON_1}": ONE},
        },
        BOTH,
    ),
    "Moodle": (
        {
            f"Ann Lee_123_assignsubmission_file_/{LESSON_1}": ONE,
            "Bo Li_124_assignsubmission_file/Bo_Li.zip": {f"Bo_Li/{LESSON_1}": ONE},
            "Cy_125_assignsubmission_onlinetext_/onlinetext.html": b"",
        },
        {("Ann Lee", "01"), ("Bo Li", "01"), ("Cy", "")},
    ),
    "Moodle without folders": (
        {
            f"Ann Lee_123_assignsubmission_file_{LESSON_1}": ONE,
            "Bo Li_124_assignsubmission_file_x.zip": {f"Ann_Lee/{LESSON_1}": ONE},
        },
        {("Ann Lee", "01"), ("Bo Li", "01")},
    ),
    "Moodle, two of one name": (
        {
            f"Ann Lee_123_assignsubmission_file_/{LESSON_1}": ONE,
            f"Ann Lee_124_assignsubmission_file_/{LESSON_1}": ONE,
        },
        {("Ann Lee (123)", "01"), ("Ann Lee (124)", "01")},
    ),
    "Moodle, a zip a lesson": (
        {
            "C-Lesson 1-7.zip": {f"Ann Lee_123_assignsubmission_file_/{LESSON_1}": ONE},
            "C-Lesson 2-8.zip": {f"Ann Lee_777_assignsubmission_file_/{LESSON_2}": TWO},
        },
        {("Ann Lee", "01"), ("Ann Lee", "02")},
    ),
    "Canvas": (
        {
            "leeann_LATE_12_345_01_a_swing-1.ipynb": ONE,
            "libo_13_346_Ann_Lee.zip": {f"Ann_Lee/{LESSON_1}": ONE},
        },
        {("leeann", "01"), ("libo", "01")},
    ),
    "GitHub Classroom": (
        {
            f"01-a-swing-ann/{LESSON_1}": ONE,
            "01-a-swing-ann/.git/x.ipynb": TWO,
            f"01-a-swing-bob/{LESSON_1}": ONE,
            f"lesson-2-ann/{LESSON_2}": TWO,
        },
        BOTH,
    ),
    "nbgrader": (
        {
            f"submitted/ann/01_a_swing/{LESSON_1}": ONE,
            f"submitted/ann/02/{LESSON_2}": TWO,
            f"submitted/bob/01/{LESSON_1}": ONE,
        },
        BOTH,
    ),
    "what systems leave": (
        {
            f"ann/{LESSON_1}": ONE,
            f"__MACOSX/ann/._{LESSON_1}": b"\0",
            f"ann/.ipynb_checkpoints/{LESSON_2}": TWO,
            "ann/.DS_Store": b"",
            f"bob/{LESSON_1}": ONE,
        },
        {("ann", "01"), ("bob", "01")},
    ),
    "one name, in two ways": (
        {
            f"Zoe\u0308 Lee/{LESSON_1}": ONE,
            "Zoë_Lee.zip": {LESSON_2: TWO},
            f"bob/{LESSON_1}": ONE,
        },
        {("Zoë Lee", "01"), ("Zoë Lee", "02"), ("bob", "01")},
    ),
    "Windows": (
        {"class.zip": {f"ann\\{LESSON_1}": ONE, f"bob\\{LESSON_1}": ONE}},
        {("ann", "01"), ("bob", "01")},
    ),
    "no notebook": (
        {"ann/answers.docx": b"x", "bob/x/": b"", f"cy/{LESSON_1}": ONE},
        {("ann", ""), ("bob", ""), ("cy", "01")},
    ),
    "called as a browser likes": (
        {f"ann/{LESSON_1}.txt": ONE, "bob/01_a_swing.json": ONE},
        {("ann", "01"), ("bob", "01")},
    ),
    "one student's folder": (
        {f"ann/{LESSON_1}": ONE, "ann/other.ipynb": TWO},
        {("ann", "01"), ("ann", "02")},
    ),
}


@pytest.mark.parametrize("kind", ["folder", "zip"])
@pytest.mark.parametrize("layout", LAYOUTS)
def test_each_layout_is_read(layout, kind, tmp_path):
    files, expected = LAYOUTS[layout]
    path = tmp_path / "all"
    if kind == "folder":
        path.mkdir()
        written(path, files)
    else:
        path = path.with_suffix(".zip")
        path.write_bytes(packed(files))
    assert found(path) == expected


def test_a_single_students_zip_and_notebook_have_their_name(tmp_path):
    written(tmp_path, {"ann.zip": {LESSON_1: ONE, LESSON_2: TWO}, "bob.ipynb": ONE})
    assert found(tmp_path / "ann.zip") == {("ann", "01"), ("ann", "02")}
    assert found(tmp_path / "bob.ipynb") == {("bob", "01")}


LISTED = {
    "ids": "al1",
    "names": "Ann Lee",
    "the other way round": "Lee, Ann",
    "as Canvas has it": "leeann_12_34_x",
    "as Moodle has it": "Ann Lee_12_assignsubmission_file_",
    "behind anything": "swinging-al1",
    "other letters": "ANN_LEE",
}


@pytest.mark.parametrize("how", LISTED)
def test_the_class_list_knows_who_it_is(how, tmp_path):
    files = {f"{LISTED[how]}/{LESSON_1}": ONE, f"other/{LESSON_1}": ONE}
    assert found(written(tmp_path, files), ANN_LEE) == {("al1", "01"), ("other", "01")}
    one = written(tmp_path / "one", {f"{LISTED[how]}/{LESSON_1}": ONE})
    assert found(one, ANN_LEE) == {("al1", "01")}


def test_nobody_hands_in_for_another(tmp_path):
    files = {"bob/al1.zip": {f"Ann Lee/{LESSON_1}": ONE}, f"bob/al1/{LESSON_2}": TWO}
    files |= {"bob/x.zip": {f"../al1/{LESSON_1}": ONE}, f"cy/{LESSON_1}": ONE}
    members = (ANN_LEE, Member("bob"), Member("cy"))
    expected = {("bob", "01"), ("bob", "02"), ("cy", "01")}
    assert found(written(tmp_path, files), *members) == expected


def only(path, roll=None):
    (made,), strays = hand_ins(path, KNOWN, roll or Roll())
    assert not strays
    return made


RENAMED = {
    "renamed": ("work.ipynb", ONE, "01", ""),
    "called as another": (LESSON_2, ONE, "01", "but its cells are 01_a_swing's"),
    "without ids": (
        "work.ipynb",
        notebook("", source="def length_for(x):\n    return x"),
        "01",
        "",
    ),
    "with none of our cells": (LESSON_1, notebook("zz"), "01", "has no cell of this"),
    "empty": (LESSON_1, notebook(), "01", "has no cells"),
    "no lesson": ("notes.ipynb", notebook("zz"), "", "has no cell of this course"),
    "broken": (LESSON_1, b'{"cells": [', "01", "is not a notebook"),
    "nothing": (LESSON_1, b"", "01", "is not a notebook"),
    "a web page": (LESSON_1, b"<html>", "01", "is not a notebook"),
    "nested": (LESSON_1, b"[" * 200_000, "01", "is not a notebook"),
    "many parts": (LESSON_1, b"[" + b"{}," * 2_000_000, "01", "is not a notebook"),
    "a list": (LESSON_1, b"[]", "01", "is not a notebook"),
    "no cells": (LESSON_1, b'{"cells": {"a": 1}}', "01", "is not a notebook"),
    "odd cells": (LESSON_1, b'{"cells": [1, {"source": 3}]}', "01", "no cell of"),
    "bytes that are no text": (LESSON_1, b"\xff\xfe\xfa", "01", "is not a notebook"),
    "a mark before it": (LESSON_1, b"\xef\xbb\xbf" + ONE, "01", ""),
}  # fmt: skip


@pytest.mark.parametrize("case", RENAMED)
def test_the_lesson_is_told_by_its_cells(case, tmp_path):
    name, data, lesson, remark = RENAMED[case]
    made = only(written(tmp_path, {f"ann/{name}": data}))
    assert (made.student, made.lesson[:2]) == ("ann", lesson)
    assert remark in " ".join(made.remarks)
    assert bool(remark) == bool(made.remarks)


def test_a_notebook_of_an_older_format_is_read(tmp_path):
    cells = [nbformat.v4.new_code_cell("def steps(): pass")]
    new = nbformat.v4.new_notebook(cells=cells)
    old = nbformat.writes(new, version=3).encode()
    made = only(written(tmp_path, {"ann/x.ipynb": old}))
    assert made.lesson == "02_step_by_step"
    assert made.notebook["cells"][0]["source"] == "def steps(): pass"


def test_a_source_has_a_bound_and_only_characters(tmp_path):
    content = json.loads(notebook("a1", source="x\ud800" + "y" * 300_000))
    content["cells"][0] |= {"cell_type": "\ud800" * 9999, "metadata": {"tags": ["t"]}}
    data = json.dumps(content).encode()
    made = only(written(tmp_path, {"ann/x.ipynb": data}))
    assert made.notebook["cells"][0]["cell_type"] == "?" * 100
    assert made.notebook["cells"][0]["metadata"]["tags"] == []
    assert made.notebook["cells"][0]["source"].startswith("x?y")
    assert len(made.notebook["cells"][0]["source"]) == 200_000


def test_what_is_as_it_was_given_is_not_kept(tmp_path):
    content = json.loads(notebook("b1", "b2"))
    content["cells"][0]["source"] = "g"
    made = only(written(tmp_path, {"ann/x.ipynb": json.dumps(content).encode()}))
    assert [cell["id"] for cell in made.notebook["cells"]] == ["b2"]


def test_only_what_checks_have_said_is_kept_of_outputs(tmp_path):
    said = [{"output_type": "stream", "text": "bravo: steps"}]
    content = json.loads(notebook("b1", "b2"))
    content["cells"][0] |= {"outputs": said}
    content["cells"][1] |= {"outputs": said, "metadata": {"tags": ["check", 3]}}
    made = only(written(tmp_path, {"ann/x.ipynb": json.dumps(content).encode()}))
    assert [cell.get("outputs") for cell in made.notebook["cells"]] == [None, said]
    assert made.notebook["cells"][1]["metadata"] == {"tags": ["check"]}


EARLY, LATE = (2026, 11, 2, 10, 0, 0), (2026, 11, 3, 10, 0, 0)
NEWER = notebook("a1", source="y = 2")


def test_handed_in_twice_the_last_counts_by_the_time_in_the_zip(tmp_path):
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data, time in (("z", ONE, EARLY), ("a", NEWER, LATE)):
            archive.writestr(zipfile.ZipInfo(f"ann/{name}.ipynb", time), data)
        archive.writestr("bob/", b"")
    (tmp_path / "all.zip").write_bytes(buffer.getvalue())
    (made, _), _ = hand_ins(tmp_path / "all.zip", KNOWN, Roll())
    assert (made.where, made.time) == ("ann/a.ipynb", datetime(*LATE))
    assert made.remarks == ("handed in again as ann/z.ipynb, which does not count",)


def test_in_a_folder_no_time_is_told_and_the_highest_copy_counts(tmp_path):
    files = {"ann/x.ipynb": ONE, "ann/x (2).ipynb": NEWER, "ann/x (1).ipynb": ONE}
    files["ann/before_update_x.ipynb"] = notebook("a1", source="old")
    made = only(written(tmp_path, files))
    assert made.where == "ann/x (2).ipynb"
    assert made.time is None
    assert len(made.remarks) == 3
    assert made.remarks[-1] == "no zip tells which of them came last"


def test_of_two_the_one_counts_that_can_be_read(tmp_path):
    files = {"ann/01_a_swing.ipynb": ONE, "ann/01_a_swing (1).ipynb": b"{"}
    made = only(written(tmp_path, files))
    assert made.notebook is not None
    assert "(1).ipynb, which does not count: it is not a notebook" in made.remarks[0]


def test_the_outer_zip_tells_the_time_and_hand_in_tells_none(tmp_path):
    inner = packed({LESSON_1: ONE}, EARLY)
    (tmp_path / "all.zip").write_bytes(packed({"ann/ann.zip": inner}, LATE))
    assert only(tmp_path / "all.zip").time == datetime(*LATE)
    (tmp_path / "own.zip").write_bytes(zipped({LESSON_1: ONE}, "ann"))
    assert only(tmp_path / "own.zip").time is None


def bomb(content=b"0" * 40_000_000):
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(LESSON_1, content)
    return buffer.getvalue()


def nested(levels):
    content = ONE
    for _ in range(levels):
        content = {"x.zip": packed({LESSON_1: content} if content is ONE else content)}
    return packed(content)


def with_link():
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        entry = zipfile.ZipInfo(LESSON_1)
        entry.external_attr = 0o120777 << 16
        archive.writestr(entry, "/etc/passwd")
    return buffer.getvalue()


def encrypted():
    data = bytearray(packed({LESSON_1: ONE}))
    for start, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(start) + place] |= 1
    return bytes(data)


def packed_by_bzip2():
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_BZIP2) as archive:
        archive.writestr(LESSON_1, ONE)
    return buffer.getvalue()


def damaged():
    data = bytearray(packed({LESSON_1: ONE}))
    data[60] ^= 255
    return bytes(data)


HOSTILE = {
    "a bomb": (bomb(), "holds more than 32,000,000 bytes"),
    "a bomb in a zip": (packed({"x.zip": bomb()}), "holds more than 32,000,000 bytes"),
    "zips for ever": (nested(9), "lies in 4 zips, one in another"),
    "a link": (with_link(), "is a link"),
    "a password": (encrypted(), "encrypted"),
    "another packing": (packed_by_bzip2(), "is packed in a rare way"),
    "damaged": (damaged(), "cannot be read"),
    "no zip": (b"PK\x03\x04 and so on", "is no sound zip"),
    "a long list": (
        packed({f"{'x' * 60_000}{n}": b"" for n in range(40)}),
        "lists more files",
    ),
    "a list longer than it says": (
        packed({LESSON_1: ONE}) + b"PK\x06\x07",
        "lists more files",
    ),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_a_hostile_zip_costs_its_own_student(case, tmp_path):
    data, remark = HOSTILE[case]
    path = written(tmp_path, {"ann.zip": data, "bob.zip": {LESSON_1: ONE}})
    (ann, bob), _ = hand_ins(path, KNOWN, Roll())
    assert (ann.student, ann.notebook) == ("ann", None)
    assert remark in " ".join(ann.remarks)
    assert (bob.student, bob.lesson[:2], bob.remarks) == ("bob", "01", ())


def test_links_and_pipes_are_not_read_and_nothing_is_written(tmp_path):
    path = tmp_path / "all"
    written(path, {f"ann/{LESSON_1}": ONE, "bob/x.txt": b""})
    (path / "bob" / LESSON_1).symlink_to(path / "ann" / LESSON_1)
    (path / "bob" / "all").symlink_to(path)
    os.mkfifo(path / "bob" / LESSON_2)
    deep = path / "bob" / Path(*["d"] * 60)
    deep.mkdir(parents=True)
    before = sorted(path.rglob("*"))
    made, _ = hand_ins(path, KNOWN, Roll())
    told = [line for each in made if each.student == "bob" for line in each.remarks]
    assert {each.lesson for each in made if each.notebook} == {"01_a_swing"}
    assert sum("is a link: not followed" in line for line in told) == 2
    assert any("is neither a file nor a folder" in line for line in told)
    assert any("lies too deep" in line for line in told)
    assert sorted(path.rglob("*")) == before


def test_names_cannot_do_harm(tmp_path):
    files = {f"a\x1b[31m\u202en\r\n/{LESSON_1}": ONE, f"../../b/{LESSON_1}": ONE}
    (tmp_path / "all.zip").write_bytes(packed(files))
    assert found(tmp_path / "all.zip") == {("a[31mn", "01"), ("b", "01")}


def test_a_spreadsheet_computes_no_name_but_what_the_class_list_has(tmp_path):
    names = ("=cmd|x", "@", "-7", "\uff1d1", " =2", "a;=3")
    files = {f"{name}/{LESSON_1}": ONE for name in names}
    expected = {(name, "01") for name in ("cmd|x", "nameless", "-7", "1", "2", "a;3")}
    assert found(written(tmp_path, files), Member("-7")) == expected


def test_what_is_nobodys_is_told(tmp_path):
    files = {f"ann/{LESSON_1}": ONE, f"bob/{LESSON_1}": ONE, "grades.csv": b""}
    _, strays = hand_ins(written(tmp_path, files), KNOWN, Roll())
    assert strays == ["grades.csv"]


def test_what_can_be_read_of_a_zip_is_bounded_in_all(tmp_path, monkeypatch):
    monkeypatch.setattr(files_in, "MOST_IN_A_ZIP", 500)
    files = {f"{n}.ipynb": ONE for n in range(10)}
    folder = written(tmp_path, {"ann.zip": files, "bob.zip": {LESSON_1: ONE}})
    (tmp_path / "class.zip").write_bytes(
        packed({path.name: path.read_bytes() for path in folder.glob("*.zip")})
    )
    for path in (folder, tmp_path / "class.zip"):
        made, _ = hand_ins(path, KNOWN, Roll())
        said = {each.student: " ".join(each.remarks) for each in made}
        assert "more than" in said["ann"]
        assert said["bob"] == ""


def test_what_is_kept_of_a_notebook_is_bounded():
    cells = [{"source": "x" * 190_000}] * 20 + [{"source": ""}] * 20_000
    kept = slim(json.dumps({"cells": cells}).encode())["cells"]
    assert sum(len(cell["source"]) for cell in kept) < 2_500_000
    assert len(slim(json.dumps({"cells": cells[20:]}).encode())["cells"]) == 10_000


def test_a_name_that_can_be_read_in_many_ways_is_read_in_one(tmp_path):
    # With two ways for each copy it took days.
    files = {f"ann/{LESSON_1[:10]}{'--copy' * 30}!.ipynb": ONE, f"bob/{LESSON_1}": ONE}
    assert found(written(tmp_path, files)) == {("ann", "01"), ("bob", "01")}


# --- the class list ----------------------------------------------------------------


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("head", ["Id,Name\n", ""])
def test_a_class_list_is_read(mark, separator, head, tmp_path):
    text = f'{head}al1,"Lee, Ann"\nbö,\n\nal1,Again\n,No Id\n'
    if separator != ",":
        text = text.replace("Lee, Ann", "Lee Ann").replace(",", separator)
    (tmp_path / "class.csv").write_bytes(mark + text.encode())
    roll = read_roll(tmp_path / "class.csv")
    assert [*roll.members] == ["al1", "bö"]
    assert roll.id_of("Ann Lee") == "al1"
    again, no_id = roll.remarks
    assert "al1 is there already" in again
    assert "has no id" in no_id


def test_two_of_one_name_are_told_by_their_ids(tmp_path):
    roll = Roll([ANN_LEE, Member("al2", "Lee, Ann"), Member("Bob", "x")])
    assert [roll.id_of(name) for name in ("Ann Lee", "AL2", "bob")] == [
        "",
        "al2",
        "Bob",
    ]
    assert roll.remarks == [
        "al1 and al2 have one name: their work is told by the id alone"
    ]


def test_times_are_of_a_lesson_or_of_all(tmp_path):
    path = tmp_path / "class.csv"
    rows = "id,01,time,1st wish", "ann,2026-11-02 23:59,2026-12-01T10:00,A", "bob,,,"
    path.write_text("\n".join(rows))
    roll = read_roll(path)
    assert roll.time("ann", "01_a_swing") == datetime(2026, 11, 2, 23, 59)
    assert roll.time("ann", "02_step_by_step") == datetime(2026, 12, 1, 10)
    assert roll.time("bob", "01_a_swing") is None
    assert roll.time("cy", "01_a_swing") is None


FAULTS = {
    "not UTF-8": (b"id\n\xff\n", "save it as CSV UTF-8"),
    "empty": (b"", "nobody is in it"),
    "a head alone": (b"id,name\n", "nobody is in it"),
    "no time": (b"id,time\nann,tomorrow\n", "line 2: time is to be a time"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_faulty_class_list_is_refused_in_a_line(fault, tmp_path):
    data, complaint = FAULTS[fault]
    (tmp_path / "class.csv").write_bytes(data)
    with pytest.raises(CourseError, match=complaint):
        read_roll(tmp_path / "class.csv")


def test_spellings_of_a_name():
    assert key("Zoe\u0308  van-den_BERG") == key("zoë van den berg")
