"""Gradients against differences, and wrong gradients on purpose."""

import numpy as np
import pytest

from digitlib import Network, check_gradients, one_hot, sigmoid_prime


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


class WrongShape(Network):
    """Returns the transposed gradients."""

    def gradients(self, X, Y):
        weights, biases = super().gradients(X, Y)
        return [gradient.T for gradient in weights], biases


@pytest.mark.parametrize(
    "wrong",
    [MissingFactor, TransposedWeight, ForgottenDerivative, OffByOneMean, OneWrongEntry],
)
def test_a_wrong_gradient_is_caught(wrong):
    sizes = (4, 4, 4)
    assert check_gradients(wrong(sizes, dtype=np.float64), *batch(sizes)) > 1e-3


def test_a_gradient_of_the_wrong_shape_is_infinitely_wrong():
    sizes = (5, 4, 3)
    assert check_gradients(WrongShape(sizes), *batch(sizes)) == np.inf


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
