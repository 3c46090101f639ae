"""Backpropagation to touch: a small network forwards and back, number by number."""

from collections.abc import Sequence
from functools import partial
from itertools import pairwise

import numpy as np
from matplotlib.figure import Figure

from digitlib.gradient_check import central_differences
from digitlib.live.figure import LiveFigure
from digitlib.network import Network
from digitlib.numerics import sigmoid
from digitlib.pictures import plots

LAYERS, NEURONS = 4, 6  # at most; for more there is no room
CROWD = 8  # arrows between two layers, beyond which only one neuron's have labels


class Blame(LiveFigure, module="blame"):
    """A network's way forwards and back, equation by equation, and a nudge as judge.

    Parameters
    ----------
    weights, biases : sequence of array
        Of sigmoid neurons, layer by layer: of shape (neurons, inputs), and as many
        biases as neurons.
    x, y : array
        The inputs, and what the outputs ought to be.
    step : int, optional
        How many equations are done; all when None.

    Raises
    ------
    ValueError
        If these are not two to four layers of at most six neurons, if their shapes do
        not fit, or if there are not so many equations.

    Notes
    -----
    What is looked at first is the weight with the largest gradient. In the view it is
    `chosen`: its layer, the neuron that it leads to, the one that it comes from, all
    counted from 1 as in the text; a bias comes from 0. There, too, are the nudge `h`,
    and what the reader has `turned`.
    """

    def __init__(
        self,
        weights: Sequence[np.ndarray],
        biases: Sequence[np.ndarray],
        x: np.ndarray,
        y: np.ndarray,
        step: int | None = None,
    ) -> None:
        weights = [np.array(array, float) for array in weights]
        x, *biases, y = (np.array(array, float).ravel() for array in (x, *biases, y))
        self._sizes = (x.size, *(array.size for array in biases))
        _refuse_unfit(self._sizes, weights, y)
        self._weights, self._biases = weights, biases
        arrays = {"x": x, "y": y}
        for layer, (w, b) in enumerate(zip(weights, biases, strict=True), start=2):
            arrays |= {f"W{layer}": w, f"b{layer}": b}
        last = 3 * len(self._sizes)
        step = last if step is None else step
        if not 0 <= step <= last:
            raise ValueError(f"step must be from 0 to {last}, not {step}")
        view = {"x": x.tolist(), "y": y.tolist(), "turned": {}, "h": 1e-5}
        view |= {"step": step, "about": "chosen", "chosen": [2, 1, 1]}
        super().__init__(arrays, view)
        self.view = {**view, "chosen": self._most_to_blame()}

    def numbers(self) -> dict:
        """Return all that is computed, by the lesson's names.

        Weights W and biases b as they have been turned, sums z, activations a (the
        inputs first), the cost C, the errors (which are the gradients for the biases),
        the gradients for the weights, all layer by layer; and for what is chosen its
        gradient as `slope`, and as `quotient` what the nudge measures.
        """
        network, chosen = self._network(), self.view["chosen"]
        X, Y = (np.array([self.view[name]], float) for name in "xy")
        z, a = [], [X[0]]
        for w, b in zip(network.weights, network.biases, strict=True):
            z.append(w @ a[-1] + b)
            a.append(sigmoid(z[-1]))
        gradients, errors = network.gradients(X, Y)
        cost = partial(network.cost, X, Y)
        parameter, index = _spot(network.weights, network.biases, chosen)
        [quotient] = central_differences(cost, parameter, [index], self.view["h"])
        slopes, index = _spot(gradients, errors, chosen)
        return {
            **{"W": network.weights, "b": network.biases, "z": z, "a": a},
            **{"C": cost(), "errors": errors, "gradients": gradients},
            **{"slope": float(slopes.flat[index]), "quotient": float(quotient)},
        }

    def _network(self) -> Network:
        """Return the network with what has been turned."""
        network = Network(self._sizes, dtype=np.float64)
        network.weights = [array.copy() for array in self._weights]
        network.biases = [array.copy() for array in self._biases]
        for key, value in self.view["turned"].items():
            place = [int(number) for number in key.split(",")]
            parameter, index = _spot(network.weights, network.biases, place)
            parameter.flat[index] = value
        return network

    def _most_to_blame(self) -> list[int]:
        """Return where the weight with the largest gradient is."""
        gradients = self.numbers()["gradients"]
        sizes = {
            (layer, to + 1, heard + 1): abs(slope)
            for layer, slopes in enumerate(gradients, start=2)
            for (to, heard), slope in np.ndenumerate(slopes)
        }
        return list(max(sizes, key=sizes.get))

    def picture(self) -> tuple[Figure, str]:
        """Return the graph with all that is computed so far, and its words."""
        now, step, last = self.numbers(), self.view["step"], len(self._sizes)
        layer, to, heard = self.view["chosen"]
        nodes = [[f"x {plots.short(value)}" for value in self.view["x"]]]
        nodes += [self._inside(now, upper) for upper in range(2, last + 1)]
        size = 2.64 * max(last, 3) - 1.32, 0.6 + max(self._sizes)
        figure, axes = plots.subplots(size=size)
        backwards, done = step >= 2 * last, step >= 3 * last
        arrows = plots.draw_graph(axes, nodes, now["W"], self._labels(now), backwards)
        if heard:
            arrows[layer - 2][to - 1, heard - 1].arrow_patch.set_linewidth(2.4)
        cost = f"C = {now['C']:.4f}" if step >= 2 * last - 1 else ""
        verdict = self._verdict(now)
        axes.set_title(f"{cost}\n{verdict}")
        way = "outputs to the inputs" if backwards else "inputs to the outputs"
        inside = " ".join(
            f"Layer {number}: {'; '.join(texts)}.".replace("\n", ", ")
            for number, texts in enumerate(nodes, start=1)
        )
        return figure, (
            f"The network as a graph, its arrows from the {way}, dashed where a weight "
            f"is negative. They show the weights{' and their gradients' * done}. "
            f"{inside} {cost}{'. ' * bool(cost)}The {verdict}."
        )

    def _labels(self, now: dict) -> list[np.ndarray]:
        """Return what is written on the arrows."""
        layer, to, _ = self.view["chosen"]
        done = self.view["step"] >= 3 * len(self._sizes)
        labels = [np.full(w.shape, "", object) for w in now["W"]]
        for upper, (w, texts) in enumerate(zip(now["W"], labels, strict=True), start=2):
            for place, weight in np.ndenumerate(w):
                if w.size <= CROWD or (upper, to) == (layer, place[0] + 1):
                    slope = now["gradients"][upper - 2][place]
                    below = f"\n{slope:.4f}" if done else ""
                    texts[place] = plots.short(weight) + below
        return labels

    def _inside(self, now: dict, layer: int) -> list[str]:
        """Return what is written in the neurons of a layer."""
        last = len(self._sizes)
        rows = [  # a name, the numbers, and the equation that finds them
            ("z", now["z"][layer - 2], 2 * layer - 3),
            ("a", now["a"][layer - 1], 2 * layer - 2),
            ("ε", now["errors"][layer - 2], 3 * last - layer),
        ]
        found = [row for row in rows if self.view["step"] >= row[2]]
        texts = []
        for k, bias in enumerate(now["b"][layer - 2]):
            lines = [f"{name} {values[k]:.4f}" for name, values, _ in found]
            lines.append(f"b {plots.short(bias)}")
            if layer == last:
                lines.append(f"y {plots.short(self.view['y'][k])}")
            texts.append("\n".join(lines))
        return texts

    def _verdict(self, now: dict) -> str:
        """Return what the equation and the nudge say of what is chosen."""
        layer, to, heard = self.view["chosen"]
        last = len(self._sizes)
        name = f"bias of {self._neuron(layer, to)}"
        if heard:
            speaker = self._neuron(layer - 1, heard)
            name = f"weight from {speaker} to {self._neuron(layer, to)}"
        h = np.format_float_positional(self.view["h"], trim="-")
        said = f"{name}: {now['quotient']:.4f} by a nudge of {h}"
        if self.view["step"] >= 3 * last - (not heard):
            said += f", {now['slope']:.4f} by (BP{4 if heard else 3})"
        return said

    def _neuron(self, layer: int, k: int) -> str:
        last = len(self._sizes)
        if layer in (1, last):
            return f"{'input' if layer == 1 else 'output'} {k}"
        return f"hidden neuron {k}" if last == 3 else f"neuron {k} of layer {layer}"


def _spot(
    weights: Sequence[np.ndarray], biases: Sequence[np.ndarray], place: Sequence[int]
) -> tuple[np.ndarray, int]:
    """Return the array and the flat index where a weight or a bias is."""
    layer, to, heard = place
    if not heard:
        return biases[layer - 2], to - 1
    return weights[layer - 2], (to - 1) * weights[layer - 2].shape[1] + heard - 1


def _refuse_unfit(
    sizes: tuple[int, ...], weights: list[np.ndarray], y: np.ndarray
) -> None:
    """Raise ValueError unless layers of these sizes can be shown, and all fits them."""
    if not 2 <= len(sizes) <= LAYERS or not 1 <= min(sizes) <= max(sizes) <= NEURONS:
        raise ValueError(
            f"blame shows two to {LAYERS} layers of at most {NEURONS} neurons, "
            f"not {sizes}"
        )
    shapes = [(neurons, heard) for heard, neurons in pairwise(sizes)]
    found = [array.shape for array in weights]
    if found != shapes or y.size != sizes[-1]:
        raise ValueError(
            f"layers of {sizes} need weights of {shapes} and {sizes[-1]} targets, "
            f"not {found} and {y.size}"
        )
