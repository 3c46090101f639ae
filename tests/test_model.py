"""Models: gradients, the equations by hand, and arguments."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checks.tables import but
from digitlib import Digits, Momentum, Network, check_gradients, layers, train
from digitlib.classifier import ROWS_AT_ONCE
from digitlib.costs import CrossEntropy, QuadraticCost
from digitlib.layers import Dense, Layer, ReLU, Sigmoid, Softmax, Tanh
from digitlib.model import Model, convolutional_model, dense_model
from helpers import assert_all_close, batch, claiming, flat, memory_below, refuses


def quadratic(activation=Sigmoid, l2=0.0):
    stack = [Dense(5, 6, 0), activation(), Dense(6, 4, 1), activation()]
    return Model(stack, QuadraticCost(), inputs=5, l2=l2).astype(np.float64)


def small(**options):
    options = {"filters": (3, 4), "size": 3, "shape": (1, 9, 8), "outputs": 4} | options
    return convolutional_model(**options)


def stacked():
    """Every kind of layer for images, above and below each other."""
    stack = [Dense(6, 70, 0), layers.Reshape((2, 5, 7))]
    stack += [layers.Convolution(2, 3, 3, 1, padding=(1, 0)), Tanh()]
    stack += [layers.MaxPool(2, 1), layers.Convolution(3, 2, (1, 2), 2, stride=(1, 2))]
    stack += [ReLU(), layers.MeanPool((2, 1)), layers.Flatten(), Dense(8, 4, 3)]
    return Model(stack, QuadraticCost(), inputs=6)


def topped():
    """The quadratic cost above a softmax."""
    return Model([Dense(5, 4, 0), Softmax()], QuadraticCost(), inputs=5)


def normalised():
    """Batch normalisation that has seen images, in two layers."""
    model = dense_model((5, 6, 7, 4), rng=1, batch_norm=True, l2=0.1)
    model.cost_and_gradients(*map(np.float32, batch()), np.random.default_rng(0))
    return model


MODELS = {
    "softmax regression": lambda: dense_model((5, 4)),
    "relu": lambda: dense_model((5, 6, 4)),
    "tanh, three layers": lambda: dense_model((5, 6, 7, 4), activation=Tanh),
    "sigmoid": lambda: dense_model((5, 6, 4), activation=Sigmoid),
    "penalty": lambda: dense_model((5, 6, 4), l2=0.3),
    "dropout and centre": lambda: dense_model((5, 6, 4), keep=0.5, mean=0.4),
    "batch norm": normalised,
    "quadratic": quadratic,
    "quadratic, penalty": lambda: quadratic(Tanh, 0.2),
    "convolutional": lambda: small(mean=0.2),
    "ragged filters": lambda: small(filters=(5,), size=(2, 3), stride=(1, 2)),
    "no filters": lambda: small(filters=(), l2=0.1),
    "three filters": lambda: small(filters=(2, 3, 2), size=2, stride=1, l2=0.2),
    "two channels": lambda: small(shape=(2, 8, 7)),
    "all kinds of layers": stacked,
    "quadratic, softmax": topped,
}


@pytest.mark.parametrize("name", MODELS)
def test_gradients_agree_with_differences(name):
    model = MODELS[name]()
    assert check_gradients(model, *batch(model.inputs)) < 1e-6


def penalised(kind):
    """A model that has the penalty in its gradients of weights (0) or biases (1)."""

    def gradients(model, X, Y):
        found = Model.gradients(model, X, Y)
        arrays = (model.weights, model.biases)[kind]
        found[kind][:] = [g + 0.3 * a for g, a in zip(found[kind], arrays, strict=True)]
        return found

    return but(Model, gradients=gradients)


def forgotten(model, X, Y):
    return Model(model.layers, model.cost_function, model.inputs).gradients(X, Y)


WRONG = {
    "no penalty": but(Model, gradients=forgotten),
    "penalised biases": penalised(1),
    "twice the penalty": penalised(0),
    "upside down": claiming(Model, lambda w, b: (w[::-1], b[::-1])),
}


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)
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
    gradients, expected = flat(model.gradients(X, Y)), flat(network.gradients(X, Y))
    assert_all_close(gradients, expected, atol=1e-15)


IN_TORCH = {
    "dense": (
        lambda: dense_model((5, 6, 7, 4), dtype=np.float64),
        lambda nn: (
            *(nn.Linear(5, 6), nn.ReLU(), nn.Linear(6, 7), nn.ReLU(), nn.Linear(7, 4)),
        ),
    ),
    "convolutional, as it is by default": (
        lambda: convolutional_model(dtype=np.float64),
        lambda nn: (
            *(nn.Unflatten(1, (1, 28, 28)), nn.Conv2d(1, 16, 5, 2), nn.ReLU()),
            *(nn.Conv2d(16, 32, 5, 2), nn.ReLU(), nn.Flatten(), nn.Linear(512, 10)),
        ),
    ),
}


@pytest.mark.frameworks
@pytest.mark.parametrize(("make", "theirs"), IN_TORCH.values(), ids=IN_TORCH)
def test_cost_and_gradients_are_pytorchs(torch, make, theirs):
    model = make()
    X, Y = batch(model.inputs, model.outputs)
    theirs = torch.nn.Sequential(*theirs(torch.nn)).double()
    with torch.no_grad():
        pairs = itertools.chain(*zip(model.weights, model.biases, strict=True))
        for tensor, array in zip(theirs.parameters(), pairs, strict=True):
            tensor.copy_(torch.tensor(array))
    x = torch.tensor(X, requires_grad=True)
    labels = torch.tensor(Y.argmax(axis=1))
    cost = torch.nn.functional.cross_entropy(theirs(x), labels)
    cost.backward()
    assert model.cost(X, Y) == pytest.approx(cost.item(), rel=1e-12)
    ours = itertools.chain(*zip(*model.gradients(X, Y), strict=True))
    tensors = [*theirs.parameters(), x]
    ours = [*ours, model.input_gradients(X, Y) / len(X)]
    assert_all_close(ours, [t.grad.numpy() for t in tensors], atol=1e-12)


def test_the_default_is_a_network_of_two_convolutions():
    model = convolutional_model()
    shapes = [(16, 1, 5, 5), (32, 16, 5, 5), (10, 512)]
    assert [w.shape for w in model.weights] == shapes
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


SIZES = [0, 1, 100, 101, ROWS_AT_ONCE, ROWS_AT_ONCE + 1, 2500]


@settings(max_examples=25)
@given(st.sampled_from(["relu", "convolutional"]), st.sampled_from(SIZES))
def test_answers_in_pieces_are_answers(name, n):
    model = MODELS[name]().astype(np.float64)
    X, _ = batch(model.inputs, n=n)
    whole = model.feedforward(X)
    assert whole.shape == (n, 4)
    for k in range(0, n, 499):
        alone = model.feedforward(X[k : k + 1])[0]
        np.testing.assert_allclose(whole[k], alone, rtol=1e-12)


def test_answering_many_images_needs_little_memory():
    model, X = convolutional_model(), np.zeros((2000, 784), np.float32)
    with memory_below(15e6):  # all windows at once would be 80 MB
        model.feedforward(X)


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


def moving_together():
    """Two layers of batch normalisation with one array of running means."""
    first, second = layers.BatchNorm(5), layers.BatchNorm(5)
    second.means = first.means
    return [Dense(5, 5, 0), first, second]


SHARING = {
    "relu": ([Dense(5, 5, 0), RELU, Dense(5, 5, 1), RELU], r"layers 2 and 4 .* ReLU\("),
    "dense": ([DENSE, ReLU(), DENSE], r"1 and 3 are one and the same Dense\(5, 5\)"),
    "weights": (tied(lambda w: w), "weights of layer 1 and weights of layer 2 share"),
    "transposed": (tied(lambda w: w.T), "share memory"),
    "view": (tied(lambda w: w[:]), "share memory"),
    "running means": (moving_together(), "means of layer 2 and means of layer 3"),
}


@pytest.mark.parametrize(("stack", "word"), SHARING.values(), ids=SHARING)
def test_layers_that_have_something_in_common_are_refused(stack, word):
    with pytest.raises(ValueError, match=word):
        Model(stack, inputs=5)
    model = Model([Dense(5, 5, 0)], inputs=5)
    model.layers = stack  # no copy hides it
    with pytest.raises(ValueError, match=r"share memory|one and the same"):
        model.astype(np.float64)
    with pytest.raises(ValueError, match=r"share memory|one and the same"):
        check_gradients(model, *batch(5, 5))


def of(*stack, cost=None, inputs=5, **more):
    return lambda: Model(stack, cost, inputs, **more)


D54 = Dense(5, 4, 0)
DOUBLE = Dense(4, 4, 0, dtype=float)
test_wrong_arguments = refuses(
    (of(Dense(5, 6, 0), D54), "layer 2, Dense"),
    (lambda: Model([D54]), r"takes 5 inputs .* \(784,\)"),
    (of(D54, Softmax()), "leave the last Softmax"),
    (lambda: Model([ReLU()]), "none"),
    (lambda: Model([]), "none"),
    (of(D54, ReLU), "such as ReLU"),
    (of(D54, DOUBLE), "one precision; its layers': float32, float64"),
    (of(D54, l2=-1), "l2"),
    (of(D54, inputs=5.0), "inputs"),
    (of(D54, cost=CrossEntropy), r"such as CrossEntropy\(\), not"),
    (lambda: dense_model((5,)), "sizes"),
    (lambda: dense_model((5, 4, 3), keep=0), "keep"),
    (lambda: dense_model((5, 4), rng="x"), "rng"),
    (lambda: dense_model((5, 4), batch_norm=6), "batch_norm must be True or False"),
    (lambda: convolutional_model(16), "filters must list"),
    (lambda: convolutional_model((16, 0)), "each number of filters"),
    (lambda: convolutional_model((4, 4, 4, 4)), "5 x 5 does not fit .* 4 x 4"),
    (lambda: convolutional_model(shape=(28, 28)), "channels, rows, columns"),
    (lambda: convolutional_model(rng="x"), "rng"),
    (lambda: convolutional_model(mean=33), "mean"),
    (lambda: dense_model((5, 4)).feedforward(np.zeros((2, 6))), "shape"),
    (lambda: dense_model((5, 4)).cost(*batch(5, 3)), "Y has shape"),
    (lambda: dense_model((5, 4)).feedforward(np.zeros((2, 5), int)), "int64"),
)


def test_any_layer_that_keeps_the_interface_can_be_stacked():
    class Doubler(Layer):
        def forward(self, X, rng=None):
            return 2 * X

        def backward(self, error, to_inputs=True):
            return 2 * error

    model = Model([Doubler(), Dense(5, 6, 0), Doubler(), Dense(6, 4, 1)], inputs=5)
    assert check_gradients(model, *batch()) < 1e-6
    assert CrossEntropy is type(model.cost_function)
