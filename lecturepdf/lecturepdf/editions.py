"""Which cells an edition holds, and where: solutions, hints, room to write."""

import re
from dataclasses import dataclass

from nbformat import NotebookNode

EDITIONS = ("lecture", "handout", "instructor", "slides")
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


def slides(cells: list[NotebookNode]) -> list[list[NotebookNode]]:
    """Return the cells tagged ``slide``, gathered to slides.

    Neighbours share a slide; a heading begins the next one.
    """
    gathered: list[list[NotebookNode]] = []
    before = False
    for cell in cells:
        if is_slide := "slide" in tags(cell):
            heading = cell.source.lstrip().startswith("#")
            if not before or (heading and cell.cell_type == "markdown"):
                gathered.append([])
            gathered[-1].append(cell)
        before = is_slide
    return gathered
