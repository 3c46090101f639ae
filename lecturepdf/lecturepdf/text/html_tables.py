"""HTML tables in Typst: heads, spans, alignment."""

import re
from collections.abc import Callable

from bs4.element import Tag

from ..markup import call, string

_MOST = 200  # columns; no paper holds more, and a cell may claim to span a million
_SIDE = re.compile(r"(?<!-)(?:text-align:\s*|^)(left|right|center)")
_DECLARATION = re.compile(r"([\w-]+)\s*:\s*([^;]+)")


def typst(table: Tag, inside: Callable[[Tag], str]) -> str:
    """Return a call of the template's table.

    Parameters
    ----------
    table : Tag
        The HTML element.
    inside : callable
        Gives Typst markup for what a cell holds.
    """
    # The table's own rows, not those of tables within it; where <tr> ends a row in
    # place of </tr>, every other one is empty.
    rows = [row for row in table.find_all("tr") if row.find_parent("table") is table]
    rows = [row for row in rows if _cells(row)]
    head = _head(rows)
    default = "right" if "dataframe" in table.get("class", []) else None
    taken: set[tuple[int, int]] = set()
    cells: list[list[str]] = [[], []]  # those of the head, and all others
    for y, row in enumerate(rows):
        x = 0
        for tag in _cells(row):
            while (x, y) in taken:  # by a cell that spans rows
                x += 1
            wide = 1
            while wide < _span(tag, "colspan") and (x + wide, y) not in taken:
                wide += 1
            high = min(_span(tag, "rowspan"), (head if y < head else len(rows)) - y)
            taken |= {(x + i, y + j) for i in range(wide) for j in range(high)}
            content, paper = _coloured(tag, inside(tag).strip())
            if tag.name == "th" and y >= head:
                content = call("strong", body=content)
            cell = call(
                "table.cell",
                x=str(x),
                y=str(y),
                colspan=str(wide) if wide > 1 else None,
                rowspan=str(high) if high > 1 else None,
                align=_alignment(tag) or default,
                fill=paper,
                body=content,
            )
            # An argument is code, not markup: it has no #.
            cells[y >= head].append(cell.removeprefix("#"))
            x += wide
    if not taken:
        return inside(table)
    columns = str(max(x for x, _ in taken) + 1)
    header = [f"table.header({', '.join(cells[0])})"] if head else []
    counts = (columns, str(len(rows)), str(head))
    caption = table.find("caption", recursive=False)
    above = inside(caption).strip() if caption else ""
    shown = call("fitted-table", *counts, *header, *cells[1])
    return f"{above}{_stray(table, rows)}\n\n{shown}"


def declarations(element: Tag) -> dict[str, str]:
    """Return what an element's style attribute declares: names to values."""
    return dict(_DECLARATION.findall(str(element.get("style", ""))))


def _cells(row: Tag) -> list[Tag]:
    return row.find_all(["td", "th"], recursive=False)


def _head(rows: list[Tag]) -> int:
    """Return how many rows on top are the table's head."""
    count = 0
    for row in rows:
        all_heads = _cells(row) and all(cell.name == "th" for cell in _cells(row))
        if row.find_parent(["thead", "table"]).name != "thead" and not all_heads:
            break
        count += 1
    return count if count < len(rows) else 0


def _span(tag: Tag, name: str) -> int:
    value = str(tag.get(name, "1")).strip()
    return min(max(int(value), 1), _MOST) if value.isdecimal() else 1


def _alignment(cell: Tag) -> str | None:
    found = _SIDE.search(f"{cell.get('align', '')} {cell.get('style', '')}")
    return found[1] if found else None


def _coloured(cell: Tag, content: str) -> tuple[str, str | None]:
    """Return what a cell holds in its colour, and the colour of the paper behind."""
    style = declarations(cell)
    behind = style.get("background-color") or style.get("background")
    if paper := _colour(behind or cell.get("bgcolor")):
        return call("on-paper", paper, body=content), f"paper({paper})"
    ink = _colour(style.get("color"))
    return call("tinted", ink, body=content) if ink else content, None


def _colour(value: object) -> str | None:
    """Return the first word of a value, without !important and the like."""
    words = str(value or "").lower().split()
    return string(words[0]) if words else None


def _stray(table: Tag, rows: list[Tag]) -> str:
    """Return text that stands in no cell of `rows`; takes the cells out of them."""
    for row in rows:
        for cell in _cells(row):
            cell.decompose()
    if caption := table.find("caption", recursive=False):
        caption.decompose()
    stray = " ".join(table.stripped_strings)
    return f"#{string(stray)}" if stray else ""
