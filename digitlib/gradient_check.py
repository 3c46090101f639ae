"""Gradients by central differences, to hold backpropagation's against."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from digitlib.arguments import generator, positive_integer, separate
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

    Raises
    ------
    ValueError
        If a gradient is missing, of another shape than its parameter, or not finite;
        if there are more gradients than parameters, or the cost is not finite; if
        parameters share their memory, which the copy could not. Names the array.

    Notes
    -----
    The copy computes in float64 and has random biases in place of its own: with
    biases of zero, symmetric errors can hide.
    """
    rng = generator("rng", rng)
    separate(_numbered(network.weights, network.biases))
    network = network.astype(np.float64)
    for biases in network.biases:
        biases[...] = rng.standard_normal(biases.shape)
    claimed = network.gradients(X, Y)
    lists = claimed if isinstance(claimed, list | tuple) else ()
    if [isinstance(kind, list | tuple) for kind in lists] != [True, True]:
        raise ValueError(
            "gradients(X, Y) must return two lists of arrays: for weights, for biases"
        )
    return worst_error(
        lambda: network.cost(X, Y),
        _numbered(network.weights, network.biases),
        _numbered(*claimed),
        samples,
        rng,
    )


def check_layer_gradients(
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
        Its input, of the shape that it takes. The errors that `backward` returns are
        held to be its gradient.

    Notes
    -----
    The other arguments, what is returned and what is raised are as for
    `check_gradients`.
    """
    rng = generator("rng", rng)
    separate(dict(zip(layer.learns, layer.parameters, strict=True)))
    layer, X = layer.astype(np.float64), np.array(X, np.float64)
    for biases in layer.parameters[1:]:
        biases[...] = rng.standard_normal(biases.shape)
    chance = int(rng.integers(2**32))

    def forward() -> np.ndarray:
        return layer.forward(X, np.random.default_rng(chance))

    importance = rng.standard_normal(forward().shape)
    layer.gradients = []  # none shall be left over from an earlier way back
    errors = layer.backward(importance)
    if len(layer.gradients) != len(layer.learns):
        raise ValueError(
            f"backward stored {len(layer.gradients)} gradients; arrays that learn: "
            f"{', '.join(layer.learns) or 'none'}"
        )
    return worst_error(
        lambda: float(np.sum(importance * forward())),
        dict(zip(layer.learns, layer.parameters, strict=True)) | {"X": X},
        dict(zip(layer.learns, layer.gradients, strict=True)) | {"X": errors},
        samples,
        rng,
    )


def worst_error(
    cost: Callable[[], float],
    parameters: Mapping[str, np.ndarray],
    claimed: Mapping[str, np.ndarray],
    samples: int | None,
    rng: np.random.Generator,
) -> float:
    """Return the largest relative error of the gradients claimed for a cost.

    `cost` computes it from the parameters' current content; `claimed` has their
    gradients by the same names. The rest is as for `check_gradients`, and so are the
    errors; an empty parameter is one, too.
    """
    for name in claimed:
        if name not in parameters:
            raise ValueError(f"there is a gradient of {name}, but no such parameter")
    worst = 0.0
    for name, parameter in parameters.items():
        gradient = _finite_gradient(name, claimed.get(name), parameter.shape)
        if parameter.size == 0:
            raise ValueError(f"{name} is empty: there is nothing to try")
        count = parameter.size
        if samples is not None:
            count = min(count, positive_integer("samples", samples))
        which = rng.choice(parameter.size, count, replace=False)
        measured = central_differences(cost, parameter, which)
        if not np.isfinite(measured).all():
            raise ValueError(f"the cost is not finite where {name} is nudged")
        worst = max(worst, relative_error(gradient.flat[which], measured))
    return worst


def _numbered(
    weights: Sequence[np.ndarray], biases: Sequence[np.ndarray]
) -> dict[str, np.ndarray]:
    """Return the arrays by the names that they have in a network."""
    return {
        f"{kind}[{k}]": array
        for kind, arrays in (("weights", weights), ("biases", biases))
        for k, array in enumerate(arrays)
    }


def _finite_gradient(
    name: str, gradient: np.ndarray | None, shape: tuple[int, ...]
) -> np.ndarray:
    """Return the gradient claimed for a parameter, which must be fit to compare."""
    if gradient is None:
        raise ValueError(f"the gradient of {name} is missing")
    array = np.array(gradient)  # a copy, as a layer may write over its own
    if array.dtype.kind not in "fiu":
        raise ValueError(f"the gradient of {name} holds {array.dtype}, not numbers")
    if array.shape != shape:
        raise ValueError(f"the gradient of {name} has shape {array.shape}, not {shape}")
    if not np.isfinite(array).all():
        raise ValueError(f"the gradient of {name} is not finite everywhere")
    return array


def central_differences(
    cost: Callable[[], float],
    parameter: np.ndarray,
    which: Sequence[int],
    h: float = STEP,
) -> np.ndarray:
    """Return (C(p + h) - C(p - h)) / 2h for single elements p of a parameter array.

    `cost` computes C from the array's current content; each element is moved and put
    back. `which` has indices into the flattened array; one derivative for each is
    returned. ValueError if the parameter is not float64: a nudge would be lost.
    """
    if parameter.dtype != np.float64:
        raise ValueError(f"the parameter must be float64, not {parameter.dtype}")
    measured = np.empty(len(which))
    for k, index in enumerate(which):
        before = parameter.flat[index]
        parameter.flat[index] = before + h
        above = cost()
        parameter.flat[index] = before - h
        below = cost()
        parameter.flat[index] = before
        measured[k] = (above - below) / (2 * h)
    return measured


def relative_error(claimed: np.ndarray, measured: np.ndarray) -> float:
    """Return the largest difference, relative to the largest of all the values.

    ValueError if the arrays differ in shape, or a value is not finite: it would be no
    error at all to `max`.
    """
    for name, array in (("claimed", claimed), ("measured", measured)):
        if not np.isfinite(array).all():
            raise ValueError(f"{name} is not finite everywhere")
    if np.shape(claimed) != np.shape(measured):
        raise ValueError(
            f"claimed has shape {np.shape(claimed)}, measured {np.shape(measured)}"
        )
    scale = max(np.abs(claimed).max(), np.abs(measured).max())
    return float(np.abs(claimed - measured).max() / scale) if scale > 0 else 0.0
