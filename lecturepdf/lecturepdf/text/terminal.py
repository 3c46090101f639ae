"""Text as a terminal shows it: colours, overwritten lines, and lines of any length."""

import re
from collections.abc import Callable
from itertools import islice
from typing import NamedTuple

from ..markup import array, string

# An SGR sequence (colours and weight), or another one, which paper cannot follow: of a
# cursor, a title or link, or a single letter's; and what only rings a bell.
_ESCAPE = re.compile(
    r"\x1b\[([\d;:]*)m|\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)"
    r"|\x1b[ -/]*.?|[\x00-\x07\x0e-\x1a\x1c-\x1f\x7f]",
    re.ASCII,
)
COLUMNS = 88  # as many as the page has room for
_COLOURS = ("black", "red", "green", "orange", "blue", "purple", "teal", "grey")
# What each code of an SGR sequence, without leading zeros, changes in a style.
_CHANGES = {
    "": {"colour": None, "bold": False},
    "1": {"bold": True},
    "21": {"bold": False},
    "22": {"bold": False},
    "39": {"colour": None},
    **{f"{n}": {"colour": _COLOURS[n % 10]} for n in (*range(30, 38), *range(90, 98))},
}
# Foreground, background and underline in any colour: 2 and three numbers, or 5 and one.
_ANY_COLOUR, _NUMBERS = ("38", "48", "58"), {"2": 3, "5": 1}
_LEVELS = (0, 95, 135, 175, 215, 255)  # of red, green and blue in the palette of 256


class Span(NamedTuple):
    """A stretch of text in one colour and weight."""

    text: str
    colour: str | None = None
    bold: bool = False


def _any_colour(values: list[str]) -> str | None:
    """Return a colour of the palette of 256, or of all, or None of what is neither."""
    numbers = [min(int(v[:4]), 255) for v in values if v.isascii() and v.isdecimal()]
    kind, *parts = numbers or [0]
    if kind == 2 and len(parts) >= 3:
        return "#{:02x}{:02x}{:02x}".format(*parts[-3:])
    if kind != 5 or not parts:
        return None
    number = parts[0]
    if number < 16:
        return _COLOURS[number % 8]
    grey, cube = 8 + 10 * (number - 232), number - 16
    levels = (_LEVELS[cube // 36 % 6], _LEVELS[cube // 6 % 6], _LEVELS[cube % 6])
    return "#{:02x}{:02x}{:02x}".format(*(levels if grey < 8 else (grey,) * 3))


def _restyled(style: Span, sequence: str) -> Span:
    """Return the style that an SGR sequence leaves behind."""
    parameters = iter(sequence.split(";"))
    for parameter in parameters:
        code, *values = parameter.split(":")
        code = code.lstrip("0")
        if code in _ANY_COLOUR and not values:
            values = [next(parameters, "")]
            # Of an unknown kind: nobody knows how far it goes, so it takes the rest.
            values += islice(parameters, _NUMBERS.get(values[0]))
        if code == "38":
            style = style._replace(colour=_any_colour(values))
        else:
            style = style._replace(**_CHANGES.get(code, {}))
    return style


def spans(text: str) -> list[Span]:
    """Split text with escape sequences into coloured spans."""
    found, style, start = [], Span(""), 0
    for match in _ESCAPE.finditer(text):
        found.append(style._replace(text=text[start : match.start()]))
        if match[1] is not None:
            style = _restyled(style, match[1])
        start = match.end()
    found.append(style._replace(text=text[start:]))
    return [span for span in found if span.text]


def _styles(text: str) -> str:
    """Return the SGR sequences in a text that is left out: they still hold."""
    return "".join(m[0] for m in _ESCAPE.finditer(text) if m[1] is not None)


def _final(line: str) -> str:
    """Return what a terminal shows of a line that was overwritten.

    A progress bar ends in a state; a backspace takes one character back.
    """
    before, _, line = line.rstrip("\r").rpartition("\r")
    kept: list[str] = []
    for piece in re.split("(\b)", line):
        if piece != "\b":
            kept += piece
        elif kept:
            kept.pop()
    return _styles(before) + "".join(kept)


def _folded(line: str, columns: int) -> list[str]:
    """Break a line at `columns`, at a blank where there is one near the end.

    A line that is too long loses its colours: it is data, not an error message.
    """
    if len(plain := _ESCAPE.sub("", line)) <= columns:
        return [line]
    rows, start, indent = [], 0, ""
    while len(plain) - start > (width := columns - len(indent)):
        end = plain.rfind(" ", start + width // 2, start + width) + 1 or start + width
        rows.append(indent + plain[start:end])
        start, indent = end, "  "
    return [*rows, indent + plain[start:] + _styles(line)]


def layout(
    text: str,
    columns: int = COLUMNS,
    most_lines: int = 0,
    tell: Callable[[str], object] = str,
) -> str:
    """Return Typst code of an array of spans, for `text` as a terminal shows it.

    Long lines are broken; of more than `most_lines` lines, if it is not 0, the middle
    is left out: a line says so, and `tell` is told.
    """
    lines, unread = text.rstrip("\n").split("\n"), 0
    if len(lines) > 2 * most_lines > 0:  # of which those in the middle are left out
        unread = len(lines) - 2 * most_lines
        middle = "\n".join(lines[most_lines:-most_lines])
        lines[most_lines:-most_lines] = [_styles(middle)]
    lines = [_final(line) for line in lines]
    rows = [row for line in lines for row in _folded(line.expandtabs(8), columns)]
    if len(rows) > most_lines > 0:
        half = most_lines // 2
        count = f"{len(rows) - 2 * half + unread - (unread > 0)} lines left out"
        tell(f"of an output {count}")
        left_out = f"\N{VERTICAL ELLIPSIS}  [{count}]"
        left_out += _styles("".join(rows[half:-half]))
        rows = [*rows[:half], left_out, *rows[-half:]]
    return array(
        [
            array([string(s.text), string(s.colour or "ink"), str(s.bold).lower()])
            for s in spans("\n".join(rows))
        ]
    )
