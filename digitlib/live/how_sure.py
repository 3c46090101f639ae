"""One digit and three knobs: what changes a verdict, and what only how sure it is."""

import numpy as np
from matplotlib.figure import Figure

from digitlib import Model, arguments
from digitlib.costs import CrossEntropy, QuadraticCost
from digitlib.live.digits import INPUTS, as_bytes, looked_at
from digitlib.live.figure import LiveFigure
from digitlib.live.model import disassemble
from digitlib.live.preparation import SIDE
from digitlib.numerics import one_hot, softmax
from digitlib.pictures import plots

OUTPUTS = 10
# Those below the softmax that digitlib/live/how_sure.js can go through backwards.
KINDS = {"Centre", "Dense", "ReLU", "Sigmoid", "Tanh"}
BLACK = 0.1  # a pixel's change that is drawn black; its opposite is white


class HowSure(LiveFigure, module="how_sure"):
    """A digit to move, to change uphill and to read at any temperature.

    It can be picked or drawn, moved by whole pixels, and changed by epsilon in every
    pixel, by the sign of the gradient of its cost, equation (FGS); and the scores can
    be divided by a temperature T. A digit without a label counts as what the network
    reads in it as it is.

    Parameters
    ----------
    network : Model
        Dense layers from 784 inputs to ten scores, with softmax and cross-entropy.
    digits : array
        Images (n, 784), from 0 to 1, or one of them (784,), such as `DrawPad.image`.
        They are shown as bytes, 256 times the grey value.
    labels : array of int, optional
        What the digits are, (n,).
    T : float, optional
        The best temperature, above 0: the figure begins with it, and marks it. Without
        one it begins with 1.
    right, up : int
        By how many pixels the digit is moved at first.
    epsilon : float
        By how much each of its pixels is changed at first, at least 0.

    Raises
    ------
    ValueError
        If the network is of another form, or the digits are.
    """

    def __init__(
        self,
        network: Model,
        digits: np.ndarray,
        labels: np.ndarray | None = None,
        T: float | None = None,
        right: int = 0,
        up: int = 0,
        epsilon: float = 0.0,
    ) -> None:
        layers, arrays = _layers(network)
        served = network.astype(np.float32).astype(np.float64)
        # The scores are what the layers give before the cost takes the softmax.
        self._scores = Model(served.layers, QuadraticCost()).feedforward
        self._slopes = served.input_gradients
        self._given = as_bytes(digits, labels)
        best = T if T is None else arguments.positive_number("T", T)
        view = {"shown": 0, "drawn": [], "right": int(right), "up": int(up)}
        view |= {"epsilon": arguments.not_negative("epsilon", epsilon)}
        view |= {"T": best or 1.0, "best": best, "layers": layers}
        super().__init__(arrays | self._given, view)

    def states(self) -> dict[str, np.ndarray]:
        """Return images (784,) by their names: as it is, and with each knob alone.

        A knob that is not turned has none; where both are, there is one with both.
        """
        epsilon, move = self.view["epsilon"], _move(self.view)
        x = looked_at(self.view, self._given["digits"])
        moved, states = shifted(x, self.view["right"], self.view["up"]), {"as it is": x}
        if move:
            states[f"moved {move}"] = moved
        if epsilon:
            states[f"\u03b5 = {epsilon:.2f} uphill"] = self._uphill(x)
        if move and epsilon:
            states["both"] = self._uphill(moved)
        return states

    def activations(self, image: np.ndarray, T: float) -> np.ndarray:
        """Return the ten activations of an image (784,) at a temperature."""
        return softmax(self._scores(image[None])[0] / T)

    def _uphill(self, image: np.ndarray) -> np.ndarray:
        """(FGS), on the cost of the digit that is shown, or read in a drawing."""
        shown, labels = self.view["shown"], self._given.get("labels")
        x = looked_at(self.view, self._given["digits"])
        known = shown is not None and labels is not None
        label = labels[shown] if known else self.activations(x, 1).argmax()
        slopes = self._slopes(image[None], one_hot(np.array([label])))[0]
        return np.clip(image + self.view["epsilon"] * np.sign(slopes), 0, 1)

    def picture(self) -> tuple[Figure, str]:
        """Return the digit in its states, what has changed, and ten bars for each."""
        states, T = self.states(), self.view["T"]
        heats = [1, T] if T != 1 else [1]
        figure, axes = plots.subplots(3, len(states), (1.65 * len(states), 4.1))
        columns, read = np.reshape(axes, (3, -1)).T, []
        for column, (name, image) in zip(columns, states.items(), strict=True):
            said = {heat: self.activations(image, heat) for heat in heats}
            _draw_state(column, image, image - states["as it is"], said)
            column[0].set_title(name, fontsize=9)
            read.append(f"{name} {said[1].argmax()}")
        if T != 1:  # in the place of what has changed of the digit as it is
            bars = columns[0][2].get_legend_handles_labels()
            columns[0][1].legend(*bars, loc="center")
        return figure, (
            "A digit as it is and as changed, what has changed in it, and its ten "
            f"activations as bars at T = {' and '.join(f'{T:.2f}' for T in heats)}. "
            f"What is read, at any T: {', '.join(read)}."
        )


def _draw_state(
    column: np.ndarray, image: np.ndarray, change: np.ndarray, said: dict
) -> None:
    """Draw an image, its change and its activations at each temperature."""
    top, middle, low = column
    plots.draw_digit(top, image)
    if change.any():
        grey = np.reshape(change, (SIDE, SIDE))
        middle.imshow(grey, cmap="gray_r", vmin=-BLACK, vmax=BLACK)
    middle.set_axis_off()
    wide = 0.8 / len(said)
    for k, (T, a) in enumerate(said.items()):
        bar = {"color": ("#C4C4C4", plots.BLUE)[k], "label": f"T = {T:.2f}"}
        low.bar(np.arange(OUTPUTS) + (k - (len(said) - 1) / 2) * wide, a, wide, **bar)
    low.set(ylim=(0, 1), xticks=range(OUTPUTS), yticks=[0, 0.5, 1])
    low.grid(visible=False)
    sure = (f"{100 * a.max():.1f} %" for a in said.values())
    low.set_xlabel(f"{a.argmax()}: {', '.join(sure)}", fontsize=9)


def _move(view: dict) -> str:
    """Return how far a view moves its digit, in words; empty if it does not."""
    right, up = view["right"], view["up"]
    words = [f"{abs(right)} {'right' if right > 0 else 'left'}"] if right else []
    words += [f"{abs(up)} {'up' if up > 0 else 'down'}"] if up else []
    return ", ".join(words)


def _layers(network: Model) -> tuple[list[dict], dict[str, np.ndarray]]:
    """Return a network's layers and their arrays; ValueError if it has others."""
    learns_so = isinstance(getattr(network, "cost_function", None), CrossEntropy)
    layers, arrays = (learns_so and disassemble(network)) or ([], {})
    kinds = {layer["kind"] for layer in layers[:-1]}
    if not kinds or kinds - KINDS:
        raise ValueError(
            "the network must be a Model of dense layers that learns with "
            f"cross-entropy, such as dense_model makes, not {network!r}"
        )
    if (network.inputs, network.outputs) != (INPUTS, OUTPUTS):
        raise ValueError(
            f"the network must have {INPUTS} inputs and {OUTPUTS} outputs, not "
            f"{network.inputs} and {network.outputs}"
        )
    return layers, arrays


def shifted(x: np.ndarray, right: int, up: int) -> np.ndarray:
    """Return an image (784,) moved by whole pixels, with paper from beyond its edge."""
    wide = np.pad(x.reshape(SIDE, SIDE), SIDE)  # farther than that is all paper
    right, up = np.clip((right, up), -SIDE, SIDE)
    top, left = SIDE + up, SIDE - right
    return wide[top : top + SIDE, left : left + SIDE].ravel()
