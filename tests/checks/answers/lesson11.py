"""Answers to the exercises of lesson 11."""

from itertools import pairwise

import numpy as np

from checks.tables import Answers, Table
from digitlib.checks.lesson11 import (
    check_draw_digits,
    check_guided,
    check_heun,
    check_on_the_road,
)

ANSWERS: Table = {}


# --- 11.1 --------------------------------------------------------------------------


def on_the_road(X0, X1, t):
    t = t[:, None]
    return (1 - t) * X0 + t * X1, X1 - X0


def one_by_one(X0, X1, t):
    pairs = [((1 - s) * a + s * b, b - a) for a, b, s in zip(X0, X1, t, strict=True)]
    return [place for place, _ in pairs], [velocity for _, velocity in pairs]


def place(change):
    """A mistake in the places: `change` gets starts, ends and times in a column."""
    return lambda X0, X1, t: (change(X0, X1, t[:, None]), X1 - X0)


def speed(change):
    """A mistake in the velocities."""
    return lambda X0, X1, t: (
        X0 + t[:, None] * (X1 - X0),
        change(X0, X1, t[:, None]),
    )


def by_what_is_left(X0, X1, t):
    at, _ = on_the_road(X0, X1, t)
    with np.errstate(divide="ignore", invalid="ignore"):
        return at, (X1 - at) / (1 - t[:, None])


def road_in_place(X0, X1, t):
    X1 -= X0
    return X0 + t[:, None] * X1, X1


def road_of_the_first(X0, X1, t, first={}):  # noqa: B006 - that is the mistake
    return first.setdefault(X0.shape, on_the_road(X0, X1, t))


ANSWERS[check_on_the_road] = Answers(
    [
        on_the_road,
        one_by_one,
        lambda X0, X1, t: (X0 + np.diag(t) @ (X1 - X0), X1 - X0),
        lambda X0, X1, t: (((1 - t) * X0.T + t * X1.T).T, X1 - X0),
        lambda X0, X1, t: np.array(on_the_road(X0, X1, t)).astype(np.float32),
    ],
    (place(lambda a, b, t: t * a + (1 - t) * b), "time runs backwards"),
    (lambda a, b, t: (a + t.mean() * (b - a), b - a), "one time for all"),
    (lambda a, b, t: (a + t[0] * (b - a), b - a), "one time for all"),
    (place(lambda a, b, t: (a + b) / 2), "where is t?"),
    (place(lambda a, b, t: a + t * b), "the noise does not shrink"),
    (place(lambda a, b, t: t * b), "where is the start?"),
    (place(lambda a, b, t: t * (b - a)), "how far he has come"),
    (place(lambda a, b, t: (1 - t) * a), "where is the end?"),
    (place(lambda a, b, t: np.sqrt(1 - t) * a + np.sqrt(t) * b), "roads are bent"),
    (place(lambda a, b, t: np.sqrt(1 - t**2) * a + t * b), "roads are bent"),
    (
        place(lambda a, b, t: np.cos(np.pi * t / 2) * a + np.sin(np.pi * t / 2) * b),
        "roads are bent",
    ),
    (place(lambda a, b, t: a + t**2 * (b - a)), "a steady pace"),
    (place(lambda a, b, t: (1 - t) * (b - a)), "what is left of the road"),
    (place(lambda a, b, t: np.clip(a + t * (b - a), 0, 1)), "are clipped"),
    (place(lambda a, b, t: a), "these are the starts"),
    (place(lambda a, b, t: b), "these are the ends"),
    (place(lambda a, b, t: np.round(a + t * (b - a), 2)), "are rounded"),
    (place(lambda a, b, t: a + b), "see (ROAD)"),
    (speed(lambda a, b, t: a - b), "he walks backwards"),
    (speed(lambda a, b, t: (1 - t) * (b - a)), "what is left of the road"),
    (speed(lambda a, b, t: t * (b - a)), "how far he has come"),
    (speed(lambda a, b, t: b), "that is the end"),
    (speed(lambda a, b, t: -a), "where is the end?"),
    (speed(lambda a, b, t: a + t * (b - a)), "the places once more"),
    (
        speed(lambda a, b, t: (b - a) / np.linalg.norm(b - a, axis=1, keepdims=True)),
        "that is a direction",
    ),
    (
        speed(
            lambda a, b, t: (
                np.linalg.norm(b - a, axis=1, keepdims=True) + np.zeros_like(a)
            )
        ),
        "that is a speed",
    ),
    (speed(lambda a, b, t: (b - a).mean(axis=0) + 0 * a), "a mean over the travellers"),
    (speed(lambda a, b, t: np.abs(b - a)), "it has lost its signs"),
    (speed(lambda a, b, t: (b - a) ** 2), "it is squared"),
    (speed(lambda a, b, t: (b - a) / 2), "that is half of it"),
    (speed(lambda a, b, t: 2 * (b - a)), "that is twice of it"),
    (speed(lambda a, b, t: 0 * a), "nobody moves"),
    (speed(lambda a, b, t: b.mean(axis=0) - a), "the perfect answer at the start"),
    (speed(lambda a, b, t: a + b), "a plus in the place of a minus"),
    (speed(lambda a, b, t: np.round(b - a, 1)), "are rounded"),
    (speed(lambda a, b, t: (b - a) * 3), "how far does he get in all"),
    (lambda a, b, t: on_the_road(a, b, t)[::-1], "the two are exchanged"),
    (lambda a, b, t: on_the_road(a, b, t)[0], "two arrays are wanted"),
    (lambda a, b, t: (a + t * (b - a), b - a), "t as a column"),
    (by_what_is_left, "the velocities holds NaN"),
    (road_in_place, "it changes the array"),
    (road_of_the_first, "does it keep some?"),
    (lambda a, b, t: (a[0] + t[0] * (b - a)[0], b - a), "the places has shape"),
)


# --- 11.2 --------------------------------------------------------------------------


def heun(velocity, X, steps):
    h = 1 / steps
    for k in range(steps):
        v = velocity(X, k * h)
        after = velocity(X + h * v, (k + 1) * h)
        X = X + h * (v + after) / 2
    return X


def heun_by_times(velocity, X, steps):
    times = np.linspace(0, 1, steps + 1)
    for t, later in pairwise(times):
        v = velocity(X, t)
        ahead = X + (later - t) * v
        X = (X + ahead + (later - t) * velocity(ahead, later)) / 2
    return X


def heun_one_by_one(velocity, X, steps):
    return np.vstack([heun(velocity, x[None], steps) for x in X])


def heun_by_recursion(velocity, X, steps, k=0):
    if k == steps:
        return X
    v = velocity(X, k / steps)
    w = velocity(X + v / steps, (k + 1) / steps)
    return heun_by_recursion(velocity, X + (v + w) / (2 * steps), steps, k + 1)


def way(first=0.5, reach=1.0, later=1.0, h=None, count=None, begin=0.0):
    """A way that leaves Heun's: weights, places and times of the second velocity."""

    def answer(velocity, X, steps):
        step = 1 / steps if h is None else h(steps)
        for k in range(steps if count is None else count(steps)):
            t = k * step + begin * step
            v = velocity(X, t)
            w = velocity(X + reach * step * v, t + later * step)
            X = X + step * (first * v + (1 - first) * w)
        return X

    return answer


def euler(velocity, X, steps):
    for k in range(steps):
        X = X + velocity(X, k / steps) / steps
    return X


def midpoint(velocity, X, steps):
    h = 1 / steps
    for k in range(steps):
        middle = X + h / 2 * velocity(X, k * h)
        X = X + h * velocity(middle, (k + 0.5) * h)
    return X


def heun_added(velocity, X, steps):
    h = 1 / steps
    for k in range(steps):
        v = velocity(X, k * h)
        X = X + h * (v + velocity(X + h * v, (k + 1) * h))
    return X


def heun_backwards(velocity, X, steps):
    h = 1 / steps
    for k in range(steps, 0, -1):
        v = velocity(X, k * h)
        X = X + h / 2 * (v + velocity(X + h * v, (k - 1) * h))
    return X


def heun_asking_thrice(velocity, X, steps):
    for k in range(steps):
        velocity(X, k / steps)
        X = way()(lambda Y, t, k=k: velocity(Y, (k + t) / steps) / steps, X, 1)
    return X


def runge_kutta(velocity, X, steps):
    h = 1 / steps
    for k in range(steps):
        t = k * h
        a = velocity(X, t)
        b = velocity(X + h / 2 * a, t + h / 2)
        c = velocity(X + h / 2 * b, t + h / 2)
        d = velocity(X + h * c, t + h)
        X = X + h / 6 * (a + 2 * b + 2 * c + d)
    return X


def euler_without_h(velocity, X, steps):
    h = 1 / steps
    for k in range(steps):
        v = velocity(X, k * h)
        X = X + h * (v + velocity(X + v, (k + 1) * h)) / 2
    return X


def always_at_the_start(velocity, X, steps):
    h, moved = 1 / steps, 0 * X
    for k in range(steps):
        v = velocity(X, k * h)
        moved = moved + h / 2 * (v + velocity(X + h * v, (k + 1) * h))
    return X + moved


def time_stands_still(velocity, X, steps):
    return heun(lambda Y, t: velocity(Y, 0.0), X, steps)


def heun_in_place(velocity, X, steps):
    X += heun(velocity, X, steps) - X
    return X


def heun_of_the_first(velocity, X, steps, first={}):  # noqa: B006 - the mistake
    return first.setdefault((X.shape, steps), heun(velocity, X, steps))


ANSWERS[check_heun] = Answers(
    [
        heun,
        heun_by_times,
        heun_one_by_one,
        heun_by_recursion,
        lambda v, X, n: heun(v, X, n).tolist(),
    ],
    (euler, "that is Euler's way"),
    (way(first=1), "that is Euler's way"),
    (midpoint, "that is the midpoint's velocity"),
    (way(first=0), "by the second velocity alone"),
    (way(later=0), "asked at the old time"),
    (way(reach=0), "asked at the old place"),
    (way(reach=0.5), "asked half-way"),
    (way(later=0.5), "asked half-way"),
    (way(reach=0.5, later=0.5), "asked half-way"),
    (euler_without_h, "Euler's step forgets h"),
    (way(first=0.25), "the weights are not equal"),
    (way(first=2 / 3), "the weights are not equal"),
    (heun_added, "both velocities are added"),
    (way(h=lambda n: 1 / (2 * n)), "half as long"),
    (way(count=lambda n: max(n - 1, 1)), "one step too few"),
    (way(count=lambda n: 1), "the first step only"),
    (way(count=lambda n: n + 1), "one step too many"),
    (way(h=lambda n: 1 / (n + 1)), "not 1 / (steps + 1)"),
    (way(begin=1), "one step too late"),
    (heun_backwards, "time does not run backwards"),
    (time_stands_still, "time stands still"),
    (way(h=lambda n: 0.1, count=lambda n: 10), "it takes 10 steps"),
    (lambda v, X, n: heun(v, X, n) - X, "add where they began"),
    (lambda v, X, n: X, "come back as they were"),
    (lambda v, X, n: 2 * X - heun(v, X, n), "it goes the other way"),
    (always_at_the_start, "where are the points now?"),
    (runge_kutta, "do one step by hand"),
    (heun_asking_thrice, "right, but it asks 3 times a step"),
    (way(h=lambda n: 0.7), "time runs from 0 to 1"),
    (lambda v, X, n: X + 1, "it never asks the velocity"),
    (lambda v, X, n: X + v(X, 0.3), "twice in each"),
    (heun_in_place, "it changes the array"),
    (heun_of_the_first, "does it keep some?"),
    (lambda v, X, n: heun(v, X[0], n), "it stops with ValueError"),
    (lambda v, X, n: heun(v, X, n)[0], "has shape"),
    (lambda v, X, n: heun(v, X, n) / 0, "NaN or infinity"),
)


# --- 11.3 --------------------------------------------------------------------------


def guided(named, free, X, t, weight):
    v, u = named(X, t), free(X, t)
    return u + weight * (v - u)


def guided_by(mix):
    """Another way to mix what the two say."""
    return lambda named, free, X, t, weight: mix(named(X, t), free(X, t), weight)


def guided_in_rows(named, free, X, t, weight):
    return [guided(named, free, x[None], t, weight)[0] for x in X]


def back_to_length(v, u, w):
    mixed = u + w * (v - u)
    lengths = [np.linalg.norm(a, axis=1, keepdims=True) for a in (v, mixed)]
    return mixed * lengths[0] / lengths[1]


def guided_at_0(named, free, X, t, weight):
    return guided(named, free, X, 0.0, weight)


def guided_in_place(named, free, X, t, weight):
    X *= 0
    return guided(named, free, X, t, weight)


def guided_as_first(named, free, X, t, weight, first={}):  # noqa: B006 - the mistake
    return first.setdefault(X.shape, guided(named, free, X, t, weight))


ANSWERS[check_guided] = Answers(
    [
        guided,
        guided_by(lambda v, u, w: w * v + (1 - w) * u),
        guided_by(lambda v, u, w: v + (w - 1) * (v - u)),
        guided_in_rows,
        guided_by(lambda v, u, w: np.tensordot([w, 1 - w], [v, u], 1)),
    ],
    (guided_by(lambda v, u, w: v), "of who is told: where is the weight?"),
    (guided_by(lambda v, u, w: u), "of who is not told"),
    (guided_by(lambda v, u, w: v + w * (u - v)), "the two are exchanged"),
    (guided_by(lambda v, u, w: v + w * (v - u)), "weight 1 shall be no guidance"),
    (guided_by(lambda v, u, w: w * v), "`free` is left out"),
    (guided_by(lambda v, u, w: w * (v - u)), "the difference alone: add it"),
    (guided_by(lambda v, u, w: v - u), "the difference alone, without the weight"),
    (guided_by(lambda v, u, w: u + w * v), "subtract `free`"),
    (guided_by(lambda v, u, w: w * v + (1 + w) * u), "a sign"),
    (guided_by(lambda v, u, w: w * v - u), "1 - weight is left"),
    (guided_by(lambda v, u, w: (w * v + u) / (1 + w)), "never leads beyond"),
    (guided_by(lambda v, u, w: (v + u) / 2), "never leads beyond"),
    (guided_by(lambda v, u, w: u + (v - u) / (w or 1e-9)), "multiply"),
    (guided_by(lambda v, u, w: u + min(w, 1) * (v - u)), "where is the weight?"),
    (guided_by(back_to_length), "scaled back to the length"),
    (guided_by(lambda v, u, w: u + w * np.sign(v - u)), "lost its length"),
    (guided_by(lambda v, u, w: u + w * np.abs(v - u)), "lost its signs"),
    (guided_by(lambda v, u, w: u + w**2 * (v - u)), "the weight is squared"),
    (guided_by(lambda v, u, w: u + 1.5 * (v - u)), "it guides by 1.5"),
    (guided_by(lambda v, u, w: u + 3 * (v - u)), "it guides by 3"),
    (guided_by(lambda v, u, w: u - w * (v - u)), "it leads the other way"),
    (lambda v, u, X, t, w: X + guided(v, u, X, t, w), "that is a place"),
    (
        lambda v, u, X, t, w: guided(v, u, X, t, w * t),
        "nothing is to be multiplied by t",
    ),
    (guided_at_0, "asked at t = 0"),
    (guided_by(lambda v, u, w: u + np.sqrt(w) * (v - u)), "begin with `free`"),
    (guided_in_place, "it changes the array"),
    (guided_as_first, "does it keep some?"),
    (lambda v, u, X, t, w: guided(v, u, X[0], t, w), "it stops with ValueError"),
    (lambda v, u, X, t, w: guided(v, u, X, t, w).mean(axis=0), "has shape"),
    (lambda v, u, X, t, w: lambda Y, s: guided(v, u, Y, s, w), "of type function"),
)


# --- 11.4: the digits of `conftest.unseen`, grey noise with a square ----------------


def squares(digits, rng, grey=0.5, size=3):
    pages = rng.random((len(digits), 28, 28)) * grey
    for page, label in zip(pages, digits, strict=True):
        row, column = 12 * (label // 5) + 6, 5 * (label % 5) + 2
        page[row : row + size, column : column + size] = 1
    return pages.reshape(len(digits), 784)


def squares_in_turn(digits, rng):
    return np.vstack([squares([digit], rng) for digit in digits])


def squares_of_their_own(digits, rng):
    return squares(digits, np.random.default_rng(rng.integers(2**32)))


def squares_of_two_greys(digits, rng):
    images = squares(digits, rng)
    images[images < 1] = 0.1 + 0.3 * (rng.random(np.sum(images < 1)) < 0.5)
    return images


CHANCE = np.random.default_rng(0)
KNOWN = squares(np.arange(600) % 10, np.random.default_rng(5))  # as `train` has them


def copies(digits, rng):
    return KNOWN[[rng.choice(np.flatnonzero(np.arange(600) % 10 == d)) for d in digits]]


def nearly_copies(digits, rng):
    images = copies(digits, rng)
    return np.clip(images + 0.02 * rng.normal(size=images.shape), 0, 1)


def one_for_each(digits, rng):
    images = squares(range(10), rng)
    return images[digits]


def changed(change):
    return lambda digits, rng: change(squares(digits, rng))


ANSWERS[check_draw_digits] = Answers(
    [
        squares,
        squares_in_turn,
        squares_of_their_own,
        squares_of_two_greys,
        lambda digits, rng: squares(digits, rng).astype(np.float32).tolist(),
    ],
    (lambda d, rng: squares(d, np.random.default_rng(0)), "where does rng come in?"),
    (lambda d, rng: squares(d, CHANCE), "let all chance come from rng"),
    (one_for_each, "is the same: draw another one each time"),
    (lambda d, rng: squares(0 * d, rng), "what is `digits` for?"),
    (lambda d, rng: squares((d + 1) % 10, rng), "looks like the next digit"),
    (lambda d, rng: squares(np.sort(d), rng), "in another order than asked"),
    (changed(lambda images: 1 - images), "ink and paper are exchanged"),
    (
        changed(lambda A: A.reshape(-1, 28, 28).transpose(0, 2, 1).reshape(-1, 784)),
        "rows and columns are exchanged",
    ),
    (changed(lambda images: images[:, ::-1]), "on their heads"),
    (lambda d, rng: rng.random((len(d), 784)), "too few can be read"),
    (changed(lambda images: 256 * images), "from 0, paper, to 1, ink"),
    (changed(lambda images: images - 0.5), "from 0, paper, to 1, ink"),
    (changed(lambda images: 0.25 + (images - 0.25) * 0.4 + 0), "too much alike"),
    (lambda d, rng: squares(d, rng, grey=0.15), "too much alike"),
    (lambda d, rng: squares(d, rng, grey=0.75), "is there noise left in them?"),
    (copies, "are copies of training digits"),
    (nearly_copies, "are copies of training digits"),
    (changed(lambda images: images[:, :64]), "one image per digit"),
    (changed(lambda images: images.reshape(-1, 28, 28)), "has shape"),
    (changed(lambda images: images[0]), "has shape (784,)"),
    (changed(lambda images: images / 0), "NaN or infinity"),
    (lambda d, rng: squares(range(10), rng), "has shape (10, 784)"),
    (lambda d, rng: squares(d, rng)[rng.permutation(len(d))], "another order"),
    (lambda d, rng: None, "returns None"),
)
