"""Pictures of what goes on inside a network, and of what its verdicts are worth.

Shown like those of `digitlib.pictures.plots`. Whatever may be positive or negative is
drawn in greys about a middle grey that stands for 0: dark is positive.
"""

from collections.abc import Container, Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes

from digitlib import arguments
from digitlib.metrics import Calibration
from digitlib.pictures import plots

SIDE = 28
FEWEST = 5  # verdicts that a point of a reliability diagram stands for
# Colours for ten classes. The digits themselves are drawn, so nothing rests on them.
TEN_COLOURS = (
    "black",
    plots.BLUE,
    plots.ORANGE,
    plots.GREEN,
    "#AA3377",
    "#8C6D00",
    "#56B4E9",
    plots.GREY,
    "#5B2C9E",
    "#7A3B10",
)


def draw_signed(
    axes: Axes, values: np.ndarray, title: str = "", outline: np.ndarray | None = None
) -> None:
    """Draw 784 numbers as a picture: middle grey is 0, dark positive, light negative.

    Parameters
    ----------
    axes : Axes
        Where to draw.
    values : array
        Shape (784,) or (28, 28). The largest, up to its sign, is black or white.
    title : str
        Stands above the picture.
    outline : array, optional
        An image of a digit, whose outline is drawn over the picture.
    """
    values = np.reshape(values, (SIDE, SIDE))
    largest = np.abs(values).max() or 1.0
    axes.imshow(values, cmap="gray_r", vmin=-largest, vmax=largest)
    if outline is not None:
        ink = np.reshape(outline, (SIDE, SIDE))
        # White on both sides, so that it stands out from any grey in grey print.
        for colour, width in (("white", 1.3), (plots.ORANGE, 0.6)):
            axes.contour(ink, [0.4], colors=colour, linewidths=width)
    axes.set_axis_off()
    if title:
        axes.set_title(title, fontsize=9)


def show_rows(
    rows: Mapping[str, np.ndarray],
    alt: str,
    titles: Mapping[str, Sequence[str]] | None = None,
    signed: Container[str] = (),
    outlined: Container[str] = (),
) -> None:
    """Show pictures that belong together one below the other, in named rows.

    Parameters
    ----------
    rows : mapping from str to array
        Name of each row, and its pictures (n, 784); n is the same for all.
    titles : mapping from str to sequence of str, optional
        For the rows that it names, a title above each picture.
    signed : container of str
        Rows whose numbers have signs; see `draw_signed`.
    outlined : container of str
        Those of them that are drawn with the outlines of the first row.
    """
    titles = titles or {}
    first = next(iter(rows.values()))
    height = 0.3 + sum(1.0 + 0.2 * (name in titles) for name in rows)
    size = (0.7 + 0.95 * len(first), height)
    figure, axes = plots.subplots(len(rows), len(first), size=size)
    axes = np.reshape(axes, (len(rows), len(first)))
    for places, (name, pictures) in zip(axes, rows.items(), strict=True):
        above = titles.get(name, [""] * len(first))
        for k, (place, values, title) in enumerate(
            zip(places, pictures, above, strict=True)
        ):
            if name in signed:
                outline = first[k] if name in outlined else None
                draw_signed(place, values, title, outline)
            else:
                plots.draw_digit(place, values, title)
        side = {"ha": "right", "va": "center", "transform": places[0].transAxes}
        places[0].text(-0.1, 0.5, name, size=9, **side)
    plots.show(figure, alt)


def show_neuron(
    weights: np.ndarray, images: np.ndarray, votes: np.ndarray, alt: str
) -> None:
    """Show a hidden neuron: its weights, images that excite it, and whom it votes for.

    Weights are (784,), images (n, 784), and votes (10,) the weights with which the
    outputs listen to it.
    """
    n = len(images)
    ratios = [1.2, *[1] * n, 2.6]
    figure = plots.plt.figure(figsize=(6.6, 1.35))
    axes = figure.subplots(1, n + 2, width_ratios=ratios)
    draw_signed(axes[0], weights, "weights")
    for place, image in zip(axes[1:-1], images, strict=True):
        plots.draw_digit(place, image)
    bars = axes[-1].bar(range(10), votes, color=plots.BLUE)
    for bar, vote in zip(bars, votes, strict=True):
        if vote < 0:
            bar.set(facecolor="white", edgecolor=plots.ORANGE, hatch="//////")
    axes[-1].axhline(0, color="black", lw=0.6)
    axes[-1].set(xticks=range(10), title="votes")
    axes[-1].tick_params(labelsize=7)
    axes[-1].grid(visible=False)
    plots.show(figure, alt)


def show_confusion(matrix: np.ndarray, alt: str) -> None:
    """Show a confusion matrix (10, 10), its mistakes the darker the more there are."""
    mistakes = matrix - np.diag(matrix.diagonal())
    figure, axes = plots.subplots(size=(4.6, 4.3))
    axes.imshow(mistakes, cmap="Oranges", vmin=0, vmax=max(1, 1.3 * mistakes.max()))
    for (row, column), count in np.ndenumerate(matrix):
        right = {"weight": "bold", "color": plots.BLUE} if row == column else {}
        if count:
            middle = {"ha": "center", "va": "center", "size": 7.5}
            axes.text(column, row, str(count), **middle, **right)
    axes.set(xticks=range(len(matrix)), yticks=range(len(matrix)))
    axes.set(xlabel="is said to be a", ylabel="is a")
    axes.tick_params(length=0, labeltop=True, labelbottom=False)
    axes.xaxis.set_label_position("top")
    axes.grid(visible=False)
    plots.show(figure, alt)


def show_maps(maps: Mapping[str, np.ndarray], labels: np.ndarray, alt: str) -> None:
    """Show maps of digits side by side; each point is drawn as the digit that it is.

    The maps are points (n, 2) by their titles; all have the same labels (n,).
    """
    labels = arguments.labels_below("labels", labels, len(TEN_COLOURS))
    figure, axes = plots.subplots(1, len(maps), size=(3.3 * len(maps), 3.4))
    for place, (title, points) in zip(np.ravel(axes), maps.items(), strict=True):
        for digit, colour in enumerate(TEN_COLOURS):
            style = {"marker": f"${digit}$", "color": colour, "lw": 0.2}
            place.scatter(*points[labels == digit].T, s=17, **style)
        place.set(title=title, xticks=[], yticks=[])
    plots.show(figure, alt)


def show_reliability(calibrations: Mapping[str, Calibration], alt: str) -> None:
    """Show accuracy against confidence, and how many verdicts there are of each.

    A bar spans one standard error up and down: what luck alone may do to a network that
    is as sure as right. Where there are fewer than five verdicts, luck does everything,
    and no point is drawn. At most four results of `digitlib.metrics.calibration` are
    shown, by their labels.
    """
    marks = plots.markers(len(calibrations))
    figure, (left, right) = plots.subplots(1, 2, size=(6.6, 3.0))
    left.plot([0, 1], [0, 1], ":", color="black", lw=1, label="as sure as right")
    width = 0.8 / len(calibrations)
    for k, (label, found) in enumerate(calibrations.items()):
        marker, colour = marks[k]
        filled = found.count >= FEWEST
        sure, share = found.confidence[filled], found.accuracy[filled]
        error = np.sqrt(sure * (1 - sure) / found.count[filled])
        style = {"marker": marker, "color": colour, "label": label, "capsize": 2}
        style |= {"lw": 1, "ls": "-" if k == 0 else "--"}
        left.errorbar(sure, share, error, **style)
        places = np.arange(len(found.count)) + (k - (len(calibrations) - 1) / 2) * width
        style = {"color": colour} if k == 0 else {"fc": "white", "ec": colour}
        style["hatch"] = "" if k == 0 else "//////"
        right.bar(places, found.count, width, label=label, **style)
    left.set(xlabel="confidence", ylabel="share of right verdicts")
    left.set(xlim=(0, 1.02), ylim=(0, 1.05))
    left.legend(loc="lower right", fontsize=8)
    bins = len(found.count)
    ends = [f"{end:g}" for end in np.linspace(0, 1, bins + 1)]
    right.set(yscale="log", xlabel="confidence", ylabel="verdicts")
    right.set_xticks(np.arange(bins + 1) - 0.5, ends)
    right.tick_params(labelsize=7.5)
    plots.show(figure, alt)
