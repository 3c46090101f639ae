"""Text as a terminal shows it: colours, overwritten lines, and lines of any length."""

import re
from typing import NamedTuple

from ..source import array, string

# SGR sequences (colours) and every other escape sequence, which paper cannot follow.
_ESCAPE = re.compile(
    r"\x1b\[([0-9;:]*)([@-~])|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b.?"
)
_COLUMNS, _MOST_LINES = 88, 60  # as many columns as the page has room for
_COLOURS = ("black", "red", "green", "orange", "blue", "purple", "teal", "grey")


class Span(NamedTuple):
    """A stretch of text in one colour and weight."""

    text: str
    colour: str | None = None
    bold: bool = False


def _recoloured(style: Span, codes: str) -> Span:
    """Return the style that an SGR sequence leaves behind."""
    numbers = [int(code) for code in codes.split(";") if code.isdecimal()] or [0]
    if numbers[0] in (38, 48):  # one of 256 colours: its meaning is lost on paper
        return style
    for number in numbers:
        if number == 0:
            style = Span("")
        elif number == 1:
            style = style._replace(bold=True)
        elif number == 39:
            style = style._replace(colour=None)
        elif 30 <= number <= 37 or 90 <= number <= 97:
            style = style._replace(colour=_COLOURS[number % 10])
    return style


def spans(text: str) -> list[Span]:
    """Split text with escape sequences into coloured spans."""
    found, style, start = [], Span(""), 0
    for match in _ESCAPE.finditer(text):
        found.append(style._replace(text=text[start : match.start()]))
        if match[2] == "m":
            style = _recoloured(style, match[1])
        start = match.end()
    found.append(style._replace(text=text[start:]))
    return [span for span in found if span.text]


def _final(line: str) -> str:
    """Return what a terminal shows of a line that was overwritten.

    A progress bar ends in a state; a backspace takes one character back.
    """
    line = line.rstrip("\r").rsplit("\r", 1)[-1]
    while "\b" in line:
        at = line.index("\b")
        line = line[: max(at - 1, 0)] + line[at + 1 :]
    return line


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
    return [*rows, indent + plain[start:]]


def layout(text: str, columns: int = _COLUMNS, most_lines: int = _MOST_LINES) -> str:
    """Return Typst code of an array of spans, for `text` as a terminal shows it.

    Long lines are broken; of more than `most_lines` lines the middle is left out,
    and a line says so.
    """
    lines = [_final(line) for line in text.rstrip("\n").split("\n")]
    rows = [row for line in lines for row in _folded(line.expandtabs(8), columns)]
    if len(rows) > most_lines:
        half = most_lines // 2
        left_out = f"\N{VERTICAL ELLIPSIS}  [{len(rows) - 2 * half} lines left out]"
        rows = [*rows[:half], left_out, *rows[-half:]]
    return array(
        [
            array([string(s.text), string(s.colour or "ink"), str(s.bold).lower()])
            for s in spans("\n".join(rows))
        ]
    )
