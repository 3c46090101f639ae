"""Checks for lesson 6, "Learning better", and its sixth patient."""

import numpy as np
from scipy.special import logsumexp, softmax

from courseware.checking.exercise import Suspects, agrees, blame, compared, exercise
from courseware.checking.judges import growth
from courseware.checking.student import (
    NotYetError,
    Student,
    read_array,
    read_number,
    require_parts,
    type_name,
)
from digitlib import gauges
from digitlib.data.digits import Digits
from digitlib.gradient_check import central_differences
from digitlib.model import Model, dense_model
from digitlib.training import train

BETA1, BETA2, EPSILON = 0.9, 0.999, 1e-8
BATCH_NORM_EPSILON = 1e-5

Patient = dict[str, object]


@exercise("cosine_rate(peak, moment)")
def check_cosine_rate(student: Student) -> None:
    """Check exercise 6.1: a learning rate that falls along half a wave."""
    rng = np.random.default_rng(61)
    for peak in (float(rng.uniform(0.1, 0.4)), 3.0):
        moments = np.array([0.0, 0.5, 1.0, *rng.uniform(0, 1, 5)])
        yours = np.empty(len(moments))
        for k, moment in enumerate(moments.tolist()):
            given = f"for the peak {peak:.3g} at the moment {moment:.2g}"
            yours[k] = read_number(student(peak, moment, given=given))
        truth = peak * (1 + np.cos(np.pi * moments)) / 2
        if not agrees(yours, truth):
            suspects = _cosine_suspects(peak, moments)
            blame(yours, suspects, *_cosine_fault(peak, moments, yours, truth))


def _cosine_fault(
    peak: float, moments: np.ndarray, yours: np.ndarray, truth: np.ndarray
) -> tuple[str, str]:
    """Say where the rate is wrong first, of the moments 0, 1/2, 1 and others."""
    wrong = np.abs(yours - truth) > 1e-5 * peak
    place = int(wrong.argmax())
    given = f"for the peak {peak:.3g} at the moment {moments[place]:.3g}"
    seen = compared(yours[place], truth[place], given)
    if place > 2:
        return "right at 0, 1/2 and 1, wrong between: half a wave of the cosine", seen
    return "wrong: it should be peak at 0, half of it at 0.5, and 0 at 1", seen


def _cosine_suspects(peak: float, u: np.ndarray) -> Suspects:
    wave = np.cos(np.pi * u)
    yield peak * (1 + wave), "twice too large: the wave plus 1 runs from 2 to 0"
    yield peak * wave, "it ends at -peak: a cosine runs from 1 to -1, the rate to 0"
    yield (1 + wave) / 2, "it begins at 1, not at the peak"
    yield peak * (1 - wave) / 2, "it rises from 0: the rate should fall"
    hint = "that is a whole wave: it has come back up at the moment 1"
    yield peak * (1 + np.cos(2 * np.pi * u)) / 2, hint
    hint = "np.cos takes radians: half a turn is pi, not 180"
    yield peak * (1 + np.cos(180 * u)) / 2, hint
    yield peak * (1 + np.cos(u)) / 2, "the angle ends at 1: half a wave is wider"
    hint = "that is a quarter of a wave: it does not begin to fall gently AND end so"
    yield peak * np.cos(np.pi * u / 2), hint
    yield peak * (1 - u), "that is a straight line from peak to 0"
    yield peak * wave / 2, "it ends below 0: what must be added to the wave?"
    yield np.full_like(u, peak), "the rate stays as it is: where is the moment?"
    yield peak * (1 + wave / 2), "brackets: halve the sum, not the wave alone"
    yield peak + wave / 2, "brackets: halve the sum, not the wave alone"


@exercise("stable_cross_entropy(Z, labels)")
def check_stable_cross_entropy(student: Student) -> None:
    """Check exercise 6.2: the cross-entropy of scores (n, 10) of any size."""
    rng = np.random.default_rng(62)
    for n in (10, 7, 1):
        Z, labels = 2 * rng.normal(size=(n, 10)), rng.integers(10, size=n)
        given = f"for {n} sample(s)"
        cost = np.array(read_number(student(Z, labels, given=given)))
        truth = _cross_entropy(Z, labels)
        if not agrees(cost, truth):
            hint = "the number is wrong: work out one row by hand"
            suspects = _cross_entropy_suspects(Z, labels)
            blame(cost, suspects, hint, compared(cost, truth, given))
    heights = np.arange(5)[:, None]  # one maximum for all rows is not enough
    mixed = np.where(np.eye(10)[[3, 0, 9, 4, 4]], 1000.0, -1000.0)
    for Z, given in (
        (1000 * (rng.random((5, 10)) + heights), "for scores of about 1000"),
        (-1000 * (rng.random((5, 10)) + heights), "for scores of about -1000"),
        (mixed, "for one score of 1000 and nine of -1000 in a row"),
        (-mixed, "for one score of -1000 and nine of 1000 in a row"),
    ):
        _check_large_scores(student, Z, rng.integers(10, size=5), given)


def _check_large_scores(
    student: Student, Z: np.ndarray, labels: np.ndarray, given: str
) -> None:
    answer, truth = student(Z, labels, given=given), _cross_entropy(Z, labels)
    if isinstance(answer, float) and not np.isfinite(answer):
        infinite = f"{given} it is {answer:g}: exp overflows"
        if abs(Z).min() == 1000:  # where a smaller number has been enough so far
            raise NotYetError(f"{infinite}. Is it the row's largest you subtract?")
        raise NotYetError(f"{infinite}, or the logarithm is taken of 0")
    cost = np.array(read_number(answer))
    if not agrees(cost, truth):
        wrong = "right for small scores: is something cut off or added to avoid log(0)?"
        raise NotYetError(f"{wrong} ({compared(cost, truth, given)})")


def _cross_entropy(Z: np.ndarray, labels: np.ndarray) -> np.ndarray:
    rows = np.arange(len(Z))
    return np.array(np.mean(logsumexp(Z, axis=1) - Z[rows, labels]))


def _cross_entropy_suspects(Z: np.ndarray, labels: np.ndarray) -> Suspects:
    rows, n = np.arange(len(Z)), len(Z)
    truth, A = _cross_entropy(Z, labels), softmax(Z, axis=1)
    top = Z.max(axis=1)
    yield -truth, "the sign is turned round: a logarithm of a probability is negative"
    hint = "the largest score of each row is wanted, not of each column"
    yield _cross_entropy(Z - Z.max(axis=0), labels), hint
    if n > 1:
        yield n * truth, "it adds up over the samples: the cost is their mean"
    yield truth / 10, "it averages over all numbers: one row has one cost"
    yield np.mean(-A[rows, labels]), "where is the logarithm?"
    yield np.mean(A[rows, labels]), "where is the logarithm?"
    yield truth / np.log(2), "that is the logarithm to the base 2: (CE) has ln"
    yield truth / np.log(10), "that is the logarithm to the base 10: (CE) has ln"
    hint = "the largest score is subtracted in the sum, but not from the true score"
    yield np.mean(np.log(np.exp(Z - top[:, None]).sum(axis=1)) - Z[rows, labels]), hint
    hint = "the largest score is subtracted from the true score, but not in the sum"
    yield np.mean(logsumexp(Z, axis=1) - (Z[rows, labels] - top)), hint
    yield np.mean(-Z[rows, labels]), "the sum over the powers is missing"
    yield np.mean(logsumexp(Z, axis=1)), "the score of the true digit is missing"
    hint = "it takes the highest score for the true one: what are the labels for?"
    yield np.mean(logsumexp(Z, axis=1) - top), hint
    hint = "the sum runs over the whole array: each row has its own"
    yield logsumexp(Z) - Z[rows, labels].mean(), hint
    yield logsumexp(Z - top[:, None]) - np.mean(Z[rows, labels] - top), hint
    if n == Z.shape[1]:
        hint = "the sum runs down the columns: a sample is a row"
        yield np.mean(logsumexp(Z, axis=0) - Z[rows, labels]), hint
        # A row of maxima fits on a square array, and on the wrong scores.
        flat = "the largest scores lie in a row: with keepdims=True they stay a column"
        yield _cross_entropy(Z - top, labels), flat
        yield np.mean(logsumexp(Z - top, axis=1) + top - Z[rows, labels]), flat
    hint = "Z[:, labels] picks every label from every row: each row has one"
    yield np.mean(logsumexp(Z, axis=1)) - np.mean(Z[:, labels]), hint
    hint = "the true score is added: a likely digit should cost less"
    yield np.mean(logsumexp(Z, axis=1) - 2 * top + Z[rows, labels]), hint
    hint = "the sum is there, and its logarithm is not"
    yield np.mean(np.exp(Z - top[:, None]).sum(axis=1) - Z[rows, labels] + top), hint
    shifted = np.roll(Z, 1, axis=1)
    yield _cross_entropy(shifted, labels), "it is off by one: digit 0 is column 0"


@exercise("adamw_step(p, g, m, s, t, eta, decay)")
def check_adamw_step(student: Student) -> None:
    """Check exercise 6.3: a step of Adam with a decay of its own."""
    rng = np.random.default_rng(63)
    for t, shape, eta, decay in (
        (3, (4, 5), 0.1, 0.3),
        (1, (6,), 0.1, 0.3),
        (50, (2, 3), 0.02, 0.05),
        (7, (5,), 0.4, 0.0),
    ):
        p, g, m = (rng.normal(size=shape) for _ in range(3))
        s = rng.random(shape)
        if t == 1:  # as a training begins; and gradients that tell where epsilon is
            m, s, g = np.zeros(shape), np.zeros(shape), 1e-7 * g
        task = p, g, m, s, t, eta, decay
        given = f"for t = {t}, eta = {eta}, decay = {decay}"
        yours = _read_step(student(*task, given=given), shape)
        names = ("the parameters are", "the mean m is", "the mean s is")
        new_m, new_s = _means(g, m, s)
        new_p = _decayed(p, _quotient(new_m, new_s, t), eta, decay)
        suspects = (
            _adamw_suspects(*task),
            _mean_suspects(g, m, BETA1, "m", decay * p, t),
            _mean_suspects(g, s, BETA2, "s", decay * p, t),
        )
        if agrees(yours[1], new_s) or agrees(yours[2], new_m):
            raise NotYetError("the order is mixed up: return p, then m, then s")
        # The means first: without them the step cannot be right.
        for k in (1, 2, 0):
            truth = (new_p, new_m, new_s)[k]
            if not agrees(yours[k], truth):
                seen = compared(yours[k], truth, given)
                hint = f"{names[k]} wrong in step {t}"
                if t == 1 and not k:
                    hint += ", where gradients are tiny: look at epsilon"
                blame(yours[k], suspects[k], hint, seen)


def _read_step(answer: object, shape: tuple[int, ...]) -> list[np.ndarray]:
    require_parts(answer, 3, "three arrays are wanted, p, m and s")
    return [
        read_array(part, shape, "like the parameters", name=f"the new {name}")
        for name, part in zip("pms", answer, strict=True)
    ]


def _means(
    g: np.ndarray, m: np.ndarray, s: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    return BETA1 * m + (1 - BETA1) * g, BETA2 * s + (1 - BETA2) * g**2


def _quotient(m: np.ndarray, s: np.ndarray, t: int) -> np.ndarray:
    return (m / (1 - BETA1**t)) / (np.sqrt(s / (1 - BETA2**t)) + EPSILON)


def _decayed(
    p: np.ndarray, quotient: np.ndarray, eta: float, decay: float
) -> np.ndarray:
    return p - eta * (quotient + decay * p)


def _mean_suspects(
    g: np.ndarray, old: np.ndarray, beta: float, name: str, decay: np.ndarray, t: int
) -> Suspects:
    new = g**2 if name == "s" else g
    both = (g + decay) ** 2 if name == "s" else g + decay
    yield old, f"{name} comes back as it was: return the new mean"
    hint = f"{name} comes back divided: that is for the step only, the mean goes on"
    yield (beta * old + (1 - beta) * new) / (1 - beta**t), hint
    yield beta * old + new, f"{name}: the new part needs the factor 1 - beta"
    hint = f"{name}: the factors are exchanged: most of the old mean is kept"
    yield (1 - beta) * old + beta * new, hint
    hint = f"{name} is made from the gradient alone: the decay has a term of its own"
    yield beta * old + (1 - beta) * both, hint
    if name == "s":
        yield beta * old + (1 - beta) * g, "s is the mean of squares: where is it?"
        hint = "s has a constant of its own: it remembers for longer than m"
        yield BETA1 * old + (1 - BETA1) * new, hint


def _adamw_suspects(
    p: np.ndarray,
    g: np.ndarray,
    m: np.ndarray,
    s: np.ndarray,
    t: int,
    eta: float,
    decay: float,
) -> Suspects:
    def decayed(quotient: np.ndarray) -> np.ndarray:
        return _decayed(p, quotient, eta, decay)

    new_m, new_s = _means(g, m, s)
    step, size = _quotient(new_m, new_s, t), np.sqrt(new_s / (1 - BETA2**t))
    walked, corrected = p - eta * step, new_m / (1 - BETA1**t)
    if decay:
        yield walked, "the parameters do not decay: where is decay * p?"
    for other in {0.1, 0.01} - {decay}:
        hint = f"the decay is {other} whatever is handed over"
        yield _decayed(p, step, eta, other), hint
    for other in {0.1, 0.01, 0.001} - {eta}:
        hint = f"eta is {other} whatever is handed over"
        yield _decayed(p, step, other, decay), hint
    yield p + eta * (step + decay * p), "it walks uphill: what is the sign of a step?"
    hint = "eta is a factor of the decay, too"
    yield walked - decay * p, hint
    yield (1 - decay) * walked, hint
    yield walked + decay * p, f"brackets: {hint}"
    yield walked + eta * decay * p, "the decay has the wrong sign: p shall shrink"
    hint = "the decay is taken of the new p: the equation has the old one"
    yield walked - eta * decay * walked, hint
    if t > 1:
        hint = "the step uses the old means: the new ones come first"
        yield decayed(_quotient(m, s, t)), hint
    hint = "m and s begin at 0 and are too small at first: divide, see (ADAM)"
    yield decayed(new_m / (np.sqrt(new_s) + EPSILON)), hint
    hint = "s is corrected for its beginning at 0, and m is not"
    yield decayed(new_m / (size + EPSILON)), hint
    hint = "m is corrected for its beginning at 0, and s is not"
    yield decayed(corrected / (np.sqrt(new_s) + EPSILON)), hint
    hint = "t counts from 1: it is used as it comes"
    yield decayed(_quotient(new_m, new_s, t + 1)), hint
    if t > 1:
        hint = "beta to the power of t: how much is still missing changes with t"
        yield decayed(_quotient(new_m, new_s, 1)), hint
    hint = "where is the root? The step would depend on the unit of the gradient"
    yield decayed(corrected / (size**2 + EPSILON)), hint
    hint = "epsilon is added after the root, not under it"
    yield decayed(corrected / np.sqrt(size**2 + EPSILON)), hint
    yield decayed(corrected / size), "epsilon is missing"
    for epsilon in (1e-3, 1e-5, 1e-6, 1e-7, 1e-9, 1e-10, 1e-12):
        hint = f"epsilon is {epsilon:g} here: the paper and (ADAM) have 1e-8"
        yield decayed(corrected / (size + epsilon)), hint
    hint = "the step is made of g, and (ADAM) makes it of the mean m"
    yield decayed(g / (size + EPSILON)), hint


@exercise("batch_norm_backward(E, Z, gamma)")
def check_batch_norm_backward(student: Student) -> None:
    """Check exercise 6.4: the way back through batch normalisation (n, k)."""
    rng = np.random.default_rng(64)
    # First as many rows as columns: there most mistakes run, and can be named.
    tasks = [_norm_task(rng, n, k) for n, k in ((5, 5), (6, 3), (6, 3), (2, 4))]
    exact = True
    for E, Z, gamma in tasks:
        n, k = Z.shape
        given = f"for {n} rows and {k} columns"
        answer = student(E, Z, gamma, given=given)
        require_parts(answer, 2, "the errors of Z and the gradient of gamma are wanted")
        name = "the array of errors"
        errors = read_array(answer[0], (n, k), "like Z", name=name)
        name = "the gradient of gamma"
        slope = read_array(answer[1], (k,), "one number per column", name=name)
        truth = _nudged(E, Z, gamma, gamma)
        if not agrees(slope, truth):
            hint, seen = f"{name} is wrong", compared(slope, truth, given)
            blame(slope, _gamma_suspects(E, Z, gamma), hint, seen)
        truth = _nudged(E, Z, gamma, Z)
        if not agrees(errors, truth):
            hint = "the errors of Z are wrong: nudge one number of a column"
            seen = compared(errors, truth, given)
            blame(errors, _norm_suspects(E, Z, gamma), hint, seen)
        if n > 2:  # of two rows hardly anything is left, and rounding shows
            exact = exact and agrees(errors, _norm_errors(E, Z, gamma), 1e-12)
    if not exact:
        _refuse_nudging(student)


def _norm_task(
    rng: np.random.Generator, n: int, k: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    gamma = rng.uniform(0.5, 2, size=k) * np.resize([1, -1], k)
    return rng.normal(size=(n, k)), 2 * rng.normal(size=(n, k)) + 1, gamma


def _refuse_nudging(student: Student) -> None:
    """Refuse central differences: inexact, and a run forwards for every number.

    A loop over all numbers is allowed, and so is single precision; both together are
    taken for nudging. Nudging all numbers at once, in one large array, shows by its
    memory.
    """
    n = 6

    def task(k: int) -> tuple:
        return _norm_task(np.random.default_rng(k), n, k)

    rounds = growth(student, task, (5, 15))
    _, count = student.counted(*task(40), given="for 40 columns")
    if rounds >= n or count.megabytes > 2:  # Z has 2 kB, its square 0.5 MB
        raise NotYetError(
            "right to 9 digits or so, as one is by nudging every number: that is the "
            "check's way. Go back by (CR)"
        )


def _normal(Z: np.ndarray) -> np.ndarray:
    return (Z - Z.mean(axis=0)) / np.sqrt(Z.var(axis=0) + BATCH_NORM_EPSILON)


def _nudged(
    E: np.ndarray, Z: np.ndarray, gamma: np.ndarray, moved: np.ndarray
) -> np.ndarray:
    """Return central differences of sum E * A by each element of Z or of gamma."""

    def cost() -> float:
        return float(np.sum(E * gamma * _normal(Z)))

    return central_differences(cost, moved, range(moved.size)).reshape(moved.shape)


def _gamma_suspects(E: np.ndarray, Z: np.ndarray, gamma: np.ndarray) -> Suspects:
    products, spread = E * _normal(Z), np.sqrt(Z.var(axis=0) + BATCH_NORM_EPSILON)
    wider = np.sqrt(Z.var(axis=0, ddof=1) + BATCH_NORM_EPSILON)
    hint = "gradient of gamma: the variance is divided by n - 1, and here by n"
    yield products.sum(axis=0) * spread / wider, hint
    yield E.sum(axis=0), "gamma multiplies the normalised numbers: where are they?"
    yield (E * Z).sum(axis=0) / spread, "gamma multiplies what is left without the mean"
    bare = (Z - Z.mean(axis=0)) / Z.std(axis=0)
    yield (E * bare).sum(axis=0), "the 1e-5 under the root is missing"
    beside = Z.std(axis=0) + BATCH_NORM_EPSILON
    yield products.sum(axis=0) * spread / beside, "the 1e-5 belongs under the root"
    yield (E * Z).sum(axis=0), "gamma multiplies the normalised Z, not Z itself"
    hint = "it averages over the rows: all of them are moved by gamma, so add up"
    yield products.mean(axis=0), hint
    hint = "gamma itself is no factor of its own gradient"
    yield (gamma * products).sum(axis=0), hint
    yield -products.sum(axis=0), "the gradient of gamma has its sign turned round"
    if len(E) == E.shape[1]:
        hint = "the gradient of gamma is summed along the wrong axis: gamma has columns"
        yield products.sum(axis=1), hint


def _norm_errors(
    E: np.ndarray, Z: np.ndarray, gamma: np.ndarray, ddof: int = 0
) -> np.ndarray:
    """Return the errors of Z by (CR), or with a variance divided by n - 1."""
    n, spread = len(Z), np.sqrt(Z.var(axis=0, ddof=ddof) + BATCH_NORM_EPSILON)
    hat, normal = E * gamma, (Z - Z.mean(axis=0)) / spread
    by_variance = normal * (hat * normal).sum(axis=0) / (n - ddof)
    return (hat - hat.mean(axis=0) - by_variance) / spread


def _norm_suspects(E: np.ndarray, Z: np.ndarray, gamma: np.ndarray) -> Suspects:
    bare, spread = np.sqrt(Z.var(axis=0)), np.sqrt(Z.var(axis=0) + BATCH_NORM_EPSILON)
    hat, normal = E * gamma, _normal(Z)
    by_mean, by_variance = hat.mean(axis=0), normal * (hat * normal).mean(axis=0)
    full = _norm_errors(E, Z, gamma)
    hint = "errors of Z: the variance divides by n, not by n - 1"
    yield _norm_errors(E, Z, gamma, ddof=1), hint
    yield _norm_errors(E, Z, np.abs(gamma)), "errors of Z: gamma may be negative"
    yield hat / spread, "each number also moves the mean and the variance: see above"
    hint = "the way through the mean is there; the one through the variance is missing"
    yield (hat - by_mean) / spread, hint
    hint = "the way through the variance is there; the one through the mean is missing"
    yield (hat - by_variance) / spread, hint
    hint = "the 1e-5 under the root is missing"
    yield (hat - by_mean - by_variance * (spread / bare) ** 2) / bare, hint
    yield full / gamma, "gamma is missing: the errors of A pass through it first"
    yield full * spread, "the division by the standard deviation is missing"
    yield full / spread, "divided by the variance: one root is enough"
    yield -full, "every sign is turned round"
    hint = "a larger number raises the mean, which lowers what is normalised: the sign?"
    yield (hat + by_mean + by_variance) / spread, hint
    yield (hat + by_mean - by_variance) / spread, hint
    hint = "the way through the variance has the wrong sign"
    yield (hat - by_mean + by_variance) / spread, hint
    hint = "half of the way through the variance is missing: a square leaves a factor 2"
    yield (hat - by_mean - by_variance / 2) / spread, hint
    hint = "sums in place of means: the mean has a factor 1/n"
    yield (hat - len(E) * (by_mean + by_variance)) / spread, hint
    hint = "a factor 2 too many: the root of the variance takes it away again"
    yield (hat - by_mean - 2 * by_variance) / spread, hint
    if len(E) == E.shape[1]:
        means = {"axis": 1, "keepdims": True}
        across = hat.mean(**means) + normal * (hat * normal).mean(**means)
        hint = "the means run along the wrong axis: a column is normalised"
        yield (hat - across) / spread, hint


@exercise("voices(A)")
def check_voices(student: Student) -> None:
    """Check exercise 6.5: how many voices a layer's activations (n, k) have."""
    rng = np.random.default_rng(65)
    # First as many images as neurons: there most mistakes run, and can be named.
    for n, k in ((6, 6), (40, 5), (7, 12)):
        loud = rng.uniform(0.2, 3, size=k)
        A = loud * rng.normal(size=(n, k)) + rng.uniform(1, 4, size=k)
        given = f"for {n} images and {k} neurons"
        yours = np.array(read_number(student(A, given=given)))
        truth = _voices(A - A.mean(axis=0))
        if not agrees(yours, truth):
            hint = "the number is wrong: work it out by hand for two neurons"
            blame(yours, _voices_suspects(A), hint, compared(yours, truth, given))
    alike = np.outer(rng.normal(size=9), [1.0, 1, 1, 1])
    square = np.array([[1.0, 1], [1, -1], [-1, 1], [-1, -1]])
    for A, truth, given in (
        (alike, 1, "for 4 neurons that all say the same"),
        (1e-3 * square + 2, 2, "for 2 quiet neurons, unlike each other"),
        (np.maximum(square, 0)[:, :1], 1, "for a single neuron"),
        (np.zeros((5, 3)), 0, "for a layer that says 0 of all images"),
        (np.eye(4)[:, :3] * [1, 0, 0], 1, "for two dead neurons beside a living one"),
    ):
        answer = student(A, given=given)
        if truth == 0 and isinstance(answer, float) and not np.isfinite(answer):
            raise NotYetError(f"{given} it is {answer:g}: 0 is divided by 0")
        yours = np.array(read_number(answer))
        if abs(yours - truth) > 1e-5:
            seen = compared(yours, np.array(truth), given)
            raise NotYetError(f"right in general, wrong in a special case ({seen})")


def _voices(centred: np.ndarray) -> np.ndarray:
    """Return the voices of columns whose products are the covariances."""
    products = centred.T @ centred
    return np.array(np.trace(products) ** 2 / np.sum(products**2))


def _voices_suspects(A: np.ndarray) -> Suspects:
    centred = A - A.mean(axis=0)
    c = centred.T @ centred / len(A)
    wider = c * len(A) / (len(A) - 1)
    trace, total = np.trace(c), np.sum(c**2)
    yield _voices(A), "a covariance is that of numbers without their mean"
    yield _voices(A - A.mean()), "each neuron has a mean of its own"
    across = A - A.mean(axis=1, keepdims=True)
    yield _voices(across), "the means run along the wrong axis: a neuron is a column"
    hint = "of correlations all neurons are equally loud: take covariances"
    yield _voices(centred / centred.std(axis=0)), hint
    yield trace**2 / np.sum(c) ** 2, "square each covariance below, not their sum"
    hint = "below, the double sum runs over all pairs: that is its diagonal alone"
    yield trace**2 / np.sum(np.diag(c) ** 2), hint
    hint = "above, the square of the sum is wanted, not the sum of the squares"
    yield np.sum(np.diag(c) ** 2) / total, hint
    yield np.sum(c) ** 2 / total, "above, only the variances are added: the diagonal"
    for any_c in (c, wider):
        hint = "below, the square is missing: each covariance is squared, then added"
        yield np.trace(any_c) ** 2 / np.sum(any_c), hint
        yield np.trace(any_c) ** 2 / np.sum(np.abs(any_c)), hint
        hint = "above, the square is missing"
        yield np.trace(any_c) / np.sum(any_c**2), hint
    hint = "c @ c is the product of two matrices: square number by number"
    yield trace**2 / np.sum(c @ c), hint
    yield total / trace**2, "the quotient stands upside down"
    yield trace / np.sqrt(total), "that is the root of V"
    hint = "eigenvalues are added and squared, singular values of A are their roots"
    singular = np.linalg.svd(centred, compute_uv=False)
    yield singular.sum() ** 2 / np.sum(singular**2), hint
    yield np.array(np.linalg.matrix_rank(c)), "that is the rank: soft voices count less"


def sixth_patient(training: Digits, validation: Digits) -> Patient:
    """Return a patient whose name is not on the door: five hidden layers, 128 wide."""
    images = training.images[:10_000], validation.images[:2000]
    return _patient(np.random.default_rng(6), images, (784, *[128] * 5, 10), 2.0, 0.05)


def _patient(
    rng: np.random.Generator,
    images: tuple[np.ndarray, np.ndarray],
    sizes: tuple[int, ...],
    offset: float,
    eta: float,
) -> Patient:
    mean = images[0].mean()
    known, unseen = (part - mean + np.float32(offset) for part in images)
    model = dense_model(sizes, rng)
    return {
        "weights": model.weights,
        "biases": model.biases,
        "known": known,
        "unseen": unseen,
        "eta": eta,
    }


@exercise("treat(patient)")
def check_treat(student: Student) -> None:
    """Check exercise 6.6: the illness of a patient, and its cure."""
    for number, offset in enumerate((2.0, 0.0, -1.5, 4.0)):
        rng = np.random.default_rng([66, number])
        images, labels = _small_digits(rng)
        before = _patient(rng, images, (60, 40, 40, 40, 10), offset, 0.1)
        who = "the healthy one" if not offset else "one with the sixth's illness"
        answer = student(before, given=f"for {who}")
        require_parts(answer, 2, "the illness and the patient are wanted")
        illness, after = answer
        if not isinstance(illness, str):
            raise NotYetError(f"the illness is of type {type_name(illness)}, no text")
        _check_illness(illness, offset, before["known"])
        after = _read_patient(after, before)
        _check_untouched(after, before, offset)
        if offset:
            _check_cured(after, labels)


def _small_digits(
    rng: np.random.Generator,
) -> tuple[tuple[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]:
    """Return known and unseen images of ten signs, and labels; small ones, and quick.

    The first unseen ones are known ones again, and the others are darker on average.
    """
    signs = rng.random((10, 60)) < 0.3
    labels = rng.integers(10, size=600), rng.integers(3, size=200)
    known, unseen = (
        np.clip(signs[part] + 0.3 * rng.normal(size=(len(part), 60)), 0, 1)
        for part in labels
    )
    unseen[:20], labels[1][:20] = known[:20], labels[0][:20]
    return (known.astype(np.float32), unseen.astype(np.float32)), labels


_SYMPTOMS = {
    "healthy": "would you send this one home? Look at its dead neurons and updates",
    "start too small": "its weights have the variance 2/n, as they should",
    "start too large": "its weights have the variance 2/n, as they should",
    "rate too high": "a healthy network learns at this rate: a symptom, not the cause",
    "rate too low": "a healthy network learns at this rate",
    "dead neurons": "many are dead, but their biases are 0: a symptom, not the cause",
    "neurons alike": "its neurons have weights of their own, drawn at random",
    "inputs too large": "its images have the spread that healthy ones' have",
    "unseen images prepared otherwise": "known and unseen images are prepared alike",
}
_ILLNESS = "inputs far off centre"


def _check_illness(illness: str, offset: float, known: np.ndarray) -> None:
    if illness not in (_ILLNESS, *_SYMPTOMS):
        raise NotYetError("the illness is none of the names in ILLNESSES")
    if not offset and illness != "healthy":
        raise NotYetError(
            "a healthy patient was brought in, and you found it ill: which reading "
            "tells the two apart?"
        )
    if offset and illness != _ILLNESS:
        hint = _SYMPTOMS[illness]
        where = f"images of mean {known.mean():.2g} and spread {known.std():.2g}"
        raise NotYetError(hint if illness != "healthy" else f"{hint} ({where})")


def _read_patient(after: object, before: Patient) -> Patient:
    if not isinstance(after, dict):
        raise NotYetError(f"the patient is of type {type_name(after)}, no dictionary")
    if missing := [name for name in before if name not in after]:
        raise NotYetError(f"the patient comes back without its {missing[0]}")
    read: Patient = {"eta": read_number(after["eta"])}
    for name in ("known", "unseen"):
        shape = before[name].shape
        read[name] = read_array(after[name], shape, "one image a row", name=name)
    for name in ("weights", "biases"):
        count = len(before[name])
        hint = f"a list of the {count} layers' {name} is wanted"
        require_parts(after[name], count, hint)
        read[name] = [
            read_array(part, old.shape, "as they came in", name=f"one of the {name}")
            for part, old in zip(after[name], before[name], strict=True)
        ]
    return read


def _check_untouched(after: Patient, before: Patient, offset: float) -> None:
    """See that nothing was changed but what is ill."""
    parts = {"rate": ("eta",), "weights": ("weights",), "biases": ("biases",)}
    if not offset:
        parts["images"] = ("known", "unseen")
    for said, (first, *others) in parts.items():
        for name in (first, *others):
            pairs = [(after[name], before[name])]
            if isinstance(before[name], list):
                pairs = zip(after[name], before[name], strict=True)
            if not all(np.allclose(new, old, atol=1e-6) for new, old in pairs):
                whose = "cured patient" if offset else "healthy patient"
                raise NotYetError(
                    f"the {said} of a {whose} came back changed: what was wrong there?"
                )


def _check_cured(after: Patient, labels: tuple[np.ndarray, np.ndarray]) -> None:
    known, unseen = after["known"], after["unseen"]
    if max(abs(known).max(), abs(unseen).max()) > 50:
        raise NotYetError("the images of the cured patient are far larger than before")
    if not np.allclose(known[:20], unseen[:20], rtol=1e-3, atol=1e-3):
        raise NotYetError(
            "an image that is known and unseen comes back as two: prepare both alike"
        )
    mean, spread = known.mean(), known.std()
    if abs(mean) > 0.3 * spread:
        seen = f"mean {mean:.2g}, spread {spread:.2g}"
        raise NotYetError(f"its known images are still far off centre ({seen})")
    model = dense_model([w.shape[1] for w in after["weights"]] + [10])
    for own, given in zip(
        model.parameters, [*after["weights"], *after["biases"]], strict=True
    ):
        own[...] = given
    _check_learns(model, Digits(known, labels[0]), Digits(unseen, labels[1]), after)


def _check_learns(model: Model, known: Digits, unseen: Digits, after: Patient) -> None:
    if max(gauges.dead_shares(model, known)) > 0.25:
        raise NotYetError("in the cured patient, many neurons are still dead")
    try:
        train(model, known, 10, 30, eta=after["eta"], report=None)
    except FloatingPointError:
        raise NotYetError("when it learns, its numbers grow beyond bounds") from None
    share = model.accuracy(unseen)
    if share < 0.9:
        raise NotYetError(
            f"it has learnt, and reads {100 * share:.0f} % of the unseen: a healthy "
            f"one reads more than 90 %"
        )
