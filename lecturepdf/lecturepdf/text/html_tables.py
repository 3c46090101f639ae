"""HTML tables in Typst: heads, spans, sides, colours, and how wide columns are."""

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator
from itertools import accumulate
from typing import NamedTuple

from bs4.element import Tag
from tinycss2.color3 import parse_color

from ..markup import array, call, string
from .soup import declarations

_MOST = 200  # columns: no paper holds more, and a cell may claim to span a million
# Twenty pages and more; Typst takes a quarter of a megabyte for ten.
_MOST_CELLS = 8_000
_LONG_WORD = re.compile(r"\S{1001,}")  # for which a column is sought again and again
_NUMBER = re.compile(r"[-+\N{MINUS SIGN}]?[\d., ]*\d(e[-+]?\d+)?\s?%?|nan|-?inf", re.I)
_FIXED = re.compile(r"#(fitted-table|listing)\(")
_PICTURE = re.compile(r"#(small-picture|figure-block)\(")
_ROOM = "picture" * 2  # for one, which is set as small as its column
_FEW = 4  # words beside formulas, which are then no prose that may be wrapped
_STOP = re.compile(r"([#\w]+(?:\([^()]*\))?)\s+([\d.]+)%")
_PALETTE = {
    "red", "green", "blue", "orange", "purple", "magenta", "teal", "cyan", "yellow",
    "brown", "gray", "grey", "navy",
}  # fmt: skip  # what the template darkens for print


class _Place(NamedTuple):
    """Where a cell stands, and how far it reaches."""

    tag: Tag
    x: int
    y: int
    wide: int
    high: int


def typst(
    table: Tag,
    inside: Callable[[Tag], str],
    tell: Callable[[str], str],
    side: str | None = None,
) -> str:
    """Return a call of the template's table.

    Parameters
    ----------
    table : Tag
        The HTML element.
    inside : callable
        Gives Typst markup for what a cell holds.
    tell : callable
        Reports what is left out; gives markup that shows it.
    side : str, optional
        Where numbers stand that nobody gave a place.
    """
    # The table's own rows, not those of tables within it; where <tr> ends a row in
    # place of </tr>, every other one is empty.
    rows = [row for row in table.find_all("tr") if row.find_parent("table") is table]
    rows = [row for row in rows if _cells(row)]
    caption = table.find("caption", recursive=False)
    above = inside(caption).strip() if caption else ""
    if not rows:
        return f"{above} {inside(table)}".strip()
    rows, left_out = _first(rows)
    head = _head(rows)
    places = _narrowed(list(_placed(rows, head)))
    if len(places) < sum(len(_cells(row)) for row in rows):
        above += tell(f"columns after the {_MOST}th of a table are left out")
    if left_out:
        above += tell(f"of a table {left_out} rows left out")
    above += "".join(map(tell, dict.fromkeys(_without_long_words(table))))
    columns = max(place.x + place.wide for place in places)
    cells: list[list[str]] = [[], []]  # those of the head, and all others
    words: list[str | None] = [""] * columns  # of each the longest, or None
    for place in places:
        content, paper = _coloured(place.tag, inside(place.tag).strip())
        if place.tag.name == "th" and place.y >= head:
            content = call("strong", body=content)
        cell = call(
            "table.cell",
            x=str(place.x),
            y=str(place.y),
            colspan=str(place.wide) if place.wide > 1 else None,
            rowspan=str(place.high) if place.high > 1 else None,
            align=_side(place.tag, side),
            fill=paper,
            body=content,
        )
        # An argument is code, not markup: it has no #.
        cells[place.y >= head].append(cell.removeprefix("#"))
        if place.wide == 1:
            words[place.x] = _longer_word(words[place.x], place.tag, content)
    longest = array(["none" if word is None else string(word) for word in words])
    counts = longest, str(len(rows)), str(head)
    shown = call("fitted-table", *counts, *cells[0], *cells[1])
    return f"{above}\n\n{shown}"


def _without_long_words(table: Tag) -> Iterator[str]:
    """Cut words that no column can hold; yield what is to be told of each."""
    for text in table.find_all(string=_LONG_WORD):
        if text.parent.name == "x-formula":
            continue
        for word in _LONG_WORD.findall(text):
            yield f"of a word in a table {len(word) - 1000} characters left out"
        text.replace_with(_LONG_WORD.sub(lambda word: f"{word[0][:1000]}...", text))


def colour(value: object) -> str | None:
    """Return Typst code of a CSS colour: a name of the template's, or #rrggbb."""
    words = str(value or "").lower().replace("!important", "").strip()
    if words in _PALETTE:
        return string(words)
    found = parse_color(words)
    if not found or isinstance(found, str) or not found.alpha:
        return None
    on_paper = (1 - found.alpha * (1 - part) for part in found[:3])
    parts = (round(255 * min(max(part, 0), 1)) for part in on_paper)
    return string("#" + "".join(f"{part:02x}" for part in parts))


def is_bold(style: dict[str, str]) -> bool:
    """Return whether a style declares bold letters."""
    weight = style.get("font-weight", "")
    return "bold" in weight or (weight.isdecimal() and int(weight[:4]) >= 600)


def decorated(style: dict[str, str], markup: str) -> str:
    """Return markup in the weight, slope and colour that a style declares."""
    if is_bold(style):
        markup = call("strong", body=markup)
    if style.get("font-style") in ("italic", "oblique"):
        markup = call("emph", body=markup)
    if "line-through" in style.get("text-decoration", ""):
        markup = call("strike", body=markup)
    if "underline" in style.get("text-decoration", ""):
        markup = call("underline", body=markup)
    ink = colour(style.get("color"))
    return call("tinted", ink, body=markup) if ink else markup


def _cells(row: Tag) -> list[Tag]:
    return row.find_all(["td", "th"], recursive=False)


def _first(rows: list[Tag]) -> tuple[list[Tag], int]:
    """Return the rows with the first cells, and how many others there are."""
    counts = accumulate(min(len(_cells(row)), _MOST) for row in rows)
    kept = max(sum(count <= _MOST_CELLS for count in counts), 1)
    return rows[:kept], len(rows) - kept


def _head(rows: list[Tag]) -> int:
    """Return how many rows on top are the table's head."""
    count = 0
    for row in rows:
        all_heads = _cells(row) and all(cell.name == "th" for cell in _cells(row))
        if row.find_parent(["thead", "table"]).name != "thead" and not all_heads:
            break
        count += 1
    return count if count < len(rows) else 0


def _placed(rows: list[Tag], head: int) -> Iterator[_Place]:
    """Yield the places of cells: they give way to those that span rows above."""
    free: dict[int, int] = {}  # from which row on a column is
    for y, row in enumerate(rows):
        x, last = 0, head if y < head else len(rows)
        for tag in _cells(row):
            while free.get(x, 0) > y:
                x += 1
            if x >= _MOST:
                break
            wide, most = 1, min(_span(tag, "colspan"), _MOST - x)
            while wide < most and free.get(x + wide, 0) <= y:
                wide += 1
            high = min(_span(tag, "rowspan"), last - y)
            free |= {x + i: y + high for i in range(wide)}
            yield _Place(tag, x, y, wide, high)
            x += wide


def _narrowed(places: list[_Place]) -> list[_Place]:
    """Return places without the columns in which no cell begins."""
    begun = sorted({place.x for place in places})
    at = {x: number for number, x in enumerate(begun)}
    ends = [bisect_left(begun, place.x + place.wide) for place in places]
    return [
        place._replace(x=at[place.x], wide=end - at[place.x])
        for place, end in zip(places, ends, strict=True)
    ]


def _span(tag: Tag, name: str) -> int:
    value = str(tag.get(name, "1")).strip()
    return min(max(int(value[:9]), 1), _MOST) if value.isdecimal() else 1


def _side(cell: Tag, default: str | None) -> str | None:
    """Return at which side a cell's text stands, as it or what it is in says."""
    for element in (cell, cell.parent, cell.find_parent("table")):
        given = declarations(element).get("text-align") or element.get("align")
        if element.name != "table" and given in ("left", "right", "center"):
            return str(given)
        if element.name == "table" and "dataframe" in element.get("class", []):
            return "right"
    return default if default and _NUMBER.fullmatch(cell.get_text().strip()) else None


def _coloured(cell: Tag, content: str) -> tuple[str, str | None]:
    """Return what a cell holds in its colour, and the colour of the paper behind."""
    style = declarations(cell.parent) | declarations(cell)
    behind = style.get("background-color") or style.get("background") or ""
    stops = _STOP.findall(behind) if "linear-gradient" in behind else ()
    if bar := [(colour(name) or "none", f"{percent}%") for name, percent in stops]:
        ends = (bar[0][0], "0%"), (bar[-1][0], "100%")  # Typst wants both
        pairs = [f"({ink}, {percent})" for ink, percent in (ends[0], *bar, ends[1])]
        return decorated(style, content), call("bar", *pairs).removeprefix("#")
    if paper := colour(behind or cell.get("bgcolor")):
        ink = {name: value for name, value in style.items() if name != "color"}
        return call("on-paper", paper, body=decorated(ink, content)), f"paper({paper})"
    return decorated(style, content), None


def _longer_word(word: str | None, cell: Tag, content: str) -> str | None:
    """Return a column's longest word so far; None if it holds what cannot wrap."""
    if word is None or _FIXED.search(content):
        return None
    formulas = cell.find_all("x-formula")
    beside = len(cell.get_text(" ").split())
    beside -= sum(len(formula.get_text().split()) for formula in formulas)
    if any("display" in it["class"] for it in formulas) or (formulas and beside < _FEW):
        return None
    text = cell.get_text("\n" if cell.find("br") else "")
    if _PICTURE.search(content):
        word = max(word, _ROOM, key=len)
    return max(word, *text.split(), "", key=len)
