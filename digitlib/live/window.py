"""A window to drag over a digit: the map that it fills, and what neurons have seen."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from numpy.lib.stride_tricks import sliding_window_view

from digitlib import Model
from digitlib.layers import Convolution, ReLU
from digitlib.live.figure import LiveFigure
from digitlib.live.model import disassemble
from digitlib.pictures import plots

FEW = 36  # numbers, that are drawn as such
SHADES = 256  # of a digit's pixel; one of whole numbers is stored as it is


class Window(LiveFigure, module="window"):
    """A picture, a filter that walks over it, and the map that it fills.

    With a network also the filters and maps of its first convolution, the maps of its
    last, what a neuron of these has seen, and the network's answers.

    Parameters
    ----------
    pictures : mapping of str to array
        What can be looked at, by name, each (rows, columns): whole numbers, or
        pixels from 0 to 1. These are shown as bytes, 256 times the grey value.
    filters : mapping of str to array
        Filters made by hand, by name, all of one size (K, K).
    network : Model, optional
        Begins with convolutions, each with a ReLU behind; the pictures are its inputs.
    place : pair of int
        The row and column of the map to which the window has walked, row by row.
    neuron : pair of int, optional
        A row and a column of the last maps. In the map that says most there, this
        neuron's receptive field is lit.

    Raises
    ------
    ValueError
        If the network has a kind of layer that the figure cannot compute.
    """

    def __init__(
        self,
        pictures: Mapping[str, np.ndarray],
        filters: Mapping[str, np.ndarray],
        network: Model | None = None,
        place: tuple[int, int] = (0, 0),
        neuron: tuple[int, int] | None = None,
    ) -> None:
        pixels = [np.asarray(each, float) for each in pictures.values()]
        scales = [1 if (each % 1 == 0).all() else SHADES for each in pixels]
        shown = [
            np.clip(np.rint(scale * each), 0, 255).astype(np.uint8)
            for each, scale in zip(pixels, scales, strict=True)
        ]
        self._pictures = [
            each / scale for each, scale in zip(shown, scales, strict=True)
        ]
        arrays = {f"picture_{k}": each for k, each in enumerate(shown)}
        arrays["filters"] = np.array([*filters.values()], np.float32)
        self._filters = [*arrays["filters"].astype(float)]
        self._layers, layers = [], []
        if network is not None:
            layers, weights = _convolutions(network)
            self._layers = network.astype(np.float64).layers[: len(layers)]
            inputs = np.array([each.ravel() for each in self._pictures], network.dtype)
            answers = network.feedforward(inputs).astype(np.float32)
            arrays |= weights | {"answers": answers}
        view = {"picture": 0, "filter": 0, "stride": 1, "padding": 0}
        view |= {"place": list(place), "neuron": None}
        names = {"pictures": list(pictures), "filters": list(filters)}
        view |= names | {"scales": scales, "layers": layers, "seen": []}
        super().__init__(arrays, view)
        row, column = place
        last = row * self.sums().shape[1] + column
        self.view = {**self.view, "seen": list(range(last + 1))}
        if neuron:
            chosen = int(self.maps()[-1][:, *neuron].argmax())
            self.view = {**self.view, "neuron": [chosen, *neuron]}

    def maps(self) -> list[np.ndarray]:
        """Return what each ReLU of the network says of the picture: stacks of maps."""
        A, found = self._picture().reshape(1, -1), []
        for layer in self._layers:
            A = layer.forward(A)
            found += [A[0]] if isinstance(layer, ReLU) else []
        return found

    def products(self) -> np.ndarray:
        """Return weights times pixels in every window: (rows, columns, K, K)."""
        a, w, _ = self._laid()
        s, P = self.view["stride"], self.view["padding"]
        return w * sliding_window_view(np.pad(a, P), w.shape)[::s, ::s]

    def sums(self) -> np.ndarray:
        """Return the whole map of the chosen filter, with its bias."""
        return self.products().sum(axis=(2, 3)) + self._laid()[2]

    def receptive_fields(self) -> list[np.ndarray]:
        """Return first and last row, and column, of what the chosen neuron has seen.

        That is (2, 2) in the picture, then in the maps of each convolution.
        """
        fields = [np.array(self.view["neuron"][1:])[:, np.newaxis].repeat(2, axis=1)]
        for layer in reversed(self._layers):
            if isinstance(layer, Convolution):
                s, P, K = (
                    np.array(each)[:, np.newaxis]
                    for each in (layer.stride, layer.padding, layer.weights.shape[2:])
                )
                fields.insert(0, s * fields[0] - P + (K - 1) * [0, 1])
        return fields

    def picture(self) -> tuple[Figure, str]:
        """Return what the window sees, or what the neuron has seen, and in words."""
        return self._seen_by_window() if self.view["neuron"] is None else self._seen()

    def _picture(self) -> np.ndarray:
        return self._pictures[self.view["picture"]]

    def _laid(self) -> tuple[np.ndarray, np.ndarray, float]:
        """Return what the chosen filter is laid on, its weights and its bias."""
        o = self.view["filter"] - len(self._filters)
        if o < 0:
            return self._picture(), self._filters[o], 0.0
        a = self._picture().reshape(1, -1)
        for layer in self._layers:
            if isinstance(layer, Convolution):
                break
            a = layer.forward(a)
        return a[0, 0], layer.weights[o, 0], layer.biases[o]

    def _seen_by_window(self) -> tuple[Figure, str]:
        s, P, (r, c) = (self.view[name] for name in ("stride", "padding", "place"))
        products, z = self.products(), self.sums()
        w, K = self._laid()[1], products.shape[2]
        known = np.isin(np.arange(z.size), self.view["seen"]).reshape(z.shape)
        wide = np.pad(self._picture(), P, constant_values=np.nan)
        figure, axes = plots.subplots(1, 4, size=(6.6, 2.1))
        _grid(axes[0], wide, (0, 1), "picture", (s * r, s * c, K, K))
        for place, numbers, title in zip(
            axes[1:3], (w, products[r, c]), ("filter", "products"), strict=True
        ):
            _grid(place, numbers, _even(numbers), title)
        _grid(axes[3], np.where(known, z, np.nan), _even(z), "map", (r, c, 1, 1))
        rows, columns = z.shape
        # A place of the map is as large as a pixel.
        beside = np.maximum(np.array(wide.shape) - z.shape, 0) / 2
        axes[3].set(xlim=(-beside[1], columns + beside[1]))
        axes[3].set(ylim=(rows + beside[0], -beside[0]))
        return figure, (
            f"Four grids: a picture with a frame around {K} by {K} pixels, a filter of "
            f"as many weights, their products, and a map of {rows} by {columns} places "
            f"with a frame around row {r}, column {c}, where it says {z[r, c]:.4g}."
        )

    def _seen(self) -> tuple[Figure, str]:
        chosen, r, c = self.view["neuron"]
        stacks = [self._picture()[np.newaxis], *self.maps()]
        stacks = [stacks[0], stacks[1], stacks[-1]]
        fields = self.receptive_fields()
        boxes = [fields[0], fields[1], fields[-1]]
        titles = ["picture", "first maps", "last maps"]
        figure, axes = plots.subplots(1, 3, size=(6.6, 2.5))
        for place, stack, box, title in zip(axes, stacks, boxes, titles, strict=True):
            framed = [chosen] if title == "last maps" else range(len(stack))
            _tiles(place, stack, box, framed)
            place.set_title(title)
        (top, bottom), (left, right) = boxes[0]
        return figure, (
            f"A digit, {len(stacks[1])} maps of the first convolution and "
            f"{len(stacks[2])} of the last. The neuron in row {r}, column {c} of map "
            f"{chosen} is framed, and what it has seen: rows {top} to {bottom} and "
            f"columns {left} to {right} of the digit, and a part of each first map."
        )


def _convolutions(network: Model) -> tuple[list[dict], dict[str, np.ndarray]]:
    """Return the layers before the first dense one, and their arrays."""
    taken = disassemble(network)
    kinds = [layer["kind"] for layer in taken[0]] if taken else []
    if "Convolution" not in kinds:
        raise ValueError("the window takes a network of convolutions, ReLUs and Dense")
    first = network.layers[kinds.index("Convolution")]
    if any(len({*pair}) > 1 for pair in (first.weights.shape[2:], first.stride)):
        raise ValueError("the first convolution's windows and strides must be square")
    layers = taken[0][: kinds.index("Flatten")]
    names = {
        f"{name}_{k}" for k in range(len(layers)) for name in ("weights", "biases")
    }
    return layers, {name: each for name, each in taken[1].items() if name in names}


def _even(numbers: np.ndarray) -> tuple[float, float]:
    """Return limits with 0 in the middle."""
    largest = np.abs(numbers).max() or 1
    return -largest, largest


def _grid(
    axes: Axes,
    numbers: np.ndarray,
    limits: tuple[float, float],
    title: str,
    frame: Sequence[int] | None = None,
) -> None:
    """Draw numbers as greys, and where there is room for them as numbers."""
    edges = {"edgecolors": "#AAAAAA"} if numbers.size <= FEW else {}
    axes.pcolormesh(numbers, vmin=limits[0], vmax=limits[1], cmap="gray_r", **edges)
    if numbers.size <= FEW:
        for (r, c), number in np.ndenumerate(numbers):
            shade = (number - limits[0]) / (limits[1] - limits[0])
            text = "" if np.isnan(number) else f"{round(number, 2) + 0:g}"
            style = {"color": "white" if shade > 0.55 else "black", "fontsize": 8}
            axes.text(c + 0.5, r + 0.5, text, ha="center", va="center", **style)
    axes.set(title=title, aspect="equal")
    axes.invert_yaxis()
    axes.set_axis_off()
    if frame:
        _frame(axes, frame, 2.5)


def _tiles(
    axes: Axes, stack: np.ndarray, box: np.ndarray, framed: Sequence[int]
) -> None:
    """Draw maps side by side, eight in a row, and a frame in some of them."""
    across = min(len(stack), 8)
    high, wide = (side + 1 for side in stack.shape[1:])
    down = -(-len(stack) // across)
    tiles = np.full((down * high + 1, across * wide + 1), np.nan)
    (top, bottom), (left, right) = box
    for k, numbers in enumerate(stack):
        row, column = k // across * high + 1, k % across * wide + 1
        shades = numbers / (numbers.max() or 1)
        tiles[row : row + high - 1, column : column + wide - 1] = shades
        if k in framed:
            size = bottom - top + 1, right - left + 1
            _frame(axes, (row + top - 0.5, column + left - 0.5, *size), 1.2)
    shades = plots.plt.get_cmap("gray_r").with_extremes(bad="#A8C4D8")
    axes.imshow(tiles, cmap=shades, vmin=0, vmax=1)
    axes.set_axis_off()


def _frame(axes: Axes, box: Sequence[int], width: float) -> None:
    """Draw a frame: row, column, height and width in cells."""
    row, column, high, wide = box
    style = {"fill": False, "edgecolor": plots.ORANGE, "linewidth": width}
    axes.add_patch(Rectangle((column, row), wide, high, clip_on=False, **style))
