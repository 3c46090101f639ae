"""What was measured, as tables and pictures."""

from pathlib import Path

import numpy as np
from convolution import TORCH
from matplotlib.ticker import LogLocator, NullLocator
from training import FLOOR

from digitlib.pictures import plots

LOOP, DIGITLIB = "loop over samples (lesson 3)", "digitlib"
SPEEDS = {LOOP: "times the loop's speed", TORCH: "times PyTorch's speed"}
Results = dict[str, dict[str, object]]
Row = tuple[str, ...]


def ratios(
    results: Results, above: str, below: str, clock: str = "seconds"
) -> np.ndarray:
    """Return seconds of one over seconds of the other, round by round."""
    return np.divide(results[above][clock], results[below][clock])


def spread(values: np.ndarray, digits: int = 1) -> str:
    """Return the median and the range, as text."""
    median, low, high = np.median(values), np.min(values), np.max(values)
    return f"{median:.{digits}f} ({low:.{digits}f} to {high:.{digits}f})"


def ranking(results: Results) -> list[str]:
    """Return the names of those that took part, slowest first."""
    took_part = [name for name in results if "seconds" in results[name]]
    return sorted(took_part, key=lambda name: -np.median(results[name]["seconds"]))


def race_rows(results: Results, measure: str = LOOP) -> list[Row]:
    """Return the table of the race: a heading, and a row for each contestant.

    Speeds are told in those of the contestant whose name is `measure`.
    """
    rows: list[Row] = [
        ("one epoch", "seconds", SPEEDS[measure], "times the floor", "note")
    ]
    for name in ranking(results):
        rows.append(
            (
                name,
                f"{np.median(results[name]['seconds']):.3f}",
                _speed(results, name, measure),
                spread(ratios(results, name, FLOOR), 2) if name != FLOOR else "1",
                str(results[name]["note"]),
            )
        )
    absent = [name for name in results if "missing" in results[name]]
    return [
        *rows,
        *((name, "-", "-", "-", results[name]["missing"]) for name in absent),
    ]


def processor_rows(results: Results, measure: str = LOOP) -> list[Row]:
    """Return the race by processor time, and who did the same arithmetic."""
    clock = "processor seconds"
    rows: list[Row] = [
        (
            "one epoch",
            clock,
            SPEEDS[measure],
            "times the floor",
            "processors used",
            "largest error of a weight",
        )
    ]
    for name in ranking(results):
        used = np.divide(results[name][clock], results[name]["seconds"])
        found = results[name]["deviation"]
        rows.append(
            (
                name,
                f"{np.median(results[name][clock]):.3f}",
                _speed(results, name, measure, clock),
                spread(ratios(results, name, FLOOR, clock), 2),
                f"{np.median(used):.2f}",
                "-" if found is None else f"{found:.0e}",
            )
        )
    return rows


def as_text(rows: list[Row]) -> str:
    """Return rows as columns of equal width."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = (
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        for row in rows
    )
    return "\n".join(line.rstrip() for line in lines)


def as_markdown(rows: list[Row]) -> str:
    """Return rows as a table in Markdown."""
    heading, *others = rows
    line = "|---" * len(heading) + "|"
    return "\n".join(
        [_markdown_row(heading), line, *(_markdown_row(row) for row in others)]
    )


def verdicts(results: Results) -> dict[str, object]:
    """Return how digitlib stands: to the floor and to everybody else."""
    return {
        "times the floor": float(np.median(ratios(results, DIGITLIB, FLOOR))),
        "times the speed of": {
            name: float(np.median(ratios(results, name, DIGITLIB)))
            for name in ranking(results)
            if name not in (DIGITLIB, FLOOR)
        },
    }


def draw_race(results: Results, path: Path) -> None:
    """Draw the seconds of an epoch as bars, and the floor as a line."""
    names = [name for name in ranking(results) if name != FLOOR][::-1]
    seconds = [np.array(results[name]["seconds"]) for name in names]
    medians = np.array([np.median(s) for s in seconds])
    ends = np.array([[s.min(), s.max()] for s in seconds]).T
    figure, axes = plots.subplots(size=(7.0, 0.5 + 0.38 * len(names)))
    bars = axes.barh(
        names,
        medians,
        xerr=np.abs(ends - medians),
        color="#C4C4C4",
        error_kw={"ecolor": "black", "capsize": 2, "lw": 0.8},
    )
    for name, bar in zip(names, bars, strict=True):
        if name.startswith("digitlib"):
            bar.set(facecolor=plots.BLUE)
    for y, median, end in zip(range(len(names)), medians, ends[1], strict=True):
        axes.text(end * 1.08, y, f"{median:.3f}", va="center", fontsize=8.5)
    floor = np.median(results[FLOOR]["seconds"])
    axes.axvline(floor, color=plots.ORANGE, ls="--")
    top, label = axes.get_xaxis_transform(), f"floor {floor:.3f}"
    axes.text(floor, 1.01, label, transform=top, ha="center", fontsize=8.5)
    axes.set(
        xscale="log", xlim=(floor / 1.6, ends.max() * 2), xlabel="seconds an epoch"
    )
    axes.xaxis.set_major_formatter("{x:g}")
    axes.grid(visible=False, axis="y")
    figure.savefig(path, dpi=plots.PICTURE_DPI)


def draw_growth(results: Results, path: Path) -> None:
    """Draw the time of an epoch against the sizes of the task."""
    figure, axes = plots.subplots(1, len(results), size=(9.5, 2.8))
    for place, (name, curve) in zip(axes, results.items(), strict=True):
        place.loglog(curve["sizes"], curve["seconds"], "o-", color=plots.BLUE)
        place.set_xlabel(name)
        for axis in (place.xaxis, place.yaxis):
            axis.set_major_locator(LogLocator(subs=(1, 2, 5)))
            axis.set_major_formatter("{x:g}")
            axis.set_minor_locator(NullLocator())
        place.tick_params(labelsize=7)
        if "slope" in curve:
            place.set_title(f"slope {curve['slope']:.2f}")
    axes[0].set_ylabel("processor seconds an epoch")
    figure.savefig(path, dpi=plots.PICTURE_DPI)


def _speed(results: Results, name: str, measure: str, clock: str = "seconds") -> str:
    """Return how many times as fast as `measure` a contestant is; "-" without it."""
    if name == measure:
        return "1"
    if "missing" in results[measure]:
        return "-"
    return spread(ratios(results, measure, name, clock), 1 if measure == LOOP else 2)


def _markdown_row(row: Row) -> str:
    return "| " + " | ".join(row) + " |"
