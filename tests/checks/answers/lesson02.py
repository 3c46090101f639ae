"""Answers to the exercises of lesson 2."""

import math
import warnings

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


def boundary_by_a_loop(w, b, x1):
    w1, w2 = w
    return [-(w1 * x + b) / w2 for x in x1]


def boundary_in_place(w, b, x1):
    x1 *= -w[0] / w[1]
    x1 -= b / w[1]
    return x1


ANSWERS[check_boundary] = Answers(
    [
        boundary,
        boundary_by_a_loop,
        lambda w, b, x: (-b - w[0] * x) / w[1],
        lambda w, b, x: np.polyval([-w[0] / w[1], -b / w[1]], x),
        lambda w, b, x: boundary(w, b, x).astype(np.float32),
        lambda w, b, x: np.linalg.solve(w[1:, None], -(w[:1, None] * x + b))[0],
    ],
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
    (lambda w, b, x: (1 - w[0] * x - b) / w[1], "where the neuron says 1"),
    (lambda w, b, x: (b - w[0] * x) / -w[1], "the term with x1 has the wrong sign"),
    (lambda w, b, x: -b / w[1] + 0 * x, "The line is not level"),
    (lambda w, b, x: -(abs(w[0]) * x + b) / w[1], "right for a positive first weight"),
    (lambda w, b, x: -(w[0] * x + b) / abs(w[1]), "for a positive second weight"),
    (lambda w, b, x: -(w[0] * x + abs(b)) / w[1], "right for a positive bias"),
    (lambda w, b, x: boundary(w, b, x).clip(-9, 9), "x2 = -9, and there z is 45.8"),
    (lambda w, b, x: boundary(w, b, abs(x)), "right for a positive x1"),
    (lambda w, b, x: boundary(w, b, np.sort(x)), "and there z is"),
    (lambda w, b, x: boundary(w, b, x).round(1), "Nearly: is anything rounded"),
    (lambda w, b, x: -(w[0] * x + b) / (w[1] + 1e-3), "not 0. Nearly: is anything"),
    (lambda w, b, x: -(x + b) / w[1], "and there z is"),
    (lambda w, b, x: -(w[0] * x + 1.3) / w[1], "z is 0.6 all along: mind the bias"),
    (lambda w, b, x: np.stack([x, boundary(w, b, x)]), "shape (2, 6), one x2 per x1"),
    (boundary_in_place, "it changes the array"),
    (lambda w, b, x: expit(w[0] * x + b), "and there z is"),
    (lambda w, b, x: float(x[0]), "of type float, not a NumPy array"),
    (lambda w, b, x: set(boundary(w, b, x)), "of type set, not a NumPy array"),
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


def stable_sigmoid_by_math(z):
    def one(number):
        power = math.exp(-abs(number))
        return (1 if number >= 0 else power) / (1 + power)

    return np.array([one(number) for number in z.ravel()]).reshape(z.shape)


def sigmoid_unwarned(z):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return 1 / (1 + np.exp(-z))


def sigmoid_by_the_mean(z):
    if z.mean() >= 0:
        return 1 / (1 + np.exp(-np.maximum(z, -700)))
    power = np.exp(np.minimum(z, 700))
    return power / (1 + power)


def sigmoid_of_nan(z):
    with np.errstate(all="ignore"):
        return np.nan_to_num(np.exp(z) / (1 + np.exp(z)))


def sigmoid_at_no_zero(z):
    e = np.exp(-np.abs(z))
    return np.where(z > 0, 1, np.where(z < 0, e, 0)) / (1 + e)


def sigmoid_in_place(z):
    z[z < -700] = -700
    return 1 / (1 + np.exp(-z))


ANSWERS[check_stable_sigmoid] = Answers(
    [
        stable_sigmoid,
        stable_sigmoid_by_masks,
        expit,
        stable_sigmoid_by_math,
        sigmoid_unwarned,
        lambda z: np.exp(-np.logaddexp(0, -z)),
        lambda z: np.exp(np.minimum(z, 0)) / (1 + np.exp(-np.abs(z))),
        lambda z: 1 / (1 + np.exp(-np.clip(z, -709, 709))),  # within 2e-308
        lambda z: stable_sigmoid(z).tolist(),
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
    (lambda z: expit(z) + 0.1, "you say 1.08, and (S) a number between one half and 1"),
    (lambda z: expit(2 * z), "it rises too fast"),
    (lambda z: expit(z).round(), "that is rounded"),
    (lambda z: np.where(z >= 0, 1, np.exp(-np.abs(z))), "that is the numerator"),
    (sigmoid_at_no_zero, "at z = 0 it says 0"),
    (sigmoid_by_the_mean, "for z = -720 you say 9.9e-305, far too large"),
    (
        lambda z: np.where(z > -500, stable_sigmoid(z), 0),
        "for z = -650 you say 0, S(z) is tiny there, but not 0: a difference",
    ),
    (lambda z: np.where(z < -30, 2e-308, stable_sigmoid(z)), "far too small"),
    (sigmoid_of_nan, "for z = 720 you say 0, and S(z) is hardly below 1"),
    (lambda z: stable_sigmoid(z.astype(np.float32)), "in double precision"),
    (lambda z: stable_sigmoid(z).round(6), "for z = -20 you say 0, S(z) is tiny"),
    (lambda z: np.maximum(stable_sigmoid(z), 1e-300), "for z = -700 you say 1e-300"),
    (lambda z: stable_sigmoid(np.clip(z, -500, 500)), "for z = -650 you say 7.1e-218"),
    (lambda z: stable_sigmoid(np.atleast_1d(z)), "shape (1,): one number is wanted"),
    (lambda z: np.exp(z) / (1 + np.exp(z.mean())), "(S) a number between"),
    (lambda z: 1 / (1 + np.exp(-z)), "overflow encountered in exp"),
    (lambda z: np.exp(z) / (1 + np.exp(z)), "holds NaN or infinity"),
    (
        lambda z: np.where(z >= 0, 1 / (1 + np.exp(-z)), np.exp(z) / (1 + np.exp(z))),
        "overflow encountered in exp",
    ),
    (lambda z: 1 - stable_sigmoid(-z), "S(z) is tiny there, but not 0: a difference"),
    (lambda z: (1 + np.tanh(z / 2)) / 2, "S(z) is tiny there, but not 0: a difference"),
    (lambda z: 1 / (1 + np.exp(-np.clip(z, -60, 60))), "far too large: is z cut off"),
    (lambda z: np.clip(expit(z), 1e-12, 1), "far too large: is z cut off, or S(z)?"),
    (
        lambda z: stable_sigmoid(z) * np.where(z < -30, 1.01, 1),
        "not exact: hold it against e^z",
    ),
    (
        lambda z: np.where(np.abs(z) > 700, 0.0, stable_sigmoid(z)),
        "for z = 720 you say 0, and S(z) is hardly",
    ),
    (
        lambda z: 1 / (1 + np.exp(-z)) if z >= 0 else np.exp(z) / (1 + np.exp(z)),
        "it stops with ValueError: The truth value",
    ),
    (
        lambda z: np.array([stable_sigmoid(number) for number in z.ravel()]),
        "shape (12,), one number per z would be (3, 4)",
    ),
    (
        lambda z: stable_sigmoid(z) if z.ndim == 1 else stable_sigmoid(-z),
        "right for a row of numbers, wrong for shape (3, 4)",
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


def descend_by_lists(gradient, start, eta, mu, steps):
    path, v = [[float(x) for x in start]], [0.0] * len(start)
    for _ in range(steps):
        slope = gradient(np.array(path[-1]))
        v = [mu * before - eta * g for before, g in zip(v, slope, strict=True)]
        path.append([x + step for x, step in zip(path[-1], v, strict=True)])
    return path


def descend_by_two_places(gradient, start, eta, mu, steps):
    before = here = np.array(start, dtype=float)
    path = [here]
    for _ in range(steps):
        before, here = here, here + mu * (here - before) - eta * gradient(here)
        path.append(here)
    return np.stack(path)


def descend_once_too_often(gradient, start, eta, mu, steps):
    w, v, path = np.array(start, dtype=float), 0.0, []
    for _ in range(steps + 1):
        path.append(w.copy())
        v = mu * v - eta * gradient(w)
        w += v
    return path


def path_with(pace=1.0, begin=0.0, brake=1.0, decay=0.0, ahead=0.0):
    """Return a descent whose eta or mu is spoilt, its first velocity or its place."""

    def descend_with(gradient, start, eta, mu, steps):
        v, path = begin + np.zeros(len(start)), [np.array(start, dtype=float)]
        for k in range(steps):
            slope = gradient(path[-1] + ahead * mu * v)
            v = mu * v - brake * eta / (1 + decay * k) * slope
            path.append(path[-1] + pace * v)
        return np.array(path)

    return descend_with


def path_with_a_push(gradient, start, eta, mu, steps):
    return path_with(begin=-eta * gradient(start))(gradient, start, eta, mu, steps)


def path_of_one_velocity(gradient, start, eta, mu, steps):
    v, path = 0.0, [np.array(start, dtype=float)]
    for _ in range(steps):
        v = mu * np.mean(v) - eta * gradient(path[-1])
        path.append(path[-1] + v)
    return np.array(path)


def path_until_flat(gradient, start, eta, mu, steps):
    v, path = 0.0, [np.array(start, dtype=float)]
    for _ in range(steps):
        slope = gradient(path[-1])
        if slope.any():
            v = mu * v - eta * slope
            path.append(path[-1] + v)
    return np.array(path)


def path_with_a_kept_velocity():
    kept = {}

    def path_kept(gradient, start, eta, mu, steps):
        v, path = kept.get(len(start), 0.0), [np.array(start, dtype=float)]
        for _ in range(steps):
            v = kept[len(start)] = mu * v - eta * gradient(path[-1])
            path.append(path[-1] + v)
        return np.array(path)

    return path_kept


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


def path_late(place):
    """Step first, and then take the gradient, at the last place or the one before."""

    def descend_late(gradient, start, eta, mu, steps):
        v, path = np.zeros(len(start)), [np.array(start, dtype=float)]
        for _ in range(steps):
            path.append(path[-1] + v)
            v = mu * v - eta * gradient(path[place])
        return np.array(path)

    return descend_late


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
    [
        descend,
        descend_the_other_way_round,
        descend_by_lists,
        descend_by_two_places,
        descend_once_too_often,
    ],
    (path_of_one_array, "all rows are the same array"),
    (path_end_twice, "does not begin at the start"),
    (lambda g, s, e, m, n: descend(g, s, e, 0, n), "without momentum"),
    (lambda g, s, e, m, n: descend(g, s, e, 1, n), "never braked"),
    (lambda g, s, e, m, n: descend(g, s, e, -m, n), "turns round in each step"),
    (path_with(ahead=1.0), "ahead of the place"),
    (lambda g, s, e, m, n: descend(g, s, -e, m, n), "it goes uphill"),
    (lambda g, s, e, m, n: descend(g, s, 1, m, n), "the learning rate is missing"),
    (lambda g, s, e, m, n: descend(g, s, e * (1 - m), m, n), "no factor 1 - mu"),
    (path_late(-2), "steps before it renews the velocity"),
    (path_late(-1), "steps before it renews the velocity"),
    (lambda g, s, e, m, n: descend(lambda _: g(s), s, e, m, n), "is that of the start"),
    (path_of_integers, "fractions are cut off"),
    (lambda g, s, e, m, n: descend(g, s, e, m, n)[-1], "shape (3,), the start and"),
    (lambda g, s, e, m, n: descend(g, s, e, m, n)[1:], "shape (6, 3), the start and"),
    (lambda g, s, e, m, n: descend(g, s, e, m, n + 1)[1:], "not begin at the start"),
    (lambda g, s, e, m, n: descend(g, 0 * s, e, m, n), "not begin at the start"),
    (lambda g, s, e, m, n: descend(g, s, e, m, n).T, "shape (3, 7), the start and"),
    (
        lambda g, s, e, m, n: descend(g, s, e, m, n)[:, :2],
        "shape (7, 2), the start and",
    ),
    (lambda g, s, e, m, n: descend(g, s, e, m, 60), "shape (61, 3), the start and"),
    (lambda g, s, e, m, n: descend(g, s, 0.03, m, n), "another eta, 0.03"),
    (lambda g, s, e, m, n: descend(g, s, e, 0.9, n), "another mu, 0.9"),
    (lambda g, s, e, m, n: descend(g, s, e, m**2, n), "another mu, 0.49"),
    (lambda g, s, e, m, n: descend(g, s, e, max(m, 0.4), n), "another mu, 0.4 (for"),
    (lambda g, s, e, m, n: path_with(brake=m)(g, s, e, m, n), "mu brakes the old"),
    (lambda g, s, e, m, n: path_with(pace=e)(g, s, e, m, n), "eta counts twice"),
    (lambda g, s, e, m, n: descend(g, s, m, e, n), "eta and mu have changed places"),
    (path_with(pace=-1), "it goes uphill"),
    (path_with(begin=1.0), "the velocity begins at 0, and not at 1"),
    (path_with_a_push, "the velocity begins at 0, and not with a gradient"),
    (path_with(decay=0.01), "right for 1 step(s): work the next out by hand"),
    (path_of_one_velocity, "right for 1 step(s): work the next out by hand"),
    (
        lambda g, s, e, m, n: descend(lambda w: np.clip(g(w), -5, 5), s, e, m, n),
        "right for 0 step(s): work the next out by hand (for eta = 0.25",
    ),
    (path_until_flat, "the start and one place for each step,"),
    (path_with_a_kept_velocity(), "what does it keep from call to call?"),
    (
        lambda g, s, e, m, n: np.diff(descend(g, s, e, m, n), axis=0, prepend=[s]),
        "these are velocities",
    ),
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


def ten_neurons_by_outer_products(images, labels, eta, steps):
    W, b, targets = np.zeros((10, images.shape[1])), np.zeros(10), np.eye(10)[labels]
    for _ in range(steps):
        slope, bias_slope = np.zeros_like(W), np.zeros(10)
        for x, y in zip(images, targets, strict=True):
            error = expit(W @ x + b) - y
            slope += np.outer(error, x)
            bias_slope += error
        W = W - eta * slope / len(images)
        b = b - eta * bias_slope / len(images)
    return [W.tolist(), b.tolist()]


def ten_neurons_of_one_matrix(images, labels, eta, steps):
    X = np.column_stack([images, np.ones(len(images))])
    V = np.zeros((X.shape[1], 10), dtype=np.float32)
    for _ in range(steps):
        errors = expit(X @ V) - (labels[:, None] == np.arange(10))
        V = V - eta * np.einsum("ik,ij->kj", X, errors) / len(X)
    return V[:-1].T, V[-1]


def ten_neurons_with_momentum(images, labels, eta, steps):
    W, b, Y = np.zeros((10, images.shape[1])), np.zeros(10), np.eye(10)[labels]
    v = 0.0
    for _ in range(steps):
        E = expit(images @ W.T + b) - Y
        v = v / 2 - eta * E.T @ images / len(images)
        W, b = W + v, b - eta * E.mean(axis=0)
    return W, b


def ten_neurons_that_go_on():
    kept = {}

    def ten_neurons(images, labels, eta, steps):
        pixels = images.shape[1]
        W, b = kept.get(pixels, (np.zeros((10, pixels)), np.zeros(10)))
        for _ in range(steps):
            E = expit(images @ W.T + b) - np.eye(10)[labels]
            W = W - eta * E.T @ images / len(images)
            b = b - eta * E.mean(axis=0)
        kept[pixels] = W, b
        return W, b

    return ten_neurons


def ten_neurons_in_place(images, labels, eta, steps):
    images -= images.mean(axis=0)
    return TenNeurons()(images, labels, eta, steps)


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
    [
        TenNeurons(),
        ten_neurons_one_after_the_other,
        ten_neurons_by_outer_products,
        ten_neurons_of_one_matrix,
    ],
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
    (
        but(TenNeurons, errors=lambda s, Z: expit(Z) - np.roll(s.Y, 1, axis=1))(),
        "the digits are off by one",
    ),
    (but(TenNeurons, errors=lambda s, Z: expit(Z) - 2 * s.Y + 1)(), "not 1 and -1"),
    (but(TenNeurons, errors=lambda s, Z: expit(Z) - 1 + s.Y)(), "say no to its own"),
    (but(TenNeurons, step=lambda s, eta: 0.3 / s.n)(), "its learning rate is 0.3"),
    (but(TenNeurons, step=lambda s, eta: eta / 4000)(), "it divides by 4000"),
    (
        but(TenNeurons, step=lambda s, e: e, bias_errors=lambda s, E: E.mean(axis=0))(),
        "the weights add up over the images",
    ),
    (
        lambda x, y, e, s: TenNeurons()(x - x.mean(axis=0), y, e, s),
        "take the images as they are",
    ),
    (ten_neurons_in_place, "it changes the array"),
    (ten_neurons_that_go_on(), "what does it keep from call to call?"),
    (ten_neurons_with_momentum, "right after one step, and wrong from the second on"),
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
    (in_batches, "some images, or their labels, do not count"),
    (
        lambda x, y, e, s: in_batches(x, y, e, s) if s else None,
        "some images, or their labels, do not count",
    ),
    (
        but(TenNeurons, errors=lambda s, Z: np.tanh(Z) - s.Y)(),
        "wrong after one step already: work it out by hand",
    ),
    (lambda x, y, e, s: (x, y), "the weight array has shape (12, 10), a row per"),
    (but(TenNeurons, result=lambda s, W, b: (W.T, b))(), "the weights are transposed"),
    (lambda x, y: x, "cannot be called as ten_neurons(images, labels"),
)
