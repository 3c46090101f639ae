"""Checks for lesson 10, "The same in a framework".

None of them needs a framework: the references are NumPy's.
"""

from collections.abc import Callable

import numpy as np

from courseware.checking.exercise import Suspects, agrees, blame, exercise
from courseware.checking.handle import Function
from courseware.checking.student import NotYetError, Student, read_array, type_name
from courseware.checking.watch import Watch
from digitlib.data.mnist import load_mnist
from digitlib.numerics import one_hot, softmax

# What a reader has to read of the validation set: of the whole one, of the sample's.
SHARE, SHARE_ON_SAMPLE = 0.98, 0.95


@exercise("add_bias(Z, b)")
def check_add_bias(student: Student) -> None:
    """Check exercise 10.1: an operation on (n, k), with its way back."""
    rng = np.random.default_rng(101)
    # A square first: there most mistakes run, and can be named.
    for n, k in ((4, 4), (5, 3), (1, 6)):
        Z, b = rng.normal(size=(n, k)), rng.normal(size=k)
        given = f"for Z of shape {Z.shape}"
        result, way_back = _read_operation(student(Z, b, given=given), n, k)
        if not agrees(result, Z + b):
            blame(result, _sum_suspects(Z, b), f"the result is wrong {given}")
        for E in rng.normal(size=(2, n, k)):  # what was learnt from one is no use twice
            of_Z, of_b = _read_errors(way_back(E, given=given), n, k)
            if not agrees(of_Z, E):
                blame(of_Z, _passing_suspects(E, Z, b), f"errors of Z wrong {given}")
            if not agrees(of_b, E.sum(axis=0)):
                blame(of_b, _adding_suspects(E, Z, b), f"errors of b wrong {given}")


def _read_operation(answer: object, n: int, k: int) -> tuple[np.ndarray, Function]:
    wanted = "two things are wanted, the result and a way back"
    if isinstance(answer, np.ndarray):
        raise NotYetError(f"it returns an array only: {wanted}")
    if not isinstance(answer, tuple | list) or len(answer) != 2:
        raise NotYetError(f"it returns an object of type {type_name(answer)}: {wanted}")
    result, way_back = answer
    if not callable(way_back):
        kind = f"the way back is of type {type_name(way_back)}"
        raise NotYetError(f"{kind}: return a function of the errors, such as a lambda")
    array = read_array(result, (n, k), "like Z,", name="the result")
    way_back.usage = "way_back(E)"
    return array, way_back


def _read_errors(answer: object, n: int, k: int) -> list[np.ndarray]:
    if not isinstance(answer, tuple | list) or len(answer) != 2:
        found = "one array" if isinstance(answer, np.ndarray) else type_name(answer)
        raise NotYetError(
            f"the way back returns {found}: the errors of Z and those of b are wanted"
        )
    of_Z, of_b = (np.asarray(part) for part in answer)
    if n != 1 and of_Z.shape == (k,) and of_b.shape == (n, k):
        raise NotYetError("the order is mixed up: first the errors of Z, then of b")
    if of_b.shape == (n, k):
        form = "the errors of b have the shape of Z"
        raise NotYetError(f"{form}: each bias is in all the rows, so add up (CR)")
    if of_b.shape in ((1, k), (k, 1)):
        raise NotYetError("the errors of b are to have the shape (k,), like b itself")
    return [
        read_array(answer[0], (n, k), "like Z,", name="the array of errors of Z"),
        read_array(answer[1], (k,), "like b,", name="the array of errors of b"),
    ]


def _sum_suspects(Z: np.ndarray, b: np.ndarray) -> Suspects:
    yield Z, "the result is Z itself: where are the biases?"
    yield Z - b, "the biases are subtracted"
    yield Z * b, "the biases are multiplied: add them"
    yield Z + b.sum(), "each column has a bias of its own: add b, not its sum"
    if len(Z) == len(b):
        hint = "the biases run down the columns: b goes to each row"
        yield Z + b[:, np.newaxis], hint


def _passing_suspects(E: np.ndarray, Z: np.ndarray, b: np.ndarray) -> Suspects:
    yield np.ones_like(E), "the errors of Z are those that come in, and not 1"
    yield E * b, "errors of Z: b is added and no factor, so it is in no derivative"
    yield E * Z, "errors of Z: Z is added and no factor, so it is in no derivative"
    yield E + b, "errors of Z: the bias is for the way forward"
    yield E / len(E), "errors of Z: nothing is averaged here, each row is on its own"
    yield -E, "errors of Z: the sign is turned round"


def _adding_suspects(E: np.ndarray, Z: np.ndarray, b: np.ndarray) -> Suspects:
    total = E.sum(axis=0)
    yield E.mean(axis=0), "errors of b: the mean is taken elsewhere, here add up"
    yield np.ones_like(b), "errors of b: where are the errors that come in?"
    yield np.full_like(b, len(E)), "errors of b: where are the errors that come in?"
    yield E[0], "errors of b: those of the first row only"
    yield np.full_like(b, E.sum()), "errors of b: each bias adds up its own column"
    yield total * b, "errors of b: b is added and no factor, so it is in no derivative"
    yield (E * Z).sum(axis=0), "errors of b: Z is no factor of b"
    yield -total, "errors of b: the sign is turned round"
    if len(E) == len(b):
        hint = "errors of b: it adds up along the rows: a bias has a column"
        yield E.sum(axis=1), hint
        yield np.diag(E), "errors of b: each bias is in all the rows, not in one"


@exercise("majority_vote(distances, labels, k)")
def check_majority_vote(student: Student) -> None:
    """Check exercise 10.2: the votes (n,) of the nearest neighbours."""
    rng = np.random.default_rng(102)
    # A square first: there most mistakes run, and can be named. In the end for loops.
    for n, m, k in ((60, 60, 1), (60, 60, 5), (40, 25, 4), (6, 9, 9), (500, 30, 3)):
        distances = rng.random((n, m)) + 0.02
        labels = rng.integers(0, 10, size=m)
        given = f"for {n} images, {m} neighbours and k = {k}"
        with Watch() as watch:
            answer = student(distances, labels, k, given=given)
        _require_a_vote(answer, n)
        yours = _read_digits(answer, n)
        if not np.array_equal(yours, _voted(distances, labels, k)):
            suspects = _vote_suspects(distances, labels, k)
            blame(yours, suspects, f"wrong {given}: work out one row by hand")
    if watch.calls >= n:
        raise NotYetError("right, but there is still a loop over the images")


def _require_a_vote(answer: object, n: int) -> None:
    # Ten numbers per image may be counts of the digits: of those _read_digits tells.
    shape = answer.shape if isinstance(answer, np.ndarray) else ()
    if len(shape) == 2 and shape[0] == n and shape[1] != 10:
        raise NotYetError(
            f"it returns {shape[1]} numbers per image: let the neighbours vote"
        )


def _read_digits(answer: object, n: int) -> np.ndarray:
    if isinstance(answer, np.ndarray) and answer.shape == (n, 10):
        raise NotYetError("it returns ten numbers per image: which digit do they mean?")
    digits = read_array(answer, (n,), "one digit per image,")
    if (digits != np.round(digits)).any():
        raise NotYetError("a digit is a name, not a quantity: names have no mean")
    return digits


def _voted(distances: np.ndarray, labels: np.ndarray, k: int) -> np.ndarray:
    return _counted(labels[np.argsort(distances, axis=1)[:, :k]])


def _counted(neighbours: np.ndarray) -> np.ndarray:
    """Return the commonest digit of each row; of equals, the smallest."""
    return np.eye(10)[neighbours].sum(axis=1).argmax(axis=1)


def _vote_suspects(distances: np.ndarray, labels: np.ndarray, k: int) -> Suspects:
    n, m = distances.shape
    nearest = np.argsort(distances, axis=1)[:, :k]
    neighbours = labels[nearest]
    yield nearest[:, 0], "these are places among the neighbours: what are their labels?"
    yield _voted(-distances, labels, k), "it asks the farthest, not the nearest"
    if k < m:
        yield _voted(distances, labels, k + 1), f"it asks {k + 1} of them, one too many"
        yield _voted(distances, labels, m), "all of them vote, not the k nearest"
        hint = "it leaves out the nearest: no image is its own neighbour here"
        yield _counted(labels[np.argsort(distances, axis=1)[:, 1 : k + 1]]), hint
        first = _counted(np.tile(labels[:k], (n, 1)))
        yield first, "it asks the first k, and not the nearest: sort by the distances"
    if n == m:
        across = labels[np.argsort(distances, axis=0)[:k].T]
        hint = "it sorts along the wrong axis: the distances of one image lie in a row"
        yield _counted(across), hint
    if k == 1:
        return
    yield neighbours[:, 0], "it asks one of them only: where is k?"
    hint = f"it asks {k - 1} of them: a slice up to k leaves k itself out"
    yield _voted(distances, labels, k - 1), hint
    hint = "of the nearest k it asks the one that comes first: let them vote"
    yield labels[np.sort(nearest, axis=1)[:, 0]], hint
    ties = "right but for ties: of the digits that are tied, the smallest is wanted"
    yield 9 - _counted(9 - neighbours), ties
    yield np.array([_first_of_most(row) for row in neighbours]), ties
    near = 1 / np.take_along_axis(distances, nearest, axis=1)
    weighed = (np.eye(10)[neighbours] * near[..., np.newaxis]).sum(axis=1)
    yield weighed.argmax(axis=1), "each of the k has one vote, near or not so near"
    names = "a digit is a name, not a quantity: count votes"
    yield np.median(neighbours, axis=1), names
    yield np.round(neighbours.mean(axis=1)), names
    yield neighbours.max(axis=1), "it takes the largest of their digits: let them vote"
    yield neighbours.min(axis=1), "it takes the smallest of their digits: let them vote"


def _first_of_most(digits: np.ndarray) -> int:
    """Return the commonest digit; of equals, the one that is nearest."""
    counts = np.bincount(digits)
    return next(digit for digit in digits if counts[digit] == counts.max())


Arrays = tuple[np.ndarray, np.ndarray]


@exercise("softmax_epoch(W, b, X, labels, batch_size, eta)", seconds=20)
def check_softmax_epoch(student: Student) -> None:
    """Check exercise 10.3: an epoch of descent, with PyTorch or without."""
    rng = np.random.default_rng(103)
    # One batch first: what is wrong with a single step has a name of its own.
    for n, d, size in ((6, 10, 6), (12, 4, 4), (10, 7, 4)):
        W, b, X = (rng.normal(size=shape) for shape in ((10, d), 10, (n, d)))
        labels, eta = rng.integers(0, 10, size=n), float(rng.uniform(0.2, 0.5))
        task, given = (W, b, X, labels, size, eta), f"for {n} samples in batches of"
        answer = student(*task, given=f"{given} {size}")
        after = _read_layer(answer, d)
        yours = np.hstack([(after[0] - W).ravel(), after[1] - b])
        if not agrees(yours, _learnt(*task), tolerance=1e-3):  # in float32, too
            hint = f"W and b are wrong {given} {size}: print one step, and work it out"
            blame(yours, _epoch_suspects(*task), f"{hint} by (CE')")


def _read_layer(answer: object, d: int) -> list[np.ndarray]:
    if not isinstance(answer, tuple | list) or len(answer) != 2:
        raise NotYetError(
            f"it returns an object of type {type_name(answer)}: W and b are wanted"
        )
    for part, name in zip(answer, "Wb", strict=True):
        if type_name(part) in ("Tensor", "Parameter"):
            raise NotYetError(
                f"{name} is a tensor still: .detach().numpy() makes an array of it"
            )
    return [
        read_array(answer[0], (10, d), "as it came,", name="W"),
        read_array(answer[1], (10,), "as it came,", name="b"),
    ]


def _gradients(W: np.ndarray, b: np.ndarray, X: np.ndarray, Y: np.ndarray) -> Arrays:
    E = (softmax(X @ W.T + b) - Y) / len(X)  # (CE')
    return E.T @ X, E.sum(axis=0)


def _learnt(
    W: np.ndarray,
    b: np.ndarray,
    X: np.ndarray,
    labels: np.ndarray,
    batch_size: int,
    eta: float,
    gradients: Callable[..., Arrays] = _gradients,
    adding: bool = False,
    epochs: int = 1,
) -> np.ndarray:
    """Return by how much W and b change, as one vector."""
    first, Y, total = (W, b), one_hot(labels).astype(float), [0.0, 0.0]
    for k in epochs * [*range(0, len(X), batch_size)]:
        batch = slice(k, k + batch_size)
        g = gradients(W, b, X[batch], Y[batch])
        total = [t + part for t, part in zip(total, g, strict=True)] if adding else g
        W, b = W - eta * total[0], b - eta * total[1]
    return np.hstack([(W - first[0]).ravel(), b - first[1]])


def _twice_softmax(
    W: np.ndarray, b: np.ndarray, X: np.ndarray, Y: np.ndarray
) -> Arrays:
    """Return the gradients where cross-entropy takes activations for scores."""
    A = softmax(X @ W.T + b)
    of_A = (softmax(A) - Y) / len(X)
    E = A * (of_A - (of_A * A).sum(axis=1, keepdims=True))
    return E.T @ X, E.sum(axis=0)


def _scaled(of_W: float, of_b: float) -> Callable[..., Arrays]:
    """Return a function for gradients that are multiplied by these factors."""

    def gradients(*task: np.ndarray) -> Arrays:
        for_W, for_b = _gradients(*task)
        return of_W * for_W, of_b * for_b

    return gradients


def _epoch_suspects(
    W: np.ndarray,
    b: np.ndarray,
    X: np.ndarray,
    labels: np.ndarray,
    size: int,
    eta: float,
) -> Suspects:
    n, whole = len(X), len(X) - len(X) % size

    def learnt(
        gradients: Callable[..., Arrays] = _gradients,
        rows: slice = slice(None),
        size: int = size,
        **how: object,
    ) -> np.ndarray:
        return _learnt(W, b, X[rows], labels[rows], size, eta, gradients, **how)

    hint = "W and b are what they were: is a copy updated, or no step taken?"
    yield 0 * learnt(), hint
    yield learnt(_scaled(-1, -1)), "it goes uphill: look at the sign of the step"
    yield learnt(_scaled(1, 0)), "b has not learnt"
    yield learnt(_scaled(0, 1)), "W has not learnt"
    hint = "the softmax is there twice: cross_entropy has its own"
    yield learnt(_twice_softmax), hint
    hint = "the step is too long: cross_entropy takes the mean, so do not add up"
    yield learnt(_scaled(size, size)), hint
    yield learnt(_scaled(1 / size, 1 / size)), "the mean is taken twice: once is enough"
    hint = "the step is the whole gradient: where is eta?"
    yield learnt(_scaled(1 / eta, 1 / eta)), hint
    yield learnt(_scaled(0.1 / eta, 0.1 / eta)), "eta is 0.1 whatever is handed over"
    yield learnt(size=n), "all the samples are one batch: where is batch_size?"
    yield learnt(size=1), "each sample is a batch of its own"
    yield learnt(epochs=2), "it goes through the samples twice: one epoch is wanted"
    if size >= n:
        return
    hint = "the gradients pile up from batch to batch: PyTorch adds, unless set to zero"
    yield learnt(adding=True), hint
    hint = "it learns from the first batch only: does it return too early?"
    yield learnt(rows=slice(size)), hint
    hint = "only the last batch counts: does each one begin with the first W?"
    yield learnt(rows=slice(-size, None)), hint
    yield learnt(rows=slice(whole)), "the last batch is left out: it may be smaller"


@exercise(
    "read_digits(images)",
    seconds=60,
    slow="does it learn while it is asked? Learn before, in a cell above",
)
def check_read_digits(student: Student) -> None:
    """Check exercise 10.4: a reader that reads, and stands by its answers."""
    mnist = load_mnist()
    unseen = mnist.validation
    few = unseen.images[:40]
    first = _read_digits(student(few, given="for 40 images"), len(few))
    if (first < 0).any() or (first > 9).any():
        raise NotYetError("there are answers outside 0 to 9")
    if not np.array_equal(_read_digits(student(few), len(few)), first):
        chance = "asked twice, it gives different answers: is something left to chance"
        raise NotYetError(f"{chance}, as if it still learnt?")
    alone = [student(image[np.newaxis], given="for one image") for image in few[:8]]
    if [_read_digits(answer, 1)[0] for answer in alone] != first[:8].tolist():
        other = "an image alone gets another answer than in company"
        raise NotYetError(f"{other}: what depends on the batch?")
    n, wanted = len(unseen.images), SHARE_ON_SAMPLE if mnist.is_sample else SHARE
    answers = _read_digits(student(unseen.images, given=f"for {n:,} images"), n)
    share = float(np.mean(answers == unseen.labels))
    reads = f"it reads {100 * share:.1f} %"
    if share < 0.2:
        chance = f"{reads}, hardly more than by chance"
        raise NotYetError(f"{chance}: are the pixels what it has learnt from?")
    if share < wanted:
        more = f"{reads} of the validation set, not yet {100 * wanted:.0f}"
        raise NotYetError(f"{more}: more images, more epochs, more filters?")
