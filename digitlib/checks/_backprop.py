"""The gradient of a network, rightly and in the ways in which it goes wrong.

The truth comes from central differences, which know nothing of the equations. The
equations are here only to tell what each mistake in them gives.
"""

from collections.abc import Container
from itertools import pairwise

import numpy as np

from courseware.checking.exercise import Suspects, agrees, blame
from courseware.checking.student import (
    NotYetError,
    Student,
    read_array,
    require_parts,
    type_name,
)
from digitlib import gradient_check
from digitlib.numerics import sigmoid, sigmoid_prime

Arrays = list[np.ndarray]
Layers = tuple[Arrays, Arrays]  # what belongs to the weights, and to the biases
Task = tuple[Arrays, Arrays, np.ndarray, np.ndarray]  # weights, biases, x, y
Shortcuts = Container[int]  # the layers, by place in the list, that add what they hear


def random_task(rng: np.random.Generator, sizes: tuple[int, ...]) -> Task:
    """Return a network with layers of these sizes, an input and a target."""
    weights = [rng.normal(size=(out, into)) for into, out in pairwise(sizes)]
    biases = [rng.normal(size=(out, 1)) for out in sizes[1:]]
    return weights, biases, rng.normal(size=(sizes[0], 1)), rng.random((sizes[-1], 1))


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
    weights: Arrays, biases: Arrays, x: np.ndarray, shortcuts: Shortcuts = ()
) -> tuple[Arrays, Arrays]:
    """Return z of every layer but the first, and a of every layer."""
    zs, activations = [], [x]
    for k, (w, b) in enumerate(zip(weights, biases, strict=True)):
        zs.append(w @ activations[-1] + b)
        past = activations[-1] if k in shortcuts else 0
        activations.append(sigmoid(zs[-1]) + past)
    return zs, activations


def central_differences(
    weights: Arrays,
    biases: Arrays,
    x: np.ndarray,
    y: np.ndarray,
    shortcuts: Shortcuts = (),
) -> np.ndarray:
    """Return the gradient as a vector, by nudging one parameter after the other."""
    parameters = as_vector(weights, biases)

    def cost() -> float:
        network = as_lists(parameters, weights, biases)
        _, activations = _feedforward(*network, x, shortcuts)
        return float(((activations[-1] - y) ** 2).sum() / 2)

    everywhere = range(parameters.size)
    return gradient_check.central_differences(cost, parameters, everywhere)


def _errors(
    miss: np.ndarray, slopes: Arrays, backward: Arrays, shortcuts: Shortcuts = ()
) -> Arrays:
    """Evaluate (BP1v) and (BP2v) on parts that may be the wrong ones.

    `backward` holds the matrix that carries a layer's error to the layer before.
    """
    errors, by_activation = [], miss
    for k in reversed(range(len(slopes))):
        errors.insert(0, by_activation * slopes[k])
        past = by_activation if k in shortcuts else 0
        by_activation = backward[k] @ errors[0] + past
    return errors


def _gradients(errors: Arrays, inputs: Arrays) -> np.ndarray:
    """Evaluate (BP3v) and (BP4v), on parts that may be the wrong ones."""
    return as_vector([e @ a.T for e, a in zip(errors, inputs, strict=True)], errors)


def gradient_suspects(
    weights: Arrays,
    biases: Arrays,
    x: np.ndarray,
    y: np.ndarray,
    shortcuts: Shortcuts = (),
) -> Suspects:
    """Yield what each mistake gives for layers that are all of one size."""
    zs, activations = _feedforward(weights, biases, x, shortcuts)
    miss, before, after = activations[-1] - y, activations[:-1], activations[1:]
    slopes = [sigmoid_prime(z) for z in zs]
    flat = [np.ones_like(z) for z in zs]
    back = [w.T for w in weights]

    def gradients(
        slopes: Arrays = slopes, back: Arrays = back, inputs: Arrays = before
    ) -> np.ndarray:
        return _gradients(_errors(miss, slopes, back, shortcuts), inputs)

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
    yield _gradients(_errors(miss, slopes, back, shortcuts)[::-1], before), hint
    yield from _slips(gradients(), weights, biases)
    zeros = [np.zeros_like(b) for b in biases]
    hint = "the way forward leaves out the biases"
    yield _through(weights, zeros, x, y, shortcuts, shortcuts), hint


def shortcut_suspects(
    weights: Arrays, biases: Arrays, x: np.ndarray, y: np.ndarray, shortcuts: range
) -> Suspects:
    """Yield what each mistake with shortcuts gives, for layers all of one size."""
    task = weights, biases, x, y
    hint = "the way back has no shortcut: by which second way does a reach the cost?"
    yield _through(*task, shortcuts, ()), hint
    hint = "there is no shortcut: a hidden layer after the first adds what it hears"
    yield _through(*task, (), ()), hint
    hint = "the way forward has no shortcut: what it hears is added to S(z)"
    yield _through(*task, (), shortcuts), hint
    hint = "layer 2 has a shortcut here: the hidden layers after it are to have them"
    early = range(shortcuts.stop)
    yield _through(*task, early, early), hint
    hint = "the output layer has a shortcut here: only hidden layers are to have them"
    late = range(1, len(weights))
    yield _through(*task, late, late), hint
    hint = "on the way back the output layer has a shortcut, and forwards it has none"
    yield _through(*task, shortcuts, late), hint
    zs, activations = _feedforward(*task[:3], shortcuts)
    miss, before, back = activations[-1] - y, activations[:-1], [w.T for w in weights]
    hint = "a (1 - a) is S' where a is S(z): here a holds the shortcut, too"
    slopes = [a * (1 - a) for a in activations[1:]]
    yield _gradients(_errors(miss, slopes, back, shortcuts), before), hint
    slopes = [sigmoid_prime(z) for z in zs]
    errors = _errors(miss, slopes, back, shortcuts)
    hint = "(BP4v) takes all that comes into the layer: S(z) and the shortcut"
    yield _gradients(errors, [x, *(sigmoid(z) for z in zs[:-1])]), hint
    hint = "the shortcut carries the derivative by a, and the error is the one by z"
    for inside in (0, 1):
        errors = [miss * slopes[-1]]
        for k in reversed(range(1, len(weights))):
            past, slope = errors[0] * (k in shortcuts), slopes[k - 1]
            heard = (back[k] @ errors[0] + inside * past) * slope
            errors.insert(0, heard + (1 - inside) * past)
        yield _gradients(errors, before), hint


def _through(
    weights: Arrays,
    biases: Arrays,
    x: np.ndarray,
    y: np.ndarray,
    forward: Shortcuts,
    backward: Shortcuts,
) -> np.ndarray:
    """Return the gradient with one set of shortcuts forwards and one backwards."""
    zs, activations = _feedforward(weights, biases, x, forward)
    slopes, back = [sigmoid_prime(z) for z in zs], [w.T for w in weights]
    errors = _errors(activations[-1] - y, slopes, back, backward)
    return _gradients(errors, activations[:-1])


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


def require_gradients(
    student: Student, task: Task, sizes: tuple[int, ...], shortcuts: range | None = None
) -> None:
    """Refuse an answer that does not return the gradients of this network."""
    answer = student(*task, given=f"for layers of sizes {sizes}")
    yours = _read_gradients(answer, *task[:2])
    truth = central_differences(*task, shortcuts or ())
    if not agrees(as_vector(*yours), truth):
        fault = _wrong_parts(yours, as_lists(truth, *task[:2]))
        if len(set(sizes)) > 1:
            right = "right for sizes (4, 4, 4)"
            raise NotYetError(f"{right}, wrong for {sizes}: {fault}")
        hint = f"{fault}. Nudge a parameter and see what the cost does"
        suspects = [*gradient_suspects(*task, shortcuts or ())]
        if shortcuts is not None:  # there may be none in this network
            suspects += shortcut_suspects(*task, shortcuts)
        blame(as_vector(*yours), suspects, hint)


def _wrong_parts(yours: Layers, truth: Layers) -> str:
    """Say in which of the two lists there are wrong gradients, and which."""
    faults = []
    for kind, found, right in zip(("weight", "bias"), yours, truth, strict=True):
        pairs = zip(found, right, strict=True)
        wrong = [no for no, pair in enumerate(pairs, 1) if not agrees(*pair)]
        if not wrong:
            faults.insert(0, f"the {kind} gradients are right")
        elif len(wrong) == len(right):
            faults.append(f"every {kind} gradient is wrong")
        else:
            # Errors walk backwards: the last one that is wrong is the first to be.
            faults.append(f"{kind} gradient no. {wrong[-1]} is wrong")
    return "; ".join(faults)


def _read_gradients(answer: object, weights: Arrays, biases: Arrays) -> Layers:
    """Take apart what the student returned: two lists of arrays."""
    wanted = "a list of weight gradients and one of bias gradients are wanted"
    require_parts(answer, 2, wanted)
    if [_shapes(part) for part in answer] == [_shapes(biases), _shapes(weights)]:
        raise NotYetError("are the two lists exchanged? Weight gradients come first")
    return (
        _read_list(answer[0], weights, "weight gradient", "one number per weight"),
        _read_list(answer[1], biases, "bias gradient", "a column"),
    )


def _shapes(found: object) -> list[tuple[int, ...]]:
    """Return the shapes of the arrays in a list; of anything else, none."""
    items = found if isinstance(found, tuple | list) else ()
    return [array.shape for array in items if isinstance(array, np.ndarray)]


def _read_list(found: object, like: Arrays, kind: str, meaning: str) -> Arrays:
    if not isinstance(found, tuple | list):
        raise NotYetError(f"the {kind}s are of type {type_name(found)}, not a list")
    if len(found) != len(like):
        raise NotYetError(
            f"it returns {len(found)} {kind}(s) for {len(like)} layers with weights"
        )
    return [
        read_array(array, right.shape, meaning, name=f"{kind} no. {number}")
        for number, (array, right) in enumerate(zip(found, like, strict=True), 1)
    ]
