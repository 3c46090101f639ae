"""Checks for lesson 6, "Learning better"."""

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
)
from digitlib.gradient_check import central_differences

BETA1, BETA2, EPSILON = 0.9, 0.999, 1e-8
BATCH_NORM_EPSILON = 1e-5


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
                blame(yours[k], suspects[k], f"{names[k]} wrong in step {t}", seen)


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
