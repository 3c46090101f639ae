"""The checks of lesson 6: solutions, stubs, and the mistakes they tell apart."""

import numpy as np
import pytest
from answers import assert_hint, assert_praised, assert_stub_is_seen, by_check
from scipy.special import log_softmax, logsumexp, softmax

from digitlib.checks.lesson06 import (
    check_adamw_step,
    check_batch_norm_backward,
    check_cosine_rate,
    check_stable_cross_entropy,
)

CHECKS = (
    check_cosine_rate,
    check_stable_cross_entropy,
    check_adamw_step,
    check_batch_norm_backward,
)


# --- solutions -----------------------------------------------------------------


def cosine_rate(peak, moment):
    return peak * (1 + np.cos(np.pi * moment)) / 2


def cosine_rate_by_the_half_angle(peak, moment):
    return peak * np.cos(np.pi / 2 * moment) ** 2


def entropy(Z, labels):
    lowered = Z - Z.max(axis=1, keepdims=True)
    log_total = np.log(np.exp(lowered).sum(axis=1))
    return np.mean(log_total - lowered[np.arange(len(Z)), labels])


def entropy_by_loop(Z, labels):
    total = 0.0
    for z, label in zip(Z, labels, strict=True):
        total -= log_softmax(z)[label]
    return float(total / len(Z))


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


class BatchNorm:
    """The solution of exercise 6.4, with a method for every step to get wrong."""

    def __call__(self, E, Z, gamma):
        self.n = len(Z)
        self.spread = np.sqrt(Z.var(axis=0) + 1e-5)
        self.normal = (Z - Z.mean(axis=0)) / self.spread
        hat = self.hat(E, gamma)
        errors = (hat - self.by_mean(hat) - self.by_variance(hat)) / self.divisor()
        return self.result(errors, E, Z, gamma)

    def hat(self, E, gamma):
        return E * gamma

    def by_mean(self, hat):
        return hat.mean(axis=0)

    def by_variance(self, hat):
        return self.normal * (hat * self.normal).mean(axis=0)

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


SOLUTIONS = [
    (check_cosine_rate, cosine_rate),
    (check_cosine_rate, cosine_rate_by_the_half_angle),
    (check_stable_cross_entropy, entropy),
    (check_stable_cross_entropy, entropy_by_loop),
    (check_adamw_step, adamw),
    (check_adamw_step, adamw_in_a_list),
    (check_batch_norm_backward, BatchNorm()),
    (check_batch_norm_backward, batch_norm_by_jacobian),
]


@pytest.mark.parametrize(("check", "solution"), SOLUTIONS)
def test_a_solution_is_praised(check, solution):
    assert_praised(check, solution)


# --- stubs ---------------------------------------------------------------------


@pytest.mark.parametrize("check", CHECKS)
def test_a_stub_gets_a_hint(check):
    assert_stub_is_seen(check)


# --- mistakes: what each one does, and a piece of its hint ---------------------


COSINE_MISTAKES = [
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
    (lambda p, u: p * u * u, "is it peak at 0"),
    (lambda p, u: [p], "of type list, not one number"),
    (lambda p, u: p / u, "ZeroDivisionError"),
    (lambda p, u: lambda v: p, "of type function, not one number"),
    (lambda p: p, "cannot be called as cosine_rate(peak, moment)"),
]


def picked(Z, labels):
    return Z[np.arange(len(Z)), labels]


def top(Z):
    return Z.max(axis=1)


def entropy_unstable(Z, labels):
    return -np.mean(np.log(picked(softmax(Z, axis=1), labels)))


def entropy_overflowing(Z, labels):
    return np.mean(np.log(np.exp(Z).sum(axis=1)) - picked(Z, labels))


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


def entropy_of_all_labels(Z, labels):
    return np.mean(logsumexp(Z, axis=1) - Z[:, labels])


def entropy_of_one_sum(Z, labels):
    lowered = Z - top(Z)[:, None]
    return np.mean(logsumexp(lowered) - picked(lowered, labels))


def entropy_without_ln(Z, labels):
    lowered = Z - top(Z)[:, None]
    return np.mean(np.exp(lowered).sum(axis=1) - picked(lowered, labels))


def entropy_of_a_sum(Z, labels):
    lowered = Z - top(Z)[:, None]
    return np.mean(logsumexp(lowered, axis=1) + picked(lowered, labels))


ENTROPY_MISTAKES = [
    (entropy_of_flat_maxima, "with keepdims=True"),
    (entropy_of_flat_maxima_in_the_sum, "with keepdims=True"),
    (entropy_of_all_labels, "each row has one"),
    (entropy_of_one_sum, "each row has its own"),
    (entropy_without_ln, "its logarithm is not"),
    (entropy_of_a_sum, "the true score is added"),
    (entropy_unstable, "the logarithm is taken of 0"),
    (entropy_overflowing, "exp overflows"),
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
    (lambda Z, y: entropy(Z[:7], y[:7]), "the number is wrong for 10"),
    (lambda Z, y: "cost", "of type str"),
    (lambda Z: 0.0, "cannot be called as stable_cross_entropy(Z, labels)"),
]


def means(g, m, s):
    return 0.9 * m + 0.1 * g, 0.999 * s + 0.001 * g**2


def parts(g, m, s, t):
    m, s = means(g, m, s)
    return m / (1 - 0.9**t), np.sqrt(s / (1 - 0.999**t)) + 1e-8


def made_of(step):
    """An answer whose means are right, and whose parameters are `step`'s."""

    def answer(p, g, m, s, t, eta, decay):
        return step(p, g, m, s, t, eta, decay), *means(g, m, s)

    return answer


def no_decay(p, g, m, s, t, eta, decay):
    m, size = parts(g, m, s, t)
    return p - eta * m / size


def decay_without_rate(p, g, m, s, t, eta, decay):
    return no_decay(p, g, m, s, t, eta, decay) - decay * p


def decay_in_the_wrong_direction(p, g, m, s, t, eta, decay):
    return no_decay(p, g, m, s, t, eta, decay) + eta * decay * p


def decay_of_the_new(p, g, m, s, t, eta, decay):
    return (1 - eta * decay) * no_decay(p, g, m, s, t, eta, decay)


def uphill(p, g, m, s, t, eta, decay):
    m, size = parts(g, m, s, t)
    return p + eta * (m / size + decay * p)


def old_means(p, g, m, s, t, eta, decay):
    size = np.sqrt(s / (1 - 0.999**t)) + 1e-8
    return p - eta * (m / (1 - 0.9**t) / size + decay * p)


def uncorrected(p, g, m, s, t, eta, decay):
    m, s = means(g, m, s)
    return p - eta * (m / (np.sqrt(s) + 1e-8) + decay * p)


def only_s_corrected(p, g, m, s, t, eta, decay):
    _, size = parts(g, m, s, t)
    return p - eta * (means(g, m, s)[0] / size + decay * p)


def only_m_corrected(p, g, m, s, t, eta, decay):
    corrected, _ = parts(g, m, s, t)
    return p - eta * (corrected / (np.sqrt(means(g, m, s)[1]) + 1e-8) + decay * p)


def counted_from_zero(p, g, m, s, t, eta, decay):
    return adamw(p, g, m, s, t + 1, eta, decay)[0]


def without_root(p, g, m, s, t, eta, decay):
    m, size = parts(g, m, s, t)
    return p - eta * (m / (size - 1e-8) ** 2 + decay * p)


def epsilon_under_the_root(p, g, m, s, t, eta, decay):
    m, size = parts(g, m, s, t)
    return p - eta * (m / np.sqrt((size - 1e-8) ** 2 + 1e-8) + decay * p)


def without_epsilon(p, g, m, s, t, eta, decay):
    m, size = parts(g, m, s, t)
    return p - eta * (m / (size - 1e-8) + decay * p)


def gradient_in_place_of_mean(p, g, m, s, t, eta, decay):
    _, size = parts(g, m, s, t)
    return p - eta * (g / size + decay * p)


def corrected_once_for_all(p, g, m, s, t, eta, decay):
    m, s = means(g, m, s)
    step = m / (1 - 0.9) / (np.sqrt(s / (1 - 0.999)) + 1e-8)
    return p - eta * (step + decay * p)


def decay_after_the_step(p, g, m, s, t, eta, decay):
    return (1 - decay) * no_decay(p, g, m, s, t, eta, decay)


def decay_behind_the_bracket(p, g, m, s, t, eta, decay):
    return no_decay(p, g, m, s, t, eta, decay) + decay * p


def means_corrected_for_good(p, g, m, s, t, eta, decay):
    new_p, new_m, new_s = adamw(p, g, m, s, t, eta, decay)
    return new_p, new_m / (1 - 0.9**t), new_s / (1 - 0.999**t)


def l2_in_the_gradient(p, g, m, s, t, eta, decay):
    return adamw(p, g + decay * p, m, s, t, eta, 0)


def adamw_in_place(p, g, m, s, t, eta, decay):
    p -= eta * g
    return p, m, s


def with_means(change):
    def answer(p, g, m, s, t, eta, decay):
        new_p, new_m, new_s = adamw(p, g, m, s, t, eta, decay)
        return change(new_p, new_m, new_s, g, m, s)

    return answer


ADAMW_MISTAKES = [
    (made_of(no_decay), "the parameters do not decay"),
    (made_of(decay_without_rate), "eta is a factor of the decay"),
    (made_of(decay_in_the_wrong_direction), "the decay has the wrong sign"),
    (made_of(decay_of_the_new), "of the new p"),
    (made_of(uphill), "it walks uphill"),
    (made_of(old_means), "the step uses the old means"),
    (made_of(uncorrected), "too small at first"),
    (made_of(only_s_corrected), "and m is not"),
    (made_of(only_m_corrected), "and s is not"),
    (made_of(counted_from_zero), "t counts from 1"),
    (made_of(without_root), "where is the root?"),
    (made_of(epsilon_under_the_root), "after the root, not under it"),
    (made_of(without_epsilon), "epsilon is missing"),
    (made_of(gradient_in_place_of_mean), "makes it of the mean m"),
    (made_of(corrected_once_for_all), "to the power of t"),
    (made_of(decay_after_the_step), "eta is a factor of the decay, too"),
    (made_of(decay_behind_the_bracket), "brackets"),
    (means_corrected_for_good, "m comes back divided"),
    (with_means(lambda p, m, s, g, m0, s0: (m, s, p)), "p, then m, then s"),
    (with_means(lambda p, m, s, g, m0, s0: (p, s, m)), "p, then m, then s"),
    (l2_in_the_gradient, "m is made from the gradient alone"),
    (adamw_in_place, "it changes the array"),
    (with_means(lambda p, m, s, g, m0, s0: (p, m0, s)), "m comes back as it was"),
    (with_means(lambda p, m, s, g, m0, s0: (p, m, s0)), "s comes back as it was"),
    (
        with_means(lambda p, m, s, g, m0, s0: (p, 0.9 * m0 + g, s)),
        "m: the new part needs the factor",
    ),
    (
        with_means(lambda p, m, s, g, m0, s0: (p, 0.1 * m0 + 0.9 * g, s)),
        "m: the factors are exchanged",
    ),
    (
        with_means(lambda p, m, s, g, m0, s0: (p, m, 0.999 * s0 + 0.001 * g)),
        "s is the mean of squares",
    ),
    (
        with_means(lambda p, m, s, g, m0, s0: (p, m, 0.9 * s0 + 0.1 * g**2)),
        "s has a constant of its own",
    ),
    (with_means(lambda p, m, s, g, m0, s0: p), "three arrays are wanted"),
    (with_means(lambda p, m, s, g, m0, s0: (p, m, s.T)), "the new s has shape (5, 4)"),
    (with_means(lambda p, m, s, g, m0, s0: (p + 1, m, s)), "the parameters are wrong"),
    (lambda p, g: p, "cannot be called as adamw_step"),
]


class OwnWayOnly(BatchNorm):
    def by_mean(self, hat):
        return 0

    def by_variance(self, hat):
        return 0


class NoVariance(BatchNorm):
    def by_variance(self, hat):
        return 0


class NoMean(BatchNorm):
    def by_mean(self, hat):
        return 0


class NoGamma(BatchNorm):
    def hat(self, E, gamma):
        return E


class NoSpread(BatchNorm):
    def divisor(self):
        return 1


class Variance(BatchNorm):
    def divisor(self):
        return self.spread**2


class Sums(BatchNorm):
    def by_mean(self, hat):
        return hat.sum(axis=0)

    def by_variance(self, hat):
        return self.normal * (hat * self.normal).sum(axis=0)


class FactorTwo(BatchNorm):
    def by_variance(self, hat):
        return 2 * super().by_variance(hat)


class Half(BatchNorm):
    def by_variance(self, hat):
        return super().by_variance(hat) / 2


class Plus(BatchNorm):
    def by_mean(self, hat):
        return -super().by_mean(hat)

    def by_variance(self, hat):
        return -super().by_variance(hat)


class BareRoot(BatchNorm):
    def __call__(self, E, Z, gamma):
        self.spread = Z.std(axis=0)
        self.normal = (Z - Z.mean(axis=0)) / self.spread
        hat = self.hat(E, gamma)
        errors = (hat - self.by_mean(hat) - self.by_variance(hat)) / self.spread
        return self.result(errors, E, Z, gamma)


def changed(change):
    """A BatchNorm whose result is changed."""

    class Changed(BatchNorm):
        def result(self, errors, E, Z, gamma):
            slope = (E * self.normal).sum(axis=0)
            return change(errors, slope, E, Z, gamma, self.normal)

    return Changed()


def batch_norm_rows(E, Z, gamma):
    normal = (Z - Z.mean(axis=0)) / np.sqrt(Z.var(axis=0) + 1e-5)
    spread = np.sqrt(Z.var(axis=0) + 1e-5)
    hat = E * gamma
    by_variance = normal * (hat * normal).mean(axis=1, keepdims=True)
    errors = (hat - hat.mean(axis=1, keepdims=True) - by_variance) / spread
    return errors, (E * normal).sum(axis=0)


NORM_MISTAKES = [
    (OwnWayOnly(), "also moves the mean and the variance"),
    (NoVariance(), "through the variance is missing"),
    (NoMean(), "through the mean is missing"),
    (NoGamma(), "gamma is missing"),
    (NoSpread(), "by the standard deviation is missing"),
    (Variance(), "one root is enough"),
    (Sums(), "sums in place of means"),
    (FactorTwo(), "a factor 2 too many"),
    (Half(), "a square leaves a factor 2"),
    (Plus(), "the sign?"),
    (BareRoot(), "under the root is missing"),
    (batch_norm_rows, "the means run along the wrong axis"),
    (changed(lambda e, s, *_: (-e, s)), "every sign is turned round"),
    (changed(lambda e, s, *_: (e + 1, s)), "nudge one number of a column"),
    (changed(lambda e, s, *_: e), "the errors of Z and the gradient of gamma"),
    (changed(lambda e, s, *_: (s, e)), "the array of errors has shape (5,)"),
    (changed(lambda e, s, *_: (e, -s)), "gamma has its sign turned round"),
    (changed(lambda e, s, *_: (e, s / 5)), "so add up"),
    (changed(lambda e, s, E, *_: (e, E.sum(axis=0))), "where are they?"),
    (
        changed(lambda e, s, E, Z, *_: (e, (E * Z).sum(axis=0))),
        "not Z itself",
    ),
    (
        changed(lambda e, s, E, Z, *_: (e, (E * Z).sum(axis=0) / Z.std(axis=0))),
        "without the mean",
    ),
    (changed(lambda e, s, E, Z, gamma, N: (e, gamma * s)), "no factor of its own"),
    (
        changed(lambda e, s, E, Z, gamma, N: (e, (E * N).sum(axis=1))),
        "summed along the wrong axis",
    ),
    (
        changed(lambda e, s, E, *_: (e, (E * E).sum(axis=0))),
        "what does gamma multiply?",
    ),
    (lambda E, Z: E, "cannot be called as batch_norm_backward(E, Z, gamma)"),
]

MISTAKES = by_check(
    CHECKS, COSINE_MISTAKES, ENTROPY_MISTAKES, ADAMW_MISTAKES, NORM_MISTAKES
)


@pytest.mark.parametrize(
    ("check", "wrong", "piece"), MISTAKES, ids=range(len(MISTAKES))
)
def test_a_mistake_gets_its_own_hint(check, wrong, piece):
    assert_hint(check, wrong, piece)
