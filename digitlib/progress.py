"""How far a loop is: a bar, where a person watches and the loop takes long.

`Network.sgd`, `train` and `search` have one by themselves; `progress` gives one to a
loop of your own. When the loop has ended, or its cell has in whatever way, the bar is
gone. Where nobody watches (in scripts and tests, or when a notebook is executed to be
stored) nothing is shown, and next to no time is spent.
"""

from __future__ import annotations

import math
import os
import sys
import time
from collections.abc import Collection, Iterator
from html import escape
from typing import Any, Self, TypeVar

T = TypeVar("T")

LONG = 2.0  # seconds; a loop that will be through sooner needs no bar
PATIENCE = 0.1  # seconds, after which one can tell how long it will take
PAUSE = 0.2  # seconds between two looks of a bar
NOTHING = {"text/html": "", "text/plain": ""}


def progress(steps: Collection[T], what: str, at_once: bool = False) -> Iterator[T]:
    """Go through the steps of a loop, with a bar if they take long.

    `for epoch in progress(range(30), "epoch")` does what the loop without it does, and
    shows "epoch 12 of 30, 5 s left", as `Bar` does. Loops may lie in one another.
    """
    with Bar(what, len(steps), at_once) as bar:
        for step in steps:
            yield step
            bar.advance(1)


class Bar:
    """A context in which a bar shows what takes long, and how far it is.

    Parameters
    ----------
    what : str
        What a step is called, such as "epoch"; or, without `steps`, the whole.
    steps : int, optional
        How many there are. Of what has none, nobody can tell how far it is: its bar
        only shows that something is going on, and does so at once.
    at_once : bool
        Whether the bar is shown before one can tell that it will take long.
    """

    def __init__(
        self, what: str, steps: int | None = None, at_once: bool = False
    ) -> None:
        self.what, self.steps, self.done = what, steps, 0.0
        self.is_shown = at_once or steps is None
        self.due = math.inf

    def __enter__(self) -> Self:
        self.cell = _running_cell()
        if self.cell is not None:
            self.cell.bars.append(self)
            self.begin = time.monotonic()
            self.due = self.begin + (0 if self.is_shown else PATIENCE)
            self.advance(0)
        return self

    def __exit__(self, *exception: object) -> None:
        if self.cell is not None:
            self.cell.leave(self)

    def advance(self, steps: float) -> None:
        """Say that so many more steps are done, or which part of one.

        It may be said often: few of the bar's places are drawn.
        """
        self.done += steps
        now = time.monotonic()
        if now >= self.due:
            self.due = now + PAUSE
            self.cell.draw(now)

    def lasts(self, now: float) -> bool:
        """Whether the bar is worth showing; once shown, it stays."""
        if not self.is_shown:
            # As long as not a step is done, each takes at least the time until now.
            total = (now - self.begin) * self.steps / (self.done or 1)
            self.is_shown = now >= self.begin + PATIENCE and total > LONG
        return self.is_shown

    def text(self, now: float) -> str:
        """Return how far it is, in words."""
        if self.steps is None:
            return self.what
        step = min(int(self.done) + 1, self.steps)
        text = f"{self.what} {step:,} of {self.steps:,}"
        if self.done:
            seconds = (now - self.begin) * (self.steps - self.done) / self.done
            minutes, seconds = divmod(math.ceil(seconds), 60)
            text += f", {f'{minutes} min ' if minutes else ''}{seconds} s left"
        return text

    def html(self, now: float) -> str:
        """Return the bar for a notebook; one without a value moves by itself."""
        value = f' value="{self.done / self.steps:.3f}"' if self.steps else ""
        bar = f'<progress style="width: 20em"{value}></progress>'
        return f"<label>{bar} {escape(self.text(now))}</label>"


class _Cell:
    """The running cell's one place for its bars, the outermost on top."""

    def __init__(self, shell: Any) -> None:  # noqa: ANN401 - IPython is imported late
        from IPython.display import DisplayHandle  # late: slow, there in any notebook

        self.shell, self.handle = shell, DisplayHandle()
        self.bars: list[Bar] = []
        self.data, self.is_there = NOTHING, False
        shell.events.register("post_run_cell", self.end)

    def draw(self, now: float) -> None:
        """Show those of the bars that last."""
        bars = [bar for bar in self.bars if bar.lasts(now)]
        # What moves by itself would begin anew each time that one within it advances.
        bars = [bar for bar in bars if bar.steps or bar is bars[-1]]
        html, text = (
            end.join(line(bar, now) for bar in bars)
            for end, line in (("<br>", Bar.html), ("\n", Bar.text))
        )
        data = {"text/html": html, "text/plain": text}
        if data != self.data:
            put = self.handle.update if self.is_there else self.handle.display
            self.data, self.is_there = data, True  # before: Ctrl-C may come in between
            put(data, raw=True)

    def leave(self, bar: Bar) -> None:
        """Take one bar away."""
        if bar in self.bars:
            self.bars.remove(bar)
            if bar.is_shown:
                self.draw(time.monotonic())

    def end(self, result: object) -> None:
        """Leave nothing behind: a loop that was broken off never came to its end."""
        global _cell
        _cell = None
        self.shell.events.unregister("post_run_cell", self.end)
        self.bars.clear()
        self.draw(time.monotonic())


_cell: _Cell | None = None


def _running_cell() -> _Cell | None:
    global _cell
    if _cell is None and somebody_watches():
        _cell = _Cell(sys.modules["IPython"].get_ipython())
    return _cell


def somebody_watches() -> bool:
    """Whether the running cell was sent off by a person's notebook.

    A front end lets cells ask its reader something, as `input` does. What executes
    notebooks on its own (nbclient, and so nbconvert, and nbval) does not.
    """
    shell = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
    kernel = getattr(shell, "kernel", None)
    if kernel is None or os.environ.get("COURSEWARE_RUN"):
        return False
    return bool(kernel.get_parent().get("content", {}).get("allow_stdin"))
