"""`Value`, held against central differences and, where it is there, PyTorch."""

import math
import operator

import numpy as np
import pytest

from digitlib import Network
from digitlib.pictures import plots, value_graph
from digitlib.value import Value
from helpers import batch

FORMULAS = {
    "plus": lambda u, v: u + v + 2 + (3 + u),
    "minus": lambda u, v: u - v - 2 + (3 - u) - -v,
    "times": lambda u, v: u * v * 2 * (3 * u),
    "over": lambda u, v: u / v / 2 + 3 / v,
    "powers": lambda u, v: u**3 + v**-2 + abs_power(u) + v**1 * u**0,
    "exp": lambda u, v: exp(u * v) - exp(v),
    "sigmoid": lambda u, v: sigmoid(u - v) * sigmoid(7 * u),
    "used again": lambda u, v: again(u * v + sigmoid(u)),
}
PLACES = [(0.7, -1.3), (-2.0, 0.4), (1.0, 1.0)]


def exp(number):
    return number.exp() if hasattr(number, "exp") else math.exp(number)


def sigmoid(number):
    return number.sigmoid() if hasattr(number, "sigmoid") else 1 / (1 + exp(-number))


def abs_power(number):
    return (number * number) ** 0.5


def again(t):
    return t * t + sigmoid(t) * t / (t * t + 1)


@pytest.mark.parametrize("place", PLACES, ids=str)
@pytest.mark.parametrize("name", FORMULAS)
def test_the_derivatives_are_those_measured(name, place):
    formula, h = FORMULAS[name], 1e-5
    u, v = map(Value, place)
    result = formula(u, v)
    result.backward()
    assert result.data == pytest.approx(formula(*place), rel=1e-12)
    x, y = place
    by_x = (formula(x + h, y) - formula(x - h, y)) / (2 * h)
    by_y = (formula(x, y + h) - formula(x, y - h)) / (2 * h)
    assert [u.grad, v.grad] == pytest.approx([by_x, by_y], rel=1e-6, abs=1e-8)


@pytest.mark.parametrize("place", PLACES, ids=str)
@pytest.mark.parametrize("name", FORMULAS)
@pytest.mark.frameworks
def test_the_derivatives_are_pytorchs(name, place):
    torch = pytest.importorskip("torch")
    ours = [Value(number) for number in place]
    theirs = [
        torch.tensor(number, dtype=torch.float64, requires_grad=True)
        for number in place
    ]
    FORMULAS[name](*ours).backward()
    FORMULAS[name](*theirs).backward()
    for our, their in zip(ours, theirs, strict=True):
        slope = 0.0 if their.grad is None else their.grad.item()
        assert our.grad == pytest.approx(slope, rel=1e-12, abs=1e-12)


def test_a_network_has_the_gradients_of_the_library():
    X, Y = batch(n=1)
    network = Network((5, 3, 4), rng=0, dtype=np.float64)
    weights = [[[Value(v) for v in row] for row in w] for w in network.weights]
    biases = [[Value(v) for v in b] for b in network.biases]
    a = X[0].tolist()
    for w, b in zip(weights, biases, strict=True):
        sums = [
            sum(map(operator.mul, row, a), bias) for row, bias in zip(w, b, strict=True)
        ]
        a = [z.sigmoid() for z in sums]
    cost = sum((p - t) ** 2 for p, t in zip(a, Y[0].tolist(), strict=True)) / 2
    cost.backward()
    for_weights, for_biases = network.gradients(X, Y)
    for ours, theirs in zip(weights, for_weights, strict=True):
        found = [[v.grad for v in row] for row in ours]
        assert np.allclose(found, theirs, rtol=1e-12, atol=1e-15)
    for ours, theirs in zip(biases, for_biases, strict=True):
        assert np.allclose([v.grad for v in ours], theirs, rtol=1e-12, atol=1e-15)


def test_a_second_walk_changes_nothing():
    u = Value(0.3)
    result = (u * u).sigmoid()
    result.backward()
    first = u.grad
    result.backward()
    assert u.grad == first


def test_another_formula_begins_anew():
    u = Value(2.0)
    (u * 2).backward()
    (u * 3).backward()
    assert u.grad == 3


def test_a_long_formula_needs_no_recursion():
    u, count = Value(1.0), 10_000
    total = sum(u for _ in range(count))
    total.backward()
    assert (total.data, u.grad) == (count, count)


def test_each_number_is_visited_once():
    u = number = Value(1.0)
    for _ in range(60):  # with 2**60 paths
        number = number + number
    number.backward()
    assert u.grad == 2.0**60
    assert len(number.history()) == 61


def test_what_comes_of_a_kind_of_value_is_of_its_kind():
    class Kind(Value):
        pass

    u = Kind(0.5)
    results = u + 1, 1 - u, u / 2, 2 / u, u**2, -u, u.exp(), u.sigmoid(), 2 * u
    assert {type(result) for result in results} == {Kind}


def test_the_graph_shows_every_number_and_every_arrow(monkeypatch):
    shown = []
    monkeypatch.setattr(plots, "show", lambda figure, alt: shown.append((figure, alt)))
    u, v = Value(2, name="u"), Value(-0.5, name="v")
    t = u * v
    result = t.sigmoid() + 3 * t
    result.backward()
    value_graph.show_value(result, "A formula.")
    [(figure, alt)] = shown
    texts = figure.axes[0].texts
    words = [text.get_text() for text in texts]
    assert alt == "A formula."
    assert "u\n2.0000\ngrad -1.5983" in words
    assert "3.0000\ngrad -1.0000" in words
    assert sum("grad" in word for word in words) == 7
    assert sorted(w for w in words if w and "grad" not in w) == sorted(
        ["2", "-0.5", "0.1966", "3", "-1", "1", "1"]
    )
    assert sum(hasattr(text, "arrow_patch") for text in texts) == 7
    plots.plt.close(figure)
