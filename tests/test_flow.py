"""Drawing: the velocity against sums, paths against formulas, learning against none."""

import numpy as np
import pytest

from digitlib import Digits, check_layer_gradients
from digitlib.flow import (
    ANY,
    Drawer,
    SiLU,
    covered,
    follow,
    perfect_velocity,
    told,
    variety,
)
from digitlib.gradient_check import central_differences

RNG = np.random.default_rng(0)


def test_the_perfect_velocity_is_the_mean_over_all_who_pass():
    points, X = RNG.normal(size=(7, 3)), RNG.normal(size=(4, 3))
    for t in (0.0, 0.4, 0.9):
        found = perfect_velocity(X, t, points)
        for x, v in zip(X, found, strict=True):
            starts = (x - t * points) / (1 - t)
            chances = np.exp(-np.sum(starts**2, axis=1) / 2)
            mean = np.average(points - starts, axis=0, weights=chances)
            np.testing.assert_allclose(v, mean, rtol=1e-9)
    times = np.array([[0.1], [0.3], [0.5], [0.7]])
    one_by_one = [
        perfect_velocity(x[None], t, points)[0]
        for x, t in zip(X, times.ravel(), strict=True)
    ]
    np.testing.assert_allclose(perfect_velocity(X, times, points), one_by_one)


def test_whoever_follows_it_fills_the_cloud_and_a_path_is_of_second_order():
    points = np.array([[-2.0, 0.0], [2.0, 0.5]])
    path = follow(
        lambda X, t: perfect_velocity(X, t, points), RNG.normal(size=(500, 2)), 32
    )
    assert path.shape == (33, 500, 2)
    gaps = np.linalg.norm(path[-1][:, None] - points, axis=2)
    assert gaps.min(axis=1).max() < 0.1
    assert abs(np.mean(gaps.argmin(axis=1)) - 0.5) < 0.08
    # x' = x t ends at x e^(1/2): twice as many steps, a quarter of the error.
    x = np.ones((1, 1))
    errors = [follow(lambda X, t: X * t, x, n)[-1, 0, 0] - np.exp(0.5) for n in (8, 16)]
    assert errors[0] / errors[1] == pytest.approx(4, rel=0.1)


def test_silu_is_smooth_and_its_slope_is_what_a_nudge_measures():
    Z = RNG.normal(size=(3, 5))
    assert check_layer_gradients(SiLU(), Z) < 1e-6
    layer = SiLU()
    layer.forward(Z)
    slopes = layer.backward(np.ones_like(Z)).ravel()
    measured = central_differences(lambda: SiLU().forward(Z).sum(), Z, range(15))
    np.testing.assert_allclose(slopes, measured, rtol=1e-6)


def test_covered_counts_who_lies_in_a_ball():
    centres = np.array([[0.0], [1.0], [2.0], [10.0]])
    # The third neighbours are 10, 9, 8 and 10 away.
    assert covered(np.array([[-10.5], [-9.5], [19.5], [20.5]]), centres) == 0.5
    assert covered(centres, centres) == 1


def test_variety_is_a_share_of_the_real():
    digits = np.arange(10).repeat(30)
    real = RNG.normal(size=(300, 4))
    assert variety(real, digits, real, digits) == pytest.approx(np.ones(10))
    assert variety(0.5 * real, digits, real, digits) == pytest.approx(np.full(10, 0.25))


@pytest.fixture(scope="module")
def few():
    """Stripes whose place tells the digit: 30 of each."""
    labels, rng = np.arange(300) % 10, np.random.default_rng(1)
    pages = 0.1 * rng.random((300, 28, 28))
    for page, label in zip(pages, labels, strict=True):
        page[:, 2 * label + 2 : 2 * label + 4] += 0.8
    return Digits(pages.reshape(300, 784).astype(np.float32), labels)


@pytest.fixture(scope="module")
def learnt(few):
    drawer = Drawer.untrained(few.images, 12, (48, 48), rng=0)
    costs = drawer.learn(few, 60, rng=0, batch_size=50, eta=5e-3)
    return drawer, costs


def test_before_it_has_learnt_the_easy_part_is_all(few):
    drawer = Drawer.untrained(few.images, 8, (10,))
    X, names = RNG.normal(size=(5, 8)), told(np.full(5, ANY))
    for t in (0.0, 0.3, 1.0):
        easy, size = drawer.easy_part(X, t)
        np.testing.assert_allclose(drawer.velocity(X, t, names), easy, atol=0.1)
        # The least squares of roads that are drawn in great number.
        starts = RNG.normal(size=(200_000, 1))
        ends = np.sqrt(drawer.spread[0]) * RNG.normal(size=(200_000, 1))
        x = (1 - t) * starts + t * ends
        best = np.mean(x * (ends - starts)) / np.mean(x**2)
        assert easy[0, 0] / X[0, 0] == pytest.approx(best, abs=0.03)
        assert size[0] ** 2 == pytest.approx(np.mean(x**2), rel=0.03)


def test_what_it_draws_is_what_it_was_told(few, learnt):
    drawer, costs = learnt
    assert costs[-1] < 0.7 * costs[0]
    digits = np.arange(10).repeat(20)
    images = drawer.images(drawer.draw(digits, np.random.default_rng(2)))
    assert images.shape == (200, 784)
    assert images.min() >= 0
    assert images.max() <= 1
    columns = images.reshape(-1, 28, 28).sum(axis=1)[:, 2:22]
    assert (
        np.mean(columns.reshape(-1, 10, 2).sum(axis=2).argmax(axis=1) == digits) > 0.9
    )
    again = drawer.images(drawer.draw(digits, np.random.default_rng(2)))
    np.testing.assert_array_equal(again, images)
    guided = drawer.draw(digits, np.random.default_rng(2), guide=2.0)
    assert not np.allclose(drawer.images(guided), images)


def test_points_and_images_are_two_ways_to_say_the_same(few, learnt):
    drawer, _ = learnt
    points = drawer.points(few.images)
    assert np.mean(points**2) == pytest.approx(1, rel=1e-4)
    np.testing.assert_allclose(drawer.points(drawer.images(points)), points, atol=0.2)
