"""The exercises of our lesson, and a student's answers to them."""

from __future__ import annotations

import ast
import builtins
import re
import textwrap
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

from courseware import contents
from courseware.checking.missing import as_python
from courseware.course import CourseError
from courseware.optional import made_and_used
from courseware.progress import TASK
from courseware.tags import CHECK, EXERCISE, SOLUTION, has_tag

BY_CELL, BY_FUNCTION, NOWHERE = "in its cell", "by its name", "nowhere"
_LONGEST, _MOST = 20_000, 100_000  # characters of a cell, and of those looked through
# Lines for IPython alone: the time that it takes grows with the square of their number.
_MAGIC, _MAGICS = re.compile(r"^[ \t]*[!%?,;/]|=[ \t]*[!%]|\?[ \t]*$", re.MULTILINE), 40
_FENCED = re.compile(r"^```.*\n((?:.*\n)*?)```", re.MULTILINE)


@dataclass(frozen=True)
class Exercise:
    """An exercise of a lesson of ours.

    Attributes
    ----------
    lesson : str
        The lesson's name: "01_a_swing".
    name : str
        How its task begins: "Exercise 1.1".
    function : str
        What it asks for, as its check is given it.
    check : str
        The name of its check in the lesson.
    cell, check_cell : str
        The ids of the cell to write in, and of the one that calls the check.
    stub : str
        What is in that cell before anybody has written there.
    """

    lesson: str
    name: str
    function: str
    check: str
    cell: str
    check_cell: str
    stub: str

    @property
    def column(self) -> str:
        """What marks call it: "01.length_for"."""
        number = re.match(r"\d+", self.lesson)
        return f"{number[0] if number else self.lesson}.{self.function}"


@dataclass(frozen=True)
class Answer:
    """What a student has written for an exercise.

    Attributes
    ----------
    student : str
        Whose it is.
    exercise : Exercise
        What it answers.
    source : str
        The code, "" where there is none.
    helpers : tuple of str
        Other cells of the student's that define what the code needs.
    found : str
        Where: `BY_CELL`, `BY_FUNCTION` or `NOWHERE`.
    remarks : tuple of str
        What was unusual.
    """

    student: str
    exercise: Exercise
    source: str = ""
    helpers: tuple[str, ...] = ()
    found: str = NOWHERE
    remarks: tuple[str, ...] = ()


class Lesson:
    """A lesson of ours, as far as marking has to know it.

    Parameters
    ----------
    path : Path
        Its notebook.

    Attributes
    ----------
    name : str
        That of the notebook.
    cells : list of dict
        Of the notebook.
    exercises : list of Exercise
        In their order.

    Raises
    ------
    CourseError
        It is no notebook.
    """

    def __init__(self, path: Path) -> None:
        notebook = contents.read(path)
        if notebook is None:
            raise CourseError(f"{path} is no notebook: `courseware run` makes it.")
        self.path, self.name = path, path.stem
        self.cells: list[dict] = notebook["cells"]
        self.exercises = [*self._exercises()]

    @property
    def ids(self) -> set[str]:
        """The ids of its cells: by them a notebook is known that was renamed."""
        return {cell["id"] for cell in self.cells if "id" in cell}

    def find(self, student: str, notebook: dict) -> list[Answer]:
        """
        Find a student's answers to all exercises.

        Parameters
        ----------
        student : str
            Whose notebook it is.
        notebook : dict
            The notebook that was handed in.

        Returns
        -------
        list of Answer
            One for each exercise.
        """
        solved = {c.get("id") for c in self.cells if has_tag(c, SOLUTION)} - {None}
        ours = {
            "".join(cell["source"]).strip()
            for cell in self.cells
            if not any(has_tag(cell, tag) for tag in (EXERCISE, CHECK, SOLUTION))
        }
        cells = [*map(_Cell, notebook["cells"])]
        cells = [
            c for c in cells if c.id not in solved and c.source.strip() not in ours
        ]
        return [self._answer(student, one, cells) for one in self.exercises]

    def _exercises(self) -> Iterator[Exercise]:
        starts = [i for i, cell in enumerate(self.cells) if has_tag(cell, EXERCISE)]
        for start, end in pairwise([*starts, len(self.cells)]):
            cell = self.cells[start]
            checks = [c for c in self.cells[start:end] if has_tag(c, CHECK)]
            call = _call("".join(checks[0]["source"])) if checks else None
            if call is None:
                continue  # there is nothing that could mark it
            task = TASK.search("".join(self.cells[start - 1]["source"]))
            yield Exercise(
                self.name,
                task[1] if task else f"Exercise {starts.index(start) + 1}",
                ast.unparse(call.args[0]),
                ast.unparse(call.func),
                cell.get("id", ""),
                checks[0].get("id", ""),
                "".join(cell["source"]),
            )

    def _answer(self, student: str, exercise: Exercise, cells: list[_Cell]) -> Answer:
        there = _candidates(exercise, cells, self.ids)
        if not there:
            return Answer(student, exercise)
        last = _last_check(exercise, cells)
        written = [i for i in there if not cells[i].is_stub(exercise)]
        above = [i for i in written if i <= last]
        place = (above or written[:1] or there)[-1]
        cell = cells[place]
        remarks = []
        if len(above) > 1:
            remarks.append(f"{len(above)} cells define it: the last one counts")
        if place > last:
            remarks.append("it stands below its check")
        if cell.kind != "code":
            remarks.append(f"its cell has become a {cell.kind} cell")
        helpers = [*self._helpers(exercise, cells[: max(last, place) + 1], cell)]
        if helpers:
            remarks.append("it needs other cells of the student's, which were run, too")
        found = BY_CELL if cell.id and cell.id == exercise.cell else BY_FUNCTION
        return Answer(
            student, exercise, cell.source, tuple(helpers), found, tuple(remarks)
        )

    def _helpers(
        self, exercise: Exercise, cells: Sequence[_Cell], answer: _Cell
    ) -> Iterator[str]:
        """Yield the student's own cells that make what an answer needs, in order."""
        known = {*dir(builtins), "display", "get_ipython"}
        for cell in self.cells:
            if cell.get("id", "") == exercise.cell:
                break
            if cell["cell_type"] == "code":
                known |= names("".join(cell["source"]))[0]
        _, used = names(answer.source)
        missing, chosen, left = used - known, [], _MOST
        for cell in reversed(cells):
            if cell is answer or cell.kind != "code" or len(cell.source) > _LONGEST:
                continue
            left -= len(cell.source)
            if not missing or left < 0:
                break
            made, used = names(cell.source)
            if made & missing:
                missing = (missing - made) | (used - known)
                chosen.append(cell.source)
        yield from reversed(chosen)


@lru_cache(maxsize=2048)  # the cells of our lesson are asked for with each answer
def names(source: str) -> tuple[set[str], set[str]]:
    """Return the names that a cell makes and uses; none where it cannot be read."""
    if len(source) > _LONGEST or len(_MAGIC.findall(source)) > _MAGICS:
        return set(), set()  # to read it might take for ever
    try:
        flags = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
        return made_and_used(compile(as_python(source), "cell", "exec", flags))
    except (SyntaxError, ValueError, RuntimeError, MemoryError):
        return set(), set()


class _Cell:
    """A cell of a notebook that was handed in."""

    def __init__(self, cell: dict) -> None:
        self.id, kind = (_text(cell.get(key)) for key in ("id", "cell_type"))
        self.kind = "Markdown" if kind == "markdown" else kind
        self.source = "".join(cell["source"])
        if self.kind != "code":
            fenced = _FENCED.findall(self.source)
            self.source = textwrap.dedent("\n".join(fenced) or self.source)

    def is_stub(self, exercise: Exercise) -> bool:
        """Whether nobody has written here."""
        return self.source.strip() == exercise.stub.strip()


def _text(value: object) -> str:
    """Return what should be a text, and may be anything where nobody has looked."""
    return value if isinstance(value, str) else ""


def _call(source: str) -> ast.Call | None:
    """Return the call of a check that a cell consists of."""
    try:
        [statement] = ast.parse(source).body
    except (SyntaxError, ValueError):
        return None
    call = getattr(statement, "value", None)
    return call if isinstance(call, ast.Call) and len(call.args) == 1 else None


def _candidates(
    exercise: Exercise, cells: Sequence[_Cell], ours: Collection[str]
) -> list[int]:
    """Return where an answer may stand: in its cell, or where its name is defined."""
    name = re.escape(exercise.function)
    define = rf"^(?:(?:async\s+)?def\s+|class\s+){name}\b|^{name}\s*=[^=]"
    found = [
        index
        for index, cell in enumerate(cells)
        if re.search(define, cell.source, re.MULTILINE)
        and (cell.kind == "code" or cell.id == exercise.cell or cell.id not in ours)
    ]
    if not all(cells[index].is_stub(exercise) for index in found):
        return found
    changed = [
        index
        for index, cell in enumerate(cells)
        if cell.id and cell.id == exercise.cell and cell.source.strip()
    ]
    return changed or found


def _last_check(exercise: Exercise, cells: Sequence[_Cell]) -> int:
    """Return where the check is called last, or where it would be."""
    call = re.compile(rf"\b{re.escape(exercise.check)}\s*\(")
    calls = [i for i, cell in enumerate(cells) if call.search(cell.source)]
    places = [i for i, cell in enumerate(cells) if cell.id == exercise.check_cell != ""]
    return (calls or places or [len(cells)])[-1]
