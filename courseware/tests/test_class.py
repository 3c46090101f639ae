"""A whole class is marked: what is right, what is messy, and what means harm."""

import csv
import json
from io import StringIO

import class_maker
import marked_course
import pytest
from class_maker import RIGHT, Class, with_answer

from courseware.__main__ import main
from courseware.editions.rehearsal import NAME, rehearsal

WRONG = {
    "double": with_answer("", "def double(x):\n    return x", False, "as they were"),
    "quadruple": RIGHT,
    "at_one": with_answer("", "def at_one(f):\n    return 2", False, "called"),
    "fast": RIGHT,
}
MESSY = {case.name for case in class_maker.cases("messy")} - {"shell"}


@pytest.fixture(scope="module")
def lesson(tmp_path_factory):
    marked_course.isolation()
    return marked_course.make(tmp_path_factory.mktemp("course"))


@pytest.fixture(scope="module")
def handed_in(lesson, tmp_path_factory):
    """One of each kind; most have answered one exercise."""
    made = Class(tmp_path_factory.mktemp("class") / "hand_ins")
    made.hand_in("right", lesson, RIGHT)
    made.hand_in("wrong", lesson, WRONG, ["double", "quadruple", "fast"])
    for kind in ("messy", "hostile"):
        for case in class_maker.cases(kind):
            made.hand_in(case.name, lesson, case, ["double"])
    (made.folder / "nothing").mkdir()
    (made.folder / "right" / f"{NAME}.ipynb").write_text(json.dumps(rehearsal()))
    (made.folder.parent / "class.csv").write_text("id,name\nright,Ann\nabsent,Bo\n")
    return made


def content(folder):
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {path.relative_to(folder): path.read_bytes() for path in files}


@pytest.fixture(scope="module")
def marked(lesson, handed_in):
    """What came of it; what was handed in is as it was."""
    before, course = content(handed_in.folder), content(lesson.path.parent)
    output = handed_in.folder.parent / "marks"
    options = ["--class", str(handed_in.folder.parent / "class.csv")]
    options += ["--course", str(lesson.path.parent), "--output", str(output)]
    assert main(["mark", str(handed_in.folder), *options]) == 0
    assert content(handed_in.folder) == before
    changed = {
        p.name
        for p, data in content(lesson.path.parent).items()
        if course.get(p) != data and p.suffix != ".pyc"
    }
    assert changed <= {"runs.txt"}  # which our own lesson writes
    return output


def test_every_mark_is_as_known_and_none_is_lost(marked, handed_in):
    rows = {
        r["student"]: r
        for r in csv.DictReader(StringIO((marked / "marks.csv").read_text()))
    }
    stored = json.loads((marked / "marks.json").read_bytes())["students"]
    told = {each["student"]: each["exercises"] for each in stored}
    students = {student for student, _ in handed_in.expected}
    assert rows.keys() == told.keys() == students | {"nothing", "absent"}
    assert [*rows][:2] == ["right", "absent"]
    for (student, column), case in handed_in.expected.items():
        verdict = told[student][column]
        assert case.right in (None, verdict["right"]), (student, column, verdict)
        assert rows[student][column] == str(int(verdict["right"]))
        assert case.hint in verdict.get("hint", ""), (student, column, verdict)
    assert rows["right"]["total"] == "4"
    assert rows["nothing"]["total"] == rows["absent"]["total"] == "0"


def test_what_is_only_messy_looks_like_no_attempt(marked):
    for each in json.loads((marked / "marks.json").read_bytes())["students"]:
        remarks = each["exercises"]["01.double"].get("remarks", [])
        tries = [remark for remark in remarks if "tries to" in remark]
        assert not tries or each["student"] not in MESSY, each


def test_each_student_has_a_page_and_so_has_the_instructor(marked, handed_in):
    pages = {path.parent.name for path in marked.glob("feedback/*/feedback.html")}
    assert pages == {student for student, _ in handed_in.expected} | {
        "nothing",
        "absent",
    }
    text = (marked / "feedback" / "false_bravo" / "feedback.html").read_text()
    assert "Your notebook shows bravo here" in text
    text = (marked / "feedback" / "right" / "feedback.html").read_text()
    assert "Rehearsal" in text
    assert "of Bo" not in text
    text = (marked / "overview.html").read_text()
    assert "Isolation by" in text
    attempts = text.partition("What looks like an attempt")[2].partition("<h2>")[0]
    assert "reads_another, 01.double: it tries to read" in attempts
    assert "Markdown" not in attempts
