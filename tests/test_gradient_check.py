"""Gradients against differences, and wrong gradients on purpose."""

import numpy as np
import pytest

from checks.tables import but
from digitlib import Network, check_gradients, sigmoid_prime
from digitlib.gradient_check import central_differences, relative_error
from helpers import assert_all_close, batch, claiming, flat, refuses


def error_of(network, samples=None):
    return check_gradients(network, *batch(network.inputs, network.outputs), samples)


@pytest.mark.parametrize("sizes", [(5, 3), (5, 4, 3), (5, 6, 4, 3), (5, 7, 6, 4, 3)])
def test_backpropagation_agrees_with_differences(sizes):
    assert error_of(Network(sizes, dtype=np.float64)) < 1e-6


def test_a_sample_of_the_lectures_parameters_agrees():
    network = Network()
    before = network.weights[0].copy()
    assert error_of(network, samples=50) < 1e-6
    assert np.array_equal(network.weights[0], before)
    assert not network.biases[0].any()


def backwards(slope=sigmoid_prime, way=np.asarray):
    """The way back through two layers, with a slope or a way that may be wrong."""

    def gradients(self, X, Y):
        Z, A = self._forward(X)
        last = (A[-1] - Y) * slope(Z[-1])
        errors = [(last @ way(self.weights[1])) * sigmoid_prime(Z[0]), last]
        weights = [e.T @ a / len(X) for e, a in zip(errors, A[:-1], strict=True)]
        return weights, [error.mean(axis=0) for error in errors]

    return but(Network, gradients=gradients)


def flipped(g):
    """The same, but for the sign of the largest number."""
    return np.where(np.abs(g) == np.abs(g).max(), -g, g)


WRONG = {
    "biases not divided": claiming(Network, lambda w, b: (w, [7 * g for g in b])),
    "divided by n - 1": claiming(
        Network, lambda w, b: ([7 / 6 * g for g in w], [7 / 6 * g for g in b])
    ),
    "one sign": claiming(Network, lambda w, b: ([flipped(w[0]), w[1]], b)),
    "weights transposed": backwards(way=np.transpose),
    "a - y for the error of the outputs": backwards(slope=np.ones_like),
}


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)
def test_a_wrong_gradient_is_caught(wrong):
    assert error_of(backwards()((4, 4, 4))) < 1e-6
    assert error_of(wrong((4, 4, 4))) > 1e-3


def spoilt(array, value):
    """A copy of which the last number is another."""
    array = array.copy()
    array.flat[-1] = value
    return array


NO_GRADIENTS = [
    (lambda w, b: ([np.nan * g for g in w], b), r"weights\[0\] is not finite"),
    (lambda w, b: ([w[0], spoilt(w[1], np.nan)], b), r"weights\[1\] is not"),
    (lambda w, b: (w, [spoilt(b[0], np.inf), b[1]]), r"biases\[0\] is not"),
    (lambda w, b: (w, [b[0], spoilt(b[1], -np.inf)]), r"biases\[1\] is not"),
    (lambda w, b: ([g.T for g in w], b), r"\[0\] has shape \(5, 4\), not \(4, 5\)"),
    (lambda w, b: (w, [g[:, None] for g in b]), r"\[0\] has shape \(4, 1\), not \(4,"),
    (lambda w, b: ([w[0], 0.0], b), r"weights\[1\] has shape \(\)"),
    (lambda w, b: (w, b[:-1]), r"biases\[1\] is missing"),
    (lambda w, b: ([None, w[1]], b), r"weights\[0\] is missing"),
    (lambda w, b: ([], []), r"weights\[0\] is missing"),
    (lambda w, b: (w, [*b, b[0]]), r"of biases\[2\], but no such"),
    (lambda w, b: ([*w, b[0]], b[1:]), r"of weights\[2\], but no"),
    (lambda w, b: [*w, *b], "must return two lists"),
    (lambda w, b: w[0], "must return two lists"),
    (lambda w, b: None, "must return two lists"),
    (lambda w, b: ([w[0], np.full(w[1].shape, "0")], b), "not numbers"),
    (lambda w, b: ([w[0] + 0j, w[1]], b), "holds complex128, not numbers"),
]


@pytest.mark.parametrize("samples", [None, 1])  # whichever are tried
@pytest.mark.parametrize(("change", "words"), NO_GRADIENTS)
def test_what_is_no_gradient_is_refused_by_name(change, words, samples):
    with pytest.raises(ValueError, match=words):
        error_of(claiming(Network, change)((5, 4, 3)), samples)


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_a_cost_that_is_not_finite_measures_nothing(value):
    lost = but(Network, cost=lambda network, X, Y: value)
    with pytest.raises(ValueError, match=r"cost is not finite where weights\[0\]"):
        error_of(lost((5, 3)))


@pytest.mark.parametrize("share", [lambda w: w, lambda w: w.T, lambda w: w[::-1]])
def test_parameters_that_share_memory_are_refused(share):
    """The copy that is checked would not share it, and its gradients would be right."""
    network = Network((4, 4, 4))
    network.weights[1] = share(network.weights[0])
    with pytest.raises(ValueError, match=r"weights\[0\] and weights\[1\] share memory"):
        error_of(network)


def compared(claimed, measured):
    return lambda: relative_error(np.array(claimed), np.array(measured))


test_what_cannot_be_compared_is_refused = refuses(
    *(
        (lambda n=n: error_of(Network((5, 3)), n), "samples must be an integer of at")
        for n in (0, -1, 1.5, True)
    ),
    # An error that `max` would drop.
    (compared([np.nan, 1], [0, 1]), "claimed is not finite"),
    (compared([0, 1], [np.nan, 1]), "measured is not finite"),
    (compared([0, 1], [np.inf, 1]), "measured is not finite"),
    (compared([0, 1], [[0, 1]]), r"claimed has shape \(2,\), measured \(1, 2\)"),
    (compared([0], [0, 0]), "claimed has shape"),
    # Differences of single precision would be rounding.
    (
        lambda: central_differences(lambda: 0.0, np.ones(3, np.float32), range(3)),
        "float64, not float32",
    ),
)


@pytest.mark.frameworks
@pytest.mark.parametrize("sizes", [(5, 3), (5, 4, 3), (5, 7, 6, 4, 3)])
def test_backpropagation_agrees_with_pytorch(torch, sizes):
    network, (X, Y) = Network(sizes, dtype=np.float64), batch(5, 3)
    for biases in network.biases:
        biases += 0.3
    weights = [torch.tensor(w, requires_grad=True) for w in network.weights]
    biases = [torch.tensor(b, requires_grad=True) for b in network.biases]
    x = a = torch.tensor(X, requires_grad=True)
    for w, b in zip(weights, biases, strict=True):
        a = torch.sigmoid(a @ w.T + b)
    cost = ((a - torch.tensor(Y, dtype=a.dtype)) ** 2).sum() / (2 * len(X))
    cost.backward()
    assert network.cost(X, Y) == pytest.approx(cost.item(), rel=1e-12)
    ours = [*flat(network.gradients(X, Y)), network.input_gradients(X, Y) / len(X)]
    theirs = [tensor.grad.numpy() for tensor in (*weights, *biases, x)]
    assert_all_close(ours, theirs, rtol=0, atol=1e-12)
