"""Gradients by central differences, to hold backpropagation's against."""

from collections.abc import Callable, Sequence

import numpy as np

from digitlib.arguments import generator
from digitlib.network import Network

STEP = 1e-5  # near the cube root of float64's precision: rounding and curvature agree


def check_gradients(
    network: Network,
    X: np.ndarray,
    Y: np.ndarray,
    samples: int | None = None,
    rng: int | np.random.Generator = 0,
) -> float:
    """Return how far a network's gradients are from central differences.

    Parameters
    ----------
    network : Network
        Anything with `weights`, `biases`, `cost(X, Y)`, `gradients(X, Y)` and
        `astype(dtype)`. It is copied, not changed.
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
    parameters = [*network.weights, *network.biases]
    worst = 0.0
    for parameter, gradient in zip(parameters, claimed, strict=True):
        if gradient.shape != parameter.shape:
            return np.inf
        count = parameter.size if samples is None else min(samples, parameter.size)
        which = rng.choice(parameter.size, count, replace=False)
        measured = central_differences(lambda: network.cost(X, Y), parameter, which)
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
