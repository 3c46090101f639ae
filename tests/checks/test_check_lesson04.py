"""The checks of lesson 4: solutions, stubs, and the mistakes they tell apart."""

import numpy as np
import pytest
from answers import assert_hint, assert_praised, by_check

from digitlib.checks.lesson04 import (
    check_hidden_errors,
    check_slope_along,
    check_tanh_output_error,
    check_value,
)
from digitlib.numerics import sigmoid, sigmoid_prime

CHECKS = (
    check_tanh_output_error,
    check_hidden_errors,
    check_slope_along,
    check_value,
)


# --- solutions -----------------------------------------------------------------


def tanh_output_error(a, y, z):
    return (a - y) * (1 - a**2)


def tanh_output_error_from_z(a, y, z):
    return (np.tanh(z) - y) / np.cosh(z) ** 2


def hidden_errors(weights_next, errors_next, Z):
    return (errors_next @ weights_next) * sigmoid_prime(Z)


def hidden_errors_by_loop(weights_next, errors_next, Z):
    rows = zip(errors_next, Z, strict=True)
    return np.array([weights_next.T @ e * sigmoid_prime(z) for e, z in rows])


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


SOLUTIONS = [
    (check_tanh_output_error, tanh_output_error),
    (check_tanh_output_error, tanh_output_error_from_z),
    (check_hidden_errors, hidden_errors),
    (check_hidden_errors, hidden_errors_by_loop),
    (check_slope_along, slope_along),
    (check_slope_along, slope_in_place),
    (check_value, Value),
    (check_value, ValueOfItsOwn),
]


@pytest.mark.parametrize(("check", "solution"), SOLUTIONS)
def test_a_solution_is_praised(check, solution):
    assert_praised(check, solution)


# --- stubs ---------------------------------------------------------------------


def stub(*_):
    raise NotImplementedError


class ValueStub(Number):
    def __mul__(self, other):
        raise NotImplementedError

    def sigmoid(self):
        raise NotImplementedError

    def backward(self):
        raise NotImplementedError


class ValueWithProduct(ValueStub):
    __mul__, slopes, product = Value.__mul__, Value.slopes, Value.product


class ValueWithoutBackward(Value):
    backward = ValueStub.backward


@pytest.mark.parametrize("check", CHECKS)
def test_a_stub_gets_a_hint(check):
    assert check(stub).hint.startswith("this is the empty stub")


@pytest.mark.parametrize(
    ("half_done", "part"),
    [
        (ValueStub, "__mul__"),
        (ValueWithProduct, "sigmoid"),
        (ValueWithoutBackward, "backward"),
    ],
)
def test_a_half_filled_stub_is_told_which_half_is_missing(half_done, part):
    assert check_value(half_done).hint.startswith(f"this is the empty stub of {part}:")


# --- mistakes: what each one does, and a piece of its hint ---------------------


def half_square(a, y, z):
    return (a - y) ** 2 / 2 * (1 - a**2)


TANH_MISTAKES = [
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
    (half_square, "the first factor is the cost itself"),
    (lambda a, y, z: tanh_output_error(a, y, z).ravel(), "has shape (5,), a column"),
    (lambda a, y, z: (a - y).T @ (1 - a**2), "has shape (1, 1), a column"),
    (lambda a, y, z: tanh_output_error(a, y, z) + 1, "nudge one z"),
    (lambda a, y: a - y, "cannot be called as tanh_output_error(a, y, z)"),
]


def mean_of_the_batch(w, errors, Z):
    return hidden_errors(w, errors, Z) / len(Z)


HIDDEN_MISTAKES = [
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
    (mean_of_the_batch, "nothing to average"),
    (lambda w, e, Z: hidden_errors(w, e, Z).mean(axis=0), "one row per sample"),
    (lambda w, e, Z: hidden_errors(w, e[:4], Z[:4]), "has shape (4, 5)"),
    (lambda w, e, Z: hidden_errors(w, e, Z) + 1, "hold one row against"),
    (lambda w, e: e @ w, "cannot be called as hidden_errors"),
]


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


def flattened(f, p, d, h):
    return slope_along(f, p[:], d, h) if p.ndim > 1 else float(p[0])


def unit(d):
    return d / np.linalg.norm(d)


def along_unit_and_back(f, p, d, h):
    return slope_along(f, p, unit(d), h) * np.linalg.norm(d)


def every_number_by_h(f, p, d, h):
    return np.sum((f(p + h) - f(p - h)) / (2 * h) * d)


SLOPE_MISTAKES = [
    (lambda f, p, d, h: (f(p + h * d) - f(p)) / h, "one side only"),
    (lambda f, p, d, h: (f(p) - f(p - h * d)) / h, "one side only"),
    (lambda f, p, d, h: (f(p + h * d) - f(p - h * d)) / h, "how far apart"),
    (lambda f, p, d, h: (f(p + h * d) - f(p - h * d)) / 2 * h, "brackets"),
    (lambda f, p, d, h: f(p + h * d) - f(p - h * d) / (2 * h), "brackets"),
    (lambda f, p, d, h: f(p + h * d) - f(p - h * d), "not yet divided"),
    (lambda f, p, d, h: (f(p + h * d) - f(p - h * d)) / 2, "by the step"),
    (lambda f, p, d, h: -slope_along(f, p, d, h), "the sign is turned round"),
    (lambda f, p, d, h: (f(p + h) - f(p - h)) / (2 * h), "every number by h"),
    (every_number_by_h, "every number by h"),
    (lambda f, p, d, h: np.sum(slope_along(f, p, d, h) * d), "nothing is left"),
    (lambda f, p, d, h: (f(p + d) - f(p - d)) / (2 * h), "where is h?"),
    (lambda f, p, d, h: slope_along(f, p, d, 1.0), "where is h?"),
    (lambda f, p, d, h: slope_along(f, p, unit(d), h), "the length of the dir"),
    (along_unit_and_back, "the length of the dir"),
    (lambda f, p, d, h: slope_along(f, p, d, h) / np.linalg.norm(d), "by the length"),
    (one_by_one, "one by one"),
    (lambda f, p, d, h: slope_along(f, p, d, 1e-5), "a step of its own"),
    (in_place, "it changes the array"),
    (lambda f, p, d, h: slope_along(f, p, d, h) * d, "one number is wanted"),
    (lambda f, p, d, h: slope_along(f, p, d, h) + 1, "try f(p) = p**2 by hand"),
    (flattened, "wrong for p of shape (5,)"),
    (lambda f, p, d, h: f(), "TypeError: f() missing 1 required"),
    (lambda f, p, d: 0.0, "cannot be called as slope_along"),
]


class Doubled(Value):
    def product(self, other):
        return self.data + other.data


class SlopeForAnswer(Value):
    def answer(self):
        return sigmoid_prime(self.data)


class SwappedSlopes(Value):
    def slopes(self, other):
        return self.data, other.data


class SlopesOfASum(Value):
    def slopes(self, other):
        return 1.0, 1.0


class BeginsAgain(Value):
    def backward(self):
        self.grad = 1.0
        for parent, slope in self.parents:
            self.hand_on(parent, slope)
            parent.backward()


class OrphanProduct(Value):
    def __mul__(self, other):
        return type(self)(self.product(other))


class SlopesOfValues(Value):
    def slopes(self, other):
        return other, self


class AnswerForSlope(Value):
    def slope(self):
        return sigmoid(self.data)


class SlopeOfTheAnswer(Value):
    def slope(self):
        return sigmoid_prime(sigmoid(self.data))


class NoSlope(Value):
    def slope(self):
        return 1.0


class SlopeOfTheNumber(Value):
    def slope(self):
        return self.data * (1 - self.data)


class OrphanAnswer(Value):
    def sigmoid(self):
        return type(self)(self.answer())


class SigmoidOfValue(Value):
    def answer(self):
        return 1 / (1 + np.exp(-self))


class PairWithoutList(Value):
    def sigmoid(self):
        return type(self)(self.answer(), (self, self.slope()))


class NoBeginning(Value):
    def backward(self):
        super().backward()
        for number in self.append_to([]):
            number.grad = 0.0


class OwnGradForgotten(Value):
    def backward(self):
        super().backward()
        self.grad = 0.0


class Overwrites(Value):
    def hand_on(self, parent, slope):
        parent.grad = slope * self.grad


class ParentsOnly(Value):
    def order(self):
        return [self]


class WrongWayRound(Value):
    def order(self):
        return self.append_to([])


class SlopeAlone(Value):
    def hand_on(self, parent, slope):
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


class ReturnsNumbers(Value):
    def __mul__(self, other):
        return self.data * other.data


class NamesItOtherwise(Value):
    def backward(self):
        super().backward()
        for number in self.append_to([]):
            del number.grad


class GradOfArrays(Value):
    def backward(self):
        super().backward()
        for number in self.append_to([]):
            number.grad = np.full(2, number.grad)


class Crashes(Value):
    def backward(self):
        return 1 / 0


class NoSigmoid(Number):
    __mul__, slopes, product = Value.__mul__, Value.slopes, Value.product


VALUE_MISTAKES = [
    (Doubled, "(u * v).data is wrong"),
    (SlopeForAnswer, "(u.sigmoid()).data is wrong"),
    (SwappedSlopes, "the derivative by u is not u itself"),
    (SlopesOfASum, "as in a sum"),
    (BeginsAgain, "does backward begin again in each parent?"),
    (OrphanProduct, "is the product told its parents?"),
    (SlopesOfValues, "in u * v, a Value stands where a number is wanted"),
    (AnswerForSlope, "the derivative is S', not S"),
    (SlopeOfTheAnswer, "takes the number that goes in"),
    (NoSlope, "sigmoid: the derivative is not 1"),
    (SlopeOfTheNumber, "what comes out, not for what goes in"),
    (OrphanAnswer, "is the result told its parent?"),
    (SigmoidOfValue, "in u.sigmoid(), a Value stands where a number is wanted"),
    (PairWithoutList, "needs the list's brackets as well"),
    (NoBeginning, "with which number does backward begin?"),
    (OwnGradForgotten, "result.grad should be 1"),
    (Overwrites, "gets the sum over its uses"),
    (ParentsOnly, "the grads of grandparents stay 0"),
    (WrongWayRound, "the grads of grandparents stay 0"),
    (SlopeAlone, "multiplies along a path"),
    (TooEarly, "is its grad complete"),
    (EveryWay, "it walks every path by itself"),
    (ReturnsNumbers, "u * v is of type float, not a Value"),
    (NamesItOtherwise, "raises AttributeError"),
    (GradOfArrays, "u.grad for u + v has shape (2,): one number is wanted"),
    (Crashes, "it stops with ZeroDivisionError: division by zero in u + v"),
    (NoSigmoid, "has no attribute 'sigmoid' in u.sigmoid()"),
    (Number, "in u * v"),
    (lambda data: data, "has no data: is it a Number?"),
    (lambda: 0, "cannot be called as Value(data)"),
]

MISTAKES = by_check(
    CHECKS, TANH_MISTAKES, HIDDEN_MISTAKES, SLOPE_MISTAKES, VALUE_MISTAKES
)


@pytest.mark.parametrize(("check", "wrong", "piece"), MISTAKES)
def test_a_mistake_gets_its_own_hint(check, wrong, piece):
    assert_hint(check, wrong, piece)
