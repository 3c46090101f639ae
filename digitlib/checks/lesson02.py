"""Checks for lesson 2, "One neuron"."""

from collections.abc import Callable

import numpy as np

from courseware.checking.exercise import Suspects, agrees, blame, exercise
from courseware.checking.student import NotYetError, Student, read_array, require_parts
from digitlib.numerics import one_hot, sigmoid, sigmoid_prime, softmax


@exercise("boundary(w, b, x1)")
def check_boundary(student: Student) -> None:
    """Check exercise 2.1: where a neuron of two inputs is undecided, x2 (n,)."""
    rng = np.random.default_rng(21)
    for n in (6, 1):
        w = np.array([1, -1]) * rng.uniform(1.2, 3, size=2)
        b, x1 = float(rng.uniform(1, 2)), rng.normal(size=n)
        answer = student(w, b, x1, given=f"for {n} value(s) of x1")
        yours = read_array(answer, (n,), "one x2 per x1")
        if not agrees(yours, -(w[0] * x1 + b) / w[1]):
            hint = "z is not 0 at these points: put them into (Z) and see"
            blame(yours, _boundary_suspects(w, b, x1), hint)


def _boundary_suspects(w: np.ndarray, b: float, x1: np.ndarray) -> Suspects:
    truth = -(w[0] * x1 + b) / w[1]
    yield -truth, "a sign is lost: what changes when a term goes to the other side?"
    yield -w[0] * x1 / w[1], "where is the bias?"
    hint = "the bias has the wrong sign: on which side of the equation is it?"
    yield (b - w[0] * x1) / w[1], hint
    for bias in (b, -b):
        yield -w[0] * x1 + bias / w[1], "only the bias is divided: mind the brackets"
        hint = "the bias is not divided: the second weight goes under all terms"
        yield -w[0] * x1 / w[1] + bias, hint
    yield -(w[1] * x1 + b) / w[0], "the two weights have changed places"
    yield -(w[0] * x1 + b) / w[0], "it divides by the weight of x1, not by that of x2"
    yield -(w[0] * x1 + b), "that is w2 times x2: one division is missing"
    for half in (0.5, float(sigmoid(0.5))):
        hint = "the activation is one half there, not z: at which z is S(z) one half?"
        yield (half - w[0] * x1 - b) / w[1], hint


@exercise("stable_sigmoid(z)")
def check_stable_sigmoid(student: Student) -> None:
    """Check exercise 2.2: a sigmoid that neither overflows nor loses its tail."""
    rng = np.random.default_rng(22)
    moderate = rng.uniform(-4, 4, size=9)
    yours = _sigmoids(student, moderate)
    if not agrees(yours, sigmoid(moderate)):
        hint = "wrong even for z between -4 and 4: begin with (S) as it stands"
        blame(yours, _sigmoid_suspects(moderate), hint)
    yours = _sigmoids(student, moderate.reshape(3, 3))
    if not agrees(yours, sigmoid(moderate.reshape(3, 3))):
        raise NotYetError("right for a row of numbers, wrong for an array (3, 3)")

    tail = np.array([-650.0, -400.0, -100.0, -50.0, -38.0, -20.0])
    yours, truth = _sigmoids(student, tail), sigmoid(tail)
    if not np.all(np.abs(yours - truth) <= 1e-6 * truth):
        if np.any(yours <= 0):
            raise NotYetError(
                "S(z) is tiny there, and not 0: a difference of numbers near 1 loses it"
            )
        if yours[0] > truth[0] * 1e9:
            raise NotYetError(
                "far too large for z = -650: is z cut off? Then S(z) is that of another"
            )
        raise NotYetError("not exact for very negative z: test it at z = -50")
    ends = np.array([-1000.0, -710.0, 0.0, 710.0, 1000.0])
    if not agrees(_sigmoids(student, ends), sigmoid(ends)):
        raise NotYetError("right up to 650 on both sides, and wrong at 1000")
    try:
        with np.errstate(over="raise", divide="raise", invalid="raise"):
            student(ends)
    except NotYetError:
        raise NotYetError(
            "right, but exp overflows on the way, and NumPy warns: which power is safe?"
        ) from None


def _sigmoids(student: Student, z: np.ndarray) -> np.ndarray:
    largest = np.abs(z).max()
    given = f"for z of shape {z.shape}, up to {largest:.0f} in size"
    return read_array(student(z, given=given), z.shape, "one number per z")


def _sigmoid_suspects(z: np.ndarray) -> Suspects:
    yield sigmoid(-z), "it falls where it should rise: mind the sign of the power"
    yield sigmoid_prime(z), "that is the slope of the sigmoid"
    yield np.tanh(z), "that is the tanh: it runs from -1 to 1"
    yield np.where(z >= 0, sigmoid(z), -sigmoid(z)), "negative z get negative answers"
    turned = sigmoid(np.abs(z))
    yield turned, "for z and -z the answer is the same: what is it for negative z?"
    yield 1 - turned, "for z and -z the answer is the same: what is it for positive z?"
    hint = "right for z >= 0. Multiply numerator and denominator by the same power"
    yield np.where(z >= 0, sigmoid(z), sigmoid(z) * np.exp(z)), hint
    yield np.where(z >= 0, sigmoid(z), np.exp(z)), "right for z >= 0. And below?"
    yield np.where(z >= 0, 1, 0), "that is a step: it is never in doubt"


@exercise("descend_with_momentum(gradient, start, eta, mu, steps)")
def check_descend_with_momentum(student: Student) -> None:
    """Check exercise 2.3: the path of a descent with momentum, (steps + 1, m)."""
    rng = np.random.default_rng(23)
    for m, steps, start in (
        (3, 6, rng.normal(size=3)),
        (2, 1, rng.normal(size=2)),
        (4, 5, np.array([3, -2, 4, 1])),
    ):
        gradient = _bowl(rng.normal(size=m), rng.uniform(0.5, 2, size=m))
        task, given = (gradient, start, 0.2, 0.7, steps), f"a start of {start.dtype}"
        answer = student(*task, given=f"for {steps} step(s) and {given}")
        form = (steps + 1, m), "the start and one place for each step,"
        yours = read_array(answer, *form)
        if not agrees(yours, _roll(*task)):
            hint = "the path is wrong: work the first two steps out by hand"
            blame(yours, _momentum_suspects(*task), hint)


Gradient = Callable[[np.ndarray], np.ndarray]


def _bowl(lowest: np.ndarray, steepness: np.ndarray) -> Gradient:
    def gradient(w: np.ndarray) -> np.ndarray:
        return steepness * (np.asarray(w) - lowest)

    return gradient


def _roll(
    gradient: Gradient,
    start: np.ndarray,
    eta: float,
    mu: float,
    steps: int,
    ahead: float = 0.0,
    late: bool = False,
    stay: bool = False,
    dtype: np.typing.DTypeLike = float,
) -> np.ndarray:
    """Return the path; with another gradient, or with the step of before."""
    velocity, path = np.zeros(len(start)), [start.astype(dtype)]
    for _ in range(steps):
        before = velocity
        here = path[0] if stay else path[-1] + ahead * velocity
        velocity = mu * velocity - eta * gradient(here)
        path.append((path[-1] + (before if late else velocity)).astype(dtype))
    return np.array(path)


def _momentum_suspects(
    gradient: Gradient, start: np.ndarray, eta: float, mu: float, steps: int
) -> Suspects:
    def roll(eta: float = eta, mu: float = mu, **changes: object) -> np.ndarray:
        return _roll(gradient, start, eta, mu, **{"steps": steps} | changes)

    truth = roll()
    hint = "all rows are the same array: `+=` changes what is stored already"
    yield np.tile(truth[-1], (steps + 1, 1)), hint
    yield np.vstack([truth[1:], truth[-1:]]), "the path does not begin at the start"
    if steps > 1:
        hint = "that is without momentum: does the velocity live from step to step?"
        yield roll(mu=0), hint
        yield roll(mu=1), "the velocity is never braked: where is mu?"
        hint = "the velocity turns round in each step: mind the sign of mu"
        yield roll(mu=-mu), hint
        hint = "the gradient is taken ahead of the place: take it where you stand"
        yield roll(ahead=mu), hint
    yield roll(eta=-eta), "it goes uphill: mind the signs"
    yield roll(eta=1), "the learning rate is missing"
    hint = "the gradient counts in full: there is no factor 1 - mu in this exercise"
    yield roll(eta=eta * (1 - mu)), hint
    hint = "it steps before it renews the velocity: the other way round"
    yield roll(late=True), hint
    yield np.vstack([truth[:1], roll(steps=max(0, steps - 1))]), hint
    if steps > 1:
        hint = "the gradient is that of the start, each time: take it where you stand"
        yield roll(stay=True), hint
    hint = "fractions are cut off: a start of integers needs floats"
    yield roll(dtype=start.dtype), hint


@exercise("ten_neurons(images, labels, eta, steps)", seconds=10)
def check_ten_neurons(student: Student) -> None:
    """Check exercise 2.4: ten neurons that learn, (10, pixels) and (10,)."""
    rng = np.random.default_rng(24)
    # First as many pixels as neurons: there transposed weights fit, and can be named.
    for n, pixels, digits, steps in ((12, 10, 10, 4), (37, 6, 8, 9), (5, 12, 10, 0)):
        images, labels = rng.random((n, pixels)), rng.integers(digits, size=n)
        missing = "" if digits == 10 else ", when no 8 and no 9 occurs"
        given = f"for {n} images of {pixels} pixels{missing}"
        answer = student(images, labels, 0.8, steps, given=given)
        yours = np.column_stack(_read_neurons(answer, pixels))
        if not steps and yours.any():
            raise NotYetError("without a step all weights and biases should be 0")
        truth = _learn(images, labels, 0.8, steps)
        if not agrees(yours, truth):
            otherwise = f"weights or biases are wrong {given}"
            if _begins_elsewhere(student, images, labels):
                otherwise = "all weights and biases begin at 0, and yours do not"
            elif agrees(yours[:, -1], truth[:, -1]):
                otherwise = f"the biases are right, the weights are wrong {given}"
            blame(yours, _neurons_suspects(images, labels, 0.8, steps), otherwise)


def _begins_elsewhere(student: Student, images: np.ndarray, labels: np.ndarray) -> bool:
    try:
        answer = student(images, labels, 0.8, 0)
        return bool(np.any(_read_neurons(answer, images.shape[1])[0]))
    except NotYetError:
        return False


def _read_neurons(answer: object, pixels: int) -> tuple[np.ndarray, np.ndarray]:
    require_parts(answer, 2, "weights and biases are wanted, in this order")
    weights, biases = answer
    return (
        read_array(weights, (10, pixels), "a row per neuron", name="the weight array"),
        read_array(biases, (10,), "one per neuron", name="the bias array"),
    )


def _learn(
    images: np.ndarray,
    labels: np.ndarray,
    eta: float,
    steps: int,
    error: Callable[[np.ndarray, np.ndarray], np.ndarray] = lambda Z, Y: sigmoid(Z) - Y,
    with_bias: bool = True,
    bias_errors: Callable[[np.ndarray], np.ndarray] = lambda E: E.mean(axis=0),
    late_bias: bool = False,
    batch: int | None = None,
) -> np.ndarray:
    """Return weights and, as the last column, biases."""
    targets, batch = one_hot(labels), batch or len(images)
    inputs = np.column_stack([images, np.full(len(images), float(with_bias))])
    both = np.zeros((10, inputs.shape[1]))
    for start in steps * [*range(0, len(images), batch)]:
        X, Y = (some[start : start + batch] for some in (inputs, targets))
        errors = error(X @ both.T, Y)
        both[:, :-1] -= eta * errors.T @ X[:, :-1] / len(X)
        if late_bias:
            errors = error(X @ both.T, Y)
        both[:, -1] -= eta * with_bias * bias_errors(errors)
    return both


def _neurons_suspects(
    images: np.ndarray, labels: np.ndarray, eta: float, steps: int
) -> Suspects:
    def learn(**changes: object) -> np.ndarray:
        return _learn(images, labels, **{"eta": eta, "steps": steps} | changes)

    n = len(images)
    if images.shape[1] == 10:
        truth = learn()
        hint = "the weights are transposed: one row for each neuron"
        yield np.column_stack([truth[:, :10].T, truth[:, 10]]), hint
    hint = "that is the error of the quadratic cost: with the log-loss S' cancels"
    yield learn(error=lambda Z, Y: (sigmoid(Z) - Y) * sigmoid_prime(Z)), hint
    hint = "that is softmax: here each neuron answers for itself, with a sigmoid"
    yield learn(error=lambda Z, Y: softmax(Z) - Y), hint
    yield learn(error=lambda Z, Y: Z - Y), "where is the sigmoid?"
    yield learn(with_bias=False), "the biases have not learnt, and (Z) has one"
    hint = "one mean for all ten biases: take it over the images, not over everything"
    yield learn(bias_errors=lambda E: np.full(10, E.mean())), hint
    hint = "the biases add up over the images: (G) has their mean"
    yield learn(bias_errors=lambda E: E.sum(axis=0)), hint
    hint = "the targets are labels: neuron j wants 1 for a j and 0 for all else"
    yield learn(error=lambda Z, _: sigmoid(Z) - labels[:, None]), hint
    yield learn(eta=-eta), "it goes uphill: mind the sign of the step"
    yield learn(eta=eta * n), "it adds up over the images: (G) has their mean"
    yield learn(eta=eta / 10), "it takes the mean over the ten neurons as well"
    yield learn(eta=eta / n), "it divides by the number of images twice"
    yield learn(eta=1), "the learning rate is missing"
    yield learn(steps=steps + 1), "it takes one step too many"
    yield learn(steps=max(0, steps - 1)), "it takes one step too few"
    yield learn(steps=1), "it takes one step only: is `return` inside the loop?"
    hint = "labels and images are out of step"
    yield _learn(images, np.roll(labels, 1), eta, steps), hint
    yield learn(batch=1), "each step is to use all images"
    hint = "take both gradients at the same place, before either of the two changes"
    yield learn(late_bias=True), hint
