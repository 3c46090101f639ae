"""Makes a class, with the marks known beforehand: what it hands in, and what is right.

What is messy and what is hostile lies in `hand_ins/`, a folder each: ``answer.txt``
(what stands in the cell of an exercise), or ``cells.json`` (the cells for each), or
``file.txt`` (all there is), and ``expected.toml``. Words in braces stand for what a
lesson has: {function}, {check}, {cell}, {check_cell}, {stub}, {solution}; {lesson} and
{another} are paths, of our notebook and of somebody else's.
"""

import json
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from courseware.marking.answers import Exercise, Lesson
from courseware.tags import SOLUTION, has_tag

CASES = Path(__file__).parent / "hand_ins"


@dataclass(frozen=True)
class Case:
    """What somebody hands in of a lesson, and what it is worth.

    Attributes
    ----------
    name : str
        What kind it is.
    cells : list of dict
        For each exercise.
    right : bool or None
        Whether all answers are; None where either is good.
    hint : str
        A piece of the hint.
    called : str
        The file's name; "" for the lesson's.
    file : str
        What is in it, where that is no notebook.
    """

    name: str
    cells: list[dict]
    right: bool | None
    hint: str = ""
    called: str = ""
    file: str = ""


ANSWER = {"cell_type": "code", "id": "{cell}", "source": "{solution}"}
CHECK = {"cell_type": "code", "id": "{check_cell}", "source": "{check}({function})"}
RIGHT = Case("right", [ANSWER, CHECK], True)


def with_answer(name: str, source: str, right: bool | None, hint: str = "") -> Case:
    """Return the case of somebody who has written this, for each exercise."""
    return Case(name, [{**ANSWER, "source": source}, CHECK], right, hint)


def cases(kind: str) -> Iterator[Case]:
    """Yield the cases that lie in a folder of `hand_ins`."""
    for folder in sorted((CASES / kind).iterdir()):
        expected = tomllib.loads((folder / "expected.toml").read_text("utf-8"))
        right, hint = expected.get("right"), expected.get("hint", "")
        path = folder / "answer.txt"
        if path.exists():
            yield with_answer(folder.name, path.read_text("utf-8"), right, hint)
            continue
        cells, file = folder / "cells.json", folder / "file.txt"
        yield Case(
            folder.name,
            json.loads(cells.read_bytes()) if cells.exists() else [],
            right,
            hint,
            expected.get("called", ""),
            file.read_text("utf-8") if file.exists() else "",
        )


class Class:
    """A class that hands in, a folder a student.

    Parameters
    ----------
    folder : Path
        Where.

    Attributes
    ----------
    expected : dict
        The case and the exercise of each mark, by student and column.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.expected: dict[tuple[str, str], Case] = {}

    def hand_in(
        self,
        student: str,
        lesson: Lesson,
        chosen: Case | dict[str, Case],
        only: Iterable[str] = (),
    ) -> None:
        """Hand in a lesson.

        Parameters
        ----------
        student : str
            Whose it is.
        lesson : Lesson
            Ours.
        chosen : Case or dict of Case
            What is handed in; a dict has a case for each function.
        only : iterable of str
            The functions that are answered; else all.
        """
        folder = self.folder / student
        folder.mkdir(parents=True, exist_ok=True)
        cells, one = [], chosen
        for exercise in lesson.exercises:
            if only and exercise.function not in only:
                continue
            one = chosen if isinstance(chosen, Case) else chosen[exercise.function]
            self.expected[student, exercise.column] = one
            cells += self._filled(one.cells, lesson, exercise)
        notebook = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells}
        text = one.file or json.dumps(notebook, indent=1)
        (folder / (one.called or f"{lesson.name}.ipynb")).write_text(text, "utf-8")

    def _filled(self, cells: list[dict], lesson: Lesson, exercise: Exercise) -> list:
        solution = solution_of(lesson, exercise)
        words = {
            "function": exercise.function,
            "check": exercise.check,
            "cell": exercise.cell,
            "check_cell": exercise.check_cell,
            "stub": exercise.stub,
            "solution": solution,
            "solution_of_windows": solution.replace("\n", "\r\n"),
            "lesson": repr(str(lesson.path)),
            "another": repr(str(self.folder / "right" / f"{lesson.name}.ipynb")),
        }
        return [_replaced(cell, words) for cell in cells]


def solution_of(lesson: Lesson, exercise: Exercise) -> str:
    """Return our solution of an exercise."""
    ids = [cell.get("id") for cell in lesson.cells]
    below = lesson.cells[ids.index(exercise.cell) :]
    return "".join(next(c for c in below if has_tag(c, SOLUTION))["source"])


def _replaced(part: object, words: dict[str, str]) -> object:
    """Put words in the place of their names, in all texts of a cell."""
    if isinstance(part, dict):
        cell = {key: _replaced(value, words) for key, value in part.items()}
        if cell.get("cell_type") == "code":
            cell = {"execution_count": None, "outputs": [], **cell}
        return {"metadata": {}, **cell} if "cell_type" in cell else cell
    if isinstance(part, list):
        return [_replaced(each, words) for each in part]
    if isinstance(part, str):
        for name, word in words.items():
            part = part.replace(f"{{{name}}}", word)
    return part
