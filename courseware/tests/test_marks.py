"""From verdicts to marks, and what is written about them; nothing is run here."""

import csv
import json
import os
import re
from datetime import datetime
from io import StringIO

import nbformat
import pytest

from courseware.course import Course, CourseError
from courseware.editions.rehearsal import rehearsal
from courseware.marking import command, document
from courseware.marking.alike import alike
from courseware.marking.answers import BY_CELL, BY_FUNCTION, Answer, Exercise
from courseware.marking.command import Wanted, points_template
from courseware.marking.document import Heading, Item, Lines, Table, as_html
from courseware.marking.feedback import feedback
from courseware.marking.hand_ins import HandIn
from courseware.marking.isolation import NOTHING, Isolation
from courseware.marking.marks import as_csv, as_json, make, number
from courseware.marking.overview import overview
from courseware.marking.points import (
    Correction,
    Points,
    read_corrections,
    read_points,
    template,
)
from courseware.marking.roll import Member, Roll
from courseware.marking.verdicts import Verdict


def exercise(lesson, function, n=1):
    name = f"Exercise {lesson[1]}.{n}"
    return Exercise(lesson, name, function, f"check_{function}", "c", "k", "stub")


SWING, FALL = exercise("01_swing", "swing"), exercise("01_swing", "fall", 2)
STEPS = exercise("02_steps", "steps")
ALL = [SWING, FALL, STEPS]
COLUMNS = [one.column for one in ALL]
TITLES = {"01_swing": "Lesson 1, A swing", "02_steps": "Lesson 2, Steps"}
RIGHT = Verdict(True, "", 0.5, BY_CELL)
WRONG = Verdict(False, "where is the 2 pi? (for 3 you return 1)", 0.5, BY_CELL)
ANN, BOB = Member("ann", "Ann Lee"), Member("bob", "=Bob")


def handed_in(student, lesson="01_swing", time=None, *remarks, cells=()):
    notebook = {"cells": list(cells)}
    return HandIn(student, lesson, notebook, f"{student}/x.ipynb", time, remarks)


def outcome(student, one, verdict, source="def f(): ..."):
    return Answer(student, one, source, (), BY_CELL), verdict


def marks_of(outcomes, came, roll=None, points=None, corrections=None, of=ALL):
    roll, points = roll or Roll(), points or Points()
    return make(of, outcomes, came, roll, points, corrections or {})


def rows_of(marks):
    return [*csv.reader(StringIO(as_csv(marks).decode()))]


CLASS = Roll([BOB, ANN])
OUTCOMES = [
    outcome("ann", SWING, RIGHT),
    outcome("ann", FALL, WRONG),
    outcome("zed", SWING, RIGHT),
    outcome("zed", FALL, RIGHT),
]
CAME = [handed_in("zed"), handed_in("ann")]


def test_everybody_has_a_row_and_each_exercise_a_column():
    assert rows_of(marks_of(OUTCOMES, CAME, CLASS)) == [
        ["student", "01.swing", "01.fall", "02.steps", "total"],
        ["bob", "0", "0", "0", "0"],
        ["ann", "1", "0", "0", "1"],
        ["zed", "1", "1", "0", "2"],
    ]


def test_points_lateness_and_the_best_lessons():
    points = Points(
        {"01.swing": 3, "02.steps": 0.5}, {"01": datetime(2026, 11, 2)}, 0.25, 0.3, 1
    )
    times = [None, datetime(2026, 11, 2), datetime(2026, 11, 2, 0, 1)]
    times += [datetime(2026, 11, 4, 9), datetime(2026, 12, 24)]
    totals = []
    for time in times:
        came = [handed_in("ann", time=time), handed_in("ann", "02_steps")]
        outcomes = [outcome("ann", one, RIGHT) for one in ALL]
        marks = marks_of(outcomes, came, points=points)
        totals.append(marks.rows[0].total)
        assert (marks.rows[0].dropped, marks.most) == (("02",), 4)
    assert totals == [4, 4, 3, 1.2, 1.2]


def test_a_time_in_the_class_list_comes_before_one_in_a_zip():
    roll = Roll([Member("ann", "", {"1": datetime(2026, 11, 1)})])
    points = Points({}, {"01": datetime(2026, 11, 2)}, 1)
    came = [handed_in("ann", time=datetime(2026, 11, 9))]
    marks = marks_of(OUTCOMES, came, roll, points)
    assert (marks.rows[0].total, marks.rows[0].late) == (1, {})


def test_what_a_person_has_set_counts_whatever_marking_says():
    points = Points({}, {"01": datetime(2026, 11, 2)}, 1)
    came = [handed_in("ann", time=datetime(2026, 11, 9))]
    agreed = Correction(0.5, "as agreed")
    set_by = {("ann", "01.fall"): agreed, ("bob", "02.steps"): Correction(1)}
    marks = marks_of(OUTCOMES, came, CLASS, points, set_by)
    assert [row.total for row in marks.rows] == [1, 0.5]
    stored = json.loads(as_json(marks))["students"][1]["exercises"]["01.fall"]
    assert stored["correction"] == {"points": 0.5, "reason": "as agreed"}
    assert stored["hint"].startswith("where is")
    assert "as agreed" in page(feedback(marks.rows[1], marks, TITLES))
    assert "Set by a person" in page(overview(marks))


def test_numbers_are_written_short():
    values = (0, 1.0, 10, 0.25, 1 / 3)
    assert [*map(number, values)] == ["0", "1", "10", "0.25", "0.3333"]


# --- files that an instructor writes -----------------------------------------------


def test_the_template_is_what_holds_without_one(tmp_path):
    path = tmp_path / "points.toml"
    path.write_text(template(COLUMNS))
    points = read_points(path, COLUMNS)
    assert points == Points(dict.fromkeys(COLUMNS, 1))
    text = re.sub(r"^# (?=\S+ = )", "", path.read_text(), flags=re.MULTILINE)
    path.write_text(text)  # with all of it
    points = read_points(path, COLUMNS)
    assert (points.each_day, points.at_least, points.best) == (0.1, 0.5, 1)
    assert points.due == dict.fromkeys(["01", "02"], datetime(2027, 1, 31, 23, 59, 59))


FAULTS = {
    "no TOML": ("[points", "cannot be read"),
    "another exercise": ('[points]\n"01.swong" = 1', "no 01.swong: is 01.swing meant"),
    "another table": ("[lateness]", "there is no lateness: is late meant"),
    "no table": ("points = 1", "is to be a table"),
    "less than nothing": ('[points]\n"01.swing" = -1', "of 0 or more, not -1"),
    "no number": ('[points]\n"01.swing" = "1"', "of 0 or more"),
    "yes": ("[late]\neach_day = true", "from 0 to 1"),
    "more than all": ("[late]\nat_least = 7", "from 0 to 1, not 7"),
    "another lesson": ("[due]\n03 = 2026-01-01", "there is no 03"),
    "no time": ('[due]\n01 = "soon"', "such as 2027-01-31T23:59:59"),
    "a zone": ("[due]\n01 = 2026-01-01T00:00:00Z", "such as 2027-01-31T23:59:59"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_faulty_table_of_points_is_refused_in_a_line(fault, tmp_path):
    text, complaint = FAULTS[fault]
    (tmp_path / "p.toml").write_text(text)
    with pytest.raises(CourseError, match=complaint):
        read_points(tmp_path / "p.toml", COLUMNS)


def test_a_date_is_due_at_its_end(tmp_path):
    (tmp_path / "p.toml").write_text("[due]\n01 = 2026-11-02")
    due = read_points(tmp_path / "p.toml", COLUMNS).due
    assert due == {"01": datetime(2026, 11, 2, 23, 59, 59)}


def known(name):
    return {"ann": "ann", "ann lee": "ann"}.get(name.lower(), "")


@pytest.mark.parametrize("separator", [",", ";"])
def test_corrections_are_read(separator, tmp_path):
    head = "student,exercise,points,reason"
    rows = "Ann Lee,01.swing,2,\n\nann,01.swing,0.5,so"
    text = f"{head}\n{rows}".replace(",", separator)
    (tmp_path / "c.csv").write_text(f"\ufeff{text}\n")
    found = read_corrections(tmp_path / "c.csv", COLUMNS, known)
    assert found == {("ann", "01.swing"): Correction(0.5, "so")}


WRONG_CORRECTIONS = {
    "nobody": ("student,exercise,points\nzed,01.swing,1", "2: nobody is called 'zed'"),
    "no exercise": ("student,exercise,points\nann,swing,1", "is 01.swing meant"),
    "no number": ("student,exercise,points\nann,01.swing,full", "not 'full'"),
    "not a number": ("student,exercise,points\nann,01.swing,nan", "not 'nan'"),
    "no head": ("ann,01.swing,1", "its first line is to be student,exercise"),
    "nothing": ("", "its first line is to be student,exercise"),
    "much": (f"student,exercise,points\nann,01.swing,{'1' * 200_000}", "field limit"),
}  # fmt: skip


@pytest.mark.parametrize("fault", WRONG_CORRECTIONS)
def test_a_faulty_correction_is_refused_in_a_line(fault, tmp_path):
    text, complaint = WRONG_CORRECTIONS[fault]
    (tmp_path / "c.csv").write_text(text)
    with pytest.raises(CourseError, match=complaint):
        read_corrections(tmp_path / "c.csv", COLUMNS, known)


# --- what is read of it ------------------------------------------------------------


def page(blocks):
    text = as_html("Page", blocks).decode().partition("<body>")[2]
    text = re.sub(r"<[^>]+>", "", re.sub("(?=</(td|th|summary)>)", " ", text))
    return " ".join(text.replace("&#x27;", "'").split())


BRAVO = {"id": "k", "outputs": [{"text": "bravo: fall"}]}
# What a student has, and what the page says is to be done next.
NEXT = {
    "all is right": (
        [(SWING, RIGHT), (FALL, RIGHT), (STEPS, RIGHT)],
        "Nothing: all exercises are right.",
    ),
    "one is wrong": (
        [(SWING, RIGHT), (FALL, WRONG), (STEPS, RIGHT)],
        "Begin with Exercise 1.2 (fall) of lesson 1, A swing. The check says: where is "
        "the 2 pi? (for 3 you return 1). Open your copy",
    ),
    "more are wrong": (
        [(SWING, WRONG), (FALL, WRONG), (STEPS, WRONG)],
        "After that, 2 more exercises are waiting",
    ),
    "one is missing": (
        [(SWING, RIGHT), (FALL, RIGHT)],
        "No notebook came of lesson 2, Steps.",
    ),
}


@pytest.mark.parametrize("case", NEXT)
def test_a_student_knows_what_to_do_next(case):
    outcomes, told = NEXT[case]
    came = [handed_in("ann", lesson) for lesson in {one.lesson for one, _ in outcomes}]
    marks = marks_of([outcome("ann", *each) for each in outcomes], came)
    text = page(feedback(marks.rows[0], marks, TITLES))
    assert told in text.partition("What to do next")[2]


def test_what_is_odd_about_an_answer_is_said_to_its_student():
    late = datetime(2026, 11, 4, 9)
    points = Points({}, {"01": datetime(2026, 11, 2)}, 0.25)
    by_name = Verdict(False, "no", 1, BY_FUNCTION, ("it stands below its check",))
    outcomes = [outcome("ann", SWING, RIGHT, "stub"), outcome("ann", FALL, by_name)]
    came = [handed_in("ann", "01_swing", late, "is called 02_steps", cells=[BRAVO])]
    came.append(HandIn("ann", "", None, "", None, ("ann/x.rar is no notebook",)))
    marks = marks_of(outcomes, came, points=points)
    text = page(feedback(marks.rows[0], marks, TITLES))
    for told in (
        "Exercise 1.2, fall: not yet right (0 of 1)",
        "The check says: no.",
        "Your notebook shows bravo here.",
        "The answer was found by its name",
        "It stands below its check.",
        "Is called 02_steps.",
        "It came 3 days late: 25 % of its points are left.",
        "ann/x.ipynb, of 2026-11-04 09:00.",
        "ann/x.rar is no notebook",
        "No notebook of this lesson was handed in.",
        "What was marked def f(): ...",
    ):
        assert told in text
    told = page(overview(marks, ["grades.csv"])).partition("What else was said")[2]
    assert "ann, 01.fall: it stands below its check" in told
    assert "grades.csv" in told


def test_the_overview_says_what_was_hard_and_which_hints_came():
    hints = ["too long (it is 3)", "too long (it is (4, 5))", "too short"]
    verdicts = [Verdict(False, hint, 1, BY_CELL) for hint in hints]
    people = [f"s{n}" for n in range(4)]
    outcomes = [outcome(s, SWING, RIGHT) for s in people]
    outcomes += [
        outcome(s, FALL, v) for s, v in zip(people, [*verdicts, RIGHT], strict=True)
    ]
    came = [handed_in(student) for student in people]
    marks = marks_of(outcomes, came, Roll([ANN]), of=[SWING, FALL])
    text = page(overview(marks))
    for told in (
        "4 of 5 students have handed in. The most is 2; half of them have 1 or more.",
        "Right least often, where a notebook came: 01.fall (25 %).",
        "01.swing Exercise 1.1 4 0 0 1 100 %",
        "01.fall 2 too long 01.fall 1 too short",
        "Handed in nothing Ann Lee (ann)",
    ):
        assert told in text


LONG = """
def fall({0}):
    "{2}"
    {1} = np.zeros(len({0}))  # {2}
    for i, each in enumerate({0}):
        if each > {3}:
            {1}[i] = each ** 2 + 3 * each - math.sqrt(abs(each))
        else:
            {1}[i] = (each + 1) / (each ** 2 + 4) if each < -2 else 7 * each
    return {1} - {1}.mean()
"""


def test_alike_are_copies_with_other_names_and_not_what_all_write():
    base = LONG.format("x", "y", "mine", 0)
    copy = LONG.format("values", "result", "written by myself", 0).replace("    ", "\t")
    common = "def swing(x):\n    return 2 * np.pi * np.sqrt(x / 9.81)"
    answers = [(f"s{n}", "01.swing", common) for n in range(9)]
    answers += [("ann", "01.fall", base), ("bob", "01.fall", copy)]
    others = ("cy", common), ("dee", "def f(:"), ("eve", "")
    answers += [(name, "01.fall", source) for name, source in others]
    answers.append(("zoe", "01.fall", base.replace("7", "8")))
    (group,) = alike(answers)
    assert (group.students, group.column) == (("ann", "bob", "zoe"), "01.fall")
    assert 0.8 < group.share < 1
    outcomes = [outcome(name, FALL, RIGHT, source) for name, _, source in answers[9:]]
    marks = marks_of(outcomes, [handed_in(name) for name, *_ in answers[9:]], of=[FALL])
    assert "ann, bob, zoe 01.fall 9" in page(overview(marks))


NASTY = "<script>x</script> `a|b` & $x$ \\(y\\) [l](http://x) *e* | {0} #set \x1b"
BLOCKS = [
    Heading(NASTY),
    Lines([NASTY]),
    Lines([NASTY, "two"], is_list=True),
    Item(NASTY, True, [NASTY], "<b>\n" + "x\n" * 100),
    Item("wrong", False),
    Table([NASTY, "n"], [[NASTY, "1"]], frozenset({1})),
]


def test_what_was_handed_in_is_text_on_a_page():
    text = as_html(NASTY, BLOCKS).decode()
    assert "<script" not in text
    assert "<b>" not in text
    assert "<code>a|b</code>" in text
    assert "... and 21 more lines" in text
    assert text.count("<section") == 2
    assert "default-src 'none'" in text


def test_and_on_paper(tmp_path):
    pypdf = pytest.importorskip("pypdf")
    as_pdf = document.printer()
    if as_pdf is None:
        pytest.skip("lecturepdf is not installed")
    path = tmp_path / "page.pdf"
    path.write_bytes(as_pdf("Page", BLOCKS))
    text = " ".join(page.extract_text() for page in pypdf.PdfReader(path).pages)
    told = NASTY.replace("`", "").replace("\x1b", "").strip()
    text = re.sub(r"\s+", "", text)
    assert text.count(re.sub(r"\s+", "", told)) == 7


# --- the command -------------------------------------------------------------------


@pytest.fixture
def small(course):
    """A course of one lesson, and what three students have handed in."""
    cells = []
    for tag, name, source in (
        ("exercise", "e", "def swing(x):\n    raise NotImplementedError"),
        ("check", "k", "check_swing(swing)"),
    ):
        cells.append(code(name, source, tag))
    course.notebook("01_swing", *cells)
    for student, source in (
        ("ann", "def swing(x): return 1"),
        ("bob", "def swing(x): 2"),
    ):
        folder = course.folder / "in" / student
        folder.mkdir(parents=True)
        content = {
            "nbformat": 4,
            "metadata": {},
            "cells": [code("e", source, "exercise")],
        }
        (folder / "x.ipynb").write_text(json.dumps(content))
    course.notebook("02_reading", nbformat.v4.new_markdown_cell("# Read", id="r"))
    (course.folder / "in" / "cy").mkdir()
    (course.folder / "in" / "ann" / "02.ipynb").write_bytes(
        (course.lessons / "02_reading.ipynb").read_bytes()
    )
    return course


def code(name, source, tag):
    return nbformat.v4.new_code_cell(source, id=name, metadata={"tags": [tag]})


NONE = Isolation(NOTHING)


def stand_in(_lesson, answers, _isolation, **_):
    for answer in answers:
        yield answer, RIGHT if "return" in answer.source else WRONG


def call(course, **more):
    wanted = Wanted(course.folder / "in", course.folder / "marks", **more)
    return command.mark(course.course, wanted, NONE, stand_in)


def written(course):
    folder = course.folder / "marks"
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def test_marking_writes_all_and_the_same_when_it_is_run_twice(small, monkeypatch):
    before = sorted((small.folder / "in").rglob("*"))
    lines = call(small)
    first = written(small)
    assert first["marks.csv"] == b"student,01.swing,total\nann,1,1\nbob,0,0\ncy,0,0\n"
    assert "3 student(s), 1 exercise(s)" in lines[0]
    pages = {f"feedback/{name}/feedback.html" for name in ("ann", "bob", "cy")}
    assert {"marks.json", "overview.html", *pages} <= first.keys()
    assert NONE.about in first["overview.html"].decode()
    assert "no cell" not in first["feedback/ann/feedback.html"].decode()
    call(small)
    assert written(small) == first
    assert sorted((small.folder / "in").rglob("*")) == before


def test_an_interruption_costs_what_was_not_marked_yet(small, monkeypatch):
    monkeypatch.setattr(command, "printer", lambda: None)
    wanted = Wanted(small.folder / "in", small.folder / "marks")

    def interrupted(_lesson, answers, _isolation, *, journal, **_):
        journal.add(answers[0], WRONG)
        raise KeyboardInterrupt

    def resumed(lesson, answers, isolation, *, journal, **_):
        assert [*map(journal.verdict, answers)] == [WRONG, None]
        return stand_in(lesson, answers, isolation)

    with pytest.raises(KeyboardInterrupt):
        command.mark(small.course, wanted, NONE, interrupted)
    assert not (small.folder / "marks" / "marks.csv").exists()
    command.mark(small.course, wanted, NONE, resumed)
    assert not [path for path in written(small) if "journal" in path]


def test_corrections_survive_a_run_that_does_not_name_them(small, monkeypatch):
    monkeypatch.setattr(command, "printer", lambda: None)
    path = small.folder / "set.csv"
    path.write_text("student,exercise,points,reason\ncy,01.swing,0.5,on paper\n")
    call(small, corrections=path)
    path.unlink()
    call(small)
    assert b"cy,0.5,0.5" in written(small)["marks.csv"]
    assert "on paper" in written(small)["feedback/cy/feedback.html"].decode()


def test_the_class_list_is_all_the_class(small, monkeypatch):
    monkeypatch.setattr(command, "printer", lambda: None)
    (small.folder / "class.csv").write_text("id,name\ndee,Dee\nbob,\n")
    call(small, roll=small.folder / "class.csv")
    made = written(small)
    rows = made["marks.csv"].decode().splitlines()
    assert [row.partition(",")[0] for row in rows[1:]] == ["dee", "bob", "ann", "cy"]
    assert "Not in the class list: ann, cy." in made["overview.html"].decode()


def test_marks_are_not_written_into_what_was_handed_in(small):
    wanted = Wanted(small.folder / "in", small.folder / "in" / "marks")
    with pytest.raises(CourseError, match="lies in what was handed in"):
        command.mark(small.course, wanted, NONE, stand_in)


def test_what_was_handed_in_does_not_lie_where_feedback_goes(small):
    (small.folder / "marks" / "feedback" / "in").mkdir(parents=True)
    output = small.folder / "marks"
    wanted = Wanted(output / "feedback" / "in", output)
    with pytest.raises(CourseError, match="lies where feedback is to go"):
        command.mark(small.course, wanted, NONE, stand_in)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_pipe_is_not_waited_for(small):
    os.mkfifo(small.folder / "pipe")
    wanted = Wanted(small.folder / "pipe", small.folder / "marks")
    with pytest.raises(CourseError, match="neither a folder nor a file"):
        command.mark(small.course, wanted, NONE, stand_in)


def test_of_what_holds_no_lesson_nothing_is_marked(small, tmp_path):
    (tmp_path / "in").mkdir()
    wanted = Wanted(tmp_path / "in", small.folder / "marks")
    with pytest.raises(CourseError, match="no notebook of this course's lessons"):
        command.mark(small.course, wanted, NONE, stand_in)


def test_students_of_like_names_have_a_page_each(small, monkeypatch):
    monkeypatch.setattr(command, "printer", lambda: None)
    (small.folder / "class.csv").write_text("id\na b\na_b!\n???\nA-b\n")
    (small.folder / "in" / "ann").rename(small.folder / "in" / "A-b")
    call(small, roll=small.folder / "class.csv")
    folders = {path.name for path in (small.folder / "marks" / "feedback").iterdir()}
    assert folders == {"a_b", "a_b_2", "student", "A-b", "bob", "cy"}
    assert b"\na b,0,0\na_b!,0,0\n???,0,0\nA-b,1,1\n" in written(small)["marks.csv"]


def test_the_template_names_each_exercise(small):
    assert '"01.swing" = 1' in points_template(Course.find(small.folder), [])


def test_the_rehearsal_is_marked_and_counts_nothing(small, monkeypatch):
    monkeypatch.setattr(command, "printer", lambda: None)
    text = json.dumps(rehearsal())
    for student in ("cy", "dee"):
        folder = small.folder / "in" / student
        folder.mkdir(exist_ok=True)
        (folder / "00.ipynb").write_text(text)
    call(small, lessons=["01_swing"])
    made = written(small)
    assert (
        made["marks.csv"]
        == b"student,01.swing,total\nann,1,1\nbob,0,0\ncy,0,0\ndee,0,0\n"
    )
    told = made["feedback/dee/feedback.html"].decode()
    assert "It counts nothing" in told
    assert "<code>middle</code>: right (0 of 0)" in told
    assert "middle" not in made["overview.html"].decode()


def test_progress_is_told(small, monkeypatch, capsys):
    monkeypatch.setattr(command, "_OFTEN", 0)
    monkeypatch.setattr(command, "printer", lambda: None)
    call(small)
    told = capsys.readouterr().err
    assert "1 of 3 written, about 0 s left: ann" in told
    assert "2 of 2 marked, about 0 s left: bob, 01.swing" in told
