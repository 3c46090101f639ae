"""A course of one lesson, to be marked: cheap, and with judges of several kinds."""

from pathlib import Path

import nbformat
import pytest

from courseware.course import CourseError
from courseware.marking.answers import BY_CELL, Answer, Lesson
from courseware.marking.isolation import Isolation, find

JUDGES = """
import numpy as np
from courseware.checking.exercise import agrees, blame, exercise
from courseware.checking.student import NotYetError, read_array

@exercise("double(x)", seconds=0.2, slow="is there a loop?")
def check_double(student):
    x = np.arange(1.0, 4)
    yours = read_array(student(x), (3,), "as many numbers")
    if not agrees(yours, 2 * x):
        blame(yours, [(x, "as they were")], "try it with 1")

@exercise("quadruple(x)", seconds=0.2)
def check_quadruple(student):
    if student(1.0) != 4:
        raise NotYetError("four times as much")

@exercise("at_one(f)", seconds=0.5)
def check_at_one(student):
    if student(lambda x: x + 1) != 2 or student.counted(lambda x: 0)[1].loops > 9:
        raise NotYetError("call it with 1")

@exercise("fast()", seconds=0.5)
def check_fast(student):
    if student.seconds() > 0.2:
        raise NotYetError("too slow")
"""
SETTING = """\
from pathlib import Path
from judges import check_at_one, check_double, check_fast, check_quadruple
import numpy as np

TABLE = [float(number) for number in Path("table.txt").read_text().split()]
runs = len(open("runs.txt", "a").write("x") * "x")
"""
EXERCISES = {
    "double": "def double(x):\n    return 2 * x",
    "quadruple": "def quadruple(x):\n    return double(double(x))",
    "at_one": "def at_one(f):\n    return f(1)",
    "fast": "factor = 2\n\n\ndef fast():\n    return factor",
}


def cells():
    """The lesson's cells."""
    yield nbformat.v4.new_markdown_cell("# A lesson", id="title")
    yield nbformat.v4.new_code_cell(SETTING, id="setting")
    for number, (name, solution) in enumerate(EXERCISES.items(), 1):
        call = f"check_{name}({name})"
        head = solution[solution.index("def") :].partition("\n")[0]
        task = f"**Exercise 1.{number}** Write `{name}`."
        yield nbformat.v4.new_markdown_cell(task, id=f"task-{name}")
        for tag, source in (
            ("exercise", f"{head}\n    raise NotImplementedError"),
            ("check", call),
            ("solution", f"{solution}\n\n\n{call}\n{name}.seen = True"),
        ):
            made = nbformat.v4.new_code_cell(source, id=f"{tag}-{name}")
            made.metadata["tags"] = [tag]
            yield made


def make(folder: Path) -> Lesson:
    """Make the course in a folder and return its lesson."""
    lessons = folder / "notebooks"
    lessons.mkdir(parents=True)
    (folder / "pyproject.toml").write_text("[tool.courseware]\n")
    (lessons / "judges.py").write_text(JUDGES)
    (lessons / "table.txt").write_text("1 2 3")
    path = lessons / "01_numbers.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=[*cells()]), path)
    return Lesson(path)


def isolation() -> Isolation:
    """What isolates here; skips the test where nothing does."""
    try:
        return find()
    except CourseError as error:
        pytest.skip(f"nothing isolates here: {error}")


def answer(lesson: Lesson, source: str, name: str = "double", **others) -> Answer:
    """Return an answer of somebody's to an exercise."""
    [exercise] = [one for one in lesson.exercises if one.function == name]
    return Answer("Ada", exercise, source, found=BY_CELL, **others)
