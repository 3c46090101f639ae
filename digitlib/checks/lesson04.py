"""Checks for lesson 4, "Backpropagation"."""

from collections.abc import Callable

import numpy as np

from courseware.checking.exercise import Suspects, agrees, blame, compared, exercise
from courseware.checking.explain import EMPTY_STUB
from courseware.checking.handle import Handle
from courseware.checking.judges import KEPT, require_no_loop, require_no_memory
from courseware.checking.student import (
    NotYetError,
    Student,
    read_array,
    read_number,
    type_name,
)
from digitlib.checks._backprop import Task, random_task, require_gradients
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
    yield np.abs(miss) * slope, "an error has a sign: which way is the output off?"
    yield miss * (1 - y**2), "the slope is that of the neuron, and y is its target"
    yield miss * (1 + a**2), "the derivative has a minus in it: look again"
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
            fits = [agrees(*rows) for rows in zip(yours, truth, strict=True)]
            if any(fits):
                right, wrong = fits.index(True), fits.index(False)
                hint += f": row {right} is right, row {wrong} is not"
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
    hint = "it takes only the signs of the direction: its numbers say how far"
    yield _slope(f, p, np.sign(d), h), hint
    yield _slope(f, p, np.abs(d), h), "a direction has signs: where have they gone?"
    yield _slope(f, 0 * p, d, h), "it looks around 0, and should look around p"
    yield _slope(f, p, d, h / 2), "h is the step to each side, not from end to end"
    yield truth / h, "one division by h too many"
    hint = "it is the second derivative: the value in the middle has no part in (CD)"
    yield (above - 2 * here + below) / h**2, hint
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


Number = float | Handle
Formula = Callable[..., Number]  # of three numbers, which it need not use


@exercise("Extended(data)")
def check_extended(student: Student) -> None:
    """Check exercise 4.4: numbers that also differentiate tanh and a maximum."""
    value = student(2.0)
    for name in ("data", "grad", "parents", "backward"):
        if not isinstance(value, Handle) or not value.has(name):
            hint = f"what Extended(2.0) gives has no {name}: is it a Value?"
            raise NotYetError(hint)
    rng = np.random.default_rng(44)
    # The larger one and the sign change: so does the side of each kink.
    signs = ((1.4, 0.6, -0.9), (-1.3, 0.7, 0.4), (0.5, 1.6, 1.1), (-0.6, -1.5, 0.8))
    for text, (formula, fault) in _EXTENDED.items():
        for chosen in signs:
            numbers = chosen * rng.uniform(0.95, 1.05, size=3)
            _check_extended(student, text, formula, fault, numbers)
    _check_kink(student)


def _check_extended(
    student: Student, text: str, formula: Formula, fault: str, numbers: np.ndarray
) -> None:
    values = [student(number, given=f"in {text}") for number in numbers.tolist()]
    result = _result(text, formula, values)
    seen = f"u, v = {numbers[0]:.3g}, {numbers[1]:.3g}"
    data = read_array(result.get("data"), (), "", name=f"({text}).data")
    if not agrees(data, np.array(formula(*numbers.tolist()))):
        hint = f"({text}).data is wrong: it is the value of the formula"
        blame(data, _data_suspects(text, *numbers), hint, seen)
    _call(text, lambda: result.call("backward"))
    named = zip("uvw", values, strict=True)
    grads = np.array([_part(v, "grad", f"{name} in {text}") for name, v in named])
    if not agrees(grads, _measured(formula, numbers)):
        seen += " get the grads {:.3g}, {:.3g}".format(*grads[:2])
        blame(grads, _grad_suspects(text, *numbers), fault, seen)


def _tanh(number: Number) -> Number:
    """Pass a Value, or a plain number, through a tanh."""
    is_value = isinstance(number, Handle)
    return number.call("tanh") if is_value else float(np.tanh(number))


def _larger(number: Number, other: Number) -> Number:
    is_value = isinstance(number, Handle)
    return number.call("maximum", other) if is_value else max(number, other)


def _shared(u: Number, v: Number, w: Number) -> Number:
    """Use a number on the way in both operations, and in a product."""
    t = u * v
    return _tanh(t) + _larger(t, w) * t


def _mixed_network(u: Number, v: Number, w: Number) -> Number:
    """Compute two hidden neurons of each kind and an output, with shared weights."""
    left, right = _larger(u * v + w, 0), _tanh(u * w + v)
    return _tanh(left * v + right * u + w) * right


_EXTENDED: dict[str, tuple[Formula, str]] = {
    "u.tanh()": (lambda u, v, w: _tanh(u), "tanh: the grad is wrong"),
    "u.maximum(v)": (
        lambda u, v, w: _larger(u, v),
        "maximum: nudge the smaller number, then the larger: what moves?",
    ),
    "u.maximum(0)": (
        lambda u, v, w: _larger(u, 0),
        "maximum with a plain number: the grad is wrong",
    ),
    "(u * v).tanh() * w": (
        lambda u, v, w: _tanh(u * v) * w,
        "(u * v).tanh() * w: the grads are wrong; u.tanh() alone is right",
    ),
    "t = u * v; t.tanh() + t.maximum(w) * t": (
        _shared,
        "t = u * v; t.tanh() + t.maximum(w) * t: wrong where a number is used twice",
    ),
    "a small network": (
        _mixed_network,
        "wrong for a small network, right for all that is simpler",
    ),
}


def _data_suspects(text: str, u: float, v: float, w: float) -> Suspects:
    if text == "u.tanh()":
        yield sigmoid(u), "tanh: that is the sigmoid"
        yield 1 - np.tanh(u) ** 2, "tanh: that is the derivative, and data is tanh"
        yield np.tan(u), "tanh: that is tan, of right-angled triangles"
    elif text.startswith("u.maximum"):
        other = v if text == "u.maximum(v)" else 0.0
        yield np.array(min(u, other)), f"({text}).data is the smaller of the two"
        if text == "u.maximum(v)":
            yield np.array(max(u, 0)), f"({text}).data is the larger of u and 0, not v"
        yield np.array(abs(u)), f"({text}).data is the size of u, without its sign"


def _grad_suspects(text: str, u: float, v: float, w: float) -> Suspects:
    if text == "u.tanh()":
        a = np.tanh(u)
        for slope, hint in (
            (0, "the grad is still 0: is the result told its parent?"),
            (1, "the derivative is not 1"),
            (a, "the derivative is not tanh itself"),
            (a * (1 - a), "a (1 - a) is the slope of a sigmoid"),
            (sigmoid_prime(u), "that is the slope of a sigmoid"),
            (1 - u**2, "the square is that of what comes out, not of what goes in"),
            (1 - a, "the square is missing: exercise 4.1 has the derivative"),
            (1 - np.tanh(a) ** 2, "here the tanh is taken twice"),
        ):
            yield np.array([slope, 0, 0]), f"tanh: {hint}"
    elif text.startswith("u.maximum"):
        plain = text == "u.maximum(0)"
        other, by_other = (0.0, 0.0) if plain else (v, 1.0)
        first = float(u > other)
        hint = "maximum: the grads are still 0: is the result told both parents?"
        yield np.zeros(3), hint
        hint = "maximum: nudge the smaller number a little: does the result move?"
        yield np.array([1, by_other, 0]), hint
        hint = "maximum: the derivatives are exchanged: the result follows the larger"
        yield np.array([1 - first, first * by_other, 0]), hint
        hint = "maximum: a derivative is no number of the two: how much does it move?"
        yield np.array([first * u, (1 - first) * other, 0]), hint
        yield np.array([other, u * by_other, 0]), hint
        hint = "maximum: half and half is for equal numbers: these are not"
        yield np.array([0.5, 0.5 * by_other, 0]), hint


def _check_kink(student: Student) -> None:
    """See whether equal numbers share a derivative of 1 in all."""
    u, v = student(1.5), student(1.5)
    for text, other in (("u.maximum(v), both 1.5", v), ("u.maximum(u)", u)):
        _call(text, lambda other=other: u.call("maximum", other).call("backward"))
        grads = [_part(number, "grad", text) for number in {u, other}]
        if not agrees(np.array(sum(grads)), np.array(1.0)) or min(grads) < 0:
            hint = f"{text}: the derivatives should make 1 together"
            raise NotYetError(f"{hint} (they make {sum(grads):.3g})")


@exercise("Dual(data, slope)")
def check_dual(student: Student) -> None:
    """Check exercise 4.5: a number that carries along its derivative by an input."""
    dual = student(2.0, 1.0)
    for name in ("data", "slope"):
        if not isinstance(dual, Handle) or not dual.has(name):
            raise NotYetError(f"what Dual(2.0, 1.0) gives has no {name}: keep it")
    rng = np.random.default_rng(45)
    for text, (formula, fault) in _DUALS.items():
        for slopes in (rng.uniform(-2, 2, size=3), *np.eye(3)):
            numbers = rng.uniform(0.5, 2, size=3) * rng.permutation([1, 1, -1])
            _check_dual(student, text, formula, fault, numbers, slopes)


def _check_dual(
    student: Student,
    text: str,
    formula: Formula,
    fault: str,
    numbers: np.ndarray,
    slopes: np.ndarray,
) -> None:
    pairs = list(zip(numbers.tolist(), slopes.tolist(), strict=True))
    duals = [student(*pair, given=f"in {text}") for pair in pairs]
    result = _result(text, formula, duals)
    data = read_array(result.get("data"), (), "", name=f"({text}).data")
    if not agrees(data, np.array(formula(*numbers.tolist()))):
        raise NotYetError(f"({text}).data is wrong: it is the value of the formula")
    slope = np.array(_part(result, "slope", text))
    truth = _measured(formula, numbers) @ slopes
    if not np.isclose(slope, truth, rtol=1e-5, atol=1e-8):
        seen = "the slopes of u, v, w are {:.3g}, {:.3g}, {:.3g}".format(*slopes)
        blame(slope, _dual_suspects(text, numbers, slopes), fault, seen)
    for name, dual, pair in zip("uvw", duals, pairs, strict=True):
        now = _part(dual, "data", text), _part(dual, "slope", text)
        if not np.allclose(now, pair, rtol=1e-5):
            raise NotYetError(f"{text} changes {name}: the result is a new Dual")


def _squashed(number: Number) -> Number:
    """Pass a Dual, or a plain number, through a sigmoid."""
    is_dual = isinstance(number, Handle)
    return number.call("sigmoid") if is_dual else float(sigmoid(number))


def _network(u: Number, v: Number, w: Number) -> Number:
    """Compute two hidden neurons and an output, which share their weights."""
    left, right = _squashed(u * v + w), _squashed(u * w + v)
    output = _squashed(left * v + right * u + w)
    return output * output + left * right


_DUALS: dict[str, tuple[Formula, str]] = {
    "u + v": (
        lambda u, v, w: u + v,
        "u + v: the slope is wrong: try slopes of 1 and 0, then of 0 and 1",
    ),
    "u * v": (
        lambda u, v, w: u * v,
        "u * v: the slope is wrong: try slopes of 1 and 0, then of 0 and 1",
    ),
    "u.sigmoid()": (lambda u, v, w: _squashed(u), "sigmoid: the slope is wrong"),
    "u * u": (lambda u, v, w: u * u, "u * u: the slope is wrong for equal numbers"),
    "(u * v + w).sigmoid()": (
        lambda u, v, w: _squashed(u * v + w),
        "(u * v + w).sigmoid(): the slope is wrong; each step alone is right",
    ),
    "a small network": (
        _network,
        "wrong for a small network, right for all that is simpler",
    ),
}


def _dual_suspects(text: str, numbers: np.ndarray, slopes: np.ndarray) -> Suspects:
    (u, v, _), (s, t, _) = numbers, slopes
    if text == "u + v":
        yield np.array(0.0), "u + v: the slope is 0: is the result told its slope?"
        yield np.array(1.0), "u + v: the slope is 1 only if one of theirs is 1"
        hint = "u + v: a nudge comes in through both numbers"
        yield s, hint
        yield t, hint
        yield s * t, "u + v: slopes add up, as the numbers do"
        yield s - t, "u + v: slopes add up, as the numbers do"
        yield u * t + v * s, "u + v: that is the slope of a product"
    elif text == "u * v":
        yield s * t, "u * v: the slope of a product is no product of slopes"
        yield s + t, "u * v: that is the slope of a sum"
        hint = "u * v: a nudge comes in through both numbers"
        yield s * v, hint
        yield u * t, hint
        yield s * u + t * v, "u * v: the derivative by u is not u itself"
        yield u + v, "u * v: where are the slopes of u and v?"
        yield u * t - v * s, "u * v: both terms have a plus"
        yield v * s - u * t, "u * v: both terms have a plus"
        yield np.array(0.0), "u * v: the slope is 0: is the result told its slope?"
    elif text == "u.sigmoid()":
        hint = "sigmoid: (CR) multiplies along a path: what is the slope of u itself?"
        yield sigmoid_prime(u), hint
        yield s, "sigmoid: the derivative is not 1"
        yield sigmoid(u) * s, "sigmoid: the derivative is S', not S"
        hint = "sigmoid: the slope is no number of its own to be squashed"
        yield sigmoid(s), hint
        yield sigmoid_prime(s), hint
        hint = "sigmoid: sigmoid_prime takes the number that goes in, not the result"
        yield sigmoid_prime(sigmoid(u)) * s, hint
        hint = "sigmoid: a (1 - a) is meant for what comes out, not for what goes in"
        yield u * (1 - u) * s, hint
        hint = "sigmoid: sigmoid_prime takes the number, and then comes the slope"
        yield sigmoid_prime(u * s), hint
        yield np.array(0.0), "sigmoid: the slope is 0: is the result told its slope?"


def _measured(formula: Formula, numbers: np.ndarray) -> np.ndarray:
    """Return the derivatives of a formula, by central differences."""
    at = numbers.copy()
    return central_differences(lambda: formula(*at.tolist()), at, range(3))


def _part(number: Handle, name: str, text: str) -> float:
    return float(read_array(number.get(name), (), "", name=f"{name} of {text}"))


def _result(text: str, formula: Formula, numbers: list[Handle]) -> Handle:
    """Let numbers of the answer's go through a formula."""
    result = _call(text, lambda: formula(*numbers))
    kind = type_name(numbers[0])
    if type_name(result) != kind:
        hint = f"{text} is of type {type_name(result)}, not {kind}"
        raise NotYetError(f"{hint}: it cannot be computed with any further")
    return result


_METHODS = {
    "u.tanh()": "tanh",
    "u.maximum(v)": "maximum",
    "u + v": "__add__",
    "u * v": "__mul__",
    "u.sigmoid()": "sigmoid",
}
_NUMBER = "a number of yours stands where a plain one is wanted: that is its data"
_SYMPTOMS = {  # a piece of Python's message, and what most likely lies behind it
    "'int' object has no attribute 'data'": "0 is a plain number: who can `watch` it?",
    "'float' object has no attribute": _NUMBER,
    "must be real number, not": _NUMBER,
    "unsupported operand type(s) for": _NUMBER,
    "bad operand type for": _NUMBER,
    "cannot unpack non-iterable": "parents is a list of pairs, even of a single pair",
}


def _call(text: str, work: Callable[[], Number]) -> Number:
    """Do something with an answer's numbers; whatever goes wrong becomes a hint."""
    try:
        return work()
    except NotYetError as fault:
        if str(fault).startswith(EMPTY_STUB) and text in _METHODS:
            stub = f"{EMPTY_STUB} of {_METHODS[text]}"
            raise NotYetError(str(fault).replace(EMPTY_STUB, stub)) from None
        for symptom, hint in _SYMPTOMS.items():
            if symptom in str(fault):
                raise NotYetError(f"in {text}, {hint}") from None
        raise


@exercise("backward(weights, biases, x, y)")
def check_backward(student: Student) -> None:
    """Check exercise 4.6: the gradients of a sample through layers with shortcuts."""
    rng = np.random.default_rng(46)
    # First without a shortcut, and with layers of equal size: there most mistakes run,
    # and can be named.
    all_sizes = (4, 4, 4), (4, 4, 4), (3, 2), (4,) * 4, (3,) * 5, (5, 4, 4, 4, 2)
    tasks = [random_task(rng, sizes) for sizes in all_sizes]
    for k, (sizes, task) in enumerate(zip(all_sizes, tasks, strict=True)):
        try:
            require_gradients(student, task, sizes, range(1, len(sizes) - 2))
        except NotYetError as fault:
            raise NotYetError(KEPT if k == 1 else str(fault)) from None
    require_no_memory(student, tasks)

    def wide(width: int) -> Task:
        return random_task(rng, (5, width, width, 3))

    hint = "right, but a line runs again for each number: two loops over layers will do"
    require_no_loop(student, wide, (4, 12), hint)
