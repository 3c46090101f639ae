"""TeX's environments: aligned lines, matrices, arrays, cases."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from .source import array, string
from .tex_tokens import Reader, TexError

if TYPE_CHECKING:
    from .tex import Row, Translator

# Environments of aligned lines; those that take an argument, and plain wrappers.
_LINES = [
    "align",
    "aligned",
    "split",
    "eqnarray",
    "alignat",
    "alignedat",
    "flalign",
    "gather",
    "gathered",
    "multline",
    "equation",
    "displaymath",
    "math",
]
_WITH_ARGUMENT = ("alignat", "alignedat", "array", "subarray")
_MATRICES = {
    "matrix": ("", ""), "smallmatrix": ("", ""), "pmatrix": ("\\(", "\\)"),
    "bmatrix": ("\\[", "\\]"), "Bmatrix": ("\\{", "\\}"), "vmatrix": ("\\|", "\\|"),
    "Vmatrix": ("‖", "‖"), "array": ("", ""), "subarray": ("", ""),
    "cases": ("\\{", ""), "dcases": ("\\{", ""), "rcases": ("", "\\}"),
    "drcases": ("", "\\}"),
}  # fmt: skip
# A column of an array and what stands beside it; @{..}, !{..} and widths carry nothing.
_COLUMN = re.compile(
    r"[@!><]\{[^{}]*\}|([pmb])\{[^{}]*\}|([lcr|])|\*\{(\d+)\}\{([^{}]*)\}"
)
_NOTHING = '""'
# Typst aligns a column at its & marks.
_SET = {"l": "& {}", "r": "{} &"}


def aligned_row(cells: list[str]) -> str:
    """Return a line of an alignment: pairs of columns, with space between pairs."""
    pairs = [" & ".join(cells[at : at + 2]) for at in range(0, len(cells), 2)]
    return " & #h(2em) ".join(pairs)


def fence(left: str, parts: list[str], right: str) -> str:
    """Return content between delimiters that grow with it."""
    body = " ".join(part for part in parts if part) or _NOTHING
    if not left and not right:
        return body
    # Typst scales the first and the last thing in `lr`: a blank keeps a bracket of
    # the content from being taken for the delimiter that is not there.
    return f"lr({left or _NOTHING} {body} {right or _NOTHING})"


def outer_rows(translator: Translator) -> list[Row] | None:
    """Return the lines of an environment that is the whole formula, if it is one."""
    reader = translator.reader
    start = reader.at
    if reader.peek() != "\\begin":
        return None
    reader.take()
    name = reader.text().rstrip("*")
    if name in _LINES:
        if name in _WITH_ARGUMENT:
            reader.argument()
        rows = outer_rows(translator) or translator.rows(frozenset({"\\end"}))
        if reader.peek() == "\\end":
            reader.take()
            reader.argument()
            if not reader.peek():
                return rows
    reader.at = start
    translator.tag, translator.labels, translator.problems = None, [], []
    return None


def environment(translator: Translator) -> str:
    r"""Translate \begin{..} .. \end{..} within a formula."""
    reader = translator.reader
    name = reader.text()
    kind = name.rstrip("*")
    if kind not in _LINES and kind not in _MATRICES:
        raise TexError(f"unknown environment {name}")
    reader.option()
    columns = reader.text() if kind in _WITH_ARGUMENT else ""
    rows = translator.rows(frozenset({"\\end"}))
    rules = translator.rules
    reader.take()
    if reader.text() != name:
        raise TexError(f"\\begin{{{name}}} has no \\end{{{name}}}")
    if kind in _LINES:
        lines = " \\ ".join(aligned_row(row.cells) for row in rows)
        return f'class("normal", display({lines or _NOTHING}))'
    if kind in ("dcases", "drcases"):
        rows = [
            row._replace(cells=[f"display({cell or _NOTHING})" for cell in row.cells])
            for row in rows
        ]
    matrix = _matrix(rows, "ll" if kind.endswith("cases") else columns, rules)
    return fence(_MATRICES[kind][0], [matrix], _MATRICES[kind][1])


def substack(translator: Translator) -> str:
    r"""Translate the lines under a sum."""
    outer, translator.reader = translator.reader, Reader(translator.reader.argument())
    rows = translator.rows(frozenset({""}))
    translator.reader = outer
    return _matrix(rows, "", [], gap=".25em")


def _layout(spec: str) -> tuple[str, list[int]]:
    """Return an array's columns as a word of l, c and r, and where it has rules."""
    columns, rules = "", []
    for wide, mark, count, repeated in _COLUMN.findall(spec):
        if repeated:
            columns += _layout(repeated * min(int(count), 50))[0]
        elif mark == "|":
            rules.append(len(columns))
        else:
            columns += "l" if wide else mark
    return columns, rules


def _matrix(rows: list[Row], spec: str, rules: list[int], gap: str = ".45em") -> str:
    """Return a matrix with aligned columns and rules, framed if it has outer rules."""
    columns, bars = _layout(spec)
    cells = [
        [
            _SET.get(column, "{}").format(cell or _NOTHING)
            for cell, column in zip(
                row.cells, columns.ljust(len(row.cells), "c"), strict=False
            )
        ]
        for row in rows
    ]
    width = max(len(row) for row in cells)
    inner = [
        f"{name}: ({''.join(f'{n}, ' for n in sorted(set(where)) if 0 < n < end)})"
        for name, where, end in (("hline", rules, len(rows)), ("vline", bars, width))
    ]
    body = "; ".join(", ".join(row) for row in cells)
    matrix = (
        f"mat(delim: #none, column-gap: #.9em, row-gap: #{gap}, "
        f"augment: #({', '.join(inner)}, stroke: .5pt), {body})"
    )
    sides = [
        side
        for side, there in (
            ("top", 0 in rules),
            ("bottom", len(rows) in rules),
            ("left", 0 in bars),
            ("right", len(columns) in bars),
        )
        if there
    ]
    return (
        f"ruled(#{array([string(side) for side in sides])}, {matrix})"
        if sides
        else matrix
    )
