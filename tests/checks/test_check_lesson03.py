"""The checks of lesson 3: solutions, stubs, and the mistakes they tell apart."""

from itertools import pairwise

import numpy as np
import pytest
from answers import assert_hint, assert_praised, assert_stub_is_seen, by_check

from digitlib.checks.lesson03 import (
    check_backprop_deep,
    check_confusion_matrix,
    check_count_parameters,
    check_quadratic_cost,
)
from digitlib.numerics import sigmoid, sigmoid_prime

CHECKS = (
    check_count_parameters,
    check_quadratic_cost,
    check_confusion_matrix,
    check_backprop_deep,
)


# --- solutions -----------------------------------------------------------------


def count_parameters(sizes):
    return sum((before + 1) * after for before, after in pairwise(sizes))


def count_parameters_by_shapes(sizes):
    shapes = [(out, into) for into, out in pairwise(sizes)]
    return np.int64(sum(np.prod(shape) + shape[0] for shape in shapes))


def quadratic_cost(outputs, targets):
    return ((outputs - targets) ** 2).sum(axis=1).mean() / 2


def quadratic_cost_in_single_precision(outputs, targets):
    misses = (outputs - targets).astype(np.float32)
    return sum(miss @ miss for miss in misses) / (2 * len(outputs))


def confusion_matrix(predictions, labels):
    counts = np.zeros((10, 10), dtype=int)
    np.add.at(counts, (labels, predictions), 1)
    return counts


def confusion_matrix_by_loop(predictions, labels):
    counts = np.zeros((10, 10), dtype=np.uint16)
    for prediction, label in zip(predictions, labels, strict=True):
        counts[label, prediction] += 1
    return counts


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


def backprop_deep(weights, biases, x, y):
    return Backprop()(weights, biases, x, y)


def backprop_deep_in_tuples(weights, biases, x, y):
    products, errors = backprop_deep(weights, biases, x, y)
    return [tuple(products), tuple(errors)]


SOLUTIONS = [
    (check_count_parameters, count_parameters),
    (check_count_parameters, count_parameters_by_shapes),
    (check_quadratic_cost, quadratic_cost),
    (check_quadratic_cost, quadratic_cost_in_single_precision),
    (check_confusion_matrix, confusion_matrix),
    (check_confusion_matrix, confusion_matrix_by_loop),
    (check_backprop_deep, backprop_deep),
    (check_backprop_deep, backprop_deep_in_tuples),
]


@pytest.mark.parametrize(("check", "solution"), SOLUTIONS)
def test_a_solution_is_praised(check, solution):
    assert_praised(check, solution)


# --- stubs ---------------------------------------------------------------------


@pytest.mark.parametrize("check", CHECKS)
def test_a_stub_gets_a_hint(check):
    assert_stub_is_seen(check)


# --- mistakes: what each one does, and a piece of its hint ---------------------


def count_if_three(sizes):
    before, hidden, after = sizes
    return hidden * (1 + before) + after * (1 + hidden)


def count_first_three(sizes):
    return count_parameters(sizes[:3])


def count_first_pair(sizes):
    for before, after in pairwise(sizes):
        return (before + 1) * after


def count_with(biases):
    """Count the weights rightly, and the biases as `biases` says."""
    return lambda sizes: sum(a * b for a, b in pairwise(sizes)) + biases(sizes)


COUNT_MISTAKES = [
    (count_with(lambda s: 0), "where are the biases?"),
    (count_with(lambda s: len(s) - 1), "a bias belongs to a neuron, not to a layer"),
    (count_with(len), "a bias belongs to a neuron, not to a layer"),
    (count_with(lambda s: 1), "a bias belongs to a neuron, not to a layer"),
    (lambda s: count_parameters(s) + s[0], "the input layer has no biases"),
    (lambda s: sum(a * (b + 1) for a, b in pairwise(s)), "the neurons that listen"),
    (count_first_pair, "inside the loop"),
    (count_first_three, "right for three layers, wrong for 4"),
    (count_if_three, "for sizes ("),
    (lambda s: 31810, "whatever the sizes are"),
    (lambda s: count_parameters((784, *s[1:-1], 10)), "belong to one network"),
    (lambda s: float(count_parameters(s)), "of type float64: a count is a whole"),
    (lambda s: str(count_parameters(s)), "of type str, not one number"),
    (lambda s: [count_parameters(s)], "of type list, not one number"),
    (lambda s: count_parameters(s) + 1, "count by hand"),
    (lambda s: np.array([count_parameters(s)]), "shape (1,): one number is wanted"),
    (lambda s: print(count_parameters(s)), "it returns None"),
    (lambda s: 10**400, "far too large"),
    (lambda: 0, "cannot be called as count_parameters(sizes)"),
]


def cost_in_place(outputs, targets):
    outputs -= targets
    return (outputs**2).sum() / (2 * len(outputs))


def cost_in_the_targets_type(outputs, targets):
    misses = np.zeros_like(targets)
    misses[:] = outputs - targets
    return quadratic_cost(misses, 0)


def squares(outputs, targets):
    return (outputs - targets) ** 2


COST_MISTAKES = [
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
    (lambda o, t: quadratic_cost(o, t) + 1, "work out a batch of one sample"),
    (lambda o, t, n: 0.0, "cannot be called as quadratic_cost(outputs, targets)"),
]


def confusion_buffered(predictions, labels):
    counts = np.zeros((10, 10), dtype=int)
    counts[labels, predictions] += 1
    return counts


def confusion_of_the_seen(predictions, labels):
    classes = np.unique(labels)
    return confusion_matrix(predictions, labels)[np.ix_(classes, classes)]


def confusion_reshaped(predictions, labels):
    return np.bincount(10 * labels + predictions).reshape(10, 10)


def confusion_sorting_labels(predictions, labels):
    labels.sort()
    return confusion_matrix(predictions, labels)


def diagonal(matrix):
    return np.diag(np.diag(matrix))


CONFUSION_MISTAKES = [
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
    (lambda p, y: confusion_matrix(p, y).tolist(), "of type list, not a NumPy array"),
    (lambda p, y: confusion_matrix(p, y) + 1, "count by hand"),
    (lambda p, y: np.zeros((10, 10), dtype=object), "array of objects"),
    (lambda p, y: np.full((10, 10), "ten"), "holds <U3, not numbers"),
    (confusion_of_the_seen, "has shape (8, 8), one row and one column per digit"),
    (confusion_reshaped, "when no 8 and no 9 occurs"),
    (confusion_sorting_labels, "it changes the array"),
    (lambda p, y: np.broadcast_to(0, (10**8, 10**8)), "shape (100000000, 100000000)"),
    (lambda labels: labels, "cannot be called as confusion_matrix"),
]


class NoOutputSlope(Backprop):
    def output_slope(self):
        return 1


class NoHiddenSlope(Backprop):
    def hidden_slope(self, layer):
        return 1


class NoSlope(NoOutputSlope, NoHiddenSlope):
    pass


class SlopeOfActivation(Backprop):
    def output_slope(self):
        return sigmoid_prime(self.a[-1])

    def hidden_slope(self, layer):
        return sigmoid_prime(self.a[layer + 1])


class NoTranspose(Backprop):
    def carry(self, layer, error):
        return self.weights[layer + 1] @ error


class OwnWeights(Backprop):
    def carry(self, layer, error):
        return self.weights[layer].T @ error


class OwnActivation(Backprop):
    def product(self, error, layer):
        return error @ self.a[layer + 1].T


class LastWeights(Backprop):
    def carry(self, layer, error):
        return self.weights[-1].T @ error


class SlopeOfNextLayer(Backprop):
    def hidden_slope(self, layer):
        return sigmoid_prime(self.z[layer + 1])


class NeverTurnedRound(Backprop):
    def in_order(self, errors):
        return errors


class SumForActivation(Backprop):
    def product(self, error, layer):
        return error @ [self.a[0], *self.z][layer].T


class TransposedProduct(Backprop):
    def product(self, error, layer):
        return self.a[layer] @ error.T


class NoBiases(Backprop):
    def affine(self, w, b):
        return w @ self.a[-1]


class SignTurned(Backprop):
    def miss(self, y):
        return y - self.a[-1]


class FactorTwo(Backprop):
    def miss(self, y):
        return 2 * (self.a[-1] - y)


class LastLayerFirst(Backprop):
    def result(self, products, errors):
        return products[::-1], errors[::-1]


class BiasesLastLayerFirst(Backprop):
    def result(self, products, errors):
        return products, errors[::-1]


class WeightsLastLayerFirst(Backprop):
    def result(self, products, errors):
        return products[::-1], errors


class FlatBiases(Backprop):
    def result(self, products, errors):
        return products, [error.ravel() for error in errors]


class OneNan(Backprop):
    def result(self, products, errors):
        products[0][0, 0] = np.nan
        return products, errors


class BiasesFirst(Backprop):
    def result(self, products, errors):
        return errors, products


class TwiceTheBiases(Backprop):
    def result(self, products, errors):
        return errors, errors


class OneByOne(Backprop):
    def result(self, products, errors):
        return [*zip(products, errors, strict=True), None]


class WeightsOnly(Backprop):
    def result(self, products, errors):
        return products[0], errors


class InPlace(Backprop):
    def result(self, products, errors):
        for w, g in zip(self.weights, products, strict=True):
            w -= g
        return products, errors


class ShiftedWeights(Backprop):
    def result(self, products, errors):
        return [p + 1 for p in products], errors


class ShiftedBias(Backprop):
    def result(self, products, errors):
        return products, [errors[0] + 1, *errors[1:]]


class ShiftedFirstLayer(Backprop):
    def result(self, products, errors):
        return [products[0] + 1, *products[1:]], [errors[0] + 1, *errors[1:]]


class Shifted(Backprop):
    def result(self, products, errors):
        return [p + 1 for p in products], [e + 1 for e in errors]


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


BACKPROP_MISTAKES = [
    (NoOutputSlope(), "(BP1v) the error of the output layer lacks"),
    (NoHiddenSlope(), "(BP2v) the errors of the hidden layers lack"),
    (NoSlope(), "(BP1v) and (BP2v)"),
    (SlopeOfActivation(), "sigmoid_prime takes z"),
    (NoTranspose(), "through the transposed matrix"),
    (OwnWeights(), "through the weights of the layer above"),
    (LastWeights(), "through the last matrix"),
    (SlopeOfNextLayer(), "at the z of the same layer, not of the next"),
    (OwnActivation(), "the one that comes into the layer"),
    (SumForActivation(), "takes the activation that comes into the layer, not its z"),
    (NeverTurnedRound(), "turn their list round before (BP4v)"),
    (TransposedProduct(), "the weight gradients are transposed"),
    (NoBiases(), "leaves out the biases"),
    (SignTurned(), "every sign is turned round"),
    (FactorTwo(), "a factor 2"),
    (LastLayerFirst(), "last layer first: turn both lists round"),
    (BiasesLastLayerFirst(), "the bias gradients come last layer first, the weight"),
    (WeightsLastLayerFirst(), "the weight gradients come last layer first, the bias"),
    (FlatBiases(), "bias gradient no. 1 has shape (4,), a column would be (4, 1)"),
    (BiasesFirst(), "are the two lists exchanged?"),
    (TwiceTheBiases(), "weight gradient no. 1 has shape (4, 1), one number per weight"),
    (OneByOne(), "of type list: a list of weight gradients and one of bias"),
    (WeightsOnly(), "the weight gradients are of type ndarray, not a list"),
    (OneNan(), "weight gradient no. 1 holds NaN or infinity"),
    (InPlace(), "it changes the array"),
    (
        ShiftedWeights(),
        "the bias gradients are right; every weight gradient is wrong. Nudge",
    ),
    (ShiftedBias(), "the weight gradients are right; bias gradient no. 1 is wrong."),
    (
        ShiftedFirstLayer(),
        "weight gradient no. 1 is wrong; bias gradient no. 1 is wrong. Nudge",
    ),
    (Shifted(), "every weight gradient is wrong; every bias gradient is wrong. Nudge"),
    (backprop_of_two, "ValueError: too many values to unpack"),
    (backprop_of_at_most_two, "it returns 2 weight gradient(s) for 3 layers"),
    (
        backprop_but_for_single_layers,
        "right for sizes (4, 4, 4), wrong for (3, 2): the bias gradients are right; "
        "every weight gradient is wrong",
    ),
    (
        backprop_but_for_the_fourth,
        "wrong for (3, 5, 2, 4, 3): the weight gradients are right; bias gradient "
        "no. 4 is wrong",
    ),
]

MISTAKES = by_check(
    CHECKS, COUNT_MISTAKES, COST_MISTAKES, CONFUSION_MISTAKES, BACKPROP_MISTAKES
)


@pytest.mark.parametrize(("check", "wrong", "piece"), MISTAKES)
def test_a_mistake_gets_its_own_hint(check, wrong, piece):
    assert_hint(check, wrong, piece)
