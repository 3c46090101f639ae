"""Answers to the exercises of lesson 2."""

import numpy as np
from scipy.special import expit, softmax

from checks.tables import Answers, Table, but
from digitlib.checks.lesson02 import (
    check_boundary,
    check_descend_with_momentum,
    check_stable_sigmoid,
    check_ten_neurons,
)

ANSWERS: Table = {}


def boundary(w, b, x1):
    return -(w[0] * x1 + b) / w[1]


ANSWERS[check_boundary] = Answers(
    [boundary, lambda w, b, x: (-b - w[0] * x) / w[1]],
    (lambda w, b, x: (w[0] * x + b) / w[1], "a sign is lost"),
    (lambda w, b, x: -w[0] * x / w[1], "where is the bias?"),
    (lambda w, b, x: (-w[0] * x + b) / w[1], "the bias has the wrong sign"),
    (lambda w, b, x: -w[0] * x - b / w[1], "only the bias is divided"),
    (lambda w, b, x: -w[0] * x / w[1] - b, "the bias is not divided"),
    (lambda w, b, x: -(w[1] * x + b) / w[0], "changed places"),
    (lambda w, b, x: -(w[0] * x + b) / w[0], "by the weight of x1"),
    (lambda w, b, x: -(w[0] * x + b), "one division is missing"),
    (lambda w, b, x: (0.5 - w[0] * x - b) / w[1], "one half there, not z"),
    (lambda w, b, x: (expit(0.5) - w[0] * x - b) / w[1], "one half there, not z"),
    (lambda w, b, x: expit(w[0] * x + b), "put them into (Z)"),
    (lambda w, b, x: float(x[0]), "of type float, not a NumPy array"),
    (lambda w, b, x: list(boundary(w, b, x)), "of type list, not a NumPy array"),
    (lambda w, b, x: boundary(w, b, x[0:1]), "shape (1,), one x2 per x1"),
    (lambda w, b, x: w.pop(), "it stops with AttributeError"),
    (lambda w, b: w, "cannot be called as boundary(w, b, x1)"),
)


def stable_sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1, e) / (1 + e)


def stable_sigmoid_by_masks(z):
    result = np.empty(z.shape)
    up = z >= 0
    result[up] = 1 / (1 + np.exp(-z[up]))
    power = np.exp(z[~up])
    result[~up] = power / (1 + power)
    return result


def sigmoid_where_half(z):
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1 / (1 + e), e * e / (1 + e))


def sigmoid_in_place(z):
    z[z < -700] = -700
    return 1 / (1 + np.exp(-z))


ANSWERS[check_stable_sigmoid] = Answers(
    [
        stable_sigmoid,
        stable_sigmoid_by_masks,
        expit,
        lambda z: np.exp(-np.logaddexp(0, -z)),
    ],
    (lambda z: 1 / (1 + np.exp(z)), "it falls where it should rise"),
    (lambda z: expit(z) * (1 - expit(z)), "that is the slope"),
    (np.tanh, "that is the tanh"),
    (lambda z: np.sign(z) * expit(z), "negative z get negative answers"),
    (lambda z: 1 / (1 + np.exp(-np.abs(z))), "what is it for negative z?"),
    (lambda z: expit(-np.abs(z)), "what is it for positive z?"),
    (sigmoid_where_half, "Multiply numerator and denominator"),
    (lambda z: np.where(z >= 0, expit(z), np.exp(z)), "And below?"),
    (lambda z: (z >= 0).astype(float), "that is a step"),
    (lambda z: expit(z) + 0.1, "begin with (S) as it stands"),
    (lambda z: 1 / (1 + np.exp(-z)), "exp overflows on the way"),
    (lambda z: np.exp(z) / (1 + np.exp(z)), "holds NaN or infinity"),
    (
        lambda z: np.where(z >= 0, 1 / (1 + np.exp(-z)), np.exp(z) / (1 + np.exp(z))),
        "exp overflows on the way",
    ),
    (lambda z: 1 - stable_sigmoid(-z), "a difference of numbers near 1 loses it"),
    (lambda z: (1 + np.tanh(z / 2)) / 2, "a difference of numbers near 1 loses it"),
    (lambda z: 1 / (1 + np.exp(-np.clip(z, -60, 60))), "is z cut off?"),
    (lambda z: np.clip(expit(z), 1e-12, 1), "is z cut off?"),
    (lambda z: stable_sigmoid(z) * np.where(z < -30, 1.01, 1), "test it at z = -50"),
    (lambda z: np.where(np.abs(z) > 700, 0.0, stable_sigmoid(z)), "wrong at 1000"),
    (
        lambda z: 1 / (1 + np.exp(-z)) if z >= 0 else np.exp(z) / (1 + np.exp(z)),
        "it stops with ValueError: The truth value",
    ),
    (
        lambda z: np.array([stable_sigmoid(number) for number in z.ravel()]),
        "shape (9,), one number per z would be (3, 3)",
    ),
    (
        lambda z: stable_sigmoid(z) if z.ndim == 1 else stable_sigmoid(z).T,
        "wrong for an array (3, 3)",
    ),
    (sigmoid_in_place, "it changes the array"),
    (lambda: 0, "cannot be called as stable_sigmoid(z)"),
)


def descend(gradient, start, eta, mu, steps):
    velocity = np.zeros(len(start))
    path = [np.array(start, dtype=float)]
    for _ in range(steps):
        velocity = mu * velocity - eta * gradient(path[-1])
        path.append(path[-1] + velocity)
    return np.array(path)


def descend_the_other_way_round(gradient, start, eta, mu, steps):
    path = np.empty((steps + 1, len(start)))
    path[0] = start
    v = 0 * path[0]
    for k in range(steps):
        v = mu * v + gradient(path[k])
        path[k + 1] = path[k] - eta * v
    return path


def path_of_one_array(gradient, start, eta, mu, steps):
    w, v = np.array(start, dtype=float), np.zeros(len(start))
    path = [w]
    for _ in range(steps):
        v = mu * v - eta * gradient(w)
        w += v
        path.append(w)
    return np.array(path)


def path_end_twice(gradient, start, eta, mu, steps):
    path = descend(gradient, start, eta, mu, steps)
    return np.vstack([path[1:], path[-1:]])


def path_ahead(gradient, start, eta, mu, steps):
    v, path = np.zeros(len(start)), [np.array(start, dtype=float)]
    for _ in range(steps):
        v = mu * v - eta * gradient(path[-1] + mu * v)
        path.append(path[-1] + v)
    return np.array(path)


def path_late(gradient, start, eta, mu, steps):
    v, path = np.zeros(len(start)), [np.array(start, dtype=float)]
    for _ in range(steps):
        path.append(path[-1] + v)
        v = mu * v - eta * gradient(path[-2])
    return np.array(path)


def path_in_the_other_order(gradient, start, eta, mu, steps):
    v, path = np.zeros(len(start)), [np.array(start, dtype=float)]
    for _ in range(steps):
        path.append(path[-1] + v)
        v = mu * v - eta * gradient(path[-1])
    return np.array(path)


def path_of_integers(gradient, start, eta, mu, steps):
    path, v = np.zeros((steps + 1, len(start)), dtype=start.dtype), 0
    path[0] = start
    for k in range(steps):
        v = mu * v - eta * gradient(path[k])
        path[k + 1] = path[k] + v
    return path


def path_on_the_start(gradient, start, eta, mu, steps):
    path, v = [start.copy()], 0.0
    for _ in range(steps):
        v = mu * v - eta * gradient(start)
        start += v
        path.append(start.copy())
    return np.array(path)


ANSWERS[check_descend_with_momentum] = Answers(
    [descend, descend_the_other_way_round],
    (path_of_one_array, "all rows are the same array"),
    (path_end_twice, "does not begin at the start"),
    (lambda g, s, e, m, n: descend(g, s, e, 0, n), "without momentum"),
    (lambda g, s, e, m, n: descend(g, s, e, 1, n), "never braked"),
    (lambda g, s, e, m, n: descend(g, s, e, -m, n), "turns round in each step"),
    (path_ahead, "ahead of the place"),
    (lambda g, s, e, m, n: descend(g, s, -e, m, n), "it goes uphill"),
    (lambda g, s, e, m, n: descend(g, s, 1, m, n), "the learning rate is missing"),
    (lambda g, s, e, m, n: descend(g, s, e * (1 - m), m, n), "no factor 1 - mu"),
    (path_late, "steps before it renews the velocity"),
    (path_in_the_other_order, "steps before it renews the velocity"),
    (lambda g, s, e, m, n: descend(lambda _: g(s), s, e, m, n), "is that of the start"),
    (path_of_integers, "fractions are cut off"),
    (lambda g, s, e, m, n: descend(g, s, e, m, n)[-1], "shape (3,), the start and"),
    (lambda g, s, e, m, n: descend(g, s, e, m, n)[1:], "shape (6, 3), the start and"),
    (lambda g, s, e, m, n: list(descend(g, s, e, m, n)), "of type list, not a NumPy"),
    (lambda g, s, e, m, n: descend(g, s, e, m, n + 1)[1:], "work the first two steps"),
    (path_on_the_start, "it changes the array"),
    (lambda g, s, e, n: s, "cannot be called as descend_with_momentum(gradient"),
)


class TenNeurons:
    """The solution of exercise 2.4, with a method for every step to get wrong."""

    def __call__(self, images, labels, eta, steps):
        self.n = len(images)
        self.Y = np.eye(10)[labels]
        W, b = np.zeros((10, images.shape[1])), np.zeros(10)
        for _ in range(self.count(steps)):
            E = self.errors(images @ W.T + b)
            step = self.step(eta)
            W, b = W - step * E.T @ images, b - step * self.bias_errors(E)
        return self.result(W, b)

    def count(self, steps):
        return steps

    def errors(self, Z):
        return expit(Z) - self.Y

    def step(self, eta):
        return eta / self.n

    def bias_errors(self, E):
        return E.sum(axis=0)

    def result(self, W, b):
        return W, b


def ten_neurons_one_after_the_other(images, labels, eta, steps):
    weights, biases = [], []
    for d in range(10):
        w, b = np.zeros(images.shape[1]), 0.0
        for _ in range(steps):
            error = expit(images @ w + b) - (labels == d)
            w, b = w - eta * images.T @ error / len(error), b - eta * error.mean()
        weights.append(w)
        biases.append(b)
    return np.array(weights), np.array(biases)


class SeenOnly(TenNeurons):
    def result(self, W, b):
        seen = self.Y.any(axis=0)
        return W[: 10 if self.n == 12 else seen.sum()], b


def one_by_one(images, labels, eta, steps):
    W, b = np.zeros((10, images.shape[1])), np.zeros(10)
    for _ in range(steps):
        for x, y in zip(images, np.eye(10)[labels], strict=True):
            error = expit(W @ x + b) - y
            W -= eta * np.outer(error, x)
            b -= eta * error
    return W, b


def biases_after_weights(images, labels, eta, steps):
    W, b, Y = np.zeros((10, images.shape[1])), np.zeros(10), np.eye(10)[labels]
    for _ in range(steps):
        W = W - eta * (expit(images @ W.T + b) - Y).T @ images / len(images)
        b = b - eta * (expit(images @ W.T + b) - Y).mean(axis=0)
    return W, b


def in_batches(images, labels, eta, steps):
    W, b, Y = np.zeros((10, images.shape[1])), np.zeros(10), np.eye(10)[labels]
    for step in range(steps):
        some = slice(step % 2, None, 2)
        E = expit(images[some] @ W.T + b) - Y[some]
        W = W - eta * E.T @ images[some] / len(E)
        b = b - eta * E.mean(axis=0)
    return W, b


ANSWERS[check_ten_neurons] = Answers(
    [TenNeurons(), ten_neurons_one_after_the_other],
    (
        but(
            TenNeurons, errors=lambda s, Z: (expit(Z) - s.Y) * expit(Z) * (1 - expit(Z))
        )(),
        "error of the quadratic cost",
    ),
    (
        but(TenNeurons, errors=lambda s, Z: softmax(Z, axis=1) - s.Y)(),
        "that is softmax",
    ),
    (but(TenNeurons, errors=lambda s, Z: Z - s.Y)(), "where is the sigmoid?"),
    (but(TenNeurons, bias_errors=lambda s, E: np.zeros(10))(), "have not learnt"),
    (but(TenNeurons, errors=lambda s, Z: s.Y - expit(Z))(), "it goes uphill"),
    (but(TenNeurons, step=lambda s, eta: eta)(), "it adds up over the images"),
    (but(TenNeurons, step=lambda s, eta: eta / (10 * s.n))(), "over the ten neurons"),
    (but(TenNeurons, step=lambda s, eta: eta / s.n**2)(), "number of images twice"),
    (but(TenNeurons, step=lambda s, eta: 1 / s.n)(), "the learning rate is missing"),
    (but(TenNeurons, count=lambda s, n: n + (n > 0))(), "one step too many"),
    (but(TenNeurons, count=lambda s, n: max(0, n - 1))(), "one step too few"),
    (but(TenNeurons, count=lambda s, n: min(1, n))(), "is `return` inside the loop?"),
    (
        but(TenNeurons, errors=lambda s, Z: expit(Z) - np.roll(s.Y, 1, axis=0))(),
        "out of step",
    ),
    (one_by_one, "each step is to use all images"),
    (biases_after_weights, "take both gradients at the same place"),
    (
        but(TenNeurons, result=lambda s, W, b: (W.T, b[:, None]))(),
        "the bias array has shape (10, 1), one per neuron",
    ),
    (
        but(TenNeurons, result=lambda s, W, b: (W, b[:, None]))(),
        "the bias array has shape (10, 1), one per neuron",
    ),
    (but(TenNeurons, result=lambda s, W, b: W)(), "weights and biases are wanted"),
    (SeenOnly(), "the weight array has shape (8, 6), a row per neuron"),
    (
        but(TenNeurons, result=lambda s, W, b: (W, b) if W.any() else (W + 1, b))(),
        "without a step all weights and biases should be 0",
    ),
    (but(TenNeurons, result=lambda s, W, b: (W + 1, b))(), "at 0, and yours do not"),
    (
        but(TenNeurons, bias_errors=lambda s, E: np.full(10, E.sum() / 10))(),
        "one mean for all ten biases",
    ),
    (
        but(TenNeurons, bias_errors=lambda s, E: E.sum(axis=0) * s.n)(),
        "the biases add up over the images",
    ),
    (
        but(TenNeurons, errors=lambda s, Z: expit(Z) - s.Y.argmax(axis=1)[:, None])(),
        "the targets are labels",
    ),
    (
        but(TenNeurons, result=lambda s, W, b: (3 * W, b))(),
        "the biases are right, the weights are wrong",
    ),
    (in_batches, "weights or biases are wrong for 12 images"),
    (
        lambda x, y, e, s: in_batches(x, y, e, s) if s else None,
        "weights or biases are wrong for 12 images",
    ),
    (lambda x, y, e, s: (x, y), "the weight array has shape (12, 10), a row per"),
    (but(TenNeurons, result=lambda s, W, b: (W.T, b))(), "the weights are transposed"),
    (lambda x, y: x, "cannot be called as ten_neurons(images, labels"),
)
