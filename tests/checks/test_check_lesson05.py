"""The checks of lesson 5: solutions, stubs, and the mistakes they tell apart."""

import itertools
import time
from types import SimpleNamespace

import numpy as np
import pytest
from answers import assert_hint, assert_praised, assert_stub_is_seen, by_check
from scipy.linalg import get_blas_funcs
from scipy.spatial.distance import cdist

from digitlib.checks import lesson05
from digitlib.checks.lesson05 import (
    check_batches,
    check_fast_epoch,
    check_layer,
    check_pairwise_distances,
    check_weight_gradient,
)
from digitlib.numerics import sigmoid, sigmoid_prime

CHECKS = (
    check_layer,
    check_weight_gradient,
    check_pairwise_distances,
    check_batches,
    check_fast_epoch,
)


# --- solutions -----------------------------------------------------------------


def layer(X, W, b):
    return sigmoid(X @ W.T + b)


def layer_by_rows(X, W, b):
    return np.array([sigmoid(W @ x + b) for x in X])


def weight_gradient(errors, A):
    return errors.T @ A / len(A)


def weight_gradient_by_loop(errors, A):
    return np.mean([np.outer(e, a) for e, a in zip(errors, A, strict=True)], axis=0)


def squares(X, M):
    return (X**2).sum(axis=1)[:, None] - 2 * X @ M.T + (M**2).sum(axis=1)


def root(x):
    return np.sqrt(np.maximum(x, 0))


def pairwise_distances(X, M):
    return root(squares(X, M))


def pairwise_distances_by_einsum(X, M):
    rows, columns = np.einsum("ij,ij->i", X, X), np.einsum("ij,ij->i", M, M)
    return root(np.add.outer(rows, columns) - 2 * X @ M.T)


def batches(n, size, rng):
    order = rng.permutation(n)
    return [order[k : k + size] for k in range(0, n, size)]


def batches_by_split(n, size, rng):
    order = np.arange(n)
    rng.shuffle(order)
    return tuple(np.split(order, range(size, n, size)))


def fast_epoch(weights, biases, X, Y, m, eta):
    W2, W3 = (np.column_stack([w, b]) for w, b in zip(weights, biases, strict=True))
    X1 = np.column_stack([X, np.ones(len(X), X.dtype)])
    gemm, h = get_blas_funcs("gemm", dtype=X.dtype), len(W2)
    A2 = np.ones((h + 1, m), X.dtype)
    a2 = A2[:h]
    for k in range(0, len(X), m):
        x, y = X1[k : k + m], Y[k : k + m].T
        np.matmul(W2, x.T, out=a2)
        np.tanh(0.5 * a2, out=a2)
        a2 *= 0.5
        a2 += 0.5
        a3 = 0.5 + 0.5 * np.tanh(0.5 * (W3 @ A2))
        e3 = (a3 - y) * a3 * (1 - a3)
        e2 = (W3[:, :h].T @ e3) * a2 * (1 - a2)
        gemm(-eta / m, A2.T, e3.T, 1, W3.T, 1, 0, 1)
        gemm(-eta / m, x.T, e2.T, 1, W2.T, 0, 0, 1)
    return [W2[:, :-1], W3[:, :-1]], [W2[:, -1], W3[:, -1]]


SOLUTIONS = [
    (check_layer, layer),
    (check_layer, layer_by_rows),
    (check_weight_gradient, weight_gradient),
    (check_weight_gradient, weight_gradient_by_loop),
    (check_pairwise_distances, pairwise_distances),
    (check_pairwise_distances, pairwise_distances_by_einsum),
    (check_batches, batches),
    (check_batches, batches_by_split),
    (check_fast_epoch, fast_epoch),
]


@pytest.mark.parametrize(("check", "solution"), SOLUTIONS)
def test_a_solution_is_praised(check, solution):
    assert_praised(check, solution)


def test_a_fast_epoch_is_praised_beside_programs_that_empty_the_caches():
    turns = itertools.count()

    def disturbed(*task):
        after = fast_epoch(*task)
        until = time.thread_time() + (0.02 if next(turns) % 10 else 0.0)
        while time.thread_time() < until:
            pass
        return after

    assert_praised(check_fast_epoch, disturbed)


@pytest.mark.parametrize("ratio", [1.0, 1.2, 1.3])
def test_fast_is_a_quarter_faster_than_step_2(monkeypatch, ratio):
    """The clock is read before and after step 2, then before and after ours."""
    clock = iter([0.0, ratio, 0.0, 1.0]).__next__
    clocks = SimpleNamespace(thread_time=clock, perf_counter=clock)
    monkeypatch.setattr(lesson05, "time", clocks)
    if ratio < 1.25:
        hint = f"{ratio} times as fast as step 2, not yet 1.25"
        assert_hint(check_fast_epoch, fast_epoch, hint)
    else:
        assert_praised(check_fast_epoch, fast_epoch)


# --- stubs ---------------------------------------------------------------------


@pytest.mark.parametrize("check", CHECKS)
def test_a_stub_gets_a_hint(check):
    assert_stub_is_seen(check)


# --- mistakes: what each one does, and a piece of its hint ---------------------


def layer_if_square(X, W, b):
    return sigmoid(X @ W.T + b) if len(X) == len(W) else X @ W.T + b


LAYER_MISTAKES = [
    (lambda X, W, b: X @ W.T + b, "these are the sums"),
    (lambda X, W, b: sigmoid(X @ W.T), "where are the biases?"),
    (lambda X, W, b: sigmoid(X @ W.T) + b, "too late"),
    (lambda X, W, b: sigmoid(X @ W.T - b), "subtracted"),
    (lambda X, W, b: np.tanh(X @ W.T + b), "that is tanh"),
    (lambda X, W, b: sigmoid_prime(X @ W.T + b), "the derivative"),
    (lambda X, W, b: sigmoid(X @ W + b), "a row of W"),
    (lambda X, W, b: sigmoid(W @ X + b), "the order for columns"),
    (lambda X, W, b: sigmoid(X @ W.T + b).T, "a row is a sample"),
    (lambda X, W, b: sigmoid(X @ W.T + b[:, None]), "run down the columns"),
    (lambda X, W, b: sigmoid(W @ X.T + b[:, None]), "a row is a sample"),
    (lambda X, W, b: sigmoid(W @ X.T + b), "a row is a sample"),
    (lambda X, W, b: sigmoid(X * W + b), "adds up"),
    (layer_if_square, "these are the sums"),
    (lambda X, W, b: sigmoid(X @ W.T + b + 1), "the numbers are wrong for 4"),
    (lambda X, W, b: layer(X, W, b)[0], "shape (4,)"),
    (lambda X, W: layer(X, W, 0), "cannot be called as layer(X, W, b)"),
]


def gradient_of_zip(errors, A):
    return errors * A


GRADIENT_MISTAKES = [
    (lambda E, A: E.T @ A, "has their mean"),
    (lambda E, A: -E.T @ A / len(A), "the sign is wrong"),
    (lambda E, A: np.outer(E.mean(0), A.mean(0)), "multiplies two means"),
    (lambda E, A: np.outer(E[0], A[0]), "the first sample only"),
    (lambda E, A: E.T @ A / A.size, "right but for a factor"),
    (lambda E, A: E.T @ A / A.shape[1], "right but for a factor"),
    (lambda E, A: E.T @ A / E.shape[1], "right but for a factor"),
    (lambda E, A: A.T @ E / len(A), "a row is a neuron"),
    (lambda E, A: A.T @ E, "a row is a neuron"),
    (lambda E, A: E @ A.T / len(A), "the sum runs over neurons"),
    (lambda E, A: E @ A / len(A), "is it i twice?"),
    (gradient_of_zip, "adds up"),
    (lambda E, A: E.T @ A / 500, "right but for a factor"),
    (lambda E, A: E.T @ A / 4, "right but for a factor"),
    (lambda E, A: 0 * E.T @ A, "nothing but zeros"),
    (lambda E, A: E.T @ A + 1, "wrong numbers for 4 samples"),
    (lambda E, A: E.T @ A / len(A) + (len(A) == 7), "wrong numbers for 7 samples"),
    (lambda E, A: np.zeros((3, 3)), "shape (3, 3), one row per neuron"),
]


def distances_without_clipping(X, M):
    return np.sqrt(squares(X, M))


def distances_by_loop(X, M):
    return np.array([[np.linalg.norm(x - m) for m in M] for x in X])


def distances_by_columns(X, M):
    return np.column_stack([np.sqrt(((X - m) ** 2).sum(axis=1)) for m in M])


def distances_by_a_cube(X, M):
    return np.sqrt(((X[:, None] - M) ** 2).sum(axis=2))


def distances_by_gemm(X, M):
    return X @ M.T


def distances_of_wrong_axes(X, M):
    return root((X**2).sum(axis=1) - 2 * X @ M.T + (M**2).sum(axis=1)[:, None])


def distances_along_columns(X, M):
    return root((X**2).sum(axis=1) - 2 * X @ M.T + (M**2).sum(axis=1))


def distances_along_rows(X, M):
    rows, columns = (np.sum(a**2, axis=1, keepdims=True) for a in (X, M))
    return np.sqrt(rows - 2 * X @ M.T + columns)


DISTANCE_MISTAKES = [
    (squares, "the squares of the distances"),
    (lambda X, M: np.sqrt(squares(X, M) / X.shape[1]), "takes a mean"),
    (lambda X, M: cdist(X, M, "cityblock"), "absolute values"),
    (lambda X, M: cdist(X, M, "chebyshev"), "the largest difference"),
    (distances_by_gemm, "one part of three"),
    (lambda X, M: root(squares(X, -M)), "the wrong sign"),
    (lambda X, M: root(squares(X, M) + X @ M.T), "there once"),
    (lambda X, M: root(squares(X, M) + 2 * X @ M.T), "three parts"),
    (lambda X, M: pairwise_distances(X, M).T, "a row belongs to X"),
    (distances_of_wrong_axes, "the wrong axes"),
    (distances_along_columns, "which belong to the row?"),
    (distances_along_rows, "which belong to the row?"),
    (lambda X, M: np.sqrt(X @ M.T), "are all parts there?"),
    (distances_without_clipping, "rounding can turn"),
    (distances_by_loop, "still a loop in Python"),
    (distances_by_columns, "still a loop in Python"),
    (distances_by_a_cube, "n k d numbers"),
    (lambda X, M: pairwise_distances(X, M) + 1, "the numbers are wrong for 4 points"),
    (lambda X, M: pairwise_distances(X, M)[:4, :4], "shape (4, 3)"),
]


def batches_in_order(n, size, rng):
    return [np.arange(n)[k : k + size] for k in range(0, n, size)]


def batches_without_the_rest(n, size, rng):
    order = rng.permutation(n)
    return [order[k : k + size] for k in range(0, n - size + 1, size)]


def batches_with_an_empty_one(n, size, rng):
    order = rng.permutation(n)
    return [order[k * size : (k + 1) * size] for k in range(n // size + 1)]


def batches_of_neighbours(n, size, rng):
    whole = batches_in_order(n, size, rng)
    rest = whole.pop() if n % size else None
    dealt = [whole[k] for k in rng.permutation(len(whole))]
    return dealt if rest is None else [*dealt, rest]


def batches_shuffled_within(n, size, rng):
    return [rng.permutation(batch) for batch in batches_in_order(n, size, rng)]


def batches_of_runs(n, size, rng):
    return [np.sort(batch) for batch in batches_of_neighbours(n, size, rng)]


def batches_with_own_seed(n, size, rng):
    return batches(n, size, np.random.default_rng(0))


def batches_with_own_dice(n, size, rng):
    return batches(n, size, np.random.default_rng())


def batches_of_equal_length(n, size, rng):
    return np.array_split(rng.permutation(n), -(-n // size))


def batches_by_number(n, size, rng):
    return np.array_split(rng.permutation(n), size)


BATCH_MISTAKES = [
    (batches_in_order, "old order"),
    (batches_without_the_rest, "7 samples are left out"),
    (batches_with_an_empty_one, "an empty batch for n = 60"),
    (batches_of_neighbours, "those who were neighbours"),
    (batches_of_runs, "those who were neighbours"),
    (batches_shuffled_within, "those who were neighbours"),
    (batches_with_own_seed, "whatever rng is"),
    (batches_with_own_dice, "the same seed give different orders"),
    (batches_of_equal_length, "of like size"),
    (batches_by_number, "there are 12 batches"),
    (lambda n, s, g: np.split(g.integers(n, size=n), range(s, n, s)), "occur twice"),
    (lambda n, s, g: [b + 1 for b in batches(n, s, g)], "counts from 0"),
    (lambda n, s, g: [b + 5 for b in batches(n, s, g)], "outside 0 to n - 1"),
    (lambda n, s, g: g.permutation(n), "of type ndarray, not a list"),
    (lambda n, s, g: [b.tolist() for b in batches(n, s, g)], "type list, not NumPy"),
    (lambda n, s, g: [b / 1 for b in batches(n, s, g)], "type float64"),
    (lambda n, s, g: [], "your list is empty"),
    (lambda n, s, g: batches(n, s, g) + batches(n, s, g), "hold 206 indices"),
    (lambda n, s, g: batches(n, s, g)[::-1], "the smaller batch is not the last"),
    (lambda n, s, g: batches(n, s - 2, g), "the sizes of the batches are wrong"),
]


class Epoch:
    """Step 2 of the lesson, with a method for every step to get wrong."""

    def __call__(self, weights, biases, X, Y, m, eta):
        self.W = [w.copy() for w in weights]
        self.b = [b.copy() for b in biases]
        self.m, self.eta = m, eta
        for k in self.starts(len(X)):
            self.step(X[k : k + self.m], Y[k : k + self.m])
        return self.W, self.b

    def starts(self, n):
        return range(0, n, self.m)

    def step(self, x, y):
        a2 = sigmoid(x @ self.W[0].T + self.b[0])
        a3 = sigmoid(a2 @ self.W[1].T + self.b[1])
        e3 = (a3 - y) * self.output_slope(a3)
        e2 = (e3 @ self.W[1]) * self.hidden_slope(a2)
        self.learn(e2, x, e3, a2)

    def output_slope(self, a3):
        return a3 * (1 - a3)

    def hidden_slope(self, a2):
        return a2 * (1 - a2)

    def rate(self, n):
        return self.eta / n

    def learn(self, e2, x, e3, a2):
        rate = self.rate(len(x))
        self.learn_weights(rate, e2, x, e3, a2)
        self.learn_biases(rate, e2, e3)

    def learn_weights(self, rate, e2, x, e3, a2):
        self.W[0] -= rate * e2.T @ x
        self.W[1] -= rate * e3.T @ a2

    def learn_biases(self, rate, e2, e3):
        self.b[0] -= rate * e2.sum(axis=0)
        self.b[1] -= rate * e3.sum(axis=0)


class Summed(Epoch):
    def rate(self, n):
        return self.eta


class WithOwnRate(Epoch):
    def rate(self, n):
        return 0.1 / n


class Uphill(Epoch):
    def rate(self, n):
        return -self.eta / n


class WithoutBiases(Epoch):
    def learn_biases(self, rate, e2, e3):
        pass


class WithoutLearning(Epoch):
    def learn(self, e2, x, e3, a2):
        pass


class WithoutHidden(Epoch):
    def learn(self, e2, x, e3, a2):
        super().learn(0 * e2, x, e3, a2)


class WithoutOutput(Epoch):
    def learn(self, e2, x, e3, a2):
        super().learn(e2, x, 0 * e3, a2)


class WithoutW2(Epoch):
    def learn_weights(self, rate, e2, x, e3, a2):
        self.W[1] -= rate * e3.T @ a2


class WithoutW3(Epoch):
    def learn_weights(self, rate, e2, x, e3, a2):
        self.W[0] -= rate * e2.T @ x


class WithoutHiddenSlope(Epoch):
    def hidden_slope(self, a2):
        return 1


class WithoutOutputSlope(Epoch):
    def output_slope(self, a3):
        return 1


class Late(Epoch):
    def learn(self, e2, x, e3, a2):
        slope = self.hidden_slope(a2)
        self.W[1] -= self.rate(len(x)) * e3.T @ a2
        super().learn((e3 @ self.W[1]) * slope, x, e3, 0 * a2)


class FirstBatch(Epoch):
    def starts(self, n):
        return [0]


class WithoutLastBatch(Epoch):
    def starts(self, n):
        return range(0, n - self.m, self.m)


def one_step_for_all(weights, biases, X, Y, m, eta):
    return Epoch()(weights, biases, X, Y, len(X), eta)


def one_step_each(weights, biases, X, Y, m, eta):
    return Epoch()(weights, biases, X, Y, 1, eta)


def epoch_in_place(weights, biases, X, Y, m, eta):
    for w in weights:
        w -= eta
    return weights, biases


def five_times(*task):
    for _ in range(4):
        Epoch()(*task)
    return Epoch()(*task)


EPOCH_MISTAKES = [
    (WithoutLearning(), "no weight has changed"),
    (Summed(), "m times too long"),
    (WithOwnRate(), "0.1 whatever eta is"),
    (Uphill(), "it goes uphill"),
    (WithoutBiases(), "the biases have not learnt"),
    (WithoutHidden(), "the hidden layer has not learnt"),
    (WithoutOutput(), "the output layer has not learnt"),
    (WithoutW2(), "W2 has not learnt"),
    (WithoutW3(), "W3 has not learnt"),
    (WithoutHiddenSlope(), "errors of the hidden layer"),
    (WithoutOutputSlope(), "errors of the output layer"),
    (Late(), "before it has carried the errors back"),
    (FirstBatch(), "the first mini-batch only"),
    (WithoutLastBatch(), "the last mini-batch is left out"),
    (one_step_for_all, "one step for all samples"),
    (one_step_each, "a step for each sample"),
    (epoch_in_place, "it changes the array"),
    (five_times, "as fast as step 2, not yet 1.25"),
    (lambda w, b, X, Y, m, eta: w, "no two arrays W2, W3"),
    (lambda w, b, X, Y, m, eta: w[0], "type ndarray: [W2, W3], [b2, b3]"),
    (lambda w, b, X, Y, m, eta: (w, b[0]), "no two arrays b2, b3"),
    (lambda w, b, X, Y, m, eta: (w[::-1], b), "the weights are wrong"),
    (lambda w, b, X, Y, m, eta: (w, [b[0], b[1][:, None]]), "b3 has shape (6, 1)"),
]


MISTAKES = by_check(
    CHECKS,
    LAYER_MISTAKES,
    GRADIENT_MISTAKES,
    DISTANCE_MISTAKES,
    BATCH_MISTAKES,
    EPOCH_MISTAKES,
)


@pytest.mark.parametrize(("check", "wrong", "piece"), MISTAKES)
def test_a_mistake_gets_its_own_hint(check, wrong, piece):
    assert_hint(check, wrong, piece)
