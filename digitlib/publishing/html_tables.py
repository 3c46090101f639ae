"""HTML tables in Typst: heads, spans, alignment."""

from collections.abc import Callable
from typing import NamedTuple

from bs4.element import Tag

from .source import call, string

_MOST = 200  # columns; no paper holds more, and a cell may claim to span a million


class _Cell(NamedTuple):
    tag: Tag
    column: int
    row: int
    wide: int
    high: int


def _span(tag: Tag, name: str) -> int:
    value = str(tag.get(name, "1")).strip()
    return min(max(int(value), 1), _MOST) if value.isdecimal() else 1


def _rows(table: Tag) -> list[Tag]:
    """Return the table's own rows, not those of tables within it."""
    return [row for row in table.find_all("tr") if row.find_parent("table") is table]


def _head(rows: list[Tag]) -> int:
    """Return how many rows on top are the table's head."""
    count = 0
    for row in rows:
        cells = row.find_all(["td", "th"], recursive=False)
        all_heads = cells and all(cell.name == "th" for cell in cells)
        if row.find_parent(["thead", "table"]).name != "thead" and not all_heads:
            break
        count += 1
    return count if count < len(rows) else 0


def _placed(rows: list[Tag], head: int) -> list[_Cell]:
    """Give each cell the first free place of its row."""
    taken: set[tuple[int, int]] = set()
    cells = []
    for y, row in enumerate(rows):
        x = 0
        for tag in row.find_all(["td", "th"], recursive=False):
            while (x, y) in taken:
                x += 1
            wide = 1
            while wide < _span(tag, "colspan") and (x + wide, y) not in taken:
                wide += 1
            end = head if y < head else len(rows)
            high = min(_span(tag, "rowspan"), end - y)
            taken |= {(x + i, y + j) for i in range(wide) for j in range(high)}
            cells.append(_Cell(tag, x, y, wide, high))
            x += wide
    return cells


def _alignment(cell: Tag, default: str | None) -> str | None:
    wanted = f"{cell.get('style', '')} {cell.get('align', '')}".replace(" ", "")
    for side in ("left", "right", "center"):
        if f"text-align:{side}" in wanted or wanted.endswith(side):
            return side
    return default


def _stray(table: Tag) -> str:
    """Return text that stands in the table but in none of its cells."""
    places = ["td", "th", "caption", "style", "script"]
    texts = [text for text in table.find_all(string=True) if text.strip()]
    stray = [str(text).strip() for text in texts if text.find_parent(places) is None]
    return f"#{string(' '.join(stray))}" if stray else ""


def _markup(cell: _Cell, content: str, default: str | None) -> str:
    return call(
        "table.cell",
        x=str(cell.column),
        y=str(cell.row),
        colspan=str(cell.wide) if cell.wide > 1 else None,
        rowspan=str(cell.high) if cell.high > 1 else None,
        align=_alignment(cell.tag, default),
        body=content,
    )[1:]  # an argument is code, not markup: it has no #


def typst(table: Tag, inside: Callable[[Tag], str]) -> str:
    """Return a call of the template's table.

    Parameters
    ----------
    table : Tag
        The HTML element.
    inside : callable
        Gives Typst markup for what a cell holds.
    """
    rows = _rows(table)
    head = _head(rows)
    cells = _placed(rows, head)
    if not cells:
        return inside(table)
    default = "right" if "dataframe" in table.get("class", []) else None
    heads, bodies = [], []
    for cell in cells:
        content = inside(cell.tag).strip()
        if cell.tag.name == "th" and cell.row >= head:
            content = call("strong", body=content)
        kind = heads if cell.row < head else bodies
        kind.append(_markup(cell, content, default))
    columns = str(max(cell.column + cell.wide for cell in cells))
    header = [f"table.header({', '.join(heads)})"] if heads else []
    counts = (columns, str(len(rows)), str(head))
    shown = call("fitted-table", *counts, *header, *bodies)
    caption = table.find("caption", recursive=False)
    above = inside(caption).strip() if caption else ""
    return f"{above}{_stray(table)}\n\n{shown}"
