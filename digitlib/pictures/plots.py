"""The pictures of the lessons: drawn alike, shown alike, described in words.

What begins with `show` shows a figure in the notebook and closes it. Its `alt` says in
one or two sentences what the picture shows, for readers who cannot see it: they travel
with the notebook into PDF and web page.

Importing this module sets the style of every figure made afterwards. Colours are
those of Okabe and Ito (2008), which colour-blind readers tell apart; lines and bars
differ in marker or hatching as well, for grey print.
"""

import base64
import io
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.text import Annotation

from digitlib.history import History
from digitlib.progress import somebody_watches

BLUE, ORANGE, GREEN, GREY = "#0072B2", "#D55E00", "#009E73", "#7F7F7F"
MARKERS = (("o", BLUE), ("s", ORANGE), ("^", GREEN), ("D", GREY))
SCREEN_DPI = 96  # pixels an inch on the page; the picture holds twice as many
PICTURE_DPI = 2 * SCREEN_DPI
STYLE = {
    "axes.grid": True,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlesize": 10,
    "figure.constrained_layout.use": True,
    "font.size": 9.5,
    "grid.alpha": 0.3,
    "image.cmap": "gray_r",
    "legend.frameon": False,
    "lines.markersize": 4,
}
plt.rcParams.update(STYLE)


def subplots(
    rows: int = 1, columns: int = 1, size: tuple[float, float] = (6.0, 3.2)
) -> tuple[Figure, Axes | np.ndarray]:
    """Return a new figure and its axes, of the course's usual size in inches."""
    return plt.subplots(rows, columns, figsize=size)


def markers(count: int) -> tuple[tuple[str, str], ...]:
    """Return so many pairs of marker and colour that can be told apart; at most 4."""
    if count > len(MARKERS):
        raise ValueError(
            f"{count} are too many for one picture: show at most {len(MARKERS)}"
        )
    return MARKERS[:count]


def show(figure: Figure, alt: str, beside: Mapping[str, object] | None = None) -> None:
    """Show a figure in the notebook, with a description, and close it.

    What is `beside` the picture is stored with it, in the metadata of the output.
    """
    from IPython.display import display  # late: slow, and there in any notebook

    data, metadata = picture(figure, alt)
    display(data, raw=True, metadata=metadata | dict(beside or {}))


def picture(figure: Figure, alt: str) -> tuple[dict, dict]:
    """Close a figure and return what a notebook stores of it: data and metadata."""
    file = io.BytesIO()
    # Without the version of Matplotlib in it, equal pictures are equal files.
    figure.savefig(file, format="png", dpi=PICTURE_DPI, metadata={"Software": None})
    plt.close(figure)
    width, height = (round(side * SCREEN_DPI) for side in figure.get_size_inches())
    data = {
        "image/png": base64.b64encode(file.getvalue()).decode("ascii"),
        "text/plain": alt,
    }
    return data, {"image/png": {"alt": alt, "width": width, "height": height}}


def draw_digit(axes: Axes, image: np.ndarray, title: str = "") -> None:
    """Draw one image (784,) or (28, 28): dark ink on white, without axes."""
    axes.imshow(np.reshape(image, (28, 28)), cmap="gray_r", vmin=0, vmax=1)
    axes.set_axis_off()
    if title:
        axes.set_title(title, fontsize=9)


def show_images(
    images: np.ndarray,
    rows: int,
    columns: int,
    alt: str,
    titles: Sequence[str] = (),
    draw: Callable[[Axes, np.ndarray, str], object] = draw_digit,
) -> None:
    """Show a grid of digits, row by row.

    Parameters
    ----------
    images : array
        Shape (n, 784) with n at most rows * columns; places left over stay white.
    titles : sequence of str, optional
        One title for each image.
    draw : callable
        Draws one of them: `draw_digit`, or `digitlib.pictures.inspection.draw_signed`.
    """
    if len(images) > rows * columns:
        raise ValueError(
            f"{len(images)} images do not fit in {rows} x {columns} places"
        )
    height = 0.72 if not titles else 0.95
    figure, axes = subplots(rows, columns, size=(0.72 * columns, height * rows))
    axes = np.ravel(axes)
    for place in axes:
        place.set_axis_off()
    titles = titles or [""] * len(images)
    for place, image, title in zip(axes[: len(images)], images, titles, strict=True):
        draw(place, image, title)
    show(figure, alt)


def show_histories(histories: Mapping[str, History], alt: str) -> None:
    """Show how accuracy grew with the epochs, one line for each history, at most four.

    They are what `Network.sgd` or `train` returned, by their labels: each run must have
    been given a test or a validation set.
    """
    marks = markers(len(histories))
    figure, axes = subplots()
    for (label, history), (marker, colour) in zip(
        histories.items(), marks, strict=True
    ):
        percent = 100 * np.array(history.validation_accuracy or history.test_accuracy)
        axes.plot(history.epochs, percent, marker=marker, color=colour, label=label)
    axes.set_xlabel("epoch")
    axes.set_ylabel("classified correctly, %")
    axes.legend(loc="lower right")
    show(figure, alt)


def show_seconds(seconds: Mapping[str, float], floor: float, alt: str) -> None:
    """Show times as bars, from top to bottom, on a logarithmic axis.

    No bar can fall below `floor`, which is drawn as a dashed line.
    """
    figure, axes = subplots(size=(6.5, 0.9 + 0.28 * len(seconds)))
    bars = axes.barh(list(seconds), list(seconds.values()), color=BLUE, height=0.65)
    axes.bar_label(bars, fmt="%.3f", padding=3, fontsize=8.5)
    axes.axvline(floor, color=ORANGE, ls="--")
    top = axes.get_xaxis_transform()
    label = f"floor {floor:.3f}"
    axes.text(floor, 1.01, label, transform=top, ha="center", fontsize=8.5)
    largest = max(*seconds.values(), floor)
    axes.set(xscale="log", xlim=(floor / 2, 2 * largest), xlabel="seconds an epoch")
    axes.xaxis.set_major_formatter("{x:g}")
    axes.invert_yaxis()
    axes.grid(visible=False, axis="y")
    show(figure, alt)


def live_history() -> Callable[[History], None]:
    """Return a function that draws a history, each time in the same place.

    `train(..., watch=live_history())` calls it after every epoch: a picture that
    grows while the network learns. It does so in a live notebook only, where
    somebody watches. When a notebook is executed to be stored, tested or printed, it
    draws nothing, and nothing of it is stored.
    """
    if not somebody_watches():
        return lambda history: None
    from IPython.display import DisplayHandle  # late, as in `show`

    handle, is_shown = DisplayHandle(), False

    def draw(history: History) -> None:
        nonlocal is_shown
        data, metadata = picture(_history_figure(history), "The training so far.")
        put = handle.update if is_shown else handle.display
        put(data, raw=True, metadata=metadata)
        is_shown = True

    return draw


def _history_figure(history: History) -> Figure:
    """Draw cost and accuracy of a training, side by side, against the epochs."""
    figure, (left, right) = subplots(1, 2, size=(6.0, 2.4))
    left.plot(history.epochs, history.train_cost, marker="o", color=BLUE)
    left.set(xlabel="epoch", ylabel="cost, training")
    if history.validation_accuracy:
        percent = 100 * np.array(history.validation_accuracy)
        right.plot(history.epochs, percent, marker="s", color=ORANGE)
    right.set(xlabel="epoch", ylabel="correct, validation, %")
    for axes in (left, right):
        axes.locator_params(axis="x", integer=True, min_n_ticks=1)
    return figure


def show_verdicts(
    images: np.ndarray, labels: np.ndarray, activations: np.ndarray, alt: str
) -> None:
    """Show digits, each above the network's ten output activations as bars.

    The bar of the true digit is blue, a wrong verdict's is orange and hatched, the
    others are grey. Of images (n, 784), true labels (n,) and activations (n, 10).
    """
    n = len(images)
    figure, axes = subplots(2, n, size=(1.15 * n, 2.5))
    axes = np.reshape(axes, (2, n))
    for k, (image, label, scores) in enumerate(
        zip(images, labels, activations, strict=True)
    ):
        verdict = int(np.argmax(scores))
        draw_digit(axes[0, k], image, f"a {label}, read as {verdict}")
        bars = axes[1, k].bar(range(10), scores, color="#C4C4C4")
        bars[verdict].set(facecolor="white", edgecolor=ORANGE, hatch="//////")
        bars[label].set(facecolor=BLUE, edgecolor=BLUE, hatch="")
        axes[1, k].set(ylim=(0, 1), xticks=range(10), yticks=[0, 0.5, 1])
        axes[1, k].tick_params(labelsize=7, labelleft=k == 0)
        axes[1, k].grid(visible=False)
    show(figure, alt)


def show_layers(sizes: Sequence[int], alt: str, most: int = 9) -> None:
    """Show a network as columns of circles, joined layer by layer, inputs first.

    Of a layer with more than `most` neurons only the two ends are drawn, with dots
    between.
    """
    figure, axes = subplots(size=(5.0, 2.9))
    columns = [_heights(size, most) for size in sizes]
    for x, (left, right) in enumerate(pairwise(columns)):
        for start in left:
            for end in right:
                axes.plot([x, x + 1], [start, end], color="#B5B5B5", lw=0.4, zorder=1)
    roles = ["inputs", *["hidden"] * (len(sizes) - 2), "outputs"]
    for x, (size, heights) in enumerate(zip(sizes, columns, strict=True)):
        axes.scatter(
            [x] * len(heights), heights, s=75, c="white", edgecolors=BLUE, zorder=2
        )
        axes.text(x, 1.13, f"{size} {roles[x]}", ha="center")
        if size > most:
            axes.scatter([x] * 3, [-0.08, 0, 0.08], s=3, c="black", zorder=2)
    axes.set(xlim=(-0.3, len(sizes) - 0.7), ylim=(-1.15, 1.3))
    axes.set_axis_off()
    show(figure, alt)


def show_graph(
    nodes: Sequence[Sequence[str]], edges: Sequence[np.ndarray], alt: str
) -> None:
    """Show a small network as a graph: what its nodes hold, what its edges carry.

    The parameters are those of `draw_graph`.
    """
    figure, axes = subplots(size=(6.6, 3.3))
    draw_graph(axes, nodes, edges)
    show(figure, alt)


def draw_graph(
    axes: Axes,
    nodes: Sequence[Sequence[str]],
    edges: Sequence[np.ndarray],
    labels: Sequence[np.ndarray] | None = None,
    backwards: bool = False,
) -> list[dict[tuple[int, int], Annotation]]:
    """Draw a small network as a graph, and return its arrows layer by layer.

    Parameters
    ----------
    nodes : sequence of sequences of str
        A text for each node, layer by layer, inputs first.
    edges : sequence of array
        Numbers along the edges between a layer and the next, of shape (nodes there,
        nodes here), as weights have it. The arrows of those below 0 are dashed, and
        of another colour.
    labels : sequence of array of str, optional
        What is written on the edges, of the same shapes; the numbers when None. Where
        there are empty ones, the others stand in the middle.
    backwards : bool
        Whether the arrows point from the outputs to the inputs.
    """
    box = {"boxstyle": "round,pad=0.45", "fc": "white", "ec": BLUE}
    paper = {"boxstyle": "round,pad=0.1", "fc": "white", "ec": "none"}
    middle = {"ha": "center", "va": "center"}
    heights = [np.linspace(1, -1, len(layer) + 2)[1:-1] for layer in nodes]
    boxes = [
        [
            axes.text(x, y, text, bbox=box, **middle)
            for text, y in zip(*pair, strict=True)
        ]
        for x, pair in enumerate(zip(nodes, heights, strict=True))
    ]
    labels = labels or [np.vectorize(short)(numbers) for numbers in edges]
    arrows = []
    for (left, right), numbers, texts in zip(
        pairwise(boxes), edges, labels, strict=True
    ):
        arrows.append({})
        # There, the labels of all edges are equally far apart.
        part = 1 / (1 + len(right) * (len(left) + 1) / (len(right) + 1))
        part = part if all(texts.flat) else 0.5
        for (k, j), number in np.ndenumerate(numbers):
            ends = np.array([left[j].get_position(), right[k].get_position()])
            arrow = {"arrowstyle": "<|-" if backwards else "-|>", "lw": 0.8}
            arrow |= {"color": ORANGE, "ls": "--"} if number < 0 else {"color": BLUE}
            arrow |= {"patchA": left[j].get_bbox_patch(), "shrinkA": 1}
            arrow |= {"patchB": right[k].get_bbox_patch(), "shrinkB": 1}
            arrows[-1][k, j] = axes.annotate(
                "", ends[1], ends[0], arrowprops=arrow, zorder=4
            )
            place = ends[0] + part * (ends[1] - ends[0])
            axes.text(*place, texts[k, j], size=8, bbox=paper, zorder=5, **middle)
    edge = max(column[0] for column in heights) + 0.25
    axes.set(xlim=(-0.25, len(nodes) - 0.75), ylim=(-edge, edge))
    axes.set_axis_off()
    return arrows


def short(number: float) -> str:
    """Return a number with as many of four decimals as it needs."""
    return np.format_float_positional(number, precision=4, trim="-")


def _heights(size: int, most: int) -> np.ndarray:
    """Return the heights of a column's circles, with a gap for those left out."""
    if size <= most:
        return np.linspace(-1, 1, size) if size > 1 else np.zeros(1)
    upper = np.linspace(1, 0.3, most // 2)
    return np.concatenate([upper, -upper])
