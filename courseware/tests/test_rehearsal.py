"""The rehearsal: a lesson of no course, in which a wrong answer looks right."""

import json

import nbformat
import pytest
from nbformat.v4 import new_code_cell

from courseware.checking.rehearsal import check_middle
from courseware.editions.rehearsal import NAME, rehearsal
from courseware.progress import progress
from courseware.tags import EXERCISE, SOLUTION, has_tag


def middle_of(tag):
    [source] = [cell["source"] for cell in rehearsal()["cells"] if has_tag(cell, tag)]
    names = {"check_middle": check_middle}
    exec(source, names)
    return names["middle"]


def test_the_answer_looks_right_and_is_not(capsys):
    answer = middle_of(EXERCISE)
    assert capsys.readouterr().out == "3\n"
    assert "which stands in the middle" in check_middle(answer).hint
    assert check_middle(middle_of(SOLUTION))


@pytest.mark.parametrize(
    ("answer", "hint"),
    [
        (lambda n: sorted(n)[len(n) // 2 - 1], "you return"),
        (lambda n: sum(n) / len(n), "you return"),
        (lambda n: n.sort() or n[len(n) // 2], "changes the array or list"),
        (lambda n: sorted(n)[1], "for 1 number(s)"),
        (lambda n: str(n[0]), "your result"),
    ],
)
def test_mistakes_get_their_hints(answer, hint):
    assert hint in check_middle(answer).hint


def hand_out(course, name="1"):
    cells = (
        new_code_cell(tag, metadata={"tags": [tag]}) for tag in ("exercise", "check")
    )
    course.notebook(name, *cells)
    assert course.call("student") == 0
    return course.folder / "student"


def test_it_goes_with_lessons_that_can_be_handed_in_and_nobody_begins_with_it(course):
    folder = hand_out(course)
    notebook = nbformat.read(folder / f"{NAME}.ipynb", as_version=4)
    nbformat.validate(notebook)
    assert "sorted(numbers)" not in json.dumps(notebook)
    found = progress(folder)
    assert [lesson.entry.name for lesson in found.lessons] == [NAME, "1"]
    assert found.next.entry.name == "1"


def test_a_lesson_of_that_number_takes_its_place(course):
    assert not (hand_out(course, "00_begin") / f"{NAME}.ipynb").exists()


def test_without_exercises_there_is_nothing_to_rehearse(course):
    course.notebook("1", new_code_cell("x = 1"))
    course.call("student")
    assert not (course.folder / "student" / f"{NAME}.ipynb").exists()
