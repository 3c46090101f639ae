"""Answers to the exercises of lesson 1."""

from collections import Counter

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


def mirrored_as_lists(images):
    return [
        [row[28 * r + 27 - c] for r in range(28) for c in range(28)] for row in images
    ]


def mirrored_by_matrix(images):
    return images @ np.kron(np.eye(28), np.eye(28)[::-1])


def mirrored_and_put_back(images):
    before, seen = images.copy(), pictures(images)
    seen[:] = seen[:, :, ::-1].copy()
    answer = images.copy()
    images[:] = before
    return answer


def mirror_in_place(images):
    images[:] = mirrored(images)
    return images


def mirrored_over_itself(images):
    seen = pictures(images).copy()
    for c in range(28):
        seen[:, :, c] = seen[:, :, 27 - c]
    return rows(seen)


def mirrored_ten(images):
    return np.concatenate([mirrored(images[:10]), images[10:]])


def mirrored_once():
    kept = {}

    def mirrored_if_new(images):
        return kept.setdefault(images.shape, mirrored(images)).copy()

    return mirrored_if_new


ANSWERS[check_mirrored] = Answers(
    [
        mirrored,
        mirrored_by_places,
        mirrored_by_loop,
        mirrored_as_lists,
        mirrored_by_matrix,
        mirrored_and_put_back,
        lambda x: mirrored(x).astype(np.float32),
    ],
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
    (lambda x: list(pictures(x)), "has shape (5, 28, 28), one image of 784"),
    (lambda x: 1 - mirrored(x), "dark and light are exchanged as well"),
    (lambda x: 1 - x, "the grey 0.871, and no image has it anywhere"),
    (lambda x: np.sort(mirrored(x)), "row 0, column 0 what image 0 had in row"),
    (lambda x: mirrored(x).astype(int), "all fractions are cut off"),
    (lambda x: mirrored(x).astype(np.float16), "their greys are rounded"),
    (lambda x: (255 * mirrored(x)).astype(np.uint8), "the grey 204, and no image"),
    (lambda x: (x + mirrored(x)) / 2, "and no image has it anywhere"),
    (lambda x: rows(np.roll(pictures(x), 1, 2)), "column 1 what image 0 had in row 0"),
    (lambda x: mirrored(x.reshape(5, 784)), "for 1 image(s)"),
    (mirrored_over_itself, "column 14 what image 0 had in row 0, column 14"),
    (mirrored_ten, "right up to image 9, but image 10 of 30 is as it was"),
    (mirrored_once(), "these are images of an earlier call"),
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


def hit_rates_by_lists(verdicts, labels):
    shown, hit = Counter(labels.tolist()), Counter(labels[verdicts == labels].tolist())
    return [hit[d] / max(1, shown[d]) for d in range(10)]


def hit_rates_of_nan(verdicts, labels):
    with np.errstate(invalid="ignore"):
        return np.nan_to_num(counts(labels[verdicts == labels]) / counts(labels))


def hit_rates_by_one_hot(verdicts, labels):
    said, true = np.eye(10)[verdicts], np.eye(10)[labels]
    return np.einsum("id,id->d", said, true) / np.maximum(1, true.sum(axis=0))


def hit_rates_until_unseen(verdicts, labels):
    rates = np.zeros(10)
    for d in range(10):
        if d not in labels:
            break
        rates[d] = np.mean(verdicts[labels == d] == d)
    return rates


def hit_rates_by_marking(verdicts, labels):
    verdicts[verdicts != labels] = -1
    return hit_rates(verdicts, labels)


def hit_rates_so_far():
    shown, hit = np.zeros(10), np.zeros(10)

    def rates(verdicts, labels):
        shown[:] += counts(labels)
        hit[:] += counts(labels[verdicts == labels])
        return hit / np.maximum(1, shown)

    return rates


def rates_with(unseen):
    def rates(verdicts, labels):
        seen = np.bincount(labels, minlength=10) > 0
        return np.where(seen, hit_rates(verdicts, labels), unseen)

    return rates


def counts(digits):
    return np.bincount(digits, minlength=10)


ANSWERS[check_hit_rates] = Answers(
    [
        hit_rates,
        hit_rates_by_counting,
        hit_rates_by_lists,
        hit_rates_of_nan,
        hit_rates_by_one_hot,
        lambda v, y: tuple(hit_rates(v, y).astype(np.float32)),
    ],
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
    (lambda v, y: dict(enumerate(hit_rates(v, y))), "of type dict, not a NumPy array"),
    (lambda v, y: hit_rates(v, y).round(2), "the shares are rounded"),
    (lambda v, y: (100 * hit_rates(v, y)).round(), "these are per cent"),
    (lambda v, y: np.roll(hit_rates(v, y), -1), "in a wrong order: that of 0 comes"),
    (lambda v, y: counts(y[v == y]) / (len(y) / 10), "a tenth of all images"),
    (lambda v, y: counts(y[v == y]) / (counts(y) + 1), "one image too many"),
    (
        lambda v, y: (
            counts(y[v == y]) / np.maximum(1, counts(y) + counts(v) - counts(y[v == y]))
        ),
        "what was read as d without being one",
    ),
    (lambda v, y: hit_rates(v, y)[:9], "shape (9,), one share per digit, seen or not"),
    (hit_rates_until_unseen, "it stops at the first digit that no image shows"),
    (
        lambda v, y: hit_rates(v, y) * (np.arange(10) == 0),
        "only the 0 has got its share: is `return` inside the loop?",
    ),
    (hit_rates_by_marking, "it changes the array"),
    (hit_rates_so_far(), "what does it keep from call to call?"),
    (
        lambda v, y: np.array([np.mean(v[y == d] == d) for d in np.unique(y)]),
        "has shape (8,), one share per digit, seen or not",
    ),
    (lambda v, y: counts(y[v == y]) / counts(y), "NaN or infinity: look for a"),
    (rates_with(1), "a digit that no image shows gets 0"),
    (rates_with(0.7), "no image shows gets 0, but yours for 8 is 0.7"),
    (lambda v, y: counts(v) / counts(y), "that is how often it says each digit"),
    (
        lambda v, y: np.array([np.mean((v == d) == (y == d)) for d in range(10)]),
        "all images count for each digit",
    ),
    (lambda v, y: hit_rates(v, y) ** 2, "image(s) show a"),
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


def nearest_by_pixels(images, means):
    distances = np.zeros((len(images), len(means)))
    for k in range(images.shape[1]):
        distances += (images[:, k, None] - means[:, k]) ** 2
    return distances.argmin(axis=1)


def nearest_by_batches(images, means):
    starts = range(0, len(images), 20)
    return np.concatenate([nearest_mean(images[k : k + 20], means) for k in starts])


def nearest_by_halves(images, means):
    if len(images) == 1:
        return np.array([((images - means) ** 2).sum(axis=1).argmin()])
    half = len(images) // 2
    parts = images[:half], images[half:]
    return np.concatenate([nearest_by_halves(part, means) for part in parts])


def nearest_by_vectorize(images, means):
    def nearest(k):
        return ((images[k] - means) ** 2).sum(axis=1).argmin()

    return np.vectorize(nearest)(np.arange(len(images)))


def nearest_by_squares_in_place(images, means):
    products = images @ means.T
    means **= 2
    return (means.sum(axis=1) - 2 * products).argmin(axis=1)


def nearest_by_einsum_of_differences(images, means):
    differences = images[:, None] - means
    return np.einsum("nck,nck->nc", differences, differences).argmin(axis=1)


def nearest_of_one_matrix(images, means):
    inputs = np.column_stack([images, np.ones(len(images))])
    return (inputs @ np.column_stack([-2 * means, lengths(means)]).T).argmin(axis=1)


def lengths(means):
    return (means**2).sum(axis=1)


def nearest_with_kept_lengths():
    kept = {}

    def nearest(images, means):
        squares = kept.setdefault("lengths", lengths(means))
        return (squares[: len(means)] - 2 * images @ means.T).argmin(axis=1)

    return nearest


ANSWERS[check_nearest_mean] = Answers(
    [
        nearest_mean,
        nearest_mean_all_terms,
        nearest_of_one_matrix,
        lambda x, m: cdist(x, m).argmin(axis=1),
        lambda x, m: (np.inner(x, m) - lengths(m) / 2).argmax(axis=1).tolist(),
        lambda x, m: nearest_mean(*(some.astype(np.float32) for some in (x, m))),
        lambda x, m: len(m) - 1 - nearest_mean(x, m[::-1]),  # of equals, a later one
    ],
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
    (lambda x, m: cdist(x, m).argmin(axis=0), "shape (12,), one number per image"),
    (lambda x, m: cdist(x, m), "shape (60, 12), one number per image"),
    (lambda x, m: (lengths(m) - 2 * x @ m.T).min(axis=1), "these are the distances"),
    (lambda x, m: cdist(x, m, "cosine").argmin(axis=1), "most similar direction"),
    (lambda x, m: (lengths(m) / 2 - 2 * x @ m.T).argmin(1), "with no factor of their"),
    (lambda x, m: (lengths(m) / m.shape[1] - 2 * x @ m.T).argmin(1), "factor of their"),
    (
        lambda x, m: nearest_mean(*(some.astype(np.float16) for some in (x, m))),
        "for 30 image(s), 11 means",
    ),
    (lambda x, m: (m.sum(1) ** 2 - 2 * x @ m.T).argmin(1), "square each pixel and add"),
    (lambda x, m: (lengths(m.T) - 2 * x @ m.T).argmin(1), "run along the wrong axis"),
    (lambda x, m: (lengths(m) - 2 * x @ m).argmin(1), "factor of the product has to"),
    (lambda x, m: cdist(x, m[:10]).argmin(axis=1), "the first ten means only"),
    (lambda x, m: nearest_mean(x, m).astype(np.uint8), "no number is above 255"),
    (lambda x, m: 1 + nearest_mean(x, m), "the first mean is number 0"),
    (lambda x, m: (lengths(x)[:, None] - 2 * x @ m.T).argmin(1), "are left out"),
    (
        lambda x, m: (lengths(m - m.mean(0)) - 2 * x @ m.T).argmin(1),
        "as you say, by (NM)",
    ),
    (lambda x, m: nearest_mean(x, m).astype(float), "an integer type is wanted"),
    (lambda x, m: (lengths(m) - 2 * x * m).argmin(axis=1), "it stops with ValueError"),
    (lambda x, m: (nearest_mean(x, m) + 1) % len(m), "another is nearer (for 60 image"),
    (lambda x, m: nearest_mean(x, m) - 99, "there is no such mean"),
    (nearest_by_images, "takes the images one by one"),
    (nearest_by_halves, "takes the images one by one"),
    (nearest_by_batches, "takes the images one by one, or a few at a time"),
    (nearest_by_vectorize, "takes the images one by one"),
    (nearest_by_means, "takes the means one by one"),
    (nearest_by_pixels, "takes the pixels one by one"),
    (nearest_by_squares_in_place, "it changes the array"),
    (nearest_with_kept_lengths(), "is nearer (for 30 image(s), 11 means)"),
    (nearest_by_differences, "every difference of every pixel"),
    (nearest_by_einsum_of_differences, "every difference of every pixel"),
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


def neighbour_by_batches_of_known(images, known_images, known_labels):
    best, answers = np.full(len(images), np.inf), np.zeros(len(images), dtype=int)
    for k in range(0, len(known_images), 300):
        part = known_images[k : k + 300]
        distances = lengths(part) - 2 * images @ part.T
        nearer = distances.min(axis=1) < best
        answers[nearer] = known_labels[k + distances.argmin(axis=1)[nearer]]
        best = np.minimum(best, distances.min(axis=1))
    return answers


def neighbour_in_eights(images, known_images, known_labels):
    answers, lengths_of_known = [], np.sum(known_images**2, axis=1)
    for k in range(0, len(images), 8):
        products = np.dot(images[k : k + 8], np.transpose(known_images))
        nearest = np.argmin(np.subtract(lengths_of_known, 2 * products), axis=1)
        answers.extend(known_labels[place] for place in nearest)
    return answers


def neighbour_one_at_a_time(images, known_images, known_labels):
    return nearest_neighbour(images, known_images, known_labels, batch=1)


def neighbour_of_a_place_in_its_batch(images, known_images, known_labels):
    parts = range(0, len(known_images), 300)
    tables = [cdist(images, known_images[k : k + 300]) for k in parts]
    best = np.argmin([table.min(axis=1) for table in tables], axis=0)
    places = [table.argmin(axis=1) for table in tables]
    return known_labels[np.choose(best, places)]


def neighbour_with_gaps(images, known_images, known_labels):
    answers = np.zeros(len(images), dtype=int)
    for k in range(0, len(images), 100):
        part = images[k : k + 99]
        answers[k : k + 99] = nearest_neighbour(part, known_images, known_labels)
    return answers


def neighbour_by_sorting(images, known_images, known_labels):
    order = known_labels.argsort()
    known_labels[:], known_images[:] = known_labels[order], known_images[order]
    return nearest_neighbour(images, known_images, known_labels)


def neighbour_with_kept_lengths():
    kept = {}

    def neighbour(images, known_images, known_labels):
        squares = kept.setdefault(len(known_images), lengths(known_images))
        parts = np.array_split(images, 1 + len(images) // 50)
        tables = [squares - 2 * part @ known_images.T for part in parts]
        return known_labels[np.concatenate([table.argmin(axis=1) for table in tables])]

    return neighbour


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
    [
        nearest_neighbour,
        nearest_neighbour_single,
        nearest_neighbour_by_lists,
        neighbour_by_batches_of_known,
        neighbour_in_eights,
        lambda x, k, y: nearest_neighbour(x, k, y, 2),
    ],
    (lambda x, k, y: nearest_mean(x, k), "these are the places of the nearest images"),
    (lambda x, k, y: y[cdist(x, k).argmax(axis=1)], "farthest away"),
    (lambda x, k, y: y[np.argsort(cdist(x, k), axis=1)[:, 1]], "the second nearest"),
    (lambda x, k, y: y[(x @ k.T).argmax(axis=1)], "a long one wins too often"),
    (lambda x, k, y: y[(lengths(k) - x @ k.T).argmin(1)], "dot products count twice"),
    (neighbour_average, "that is the nearest average"),
    (neighbour_of_whole_batches, "right for 60 images of 67, then wrong"),
    (lambda x, k, y: nearest_neighbour(x[:60], k, y), "label per image would be (67,)"),
    (lambda x, k, y: y[nearest_by_images(x, k)], "(nearly) one by one"),
    (neighbour_one_at_a_time, "(nearly) one by one"),
    (neighbour_by_known, "the known images are taken (nearly) one by one"),
    (neighbour_of_a_place_in_its_batch, "right for fewer images, and fewer known"),
    (neighbour_with_gaps, "here image 99 is the first whose label is wrong"),
    (neighbour_by_sorting, "it changes the array"),
    (neighbour_with_kept_lengths(), "right for as many others, but here image"),
    (lambda x, k, y: nearest_neighbour(x, k[:99], y[:99]), "fewer images, and fewer"),
    (lambda x, k, y: y[cdist(x, k, "cosine").argmin(1)], "most similar direction"),
    (lambda x, k, y: y[cdist(x, k, "cityblock").argmin(1)], "absolute differences"),
    (lambda x, k, y: 0 * nearest_neighbour(x, k, y), "every image gets the label 0"),
    (
        lambda x, k, y: [
            Counter(y[d.argsort()[:5]]).most_common(1)[0][0] for d in cdist(x, k)
        ],
        "that is what 5 neighbours say",
    ),
    (lambda x, k, y: y[nearest_by_differences(x, k)], "difference of every pixel"),
    (lambda x, k, y: y[nearest_mean(x, k)], "megabytes, not 20"),
    (lambda x, k, y: nearest_neighbour(x, k, y, 1000), "megabytes, not 20"),
    (lambda x, k, y: nearest_neighbour(x, k, y) + 0.0, "an integer type is wanted"),
    (lambda x, k, y: nearest_neighbour(x, k, y) ^ 1, "image 0 is the first whose"),
    (lambda x, k: x, "cannot be called as nearest_neighbour(images, known_images"),
)
