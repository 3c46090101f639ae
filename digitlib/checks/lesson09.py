"""Checks for lesson 9, "Your own handwriting"."""

from collections.abc import Callable, Iterable
from itertools import pairwise, product

import numpy as np
from scipy import ndimage
from scipy.special import softmax

from courseware.checking.exercise import Suspects, agrees, blame, exercise
from courseware.checking.student import (
    NotYetError,
    Student,
    read_array,
    read_number,
    require_parts,
)

SIDE = 28
CHANCE = 0.05


@exercise("digits_to_write(q)", slow="is there a loop that never reaches its end?")
def check_digits_to_write(student: Student) -> None:
    """Check exercise 9.1: how many digits without a mistake a claim needs."""
    rng = np.random.default_rng(91)
    q = np.array([0.9, 0.99, 0.02, 0.5, *rng.uniform(0.6, 0.999, 5)])
    yours, truth = np.empty(len(q)), np.array([_first_surprise(share) for share in q])
    for k, share in enumerate(q.tolist()):
        yours[k] = read_number(student(share, given=f"for q = {share:.3g}"), whole=True)
    if not agrees(yours, truth):
        said = f"for q = {q[0]:g} you say {yours[0]:g}"
        hint = f"{said}: work out q ** n for it, and for one fewer"
        blame(yours, _count_suspects(q, truth), hint)


def _first_surprise(q: float) -> int:
    """Return the smallest n whose q ** n is at most 5 %, by trying."""
    n = 1
    while q**n > CHANCE:
        n += 1
    return n


def _count_suspects(q: np.ndarray, truth: np.ndarray) -> Suspects:
    exact = np.log(CHANCE) / np.log(q)
    below = "q ** n is still above 5 % there: a whole number, and large enough"
    yield np.floor(exact), below
    yield np.round(exact), below
    yield truth - 1, below
    yield truth + 1, "one too many: one digit fewer would do"
    yield -truth, "the sign is turned round: both logarithms are negative"
    hint = "the quotient is upside down: which logarithm is n multiplied by?"
    yield np.ceil(np.log(q) / np.log(CHANCE)), hint
    for rounded in (np.ceil, np.floor, np.round):
        hint = "3 / (1 - q) is only about right, and only for large n: see the equation"
        yield rounded(3 / (1 - q)), hint
        hint = "that is where q ** n falls below 95 %: the chance is to be 5 %"
        yield rounded(np.log(1 - CHANCE) / np.log(q)), hint
        yield rounded(np.log(CHANCE) / np.log(1 - q)), "n digits are all read: q ** n"


@exercise("slant_of(image)")
def check_slant_of(student: Student) -> None:
    """Check exercise 9.2: how much a digit (784,) leans, a number."""
    rng = np.random.default_rng(92)
    for given in ("for a leaning stroke", "for another", "for a third"):
        image = _stroke(rng)
        yours = np.array(read_number(student(image, given=given)))
        if not agrees(yours, _slant(image)):
            hint = f"the slant is wrong {given}: work out both sums for two pixels"
            blame(yours, _slant_suspects(image), f"{hint} of ink")


def _stroke(rng: np.random.Generator) -> np.ndarray:
    """Return a broad, uneven, leaning stroke off the middle of its image; (784,)."""
    rows, columns = np.indices((SIDE, SIDE))
    place, lean = rng.uniform(9, 12, 2), rng.uniform(0.2, 0.6)
    across = (columns - place[1] + lean * (rows - place[0])) / rng.uniform(2, 3)
    along = (rows - place[0]) / rng.uniform(3, 5)
    ink = np.exp(-(across**2) - along**2) * rng.uniform(0.5, 1, (SIDE, SIDE))
    return np.where(ink > 0.02, ink, 0).ravel()


def _slant(image: np.ndarray, exchanged: bool = False) -> np.ndarray:
    """Return minus the slope of the line of column against row, fitted to the ink."""
    x, y = np.indices((SIDE, SIDE)).reshape(2, -1)[:: -1 if exchanged else 1]
    inked = image > 0
    slope, _ = np.polyfit(x[inked], y[inked], 1, w=np.sqrt(image[inked]))
    return -np.array(slope)


def _slant_suspects(image: np.ndarray) -> Suspects:
    page, truth = image.reshape(SIDE, SIDE), _slant(image)
    rows, columns = np.indices((SIDE, SIDE))
    yield -truth, "the sign: a digit that leans to the right has a positive slant"
    hint = "rows and columns are exchanged: the sum below is that of the rows"
    for sign in (1, -1):
        yield sign * _slant(image, exchanged=True), hint
    yield _slant((image > 0).astype(float)), "each pixel counts by its ink x"

    def by_means(row: float, column: float) -> np.ndarray:
        together = np.sum(page * (rows - row) * (columns - column))
        return -together / np.sum(page * (rows - row) ** 2)

    total = page.sum()
    row, column = np.sum(page * rows) / total, np.sum(page * columns) / total
    means = "the means are those of the ink, by (CM)"
    for centre in (0.0, 13.5, 14.0):
        yield by_means(centre, centre), f"{means}, not {centre:g}"
        yield -by_means(centre, centre), f"{means}, not {centre:g}"
    yield by_means(column, row), "the mean row and the mean column are exchanged"
    grey_means = np.mean(page * rows), np.mean(page * columns)
    yield by_means(*grey_means), f"{means}: divide by all the ink, not by 784"
    together = np.sum(page * (rows - row) * (columns - column))
    squares = np.sum(page * (rows - row) ** 2)
    hint = "a slope is a quotient: divide by the sum of the squares"
    for factor in (-1, 1, -1 / total):
        yield factor * together, hint
    yield -together / np.sum((rows - row) ** 2), "the sum below counts by ink as well"
    yield -squares / together, "the quotient is upside down"
    yield -together / np.sqrt(squares), "there is no root in the slope"
    others = np.sum(page * (columns - column) ** 2)
    hint = "that is the correlation: the slope has only the rows below"
    yield -together / np.sqrt(squares * others), hint
    yield np.arctan(truth), "that is an angle: the slope itself is wanted"
    yield np.degrees(np.arctan(truth)), "that is an angle: the slope itself is wanted"


@exercise("one_map(first, second)")
def check_one_map(student: Student) -> None:
    """Check exercise 9.3: two affine maps in one, (2, 2) and (2,)."""
    rng = np.random.default_rng(93)
    for given in ("for two random maps", "for two others"):
        first, second = (
            (rng.normal(size=(2, 2)), rng.normal(size=2)) for _ in range(2)
        )
        answer = student(first, second, given=given)
        require_parts(answer, 2, "a pair is wanted, the matrix and the move")
        M = read_array(answer[0], (2, 2), "a matrix", name="M")
        t = read_array(answer[1], (2,), "a vector", name="t")
        points = rng.normal(size=(2, 5))
        carried = _carry(second, _carry(first, points))
        if agrees(_carry((M, t), points), _carry(first, _carry(second, points))):
            raise NotYetError("that is the second map followed by the first")
        if not agrees(M, second[0] @ first[0]):
            blame(M, _matrix_suspects(first[0], second[0]), f"M is wrong {given}")
        if not agrees(_carry((M, t), points), carried):
            hint = f"M is right, t is not, {given}: where does p = (0, 0) go?"
            blame(t, _move_suspects(first, second), hint)


Map = tuple[np.ndarray, np.ndarray]


def _carry(one: Map, points: np.ndarray) -> np.ndarray:
    M, t = one
    return M @ points + t[:, None]


def _matrix_suspects(first: np.ndarray, second: np.ndarray) -> Suspects:
    order = "M: the order matters, p meets the first matrix first"
    yield first @ second, order
    yield second * first, "M: that is element by element; the product of matrices is @"
    yield first + second, "M: the second map acts on what the first has made: multiply"
    yield first, "M: where is the second matrix?"
    yield second, "M: where is the first matrix?"
    transposed = "M: something is transposed that should not be"
    for left, right in ((second, first), (first, second)):
        yield left @ right.T, transposed
        yield left.T @ right, transposed
        yield left.T @ right.T, transposed
    yield np.linalg.inv(second @ first), "M: nothing needs to be inverted here"


def _move_suspects(first: Map, second: Map) -> Suspects:
    (M1, t1), (M2, t2) = first, second
    yield t1 + t2, "t: the second map turns the first move as well"
    yield M2 @ (t1 + t2), "t: the second move comes last, and no matrix meets it"
    yield M1 @ t2 + t1, "t: the first move meets the second matrix, not the other way"
    yield M1 @ t1 + t2, "t: the first move comes after the first matrix"
    yield M1 @ t2 + t2, "t: the first move is missing"
    yield M2 @ t1, "t: where is the second move?"
    yield t2, "t: where is the first move?"
    yield t1, "t: where is the second move?"
    yield M2 @ M1 @ t1 + t2, "t: the first move comes after the first matrix"
    yield t1 @ M2 + t2, "t: a matrix stands to the left of its vector"
    yield t1 * t2, "t: moves are added"


@exercise("vote(activations, images)")
def check_vote(student: Student) -> None:
    """Check exercise 9.4: the mean answer (n, 10) to images in nine places."""
    rng = np.random.default_rng(94)
    scores = _judge_of_images(rng)
    for n in (12, 1):
        images = rng.random((n, SIDE * SIDE))  # ink up to the edges
        answer = student(scores, images, given=f"for {n} image(s)")
        yours = read_array(answer, (n, 10), "ten activations for each image")
        if not agrees(yours, _mean_answer(scores, images)):
            hint = f"the votes are wrong for {n} image(s): which nine places are asked?"
            blame(yours, _vote_suspects(scores, images), hint)


Scores = Callable[[np.ndarray], np.ndarray]


def _judge_of_images(rng: np.random.Generator) -> Scores:
    """Return a function with a network's shapes, that is not linear."""
    weights = 0.5 * rng.normal(size=(SIDE * SIDE, 10))

    def scores(images: np.ndarray) -> np.ndarray:
        shape = np.shape(images)
        if len(shape) != 2 or shape[1] != SIDE * SIDE:
            raise ValueError(f"activations takes images (n, 784), not {shape}")
        return softmax(np.asarray(images) @ weights, axis=1)

    return scores


Places = Iterable[tuple[int, int]]
NINE = tuple(product((-1, 0, 1), repeat=2))


def _moved(
    images: np.ndarray, down: int, right: int, mode: str = "constant"
) -> np.ndarray:
    pages = images.reshape(-1, SIDE, SIDE)
    moved = ndimage.shift(pages, (0, down, right), order=0, mode=mode)
    return moved.reshape(len(images), -1)


def _mean_answer(
    scores: Scores, images: np.ndarray, places: Places = NINE, mode: str = "constant"
) -> np.ndarray:
    answers = [scores(_moved(images, *place, mode)) for place in places]
    return np.mean(answers, axis=0)


def _vote_suspects(scores: Scores, images: np.ndarray) -> Suspects:
    def mean(places: Places = NINE, mode: str = "constant") -> np.ndarray:
        return _mean_answer(scores, images, places, mode)

    yield scores(images), "it asks about the image where it is, and nowhere else"
    yield 9 * mean(), "that is the sum of the nine answers"
    moved = [_moved(images, *place) for place in NINE]
    hint = "it asks once, about the mean image: ask nine times, then take the mean"
    yield scores(np.mean(moved, axis=0)), hint
    hint = "what leaves at one edge comes in at the other: paper should come in"
    yield mean(mode="grid-wrap"), hint
    rolled = [np.roll(images, SIDE * down + right, axis=1) for down, right in NINE]
    yield np.mean([scores(one) for one in rolled], axis=0), hint
    hint = "the pixels at the edge are repeated: paper should come in"
    yield mean(mode="nearest"), hint
    cross = [place for place in NINE if 0 in place]
    yield mean(cross), "the four diagonal places are missing"
    yield mean({*cross} - {(0, 0)}), "only four places are asked: there are nine"
    yield mean({*NINE} - {(0, 0)}), "the image in its own place has a vote, too"
    hint = "only a diagonal is asked: every move down goes with every move right"
    yield mean([(-1, -1), (0, 0), (1, 1)]), hint
    steps = "the moves run from -1 to 1"
    yield mean(product((0, 1, 2), repeat=2)), f"{steps}, not from 0 to 2"
    yield mean(product((-1, 0), repeat=2)), f"{steps}: range ends before its end"
    yield mean(product((0, 1), repeat=2)), f"{steps}, not from 0 to 1"
    each = [scores(one) for one in moved]
    ballots = np.mean([np.eye(10)[one.argmax(axis=1)] for one in each], axis=0)
    yield ballots, "those are nine verdicts: take the mean of the activations"
    hint = "that is the largest of the nine answers, not their mean"
    yield np.max(each, axis=0), hint
    yield np.median(each, axis=0), "that is the median of the answers, not their mean"


@exercise("pen_line(points, side, radius)")
def check_pen_line(student: Student) -> None:
    """Check exercise 9.5: the ink (side, side) of a round pen."""
    rng = np.random.default_rng(95)
    beside = np.array([[5.0, 4.0], [12.0, 30.0], [28.0, 9.0]])
    still = np.array([[4.0, 5.0], [9.0, 9.0], [9.0, 9.0], [14.0, 6.0]])
    for given, points, side, radius in (
        ("for a stroke of four points", rng.uniform(4, 26, (4, 2)), 30, 2.0),
        ("for a stroke of two points", rng.uniform(2, 18, (2, 2)), 20, 1.3),
        ("for a stroke that ends beside the paper", beside, 24, 1.6),
        ("for a pen that stands still on its way", still, 18, 1.5),
    ):
        answer = student(points, side, radius, given=given)
        yours = read_array(answer, (side, side), "rows and columns of the paper")
        if not agrees(yours, _pen(points, side, radius)):
            hint = f"wrong {given}: draw a level line by hand, and look at one column"
            blame(yours, _pen_suspects(points, side, radius), hint)


def _distances(
    points: np.ndarray, side: int, clipped: bool = True, centre: float = 0.5
) -> np.ndarray:
    """Return how far each pixel's centre is from each line; (lines, side, side)."""
    rows, columns = np.indices((side, side)) + centre
    found = []
    for a, b in pairwise(points):
        along = b - a
        square = along @ along
        tau = (columns - a[0]) * along[0] + (rows - a[1]) * along[1]
        tau = tau / square if square else 0 * tau
        if clipped:
            tau = tau.clip(0, 1)
        x, y = a[0] + tau * along[0], a[1] + tau * along[1]
        found.append(np.sqrt((columns - x) ** 2 + (rows - y) ** 2))
    return np.array(found)


def _pen(points: np.ndarray, side: int, radius: float, **how: float) -> np.ndarray:
    return _grey(_distances(points, side, **how).min(axis=0), radius)


def _grey(d: np.ndarray, radius: float) -> np.ndarray:
    return np.clip(radius + 0.5 - d, 0, 1)


def _pen_suspects(points: np.ndarray, side: int, radius: float) -> Suspects:
    every = _distances(points, side)
    d = every.min(axis=0)
    unclipped = "a grey value is never below 0 and never above 1"
    yield radius + 0.5 - d, unclipped
    yield np.maximum(radius + 0.5 - d, 0), unclipped
    yield np.minimum(radius + 0.5 - d, 1), unclipped
    yield _grey(d, radius).T, "rows and columns are exchanged: x belongs to the column"
    yield 1 - _grey(d, radius), "paper is 0 and ink is 1"
    hint = "a pixel's centre lies half a pixel beyond its row and its column"
    yield _pen(points, side, radius, centre=0.0), hint
    yield _pen(points, side, radius, centre=0.0).T, hint
    yield _pen(points, side, radius, centre=-0.5), hint
    hint = "the lines run on beyond their ends: tau stays from 0 to 1"
    yield _pen(points, side, radius, clipped=False), hint
    rows, columns = np.indices((side, side)) + 0.5
    to_points = np.array([np.hypot(columns - x, rows - y) for x, y in points])
    dots = "only the points leave ink: the pen also runs between them"
    yield _grey(to_points.min(axis=0), radius), dots
    yield _grey(d, 2 * radius), "radius is half the width of the pen"
    yield _grey(d, radius / 2), "radius is half the width of the pen already"
    yield _grey(d, radius - 0.5), "the half pixel at the edge: rho + 1/2 - d"
    yield _grey(d, radius + 0.5), "the edge is half a pixel too far out"
    hard = "the edge is a step: its grey values are missing"
    yield (d <= radius).astype(float), hard
    yield (d <= radius + 0.5).astype(float), hard
    if len(points) > 2:
        yield _grey(every[-1], radius), "only the last line leaves ink"
        yield _grey(every[0], radius), "only the first line leaves ink"
        yield _grey(every[:-1].min(axis=0), radius), "the last line is missing"
        yield _grey(every[1:].min(axis=0), radius), "the first line is missing"
        hint = "the ink of two lines is added: only the nearest point counts"
        yield np.clip(_grey(every, radius).sum(axis=0), 0, 1), hint
        yield _grey(every, radius).sum(axis=0), "the ink of all lines is added"
        yield _grey(every.mean(axis=0), radius), "the nearest counts, not the mean"
        yield _grey(every.max(axis=0), radius), "the nearest counts, not the farthest"
        closed = _pen(np.vstack([points, points[:1]]), side, radius)
        yield closed, "the last point is joined to the first"
