"""Answers to the exercises of lesson 4."""

import math

import numpy as np

from checks.tables import Answers, Table, but, to_do
from digitlib.checks.lesson04 import (
    check_backward,
    check_dual,
    check_extended,
    check_hidden_errors,
    check_slope_along,
    check_tanh_output_error,
)
from digitlib.numerics import sigmoid, sigmoid_prime
from digitlib.value import Value

ANSWERS: Table = {}


def tanh_output_error(a, y, z):
    return (a - y) * (1 - a**2)


def tanh_output_error_from_z(a, y, z):
    return (np.tanh(z) - y) / np.cosh(z) ** 2


ANSWERS[check_tanh_output_error] = Answers(
    [
        tanh_output_error,
        tanh_output_error_from_z,
        lambda a, y, z: (a - y) * (1 - a) * (1 + a),
        lambda a, y, z: [
            [(p - q) * (1 - p * p)] for [p], [q] in zip(a, y, strict=True)
        ],
        lambda a, y, z: (tanh_output_error(a, y, z)).astype(np.float32),
        lambda a, y, z: np.diagflat(1 - a**2) @ (a - y),
    ],
    (lambda a, y, z: tanh_output_error(np.abs(a), y, z), "nudge one z"),
    (lambda a, y, z: tanh_output_error(a, y, z) / len(a), "for 5 output(s) your ["),
    (lambda a, y, z: (a - y) * (1 - a @ a.T), "has shape (5, 5), a column"),
    (lambda a, y, z: (a - y) * sigmoid_prime(z), "the slope of a sigmoid"),
    (lambda a, y, z: (a - y) * a * (1 - a), "the slope of a sigmoid"),
    (lambda a, y, z: (a - y) * sigmoid_prime(a), "the slope of a sigmoid"),
    (lambda a, y, z: a - y, "(BP1) has two factors"),
    (lambda a, y, z: 1 - a**2, "that is the slope alone"),
    (lambda a, y, z: (a - y) * (1 - np.tanh(z)), "the square is missing"),
    (lambda a, y, z: (a - y) * 1 - a**2, "brackets are missing"),
    (lambda a, y, z: a - y * (1 - a**2), "brackets are missing"),
    (lambda a, y, z: (a - y) * (1 - np.tanh(a) ** 2), "the tanh is taken twice"),
    (lambda a, y, z: (a - y) * (1 - z**2), "not that of z"),
    (lambda a, y, z: (a - y) * (1 - a) ** 2, "not the square of 1 - a"),
    (lambda a, y, z: (a - y) * np.tanh(z), "that is tanh itself"),
    (lambda a, y, z: (y - a) * (1 - a**2), "the sign is turned round"),
    (lambda a, y, z: 2 * (a - y) * (1 - a**2), "a factor 2"),
    (lambda a, y, z: np.abs(a - y) * (1 - a**2), "an error has a sign"),
    (lambda a, y, z: (a - y) * (1 - y**2), "y is its target"),
    (lambda a, y, z: (a - y) * (1 + a**2), "has a minus in it"),
    (lambda a, y, z: (a - y) ** 2 / 2 * (1 - a**2), "the first factor is the cost"),
    (lambda a, y, z: tanh_output_error(a, y, z).ravel(), "has shape (5,), a column"),
    (lambda a, y, z: (a - y).T @ (1 - a**2), "has shape (1, 1), a column"),
    (lambda a, y, z: tanh_output_error(a, y, z) + 1, "nudge one z"),
    (lambda a, y: a - y, "cannot be called as tanh_output_error(a, y, z)"),
)


def hidden_errors(weights_next, errors_next, Z):
    return (errors_next @ weights_next) * sigmoid_prime(Z)


def hidden_errors_by_loop(weights_next, errors_next, Z):
    rows = zip(errors_next, Z, strict=True)
    return np.array([weights_next.T @ e * sigmoid_prime(z) for e, z in rows])


ANSWERS[check_hidden_errors] = Answers(
    [
        hidden_errors,
        hidden_errors_by_loop,
        lambda w, e, Z: np.einsum("oh,no,nh->nh", w, e, sigmoid_prime(Z)),
        lambda w, e, Z: (w.T @ e.T * sigmoid_prime(Z.T)).T,
        lambda w, e, Z: hidden_errors(w, e, Z).tolist(),
        lambda w, e, Z: np.dot(e, w) * sigmoid(Z) * (1 - sigmoid(Z)),
    ],
    (lambda w, e, Z: e @ w * np.abs(sigmoid_prime(Z).max()), "hold one row against"),
    (lambda w, e, Z: hidden_errors(w, e[0], Z), "row 0 is right, row 1 is not"),
    (lambda w, e, Z: np.eye(4)[:, :1] * hidden_errors(w, e, Z), "row 1 is not"),
    (lambda w, e, Z: hidden_errors(w, e, Z) * sigmoid_prime(Z), "hold one row against"),
    (lambda w, e, Z: np.maximum(hidden_errors(w, e, Z), 0), "hold one row against"),
    (lambda w, e, Z: e @ w, "(BP2) has a second factor"),
    (lambda w, e, Z: e @ w * sigmoid(Z), "that is the sigmoid of Z"),
    (lambda w, e, Z: e @ w * sigmoid_prime(sigmoid(Z)), "takes the sums"),
    (lambda w, e, Z: e @ w * Z * (1 - Z), "Z holds the sums"),
    (lambda w, e, Z: e.T @ w * sigmoid_prime(Z), "errors_next: its rows are samples"),
    (lambda w, e, Z: e @ w * sigmoid_prime(Z.T), "Z: its rows are samples"),
    (lambda w, e, Z: e @ w @ sigmoid_prime(Z), "`@` adds up once more"),
    (lambda w, e, Z: e @ w.T * sigmoid_prime(Z), "over the wrong index"),
    (lambda w, e, Z: w.T @ e * sigmoid_prime(Z), "samples in columns"),
    (lambda w, e, Z: w @ e * sigmoid_prime(Z), "on which side"),
    (lambda w, e, Z: hidden_errors(w, e, Z).T, "rows and columns are exchanged"),
    (lambda w, e, Z: w.T @ e.T * sigmoid_prime(Z), "the product lies on its side"),
    (lambda w, e, Z: (e * sigmoid_prime(Z)) @ w, "multiply by it after adding up"),
    (lambda w, e, Z: e * w * sigmoid_prime(Z), "element by element"),
    (lambda w, e, Z: hidden_errors(w, e, Z) / len(Z), "nothing to average"),
    (lambda w, e, Z: hidden_errors(w, e, Z).mean(axis=0), "one row per sample"),
    (lambda w, e, Z: hidden_errors(w, e[:4], Z[:4]), "has shape (4, 5)"),
    (lambda w, e, Z: hidden_errors(w, e, Z) + 1, "hold one row against"),
    (lambda w, e: e @ w, "cannot be called as hidden_errors"),
)


def slope_along(f, p, direction, h):
    return (f(p + h * direction) - f(p - h * direction)) / (2 * h)


def slope_in_place(f, p, direction, h):
    before = p.copy()
    p += h * direction
    above = f(p)
    p -= 2 * h * direction
    below = f(p)
    p[:] = before
    return (above - below) / (2 * h)


def slope_in_place_and_back(f, p, direction, h):
    p += h * direction
    above = f(p)
    p -= 2 * h * direction
    below = f(p)
    p += h * direction
    return (above - below) / (2 * h)


def in_place(f, p, d, h):
    p += h * d
    above = f(p)
    p -= 2 * h * d
    return (above - f(p)) / (2 * h)


def one_by_one(f, p, d, h):
    total = 0
    for place in np.ndindex(p.shape):
        nudge = np.zeros(p.shape)
        nudge[place] = h
        total += d[place] * (f(p + nudge) - f(p - nudge)) / (2 * h)
    return total


def length(d):
    return np.linalg.norm(d)


ANSWERS[check_slope_along] = Answers(
    [
        slope_along,
        slope_in_place,
        slope_in_place_and_back,
        lambda f, p, d, h: np.float32(slope_along(f, p, d, h)),
        lambda f, p, d, h: np.diff([f(p - h * d), f(p + h * d)])[0] / h / 2,
        lambda f, p, d, h: slope_along(lambda t: f(p + t * d), 0, 1, h),
    ],
    (lambda f, p, d, h: slope_along(f, p, np.abs(d), h), "where have they gone"),
    (lambda f, p, d, h: slope_along(f, p, np.sign(d), h), "only the signs"),
    (lambda f, p, d, h: slope_along(f, p, d, h / 2), "the step to each side"),
    (lambda f, p, d, h: slope_along(f, 0 * p, d, h), "it looks around 0"),
    (lambda f, p, d, h: slope_along(f, p, d, h) / h, "one division by h too many"),
    (
        lambda f, p, d, h: (f(p + h * d) - 2 * f(p) + f(p - h * d)) / h**2,
        "the second derivative",
    ),
    (lambda f, p, d, h: (f(p + h * d) - f(p)) / h, "one side only"),
    (lambda f, p, d, h: (f(p) - f(p - h * d)) / h, "one side only"),
    (lambda f, p, d, h: (f(p + h * d) - f(p - h * d)) / h, "how far apart"),
    (lambda f, p, d, h: (f(p + h * d) - f(p - h * d)) / 2 * h, "brackets"),
    (lambda f, p, d, h: f(p + h * d) - f(p - h * d) / (2 * h), "brackets"),
    (lambda f, p, d, h: f(p + h * d) - f(p - h * d), "not yet divided"),
    (lambda f, p, d, h: (f(p + h * d) - f(p - h * d)) / 2, "by the step"),
    (lambda f, p, d, h: -slope_along(f, p, d, h), "the sign is turned round"),
    (lambda f, p, d, h: (f(p + h) - f(p - h)) / (2 * h), "every number by h"),
    (lambda f, p, d, h: np.sum((f(p + h) - f(p - h)) / (2 * h) * d), "number by h"),
    (lambda f, p, d, h: np.sum(slope_along(f, p, d, h) * d), "nothing is left"),
    (lambda f, p, d, h: (f(p + d) - f(p - d)) / (2 * h), "where is h?"),
    (lambda f, p, d, h: slope_along(f, p, d, 1.0), "where is h?"),
    (lambda f, p, d, h: slope_along(f, p, d / length(d), h), "the length of the dir"),
    (
        lambda f, p, d, h: slope_along(f, p, d / length(d), h) * length(d),
        "the length of the dir",
    ),
    (lambda f, p, d, h: slope_along(f, p, d, h) / length(d), "by the length"),
    (one_by_one, "one by one"),
    (lambda f, p, d, h: slope_along(f, p, d, 1e-5), "a step of its own"),
    (in_place, "it changes the array"),
    (lambda f, p, d, h: slope_along(f, p, d, h) * d, "one number is wanted"),
    (lambda f, p, d, h: slope_along(f, p, d, h) + 1, "try f(p) = p**3 by hand"),
    (
        lambda f, p, d, h: slope_along(f, p[:], d, h) if p.ndim > 1 else float(p[0]),
        "for p of shape (5,) you return",
    ),
    (lambda f, p, d, h: f(), "TypeError: f() missing 1 required"),
    (lambda f, p, d: 0.0, "cannot be called as slope_along"),
)


class Extended(Value):
    """The solution of exercise 4.4, with a method for every step to get wrong."""

    def tanh(self):
        return type(self)(self.answer(), [(self, self.slope())], "tanh")

    def answer(self):
        return np.tanh(self.data)

    def slope(self):
        return 1 - np.tanh(self.data) ** 2

    def maximum(self, other):
        other = self.watch(other)
        pairs = [*zip((self, other), self.slopes(other), strict=True)]
        return type(self)(self.larger(other), pairs, "maximum")

    def larger(self, other):
        return max(self.data, other.data)

    def slopes(self, other):
        return float(self.data >= other.data), float(self.data < other.data)


class FromExp(Extended):
    """A tanh made of what is there, and a kink that is shared half and half."""

    def tanh(self):
        return 1 - 2 / ((2 * self).exp() + 1)

    def slopes(self, other):
        first = (1 + np.sign(self.data - other.data)) / 2
        return first, 1 - first


class TheLargerItself(Extended):
    def maximum(self, other):
        other = self.watch(other)
        return self if self.data > other.data else other


class OwnLoops(Extended):
    """With a walk back of its own, a stack of numbers whose users are all done."""

    def backward(self):
        users = {}
        for number in self.history():
            number.grad = 0.0
            for parent, _ in number.parents:
                users[parent] = users.get(parent, 0) + 1
        self.grad, ready = 1.0, [self]
        while ready:
            number = ready.pop()
            for parent, slope in number.parents:
                parent.grad += slope * number.grad
                users[parent] -= 1
                if users[parent] == 0:
                    ready.append(parent)


def untold(self, *_):
    return type(self)(self.answer())


def sigmoid_of_twice(self):
    """A tanh by its formula, that has lost its lower half."""
    return 2 * (2 * self).sigmoid()


def no_watch(self, other):
    pairs = [(self, float(self.data > other.data)), (other, self.data <= other.data)]
    return type(self)(max(self.data, other.data), pairs)


def as_relu(self, other):
    return type(self)(max(self.data, 0.0), [(self, float(self.data > 0))])


def constant(self, other):
    """Forget that the other one may be more than a plain number."""
    other = self.watch(other)
    pairs = [(self, float(self.data >= other.data))]
    return type(self)(self.larger(other), pairs)


def overwritten(self):
    for number in self.history():
        number.grad = 0.0
    self.grad = 1.0
    for number in reversed(self.history()):
        for parent, slope in number.parents:
            parent.grad = slope * number.grad


def unfinished(value):
    raise NotImplementedError


class WithHelp(Extended):
    def tanh(self):
        unfinished(self)


ANSWERS[check_extended] = Answers(
    [Extended, FromExp, TheLargerItself, OwnLoops],
    (but(Extended, answer=lambda s: np.tan(s.data)), "that is tan, of right-angled"),
    (but(Extended, answer=lambda s: sigmoid(s.data)), "tanh: that is the sigmoid"),
    (but(Extended, answer=Extended.slope), "that is the derivative, and data is tanh"),
    (but(Extended, tanh=sigmoid_of_twice), "(u.tanh()).data is wrong"),
    (but(Extended, answer=lambda s: np.nan), "(u.tanh()).data holds NaN"),
    (but(Extended, tanh=untold), "tanh: the grad is still 0"),
    (but(Extended, slope=lambda s: 1.0), "tanh: the derivative is not 1"),
    (but(Extended, slope=Extended.answer), "tanh: the derivative is not tanh itself"),
    (but(Extended, slope=lambda s: 1 - s.data**2), "not of what goes in"),
    (but(Extended, slope=lambda s: 1 - s.answer()), "the square is missing"),
    (but(Extended, slope=lambda s: sigmoid_prime(s.data)), "the slope of a sigmoid"),
    (
        but(Extended, slope=lambda s: s.answer() * (1 - s.answer())),
        "is the slope of a sigmoid",
    ),
    (
        but(Extended, slope=lambda s: 1 - np.tanh(np.tanh(s.data)) ** 2),
        "here the tanh is taken twice",
    ),
    (but(Extended, slope=lambda s: 1 + s.answer() ** 2), "tanh: the grad is wrong"),
    (but(Extended, tanh=lambda s: np.tanh(s.data)), "u.tanh() is of type"),
    (but(Extended, tanh=lambda s: Value.sigmoid(s) * 1), "tanh: that is the sigmoid"),
    (
        but(Extended, tanh=lambda s: type(s)(s.answer(), (s, s.slope()))),
        "parents is a list of pairs",
    ),
    (but(Extended, answer=lambda s: math.tanh(s)), "that is its data"),
    (but(Extended, larger=lambda s, o: min(s.data, o.data)), "is the smaller of the"),
    (but(Extended, maximum=as_relu), "the larger of u and 0"),
    (but(Extended, larger=lambda s, o: abs(s.data)), "without its sign"),
    (but(Extended, maximum=no_watch), "0 is a plain number: who can `watch` it?"),
    (but(Extended, maximum=constant), "maximum: the grads are still 0"),
    (but(Extended, slopes=lambda s, o: (1.0, 1.0)), "nudge the smaller number"),
    (but(Extended, slopes=lambda s, o: (0.5, 0.5)), "half and half is for equal"),
    (
        but(Extended, slopes=lambda s, o: Extended.slopes(s, o)[::-1]),
        "the derivatives are exchanged",
    ),
    (
        but(Extended, slopes=lambda s, o: (s.data * (s.data > o.data), o.data)),
        "what moves?",
    ),
    (but(Extended, slopes=lambda s, o: (o.data, s.data)), "no number of the two"),
    (
        but(Extended, slopes=lambda s, o: (s.data >= o.data, o.data >= s.data)),
        "should make 1 together (they make 2)",
    ),
    (
        but(Extended, slopes=lambda s, o: (s.data > o.data, o.data > s.data)),
        "should make 1 together (they make 0)",
    ),
    (but(Extended, maximum=lambda s, o: s.larger(s.watch(o))), "is of type float"),
    (but(Extended, backward=overwritten), "wrong where a number is used twice"),
    (but(Extended, tanh=to_do, maximum=to_do), "this is the empty stub of tanh"),
    (but(Extended, maximum=to_do), "this is the empty stub of maximum"),
    (WithHelp, "it calls `unfinished` (line "),
    (Value, "has no attribute 'tanh' in u.tanh()"),
    (lambda data: data, "has no data: is it a Value?"),
    (lambda: 0, "cannot be called as Extended(data)"),
)


class Dual:
    """The solution of exercise 4.5, with a method for every step to get wrong."""

    def __init__(self, data, slope):
        self.data, self.slope = data, slope

    def __add__(self, other):
        return type(self)(self.data + other.data, self.sum_slope(other))

    def sum_slope(self, other):
        return self.slope + other.slope

    def __mul__(self, other):
        return type(self)(self.data * other.data, self.product_slope(other))

    def product_slope(self, other):
        return self.slope * other.data + self.data * other.slope

    def sigmoid(self):
        return type(self)(sigmoid(self.data), self.sigmoid_slope())

    def sigmoid_slope(self):
        return sigmoid_prime(self.data) * self.slope


class Matrix(Dual):
    """A number as a matrix ((data, slope), (0, data)), whose products know it all."""

    def matrix(self):
        return np.array([[self.data, self.slope], [0, self.data]])

    def __add__(self, other):
        return Matrix(*(self.matrix() + other.matrix())[0])

    def __mul__(self, other):
        return Matrix(*(self.matrix() @ other.matrix())[0])


class Complex(Dual):
    """Steps into the imaginary, and far too small to be seen."""

    def made(self, number):
        return Complex(number.real, number.imag * 1e20)

    def number(self):
        return complex(self.data, self.slope * 1e-20)

    def __add__(self, other):
        return self.made(self.number() + other.number())

    def __mul__(self, other):
        return self.made(self.number() * other.number())

    def sigmoid(self):
        return self.made(1 / (1 + np.exp(-self.number())))


class SingleNumbers(Dual):
    def __init__(self, data, slope):
        super().__init__(np.float32(data), np.float32(slope))


def in_place(self, other):
    self.data, self.slope = self.data + other.data, self.slope + other.slope
    return self


ANSWERS[check_dual] = Answers(
    [Dual, Matrix, Complex, SingleNumbers],
    (but(Dual, sum_slope=lambda s, o: 0.0), "u + v: the slope is 0"),
    (but(Dual, sum_slope=lambda s, o: 1.0), "only if one of theirs is 1"),
    (but(Dual, sum_slope=lambda s, o: s.slope), "comes in through both numbers"),
    (but(Dual, sum_slope=lambda s, o: o.slope), "comes in through both numbers"),
    (but(Dual, sum_slope=lambda s, o: s.slope * o.slope), "slopes add up, as the"),
    (but(Dual, sum_slope=Dual.product_slope), "that is the slope of a product"),
    (but(Dual, sum_slope=lambda s, o: s.slope + 2 * o.slope), "u + v: the slope is"),
    (but(Dual, __add__=in_place), "u + v changes u: the result is a new Dual"),
    (but(Dual, product_slope=lambda s, o: s.slope * o.slope), "no product of slopes"),
    (but(Dual, product_slope=Dual.sum_slope), "that is the slope of a sum"),
    (but(Dual, product_slope=lambda s, o: s.slope * o.data), "through both numbers"),
    (but(Dual, product_slope=lambda s, o: s.data * o.slope), "through both numbers"),
    (
        but(Dual, product_slope=lambda s, o: s.slope * s.data + o.slope * o.data),
        "the derivative by u is not u itself",
    ),
    (but(Dual, product_slope=lambda s, o: s.data + o.data), "where are the slopes"),
    (
        but(Dual, product_slope=lambda s, o: s.slope * o.data - s.data * o.slope),
        "both terms have a plus",
    ),
    (but(Dual, product_slope=lambda s, o: 0.0), "u * v: the slope is 0"),
    (
        but(Dual, product_slope=lambda s, o: Dual.product_slope(s, o) + s.slope),
        "u * v: the slope is wrong",
    ),
    (
        but(
            Dual,
            product_slope=lambda s, o: (
                (1 + (s is not o)) / 2 * Dual.product_slope(s, o)
            ),
        ),
        "u * u: the slope is wrong for equal numbers",
    ),
    (but(Dual, __mul__=lambda s, o: s.data * o.data), "u * v is of type float"),
    (but(Dual, __mul__=lambda s, o: Dual(s * o.data, o)), "in u * v"),
    (but(Dual, sigmoid_slope=lambda s: sigmoid_prime(s.data)), "(CR) multiplies along"),
    (but(Dual, sigmoid_slope=lambda s: s.slope), "sigmoid: the derivative is not 1"),
    (but(Dual, sigmoid_slope=lambda s: sigmoid(s.data) * s.slope), "S', not S"),
    (but(Dual, sigmoid_slope=lambda s: sigmoid(s.slope)), "no number of its own"),
    (but(Dual, sigmoid_slope=lambda s: sigmoid_prime(s.slope)), "no number of its own"),
    (
        but(Dual, sigmoid_slope=lambda s: sigmoid_prime(sigmoid(s.data)) * s.slope),
        "the number that goes in",
    ),
    (
        but(Dual, sigmoid_slope=lambda s: s.data * (1 - s.data) * s.slope),
        "not for what goes in",
    ),
    (but(Dual, sigmoid_slope=lambda s: 0.0), "sigmoid: the slope is 0"),
    (
        but(Dual, sigmoid_slope=lambda s: sigmoid_prime(s.data * s.slope)),
        "and then comes the slope",
    ),
    (but(Dual, sigmoid_slope=lambda s: np.nan), "slope of u.sigmoid() holds NaN"),
    (but(Dual, sigmoid=lambda s: Dual(np.tanh(s.data), s.slope)), ".data is wrong"),
    (but(Dual, sigmoid=lambda s: sigmoid(s)), "that is its data"),
    (but(Dual, __add__=to_do), "this is the empty stub of __add__"),
    (but(Dual, __mul__=to_do), "this is the empty stub of __mul__"),
    (but(Dual, sigmoid=to_do), "this is the empty stub of sigmoid"),
    (Value, "has no slope: keep it"),
    (lambda data, slope: data, "has no data: keep it"),
    (lambda data: 0, "cannot be called as Dual(data, slope)"),
)


class Backward:
    """The solution of exercise 4.6, with a method for every step to get wrong."""

    def __call__(self, weights, biases, x, y):
        self.weights, self.y, self.z, self.a = weights, y, [], [x]
        for k, (w, b) in enumerate(zip(weights, biases, strict=True)):
            self.z.append(self.affine(w, b))
            self.a.append(self.out(k) + (self.a[-1] if self.skips(k) else 0))
        by_a, products, errors = self.miss(), [], []
        for k in reversed(range(len(weights))):
            errors.insert(0, by_a * self.slope(k))
            products.insert(0, errors[0] @ self.heard(k).T)
            by_a = self.carry(k, errors[0], by_a)
        return self.result(products, errors)

    def affine(self, w, b):
        return w @ self.a[-1] + b

    def out(self, k):
        return sigmoid(self.z[k])

    def skips(self, k):
        return 0 < k < len(self.weights) - 1

    def miss(self):
        return self.a[-1] - self.y

    def slope(self, k):
        return sigmoid_prime(self.z[k])

    def heard(self, k):
        return self.a[k]

    def carry(self, k, error, by_a):
        return self.weights[k].T @ error + self.back(k, error, by_a)

    def back(self, k, error, by_a):
        return by_a if self.skips(k) else 0

    def result(self, products, errors):
        return products, errors


def backward(weights, biases, x, y):
    """Walk back with a row, times the matrix of each layer's derivatives."""
    last, a, zs = len(weights) - 1, [x], []
    for k, (w, b) in enumerate(zip(weights, biases, strict=True)):
        zs.append(w @ a[k] + b)
        a.append(sigmoid(zs[k]) + (a[k] if 0 < k < last else 0))
    row, gradients = (a[-1] - y).T, []
    for k in range(last, -1, -1):
        jacobian = np.diagflat(sigmoid_prime(zs[k]))
        gradients.append(((row @ jacobian).T @ a[k].T, (row @ jacobian).T))
        step = jacobian @ weights[k]
        row = row @ (step + np.eye(len(step)) if 0 < k < last else step)
    return [list(part) for part in zip(*gradients[::-1], strict=True)]


def backward_by_itself(weights, biases, x, y):
    """Walk forwards and backwards with a function that calls itself."""
    last, found = len(weights) - 1, []

    def by_input(k, a):
        if k > last:
            return a - y
        z = weights[k] @ a + biases[k]
        skips = 0 < k < last
        by_output = by_input(k + 1, sigmoid(z) + (a if skips else 0))
        error = by_output * sigmoid_prime(z)
        found.append((np.outer(error, a), error))
        return weights[k].T @ error + (by_output if skips else 0)

    by_input(0, x)
    products, errors = zip(*reversed(found), strict=True)
    return products, errors


def backward_nudged(weights, biases, x, y):
    def cost():
        a = x
        for k, (w, b) in enumerate(zip(weights, biases, strict=True)):
            a = sigmoid(w @ a + b) + (a if 0 < k < len(weights) - 1 else 0)
        return ((a - y) ** 2).sum() / 2

    weights, biases = [w.copy() for w in weights], [b.copy() for b in biases]
    found = []
    for parameter in [*weights, *biases]:
        found.append(np.zeros(parameter.shape))
        for place in np.ndindex(parameter.shape):
            for side in (1, -1):
                parameter[place] += side * 1e-5
                found[-1][place] += side * cost() / 2e-5
                parameter[place] -= side * 1e-5
    return found[: len(weights)], found[len(weights) :]


class AddsUp(Backward):
    """Forgets to begin anew: networks of one size add up."""

    def __init__(self):
        self.sums = {}

    def result(self, products, errors):
        key = tuple(w.shape for w in self.weights)
        before = self.sums.get(key, [0] * len(errors))
        self.sums[key] = [e + s for e, s in zip(errors, before, strict=True)]
        return products, self.sums[key]


class OwnCopy(Backward):
    def result(self, products, errors):
        return [g.astype(np.float32) for g in products], [e.tolist() for e in errors]


class Descends(Backward):
    def result(self, products, errors):
        for w, g in zip(self.weights, products, strict=True):
            w -= g
        return products, errors


def wrong_back(**members):
    return but(Backward, **members)()


ANSWERS[check_backward] = Answers(
    [Backward(), OwnCopy(), backward, backward_by_itself],
    # without a shortcut
    (wrong_back(slope=lambda s, k: 1), "every error has a factor sigmoid_prime(z)"),
    (
        wrong_back(slope=lambda s, k: s.z[k + 1 :] == [] or sigmoid_prime(s.z[k])),
        "(BP1v) the error of the output layer lacks",
    ),
    (
        wrong_back(carry=lambda s, k, e, g: s.weights[k] @ e + s.back(k, e, g)),
        "through the transposed matrix",
    ),
    (wrong_back(heard=lambda s, k: s.a[k + 1]), "the one that comes into the layer"),
    (wrong_back(affine=lambda s, w, b: w @ s.a[-1]), "leaves out the biases"),
    (wrong_back(miss=lambda s: 2 * (s.a[-1] - s.y)), "a factor 2"),
    (wrong_back(miss=lambda s: s.y - s.a[-1]), "every sign is turned round"),
    (wrong_back(result=lambda s, P, E: (P[::-1], E[::-1])), "turn both lists round"),
    (wrong_back(result=lambda s, P, E: (P, E[::-1])), "the bias gradients come last"),
    (wrong_back(result=lambda s, P, E: ([g.T for g in P], E)), "are transposed"),
    (wrong_back(result=lambda s, P, E: (E, P)), "are the two lists exchanged?"),
    (wrong_back(slope=lambda s, k: sigmoid_prime(s.out(k))), "takes z, not the act"),
    (AddsUp(), "right for the first numbers of this size, wrong for others"),
    (Descends(), "it changes the array"),
    # with shortcuts
    (wrong_back(back=lambda s, k, e, g: 0), "the way back has no shortcut"),
    (wrong_back(skips=lambda s, k: 0), "there is no shortcut"),
    (
        wrong_back(
            skips=lambda s, k: 0,
            back=lambda s, k, e, g: g if Backward.skips(s, k) else 0,
        ),
        "the way forward has no shortcut",
    ),
    (wrong_back(skips=lambda s, k: k < len(s.weights) - 1), "layer 2 has a shortcut"),
    (wrong_back(skips=lambda s, k: k > 0), "the output layer has a shortcut"),
    (
        wrong_back(slope=lambda s, k: s.a[k + 1] * (1 - s.a[k + 1])),
        "here a holds the shortcut, too",
    ),
    (
        wrong_back(heard=lambda s, k: s.out(k - 1) if k else s.a[0]),
        "S(z) and the shortcut",
    ),
    (
        wrong_back(back=lambda s, k, e, g: e if s.skips(k) else 0),
        "and the error is the one by",
    ),
    (wrong_back(back=lambda s, k, e, g: s.miss() if s.skips(k) else 0), "Nudge a"),
    (
        wrong_back(back=lambda s, k, e, g: g if k else 0),
        "on the way back the output layer has a shortcut",
    ),
    (backward_nudged, "a line runs again for each number"),
    (lambda weights, biases, x: (weights, biases), "cannot be called as backward("),
)
