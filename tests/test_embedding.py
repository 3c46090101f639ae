"""Maps of points against eigenvectors, central differences and scikit-learn."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import brentq
from scipy.spatial.distance import cdist

from digitlib.gradient_check import central_differences, relative_error
from digitlib.pictures.embedding import (
    _tsne_gradient,
    neighbour_probabilities,
    principal_components,
    tsne,
)
from helpers import refuses

SEEDS = st.integers(0, 10_000)


def points(seed=0, n=30, d=6):
    rng = np.random.default_rng(seed)
    return rng.normal(size=(n, d)) * np.arange(1, d + 1) + rng.normal(size=d)


def clouds(n=40, count=4, d=10, apart=8.0, seed=0):
    """Clouds of points, and which cloud each belongs to."""
    rng = np.random.default_rng(seed)
    middles = apart * rng.normal(size=(count, d))
    labels = np.repeat(np.arange(count), n)
    return middles[labels] + rng.normal(size=(count * n, d)), labels


@given(seed=SEEDS, n=st.integers(7, 40), d=st.integers(1, 6))
def test_components_are_the_eigenvectors_of_the_covariance(seed, n, d):
    X = points(seed, n, d)
    found = principal_components(X, d)
    variances, vectors = np.linalg.eigh(np.cov(X.T, bias=True).reshape(d, d))
    np.testing.assert_allclose(found.shares, variances[::-1] / variances.sum())
    for ours, theirs in zip(found.directions, vectors.T[::-1], strict=True):
        assert abs(ours @ theirs) == pytest.approx(1)
        assert ours[np.abs(ours).argmax()] > 0
    coordinates = found.project(X)
    np.testing.assert_allclose(coordinates.mean(axis=0), 0, atol=1e-9)
    np.testing.assert_allclose(coordinates.var(axis=0), variances[::-1], atol=1e-9)
    np.testing.assert_allclose(found.restore(coordinates), X, atol=1e-9)


@given(seed=SEEDS, count=st.integers(1, 5))
def test_what_is_lost_is_the_variance_left_out(seed, count):
    X = points(seed)
    found = principal_components(X, count)
    lost = np.mean(np.sum((found.restore(found.project(X)) - X) ** 2, axis=1))
    whole = np.sum(X.var(axis=0))
    assert lost == pytest.approx((1 - found.shares.sum()) * whole)


@pytest.mark.frameworks
def test_components_are_scikit_learns():
    decomposition = pytest.importorskip("sklearn.decomposition", reason="no sklearn")
    X = points()
    theirs = decomposition.PCA(3).fit(X)
    found = principal_components(X, 3)
    np.testing.assert_allclose(found.shares, theirs.explained_variance_ratio_)
    ours, theirs = np.abs(found.directions), np.abs(theirs.components_)
    np.testing.assert_allclose(ours, theirs, atol=1e-9)


def gaussian_row(distances, perplexity):
    """One row of probabilities, its width by root finding."""

    def row(log_narrowness):
        powers = np.exp(-np.exp(log_narrowness) * (distances - distances.min()))
        return powers / powers.sum()

    def excess(log_narrowness):
        p = row(log_narrowness)
        p = p[p > 0]
        return -np.sum(p * np.log(p)) - np.log(perplexity)

    return row(brentq(excess, -20, 20, xtol=1e-13))


@pytest.mark.parametrize(("n", "perplexity"), [(12, 1.5), (30, 5), (50, 30)])
def test_every_point_has_the_perplexity_that_was_asked_for(n, perplexity):
    X = points(1, n)
    X[0] += 1000  # a hermit: its neighbours are all equally far, but for a little
    distances = cdist(X, X, "sqeuclidean")
    chosen = np.zeros((n, n))
    for i in range(n):
        others = np.arange(n) != i
        chosen[i, others] = gaussian_row(distances[i, others], perplexity)
    P = neighbour_probabilities(X, perplexity)
    np.testing.assert_allclose(P, (chosen + chosen.T) / (2 * n), atol=1e-10)
    assert P.sum() == pytest.approx(1)
    assert not P.diagonal().any()


def test_units_do_not_matter_and_equal_points_do_no_harm():
    X = points(2)
    P = neighbour_probabilities(X, 5)
    for factor in (1e-8, 1e8):
        np.testing.assert_allclose(neighbour_probabilities(factor * X, 5), P, atol=1e-9)
    same = np.zeros((20, 3))
    even = (1 - np.eye(20)) / 380
    np.testing.assert_allclose(neighbour_probabilities(same, 5), even, atol=1e-12)
    assert np.isfinite(tsne(same, 0, 5, steps=20)).all()


def divergence(P, Y):
    """The Kullback-Leibler divergence that t-SNE lowers, pair by pair."""
    closeness = 1 / (1 + cdist(Y, Y, "sqeuclidean"))
    np.fill_diagonal(closeness, 0)
    Q = closeness / closeness.sum()
    pairs = P > 0
    return np.sum(P[pairs] * np.log(P[pairs] / Q[pairs]))


@pytest.mark.parametrize("n", [8, 200])  # one piece, and two
def test_the_gradient_agrees_with_differences(n):
    P, Y = neighbour_probabilities(points(3, n), 4), 2 * points(4, n, 2)
    which = np.random.default_rng(0).choice(2 * n, 16, replace=False)
    measured = central_differences(lambda: divergence(P, Y), Y, which)
    claimed = _tsne_gradient(1.0, P, Y).ravel()[which]
    assert relative_error(claimed, measured) < 1e-6


def nearest_is_alike(Y, labels):
    distances = cdist(Y, Y)
    np.fill_diagonal(distances, np.inf)
    return np.mean(labels[distances.argmin(axis=1)] == labels)


def test_clouds_stay_clouds_and_the_seed_decides():
    X, labels = clouds()
    Y = tsne(X, np.random.default_rng(5), perplexity=10, steps=200)
    assert Y.shape == (160, 2)
    assert nearest_is_alike(Y, labels) == 1
    assert np.array_equal(Y, tsne(X, 5, perplexity=10, steps=200))
    assert not np.allclose(Y, tsne(X, 6, perplexity=10, steps=200))
    P = neighbour_probabilities(X, 10)
    assert divergence(P, Y) < 0.5 * divergence(P, tsne(X, 5, 10, steps=20))


@pytest.mark.frameworks
def test_its_maps_are_as_good_as_scikit_learns():
    manifold = pytest.importorskip("sklearn.manifold", reason="no scikit-learn")
    X, labels = clouds(n=50, apart=1.5)  # clouds that overlap
    P = neighbour_probabilities(X, 20)
    ours = tsne(X, 0, perplexity=20)
    theirs = manifold.TSNE(
        perplexity=20, init="random", random_state=0, method="exact"
    ).fit_transform(X)
    assert divergence(P, ours) < 1.05 * divergence(P, theirs)
    trust = manifold.trustworthiness
    assert trust(X, ours) > trust(X, theirs) - 0.02
    assert nearest_is_alike(ours, labels) > nearest_is_alike(theirs, labels) - 0.05


@pytest.mark.slow
def test_a_thousand_points_are_told_apart():
    X, labels = clouds(n=250)
    Y = tsne(X, 0)
    assert nearest_is_alike(Y, labels) > 0.99


test_wrong_arguments = refuses(
    (lambda: principal_components(points(), 0), "count"),
    (lambda: principal_components(points(), 7), "only 6 components"),
    (lambda: principal_components(points(n=3), 4), "only 3 components"),
    (lambda: principal_components(np.ones((5, 3)), 1), "all points are equal"),
    (lambda: principal_components(np.ones(5), 1), r"shape \(5,\)"),
    (lambda: principal_components(np.ones((1, 3)), 1), "at least 2"),
    (lambda: principal_components(np.ones((5, 3), int), 1), "int64"),
    (lambda: principal_components(points() * np.nan, 1), "infinite or missing"),
    (lambda: tsne(points(), None), "rng"),
    (lambda: tsne(points(), 0, perplexity=29), "below 29"),
    (lambda: tsne(points(), 0, perplexity=0.5), "from 1"),
    (lambda: tsne(points(), 0, perplexity="many"), "perplexity"),
    (lambda: tsne(points(), 0, steps=0), "steps"),
    (lambda: neighbour_probabilities(points(n=2), 1), "perplexity"),
)


@settings(max_examples=10)
@given(seed=SEEDS, n=st.integers(4, 40), single=st.booleans())
def test_maps_of_anything_are_finite_and_leave_the_points_alone(seed, n, single):
    X = points(seed, n).astype(np.float32 if single else np.float64)
    before = X.copy()
    assert np.isfinite(tsne(X, seed, perplexity=2, steps=30)).all()
    assert np.array_equal(X, before)
