"""A network of glass: its hidden layer to look into, and to turn by dials."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from digitlib import Model, Network
from digitlib.live.digits import INPUTS, as_bytes, looked_at
from digitlib.live.figure import LiveFigure
from digitlib.live.model import disassemble
from digitlib.live.preparation import SIDE
from digitlib.numerics import sigmoid, softmax
from digitlib.pictures import plots

MOST = 100  # hidden neurons of which pictures can be seen side by side
OUTPUTS = 10
TOPS = {"Sigmoid": sigmoid, "Softmax": softmax}
# What makes a hidden neuron's activation of its sum.
BETWEEN = {"S": sigmoid, "tangent": lambda z: 0.5 + z / 4, "step": lambda z: z > 0}


class GlassNetwork(LiveFigure, module="glass"):
    """A network with one hidden layer, and the digits that it is to read.

    A digit can be picked or drawn, a neuron be opened, its picture of weights and its
    bias be turned, it can be forced to 0 or 1, and the function between sum and
    activation be taken away; whoever wants it slowly goes through it step by step.

    Parameters
    ----------
    network : Network or Model
        784 inputs, one hidden layer of at most 100 sigmoid neurons, and ten outputs.
    digits : array
        Images (n, 784), from 0 to 1, or one of them (784,), such as `DrawPad.image`.
        They are shown as bytes, 256 times the grey value.
    labels : array of int, optional
        What the digits are, (n,).
    neuron : int, optional
        The hidden neuron that is open at first; without it, the one that does most
        for the first digit's lead.

    Raises
    ------
    ValueError
        If the network is of another form, or the digits are.
    """

    def __init__(
        self,
        network: Network | Model,
        digits: np.ndarray,
        labels: np.ndarray | None = None,
        neuron: int | None = None,
    ) -> None:
        self._layers, top = _layers(network)
        given = as_bytes(digits, labels)
        self._digits, hidden = given["digits"], len(self._layers["b2"])
        view = {"shown": 0, "drawn": [], "neuron": 0, "output": None, "walk": 8}
        view |= {"strength": [1] * hidden, "bias": [0] * hidden}
        view |= {"forced": [None] * hidden, "between": "S", "top": top}
        super().__init__(self._layers | given, view)
        if neuron is None:
            neuron = self.lead()[2].argmax()
        if not 0 <= neuron < hidden:
            raise ValueError(f"neuron must be from 0 to {hidden - 1}, not {neuron}")
        self.view = {**view, "neuron": int(neuron)}

    @property
    def image(self) -> np.ndarray:
        """The digit that is shown, (784,), picked or drawn."""
        return looked_at(self.view, self._digits)

    def feedforward(self) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """Return sums and activations of the hidden layer, then those of the outputs.

        They are those of the digit that is shown, in the network as it is turned.
        """
        W2, b2, W3, b3 = self._layers.values()
        strength, bias, forced = (
            np.array(self.view[name], float) for name in ("strength", "bias", "forced")
        )
        z2 = strength * (W2 @ self.image) + b2 + bias
        said = BETWEEN[self.view["between"]](z2)
        a2 = np.where(np.isnan(forced), said, forced)
        z3 = W3 @ a2 + b3
        return z2, a2, z3, TOPS[self.view["top"]](z3)

    def lead(self) -> tuple[int, int, np.ndarray]:
        """Return the highest output, the one after it, and each neuron's share."""
        _, a2, z3, _ = self.feedforward()
        second, first = np.argsort(z3)[-2:]
        W3 = self._layers["W3"]
        return first, second, (W3[first] - W3[second]) * a2

    def pictures(self) -> np.ndarray:
        """Return the weights as pictures: of the neurons, or of the one linear map."""
        W2, _, W3, _ = self._layers.values()
        if self.view["between"] != "tangent":
            return np.array(self.view["strength"])[:, None] * W2
        free = np.array([forced is None for forced in self.view["forced"]])
        return W3 * (free * self.view["strength"]) @ W2 / 4

    def picture(self) -> tuple[Figure, str]:
        """Return the pictures of weights with the digit over them, and ten bars."""
        _, a2, z3, a3 = self.feedforward()
        pictures, linear = self.pictures(), self.view["between"] == "tangent"
        first, second, _ = self.lead()
        columns = 5 if linear else 10 if len(pictures) % 8 else 8
        rows = -(-len(pictures) // columns)
        size = 6.6, 6.6 / columns * rows * HIGH / WIDE + 1.3
        ratios = [size[1] - 1.3, 1.3]
        figure = plots.plt.figure(figsize=size)
        layout = figure.add_gridspec(2, 2, width_ratios=[1, 5], height_ratios=ratios)
        weights = figure.add_subplot(layout[0, :])
        titles = [f"{j}: {said:.2f}" for j, said in enumerate(z3 if linear else a2)]
        _draw_tiles(weights, pictures, self.image, titles, columns)
        if not linear:
            weights.texts[self.view["neuron"]].set_weight("bold")
        plots.draw_digit(figure.add_subplot(layout[1, 0]), self.image)
        right = figure.add_subplot(layout[1, 1])
        right.bar(range(OUTPUTS), a3, color="#C4C4C4")[first].set_color(plots.BLUE)
        right.set(xticks=range(OUTPUTS), ylim=(0, 1), ylabel="activation")
        right.grid(visible=False, axis="x")
        what = f"The {len(pictures)} hidden neurons' pictures of weights"
        if linear:
            what = "The ten outputs' pictures, for both layers are one linear map now,"
        return figure, (
            f"{what} in grey, the outline of a digit over each, and below them ten "
            f"bars: the network reads {first}, and {second} follows."
        )


# Of a picture of weights with its title and the white around it, in its own pixels.
WIDE, HIGH, TOP = SIDE + 4, SIDE + 11, 9


def _draw_tiles(
    axes: Axes,
    pictures: np.ndarray,
    digit: np.ndarray,
    titles: Sequence[str],
    columns: int,
) -> None:
    """Draw pictures with a digit's outline and their titles.

    They are like those of `inspection.draw_signed`, but in one: so many axes would
    take seconds.
    """
    rows = -(-len(pictures) // columns)
    values = np.full((rows * HIGH, columns * WIDE), np.nan)
    ink = np.zeros(values.shape)
    for k, (picture, title) in enumerate(zip(pictures, titles, strict=True)):
        top, left = k // columns * HIGH + TOP, k % columns * WIDE + 2
        place = slice(top, top + SIDE), slice(left, left + SIDE)
        values[place] = (picture / (np.abs(picture).max() or 1)).reshape(SIDE, SIDE)
        ink[place] = digit.reshape(SIDE, SIDE)
        middle = {"ha": "center", "va": "bottom", "size": 9}
        axes.text(left + SIDE / 2 - 0.5, top - 1.5, title, **middle)
    axes.imshow(values, cmap="gray_r", vmin=-1, vmax=1)
    for colour, width in (("white", 1.3), (plots.ORANGE, 0.6)):
        axes.contour(ink, [0.4], colors=colour, linewidths=width)
    axes.set_axis_off()


def _layers(network: Network | Model) -> tuple[dict[str, np.ndarray], str]:
    """Return W2, b2, W3 and b3 in float32, and the kind of the last layer."""
    found = disassemble(network)
    if found is None:
        raise ValueError(
            "network must be a Network or Model of digitlib, of layers that the "
            f"figures know; not {type(network)}"
        )
    layers, arrays = found
    kinds = [layer["kind"] for layer in layers]
    glass = kinds[:3] == ["Dense", "Sigmoid", "Dense"] and len(kinds) == 4
    if not glass or kinds[3] not in TOPS:
        raise ValueError(
            "a glass network has one hidden layer of sigmoid neurons, and sigmoid or "
            f"softmax at its top; not {', '.join(kinds)}"
        )
    W2, b2, W3, b3 = arrays.values()
    sizes = W2.shape[1], len(W2), len(W3)
    if sizes[::2] != (INPUTS, OUTPUTS) or len(W2) > MOST:
        raise ValueError(
            f"a glass network has {INPUTS} inputs, at most {MOST} hidden neurons and "
            f"{OUTPUTS} outputs, not {sizes}"
        )
    return {"W2": W2, "b2": b2, "W3": W3, "b3": b3}, kinds[3]
