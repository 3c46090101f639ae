"""How far a reader has come, as the notebooks tell that are saved in a folder.

Nothing is run and nothing is remembered: what a check has said is read from its stored
output, and what was run from the execution counts, which a lesson that is handed out
has none of.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from pathlib import Path

from courseware import contents
from courseware.contents import Entry
from courseware.editions.ledger import Ledger
from courseware.editions.merge import digest
from courseware.editions.rehearsal import NAME as REHEARSAL
from courseware.tags import CHECK, EXERCISE, has_tag
from courseware.verdict import BEFORE, BRAVO, joined, verdict

TASK = re.compile(r"^\*\*(.+?)\*\*")
_HEADING = re.compile(r"^#+ +(.+)$", re.MULTILINE)
_STUB = re.compile(r"^\s+raise NotImplementedError\b", re.MULTILINE)
_FUNCTION = re.compile(r"^(?:def|class) (\w+)", re.MULTILINE)


class State(StrEnum):
    """What became of an exercise, in words."""

    RIGHT = "right"
    NOT_YET = "not yet right"
    BEFORE = "right before it was changed"
    CHANGED = "changed since its check"
    UNCHECKED = "not checked"
    UNANSWERED = "not answered"


@dataclass(frozen=True)
class Exercise:
    """An exercise in a reader's copy of a lesson.

    Attributes
    ----------
    name : str
        How its task begins: "Exercise 1.1".
    function : str
        What it asks for, or "".
    state : State
        What became of it.
    hint : str
        What its check has said, where that was "not yet".
    cell : str
        The id of the cell at which it begins, or "".
    """

    name: str
    function: str
    state: State
    hint: str
    cell: str


@dataclass(frozen=True)
class Place:
    """Where to go on in a lesson; both are "" at its beginning.

    Attributes
    ----------
    name : str
        A heading, or the name of an exercise.
    cell : str
        The id of a cell.
    """

    name: str
    cell: str


@dataclass(frozen=True)
class Lesson:
    """A reader's copy of a lesson.

    Attributes
    ----------
    entry : Entry
        Its name, number, title and a sentence.
    exercises : tuple of Exercise
        In their order.
    is_run : bool
        Whether any of its cells was.
    place : Place or None
        Where to go on; None where nothing is left to do.
    saved : float
        When its file was last written, in seconds since 1970.
    """

    entry: Entry
    exercises: tuple[Exercise, ...]
    is_run: bool
    place: Place | None
    saved: float

    @property
    def label(self) -> str:
        """Its number, or else its title, to stand within a sentence."""
        return f"lesson {self.entry.number}" if self.entry.number else self.entry.title

    @property
    def title(self) -> str:
        """Its title, with its number, to stand within a sentence."""
        number = f"{self.label}, " if self.entry.number else ""
        return f"{number}{self.entry.title}"

    @property
    def answered(self) -> bool:
        """Whether any of its exercises is."""
        return any(item.state != State.UNANSWERED for item in self.exercises)

    @property
    def begun(self) -> bool:
        """Whether its reader has done anything in it."""
        return self.is_run or self.answered

    @property
    def summary(self) -> str:
        """How many of its exercises are in which state."""
        count = Counter(exercise.state for exercise in self.exercises)
        counts = [f"{count[state]} {state}" for state in State if state in count]
        if not counts:
            return "no exercises"
        word = "exercise" if counts[0].startswith("1 ") else "exercises"
        return ", ".join(counts).replace(" ", f" {word} ", 1)


@dataclass(frozen=True)
class Progress:
    """What lies in a reader's folder.

    Attributes
    ----------
    lessons : list of Lesson
        By name.
    pages : list of Entry
        What is there to look things up in.
    damaged : list of str
        Names of files that should be notebooks and are none.
    """

    lessons: list[Lesson]
    pages: list[Entry]
    damaged: list[str]

    @property
    def exercises(self) -> list[Exercise]:
        """All exercises of all lessons."""
        return [exercise for lesson in self.lessons for exercise in lesson.exercises]

    @property
    def titles(self) -> dict[str, str]:
        """What to call each file, by its name, within a sentence."""
        titles = {lesson.entry.name: lesson.title for lesson in self.lessons}
        titles |= {page.name: page.title for page in self.pages}
        return {f"{name}.ipynb": title for name, title in titles.items()}

    @property
    def next(self) -> Lesson | None:
        """Where to go on.

        In the lesson that was saved last, of those that are begun and not finished; if
        there is none, in the first one that is not finished.
        """
        begun = [lesson for lesson in self.lessons if lesson.begun and lesson.place]
        if begun:
            return max(begun, key=lambda lesson: lesson.saved)
        # Nobody has to begin with the rehearsal.
        left = [lesson for lesson in self.lessons if lesson.place]
        lessons = [lesson for lesson in left if lesson.entry.name != REHEARSAL]
        return next(iter(lessons or left), None)


def progress(folder: Path) -> Progress:
    """Read how far the owner of a folder has come."""
    found = Progress([], [], [])
    given = Ledger.read(folder).cells()
    for path, notebook in contents.notebooks(folder):
        if notebook is None:
            found.damaged.append(path.name)
        elif contents.is_page(notebook):
            found.pages.append(contents.entry(path.stem, notebook))
        else:
            found.lessons.append(_lesson(path, notebook, given.get(path.name, {})))
    return found


def _lesson(path: Path, notebook: dict, given: dict[str, str]) -> Lesson:
    cells = notebook["cells"]
    exercises = tuple(_exercises(cells, given))
    entry = contents.entry(path.stem, notebook)
    saved = path.stat().st_mtime
    is_run = any(_count(cell) for cell in cells)
    return Lesson(entry, exercises, is_run, _place(cells, exercises), saved)


def _exercises(cells: Sequence[dict], given: dict[str, str]) -> Iterator[Exercise]:
    starts = _tagged(cells, EXERCISE)
    for start, end in pairwise([*starts, len(cells)]):
        check = next((cell for cell in cells[start:end] if has_tag(cell, CHECK)), {})
        task = TASK.search(_text(cells[start - 1])) if start else None
        function = _FUNCTION.search(_text(cells[start]))
        said = verdict(check)
        blank = _is_blank(cells[start], given)
        state = _state(cells[start], check, said.word, blank=blank)
        yield Exercise(
            task[1] if task else f"Exercise {starts.index(start) + 1}",
            function[1] if function else "",
            state,
            said.hint if state == State.NOT_YET else "",
            _from_text(cells, start),
        )


def _is_blank(answer: dict, given: dict[str, str]) -> bool:
    """Whether an answer is the stub; if it is not known which, one that looks it."""
    known = given.get(_id(answer))
    return digest(answer) == known if known else bool(_STUB.search(_text(answer)))


def _state(answer: dict, check: dict, said: str, *, blank: bool) -> State:
    """Tell what became of an answer, as far as a saved notebook can tell."""
    again = _count(answer) > _count(check) > 0
    if said == BEFORE:
        return State.BEFORE
    if said == BRAVO and not again:
        return State.RIGHT  # also where the answer stands in a cell beside the stub
    if blank:
        return State.UNANSWERED
    if said and again:
        return State.CHANGED
    return State.NOT_YET if said else State.UNCHECKED


def _place(cells: Sequence[dict], exercises: Sequence[Exercise]) -> Place | None:
    """
    Return what comes first: a cell that was not run, or an exercise that is not right.

    Of cells only those count that stand behind the last one that was run: who has left
    one out does not want it. In a lesson that an update has renewed none was run; then
    the exercises tell how far its reader had come.
    """
    stubs = _tagged(cells, EXERCISE)
    left = [
        (start, exercise)
        for start, exercise in zip(stubs, exercises, strict=True)
        if exercise.state != State.RIGHT
    ]
    answers = {*stubs, *_tagged(cells, CHECK)}
    code = [index for index in _code(cells) if index not in answers]
    if not left and (exercises or not code):
        return None
    run = [index for index in code if _count(cells[index])]
    ahead = [index for index in code if index > max(run, default=-1)]
    if not run and any(item.state != State.UNANSWERED for item in exercises):
        ahead = []
    elif not run:
        return Place("", "")
    if left and (not ahead or left[0][0] < ahead[0]):
        return Place(left[0][1].name, left[0][1].cell)
    if not ahead:
        return None
    return Place(_heading(cells, ahead[0]), _from_text(cells, ahead[0]))


def _heading(cells: Sequence[dict], index: int) -> str:
    """Return the heading that a cell stands under."""
    texts = [_text(cell) for cell in cells[:index] if cell["cell_type"] == "markdown"]
    return (_HEADING.findall("\n".join(texts)) or [""])[-1].strip()


def _from_text(cells: Sequence[dict], index: int) -> str:
    """Return the id of a cell, or of the text above it: there one reads on."""
    above = cells[index - 1] if index else {}
    return _id(above if above.get("cell_type") == "markdown" else cells[index])


def _tagged(cells: Sequence[dict], tag: str) -> list[int]:
    return [index for index in _code(cells) if has_tag(cells[index], tag)]


def _code(cells: Sequence[dict]) -> list[int]:
    return [i for i, cell in enumerate(cells) if cell["cell_type"] == "code"]


def _text(cell: dict) -> str:
    return joined(cell.get("source"))


def _id(cell: dict) -> str:
    return str(cell.get("id", ""))


def _count(cell: dict) -> int:
    """Return a cell's execution count, and 0 where it has not been run."""
    count = cell.get("execution_count")
    return count if isinstance(count, int) else 0
