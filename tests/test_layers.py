"""Layers: their way back against differences and PyTorch, and wrong ways caught."""

from functools import partial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import special

from checks.tables import but
from digitlib import Network
from digitlib.gradient_check import check_layer_gradients
from digitlib.initialisation import he_matrix, normal_matrix, rnd_matrix, zeros_matrix
from digitlib.layers import (
    BatchNorm,
    Centre,
    Convolution,
    Dense,
    Dropout,
    Flatten,
    Layer,
    MaxPool,
    MeanPool,
    ReLU,
    Sigmoid,
    Softmax,
    Tanh,
)
from helpers import (
    DTYPES,
    assert_all_close,
    assert_all_equal,
    misled,
    overstating,
    refuses,
)
from test_layers_images import MAKERS as IMAGE_MAKERS
from test_layers_images import gradients_of, images
from test_layers_images import rows as image_rows

MAKERS = {kind.__name__: kind for kind in (ReLU, Sigmoid, Softmax, Tanh)}
MAKERS |= {"Centre": lambda: Centre(0.3), "Dropout": lambda: Dropout(0.6)}
MAKERS |= {"Dense": lambda: Dense(6, 4, rng=1), "BatchNorm": lambda: BatchNorm(6)}
ALL = MAKERS | IMAGE_MAKERS


def rows(n=7, columns=6, seed=0, scale=2.0):
    return scale * np.random.default_rng(seed).standard_normal((n, columns))


def inputs(kind, n=4):
    """What a layer of that kind takes."""
    return image_rows(kind, n=n) if kind in IMAGE_MAKERS else rows(n)


@pytest.mark.parametrize("kind", ALL)
def test_the_way_back_agrees_with_differences(kind):
    assert check_layer_gradients(ALL[kind](), inputs(kind)) < 1e-6


KINDS, SEEDS = st.sampled_from(sorted(MAKERS)), st.integers(0, 999)


@settings(max_examples=40)
@given(kind=KINDS, n=st.integers(1, 9), seed=SEEDS, scale=st.floats(0.1, 5))
def test_the_way_back_agrees_for_any_input(kind, n, seed, scale):
    X = rows(n, 6, seed, scale)
    X[np.abs(X) < 1e-3] = 1e-3  # at its corner a ReLU has no derivative
    assert check_layer_gradients(MAKERS[kind](), X, rng=seed) < 1e-6


@settings(max_examples=120)
@given(st.sampled_from(sorted(ALL)), st.integers(0, 5), DTYPES, st.booleans())
def test_shapes_and_precision_go_through_and_inputs_stay(kind, n, dtype, learning):
    layer, X = ALL[kind]().astype(dtype), inputs(kind, n).astype(dtype)
    before = X.copy()
    A = layer.forward(X, np.random.default_rng(0) if learning else None)
    assert A.shape == (n, *layer.output_shape(X.shape[1:]))
    error = np.ones_like(A)
    back = layer.backward(error)
    assert back.shape == X.shape
    assert {A.dtype, back.dtype} == {np.dtype(dtype)}
    for parameter, gradient in zip(layer.parameters, gradients_of(layer), strict=True):
        assert gradient.shape == parameter.shape
        assert gradient.dtype == parameter.dtype == dtype
    assert {array.dtype for array in layer.arrays.values()} <= {np.dtype(dtype)}
    assert np.array_equal(X, before)
    assert (error == 1).all()


FORWARD = {
    Sigmoid(): special.expit,
    Tanh(): lambda z: special.expit(2 * z) * 2 - 1,
    ReLU(): lambda z: np.where(z > 0, z, 0),
    Softmax(): lambda z: special.softmax(z, axis=1),
    Centre(0.25): lambda z: z - 0.25,
    Dropout(0.5): lambda z: z,
}


@pytest.mark.parametrize(("layer", "function"), FORWARD.items(), ids=map(repr, FORWARD))
def test_the_way_forward_is_scipys(layer, function):
    Z = np.concatenate([rows(), np.linspace(-1000, 1000, 18).reshape(3, 6)])
    np.testing.assert_allclose(layer.forward(Z), function(Z), rtol=1e-12, atol=1e-15)


def test_dense_is_the_equation_neuron_by_neuron():
    layer, X = Dense(6, 4, rng=0, dtype=np.float64), rows()
    layer.biases += [1, 2, 3, 4]
    for x, z in zip(X, layer.forward(X), strict=True):
        expected = [w @ x + b for w, b in zip(layer.weights, layer.biases, strict=True)]
        np.testing.assert_allclose(z, expected, rtol=1e-12)


@pytest.mark.parametrize("kind", ["Dense", "Convolution", "BatchNorm"])
def test_a_layer_that_learns_spares_the_errors_that_nobody_wants(kind):
    layer = ALL[kind]()
    error = layer.forward(inputs(kind))
    assert layer.backward(error, to_inputs=False) is None
    spared = layer.gradients
    layer.backward(error)
    assert all(map(np.array_equal, spared, layer.gradients))


def test_dropout_keeps_the_share_and_the_mean_and_only_while_learning():
    X, layer = np.ones((200, 300), np.float32), Dropout(0.8)
    A = layer.forward(X, np.random.default_rng(3))
    assert set(np.unique(A)) == {np.float32(0), np.float32(1.25)}
    assert (A > 0).mean() == pytest.approx(0.8, abs=0.01)
    assert A.mean() == pytest.approx(1, abs=0.01)
    assert np.array_equal(layer.backward(X) > 0, A > 0)
    assert layer.forward(X) is X
    assert layer.backward(X) is X


def test_batch_norm_centres_and_scales_a_batch_and_remembers_what_it_has_seen():
    rng, layer = np.random.default_rng(0), BatchNorm(3, momentum=0.75)
    deviations = np.array([0.1, 3, 20])
    layer.weights += [0, 1, 2]
    layer.biases += [0, 0, 5]
    for _ in range(60):
        X = rng.normal([-2, 0, 300], deviations, (400, 3)).astype(np.float32)
        A = layer.forward(X, rng)
    assert_all_close([A.mean(0), A.std(0)], [[0, 0, 5], [1, 2, 3]], atol=2e-3)
    assert (np.abs(layer.means - [-2, 0, 300]) < deviations / 10).all()
    np.testing.assert_allclose(layer.variances, deviations**2, rtol=0.1)
    before = [array.copy() for array in layer.arrays.values()]
    Z = (X - layer.means) / np.sqrt(layer.variances + layer.epsilon)
    for part in (X, X[:1], X[:0]):  # an answer does not depend on who else is asked
        expected = Z[: len(part)] * layer.weights + layer.biases
        np.testing.assert_allclose(layer.forward(part), expected, rtol=1e-4)
    assert np.array_equal(layer.forward(X[:1], rng), layer.forward(X[:1]))
    assert_all_equal(layer.arrays.values(), before)
    assert not layer.forward(np.full((4, 3), 7), rng)[:, 0].any()  # all alike


WRONG = {
    "a wrong slope": misled(Tanh, lambda layer, e: e * (1 - layer.A) ** 2)(),
    "no slope": misled(Sigmoid, lambda layer, e: e)(),
    "a corner of its own": misled(ReLU, lambda layer, e: e * np.sign(layer.A + 1))(),
    "the diagonal": misled(Softmax, lambda layer, e: e * layer.A * (1 - layer.A))(),
    "another mask": misled(Dropout, lambda layer, e: e * np.roll(layer.mask, 1))(0.6),
    "mean biases": overstating(Dense, lambda W, b, x: (W, b / 7, x))(6, 4, 0),
    "a batch that stands still": overstating(
        BatchNorm, lambda g, b, x: (g, b, x + b / 7)
    )(6),
    "half of gamma": overstating(BatchNorm, lambda g, b, x: (g / 2, b, x))(6),
    "weights transposed": overstating(Dense, lambda W, b, x: (W.T, b, x))(6, 6, 0),
}
HALF = np.array([1, 0.5, 1, 1, 1, 1])[:, None]
BASE = property(lambda layer: layer.base.shape)  # as MeanPool knows it


def filters(change):
    return overstating(Convolution, change)(2, 3, 2, 0)


WRONG_FOR_IMAGES = {
    "upside down": filters(lambda W, b, x: (W[:, :, ::-1, ::-1], b, x)),
    "mean biases": filters(lambda W, b, x: (W, b / 120, x)),
    "half of a row": filters(lambda W, b, x: (W, b, x * HALF)),
    "everybody equal": but(MaxPool, backward=MeanPool.backward, base_shape=BASE)(2),
    "not shared": overstating(MeanPool, lambda x: (4 * x,))(2),
    "rows upside down": overstating(Flatten, lambda x: (x[:, :, ::-1],))(),
}


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)
def test_a_wrong_way_back_is_caught(wrong):
    assert check_layer_gradients(wrong, rows()) > 1e-3


@pytest.mark.parametrize("wrong", WRONG_FOR_IMAGES.values(), ids=WRONG_FOR_IMAGES)
def test_a_wrong_way_back_of_images_is_caught(wrong):
    assert check_layer_gradients(wrong, images()) > 1e-3


def checking(layer, n=7):
    """Return a call that checks a layer with so many samples."""
    return lambda: check_layer_gradients(layer, rows(n))


def claims(change):
    """Return a call that checks a layer with other gradients than its own."""
    return checking(overstating(Dense, change)(6, 4, 0))


FORGETS = misled(Dense, lambda layer, error: error @ layer.weights)(6, 4, 0)
FORGETS.gradients = [np.zeros((4, 6)), np.zeros(4)]  # left over from another time
TIED = Dense(6, 4, 0)
TIED.biases = TIED.weights[:, 0]
test_what_is_no_gradient_is_refused_by_name = refuses(
    (claims(lambda W, b, x: (np.nan * W, b, x)), "gradient of weights is not finite"),
    (claims(lambda W, b, x: (W, b + np.inf, x)), "gradient of biases is not finite"),
    (claims(lambda W, b, x: (W, b, np.nan * x)), "the gradient of X is not finite"),
    (claims(lambda W, b, x: (W.T, b, x)), r"weights has shape \(6, 4\), not \(4, 6\)"),
    (claims(lambda W, b, x: (W, b[None], x)), r"biases has shape \(1, 4\), not \(4,"),
    (claims(lambda W, b, x: (W, b, x[0])), r"X has shape \(6,\), not \(7, 6\)"),
    (claims(lambda W, b, x: (W, b, None)), "the gradient of X is missing"),
    (claims(lambda W, b, x: (W, None, x)), "the gradient of biases is missing"),
    (claims(lambda W, b, x: (W, x)), "stored 1 gradients; arrays that learn: weights"),
    (claims(lambda W, b, x: (W, b, b, x)), "stored 3 gradients"),
    (checking(FORGETS), "stored 0 gradients"),
    (checking(overstating(Tanh, lambda x: (x, x))()), "1 gradients; .* learn: none"),
    (checking(Tanh(), n=0), "X is empty"),
    (checking(TIED), "weights and biases share memory"),
)


def test_checking_changes_nothing():
    layer, X = Dense(6, 4, rng=1), rows()
    weights, before = layer.weights.copy(), X.copy()
    check_layer_gradients(layer, X, samples=5)
    assert np.array_equal(layer.weights, weights)
    assert np.array_equal(X, before)
    assert not layer.biases.any()


@pytest.mark.frameworks
@pytest.mark.parametrize("learning", [True, False])
def test_batch_norm_is_pytorchs(torch, learning):
    ours, X = BatchNorm(6, dtype=np.float64), rows(40)
    theirs = torch.nn.BatchNorm1d(6, dtype=torch.float64)
    rng = np.random.default_rng(1)
    for name, parameter in zip(ours.learns, theirs.parameters(), strict=True):
        setattr(ours, name, rng.standard_normal(6))
        parameter.data = torch.tensor(getattr(ours, name))
    for batch in np.split(3 * X + 2, [2, 9]):
        ours.forward(batch, rng)
        theirs(torch.tensor(batch))
    theirs.train(learning)
    x, error = torch.tensor(X, requires_grad=True), rows(40, seed=5)
    a = theirs(x)
    a.backward(torch.tensor(error))
    found = [ours.forward(X, rng if learning else None), ours.backward(error)]
    tensors = [x, *theirs.parameters()]
    assert_all_close(
        [*found, *ours.gradients, ours.means, ours.variances],
        [a.detach().numpy(), *(t.grad.numpy() for t in tensors),
         theirs.running_mean.numpy(), theirs.running_var.numpy()],
        atol=1e-12,
    )  # fmt: skip


@pytest.mark.frameworks
@pytest.mark.parametrize("kind", ["ReLU", "Sigmoid", "Softmax", "Tanh", "Dense"])
def test_forward_and_backward_are_pytorchs(torch, kind):
    layer, X = MAKERS[kind]().astype(np.float64), rows()
    x = torch.tensor(X, requires_grad=True)
    tensors = [torch.tensor(p, requires_grad=True) for p in layer.parameters]
    ways = {"Softmax": lambda z: torch.softmax(z, 1)}
    ways["Dense"] = lambda z: torch.nn.functional.linear(z, *tensors)
    a = (ways.get(kind) or getattr(torch, kind.lower()))(x)
    A = layer.forward(X)
    error = rows(*A.shape, seed=5)
    a.backward(torch.tensor(error))
    ours = [A, layer.backward(error), *gradients_of(layer)]
    theirs = [a.detach().numpy(), *(t.grad.numpy() for t in (x, *tensors))]
    assert_all_close(ours, theirs, atol=1e-12)


VARIANCES = {zeros_matrix: 0, normal_matrix: 1, rnd_matrix: 1 / 400, he_matrix: 1 / 200}


@pytest.mark.parametrize(("initial", "variance"), VARIANCES.items())
def test_initial_weights_have_their_mean_and_variance(initial, variance):
    W = initial(300, 400, np.random.default_rng(0))
    assert W.shape == (300, 400)
    assert W.mean() == pytest.approx(0, abs=0.01 * np.sqrt(variance))
    assert W.var() == pytest.approx(variance, rel=0.02)


LEARNERS = [partial(Dense, 6, 4), partial(Convolution, 2, 3, 5), Network]


@pytest.mark.parametrize("make", LEARNERS)
def test_a_seed_repeats_the_weights_in_both_precisions(make):
    double, single = make(rng=3, dtype=np.float64), make(rng=3)
    doubles = [array.astype(np.float32) for array in double.parameters]
    assert_all_equal(doubles, single.parameters)
    assert {array.dtype.name for array in single.parameters} == {"float32"}


test_wrong_arguments = refuses(
    (lambda: Dense(0, 4, 0), "inputs must be an integer"),
    (lambda: Dense(6, 4.0, 0), "outputs must be an integer"),
    (lambda: Dense(6, 4, None), "rng must be a seed"),
    (lambda: Dense(6, 4, 0, dtype=int), "float32 or float64"),
    (lambda: Dropout(0), "keep must be a finite number above 0"),
    (lambda: Dropout(1.5), "keep is a probability"),
    (lambda: Centre(33), "mean must be a number from 0 to below 1"),
    (lambda: Dense(6, 4, 0).output_shape((5,)), r"takes 6 inputs .* \(5,\)"),
    (lambda: BatchNorm(0), "features must be an integer"),
    (lambda: BatchNorm(6, momentum=1), "momentum must be a number from 0 to below 1"),
    (lambda: BatchNorm(6, epsilon=0), "epsilon must be a finite number above 0"),
    (lambda: BatchNorm(6).output_shape((5,)), r"takes 6 inputs .* \(5,\)"),
    (lambda: BatchNorm(6).output_shape((6, 2, 2)), r"takes 6 inputs .* \(6, 2, 2\)"),
)


def test_layers_print_as_they_are_written():
    layers = [Dense(6, 4, 0), BatchNorm(4), ReLU(), Dropout(0.8), Layer()]
    plain = "[Dense(6, 4), BatchNorm(4), ReLU(), Dropout(keep=0.8), Layer()]"
    assert repr(layers) == plain
