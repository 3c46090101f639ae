"""A number that can be differentiated by all that it was made of, as in lesson 4."""

from __future__ import annotations

import math
from itertools import count

from digitlib.numerics import sigmoid

_births = count()


class Value:
    """A number that remembers what it was made of.

    It adds, subtracts, multiplies and divides, with Values and plain numbers on either
    side; it takes plain powers, `exp` and `sigmoid`. What comes of it is of its class.

    Parameters
    ----------
    data : float
        The number itself.
    parents : sequence of (Value, float)
        What it was made of, each with the derivative of this number by it.
    name : str
        What a picture calls it.

    Attributes
    ----------
    grad : float
        The derivative by this number of the last result whose `backward` reached it.
    born : int
        Rises from Value to Value, so that parents are older than what is made of them.
    """

    def __init__(
        self,
        data: float,
        parents: list[tuple[Value, float]] | tuple[()] = (),
        name: str = "",
    ) -> None:
        self.data = float(data)
        self.parents = parents
        self.name = name
        self.grad = 0.0
        self.born = next(_births)

    def watch(self, number: Value | float) -> Value:
        """Return a Value as it is, and a plain number as a new one."""
        return number if isinstance(number, Value) else type(self)(number)

    def __add__(self, other: Value | float) -> Value:
        other = self.watch(other)
        pairs = [(self, 1.0), (other, 1.0)]
        return type(self)(self.data + other.data, pairs, "+")

    def __mul__(self, other: Value | float) -> Value:
        other = self.watch(other)
        pairs = [(self, other.data), (other, self.data)]
        return type(self)(self.data * other.data, pairs, "*")

    def __pow__(self, power: float) -> Value:
        slope = power * self.data ** (power - 1) if power else 0.0
        return type(self)(self.data**power, [(self, slope)], f"**{power}")

    def exp(self) -> Value:
        """Return e to the power of this number."""
        result = math.exp(self.data)
        return type(self)(result, [(self, result)], "exp")

    def sigmoid(self) -> Value:
        """(S) of this number, whose slope is a (1 - a)."""
        a = float(sigmoid(self.data))
        return type(self)(a, [(self, a * (1 - a))], "sigmoid")

    def __neg__(self) -> Value:
        return self * -1

    def __sub__(self, other: Value | float) -> Value:
        return self + -other

    def __truediv__(self, other: Value | float) -> Value:
        return self * self.watch(other) ** -1

    __radd__ = __add__
    __rmul__ = __mul__

    def __rsub__(self, other: float) -> Value:
        return -self + other

    def __rtruediv__(self, other: float) -> Value:
        return self**-1 * other

    def history(self) -> list[Value]:
        """Return this number and all that it was made of, the oldest first."""
        found, to_visit = {self}, [self]
        while to_visit:
            for parent, _ in to_visit.pop().parents:
                if parent not in found:
                    found.add(parent)
                    to_visit.append(parent)
        return sorted(found, key=lambda number: number.born)

    def backward(self) -> None:
        """Set `grad` in this number, to 1, and in all that it was made of, by (CR)."""
        history = self.history()
        for number in history:
            number.grad = 0.0
        self.grad = 1.0
        for number in reversed(history):
            for parent, slope in number.parents:
                parent.grad += slope * number.grad
