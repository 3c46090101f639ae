"""Costs against SciPy, PyTorch, differences, and numbers that overflow."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import log_softmax, softmax

from checks.tables import but
from digitlib import one_hot
from digitlib.costs import KINDS, CrossEntropy, QuadraticCost
from digitlib.gradient_check import worst_error


def batch(n=7, k=4, seed=0, scale=2.0):
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, k, n)
    Z = scale * rng.standard_normal((n, k))
    return Z, one_hot(labels, k).astype(np.float64), labels


def error_of(cost, Z, Y):
    rng, claimed = np.random.default_rng(0), {"Z": cost.error(Z, Y)}
    return worst_error(lambda: cost.cost(Z, Y), {"Z": Z}, claimed, None, rng)


KIND = st.sampled_from(sorted(KINDS))


@settings(max_examples=40)
@given(KIND, st.integers(1, 9), st.integers(2, 6), st.integers(0, 999))
def test_the_error_agrees_with_differences(kind, n, k, seed):
    Z, Y, _ = batch(n, k, seed)
    assert error_of(KINDS[kind](), Z, Y) < 1e-6


def softmax_of_columns(Z, Y):
    return (softmax(Z, axis=0) - Y) / len(Z)


def slope_left_in(Z, Y):
    A = softmax(Z, axis=1)
    return (A - Y) * A * (1 - A) / len(Z)


WRONG = {
    "not averaged": (CrossEntropy, lambda Z, Y: softmax(Z, axis=1) - Y),
    "the slope left in": (CrossEntropy, slope_left_in),
    "the wrong axis": (CrossEntropy, softmax_of_columns),
    "doubled": (QuadraticCost, lambda Z, Y: 2 * (Z - Y) / len(Z)),
}


@pytest.mark.parametrize(("kind", "error"), WRONG.values(), ids=WRONG)
def test_a_wrong_error_is_caught(kind, error):
    Z, Y, _ = batch()
    assert error_of(but(kind, error=staticmethod(error))(), Z, Y) > 1e-3


def test_cross_entropy_is_the_mean_of_minus_the_log_of_the_right_activation():
    Z, Y, labels = batch()
    expected = -np.mean([log_softmax(z)[k] for z, k in zip(Z, labels, strict=True)])
    assert CrossEntropy.cost(Z, Y) == pytest.approx(expected, rel=1e-12)
    np.testing.assert_allclose(CrossEntropy.outputs(Z), softmax(Z, axis=1), rtol=1e-12)


def test_the_quadratic_cost_is_half_the_mean_squared_distance():
    Z, Y, _ = batch()
    expected = np.mean([np.sum((z - y) ** 2) / 2 for z, y in zip(Z, Y, strict=True)])
    assert QuadraticCost.cost(Z, Y) == pytest.approx(expected, rel=1e-12)
    assert QuadraticCost.outputs(Z) is Z


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_scores_of_a_thousand_neither_overflow_nor_vanish(dtype):
    Z = np.array([[1000, -1000, 0], [-1000, 1000, 0]], dtype)
    Y = one_hot(np.array([0, 0]), 3).astype(dtype)
    assert CrossEntropy.cost(Z, Y) == pytest.approx(1000)
    error = CrossEntropy.error(Z, Y)
    np.testing.assert_allclose(error, [[0, 0, 0], [-0.5, 0.5, 0]], atol=1e-7)
    assert error.dtype == dtype


RULED_OUT = np.array([[-np.inf, 0, 1], [2, -np.inf, -np.inf], [3, -np.inf, 0]])


OTHERS_ARE_RIGHT = [0, 1], np.log(1 + np.exp(-1)) / 2
RIGHT_ONE_IS_RULED_OUT = [0, 1, 2], np.inf
CASES = [OTHERS_ARE_RIGHT, RIGHT_ONE_IS_RULED_OUT]


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize(("rows", "cost"), CASES)
def test_a_class_may_be_ruled_out_by_a_score_of_minus_infinity(dtype, rows, cost):
    Z, labels = RULED_OUT[rows].astype(dtype), np.array([2, 0, 1])[rows]
    Y = one_hot(labels, 3).astype(dtype)
    assert CrossEntropy.cost(Z, Y) == pytest.approx(cost, rel=1e-6)
    error = CrossEntropy.error(Z, Y)
    np.testing.assert_allclose(error, (softmax(Z, axis=1) - Y) / len(Z), rtol=1e-6)
    assert np.isfinite(error).all()


SCORES = {"any": batch()[0], "some ruled out": RULED_OUT[[0, 1, 0, 1, 0, 1, 0]]}


@pytest.mark.frameworks
@pytest.mark.parametrize("scores", SCORES.values(), ids=SCORES)
def test_cost_and_error_are_pytorchs(torch, scores):
    Z, labels = scores, scores.argmax(axis=1)
    Y = one_hot(labels, Z.shape[1]).astype(np.float64)
    z = torch.tensor(Z, requires_grad=True)
    cost = torch.nn.functional.cross_entropy(z, torch.tensor(labels))
    cost.backward()
    assert CrossEntropy.cost(Z, Y) == pytest.approx(cost.item(), rel=1e-12)
    np.testing.assert_allclose(CrossEntropy.error(Z, Y), z.grad.numpy(), atol=1e-15)
