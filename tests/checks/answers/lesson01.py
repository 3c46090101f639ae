"""Answers to the exercises of lesson 1."""

import numpy as np
from scipy.spatial.distance import cdist

from checks.tables import Answers, Table
from digitlib.checks.lesson01 import (
    check_hit_rates,
    check_mirrored,
    check_nearest_mean,
    check_nearest_neighbour,
)

ANSWERS: Table = {}


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


def mirror_in_place(images):
    images[:] = mirrored(images)
    return images


ANSWERS[check_mirrored] = Answers(
    [mirrored, mirrored_by_places, mirrored_by_loop],
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
)


def hit_rates(verdicts, labels):
    rates = np.zeros(10)
    for d in np.unique(labels):
        rates[d] = np.mean(verdicts[labels == d] == d)
    return rates


def hit_rates_by_counting(verdicts, labels):
    counts = np.zeros((10, 10), dtype=int)
    np.add.at(counts, (labels, verdicts), 1)
    return np.diag(counts) / np.maximum(counts.sum(axis=1), 1)


def rates_with(unseen):
    def rates(verdicts, labels):
        seen = np.bincount(labels, minlength=10) > 0
        return np.where(seen, hit_rates(verdicts, labels), unseen)

    return rates


def counts(digits):
    return np.bincount(digits, minlength=10)


ANSWERS[check_hit_rates] = Answers(
    [hit_rates, hit_rates_by_counting],
    (lambda v, y: hit_rates(y, v), "begin with the images of d"),
    (lambda v, y: 100 * hit_rates(v, y), "these are per cent"),
    (lambda v, y: counts(y[v == y]), "these are counts"),
    (lambda v, y: counts(y[v == y]) / len(y), "not of all images"),
    (lambda v, y: 1 - hit_rates(v, y), "the misses, not the hits"),
    (lambda v, y: hit_rates(v, y).astype(int), "all fractions are cut off"),
    (lambda v, y: np.full(10, np.mean(v == y)), "all ten are the accuracy"),
    (lambda v, y: counts(y) / len(y), "often the images show"),
    (lambda v, y: counts(v) / len(y), "often the machine says"),
    (lambda v, y: np.mean(v == y), "of type float64, not a NumPy array"),
    (lambda v, y: list(hit_rates(v, y)), "of type list, not a NumPy array"),
    (
        lambda v, y: np.array([np.mean(v[y == d] == d) for d in np.unique(y)]),
        "has shape (8,), one share per digit, seen or not",
    ),
    (
        lambda v, y: counts(y[v == y]) / counts(y),
        "NaN or infinity: look for a division",
    ),
    (rates_with(1), "a digit that no image shows gets 0"),
    (rates_with(0.7), "wrong when no image shows 8 or 9: take five"),
    (lambda v, y: counts(v) / counts(y), "that is how often it says each digit"),
    (
        lambda v, y: np.array([np.mean((v == d) == (y == d)) for d in range(10)]),
        "all images count for each digit",
    ),
    (lambda v, y: hit_rates(v, y) ** 2, "take five images and count by hand"),
    (lambda v: v, "cannot be called as hit_rates(verdicts, labels)"),
)


def nearest_mean(images, means):
    return ((means**2).sum(axis=1) - 2 * images @ means.T).argmin(axis=1)


def nearest_mean_all_terms(images, means):
    squares = np.einsum("ik,ik->i", images, images)[:, None]
    squares = squares - 2 * np.dot(images, means.T) + np.linalg.norm(means, axis=1) ** 2
    return np.argmin(np.sqrt(np.maximum(squares, 0)), axis=1).astype(np.uint16)


def nearest_by_images(images, means):
    return np.array([((x - means) ** 2).sum(axis=1).argmin() for x in images])


def nearest_by_means(images, means):
    distances = [((images - m) ** 2).sum(axis=1) for m in means]
    return np.argmin(distances, axis=0)


def nearest_by_differences(images, means):
    return ((images[:, None] - means) ** 2).sum(axis=2).argmin(axis=1)


def lengths(means):
    return (means**2).sum(axis=1)


ANSWERS[check_nearest_mean] = Answers(
    [nearest_mean, nearest_mean_all_terms, lambda x, m: cdist(x, m).argmin(axis=1)],
    (lambda x, m: cdist(x, m).argmax(axis=1), "farthest away"),
    (lambda x, m: cdist(x, m).min(axis=1), "these are the distances"),
    (lambda x, m: cdist(x, m, "sqeuclidean").min(axis=1), "these are the distances"),
    (lambda x, m: cdist(x, m, "cityblock").argmin(axis=1), "absolute differences"),
    (lambda x, m: (x @ m.T).argmax(axis=1), "the lengths of the means are left out"),
    (lambda x, m: (-2 * x @ m.T).argmin(axis=1), "lengths of the means are left out"),
    (lambda x, m: (x @ m.T).argmin(axis=1), "mind the sign"),
    (lambda x, m: (lengths(m) + 2 * x @ m.T).argmin(axis=1), "multiply the square out"),
    (lambda x, m: (lengths(m) - x @ m.T).argmin(axis=1), "dot products count twice"),
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
)


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


def neighbour_average(images, known_images, known_labels):
    means = [known_images[known_labels == d].mean(axis=0) for d in range(10)]
    return nearest_mean(images, np.array(means))


ANSWERS[check_nearest_neighbour] = Answers(
    [nearest_neighbour, nearest_neighbour_single, nearest_neighbour_by_lists],
    (lambda x, k, y: nearest_mean(x, k), "these are the places of the nearest images"),
    (lambda x, k, y: y[cdist(x, k).argmax(axis=1)], "farthest away"),
    (lambda x, k, y: y[np.argsort(cdist(x, k), axis=1)[:, 1]], "the second nearest"),
    (lambda x, k, y: y[(x @ k.T).argmax(axis=1)], "a long one wins too often"),
    (lambda x, k, y: y[(lengths(k) - x @ k.T).argmin(1)], "dot products count twice"),
    (neighbour_average, "that is the nearest average"),
    (neighbour_of_whole_batches, "right for 60 images of 67, then wrong"),
    (lambda x, k, y: nearest_neighbour(x[:60], k, y), "label per image would be (67,)"),
    (lambda x, k, y: y[nearest_by_images(x, k)], "(nearly) one by one"),
    (neighbour_by_known, "(nearly) one by one"),
    (lambda x, k, y: y[nearest_by_differences(x, k)], "difference of every pixel"),
    (lambda x, k, y: y[nearest_mean(x, k)], "megabytes, not 20"),
    (lambda x, k, y: nearest_neighbour(x, k, y, 1000), "megabytes, not 20"),
    (lambda x, k, y: nearest_neighbour(x, k, y) + 0.0, "of type float64: a label"),
    (lambda x, k, y: nearest_neighbour(x, k, y) ^ 1, "some labels are wrong"),
    (lambda x, k: x, "cannot be called as nearest_neighbour(images, known_images"),
)
