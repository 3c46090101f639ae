"""Which cells an edition holds, and where: solutions, hints, room to write."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from nbformat import NotebookNode

SLIDES = ("slides", "slide-handout", "slide-notes")
EDITIONS = ("lecture", "handout", "instructor", *SLIDES)
_NAMED = re.compile(
    r"\*\*((?:Exercise|Aufgabe|Übung)\s+[\w.]*\w)(?:[.:]?\*\*\s*\((\d+)\s+[Mm]in)?"
)


@dataclass
class Exercise:
    """The end of an exercise's stub, where a reader writes or looks for the answer.

    `lines` counts those of the solution; `minutes` is what the text says it takes.
    """

    number: int
    name: str
    minutes: int
    lines: int = 0

    @property
    def room(self) -> int:
        """How many lines a hand-out leaves for the answer."""
        wanted = self.lines + 2 if self.lines else 10
        return min(max(wanted, self.minutes // 2, 4), 24)


def tags(cell: NotebookNode) -> set[str]:
    """Return the tags of a cell."""
    return set(cell.metadata.get("tags", []))


def unanswered(cell: NotebookNode) -> bool:
    """Whether what a cell put out only says that its exercise is still to be done."""
    return bool(tags(cell) & {"exercise", "check"})


def arrange(
    cells: list[NotebookNode],
) -> tuple[
    list[NotebookNode | Exercise], dict[str, list[tuple[Exercise, NotebookNode]]]
]:
    """Return a lesson's body, and apart from it its hints and its solutions.

    They belong to the end of the lesson, where a reader finds them but does not see
    them by accident.
    """
    body, apart = [], {"hints": [], "solutions": []}
    exercise, name, minutes = None, "", 0
    for cell in cells:
        marks = tags(cell)
        if cell.cell_type == "markdown" and (found := _NAMED.search(cell.source)):
            name, minutes, exercise = found[1], int(found[2] or 0), None
        kind = next((k for k in apart if k.removesuffix("s") in marks), None)
        if kind is None:
            body.append(cell)
        if "exercise" in marks or (kind and exercise is None):
            exercise = Exercise(len(body), name, minutes)
            body.append(exercise)
        if kind:
            apart[kind].append((exercise, cell))
        if kind == "solutions":
            exercise.lines += cell.source.count("\n") + 1
    return body, apart


@dataclass
class Slide:
    """Neighbouring cells of one thought, and what their speaker notes beside them.

    `heading` is the last one in the notebook before them.
    """

    heading: str
    cells: list[NotebookNode] = field(default_factory=list)
    notes: list[NotebookNode] = field(default_factory=list)


def _slide_type(cell: NotebookNode) -> str:
    facts = cell.metadata.get("slideshow")
    kind = facts.get("slide_type") if isinstance(facts, dict) else None
    return kind if isinstance(kind, str) else ""


def has_notes(cells: list[NotebookNode]) -> bool:
    """Whether a speaker has notes beside the slides."""
    return any(_slide_type(cell) == "notes" for cell in cells)


def slides(
    cells: list[NotebookNode], heading: Callable[[NotebookNode], str]
) -> list[Slide]:
    """Return the cells of slides, gathered to thoughts.

    Cells are chosen by the tag ``slide``, and else by Jupyter's slide types. Without
    either, all are shown, and each heading begins the next slide. The paragraph before
    a tagged code cell comes with it: a figure stays with its sentence.

    Parameters
    ----------
    cells : list of NotebookNode
        All cells of the notebook.
    heading : callable
        Returns the last heading in a cell, or nothing.
    """
    by_tag = any("slide" in tags(cell) for cell in cells)
    by_type = not by_tag and any("slide" in _slide_type(cell) for cell in cells)
    gathered: list[Slide] = []
    before, is_new, lead = "", True, None
    for cell in cells:
        kind, found = _slide_type(cell), heading(cell)
        is_new |= kind in ("slide", "subslide") if by_type else bool(found)
        if kind in ("notes", "skip"):
            if gathered:
                gathered[-1].notes.append(cell)
        elif "slide" in tags(cell) or not (by_tag or tags(cell) & {"hint", "solution"}):
            if is_new or not gathered:
                gathered.append(Slide(before))
            if lead and cell.cell_type == "code":
                gathered[-1].cells.append(lead)
            gathered[-1].cells.append(cell)
            is_new, lead = False, None
        elif cell.cell_type == "markdown":
            facts = NotebookNode(cell.metadata | {"lead_in": True})
            lead = NotebookNode(cell | {"metadata": facts})
        before = found or before
    return gathered
