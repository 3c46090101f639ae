"""TeX's environments: aligned lines, matrices, arrays, cases."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from .source import array, string
from .tex_tokens import Reader, TexError

if TYPE_CHECKING:
    from .tex import Row, Translator

RULES = ("\\hline", "\\cline", "\\toprule", "\\midrule", "\\bottomrule")
_LINES = (
    "align", "aligned", "split", "eqnarray", "alignat", "alignedat", "flalign",
    "gather", "gathered", "multline", "equation", "displaymath", "math",
)  # fmt: skip
_WITH_ARGUMENT = ("alignat", "alignedat", "array", "subarray")
_DELIMITERS = {
    "matrix": ("", ""), "smallmatrix": ("", ""), "pmatrix": ("\\(", "\\)"),
    "bmatrix": ("\\[", "\\]"), "Bmatrix": ("\\{", "\\}"), "vmatrix": ("\\|", "\\|"),
    "Vmatrix": ("‖", "‖"), "array": ("", ""), "subarray": ("", ""),
    "cases": ("\\{", ""), "dcases": ("\\{", ""), "rcases": ("", "\\}"),
}  # fmt: skip
# A column of an array, a bar, or *{3}{c}; what @{..} and the like hold is dropped.
_COLUMN = re.compile(
    r"[@!><]\{[^{}]*\}|([pmb])\{[^{}]*\}|([lcr|])|\*\{(\d+)\}\{([^{}]*)\}"
)
_NOTHING = '""'
_SET = {"l": "& {}", "r": "{} &"}  # Typst aligns a column at its & marks


def aligned_row(cells: list[str]) -> str:
    """Return a line of an alignment: pairs of columns, with space between pairs."""
    pairs = [" & ".join(cells[at : at + 2]) for at in range(0, len(cells), 2)]
    return " & #h(2em) ".join(pairs)


def aligned(rows: list[Row]) -> str:
    """Return the lines of an alignment."""
    return " \\ ".join(aligned_row(row.cells) for row in rows)


def fence(left: str, parts: list[str], right: str) -> str:
    """Return content between delimiters that grow with it."""
    body = " ".join(part for part in parts if part) or _NOTHING
    if not left and not right:
        return body
    # Typst scales the first and the last thing in `lr`: nothing, written out, keeps
    # a bracket of the content from being taken for the delimiter that is not there.
    return f"lr({left or _NOTHING} {body} {right or _NOTHING})"


def outer_rows(translator: Translator) -> list[Row] | None:
    """Return the lines of an environment that is the whole formula, if it is one."""
    reader, start = translator.reader, translator.reader.at
    if reader.peek() == "\\begin":
        reader.take()
        if (name := reader.text().rstrip("*")) in _LINES:
            if name in _WITH_ARGUMENT:
                reader.argument()
            rows = outer_rows(translator) or translator.rows(frozenset({"\\end", ""}))
            reader.take()
            reader.argument()
            if not reader.peek():
                return [_three_columns(row) for row in rows] if "eqn" in name else rows
    reader.at, translator.tag, translator.labels = start, None, []
    translator.problems.clear()
    return None


def _three_columns(row: Row) -> Row:
    """Return a line of `eqnarray`, whose relations have a column of their own."""
    return row._replace(cells=[row.cells[0], " ".join(row.cells[1:])])


def environment(translator: Translator) -> str:
    r"""Translate \begin{..} .. \end{..} within a formula."""
    reader = translator.reader
    name = reader.text()
    kind = name.rstrip("*")
    if kind not in _LINES and kind not in _DELIMITERS:
        raise TexError(f"unknown environment {name}")
    reader.option()
    columns = reader.text() if kind in _WITH_ARGUMENT else ""
    rows = translator.rows(frozenset({"\\end", ""}))
    rules = translator.rules
    reader.take()
    if reader.text() != name:
        raise TexError(f"\\begin{{{name}}} has no \\end{{{name}}}")
    if kind in _LINES:
        return f'class("normal", display({aligned(rows) or _NOTHING}))'
    return _delimited(kind, rows, columns, rules)


def braced(translator: Translator, kind: str) -> str:
    r"""Translate lines in braces: \substack{..}, and plain TeX's \pmatrix{..}."""
    outer, translator.reader = translator.reader, Reader(translator.reader.argument())
    rows = translator.rows(frozenset({""}))
    translator.reader = outer
    if not kind:
        return f'class("normal", {aligned(rows) or _NOTHING})'
    return _delimited(kind, rows, "", [])


def _delimited(kind: str, rows: list[Row], columns: str, rules: list[int]) -> str:
    """Return a matrix of some kind, between its delimiters."""
    if kind == "dcases":
        rows = [
            row._replace(cells=[f"display({cell or _NOTHING})" for cell in row.cells])
            for row in rows
        ]
    matrix = _matrix(rows, "ll" if "cases" in kind else columns, rules)
    matrix = f"inline({matrix})" if kind == "smallmatrix" else matrix
    return fence(_DELIMITERS[kind][0], [matrix], _DELIMITERS[kind][1])


def _layout(spec: str) -> tuple[str, list[int]]:
    """Return an array's columns as a word of l, c and r, and where it has bars."""
    columns, bars = "", []
    for wide, mark, count, repeated in _COLUMN.findall(spec):
        if mark == "|":
            bars.append(len(columns))
        elif repeated:
            columns += _layout(repeated * min(int(count), 50))[0]
        else:
            columns += "l" if wide else mark
    return columns, bars


def _matrix(rows: list[Row], spec: str, rules: list[int]) -> str:
    """Return a matrix with aligned columns and rules, framed if it has outer rules."""
    columns, bars = _layout(spec)
    wide = max(len(row.cells) for row in rows)
    kinds = columns.ljust(wide, "c")
    lines = [
        ", ".join(
            _SET.get(kind, "{}").format(cell or _NOTHING)
            for cell, kind in zip(row.cells, kinds, strict=False)
        )
        for row in rows
    ]
    inner = _inner(rules, bars, len(rows), wide)
    matrix = f"mat({inner}{'; '.join(lines)})"
    outer = {
        "top": 0 in rules,
        "bottom": len(rows) in rules,
        "left": 0 in bars,
        "right": bool(columns) and len(columns) in bars,
    }
    sides = array([string(side) for side, there in outer.items() if there])
    return f"ruled(#{sides}, {matrix})" if any(outer.values()) else matrix


def _inner(rules: list[int], bars: list[int], high: int, wide: int) -> str:
    """Return the rules between a matrix's rows and columns, if there are any."""
    rows = array([str(at) for at in sorted(set(rules)) if 0 < at < high])
    columns = array([str(at) for at in sorted(set(bars)) if 0 < at < wide])
    if rows == columns == "()":
        return ""
    return f"augment: #(hline: {rows}, vline: {columns}, stroke: .5pt), "
