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


def digits_by_halving(q):
    below, above = 0, 1
    while q**above > 0.05:
        below, above = above, 2 * above
    while above - below > 1:
        middle = (above + below) // 2
        below, above = (middle, above) if q**middle > 0.05 else (below, middle)
    return above


def digits_up_to_999(q):
    return next((n for n in range(1, 1000) if q**n <= 0.05), 1000)


def digits_in_single_precision(q):
    return int(np.ceil(np.log(np.float32(0.05)) / np.log(np.float32(q))))


ANSWERS[check_digits_to_write] = Answers(
    [
        digits_by_logarithm,
        digits_by_trying,
        digits_by_halving,
        lambda q: np.ceil(np.log(0.05) / np.log(q)),
        lambda q: -math.floor(-math.log(0.05, q)),
    ],
    (lambda q: int(np.log(0.05) / np.log(q)), "still above 5 %"),
    (lambda q: round(np.log(0.05) / np.log(q)), "do not round to the nearest"),
    (lambda q: digits_by_trying(q) - 1, "still above 5 %"),
    (lambda q: digits_by_trying(q) + 1, "one too many"),
    (lambda q: -digits_by_trying(q), "both logarithms are negative"),
    (lambda q: math.ceil(np.log(q) / np.log(0.05)), "upside down"),
    (lambda q: math.ceil(3 / (1 - q)), "only about right"),
    (lambda q: int(3 / (1 - q)), "only about right"),
    (lambda q: math.ceil(np.log(0.95) / np.log(q)), "below 95 %"),
    (lambda q: math.ceil(np.log(0.05) / np.log(1 - q)), "n digits are all read"),
    (lambda q: int(np.log(0.05) / np.log(q)) + 1, "5 % just so is enough"),
    (lambda q: math.ceil(np.log(0.01) / np.log(q)), "5 %, not 1 %"),
    (lambda q: np.log(0.05) / np.log(q), "a number of digits is whole"),
    (lambda q: 0.05 ** (1 / q), "not even one digit"),
    (lambda q: digits_by_trying(q) + 0.5, "which one is the next large enough?"),
    (lambda q: 20, "0.12158 there, still above 5 %: take more digits"),
    (lambda q: 29, "still above 5 %: take more digits (for q = 0.99 you say 29)"),
    (lambda q: max(digits_by_trying(q), 10), "(for q = 0.5 you say 10)"),
    (lambda q: max(digits_by_trying(q), 2), "after one digit fewer q ** n is 0.02"),
    (digits_up_to_999, "(for q = 0.9999 you say 1000)"),
    (digits_in_single_precision, "q ** n is 0.050024 there"),
    (lambda q: q**10 <= 0.05, "not even one digit"),
    (lambda q: [20], "your result has shape (1,): one number is wanted"),
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


def slant_by_loop(image):
    ink, down, right = (
        sum(float(x) * way(k) for k, x in enumerate(image))
        for way in (lambda k: 1, lambda k: k // 28, lambda k: k % 28)
    )
    row, column = down / ink, right / ink
    above = below = 0.0
    for k, x in enumerate(image):
        r, c = k // 28 - row, k % 28 - column
        above, below = above + x * r * c, below + x * r * r
    return -above / below


def slant_by_moments(image):
    page, k = np.asarray(image, np.float32).reshape(28, 28), np.arange(28)
    ink = page.sum()
    row, column = np.einsum("rc,r->", page, k) / ink, np.einsum("rc,c->", page, k) / ink
    above = np.einsum("rc,r,c->", page, k, k) / ink - row * column
    return -above / (np.einsum("rc,r,r->", page, k, k) / ink - row**2)


def slant_by_least_squares(image):
    rows, columns = np.divmod(np.arange(784), 28)
    return -np.polyfit(rows, columns, 1, w=np.sqrt(image))[0]


def main_axis(image):
    covariance = np.cov(np.indices((28, 28)).reshape(2, 784), aweights=image)
    down, right = np.linalg.eigh(covariance)[1][:, -1]
    return -right / down


def slant_about_the_ink(image):
    return slant_about(image, *np.argwhere(image.reshape(28, 28)).mean(axis=0))


def slant_about_whole_means(image):
    return slant_about(image, *np.round(means(image.reshape(28, 28))))


def slant_of_ink_about_grey_means(image):
    row, column = means(image.reshape(28, 28))
    return slant_about((image > 0).astype(float), row, column)


def slant_by_sizes(image):
    page, (rows, _) = image.reshape(28, 28), np.indices((28, 28))
    return -sums(image)[0] / np.sum(page * np.abs(rows - means(page)[0]))


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
    [
        slant,
        slant_by_covariance,
        slant_by_loop,
        slant_by_moments,
        slant_by_least_squares,
    ],
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
    (lambda image: -sums(image)[0] / (sums(image)[1] + sums(image)[2]), "rows alone"),
    (lambda image: abs(slant(image)), "its slant is negative"),
    (lambda image: max(slant(image), 0.0), "its slant is negative"),
    (lambda image: np.clip(slant(image), -0.5, 0.5), "leans far over you return 0.5"),
    (lambda image: round(slant(image), 2), "work out both sums"),
    (lambda image: slant(image**2), "not by its square"),
    (lambda image: slant((image > 0.5).astype(float)), "a grey one less"),
    (slant_of_ink_about_grey_means, "in the two sums as well"),
    (slant_about_the_ink, "each pixel counts by its ink there, too"),
    (slant_about_whole_means, "do not round them"),
    (slant_by_sizes, "not their sizes"),
    (main_axis, "work out both sums"),
    (lambda image: np.arctan(slant(image)), "that is an angle"),
    (lambda image: np.degrees(np.arctan(slant(image))), "that is an angle"),
    (slant_in_place, "it changes the array"),
    (lambda image: 0.3, "leans to the right you return 0.3, too small"),
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


def one_map_by_numbers(first, second):
    (M1, t1), (M2, t2) = first, second
    both = range(2)
    M = [[sum(M2[i][k] * M1[k][j] for k in both) for j in both] for i in both]
    return M, tuple(t2[i] + sum(M2[i][k] * t1[k] for k in both) for i in both)


def one_map_in_three_dimensions(first, second):
    def larger(M, t):
        return np.block([[M, t[:, None]], [np.zeros(2), 1]])

    product = np.einsum("ij,jk->ik", larger(*second), larger(*first))
    return product[:2, :2].astype(np.float32), product[:2, 2]


def one_map_in_place(first, second):
    (M1, t1), (M2, t2) = first, second
    t2 += M2 @ t1
    return M2 @ M1, t2


def one_map_kept(first, second, kept=[]):  # noqa: B006 - the mistake
    kept[:] = kept or one_map(first, second)
    return kept[0], kept[1]


def one_map_for_turns(first, second):
    u, _, v = np.linalg.svd(second[0] @ first[0])
    return u @ v, one_map(first, second)[1]


def unless_it_only_moves(first, second):
    only_moves = np.array_equal(first[0], np.eye(2))
    return one_map(second, first) if only_moves else one_map(first, second)


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
    [one_map, one_map_by_points, one_map_by_numbers, one_map_in_three_dimensions],
    (lambda first, second: one_map(second, first), "followed by the first"),
    (matrix(lambda M1, M2: M1 @ M2), "the order matters"),
    (matrix(lambda M1, M2: M1 * M2), "element by element"),
    (matrix(lambda M1, M2: M1 + M2), "multiply"),
    (matrix(lambda M1, M2: M1), "where is the second matrix?"),
    (matrix(lambda M1, M2: M2), "where is the first matrix?"),
    (matrix(lambda M1, M2: M2 @ M1.T), "something is transposed"),
    (matrix(lambda M1, M2: (M2 @ M1).T), "something is transposed"),
    (matrix(lambda M1, M2: np.linalg.inv(M2 @ M1)), "nothing needs to be inverted"),
    (matrix(lambda M1, M2: np.eye(2)), "M: take p = (1, 0) and (0, 1)"),
    (matrix(lambda M1, M2: (M2 @ M1).round(2)), "M: take p = (1, 0) and (0, 1)"),
    (one_map_for_turns, "M: take p = (1, 0) and (0, 1)"),
    (one_map_in_place, "it changes the array"),
    (unless_it_only_moves, "for a first map that only moves"),
    (lambda first, second: one_map(first, second)[::-1], "M has shape (2,)"),
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
    (move(lambda M1, t1, M2, t2: M2 @ t1 - t2), "moves are added"),
    (move(lambda M1, t1, M2, t2: M2 @ t2 + t1), "the first move, not its own"),
    (move(lambda M1, t1, M2, t2: (M2 @ t1 + t2)[:, None]), "t has shape (2, 1)"),
    (move(lambda M1, t1, M2, t2: M2.T @ t1 + t2), "to the left of its vector"),
    (move(lambda M1, t1, M2, t2: 13.5 + M2 @ (t1 - 13.5) + t2), "the middle of the"),
    (move(lambda M1, t1, M2, t2: t1 - t2), "where does p = (0, 0) go?"),
    (move(lambda M1, t1, M2, t2: t1 + M2), "t has shape (2, 2)"),
    (lambda first, second: second[0] @ first[0], "a pair is wanted"),
    (lambda first, second: (*one_map(first, second), 0), "a pair is wanted"),
    (lambda first, second: one_map(first, second)[:1], "a pair is wanted"),
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


def vote_in_one_call(activations, images):
    stack = np.concatenate([moved(images, *place) for place in PLACES])
    return activations(stack).reshape(9, -1, 10).mean(axis=0).tolist()


def vote_of_windows(activations, images):
    sheets = np.pad(images.reshape(-1, 28, 28), ((0, 0), (1, 1), (1, 1)))
    windows = np.lib.stride_tricks.sliding_window_view(sheets, (28, 28), axis=(1, 2))
    total = 0
    for view in windows.reshape(len(images), 9, 784).transpose(1, 0, 2):
        total = total + activations(view) / 9
    return total


def vote_from_place_to_place(activations, images):
    """Each move begins where the last one ended."""
    total = 0
    for place in PLACES:
        images = moved(images, *place)
        total = total + activations(images) / 9
    return total


def vote_in_place(activations, images):
    answer = vote(activations, images)
    images *= 0
    return answer


def vote_kept(activations, images, kept={}):  # noqa: B006 - the mistake
    """Ask once for each number of images."""
    if len(images) not in kept:
        kept[len(images)] = vote(activations, images)
    return kept[len(images)]


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
    [vote, vote_one_by_one, vote_in_one_call, vote_of_windows],
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
    (vote_over([(d, r) for d in (-2, -1, 0) for r in (-2, -1, 0)]), "not from -2 to 0"),
    (vote_over([(d, r) for d in (-2, 0, 2) for r in (-2, 0, 2)]), "not by two"),
    (vote_over([(d, r) for d in range(-2, 3) for r in range(-2, 3)]), "from -2 to 2"),
    (vote_over([(0, -1), (0, 0), (0, 1)]), "images moved down by -1 and right by -1"),
    (vote_over([*PLACES, (0, 0)]), "down by 0 and right by 0 more than once"),
    (vote_over([*PLACES[:-1], (2, 1)]), "down by 1 and right by 1: that is one of"),
    (vote_over([*PLACES, (2, 1)]), "by 2 and right by 1: that is none of the nine"),
    (vote_over(PLACES, mode="reflect"), "an image that is none of the nine"),
    (vote_over(PLACES, constant_values=1), "an image that is none of the nine"),
    (vote_from_place_to_place, "an image that is none of the nine"),
    (vote_in_place, "it changes the array"),
    (vote_kept, "what does it keep from call to call?"),
    (lambda f, x: vote(f, x) / vote(f, x).sum(axis=1, keepdims=True), "add up to 1"),
    (lambda f, x: vote(f, x) * 9 / 8, "not divided by nine"),
    (lambda f, x: vote(f, x[:1]).repeat(len(x), axis=0), "all images get the first"),
    (lambda f, x: np.exp(np.log(answers(f, x)).mean(axis=0)), "places are right"),
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


def pen_by_pixels(points, side, radius):
    paper = [[0.0] * side for _ in range(side)]
    for row, column in np.ndindex(side, side):
        x, y, d = column + 0.5, row + 0.5, math.inf
        for (ax, ay), (bx, by) in pairwise(points.tolist()):
            along = bx - ax, by - ay
            square = along[0] ** 2 + along[1] ** 2
            tau = (x - ax) * along[0] + (y - ay) * along[1]
            tau = min(max(tau / square, 0), 1) if square else 0
            d = min(d, math.hypot(x - ax - tau * along[0], y - ay - tau * along[1]))
        paper[row][column] = min(max(radius + 0.5 - d, 0), 1)
    return paper


def pen_at_once(points, side, radius):
    a, along = points[:-1], np.diff(points, axis=0)
    square = np.einsum("nx,nx->n", along, along)
    y, x = np.indices((side, side)) + 0.5
    towards = np.stack([x, y], axis=-1)[:, :, None] - a
    tau = np.einsum("rcnx,nx->rcn", towards, along) / np.maximum(square, 1e-12)
    d = np.linalg.norm(towards - tau.clip(0, 1)[..., None] * along, axis=-1)
    return grey(d.min(axis=-1), radius).astype(np.float32)


def pen_line_by_line(points, side, radius):
    """The darkest of the lines, each with its two ends as dots."""
    y, x = np.indices((side, side)) + 0.5
    paper = grey(dots(points, side).min(axis=0), radius)
    for a, b in pairwise(points):
        along = b - a
        length = np.hypot(*along)
        if length == 0:
            continue
        ahead = ((x - a[0]) * along[0] + (y - a[1]) * along[1]) / length
        aside = np.abs((x - a[0]) * along[1] - (y - a[1]) * along[0]) / length
        beside = (ahead >= 0) & (ahead <= length)
        paper = np.maximum(paper, np.where(beside, grey(aside, radius), 0))
    return paper


def pen_by_length(points, side):
    """Divide by the length of a line in place of its square."""
    y, x = np.indices((side, side)) + 0.5
    found = []
    for a, b in pairwise(points):
        along = b - a
        tau = (x - a[0]) * along[0] + (y - a[1]) * along[1]
        tau = np.clip(tau / max(np.hypot(*along), 1e-12), 0, 1)
        found.append(np.hypot(x - a[0] - tau * along[0], y - a[1] - tau * along[1]))
    return np.min(found, axis=0)


def pen_of_dots(points, side):
    """Ten dots along each line."""
    steps = np.linspace(0, 1, 10)[:, None]
    between = [a + steps * (b - a) for a, b in pairwise(points)]
    return dots(np.concatenate(between), side).min(axis=0)


def pen_without_stops(points, side, radius):
    """Lines of length 0 are left out."""
    moving = [points[0]] + [b for a, b in pairwise(points) if (a != b).any()]
    moves = len(moving) > 1
    return pen(np.array(moving), side, radius) if moves else np.zeros((side, side))


def pen_in_place(points, side, radius):
    answer = pen(points, side, radius)
    points -= 0.5
    return answer


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
    [pen, pen_of_the_library, pen_by_pixels, pen_at_once, pen_line_by_line],
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
    (lambda p, n, r: pen(p[[0, -1]], n, r), "the pen goes through all"),
    (lambda p, n, r: 255 * pen(p, n, r), "they are no bytes"),
    (lambda p, n, r: pen(p, n, r)[::-1], "it stands on its head"),
    (lambda p, n, r: pen(p, n, 2.2), "for a stroke of two points"),
    (lambda p, n, r: pen(p, n, max(r, 1)), "as if it were 1 pixel or more"),
    (lambda p, n, r: pen(p, n, int(r)), "the radius is made whole"),
    (lambda p, n, r: pen(p.round(), n, r), "need not be whole numbers"),
    (lambda p, n, r: pen(p.clip(0, n), n, r), "the pen may leave the paper"),
    (lambda p, n, r: pen(n * p, n, r), "x and y are pixels already"),
    (pen_from(pen_by_length), "the square of the line's length"),
    (pen_from(pen_of_dots), "is part of the path left out, or dotted?"),
    (lambda p, n, r: pen(1.1 * p, n, r), "draw a level line by hand"),
    (lambda p, n, r: pen(p, n, r) ** 2, "draw a level line by hand"),
    (lambda p, n, r: grey(nearest(p, n) ** 2, r), "not its square"),
    (pen_without_stops, "a pen that only stands still leaves a dot"),
    (pen_in_place, "it changes the array"),
    (pen_that_divides_by_nothing, "look for a division by zero"),
    (lambda p, n, r: np.zeros((n, n)), "the paper stays empty"),
    (lambda p, n, r: pen(p, n + 1, r), "your result has shape (31, 31)"),
    (lambda p, n, r: pen(p, n, r).ravel(), "your result has shape (900,)"),
    (lambda p, n: pen(p, n, 1), "cannot be called as pen_line(points, side, radius)"),
)
