"""Answers to the exercises of lesson 3."""

from itertools import pairwise

import numpy as np

from checks.tables import Answers, Table, but
from digitlib.checks.lesson03 import (
    check_backprop_deep,
    check_collapse,
    check_confusion_matrix,
    check_count_parameters,
    check_four_bits,
    check_quadratic_cost,
)
from digitlib.numerics import sigmoid, sigmoid_prime

ANSWERS: Table = {}


def count_parameters(sizes):
    return sum((before + 1) * after for before, after in pairwise(sizes))


def count_parameters_by_shapes(sizes):
    shapes = [(out, into) for into, out in pairwise(sizes)]
    return np.int64(sum(np.prod(shape) + shape[0] for shape in shapes))


def count_if_three(sizes):
    before, hidden, after = sizes
    return hidden * (1 + before) + after * (1 + hidden)


def count_first_pair(sizes):
    for before, after in pairwise(sizes):
        return (before + 1) * after


def count_with(biases):
    """Count the weights rightly, and the biases as `biases` says."""
    return lambda sizes: sum(a * b for a, b in pairwise(sizes)) + biases(sizes)


def count_by_index(sizes):
    total = 0
    for k in range(1, len(sizes)):
        total += sizes[k - 1] * sizes[k] + sizes[k]
    return total


def count_by_itself(sizes):
    if len(sizes) < 2:
        return 0
    return (sizes[0] + 1) * sizes[1] + count_by_itself(sizes[1:])


ANSWERS[check_count_parameters] = Answers(
    [
        count_parameters,
        count_parameters_by_shapes,
        count_by_index,
        count_by_itself,
        lambda s: np.dot(np.array(s[:-1]) + 1, s[1:]),
    ],
    (lambda s: np.int16(count_parameters(s) % 2**14), "in which type does it count?"),
    (lambda s: sum(a * b for a, b in pairwise(s)) - sum(s[1:]), "by hand on a"),
    (lambda s: int(np.prod(s)) + sum(s[1:]), "you return"),
    (lambda s: count_parameters(s[:5]), "wrong for 20"),
    (count_with(lambda s: 0), "where are the biases?"),
    (count_with(lambda s: len(s) - 1), "a bias belongs to a neuron, not to a layer"),
    (count_with(len), "a bias belongs to a neuron, not to a layer"),
    (count_with(lambda s: 1), "a bias belongs to a neuron, not to a layer"),
    (lambda s: count_parameters(s) + s[0], "the input layer has no biases"),
    (lambda s: sum(a * (b + 1) for a, b in pairwise(s)), "the neurons that listen"),
    (count_first_pair, "inside the loop"),
    (lambda s: count_parameters(s[:3]), "right for three layers, wrong for 4"),
    (count_if_three, "for sizes ("),
    (lambda s: 31810, "whatever the sizes are"),
    (lambda s: count_parameters((784, *s[1:-1], 10)), "belong to one network"),
    (lambda s: float(count_parameters(s)), "an integer type is wanted"),
    (lambda s: str(count_parameters(s)), "of type str, not one number"),
    (lambda s: [count_parameters(s)], "shape (1,): one number is wanted"),
    (lambda s: count_parameters(s) + 1, "count by hand"),
    (lambda s: np.array([count_parameters(s)]), "shape (1,): one number is wanted"),
    (lambda s: print(count_parameters(s)), "it returns None"),
    (lambda s: 10**400, "far too large"),
    (lambda: 0, "cannot be called as count_parameters(sizes)"),
)


def quadratic_cost(outputs, targets):
    return ((outputs - targets) ** 2).sum(axis=1).mean() / 2


def quadratic_cost_in_single_precision(outputs, targets):
    misses = (outputs - targets).astype(np.float32)
    return sum(miss @ miss for miss in misses) / (2 * len(outputs))


def cost_in_place(outputs, targets):
    outputs -= targets
    return (outputs**2).sum() / (2 * len(outputs))


def cost_in_the_targets_type(outputs, targets):
    misses = np.zeros_like(targets)
    misses[:] = outputs - targets
    return quadratic_cost(misses, 0)


def squares(outputs, targets):
    return (outputs - targets) ** 2


def cost_by_two_loops(outputs, targets):
    total = 0.0
    for a, y in zip(outputs.tolist(), targets.tolist(), strict=True):
        for number, wanted in zip(a, y, strict=True):
            total += (number - wanted) ** 2
    return total / (2 * len(outputs))


def cost_of_ones_and_zeros(outputs, targets):
    right = outputs[np.arange(len(outputs)), targets.argmax(axis=1)]
    return ((outputs**2).sum(axis=1) - 2 * right + 1).mean() / 2


ANSWERS[check_quadratic_cost] = Answers(
    [
        quadratic_cost,
        quadratic_cost_in_single_precision,
        cost_by_two_loops,
        lambda o, t: np.einsum("ij,ij->", o - t, o - t) / 2 / len(o),
        lambda o, t: np.linalg.norm(o - t) ** 2 / (2 * len(o)),
        lambda o, t: 5 * np.mean((o - t) ** 2),
        lambda o, t: np.array(np.mean([np.vdot(m, m) for m in o - t]) / 2),
    ],
    (cost_of_ones_and_zeros, "a batch of two samples"),
    (lambda o, t: squares(o, t).sum() / (2 * (len(o) - 1 or 2)), "two samples"),
    (lambda o, t: squares(o, t).sum() / 2 / max(len(o), 2), "wrong for one"),
    (lambda o, t: (o**2 - t**2).sum() / (2 * len(o)), "for 7 sample(s) with float64"),
    (lambda o, t: squares(o, t).sum(axis=1).mean(), "twice too large"),
    (lambda o, t: squares(o, t).mean(), "it averages over every number"),
    (lambda o, t: squares(o, t).mean() / 2, "it averages over every number"),
    (lambda o, t: squares(o, t).sum() / 2, "it adds up over the samples"),
    (lambda o, t: squares(o, t).sum(), "it adds up over the samples"),
    (lambda o, t: squares(o, t).sum(axis=0).mean() / 2, "along the wrong axis"),
    (lambda o, t: np.linalg.norm(o - t, axis=1).mean() / 2, "there is a root"),
    (lambda o, t: np.sqrt(quadratic_cost(o, t)), "there is a root"),
    (lambda o, t: np.abs(o - t).sum(axis=1).mean() / 2, "made positive"),
    (lambda o, t: (o - t).sum(axis=1).mean() / 2, "cancel each other"),
    (lambda o, t: (t - o).sum(axis=1).mean() / 2, "cancel each other"),
    (lambda o, t: np.sum(o - t) ** 2, "the square stands outside the sum"),
    (lambda o, t: np.sum(o - t) ** 2 / (2 * len(o)), "the square stands outside"),
    (lambda o, t: ((o - t).sum(axis=1) ** 2).mean() / 2, "the square stands outside"),
    (lambda o, t: 1 / 2 * len(o) * squares(o, t).sum(), "it multiplies by n"),
    (lambda o, t: squares(o, t).sum() / 2 * len(o), "it multiplies by n"),
    (lambda o, t: np.linalg.norm(o - t) / (2 * len(o)), "the root of all squares"),
    (lambda o, t: np.linalg.norm(o - t) / 2, "the root of all squares"),
    (lambda o, t: np.sqrt(squares(o, t).sum()) / len(o), "the root of all squares"),
    (lambda o, t: squares(o, t)[0].sum() / 2, "the first sample only"),
    (lambda o, t: squares(o, t).sum() / 14, "where is n from?"),
    (lambda o, t: squares(o, t).sum(axis=1) / 2, "shape (7,): one number is wanted"),
    (cost_in_place, "it changes the array"),
    (cost_in_the_targets_type, "wrong for integers"),
    (lambda o, t: quadratic_cost(o, t) / 0.0, "NaN or infinity"),
    (lambda o, t: 1j * quadratic_cost(o, t), "is complex"),
    (lambda o, t: print(quadratic_cost(o, t)), "it returns None"),
    (lambda o, t: quadratic_cost(o, t) + 1, "two samples by hand"),
    (lambda o, t, n: 0.0, "cannot be called as quadratic_cost(outputs, targets)"),
)


def confusion_matrix(predictions, labels):
    counts = np.zeros((10, 10), dtype=int)
    np.add.at(counts, (labels, predictions), 1)
    return counts


def confusion_matrix_by_loop(predictions, labels):
    counts = np.zeros((10, 10), dtype=np.uint16)
    for prediction, label in zip(predictions, labels, strict=True):
        counts[label, prediction] += 1
    return counts


def confusion_buffered(predictions, labels):
    counts = np.zeros((10, 10), dtype=int)
    counts[labels, predictions] += 1
    return counts


def confusion_of_the_seen(predictions, labels):
    classes = np.unique(labels)
    return confusion_matrix(predictions, labels)[np.ix_(classes, classes)]


def confusion_sorting_labels(predictions, labels):
    labels.sort()
    return confusion_matrix(predictions, labels)


def diagonal(matrix):
    return np.diag(np.diag(matrix))


def confusion_by_pairs(predictions, labels):
    pairs = [(i, j) for i in range(10) for j in range(10)]
    hits = [np.sum((labels == i) & (predictions == j)) for i, j in pairs]
    return np.reshape(hits, (10, 10))


def confusion_with_as_many_as_are_said(predictions, labels):
    counts = np.zeros((10, predictions.max() + 1), dtype=int)
    np.add.at(counts, (labels, predictions), 1)
    return counts


ANSWERS[check_confusion_matrix] = Answers(
    [
        confusion_matrix,
        confusion_matrix_by_loop,
        confusion_by_pairs,
        lambda p, y: confusion_matrix(p, y).tolist(),
        lambda p, y: np.bincount(10 * y + p, minlength=100).reshape(10, 10),
        lambda p, y: np.eye(10, dtype=int)[y].T @ np.eye(10, dtype=int)[p],
        lambda p, y: tuple(confusion_matrix(p, y)),
    ],
    (lambda p, y: np.ones(10).tolist(), "has shape (10,)"),
    (lambda p, y: [*confusion_matrix(p, y)[:9], [1]], "rows are of different leng"),
    (confusion_with_as_many_as_are_said, "has shape (10, 8), one row"),
    (lambda p, y: confusion_matrix(p[1:], y[1:]), "yours add up to 5999"),
    (lambda p, y: confusion_matrix(p, y).T, "rows and columns are exchanged"),
    (confusion_buffered, "counts a repeated pair once"),
    (lambda p, y: confusion_matrix(p, y).astype(np.uint8), "no count is above 255"),
    (lambda p, y: confusion_matrix(p - 1, y - 1), "shifted by one"),
    (lambda p, y: confusion_matrix(p, y) / len(y), "these are shares"),
    (lambda p, y: confusion_matrix(p, y) * 100 / len(y), "these are shares"),
    (lambda p, y: confusion_matrix(p, y) / np.bincount(y)[:, None], "are shares"),
    (lambda p, y: diagonal(confusion_matrix(p, y)), "the right answers only"),
    (lambda p, y: confusion_matrix(p, y) - diagonal(confusion_matrix(p, y)), "wrong"),
    (lambda p, y: confusion_matrix(p, y).astype(float), "is of type float64"),
    (lambda p, y: confusion_matrix(p, y) + 1, "by hand; yours add up to 6100"),
    (lambda p, y: np.outer(np.bincount(y), np.bincount(p)), "yours add up to 3.6e+07"),
    (lambda p, y: confusion_matrix(p, (y + 5) % 10), "count by hand (for 6,000"),
    (lambda p, y: np.zeros((10, 10), dtype=object), "array of objects"),
    (lambda p, y: np.full((10, 10), "ten"), "holds <U3, not numbers"),
    (confusion_of_the_seen, "has shape (8, 8), one row and one column per digit"),
    (lambda p, y: np.bincount(10 * y + p).reshape(10, 10), "when no 8 and no 9 occurs"),
    (confusion_sorting_labels, "it changes the array"),
    (lambda p, y: np.broadcast_to(0, (10**8, 10**8)), "shape (100000000, 100000000)"),
    (lambda labels: labels, "cannot be called as confusion_matrix"),
)


class Backprop:
    """The solution of exercise 3.4, with a method for every step to get wrong."""

    def __call__(self, weights, biases, x, y):
        self.weights, self.z, self.a = weights, [], [x]
        for w, b in zip(weights, biases, strict=True):
            self.z.append(self.affine(w, b))
            self.a.append(sigmoid(self.z[-1]))
        errors = [self.miss(y) * self.output_slope()]
        for layer in reversed(range(len(weights) - 1)):
            errors.append(self.carry(layer, errors[-1]) * self.hidden_slope(layer))
        errors = self.in_order(errors)
        products = [self.product(error, layer) for layer, error in enumerate(errors)]
        return self.result(products, errors)

    def affine(self, w, b):
        return w @ self.a[-1] + b

    def miss(self, y):
        return self.a[-1] - y

    def output_slope(self):
        return sigmoid_prime(self.z[-1])

    def hidden_slope(self, layer):
        return sigmoid_prime(self.z[layer])

    def carry(self, layer, error):
        return self.weights[layer + 1].T @ error

    def in_order(self, errors):
        return errors[::-1]

    def product(self, error, layer):
        return error @ self.a[layer].T

    def result(self, products, errors):
        return products, errors


backprop_deep = Backprop()


def backprop_deep_in_tuples(weights, biases, x, y):
    products, errors = backprop_deep(weights, biases, x, y)
    return [tuple(products), tuple(errors)]


def nudged(weights, biases, x, y, copy):
    """Measure each derivative, with the parameters moved in place or in a copy."""

    def cost():
        a = x
        for w, b in zip(weights, biases, strict=True):
            a = sigmoid(w @ a + b)
        return ((a - y) ** 2).sum() / 2

    if copy:
        weights, biases = [w.copy() for w in weights], [b.copy() for b in biases]
    gradients = []
    for parameter in [*weights, *biases]:
        gradient = np.zeros(parameter.shape)
        for place in np.ndindex(parameter.shape):
            parameter[place] += 1e-5
            above = cost()
            parameter[place] -= 2e-5
            gradient[place] = (above - cost()) / 2e-5
            parameter[place] += 1e-5
        gradients.append(gradient)
    return gradients[: len(weights)], gradients[len(weights) :]


class PilesUp(Backprop):
    piled = ([], [])

    def result(self, products, errors):
        for pile, new in zip(self.piled, (products, errors), strict=True):
            pile.extend(new)
        return tuple(list(pile) for pile in self.piled)


class OneNan(Backprop):
    def result(self, products, errors):
        products[0][0, 0] = np.nan
        return products, errors


class InPlace(Backprop):
    def result(self, products, errors):
        for w, g in zip(self.weights, products, strict=True):
            w -= g
        return products, errors


def backprop_of_two(weights, biases, x, y):
    first, second = weights
    return backprop_deep([first, second], biases, x, y)


def backprop_of_at_most_two(weights, biases, x, y):
    products, errors = backprop_deep(weights, biases, x, y)
    return products[:2], errors[:2]


def backprop_but_for_single_layers(weights, biases, x, y):
    products, errors = backprop_deep(weights, biases, x, y)
    return [g if len(products) > 1 else 2 * g for g in products], errors


def backprop_but_for_the_fourth(weights, biases, x, y):
    products, errors = backprop_deep(weights, biases, x, y)
    return products, errors[:3] + [error + 1 for error in errors[3:]]


ANSWERS[check_backprop_deep] = Answers(
    [
        backprop_deep,
        backprop_deep_in_tuples,
        lambda *task: nudged(*task, copy=True),
        lambda *task: nudged(*task, copy=False),
        lambda *task: [[g.tolist() for g in part] for part in backprop_deep(*task)],
    ],
    (PilesUp(), "weight gradient(s) for "),
    (but(Backprop, output_slope=lambda s: 1)(), "(BP1v) the error of the output layer"),
    (but(Backprop, hidden_slope=lambda s, k: 1)(), "(BP2v) the errors of the hidden"),
    (
        but(Backprop, output_slope=lambda s: 1, hidden_slope=lambda s, k: 1)(),
        "(BP1v) and (BP2v)",
    ),
    (
        but(
            Backprop,
            output_slope=lambda s: sigmoid_prime(s.a[-1]),
            hidden_slope=lambda s, k: sigmoid_prime(s.a[k + 1]),
        )(),
        "sigmoid_prime takes z",
    ),
    (
        but(Backprop, carry=lambda s, k, e: s.weights[k + 1] @ e)(),
        "through the transposed matrix",
    ),
    (but(Backprop, carry=lambda s, k, e: s.weights[k].T @ e)(), "of the layer above"),
    (but(Backprop, carry=lambda s, k, e: s.weights[-1].T @ e)(), "the last matrix"),
    (
        but(Backprop, hidden_slope=lambda s, k: sigmoid_prime(s.z[k + 1]))(),
        "at the z of the same layer, not of the next",
    ),
    (but(Backprop, product=lambda s, e, k: e @ s.a[k + 1].T)(), "one that comes into"),
    (
        but(Backprop, product=lambda s, e, k: e @ [s.a[0], *s.z][k].T)(),
        "takes the activation that comes into the layer, not its z",
    ),
    (but(Backprop, in_order=lambda s, E: E)(), "turn their list round before (BP4v)"),
    (but(Backprop, product=lambda s, e, k: s.a[k] @ e.T)(), "gradients are transposed"),
    (but(Backprop, affine=lambda s, w, b: w @ s.a[-1])(), "leaves out the biases"),
    (but(Backprop, miss=lambda s, y: y - s.a[-1])(), "every sign is turned round"),
    (but(Backprop, miss=lambda s, y: 2 * (s.a[-1] - y))(), "a factor 2"),
    (
        but(Backprop, hidden_slope=lambda s, k: sigmoid_prime(s.a[k + 1]))(),
        "weight gradient no. 1 is wrong; bias gradient no. 1 is wrong. Nudge",
    ),
    (
        but(Backprop, result=lambda s, P, E: (P[::-1], E[::-1]))(),
        "last layer first: turn both lists round",
    ),
    (
        but(Backprop, result=lambda s, P, E: (P, E[::-1]))(),
        "the bias gradients come last layer first, the weight",
    ),
    (
        but(Backprop, result=lambda s, P, E: (P[::-1], E))(),
        "the weight gradients come last layer first, the bias",
    ),
    (
        but(Backprop, result=lambda s, P, E: (P, [error.ravel() for error in E]))(),
        "bias gradient no. 1 has shape (4,), a column would be (4, 1)",
    ),
    (but(Backprop, result=lambda s, P, E: (E, P))(), "are the two lists exchanged?"),
    (but(Backprop, result=lambda s, P, E: (E, E))(), "weight gradient no. 1 has shape"),
    (
        but(Backprop, result=lambda s, P, E: [*zip(P, E, strict=True), None])(),
        "your result has 3 part(s): a list of weight gradients and one of bias",
    ),
    (but(Backprop, result=lambda s, P, E: (P[0], E))(), "of type ndarray, not a list"),
    (OneNan(), "weight gradient no. 1 holds NaN or infinity"),
    (InPlace(), "it changes the array"),
    (
        but(Backprop, result=lambda s, P, E: ([p + 1 for p in P], E))(),
        "the bias gradients are right; every weight gradient is wrong. Nudge",
    ),
    (
        but(Backprop, result=lambda s, P, E: (P, [E[0] + 1, *E[1:]]))(),
        "the weight gradients are right; bias gradient no. 1 is wrong.",
    ),
    (
        but(
            Backprop, result=lambda s, P, E: ([P[0] + 1, *P[1:]], [E[0] + 1, *E[1:]])
        )(),
        "weight gradient no. 1 is wrong; bias gradient no. 1 is wrong. Nudge",
    ),
    (
        but(
            Backprop, result=lambda s, P, E: ([p + 1 for p in P], [e + 1 for e in E])
        )(),
        "every weight gradient is wrong; every bias gradient is wrong. Nudge",
    ),
    (backprop_of_two, "ValueError: too many values to unpack"),
    (backprop_of_at_most_two, "it returns 2 weight gradient(s) for 3 layers"),
    (
        backprop_but_for_single_layers,
        "right for sizes (4, 4, 4), wrong for (3, 2): the bias gradients are right; "
        "every weight gradient is wrong",
    ),
    (backprop_but_for_the_fourth, "wrong for (3, 5, 2, 4, 3): the weight gradients"),
)


def collapse(weights, biases):
    W, b = weights[0], biases[0]
    for w, c in zip(weights[1:], biases[1:], strict=True):
        W, b = w @ W, w @ b + c
    return W, b


def collapse_from_the_top(weights, biases):
    W, b = np.eye(len(biases[-1])), np.zeros_like(biases[-1])
    for w, c in zip(weights[::-1], biases[::-1], strict=True):
        b = b + W @ c
        W = W @ w
    return [W.tolist(), b.tolist()]


def collapse_by_asking(weights, biases):
    def sums(a):
        for w, b in zip(weights, biases, strict=True):
            a = w @ a + b
        return a

    inputs = weights[0].shape[1]
    bias = sums(np.zeros((inputs, 1)))
    return sums(np.eye(inputs)) - bias, bias


def collapse_with_a_fed_one(weights, biases):
    whole = np.eye(weights[0].shape[1] + 1)
    for w, b in zip(weights, biases, strict=True):
        below = np.zeros((1, w.shape[1] + 1))
        below[0, -1] = 1
        whole = np.vstack([np.hstack([w, b]), below]) @ whole
    return whole[:-1, :-1], whole[:-1, -1:]


def collapse_by_itself(weights, biases):
    if len(weights) == 1:
        return weights[0], biases[0]
    *below, w = weights
    W, b = collapse_by_itself(below, biases[:-1])
    return w @ W, w @ b + biases[-1]


def collapse_two(weights, biases):
    (v, w), (b, c) = weights, biases
    return w @ v, w @ b + c


def collapse_first_two(weights, biases):
    return collapse_two(weights[:2], biases[:2])


def collapse_the_ends(weights, biases):
    return weights[-1] @ weights[0], weights[-1] @ biases[0] + biases[-1]


def collapse_in_place(weights, biases):
    W, b = weights[0], biases[0]
    for w, c in zip(weights[1:], biases[1:], strict=True):
        W, b = w @ W, w @ b
        b += c
    weights[-1][:] = 0
    return W, b


def collapse_in_turn(weights, biases):
    W, b = weights[0], biases[0]
    for w, c in zip(weights[1:], biases[1:], strict=True):
        W = w @ W
        b = W @ b + c
    return W, b


def collapse_with_sigmoids(weights, biases):
    W, b = weights[0], biases[0]
    for w, c in zip(weights[1:], biases[1:], strict=True):
        W, b = w @ sigmoid(W), w @ sigmoid(b) + c
    return W, b


def weights_with(biases_of):
    """Collapse the weights rightly, and the biases as `biases_of` says."""
    return lambda weights, biases: (
        collapse(weights, biases)[0],
        biases_of(weights[0], weights[-1], biases[0], biases[-1]),
    )


def product_of(weights_of):
    """Collapse the biases rightly, and the weights as `weights_of` says."""
    return lambda weights, biases: (
        weights_of(*weights[:2]),
        collapse(weights, biases)[1],
    )


ANSWERS[check_collapse] = Answers(
    [
        collapse,
        collapse_from_the_top,
        collapse_by_asking,
        collapse_with_a_fed_one,
        collapse_by_itself,
        lambda W, b: (
            (np.linalg.multi_dot([*W[::-1], np.eye(W[0].shape[1])]), collapse(W, b)[1])
        ),
    ],
    (product_of(lambda v, w: v @ w), "which factor stands next to x?"),
    (lambda W, b: (np.linalg.multi_dot([np.eye(3), *W]), b[-1]), "stands next to x?"),
    (product_of(lambda v, w: (w @ v).T), "the weights are transposed"),
    (product_of(lambda v, w: w @ v.T), "the first layer's weights are not"),
    (product_of(lambda v, w: w.T @ v), "the second layer's weights are not"),
    (product_of(lambda v, w: w + v), "the weights are added"),
    (product_of(lambda v, w: w * v), "`*` multiplies number by number"),
    (product_of(lambda v, w: v), "that is the first layer alone"),
    (product_of(lambda v, w: w), "that is the second layer alone"),
    (product_of(lambda v, w: 2 * w @ v), "the weights are wrong: apply (LIN)"),
    (weights_with(lambda v, w, b, c: w @ b - c), "right, the biases wrong"),
    (weights_with(lambda v, w, b, c: b + c), "through the second layer's weights"),
    (weights_with(lambda v, w, b, c: v @ b + c), "not the first's"),
    (weights_with(lambda v, w, b, c: w @ (b + c)), "no weights hear them"),
    (collapse_in_turn, "do not go through their own layer"),
    (weights_with(lambda v, w, b, c: c), "the first layer's biases are lost"),
    (weights_with(lambda v, w, b, c: w @ b), "the last layer's biases are lost"),
    (weights_with(lambda v, w, b, c: 0 * c), "the biases are lost"),
    (weights_with(lambda v, w, b, c: w.T @ b + c), "biases go forwards"),
    (weights_with(lambda v, w, b, c: (w * b).sum(1)[:, None]), "the biases wrong"),
    (weights_with(lambda v, w, b, c: (w @ b + c).ravel()), "a column would be (3, 1)"),
    (
        weights_with(lambda v, w, b, c: w * b + c),
        "the column of biases has shape (3, 3)",
    ),
    (collapse_two, "too many values to unpack"),
    (collapse_first_two, "right for sizes (3, 3, 3): the weights are wrong"),
    (collapse_the_ends, "right for sizes (3, 3, 3): the weights are wrong"),
    (collapse_with_sigmoids, "the weights are wrong"),
    (collapse_in_place, "it changes the array"),
    (lambda W, b: (*collapse(W, b), None), "3 part(s): the weights and the biases"),
    (lambda W, b: collapse(W, b)[0], "3 part(s): the weights and the biases"),
    (lambda W, b: collapse(W, b)[::-1], "the matrix has shape (3, 1)"),
    (lambda W, b: collapse(W, b) and None, "it returns None"),
    (lambda W, b, x: W, "cannot be called as collapse(weights, biases)"),
)


BITS = np.array([[int(f"{d:04b}"[3 - k]) for d in range(10)] for k in range(4)])
SIGNS = 2.0 * BITS - 1


def four_bits(c=30.0):
    return c * BITS, np.full((4, 1), -0.7 * c)


def four_bits_with_signs(c=12.0):
    return c * SIGNS, c * (5 - BITS.sum(axis=1, keepdims=True)) / 10


def four_bits_by_solving():
    shown = np.full((10, 10), 0.05) + 0.9 * np.eye(10)
    return np.linalg.solve(shown, 20 * SIGNS.T).T, np.full((4, 1), -1.0)


def four_bits_in_lists():
    W = [[40 if d >> k & 1 else -40 for d in range(10)] for k in range(4)]
    return [W, [[0], [4], [4], [12]]]


def four_bits_barely():
    return four_bits(np.log(99) / 0.2)


def bits_with(change):
    """Answer with what `change` makes of the right weights and biases."""
    return lambda: change(*four_bits())


def without_one(W, b):
    W[2, 5] = 0
    return W, b


def deaf_to_one(W, b):
    W[1, 7] = 10
    return W, b


ANSWERS[check_four_bits] = Answers(
    [
        four_bits,
        four_bits_with_signs,
        four_bits_by_solving,
        four_bits_in_lists,
        four_bits_barely,
        lambda: four_bits(1e12),
    ],
    (lambda: (BITS, np.zeros((4, 1))), "no weight and no bias is below 0"),
    (lambda: (np.zeros((4, 10)), np.zeros((4, 1))), "no weight and no bias is below"),
    (bits_with(lambda W, b: (W[::-1], b)), "the rows are in the wrong order"),
    (bits_with(lambda W, b: (-W, -b)), "every bit is turned round"),
    (bits_with(lambda W, b: (np.roll(W, -1, axis=1), b)), "shifted by one"),
    (bits_with(lambda W, b: (W, 2 * b)), "no neuron says yes to any digit"),
    (lambda: (SIGNS, np.full((4, 1), 2)), "every neuron says yes to every digit"),
    (bits_with(without_one), "if the other nine outputs are 0: is 4 a part of 5?"),
    (bits_with(deaf_to_one), "for the digit 7 neuron 1 says no, even if the other"),
    (bits_with(lambda W, b: (W[[1, 0, 2, 3]], b)), "for the digit 1 neuron 0 says no"),
    (bits_with(lambda W, b: (W, 0 * b - 15)), "say 0.5, where a no is wanted)"),
    (bits_with(lambda W, b: (W, 0 * b - 3)), "what is the worst that 0.9 to 1, and"),
    (bits_with(lambda W, b: (W, 0 * b - 28)), "0.269, where a yes is wanted)"),
    (lambda: (50 * SIGNS, np.full((4, 1), -20)), "where a yes is wanted)"),
    (lambda: four_bits(1.0), "what makes S steeper? (for the digit"),
    (lambda: four_bits(22.9), "not sure enough: what makes S steeper?"),
    (lambda: four_bits_with_signs(1.0), "not sure enough"),
    (bits_with(lambda W, b: (W.T, b)), "the matrix has shape (10, 4), a row per bit"),
    (bits_with(lambda W, b: (W, b.ravel())), "a column would be (4, 1)"),
    (bits_with(lambda W, b: (b, W)), "the matrix has shape (4, 1)"),
    (bits_with(lambda W, b: W), "4 part(s): the weights and the biases of four"),
    (bits_with(lambda W, b: (W / 0.0, b)), "the matrix holds NaN or infinity"),
    (bits_with(lambda W, b: print(W, b)), "it returns None"),
    (lambda a: a, "cannot be called as four_bits()"),
)
