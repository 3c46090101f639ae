"""Answers to the exercises of lesson 4."""

import numpy as np

from checks.tables import Answers, Table, but, to_do
from digitlib.checks.lesson04 import (
    check_hidden_errors,
    check_slope_along,
    check_tanh_output_error,
    check_value,
)
from digitlib.numerics import sigmoid, sigmoid_prime

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
    (lambda w, e, Z: hidden_errors(w, e[0], Z), "hold one row against"),
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
    (lambda f, p, d, h: slope_along(f, p, np.abs(d), h), "try f(p) = p**3 by hand"),
    (lambda f, p, d, h: slope_along(f, p, np.sign(d), h), "try f(p) = p**3 by hand"),
    (lambda f, p, d, h: slope_along(f, p, d, h / 2), "by hand, at p = 1, d = 2, h"),
    (lambda f, p, d, h: slope_along(f, 0 * p, d, h), "for p of shape (3, 4) you retu"),
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


class Number:
    def __init__(self, data, parents=()):
        self.data, self.parents, self.grad = data, parents, 0.0

    def __add__(self, other):
        return type(self)(self.data + other.data, [(self, 1.0), (other, 1.0)])


class Value(Number):
    """The solution of exercise 4.4, with a method for every step to get wrong."""

    def __mul__(self, other):
        pairs = zip((self, other), self.slopes(other), strict=True)
        return type(self)(self.product(other), [*pairs])

    def product(self, other):
        return self.data * other.data

    def slopes(self, other):
        return other.data, self.data

    def sigmoid(self):
        return type(self)(self.answer(), [(self, self.slope())])

    def answer(self):
        return sigmoid(self.data)

    def slope(self):
        return sigmoid_prime(self.data)

    def append_to(self, order):
        if self not in order:
            for parent, _ in self.parents:
                parent.append_to(order)
            order.append(self)
        return order

    def order(self):
        return reversed(self.append_to([]))

    def backward(self):
        self.grad = 1.0
        for number in self.order():
            for parent, slope in number.parents:
                number.hand_on(parent, slope)

    def hand_on(self, parent, slope):
        parent.grad += slope * self.grad


class ValueOfItsOwn:
    """Another way: functions that remember, sorted by age."""

    count = 0

    def __init__(self, data, back=lambda grad: None, parents=()):
        self.data, self.grad, self.back = np.array(data), 0, back
        self.parents = parents
        self.age = ValueOfItsOwn.count = ValueOfItsOwn.count + 1

    def __add__(self, other):
        def back(grad):
            self.grad = self.grad + grad
            other.grad = other.grad + grad

        return ValueOfItsOwn(self.data + other.data, back, {self, other})

    def __mul__(self, other):
        def back(grad):
            self.grad = self.grad + other.data * grad
            other.grad = other.grad + self.data * grad

        return ValueOfItsOwn(self.data * other.data, back, {self, other})

    def sigmoid(self):
        def back(grad):
            self.grad = self.grad + sigmoid_prime(self.data) * grad

        return ValueOfItsOwn(sigmoid(self.data), back, {self})

    def backward(self):
        self.grad, found, new = 1, set(), {self}
        while new:
            found |= new
            new = {parent for value in new for parent in value.parents} - found
        for value in sorted(found, key=lambda value: -value.age):
            value.back(value.grad)


class BeginsAgain(Value):
    def backward(self):
        self.grad = 1.0
        for parent, slope in self.parents:
            self.hand_on(parent, slope)
            parent.backward()


def ending(change):
    """A Value that does something to each grad, when all is done."""

    class Ending(Value):
        def backward(self):
            super().backward()
            for number in self.append_to([]):
                change(number, self)

    return Ending


def clear(number, result):
    number.grad = 0.0


def clear_own(number, result):
    result.grad = 0.0


def drop(number, result):
    del number.grad


def double(number, result):
    number.grad = np.full(2, number.grad)


def overwrite(self, parent, slope):
    parent.grad = slope * self.grad


def add_slope_alone(self, parent, slope):
    parent.grad += slope


class TooEarly(Value):
    """Breadth first: hands on before all who used it have had their turn."""

    def order(self):
        order = [self]
        for number in order:
            order += [p for p, _ in number.parents if p not in order]
        return order


class EveryWay(Value):
    """Right, and the slower the more paths there are."""

    def backward(self, blame=1.0):
        self.grad += blame
        for parent, slope in self.parents:
            parent.backward(blame * slope)


class Forwards(Number):
    """Carries all derivatives along; backward sets those of the leaves only."""

    def __init__(self, data, slopes=None):
        self.data, self.grad = data, 0.0
        self.slopes = {self: 1.0} if slopes is None else slopes

    def with_slopes(self, data, *pairs):
        slopes = {}
        for number, slope in pairs:
            for leaf, own in number.slopes.items():
                slopes[leaf] = slopes.get(leaf, 0.0) + slope * own
        return Forwards(data, slopes)

    def __add__(self, other):
        return self.with_slopes(self.data + other.data, (self, 1.0), (other, 1.0))

    def __mul__(self, other):
        pairs = (self, other.data), (other, self.data)
        return self.with_slopes(self.data * other.data, *pairs)

    def sigmoid(self):
        return self.with_slopes(sigmoid(self.data), (self, sigmoid_prime(self.data)))

    def backward(self):
        for leaf, slope in self.slopes.items():
            leaf.grad += slope
        self.grad = 1.0


class Recursive(Value):
    """Counts how often each number is used, and goes on when all uses have come."""

    def uses(self, counts):
        counts[self] = counts.get(self, 0) + 1
        if counts[self] == 1:
            for parent, _ in self.parents:
                parent.uses(counts)
        return counts

    def backward(self, counts=None, blame=1.0):
        counts = self.uses({}) if counts is None else counts
        self.grad += blame
        counts[self] -= 1
        if counts[self] == 0:
            for parent, slope in self.parents:
                parent.backward(counts, slope * self.grad)


class SingleNumbers(Value):
    """With numbers of NumPy, in single precision."""

    def __init__(self, data, parents=()):
        super().__init__(np.float32(data), parents)


def squared(self, other):
    """Take every product for a square."""
    return type(self)(self.data * other.data, [(self, 2 * self.data)])


def unfinished(value):
    raise NotImplementedError


class ValueWithHelp(Value):
    def backward(self):
        unfinished(self)


ANSWERS[check_value] = Answers(
    [Value, ValueOfItsOwn, Recursive, SingleNumbers],
    (Forwards, "t.grad is 0.000: numbers on the way have grads like u and v"),
    (but(Value, __mul__=squared), "u * v: the grads are wrong (u, v, w = "),
    (but(Value, answer=lambda s: np.tanh(s.data)), "(u.sigmoid()).data is wrong"),
    (but(Value, slope=lambda s: sigmoid_prime(abs(s.data)) * (s.data > 0)), "sigmoid"),
    (
        but(Value, __mul__=to_do, sigmoid=to_do, backward=to_do),
        "this is the empty stub of __mul__:",
    ),
    (ValueWithHelp, "it calls `unfinished` (line "),
    (but(Value, sigmoid=to_do, backward=to_do), "this is the empty stub of sigmoid:"),
    (but(Value, backward=to_do), "this is the empty stub of backward:"),
    (but(Value, product=lambda s, other: s.data + other.data), "(u * v).data is wrong"),
    (but(Value, answer=lambda s: sigmoid_prime(s.data)), "(u.sigmoid()).data is wrong"),
    (but(Value, slopes=lambda s, other: (s.data, other.data)), "by u is not u itself"),
    (but(Value, slopes=lambda s, other: (1.0, 1.0)), "as in a sum"),
    (
        but(Value, slopes=lambda s, other: (other.data, np.nan)),
        "v.grad for u * v holds",
    ),
    (but(Value, product=lambda s, other: np.nan), "(u * v).data holds NaN"),
    (BeginsAgain, "does backward begin again in each parent?"),
    (
        but(Value, __mul__=lambda s, other: type(s)(s.product(other))),
        "is the product told its parents?",
    ),
    (but(Value, slopes=lambda s, other: (other, s)), "in u * v, a Value stands"),
    (but(Value, slope=lambda s: sigmoid(s.data)), "the derivative is S', not S"),
    (
        but(Value, slope=lambda s: sigmoid_prime(sigmoid(s.data))),
        "takes the number that goes in",
    ),
    (but(Value, slope=lambda s: 1.0), "sigmoid: the derivative is not 1"),
    (but(Value, slope=lambda s: s.data * (1 - s.data)), "not for what goes in"),
    (but(Value, sigmoid=lambda s: type(s)(s.answer())), "result told its parent?"),
    (
        but(Value, answer=lambda s: 1 / (1 + np.exp(-s))),
        "in u.sigmoid(), a Value stands where a number is wanted",
    ),
    (
        but(Value, sigmoid=lambda s: type(s)(s.answer(), (s, s.slope()))),
        "needs the list's brackets as well",
    ),
    (ending(clear), "with which number does backward begin?"),
    (ending(clear_own), "result.grad should be 1"),
    (but(Value, hand_on=overwrite), "gets the sum over its uses"),
    (but(Value, order=lambda s: [s]), "the grads of grandparents stay 0"),
    (but(Value, order=lambda s: s.append_to([])), "the grads of grandparents stay 0"),
    (but(Value, hand_on=add_slope_alone), "multiplies along a path"),
    (TooEarly, "is its grad complete"),
    (EveryWay, "it walks every path by itself"),
    (but(Value, __mul__=lambda s, other: s.data * other.data), "u * v is of type"),
    (ending(drop), "has no attribute 'grad' in u + v"),
    (ending(double), "u.grad for u + v has shape (2,): one number is wanted"),
    (but(Value, backward=lambda s: 1 / 0), "division by zero in u + v"),
    (
        but(Number, __mul__=Value.__mul__, slopes=Value.slopes, product=Value.product),
        "has no attribute 'sigmoid' in u.sigmoid()",
    ),
    (Number, "in u * v"),
    (lambda data: data, "has no data: is it a Number?"),
    (lambda: 0, "cannot be called as Value(data)"),
)
