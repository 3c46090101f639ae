"""Answers to the exercises of lesson 5."""

import numpy as np
from scipy.linalg import get_blas_funcs
from scipy.spatial.distance import cdist

from checks.tables import Answers, Table, but
from digitlib.checks.lesson05 import (
    check_batches,
    check_fast_epoch,
    check_layer,
    check_pairwise_distances,
    check_weight_gradient,
)
from digitlib.numerics import sigmoid, sigmoid_prime

ANSWERS: Table = {}


def layer(X, W, b):
    return sigmoid(X @ W.T + b)


def layer_by_rows(X, W, b):
    return np.array([sigmoid(W @ x + b) for x in X])


ANSWERS[check_layer] = Answers(
    [layer, layer_by_rows],
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
    (
        lambda X, W, b: sigmoid(X @ W.T + b) if len(X) == len(W) else X @ W.T + b,
        "these are the sums",
    ),
    (lambda X, W, b: sigmoid(X @ W.T + b + 1), "the numbers are wrong for 4"),
    (lambda X, W, b: layer(X, W, b)[0], "shape (4,)"),
    (lambda X, W: layer(X, W, 0), "cannot be called as layer(X, W, b)"),
)


def weight_gradient(errors, A):
    return errors.T @ A / len(A)


def weight_gradient_by_loop(errors, A):
    return np.mean([np.outer(e, a) for e, a in zip(errors, A, strict=True)], axis=0)


ANSWERS[check_weight_gradient] = Answers(
    [weight_gradient, weight_gradient_by_loop],
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
    (lambda E, A: E * A, "adds up"),
    (lambda E, A: E.T @ A / 500, "right but for a factor"),
    (lambda E, A: E.T @ A / 4, "right but for a factor"),
    (lambda E, A: 0 * E.T @ A, "nothing but zeros"),
    (lambda E, A: E.T @ A + 1, "wrong numbers for 4 samples"),
    (lambda E, A: E.T @ A / len(A) + (len(A) == 7), "wrong numbers for 7 samples"),
    (lambda E, A: np.zeros((3, 3)), "shape (3, 3), one row per neuron"),
)


def squares(X, M):
    return (X**2).sum(axis=1)[:, None] - 2 * X @ M.T + (M**2).sum(axis=1)


def root(x):
    return np.sqrt(np.maximum(x, 0))


def pairwise_distances(X, M):
    return root(squares(X, M))


def pairwise_distances_by_einsum(X, M):
    rows, columns = np.einsum("ij,ij->i", X, X), np.einsum("ij,ij->i", M, M)
    return root(np.add.outer(rows, columns) - 2 * X @ M.T)


def distances_of_wrong_axes(X, M):
    return root((X**2).sum(axis=1) - 2 * X @ M.T + (M**2).sum(axis=1)[:, None])


def distances_along_rows(X, M):
    rows, columns = (np.sum(a**2, axis=1, keepdims=True) for a in (X, M))
    return np.sqrt(rows - 2 * X @ M.T + columns)


ANSWERS[check_pairwise_distances] = Answers(
    [pairwise_distances, pairwise_distances_by_einsum],
    (squares, "the squares of the distances"),
    (lambda X, M: np.sqrt(squares(X, M) / X.shape[1]), "takes a mean"),
    (lambda X, M: cdist(X, M, "cityblock"), "absolute values"),
    (lambda X, M: cdist(X, M, "chebyshev"), "the largest difference"),
    (lambda X, M: X @ M.T, "one part of three"),
    (lambda X, M: root(squares(X, -M)), "the wrong sign"),
    (lambda X, M: root(squares(X, M) + X @ M.T), "there once"),
    (lambda X, M: root(squares(X, M) + 2 * X @ M.T), "three parts"),
    (lambda X, M: pairwise_distances(X, M).T, "a row belongs to X"),
    (distances_of_wrong_axes, "the wrong axes"),
    (
        lambda X, M: root((X**2).sum(axis=1) - 2 * X @ M.T + (M**2).sum(axis=1)),
        "which belong to the row?",
    ),
    (distances_along_rows, "which belong to the row?"),
    (lambda X, M: np.sqrt(X @ M.T), "are all parts there?"),
    (lambda X, M: np.sqrt(squares(X, M)), "rounding can turn"),
    (
        lambda X, M: np.array([[np.linalg.norm(x - m) for m in M] for x in X]),
        "still a loop in Python",
    ),
    (
        lambda X, M: np.column_stack([np.sqrt(((X - m) ** 2).sum(axis=1)) for m in M]),
        "still a loop in Python",
    ),
    (lambda X, M: np.sqrt(((X[:, None] - M) ** 2).sum(axis=2)), "n k d numbers"),
    (lambda X, M: pairwise_distances(X, M) + 1, "the numbers are wrong for 4 points"),
    (lambda X, M: pairwise_distances(X, M)[:4, :4], "shape (4, 3)"),
    (lambda X, M: pairwise_distances(X, M[:100]) * (len(X) <= 100), "for a few points"),
)


def batches(n, size, rng):
    order = rng.permutation(n)
    return [order[k : k + size] for k in range(0, n, size)]


def batches_by_split(n, size, rng):
    order = np.arange(n)
    rng.shuffle(order)
    return tuple(np.split(order, range(size, n, size)))


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


ANSWERS[check_batches] = Answers(
    [batches, batches_by_split],
    (batches_in_order, "old order"),
    (batches_without_the_rest, "7 samples are left out"),
    (batches_with_an_empty_one, "an empty batch for n = 60"),
    (batches_of_neighbours, "those who were neighbours"),
    (
        lambda n, s, g: [np.sort(batch) for batch in batches_of_neighbours(n, s, g)],
        "those who were neighbours",
    ),
    (
        lambda n, s, g: [g.permutation(batch) for batch in batches_in_order(n, s, g)],
        "those who were neighbours",
    ),
    (lambda n, s, g: batches(n, s, np.random.default_rng(0)), "whatever rng is"),
    (lambda n, s, g: batches(n, s, np.random.default_rng()), "give different orders"),
    (lambda n, s, g: np.array_split(g.permutation(n), -(-n // s)), "of like size"),
    (lambda n, s, g: np.array_split(g.permutation(n), s), "there are 12 batches"),
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
)


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
        self.learn((e3 @ self.W[1]) * self.hidden_slope(a2), x, e3, a2)

    def output_slope(self, a3):
        return a3 * (1 - a3)

    def hidden_slope(self, a2):
        return a2 * (1 - a2)

    def rate(self, n):
        return self.eta / n

    learning = 1, 1, 1, 1  # how much of its step each of W2, W3, b2, b3 takes

    def learn(self, e2, x, e3, a2):
        W2, W3, b2, b3 = self.rate(len(x)) * np.array(self.learning, x.dtype)
        self.W[0] -= W2 * e2.T @ x
        self.W[1] -= W3 * e3.T @ a2
        self.b[0] -= b2 * e2.sum(axis=0)
        self.b[1] -= b3 * e3.sum(axis=0)


class Late(Epoch):
    def learn(self, e2, x, e3, a2):
        slope = self.hidden_slope(a2)
        self.W[1] -= self.rate(len(x)) * e3.T @ a2
        super().learn((e3 @ self.W[1]) * slope, x, e3, 0 * a2)


def epoch_in_place(weights, biases, X, Y, m, eta):
    for w in weights:
        w -= eta
    return weights, biases


def five_times(*task):
    for _ in range(4):
        Epoch()(*task)
    return Epoch()(*task)


ANSWERS[check_fast_epoch] = Answers(
    [fast_epoch],
    (but(Epoch, learning=(0, 0, 0, 0))(), "no weight has changed"),
    (but(Epoch, rate=lambda s, n: s.eta)(), "m times too long"),
    (but(Epoch, rate=lambda s, n: 0.1 / n)(), "0.1 whatever eta is"),
    (but(Epoch, rate=lambda s, n: -s.eta / n)(), "it goes uphill"),
    (but(Epoch, learning=(1, 1, 0, 0))(), "the biases have not learnt"),
    (but(Epoch, learning=(0, 1, 0, 1))(), "the hidden layer has not learnt"),
    (but(Epoch, learning=(1, 0, 1, 0))(), "the output layer has not learnt"),
    (but(Epoch, learning=(0, 1, 1, 1))(), "W2 has not learnt"),
    (but(Epoch, learning=(1, 0, 1, 1))(), "W3 has not learnt"),
    (but(Epoch, hidden_slope=lambda s, a2: 1)(), "errors of the hidden layer"),
    (but(Epoch, output_slope=lambda s, a3: 1)(), "errors of the output layer"),
    (Late(), "before it has carried the errors back"),
    (but(Epoch, starts=lambda s, n: [0])(), "the first mini-batch only"),
    (
        but(Epoch, starts=lambda s, n: range(0, n - s.m, s.m))(),
        "mini-batch is left out",
    ),
    (lambda w, b, X, Y, m, eta: Epoch()(w, b, X, Y, len(X), eta), "one step for all"),
    (lambda w, b, X, Y, m, eta: Epoch()(w, b, X, Y, 1, eta), "a step for each sample"),
    (epoch_in_place, "it changes the array"),
    (five_times, "as fast as step 2, not yet 1.25"),
    (lambda w, *_: w, "no two arrays W2, W3"),
    (lambda w, *_: w[0], "type ndarray: [W2, W3], [b2, b3]"),
    (lambda w, b, *_: (w, b[0]), "no two arrays b2, b3"),
    (lambda w, b, *_: (w[::-1], b), "the weights are wrong"),
    (lambda w, b, *_: (w, [b[0], b[1][:, None]]), "b3 has shape (6, 1)"),
)
