"""The checks of lesson 1: solutions, stubs, and the mistakes they tell apart."""

import sys
import tracemalloc

import numpy as np
import pytest
from answers import assert_hint, assert_praised, assert_stub_is_seen, by_check
from scipy.spatial.distance import cdist

from digitlib.checks.lesson01 import (
    check_hit_rates,
    check_mirrored,
    check_nearest_mean,
    check_nearest_neighbour,
)

CHECKS = (
    check_mirrored,
    check_hit_rates,
    check_nearest_mean,
    check_nearest_neighbour,
)


# --- solutions -----------------------------------------------------------------


def pictures(images):
    return images.reshape(-1, 28, 28)


def rows(images):
    return images.reshape(-1, 784)


def mirrored(images):
    return rows(pictures(images)[:, :, ::-1])


def mirrored_by_places(images):
    k = np.arange(784)
    return images[:, 28 * (k // 28) + 27 - k % 28]


def mirrored_by_loop(images):
    return np.array([np.fliplr(x.reshape(28, 28)).ravel() for x in images])


def hit_rates(verdicts, labels):
    rates = np.zeros(10)
    for d in np.unique(labels):
        rates[d] = np.mean(verdicts[labels == d] == d)
    return rates


def hit_rates_by_counting(verdicts, labels):
    counts = np.zeros((10, 10), dtype=int)
    np.add.at(counts, (labels, verdicts), 1)
    return np.diag(counts) / np.maximum(counts.sum(axis=1), 1)


def nearest_mean(images, means):
    return ((means**2).sum(axis=1) - 2 * images @ means.T).argmin(axis=1)


def nearest_mean_all_terms(images, means):
    squares = np.einsum("ik,ik->i", images, images)[:, None]
    squares = squares - 2 * np.dot(images, means.T) + np.linalg.norm(means, axis=1) ** 2
    return np.argmin(np.sqrt(np.maximum(squares, 0)), axis=1).astype(np.uint16)


def nearest_neighbour(images, known_images, known_labels, batch=100):
    answers = np.empty(len(images), dtype=int)
    for k in range(0, len(images), batch):
        nearest = nearest_mean(images[k : k + batch], known_images)
        answers[k : k + batch] = known_labels[nearest]
    return answers


def nearest_neighbour_single(images, known_images, known_labels):
    few, known = images.astype(np.float32), known_images.astype(np.float32)
    return nearest_neighbour(few, known, known_labels, batch=64)


def nearest_neighbour_by_lists(images, known_images, known_labels):
    answers = []
    for part in np.array_split(images, len(images) // 40):
        answers.append(known_labels[cdist(part, known_images).argmin(axis=1)])
    return np.concatenate(answers).astype(np.int8)


SOLUTIONS = [
    (check_mirrored, mirrored),
    (check_mirrored, mirrored_by_places),
    (check_mirrored, mirrored_by_loop),
    (check_hit_rates, hit_rates),
    (check_hit_rates, hit_rates_by_counting),
    (check_nearest_mean, nearest_mean),
    (check_nearest_mean, nearest_mean_all_terms),
    (check_nearest_mean, lambda x, m: cdist(x, m).argmin(axis=1)),
    (check_nearest_neighbour, nearest_neighbour),
    (check_nearest_neighbour, nearest_neighbour_single),
    (check_nearest_neighbour, nearest_neighbour_by_lists),
]


@pytest.mark.parametrize(("check", "solution"), SOLUTIONS)
def test_a_solution_is_praised(check, solution):
    assert_praised(check, solution)


# --- stubs ---------------------------------------------------------------------


@pytest.mark.parametrize("check", CHECKS)
def test_a_stub_gets_a_hint(check):
    assert_stub_is_seen(check)


# --- mistakes: what each one does, and a piece of its hint ---------------------


def mirror_in_place(images):
    images[:] = mirrored(images)
    return images


MIRROR_MISTAKES = [
    (lambda x: x, "the images come back as they were"),
    (lambda x: x[:, ::-1], "all 784 numbers run backwards"),
    (lambda x: rows(pictures(x)[:, ::-1]), "top and bottom are exchanged"),
    (lambda x: x[::-1], "the images have changed places"),
    (lambda x: mirrored(x)[::-1], "their order has been turned round"),
    (lambda x: rows(pictures(x).transpose(0, 2, 1)), "rows and columns are exchanged"),
    (lambda x: rows(np.rot90(pictures(x), 1, (1, 2))), "turned by a quarter"),
    (lambda x: rows(np.rot90(pictures(x), 3, (1, 2))), "turned by a quarter"),
    (lambda x: rows(pictures(x)[:, :, -np.arange(28)]), "one column off"),
    (lambda x: pictures(x)[:, :, ::-1], "has shape (5, 28, 28), one image of 784"),
    (lambda x: mirrored(x)[0], "has shape (784,), one image of 784"),
    (lambda x: x.reshape(28, 28)[:, ::-1], "for 5 image(s)"),
    (lambda x: mirrored(x).tolist(), "of type list, not a NumPy array"),
    (lambda x: 1 - mirrored(x), "draw one of them and look"),
    (mirror_in_place, "it changes the array"),
    (lambda: 0, "cannot be called as mirrored(images)"),
]


def rates_of_the_seen(verdicts, labels):
    return np.array([np.mean(verdicts[labels == d] == d) for d in np.unique(labels)])


def rates_with_nan(verdicts, labels):
    right = np.bincount(labels[verdicts == labels], minlength=10)
    return right / np.bincount(labels, minlength=10)


def rates_with(unseen):
    def rates(verdicts, labels):
        seen = np.bincount(labels, minlength=10) > 0
        return np.where(seen, hit_rates(verdicts, labels), unseen)

    return rates


def rates_by_labels_shown(verdicts, labels):
    return np.bincount(verdicts, minlength=10) / np.bincount(labels, minlength=10)


def rates_of_yes_and_no(verdicts, labels):
    return np.array([np.mean((verdicts == d) == (labels == d)) for d in range(10)])


def right(verdicts, labels):
    return np.bincount(labels[verdicts == labels], minlength=10)


RATES_MISTAKES = [
    (lambda v, y: hit_rates(y, v), "begin with the images of d"),
    (lambda v, y: 100 * hit_rates(v, y), "these are per cent"),
    (right, "these are counts"),
    (lambda v, y: right(v, y) / len(y), "not of all images"),
    (lambda v, y: 1 - hit_rates(v, y), "the misses, not the hits"),
    (lambda v, y: hit_rates(v, y).astype(int), "all fractions are cut off"),
    (lambda v, y: np.full(10, np.mean(v == y)), "all ten are the accuracy"),
    (lambda v, y: np.bincount(y, minlength=10) / len(y), "often the images show"),
    (lambda v, y: np.bincount(v, minlength=10) / len(y), "often the machine says"),
    (lambda v, y: np.mean(v == y), "of type float64, not a NumPy array"),
    (lambda v, y: list(hit_rates(v, y)), "of type list, not a NumPy array"),
    (rates_of_the_seen, "has shape (8,), one share per digit, seen or not"),
    (rates_with_nan, "NaN or infinity: look for a division by zero"),
    (rates_with(1), "a digit that no image shows gets 0"),
    (rates_with(0.7), "wrong when no image shows 8 or 9: take five"),
    (rates_by_labels_shown, "that is how often it says each digit"),
    (rates_of_yes_and_no, "all images count for each digit"),
    (lambda v, y: hit_rates(v, y) ** 2, "take five images and count by hand"),
    (lambda v: v, "cannot be called as hit_rates(verdicts, labels)"),
]


def nearest_by_images(images, means):
    return np.array([((x - means) ** 2).sum(axis=1).argmin() for x in images])


def nearest_by_means(images, means):
    distances = [((images - m) ** 2).sum(axis=1) for m in means]
    return np.argmin(distances, axis=0)


def nearest_by_differences(images, means):
    return ((images[:, None] - means) ** 2).sum(axis=2).argmin(axis=1)


def lengths(means):
    return (means**2).sum(axis=1)


MEAN_MISTAKES = [
    (lambda x, m: cdist(x, m).argmax(axis=1), "farthest away"),
    (lambda x, m: cdist(x, m).min(axis=1), "these are the distances"),
    (lambda x, m: cdist(x, m, "sqeuclidean").min(axis=1), "these are the distances"),
    (lambda x, m: cdist(x, m, "cityblock").argmin(axis=1), "absolute differences"),
    (lambda x, m: (x @ m.T).argmax(axis=1), "the lengths of the means are left out"),
    (lambda x, m: (-2 * x @ m.T).argmin(axis=1), "lengths of the means are left out"),
    (lambda x, m: (x @ m.T).argmin(axis=1), "mind the sign"),
    (lambda x, m: (lengths(m) + 2 * x @ m.T).argmin(axis=1), "multiply the square out"),
    (
        lambda x, m: (lengths(m) - x @ m.T).argmin(axis=1),
        "the dot products count twice",
    ),
    (lambda x, m: (lengths(m) ** 0.5 - 2 * x @ m.T).argmin(axis=1), "no root there"),
    (lambda x, m: (lengths(m) + 0 * x @ m.T).argmin(axis=1), "the same answer"),
    (lambda x, m: cdist(x, m).argmin(axis=0), "shape (7,), one number per image"),
    (lambda x, m: cdist(x, m), "shape (40, 7), one number per image"),
    (lambda x, m: nearest_mean(x, m).astype(float), "of type float64: the number of"),
    (lambda x, m: (lengths(m) - 2 * x * m).argmin(axis=1), "it stops with ValueError"),
    (lambda x, m: (nearest_mean(x, m) + 1) % len(m), "try points in the plane"),
    (nearest_by_images, "takes the images one by one"),
    (nearest_by_means, "takes the means one by one"),
    (nearest_by_differences, "every difference of every pixel"),
    (lambda x: x, "cannot be called as nearest_mean(images, means)"),
]


def neighbour_places(images, known_images, known_labels):
    return nearest_mean(images, known_images)


def neighbour_without_batches(images, known_images, known_labels):
    return known_labels[nearest_mean(images, known_images)]


def neighbour_by_differences(images, known_images, known_labels):
    return known_labels[nearest_by_differences(images, known_images)]


def neighbour_one_by_one(images, known_images, known_labels):
    return known_labels[nearest_by_images(images, known_images)]


def neighbour_by_known(images, known_images, known_labels):
    best = np.full(len(images), np.inf)
    answers = np.zeros(len(images), dtype=int)
    for known, label in zip(known_images, known_labels, strict=True):
        distance = ((images - known) ** 2).sum(axis=1)
        answers[distance < best] = label
        best = np.minimum(best, distance)
    return answers


def neighbour_of_whole_batches(images, known_images, known_labels):
    answers = np.full(len(images), -1)
    for k in range(0, len(images) - 19, 20):
        part = images[k : k + 20]
        answers[k : k + 20] = nearest_neighbour(part, known_images, known_labels)
    return answers


def neighbour_of_the_first(images, known_images, known_labels):
    return nearest_neighbour(images[:60], known_images, known_labels)


def neighbour_farthest(images, known_images, known_labels):
    return known_labels[cdist(images, known_images).argmax(axis=1)]


def neighbour_second(images, known_images, known_labels):
    return known_labels[np.argsort(cdist(images, known_images), axis=1)[:, 1]]


def neighbour_by_product(images, known_images, known_labels):
    return known_labels[(images @ known_images.T).argmax(axis=1)]


def neighbour_by_half_product(images, known_images, known_labels):
    return known_labels[(lengths(known_images) - images @ known_images.T).argmin(1)]


def neighbour_average(images, known_images, known_labels):
    means = [known_images[known_labels == d].mean(axis=0) for d in range(10)]
    return nearest_mean(images, np.array(means))


NEIGHBOUR_MISTAKES = [
    (neighbour_places, "these are the places of the nearest images"),
    (neighbour_farthest, "farthest away"),
    (neighbour_second, "the second nearest"),
    (neighbour_by_product, "a long one wins too often"),
    (neighbour_by_half_product, "the dot products count twice"),
    (neighbour_average, "that is the nearest average"),
    (neighbour_of_whole_batches, "right for 60 images of 67, then wrong"),
    (neighbour_of_the_first, "shape (60,), one label per image would be (67,)"),
    (neighbour_one_by_one, "(nearly) one by one"),
    (neighbour_by_known, "(nearly) one by one"),
    (neighbour_by_differences, "every difference of every pixel"),
    (neighbour_without_batches, "megabytes, not 20"),
    (lambda x, k, y: nearest_neighbour(x, k, y, 1000), "megabytes, not 20"),
    (lambda x, k, y: nearest_neighbour(x, k, y) + 0.0, "of type float64: a label"),
    (lambda x, k, y: nearest_neighbour(x, k, y) ^ 1, "some labels are wrong"),
    (lambda x, k: x, "cannot be called as nearest_neighbour(images, known_images"),
]

MISTAKES = by_check(
    CHECKS, MIRROR_MISTAKES, RATES_MISTAKES, MEAN_MISTAKES, NEIGHBOUR_MISTAKES
)


@pytest.mark.parametrize(("check", "wrong", "piece"), MISTAKES)
def test_a_mistake_gets_its_own_hint(check, wrong, piece):
    assert_hint(check, wrong, piece)


# --- what counts calls and memory ----------------------------------------------


def test_watching_leaves_no_trace():
    before = sys.getprofile(), tracemalloc.is_tracing()

    def fails(images, means):
        raise ValueError

    assert "ValueError" in check_nearest_mean(fails).hint
    assert check_nearest_mean(nearest_mean)
    assert (sys.getprofile(), tracemalloc.is_tracing()) == before


def test_memory_is_told_apart_from_what_was_there_before():
    tracemalloc.start()
    try:
        held = np.ones(20_000_000)
        held += 1
        del held
        assert check_nearest_neighbour(nearest_neighbour)
        assert tracemalloc.is_tracing()
    finally:
        tracemalloc.stop()
