"""Answers to the exercises of lesson 7."""

import numpy as np

from checks.tables import Answers, Table
from digitlib.checks.lesson07 import (
    check_error_when_answering,
    check_favourite_image,
    check_iterated_sign,
    check_precision_recall,
    check_restored,
)
from digitlib.pictures.embedding import principal_components

ANSWERS: Table = {}


def shares(matrix):
    right = np.diagonal(matrix)
    return right / matrix.sum(axis=0), right / matrix.sum(axis=1)


def shares_by_loop(matrix):
    k = len(matrix)
    precision = [matrix[c, c] / sum(matrix[j, c] for j in range(k)) for c in range(k)]
    recall = [matrix[c, c] / sum(matrix[c, j] for j in range(k)) for c in range(k)]
    return np.array([precision, recall])


def both(change):
    """The same mistake in precision and recall; the first to be seen is told."""

    def answer(matrix):
        right = np.diagonal(matrix)
        return tuple(change(matrix, right, axis) for axis in (0, 1))

    return answer


def recall_only(change):
    def answer(matrix):
        precision, recall = shares(matrix)
        return precision, change(matrix, recall)

    return answer


ANSWERS[check_precision_recall] = Answers(
    [shares, shares_by_loop],
    (lambda m: shares(m)[::-1], "the two are exchanged"),
    (both(lambda m, r, axis: r / m.sum()), "a sum of its own"),
    (both(lambda m, r, axis: r / m.sum(axis=1)), "divided by the sum of a row"),
    (recall_only(lambda m, r: shares(m)[0]), "divided by the sum of a column"),
    (both(lambda m, r, axis: r / (m.sum(axis=axis) - r)), "divided by the mistakes"),
    (both(lambda m, r, axis: 1 - r / m.sum(axis=axis)), "one minus the precision"),
    (recall_only(lambda m, r: 1 - r), "one minus the recall"),
    (both(lambda m, r, axis: r // m.sum(axis=axis)), "rounded to 0"),
    (both(lambda m, r, axis: 100 * r / m.sum(axis=axis)), "in percent"),
    (both(lambda m, r, axis: m.sum(axis=axis) / r), "upside down"),
    (both(lambda m, r, axis: r), "is a count"),
    (both(lambda m, r, axis: r / m.max(axis=axis)), "by the largest of a column"),
    (recall_only(lambda m, r: np.diagonal(m) / m.max(axis=1)), "largest of a row"),
    (both(lambda m, r, axis: r / m.mean(axis=axis)), "divided by a mean"),
    (both(lambda m, r, axis: m.mean(axis=axis) ** 2), "see (PREC)"),
    (recall_only(lambda m, r: r**2), "see (REC)"),
    (lambda m: shares(m)[0], "two arrays are wanted"),
    (lambda m: [s.mean() for s in shares(m)], "of type float64, not a NumPy array"),
    (both(lambda m, r, axis: m / m.sum(axis=axis)), "has shape (10, 10)"),
    (lambda m: [s.tolist() for s in shares(m)], "the precision is of type list"),
    (both(lambda m, r, axis: r / (0 * r)), "NaN or infinity"),
    (lambda m: m.shape, "the precision is of type int"),
    (lambda m, n: m, "cannot be called as precision_recall(matrix)"),
)


def restored(X, count):
    mean = X.mean(axis=0)
    directions = np.linalg.svd(X - mean, full_matrices=False)[2][:count]
    return mean + (X - mean) @ directions.T @ directions


def restored_by_eigenvectors(X, count):
    mean = X.mean(axis=0)
    vectors = np.linalg.eigh(np.cov(X.T))[1][:, -count:]
    return mean + (X - mean) @ vectors @ vectors.T


def restored_by_the_library(X, count):
    found = principal_components(X, count)
    return found.restore(found.project(X))


def decomposed(X):
    return np.linalg.svd(X, full_matrices=False)


def without_adding(X, count):
    return restored(X, count) - X.mean(axis=0)


def uncentred(X, count):
    kept = decomposed(X)[2][:count]
    return X @ kept.T @ kept


def kept_directions(X, count):
    return decomposed(X - X.mean(axis=0))[2][:count]


def projected_with_its_mean(X, count):
    kept = kept_directions(X, count)
    return X.mean(axis=0) + X @ kept.T @ kept


def mean_forgotten(X, count):
    kept = kept_directions(X, count)
    return X @ kept.T @ kept


def one_grey(X, count):
    kept = kept_directions(X, count)
    return X.mean() + (X - X.mean()) @ kept.T @ kept


def last_components(X, count):
    directions = decomposed(X - X.mean(axis=0))[2]
    kept = directions[-count:]
    return X.mean(axis=0) + (X - X.mean(axis=0)) @ kept.T @ kept


def columns_for_rows(X, count):
    kept = decomposed(X - X.mean(axis=0))[2][:, :count]
    return X.mean(axis=0) + (X - X.mean(axis=0)) @ kept @ kept.T


def from_the_second(X, count):
    kept = decomposed(X - X.mean(axis=0))[2][1 : count + 1]
    return X.mean(axis=0) + (X - X.mean(axis=0)) @ kept.T @ kept


def without_sizes(X, count):
    U, _, directions = decomposed(X - X.mean(axis=0))
    return X.mean(axis=0) + U[:, :count] @ directions[:count]


def sizes_twice(X, count):
    _, sizes, directions = decomposed(X - X.mean(axis=0))
    kept = directions[:count]
    coordinates = (X - X.mean(axis=0)) @ kept.T * sizes[:count]
    return X.mean(axis=0) + coordinates @ kept


def in_place(X, count):
    X -= X.mean(axis=0)
    return X


ANSWERS[check_restored] = Answers(
    [restored, restored_by_eigenvectors, restored_by_the_library],
    (without_adding, "it must be added again"),
    (uncentred, "the mean is no component"),
    (lambda X, k: X.mean(axis=0) + uncentred(X, k), "the mean is no component"),
    (projected_with_its_mean, "before its mean is subtracted"),
    (mean_forgotten, "neither subtracted nor added"),
    (one_grey, "wrong for 30 images"),
    (lambda X, k: without_adding(X, k) + X.mean(), "the mean is an image"),
    (last_components, "those are the last components"),
    (columns_for_rows, "not its columns"),
    (from_the_second, "it begins with the second"),
    (without_sizes, "where is S?"),
    (sizes_twice, "one factor too many"),
    (lambda X, k: restored(X, k + 1), "one component too many"),
    (lambda X, k: restored(X, k - 1), "one component too few"),
    (lambda X, k: restored(X, len(X.T)), "these are the images themselves"),
    (lambda X, k: np.tile(X.mean(axis=0), (len(X), 1)), "has become the mean"),
    (lambda X, k: restored(X, k) + X.mean(axis=0), "added twice"),
    (lambda X, k: 2 * X.mean(axis=0) - restored(X, k), "the sign is turned round"),
    (lambda X, k: X @ kept_directions(X, k).T, "has shape (30, 2)"),
    (lambda X, k: restored(X, k).T, "has shape (6, 30)"),
    (lambda X, k: restored(X, k) + 1, "wrong for 30 images"),
    (in_place, "it changes the array"),
    (lambda X, k: restored(X, 2), "one component too few"),
    (lambda X: X, "cannot be called as restored(X, count)"),
)


def answering(A, labels, share):
    surest = np.argsort(-A.max(axis=1))[: round(share * len(A))]
    return np.mean(A[surest].argmax(axis=1) != labels[surest])


def answering_by_loop(A, labels, share):
    rows = sorted(zip(A, labels, strict=True), key=lambda row: -max(row[0]))
    rows = rows[: round(share * len(A))]
    return sum(a.argmax() != label for a, label in rows) / len(rows)


def order(A):
    return np.argsort(-A.max(axis=1))


def count(share, A):
    return round(share * len(A))


def answered(A, share):
    return order(A)[: count(share, A)]


def wrong(A, labels):
    return A.argmax(axis=1) != labels


def sorted_by_truth(A, labels, share):
    given = A[np.arange(len(A)), labels]
    return wrong(A, labels)[np.argsort(-given)[: count(share, A)]].mean()


def only_verdicts_sorted(A, labels, share):
    surest = answered(A, share)
    return np.mean(A[surest].argmax(axis=1) != labels[: len(surest)])


def only_labels_sorted(A, labels, share):
    surest = answered(A, share)
    return np.mean(A[: len(surest)].argmax(axis=1) != labels[surest])


ANSWERS[check_error_when_answering] = Answers(
    [answering, answering_by_loop],
    (lambda A, y, s: 1 - answering(A, y, s), "the share of right answers"),
    (lambda A, y, s: wrong(A, y)[answered(A, s)].sum(), "a number of answers"),
    (lambda A, y, s: wrong(A, y)[answered(A, s)].sum() / len(A), "by all samples"),
    (lambda A, y, s: 100 * answering(A, y, s), "in percent"),
    (
        lambda A, y, s: wrong(A, y)[order(A)[::-1][: count(s, A)]].mean(),
        "argsort begins at the low end",
    ),
    (lambda A, y, s: wrong(A, y).mean(), "what is the share for?"),
    (
        lambda A, y, s: wrong(A, y)[order(A)[count(s, A) :]].mean(),
        "those are the ones that are not answered",
    ),
    (lambda A, y, s: wrong(A, y)[: count(s, A)].mean(), "are not sorted"),
    (only_verdicts_sorted, "and the labels are not"),
    (only_labels_sorted, "and the verdicts are not"),
    (lambda A, y, s: wrong(A, y)[A.max(axis=1) > s].mean(), "how many, not how sure"),
    (lambda A, y, s: wrong(A, y)[order(A)[: int(s * len(A))]].mean(), "down, not up"),
    (
        lambda A, y, s: wrong(A, y)[order(A)[: int(np.ceil(s * len(A)))]].mean(),
        "not down, not up",
    ),
    (
        lambda A, y, s: wrong(A, y)[order(A)[: count(s, A) + 1]].mean(),
        "one sample too many",
    ),
    (lambda A, y, s: wrong(A, y)[order(A)[: count(s, A) - 1]].mean(), "sample too few"),
    (sorted_by_truth, "the network does not know it"),
    (lambda A, y, s: answering(A, y, s) / s, "by the share"),
    (lambda A, y, s: answering(A, y, s) + 0.01, "which are answered"),
    (lambda A, y, s: wrong(A, y)[answered(A, s)], "one number is wanted"),
    (lambda A, y, s: str(s), "of type str"),
    (lambda A, y, s: wrong(A, y)[[]].mean(), "NaN or infinity"),
    (lambda A, y, s: A[s], "it stops with IndexError"),
    (lambda A, y: 0.0, "cannot be called as error_when_answering"),
)


def iterated(gradient, X, epsilon, step, steps):
    moved = X
    for _ in range(steps):
        moved = moved + step * np.sign(gradient(moved))
        moved = np.clip(np.clip(moved, X - epsilon, X + epsilon), 0, 1)
    return moved


def iterated_by_changes(gradient, X, epsilon, step, steps):
    change = np.zeros_like(X)
    for _ in range(steps):
        change += step * np.sign(gradient(X + change))
        change = np.clip(X + np.clip(change, -epsilon, epsilon), 0, 1) - X
    return X + change


def walk(gradient, X, epsilon, step, steps, each=None, last=None, way=np.sign):
    """An `iterated` whose parts can be left out."""
    moved = X
    for _ in range(steps):
        moved = moved + step * way(gradient(moved))
        moved = moved if each is None else each(moved, X, epsilon)
    return moved if last is None else last(moved, X, epsilon)


def near(moved, X, epsilon):
    return np.clip(moved, X - epsilon, X + epsilon)


def paper(moved, X, epsilon):
    return np.clip(moved, 0, 1)


def inside(moved, X, epsilon):
    return np.clip(near(moved, X, epsilon), 0, 1)


def near_the_last(gradient, X, epsilon, step, steps):
    moved = X
    for _ in range(steps):
        further = moved + step * np.sign(gradient(moved))
        moved = np.clip(np.clip(further, moved - epsilon, moved + epsilon), 0, 1)
    return moved


def overwriting(gradient, X, epsilon, step, steps):
    for _ in range(steps):
        X += step * np.sign(gradient(X))
    return X


ANSWERS[check_iterated_sign] = Answers(
    [iterated, iterated_by_changes],
    (lambda g, X, e, s, n: X, "come back as they were"),
    (lambda *a: walk(*a), "outside of 0 to 1"),
    (lambda *a: walk(*a, each=near), "outside of 0 to 1"),
    (lambda *a: walk(*a, each=paper), "further than epsilon"),
    (near_the_last, "further than epsilon"),
    (lambda *a: walk(*a, last=inside), "at the end only"),
    (lambda *a: walk(*a, each=paper, last=inside), "to the neighbourhood of X"),
    (lambda *a: walk(*a, each=near, last=paper), "clipped to 0 and 1 at the end"),
    (lambda *a: walk(*a, each=inside, way=lambda g: g), "where is the sign?"),
    (lambda *a: walk(*a, each=inside, way=lambda g: -np.sign(g)), "goes downhill"),
    (lambda g, X, e, s, n: iterated(lambda x: g(X), X, e, s, n), "is taken once"),
    (
        lambda g, X, e, s, n: inside(X + e * np.sign(g(X)), X, e),
        "the gradient is taken once, as for (FGS)",
    ),
    (lambda g, X, e, s, n: iterated(g, X, e, e, n), "as long as epsilon"),
    (lambda g, X, e, s, n: iterated(g, X, e, s / n, n), "divided by the number"),
    (lambda g, X, e, s, n: iterated(g, X, e, s, n + 1), "one step too many"),
    (lambda g, X, e, s, n: iterated(g, X, e, s, n - 1), "one step too few"),
    (lambda g, X, e, s, n: iterated(g, X, e, s, 1), "the first step only"),
    (lambda g, X, e, s, n: iterated(g, X, e / 2, s, n), "follow one pixel"),
    (lambda g, X, e, s, n: iterated(g, X, e, s, n)[0], "has shape (12,)"),
    (overwriting, "it changes the array"),
    (lambda g, X, e, s, n: iterated(g(X), X, e, s, n), "it stops with TypeError"),
    (lambda g, X, e: X, "cannot be called as iterated_sign"),
)


def allowed(x, ink):
    low, high = 0.0, max(x.max(), 0.0)
    if np.clip(x, 0, 1).sum() <= ink:
        return np.clip(x, 0, 1)
    for _ in range(50):
        middle = (low + high) / 2
        if np.clip(x - middle, 0, 1).sum() > ink:
            low = middle
        else:
            high = middle
    return np.clip(x - high, 0, 1)


def climb(gradient, start, ink, steps=300, eta=0.5, back=allowed):
    x = back(start, ink)
    for k in range(steps):
        slopes = gradient(x)
        rate = eta * (1 - k / steps)
        x = back(x + rate * slopes / max(np.abs(slopes).max(), 1e-12), ink)
    return x


def favourite(gradient, start, ink):
    return climb(gradient, start, ink)


def favourite_from_paper(gradient, start, ink):
    return climb(gradient, np.zeros(784), ink, steps=500)


def scaled_back(x, ink):
    x = np.clip(x, 0, 1)
    return x * min(1, ink / max(x.sum(), 1e-9))


def all_ink_used(gradient, start, ink):
    """Right where ink is scarce, and it never leaves any unused."""
    x = favourite(gradient, start, ink)
    order = np.argsort(x)[::-1]
    x[order[: int(ink)]] = np.maximum(x[order[: int(ink)]], 1)
    return allowed(x, ink)


def by_the_first_slopes(gradient, start, ink):
    slopes = gradient(start)
    image = np.zeros(784)
    image[np.argsort(-slopes)[: int(ink)]] = 1
    return np.where(slopes > 0, image, 0)


ANSWERS[check_favourite_image] = Answers(
    [favourite, favourite_from_paper],
    (lambda g, start, ink: (g(start) > 0).astype(float), "ink, and 100 is the limit"),
    (lambda g, start, ink: start + g(start), "outside of 0 to 1"),
    (lambda g, start, ink: allowed(start, ink), "where is the ascent?"),
    (lambda g, start, ink: start, "where is the ascent?"),
    (lambda g, start, ink: favourite(lambda x: -g(x), start, ink), "go uphill?"),
    (lambda g, start, ink: climb(g, start, ink, steps=2), "of what it could"),
    (lambda g, start, ink: climb(g, start, ink, eta=1e-3), "of what it could"),
    (lambda g, start, ink: climb(g, start, ink, back=scaled_back), "is it the NEAREST"),
    (lambda g, start, ink: favourite(g, start, ink / 3), "more ink is allowed"),
    (all_ink_used, "where few pixels have a positive weight"),
    (by_the_first_slopes, "where the slopes change on the way"),
    (
        lambda g, start, ink: np.clip(favourite(g, start, ink) + 0.01, 0, 1),
        "is the limit",
    ),
    (lambda g, start, ink: favourite(g, start, ink).reshape(28, 28), "(28, 28)"),
    (lambda g, start, ink: favourite(g, start, ink) / 0, "NaN or infinity"),
    (lambda g, start, ink: start.tolist(), "of type list"),
    (lambda g, start: start, "cannot be called as favourite_image"),
)
