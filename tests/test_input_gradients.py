"""How the cost answers to the pixels: against differences; test_model has PyTorch's."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digitlib import Network, dense_model
from digitlib.costs import QuadraticCost
from digitlib.gradient_check import central_differences, relative_error
from digitlib.layers import Dense, Sigmoid, Softmax, Tanh
from digitlib.model import Model
from helpers import assert_all_equal, batch, flat, refuses

NETWORKS = {
    "Network": lambda: Network((5, 6, 7, 4), rng=3),
    "Network without hidden neurons": lambda: Network((5, 4)),
    "relu": lambda: dense_model((5, 6, 4)),
    "tanh, three layers": lambda: dense_model((5, 6, 7, 4), activation=Tanh),
    "centre, dropout, penalty": lambda: dense_model(
        (5, 6, 4), keep=0.5, mean=0.4, l2=0.3
    ),
    "quadratic": lambda: Model(
        [Dense(5, 6, 0), Sigmoid(), Dense(6, 4, 1), Softmax()], QuadraticCost(), 5
    ),
}


def measured(network, X, Y):
    """Nudge every pixel, and take each sample's cost on its own."""

    def slopes(x, y):
        return central_differences(lambda: network.cost(x, y), x, range(5))

    return np.array([slopes(X[k : k + 1].copy(), Y[k : k + 1]) for k in range(len(X))])


@pytest.mark.parametrize("name", NETWORKS)
@settings(max_examples=5, deadline=None)
@given(n=st.integers(1, 9), seed=st.integers(0, 99))
def test_they_agree_with_differences(name, n, seed):
    network, (X, Y) = NETWORKS[name]().astype(np.float64), batch(n=n, seed=seed)
    claimed = network.input_gradients(X, Y)
    assert claimed.shape == X.shape
    assert relative_error(claimed, measured(network, X, Y)) < 1e-6


@pytest.mark.parametrize("name", NETWORKS)
def test_pieces_and_precision_change_nothing_but_rounding(name, monkeypatch):
    network, (X, Y) = NETWORKS[name](), batch(n=10)
    whole = network.input_gradients(X, Y)
    assert whole.dtype == np.float32
    monkeypatch.setattr(type(network), "rows_at_once", 3)
    np.testing.assert_allclose(network.input_gradients(X, Y), whole, atol=1e-6)
    double = network.astype(np.float64).input_gradients(X, Y)
    np.testing.assert_allclose(whole, double, atol=1e-5)


def test_the_network_and_its_gradients_stay_as_they_were():
    model, (X, Y) = dense_model((5, 6, 4), dtype=np.float64), batch()
    before = [array.copy() for array in model.parameters]
    gradients = flat(model.gradients(X, Y))
    model.input_gradients(X, Y)
    assert_all_equal(model.parameters, before)
    assert_all_equal(flat(model.gradients(X, Y)), gradients)


def gradients_of(name, x, y, dtype=float):
    return lambda: NETWORKS[name]().input_gradients(np.zeros(x, dtype), np.zeros(y))


test_wrong_arguments = refuses(
    *(
        (gradients_of(name, *arguments), word)
        for name in ("Network", "relu")
        for *arguments, word in (
            ((2, 6), (2, 4), "X has shape"),
            ((2, 5), (2, 5), "Y has shape"),
            ((2, 5), (3, 4), "Y 3"),
            ((0, 5), (0, 4), "at least 1"),
            ((2, 5), (2, 4), int, "int64"),
        )
    )
)
