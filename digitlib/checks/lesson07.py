"""Checks for lesson 7, "Looking inside"."""

from collections.abc import Callable
from functools import partial
from typing import NoReturn

import numpy as np

from courseware.checking.exercise import Suspects, agrees, blame, compared, exercise
from courseware.checking.judges import KEPT, require_no_memory
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
    sizes = 10, 4, 3, 12, 4
    tasks = [(_confusion(rng, classes),) for classes in sizes]
    for place, (matrix,) in enumerate(tasks):
        given = f"for {len(matrix)} classes"
        answer = student(matrix, given=given)
        require_parts(answer, 2, "two arrays are wanted, precision and recall")
        right, meaning = matrix.diagonal(), "one number per class"
        said, shown = matrix.sum(axis=0), matrix.sum(axis=1)
        precision, recall = (
            read_array(part, (len(matrix),), meaning, name=f"the {name}")
            for name, part in zip(("precision", "recall"), answer, strict=True)
        )
        if agrees(precision, right / shown) and agrees(recall, right / said):
            raise NotYetError("the two are exchanged: the precision comes first")
        for name, axis, whole, yours in (
            ("precision", 0, said, precision),
            ("recall", 1, shown, recall),
        ):
            if not agrees(yours, right / whole):
                tag = "(PREC)" if axis == 0 else "(REC)"
                hint = f"see {tag}: one entry of the matrix, divided by one sum"
                otherwise = KEPT if sizes[place] in sizes[:place] else hint
                seen = compared(yours, right / whole, f"the {name} {given}:")
                blame(yours, _share_suspects(matrix, name, axis), otherwise, seen)
    require_no_memory(student, tasks)


def _confusion(rng: np.random.Generator, classes: int) -> np.ndarray:
    """Return a confusion matrix; the last class is mostly taken for the first one."""
    matrix = rng.integers(0, 30, (classes, classes))
    matrix += np.diag(rng.integers(20, 900, classes))
    matrix[-1, 0] += 2 * matrix[-1, -1]
    return matrix


def _share_suspects(matrix: np.ndarray, name: str, axis: int) -> Suspects:
    right, whole = matrix.diagonal(), matrix.sum(axis=axis)
    line = ("column", "row")
    hint = f"the {name} is divided by the sum of a {line[1 - axis]}: which is it to be?"
    yield right / matrix.sum(axis=1 - axis), hint
    yield right / matrix.sum(), f"the {name}: each class has a sum of its own"
    hint = f"the {name} is divided by the mistakes: the right ones are in the sum, too"
    yield right / np.maximum(whole - right, 1), hint
    yield (whole - right) / whole, f"that is one minus the {name}: what is right counts"
    yield right // whole, f"the {name} is rounded to 0: // divides whole numbers"
    yield 100 * right / whole, f"the {name} is in percent: it lies between 0 and 1"
    yield whole / right, f"the {name} is upside down: the right ones stand above"
    yield right, f"the {name} is a count: by what is it to be divided?"
    hint = f"the {name} is divided by the largest of a {line[axis]}, not by its sum"
    yield right / matrix.max(axis=axis), hint
    hint = f"the {name} is divided by a mean: (PREC) and (REC) have a sum"
    yield right / matrix.mean(axis=axis), hint
    hint = f"the {name} has the largest of a {line[axis]} above: the right ones count"
    yield matrix.max(axis=axis) / whole, hint
    hint = f"the {name}: each class has a sum of its own, with its mistakes"
    yield right / right.sum(), hint
    hint = f"the {name} and the other one are mixed: each is a number of its own"
    yield 2 * right / (whole + matrix.sum(axis=1 - axis)), hint
    for digits in (1, 2, 3):
        yield np.round(right / whole, digits), f"the {name} is rounded: leave it"


@exercise("restored(X, count)")
def check_restored(student: Student) -> None:
    """Check exercise 7.2: images (n, d) from their first principal components."""
    rng = np.random.default_rng(72)
    shapes = (30, 6, 2), (8, 8, 3), (5, 20, 2), (30, 6, 1), (8, 8, 3), (7, 4, 4)
    tasks = [(_like_images(rng, n, d), count) for n, d, count in shapes]
    for place, (X, count) in enumerate(tasks):
        n, d = X.shape
        given = f"for {n} images of {d} pixels, {count} component(s)"
        answer = student(X, count, given=given)
        yours = read_array(answer, (n, d), "images like those given")
        truth = _restored(X, count)
        if not agrees(yours, truth):
            seen, again = compared(yours, truth, given), shapes[place] in shapes[:place]
            otherwise = KEPT if again else _amiss(X, count, yours)
            blame(yours, _restored_suspects(X, count), otherwise, seen)
    require_no_memory(student, tasks)


def _like_images(rng: np.random.Generator, n: int, d: int) -> np.ndarray:
    """Return images whose restored ones leave the range from 0 to 1 here and there."""
    return rng.uniform(0, 1, d) + rng.normal(size=(n, d)) * rng.uniform(0.1, 1, d)


def _amiss(X: np.ndarray, count: int, yours: np.ndarray) -> str:
    """Say what is not true of restored images, and should be."""
    if not agrees(yours.mean(axis=0), X.mean(axis=0)):
        return "on average your images are others than those given: what of the mean?"
    if np.linalg.matrix_rank(yours - X.mean(axis=0), tol=1e-6) > count:
        return f"your images differ in more than {count} direction(s)"
    both = np.vstack([yours, _restored(X, count)]) - X.mean(axis=0)
    if np.linalg.matrix_rank(both, tol=1e-6) <= count:
        return "the directions are right, and how far an image goes along them is not"
    return "of so many components, others come nearer to the images"


def _restored(X: np.ndarray, count: int) -> np.ndarray:
    mean = X.mean(axis=0)
    U, sizes, directions = np.linalg.svd(X - mean, full_matrices=False)
    return mean + (U[:, :count] * sizes[:count]) @ directions[:count]


def _projected(centred: np.ndarray, count: int) -> np.ndarray:
    kept = np.linalg.svd(centred, full_matrices=False)[2][:count]
    return centred @ kept.T @ kept


def _restored_suspects(X: np.ndarray, count: int) -> Suspects:
    mean = X.mean(axis=0)
    centred = X - mean
    U, sizes, directions = np.linalg.svd(centred, full_matrices=False)
    kept = directions[:count]
    projected = centred @ kept.T @ kept
    yield projected, "the mean has been subtracted: it must be added again"
    if count < len(directions):
        hint = "these are the images themselves: only `count` components may be used"
        yield X, hint
    whole = np.linalg.svd(X, full_matrices=False)[2][:count]
    uncentred = "the mean is no component: subtract it before the decomposition"
    yield X @ whole.T @ whole, uncentred
    yield mean + X @ whole.T @ whole, uncentred
    hint = "the directions are right, but X is projected before its mean is subtracted"
    yield mean + X @ kept.T @ kept, hint
    yield X @ kept.T @ kept, "the mean is neither subtracted nor added again"
    own = X.mean(axis=1, keepdims=True)
    hint = "the mean is an image: take it over the images, pixel by pixel"
    for wrong_mean in (X.mean(), own):
        yield wrong_mean + projected, hint
        yield wrong_mean + _projected(X - wrong_mean, count), hint
        yield wrong_mean + (X - wrong_mean) @ kept.T @ kept, hint
    middle = np.median(X, axis=0)
    hint = "that is the median image: the mean belongs to the variance"
    yield middle + _projected(X - middle, count), hint
    for top in (1, np.inf):
        yield np.clip(mean + projected, 0, top), "the pixels are clipped: leave them"
    spread = X.std(axis=0)
    hint = "every pixel is divided by its spread: PCA wants the differences as they are"
    yield mean + _projected(centred / spread, count), hint
    yield mean + spread * _projected(centred / spread, count), hint
    hint = "the directions are those of X with its mean: centre before you decompose"
    yield mean + centred @ whole.T @ whole, hint
    yield X - projected, "those are the components that are to be left out"
    hint = "the coordinates have lost their signs"
    yield mean + np.abs(centred @ kept.T) @ kept, hint
    most = np.argsort(-centred.var(axis=0))[:count]
    columns = np.isin(np.arange(X.shape[1]), most)
    hint = "it keeps `count` pixels: a component is a direction, of all pixels"
    yield np.where(columns, X, mean), hint
    yield np.where(columns, X, 0), hint
    hint = "those are the last components: the first ones have the largest variance"
    for last in (directions[-count:], np.linalg.svd(centred)[2][-count:]):
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
    cases = (
        (1107, 10, 0.4),
        (113, 7, 0.5),
        (40, 12, 1.0),
        (113, 3, 0.9),
        (117, 10, 0.6),
        (115, 5, 0.5),
    )
    tasks = [(*_verdicts(rng, *case), case[-1]) for case in cases]
    for A, labels, share in tasks:
        n, count = len(A), round(share * len(A))
        given = f"for {n} samples and the share {share:g}"
        yours = np.array(read_number(student(A, labels, share, given=given)))
        surest = np.argsort(-A.max(axis=1))
        if not agrees(yours, _errors(A, labels)[surest][:count].mean()):
            hint = "which are answered, and which of those are wrong?"
            seen = f"{given} you return {yours:.3g}, and {count} are to be answered"
            blame(yours, _answering_suspects(A, labels, share), hint, seen)
    require_no_memory(student, tasks)


def _verdicts(
    rng: np.random.Generator, n: int, classes: int, share: float
) -> tuple[np.ndarray, np.ndarray]:
    """Return activations and labels: the surer a verdict, the more often it is right.

    The surest one is right, and the last one to be answered is wrong: so no mistake in
    counting gives the same as another.
    """
    A = rng.random((n, classes)) ** 4
    A /= A.sum(axis=1, keepdims=True)
    surest = np.argsort(-A.max(axis=1))
    labels = A.argmax(axis=1)
    chances = np.where(np.arange(n) < n // 2, 0.3, 0.6)
    failed = rng.random(n) < chances
    failed[[0, round(share * n) - 1]] = False, True
    wrong = surest[failed]
    labels[wrong] = (labels[wrong] + rng.integers(1, classes, len(wrong))) % classes
    return A, labels


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
    if above.any() and abs(above.sum() - count) > 1:  # else see the next ones
        yield errors[above].mean(), "the share says how many, not how sure they are"
    for cut in (int(share * n), int(np.ceil(share * n))):
        half = share * n % 1 == 0.5 and cut > share * n
        hint = "`round` takes a half to the even number" if half else "not down, not up"
        yield errors[order][:cut].mean(), f"round(share * n) samples: {hint}"
    if count < n:
        yield errors[order][: count + 1].mean(), "that is one sample too many"
    yield errors[order][: count - 1].mean(), "that is one sample too few"
    for digits in (1, 2, 3):
        yield np.round(wrong.mean(), digits), "it is rounded: hand it on as it is"
    truth = A[np.arange(n), labels]
    by_truth = np.argsort(-truth)[:count]
    hint = "sorted by what the true label is given: the network does not know it"
    yield errors[by_truth].mean(), hint
    yield wrong.mean() / share, "nothing more is to be divided by the share"
    yield wrong.mean() * share, "nothing more is to be multiplied by the share"
    expected = 1 - confidence[order][:count].mean()
    yield expected, "that is what it expects to be wrong: the labels tell what is"
    low, high = np.sort(A, axis=1)[:, -2:].T
    with np.errstate(divide="ignore", invalid="ignore"):
        entropy = -np.nansum(A * np.log(A), axis=1)
    hint = "the confidence is the largest activation, and nothing else"
    for sureness in (high - low, -entropy, low, -A.min(axis=1)):
        yield errors[np.argsort(-sureness)][:count].mean(), hint
    least = A.argmin(axis=1) != labels
    yield least[order][:count].mean(), "the verdict is the largest activation"
    if A.shape[1] > 10:
        ten = A[:, :10]
        of_ten = np.argsort(-ten.max(axis=1))[:count]
        hint = "it looks at ten classes, and there are more"
        yield np.mean(ten[of_ten].argmax(axis=1) != labels[of_ten]), hint
    yield errors.mean() * share, "all samples are looked at, and not the surest"
    hint = "it divides by one less than are answered: is the surest one left out?"
    yield wrong.sum() / max(count - 1, 1), hint
    if share < 1:
        hint = "those are as many as are not answered: the share is answered"
        yield errors[order][: n - count].mean(), hint
    hint = f"the share is 0.9 whatever `share` is, and here it is {share:g}"
    yield errors[order][: round(0.9 * n)].mean(), hint


@exercise("iterated_sign(gradient, X, epsilon, step, steps)")
def check_iterated_sign(student: Student) -> None:
    """Check exercise 7.4: several steps in the direction of the gradient's sign."""
    rng = np.random.default_rng(74)
    # One step first: there a wrong pixel tells most.
    cases = (
        (5, 8, 0.3, 0.2, 1),
        (5, 8, 0.1, 0.25, 1),
        (9, 12, 0.1, 0.03, 10),
        (5, 3, 0.3, 0.07, 6),
        (2, 8, 0.2, 0.15, 3),
        (2, 8, 0.2, 0.15, 0),
    )
    tasks = []
    for n, d, epsilon, step, steps in cases:
        X, gradient = rng.random((n, d)), _wavy(rng, n, d)
        X[rng.random((n, d)) < 0.4] = 0  # paper
        X[rng.random((n, d)) < 0.2] = 1
        task = (gradient, X, epsilon, step, steps)
        given = f"for epsilon {epsilon:g} and {steps} step(s) of {step:g}"
        answer = student(*task, given=given)
        yours = read_array(answer, (n, d), "images like those given")
        truth = _iterated(*task)
        if not agrees(yours, truth):
            _blame_steps(yours, truth, task, given)
        tasks.append(task)
    require_no_memory(student, tasks)


def _blame_steps(
    yours: np.ndarray, truth: np.ndarray, task: tuple, given: str
) -> NoReturn:
    gradient, X, epsilon, step, steps = task
    slopes = gradient(X)
    place = np.unravel_index(np.abs(yours - truth).argmax(), X.shape)
    seen = f"{given} a pixel of {X[place]:.3g} with the first slope "
    seen += f"{slopes[place]:.2g} ends at {yours[place]:.3g}"
    if steps and agrees(yours, X):
        raise NotYetError(f"the images come back as they were ({seen})")
    heard = slopes != 0
    if steps == 1 and agrees(yours[heard], truth[heard]):
        raise NotYetError(f"where the slope is 0, so is its sign: no step ({seen})")
    otherwise, far = "follow this pixel, step by step", np.abs(yours - X).max()
    if far > steps * step + ROUNDING:
        otherwise = f"a pixel has gone {far:.3g}, which is further than its steps lead"
    if far > epsilon + ROUNDING:
        further = "some pixels are further than epsilon from the image it began with"
        otherwise = f"{further}, by {far:.3g}"
    if yours.min() < -ROUNDING or yours.max() > 1 + ROUNDING:
        otherwise = "some pixels are outside of 0 to 1: clip after each step"
    blame(yours, _iterated_suspects(*task), otherwise, seen)


def _wavy(rng: np.random.Generator, n: int, d: int) -> Gradient:
    """Return a gradient for n images of d pixels, whose signs change on the way.

    It mixes the pixels of an image, so that it matters when each of them is clipped.
    Every image has slopes of its own, and a pixel that matters to none.
    """
    mix, phase = 6 * rng.normal(size=(d, d)), rng.random((n, d))
    deaf = np.arange(d) == rng.integers(d)

    def gradient(images: np.ndarray) -> np.ndarray:
        images = np.asarray(images)
        if images.shape != (n, d):
            shape = f"gradient wants images of shape {(n, d)}, not {images.shape}"
            raise ValueError(shape)
        return np.where(deaf, 0, np.sin(images @ mix + 10 * phase))

    return gradient


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
    hint = "each step is as long as epsilon, or as a part of it: step is its length"
    yield iterated(step=epsilon), hint
    yield iterated(step=epsilon / max(steps, 1)), hint
    hint = "the step is divided by the number of steps: step is the length of each"
    yield iterated(step=step / max(steps, 1)), hint
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
    yield iterated(direction=lambda g: g / np.abs(g).max()), hint
    yield iterated(steps=10), "it takes 10 steps, whatever `steps` is"
    yield iterated(step=0.02), "its steps are 0.02 long, whatever `step` is"
    hint = "does each step begin at X, or are `step` and `epsilon` exchanged?"
    yield _iterated(gradient, X, step, epsilon, steps), hint
    hint = "epsilon is 0.1, whatever it is"
    yield _iterated(gradient, X, 0.1, step, steps), hint
    for only in (0, 1):
        hint = "one sign for many: each pixel of each image has a slope of its own"
        mean = partial(np.mean, axis=only, keepdims=True)
        yield iterated(direction=lambda g, m=mean: np.sign(m(g)) + 0 * g), hint
    yield X + iterated(), "the image is added once more"
    yield iterated() - X, "these are the changes: add the images"


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
        ("where few weights are positive", *_linear(few), 100.0),
        ("where the slopes change", *_hill(wish, rng.uniform(0.1, 2, PIXELS)), 30.5),
    )
    for given, score, gradient, best_for, ink in cases:
        slopes, asked = _recorded(gradient)
        answer = student(slopes, start, ink, given=given)
        yours = read_array(answer, (PIXELS,), "an image")
        if yours.min() < -ROUNDING or yours.max() > 1 + ROUNDING:
            found = f"from {yours.min():.3g} to {yours.max():.3g}"
            raise NotYetError(f"{given} there are pixels outside of 0 to 1: {found}")
        if yours.sum() > ink + 1e-3:
            raise NotYetError(
                f"{given} it has {yours.sum():.1f} ink, and {ink:g} is the limit"
            )
        first, best = _nearest_allowed(start, ink), best_for(ink)
        gained = (score(yours) - score(first)) / (score(best) - score(first))
        if gained < ENOUGH:
            why = _unmoved(asked, gained, yours, first, best)
            why = why or _too_low(student, asked, yours, start, best)
            raise NotYetError(
                f"{given} it gains {100 * gained:.0f} % of what it could: {why}"
            )


def _recorded(gradient: Gradient) -> tuple[Gradient, list[np.ndarray]]:
    """Return the gradient, and the list of the images that it is asked about."""
    asked = []

    def slopes(x: np.ndarray) -> np.ndarray:
        asked.append(np.array(x, float))
        return gradient(asked[-1])

    return slopes, asked


def _unmoved(
    asked: list[np.ndarray],
    gained: float,
    yours: np.ndarray,
    first: np.ndarray,
    best: np.ndarray,
) -> str:
    """Say what may be the matter with an image that is hardly better, or nothing."""
    if not asked:
        return "it never asks for the slopes"
    if agrees(yours, first):
        return "it comes back as it began: where is the ascent?"
    if yours.sum() > 1.1 * best.sum():
        return "is all that ink worth it?"
    if gained < 0:
        return "the score has fallen: does it go uphill?"
    if (far := np.abs(yours - first).max()) < 0.2:
        return f"no pixel has moved by more than {far:.2g}: longer steps?"
    return ""


def _too_low(
    student: Student,
    asked: list[np.ndarray],
    yours: np.ndarray,
    start: np.ndarray,
    best: np.ndarray,
) -> str:
    """Say what may be the matter with an image that is allowed, and not the best."""
    if np.ptp(asked, axis=0).max() == 0:
        return "ask for the slopes anew where you are"
    if len(asked) < 50:
        return f"{len(asked)} steps are few, take some hundred"
    on_the_way = np.array([x for x in asked if not np.array_equal(x, start)])
    if on_the_way.max() > 1.1 or on_the_way.min() < -0.1:
        return "come back to what is allowed after each step"
    if np.isin(yours, (0, 1)).all() and not np.isin(best, (0, 1)).all():
        return "its pixels are 0 or 1, and greys may be better"
    if yours.sum() < 0.9 * best.sum():
        return "more ink is allowed"
    # With equal slopes everywhere an image stays where it is, once it is allowed.
    dark, ink = np.linspace(0, 1.5, PIXELS), 80.0
    back = student(np.ones_like, dark, ink, given="where all slopes are 1")
    nearest = _nearest_allowed(dark, ink)
    if not agrees(read_array(back, (PIXELS,), "an image"), nearest, tolerance=1e-2):
        return "too dark an image does not come back to the NEAREST allowed"
    return "step along the slopes, and let `eta` fall"


def _linear(weights: np.ndarray) -> tuple[Callable, Gradient, Callable]:
    """Return a score w x, its gradient, and its best image for so much ink."""

    def best(ink: float) -> np.ndarray:
        order = np.argsort(-weights)
        image = np.zeros(PIXELS)
        image[order[: int(ink)]] = 1
        return np.where(weights > 0, image, 0)

    return (lambda x: weights @ x), (lambda x: weights.copy()), best


def _hill(top: np.ndarray, steep: np.ndarray) -> tuple[Callable, Gradient, Callable]:
    """Return the same three of a score that falls with the distance from a top.

    In some directions it falls faster than in others: so the best image is not the
    allowed one that is nearest to the top.
    """

    def score(x: np.ndarray) -> float:
        return -np.sum(steep * (x - top) ** 2)

    def best(ink: float) -> np.ndarray:
        # Where pixels are free, all slopes are equal to the price of ink.
        return _paler(top, 1 / (2 * steep), ink)

    return score, (lambda x: 2 * steep * (top - x)), best


def _nearest_allowed(x: np.ndarray, ink: float) -> np.ndarray:
    return _paler(x, np.ones_like(x), ink)


def _paler(x: np.ndarray, per_price: np.ndarray, ink: float) -> np.ndarray:
    """Take so much off each pixel, in proportion, that at most so much ink is left."""

    def image(price: float) -> np.ndarray:
        return np.clip(x - price * per_price, 0, 1)

    low, high = 0.0, float(np.max(np.abs(x) / per_price))
    for _ in range(60):
        price = (low + high) / 2
        low, high = (price, high) if image(price).sum() > ink else (low, price)
    return image(high)


@exercise("threshold_for(a, shown, recall)")
def check_threshold_for(student: Student) -> None:
    """Check exercise 7.6: the highest threshold of a recall, and its precision."""
    rng = np.random.default_rng(706)
    # In the fourth case activations are rounded: several images share the threshold.
    cases = (
        (200, 40, 0.75, 9),
        (150, 21, 0.5, 9),
        (300, 33, 0.9, 9),
        (400, 64, 0.75, 1),
        (90, 16, 1.0, 9),
        (200, 40, 0.625, 9),
    )
    tasks = [(*_activations(rng, n, k, digits), r) for n, k, r, digits in cases]
    for a, shown, recall in tasks:
        given = f"for {len(a)} images, {shown.sum()} with the digit, recall {recall:g}"
        answer = student(a, shown, recall, given=given)
        require_parts(answer, 2, "two numbers are wanted, threshold and precision")
        threshold, precision = (
            read_array(part, (), "", name=f"the {name}")
            for name, part in zip(("threshold", "precision"), answer, strict=True)
        )
        needed = int(np.ceil(recall * shown.sum()))
        cut = np.sort(a[shown])[-needed]
        said = a >= cut
        if not agrees(threshold, cut):
            seen = compared(threshold, cut, f"the threshold {given}:")
            hint = "the promise is kept, but a higher threshold keeps it, too"
            if np.sum(a[shown] >= threshold) < needed:
                hint = "from your threshold on too few are found for the promise"
            blame(threshold, _threshold_suspects(a, shown, recall), hint, seen)
        if not agrees(precision, shown[said].mean()):
            seen = compared(precision, shown[said].mean(), f"the precision {given}:")
            hint = "the threshold is right: which part of what reaches it is right?"
            blame(precision, _precision_suspects(a, shown, cut, needed), hint, seen)
    require_no_memory(student, tasks)


def _activations(
    rng: np.random.Generator, n: int, positive: int, digits: int
) -> tuple[np.ndarray, np.ndarray]:
    """Return activations (n,), and which images show the digit: mostly high ones."""
    shown = rng.permutation(n) < positive
    a = np.where(shown, rng.beta(2, 1.2, n), rng.beta(1, 2.5, n))
    return np.round(a, digits), shown


def _threshold_suspects(a: np.ndarray, shown: np.ndarray, recall: float) -> Suspects:
    order = np.argsort(-a)
    found, every = a[order][shown[order]], a[order]
    count = recall * len(found)
    needed = int(np.ceil(count))
    cut = found[needed - 1]
    yield shown[a >= cut].mean(), "the two are exchanged: the threshold comes first"
    if count < needed:
        hint = "the promise is just missed: images are found whole, so round up"
        yield found[needed - 2], hint
    hint = "sort the activations of those images alone that show the digit"
    for place in (needed, int(np.ceil(recall * len(a)))):
        yield every[place - 1], hint
    yield np.sort(a[~shown])[-needed], "these images do not show the digit"
    yield recall, "the recall says how many are to be found, not how sure it has to be"
    yield (
        1 - recall,
        "the recall is no activation: which image is found last?",
    )
    if needed < len(found):
        yield found[needed], "that is one too many: the first place is number 0"
        hint = "it counts from the lowest activation: the highest are found first"
        for place in (needed, needed - 1):
            yield found[::-1][place], hint
        yield found[-1], "from there on all are found: that is more than you promised"
        hint = "it lies between two activations: the upper one is as good, and higher"
        yield found[needed - 1 : needed + 1].mean(), hint
        yield np.quantile(found, 1 - recall), hint
    precise = np.cumsum(shown[order]) / np.arange(1, len(a) + 1)
    hint = "it is the precision that was to be reached, not the recall"
    yield every[np.flatnonzero(precise >= recall)[-1:]].sum(), hint


def _precision_suspects(
    a: np.ndarray, shown: np.ndarray, cut: float, needed: int
) -> Suspects:
    said, above = a >= cut, a > cut
    right = shown[said].sum()
    yield right / shown.sum(), "that is the recall: divide by all that is said"
    yield shown[above].mean(), "what is at the threshold counts, too: >= and not >"
    hint = "several images share the threshold, of either kind: count them all"
    yield needed / said.sum(), hint
    yield needed / (np.sum(~shown & above) + needed), hint
    yield 1 - right / said.sum(), "that is one minus the precision"
    yield 100 * right / said.sum(), "it is in percent: it lies between 0 and 1"
    hint = "that is a number of images: by how many is it to be divided?"
    yield right, hint
    yield said.sum(), hint
    hint = "that is the accuracy: what stays below is no part of the precision"
    yield np.mean(said == shown), hint
    yield right / len(a), "it is divided by all images: take those that are said"
    yield said.mean(), "that is how many are said: how many of them are right?"
    hint = "it is divided by the wrong ones: the right ones are said, too"
    yield right / np.sum(said & ~shown), hint
    for digits in (1, 2, 3):
        yield np.round(right / said.sum(), digits), "it is rounded: leave it"
