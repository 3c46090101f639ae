"""Answers to the exercises of lesson 7."""

import numpy as np

from checks.tables import Answers, Table
from digitlib.checks.lesson07 import (
    check_error_when_answering,
    check_favourite_image,
    check_iterated_sign,
    check_precision_recall,
    check_restored,
    check_threshold_for,
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


def shares_in_place(matrix):
    found = shares(matrix)
    matrix -= np.diag(np.diagonal(matrix))
    return found


def shares_of_the_first(matrix, first={}):  # noqa: B006 - that is the mistake
    return first.setdefault(len(matrix), shares(matrix))


ANSWERS[check_precision_recall] = Answers(
    [
        shares,
        shares_by_loop,
        lambda m: [s.tolist() for s in shares(m)],
        lambda m: (np.diag(m / m.sum(axis=0)), np.diag(m / m.sum(axis=1)[:, None])),
        lambda m: np.array(shares(m), dtype=np.float32),
    ],
    (shares_in_place, "it changes the array"),
    (shares_of_the_first, "does it keep some?"),
    (
        both(lambda m, r, axis: m.max(axis=axis) / m.sum(axis=axis)),
        "largest of a column",
    ),
    (both(lambda m, r, axis: r / r.sum()), "with its mistakes"),
    (lambda m: [2 * m.diagonal() / (m.sum(axis=0) + m.sum(axis=1))] * 2, "are mixed"),
    (both(lambda m, r, axis: np.round(r / m.sum(axis=axis), 2)), "is rounded"),
    (both(lambda m, r, axis: r / (m.sum(axis=axis) + 1)), "see (PREC): one entry"),
    (
        lambda m: [[m[k, k] / m.sum(axis=a)[k] for k in range(10)] for a in (0, 1)],
        "it stops with IndexError",
    ),
    (lambda m: np.column_stack(shares(m)), "10 part(s): two arrays are wanted"),
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
    (lambda m: [[str(s) for s in part] for part in shares(m)], "of type str"),
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


def restored_by_images(X, count):
    """From the products of the images with each other."""
    centred = X - X.mean(axis=0)
    vectors = np.linalg.eigh(centred @ centred.T)[1][:, ::-1][:, :count]
    return X.mean(axis=0) + vectors @ (vectors.T @ centred)


def restored_one_by_one(X, count):
    images = np.tile(X.mean(axis=0), (len(X), 1))
    for direction in kept_directions(X, count):
        images += np.outer((X - X.mean(axis=0)) @ direction, direction)
    return images


def around(X, count, mean):
    kept = decomposed(X - mean)[2][:count]
    return mean + (X - mean) @ kept.T @ kept


def standardised(X, count, back):
    mean, spread = X.mean(axis=0), X.std(axis=0)
    kept = decomposed((X - mean) / spread)[2][:count]
    return mean + (X - mean) / spread @ kept.T @ kept * (spread if back else 1)


def from_uncentred_directions(X, count):
    mean, kept = X.mean(axis=0), decomposed(X)[2][:count]
    return mean + (X - mean) @ kept.T @ kept


def first_eigenvectors(X, count):
    mean = X.mean(axis=0)
    kept = np.linalg.eigh((X - mean).T @ (X - mean))[1][:, :count]
    return mean + (X - mean) @ kept @ kept.T


def without_signs(X, count):
    mean, kept = X.mean(axis=0), kept_directions(X, count)
    return mean + np.abs((X - mean) @ kept.T) @ kept


def pixels_for_components(X, count):
    images = np.tile(X.mean(axis=0), (len(X), 1))
    most = np.argsort(-X.var(axis=0))[:count]
    images[:, most] = X[:, most]
    return images


def restored_by_the_first(X, count, kept={}):  # noqa: B006 - that is the mistake
    mean, directions = kept.setdefault(
        X.shape, (X.mean(axis=0), decomposed(X - X.mean(axis=0))[2])
    )
    return mean + (X - mean) @ directions[:count].T @ directions[:count]


ANSWERS[check_restored] = Answers(
    [
        restored,
        restored_by_eigenvectors,
        restored_by_the_library,
        restored_by_images,
        restored_one_by_one,
        lambda X, k: [*restored(X.astype(np.float32), k)],
    ],
    (lambda X, k: around(X, k, X.mean(axis=1, keepdims=True)), "the mean is an image"),
    (lambda X, k: around(X, k, np.median(X, axis=0)), "the median image"),
    (lambda X, k: standardised(X, k, back=True), "divided by its spread"),
    (lambda X, k: standardised(X, k, back=False), "divided by its spread"),
    (lambda X, k: np.clip(restored(X, k), 0, 1), "the pixels are clipped"),
    (lambda X, k: np.maximum(restored(X, k), 0), "the pixels are clipped"),
    (lambda X, k: X + X.mean(axis=0) - restored(X, k), "to be left out"),
    (from_uncentred_directions, "centre before you decompose"),
    (first_eigenvectors, "those are the last components"),
    (without_signs, "lost their signs"),
    (pixels_for_components, "it keeps `count` pixels"),
    (restored_by_the_first, "what of the mean?"),
    (lambda X, k: restored(X, k) + (k == 4) * X, "7 images of 4 pixels"),
    (lambda X, k: restored(X, k)[:1], "shape (1, 6)"),
    (without_adding, "it must be added again"),
    (uncentred, "the mean is no component"),
    (lambda X, k: X.mean(axis=0) + uncentred(X, k), "the mean is no component"),
    (projected_with_its_mean, "before its mean is subtracted"),
    (mean_forgotten, "neither subtracted nor added"),
    (one_grey, "the mean is an image"),
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
    (lambda X, k: restored(X, k) + 1, "what of the mean?"),
    (lambda X, k: 0.5 * (restored(X, k) + X), "in more than 2 direction(s)"),
    (lambda X, k: 0.5 * (restored(X, k) + X.mean(axis=0)), "how far"),
    (lambda X, k: X.mean(axis=0) + restored(X, k + 2) - restored(X, k), "come nearer"),
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


def by_sureness(sureness):
    def answer(A, labels, share):
        found = np.argsort(-sureness(A), kind="stable")[: count(share, A)]
        return wrong(A, labels)[found].mean()

    return answer


def answering_by_partition(A, labels, share):
    n = count(share, A)
    return wrong(A, labels)[np.argpartition(-A.max(axis=1), n - 1)[:n]].mean()


def answering_above(A, labels, share):
    confidence = A.max(axis=1)
    return wrong(A, labels)[confidence >= np.quantile(confidence, 1 - share)].mean()


def answering_after_sorting(A, labels, share):
    found = answering(A, labels, share)
    A.sort(axis=1)
    return found


def answering_for_ten(A, labels, share):
    return answering(A[:, :10], labels, share)


ANSWERS[check_error_when_answering] = Answers(
    [
        answering,
        answering_by_loop,
        answering_by_partition,
        lambda A, y, s: np.float32(answering(A, y, s)),
        lambda A, y, s: 1 - np.mean(~wrong(A, y)[order(A)[::-1][-count(s, A) :]]),
    ],
    (lambda A, y, s: wrong(A, y)[order(A)[: int(s * len(A) + 0.5)]].mean(), "a half"),
    (answering_above, "`round` takes a half to the even number"),
    (by_sureness(lambda A: np.ptp(np.sort(A)[:, -2:], axis=1)), "largest activation"),
    (by_sureness(lambda A: np.sum(A * np.log(A), axis=1)), "largest activation"),
    (by_sureness(lambda A: -A.min(axis=1)), "the largest activation, and nothing else"),
    (lambda A, y, s: round(answering(A, y, s), 2), "it is rounded"),
    (lambda A, y, s: wrong(A, y)[order(A)[1 : count(s, A)]].mean(), "left out?"),
    (answering_for_ten, "ten classes"),
    (answering_after_sorting, "it changes the array"),
    (lambda A, y, s: answering(A, y, 0.9), "0.9 whatever `share` is"),
    (lambda A, y, s: answering(A, y, 1 - s if s < 1 else 1), "are not answered"),
    (lambda A, y, s: s * wrong(A, y).mean(), "not the surest"),
    (lambda A, y, s: 1 - A.max(axis=1)[answered(A, s)].mean(), "what it expects"),
    (lambda A, y, s: np.mean(A.argmin(axis=1) != y), "for 1107 samples"),
    (
        lambda A, y, s: wrong(A, y)[answered(A, s)].sum() / (count(s, A) - 1),
        "divides by one less",
    ),
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
        "a half to the even number",
    ),
    (lambda A, y, s: wrong(A, y)[order(A)[: count(s, A) + 1]].mean(), "too many"),
    (
        lambda A, y, s: wrong(A, y)[order(A)[: count(s, A) - (s == 0.6)]].mean(),
        "too few",
    ),
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


def iterated_between_limits(gradient, X, epsilon, step, steps):
    low, high = np.maximum(X - epsilon, 0), np.minimum(X + epsilon, 1)
    moved = X.copy()
    for _ in range(steps):
        slopes = gradient(moved)
        moved += np.where(slopes > 0, step, np.where(slopes < 0, -step, 0))
        np.minimum(np.maximum(moved, low), high, out=moved)
    return moved


def iterated_by_recursion(gradient, X, epsilon, step, steps):
    if steps == 0:
        return X
    moved = iterated_by_recursion(gradient, X, epsilon, step, steps - 1)
    return inside(moved + step * np.sign(gradient(moved)), X, epsilon)


def always_from_the_start(gradient, X, epsilon, step, steps):
    moved = X
    for _ in range(steps):
        moved = inside(X + step * np.sign(gradient(moved)), X, epsilon)
    return moved


def image_by_image(gradient, X, epsilon, step, steps):
    return np.vstack([iterated(gradient, x[None], epsilon, step, steps) for x in X])


def drawn_back(gradient, X, epsilon, step, steps):
    moved = X
    for _ in range(steps):
        change = moved + step * np.sign(gradient(moved)) - X
        moved = np.clip(X + change * min(1, epsilon / np.abs(change).max()), 0, 1)
    return moved


def at_a_random_start(gradient, X, epsilon, step, steps):
    rng = np.random.default_rng(0)
    start = inside(X + rng.uniform(-epsilon, epsilon, X.shape), X, epsilon)
    for _ in range(steps):
        start = inside(start + step * np.sign(gradient(start)), X, epsilon)
    return start


def every_step(gradient, X, epsilon, step, steps):
    return [iterated(gradient, X, epsilon, step, k + 1) for k in range(steps)]


def one_sided(limit):
    return lambda *a: walk(*a, each=lambda m, X, e: np.clip(limit(m, X, e), 0, 1))


ANSWERS[check_iterated_sign] = Answers(
    [
        iterated,
        iterated_by_changes,
        iterated_between_limits,
        iterated_by_recursion,
        lambda *a: iterated(*a).astype(np.float32).tolist(),
    ],
    (
        lambda *a: walk(*a, each=inside, way=lambda g: np.sign(g) + (g == 0)),
        "slope is 0",
    ),
    (lambda *a: walk(*a, each=inside, way=lambda g: 2 * (g > 0) - 1), "slope is 0"),
    (lambda *a: walk(*a, each=inside, way=lambda g: g / np.abs(g).max()), "the sign?"),
    (
        lambda *a: walk(*a, each=inside, way=lambda g: np.sign(g.mean(0)) + 0 * g),
        "one sign for many",
    ),
    (image_by_image, "gradient wants images of shape (5, 8), not (1, 8)"),
    (always_from_the_start, "does each step begin at X"),
    (lambda g, X, e, s, n: iterated(g, X, s, e, n), "`epsilon` exchanged?"),
    (lambda g, X, e, s, n: iterated(g, X, e, e / max(n, 1), n), "as long as epsilon"),
    (lambda g, X, e, s, n: iterated(g, X, 0.1, s, n), "epsilon is 0.1"),
    (lambda g, X, e, s, n: iterated(g, X, e, 0.02, n), "0.02 long"),
    (lambda g, X, e, s, n: iterated(g, X, e, s, 10), "10 steps, whatever"),
    (lambda g, X, e, s, n: iterated(g, X, e, s, max(n, 1)), "one step too many"),
    (one_sided(lambda m, X, e: np.minimum(m, X + e)), "further than epsilon"),
    (one_sided(lambda m, X, e: np.maximum(m, X - e)), "further than epsilon"),
    (lambda *a: walk(*a, each=lambda m, X, e: np.maximum(near(m, X, e), 0)), "0 to 1"),
    (lambda *a: iterated(*a) - a[1], "these are the changes"),
    (drawn_back, "follow this pixel"),
    (at_a_random_start, "further than its steps lead"),
    (every_step, "has shape (1, 5, 8)"),
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
        "each step is as long as epsilon",
    ),
    (lambda g, X, e, s, n: iterated(g, X, e, e, n), "as long as epsilon"),
    (lambda g, X, e, s, n: iterated(g, X, e, s / n, n), "divided by the number"),
    (lambda g, X, e, s, n: iterated(g, X, e, s, n + 1), "one step too many"),
    (lambda g, X, e, s, n: iterated(g, X, e, s, max(n - 1, 1)), "one step too few"),
    (lambda g, X, e, s, n: iterated(g, X, e, s, 1), "the first step only"),
    (lambda g, X, e, s, n: iterated(g, X, e / 2, s, n), "follow this pixel"),
    (lambda g, X, e, s, n: iterated(g, X, e, s, n)[0], "has shape (8,)"),
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
    return climb(gradient, np.zeros(784), ink)


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


def favourite_by_corners(gradient, start, ink):
    """Towards the best corner of what is allowed, less each time (Frank and Wolfe)."""
    x = allowed(start, ink)
    for k in range(600):
        slopes, whole = gradient(x), int(ink)
        order = np.argsort(-slopes)
        corner = np.zeros(784)
        corner[order[:whole]] = 1
        corner[order[whole]] = ink - whole
        x = x + 2 / (k + 2) * (np.where(slopes > 0, corner, 0) - x)
    return x


def favourite_with_plain_slopes(gradient, start, ink):
    x = start
    for k in range(300):
        x = allowed(x + 0.2 * (1 - k / 300) * gradient(x), ink)
    return x


def shifted_back(x, ink):
    """As if all pixels had the same part in the ink."""
    return np.clip(x - max(0, (x.sum() - ink) / len(x)), 0, 1)


def darkest_kept(x, ink):
    x = np.clip(x, 0, 1)
    x[np.argsort(-x)[int(ink) :]] = 0
    return x


def back_at_the_end(gradient, start, ink):
    return allowed(climb(gradient, start, ink, back=lambda x, _: x), ink)


def signs_only(gradient, start, ink):
    return climb(lambda x: np.sign(gradient(x)), start, ink)


def start_overwritten(gradient, start, ink):
    start += 0.1 * gradient(start)
    return allowed(start, ink)


def black_and_white(gradient, start, ink):
    return (favourite(gradient, start, ink) > 0.5).astype(float)


ANSWERS[check_favourite_image] = Answers(
    [
        favourite,
        favourite_from_paper,
        favourite_by_corners,
        favourite_with_plain_slopes,
        lambda g, start, ink: favourite(g, start, ink).tolist(),
    ],
    (back_at_the_end, "allowed after each step"),
    (lambda g, start, ink: climb(g, start, ink, back=shifted_back), "is the limit"),
    (lambda g, start, ink: climb(g, start, ink, back=darkest_kept), "the NEAREST"),
    (signs_only, "along the slopes"),
    (start_overwritten, "it changes the array"),
    (black_and_white, "greys may be better"),
    (lambda g, start, ink: favourite(g, start, 100), "30.5 is the limit"),
    (
        lambda g, start, ink: favourite(lambda x: g(start), start, ink),
        "ask for the slopes",
    ),
    (lambda g, start, ink: allowed(np.ones(784), ink), "never asks for the slopes"),
    (lambda g, start, ink: (g(start) > 0).astype(float), "ink, and 100 is the limit"),
    (lambda g, start, ink: start + g(start), "outside of 0 to 1"),
    (lambda g, start, ink: climb(g, start, ink, eta=0), "where is the ascent?"),
    (lambda g, start, ink: start, "never asks for the slopes"),
    (lambda g, start, ink: favourite(lambda x: -g(x), start, ink), "go uphill?"),
    (lambda g, start, ink: climb(g, start, ink, steps=20), "20 steps are few"),
    (lambda g, start, ink: climb(g, start, ink, eta=1e-3), "longer steps?"),
    (lambda g, start, ink: climb(g, start, ink, back=scaled_back), "the NEAREST"),
    (lambda g, start, ink: favourite(g, start, ink / 3), "more ink is allowed"),
    (all_ink_used, "is all that ink worth it?"),
    (by_the_first_slopes, "where the slopes change it gains"),
    (
        lambda g, start, ink: np.clip(favourite(g, start, ink) + 0.01, 0, 1),
        "is the limit",
    ),
    (lambda g, start, ink: favourite(g, start, ink).reshape(28, 28), "(28, 28)"),
    (lambda g, start, ink: favourite(g, start, ink) / 0, "NaN or infinity"),
    (lambda g, start, ink: str(start), "of type str"),
    (lambda g, start: start, "cannot be called as favourite_image"),
)


def threshold_and_precision(a, shown, recall):
    needed = int(np.ceil(recall * np.sum(shown)))
    cut = np.sort(a[shown])[-needed]
    return cut, np.mean(shown[a >= cut])


def threshold_by_trial(a, shown, recall):
    for cut in sorted(set(a), reverse=True):
        said = a >= cut
        if sum(said & shown) >= recall * sum(shown):
            return float(cut), sum(said & shown) / sum(said)
    return None


def threshold_by_running_sums(a, shown, recall):
    cuts = np.unique(a)[::-1]
    hits = np.array([np.count_nonzero(a[shown] >= cut) for cut in cuts])
    k = np.argmax(hits >= recall * hits[-1])
    return [cuts[k], hits[k] / np.count_nonzero(a >= cuts[k])]


def threshold_by_partition(a, shown, recall):
    needed = -int(-(recall * shown.sum()) // 1)
    cut = -np.partition(-a[shown], needed - 1)[needed - 1]
    right, wrong = (a[shown] >= cut).sum(), (a[~shown] >= cut).sum()
    return np.array([cut, right / (right + wrong)], dtype=np.float32)


def at_place(place, among=lambda a, shown: a[shown]):
    """Wrong threshold: the number of the place, among the activations from above."""

    def answer(a, shown, recall):
        count = recall * np.sum(shown)
        cut = np.sort(among(a, shown))[::-1][place(count, a, recall)]
        return cut, np.mean(shown[a >= cut])

    return answer


def with_precision(precision):
    """Right threshold, and this of who is said and who shows the digit."""

    def answer(a, shown, recall):
        cut, _ = threshold_and_precision(a, shown, recall)
        return cut, precision(a >= cut, shown)

    return answer


def cut_by(threshold):
    def answer(a, shown, recall):
        cut = threshold(a, shown, recall)
        return cut, np.mean(shown[a >= cut])

    return answer


def from_above_only(a, shown, recall):
    cut, _ = threshold_and_precision(a, shown, recall)
    return cut, np.mean(shown[a > cut])


def needed_of_said(a, shown, recall):
    """Takes it for granted that no two activations are equal."""
    cut, _ = threshold_and_precision(a, shown, recall)
    return cut, np.ceil(recall * np.sum(shown)) / np.sum(a >= cut)


def by_precision(a, shown, recall):
    order = np.argsort(-a)
    precise = np.cumsum(shown[order]) / np.arange(1, len(a) + 1)
    k = np.flatnonzero(precise >= recall)[-1]
    return a[order][k], precise[k]


def sorted_in_place(a, shown, recall):
    found = threshold_and_precision(a, shown, recall)
    a.sort()
    return found


def up(count, *_):
    return int(np.ceil(count)) - 1


ANSWERS[check_threshold_for] = Answers(
    [
        threshold_and_precision,
        threshold_by_trial,
        threshold_by_running_sums,
        threshold_by_partition,
    ],
    (lambda *task: threshold_and_precision(*task)[::-1], "exchanged"),
    (lambda *task: threshold_and_precision(*task)[0], "two numbers are wanted"),
    (at_place(lambda count, *_: int(count) - 1), "so round up"),
    (at_place(lambda count, *_: round(count) - 1), "so round up"),
    (at_place(lambda count, *_: int(count) % 1), "too few are found"),
    (at_place(lambda count, *_: min(int(count), 39)), "the first place is number 0"),
    (at_place(lambda count, *_: -int(np.ceil(count))), "the highest are found first"),
    (at_place(lambda *_: -1), "more than you promised"),
    (at_place(up, lambda a, shown: a), "those images alone"),
    (at_place(lambda c, a, r: int(np.ceil(r * len(a))) - 1, lambda a, _: a), "alone"),
    (at_place(up, lambda a, shown: a[~shown]), "do not show the digit"),
    (cut_by(lambda a, shown, recall: recall), "not how sure"),
    (cut_by(lambda a, shown, recall: 1 - recall), "the recall is no activation"),
    (cut_by(lambda a, shown, recall: np.quantile(a[shown], 1 - recall)), "as good"),
    (cut_by(lambda a, shown, recall: a[shown].mean()), "you return"),
    (by_precision, "the precision that was to be reached"),
    (with_precision(lambda said, shown: np.mean(said[shown])), "that is the recall"),
    (with_precision(lambda said, shown: np.mean(said == shown)), "the accuracy"),
    (with_precision(lambda said, shown: np.sum(said & shown)), "number of images"),
    (with_precision(lambda said, shown: np.mean(said & shown)), "by all images"),
    (with_precision(lambda said, shown: np.mean(~shown[said])), "one minus"),
    (with_precision(lambda said, shown: 100 * np.mean(shown[said])), "percent"),
    (with_precision(lambda said, shown: np.mean(shown[said]).round(2)), "is rounded"),
    (with_precision(lambda said, shown: shown.mean()), "the threshold is right"),
    (from_above_only, ">= and not >"),
    (needed_of_said, "several images share the threshold"),
    (sorted_in_place, "it changes the array"),
    (lambda a, shown, recall: None, "it returns None"),
    (lambda a, shown: 0.5, "cannot be called as threshold_for"),
)
