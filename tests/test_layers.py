"""Layers: their way back against differences and PyTorch, and wrong ways caught."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import special

from digitlib import layers
from digitlib.gradient_check import check_layer_gradients
from digitlib.initialisation import (
    he_matrix,
    normal_matrix,
    rnd_matrix,
    zeros_matrix,
)
from digitlib.layers import (
    Centre,
    Dense,
    Dropout,
    Layer,
    ReLU,
    Sigmoid,
    Softmax,
    Tanh,
)
from test_layers_images import MAKERS as IMAGE_MAKERS
from test_layers_images import rows as image_rows

MAKERS = {
    "Centre": lambda: Centre(0.3),
    "Dense": lambda: Dense(6, 4, rng=1),
    "Dropout": lambda: Dropout(0.6),
    "ReLU": ReLU,
    "Sigmoid": Sigmoid,
    "Softmax": Softmax,
    "Tanh": Tanh,
}


ALL = MAKERS | IMAGE_MAKERS


def rows(n=7, columns=6, seed=0, scale=2.0):
    return scale * np.random.default_rng(seed).standard_normal((n, columns))


def inputs(kind, n=4):
    """What a layer of that kind takes."""
    return image_rows(kind, n=n) if kind in IMAGE_MAKERS else rows(n)


def test_every_kind_of_layer_is_tested_here_or_with_images():
    classes = {k for k in vars(layers).values() if isinstance(k, type)} - {Layer}
    assert ALL.keys() == {kind.__name__ for kind in classes}


@pytest.mark.parametrize("kind", ALL)
def test_the_way_back_agrees_with_differences(kind):
    assert check_layer_gradients(ALL[kind](), inputs(kind)) < 1e-6


@settings(max_examples=40, deadline=None)
@given(
    kind=st.sampled_from(sorted(MAKERS)),
    n=st.integers(1, 9),
    seed=st.integers(0, 999),
    scale=st.floats(0.1, 5),
)
def test_the_way_back_agrees_for_any_input(kind, n, seed, scale):
    X = rows(n, 6, seed, scale)
    X[np.abs(X) < 1e-3] = 1e-3  # at its corner a ReLU has no derivative
    assert check_layer_gradients(MAKERS[kind](), X, rng=seed) < 1e-6


@settings(max_examples=120, deadline=None)
@given(
    kind=st.sampled_from(sorted(ALL)),
    n=st.integers(0, 5),
    dtype=st.sampled_from([np.float32, np.float64]),
    learning=st.booleans(),
)
def test_shapes_and_precision_go_through_and_inputs_stay(kind, n, dtype, learning):
    layer, X = ALL[kind]().astype(dtype), inputs(kind, n).astype(dtype)
    before = X.copy()
    A = layer.forward(X, np.random.default_rng(0) if learning else None)
    assert A.shape == (n, *layer.output_shape(X.shape[1:]))
    error = np.ones_like(A)
    back = layer.backward(error)
    assert back.shape == X.shape
    assert {A.dtype, back.dtype} == {np.dtype(dtype)}
    for parameter, gradient in (
        zip(layer.parameters, layer.gradients, strict=True) if (layer.learns) else ()
    ):
        assert gradient.shape == parameter.shape
        assert gradient.dtype == parameter.dtype == dtype
    assert np.array_equal(X, before)
    assert (error == 1).all()


@pytest.mark.parametrize(
    ("layer", "function"),
    [
        (Sigmoid(), special.expit),
        (Tanh(), lambda z: special.expit(2 * z) * 2 - 1),
        (ReLU(), lambda z: np.where(z > 0, z, 0)),
        (Softmax(), lambda z: special.softmax(z, axis=1)),
        (Centre(0.25), lambda z: z - 0.25),
        (Dropout(0.5), lambda z: z),
    ],
    ids=["sigmoid", "tanh", "relu", "softmax", "centre", "dropout"],
)
def test_the_way_forward_is_scipys(layer, function):
    Z = np.concatenate([rows(), np.linspace(-1000, 1000, 18).reshape(3, 6)])
    np.testing.assert_allclose(layer.forward(Z), function(Z), rtol=1e-12, atol=1e-15)


def test_dense_is_the_equation_neuron_by_neuron():
    layer, X = Dense(6, 4, rng=0, dtype=np.float64), rows()
    layer.biases += [1, 2, 3, 4]
    for x, z in zip(X, layer.forward(X), strict=True):
        expected = [w @ x + b for w, b in zip(layer.weights, layer.biases, strict=True)]
        np.testing.assert_allclose(z, expected, rtol=1e-12)


@pytest.mark.parametrize("kind", ["Dense", "Convolution"])
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


class WrongSlope(Tanh):
    def backward(self, error, to_inputs=True):
        return error * (1 - self.A) ** 2


class NoSlope(Sigmoid):
    def backward(self, error, to_inputs=True):
        return error


class OwnCorner(ReLU):
    def backward(self, error, to_inputs=True):
        return error * np.sign(self.A + 1)


class DiagonalOnly(Softmax):
    def backward(self, error, to_inputs=True):
        return error * self.A * (1 - self.A)


class AnotherMask(Dropout):
    def backward(self, error, to_inputs=True):
        return error * np.roll(self.mask, 1)


class MeanOfBiases(Dense):
    def backward(self, error, to_inputs=True):
        back = super().backward(error)
        self.gradients[1] = error.mean(axis=0)
        return back


class NoTranspose(Dense):
    def backward(self, error, to_inputs=True):
        back = super().backward(error)
        self.gradients[0] = self.X.T @ error
        return back


@pytest.mark.parametrize(
    "wrong",
    [
        WrongSlope(),
        NoSlope(),
        OwnCorner(),
        DiagonalOnly(),
        AnotherMask(0.6),
        MeanOfBiases(6, 4, rng=0),
        NoTranspose(6, 6, rng=0),
    ],
    ids=repr,
)
def test_a_wrong_way_back_is_caught(wrong):
    assert check_layer_gradients(wrong, rows()) > 1e-3


class Claims(Dense):
    """Claims what a function makes of its gradients and the errors of its inputs."""

    def __init__(self, change):
        super().__init__(6, 4, rng=0)
        self.change = change

    def backward(self, error, to_inputs=True):
        back = super().backward(error)
        *self.gradients, back = self.change(*self.gradients, back)
        return back


@pytest.mark.parametrize(
    ("change", "word"),
    [
        (lambda W, b, x: (np.nan * W, b, x), "the gradient of weights is not finite"),
        (lambda W, b, x: (W, b + np.inf, x), "the gradient of biases is not finite"),
        (lambda W, b, x: (W, b, np.nan * x), "the gradient of X is not finite"),
        (lambda W, b, x: (W.T, b, x), r"weights has shape \(6, 4\), not \(4, 6\)"),
        (lambda W, b, x: (W, b[None], x), r"biases has shape \(1, 4\), not \(4,\)"),
        (lambda W, b, x: (W, b, x[0]), r"X has shape \(6,\), not \(7, 6\)"),
        (lambda W, b, x: (W, b, None), "the gradient of X is missing"),
        (lambda W, b, x: (W, None, x), "the gradient of biases is missing"),
        (lambda W, b, x: (W, x), "stored 1 gradients; arrays that learn: weights, b"),
        (lambda W, b, x: (W, b, b, x), "stored 3 gradients"),
    ],
)
def test_what_is_no_gradient_is_refused_by_name(change, word):
    with pytest.raises(ValueError, match=word):
        check_layer_gradients(Claims(change), rows())


def test_gradients_that_are_left_over_are_none():
    class Forgets(Dense):
        def backward(self, error, to_inputs=True):
            return error @ self.weights

    layer = Forgets(6, 4, rng=0)
    layer.gradients = [np.zeros((4, 6)), np.zeros(4)]
    with pytest.raises(ValueError, match="stored 0 gradients"):
        check_layer_gradients(layer, rows())


def test_a_layer_that_learns_nothing_has_no_gradients():
    class Boasts(Tanh):
        def backward(self, error, to_inputs=True):
            self.gradients = [error]
            return super().backward(error)

    with pytest.raises(ValueError, match="stored 1 gradients; arrays that learn: none"):
        check_layer_gradients(Boasts(), rows())


def test_without_a_sample_there_is_nothing_to_check():
    with pytest.raises(ValueError, match="X is empty"):
        check_layer_gradients(Tanh(), rows(n=0))


def test_parameters_of_a_layer_that_share_memory_are_refused():
    layer = Dense(6, 4, rng=0)
    layer.biases = layer.weights[:, 0]
    with pytest.raises(ValueError, match="weights and biases share memory"):
        check_layer_gradients(layer, rows())


def test_checking_changes_nothing():
    layer, X = Dense(6, 4, rng=1), rows()
    weights, before = layer.weights.copy(), X.copy()
    check_layer_gradients(layer, X, samples=5)
    assert np.array_equal(layer.weights, weights)
    assert np.array_equal(X, before)
    assert not layer.biases.any()


@pytest.mark.frameworks
@pytest.mark.parametrize("kind", ["ReLU", "Sigmoid", "Softmax", "Tanh", "Dense"])
def test_forward_and_backward_are_pytorchs(kind):
    torch = pytest.importorskip("torch", reason="PyTorch is not installed")
    layer, X = MAKERS[kind]().astype(np.float64), rows()
    x = torch.tensor(X, requires_grad=True)
    tensors = [torch.tensor(p, requires_grad=True) for p in layer.parameters]
    a = {
        "ReLU": torch.relu,
        "Sigmoid": torch.sigmoid,
        "Softmax": lambda z: torch.softmax(z, 1),
        "Tanh": torch.tanh,
        "Dense": lambda z: torch.nn.functional.linear(z, *tensors),
    }[kind](x)
    A = layer.forward(X)
    error = rows(*A.shape, seed=5)
    a.backward(torch.tensor(error))
    np.testing.assert_allclose(A, a.detach().numpy(), atol=1e-12)
    np.testing.assert_allclose(layer.backward(error), x.grad.numpy(), atol=1e-12)
    for tensor, gradient in zip(
        tensors, layer.gradients if tensors else (), strict=True
    ):
        np.testing.assert_allclose(gradient, tensor.grad.numpy(), atol=1e-12)


@pytest.mark.parametrize(
    ("initial", "variance"),
    [
        (zeros_matrix, 0),
        (normal_matrix, 1),
        (rnd_matrix, 1 / 400),
        (he_matrix, 1 / 200),
    ],
)
def test_initial_weights_have_their_mean_and_variance(initial, variance):
    W = initial(300, 400, np.random.default_rng(0))
    assert W.shape == (300, 400)
    assert W.mean() == pytest.approx(0, abs=0.01 * np.sqrt(variance))
    assert W.var() == pytest.approx(variance, rel=0.02)


def test_a_seed_repeats_the_weights_in_both_precisions():
    double, single = Dense(6, 4, rng=3, dtype=np.float64), Dense(6, 4, rng=3)
    assert np.array_equal(double.weights.astype(np.float32), single.weights)


@pytest.mark.parametrize(
    ("make", "word"),
    [
        (lambda: Dense(0, 4, 0), "inputs must be an integer"),
        (lambda: Dense(6, 4.0, 0), "outputs must be an integer"),
        (lambda: Dense(6, 4, None), "rng must be a seed"),
        (lambda: Dense(6, 4, 0, dtype=int), "float32 or float64"),
        (lambda: Dropout(0), "keep must be a finite number above 0"),
        (lambda: Dropout(1.5), "keep is a probability"),
        (lambda: Centre(33), "mean must be a number from 0 to below 1"),
        (lambda: Dense(6, 4, 0).output_shape((5,)), r"takes 6 inputs .* \(5,\)"),
    ],
)
def test_wrong_arguments(make, word):
    with pytest.raises(ValueError, match=word):
        make()


def test_layers_print_as_they_are_written():
    layers = [Dense(6, 4, 0), ReLU(), Dropout(0.8), Layer()]
    assert repr(layers) == "[Dense(6, 4), ReLU(), Dropout(keep=0.8), Layer()]"
