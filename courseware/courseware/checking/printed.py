"""What was printed, the last lines of it: for a page, and for memory."""

import io
import re

# Escape sequences of terminals: colours, movements of the cursor, titles.
_ESCAPES = re.compile(r"\x1b(\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(\x07|\x1b\\)?|.?)")


class LastLines(io.TextIOBase):
    """A stream that keeps the last lines of what is written, and counts the others.

    Parameters
    ----------
    lines : int
        How many lines are kept at most.
    characters : int
        How many characters are kept at most, however much is written.
    """

    def __init__(self, lines: int, characters: int) -> None:
        self._lines, self._most = lines, characters
        self._pieces: list[str] = []
        self._held = self._written = self._ends = 0

    def write(self, text: str) -> int:
        """Take a piece of text, as a stream does."""
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        self._ends += text.count("\n")
        self._written += len(text)
        self._held += len(text)
        self._pieces.append(text)
        if self._held > 4 * self._most:  # now and then: a print costs next to nothing
            self._pieces = ["".join(self._pieces)[-self._most :]]
            self._held = self._most
        return len(text)

    @property
    def text(self) -> str:
        """What is kept: whole lines, unless one alone is too long."""
        text = "".join(self._pieces)[-self._most :]
        lines = re.findall(r"[^\n]*\n|[^\n]+", text)
        if len(text) < self._written and len(lines) > 1:
            lines = lines[1:]  # whose beginning is lost
        return "".join(lines[-self._lines :])

    @property
    def left_out(self) -> int:
        """How many lines were written that are not kept."""
        return self._ends - self.text.count("\n")


def without_escapes(text: str) -> str:
    """Return `text` without a terminal's colours, movements and titles."""
    return _ESCAPES.sub("", text)


def harmless(text: str, columns: int) -> list[str]:
    """Return the lines of `text` as a terminal would leave them, fit to be shown.

    Parameters
    ----------
    text : str
        What was printed: it may hold anything.
    columns : int
        What is longer is cut, and ends in "...".

    Returns
    -------
    list of str
        Printable characters only. A line that was written over is shown as it was
        last: progress bars do that.
    """
    lines = []
    for line in without_escapes(text).split("\n"):
        last = line.rstrip("\r").rpartition("\r")[-1].expandtabs(4).rstrip()
        shown = "".join(c if c.isprintable() else "?" for c in last)
        lines.append(shown if len(shown) <= columns else shown[:columns] + "...")
    return lines if lines[-1] else lines[:-1]
