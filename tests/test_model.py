"""Models: gradients, the equations by hand, and arguments."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digitlib import Digits, Network, check_gradients, one_hot
from digitlib.classifier import ROWS_AT_ONCE
from digitlib.costs import CrossEntropy, QuadraticCost
from digitlib.layers import Dense, Dropout, Layer, ReLU, Sigmoid, Softmax, Tanh
from digitlib.model import Model, dense_model


def batch(inputs=5, classes=4, n=7, seed=0):
    rng = np.random.default_rng(seed)
    return rng.random((n, inputs)), one_hot(rng.integers(0, classes, n), classes)


def quadratic(activation=Sigmoid, l2=0.0):
    stack = [Dense(5, 6, 0), activation(), Dense(6, 4, 1), activation()]
    return Model(stack, QuadraticCost(), inputs=5, l2=l2).astype(np.float64)


MODELS = {
    "softmax regression": lambda: dense_model((5, 4)),
    "relu": lambda: dense_model((5, 6, 4)),
    "tanh, three layers": lambda: dense_model((5, 6, 7, 4), activation=Tanh),
    "sigmoid": lambda: dense_model((5, 6, 4), activation=Sigmoid),
    "penalty": lambda: dense_model((5, 6, 4), l2=0.3),
    "dropout and centre": lambda: dense_model((5, 6, 4), keep=0.5, mean=0.4),
    "quadratic": quadratic,
    "quadratic, penalty": lambda: quadratic(Tanh, 0.2),
    "quadratic, softmax": lambda: Model(
        [Dense(5, 4, 0), Softmax()], QuadraticCost(), inputs=5
    ),
}


@pytest.mark.parametrize("name", MODELS)
def test_gradients_agree_with_differences(name):
    assert check_gradients(MODELS[name](), *batch()) < 1e-6


class ForgottenPenalty(Model):
    def gradients(self, X, Y):
        twin = Model(self.layers, self.cost_function, self.inputs)
        return twin.gradients(X, Y)


class PenalisedBiases(Model):
    def gradients(self, X, Y):
        weights, biases = super().gradients(X, Y)
        return weights, [g + 0.3 * b for g, b in zip(biases, self.biases, strict=True)]


class DoubledPenalty(Model):
    def gradients(self, X, Y):
        weights, biases = super().gradients(X, Y)
        return [g + 0.3 * w for g, w in zip(weights, self.weights, strict=True)], biases


class UpsideDown(Model):
    def gradients(self, X, Y):
        weights, biases = super().gradients(X, Y)
        return weights[::-1], biases[::-1]


@pytest.mark.parametrize(
    "wrong", [ForgottenPenalty, PenalisedBiases, DoubledPenalty, UpsideDown]
)
def test_wrong_gradients_are_caught(wrong):
    stack = [Dense(5, 5, 0), ReLU(), Dense(5, 5, 1)]
    assert check_gradients(wrong(stack, inputs=5, l2=0.3), *batch(5, 5)) > 1e-3


def test_a_stack_of_sigmoids_with_the_quadratic_cost_is_the_network():
    """The same arithmetic in two ways of writing it."""
    network = Network((5, 6, 4), dtype=np.float64)
    model, (X, Y) = quadratic(), batch()
    for theirs, ours in zip(network.parameters, model.parameters, strict=True):
        ours[...] = theirs
    assert model.cost(X, Y) == pytest.approx(network.cost(X, Y), rel=1e-14)
    np.testing.assert_allclose(model.feedforward(X), network.feedforward(X), rtol=1e-14)
    for kind, other in zip(model.gradients(X, Y), network.gradients(X, Y), strict=True):
        for gradient, expected in zip(kind, other, strict=True):
            np.testing.assert_allclose(gradient, expected, atol=1e-15)


@pytest.mark.frameworks
def test_cost_and_gradients_are_pytorchs():
    torch = pytest.importorskip("torch", reason="PyTorch is not installed")
    model, (X, Y) = dense_model((5, 6, 7, 4), dtype=np.float64), batch()
    weights = [torch.tensor(w, requires_grad=True) for w in model.weights]
    biases = [torch.tensor(b, requires_grad=True) for b in model.biases]
    a = torch.tensor(X)
    for k, (w, b) in enumerate(zip(weights, biases, strict=True)):
        z = torch.nn.functional.linear(a, w, b)
        a = torch.relu(z) if k < 2 else z
    cost = torch.nn.functional.cross_entropy(a, torch.tensor(Y.argmax(axis=1)))
    cost.backward()
    assert model.cost(X, Y) == pytest.approx(cost.item(), rel=1e-12)
    ours = [g for kind in model.gradients(X, Y) for g in kind]
    for gradient, tensor in zip(ours, (*weights, *biases), strict=True):
        np.testing.assert_allclose(gradient, tensor.grad.numpy(), atol=1e-13)


def test_activations_are_probabilities_and_dropout_is_off_when_it_answers():
    X, Y = batch()
    plain, dropping = dense_model((5, 6, 4)), dense_model((5, 6, 4), keep=0.5)
    activations = dropping.feedforward(X)
    np.testing.assert_allclose(activations.sum(axis=1), 1, rtol=1e-6)
    assert np.array_equal(activations, plain.feedforward(X))
    assert dropping.cost(X, Y) == plain.cost(X, Y)
    rng = np.random.default_rng(0)
    X, Y = X.astype(np.float32), Y.astype(np.float32)
    costs = {dropping.cost_and_gradients(X, Y, rng)[0] for _ in range(5)}
    assert len(costs) > 1


def test_the_penalty_is_half_lambda_times_the_squares_of_the_weights():
    X, Y = batch()
    plain, heavy = dense_model((5, 6, 4)), dense_model((5, 6, 4), l2=0.3)
    penalty = 0.15 * sum(float(np.sum(w**2)) for w in plain.weights)
    assert heavy.cost(X, Y) == pytest.approx(plain.cost(X, Y) + penalty, rel=1e-6)


@settings(max_examples=15, deadline=None)
@given(n=st.sampled_from([0, 1, ROWS_AT_ONCE, ROWS_AT_ONCE + 1, 2500]))
def test_answers_in_pieces_are_answers(n):
    model = dense_model((5, 6, 4), dtype=np.float64)
    X, _ = batch(n=n)
    whole = model.feedforward(X)
    assert whole.shape == (n, 4)
    for k in range(0, n, 499):
        np.testing.assert_allclose(
            whole[k], model.feedforward(X[k : k + 1])[0], rtol=1e-12
        )


def test_it_counts_like_a_network():
    rng = np.random.default_rng(3)
    digits = Digits(rng.random((11, 5), np.float32), rng.integers(0, 4, 11))
    model = dense_model((5, 6, 4))
    right = (model.predict(digits.images) == digits.labels).sum()
    assert model.evaluate(digits) == right
    assert model.accuracy(digits) == right / 11
    assert model.parameter_count == 6 * 6 + 4 * 7
    assert dense_model((784, 40, 10)).parameter_count == Network().parameter_count


def test_astype_is_a_copy():
    model = dense_model((5, 6, 4))
    twin = model.astype(np.float64)
    assert {p.dtype for p in twin.parameters} == {np.dtype(np.float64)}
    twin.weights[0][...] = 0
    assert model.weights[0].any()
    assert model.dtype == np.float32


RELU, DENSE = ReLU(), Dense(5, 5, 0)


def tied(share):
    """Two layers, one with weights made of the other's."""
    first, second = Dense(5, 5, 0), Dense(5, 5, 1)
    second.weights = share(first.weights)
    return [first, second]


@pytest.mark.parametrize(
    ("stack", "word"),
    [
        (
            [Dense(5, 5, 0), RELU, Dense(5, 5, 1), RELU],
            r"layers 2 and 4 are .* ReLU\(\)",
        ),
        ([DENSE, ReLU(), DENSE], r"layers 1 and 3 are one and the same Dense\(5, 5\)"),
        (tied(lambda w: w), "weights of layer 1 and weights of layer 2 share memory"),
        (tied(lambda w: w.T), "share memory"),
        (tied(lambda w: w[:]), "share memory"),
    ],
    ids=["relu", "dense", "weights", "transposed", "view"],
)
def test_layers_that_have_something_in_common_are_refused(stack, word):
    with pytest.raises(ValueError, match=word):
        Model(stack, inputs=5)
    model = Model([Dense(5, 5, 0)], inputs=5)
    model.layers = stack  # no copy hides it
    for copying in (lambda: model.astype(np.float64), lambda: check(model)):
        with pytest.raises(ValueError, match=r"share memory|one and the same"):
            copying()


def check(model):
    return check_gradients(model, *batch(5, 5))


@pytest.mark.parametrize(
    ("make", "word"),
    [
        (lambda: Model([Dense(5, 6, 0), Dense(5, 4, 0)], inputs=5), "layer 2, Dense"),
        (lambda: Model([Dense(5, 4, 0)]), r"takes 5 inputs .* \(784,\)"),
        (
            lambda: Model([Dense(5, 4, 0), Softmax()], inputs=5),
            "leave the last Softmax",
        ),
        (lambda: Model([ReLU()]), "none"),
        (lambda: Model([]), "none"),
        (lambda: Model([Dense(5, 4, 0), ReLU], inputs=5), "such as ReLU"),
        (
            lambda: Model([Dense(5, 4, 0), Dense(4, 4, 0, dtype=float)], inputs=5),
            "one precision; its layers': float32, float64",
        ),
        (lambda: Model([Dense(5, 4, 0)], inputs=5, l2=-1), "l2"),
        (lambda: Model([Dense(5, 4, 0)], inputs=5.0), "inputs"),
        (
            lambda: Model([Dense(5, 4, 0)], CrossEntropy, 5),
            r"such as CrossEntropy\(\), not",
        ),
        (lambda: dense_model((5,)), "sizes"),
        (lambda: dense_model((5, 4, 3), keep=0), "keep"),
        (lambda: dense_model((5, 4), rng="x"), "rng"),
        (lambda: dense_model((5, 4)).feedforward(np.zeros((2, 6))), "shape"),
        (lambda: dense_model((5, 4)).cost(*batch(5, 3)), "Y has shape"),
        (lambda: dense_model((5, 4)).feedforward(np.zeros((2, 5), int)), "int64"),
    ],
)
def test_wrong_arguments(make, word):
    with pytest.raises(ValueError, match=word):
        make()


def test_any_layer_that_keeps_the_interface_can_be_stacked():
    class Doubler(Layer):
        def forward(self, X, rng=None):
            return 2 * X

        def backward(self, error, to_inputs=True):
            return 2 * error

    model = Model([Doubler(), Dense(5, 6, 0), Doubler(), Dense(6, 4, 1)], inputs=5)
    assert check_gradients(model, *batch()) < 1e-6
    assert CrossEntropy is type(model.cost_function)
    assert repr(Dropout(0.5)) not in repr(model)
