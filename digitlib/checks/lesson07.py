"""Checks for lesson 7, "Looking inside"."""

from collections.abc import Callable

import numpy as np

from courseware.checking.exercise import Suspects, agrees, blame, exercise
from courseware.checking.student import (
    NotYetError,
    Student,
    read_array,
    read_number,
    require_parts,
)

Gradient = Callable[[np.ndarray], np.ndarray]

PIXELS = 784
ROUNDING = 1e-6  # by how much a pixel, or the ink, may break its limit
ENOUGH = 0.98  # of what the best image gains; an ascent never quite arrives


@exercise("precision_recall(matrix)")
def check_precision_recall(student: Student) -> None:
    """Check exercise 7.1: precision and recall (k,) from a matrix (k, k)."""
    rng = np.random.default_rng(71)
    for classes in (10, 4, 3):
        matrix = rng.integers(1, 30, (classes, classes))
        matrix += np.diag(rng.integers(20, 90, classes))
        answer = student(matrix, given=f"for {classes} classes")
        if isinstance(answer, np.ndarray) and len(answer.shape) == 2:
            answer = list(answer)
        require_parts(answer, 2, "two arrays are wanted, precision and recall")
        right, meaning = matrix.diagonal(), "one number per class"
        said, shown = matrix.sum(axis=0), matrix.sum(axis=1)
        precision, recall = (
            read_array(part, (classes,), meaning, name=f"the {name}")
            for name, part in zip(("precision", "recall"), answer, strict=True)
        )
        if agrees(precision, right / shown) and agrees(recall, right / said):
            raise NotYetError("the two are exchanged: the precision comes first")
        if not agrees(precision, right / said):
            suspects = _share_suspects(matrix, "precision", 0)
            blame(precision, suspects, "wrong: see (PREC)")
        if not agrees(recall, right / shown):
            blame(recall, _share_suspects(matrix, "recall", 1), "wrong: see (REC)")


def _share_suspects(matrix: np.ndarray, name: str, axis: int) -> Suspects:
    right, whole = matrix.diagonal(), matrix.sum(axis=axis)
    line = ("column", "row")
    hint = f"the {name} is divided by the sum of a {line[1 - axis]}: which is it to be?"
    yield right / matrix.sum(axis=1 - axis), hint
    yield right / matrix.sum(), f"the {name}: each class has a sum of its own"
    hint = f"the {name} is divided by the mistakes: the right ones are in the sum, too"
    yield right / (whole - right), hint
    yield (whole - right) / whole, f"that is one minus the {name}: what is right counts"
    yield right // whole, f"the {name} is rounded to 0: // divides whole numbers"
    yield 100 * right / whole, f"the {name} is in percent: it lies between 0 and 1"
    yield whole / right, f"the {name} is upside down: the right ones stand above"
    yield right, f"the {name} is a count: by what is it to be divided?"
    hint = f"the {name} is divided by the largest of a {line[axis]}, not by its sum"
    yield right / matrix.max(axis=axis), hint
    hint = f"the {name} is divided by a mean: (PREC) and (REC) have a sum"
    yield right / matrix.mean(axis=axis), hint


@exercise("restored(X, count)")
def check_restored(student: Student) -> None:
    """Check exercise 7.2: images (n, d) from their first principal components."""
    rng = np.random.default_rng(72)
    for n, d, count in ((30, 6, 2), (8, 8, 3), (5, 20, 2), (30, 6, 1)):
        X = 3 + rng.normal(size=(n, d)) * rng.uniform(0.3, 3, d)
        given = f"for {n} images of {d} pixels, {count} component(s)"
        answer = student(X, count, given=given)
        yours = read_array(answer, (n, d), "images like those given")
        if not agrees(yours, _restored(X, count)):
            hint = f"wrong {given}: what is missing?"
            blame(yours, _restored_suspects(X, count), hint)


def _restored(X: np.ndarray, count: int) -> np.ndarray:
    mean = X.mean(axis=0)
    U, sizes, directions = np.linalg.svd(X - mean, full_matrices=False)
    return mean + (U[:, :count] * sizes[:count]) @ directions[:count]


def _restored_suspects(X: np.ndarray, count: int) -> Suspects:
    mean = X.mean(axis=0)
    centred = X - mean
    U, sizes, directions = np.linalg.svd(centred, full_matrices=False)
    kept = directions[:count]
    projected = centred @ kept.T @ kept
    yield projected, "the mean has been subtracted: it must be added again"
    yield X, "these are the images themselves: only `count` components may be used"
    whole = np.linalg.svd(X, full_matrices=False)[2][:count]
    uncentred = "the mean is no component: subtract it before the decomposition"
    yield X @ whole.T @ whole, uncentred
    yield mean + X @ whole.T @ whole, uncentred
    hint = "the directions are right, but X is projected before its mean is subtracted"
    yield mean + X @ kept.T @ kept, hint
    yield X @ kept.T @ kept, "the mean is neither subtracted nor added again"
    yield X.mean() + projected, "the mean is an image: take it over the rows only"
    last = directions[-count:]
    hint = "those are the last components: the first ones have the largest variance"
    yield mean + centred @ last.T @ last, hint
    if len(directions) == X.shape[1]:  # square, so that a column fits as well
        columns = directions[:, :count]
        hint = "directions are the rows of what svd returns last, not its columns"
        yield mean + centred @ columns @ columns.T, hint
    yield _restored(X, count + 1), "that is one component too many"
    if count > 1:
        yield _restored(X, count - 1), "that is one component too few"
        second = directions[1 : count + 1]
        hint = "it begins with the second component: the first is number 0"
        yield mean + centred @ second.T @ second, hint
    yield np.tile(mean, (len(X), 1)), "every image has become the mean"
    hint = "the coordinates have lost their sizes: where is S?"
    yield mean + U[:, :count] @ kept, hint
    twice = mean + (centred @ kept.T * sizes[:count]) @ kept
    yield twice, "the projections have their sizes already: S is one factor too many"
    yield 2 * mean + projected, "the mean is added twice"
    yield mean - projected, "the sign is turned round: the mean plus, not minus"


@exercise("error_when_answering(A, labels, share)")
def check_error_when_answering(student: Student) -> None:
    """Check exercise 7.3: how many of the surest answers are wrong."""
    rng = np.random.default_rng(73)
    for n, share in ((110, 0.4), (40, 1.0), (13, 0.9), (17, 0.6)):
        A = rng.random((n, 10)) ** 4
        A /= A.sum(axis=1, keepdims=True)
        # Of the surest every fourth is wrong, of the others every second.
        surest = np.argsort(-A.max(axis=1))
        labels = A.argmax(axis=1)
        wrong = np.concatenate([surest[: n // 2 : 4], surest[n // 2 :: 2]])
        labels[wrong] = (labels[wrong] + rng.integers(1, 10, len(wrong))) % 10
        given = f"for {n} samples and the share {share:g}"
        yours = np.array(read_number(student(A, labels, share, given=given)))
        if not agrees(yours, np.mean(_errors(A, labels)[surest][: round(share * n)])):
            hint = f"wrong {given}: which are answered, and which of those are wrong?"
            blame(yours, _answering_suspects(A, labels, share), hint)


def _errors(A: np.ndarray, labels: np.ndarray) -> np.ndarray:
    return A.argmax(axis=1) != labels


def _answering_suspects(A: np.ndarray, labels: np.ndarray, share: float) -> Suspects:
    errors, confidence, n = _errors(A, labels), A.max(axis=1), len(A)
    order, count = np.argsort(-confidence), round(share * n)
    wrong = errors[order][:count]
    yield 1 - wrong.mean(), "that is the share of right answers: the wrong ones count"
    yield wrong.sum(), "that is a number of answers: divide by how many are given"
    yield wrong.sum() / n, "it is divided by all samples: take those that are answered"
    yield 100 * wrong.mean(), "it is in percent: the result lies between 0 and 1"
    if share < 1:
        least = np.argsort(confidence)[:count]
        hint = "those are the least sure: argsort begins at the low end"
        yield errors[least].mean(), hint
        yield errors.mean(), "all samples are answered: what is the share for?"
        yield errors[order][count:].mean(), "those are the ones that are not answered"
        yield errors[:count].mean(), "the samples are not sorted by confidence"
        hint = "the verdicts are sorted, and the labels are not"
        yield np.mean(A[order[:count]].argmax(axis=1) != labels[:count]), hint
        hint = "the labels are sorted, and the verdicts are not"
        yield np.mean(A[:count].argmax(axis=1) != labels[order[:count]]), hint
    above = confidence > share
    if above.any():
        yield errors[above].mean(), "the share says how many, not how sure they are"
    for cut in (int(share * n), int(np.ceil(share * n))):
        yield errors[order][:cut].mean(), "round(share * n) samples: not down, not up"
    if count < n:
        yield errors[order][: count + 1].mean(), "that is one sample too many"
    yield errors[order][: count - 1].mean(), "that is one sample too few"
    truth = A[np.arange(n), labels]
    by_truth = np.argsort(-truth)[:count]
    hint = "sorted by what the true label is given: the network does not know it"
    yield errors[by_truth].mean(), hint
    yield wrong.mean() / share, "nothing more is to be divided by the share"


@exercise("iterated_sign(gradient, X, epsilon, step, steps)")
def check_iterated_sign(student: Student) -> None:
    """Check exercise 7.4: several steps in the direction of the gradient's sign."""
    rng = np.random.default_rng(74)
    cases = ((9, 12, 0.1, 0.03, 10), (5, 3, 0.3, 0.07, 6), (2, 8, 0.2, 0.2, 1))
    for n, d, epsilon, step, steps in cases:
        X, gradient = rng.random((n, d)), _wavy(rng, d)
        X[rng.random((n, d)) < 0.4] = 0  # paper
        X[rng.random((n, d)) < 0.2] = 1
        task = (gradient, X, epsilon, step, steps)
        given = f"for epsilon {epsilon:g} and {steps} step(s) of {step:g}"
        answer = student(*task, given=given)
        yours = read_array(answer, (n, d), "images like those given")
        if not agrees(yours, _iterated(*task)):
            if agrees(yours, X):
                raise NotYetError("the images come back as they were")
            if yours.min() < -ROUNDING or yours.max() > 1 + ROUNDING:
                outside = "some pixels are outside of 0 to 1"
                raise NotYetError(f"{outside}: clip after each step")
            if np.abs(yours - X).max() > epsilon + ROUNDING:
                far = "some pixels are further than epsilon from the image"
                raise NotYetError(f"{far} it began with")
            hint = f"wrong {given}: follow one pixel through the first two steps"
            blame(yours, _iterated_suspects(*task), hint)


def _wavy(rng: np.random.Generator, d: int) -> Gradient:
    """Return a gradient whose signs change on the way, and mix all of d pixels.

    So it matters when each of them is clipped.
    """
    mix, phase = 6 * rng.normal(size=(d, d)), rng.random(d)
    return lambda x: np.sin(x @ mix + 10 * phase)


def _iterated(
    gradient: Gradient,
    X: np.ndarray,
    epsilon: float,
    step: float,
    steps: int,
    limits: tuple | None = None,
    direction: Callable = np.sign,
) -> np.ndarray:
    limits = limits or (np.maximum(X - epsilon, 0), np.minimum(X + epsilon, 1))
    moved = X
    for _ in range(steps):
        moved = np.clip(moved + step * direction(gradient(moved)), *limits)
    return moved


def _iterated_suspects(
    gradient: Gradient, X: np.ndarray, epsilon: float, step: float, steps: int
) -> Suspects:
    def iterated(
        gradient: Gradient = gradient,
        step: float = step,
        steps: int = steps,
        **how: object,
    ) -> np.ndarray:
        return _iterated(gradient, X, epsilon, step, steps, **how)

    low, high = np.maximum(X - epsilon, 0), np.minimum(X + epsilon, 1)
    yield iterated(step=-step), "it goes downhill: an adversary wants the cost to grow"
    hint = "the gradient is taken once, as for (FGS): take it anew where you are"
    yield iterated(lambda x: gradient(X)), hint
    yield iterated(step=epsilon), "each step is as long as epsilon: step is its length"
    hint = "the step is divided by the number of steps: step is the length of each"
    yield iterated(step=step / steps), hint
    yield iterated(steps=steps + 1), "that is one step too many"
    if steps > 1:
        yield iterated(steps=steps - 1), "that is one step too few"
        yield iterated(steps=1), "that is the first step only"
    hint = "it comes back at the end only: do so after each step"
    yield np.clip(iterated(limits=(-np.inf, np.inf)), low, high), hint
    hint = "it comes back to the neighbourhood of X at the end only, not after each"
    yield np.clip(iterated(limits=(0, 1)), low, high), f"{hint} step"
    hint = "it is clipped to 0 and 1 at the end only: do so each time"
    yield np.clip(iterated(limits=(X - epsilon, X + epsilon)), 0, 1), hint
    hint = "where is the sign? The step is the same for every pixel"
    yield iterated(direction=np.asarray), hint


@exercise(
    "favourite_image(gradient, start, ink)",
    seconds=30.0,
    slow="a few hundred steps are enough; find lambda with whole arrays.",
)
def check_favourite_image(student: Student) -> None:
    """Check exercise 7.5: the image (784,) with the highest score, by ascent."""
    rng = np.random.default_rng(75)
    start = np.where(rng.random(PIXELS) < 0.1, rng.random(PIXELS), 0)
    weights = rng.normal(size=PIXELS)
    few = np.where(rng.random(PIXELS) < 0.05, weights, -np.abs(weights))
    wish = np.clip(rng.normal(0.2, 0.4, PIXELS), -0.5, 1.2)
    cases = (
        ("for a sum of weighted pixels", *_linear(weights), 100.0),
        ("where few pixels have a positive weight", *_linear(few), 100.0),
        ("where the slopes change on the way", *_hill(wish), 60.0),
    )
    for given, score, gradient, best_for, ink in cases:
        answer = student(gradient, start, ink, given=given)
        yours = read_array(answer, (PIXELS,), "an image")
        if yours.min() < -ROUNDING or yours.max() > 1 + ROUNDING:
            raise NotYetError(f"{given} some pixels are outside of 0 to 1")
        if yours.sum() > ink + 1e-3:
            raise NotYetError(
                f"{given} it has {yours.sum():.1f} ink, and {ink:g} is the limit"
            )
        first, best = score(_nearest_allowed(start, ink)), score(best_for(ink))
        gained = (score(yours) - first) / (best - first)
        if gained < ENOUGH:
            raise NotYetError(f"{given} {_too_low(gained, yours, start, ink)}")


def _too_low(gained: float, yours: np.ndarray, start: np.ndarray, ink: float) -> str:
    """Say what may be the matter with an image that is allowed, and not the best."""
    if agrees(yours, _nearest_allowed(start, ink)):
        return "it comes back as it began: where is the ascent?"
    if gained < 0:
        return "the score is lower than at the start: does it go uphill?"
    percent = f"it gains {100 * gained:.0f} % of what it could:"
    if yours.sum() < 0.9 * ink:
        return f"{percent} more ink is allowed"
    return f"{percent} is it the NEAREST allowed image? Do steps shrink?"


def _linear(weights: np.ndarray) -> tuple[Callable, Gradient, Callable]:
    """Return a score w x, its gradient, and its best image for so much ink."""

    def best(ink: float) -> np.ndarray:
        order = np.argsort(-weights)
        image = np.zeros(PIXELS)
        image[order[: int(ink)]] = 1
        return np.where(weights > 0, image, 0)

    return (lambda x: weights @ x), (lambda x: weights.copy()), best


def _hill(top: np.ndarray) -> tuple[Callable, Gradient, Callable]:
    """Return the same three of a score that falls with the distance from a top."""

    def score(x: np.ndarray) -> float:
        return -np.sum((x - top) ** 2)

    return score, (lambda x: 2 * (top - x)), (lambda ink: _nearest_allowed(top, ink))


def _nearest_allowed(x: np.ndarray, ink: float) -> np.ndarray:
    low, high = 0.0, max(float(x.max()), 0.0)
    if np.clip(x, 0, 1).sum() <= ink:
        return np.clip(x, 0, 1)
    for _ in range(60):
        middle = (low + high) / 2
        too_much = np.clip(x - middle, 0, 1).sum() > ink
        low, high = (middle, high) if too_much else (low, middle)
    return np.clip(x - high, 0, 1)
