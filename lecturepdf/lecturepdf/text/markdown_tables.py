"""Tables in Markdown as JupyterLab reads them: GitHub's, with formulas in their cells.

A plugin for mistune, whose own tables are none at all where one row is too short or too
long, or where a formula holds a bar.
"""

import re
from re import Match
from typing import Any

from mistune import BlockParser, BlockState, Markdown

FORMULA = re.compile(r"(?<!\\)(?:\$\$(.+?)\$\$|\$([^$\n]+?)(?<!\\)\$)", re.DOTALL)
_MARK = r"[ \t]*:?-+:?[ \t]*"
# A line with a bar, one of dashes and bars, and all lines with a bar that follow.
_TABLE = (
    r"^ {0,3}(?=\S)[^\n]*\|[^\n]*\n"
    rf" {{0,3}}(?=[^\n]*\|)\|?{_MARK}(?:\|{_MARK})*\|?[ \t]*"
    r"(?:\n[^\n]*\|[^\n]*)*(?:\n|$)"
)
_BAR = re.compile(r"(?<!\\)\|")
_HIDDEN = "\N{NULL}"


def tables(markdown: Markdown) -> None:
    """Let a Markdown parser read tables, in lists and quotations as well."""
    block = markdown.block
    block.register("table", _TABLE, _parse, before="paragraph")
    if "nptable" in block.rules:  # mistune's, for tables without bars at the sides
        block.rules.remove("nptable")
    for rules in (block.list_rules, block.block_quote_rules):
        block.insert_rule(rules, "table", before="paragraph")


def _parse(block: BlockParser, match: Match[str], state: BlockState) -> int | None:
    header, marks, *rows = match[0].strip("\n").split("\n")
    head, sides = _cells(header), [_side(mark) for mark in _cells(marks)]
    if len(head) != len(sides):
        return None
    body = [
        {"type": "table_row", "children": _row(_cells(row, len(sides)), sides)}
        for row in rows
    ]
    children = [
        {"type": "table_head", "children": _row(head, sides, head=True)},
        {"type": "table_body", "children": body},
    ]
    state.append_token({"type": "table", "children": children})
    return match.end()


def _row(
    cells: list[str], sides: list[str | None], head: bool = False
) -> list[dict[str, Any]]:
    return [
        {"type": "table_cell", "text": text, "attrs": {"align": side, "head": head}}
        for text, side in zip(cells, sides, strict=True)
    ]


def _side(mark: str) -> str | None:
    sides = {(True, True): "center", (True, False): "left", (False, True): "right"}
    return sides.get((mark.startswith(":"), mark.endswith(":")))


def _cells(line: str, count: int | None = None) -> list[str]:
    """Return the cells of a row: `count` of them, the last with all that is left."""
    cells = _split(FORMULA.sub(lambda match: match[0].replace("|", _HIDDEN), line))
    if count is None:
        return cells
    if len(cells) < count:  # perhaps two dollars were no formula
        cells = max(cells, _split(line), key=len)
    cells += [""] * (count - len(cells))
    return [*cells[: count - 1], " | ".join(cells[count - 1 :])]


def _split(line: str) -> list[str]:
    """Return what stands between bars; those at both ends of a row enclose it."""
    cells = _BAR.split(re.sub(r"^\s*\||(?<!\\)\|\s*$", "", line))
    return [cell.strip().replace(r"\|", "|").replace(_HIDDEN, "|") for cell in cells]
