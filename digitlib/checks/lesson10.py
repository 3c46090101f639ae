"""Checks for lesson 10, "The same in a framework".

None of them needs a framework: the references are NumPy's.
"""

from collections.abc import Callable

import numpy as np

from courseware.checking.exercise import Suspects, agrees, blame, compared, exercise
from courseware.checking.handle import Function
from courseware.checking.judges import require_no_loop, require_no_memory, require_own
from courseware.checking.student import NotYetError, Student, read_array, type_name
from digitlib.data.mnist import load_mnist
from digitlib.numerics import one_hot, sigmoid, softmax

# What a reader has to read of the validation set: of the whole one, of the sample's.
SHARE, SHARE_ON_SAMPLE = 0.98, 0.95
TOO_LARGE_A_SHARE = 0.999  # for who has not learnt from these very digits
SHARE_WHEN_MOVED = 0.85  # by a pixel, which some readers have never met


@exercise("add_bias(Z, b)")
def check_add_bias(student: Student) -> None:
    """Check exercise 10.1: an operation on (n, k), with its way back."""
    rng = np.random.default_rng(101)
    # A square first: there most mistakes run, and can be named.
    sizes = (4, 4), (5, 3), (7, 1), (1, 6)
    ways_back = [_go_forth_and_back(student, n, k, rng) for n, k in sizes]
    # Between a way forward and its way back others go theirs.
    for (n, k), way_back in zip(sizes, ways_back, strict=True):
        E = rng.normal(size=(n, k))
        given = f"for E of shape {E.shape}, after other calls of add_bias"
        errors = _read_errors(way_back(E, given=given), n, k)
        if not all(map(agrees, errors, (E, E.sum(axis=0)))):
            raise NotYetError(
                f"the errors are wrong {given}: does it use a global name?"
            )


def _go_forth_and_back(
    student: Student, n: int, k: int, rng: np.random.Generator
) -> Function:
    """Judge the result and its way back, called twice, and return that."""
    Z, b = rng.normal(size=(n, k)), rng.normal(size=k)
    given = f"for Z of shape {Z.shape}"
    result, way_back = _read_operation(student(Z, b, given=given), n, k)
    if not agrees(result, Z + b):
        hint = "the result is wrong: add b to each row of Z"
        seen = compared(result, Z + b, given)
        blame(result, _sum_suspects(Z, b), hint, seen)
    before = np.zeros((n, k))
    for E in rng.normal(size=(2, n, k)):  # what was learnt from one is no use twice
        of_Z, of_b = _read_errors(way_back(E, given=given), n, k)
        if not agrees(of_Z, E):
            hint = "errors of Z: a touch more in Z is as much more in the result"
            seen = compared(of_Z, E, given)
            blame(of_Z, _passing_suspects(E, Z, b, before), hint, seen)
        total = E.sum(axis=0)
        if not agrees(of_b, total):
            hint = "errors of b: raise one bias, and see which numbers move"
            seen = compared(of_b, total, given)
            blame(of_b, _adding_suspects(E, Z, b, before), hint, seen)
        before = E
    return way_back


def _read_operation(answer: object, n: int, k: int) -> tuple[np.ndarray, Function]:
    wanted = "two things are wanted, the result and a way back"
    if isinstance(answer, np.ndarray):
        raise NotYetError(f"it returns an array only: {wanted}")
    if not isinstance(answer, tuple | list) or len(answer) != 2:
        raise NotYetError(f"it returns an object of type {type_name(answer)}: {wanted}")
    result, way_back = answer
    if not isinstance(way_back, Function):
        kind = f"the way back is of type {type_name(way_back)}"
        raise NotYetError(f"{kind}: return a function of the errors, such as a lambda")
    way_back.usage = "way_back(E)"
    return read_array(result, (n, k), "like Z,", name="the result"), way_back


def _read_errors(answer: object, n: int, k: int) -> list[np.ndarray]:
    if not isinstance(answer, tuple | list) or len(answer) != 2:
        found = "one array" if isinstance(answer, np.ndarray) else type_name(answer)
        raise NotYetError(
            f"the way back returns {found}: the errors of Z and those of b are wanted"
        )
    of_Z, of_b = (getattr(part, "shape", None) for part in answer)
    if n != 1 and k != 1 and of_Z == (k,) and of_b == (n, k):
        raise NotYetError("the order is mixed up: first the errors of Z, then of b")
    if of_b == (n, k):
        form = "the errors of b have the shape of Z"
        raise NotYetError(f"{form}: each bias is in all the rows, so add up (CR)")
    if of_b in ((1, k), (k, 1)):
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


def _passing_suspects(
    E: np.ndarray, Z: np.ndarray, b: np.ndarray, before: np.ndarray
) -> Suspects:
    yield before, "errors of Z: called again, it gives those of the call before"
    yield np.ones_like(E), "the errors of Z are those that come in, and not 1"
    yield E * b, "errors of Z: b is added and no factor, so it is in no derivative"
    yield E * Z, "errors of Z: Z is added and no factor, so it is in no derivative"
    yield E + b, "errors of Z: the bias is for the way forward"
    if len(E) == len(b):
        yield E.T, "errors of Z: they come back transposed"
    yield E / len(E), "errors of Z: nothing is averaged here, each row is on its own"
    yield -E, "errors of Z: the sign is turned round"


def _adding_suspects(
    E: np.ndarray, Z: np.ndarray, b: np.ndarray, before: np.ndarray
) -> Suspects:
    total = E.sum(axis=0)
    if before.any():
        hint = "errors of b: called again, it gives those of the call before"
        yield before.sum(axis=0), hint
        hint = "errors of b: they pile up from call to call: begin afresh"
        yield total + before.sum(axis=0), hint
    yield 0 * total, "errors of b are all 0: a bias is in the result, so it has errors"
    yield np.abs(E).sum(axis=0), "errors of b: add up with their signs"
    yield Z.sum(axis=0), "errors of b: it adds up Z, and not the errors"
    yield E.mean(axis=0), "errors of b: the mean is taken elsewhere, here add up"
    yield np.ones_like(b), "errors of b: where are the errors that come in?"
    yield np.full_like(b, len(E)), "errors of b: where are the errors that come in?"
    yield E[0], "errors of b: those of the first row only"
    yield E[-1], "errors of b: those of the last row only"
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
    # A square first: there most mistakes run, and can be named. Many neighbours at the
    # end, for answers that a short row sorts by chance.
    for n, m, k in ((60, 60, 1), (60, 60, 5), (40, 25, 4), (6, 9, 9), (20, 3000, 7)):
        distances, labels, _ = _neighbours(rng, n, m, k)
        given = f"for {n} image(s), {m} neighbours and k = {k}"
        answer = student(distances, labels, k, given=given)
        _require_a_vote(answer, n)
        yours = _read_digits(answer, n)
        truth = _voted(distances, labels, k)
        if not np.array_equal(yours, truth):
            row = np.flatnonzero(yours != truth)[0]
            nearest = labels[np.argsort(distances[row])[:k]].tolist()
            seen = f"{given}: the nearest are {nearest}, you say {yours[row]:g}"
            hint = "wrong: work out one row by hand"
            blame(yours, _vote_suspects(distances, labels, k), hint, seen)
    still = "right, but a loop still runs over the"
    of_whom = "in your lines or in a function that you call"
    hint = f"{still} images, {of_whom}"
    require_no_loop(student, lambda n: _neighbours(rng, n, 30, 3), (20, 60), hint, 0.03)
    hint = f"{still} k nearest, {of_whom}"
    require_no_loop(student, lambda k: _neighbours(rng, 5, 90, k), (20, 60), hint)
    require_no_memory(student, [_neighbours(rng, n, 20, 3) for n in (4, 9)])


def _neighbours(
    rng: np.random.Generator, n: int, m: int, k: int
) -> tuple[np.ndarray, np.ndarray, int]:
    """Return distances (n, m), no two of them equal, labels (m,) and k."""
    smallest = 0 if m > 9 else 3  # not every digit need be among the known
    return rng.random((n, m)) + 0.02, rng.integers(smallest, 10, size=m), k


def _require_a_vote(answer: object, n: int) -> None:
    # Ten numbers per image may be counts of the digits: of those _read_digits tells.
    shape = answer.shape if isinstance(answer, np.ndarray) else ()
    if len(shape) == 2 and shape[0] == n and shape[1] != 10:
        raise NotYetError(
            f"it returns {shape[1]} number(s) per image: let the neighbours vote"
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
    counts = np.eye(10)[neighbours].sum(axis=1)
    if k > 1:
        yield counts.max(axis=1), "that is how many votes it has: whose are they?"
        yield nearest.argmax(axis=1), "that is a place among the k: what is its label?"
    hint = "that is a place among the digits that occur: which digit stands there?"
    yield np.unique(labels).searchsorted(_voted(distances, labels, k)), hint
    hint = "all images get the digit of the first one"
    yield np.repeat(_voted(distances[:1], labels, k), n), hint
    hint = "the places of the nearest are taken for digits: what are their labels?"
    yield _counted(nearest % 10), hint
    yield _voted(distances, np.sort(labels), k), "the labels have lost their order"
    if k != 3 and m >= 3:
        yield _voted(distances, labels, 3), "it asks 3 of them whatever k is"
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
    yield neighbours[:, 0], "the nearest decides alone: each of the k has one vote"
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
    tasks = [
        _epoch_task(rng, *sizes)
        for sizes in ((6, 10, 6), (12, 4, 4), (10, 7, 4), (5, 3, 8), (1, 1, 1))
    ]
    for task in tasks:
        W, b, X, _, size, eta = task
        given = f"for {len(X)} sample(s), batches of {size}, eta {eta:.2f}"
        after = _read_layer(student(*task, given=given), X.shape[1])
        yours = np.hstack([(after[0] - W).ravel(), after[1] - b])
        truth = _learnt(*task)
        if not agrees(yours, truth, tolerance=1e-3):  # in float32, too
            hint = "wrong: print one step, and work it out by (CE')"
            if size < len(X):
                hint = "one batch alone is right: is the order kept? What carries over?"
            blame(yours, _epoch_suspects(yours, *task), hint, given)
    _, count = student.counted(*tasks[1])
    hint = (
        "right, but {} takes the step: take it yourself, by (GD), without an optimizer"
    )
    require_own(count, ["torch.optim"], hint)
    require_no_memory(student, tasks[1:3], tolerance=1e-5)


def _epoch_task(
    rng: np.random.Generator, n: int, d: int, size: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, int, float]:
    """Return W, b, X, labels, the size of a batch and eta."""
    W, b, X = (rng.normal(size=shape) for shape in ((10, d), 10, (n, d)))
    return W, b, X, rng.integers(0, 10, size=n), size, float(rng.uniform(0.2, 0.8))


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
    adding: tuple[float, float] = (0, 0),
    epochs: int = 1,
) -> np.ndarray:
    """Return by how much W and b change, as one vector.

    Of the gradients before, each step takes the parts `adding` along, for W and for b.
    """
    first, Y, total = (W, b), one_hot(labels).astype(float), [0.0, 0.0]
    for k in epochs * [*range(0, len(X), batch_size)]:
        batch = slice(k, k + batch_size)
        g = gradients(W, b, X[batch], Y[batch])
        total = [a * t + part for a, t, part in zip(adding, total, g, strict=True)]
        W, b = W - eta * total[0], b - eta * total[1]
    return np.hstack([(W - first[0]).ravel(), b - first[1]])


def _twice_softmax(
    W: np.ndarray, b: np.ndarray, X: np.ndarray, Y: np.ndarray
) -> Arrays:
    """Return the gradients where cross-entropy takes activations for scores."""
    A = softmax(X @ W.T + b)
    return _through_softmax((softmax(A) - Y) / len(X), A, X)


def _quadratic(W: np.ndarray, b: np.ndarray, X: np.ndarray, Y: np.ndarray) -> Arrays:
    """Return the gradients of (C), with a softmax on top."""
    A = softmax(X @ W.T + b)
    return _through_softmax((A - Y) / len(X), A, X)


def _through_softmax(of_A: np.ndarray, A: np.ndarray, X: np.ndarray) -> Arrays:
    """Return the gradients that belong to the errors of activations A."""
    E = A * (of_A - (of_A * A).sum(axis=1, keepdims=True))
    return E.T @ X, E.sum(axis=0)


def _of_sigmoids(W: np.ndarray, b: np.ndarray, X: np.ndarray, Y: np.ndarray) -> Arrays:
    """Return the gradients where the outputs are sigmoids, with a mean over all."""
    E = (sigmoid(X @ W.T + b) - Y) / Y.size
    return E.T @ X, E.sum(axis=0)


def _divided_by(size: int) -> Callable[..., Arrays]:
    """Return a function for gradients whose mean is taken over so many samples."""

    def gradients(*task: np.ndarray) -> Arrays:
        share = len(task[2]) / size
        for_W, for_b = _gradients(*task)
        return share * for_W, share * for_b

    return gradients


def _scaled(of_W: float, of_b: float) -> Callable[..., Arrays]:
    """Return a function for gradients that are multiplied by these factors."""

    def gradients(*task: np.ndarray) -> Arrays:
        for_W, for_b = _gradients(*task)
        return of_W * for_W, of_b * for_b

    return gradients


def _epoch_suspects(
    yours: np.ndarray,
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
    hint = "it returns by how much they change: the new W and b are wanted"
    yield learnt() - np.hstack([W.ravel(), b]), hint
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
    for way, hint in (
        (learnt(), "each step is {:.3g} times as long as eta says"),
        (learnt(_quadratic), "that is the quadratic cost's way: take cross-entropy"),
        (learnt(_of_sigmoids), "the outputs are sigmoids: softmax is wanted"),
    ):
        factor = (yours @ way) / (way @ way)
        yield factor * way, hint.format(factor)
    if W.shape[0] == W.shape[1]:
        change = learnt()
        turned = (W.T - W).ravel() + change[: W.size].reshape(W.shape).T.ravel()
        yield np.hstack([turned, change[W.size :]]), "W comes back transposed"
    yield learnt(size=n), "all the samples are one batch: where is batch_size?"
    yield learnt(size=1), "each sample is a batch of its own"
    yield learnt(epochs=2), "it goes through the samples twice: one epoch is wanted"
    if size >= n:
        return
    hint = "the gradients pile up from batch to batch: PyTorch adds, unless set to zero"
    yield learnt(adding=(1, 1)), hint
    for parts, name in (((0, 1), "b"), ((1, 0), "W")):
        hint = f"the gradient of {name} alone piles up: set both to zero"
        yield learnt(adding=parts), hint
    yield learnt(adding=(0.9, 0.9)), "each step remembers the one before: (GD) does not"
    hint = "the samples are taken last one first: keep their order"
    yield learnt(rows=slice(None, None, -1)), hint
    hint = "it steps once, at the end: take a step after each batch"
    every = [learnt(rows=slice(k, k + size)) for k in range(0, n, size)]
    yield np.sum(every, axis=0), hint
    hint = "the last batch is smaller, and so is what its mean is taken over"
    yield learnt(_divided_by(size)), hint
    yield learnt(_divided_by(n)), "the mean is that of a batch, not of all the samples"
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
    _require_the_same_in_company(student, few, first)
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
    if share > TOO_LARGE_A_SHARE:
        raise NotYetError(f"{reads} of the validation set: has it learnt from that?")
    _require_more_than_memory(student, unseen.images[:1000], unseen.labels[:1000])


def _require_the_same_in_company(
    student: Student, few: np.ndarray, first: np.ndarray
) -> None:
    """Refuse answers that hang on what is asked in the same call."""
    shares = few[:8]
    strangers = np.concatenate([shares, 1 - few[8:]])  # ink on dark paper
    alone = [student(image[np.newaxis], given="for one image") for image in shares]
    answers = {
        "alone": [_read_digits(answer, 1)[0] for answer in alone],
        "beside white ink on black": _read_digits(student(strangers), len(few))[:8],
    }
    for company, digits in answers.items():
        if not np.array_equal(digits, first[:8]):
            other = f"an image gets another answer {company} than in company of others"
            raise NotYetError(f"{other}: what depends on the batch?")


def _require_more_than_memory(
    student: Student, images: np.ndarray, labels: np.ndarray
) -> None:
    """Refuse who knows images by heart: nobody has seen these, moved by a pixel."""
    rng, moved = np.random.default_rng(104), np.empty_like(images)
    for image, place in zip(images, moved, strict=True):
        shift = rng.permutation([0, rng.choice([-1, 1])])
        place[:] = np.roll(image.reshape(28, 28), shift, axis=(0, 1)).ravel()
    n, given = len(moved), "for images that are moved by a pixel"
    share = np.mean(_read_digits(student(moved, given=given), n) == labels)
    if share < SHARE_WHEN_MOVED:
        moved_by = f"moved by a pixel, it reads {100 * share:.1f} % of the same images"
        raise NotYetError(f"{moved_by}: has it learnt them by heart?")
