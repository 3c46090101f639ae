"""Which cells an edition holds, and where: solutions, hints, room to write."""

import re
from dataclasses import dataclass, field

from nbformat import NotebookNode

EDITIONS = ("lecture", "handout", "instructor", "slides")
_NAMED = re.compile(r"\*\*((?:Exercise|Aufgabe|Übung)\s+[\w.]*\w)")
# What nbgrader's authors put around the answer within a cell.
_MARKED = re.compile(
    r"^([ \t]*)### BEGIN SOLUTION.*?(?:### END SOLUTION[^\n]*|\Z)",
    re.DOTALL | re.MULTILINE,
)
_LINES_WITHOUT_SOLUTION = 8


@dataclass
class Options:
    """What an author may choose for a document.

    Attributes
    ----------
    edition : str
        ``lecture``, ``handout``, ``instructor`` or ``slides``.
    language : str
        A code like ``en`` or ``de``, which have fixed words of their own.
    columns, most_lines : int
        How wide and how long a text output may be.
    figure_scale : float
        Size of figures, relative to that on a screen of 96 pixels an inch.
    show_code : bool
        Whether the inputs of code cells are printed.
    """

    edition: str = "lecture"
    language: str = "en"
    columns: int = 88
    most_lines: int = 60
    figure_scale: float = 0.8
    show_code: bool = True


@dataclass
class Exercise:
    """The end of an exercise's stub, where a reader writes or looks for the answer."""

    number: int
    name: str
    lines: int = 0
    solved: bool = False


@dataclass
class Arrangement:
    """The cells of a lesson in the order of an edition."""

    body: list[NotebookNode | Exercise] = field(default_factory=list)
    hints: list[tuple[Exercise, NotebookNode]] = field(default_factory=list)
    solutions: list[tuple[Exercise, NotebookNode]] = field(default_factory=list)


def tags(cell: NotebookNode) -> set[str]:
    """Return the tags of a cell."""
    return set(cell.metadata.get("tags", []))


def without_marked_solutions(cell: NotebookNode) -> NotebookNode:
    """Return a cell without what stands between nbgrader's marks."""
    if "### BEGIN SOLUTION" not in cell.source:
        return cell
    cell = cell.copy()
    cell.source = _MARKED.sub(r"\1# ...", cell.source)
    if cell.cell_type == "code":
        cell.outputs = []
    return cell


def arrange(cells: list[NotebookNode], edition: str) -> Arrangement:
    """Sort a lesson's cells for an edition.

    Hints go to the end of the lesson, where a reader finds them but does not see
    them by accident; solutions follow in the instructor's edition only.
    """
    arranged, current, name = Arrangement(), None, ""
    count = 0
    for cell in cells:
        if cell.cell_type == "markdown" and (found := _NAMED.search(cell.source)):
            name, current = found[1], None
        marks = tags(cell)
        if marks & {"solution", "hint"} and current is None:
            count += 1
            current = Exercise(count, name)
            arranged.body.append(current)
        if "solution" in marks:
            current.lines += cell.source.count("\n") + 1
            current.solved = True
            if edition == "instructor":
                arranged.solutions.append((current, cell))
        elif "hint" in marks:
            arranged.hints.append((current, cell))
        else:
            arranged.body.append(cell)
            if "exercise" in marks:
                count += 1
                current = Exercise(count, name)
                arranged.body.append(current)
    return arranged


def slides(cells: list[NotebookNode]) -> list[list[NotebookNode]]:
    """Return the cells tagged ``slide``, gathered to slides.

    Neighbours share a slide; a heading begins the next one.
    """
    gathered: list[list[NotebookNode]] = []
    before = False
    for cell in cells:
        if "slide" in tags(cell):
            heads = cell.cell_type == "markdown" and cell.source.lstrip().startswith(
                "#"
            )
            if heads or not before:
                gathered.append([])
            gathered[-1].append(cell)
        before = "slide" in tags(cell)
    return gathered


def room(exercise: Exercise) -> int:
    """Return how many lines a hand-out leaves for an answer."""
    lines = exercise.lines if exercise.solved else _LINES_WITHOUT_SOLUTION
    return min(max(lines + 2, 4), 24)
