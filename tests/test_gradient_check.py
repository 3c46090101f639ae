"""Gradients against differences, and wrong gradients on purpose."""

import numpy as np
import pytest

from digitlib import Network, check_gradients, one_hot, sigmoid_prime
from digitlib.gradient_check import central_differences, relative_error


def batch(sizes, n=7, seed=0):
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, sizes[-1], n)
    return rng.random((n, sizes[0])), one_hot(labels, sizes[-1])


@pytest.mark.parametrize("sizes", [(5, 3), (5, 4, 3), (5, 6, 4, 3), (5, 7, 6, 4, 3)])
def test_backpropagation_agrees_with_differences(sizes):
    assert check_gradients(Network(sizes, dtype=np.float64), *batch(sizes)) < 1e-6


def test_a_sample_of_the_lectures_parameters_agrees():
    network = Network()
    before = network.weights[0].copy()
    error = check_gradients(network, *batch(network.sizes), samples=50)
    assert error < 1e-6
    assert np.array_equal(network.weights[0], before)
    assert not network.biases[0].any()


class MissingFactor(Network):
    """Forgets to divide the biases' gradient by the batch."""

    def gradients(self, X, Y):
        weights, biases = super().gradients(X, Y)
        return weights, [len(X) * gradient for gradient in biases]


class TransposedWeight(Network):
    """Carries errors back through W instead of its transpose; layers are square."""

    def gradients(self, X, Y):
        Z, A = self._forward(X)
        last = (A[-1] - Y) * sigmoid_prime(Z[-1])
        first = (last @ self.weights[1].T) * sigmoid_prime(Z[0])
        errors = [first, last]
        pairs = zip(errors, A[:-1], strict=True)
        return (
            [error.T @ a / len(X) for error, a in pairs],
            [error.mean(axis=0) for error in errors],
        )


class ForgottenDerivative(Network):
    """Takes a - y for the error of the output layer."""

    def gradients(self, X, Y):
        Z, A = self._forward(X)
        last = A[-1] - Y
        first = (last @ self.weights[1]) * sigmoid_prime(Z[0])
        errors = [first, last]
        pairs = zip(errors, A[:-1], strict=True)
        return (
            [error.T @ a / len(X) for error, a in pairs],
            [error.mean(axis=0) for error in errors],
        )


class OffByOneMean(Network):
    """Divides by n - 1."""

    def gradients(self, X, Y):
        return tuple(
            [gradient * len(X) / (len(X) - 1) for gradient in kind]
            for kind in super().gradients(X, Y)
        )


class OneWrongEntry(Network):
    """A single weight's gradient has the wrong sign."""

    def gradients(self, X, Y):
        weights, biases = super().gradients(X, Y)
        weights[0][np.unravel_index(np.abs(weights[0]).argmax(), (4, 4))] *= -1
        return weights, biases


@pytest.mark.parametrize(
    "wrong",
    [MissingFactor, TransposedWeight, ForgottenDerivative, OffByOneMean, OneWrongEntry],
)
def test_a_wrong_gradient_is_caught(wrong):
    sizes = (4, 4, 4)
    assert check_gradients(wrong(sizes, dtype=np.float64), *batch(sizes)) > 1e-3


def spoilt(array, value):
    """A copy of which the last number is another."""
    array = array.copy()
    array.flat[-1] = value
    return array


REFUSED = {
    "all NaN": (
        lambda w, b: ([np.nan * g for g in w], [np.nan * g for g in b]),
        r"weights\[0\] is not finite",
    ),
    "one NaN": (lambda w, b: ([w[0], spoilt(w[1], np.nan)], b), r"weights\[1\] is not"),
    "one inf": (lambda w, b: (w, [spoilt(b[0], np.inf), b[1]]), r"biases\[0\] is not"),
    "one -inf": (
        lambda w, b: (w, [b[0], spoilt(b[1], -np.inf)]),
        r"biases\[1\] is not",
    ),
    "transposed": (
        lambda w, b: ([g.T for g in w], b),
        r"weights\[0\] has shape \(5, 4\), not \(4, 5\)",
    ),
    "columns": (
        lambda w, b: (w, [g[:, None] for g in b]),
        r"biases\[0\] has shape \(4, 1\), not \(4,\)",
    ),
    "a number": (lambda w, b: ([w[0], 0.0], b), r"weights\[1\] has shape \(\)"),
    "none at the end": (lambda w, b: (w, b[:-1]), r"biases\[1\] is missing"),
    "none at the beginning": (
        lambda w, b: ([None, w[1]], b),
        r"weights\[0\] is missing",
    ),
    "none at all": (lambda w, b: ([], []), r"weights\[0\] is missing"),
    "one too many": (lambda w, b: (w, [*b, b[0]]), r"of biases\[2\], but no such"),
    "in the other list": (lambda w, b: ([*w, b[0]], b[1:]), r"of weights\[2\], but no"),
    "one list": (lambda w, b: [*w, *b], "must return two lists"),
    "one array": (lambda w, b: w[0], "must return two lists"),
    "nothing": (lambda w, b: None, "must return two lists"),
    "text": (lambda w, b: ([w[0], np.full(w[1].shape, "0")], b), "not numbers"),
    "complex": (lambda w, b: ([w[0] + 0j, w[1]], b), "holds complex128, not numbers"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_gradient_is_refused_by_name(name):
    change, word = REFUSED[name]

    class Claims(Network):
        def gradients(self, X, Y):
            return change(*super().gradients(X, Y))

    sizes = (5, 4, 3)
    for samples in (None, 1):  # whichever are tried
        with pytest.raises(ValueError, match=word):
            check_gradients(Claims(sizes), *batch(sizes), samples=samples)


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_a_cost_that_is_not_finite_measures_nothing(value):
    class Lost(Network):
        def cost(self, X, Y):
            return value

    with pytest.raises(ValueError, match=r"cost is not finite where weights\[0\]"):
        check_gradients(Lost((5, 3)), *batch((5, 3)))


@pytest.mark.parametrize("share", [lambda w: w, lambda w: w.T, lambda w: w[::-1]])
def test_parameters_that_share_memory_are_refused(share):
    """The copy that is checked would not share it, and its gradients would be right."""
    network = Network((4, 4, 4))
    network.weights[1] = share(network.weights[0])
    with pytest.raises(ValueError, match=r"weights\[0\] and weights\[1\] share memory"):
        check_gradients(network, *batch(network.sizes))


@pytest.mark.parametrize("samples", [0, -1, 1.5, True])
def test_some_parameters_must_be_tried(samples):
    with pytest.raises(ValueError, match="samples must be an integer of at least 1"):
        check_gradients(Network((5, 3)), *batch((5, 3)), samples=samples)


@pytest.mark.parametrize(
    ("claimed", "measured", "word"),
    [
        ([np.nan, 1], [0, 1], "claimed is not finite"),
        ([0, 1], [np.nan, 1], "measured is not finite"),
        ([0, 1], [np.inf, 1], "measured is not finite"),
        ([0, 1], [[0, 1]], r"claimed has shape \(2,\), measured \(1, 2\)"),
        ([0], [0, 0], "claimed has shape"),
    ],
)
def test_an_error_that_max_would_drop_is_refused(claimed, measured, word):
    with pytest.raises(ValueError, match=word):
        relative_error(np.array(claimed), np.array(measured))


def test_differences_of_single_precision_would_be_rounding():
    with pytest.raises(ValueError, match="float64, not float32"):
        central_differences(lambda: 0.0, np.ones(3, np.float32), range(3))


@pytest.mark.frameworks
@pytest.mark.parametrize("sizes", [(5, 3), (5, 4, 3), (5, 7, 6, 4, 3)])
def test_backpropagation_agrees_with_pytorch(sizes):
    torch = pytest.importorskip("torch", reason="PyTorch is not installed")
    network, (X, Y) = Network(sizes, dtype=np.float64), batch(sizes)
    for biases in network.biases:
        biases += 0.3
    weights = [torch.tensor(w, requires_grad=True) for w in network.weights]
    biases = [torch.tensor(b, requires_grad=True) for b in network.biases]
    a = torch.tensor(X)
    for w, b in zip(weights, biases, strict=True):
        a = torch.sigmoid(a @ w.T + b)
    cost = ((a - torch.tensor(Y, dtype=a.dtype)) ** 2).sum() / (2 * len(X))
    cost.backward()
    assert network.cost(X, Y) == pytest.approx(cost.item(), rel=1e-12)
    ours = [g for kind in network.gradients(X, Y) for g in kind]
    for gradient, tensor in zip(ours, (*weights, *biases), strict=True):
        np.testing.assert_allclose(gradient, tensor.grad.numpy(), rtol=0, atol=1e-12)
