"""Descent: its module computes what NumPy does, on the very arrays that it shows."""

import numpy as np
import pytest
from node import call, same

from digitlib.live.descent import Descent
from digitlib.numerics import sigmoid


@pytest.fixture
def figure():
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(50, 2)), rng.integers(0, 2, 50)
    return Descent(X, y, np.ones((3, 3)), (-8, 12, -15, 5), (4, 3), 2.0, 7, mu=0.5)


def test_cost_gradient_and_path_are_those_of_numpy():
    rng = np.random.default_rng(1)
    X, y = rng.normal(size=(2, 140)), rng.integers(0, 2, 140)
    for w in rng.normal(0, 9, (5, 2)):
        z = w @ X
        [found] = call("descent", ("costAndGradient", X, y, w))
        assert same(found["cost"], np.mean(np.logaddexp(0, z) - y * z))
        assert same(found["gradient"], X @ (sigmoid(z) - y) / len(y))


def test_the_module_walks_the_path_of_the_still_picture(figure):
    X, y, (start, eta) = figure._X.T, figure._y, ((4, 3), 2.0)
    for mu in (0, 0.5):
        [way] = call("descent", ("descend", X, y, start, eta, mu, 7))
        assert same(way["path"], figure.path(mu))
        assert same(way["costs"], [figure._cost(w) for w in way["path"]])
    assert len(way["path"]) == 8


def test_the_safe_rate_is_two_over_the_largest_bend(figure):
    bend = np.linalg.norm(figure._X, 2) ** 2 / 50 / 4
    assert figure.view["safe"] == pytest.approx(2 / bend)
