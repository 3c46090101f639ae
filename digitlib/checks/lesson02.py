"""Checks for lesson 2, "One neuron"."""

from collections.abc import Callable

import numpy as np

from courseware.checking.exercise import (
    Suspects,
    agrees,
    blame,
    compared,
    exercise,
)
from courseware.checking.judges import require_no_memory
from courseware.checking.student import NotYetError, Student, read_array, require_parts
from digitlib.numerics import one_hot, sigmoid, sigmoid_prime, softmax


@exercise("boundary(w, b, x1)")
def check_boundary(student: Student) -> None:
    """Check exercise 2.1: where a neuron of two inputs is undecided, x2 (n,)."""
    rng = np.random.default_rng(21)
    tasks = []
    for n, w, b, width in (
        (6, (1.7, 2.4), 1.3, 1),
        (3, (2.9, -1.2), 1.9, 1),
        (6, (-1.6, 0.7), -2.1, 20),  # the other signs, and points far out
        (4, (0.0, -3.0), 0.7, 5),  # a level line
        (1, (0.4, 0.05), 0.0, 1),  # a steep one, through the origin
    ):
        task = np.array(w), b, width * rng.normal(size=n)
        given = f"for w = {w}, b = {b}"
        answer = student(*task, given=f"{given} and {n} value(s) of x1")
        yours = read_array(answer, (n,), "one x2 per x1")
        if not agrees(yours, _boundary(*task)):
            require_no_memory(student, [*tasks, task])
            suspects = [*_abs_suspects(*task), *_boundary_suspects(*task)]
            blame(yours, suspects, _elsewhere(yours, *task), given)
        tasks.append(task)
    require_no_memory(student, tasks)


def _boundary(w: np.ndarray, b: float, x1: np.ndarray) -> np.ndarray:
    return -(w[0] * x1 + b) / w[1]


def _elsewhere(yours: np.ndarray, w: np.ndarray, b: float, x1: np.ndarray) -> str:
    off = np.abs(yours - _boundary(w, b, x1))
    place, z = int(off.argmax()), w[0] * x1 + w[1] * yours + b
    if len(z) > 1 and agrees(z, np.full(len(z), z[place])):
        return f"the slope is right, but z is {z[place]:.3g} all along: mind the bias"
    hint = (
        f"at x1 = {x1[place]:.3g} you say x2 = {yours[place]:.3g}, and there z is "
        f"{z[place]:.3g}, not 0"
    )
    nearly = ". Nearly: is anything rounded, or added that (Z) does not have?"
    return hint + nearly if off.max() < 0.06 else hint


def _boundary_suspects(w: np.ndarray, b: float, x1: np.ndarray) -> Suspects:
    truth = _boundary(w, b, x1)
    yield -truth, "a sign is lost: what changes when a term goes to the other side?"
    yield -w[0] * x1 / w[1], "where is the bias?"
    yield -b / w[1] + 0 * x1, "where is x1? The line is not level"
    hint = "the bias has the wrong sign: on which side of the equation is it?"
    yield (b - w[0] * x1) / w[1], hint
    hint = "the term with x1 has the wrong sign: on which side of the equation is it?"
    yield (w[0] * x1 - b) / w[1], hint
    for bias in (b, -b):
        yield -w[0] * x1 + bias / w[1], "only the bias is divided: mind the brackets"
        hint = "the bias is not divided: the second weight goes under all terms"
        yield -w[0] * x1 / w[1] + bias, hint
    yield -(w[0] * x1 + b), "that is w2 times x2: one division is missing"
    for half in (0.5, float(sigmoid(0.5))):
        hint = "the activation is one half there, not z: at which z is S(z) one half?"
        yield (half - w[0] * x1 - b) / w[1], hint
    hint = "where the neuron says 1 is another place: at which z is S(z) one half?"
    yield (1 - w[0] * x1 - b) / w[1], hint
    if w[0]:
        yield -(w[1] * x1 + b) / w[0], "the two weights have changed places"
        hint = "it divides by the weight of x1, not by that of x2"
        yield -(w[0] * x1 + b) / w[0], hint


def _abs_suspects(w: np.ndarray, b: float, x1: np.ndarray) -> Suspects:
    hint = "right for a positive {0}, and wrong for a negative one"
    if (x1 < 0).any():
        yield _boundary(w, b, np.abs(x1)), hint.format("x1")
    if w[0] < 0:
        yield -(-w[0] * x1 + b) / w[1], hint.format("first weight")
    if w[1] < 0:
        yield (w[0] * x1 + b) / w[1], hint.format("second weight")
    if b < 0:
        yield -(w[0] * x1 - b) / w[1], hint.format("bias")


@exercise("stable_sigmoid(z)")
def check_stable_sigmoid(student: Student) -> None:
    """Check exercise 2.2: a sigmoid that neither overflows nor loses its tail.

    Where S(z) is below 1e-307, any number as small is right, 0 included.
    """
    rng = np.random.default_rng(22)
    moderate = np.append(rng.uniform(-4, 4, size=11), 0)
    yours = _sigmoids(student, moderate)
    if not agrees(yours, sigmoid(moderate)):
        suspects = _sigmoid_suspects(moderate)
        blame(yours, suspects, _wrong_sigmoid(yours, moderate))
    for shape in ((3, 4), (2, 3, 2), ()):
        z = moderate.reshape(shape) if shape else np.array(moderate[0])
        if not agrees(_sigmoids(student, z), sigmoid(z)):
            raise NotYetError(f"right for a row of numbers, wrong for shape {shape}")
    tail = np.array([-700.0, -650.0, -400.0, -100.0, -50.0, -38.0, -20.0])
    ends = np.array([-1000.0, -720.0, 700.0, 720.0, 1000.0])
    # All at once with numbers of the other sign, too: each z is judged by itself.
    for z in (tail, ends, -ends[2:], ends[2:], np.append(tail, 9 * [1000.0]), ends[1:]):
        _judge_far(_sigmoids(student, z), z)
    _, count = student.counted(ends)
    if count.warned:
        overflows = [what for what in count.warned if "overflow" in what]
        what = (overflows or count.warned)[0]
        raise NotYetError(
            f"right, but NumPy warns, up to 1000 in size: {what}. Which power is safe?"
        )
    require_no_memory(student, [(moderate,), (-moderate,), (ends,)])


def _judge_far(yours: np.ndarray, z: np.ndarray) -> None:
    """Hold S(z) against the right one, with an error that is small beside it."""
    power = np.exp(-np.abs(z))
    truth = np.where(z >= 0, 1, power) / (1 + power)
    wrong = np.abs(yours - truth) > 1e-6 * truth + 1e-307
    if not wrong.any():
        return
    place = int(np.argmax(wrong * np.where(z < 0, z + 2000, 1)))  # nearest to 0
    you_say = f"for z = {z[place]:g} you say {yours[place]:.2g}"
    if z[place] >= 0:
        raise NotYetError(f"{you_say}, and S(z) is hardly below 1 there")
    if yours[place] <= 0:
        reason = "a difference of numbers near 1, or rounded, or cut off?"
        if -110 < z[place] < -80:
            reason = "single precision ends there. Where does it come from?"
        raise NotYetError(f"{you_say}, S(z) is tiny there, but not 0: {reason}")
    if yours[place] > 1.5 * truth[place]:
        raise NotYetError(f"{you_say}, far too large: is z cut off, or S(z)?")
    if yours[place] < truth[place] / 2:
        raise NotYetError(f"{you_say}, far too small: hold it against e^z")
    raise NotYetError(f"{you_say}, not exact: hold it against e^z in double precision")


def _sigmoids(student: Student, z: np.ndarray) -> np.ndarray:
    largest = np.abs(z).max()
    given = f"for z of shape {z.shape}, up to {largest:.0f} in size"
    return read_array(student(z, given=given), z.shape, "one number per z")


def _wrong_sigmoid(yours: np.ndarray, z: np.ndarray) -> str:
    place = int(np.abs(yours - sigmoid(z)).argmax())
    sides = "one half and 1" if z[place] > 0 else "0 and one half"
    return (
        f"for z = {z[place]:.3g} you say {yours[place]:.4g}, and (S) a number between "
        f"{sides}"
    )


def _sigmoid_suspects(z: np.ndarray) -> Suspects:
    yield sigmoid(-z), "it falls where it should rise: mind the sign of the power"
    yield sigmoid_prime(z), "that is the slope of the sigmoid"
    yield np.tanh(z), "that is the tanh: it runs from -1 to 1"
    for signs in (np.sign(z), np.where(z < 0, -1, 1)):
        yield signs * sigmoid(z), "negative z get negative answers"
    turned = sigmoid(np.abs(z))
    yield turned, "for z and -z the answer is the same: what is it for negative z?"
    yield 1 - turned, "for z and -z the answer is the same: what is it for positive z?"
    hint = "right for z >= 0. Multiply numerator and denominator by the same power"
    yield np.where(z >= 0, sigmoid(z), sigmoid(z) * np.exp(z)), hint
    yield np.where(z >= 0, sigmoid(z), np.exp(z)), "right for z >= 0. And below?"
    yield np.where(z >= 0, 1, np.exp(z)), "that is the numerator: divide by 1 + e^-|z|"
    yield np.where(z >= 0, 1, 0), "that is a step: it is never in doubt"
    hint = "at z = 0 it says 0: to which side belongs 0?"
    yield np.where(z == 0, 0, sigmoid(z)), hint
    yield sigmoid(2 * z), "it rises too fast: that is S(2 z)"
    yield np.round(sigmoid(z)), "that is rounded: it is never in doubt"


@exercise("descend_with_momentum(gradient, start, eta, mu, steps)")
def check_descend_with_momentum(student: Student) -> None:
    """Check exercise 2.3: the path of a descent with momentum, (steps + 1, m)."""
    rng = np.random.default_rng(23)
    tasks = []
    for start, eta, mu, steps, floor in (
        (rng.normal(size=3), 0.2, 0.7, 6, 0.0),
        (rng.normal(size=2), 0.1, 0.4, 1, 0.0),
        (np.array([3, -2, 4, 1]), 0.25, 0.9, 5, 0.0),
        (rng.normal(size=3), 0.3, 0.0, 4, 0.0),
        (np.array([4.0, 5.0]), 0.2, 0.8, 25, 2.0),  # it rolls on where all is flat
        (rng.normal(size=2), 0.2, 0.5, 0, 0.0),
    ):
        m = len(start)
        gradient = _bowl(rng.normal(size=m), rng.uniform(0.5, 2, size=m), floor)
        task = gradient, start, eta, mu, steps
        given = f"for eta = {eta}, mu = {mu}, {steps} step(s)"
        answer = student(*task, given=f"{given} and a start of {start.dtype}")
        form = (steps + 1, m), "the start and one place for each step,"
        yours = read_array(answer, *form)
        truth = _roll(*task)
        if not agrees(yours, truth):
            require_no_memory(student, [*tasks, task])
            right = int(np.argmin(np.isclose(yours, truth).all(axis=1)))
            hint = f"right for {max(0, right - 1)} step(s): work the next out by hand"
            suspects = _momentum_suspects(*task, yours)
            blame(yours, suspects, hint, compared(yours, truth, f"{given}:"))
        tasks.append(task)
    require_no_memory(student, tasks)


Gradient = Callable[[np.ndarray], np.ndarray]


def _bowl(lowest: np.ndarray, steepness: np.ndarray, floor: float) -> Gradient:
    """Return the gradient of a bowl with a flat floor, in each direction so wide."""

    def gradient(w: np.ndarray) -> np.ndarray:
        away = np.asarray(w, float) - lowest
        return steepness * np.sign(away) * np.maximum(np.abs(away) - floor, 0)

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
    pace: float = 1.0,
    velocity: np.ndarray | float = 0.0,
    dtype: np.typing.DTypeLike = float,
) -> np.ndarray:
    """Return the path; with another gradient, or with the step of before, and so on."""
    velocity, path = velocity + np.zeros(len(start)), [start.astype(dtype)]
    for _ in range(steps):
        before = velocity
        here = path[0] if stay else path[-1] + ahead * velocity
        velocity = mu * velocity - eta * gradient(here)
        path.append((path[-1] + pace * (before if late else velocity)).astype(dtype))
    return np.array(path)


def _momentum_suspects(
    gradient: Gradient,
    start: np.ndarray,
    eta: float,
    mu: float,
    steps: int,
    yours: np.ndarray,
) -> Suspects:
    def roll(eta: float = eta, mu: float = mu, **changes: object) -> np.ndarray:
        return _roll(gradient, start, eta, mu, **{"steps": steps} | changes)

    truth = roll()
    hint = "all rows are the same array: `+=` changes what is stored already"
    yield np.tile(truth[-1], (steps + 1, 1)), hint
    yield np.vstack([truth[1:], truth[-1:]]), "the path does not begin at the start"
    hint = "these are velocities: the path is where they lead to"
    yield np.vstack([0 * truth[:1], np.diff(truth, axis=0)]), hint
    if not agrees(yours[0], truth[0]):
        yield yours, "the path does not begin at the start"
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
    yield roll(eta=mu, mu=eta), "eta and mu have changed places"
    yield roll(pace=eta), "eta counts twice: in the velocity, and in the step"
    hint = "mu brakes the old velocity alone, and not the gradient"
    yield roll(eta=eta * mu), hint
    hint = "the gradient counts in full: there is no factor 1 - mu in this exercise"
    yield roll(eta=eta * (1 - mu)), hint
    hint = "it steps before it renews the velocity: the other way round"
    yield roll(late=True), hint
    yield np.vstack([truth[:1], roll(steps=max(0, steps - 1))]), hint
    hint = "the velocity begins at 0, and not with a gradient"
    yield roll(velocity=-eta * gradient(start)), hint
    yield roll(velocity=1.0), "the velocity begins at 0, and not at 1"
    if steps > 1:
        hint = "the gradient is that of the start, each time: take it where you stand"
        yield roll(stay=True), hint
    hint = "fractions are cut off: a start of integers needs floats"
    yield roll(dtype=start.dtype), hint
    yield from _fixed_suspects(gradient, eta, mu, steps, yours, roll)


def _fixed_suspects(
    gradient: Gradient,
    eta: float,
    mu: float,
    steps: int,
    yours: np.ndarray,
    roll: Callable[..., np.ndarray],
) -> Suspects:
    """Find an eta or a mu that the answer takes instead of those that it is given."""
    slope = gradient(yours[0])
    if steps and slope.any():
        taken = float(-(yours[1] - yours[0]) @ slope / (slope @ slope))
        yield roll(eta=taken), f"its steps are those of another eta, {taken:.3g}"
    if steps > 1 and (moved := yours[1] - yours[0]).any():
        rest = yours[2] - yours[1] + eta * gradient(yours[1])
        taken = float(rest @ moved / (moved @ moved))
        yield roll(mu=taken), f"its steps are those of another mu, {taken:.3g}"


@exercise("ten_neurons(images, labels, eta, steps)", seconds=10)
def check_ten_neurons(student: Student) -> None:
    """Check exercise 2.4: ten neurons that learn, (10, pixels) and (10,)."""
    rng = np.random.default_rng(24)
    tasks = []
    # First as many pixels as neurons: there transposed weights fit, and can be named.
    for n, pixels, digits, eta, steps in (
        (12, 10, range(10), 0.8, 4),
        (37, 6, range(8), 0.2, 9),
        (5, 12, range(10), 0.8, 0),
        (1, 3, (7,), 2.5, 3),
        (30, 7, (3, 4, 8), 1.5, 5),
    ):
        images, labels = rng.random((n, pixels)), rng.choice(digits, size=n)
        task = images, labels, eta, steps
        given = f"for {n} image(s), eta = {eta}, {steps} step(s)"
        yours = np.column_stack(_read_neurons(student(*task, given=given), pixels))
        if not steps and yours.any():
            raise NotYetError("without a step all weights and biases should be 0")
        truth = _learn(*task)
        if not agrees(yours, truth):
            require_no_memory(student, [*tasks, task])
            hint, seen = _wrong_neurons(student, task, yours), _seen(yours, truth)
            blame(yours, _neurons_suspects(*task), hint, f"{given}: {seen}")
        tasks.append(task)
    require_no_memory(student, tasks)


def _seen(yours: np.ndarray, truth: np.ndarray) -> str:
    """Quote the weight or the bias that is farthest off."""
    if agrees(yours[:, :-1], truth[:, :-1]):
        return compared(yours[:, -1], truth[:, -1], "of the biases")
    return compared(yours[:, :-1], truth[:, :-1], "of the weights")


def _wrong_neurons(student: Student, task: tuple, yours: np.ndarray) -> str:
    """Say how far it goes well: at the start, for a step, for weights or biases."""
    images, labels, eta, _ = task

    def after(steps: int) -> np.ndarray | None:
        try:
            answer = student(images, labels, eta, steps)
            return np.column_stack(_read_neurons(answer, images.shape[1]))
        except NotYetError:
            return None

    begun, once = after(0), after(1)
    if begun is not None and begun.any():
        return "all weights and biases begin at 0, and yours do not"
    first = _learn(images, labels, eta, 1)
    if once is not None and agrees(once, first):
        return "right after one step, and wrong from the second on"
    for found, truth in ((yours, _learn(*task)), (once, first)):
        if found is None:
            continue
        when = "" if found is yours else "after one step "
        if agrees(found[:, -1], truth[:, -1]):
            return f"{when}the biases are right, the weights are wrong"
        if agrees(found[:, :-1], truth[:, :-1]):
            return f"{when}the weights are right, the biases are wrong"
    # Whatever images it takes, each says yes to one neuron: the ten means of 1/2 - y.
    if once is not None and agrees(once[:, -1].sum(), -4 * eta):
        return "after one step already some images, or their labels, do not count"
    return "wrong after one step already: work it out by hand, all sums are 0 there"


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
    pace: float = 1.0,
) -> np.ndarray:
    """Return weights and, as the last column, biases."""
    targets, batch = one_hot(labels), batch or len(images)
    inputs = np.column_stack([images, np.full(len(images), float(with_bias))])
    both = np.zeros((10, inputs.shape[1]))
    for start in steps * [*range(0, len(images), batch)]:
        X, Y = (some[start : start + batch] for some in (inputs, targets))
        errors = error(X @ both.T, Y)
        both[:, :-1] -= pace * eta * errors.T @ X[:, :-1] / len(X)
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
    hint = "the weights add up over the images: (G) has their mean"
    yield learn(pace=n), hint
    for total in (4000, 10000, 50000):
        hint = f"it divides by {total}, and not by the number of images that it gets"
        yield learn(eta=eta * n / total), hint
    for other in (0.1, 0.3, 0.5):
        yield learn(eta=other), f"its learning rate is {other}, and not the eta it gets"
    yield learn(eta=eta / 10), "it takes the mean over the ten neurons as well"
    yield learn(eta=eta / n), "it divides by the number of images twice"
    yield learn(eta=1), "the learning rate is missing"
    yield learn(steps=steps + 1), "it takes one step too many"
    yield learn(steps=max(0, steps - 1)), "it takes one step too few"
    yield learn(steps=1), "it takes one step only: is `return` inside the loop?"
    hint = "the targets are 1 and 0, not 1 and -1"
    yield learn(error=lambda Z, Y: sigmoid(Z) - 2 * Y + 1), hint
    hint = "each neuron learns to say no to its own digit: mind the targets"
    yield learn(error=lambda Z, Y: sigmoid(Z) - 1 + Y), hint
    for shift in (1, -1):
        hint = "the digits are off by one: neuron 0 learns the 0"
        yield _learn(images, (labels + shift) % 10, eta, steps), hint
    for centre in (images.mean(axis=0), images.mean()):
        hint = "take the images as they are, without a mean taken off"
        yield _learn(images - centre, labels, eta, steps), hint
    hint = "labels and images are out of step"
    yield _learn(images, np.roll(labels, 1), eta, steps), hint
    for batch in (1, 10):
        yield learn(batch=batch), "each step is to use all images"
    hint = "take both gradients at the same place, before either of the two changes"
    yield learn(late_bias=True), hint
