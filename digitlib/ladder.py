"""The ladder of the course: how many test digits each lesson's best reader reads.

A lesson climbs it where it opens the test set. The rungs of the lessons before stand in
``ladder.json``, which only `make notebooks` writes, on the full MNIST, from what the
lessons have stored (``tools/ladder.py``).
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from matplotlib.axes import Axes

from digitlib.data import MNIST
from digitlib.pictures import plots
from digitlib.progress import somebody_watches

FILE = Path(__file__).with_name("ladder.json")
DARK = "#555555"
RUNGS = "rungs"  # where a picture's metadata carry what a lesson has reached


class Rung(NamedTuple):
    """A reader, the share of the test digits that it reads, and how far that scatters.

    The scatter is what another seed or another machine may change, up or down.
    """

    name: str
    accuracy: float
    scatter: float


def stored_rungs() -> list[Rung]:
    """Return the rungs of all lessons, the lowest first."""
    return [Rung(**rung) for rung in json.loads(FILE.read_text("utf-8"))]


def climb(reached: Mapping[str, float], mnist: MNIST, scatter: float = 0.001) -> None:
    """Draw the ladder up to the rungs that a lesson has just reached.

    On the sample, and for a reader who has changed the lesson, what was reached lies
    beside the stored rung.

    Parameters
    ----------
    reached : mapping
        By the names of the readers, the share of the test digits that each reads; the
        best last.
    mnist : MNIST
        Where these digits are from.
    scatter : float
        By how much another seed or another machine may change the shares.

    Raises
    ------
    ValueError
        If, while a program runs the lesson on the full MNIST, a share is further from
        the stored one than that one's scatter.
    """
    mine = [Rung(name, float(share), scatter) for name, share in reached.items()]
    stored = stored_rungs()
    known = {rung.name: rung for rung in stored}
    here = [known.get(rung.name, rung) for rung in mine]
    lowest = min(rung.accuracy for rung in here)
    below = [rung for rung in stored if rung.accuracy < lowest]
    beside = []
    for rung, own in zip(here, mine, strict=True):
        if not mnist.is_sample and not somebody_watches():
            _hold(own, rung)
        if abs(own.accuracy - rung.accuracy) > rung.scatter:
            beside.append(own)
    _show([*below, *here], len(here), beside, mine if not mnist.is_sample else [])


def _hold(own: Rung, stored: Rung) -> None:
    if abs(own.accuracy - stored.accuracy) > stored.scatter:
        raise ValueError(
            f"the ladder's rung {stored.name!r} is at {_percent(stored)}, give or take "
            f"{100 * stored.scatter:g}, but the lesson reaches {_percent(own)}. If it "
            f"shall, take the rung out of digitlib/ladder.json, and make the notebooks."
        )


def _percent(rung: Rung) -> str:
    return f"{100 * rung.accuracy:.2f} %"


def _show(rungs: list[Rung], new: int, beside: list[Rung], keep: list[Rung]) -> None:
    """Show the rungs from below, the last `new` of them in blue; `keep` is stored."""
    figure, axes = plots.subplots(size=(6.0, 0.75 + 0.26 * len(rungs)))
    for height, rung in enumerate(rungs):
        colour = plots.BLUE if height >= len(rungs) - new else DARK
        _draw(axes, height, rung, colour, "o")
    heights = {rung.name: height for height, rung in enumerate(rungs)}
    for rung in beside:
        _draw(axes, heights[rung.name] - 0.35, rung, plots.ORANGE, "s")
    axes.set_yticks(range(len(rungs)), [rung.name for rung in rungs])
    # Stretched towards 100 %: a step halves the mistakes rather than adds per cents.
    axes.set_xscale("logit")
    axes.set(xlim=(0.07, 0.9985), ylim=(-0.6, len(rungs) - 0.4))
    ticks = 0.1, 0.5, 0.9, 0.99
    axes.set_xticks(ticks, [f"{100 * tick:g} %" for tick in ticks])
    axes.set_xticks([], minor=True)
    axes.set_xlabel("test digits read (the scale is stretched towards 100 %)")
    axes.grid(visible=False, axis="y")
    said = ", ".join(f"{rung.name} {_percent(rung)}" for rung in rungs)
    if beside:
        yours = ", ".join(f"{rung.name} {_percent(rung)}" for rung in beside)
        said += f"; beside them what was reached here: {yours}"
    kept = [rung._asdict() for rung in keep]
    plots.show(figure, f"The ladder, from below: {said}.", {RUNGS: kept})


def _draw(axes: Axes, height: float, rung: Rung, colour: str, marker: str) -> None:
    axes.hlines(height, 0.01, rung.accuracy, color=colour, lw=2)
    face = "none" if marker == "s" else colour
    axes.plot(
        rung.accuracy, height, marker, color=colour, mfc=face, ms=6, clip_on=False
    )
    axes.annotate(
        _percent(rung),
        (rung.accuracy, height),
        (7, 0),
        textcoords="offset points",
        va="center",
        fontsize=8.5,
        color=colour,
        annotation_clip=False,
    )
