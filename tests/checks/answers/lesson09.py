"""Answers to the exercises of lesson 9."""

import math
from itertools import pairwise

import numpy as np

from checks.tables import Answers, Table
from digitlib.checks.lesson09 import (
    check_digits_to_write,
    check_one_map,
    check_pen_line,
    check_slant_of,
    check_vote,
)
from digitlib.live.preparation import ink

ANSWERS: Table = {}


def digits_by_logarithm(q):
    return int(np.ceil(np.log(0.05) / np.log(q)))


def digits_by_trying(q):
    n = 0
    while q**n > 0.05:
        n += 1
    return n


ANSWERS[check_digits_to_write] = Answers(
    [digits_by_logarithm, digits_by_trying],
    (lambda q: int(np.log(0.05) / np.log(q)), "still above 5 %"),
    (lambda q: round(np.log(0.05) / np.log(q)), "still above 5 %"),
    (lambda q: digits_by_trying(q) - 1, "still above 5 %"),
    (lambda q: digits_by_trying(q) + 1, "one too many"),
    (lambda q: -digits_by_trying(q), "both logarithms are negative"),
    (lambda q: math.ceil(np.log(q) / np.log(0.05)), "upside down"),
    (lambda q: math.ceil(3 / (1 - q)), "only about right"),
    (lambda q: int(3 / (1 - q)), "only about right"),
    (lambda q: math.ceil(np.log(0.95) / np.log(q)), "below 95 %"),
    (lambda q: math.ceil(np.log(0.05) / np.log(1 - q)), "n digits are all read"),
    (lambda q: np.ceil(np.log(0.05) / np.log(q)), "a count is a whole number"),
    (lambda q: np.log(0.05) / np.log(q), "a count is a whole number"),
    (lambda q: 20, "work out q ** n"),
    (lambda q: [20], "of type list, not one number"),
    (lambda q: "20", "of type str"),
    (lambda q: math.log(0.05, 0), "ValueError"),
    (lambda: 20, "cannot be called as digits_to_write(q)"),
)


def means(page):
    rows, columns = np.indices((28, 28))
    return np.sum(rows * page) / page.sum(), np.sum(columns * page) / page.sum()


def slant_about(image, row, column):
    page, (rows, columns) = image.reshape(28, 28), np.indices((28, 28))
    together = np.sum(page * (rows - row) * (columns - column))
    return -together / np.sum(page * (rows - row) ** 2)


def slant(image):
    return slant_about(image, *means(image.reshape(28, 28)))


def slant_by_covariance(image):
    covariance = np.cov(np.indices((28, 28)).reshape(2, 784), aweights=image)
    return float(-covariance[0, 1] / covariance[0, 0])


def sums(image):
    page, (rows, columns) = image.reshape(28, 28), np.indices((28, 28))
    row, column = means(page)
    together = np.sum(page * (rows - row) * (columns - column))
    down = np.sum(page * (rows - row) ** 2)
    right = np.sum(page * (columns - column) ** 2)
    return together, down, right, page.sum()


def slant_by_unweighted_rows(image):
    rows, _ = np.indices((28, 28))
    row, _ = means(image.reshape(28, 28))
    return -sums(image)[0] / np.sum((rows - row) ** 2)


def slant_with_exchanged_means(image):
    row, column = means(image.reshape(28, 28))
    return slant_about(image, column, row)


def slant_about_the_mean_grey(image):
    page, (rows, columns) = image.reshape(28, 28), np.indices((28, 28))
    return slant_about(image, np.mean(page * rows), np.mean(page * columns))


def slant_in_place(image):
    image /= image.sum()
    return slant(image)


ANSWERS[check_slant_of] = Answers(
    [slant, slant_by_covariance],
    (lambda image: -slant(image), "a positive slant"),
    (lambda image: -sums(image)[0] / sums(image)[2], "rows and columns are exchanged"),
    (lambda image: sums(image)[0] / sums(image)[2], "rows and columns are exchanged"),
    (lambda image: slant((image > 0).astype(float)), "each pixel counts by its ink"),
    (lambda image: slant_about(image, 0, 0), "by (CM), not 0"),
    (lambda image: slant_about(image, 13.5, 13.5), "by (CM), not 13.5"),
    (lambda image: -slant_about(image, 14, 14), "by (CM), not 14"),
    (slant_with_exchanged_means, "are exchanged"),
    (slant_about_the_mean_grey, "divide by all the ink"),
    (lambda image: -sums(image)[0], "a slope is a quotient"),
    (lambda image: sums(image)[0], "a slope is a quotient"),
    (lambda image: -sums(image)[0] / sums(image)[3], "a slope is a quotient"),
    (slant_by_unweighted_rows, "counts by ink as well"),
    (lambda image: -sums(image)[1] / sums(image)[0], "upside down"),
    (lambda image: -sums(image)[0] / np.sqrt(sums(image)[1]), "no root in the slope"),
    (
        lambda image: -sums(image)[0] / np.sqrt(sums(image)[1] * sums(image)[2]),
        "that is the correlation",
    ),
    (lambda image: np.arctan(slant(image)), "that is an angle"),
    (lambda image: np.degrees(np.arctan(slant(image))), "that is an angle"),
    (slant_in_place, "it changes the array"),
    (lambda image: 0.3, "work out both sums"),
    (lambda image: image, "one number is wanted"),
    (lambda image: means(image), "ValueError"),
    (lambda image, page: 0.0, "cannot be called as slant_of(image)"),
)


def one_map(first, second):
    (M1, t1), (M2, t2) = first, second
    return M2 @ M1, M2 @ t1 + t2


def one_map_by_points(first, second):
    def carry(p):
        for M, t in (first, second):
            p = M @ p + t
        return p

    t = carry(np.zeros(2))
    return [np.stack([carry(unit) - t for unit in np.eye(2)], axis=1), t]


def matrix(change):
    """An answer whose matrix is another one."""
    return lambda first, second: (
        change(first[0], second[0]),
        one_map(first, second)[1],
    )


def move(change):
    """An answer whose move is another one."""
    return lambda first, second: (second[0] @ first[0], change(*first, *second))


ANSWERS[check_one_map] = Answers(
    [one_map, one_map_by_points],
    (lambda first, second: one_map(second, first), "followed by the first"),
    (matrix(lambda M1, M2: M1 @ M2), "the order matters"),
    (matrix(lambda M1, M2: M1 * M2), "element by element"),
    (matrix(lambda M1, M2: M1 + M2), "multiply"),
    (matrix(lambda M1, M2: M1), "where is the second matrix?"),
    (matrix(lambda M1, M2: M2), "where is the first matrix?"),
    (matrix(lambda M1, M2: M2 @ M1.T), "something is transposed"),
    (matrix(lambda M1, M2: (M2 @ M1).T), "something is transposed"),
    (matrix(lambda M1, M2: np.linalg.inv(M2 @ M1)), "nothing needs to be inverted"),
    (matrix(lambda M1, M2: np.eye(2)), "M is wrong"),
    (matrix(lambda M1, M2: M2 @ M1 @ [1, 0]), "M has shape (2,)"),
    (move(lambda M1, t1, M2, t2: t1 + t2), "turns the first move as well"),
    (move(lambda M1, t1, M2, t2: M2 @ (t1 + t2)), "the second move comes last"),
    (move(lambda M1, t1, M2, t2: M1 @ t2 + t1), "meets the second matrix"),
    (move(lambda M1, t1, M2, t2: M1 @ t1 + t2), "after the first matrix"),
    (move(lambda M1, t1, M2, t2: M2 @ M1 @ t1 + t2), "after the first matrix"),
    (move(lambda M1, t1, M2, t2: M2 @ t1), "where is the second move?"),
    (move(lambda M1, t1, M2, t2: t1), "where is the second move?"),
    (move(lambda M1, t1, M2, t2: t2), "where is the first move?"),
    (move(lambda M1, t1, M2, t2: t1 @ M2 + t2), "to the left of its vector"),
    (move(lambda M1, t1, M2, t2: t1 * t2), "moves are added"),
    (move(lambda M1, t1, M2, t2: t1 - t2), "where does p = (0, 0) go?"),
    (move(lambda M1, t1, M2, t2: t1 + M2), "t has shape (2, 2)"),
    (lambda first, second: second[0] @ first[0], "a pair is wanted"),
    (lambda first, second: (*one_map(first, second), 0), "a pair is wanted"),
    (lambda first, second: first @ second, "TypeError"),
    (lambda first: first, "cannot be called as one_map(first, second)"),
)


PLACES = [(down, right) for down in (-1, 0, 1) for right in (-1, 0, 1)]


def moved(images, down, right, **pad):
    pages = images.reshape(-1, 28, 28)
    sheets = np.pad(pages, ((0, 0), (2, 2), (2, 2)), **pad)
    top, left = 2 - down, 2 - right
    return sheets[:, top : top + 28, left : left + 28].reshape(-1, 784)


def vote(activations, images):
    return np.mean([activations(moved(images, *place)) for place in PLACES], axis=0)


def vote_one_by_one(scores, images):
    total = np.zeros((len(images), 10))
    for k, image in enumerate(images):
        for place in PLACES:
            total[k] += scores(moved(image[None], *place))[0]
    return total / 9


def vote_over(places, **pad):
    def answer(scores, images):
        return np.mean(
            [scores(moved(images, *place, **pad)) for place in places], axis=0
        )

    return answer


def vote_by_roll(scores, images):
    pages = images.reshape(-1, 28, 28)
    rolled = [np.roll(pages, place, axis=(1, 2)) for place in PLACES]
    return np.mean([scores(one.reshape(-1, 784)) for one in rolled], axis=0)


def vote_by_flat_roll(scores, images):
    rolled = [np.roll(images, 28 * down + right, axis=1) for down, right in PLACES]
    return np.mean([scores(one) for one in rolled], axis=0)


def answers(scores, images):
    return np.array([scores(moved(images, *place)) for place in PLACES])


def vote_of_the_mean_image(scores, images):
    return scores(np.mean([moved(images, *place) for place in PLACES], axis=0))


def vote_by_verdicts(scores, images):
    return np.eye(10)[answers(scores, images).argmax(axis=2)].mean(axis=0)


ANSWERS[check_vote] = Answers(
    [vote, vote_one_by_one],
    (lambda scores, images: scores(images), "nowhere else"),
    (lambda scores, images: answers(scores, images).sum(axis=0), "the sum of the nine"),
    (vote_of_the_mean_image, "ask nine times"),
    (vote_by_roll, "comes in at the other"),
    (vote_by_flat_roll, "comes in at the other"),
    (vote_over(PLACES, mode="edge"), "are repeated"),
    (vote_over([p for p in PLACES if 0 in p]), "four diagonal places"),
    (vote_over([(0, 1), (1, 0), (0, -1), (-1, 0)]), "only four places"),
    (vote_over([p for p in PLACES if any(p)]), "in its own place"),
    (vote_over([(-1, -1), (0, 0), (1, 1)]), "only a diagonal"),
    (vote_over([(d, r) for d in range(3) for r in range(3)]), "not from 0 to 2"),
    (vote_over([(d, r) for d in range(-1, 1) for r in range(-1, 1)]), "its end"),
    (vote_over([(d, r) for d in range(2) for r in range(2)]), "not from 0 to 1"),
    (vote_by_verdicts, "those are nine verdicts"),
    (lambda scores, images: answers(scores, images).max(axis=0), "largest"),
    (lambda scores, images: np.median(answers(scores, images), axis=0), "median"),
    (vote_over([(0, -1), (0, 0), (0, 1)]), "which nine places"),
    (lambda scores, images: answers(scores, images), "has shape (9, 12, 10)"),
    (lambda scores, images: scores(images).argmax(axis=1), "has shape (12,)"),
    (lambda scores, images: scores(images[0]), "activations takes images (n, 784)"),
    (lambda scores, images: scores(images.reshape(-1, 28, 28)), "not (12, 28, 28)"),
    (lambda images: images, "cannot be called as vote(activations, images)"),
)


def distances(points, side, clip=True, half=0.5):
    y, x = np.indices((side, side)) + half
    found = []
    for (ax, ay), (bx, by) in pairwise(points):
        along_x, along_y = bx - ax, by - ay
        square = max(along_x**2 + along_y**2, 1e-12)
        tau = ((x - ax) * along_x + (y - ay) * along_y) / square
        tau = np.clip(tau, 0, 1) if clip else tau
        found.append(np.hypot(x - ax - tau * along_x, y - ay - tau * along_y))
    return np.array(found)


def grey(d, radius):
    return np.clip(radius + 0.5 - d, 0, 1)


def pen(points, side, radius):
    return grey(distances(points, side).min(axis=0), radius)


def pen_of_the_library(points, side, radius):
    return ink([points / side], side, 2 * radius / side)


def dots(points, side):
    y, x = np.indices((side, side)) + 0.5
    return np.array([np.hypot(x - px, y - py) for px, py in points])


def pen_from(way):
    """A pen whose distance from the path is another one."""

    def answer(points, side, radius):
        return grey(way(points, side), radius)

    return answer


def nearest(points, side, **changes):
    return distances(points, side, **changes).min(axis=0)


def closed(points, side):
    return nearest([*points, points[0]], side)


def pen_that_divides_by_nothing(points, side, radius):
    y, x = np.indices((side, side)) + 0.5
    found = []
    for a, b in pairwise(points):
        along = b - a
        tau = ((x - a[0]) * along[0] + (y - a[1]) * along[1]) / (along @ along)
        tau = np.clip(tau, 0, 1)
        found.append(np.hypot(x - a[0] - tau * along[0], y - a[1] - tau * along[1]))
    return grey(np.min(found, axis=0), radius)


ANSWERS[check_pen_line] = Answers(
    [pen, pen_of_the_library],
    (lambda p, n, r: r + 0.5 - nearest(p, n), "never below 0"),
    (lambda p, n, r: np.maximum(r + 0.5 - nearest(p, n), 0), "never below 0"),
    (lambda p, n, r: np.minimum(r + 0.5 - nearest(p, n), 1), "never below 0"),
    (lambda p, n, r: pen(p, n, r).T, "x belongs to the column"),
    (lambda p, n, r: 1 - pen(p, n, r), "paper is 0"),
    (pen_from(lambda p, n: nearest(p, n, half=0)), "half a pixel beyond"),
    (pen_from(lambda p, n: nearest(p, n, half=0).T), "half a pixel beyond"),
    (pen_from(lambda p, n: nearest(p, n, clip=False)), "beyond their ends"),
    (pen_from(lambda p, n: dots(p, n).min(axis=0)), "also runs between them"),
    (lambda p, n, r: pen(p, n, 2 * r), "half the width"),
    (lambda p, n, r: pen(p, n, r / 2), "half the width of the pen already"),
    (lambda p, n, r: pen(p, n, r - 0.5), "the half pixel at the edge"),
    (lambda p, n, r: pen(p, n, r + 0.5), "too far out"),
    (lambda p, n, r: (nearest(p, n) <= r).astype(float), "the edge is a step"),
    (lambda p, n, r: 1.0 * (nearest(p, n) <= r + 0.5), "the edge is a step"),
    (pen_from(lambda p, n: distances(p, n)[-1]), "only the last line"),
    (pen_from(lambda p, n: distances(p, n)[0]), "only the first line"),
    (pen_from(lambda p, n: distances(p, n)[: max(len(p) - 2, 1)].min(axis=0)), "last"),
    (pen_from(lambda p, n: distances(p, n)[len(p) > 2 :].min(axis=0)), "first line is"),
    (
        lambda p, n, r: np.clip(grey(distances(p, n), r).sum(axis=0), 0, 1),
        "the ink of two lines is added",
    ),
    (lambda p, n, r: grey(distances(p, n), r).sum(axis=0), "ink of all lines is added"),
    (pen_from(lambda p, n: distances(p, n).mean(axis=0)), "not the mean"),
    (pen_from(lambda p, n: distances(p, n).max(axis=0)), "not the farthest"),
    (pen_from(closed), "joined to the first"),
    (pen_that_divides_by_nothing, "look for a division by zero"),
    (lambda p, n, r: np.zeros((n, n)), "draw a level line by hand"),
    (lambda p, n, r: pen(p, n + 1, r), "your result has shape (31, 31)"),
    (lambda p, n, r: pen(p, n, r).ravel(), "your result has shape (900,)"),
    (lambda p, n, r: pen(p, n, r).tolist(), "of type list"),
    (lambda p, n: pen(p, n, 1), "cannot be called as pen_line(points, side, radius)"),
)
