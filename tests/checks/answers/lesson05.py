"""Answers to the exercises of lesson 5."""

import math

import numpy as np
from scipy.linalg import get_blas_funcs
from scipy.spatial.distance import cdist
from scipy.special import expit

from checks.tables import Answers, Table, but
from digitlib.checks.lesson05 import (
    check_batches,
    check_fast_epoch,
    check_layer,
    check_pairwise_distances,
    check_weight_gradient,
)
from digitlib.numerics import sigmoid, sigmoid_prime, softmax

ANSWERS: Table = {}


def layer(X, W, b):
    return sigmoid(X @ W.T + b)


def layer_by_rows(X, W, b):
    return np.array([sigmoid(W @ x + b) for x in X])


def layer_by_neurons(X, W, b):
    A = np.empty((len(X), len(W)))
    for j in range(len(W)):
        A[:, j] = sigmoid(X @ W[j] + b[j])
    return A


def layer_by_inputs(X, W, b):
    sums = np.zeros((len(X), len(W))) + b
    for x, w in zip(X.T, W.T, strict=True):
        sums += np.outer(x, w)
    return sigmoid(sums)


def layer_with_its_first_biases(X, W, b, first={}):  # noqa: B006 - that is the mistake
    return layer(X, W, first.setdefault(W.shape, b))


def layer_on_columns(X, W, b):
    return expit(W @ X.T + b[:, None]).T


def layer_with_bias_as_weight(X, W, b):
    W1 = np.column_stack([W, b])
    return 0.5 + 0.5 * np.tanh(np.c_[X, np.ones(len(X))] @ W1.T / 2)


ANSWERS[check_layer] = Answers(
    [
        layer,
        layer_on_columns,
        layer_with_bias_as_weight,
        lambda X, W, b: expit(np.einsum("ni,ji->nj", X, W) + b).astype(np.float32),
        lambda X, W, b: layer(X, W, b).tolist(),
    ],
    (layer_by_rows, "again for each sample"),
    (layer_by_neurons, "again for each neuron"),
    (layer_by_inputs, "again for each input"),
    (lambda X, W, b: np.apply_along_axis(lambda x: layer(x, W, b), 1, X), "no loop"),
    (layer_with_its_first_biases, "does it keep some?"),
    (lambda X, W, b: sigmoid(-(X @ W.T + b)), "is turned round"),
    (lambda X, W, b: np.maximum(X @ W.T + b, 0), "that is ReLU"),
    (lambda X, W, b: softmax(X @ W.T + b), "no softmax"),
    (lambda X, W, b: (X @ W.T + b > 0) * 1.0, "zeros and ones only"),
    (lambda X, W, b: sigmoid(layer(X, W, b)), "taken twice"),
    (lambda X, W, b: sigmoid(X @ W.T + b[0]), "each has its own"),
    (lambda X, W, b: np.round(layer(X, W, b), 2), "are rounded"),
    (lambda X, W, b: np.squeeze(layer(X, W, b)), "shape (7,)"),
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
    (lambda X, W, b: sigmoid(X @ W.T + b + 1), "wrong numbers for 4 samples"),
    (lambda X, W, b: layer(X, W, b)[0], "shape (4,)"),
    (lambda X, W: layer(X, W, 0), "cannot be called as layer(X, W, b)"),
)


def weight_gradient(errors, A):
    return errors.T @ A / len(A)


def weight_gradient_by_loop(errors, A):
    return np.mean([np.outer(e, a) for e, a in zip(errors, A, strict=True)], axis=0)


def weight_gradient_by_neurons(errors, A):
    return np.stack([e @ A for e in errors.T]) / len(A)


def weight_gradient_in_place(errors, A):
    errors /= len(A)
    return errors.T @ A


def weight_gradient_adding_up(errors, A, sums={}):  # noqa: B006 - that is the mistake
    shape = errors.shape + A.shape
    sums[shape] = sums.get(shape, 0) + errors.T @ A / len(A)
    return sums[shape]


def weight_gradient_of_the_first_size(errors, A, sizes=[]):  # noqa: B006
    sizes.append(len(A))
    return errors.T @ A / sizes[0]


ANSWERS[check_weight_gradient] = Answers(
    [
        weight_gradient,
        lambda E, A: np.einsum("ni,nj->ij", E, A) / len(E),
        lambda E, A: (E[:, :, None] * A[:, None, :]).mean(axis=0),
        lambda E, A: ((A / len(A)).T @ E).T.astype(np.float32),
        lambda E, A: weight_gradient(E, A).tolist(),
    ],
    (weight_gradient_by_loop, "again for each sample"),
    (lambda E, A: sum(map(np.outer, E, A)) / len(A), "again for each sample"),
    (weight_gradient_by_neurons, "again for each neuron"),
    (weight_gradient_in_place, "it changes the array"),
    (weight_gradient_adding_up, "for 7 samples"),
    (weight_gradient_of_the_first_size, "right but for a factor of 1.75"),
    (lambda E, A: E.T @ A / max(len(A) - 1, 1), "right but for a factor of 1.33"),
    (lambda E, A: -0.1 * E.T @ A / len(A), "right but for a factor of -0.1"),
    (lambda E, A: np.abs(E.T @ A) / len(A), "nothing is negative"),
    (lambda E, A: np.outer(E[-1], A[-1]), "the last sample only"),
    (lambda E, A: (E**2).T @ A / len(A), "your [1, 2] is"),
    (lambda E, A: E.mean(axis=0), "shape (4,), one row per neuron"),
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
    (lambda E, A: E.T @ A + 1, "the numbers are wrong (for 4 samples"),
    (lambda E, A: E.T @ A / len(A) + (len(A) == 7), "are wrong (for 7 samples"),
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


def distances_from_one_product(X, M):
    left = np.c_[X, (X**2).sum(axis=1), np.ones(len(X))]
    right = np.c_[-2 * M, np.ones(len(M)), (M**2).sum(axis=1)]
    return np.sqrt(np.abs(left @ right.T))


def distances_by_loop_over_M(X, M):
    found = np.empty((len(X), len(M)))
    for j in range(len(M)):
        found[:, j] = root((X**2).sum(axis=1) - 2 * X @ M[j] + M[j] @ M[j])
    return found


def distances_by_loop_over_pixels(X, M):
    total = np.zeros((len(X), len(M)))
    for x, m in zip(X.T, M.T, strict=True):
        total += np.subtract.outer(x, m) ** 2
    return np.sqrt(total)


def distances_by_halves(X, M):
    if len(M) == 1:
        return np.linalg.norm(X - M, axis=1)[:, None]
    half = len(M) // 2
    return np.hstack(
        [distances_by_halves(X, M[:half]), distances_by_halves(X, M[half:])]
    )


def distances_in_blocks(X, M):
    blocks = np.array_split(X, max(1, len(X) // 10))
    return np.vstack([np.linalg.norm(x[:, None] - M, axis=2) for x in blocks])


def distances_squaring_in_place(X, M):
    products = X @ M.T
    X **= 2
    return root(X.sum(axis=1)[:, None] - 2 * products + (M**2).sum(axis=1))


def distances_repeating_rows(X, M):
    rows, columns = np.repeat(X, len(M), axis=0), np.tile(M, (len(X), 1))
    return np.linalg.norm(rows - columns, axis=1).reshape(len(X), len(M))


ANSWERS[check_pairwise_distances] = Answers(
    [
        pairwise_distances,
        pairwise_distances_by_einsum,
        distances_from_one_product,
        cdist,
        lambda X, M: pairwise_distances(X, M).astype(np.float32),
        lambda X, M: pairwise_distances(M, X).T.tolist(),
    ],
    (distances_by_loop_over_M, "again for each row of M"),
    (distances_by_loop_over_pixels, "again for each dimension"),
    (distances_by_halves, "again for each row of M"),
    (distances_in_blocks, "again for each row of X"),
    (lambda X, M: np.array([np.linalg.norm(M - x, axis=1) for x in X]), "row of X"),
    (distances_squaring_in_place, "it changes the array"),
    (distances_repeating_rows, "n k d numbers"),
    (lambda X, M: np.linalg.norm(X[:, None] - M, axis=2), "n k d numbers"),
    (lambda X, M: root(squares(X, 0 * M) - 2 * X @ M.T), "squares of M are missing"),
    (lambda X, M: root(squares(0 * X, M) - 2 * X @ M.T), "squares of X are missing"),
    (lambda X, M: root((X**2).sum() - 2 * X @ M.T + (M**2).sum()), "of its own"),
    (lambda X, M: cdist(X, X), "within X"),
    (lambda X, M: cdist(X, 0 * M) - cdist(0 * X, M), "difference of two lengths"),
    (lambda X, M: cdist(X, M).min(axis=1), "shape (4,)"),
    (lambda X, M: np.sqrt(np.maximum(squares(X, M), 1e-2)), "0.1 away from itself"),
    (lambda X, M: pairwise_distances(X.astype("f"), M.astype("f")), "far from it"),
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
        "again for each row of X",
    ),
    (
        lambda X, M: np.column_stack([np.sqrt(((X - m) ** 2).sum(axis=1)) for m in M]),
        "again for each row of M",
    ),
    (lambda X, M: np.sqrt(((X[:, None] - M) ** 2).sum(axis=2)), "n k d numbers"),
    (lambda X, M: pairwise_distances(X, M) + 1, "the numbers are wrong (for 4 points"),
    (lambda X, M: pairwise_distances(X, M)[:4, :4], "shape (4, 3)"),
    (lambda X, M: pairwise_distances(X, M) * (len(X.T) <= 64), "for a few points"),
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


def cut(order, size):
    return [order[k : k + size] for k in range(0, len(order), size)]


def batches_by_swaps(n, size, rng, others=lambda k, n: k):
    """Fisher and Yates, or one of the ways to get them wrong."""
    order = list(range(n))
    for k in range(n, 0, -1):
        if others(k, n):
            j = rng.integers(others(k, n))
            order[k - 1], order[j] = order[j], order[k - 1]
    return cut(order, size)


def batches_by_few_swaps(n, size, rng):
    order = np.arange(n)
    for _ in range(n // 2):
        i, j = rng.integers(n, size=2)
        order[[i, j]] = order[[j, i]]
    return cut(order, size)


def batches_by_stride(n, size, rng):
    stride = rng.choice([s for s in range(n) if math.gcd(s, n) == 1])
    return cut((rng.integers(n) + stride * np.arange(n)) % n, size)


def batches_of_whole_first(n, size, rng):
    whole = n - n % size
    return cut(np.concatenate([rng.permutation(whole), np.arange(whole, n)]), size)


def batches_of_ten_seeds(n, size, rng):
    return cut(np.random.default_rng(rng.integers(10)).permutation(n), size)


def batches_in_halves(n, size, rng):
    halves = np.arange(n // 2), np.arange(n // 2, n)
    return cut(np.concatenate([rng.permutation(half) for half in halves]), size)


def batches_kept(n, size, rng, orders={}):  # noqa: B006 - that is the mistake
    return cut(orders.setdefault(n, rng.permutation(n)), size)


ANSWERS[check_batches] = Answers(
    [
        batches,
        batches_by_split,
        batches_by_swaps,
        lambda n, s, g: cut(np.argsort(g.random(n)).astype(np.uint16), s),
        lambda n, s, g: cut(g.choice(n, n, replace=False).tolist(), s),
    ],
    (batches_in_order, "old order"),
    (batches_without_the_rest, "7 sample(s) left out"),
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
    (lambda n, s, g: g.permutation(n).tolist(), "a batch is a row of integers"),
    (lambda n, s, g: [b / 1 for b in batches(n, s, g)], "type float64"),
    (lambda n, s, g: [], "your list is empty"),
    (lambda n, s, g: batches(n, s, g) + batches(n, s, g), "hold 206 indices"),
    (lambda n, s, g: batches(n, s, g)[::-1], "the smaller batch is not the last"),
    (lambda n, s, g: batches(n, s - 2, g), "hold [10, 10, 10, 10] samples"),
    (lambda n, s, g: batches_by_swaps(n, s, g, lambda k, n: n), "too seldom"),
    (lambda n, s, g: batches_by_swaps(n, s, g, lambda k, n: k - 1), "too seldom"),
    (batches_by_few_swaps, "too often or too seldom"),
    (batches_by_stride, "after sample"),
    (batches_of_ten_seeds, "too often or too seldom"),
    (batches_in_halves, "sample 0 lies at place 3"),
    (lambda n, s, g: cut(np.argsort(g.integers(n, size=n)), s), "too seldom"),
    (lambda n, s, g: cut(np.roll(np.arange(n), g.integers(n)), s), "neighbours"),
    (batches_of_whole_first, "the last batch holds the same samples"),
    (batches_kept, "the order is the same whatever rng is"),
    (lambda n, s, g: [np.sort(b) for b in batches(n, s, g)], "the numbers rise"),
    (lambda n, s, g: cut(np.random.permutation(n), s), "give different orders"),  # noqa: NPY002
    (lambda n, s, g: [*g.permutation(n - n % s).reshape(-1, s)], "left out"),
    (lambda n, s, g: cut(g.permutation(n)[: n - (n % s == 1)], s), "1 sample(s) left"),
    (lambda n, s, g: batches(n, 10, g), "hold [10, 10, 10, 10] samples"),
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


def fast_epoch_on_rows(weights, biases, X, Y, m, eta):
    """Step 4 of the lesson, samples as rows."""
    (W2, W3), (b2, b3) = ([p.copy() for p in ps] for ps in (weights, biases))
    A2, G2 = np.empty((m, len(W2)), X.dtype), np.empty_like(W2)
    rate = np.float32(eta / m)
    for k in range(0, len(X), m):
        x, y = X[k : k + m], Y[k : k + m]
        np.matmul(x, W2.T, out=A2)
        np.add(A2, b2, out=A2)
        expit(A2, out=A2)
        a3 = expit(A2 @ W3.T + b3)
        e3 = rate * (a3 - y) * a3 * (1 - a3)
        e2 = (e3 @ W3) * A2 * (1 - A2)
        W3 -= e3.T @ A2
        b3 -= e3.sum(axis=0)
        W2 -= np.matmul(e2.T, x, out=G2)
        b2 -= e2.sum(axis=0)
    return [W2, W3], [b2, b3]


def fast_epoch_going_on(weights, biases, *task, kept={}):  # noqa: B006
    shape = weights[0].shape
    kept[shape] = fast_epoch(*kept.get(shape, (weights, biases)), *task)
    return kept[shape]


def fast_epoch_shuffled(weights, biases, X, Y, m, eta):
    order = np.random.default_rng(0).permutation(len(X))
    return fast_epoch(weights, biases, X[order], Y[order], m, eta)


def fast_epoch_of_shallow_copies(weights, biases, X, Y, m, eta):
    (W2, W3), biases = weights.copy(), biases.copy()
    W2 -= eta * W2
    return [W2, W3], biases


ANSWERS[check_fast_epoch] = Answers(
    [
        fast_epoch,
        fast_epoch_on_rows,
        lambda *task: [tuple(part) for part in fast_epoch(*task)],
        lambda *task: [[p.tolist() for p in part] for part in fast_epoch(*task)],
    ],
    (fast_epoch_going_on, "does it keep some?"),
    (fast_epoch_shuffled, "is the farthest off"),
    (fast_epoch_of_shallow_copies, "it changes the array"),
    (lambda *task: (*fast_epoch(*task)[0], *fast_epoch(*task)[1]), "4 part(s)"),
    (lambda *task: fast_epoch(*task)[::-1], "W2 has shape (6,)"),
    (
        lambda w, b, X, Y, m, eta: fast_epoch(w, b, X, Y, 10, eta),
        "it stops with ValueError",
    ),
    (lambda w, b, X, Y, *how: fast_epoch(w, b, X, 2 * Y, *how), "targets are doubled"),
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
    (lambda w, *_: w[0], "6 part(s): [W2, W3], [b2, b3]"),
    (lambda w, b, *_: (w, b[0]), "no two arrays b2, b3"),
    (lambda w, b, *_: (w[::-1], b), "W3 is the farthest off"),
    (lambda w, b, *_: (w, [b[0], b[1][:, None]]), "b3 has shape (6, 1)"),
)
