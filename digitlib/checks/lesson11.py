"""Checks for lesson 11, "Digits out of noise"."""

from collections.abc import Callable

import numpy as np

from courseware.checking.border import Dice
from courseware.checking.exercise import Suspects, agrees, blame, compared, exercise
from courseware.checking.judges import KEPT, require_no_memory
from courseware.checking.student import NotYetError, Student, read_array, require_parts
from digitlib.data.mnist import MNIST, load_mnist
from digitlib.flow import perfect_velocity

Velocity = Callable[[np.ndarray, float], np.ndarray]

# What somebody who draws has to reach, of what real digits have.
SHARE_READ = 0.6  # by the nearest mean, who reads 0.82 of real ones
LEAST, MOST = 0.2, 1.6  # of the variance of the pixels within a digit
NEAR = 0.2  # of the way from an unseen digit to its nearest training digit
COPIES = 0.1  # of the drawn ones, at most so many as near as that
DRAWN_OF_EACH = 20


@exercise("on_the_road(X0, X1, t)")
def check_on_the_road(student: Student) -> None:
    """Check exercise 11.1: places and velocities (n, d) of travellers at times (n,)."""
    rng = np.random.default_rng(111)
    shapes = (4, 4), (6, 3), (1, 5), (6, 3), (9, 1)
    tasks = [(*rng.normal(size=(2, *shape)), rng.random(shape[0])) for shape in shapes]
    ends = np.array([0.0, 1.0, 0.0, 1.0, 0.5])  # whoever divides by what is left ...
    tasks.append((*rng.normal(size=(2, 5, 2)), ends))
    for place, (X0, X1, t) in enumerate(tasks):
        n, d = X0.shape
        given = f"for {n} traveller(s) in {d} dimension(s)"
        answer = student(X0, X1, t, given=given)
        require_parts(answer, 2, "two arrays are wanted, places and velocities")
        places, velocities = (
            read_array(part, (n, d), "one row per traveller", name=f"the {name}")
            for name, part in zip(("places", "velocities"), answer, strict=True)
        )
        at, v = X0 + t[:, None] * (X1 - X0), X1 - X0
        if agrees(places, v) and agrees(velocities, at):
            raise NotYetError("the two are exchanged: the places come first")
        again = X0.shape in [task[0].shape for task in tasks[:place]]
        for name, yours, truth, suspects, hint in (
            ("places", places, at, _place_suspects, "see (ROAD): at t = 0 it is X0"),
            (
                "velocities",
                velocities,
                v,
                _velocity_suspects,
                "how far does he get in all, in one unit of time?",
            ),
        ):
            if not agrees(yours, truth):
                seen = compared(yours, truth, f"the {name} {given}:")
                blame(yours, suspects(X0, X1, t), KEPT if again else hint, seen)
    require_no_memory(student, tasks)


def _place_suspects(X0: np.ndarray, X1: np.ndarray, t: np.ndarray) -> Suspects:
    s = t[:, None]
    yield s * X0 + (1 - s) * X1, "time runs backwards: at t = 0 everybody is at X0"
    if X0.shape[0] == X0.shape[1]:  # square, so that a row fits as well
        hint = "each traveller has a time of his own: t as a column, t[:, None]"
        yield X0 + t * (X1 - X0), hint
    hint = "one time for all: each traveller has a time of his own"
    yield X0 + t[0] * (X1 - X0), hint
    yield X0 + t.mean() * (X1 - X0), hint
    yield X0 + 0.5 * (X1 - X0), "everybody is half-way: where is t?"
    hint = "the noise does not shrink on the way: in (ROAD) it has a factor, too"
    yield X0 + s * X1, hint
    yield s * X1, "where is the start? It has the factor 1 - t"
    yield s * (X1 - X0), "that is how far he has come: add where he started"
    yield (1 - s) * X0, "where is the end? It has the factor t"
    hint = "these roads are bent: in (ROAD) the factors are 1 - t and t themselves"
    yield np.sqrt(1 - s) * X0 + np.sqrt(s) * X1, hint
    yield np.sqrt(1 - s**2) * X0 + s * X1, hint
    quarter = np.pi / 2 * s
    yield np.cos(quarter) * X0 + np.sin(quarter) * X1, hint
    hint = "he does not walk at a steady pace: t itself, not a power of it"
    for power in (2, 0.5):
        yield X0 + s**power * (X1 - X0), hint
    at = X0 + s * (X1 - X0)
    yield X1 - at, "that is what is left of the road: the place itself is wanted"
    yield np.clip(at, 0, 1), "the places are clipped: noise may lie anywhere"
    yield np.clip(at, -1, 1), "the places are clipped: noise may lie anywhere"
    yield X0, "these are the starts: where is everybody at time t?"
    yield X1, "these are the ends: where is everybody at time t?"
    for digits in (1, 2, 3):
        yield np.round(at, digits), "the places are rounded: leave them as they are"


def _velocity_suspects(X0: np.ndarray, X1: np.ndarray, t: np.ndarray) -> Suspects:
    s, v = t[:, None], X1 - X0
    yield -v, "he walks backwards: from the start to the end is X1 - X0"
    hint = "that is what is left of the road: the velocity is the same all along"
    yield (1 - s) * v, hint
    yield s * v, "that is how far he has come: the velocity is the same all along"
    yield X1, "that is the end: by how much does it differ from the start?"
    yield -X0, "where is the end? A velocity is a difference of two places"
    at = X0 + s * v
    yield at, "those are the places once more: how fast do they change?"
    length = np.linalg.norm(v, axis=1, keepdims=True)
    hint = "that is a direction: the velocity also says how fast, so keep its length"
    yield v / length, hint
    yield length + 0 * v, "that is a speed: the velocity also says which way"
    hint = "a mean over the travellers: each has a velocity of his own"
    yield v.mean(axis=0) + 0 * v, hint
    yield np.abs(v), "it has lost its signs: they say which way"
    yield v**2, "it is squared: the cost squares, the velocity is a difference"
    yield v / 2, "that is half of it: the road takes one unit of time"
    yield 2 * v, "that is twice of it: the road takes one unit of time"
    yield 0 * v, "nobody moves: how fast do the places change?"
    hint = "that is the perfect answer at the start: here each traveller knows his end"
    yield X1.mean(axis=0) - X0, hint
    yield X1 + X0, "a plus in the place of a minus: a velocity is a difference"
    for digits in (1, 2, 3):
        yield np.round(v, digits), "the velocities are rounded: leave them as they are"


@exercise("heun(velocity, X, steps)")
def check_heun(student: Student) -> None:
    """Check exercise 11.2: where points (n, d) end by the mean of two velocities."""
    rng = np.random.default_rng(112)
    tasks = []
    for n, d, steps in ((4, 3, 3), (4, 3, 1), (1, 2, 5), (4, 3, 3), (6, 1, 12)):
        velocity, asked = _winding(rng, d)
        task = velocity, rng.normal(size=(n, d)), steps
        given = f"for {n} point(s) and {steps} step(s)"
        asked.clear()
        answer = student(*task, given=given)
        times = sorted(asked)
        yours = read_array(answer, (n, d), "one end per point")
        truth = _steps(*task)
        if not agrees(yours, truth):
            seen = compared(yours, truth, given)
            again = (n, d, steps) in [(*X.shape, k) for _, X, k in tasks]
            otherwise = KEPT if again else _by_questions(times, steps)
            blame(yours, _heun_suspects(*task), otherwise, seen)
        if len(times) > 2 * steps and len(times) != 2 * steps * n:
            each = f"{len(times) / steps:g} times a step"
            raise NotYetError(f"right, but it asks {each}: two are enough")
        tasks.append(task)
    require_no_memory(student, tasks)


def _winding(rng: np.random.Generator, d: int) -> tuple[Velocity, list[float]]:
    """Return a velocity that bends, and a list of the times at which it is asked."""
    mix, phase, asked = rng.normal(size=(d, d)), rng.normal(size=d), []

    def velocity(X: np.ndarray, t: float) -> np.ndarray:
        X = np.asarray(X, float)
        if X.ndim != 2 or X.shape[1] != d:
            raise ValueError(f"velocity wants points (n, {d}), not {X.shape}")
        asked.append(float(np.ravel(t)[0]))
        return 2 * np.sin(X @ mix + phase + 5 * t) + 3 * t * X

    return velocity, asked


def _steps(
    velocity: Velocity,
    X: np.ndarray,
    steps: int,
    first: float = 0.5,
    reach: float = 1.0,
    later: float = 1.0,
    h: float | None = None,
    count: int | None = None,
    begin: float = 0.0,
) -> np.ndarray:
    """Heun's way; the arguments are where it can be left: weights, places, times."""
    h = 1 / steps if h is None else h
    for k in range(steps if count is None else count):
        t = begin + k * h
        v = velocity(X, t)
        after = velocity(X + reach * h * v, t + later * h)
        X = X + h * (first * v + (1 - first) * after)
    return X


def _by_questions(times: list[float], steps: int) -> str:
    """Say what is amiss with how often and when the velocity was asked."""
    if not times:
        return "it never asks the velocity"
    if times[-1] > 1 + 1e-9 or times[0] < -1e-9:
        return (
            f"it asks at t = {times[0]:.3g} to {times[-1]:.3g}: time runs from 0 to 1"
        )
    if len(times) < 2 * steps:
        return f"it asks {len(times)} time(s) in {steps} step(s): twice in each, please"
    return "do one step by hand: where would Euler arrive, and what is the mean?"


def _heun_suspects(velocity: Velocity, X: np.ndarray, steps: int) -> Suspects:
    def way(**other: float) -> np.ndarray:
        return _steps(velocity, X, steps, **other)

    h = 1 / steps
    yield way(first=1), "that is Euler's way: the second velocity is not used"
    hint = "that is the midpoint's velocity: here ask at the end of Euler's step"
    yield way(first=0, reach=0.5, later=0.5), hint
    hint = "it goes by the second velocity alone: take the mean of both"
    yield way(first=0), hint
    hint = "the second velocity is asked at the old time: it is later by a step"
    yield way(later=0), hint
    hint = "the second velocity is asked at the old place: go Euler's step first"
    yield way(reach=0), hint
    hint = "the second velocity is asked half-way: Euler's whole step leads to the end"
    yield way(reach=0.5), hint
    yield way(later=0.5), hint
    yield way(reach=0.5, later=0.5), hint
    hint = "Euler's step forgets h: the second place is too far away"
    yield way(reach=1 / h), hint
    hint = "the weights are not equal: the mean is half of each"
    for weight in (0.25, 0.75, 1 / 3, 2 / 3):
        yield way(first=weight), hint
    yield _summed(velocity, X, steps), "both velocities are added: take their mean"
    hint = "each step is half as long as it should be: h is 1 / steps"
    yield way(h=h / 2), hint
    yield X + (way(count=1) - X) / 2, hint
    if steps > 1:
        yield way(count=steps - 1), "that is one step too few"
        yield way(count=1), "that is the first step only"
        yield way(h=1 / (steps - 1)), "h is 1 / steps, not 1 / (steps - 1)"
    yield way(count=steps + 1), "that is one step too many"
    yield way(h=1 / (steps + 1)), "h is 1 / steps, not 1 / (steps + 1)"
    hint = "each time is one step too late: the first step begins at t = 0"
    yield way(begin=h), hint
    hint = "time does not run backwards: noise is at t = 0"
    yield _backwards(velocity, X, steps), hint
    hint = "time stands still: each step begins where the last one ended"
    yield _steps(lambda Y, _: velocity(Y, 0.0), X, steps), hint
    yield way(h=0.1, count=10), "it takes 10 steps, whatever `steps` is"
    yield way() - X, "that is how far they have gone: add where they began"
    yield X, "the points come back as they were"
    yield 2 * X - way(), "it goes the other way: plus, not minus"
    hint = "the velocity is asked at X itself in each step: where are the points now?"
    yield _from_the_start(velocity, X, steps), hint


def _summed(velocity: Velocity, X: np.ndarray, steps: int) -> np.ndarray:
    h = 1 / steps
    for k in range(steps):
        v = velocity(X, k * h)
        X = X + h * (v + velocity(X + h * v, (k + 1) * h))
    return X


def _backwards(velocity: Velocity, X: np.ndarray, steps: int) -> np.ndarray:
    h = 1 / steps
    for k in reversed(range(steps)):
        v = velocity(X, (k + 1) * h)
        X = X + h / 2 * (v + velocity(X + h * v, k * h))
    return X


def _from_the_start(velocity: Velocity, X: np.ndarray, steps: int) -> np.ndarray:
    h, total = 1 / steps, np.zeros_like(X)
    for k in range(steps):
        v = velocity(X, k * h)
        total += h / 2 * (v + velocity(X + h * v, (k + 1) * h))
    return X + total


@exercise("guided(named, free, X, t, weight)")
def check_guided(student: Student) -> None:
    """Check exercise 11.3: the velocity (n, d) that guidance makes of two."""
    rng = np.random.default_rng(113)
    tasks = []
    cases = (4, 3, 0.3, 2.6), (4, 3, 0.6, 1.0), (1, 5, 0.1, 0.0)
    cases += (7, 2, 0.8, 1.5), (4, 3, 0.5, 3.5), (5, 1, 0.0, 5.0)
    for n, d, t, weight in cases:
        points = rng.normal(size=(12, d))
        named, free = _towards(points[:4]), _towards(points)
        task = named, free, rng.normal(size=(n, d)), t, weight
        given = f"for {n} place(s), t = {t:g} and the weight {weight:g}"
        yours = read_array(student(*task, given=given), (n, d), "one row per place")
        v, u = named(*task[2:4]), free(*task[2:4])
        truth = u + weight * (v - u)
        if not agrees(yours, truth):
            seen = compared(yours, truth, given)
            hint = "begin with `free`, go `weight` times as far as `named` is from it"
            again = (n, d) in [X.shape for _, _, X, *_ in tasks]
            blame(yours, _guided_suspects(v, u, task), KEPT if again else hint, seen)
        tasks.append(task)
    require_no_memory(student, tasks)


def _towards(points: np.ndarray) -> Velocity:
    """Return the perfect velocity to these points: who knows it draws only copies."""

    def velocity(X: np.ndarray, t: float) -> np.ndarray:
        X = np.asarray(X, float)
        if X.ndim != 2 or X.shape[1] != points.shape[1]:
            shape = f"(n, {points.shape[1]})"
            raise ValueError(f"a velocity wants places {shape}, not {X.shape}")
        return perfect_velocity(X, t, points)

    return velocity


def _guided_suspects(v: np.ndarray, u: np.ndarray, task: tuple) -> Suspects:
    named, free, X, t, weight = task
    yield v, "that is the velocity of who is told: where is the weight?"
    yield u, "that is the velocity of who is not told: where is the weight?"
    hint = "the two are exchanged: more weight shall lead away from `free`"
    yield v + weight * (u - v), hint
    hint = "weight 1 shall be no guidance: here it guides already"
    yield v + weight * (v - u), hint
    hint = "`free` is left out: it is what guidance leads away from"
    yield weight * v, hint
    yield weight * (v - u), "that is the difference alone: add it to `free`"
    yield v - u, "that is the difference alone, without the weight: see the formula"
    yield u + weight * v, "subtract `free` from `named` before you weigh"
    yield weight * v + u * (1 + weight), "a sign: how much of `free` is taken off?"
    yield weight * v - u, "of `free` 1 - weight is left, not -1"
    hint = "a mean of the two never leads beyond `named`: see the formula"
    yield (weight * v + u) / (1 + weight), hint
    yield (v + u) / 2, hint
    yield u + (v - u) / max(weight, 1e-9), "divided by the weight: multiply"
    yield u + min(weight, 1) * (v - u), "the weight is cut off at 1: it may be larger"
    hint = "it is scaled back to the length of `named`: leave it as it is"
    truth = u + weight * (v - u)
    with np.errstate(divide="ignore", invalid="ignore"):
        lengths = [np.linalg.norm(a, axis=1, keepdims=True) for a in (v, truth)]
        yield np.nan_to_num(truth * lengths[0] / lengths[1]), hint
    hint = "the difference has lost its length: only its sign is left"
    yield u + weight * np.sign(v - u), hint
    yield u + weight * np.abs(v - u), "the difference has lost its signs"
    yield u + weight**2 * (v - u), "the weight is squared: once is enough"
    for fixed in (1.5, 2.0, 3.0):
        yield u + fixed * (v - u), f"it guides by {fixed:g}, whatever `weight` is"
    yield u - weight * (v - u), "it leads the other way: plus, not minus"
    yield X + truth, "that is a place: the velocity alone is wanted"
    yield u + weight * t * (v - u), "nothing is to be multiplied by t here"
    at_0 = [velocity(X, 0.0) for velocity in (named, free)]
    hint = "the velocities are asked at t = 0: ask at the time that is given"
    yield at_0[1] + weight * (at_0[0] - at_0[1]), hint


@exercise("draw_digits(digits, rng)", seconds=30.0, slow="draw them all at once.")
def check_draw_digits(student: Student) -> None:
    """Check exercise 11.4: new images (n, 784), each of the digit that is asked."""
    mnist = load_mnist()
    digits = np.random.default_rng(114).permuted(np.arange(10).repeat(DRAWN_OF_EACH))
    few = digits[:12]
    first = _read_images(student(few, Dice(1), given="for 12 digits"), len(few))
    if not np.array_equal(_read_images(student(few, Dice(1)), len(few)), first):
        hint = (
            "with the same dice it draws something else: let all chance come from rng"
        )
        raise NotYetError(hint)
    if np.array_equal(_read_images(student(few, Dice(2)), len(few)), first):
        raise NotYetError("with other dice it draws the same: where does rng come in?")
    n = len(digits)
    images = _read_images(student(digits, Dice(3), given=f"for {n} digits"), n)
    _require_readable(images, digits, mnist)
    _require_variety(images, digits, mnist)
    _require_new_ones(images, mnist)


def _read_images(answer: object, n: int) -> np.ndarray:
    images = read_array(answer, (n, 784), "one image per digit")
    low, high = images.min(), images.max()
    if low < -1e-6 or high > 1 + 1e-6:
        raise NotYetError(
            f"pixels go from {low:.3g} to {high:.3g}: from 0, paper, to 1, ink"
        )
    return images


def _require_readable(images: np.ndarray, digits: np.ndarray, mnist: MNIST) -> None:
    """Refuse what the nearest mean takes for another digit, too often."""
    real = mnist.validation
    means = [real.images[real.labels == d].mean(axis=0) for d in range(10)]

    def read(images: np.ndarray) -> np.ndarray:
        return _squares(images, np.array(means, float)).argmin(axis=1)

    verdicts = read(images)
    share = np.mean(verdicts == digits)
    if share >= SHARE_READ:
        return
    seen = f"the nearest mean reads {100 * share:.0f} % as meant"
    if len(np.unique(verdicts)) == 1:
        raise NotYetError(
            f"all look like a {verdicts[0]}: what is `digits` for? ({seen})"
        )
    turned = images.reshape(-1, 28, 28).transpose(0, 2, 1).reshape(-1, 784)
    for changed, what in (
        (1 - images, "ink and paper are exchanged: 1 is ink"),
        (turned, "rows and columns are exchanged"),
        (images[:, ::-1], "they stand on their heads"),
    ):
        if np.mean(read(changed) == digits) > SHARE_READ:
            raise NotYetError(f"{what} ({seen})")
    if np.mean(verdicts == (digits + 1) % 10) > SHARE_READ:
        raise NotYetError(f"each looks like the next digit ({seen})")
    if np.mean(np.sort(verdicts) == np.sort(digits)) > SHARE_READ and share < 0.3:
        raise NotYetError(f"the digits are there, in another order than asked ({seen})")
    wanted = f"{100 * SHARE_READ:.0f}"
    raise NotYetError(f"too few can be read: {wanted} % are wanted ({seen})")


def _require_variety(images: np.ndarray, digits: np.ndarray, mnist: MNIST) -> None:
    """Refuse what varies much less, or much more, than real digits do."""
    real = mnist.validation
    shares = [
        images[digits == d].var(axis=0).sum()
        / real.images[real.labels == d].var(axis=0).sum()
        for d in range(10)
    ]
    least, most = np.argmin(shares), np.argmax(shares)
    if shares[least] < 1e-6:
        raise NotYetError(f"each {least} is the same: draw another one each time")
    if shares[least] < LEAST:
        varies = f"its {least}s have {shares[least]:.2f} of the real variance"
        raise NotYetError(f"{varies}, wanted is {LEAST:g}: they are too much alike")
    if shares[most] > MOST:
        varies = f"its {most}s have {shares[most]:.2f} times the real variance"
        raise NotYetError(f"{varies}: is there noise left in them?")


def _require_new_ones(images: np.ndarray, mnist: MNIST) -> None:
    """Refuse copies, seen from afar: so that a little noise does not hide them."""
    known = _from_afar(mnist.train.images)
    unseen = _from_afar(mnist.validation.images[:200])
    usual = np.median(np.sqrt(np.maximum(_squares(unseen, known).min(axis=1), 0)))
    gaps = np.sqrt(np.maximum(_squares(_from_afar(images), known).min(axis=1), 0))
    copies = np.mean(gaps < NEAR * usual)
    if copies > COPIES:
        raise NotYetError(
            f"{100 * copies:.0f} % are copies of training digits: draw new ones"
        )


def _from_afar(images: np.ndarray) -> np.ndarray:
    """Return images (n, 784) as 49 means over squares of 4 by 4 pixels."""
    squares = np.reshape(images, (len(images), 7, 4, 7, 4))
    return squares.mean(axis=(2, 4), dtype=np.float64).reshape(len(images), 49)


def _squares(A: np.ndarray, B: np.ndarray) -> np.ndarray:
    """Return |a - b|^2 for all pairs of rows."""
    norms = np.sum(A**2, axis=1)[:, None] + np.sum(B**2, axis=1)
    return norms - 2 * A @ B.T
