"""The gradient of a network, rightly and in the ways in which it goes wrong.

The truth comes from central differences, which know nothing of the equations. The
equations are here only to tell what each mistake in them gives.
"""

import numpy as np

from courseware.checking.exercise import Suspects
from digitlib import gradient_check
from digitlib.numerics import sigmoid, sigmoid_prime

Arrays = list[np.ndarray]
Layers = tuple[Arrays, Arrays]  # what belongs to the weights, and to the biases


def as_vector(weights: Arrays, biases: Arrays) -> np.ndarray:
    """Put all numbers of two lists of arrays into one long vector."""
    return np.concatenate([array.ravel() for array in (*weights, *biases)])


def as_lists(vector: np.ndarray, weights: Arrays, biases: Arrays) -> Layers:
    """Undo `as_vector`, into arrays of the shapes of `weights` and `biases`."""
    like = [*weights, *biases]
    parts = np.split(vector, np.cumsum([array.size for array in like])[:-1])
    shaped = [part.reshape(a.shape) for part, a in zip(parts, like, strict=True)]
    return shaped[: len(weights)], shaped[len(weights) :]


def _feedforward(
    weights: Arrays, biases: Arrays, x: np.ndarray
) -> tuple[Arrays, Arrays]:
    """Return z of every layer but the first, and a of every layer."""
    zs, activations = [], [x]
    for w, b in zip(weights, biases, strict=True):
        zs.append(w @ activations[-1] + b)
        activations.append(sigmoid(zs[-1]))
    return zs, activations


def central_differences(
    weights: Arrays, biases: Arrays, x: np.ndarray, y: np.ndarray
) -> np.ndarray:
    """Return the gradient as a vector, by nudging one parameter after the other."""
    parameters = as_vector(weights, biases)

    def cost() -> float:
        _, activations = _feedforward(*as_lists(parameters, weights, biases), x)
        return float(((activations[-1] - y) ** 2).sum() / 2)

    everywhere = range(parameters.size)
    return gradient_check.central_differences(cost, parameters, everywhere)


def _errors(miss: np.ndarray, slopes: Arrays, backward: Arrays) -> Arrays:
    """Evaluate (BP1v) and (BP2v) on parts that may be the wrong ones.

    `backward` holds the matrix that carries a layer's error to the layer before.
    """
    errors = [miss * slopes[-1]]
    for matrix, slope in zip(backward[:0:-1], slopes[-2::-1], strict=True):
        errors.insert(0, (matrix @ errors[0]) * slope)
    return errors


def _gradients(errors: Arrays, inputs: Arrays) -> np.ndarray:
    """Evaluate (BP3v) and (BP4v), on parts that may be the wrong ones."""
    return as_vector([e @ a.T for e, a in zip(errors, inputs, strict=True)], errors)


def gradient_suspects(
    weights: Arrays, biases: Arrays, x: np.ndarray, y: np.ndarray
) -> Suspects:
    """Yield what each mistake gives for layers that are all of one size."""
    zs, activations = _feedforward(weights, biases, x)
    miss, before, after = activations[-1] - y, activations[:-1], activations[1:]
    slopes = [sigmoid_prime(z) for z in zs]
    flat = [np.ones_like(z) for z in zs]
    back = [w.T for w in weights]

    def gradients(
        slopes: Arrays = slopes, back: Arrays = back, inputs: Arrays = before
    ) -> np.ndarray:
        return _gradients(_errors(miss, slopes, back), inputs)

    hint = "(BP1v) the error of the output layer lacks its sigmoid_prime(z)"
    yield gradients(slopes[:-1] + flat[-1:]), hint
    hint = "(BP2v) the errors of the hidden layers lack their sigmoid_prime(z)"
    yield gradients(flat[:-1] + slopes[-1:]), hint
    hint = "(BP1v) and (BP2v): every error has a factor sigmoid_prime(z)"
    yield gradients(flat), hint
    hint = "sigmoid_prime takes z, not the activation"
    yield gradients([sigmoid_prime(a) for a in after]), hint
    hint = "(BP2v) errors walk back through the transposed matrix"
    yield gradients(back=weights), hint
    hint = "(BP2v) an error walks back through the weights of the layer above it"
    yield gradients(back=back[:1] + back[:-1]), hint
    hint = "(BP2v) every error walks back through the last matrix: each has its own"
    yield gradients(back=back[-1:] * len(back)), hint
    hint = "(BP2v) takes sigmoid_prime at the z of the same layer, not of the next"
    yield gradients(slopes[1:] + slopes[-1:]), hint
    hint = "(BP4v) the activation is the one that comes into the layer"
    yield gradients(inputs=after), hint
    hint = "(BP4v) takes the activation that comes into the layer, not its z"
    yield gradients(inputs=[x, *zs[:-1]]), hint
    hint = "the errors are found last layer first: turn their list round before (BP4v)"
    yield _gradients(_errors(miss, slopes, back)[::-1], before), hint
    yield from _slips(gradients(), weights, biases)
    zs, activations = _feedforward(weights, [np.zeros_like(b) for b in biases], x)
    errors = _errors(activations[-1] - y, [sigmoid_prime(z) for z in zs], back)
    hint = "the way forward leaves out the biases"
    yield _gradients(errors, activations[:-1]), hint


def _slips(truth: np.ndarray, weights: Arrays, biases: Arrays) -> Suspects:
    """Yield the right gradient with a wrong sign, factor or order."""
    yield -truth, "every sign is turned round: is the miss a - y?"
    for factor in (0.5, 2.0):
        yield factor * truth, "a factor 2: what is the derivative of half a square?"
    for_weights, for_biases = as_lists(truth, weights, biases)
    hint = "the gradients come last layer first: turn both lists round"
    yield as_vector(for_weights[::-1], for_biases[::-1]), hint
    hint = "the bias gradients come last layer first, the weight gradients do not"
    yield as_vector(for_weights, for_biases[::-1]), hint
    hint = "the weight gradients come last layer first, the bias gradients do not"
    yield as_vector(for_weights[::-1], for_biases), hint
    hint = "(BP4v) the weight gradients are transposed: a row belongs to a neuron"
    yield as_vector([g.T for g in for_weights], for_biases), hint
