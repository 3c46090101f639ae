"""Gauges: what goes on inside a network, to be read before its first step.

They take a `Model` and some digits, and change nothing. A `Recorder` reads on while the
model learns. What healthy networks show, lesson 6 measures: spreads and errors are
about equal from the first layer to the last, at most a fifth of a layer is dead, a step
moves the weights by a thousandth to a hundredth of their length, the loss begins near
ln 10, and the rate lies at or below the best.
"""

from collections.abc import Callable, Iterator, Sequence

import numpy as np

from digitlib import arguments
from digitlib.data.digits import Digits
from digitlib.layers import Layer, ReLU, Sigmoid, Tanh
from digitlib.model import Model
from digitlib.numerics import one_hot

NEURONS = ReLU, Sigmoid, Tanh  # the layers whose answers and errors are looked at


def activation_spreads(model: Model, digits: Digits) -> list[float]:
    """Return the standard deviation of the activations of each hidden layer."""
    return [float(A.std()) for A in _hidden_activations(model, digits)]


def dead_shares(model: Model, digits: Digits) -> list[float]:
    """Return, layer by layer, the share of neurons that say the same of all digits."""
    said = _hidden_activations(model, digits)
    return [float(np.mean(np.ptp(A, axis=0) == 0)) for A in said]


def error_sizes(model: Model, digits: Digits) -> list[float]:
    """Return the root mean square of a digit's errors in each hidden layer."""
    X, Y = _arrays(model, digits)
    *_, (_, scores) = _walk(model, X)
    error = model.cost_function.error(scores, Y) * len(X)
    sizes = []
    for layer in reversed(model.layers):
        error = layer.backward(error)
        if isinstance(layer, NEURONS):
            sizes.append(float(np.sqrt(np.mean(error**2))))
    return sizes[::-1]


def update_sizes(model: Model, digits: Digits, eta: float) -> list[float]:
    """Return how far a step of descent moves each layer's weights.

    It is the step's length as a part of the weights' length. Where these are all 0, it
    is infinite.
    """
    for_weights, _ = model.gradients(*_arrays(model, digits))
    length = np.linalg.norm
    pairs = zip(for_weights, model.weights, strict=True)
    with np.errstate(divide="ignore", invalid="ignore"):
        return [float(eta * length(g) / length(w)) for g, w in pairs]


def loss(model: Model, digits: Digits) -> float:
    """Return the cost, which begins near ln 10 if the network is sure of nothing."""
    return model.cost(*_arrays(model, digits))


def loss_by_rate(
    make: Callable[[], Model],
    digits: Digits,
    rates: Sequence[float],
    batch_size: int = 64,
) -> np.ndarray:
    """Return the loss after one pass of plain descent at each rate: a rate finder.

    Parameters
    ----------
    make : callable
        Returns the network, as it begins, whenever it is called.
    digits : Digits
        What it learns from and is asked about; 1,280 are enough for a rough answer.
    rates : sequence of float
        Evenly spread on a logarithmic scale, as a rule.
    batch_size : int
        Digits in a step.

    Returns
    -------
    array
        One loss for each rate, infinite where it has grown beyond all numbers. Where
        it is lowest is the best rate for the first steps; later a smaller one is safer.
    """
    order = np.random.default_rng(0).permutation(len(digits))
    starts = range(0, len(digits), batch_size)
    batches = [digits[order[start : start + batch_size]] for start in starts]
    return np.array([_loss_after(make(), batches, digits, rate) for rate in rates])


def loss_by_heart(
    make: Callable[[], Model], digits: Digits, eta: float, steps: int = 200
) -> float:
    """Return the loss on a few digits after so many steps on just these.

    Twenty will do: what can learn at all learns them by heart. Infinite if the loss has
    grown beyond all numbers.
    """
    return _loss_after(make(), [digits] * steps, digits, eta)


class Recorder(Layer):
    """A layer that changes nothing, and notes what passes while a model learns.

    Put one wherever you want to listen, `model.layers.insert(3, Recorder())`, and
    train. What passes when the model is only asked, it does not note.

    Parameters
    ----------
    highest : float
        Activations from 0 to this are told apart, in `BINS` equal steps. Others are
        not counted.

    Attributes
    ----------
    counts : list of array
        For each step of the training, how many activations there were of which size.
    errors : list of float
        For each step, the root mean square of a digit's errors.
    """

    BINS = 40
    settings = ("highest",)

    def __init__(self, highest: float = 8.0) -> None:
        self.highest = arguments.positive_number("highest", highest)
        self.counts: list[np.ndarray] = []
        self.errors: list[float] = []
        self._listens = False

    def forward(
        self, X: np.ndarray, rng: np.random.Generator | None = None
    ) -> np.ndarray:
        """Return X, and count its numbers by size if the model learns."""
        self._listens = rng is not None
        if self._listens:
            self.counts.append(np.histogram(X, self.BINS, (0, self.highest))[0])
        return X

    def backward(self, error: np.ndarray, to_inputs: bool = True) -> np.ndarray:
        """Return the errors, and note their size if the model learns."""
        if self._listens:
            size = len(error) * np.sqrt(np.mean(error**2))
            self.errors.append(float(size))
        return error


def _loss_after(
    model: Model, batches: Sequence[Digits], digits: Digits, eta: float
) -> float:
    eta = arguments.positive_number("eta", eta)
    rng = np.random.default_rng(0)
    with np.errstate(all="ignore"):  # beyond a good rate numbers overflow
        for batch in batches:
            _, gradients = model.cost_and_gradients(*_arrays(model, batch), rng)
            for p, g in zip(model.parameters, gradients, strict=True):
                p -= eta * g
        found = loss(model, digits)
    return found if np.isfinite(found) else np.inf


def _arrays(model: Model, digits: Digits) -> tuple[np.ndarray, np.ndarray]:
    images, labels = arguments.samples("digits", digits, model.inputs, model.outputs)
    Y = one_hot(labels, model.outputs)
    return images.astype(model.dtype, copy=False), Y.astype(model.dtype, copy=False)


def _hidden_activations(model: Model, digits: Digits) -> Iterator[np.ndarray]:
    X, _ = _arrays(model, digits)
    return (A for layer, A in _walk(model, X) if isinstance(layer, NEURONS))


def _walk(model: Model, X: np.ndarray) -> Iterator[tuple[Layer, np.ndarray]]:
    """Go up through the layers, and yield each with what it makes of X."""
    for layer in model.layers:
        X = layer.forward(X)
        yield layer, X
