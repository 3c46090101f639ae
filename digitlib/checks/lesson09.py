"""Checks for lesson 9, "Your own handwriting"."""

from collections import Counter
from collections.abc import Callable, Iterable
from itertools import pairwise, product

import numpy as np
from scipy import ndimage
from scipy.special import expit, softmax

from courseware.checking.exercise import Suspects, agrees, blame, compared, exercise
from courseware.checking.judges import require_no_memory
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
    # At the edges: one digit is enough, for the last of them just so; and many.
    q = np.array([0.9, 0.99, 0.5, *rng.uniform(0.6, 0.999, 5), 0.9999, 0.02, CHANCE])
    yours, truth = np.empty(len(q)), np.array([_first_surprise(share) for share in q])
    for k, share in enumerate(q.tolist()):
        yours[k] = read_number(student(share, given=f"for q = {share:.4g}"))
    if agrees(yours, truth, tolerance=0):
        return
    wrong = np.flatnonzero(yours != truth)[0]
    share, said = q[wrong], yours[wrong]
    if said < 1:
        hint = "not even one digit: find the n at which q ** n comes down to 5 %"
    elif said != np.round(said):
        hint = "a number of digits is whole: which one is the next large enough?"
    elif said < truth[wrong]:
        hint = f"q ** n is {share**said:.5g} there, still above 5 %: take more digits"
    else:
        hint = f"too many: after one digit fewer q ** n is {share ** (said - 1):.3g}"
    blame(
        yours, _count_suspects(q, truth), hint, f"for q = {share:.4g} you say {said:g}"
    )


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
    yield np.round(exact), f"{below}, so do not round to the nearest"
    yield truth - 1, below
    hint = "5 % just so is enough: where it comes out even, 1 more is one too many"
    yield np.floor(exact) + 1, hint
    yield truth + 1, "one too many: one digit fewer would do"
    yield exact, "a number of digits is whole: the next one that is large enough"
    yield -truth, "the sign is turned round: both logarithms are negative"
    hint = "the quotient is upside down: which logarithm is n multiplied by?"
    yield np.ceil(np.log(q) / np.log(CHANCE)), hint
    for rounded in (np.ceil, np.floor, np.round):
        hint = "3 / (1 - q) is only about right, and only for large n: see (RULE3)"
        yield rounded(3 / (1 - q)), hint
        yield rounded(np.log(0.01) / np.log(q)), "the chance is to be 5 %, not 1 %"
        hint = "that is where q ** n falls below 95 %: the chance is to be 5 %"
        yield rounded(np.log(1 - CHANCE) / np.log(q)), hint
        yield rounded(np.log(CHANCE) / np.log(1 - q)), "n digits are all read: q ** n"


@exercise("slant_of(image)")
def check_slant_of(student: Student) -> None:
    """Check exercise 9.2: how much a digit (784,) leans, a number."""
    rng = np.random.default_rng(92)
    for kind, lean in (
        ("that leans to the right", 0.4),
        ("that leans to the left", -0.3),
        ("that stands nearly upright", 0.03),
        ("that leans far over", 0.9),
    ):
        image, given = _stroke(rng, lean), f"for a stroke {kind}"
        yours = np.array(read_number(student(image, given=given)))
        truth = _slant(image)
        if not agrees(yours, truth, tolerance=1e-4):  # in float32, too
            hint = "the slant is wrong: work out both sums for two pixels of ink"
            seen = compared(yours, truth, given)
            blame(yours, _slant_suspects(image), hint, seen)


def _stroke(rng: np.random.Generator, lean: float) -> np.ndarray:
    """Return a broad, uneven stroke off the middle of its image; (784,)."""
    rows, columns = np.indices((SIDE, SIDE))
    place = rng.uniform(9, 12, 2)
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
    hint = "the sign: a digit that leans to the right has a positive slant"
    if truth < 0:  # the right sign for those that lean to the right
        hint = "a digit may lean to the left, and then its slant is negative"
        yield 0 * truth, hint
    yield -truth, hint
    hint = "rows and columns are exchanged: the sum below is that of the rows"
    for sign in (1, -1):
        yield sign * _slant(image, exchanged=True), hint
    weight = "each pixel counts by its ink x"
    for paper in (0, 0.5):
        hint = f"{weight}, a grey one less than a dark one"
        yield _slant((image > paper).astype(float)), hint
    yield _slant(image**2), f"{weight}, not by its square"

    def by_means(row: float, column: float, ink: np.ndarray = page) -> np.ndarray:
        together = np.sum(ink * (rows - row) * (columns - column))
        return -together / np.sum(ink * (rows - row) ** 2)

    total = page.sum()
    row, column = np.sum(page * rows) / total, np.sum(page * columns) / total
    yield by_means(row, column, page**2), f"{weight}, not by its square"
    yield by_means(row, column, page > 0), f"{weight} in the two sums as well"
    yield by_means(row, column, np.ones_like(page)), f"{weight}, paper not at all"
    means = "the means are those of the ink, by (CM)"
    for centre in (0.0, 13.5, 14.0):
        yield by_means(centre, centre), f"{means}, not {centre:g}"
        yield -by_means(centre, centre), f"{means}, not {centre:g}"
    for rounded in (np.round, np.floor):
        yield by_means(*rounded([row, column])), f"{means}: do not round them"
    inked = np.argwhere(page > 0).mean(axis=0)
    yield by_means(*inked), f"{means}: each pixel counts by its ink there, too"
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
    yield -together / (squares + others), "the sum below is that of the rows alone"
    hint = "the sum below has the squares of (r - mean row), not their sizes"
    yield -together / np.sum(page * np.abs(rows - row)), hint
    yield np.arctan(truth), "that is an angle: the slope itself is wanted"
    yield np.degrees(np.arctan(truth)), "that is an angle: the slope itself is wanted"


@exercise("one_map(first, second)")
def check_one_map(student: Student) -> None:
    """Check exercise 9.3: two affine maps in one, (2, 2) and (2,)."""
    rng = np.random.default_rng(93)
    for given, first, second in (
        ("for two random maps", _random_map(rng), _random_map(rng)),
        ("for two others", _random_map(rng), _random_map(rng)),
        ("for a first map that only moves", (np.eye(2), rng.normal(size=2)), TURN),
        ("for a second map that moves nothing", TURN, (_random_map(rng)[0], 0 * ONES)),
    ):
        answer = student(first, second, given=given)
        if isinstance(answer, np.ndarray) and answer.shape == (2, 2):
            raise NotYetError(
                "a matrix alone comes back: a pair is wanted, the matrix and the move"
            )
        require_parts(answer, 2, "a pair is wanted, the matrix and the move")
        M = read_array(answer[0], (2, 2), "a matrix", name="M")
        t = read_array(answer[1], (2,), "a vector", name="t")
        truth = second[0] @ first[0], second[0] @ first[1] + second[1]
        turned_round = first[0] @ second[0], first[0] @ second[1] + first[1]
        if _same_map((M, t), truth):
            continue
        if _same_map((M, t), turned_round):
            raise NotYetError(f"that is the second map followed by the first, {given}")
        if not agrees(M, truth[0]):
            hint = "M: take p = (1, 0) and (0, 1) through both maps, moves left out"
            seen = compared(M, truth[0], f"M, {given}:")
            blame(M, _matrix_suspects(first[0], second[0]), hint, seen)
        hint = "M is right, t is not: where does p = (0, 0) go?"
        blame(t, _move_suspects(first, second), hint, compared(t, truth[1], given))


Map = tuple[np.ndarray, np.ndarray]

ONES = np.ones(2)
TURN = np.array([[0.6, 0.8], [-0.8, 0.6]]), np.array([-3.0, 2.0])


def _random_map(rng: np.random.Generator) -> Map:
    return rng.normal(size=(2, 2)), rng.normal(size=2)


def _same_map(one: Map, other: Map) -> bool:
    return all(agrees(*parts) for parts in zip(one, other, strict=True))


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
    m = (SIDE - 1) / 2
    yield m + M2 @ (t1 - m) + t2, "t: the middle of the image is left out here"
    for move in (t1 * t2, M2 @ t1 - t2, M2 @ t1 * t2):
        yield move, "t: moves are added"
    hint = "t: the matrix of the second map meets the first move, not its own"
    yield M2 @ t2 + t1, hint


@exercise("vote(activations, images)")
def check_vote(student: Student) -> None:
    """Check exercise 9.4: the mean answer (n, 10) to images in nine places."""
    rng = np.random.default_rng(94)
    weights = 0.3 * rng.normal(size=(SIDE * SIDE, 10))
    asked: list[np.ndarray] = []  # all images that it has asked about

    def activations(images: np.ndarray) -> np.ndarray:
        shape = np.shape(images)
        if len(shape) != 2 or shape[1] != SIDE * SIDE:
            raise ValueError(f"activations takes images (n, 784), not {shape}")
        asked.extend(np.asarray(images, float))
        return expit(np.asarray(images) @ weights)  # they need not add up to 1

    stacks = [rng.random((n, SIDE * SIDE)) for n in (12, 1, 12)]  # ink up to the edges
    for images in stacks:
        n, given = len(images), f"for {len(images)} image(s)"
        asked.clear()
        answer = student(activations, images, given=given)
        about = [*asked]
        yours = read_array(answer, (n, 10), "ten activations for each image")
        truth = _mean_answer(activations, images)
        if not agrees(yours, truth):
            seen = compared(yours, truth, given)
            suspects = _vote_suspects(activations, images)
            blame(yours, suspects, _places_asked(about, images), seen)
    require_no_memory(student, [(activations, images) for images in stacks])


Scores = Callable[[np.ndarray], np.ndarray]


def _places_asked(asked: list[np.ndarray], images: np.ndarray) -> str:
    """Say in a hint in which places the images were asked about."""
    if not asked:
        return "it does not ask at all: what does it keep from call to call?"
    near = [*product(range(-2, 3), repeat=2)]
    moved = np.array([_moved(images, *place) for place in near])  # (25, n, 784)
    found: Counter[tuple[int, int]] = Counter()
    for one in asked:
        where = np.argwhere(np.abs(moved - one).max(axis=-1) < 0.01)
        if len(where) == 0:
            hint = "it asks about an image that is none of the nine"
            return f"{hint}: moved by 0 or 1 pixels, and paper comes in"
        found[near[where[0, 0]]] += 1
    for place in near:
        name = f"moved down by {place[0]} and right by {place[1]}"
        if place in NINE and found[place] < len(images):
            return f"it does not ask about the images {name}: that is one of the nine"
        if place not in NINE and found[place]:
            return f"it asks about images {name}: that is none of the nine places"
        if found[place] > len(images):
            return f"it asks about images {name} more than once"
    return "the nine places are right: what is done with the nine answers?"


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
    yield mean(product((-2, -1, 0), repeat=2)), f"{steps}, not from -2 to 0"
    yield mean(product((-2, 0, 2), repeat=2)), f"{steps}, by one pixel and not by two"
    yield mean(product(range(-2, 3), repeat=2)), f"{steps}, not from -2 to 2"
    yield mean(product((-1, 0), repeat=2)), f"{steps}: range ends before its end"
    yield mean(product((0, 1), repeat=2)), f"{steps}, not from 0 to 1"
    each = [scores(one) for one in moved]
    ballots = np.mean([np.eye(10)[one.argmax(axis=1)] for one in each], axis=0)
    yield ballots, "those are nine verdicts: take the mean of the activations"
    answer = mean()
    hint = "the activations are made to add up to 1: take their mean, and no more"
    yield answer / answer.sum(axis=1, keepdims=True), hint
    yield softmax(answer, axis=1), hint
    yield 9 * answer / 8, "nine answers are added, and not divided by nine"
    yield np.repeat(answer[:1], len(images), axis=0), "all images get the first one's"
    hint = "that is the largest of the nine answers, not their mean"
    yield np.max(each, axis=0), hint
    yield np.median(each, axis=0), "that is the median of the answers, not their mean"


@exercise("pen_line(points, side, radius)")
def check_pen_line(student: Student) -> None:
    """Check exercise 9.5: the ink (side, side) of a round pen."""
    rng = np.random.default_rng(95)
    beside = np.array([[5.0, 4.0], [12.0, 30.0], [28.0, 9.0]])
    still = np.array([[4.0, 5.0], [9.0, 9.0], [9.0, 9.0], [14.0, 6.0]])
    straight = np.array([[3.0, 4.0], [3.0, 15.0], [12.0, 15.0]])
    for given, points, side, radius in (
        ("for a stroke of four points", rng.uniform(4, 26, (4, 2)), 30, 2.2),
        ("for a stroke of two points", rng.uniform(2, 18, (2, 2)), 20, 1.3),
        ("for a stroke that ends beside the paper", beside, 24, 1.6),
        ("for a pen that stands still on its way", still, 18, 1.5),
        ("for a stroke straight down, then to the right", straight, 19, 2.4),
        ("for a pen that only stands still", np.array([[6.2, 4.1]] * 2), 12, 3.0),
        ("for a thin pen", rng.uniform(2, 14, (3, 2)), 16, 0.3),
    ):
        answer = student(points, side, radius, given=given)
        yours = read_array(answer, (side, side), "rows and columns of the paper")
        truth = _pen(points, side, radius)
        if not agrees(yours, truth):
            hint = "draw a level line by hand, and look at one column"
            edge = (truth > 0) & (truth < 1)
            if (yours < truth + 1e-6).all() and np.isclose(yours, truth)[edge].any():
                hint = (
                    "ink is missing somewhere: is part of the path left out, or dotted?"
                )
            seen = compared(yours, truth, given)
            blame(yours, _pen_suspects(points, side, radius), hint, seen)


def _distances(
    points: np.ndarray,
    side: int,
    clipped: bool = True,
    centre: float = 0.5,
    power: float = 1.0,
) -> np.ndarray:
    """Return how far each pixel's centre is from each line; (lines, side, side)."""
    rows, columns = np.indices((side, side)) + centre
    found = []
    for a, b in pairwise(points):
        along = b - a
        square = (along @ along) ** power
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
    still = not np.ptp(points, axis=0).any()
    hint = "a pen that only stands still leaves a dot"
    yield 0 * d, hint if still else "the paper stays empty: x and y are pixels already"
    yield 255 * _grey(d, radius), "grey values go from 0 to 1 here: they are no bytes"
    yield _grey(d, radius).T, "rows and columns are exchanged: x belongs to the column"
    yield _grey(d, radius)[::-1], "it stands on its head: y and the rows run down"
    yield 1 - _grey(d, radius), "paper is 0 and ink is 1"
    hint = "a pixel's centre lies half a pixel beyond its row and its column"
    yield _pen(points, side, radius, centre=0.0), hint
    yield _pen(points, side, radius, centre=0.0).T, hint
    yield _pen(points, side, radius, centre=-0.5), hint
    hint = "the lines run on beyond their ends: tau stays from 0 to 1"
    yield _pen(points, side, radius, clipped=False), hint
    hint = "tau is a quotient: below stands the square of the line's length"
    yield _pen(points, side, radius, power=0.5), hint
    yield _pen(points, side, radius, power=0), hint
    rows, columns = np.indices((side, side)) + 0.5
    to_points = np.array([np.hypot(columns - x, rows - y) for x, y in points])
    dots = "only the points leave ink: the pen also runs between them"
    yield _grey(to_points.min(axis=0), radius), dots
    yield _grey(d, 2 * radius), "radius is half the width of the pen"
    yield _grey(d, radius / 2), "radius is half the width of the pen already"
    yield _grey(d**2, radius), "the distance itself is taken off, not its square"
    hint = "whatever the radius, this pen is as if it were 1 pixel or more"
    yield _grey(d, max(radius, 1)), hint
    yield _grey(d, int(radius)), "the radius is made whole: it need not be"
    yield _pen(points.clip(0, side), side, radius), "the pen may leave the paper"
    yield _pen(np.round(points), side, radius), "the points need not be whole numbers"
    yield _grey(d, radius - 0.5), "the half pixel at the edge: rho + 1/2 - d"
    yield _grey(d, radius + 0.5), "the edge is half a pixel too far out"
    hard = "the edge is a step: its grey values are missing"
    yield (d <= radius).astype(float), hard
    yield (d <= radius + 0.5).astype(float), hard
    if len(points) > 2:
        hint = "only the first point and the last are joined: the pen goes through all"
        yield _pen(points[[0, -1]], side, radius), hint
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
