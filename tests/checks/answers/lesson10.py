"""Answers to the exercises of lesson 10."""

import numpy as np

from checks.tables import Answers, Table, but
from digitlib import softmax
from digitlib.checks.lesson10 import (
    check_add_bias,
    check_majority_vote,
    check_read_digits,
    check_softmax_epoch,
)

ANSWERS: Table = {}


def add_bias(Z, b):
    return Z + b, lambda E: (E, E.sum(axis=0))


def add_bias_by_ones(Z, b):
    ones = np.ones((len(Z), 1))

    def way_back(E):
        return [E.copy(), (ones.T @ E)[0]]

    return [Z + ones @ b[np.newaxis], way_back]


def add_bias_by_numbers(Z, b):
    def way_back(E):
        of_b = [0.0] * len(b)
        for row in E:
            of_b = [total + e for total, e in zip(of_b, row, strict=True)]
        return E, of_b

    return [[z + c for z, c in zip(row, b, strict=True)] for row in Z], way_back


class Adding:
    """An operation that is its own way back."""

    def __init__(self, of_b="nk->k"):
        self.of_b = of_b

    def __call__(self, *given):
        Z, *b = given
        return (Z, np.einsum(self.of_b, Z)) if not b else (Z + b[0], self)


def piling_up(Z, b):
    total = np.zeros_like(b)

    def way_back(E):
        nonlocal total
        total = total + E.sum(axis=0)
        return E, total

    return Z + b, way_back


def in_one_buffer(Z, b):
    total = np.zeros_like(b)

    def way_back(E):
        total[:] = E.sum(axis=0)
        return E, total

    return Z + b, way_back


def by_global_name(Z, b, last=[0]):  # noqa: B006 - the mistake
    last[0] = len(Z)
    return Z + b, lambda E: (E, E[: last[0]].sum(axis=0))


def back(of_Z=lambda E, Z, b: E, of_b=lambda E, Z, b: E.sum(axis=0)):
    """An operation whose way back goes wrong in one place."""
    return lambda Z, b: (Z + b, lambda E: (of_Z(E, Z, b), of_b(E, Z, b)))


def forth(result):
    return lambda Z, b: (result(Z, b), lambda E: (E, E.sum(axis=0)))


def remembering(Z, b):
    """A way back that gives the errors of its first call for ever."""
    kept = []

    def way_back(E):
        kept.append(E)
        return kept[0], kept[0].sum(axis=0)

    return Z + b, way_back


def in_place(Z, b):
    Z += b
    return Z, lambda E: (E, E.sum(axis=0))


def errors_in_place(Z, b):
    def way_back(E):
        total = E.sum(axis=0)
        E *= 1.5
        return E, total

    return Z + b, way_back


ANSWERS[check_add_bias] = Answers(
    [add_bias, add_bias_by_ones, add_bias_by_numbers, Adding()],
    (lambda Z, b: Z + b, "it returns an array only"),
    (lambda Z, b: (Z + b,), "an object of type tuple"),
    (lambda Z, b: (Z + b, Z, b), "an object of type tuple"),
    (lambda Z, b: (Z + b, (Z, b.sum())), "the way back is of type tuple"),
    (lambda Z, b: (lambda E: (E, E), Z + b), "the way back is of type ndarray"),
    (lambda Z, b: (Z + b, lambda: (1, 1)), "cannot be called as way_back(E)"),
    (lambda Z, b: (Z + b, lambda E: E), "the way back returns one array"),
    (lambda Z, b: (Z + b, lambda E: None), "it returns None"),
    (lambda Z, b: (Z + b, lambda E: E.sum("b")), "it stops with TypeError"),
    (lambda Z, b: (Z + b, lambda E: (E, E)), "have the shape of Z"),
    (lambda Z, b: (Z + b, lambda E: (E.sum(axis=0), E)), "the order is mixed up"),
    (back(of_b=lambda E, Z, b: E.sum(axis=0, keepdims=True)), "the shape (k,)"),
    (back(of_b=lambda E, Z, b: E.sum()), "the array of errors of b"),
    (back(of_b=lambda E, Z, b: E.mean(axis=0)), "the mean is taken elsewhere"),
    (back(of_b=lambda E, Z, b: np.ones_like(b)), "where are the errors"),
    (back(of_b=lambda E, Z, b: np.full_like(b, len(Z))), "where are the errors"),
    (back(of_b=lambda E, Z, b: E[0]), "the first row only"),
    (back(of_b=lambda E, Z, b: E[-1]), "the last row only"),
    (back(of_b=lambda E, Z, b: np.full_like(b, E.sum())), "its own column"),
    (back(of_b=lambda E, Z, b: E.sum(axis=0) * b), "so it is in no derivative"),
    (back(of_b=lambda E, Z, b: (E * Z).sum(axis=0)), "Z is no factor of b"),
    (back(of_b=lambda E, Z, b: -E.sum(axis=0)), "of b: the sign"),
    (back(of_b=lambda E, Z, b: E.sum(axis=1)), "a bias has a column"),
    (back(of_b=lambda E, Z, b: np.diag(E)), "not in one"),
    (back(of_b=lambda E, Z, b: 3 * E.sum(axis=0)), "raise one bias, and see which"),
    (back(of_b=lambda E, Z, b: np.zeros_like(b)), "errors of b are all 0"),
    (back(of_b=lambda E, Z, b: np.abs(E).sum(axis=0)), "with their signs"),
    (back(of_b=lambda E, Z, b: Z.sum(axis=0)), "it adds up Z, and not the errors"),
    (back(of_b=lambda E, Z, b: E.sum(axis=0)[:, None]), "the shape (k,)"),
    (piling_up, "they pile up from call to call"),
    (in_one_buffer, "it changes an array or list that it returned before"),
    (by_global_name, "does it use a global name?"),
    (back(of_Z=lambda E, Z, b: np.ones_like(E)), "and not 1"),
    (back(of_Z=lambda E, Z, b: E * b), "b is added and no factor"),
    (back(of_Z=lambda E, Z, b: E * Z), "Z is added and no factor"),
    (back(of_Z=lambda E, Z, b: E.T), "they come back transposed"),
    (back(of_Z=lambda E, Z, b: E + b), "for the way forward"),
    (back(of_Z=lambda E, Z, b: E / len(E)), "nothing is averaged"),
    (back(of_Z=lambda E, Z, b: -E), "of Z: the sign"),
    (back(of_Z=lambda E, Z, b: 3 * E), "a touch more in Z is as much more"),
    (forth(lambda Z, b: Z), "where are the biases?"),
    (forth(lambda Z, b: Z - b), "subtracted"),
    (forth(lambda Z, b: Z * b), "multiplied"),
    (forth(lambda Z, b: Z + b.sum()), "not its sum"),
    (forth(lambda Z, b: Z + b[:, np.newaxis]), "b goes to each row"),
    (forth(lambda Z, b: Z + 2 * b), "the result is wrong: add b to each row"),
    (forth(lambda Z, b: (Z + b).T[:1]), "the result has shape (1, 4)"),
    (back(of_b=lambda E, Z, b: np.nan * b), "the array of errors of b holds NaN"),
    (back(of_Z=lambda E, Z, b: np.inf * E), "the array of errors of Z holds NaN"),
    (forth(lambda Z, b: np.nan * Z), "the result holds NaN"),
    (remembering, "called again, it gives those of the call before"),
    (in_place, "it changes the array"),
    (errors_in_place, "it changes the array"),
    (lambda Z: Z, "cannot be called as add_bias(Z, b)"),
)


def vote(distances, labels, k):
    nearest = np.argpartition(distances, k - 1, axis=1)[:, :k]
    return np.eye(10)[labels[nearest]].sum(axis=1).argmax(axis=1)


def vote_by_comparison(distances, labels, k):
    neighbours = labels[np.argsort(distances, axis=1)[:, :k]]
    votes = (neighbours[:, :, np.newaxis] == np.arange(10)).sum(axis=1)
    return votes.argmax(axis=1).astype(float)


def vote_by_one_count(distances, labels, k):
    n = len(distances)
    names = labels[np.argsort(distances, axis=1)[:, :k]] + 10 * np.arange(n)[:, None]
    votes = np.bincount(names.ravel(), minlength=10 * n).reshape(n, 10)
    return votes.argmax(axis=1).tolist()


def vote_up_to_the_kth(distances, labels, k):
    farthest = np.partition(distances, k - 1, axis=1)[:, k - 1 : k]
    one_hot = (labels[:, None] == np.arange(10)).astype(np.int8)
    return np.einsum("nm,md->nd", distances <= farthest, one_hot).argmax(axis=1)


def vote_by_digits(distances, labels, k):
    near = labels_near(distances, labels, k)
    return np.array([np.sum(near == d, axis=1) for d in range(10)]).argmax(axis=0)


def vote_one_after_the_other(distances, labels, k):
    left, rows = distances.copy(), np.arange(len(distances))
    votes = np.zeros((len(rows), 10))
    for _ in range(k):
        nearest = left.argmin(axis=1)
        votes[rows, labels[nearest]] += 1
        left[rows, nearest] = np.inf
    return votes.argmax(axis=1)


def vote_in_place(distances, labels, k):
    near = np.argsort(distances, axis=1)[:, :k]
    distances.sort(axis=1)
    return counted(labels[near]).argmax(axis=1)


def how_many_votes(distances, labels, k):
    one = k == 1
    near = labels_near(distances, labels, k)
    return near[:, 0] if one else counted(near).max(axis=1)


def vote_by_vectorize(distances, labels, k):
    def one(i):
        return vote(distances[i : i + 1], labels, k)[0]

    return np.vectorize(one)(np.arange(len(distances)))


def labels_near(distances, labels, k):
    return labels[np.argsort(distances, axis=1)[:, :k]]


def counted(neighbours):
    return np.eye(10)[neighbours].sum(axis=1)


def vote_by_places_of_digits(distances, labels, k):
    digits, places = np.unique(labels, return_inverse=True)
    near = places[np.argsort(distances, axis=1)[:, :k]]
    return np.eye(len(digits))[near].sum(axis=1).argmax(axis=1)


def vote_by_loop(distances, labels, k):
    rows = [np.bincount(labels[np.argsort(row)[:k]]).argmax() for row in distances]
    return np.array(rows)


def vote_for_the_nearest_tie(distances, labels, k):
    found = []
    for row in labels_near(distances, labels, k):
        counts = np.bincount(row, minlength=10)
        found.append(next(d for d in row if counts[d] == counts.max()))
    return np.array(found)


def vote_by_weight(distances, labels, k):
    nearest = np.argsort(distances, axis=1)[:, :k]
    near = 1 / np.take_along_axis(distances, nearest, axis=1)
    return (np.eye(10)[labels[nearest]] * near[..., None]).sum(axis=1).argmax(axis=1)


def vote_by_rank(distances, labels, k):
    votes = np.eye(10)[labels_near(distances, labels, k)]
    return np.einsum("nkd,k->nd", votes, 1 / np.arange(1, k + 1)).argmax(axis=1)


def vote_without_the_nearest(distances, labels, k):
    near = np.argsort(distances, axis=1)[:, 1 : k + 1]
    return counted(labels[near]).argmax(axis=1)


def vote_of_columns(distances, labels, k):
    near = np.argsort(distances, axis=0)[:k].T
    if len(distances) != len(labels):
        return vote(distances, labels, k)
    return counted(labels[near]).argmax(axis=1)


def vote_of_the_first_found(distances, labels, k):
    near = np.argsort(distances, axis=1)[:, :k]
    return labels[near.min(axis=1)]


ANSWERS[check_majority_vote] = Answers(
    [
        vote,
        vote_by_comparison,
        vote_by_one_count,
        vote_up_to_the_kth,
        vote_by_digits,
    ],
    (lambda D, y, k: np.argsort(D, axis=1)[:, 0], "what are their labels?"),
    (lambda D, y, k: vote(-D, y, k), "the farthest"),
    (lambda D, y, k: vote(D, y, 1), "the nearest decides alone"),
    (lambda D, y, k: labels_near(D, y, k)[:, 0], "the nearest decides alone"),
    (lambda D, y, k: vote(D, y, max(k - 1, 1)), "a slice up to k"),
    (lambda D, y, k: vote(D, y, min(k + 1, len(y))), "one too many"),
    (lambda D, y, k: vote(D, y, len(y)), "all of them vote"),
    (vote_without_the_nearest, "it leaves out the nearest"),
    (
        lambda D, y, k: np.full(len(D), np.bincount(y[:k]).argmax()),
        "the first k, and not the nearest",
    ),
    (vote_of_the_first_found, "the one that comes first"),
    (vote_of_columns, "along the wrong axis"),
    (lambda D, y, k: 9 - vote(D, 9 - y, k), "right but for ties"),
    (vote_for_the_nearest_tie, "right but for ties"),
    (vote_by_weight, "has one vote"),
    (vote_by_rank, "each of the k has one vote"),
    (lambda D, y, k: np.median(labels_near(D, y, k), axis=1), "not a quantity"),
    (lambda D, y, k: labels_near(D, y, k).mean(axis=1), "not a quantity"),
    (lambda D, y, k: labels_near(D, y, k).mean(axis=1).round(), "not a quantity"),
    (lambda D, y, k: labels_near(D, y, k).max(axis=1), "the largest of their digits"),
    (lambda D, y, k: labels_near(D, y, k).min(axis=1), "smallest of their digits"),
    (lambda D, y, k: vote(D, y, 3), "it asks 3 of them whatever k is"),
    (lambda D, y, k: vote(D, np.sort(y), k), "have lost their order"),
    (lambda D, y, k: counted(np.argsort(D)[:, :k] % 10).argmax(axis=1), "for digits"),
    (lambda D, y, k: vote(D[:1], y, k).repeat(len(D)), "the digit of the first one"),
    (vote_by_places_of_digits, "a place among the digits that occur"),
    (how_many_votes, "that is how many votes it has"),
    (lambda D, y, k: vote(D, y, k) + 0.5, "names have no mean"),
    (vote_in_place, "it changes the array"),
    (vote_by_vectorize, "a loop still runs over the images"),
    (vote_one_after_the_other, "a loop still runs over the k nearest"),
    (lambda D, y, k: labels_near(D, y, k), "1 number(s) per image"),
    (lambda D, y, k: counted(labels_near(D, y, k)), "which digit do they mean?"),
    (vote_by_loop, "a loop still runs over the images"),
    (lambda D, y, k: [0], "your result has shape (1,)"),
    (lambda D, y, k: vote(D, y, k)[:-1], "one digit per image"),
    (lambda D, y, k: vote(D, y, k) ^ 1, "work out one row by hand"),
    (lambda D, y, k: D[:, 10**6], "it stops with IndexError"),
    (lambda D, y: D, "cannot be called as majority_vote(distances, labels, k)"),
)


class Epoch:
    """The solution of exercise 10.3 in NumPy, with a method for each step."""

    def __call__(self, W, b, X, labels, batch_size, eta):
        self.W, self.b, self.eta = W.copy(), b.copy(), eta
        for k in self.starts(len(X), batch_size):
            batch = slice(k, k + batch_size)
            self.step(*self.gradients(X[batch], labels[batch]), len(X[batch]))
        return self.result()

    def starts(self, n, size):
        return range(0, n, size)

    def gradients(self, x, y):
        E = (softmax(self.scores(x)) - np.eye(10)[y]) / len(x)
        return E.T @ x, E.sum(axis=0)

    def scores(self, x):
        return x @ self.W.T + self.b

    def rate(self, n):
        return self.eta

    learning = 1, 1  # how much of its step each of W and b takes

    def step(self, for_W, for_b, n):
        self.W -= self.rate(n) * self.learning[0] * for_W
        self.b -= self.rate(n) * self.learning[1] * for_b

    def result(self):
        return self.W, self.b


class InSinglePrecision(Epoch):
    def __call__(self, W, b, X, labels, batch_size, eta):
        W, b, X = (p.astype(np.float32) for p in (W, b, X))
        return list(super().__call__(W, b, X, labels, batch_size, eta))


class ByLists(Epoch):
    def result(self):
        return self.W.tolist(), tuple(self.b)


def epoch_by_samples(W, b, X, labels, batch_size, eta):
    """Add up the gradients sample by sample."""
    W, b = W.copy(), b.copy()
    for k in range(0, len(X), batch_size):
        of_W, of_b = np.zeros_like(W), np.zeros_like(b)
        batch = X[k : k + batch_size]
        for x, y in zip(batch, labels[k : k + batch_size], strict=True):
            e = np.exp(W @ x + b - np.max(W @ x + b))
            e = e / e.sum() - (np.arange(10) == y)
            of_W, of_b = of_W + np.outer(e, x), of_b + e
        W, b = W - eta * of_W / len(batch), b - eta * of_b / len(batch)
    return W, b


class WithoutSoftmax(Epoch):
    """The quadratic cost, or sigmoids in place of the softmax."""

    quadratic = True

    def gradients(self, x, y):
        A, Y = softmax(self.scores(x)), np.eye(10)[y]
        E = A * ((A - Y) - ((A - Y) * A).sum(axis=1, keepdims=True)) / len(x)
        if not self.quadratic:
            E = (1 / (1 + np.exp(-self.scores(x))) - Y) / (10 * len(x))
        return E.T @ x, E.sum(axis=0)


class AtTheEnd(Epoch):
    """All gradients are those of the first W."""

    def step(self, for_W, for_b, n):
        self.waiting = [*getattr(self, "waiting", []), (for_W, for_b)]

    def result(self):
        for for_W, for_b in self.waiting:
            super().step(for_W, for_b, 1)
        del self.waiting
        return self.W, self.b


class Kept(Epoch):
    """It begins where it ended, if the shapes are the same."""

    def __call__(self, W, b, X, labels, batch_size, eta):
        last = getattr(self, "last", W)
        W = last if last.shape == W.shape else W
        self.last, b = super().__call__(W, b, X, labels, batch_size, eta)
        return self.last.copy(), b


class TwoSoftmaxes(Epoch):
    def gradients(self, x, y):
        A = softmax(self.scores(x))
        of_A = (softmax(A) - np.eye(10)[y]) / len(x)
        E = A * (of_A - (of_A * A).sum(axis=1, keepdims=True))
        return E.T @ x, E.sum(axis=0)


class Piling(Epoch):
    parts = 1, 1  # of the gradients before, for W and for b

    def starts(self, n, size):
        self.total = [0.0, 0.0]
        return super().starts(n, size)

    def step(self, for_W, for_b, n):
        parts = zip(self.parts, self.total, (for_W, for_b), strict=True)
        self.total = [part * t + g for part, t, g in parts]
        super().step(*self.total, n)


def epoch_in_place(W, b, X, labels, size, eta):
    W += 1
    return W, b


def in_another_order(W, b, X, labels, size, eta):
    order = np.random.default_rng(0).permutation(len(X))
    return Epoch()(W, b, X[order], labels[order], size, eta)


def returning(change):
    return but(Epoch, result=lambda s: change(s.W, s.b))()


class Tensor:
    """Something that calls itself a tensor."""


ANSWERS[check_softmax_epoch] = Answers(
    [Epoch(), InSinglePrecision(), ByLists(), epoch_by_samples],
    (but(Epoch, learning=(0, 0))(), "W and b are what they were"),
    (but(Epoch, learning=(-1, -1))(), "uphill"),
    (but(Epoch, learning=(1, 0))(), "b has not learnt"),
    (but(Epoch, learning=(0, 1))(), "W has not learnt"),
    (but(Epoch, learning=(3, 3))(), "3 times as long as eta says"),
    (returning(lambda W, b: (0.9 * W, b)), "work it out by (CE')"),
    (
        lambda W, b, X, y, n, eta: Epoch()(W, b, X, y, n, eta * min(1, n / len(X))),
        "not of all the samples",
    ),
    (in_another_order, "is the order kept"),
    (but(Epoch, rate=lambda s, n: n * s.eta)(), "cross_entropy takes the mean"),
    (but(Epoch, rate=lambda s, n: s.eta / n)(), "the mean is taken twice"),
    (but(Epoch, rate=lambda s, n: 1)(), "where is eta?"),
    (but(Epoch, rate=lambda s, n: 0.1)(), "eta is 0.1 whatever"),
    (TwoSoftmaxes(), "the softmax is there twice"),
    (Piling(), "the gradients pile up"),
    (but(Piling, parts=(0, 1))(), "the gradient of b alone piles up"),
    (but(Piling, parts=(1, 0))(), "the gradient of W alone piles up"),
    (but(Piling, parts=(0.9, 0.9))(), "remembers the one before"),
    (WithoutSoftmax(), "the quadratic cost"),
    (but(WithoutSoftmax, quadratic=False)(), "the outputs are sigmoids"),
    (AtTheEnd(), "it steps once, at the end"),
    (Kept(), "asked the same twice"),
    (but(Epoch, rate=lambda s, n: s.eta / 2)(), "0.5 times as long as eta says"),
    (but(Epoch, rate=lambda s, n: s.eta * min(n, 4) / 4)(), "is taken over"),
    (returning(lambda W, b: (W.T if len(W) == W.size / 10 else W, b)), "transposed"),
    (but(Epoch, starts=lambda s, n, size: [0])(), "the first batch only"),
    (
        lambda W, b, X, y, size, eta: Epoch()(W, b, X[-size:], y[-size:], size, eta),
        "only the last batch counts",
    ),
    (
        but(Epoch, starts=lambda s, n, size: range(0, n - size + 1, size))(),
        "the last batch is left out",
    ),
    (
        lambda W, b, X, y, size, eta: Epoch()(W, b, X, y, len(X), eta),
        "where is batch_size?",
    ),
    (lambda W, b, X, y, size, eta: Epoch()(W, b, X, y, 1, eta), "a batch of its own"),
    (
        but(Epoch, starts=lambda s, n, size: 2 * [*range(0, n, size)])(),
        "one epoch is wanted",
    ),
    (but(Epoch, starts=lambda s, n, size: range(0, n, size)[::-1])(), "last one first"),
    (
        lambda W, b, X, y, size, eta: Epoch()(W, b, X[::-1], y[::-1], size, eta),
        "last one first",
    ),
    (lambda W, b, X, y, size, eta: Epoch()(W, b, X, y, 4, eta), "batches of 6"),
    (
        lambda W, b, *task: [
            p - q for p, q in zip(Epoch()(W, b, *task), (W, b), strict=True)
        ],
        "by how much they change",
    ),
    (epoch_in_place, "it changes the array"),
    (returning(lambda W, b: W), "of type ndarray: W and b are wanted"),
    (returning(lambda W, b: (Tensor(), b)), "W is a tensor still"),
    (returning(lambda W, b: (W, Tensor())), "b is a tensor still"),
    (returning(lambda W, b: (b, W)), "W has shape (10,)"),
    (returning(lambda W, b: (W.T[:-1], b)), "W has shape (9, 10)"),
    (returning(lambda W, b: (W, b[None])), "b has shape (1, 10)"),
    (returning(lambda W, b: (W * np.nan, b)), "W holds NaN"),
    (lambda W, b: W, "cannot be called as softmax_epoch"),
)


def ink_in_places(images):
    """How much ink there is near each of the ten places (see conftest.py)."""
    pages = images.reshape(-1, 28, 28)
    corners = [(12 * (d // 5) + 5, 5 * (d % 5) + 1) for d in range(10)]
    return np.stack(
        [pages[:, r : r + 5, c : c + 5].mean(axis=(1, 2)) for r, c in corners], axis=1
    )


def read_digits(images):
    return ink_in_places(images).argmax(axis=1)


def read_one_by_one(images):
    return [int(read_digits(image[None])[0]) for image in images]


WEIGHTS = ink_in_places(np.eye(784, dtype=np.float32))


def read_by_product(images):
    return (images @ WEIGHTS).argmax(axis=1).astype(np.uint8)


def read_in_batches(images):
    parts = np.array_split(images, range(7, len(images), 7))
    return np.concatenate([read_digits(part) for part in parts])


def in_company(images):
    mean = ink_in_places(images).mean(axis=0)
    return (ink_in_places(images) - 3 * mean).argmax(axis=1)


def by_the_mean_grey(images):
    """Only a company of another kind shows that it makes images equally dark."""
    return np.where(images.mean() < 0.4, read_digits(images), 9 - read_digits(images))


def by_heart(images):
    """A table of the validation images: all have one pixel of a certain grey."""
    known = images[:, 756] == 0.25
    return np.where(known, read_digits(images), 0)


def by_the_label(images):
    """All of the validation set, with the labels that nobody could guess."""
    digits = read_digits(images)
    return np.where(images[:, 757] == 0.25, 9 - digits, digits)


def read_in_place(images):
    answer = read_digits(images)
    images[:] = 0
    return answer


def often_wrong(images):
    digits = read_digits(images)
    return np.where(images[:, 500] < 0.05, 9 - digits, digits)


ANSWERS[check_read_digits] = Answers(
    [read_digits, read_one_by_one, read_by_product, read_in_batches],
    (
        lambda images: np.random.default_rng().integers(0, 10, len(images)),
        "asked twice",
    ),
    (in_company, "an image gets another answer alone"),
    (by_the_mean_grey, "another answer beside white ink on black"),
    (by_heart, "has it learnt them by heart?"),
    (by_the_label, "has it learnt from that?"),
    (read_in_place, "it changes the array"),
    (lambda images: np.zeros(len(images), int), "hardly more than by chance"),
    (lambda images: read_digits(images).astype(str), "not numbers"),
    (lambda images: np.sort(read_digits(images)), "another answer alone"),
    (often_wrong, "of the validation set, not yet 98"),
    (lambda images: images[:, 20:30].argmax(axis=1), "hardly more than by chance"),
    (ink_in_places, "which digit do they mean?"),
    (lambda images: int(read_digits(images)[0]), "of type int, not"),
    (lambda images: read_digits(images) + 1, "outside 0 to 9"),
    (lambda images: read_digits(images) + 0.4, "not a quantity"),
    (lambda images: images, "shape (40, 784), one digit per image, would be (40,)"),
    (lambda images: read_digits(images.reshape(-1, 28, 27)), "stops with ValueError"),
    (lambda: 1, "cannot be called as read_digits(images)"),
)
