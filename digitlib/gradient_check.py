"""Gradients by central differences, to hold backpropagation's against."""

from collections.abc import Callable, Sequence

import numpy as np

from digitlib.arguments import generator
from digitlib.classifier import Classifier
from digitlib.layers import Layer

STEP = 1e-5  # near the cube root of float64's precision: rounding and curvature agree


def check_gradients(
    network: Classifier,
    X: np.ndarray,
    Y: np.ndarray,
    samples: int | None = None,
    rng: int | np.random.Generator = 0,
) -> float:
    """Return how far a network's gradients are from central differences.

    Parameters
    ----------
    network : Network or Model
        Anything with `weights`, `biases`, `parameters`, `cost(X, Y)`,
        `gradients(X, Y)` and `astype(dtype)`. It is copied, not changed.
    X, Y : array
        Shapes (n, inputs) and (n, outputs): the samples whose cost is taken.
    samples : int, optional
        How many parameters of each array to try, drawn at random; all when None.
    rng : int or numpy.random.Generator
        Draws the biases and which parameters are tried.

    Returns
    -------
    float
        The worst relative error: the largest difference between two gradients of
        a parameter, divided by the largest gradient in its array; the worst array
        counts. Correct gradients give less than 1e-6, wrong ones more than 1e-3.

    Notes
    -----
    The copy computes in float64 and has random biases in place of its own: with
    biases of zero, symmetric errors can hide.
    """
    rng = generator("rng", rng)
    network = network.astype(np.float64)
    for biases in network.biases:
        biases[...] = rng.standard_normal(biases.shape)
    claimed = [array for kind in network.gradients(X, Y) for array in kind]
    return worst_error(
        lambda: network.cost(X, Y), network.parameters, claimed, samples, rng
    )


def check_layer(
    layer: Layer,
    X: np.ndarray,
    samples: int | None = None,
    rng: int | np.random.Generator = 0,
) -> float:
    """Return how far a layer's way back is from central differences.

    The cost is a sum of what the layer returns, each number with a weight of its
    own. Its derivatives by the parameters and by the inputs are tried.

    Parameters
    ----------
    layer : Layer
        It is copied, not changed. What it leaves to chance is the same each time.
    X : array
        Its input, of the shape that it takes.
    samples, rng
        As for `check_gradients`.

    Returns
    -------
    float
        The worst relative error, as for `check_gradients`.
    """
    rng = generator("rng", rng)
    layer, X = layer.astype(np.float64), np.array(X, np.float64)
    for biases in layer.parameters[1:]:
        biases[...] = rng.standard_normal(biases.shape)
    chance = int(rng.integers(2**32))

    def forward() -> np.ndarray:
        return layer.forward(X, np.random.default_rng(chance))

    importance = rng.standard_normal(forward().shape)
    errors = layer.backward(importance)
    claimed = [*layer.gradients, errors] if layer.learns else [errors]
    return worst_error(
        lambda: float(np.sum(importance * forward())),
        [*layer.parameters, X],
        claimed,
        samples,
        rng,
    )


def worst_error(
    cost: Callable[[], float],
    parameters: Sequence[np.ndarray],
    claimed: Sequence[np.ndarray],
    samples: int | None,
    rng: np.random.Generator,
) -> float:
    """Return the largest relative error of the gradients claimed for a cost.

    Parameters
    ----------
    cost : callable
        Computes the cost from the parameters' current content.
    parameters, claimed : sequence of array
        The parameters, and as many gradients.
    samples : int or None
        How many elements of each array to try; all when None.
    rng : numpy.random.Generator
        Draws which.

    Returns
    -------
    float
        That of the worst array; infinity where a shape is wrong.
    """
    worst = 0.0
    for parameter, gradient in zip(parameters, claimed, strict=True):
        if gradient.shape != parameter.shape:
            return np.inf
        count = parameter.size if samples is None else min(samples, parameter.size)
        which = rng.choice(parameter.size, count, replace=False)
        measured = central_differences(cost, parameter, which)
        worst = max(worst, relative_error(gradient.flat[which], measured))
    return worst


def central_differences(
    cost: Callable[[], float], parameter: np.ndarray, which: Sequence[int]
) -> np.ndarray:
    """Return (C(p + h) - C(p - h)) / 2h for single elements p of a parameter array.

    Parameters
    ----------
    cost : callable
        Computes C from the array's current content.
    parameter : array of float64
        Each element is moved and put back.
    which : sequence of int
        Elements to try, as indices into the flattened array.

    Returns
    -------
    array of float64
        One derivative for each entry of `which`.
    """
    measured = np.empty(len(which))
    for k, index in enumerate(which):
        before = parameter.flat[index]
        parameter.flat[index] = before + STEP
        above = cost()
        parameter.flat[index] = before - STEP
        below = cost()
        parameter.flat[index] = before
        measured[k] = (above - below) / (2 * STEP)
    return measured


def relative_error(claimed: np.ndarray, measured: np.ndarray) -> float:
    """Return the largest difference, relative to the largest of all the values."""
    scale = max(np.abs(claimed).max(), np.abs(measured).max())
    return float(np.abs(claimed - measured).max() / scale) if scale > 0 else 0.0
