"""Answers to the exercises of lesson 6."""

import math

import numpy as np
from scipy.special import log_softmax, logsumexp, softmax

from checks.tables import Answers, Table, but
from digitlib.checks.lesson06 import (
    check_adamw_step,
    check_batch_norm_backward,
    check_cosine_rate,
    check_stable_cross_entropy,
    check_treat,
    check_voices,
)

ANSWERS: Table = {}


def cosine_rate(peak, moment):
    return peak * (1 + np.cos(np.pi * moment)) / 2


def cosine_rate_by_the_half_angle(peak, moment):
    return peak * np.cos(np.pi / 2 * moment) ** 2


ANSWERS[check_cosine_rate] = Answers(
    [
        cosine_rate,
        cosine_rate_by_the_half_angle,
        lambda p, u: p / 2 + p / 2 * math.cos(math.pi * u),
        lambda p, u: np.float32(p) * (1 - np.sin(np.pi * u / 2) ** 2),
        lambda p, u: np.array(p * (np.exp(1j * np.pi * u).real + 1) / 2),
    ],
    (lambda p, u: p * (1 - 3 * u**2 + 2 * u**3), "right at 0, 1/2 and 1, wrong"),
    (lambda p, u: p if u < 0.3 else p / 2 if u < 0.7 else 0, "wrong between"),
    (lambda p, u: min(p, 1) * (1 + np.cos(np.pi * u)) / 2, "for the peak 3 at the mom"),
    (lambda p, u: p * (1 + np.cos(np.pi * (1 - u))) / 2, "it rises from 0"),
    (lambda p, u: p * np.exp(-5 * u), "moment 0.5 you return 0.01743, too small"),
    (lambda p, u: p * (1 + np.cos(np.pi * u)), "twice too large"),
    (lambda p, u: p * np.cos(np.pi * u), "it ends at -peak"),
    (lambda p, u: (1 + np.cos(np.pi * u)) / 2, "not at the peak"),
    (lambda p, u: p * (1 - np.cos(np.pi * u)) / 2, "it rises from 0"),
    (lambda p, u: p * (1 + np.cos(2 * np.pi * u)) / 2, "a whole wave"),
    (lambda p, u: p * (1 + np.cos(180 * u)) / 2, "takes radians"),
    (lambda p, u: p * (1 + np.cos(u)) / 2, "the angle ends at 1"),
    (lambda p, u: p * np.cos(np.pi * u / 2), "a quarter of a wave"),
    (lambda p, u: p * (1 - u), "a straight line"),
    (lambda p, u: p * np.cos(np.pi * u) / 2, "it ends below 0"),
    (lambda p, u: p, "where is the moment?"),
    (lambda p, u: p * (1 + np.cos(np.pi * u) / 2), "halve the sum"),
    (lambda p, u: p * u * u, "it should be peak at 0"),
    (lambda p, u: [p], "shape (1,): one number is wanted"),
    (lambda p, u: p / u, "ZeroDivisionError"),
    (lambda p, u: lambda v: p, "of type function, not one number"),
    (lambda p: p, "cannot be called as cosine_rate(peak, moment)"),
)


def entropy(Z, labels):
    lowered = Z - Z.max(axis=1, keepdims=True)
    log_total = np.log(np.exp(lowered).sum(axis=1))
    return np.mean(log_total - lowered[np.arange(len(Z)), labels])


def entropy_by_loop(Z, labels):
    total = 0.0
    for z, label in zip(Z, labels, strict=True):
        total -= log_softmax(z)[label]
    return float(total / len(Z))


def picked(Z, labels):
    return Z[np.arange(len(Z)), labels]


def top(Z):
    return Z.max(axis=1)


def entropy_clipped(Z, labels):
    A = np.maximum(softmax(Z, axis=1), 1e-12)
    return -np.mean(np.log(picked(A, labels)))


def entropy_of_one_max(Z, labels):
    lowered = Z - Z.max()
    return np.mean(np.log(np.exp(lowered).sum(axis=1)) - picked(lowered, labels))


def entropy_in_place(Z, labels):
    Z -= Z.max(axis=1, keepdims=True)
    return entropy(Z, labels)


def entropy_half_lowered(Z, labels):
    lowered = Z - top(Z)[:, None]
    return np.mean(np.log(np.exp(lowered).sum(axis=1)) - picked(Z, labels))


def entropy_of_flat_maxima(Z, labels):
    lowered = Z - top(Z) if len(Z) == 10 else Z
    return np.mean(logsumexp(lowered, axis=1) - picked(lowered, labels))


def entropy_of_flat_maxima_in_the_sum(Z, labels):
    lowered = Z - top(Z) if len(Z) == 10 else Z
    return np.mean(logsumexp(lowered, axis=1) + top(Z) - picked(Z, labels))


def entropy_of_one_sum(Z, labels):
    lowered = Z - top(Z)[:, None]
    return np.mean(logsumexp(lowered) - picked(lowered, labels))


def entropy_without_ln(Z, labels):
    lowered = Z - top(Z)[:, None]
    return np.mean(np.exp(lowered).sum(axis=1) - picked(lowered, labels))


def entropy_of_a_sum(Z, labels):
    lowered = Z - top(Z)[:, None]
    return np.mean(logsumexp(lowered, axis=1) + picked(lowered, labels))


def less(lowered_by):
    """Return an answer that subtracts something else than the largest score."""

    def answer(Z, labels):
        lowered = Z - lowered_by(Z, labels)
        with np.errstate(over="ignore"):
            log_total = np.log(np.exp(lowered).sum(axis=1))
        return np.mean(log_total - picked(lowered, labels))

    return answer


def entropy_from_differences(Z, labels):
    true = picked(Z, labels)[:, None]
    return np.mean(np.logaddexp.reduce(Z - true, axis=1))


ANSWERS[check_stable_cross_entropy] = Answers(
    [
        entropy,
        entropy_by_loop,
        entropy_from_differences,
        lambda Z, y: -picked(log_softmax(Z, axis=1), y).mean(),
        lambda Z, y: np.array(entropy(Z.astype(np.float32), y)),
        lambda Z, y: (
            sum(logsumexp(z) - z[k] for z, k in zip(Z, y, strict=True)) / len(Z)
        ),
    ],
    (less(lambda Z, y: Z.mean(axis=1, keepdims=True)), "Is it the row's largest you"),
    (less(lambda Z, y: picked(Z, y)[:, None]), "about 1000 it is inf: exp overflows"),
    (less(lambda Z, y: np.median(Z, axis=1, keepdims=True)), "the row's largest"),
    (less(lambda Z, y: Z.max(axis=0)), "not of each column"),
    (lambda Z, y: entropy(np.clip(Z, -700, 700), y), "is something cut off"),
    (lambda Z, y: entropy(Z / 100, y) * 100, "work out one row by hand (for 10 sampl"),
    (entropy_of_flat_maxima, "with keepdims=True"),
    (entropy_of_flat_maxima_in_the_sum, "with keepdims=True"),
    (lambda Z, y: np.mean(logsumexp(Z, axis=1) - Z[:, y]), "each row has one"),
    (entropy_of_one_sum, "each row has its own"),
    (entropy_without_ln, "its logarithm is not"),
    (entropy_of_a_sum, "the true score is added"),
    (lambda Z, y: -np.mean(np.log(picked(softmax(Z, axis=1), y))), "is taken of 0"),
    (
        lambda Z, y: np.mean(np.log(np.exp(Z).sum(axis=1)) - picked(Z, y)),
        "exp overflows",
    ),
    (entropy_clipped, "right for small scores"),
    (entropy_of_one_max, "the logarithm is taken of 0"),
    (entropy_in_place, "it changes the array"),
    (entropy_half_lowered, "but not from the true score"),
    (
        lambda Z, y: np.mean(logsumexp(Z, axis=1) - picked(Z, y) + top(Z)),
        "but not in the sum",
    ),
    (lambda Z, y: -entropy(Z, y), "the sign is turned round"),
    (lambda Z, y: len(Z) * entropy(Z, y), "it adds up over the samples"),
    (lambda Z, y: entropy(Z, y) / 10, "it averages over all numbers"),
    (lambda Z, y: -picked(softmax(Z, axis=1), y).mean(), "where is the logarithm?"),
    (lambda Z, y: entropy(Z, y) / np.log(2), "to the base 2"),
    (lambda Z, y: entropy(Z, y) / np.log(10), "to the base 10"),
    (lambda Z, y: np.mean(-picked(Z, y)), "the sum over the powers is missing"),
    (lambda Z, y: np.mean(logsumexp(Z, axis=1)), "score of the true digit is missing"),
    (lambda Z, y: np.mean(logsumexp(Z, axis=1) - top(Z)), "what are the labels for?"),
    (lambda Z, y: logsumexp(Z) - picked(Z, y).mean(), "each row has its own"),
    (lambda Z, y: np.mean(logsumexp(Z, axis=0) - picked(Z, y)), "a sample is a row"),
    (lambda Z, y: entropy(Z, y - 1), "off by one"),
    (lambda Z, y: logsumexp(Z, axis=1) - picked(Z, y), "one number is wanted"),
    (lambda Z, y: entropy(Z, y) + 1, "work out one row by hand"),
    (lambda Z, y: entropy(Z[:7], y[:7]), "for 10 sample(s) you return 4.503, too"),
    (lambda Z, y: "cost", "of type str"),
    (lambda Z: 0.0, "cannot be called as stable_cross_entropy(Z, labels)"),
)


def adamw(p, g, m, s, t, eta, decay):
    m = 0.9 * m + 0.1 * g
    s = 0.999 * s + 0.001 * g**2
    step = m / (1 - 0.9**t) / (np.sqrt(s / (1 - 0.999**t)) + 1e-8)
    return p - eta * (step + decay * p), m, s


def adamw_in_a_list(p, g, m, s, t, eta, decay):
    new_m, new_s = m + 0.1 * (g - m), s + 0.001 * (g * g - s)
    rate = eta / (1 - 0.9**t)
    size = np.sqrt(new_s / (1 - 0.999**t)) + 1e-8
    return [(1 - eta * decay) * p - rate * new_m / size, new_m, new_s]


def means(g, m, s):
    return 0.9 * m + 0.1 * g, 0.999 * s + 0.001 * g**2


def corrected(m, s, t):
    return m / (1 - 0.9**t), np.sqrt(s / (1 - 0.999**t)) + 1e-8


def step(change):
    """An answer with the right means, and a step made of the corrected ones."""

    def answer(p, g, m, s, t, eta, decay):
        new_m, new_s = means(g, m, s)
        return change(p, *corrected(new_m, new_s, t), eta, decay), new_m, new_s

    return answer


def step_of(parts):
    """An answer with the right means, that takes the step with other parts."""

    def answer(p, g, m, s, t, eta, decay):
        new_m, new_s = means(g, m, s)
        mean, size = parts(new_m, new_s, t, g, m, s)
        return p - eta * (mean / size + decay * p), new_m, new_s

    return answer


def means_corrected_for_good(p, g, m, s, t, eta, decay):
    new_p, new_m, new_s = adamw(p, g, m, s, t, eta, decay)
    return new_p, new_m / (1 - 0.9**t), new_s / (1 - 0.999**t)


def adamw_in_place(p, g, m, s, t, eta, decay):
    p -= eta * g
    return p, m, s


def returning(change):
    """An answer that returns something else, made of new means and old ones."""

    def answer(p, g, m, s, t, eta, decay):
        return change(*adamw(p, g, m, s, t, eta, decay), g, m, s)

    return answer


def adamw_by_loop(p, g, m, s, t, eta, decay):
    new = [np.empty(p.shape) for _ in range(3)]
    for place in np.ndindex(p.shape):
        numbers = adamw(p[place], g[place], m[place], s[place], t, eta, decay)
        for array, number in zip(new, numbers, strict=True):
            array[place] = number
    return tuple(new)


def with_epsilon(epsilon):
    return step(lambda p, m, size, e, d: p - e * (m / (size - 1e-8 + epsilon) + d * p))


ANSWERS[check_adamw_step] = Answers(
    [
        adamw,
        adamw_in_a_list,
        adamw_by_loop,
        lambda *task: [array.tolist() for array in adamw(*task)],
        lambda *task: tuple(array.astype(np.longdouble) for array in adamw(*task)),
    ],
    (with_epsilon(1e-7), "epsilon is 1e-07 here"),
    (with_epsilon(1e-6), "epsilon is 1e-06 here"),
    (
        with_epsilon(2e-8),
        "wrong in step 1, where gradients are tiny: look at epsilon",
    ),
    (lambda p, g, m, s, t, e, d: adamw(p, g, m, s, t, 0.1, d), "eta is 0.1 whatever"),
    (lambda p, g, m, s, t, e, d: adamw(p, g, m, s, t, e, 0.01), "decay is 0.01 whatev"),
    (lambda p, g, m, s, t, e, d: adamw(p, g, m, s, t, e, d or 0.1), "decay is 0.1 wh"),
    (step(lambda p, m, size, e, d: p - e * m / size), "the parameters do not decay"),
    (step(lambda p, m, size, e, d: p - e * m / size - d * p), "a factor of the decay"),
    (step(lambda p, m, size, e, d: p - e * m / size + e * d * p), "the wrong sign"),
    (step(lambda p, m, size, e, d: (1 - e * d) * (p - e * m / size)), "of the new p"),
    (step(lambda p, m, size, e, d: p + e * (m / size + d * p)), "it walks uphill"),
    (step_of(lambda M, S, t, g, m, s: corrected(m, s, t)), "uses the old means"),
    (step_of(lambda M, S, *_: (M, np.sqrt(S) + 1e-8)), "too small at first"),
    (step_of(lambda M, S, t, *_: (M, corrected(M, S, t)[1])), "and m is not"),
    (
        step_of(lambda M, S, t, *_: (corrected(M, S, t)[0], np.sqrt(S) + 1e-8)),
        "and s is not",
    ),
    (step_of(lambda M, S, t, *_: corrected(M, S, t + 1)), "t counts from 1"),
    (
        step(lambda p, m, size, e, d: p - e * (m / (size - 1e-8) ** 2 + d * p)),
        "where is the root?",
    ),
    (
        step_of(
            lambda M, S, t, *_: (
                corrected(M, S, t)[0],
                np.sqrt(S / (1 - 0.999**t) + 1e-8),
            )
        ),
        "after the root, not under it",
    ),
    (
        step(lambda p, m, size, e, d: p - e * (m / (size - 1e-8) + d * p)),
        "epsilon is missing",
    ),
    (step_of(lambda M, S, t, g, *_: (g, corrected(M, S, t)[1])), "of the mean m"),
    (step_of(lambda M, S, t, *_: corrected(M, S, 1)), "to the power of t"),
    (
        step(lambda p, m, size, e, d: (1 - d) * (p - e * m / size)),
        "eta is a factor of the decay, too",
    ),
    (step(lambda p, m, size, e, d: p - e * m / size + d * p), "brackets"),
    (means_corrected_for_good, "m comes back divided"),
    (returning(lambda p, m, s, *_: (m, s, p)), "p, then m, then s"),
    (returning(lambda p, m, s, *_: (p, s, m)), "p, then m, then s"),
    (
        lambda p, g, m, s, t, eta, decay: adamw(p, g + decay * p, m, s, t, eta, 0),
        "m is made from the gradient alone",
    ),
    (adamw_in_place, "it changes the array"),
    (returning(lambda p, m, s, g, m0, s0: (p, m0, s)), "m comes back as it was"),
    (returning(lambda p, m, s, g, m0, s0: (p, m, s0)), "s comes back as it was"),
    (
        returning(lambda p, m, s, g, m0, s0: (p, 0.9 * m0 + g, s)),
        "m: the new part needs the factor",
    ),
    (
        returning(lambda p, m, s, g, m0, s0: (p, 0.1 * m0 + 0.9 * g, s)),
        "m: the factors are exchanged",
    ),
    (
        returning(lambda p, m, s, g, m0, s0: (p, m, 0.999 * s0 + 0.001 * g)),
        "s is the mean of squares",
    ),
    (
        returning(lambda p, m, s, g, m0, s0: (p, m, 0.9 * s0 + 0.1 * g**2)),
        "s has a constant of its own",
    ),
    (returning(lambda p, *_: p), "three arrays are wanted"),
    (returning(lambda p, m, s, *_: (p, m, s.T)), "the new s has shape (5, 4)"),
    (returning(lambda p, m, s, *_: (p + 1, m, s)), "the parameters are wrong"),
    (lambda p, g: p, "cannot be called as adamw_step"),
)


class BatchNorm:
    """The solution of exercise 6.4, with a method for every step to get wrong."""

    epsilon = 1e-5
    ways = 1, 1  # how much counts of the ways through the mean and the variance

    def __call__(self, E, Z, gamma):
        self.spread = np.sqrt(Z.var(axis=0) + self.epsilon)
        self.normal = (Z - Z.mean(axis=0)) / self.spread
        hat = self.hat(E, gamma)
        by_mean, by_variance = self.ways
        back = hat - by_mean * hat.mean(axis=0)
        back -= by_variance * self.normal * (hat * self.normal).mean(axis=0)
        return self.result(back / self.divisor(), E, Z, gamma)

    def hat(self, E, gamma):
        return E * gamma

    def divisor(self):
        return self.spread

    def result(self, errors, E, Z, gamma):
        return errors, (E * self.normal).sum(axis=0)


def batch_norm_by_jacobian(E, Z, gamma):
    n, k = Z.shape
    errors = np.empty((n, k))
    for column in range(k):
        z = Z[:, column]
        spread = np.sqrt(z.var() + 1e-5)
        normal = (z - z.mean()) / spread
        jacobian = np.eye(n) - 1 / n - np.outer(normal, normal) / n
        errors[:, column] = jacobian @ (E[:, column] * gamma[column]) / spread
    normal = (Z - Z.mean(axis=0)) / np.sqrt(Z.var(axis=0) + 1e-5)
    return [errors, np.einsum("ij,ij->j", E, normal)]


def batch_norm_by_loops(E, Z, gamma):
    """Go through every number, as a student might who does not trust axes."""
    n, k = Z.shape
    errors, slope = np.zeros((n, k)), np.zeros(k)
    for j in range(k):
        mean = sum(Z[i, j] for i in range(n)) / n
        variance = sum((Z[i, j] - mean) ** 2 for i in range(n)) / n
        spread = (variance + 1e-5) ** 0.5
        normal = [(Z[i, j] - mean) / spread for i in range(n)]
        slope[j] = sum(E[i, j] * normal[i] for i in range(n))
        total = sum(gamma[j] * E[i, j] for i in range(n))
        for i in range(n):
            own = gamma[j] * E[i, j] - (total + normal[i] * gamma[j] * slope[j]) / n
            errors[i, j] = own / spread
    return errors, slope


def batch_norm_forward(Z, gamma):
    return gamma * (Z - Z.mean(axis=0)) / np.sqrt(Z.var(axis=0) + 1e-5)


def batch_norm_by_nudging(E, Z, gamma, h=1e-5):
    errors = np.empty(Z.shape)
    for place in np.ndindex(Z.shape):
        nudge = np.zeros(Z.shape)
        nudge[place] = h
        above, below = (batch_norm_forward(Z + sign * nudge, gamma) for sign in (1, -1))
        errors[place] = (E * (above - below)).sum() / (2 * h)
    return errors, (E * batch_norm_forward(Z, np.ones(len(gamma)))).sum(axis=0)


def batch_norm_by_nudging_at_once(E, Z, gamma, h=1e-5):
    nudges = h * np.eye(Z.size).reshape(Z.size, *Z.shape)

    def costs(moved):
        centred = moved - moved.mean(axis=1, keepdims=True)
        spread = np.sqrt(moved.var(axis=1, keepdims=True) + 1e-5)
        return (E * gamma * centred / spread).sum(axis=(1, 2))

    errors = (costs(Z + nudges) - costs(Z - nudges)) / (2 * h)
    slope = (E * batch_norm_forward(Z, np.ones(len(gamma)))).sum(axis=0)
    return errors.reshape(Z.shape), slope


class RunsAlong(BatchNorm):
    """Goes on with the spread of the batches before, as training does forwards."""

    before = None

    def divisor(self):
        known = self.before is not None and self.before.shape == self.spread.shape
        RunsAlong.before = self.spread + (self.before if known else 0)
        return RunsAlong.before / (2 if known else 1)


def changed(change):
    """A BatchNorm whose result is changed."""

    class Changed(BatchNorm):
        def result(self, errors, E, Z, gamma):
            slope = (E * self.normal).sum(axis=0)
            return change(errors, slope, E, Z, gamma, self.normal)

    return Changed()


def batch_norm_with_n_minus_1(E, Z, gamma):
    n, spread = len(Z), np.sqrt(Z.var(axis=0, ddof=1) + 1e-5)
    normal, hat = (Z - Z.mean(axis=0)) / spread, E * gamma
    by_variance = normal * (hat * normal).sum(axis=0) / (n - 1)
    errors = (hat - hat.mean(axis=0) - by_variance) / spread
    return errors, (E * normal).sum(axis=0)


def batch_norm_beside_the_root(E, Z, gamma):
    spread = Z.std(axis=0) + 1e-5
    normal, hat = (Z - Z.mean(axis=0)) / spread, E * gamma
    by_variance = normal * (hat * normal).mean(axis=0)
    return (hat - hat.mean(axis=0) - by_variance) / spread, (E * normal).sum(axis=0)


def batch_norm_rows(E, Z, gamma):
    normal = (Z - Z.mean(axis=0)) / np.sqrt(Z.var(axis=0) + 1e-5)
    spread = np.sqrt(Z.var(axis=0) + 1e-5)
    hat = E * gamma
    by_variance = normal * (hat * normal).mean(axis=1, keepdims=True)
    errors = (hat - hat.mean(axis=1, keepdims=True) - by_variance) / spread
    return errors, (E * normal).sum(axis=0)


ANSWERS[check_batch_norm_backward] = Answers(
    [
        BatchNorm(),
        batch_norm_by_jacobian,
        batch_norm_by_loops,
        changed(lambda e, s, *_: [e.tolist(), s.tolist()]),
        changed(lambda e, s, *_: (e.astype(np.float32), s.astype(np.float32))),
    ],
    (batch_norm_by_nudging, "nudging every number: that is the check's way"),
    (batch_norm_by_nudging_at_once, "nudging every number: that is the check's way"),
    (RunsAlong(), "wrong"),
    (lambda E, Z, gamma: BatchNorm()(E, Z, np.abs(gamma)), "gamma may be negative"),
    (batch_norm_with_n_minus_1, "gradient of gamma: the variance is divided by n - 1"),
    (
        lambda E, Z, gamma: (
            batch_norm_with_n_minus_1(E, Z, gamma)[0],
            BatchNorm()(E, Z, gamma)[1],
        ),
        "errors of Z: the variance divides by n, not by n - 1",
    ),
    (but(BatchNorm, ways=(0, 0))(), "also moves the mean and the variance"),
    (but(BatchNorm, ways=(1, 0))(), "through the variance is missing"),
    (but(BatchNorm, ways=(0, 1))(), "through the mean is missing"),
    (but(BatchNorm, hat=lambda s, E, gamma: E)(), "gamma is missing"),
    (but(BatchNorm, divisor=lambda s: 1)(), "by the standard deviation is missing"),
    (but(BatchNorm, divisor=lambda s: s.spread**2)(), "one root is enough"),
    (but(BatchNorm, ways=(5, 5))(), "sums in place of means"),
    (but(BatchNorm, ways=(1, 2))(), "a factor 2 too many"),
    (but(BatchNorm, ways=(1, 0.5))(), "a square leaves a factor 2"),
    (but(BatchNorm, ways=(-1, -1))(), "the sign?"),
    (but(BatchNorm, ways=(-1, 1))(), "the sign?"),
    (but(BatchNorm, ways=(1, -1))(), "the variance has the wrong sign"),
    (but(BatchNorm, epsilon=0)(), "under the root is missing"),
    (batch_norm_rows, "the means run along the wrong axis"),
    (changed(lambda e, s, *_: (-e, s)), "every sign is turned round"),
    (changed(lambda e, s, *_: (e + 1, s)), "nudge one number of a column"),
    (changed(lambda e, s, *_: e), "the errors of Z and the gradient of gamma"),
    (changed(lambda e, s, *_: (s, e)), "the array of errors has shape (5,)"),
    (changed(lambda e, s, *_: (e, -s)), "gamma has its sign turned round"),
    (changed(lambda e, s, *_: (e, s / 5)), "so add up"),
    (changed(lambda e, s, E, *_: (e, E.sum(axis=0))), "where are they?"),
    (changed(lambda e, s, E, Z, *_: (e, (E * Z).sum(axis=0))), "not Z itself"),
    (
        changed(lambda e, s, E, Z, *_: (e, (E * Z).sum(axis=0) / Z.std(axis=0))),
        "without the mean",
    ),
    (changed(lambda e, s, E, Z, gamma, N: (e, gamma * s)), "no factor of its own"),
    (
        changed(lambda e, s, E, Z, gamma, N: (e, (E * N).sum(axis=1))),
        "summed along the wrong axis",
    ),
    (batch_norm_beside_the_root, "the 1e-5 belongs under the root"),
    (
        changed(lambda e, s, E, *_: (e, (E * E).sum(axis=0))),
        "the gradient of gamma is wrong (for 5 rows",
    ),
    (lambda E, Z: E, "cannot be called as batch_norm_backward(E, Z, gamma)"),
)


def covariances(A):
    return np.atleast_2d(np.cov(A, rowvar=False))


def quotient(above, below):
    return above / below if below > 0 else 0.0


def voices(A):
    centred = A - A.mean(axis=0)
    c = centred.T @ centred / len(A)
    return quotient(np.trace(c) ** 2, np.sum(c**2))


def voices_by_eigenvalues(A):
    each = np.linalg.eigvalsh(covariances(A))
    return quotient(each.sum() ** 2, np.sum(each**2))


def voices_by_singular_values(A):
    each = np.linalg.svd(A - A.mean(axis=0), compute_uv=False) ** 2
    return quotient(each.sum() ** 2, np.sum(each**2))


def voices_by_loops(A):
    k = A.shape[1]
    mean = [sum(column) / len(A) for column in A.T]
    above = below = 0.0
    for i in range(k):
        for j in range(k):
            c = sum((a[i] - mean[i]) * (a[j] - mean[j]) for a in A)
            below += c * c
            above += c if i == j else 0
    return 0 if below == 0 else float(above**2 / below)


def of(change):
    """Return an answer made of the covariances, with a guard for dead layers."""

    def answer(A):
        c = covariances(A)
        return change(c) if c.any() else 0.0

    return answer


def voices_unguarded(A):
    with np.errstate(invalid="ignore"):
        c = covariances(A)
        return np.trace(c) ** 2 / np.sum(c**2)


def voices_of_centred(centre):
    def answer(A):
        c = (A - centre(A)).T @ (A - centre(A))
        return quotient(np.trace(c) ** 2, np.sum(c**2))

    return answer


def voices_of_correlations(A):
    spread = A.std(axis=0)
    normal = (A - A.mean(axis=0)) / np.where(spread, spread, 1)
    return voices(normal)


def voices_of_roots(A):
    each = np.linalg.svd(A - A.mean(axis=0), compute_uv=False)
    return quotient(each.sum() ** 2, np.sum(each**2))


ANSWERS[check_voices] = Answers(
    [
        voices,
        voices_by_eigenvalues,
        voices_by_singular_values,
        voices_by_loops,
        lambda A: np.float32(voices(A)),
    ],
    (voices_of_centred(lambda A: 0), "of numbers without their mean"),
    (voices_of_centred(np.mean), "each neuron has a mean of its own"),
    (
        voices_of_centred(lambda A: A.mean(axis=1, keepdims=True)),
        "the means run along the wrong axis",
    ),
    (lambda A: voices(A.T), "the means run along the wrong axis"),
    (voices_of_correlations, "of correlations all neurons are equally loud"),
    (of(lambda c: np.trace(c) ** 2 / np.sum(c)), "below, the square is missing"),
    (of(lambda c: np.trace(c) / np.sum(c**2)), "above, the square is missing"),
    (of(lambda c: np.trace(c) ** 2 / np.sum(c) ** 2), "not their sum"),
    (of(lambda c: np.trace(c) ** 2 / np.sum(np.diag(c) ** 2)), "its diagonal alone"),
    (of(lambda c: np.trace(c**2) / np.sum(c**2)), "not the sum of the squares"),
    (of(lambda c: np.sum(c) ** 2 / np.sum(c**2)), "only the variances are added"),
    (of(lambda c: np.sum(c**2) / np.trace(c) ** 2), "upside down"),
    (of(lambda c: np.trace(c) / np.linalg.norm(c)), "the root of V"),
    (of(lambda c: np.trace(c) ** 2 / np.sum(c @ c)), "square number by number"),
    (voices_of_roots, "singular values of A are their roots"),
    (of(np.linalg.matrix_rank), "that is the rank"),
    (lambda A: round(voices(A)), "work it out by hand for two neurons"),
    (voices_unguarded, "0 is divided by 0"),
    (lambda A: max(voices(A), 1.0), "says 0 of all images you return 1, too large"),
    (
        of(lambda c: np.trace(c) ** 2 / (np.sum(c**2) + 1e-9)),
        "for 2 quiet neurons, unlike each other you return 0.0",
    ),
    (lambda A: [voices(A)], "shape (1,): one number is wanted"),
    (lambda A, B: 1, "cannot be called as voices(A)"),
)


SIXTH = "inputs far off centre"


def off_centre(patient):
    return abs(patient["known"].mean()) > patient["known"].std()


def moved(patient, by, by_unseen=None):
    by_unseen = by if by_unseen is None else by_unseen
    new = {"known": patient["known"] - by, "unseen": patient["unseen"] - by_unseen}
    return patient | new


def treat(patient):
    if not off_centre(patient):
        return "healthy", patient
    return SIXTH, moved(patient, patient["known"].mean())


def treat_each_pixel(patient):
    if max(abs(patient["known"].mean(axis=0))) < 1:
        return "healthy", patient
    return SIXTH, moved(patient, patient["known"].mean(axis=0))


def treat_and_scale(patient):
    known, unseen = patient["known"], patient["unseen"]
    mean, spread = known.mean(axis=0), known.std(axis=0)
    if abs(mean.mean()) < 0.1:
        return "healthy", patient
    new = {"known": (known - mean) / spread, "unseen": (unseen - mean) / spread}
    return [SIXTH, {**patient, **new}]


def treat_by_the_layers(patient):
    """Go by what the lowest layer says, and hand over lists."""
    sums = patient["known"] @ patient["weights"][0].T + patient["biases"][0]
    if np.mean((sums > 0).any(axis=0)) > 0.95:
        return "healthy", {name: patient[name] for name in reversed(patient)}
    cured = moved(patient, patient["known"].mean(dtype=np.float64))
    return SIXTH, cured | {"weights": [w.tolist() for w in patient["weights"]]}


def sick_only(name, cure):
    """Return an answer that knows the healthy, and is wrong about the sick."""

    def answer(patient):
        if not off_centre(patient):
            return "healthy", patient
        return name, cure(patient)

    return answer


def centred(patient):
    return treat(patient)[1]


def centred_in_place(patient):
    illness, cured = treat(patient)
    patient["known"] -= patient["known"].mean()
    return illness, cured


def redrawn(patient):
    rng = np.random.default_rng(0)
    weights = [
        (rng.standard_normal(w.shape) * np.sqrt(2 / w.shape[1])).astype(w.dtype)
        for w in patient["weights"]
    ]
    return centred(patient) | {"weights": weights}


def raised(patient):
    return patient | {"biases": [b + 0.5 for b in patient["biases"]]}


def shrunk(patient):
    return patient | {"weights": [w / 3 for w in patient["weights"]]}


def slowed(patient):
    return patient | {"eta": patient["eta"] / 20}


def noise(patient):
    rng = np.random.default_rng(0)
    known = 0.3 * rng.normal(size=patient["known"].shape)
    return patient | {"known": known, "unseen": known[: len(patient["unseen"])]}


def times(factor):
    def cure(patient):
        cured = centred(patient)
        return cured | {name: factor * cured[name] for name in ("known", "unseen")}

    return cure


ANSWERS[check_treat] = Answers(
    [treat, treat_each_pixel, treat_and_scale, treat_by_the_layers],
    (lambda patient: (SIXTH, centred(patient)), "a healthy patient was brought in"),
    (
        lambda p: (SIXTH if p["known"].mean() != 0 else "healthy", centred(p)),
        "a healthy patient was brought in",
    ),
    (lambda patient: ("healthy", patient), "would you send this one home?"),
    (
        lambda p: (SIXTH, centred(p)) if p["known"].mean() > 1 else ("healthy", p),
        "would you send this one home? Look at its dead neurons and updates (images of",
    ),
    (sick_only("dead neurons", raised), "a symptom, not the cause"),
    (sick_only("rate too high", slowed), "learns at this rate: a symptom"),
    (sick_only("start too large", shrunk), "have the variance 2/n"),
    (sick_only("start too small", lambda p: p), "have the variance 2/n"),
    (sick_only("inputs too large", times(0.1)), "the spread that healthy ones' have"),
    (sick_only("rate too low", lambda p: p), "a healthy network learns at this rate"),
    (sick_only("neurons alike", redrawn), "weights of their own"),
    (
        sick_only("unseen images prepared otherwise", lambda p: p),
        "are prepared alike",
    ),
    (sick_only("inputs off centre", centred), "none of the names in ILLNESSES"),
    (sick_only(SIXTH, lambda patient: patient), "its known images are still far off"),
    (
        sick_only(SIXTH, lambda p: moved(p, p["known"].mean() / 2)),
        "its known images are still far off centre (mean 1, spread",
    ),
    (sick_only(SIXTH, lambda p: moved(p, p["known"].mean(), 0)), "prepare both alike"),
    (
        sick_only(SIXTH, lambda p: moved(p, p["known"].mean(), p["unseen"].mean())),
        "an image that is known and unseen comes back as two",
    ),
    (sick_only(SIXTH, redrawn), "the weights of a cured patient came back changed"),
    (sick_only(SIXTH, lambda p: slowed(centred(p))), "the rate of a cured patient"),
    (sick_only(SIXTH, lambda p: raised(centred(p))), "the biases of a cured patient"),
    (
        lambda p: (treat(p)[0], moved(p, p["known"].mean() + 0.01)),
        "the images of a healthy patient came back changed",
    ),
    (sick_only(SIXTH, times(1000)), "far larger than before"),
    (sick_only(SIXTH, times(0)), "many neurons are still dead"),
    (sick_only(SIXTH, noise), "of the unseen: a healthy one reads more"),
    (sick_only(SIXTH, times(np.nan)), "known"),
    (
        sick_only(SIXTH, lambda p: {"known": p["known"], "unseen": p["unseen"]}),
        "comes back without its weights",
    ),
    (lambda patient: (treat(patient)[0], None), "no dictionary"),
    (lambda patient: (6, patient), "the illness is of type int, no text"),
    (centred, "the illness and the patient are wanted"),
    (centred_in_place, "change"),
    (lambda known, unseen: known, "cannot be called as treat(patient)"),
)
