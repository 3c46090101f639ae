"""What a cell prints, bounded: the first lines and the last, and how many are missing.

A hundred thousand lines take JupyterLab many seconds, and stay on the page and in the
file. Nothing of Jupyter's own bounds them: the server's `iopub_data_rate_limit` and
`iopub_msg_rate_limit` drop pictures as well, and name a setting of the server to the
student; JupyterLab's `maxNumberOutputs` counts outputs, and whatever is printed is one.
So the kernel sends less. For the time of a cell the `write` of its own two streams is
replaced, as IPython does for its history: whoever holds on to `sys.stdout` is covered,
and what takes its place for a while (%%capture, redirect_stdout) is left alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from courseware.checking.printed import LastLines

if TYPE_CHECKING:
    from ipykernel.iostream import OutStream

_FIRST, _LAST = 1_000, 20  # lines
_CHARACTERS = 100_000
_KEPT = 20_000  # characters of the last lines
_FULL = f"[Too much to show: the last {_LAST} lines follow when the cell has run.]\n"

_UP = "\x1b[A"  # by which one progress bar of several goes back to the first


class BoundedStream:
    """Lets through a bounded part of what each cell writes to a kernel's stream.

    What a thread of an earlier cell writes is let through: it is not this cell's. There
    is no lock, for which a forked process might wait for ever.

    Parameters
    ----------
    stream : ipykernel.iostream.OutStream
        Its `write` is replaced while a cell runs.
    """

    def __init__(self, stream: OutStream) -> None:
        self._stream = stream
        self._depth = 0  # a cell may run others

    def begin_cell(self) -> None:
        """Begin to count."""
        self._depth += 1
        if self._depth == 1:
            self._cell = self._writer()
            self._page = _Page()
            self._write = self._stream.write
            self._stream.write = self.write

    def end_cell(self) -> None:
        """Write the end of what was kept back, and leave the stream as it was."""
        if self._depth == 1:
            self._stream.write = self._write
            if rest := self._page.rest:
                left_out = rest.left_out
                self._write(f"[{left_out:,} lines left out]\n" if left_out else "")
                self._write(rest.text)
        self._depth = max(0, self._depth - 1)

    def write(self, text: str) -> int | None:
        """Write what there is room for; keep the end of the rest."""
        if not isinstance(text, str) or self._writer() != self._cell:
            return self._write(text)
        if shown := self._page.take(text):
            self._write(shown)
        return len(text)

    def clear(self) -> None:
        """Begin anew: the cell's output has been cleared."""
        self._page = _Page()

    def _writer(self) -> str:
        """Return what the text belongs to that is written now."""
        return self._stream.parent_header.get("msg_id", "")


class _Page:
    """How much of a cell's output can be seen, and what there was no more room for."""

    def __init__(self) -> None:
        self.rest: LastLines | None = None
        self._lines = 0
        self._characters = 0
        self._column = 0  # characters in the last line

    def take(self, text: str) -> str:
        """Return as much of `text` as there is room for; the rest goes to `rest`."""
        if self.rest:
            self.rest.write(text)
            return ""
        seen = self._written_over(text) if "\r" in text else text
        if _UP in text:
            self._rub_out()
            self._lines -= text.count(_UP)
        before = self._lines, self._characters, self._column
        self._add(seen)
        if not self._is_full():
            return text
        self._lines, self._characters, self._column = before
        shown = self._cut(text)
        self._add(shown)
        self.rest = LastLines(_LAST, _KEPT)
        self.rest.write(text[len(shown) :])
        return shown + "\n" * bool(self._column) + _FULL

    def _written_over(self, text: str) -> str:
        """Return what remains to be seen: a progress bar writes over its line."""
        first, end, _ = text.partition("\n")
        if "\r" in (first.removesuffix("\r") if end else first):
            self._rub_out()
        lines = text.split("\n")
        return "\n".join(line.rstrip("\r").rpartition("\r")[-1] for line in lines)

    def _rub_out(self) -> None:
        self._characters -= self._column
        self._column = 0

    def _add(self, text: str) -> None:
        last = text.rpartition("\n")[-1]
        self._lines += text.count("\n")
        self._characters += len(text)
        self._column = len(last) + (0 if "\n" in text else self._column)

    def _is_full(self) -> bool:
        lines = self._lines + bool(self._column)  # the last one may have no end yet
        return lines > _FIRST or self._characters > _CHARACTERS

    def _cut(self, text: str) -> str:
        text = text[: max(0, _CHARACTERS - self._characters)]
        lines = text.split("\n", max(0, _FIRST - self._lines))
        beyond = lines[_FIRST - self._lines :]
        return text[: len(text) - len("".join(beyond))]
