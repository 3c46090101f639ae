"""Checks for lesson 4, "Backpropagation"."""

from collections.abc import Callable

import numpy as np

from courseware.checking.exercise import Suspects, agrees, blame, compared, exercise
from courseware.checking.explain import EMPTY_STUB
from courseware.checking.handle import Handle
from courseware.checking.student import (
    NotYetError,
    Student,
    read_array,
    read_number,
    type_name,
)
from digitlib.gradient_check import central_differences
from digitlib.numerics import sigmoid, sigmoid_prime


@exercise("tanh_output_error(a, y, z)")
def check_tanh_output_error(student: Student) -> None:
    """Check exercise 4.1: the error (n, 1) of an output layer of tanh neurons."""
    rng = np.random.default_rng(41)
    for n in (5, 3, 1):
        z, y = rng.normal(size=(n, 1)), rng.uniform(-1, 1, size=(n, 1))
        a, given = np.tanh(z), f"for {n} output(s)"
        answer = student(a, y, z, given=given)
        yours = read_array(answer, (n, 1), "a column like a")
        truth = (a - y) * (1 - a**2)
        if not agrees(yours, truth):
            hint = "the error is wrong: nudge one z and see what the cost does"
            blame(yours, _tanh_suspects(a, y, z), hint, compared(yours, truth, given))


def _tanh_suspects(a: np.ndarray, y: np.ndarray, z: np.ndarray) -> Suspects:
    miss, slope = a - y, 1 - a**2
    sigmoids = "that is the slope of a sigmoid: these neurons answer with tanh"
    yield miss * sigmoid_prime(z), sigmoids
    yield miss * a * (1 - a), sigmoids
    yield miss * sigmoid_prime(a), sigmoids
    yield slope, "that is the slope alone: (BP1) also asks how far the output is off"
    yield miss, "(BP1) has two factors: how steep is the neuron where it stands?"
    hint = "a holds tanh(z) already: here the tanh is taken twice"
    yield miss * (1 - np.tanh(a) ** 2), hint
    yield miss * (1 - z**2), "the square is that of tanh(z), not that of z"
    yield miss * (1 - a), "the square is missing: look at the derivative again"
    brackets = "brackets are missing: `*` comes before `-`"
    yield miss - a**2, brackets
    yield a - y * slope, brackets
    yield miss * (1 - a) ** 2, "1 minus a square is not the square of 1 - a"
    yield miss * a, "that is tanh itself, and the slope is wanted"
    yield -miss * slope, "the sign is turned round: an output that is too large costs"
    for factor in (0.5, 2.0):
        hint = "a factor 2: what is the derivative of half a square?"
        yield factor * miss * slope, hint
    hint = "the first factor is the cost itself, and its derivative is wanted"
    yield 0.5 * miss**2 * slope, hint


@exercise("hidden_errors(weights_next, errors_next, Z)")
def check_hidden_errors(student: Student) -> None:
    """Check exercise 4.2: the errors (n, hidden) of a hidden layer for a batch."""
    rng = np.random.default_rng(42)
    # First all of one size: there most mistakes run, and can be named.
    for n, hidden, outputs in ((4, 4, 4), (7, 5, 3), (1, 3, 6)):
        weights = rng.normal(size=(outputs, hidden))
        errors, Z = rng.normal(size=(n, outputs)), 2 * rng.normal(size=(n, hidden))
        given = f"for {n} sample(s), {hidden} hidden neurons, {outputs} outputs"
        answer = student(weights, errors, Z, given=given)
        yours = read_array(answer, (n, hidden), "one row per sample")
        truth = errors @ weights * sigmoid_prime(Z)
        if not agrees(yours, truth):
            suspects = _hidden_suspects(weights, errors, Z)
            hint = "wrong: hold one row against hidden_error"
            blame(yours, suspects, hint, compared(yours, truth, given))


def _hidden_suspects(w: np.ndarray, errors: np.ndarray, Z: np.ndarray) -> Suspects:
    heard, slope, n = errors @ w, sigmoid_prime(Z), len(Z)
    yield heard, "(BP2) has a second factor: how steep is the hidden neuron?"
    yield heard * sigmoid(Z), "that is the sigmoid of Z, and its slope is wanted"
    hint = "sigmoid_prime takes the sums, not the activations"
    yield heard * sigmoid_prime(sigmoid(Z)), hint
    yield heard * Z * (1 - Z), "a (1 - a) wants the activations, and Z holds the sums"
    for factor in (1 / n, 1 / errors.shape[1], 1 / Z.shape[1]):
        if factor != 1:
            hint = "every sample has errors of its own: there is nothing to average"
            yield factor * heard * slope, hint
    if len({n, *w.shape}) > 1:
        return
    hint = "the sum runs over the wrong index: (BP2) adds up over those who listen"
    yield errors @ w.T * slope, hint
    hint = "this is right for samples in columns, and here they are rows"
    yield w.T @ errors * slope, hint
    yield w @ errors * slope, "samples are rows: on which side does the matrix stand?"
    yield (heard * slope).T, "rows and columns are exchanged: a row is a sample"
    yield (w.T @ errors.T) * slope, "the product lies on its side: a row is a sample"
    upright = "its rows are samples already: it needs no transpose"
    yield errors.T @ w * slope, f"errors_next: {upright}"
    yield heard * slope.T, f"Z: {upright}"
    hint = "`@` adds up once more: a slope belongs to one neuron and one sample"
    yield heard @ slope, hint
    hint = "the slope is that of the hidden neuron: multiply by it after adding up"
    yield (errors * slope) @ w, hint
    hint = "`*` multiplies element by element: (BP2) adds up over the listeners"
    yield errors * w * slope, hint


@exercise("slope_along(f, p, direction, h)")
def check_slope_along(student: Student) -> None:
    """Check exercise 4.3: the central difference in a direction, a number."""
    rng = np.random.default_rng(43)
    # The steps are large, so that each formula gives a number of its own.
    for shape, h in (((3, 4), 0.3), ((5,), 0.1), ((1,), 0.2)):
        f = _bumpy(rng.uniform(0.5, 1.5, size=shape))
        p, direction = rng.normal(size=shape), rng.normal(size=shape)
        task, given = (f, p, direction, h), f"for p of shape {shape}"
        slope = np.array(read_number(student(*task, given=given)))
        truth = np.array(_slope(*task))
        if not agrees(slope, truth):
            hint = (
                "the number is wrong: try f(p) = p**3 by hand, at p = 1, d = 2, h = 0.5"
            )
            blame(slope, _slope_suspects(*task), hint, compared(slope, truth, given))


def _bumpy(scale: np.ndarray) -> Callable[[np.ndarray], float]:
    """Return a function whose differences of every kind are different."""

    def f(p: np.ndarray) -> float:
        return float(np.sum(np.exp(scale * p)) + np.sin(np.sum(p)))

    f.__qualname__ = "f"  # as Python calls it when it is called without p
    return f


Function = Callable[[np.ndarray], float]


def _slope(f: Function, p: np.ndarray, d: np.ndarray, h: float) -> float:
    return (f(p + h * d) - f(p - h * d)) / (2 * h)


def _slope_suspects(f: Function, p: np.ndarray, d: np.ndarray, h: float) -> Suspects:
    above, here, below = f(p + h * d), f(p), f(p - h * d)
    truth = (above - below) / (2 * h)
    hint = "it looks to one side only: a central difference looks to both"
    yield (above - here) / h, hint
    yield (here - below) / h, hint
    yield (above - here) / (2 * h), hint
    yield 2 * truth, "how far apart are the two places? Not h"
    hint = "`/ 2 * h` divides by 2 and then multiplies by h: brackets are missing"
    yield (above - below) / 2 * h, hint
    hint = "brackets are missing: the whole difference is divided, not its second half"
    yield above - below / (2 * h), hint
    yield above - below, "it is a difference, and not yet divided"
    yield (above - below) / 2, "it is not divided by the step"
    yield -truth, "the sign is turned round"
    for factor in (1, np.sum(d)):
        hint = "it moves every number by h: the direction says how far each one moves"
        yield factor * _slope(f, p, np.ones_like(d), h), hint
    hint = "the direction has done its work inside f: nothing is left to multiply"
    yield truth * np.sum(d), hint
    hint = "it takes a whole step in the direction: where is h?"
    yield _slope(f, p, d, 1), hint
    yield _slope(f, p, d, 1) / h, hint
    length = float(np.linalg.norm(d))
    for factor in (1, length):
        hint = "it changes the length of the direction: take it as it is"
        yield factor * _slope(f, p, d / length, h), hint
    hint = "it divides by the length of the direction: a longer one has a larger slope"
    yield truth / length, hint
    single = [_slope(f, p, e.reshape(p.shape), h) for e in np.eye(p.size)]
    hint = "it nudges the numbers one by one: move all at once, with two calls of f"
    yield single @ d.ravel(), hint
    for own in (1e-3, 1e-5, 1e-6, 1e-7):
        hint = "it takes a step of its own: use the h that is given"
        yield _slope(f, p, d, own), hint


@exercise("Value(data)")
def check_value(student: Student) -> None:
    """Check exercise 4.4: a number that differentiates what it was made of."""
    value = student(2.0)
    for name in ("data", "grad"):
        if not isinstance(value, Handle) or not value.has(name):
            raise NotYetError(f"what Value(2.0) gives has no {name}: is it a Number?")
    rng = np.random.default_rng(44)
    for text in ("u + v", "u * v", "u.sigmoid()"):
        _check_data(student, text, _FORMULAS[text][0], _numbers(rng))
    for text, (formula, fault) in _FORMULAS.items():
        numbers = _numbers(rng)
        yours = _grads(student, text, formula, numbers)
        truth = _measured(formula, numbers)
        if not agrees(yours, truth):
            sides = [", ".join(f"{x:.3g}" for x in side) for side in (numbers, yours)]
            seen = "u, v, w = {} have the grads {}".format(*sides)
            blame(yours, _value_suspects(text, *numbers), fault, seen)
    _check_middle(student, _numbers(rng))
    _check_sharing(student)


def _numbers(rng: np.random.Generator) -> np.ndarray:
    """Return three numbers of either sign, not too near 0."""
    return rng.uniform(0.5, 2, size=3) * rng.permutation([1, 1, -1])


Number = float | Handle
Formula = Callable[..., Number]  # of three numbers, which it need not use
_METHODS = {"u * v": "__mul__", "u.sigmoid()": "sigmoid"}
_NUMBER = "a Value stands where a number is wanted: the number is its data"
_PAIR = "parents is no list of pairs: a single pair needs the list's brackets as well"
_SYMPTOMS = {  # a piece of Python's message, and what most likely lies behind it
    "'float' object has no attribute 'data'": _NUMBER,
    "bad operand type for unary -": _NUMBER,
    "cannot unpack non-iterable": _PAIR,
}


def _squashed(number: Number) -> Number:
    """Pass a Value, or a plain number, through a sigmoid."""
    is_value = isinstance(number, Handle)
    return number.call("sigmoid") if is_value else float(sigmoid(number))


def _diamond(u: Number, v: Number, w: Number) -> Number:
    """Use the parts of a result again, in parts and in parts of parts."""
    first = u * v
    second = _squashed(first) + first * w
    return second * first + _squashed(second) * u


def _network(u: Number, v: Number, w: Number) -> Number:
    """Compute two hidden neurons and an output, which share their weights."""
    left, right = _squashed(u * v + w), _squashed(u * w + v)
    output = _squashed(left * v + right * u + w)
    return output * output + left * right


_FORMULAS = {
    "u + v": (lambda u, v, w: u + v, "u + v: both grads should be 1"),
    "u * v": (lambda u, v, w: u * v, "u * v: the grads are wrong"),
    "u.sigmoid()": (lambda u, v, w: _squashed(u), "sigmoid: the grad is wrong"),
    "u * u": (
        lambda u, v, w: u * u,
        "u * u: the grad is wrong where a number is used twice",
    ),
    "(u * v + w).sigmoid()": (
        lambda u, v, w: _squashed(u * v + w),
        "(u * v + w).sigmoid(): the grads are wrong; each step alone is right",
    ),
    "t = u * v; t.sigmoid() + t * w ...": (
        _diamond,
        "wrong where a number on the way is used twice: is its grad complete in time?",
    ),
    "a small network": (
        _network,
        "wrong for a small network, right for all that is simpler",
    ),
}


def _value_suspects(text: str, u: float, v: float, w: float) -> Suspects:
    if text == "u + v":
        hint = "every grad is still 0: with which number does backward begin?"
        yield np.zeros(3), hint
    elif text == "u * v":
        yield np.array([u, v, 0]), "u * v: the derivative by u is not u itself"
        hint = "u * v: both grads are 1: as in a sum"
        hint += ", or does backward begin again in each parent?"
        yield np.array([1, 1, 0]), hint
        hint = "u * v: every grad is still 0: is the product told its parents?"
        yield np.zeros(3), hint
        yield np.array([u * v, u * v, 0]), "u * v: the product is not its derivative"
    elif text == "u.sigmoid()":
        yield np.array([sigmoid(u), 0, 0]), "sigmoid: the derivative is S', not S"
        hint = "sigmoid: sigmoid_prime takes the number that goes in, not the result"
        yield np.array([sigmoid_prime(sigmoid(u)), 0, 0]), hint
        yield np.array([1, 0, 0]), "sigmoid: the derivative is not 1"
        hint = "sigmoid: a (1 - a) is meant for what comes out, not for what goes in"
        yield np.array([u * (1 - u), 0, 0]), hint
        hint = "sigmoid: the grad is still 0: is the result told its parent?"
        yield np.zeros(3), hint
    elif text == "u * u":
        hint = "u * u: a number used twice gets the sum over its uses, not the last"
        yield np.array([u, 0, 0]), hint
    elif text == "(u * v + w).sigmoid()":
        hint = "the grads of grandparents stay 0: does backward reach them"
        yield np.zeros(3), f"{hint}, and in which order?"
        hint = "(CR) multiplies along a path: hand on the slope times the own grad"
        yield np.array([v, u, 1]), hint


def _check_data(
    student: Student, text: str, formula: Formula, numbers: np.ndarray
) -> None:
    """See whether a formula gives a Value with the right number in it."""
    result, _ = _call(student, text, formula, numbers, backward=False)
    data = read_array(result.get("data"), (), "", name=f"({text}).data")
    if not agrees(data, np.array(formula(*numbers.tolist()))):
        raise NotYetError(f"({text}).data is wrong: it is the value of the formula")


def _grads(
    student: Student, text: str, formula: Formula, numbers: np.ndarray
) -> np.ndarray:
    """Return what `backward` left in the grads of u, v and w."""
    result, values = _call(student, text, formula, numbers, backward=True)
    named = zip("uvw", values, strict=True)
    grads = [_grad(value, f"{name}.grad for {text}") for name, value in named]
    last = _grad(result, "the result's grad")
    if np.any(grads) and not agrees(last, np.array(1.0)):
        raise NotYetError("result.grad should be 1 after result.backward()")
    return np.array(grads)


def _grad(value: Handle, name: str) -> np.ndarray:
    return read_array(value.get("grad"), (), "", name=name)


def _call(
    student: Student, text: str, formula: Formula, numbers: np.ndarray, backward: bool
) -> tuple[Handle, list[Handle]]:
    """Let Values go through a formula; whatever goes wrong becomes a hint."""
    try:
        values = [student(number, given=f"in {text}") for number in numbers.tolist()]
        result = formula(*values)
        if type_name(result) != type_name(values[0]):
            raise NotYetError(f"{text} is of type {type_name(result)}, not a Value")
        if backward:
            result.call("backward")
    except NotYetError as fault:
        if str(fault).startswith(EMPTY_STUB):
            part = "backward" if backward else _METHODS.get(text, text)
            hint = str(fault).replace(EMPTY_STUB, f"{EMPTY_STUB} of {part}")
            raise NotYetError(hint) from None
        for symptom, hint in _SYMPTOMS.items():
            if symptom in str(fault):
                raise NotYetError(f"in {text}, {hint}") from None
        raise
    return result, values


def _measured(formula: Formula, numbers: np.ndarray) -> np.ndarray:
    """Return the derivatives of a formula, by central differences."""
    at = numbers.copy()
    return central_differences(lambda: formula(*at.tolist()), at, range(3))


def _check_middle(student: Student, numbers: np.ndarray) -> None:
    """See whether the numbers on the way have their grads as well."""
    u, v, w = (student(number) for number in numbers.tolist())
    t = u * v
    last = t * w
    (_squashed(t) + last).call("backward")
    slope = sigmoid_prime(numbers[0] * numbers[1]) + numbers[2]
    for name, value, right in (("t", t, slope), ("(t * w)", last, 1.0)):
        found = _grad(value, f"{name}.grad")
        if not agrees(found, np.array(right)):
            where = f"t = u * v; t.sigmoid() + t * w: {name}.grad is {found:.3f}"
            raise NotYetError(f"{where}: numbers on the way have grads like u and v")


def _check_sharing(student: Student) -> None:
    """See whether every number is visited once, not once for every path to it."""
    few, many = (_doubled(student, doublings) for doublings in (5, 10))
    if many > 10 * few:  # paths: 32 times as many; pairs of numbers: 4 times
        raise NotYetError(
            f"right, but it walks every path by itself: {few} lines run for 5 sums "
            f"u = u + u in a row, {many} for 10"
        )


def _doubled(student: Student, doublings: int) -> int:
    """Return how many lines the way back through some sums of a number runs."""
    first = result = student(1.0, given=f"in {doublings} doublings")
    for _ in range(doublings):
        result = result + result
    lines = result.count("backward").lines
    if not agrees(_grad(first, "the grad of u"), np.array(2.0**doublings)):
        raise NotYetError("u = u + u, many times over: the grad is wrong")
    return lines
