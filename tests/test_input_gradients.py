"""How the cost answers to the pixels: against differences and PyTorch."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digitlib import Network, dense_model, one_hot
from digitlib.costs import QuadraticCost
from digitlib.gradient_check import central_differences, relative_error
from digitlib.layers import Dense, Sigmoid, Softmax, Tanh
from digitlib.model import Model

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


def batch(n=7, seed=0):
    rng = np.random.default_rng(seed)
    return rng.random((n, 5)), one_hot(rng.integers(0, 4, n), 4)


def measured(network, X, Y):
    """Nudge every pixel, and take each sample's cost on its own."""
    slopes = []
    for x, y in zip(X, Y, strict=True):
        x, y = x[None].copy(), y[None]
        slopes.append(
            central_differences(lambda x=x, y=y: network.cost(x, y), x, range(5))
        )
    return np.array(slopes)


@pytest.mark.parametrize("name", NETWORKS)
@settings(max_examples=5, deadline=None)
@given(n=st.integers(1, 9), seed=st.integers(0, 99))
def test_they_agree_with_differences(name, n, seed):
    network, (X, Y) = NETWORKS[name]().astype(np.float64), batch(n, seed)
    claimed = network.input_gradients(X, Y)
    assert claimed.shape == X.shape
    assert relative_error(claimed, measured(network, X, Y)) < 1e-6


@pytest.mark.parametrize("name", NETWORKS)
def test_pieces_and_precision_change_nothing_but_rounding(name, monkeypatch):
    network, (X, Y) = NETWORKS[name](), batch(10)
    whole = network.input_gradients(X, Y)
    assert whole.dtype == np.float32
    monkeypatch.setattr(type(network), "rows_at_once", 3)
    np.testing.assert_allclose(network.input_gradients(X, Y), whole, atol=1e-6)
    double = network.astype(np.float64).input_gradients(X, Y)
    np.testing.assert_allclose(whole, double, atol=1e-5)


def test_the_network_and_its_gradients_stay_as_they_were():
    model, (X, Y) = dense_model((5, 6, 4), dtype=np.float64), batch()
    before = [array.copy() for array in model.parameters]
    gradients = model.gradients(X, Y)
    model.input_gradients(X, Y)
    for array, copy in zip(model.parameters, before, strict=True):
        assert np.array_equal(array, copy)
    for kind, again in zip(gradients, model.gradients(X, Y), strict=True):
        for gradient, other in zip(kind, again, strict=True):
            assert np.array_equal(gradient, other)


@pytest.mark.frameworks
def test_they_are_pytorchs():
    torch = pytest.importorskip("torch", reason="PyTorch is not installed")
    model, (X, Y) = dense_model((5, 6, 7, 4), dtype=np.float64), batch()
    x = a = torch.tensor(X, requires_grad=True)
    for k, (w, b) in enumerate(zip(model.weights, model.biases, strict=True)):
        z = torch.nn.functional.linear(a, torch.tensor(w), torch.tensor(b))
        a = torch.relu(z) if k < 2 else z
    labels = torch.tensor(Y.argmax(axis=1))
    torch.nn.functional.cross_entropy(a, labels, reduction="sum").backward()
    np.testing.assert_allclose(model.input_gradients(X, Y), x.grad.numpy(), atol=1e-13)


@pytest.mark.parametrize(
    ("X", "Y", "word"),
    [
        (np.zeros((2, 6)), np.zeros((2, 4)), "X has shape"),
        (np.zeros((2, 5)), np.zeros((2, 5)), "Y has shape"),
        (np.zeros((2, 5)), np.zeros((3, 4)), "Y 3"),
        (np.zeros((0, 5)), np.zeros((0, 4)), "at least 1"),
        (np.zeros((2, 5), int), np.zeros((2, 4)), "int64"),
    ],
)
@pytest.mark.parametrize("name", ["Network", "relu"])
def test_wrong_arguments(name, X, Y, word):
    with pytest.raises(ValueError, match=word):
        NETWORKS[name]().input_gradients(X, Y)
