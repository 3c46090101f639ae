"""Lines and tables within formulas, put together in Typst."""

import re
from typing import NamedTuple

from ..markup import array, string
from .commands import NOTHING

# Environments: lines, which may be a whole formula, and tables with delimiters.
LINES = (
    "align", "aligned", "split", "eqnarray", "alignat", "alignedat", "flalign",
    "gather", "gathered", "multline", "multlined", "equation", "displaymath", "math",
    "xalignat", "xxalignat", "lgathered", "rgathered", "spreadlines", "indentalign",
)  # fmt: skip
_PAIRS = {
    "": ("", ""), "p": ("\\(", "\\)"), "b": ("\\[", "\\]"), "B": ("\\{", "\\}"),
    "v": ("\\|", "\\|"), "V": ("‖", "‖"),
}  # fmt: skip
TABLES = {
    **{f"{side}matrix": fence for side, fence in _PAIRS.items()},
    **{f"{side}smallmatrix": fence for side, fence in _PAIRS.items()},
    **dict.fromkeys(("array", "darray", "subarray", "crampedsubarray"), ("", "")),
    **dict.fromkeys(("cases", "dcases"), ("\\{", "")),
    **dict.fromkeys(("rcases", "drcases"), ("", "\\}")),
}
WITH_ARGUMENT = (
    "alignat", "alignedat", "xalignat", "xxalignat", "array", "darray", "subarray",
    "crampedsubarray", "spreadlines", "indentalign",
)  # fmt: skip
# Pairs of columns in these have no space between them.
WITHOUT_GAPS = ("alignat", "alignedat", "split")
_GROUP = r"\{(?:[^{}]|\{[^{}]*\})*\}"
# A column of an array, a bar, or *{3}{c}; what @{..} and the like hold.
_COLUMN = re.compile(
    rf"[@!><]\s*{_GROUP}|([pmb]){_GROUP}|[wW]\{{([lcr])\}}{_GROUP}|([lcr|:])"
    r"|\*\{(\d+)\}\{([^{}]*)\}"
)
_BETWEEN = re.compile(rf"[@!><]\s*(?!\{{\s*\}}){_GROUP}")
_ALIGNED = {
    "l": "& {}",
    "p": "& {}",
    "r": "{} &",
}  # Typst aligns a column at its & marks


class Row(NamedTuple):
    """A line of a displayed formula: cells between &, and how it is referred to.

    `tag` is Typst code of what stands in brackets beside it, `tex` the line as typed.
    """

    cells: list[str]
    tag: str | None = None
    labels: tuple[str, ...] = ()
    tex: str = ""
    gap: str = "#h(2em)"  # between pairs of columns


def aligned(rows: list[Row]) -> str:
    """Return the lines of an alignment: pairs of columns, with space between pairs."""
    lines = []
    for row in rows:
        # Nothing, written out, gives a sign at the start of a second cell its space.
        cells = [f"{NOTHING} {c}" if at % 2 else c for at, c in enumerate(row.cells)]
        pairs = [" & ".join(cells[at : at + 2]) for at in range(0, len(cells), 2)]
        lines.append(f" & {row.gap} ".join(pairs))
    return " \\ ".join(lines)


def staggered(rows: list[Row]) -> str:
    """Return lines of which the first stands on the left and the last on the right."""
    cells = [f"display({' '.join(row.cells) or NOTHING})" for row in rows]
    return f"staggered({', '.join(cells)})"


def fence(left: str, body: str, right: str) -> str:
    """Return content between delimiters that grow with it."""
    if not left and not right:
        return body or NOTHING
    # Typst scales the first and the last thing in `lr`: nothing, written out, keeps
    # a bracket of the content from being taken for the delimiter that is not there.
    return f"lr({left or NOTHING} {body or NOTHING} {right or NOTHING})"


def block(rows: list[Row]) -> str:
    """Return aligned lines within a formula: a matrix without gaps."""
    forms = ["{}"] if all(len(row.cells) == 1 for row in rows) else ["{} &", "& {}"]
    lines = []
    for row in rows:
        cells = []
        for at, cell in enumerate(row.cells):
            # Nothing, written out, gives a relation at the start of a cell its space.
            before = NOTHING if at % 2 else row.gap * (at > 0)
            maths = f"display({before} {cell or NOTHING})"
            cells.append(forms[at % len(forms)].format(maths))
        lines.append(", ".join(cells))
    return f"mat(column-gap: #0pt, row-gap: #.5em, {'; '.join(lines)})"


def table(kind: str, rows: list[Row], spec: str, rules: list[int]) -> str:
    """Return a matrix: aligned columns, rules, a frame of rules, and delimiters."""
    columns, bars = _columns("ll" if "cases" in kind else spec)
    high, wide = len(rows), max(len(row.cells) for row in rows)
    if len(columns) == 1:  # the side of all columns of a matrix*
        columns *= wide
    # As in TeX: not smaller than the text around, but where it is asked for.
    sizes = {"dcases": "display", "drcases": "display", "darray": "display"}
    size = "script" if "small" in kind or "sub" in kind else sizes.get(kind, "inline")
    lines = [
        ", ".join(
            _ALIGNED.get(side, "{}").format(f"{size}({cell or NOTHING})")
            for cell, side in zip(row.cells, columns.ljust(wide, "c"), strict=False)
        )
        for row in rows
    ]
    horizontal = array([str(at) for at in sorted(set(rules)) if 0 < at < high])
    vertical = array([str(at) for at in sorted(set(bars)) if 0 < at < wide])
    matrix = "; ".join(lines)
    if {horizontal, vertical} != {"()"}:
        inner = f"(hline: {horizontal}, vline: {vertical}, stroke: .5pt)"
        matrix = f"augment: #{inner}, {matrix}"
    if rules:  # which would touch the letters
        matrix = f"row-gap: #.7em, {matrix}"
    if size == "script" and "sub" not in kind:
        matrix = f"column-gap: #.5em, row-gap: #.25em, {matrix}"
    matrix = f"mat({matrix})"
    outer = {
        "top": 0 in rules,
        "bottom": high in rules,
        "left": 0 in bars,
        "right": bool(columns) and len(columns) in bars,
    }
    if any(outer.values()):
        sides = array([string(side) for side, there in outer.items() if there])
        matrix = f"ruled(#{sides}, {matrix})"
    matrix = f"inline({matrix})" if size == "script" else matrix
    if kind.endswith("array") and "sub" not in kind:  # which has room at its sides
        matrix = f"#h(.25em) {matrix} #h(.25em)"
    return fence(TABLES[kind][0], matrix, TABLES[kind][1])


def _columns(spec: str) -> tuple[str, list[int]]:
    """Return an array's columns as a word, and where it has bars."""
    columns, bars = "", []
    for wide, boxed, mark, count, repeated in _COLUMN.findall(spec):
        if mark in ("|", ":"):
            bars.append(len(columns))
        elif repeated:
            inner, within = _columns(repeated * min(int(count), 50))
            bars += [len(columns) + at for at in within]
            columns += inner
        else:
            columns += "p" if wide else boxed or mark
    return columns, bars


def sides(spec: str) -> str:
    """Return an array's columns as a word of l, c, r, and p for those of text."""
    return _columns(spec)[0]


def between(spec: str) -> str:
    """Return what an array is to have between its columns, if it is no mere space."""
    found = [part for part in _BETWEEN.findall(spec) if "\\hspace" not in part]
    return " ".join(found)


def diagram(rows: list[list[str]]) -> str:
    """Return objects and the arrows between them, in a grid."""
    if not rows:
        return NOTHING
    wide = max(len(row) for row in rows)
    lines = [
        ", ".join([cell or NOTHING for cell in row] + [NOTHING] * (wide - len(row)))
        for row in rows
    ]
    return f"mat(column-gap: #.4em, row-gap: #.5em, {'; '.join(lines)})"
