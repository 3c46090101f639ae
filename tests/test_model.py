"""Models: gradients, the equations by hand, and arguments."""

import itertools
import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digitlib import Digits, Momentum, Network, check_gradients, one_hot, train
from digitlib.classifier import ROWS_AT_ONCE
from digitlib.costs import CrossEntropy, QuadraticCost
from digitlib.layers import (
    Convolution,
    Dense,
    Dropout,
    Flatten,
    Layer,
    MaxPool,
    MeanPool,
    ReLU,
    Reshape,
    Sigmoid,
    Softmax,
    Tanh,
)
from digitlib.model import Model, convolutional_model, dense_model


def batch(inputs=5, classes=4, n=7, seed=0):
    rng = np.random.default_rng(seed)
    return rng.random((n, inputs)), one_hot(rng.integers(0, classes, n), classes)


def quadratic(activation=Sigmoid, l2=0.0):
    stack = [Dense(5, 6, 0), activation(), Dense(6, 4, 1), activation()]
    return Model(stack, QuadraticCost(), inputs=5, l2=l2).astype(np.float64)


def small(**options):
    options = {"filters": (3, 4), "size": 3, "shape": (1, 9, 8), "outputs": 4} | options
    return convolutional_model(**options)


def stacked():
    """Every kind of layer for images, above and below each other."""
    stack = [
        Dense(6, 70, 0),
        Reshape((2, 5, 7)),
        Convolution(2, 3, 3, 1, padding=(1, 0)),
        Tanh(),
        MaxPool(2, 1),
        Convolution(3, 2, (1, 2), 2, stride=(1, 2)),
        ReLU(),
        MeanPool((2, 1)),
        Flatten(),
        Dense(8, 4, 3),
    ]
    return Model(stack, QuadraticCost(), inputs=6)


MODELS = {
    "softmax regression": lambda: dense_model((5, 4)),
    "relu": lambda: dense_model((5, 6, 4)),
    "tanh, three layers": lambda: dense_model((5, 6, 7, 4), activation=Tanh),
    "sigmoid": lambda: dense_model((5, 6, 4), activation=Sigmoid),
    "penalty": lambda: dense_model((5, 6, 4), l2=0.3),
    "dropout and centre": lambda: dense_model((5, 6, 4), keep=0.5, mean=0.4),
    "quadratic": quadratic,
    "quadratic, penalty": lambda: quadratic(Tanh, 0.2),
    "convolutional": lambda: small(mean=0.2),
    "ragged filters": lambda: small(filters=(5,), size=(2, 3), stride=(1, 2)),
    "no filters": lambda: small(filters=(), l2=0.1),
    "three filters": lambda: small(filters=(2, 3, 2), size=2, stride=1, l2=0.2),
    "two channels": lambda: small(shape=(2, 8, 7)),
    "all kinds of layers": stacked,
    "quadratic, softmax": lambda: Model(
        [Dense(5, 4, 0), Softmax()], QuadraticCost(), inputs=5
    ),
}


@pytest.mark.parametrize("name", MODELS)
def test_gradients_agree_with_differences(name):
    model = MODELS[name]()
    assert check_gradients(model, *batch(model.inputs)) < 1e-6


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


@pytest.mark.frameworks
def test_cost_and_gradients_of_the_default_are_pytorchs():
    torch = pytest.importorskip("torch", reason="PyTorch is not installed")
    model, (X, Y) = convolutional_model(dtype=np.float64), batch(784, 10)
    theirs = torch.nn.Sequential(
        torch.nn.Conv2d(1, 16, 5, 2),
        torch.nn.ReLU(),
        torch.nn.Conv2d(16, 32, 5, 2),
        torch.nn.ReLU(),
        torch.nn.Flatten(),
        torch.nn.Linear(512, 10),
    ).double()
    tensors = list(theirs.parameters())
    pairs = itertools.chain(*zip(model.weights, model.biases, strict=True))
    with torch.no_grad():
        for tensor, array in zip(tensors, pairs, strict=True):
            tensor.copy_(torch.tensor(array))
    scores = theirs(torch.tensor(X).reshape(-1, 1, 28, 28))
    labels = torch.tensor(Y.argmax(axis=1))
    cost = torch.nn.functional.cross_entropy(scores, labels)
    cost.backward()
    assert model.cost(X, Y) == pytest.approx(cost.item(), rel=1e-12)
    weights, biases = model.gradients(X, Y)
    ours = itertools.chain(*zip(weights, biases, strict=True))
    for gradient, tensor in zip(ours, tensors, strict=True):
        np.testing.assert_allclose(gradient, tensor.grad.numpy(), atol=1e-12)


def test_the_default_is_a_network_of_two_convolutions():
    model = convolutional_model()
    assert [w.shape for w in model.weights] == [
        (16, 1, 5, 5),
        (32, 16, 5, 5),
        (10, 512),
    ]
    assert model.parameter_count == 16 * 26 + 32 * 401 + 10 * 513
    assert (model.inputs, model.outputs, model.dtype) == (784, 10, np.float32)


def strokes(n, seed):
    """Images with a bar somewhere: standing (0), lying (1) or slanting (2)."""
    rng = np.random.default_rng(seed)
    pictures, labels = np.zeros((n, 28, 28), np.float32), rng.integers(0, 3, n)
    for picture, label in zip(pictures, labels, strict=True):
        top, left = rng.integers(0, 18, 2)
        for k in range(10):
            row, column = [(k, 5), (5, k), (k, k)][label]
            picture[top + row, left + column] = 1
    return Digits(pictures.reshape(n, 784), labels)


def test_a_model_learns_more_than_dense_layers_wherever_a_bar_stands():
    training, unseen = strokes(300, 0), strokes(300, 1)

    def accuracy_of(model):
        options = {"eta": 0.05, "optimizer": Momentum(), "report": None}
        history = train(model, training, epochs=8, batch_size=20, **options)
        assert history.train_cost[-1] < 0.2 * history.train_cost[0]
        return model.accuracy(unseen)

    convolutional = accuracy_of(convolutional_model((4, 8), outputs=3))
    assert convolutional > 0.9 > 0.85 > accuracy_of(dense_model((784, 40, 3)))


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


@settings(max_examples=25, deadline=None)
@given(
    name=st.sampled_from(["relu", "convolutional"]),
    n=st.sampled_from([0, 1, 100, 101, ROWS_AT_ONCE, ROWS_AT_ONCE + 1, 2500]),
)
def test_answers_in_pieces_are_answers(name, n):
    model = MODELS[name]().astype(np.float64)
    X, _ = batch(model.inputs, n=n)
    whole = model.feedforward(X)
    assert whole.shape == (n, 4)
    for k in range(0, n, 499):
        np.testing.assert_allclose(
            whole[k], model.feedforward(X[k : k + 1])[0], rtol=1e-12
        )


def test_answering_many_images_needs_little_memory():
    model, X = convolutional_model(), np.zeros((3000, 784), np.float32)
    tracemalloc.start()
    model.feedforward(X)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 15e6  # all windows at once would be 120 MB


def test_it_counts_like_a_network():
    rng = np.random.default_rng(3)
    digits = Digits(rng.random((11, 5), np.float32), rng.integers(0, 4, 11))
    model = dense_model((5, 6, 4))
    right = (model.predict(digits.images) == digits.labels).sum()
    assert model.evaluate(digits) == right
    assert model.accuracy(digits) == right / 11
    assert model.parameter_count == 6 * 6 + 4 * 7
    assert dense_model((784, 40, 10)).parameter_count == Network().parameter_count


@pytest.mark.parametrize("name", ["relu", "convolutional"])
def test_astype_is_a_copy(name):
    model = MODELS[name]()
    X, _ = batch(model.inputs)
    model.feedforward(X)
    twin = model.astype(np.float64)
    assert {p.dtype for p in twin.parameters} == {np.dtype(np.float64)}
    twin.feedforward(X)
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
        (lambda: convolutional_model(16), "filters must list"),
        (lambda: convolutional_model((16, 0)), "each number of filters"),
        (lambda: convolutional_model((4, 4, 4, 4)), "5 x 5 does not fit .* 4 x 4"),
        (lambda: convolutional_model(shape=(28, 28)), "channels, rows, columns"),
        (lambda: convolutional_model(rng="x"), "rng"),
        (lambda: convolutional_model(mean=33), "mean"),
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
