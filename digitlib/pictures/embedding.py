"""Maps of points that have many numbers each: principal components, and t-SNE."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from digitlib import arguments
from digitlib.optimizers import Adam
from digitlib.runtime import one_blas_thread

# How t-SNE runs: the probabilities are exaggerated for the first part of the steps, as
# in the paper, and the rate falls to 0. Chosen by trial on digits.
EXAGGERATION, EXAGGERATED_PART = 4.0, 0.25
START = 1e-4  # standard deviation of the first map
HALVINGS = 60
# Points are paired in pieces that stay in the processor's cache.
POINTS_AT_ONCE = 128


@dataclass(frozen=True)
class PrincipalComponents:
    """The directions in which points differ most.

    Attributes
    ----------
    mean : array
        Shape (d,): the mean of the points.
    directions : array
        Shape (count, d): of length 1, at right angles to each other, that of the
        greatest variance first.
    shares : array
        Shape (count,): which share of all variance lies along each.
    """

    mean: np.ndarray
    directions: np.ndarray
    shares: np.ndarray

    def project(self, X: np.ndarray) -> np.ndarray:
        """Return the coordinates (n, count) of points (n, d)."""
        return (X - self.mean) @ self.directions.T

    def restore(self, coordinates: np.ndarray) -> np.ndarray:
        """Return the points (n, d) that have these coordinates (n, count)."""
        return coordinates @ self.directions + self.mean


def principal_components(X: np.ndarray, count: int) -> PrincipalComponents:
    """Find the directions in which points differ most, by SVD.

    Parameters
    ----------
    X : array
        Shape (n, d), floating point, n at least 2.
    count : int
        How many directions, at most n and at most d.

    Returns
    -------
    PrincipalComponents
        The sign of a direction is free; here its largest number is positive.

    Raises
    ------
    ValueError
        If all points are equal.

    Notes
    -----
    Pearson (1901). With X = U S V^T, each column centred, the rows of V^T are the
    directions and the squares in S are n times the variances along them, equation
    (SVD).
    """
    X, count = _points(X), arguments.positive_integer("count", count)
    if count > min(X.shape):
        raise ValueError(
            f"count is {count}, but {len(X)} points of {X.shape[1]} numbers have only "
            f"{min(X.shape)} components"
        )
    mean = X.mean(axis=0)
    _, sizes, directions = np.linalg.svd(X - mean, full_matrices=False)
    if not sizes[0]:
        raise ValueError("all points are equal: they differ in no direction")
    directions = directions[:count]
    largest = np.abs(directions).argmax(axis=1)
    signs = np.sign(directions[np.arange(count), largest])
    shares = sizes[:count] ** 2 / np.sum(sizes**2)
    return PrincipalComponents(mean, directions * signs[:, None], shares)


def tsne(
    X: np.ndarray,
    rng: int | np.random.Generator,
    perplexity: float = 30.0,
    steps: int = 400,
) -> np.ndarray:
    """Map points to a plane so that neighbours stay neighbours.

    Parameters
    ----------
    X : array
        Shape (n, d), floating point. Time and memory grow with n^2: meant for some
        hundreds of points, up to one or two thousand.
    rng : int or numpy.random.Generator
        Draws the map with which it begins.
    perplexity : float
        How many neighbours a point has, about; from 1 to below n - 1.
    steps : int
        How many steps of descent are taken.

    Returns
    -------
    array
        Shape (n, 2). What is near in the map was near before, as a rule. Distances
        between clusters, and how large or dense they look, mean little.

    Notes
    -----
    van der Maaten and Hinton (2008), exact: equations (TSP), (TSQ) and (TSG), with an
    early exaggeration. The descent is Adam with a short memory.
    """
    X, rng = _points(X), arguments.generator("rng", rng)
    steps = arguments.positive_integer("steps", steps)
    P = neighbour_probabilities(X, perplexity)
    Y = rng.normal(0, START, (len(X), 2))
    optimizer = Adam(beta1=0.9, beta2=0.9)
    optimizer.start([Y])
    with one_blas_thread():
        for step in range(steps):
            moment = step / steps
            factor = EXAGGERATION if moment < EXAGGERATED_PART else 1.0
            gradient = _tsne_gradient(factor, P, Y)
            optimizer.step([Y], [gradient], 1 - moment)
    return Y


def neighbour_probabilities(X: np.ndarray, perplexity: float = 30.0) -> np.ndarray:
    """Return with which probability t-SNE picks each pair of points as neighbours.

    From points (n, d) a symmetric array (n, n) with a sum of 1 and zeros on its
    diagonal: equation (TSP). Each point's Gaussian is as wide as gives it that
    perplexity, found by halving.
    """
    X = _points(X)
    perplexity = arguments.positive_number("perplexity", perplexity)
    if not 1 <= perplexity < len(X) - 1:
        raise ValueError(
            f"perplexity must be from 1 to below {len(X) - 1}, one less than there are "
            f"points, not {perplexity:g}"
        )
    squares = np.sum(X**2, axis=1)
    distances = squares[:, None] + squares - 2 * X @ X.T
    np.fill_diagonal(distances, np.inf)
    # A row's own smallest distance cancels, and exp(-0) keeps its sum above 0.
    distances -= distances.min(axis=1, keepdims=True)
    np.fill_diagonal(distances, 0)
    usual = distances.mean(axis=1)
    narrowness = 1 / np.where(usual > 0, usual, 1)
    low, high = np.zeros(len(X)), np.full(len(X), np.inf)
    for _ in range(HALVINGS):
        powers = np.exp(-narrowness[:, None] * distances)
        np.fill_diagonal(powers, 0)
        sums = powers.sum(axis=1)
        means = np.einsum("ij,ij->i", powers, distances) / sums
        too_wide = np.log(sums) + narrowness * means > np.log(perplexity)
        low = np.where(too_wide, narrowness, low)
        high = np.where(too_wide, high, narrowness)
        between = (low + np.minimum(high, 3 * low)) / 2  # doubled while there is no end
        narrowness = np.where(low > 0, between, high / 2)
    chosen = powers / sums[:, None]
    return (chosen + chosen.T) / (2 * len(X))


def _tsne_gradient(factor: float, P: np.ndarray, Y: np.ndarray) -> np.ndarray:
    """Return (TSG), with the probabilities P (n, n) times a factor, for a map Y (n, 2).

    For each point sum k (y_i - y_j) is y_i sum k - sum k y_j: both sums are products
    with (Y | 1). The closeness 1 / (1 + d^2) is made from one product, too.
    """
    n = len(Y)
    squares, ones = np.sum(Y**2, axis=1), np.ones(n)
    left = np.column_stack([-2 * Y, squares + 1, ones])
    right = np.column_stack([Y, ones, squares]).T
    sums = np.column_stack([Y, ones])
    pull, push, total = np.empty((n, 3)), np.empty((n, 3)), -n  # none with itself
    for start in range(0, n, POINTS_AT_ONCE):
        part = slice(start, start + POINTS_AT_ONCE)
        closeness = 1 / (left[part] @ right)  # 1 / (1 + |y_i - y_j|^2)
        total += closeness.sum()
        pull[part] = (P[part] * closeness) @ sums
        push[part] = closeness**2 @ sums
    weights = factor * pull - push / total
    return 4 * (weights[:, 2:] * Y - weights[:, :2])


def _points(X: np.ndarray) -> np.ndarray:
    X = np.asarray(X)
    if X.ndim != 2 or len(X) < 2 or not np.issubdtype(X.dtype, np.floating):
        raise ValueError(
            f"points must be the rows, at least 2, of an array of floating-point "
            f"numbers, not {X.dtype} of shape {X.shape}"
        )
    if not np.isfinite(X).all():
        raise ValueError("some numbers of the points are infinite or missing")
    return X.astype(np.float64)
