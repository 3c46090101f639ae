"""Checks for lesson 5, "Thinking in matrices"."""

from collections.abc import Callable
from functools import partial

import numpy as np

from courseware.checking.border import Dice
from courseware.checking.exercise import Suspects, agrees, blame, compared, exercise
from courseware.checking.judges import (
    KEPT,
    require_fair_order,
    require_no_loop,
    require_no_memory,
)
from courseware.checking.student import (
    NotYetError,
    Student,
    read_array,
    require_parts,
    type_name,
)
from digitlib.checks._backprop import Arrays, Layers, as_vector
from digitlib.numerics import sigmoid, sigmoid_prime, softmax
from digitlib.runtime import one_blas_thread

# How many times as fast as the lesson's second step a fast epoch has to be.
FASTER = 1.25
# What is no loop runs no line more often for more samples, nor for blocks of them.
NO_LOOP = 1 / 50
SIZES = 20, 70
NO_ROOT = "it holds NaN, the root of a negative number"
SHUFFLES = 4000

Gradients = Callable[[Arrays, Arrays, np.ndarray, np.ndarray], Layers]


@exercise("layer(X, W, b)")
def check_layer(student: Student) -> None:
    """Check exercise 5.1: a batch (n, inputs) through one layer, (n, outputs)."""
    rng = np.random.default_rng(51)

    def task(n: int, inputs: int, outputs: int) -> tuple:
        W = rng.normal(size=(outputs, inputs))
        return rng.normal(size=(n, inputs)), W, rng.normal(size=outputs)

    # A square first: there most mistakes run, and can be named. One size comes twice.
    shapes = (4, 4, 4), (6, 5, 3), (1, 2, 7), (3, 6, 1), (6, 5, 3)
    tasks = [task(*shape) for shape in shapes]
    for k, (X, W, b) in enumerate(tasks):
        given = f"for {len(X)} samples, {X.shape[1]} inputs, {len(W)} neurons"
        otherwise = KEPT if shapes[k] in shapes[:k] else f"wrong numbers {given}"
        answer = student(X, W, b, given=given)
        yours = read_array(answer, (len(X), len(W)), "one row per sample")
        truth = sigmoid(X @ W.T + b)
        if not agrees(yours, truth):
            place = np.abs(yours - truth).argmax()
            side = "large" if yours.flat[place] > truth.flat[place] else "small"
            seen = f"a sum of {(X @ W.T + b).flat[place]:.3g} has become "
            seen += f"{yours.flat[place]:.3g}, too {side}"
            blame(yours, _layer_suspects(X, W, b), otherwise, seen)
    require_no_memory(student, tasks)
    for what, at in (
        ("sample", lambda size: task(size, 5, 4)),
        ("neuron", lambda size: task(5, 4, size)),
        ("input", lambda size: task(5, size, 4)),
    ):
        _require_no_loop(student, at, what)


def _require_no_loop(student: Student, task: Callable[[int], tuple], what: str) -> None:
    hint = f"right, but a line of Python runs again for each {what}: no loop is wanted"
    require_no_loop(student, task, SIZES, hint, NO_LOOP)


def _layer_suspects(X: np.ndarray, W: np.ndarray, b: np.ndarray) -> Suspects:
    sums = X @ W.T
    yield sums + b, "these are the sums: what does a neuron make of its sum?"
    yield sigmoid(sums), "where are the biases?"
    yield sigmoid(sums) + b, "the biases come too late: they belong inside the sigmoid"
    yield sigmoid(sums - b), "the biases are subtracted"
    yield sigmoid(-sums - b), "the sign of the sums is turned round"
    yield sigmoid(sigmoid(sums + b)), "the sigmoid is taken twice"
    for bias in (b.mean(), b[0], b.sum()):
        yield sigmoid(sums + bias), "all neurons get the same bias: each has its own"
    yield np.tanh(sums + b), "that is tanh: (FF2m) has the sigmoid"
    yield np.maximum(sums + b, 0), "that is ReLU: (FF2m) has the sigmoid"
    yield softmax(sums + b), "each row adds up to 1: (FF2m) has no softmax"
    yield 1.0 * (sums + b > 0), "there are zeros and ones only: (S) is smooth"
    yield sigmoid_prime(sums + b), "that is the derivative S', not S"
    for digits in (1, 2, 3):
        yield np.round(sigmoid(sums + b), digits), "the activations are rounded"
    if len({*X.shape, *W.shape}) > 1:
        return
    hint = "a neuron's weights are a row of W: here each neuron listens with a column"
    yield sigmoid(X @ W + b), hint
    hint = "it multiplies in the order for columns: here the samples are rows"
    yield sigmoid(W @ X + b), hint
    for wrong in (sigmoid(sums + b).T, sigmoid(sums.T + b)):
        yield wrong, "rows and columns are exchanged: a row is a sample"
    yield sigmoid(X * W + b), "`*` multiplies element by element: `@` adds up"
    hint = "the biases run down the columns: each neuron has one, each sample has none"
    yield sigmoid(sums + b[:, np.newaxis]), hint


@exercise("weight_gradient(errors, A)")
def check_weight_gradient(student: Student) -> None:
    """Check exercise 5.2: the mean gradient (outputs, inputs) of a layer."""
    rng = np.random.default_rng(52)

    def task(n: int, outputs: int, inputs: int) -> tuple:
        return rng.normal(size=(n, outputs)), rng.normal(size=(n, inputs))

    shapes = (4, 4, 4), (7, 3, 5), (1, 2, 6), (5, 1, 3), (7, 3, 5)
    tasks = [task(*shape) for shape in shapes]
    for k, (errors, A) in enumerate(tasks):
        otherwise = KEPT if shapes[k] in shapes[:k] else "the numbers are wrong"
        n, outputs, inputs = len(A), errors.shape[1], A.shape[1]
        given = f"for {n} samples, {inputs} inputs, {outputs} neurons"
        answer = student(errors, A, given=given)
        meaning = "one row per neuron, one column per input,"
        yours = read_array(answer, (outputs, inputs), meaning)
        truth = errors.T @ A / n
        if not agrees(yours, truth):
            suspects = _gradient_suspects(errors, A, yours)
            blame(yours, suspects, otherwise, compared(yours, truth, given))
    require_no_memory(student, tasks)
    for what, at in (
        ("sample", lambda size: task(size, 5, 4)),
        ("neuron", lambda size: task(5, size, 4)),
        ("input", lambda size: task(5, 4, size)),
    ):
        _require_no_loop(student, at, what)


def _gradient_suspects(
    errors: np.ndarray, A: np.ndarray, yours: np.ndarray
) -> Suspects:
    total, n = errors.T @ A, len(A)
    yield total, "it adds up over the samples: (BP4m) has their mean"
    yield -total / n, "the sign is wrong: the minus belongs to the step, not here"
    hint = "it multiplies two means: the mean of products is another number"
    yield np.outer(errors.mean(axis=0), A.mean(axis=0)), hint
    yield np.outer(errors[0], A[0]), "it looks at the first sample only"
    yield np.outer(errors[-1], A[-1]), "it looks at the last sample only"
    yield 0 * total, "it holds nothing but zeros"
    yield np.abs(total) / n, "nothing is negative: a gradient has a sign"
    # Whatever it was divided by, an `m` left over from the lesson among them.
    factor = (yours * total).sum() * n / (total**2).sum()
    hint = f"right but for a factor of {factor:.3g}: divide by the number of samples"
    yield factor * total / n, f"{hint}, and by no other"
    if len({*errors.shape, *A.shape}) > 1:
        return
    for factor in (1, 1 / n):
        yield factor * total.T, "rows and columns are exchanged: a row is a neuron"
        hint = "the sum runs over neurons: it has to run over the samples"
        yield factor * errors @ A.T, hint
        hint = "look at the index that is summed over: is it i twice?"
        yield factor * errors @ A, hint
        yield factor * errors * A, "`*` multiplies element by element: `@` adds up"


@exercise("pairwise_distances(X, M)")
def check_pairwise_distances(student: Student) -> None:
    """Check exercise 5.3: all distances (n, k) between points (n, d), (k, d)."""
    rng = np.random.default_rng(53)

    def task(n: int, k: int, d: int) -> tuple:
        return rng.normal(size=(n, d)), rng.normal(size=(k, d))

    shapes = (4, 4, 4), (7, 3, 5), (1, 6, 2), (5, 1, 1), (7, 3, 5)
    tasks = [task(*shape) for shape in shapes]
    for place, (X, M) in enumerate(tasks):
        (n, d), k = X.shape, len(M)
        given = f"for {n} points and {k} points in {d} dimensions"
        otherwise = KEPT if shapes[place] in shapes[:place] else "the numbers are wrong"
        answer = student(X, M, given=given)
        if _holds_nan(answer):  # not from rounding: these points are far apart
            answer = np.nan_to_num(answer)
            otherwise = f"{NO_ROOT}: are all parts there?"
        yours, truth = _read_distances(answer, n, k), _distances(X, M)
        if not agrees(yours, truth):
            seen = compared(yours, truth, given)
            blame(yours, _distance_suspects(X, M), otherwise, seen)
    # Points so far from 0 that the distance of one to itself is rounded below 0.
    X = 1000 + rng.normal(size=(100, 64))
    yours = _read_distances(student(X, X, given="for points far from 0"), 100, 100)
    if not agrees(yours, _distances(X, X), tolerance=1e-3):
        itself, hint = np.diagonal(yours), "right near 0, wrong for points far from it"
        if agrees(yours - np.diag(itself), _distances(X, X), tolerance=1e-3):
            hint = f"for points far from 0 one is {itself.max():.2g} away from itself"
        raise NotYetError(hint)
    X, M = rng.random((100, 200)), rng.random((50, 200))
    answer, count = student.counted(X, M, given="for 100 points and 50")
    if not agrees(_read_distances(answer, 100, 50), _distances(X, M)):
        raise NotYetError("right for a few points, wrong for 100 and 50")
    if count.megabytes > X.nbytes * len(M) / 2e6:
        large = "right, but it makes an array of n k d numbers"
        raise NotYetError(f"{large}: multiply the square out before you add up")
    require_no_memory(student, tasks)
    for what, at in (
        ("row of X", lambda size: task(size, 5, 4)),
        ("row of M", lambda size: task(5, size, 4)),
        ("dimension", lambda size: task(5, 4, size)),
    ):
        _require_no_loop(student, at, what)


def _read_distances(answer: object, n: int, k: int) -> np.ndarray:
    if _holds_nan(answer):
        raise NotYetError(f"{NO_ROOT}: rounding can turn a square of 0 into -1e-16")
    return read_array(answer, (n, k), "a row per row of X, a column per row of M,")


def _holds_nan(answer: object) -> bool:
    array = answer if isinstance(answer, np.ndarray) else np.zeros(0)
    return array.dtype.kind == "f" and bool(np.isnan(array).any())


def _distances(X: np.ndarray, M: np.ndarray) -> np.ndarray:
    squares = (X**2).sum(axis=1)[:, np.newaxis] - 2 * (X @ M.T) + (M**2).sum(axis=1)
    return np.sqrt(np.maximum(squares, 0))


def _distance_suspects(X: np.ndarray, M: np.ndarray) -> Suspects:
    rows, columns = (X**2).sum(axis=1)[:, np.newaxis], (M**2).sum(axis=1)
    products = X @ M.T
    squares = rows - 2 * products + columns
    yield squares, "these are the squares of the distances"
    yield np.sqrt(squares / X.shape[1]), "it takes a mean: add up over the dimensions"
    yield squares / X.shape[1], "it takes a mean: add up over the dimensions"
    differences = X[:, np.newaxis] - M
    yield np.abs(differences).sum(axis=2), "it adds up absolute values, not squares"
    yield np.abs(differences).max(axis=2), "it takes the largest difference only"
    yield products, "these are the products of the rows, one part of three"
    lengths = np.sqrt(rows) - np.sqrt(columns)
    for wrong in (lengths, np.abs(lengths)):
        yield wrong, "a difference of two lengths is not the length of a difference"
    hint = "the squares of all rows are added up: each row has a sum of its own"
    wrong_parts = (
        (rows + 2 * products + columns, "the product of the rows has the wrong sign"),
        (rows - products + columns, "the middle part is there once: multiply it out"),
        (rows + columns, "without the products of the rows: (a - b)^2 has three parts"),
        (rows - 2 * products, "the squares of M are missing"),
        (columns - 2 * products, "the squares of X are missing"),
        (rows.sum() - 2 * products + columns.sum(), hint),
    )
    for wrong, hint in wrong_parts:
        yield wrong, hint
        yield np.sqrt(np.maximum(wrong, 0)), hint
    if len(X) == len(M):
        yield np.sqrt(squares).T, "rows and columns are exchanged: a row belongs to X"
        yield _distances(X, X), "these are the distances within X: where is M?"
        axes = "the squares of X and of M are added along the wrong axes"
        upright = columns[:, np.newaxis]
        for of_X, of_M in ((rows.T, upright), (rows.T, columns), (rows, upright)):
            wrong = of_X - 2 * products + of_M
            for result in (wrong, np.sqrt(np.maximum(wrong, 0))):
                yield result, f"{axes}: which belong to the row?"


@exercise("batches(n, size, rng)", seconds=10)
def check_batches(student: Student) -> None:
    """Check exercise 5.4: mini-batches of indices in random order, a list."""
    for n, size in ((103, 12), (60, 12), (13, 4), (8, 8), (5, 1), (3, 5), (1, 2)):
        given = f"for n = {n} and size = {size}"
        found = _read_batches(student(n, size, Dice(1), given=given))
        _require_sizes([len(batch) for batch in found], n, size, given)
        indices = np.concatenate(found)
        if not np.array_equal(np.sort(indices), np.arange(n)):
            _blame_indices(indices, n)
        if n > 50:
            again, other = (
                _read_batches(student(n, size, Dice(seed))) for seed in (1, 2)
            )
            _require_shuffled(found, n)
            _require_from_rng(found, again, other)
    # Six samples: with a prime number of them a stride would not show.
    shuffles = student.calls([(6, 4, Dice(seed)) for seed in range(SHUFFLES)])
    orders = [np.concatenate(found) for found in shuffles]
    if not np.array_equal(np.sort(orders), np.tile(np.arange(6), (SHUFFLES, 1))):
        raise NotYetError("for n = 6 and size = 4 not each number occurs once")
    often = f"in {SHUFFLES} shuffles of 6 samples,"
    require_fair_order(
        np.array(orders),
        f"{often} sample {{}} lies at place {{}} too often or too seldom",
        f"{often} after sample {{}} comes sample {{}} too often or too seldom",
    )


def _read_batches(answer: object) -> list[np.ndarray]:
    if not isinstance(answer, list | tuple):
        raise NotYetError(f"your result is of type {type_name(answer)}, not a list")
    if not answer:
        raise NotYetError("your list is empty")
    return [_read_batch(batch) for batch in answer]


def _read_batch(batch: object) -> np.ndarray:
    if np.ndim(batch) != 1:
        kind = np.shape(batch) if np.ndim(batch) else type_name(batch)
        raise NotYetError(f"a batch is a row of integers: yours is {kind}")
    whole = len(batch) > 0  # of an empty one NumPy takes the numbers for floats
    return read_array(batch, (len(batch),), "", whole, name="a batch").astype(int)


def _require_sizes(sizes: list[int], n: int, size: int, given: str) -> None:
    wanted = [*[size] * (n // size), *[n % size] * (n % size > 0)]
    if sizes == wanted:
        return
    if 0 in sizes:
        raise NotYetError(f"there is an empty batch {given}")
    if set(sizes) == {size} and sum(sizes) < n:
        left = f"{n - sum(sizes)} sample(s) left out {given}"
        raise NotYetError(f"{left}: the last batch may be smaller")
    if len(sizes) == size and size > 1 and n > size:
        raise NotYetError(f"there are {size} batches: each shall hold {size} samples")
    if sum(sizes) == n and max(sizes) - min(sizes) <= 1 and n > size:
        raise NotYetError(
            f"the batches are of like size {given}: all but the last have {size}"
        )
    if sum(sizes) > n:
        raise NotYetError(
            f"the batches hold {sum(sizes)} indices {given}: each occurs only once"
        )
    if sorted(sizes) == sorted(wanted):
        last = f"the smaller batch is not the last one {given}"
        raise NotYetError(f"{last}: shuffle the samples, not the batches")
    raise NotYetError(f"the batches hold {sizes[:4]} samples {given}: look again")


def _blame_indices(indices: np.ndarray, n: int) -> None:
    if indices.min() == 1 and indices.max() == n:
        raise NotYetError("the indices run from 1 to n: Python counts from 0")
    if indices.min() < 0 or indices.max() >= n:
        raise NotYetError("there are indices outside 0 to n - 1")
    raise NotYetError(
        "some indices occur twice and others not at all: deal them, do not roll dice"
    )


def _require_shuffled(found: list[np.ndarray], n: int) -> None:
    if np.array_equal(np.concatenate(found), np.arange(n)):
        raise NotYetError("the samples are in their old order: nothing is shuffled")
    if all(np.ptp(batch) == len(batch) - 1 for batch in found):
        raise NotYetError(
            "those who were neighbours are still in one batch: shuffle all samples"
        )
    if all((np.diff(batch) > 0).all() for batch in found):
        raise NotYetError("within each batch the numbers rise: shuffle them all")


def _require_from_rng(
    found: list[np.ndarray], again: list[np.ndarray], other: list[np.ndarray]
) -> None:
    """Compare the batches with those of an equal generator, and of another one."""
    indices, equal, different = map(np.concatenate, (found, again, other))
    if not np.array_equal(indices, equal):
        orders = "two generators with the same seed give different orders"
        raise NotYetError(f"{orders}: does all randomness come from rng?")
    if np.array_equal(indices, different):
        same = "the order is the same whatever rng is"
        raise NotYetError(f"{same}: has another generator a seed of its own?")
    if set(found[-1]) == set(other[-1]):
        last = "the last batch holds the same samples whatever rng is"
        raise NotYetError(f"{last}: shuffle before you cut")


@exercise("fast_epoch(weights, biases, X, Y, m, eta)", seconds=10)
def check_fast_epoch(student: Student) -> None:
    """Check exercise 5.5: an epoch of a network of two layers, right and fast.

    It measures time, for speed is the exercise: in turns with step 2 of the lesson, by
    a clock that stands still while other programs run.
    """
    rng = np.random.default_rng(55)
    sizes = (6, 6, 6), (7, 5, 3), (4, 9, 2), (3, 4, 5), (7, 5, 3), (784, 40, 10)
    batches = (18, 6), (20, 4), (5, 1), (8, 8), (20, 4), (1000, 10)
    rates, tasks = (0.5, 2.0, 1.0, 3.0, 0.2, 0.5), []
    for k, (layers, (n, m), eta) in enumerate(zip(sizes, batches, rates, strict=True)):
        task = (*_learning_task(rng, layers, n), m, eta)
        given = f"for sizes {layers} and batches of {m}"
        after = _read_layers(student(*task, given=given), *task[:2])
        yours = after - as_vector(*task[:2])
        change = partial(_change, *task)
        if not agrees(yours, change(), tolerance=1e-3):
            wrong = f"wrong {given}: {_worst_part(yours - change(), *task[:2])}"
            suspects = _epoch_suspects(change, n, m, eta)
            blame(yours, suspects, KEPT if layers in sizes[:k] else wrong)
        tasks.append(task)
    require_no_memory(student, tasks[:-1], tolerance=1e-4)
    ratio = _speed(student, _epoch, FASTER, *task)
    if ratio < FASTER:
        fast = f"right, and {ratio:.1f} times as fast as step 2, not yet {FASTER}"
        raise NotYetError(f"{fast}: which lines make arrays like the weights?")


def _worst_part(miss: np.ndarray, weights: Arrays, biases: Arrays) -> str:
    """Say among which parameters the largest mistake is."""
    ends = np.cumsum([part.size for part in (*weights, *biases)])
    place = np.searchsorted(ends, np.abs(miss).argmax(), "right")
    return f"{('W2', 'W3', 'b2', 'b3')[place]} is the farthest off"


def _learning_task(
    rng: np.random.Generator, sizes: tuple[int, int, int], n: int
) -> tuple[Arrays, Arrays, np.ndarray, np.ndarray]:
    """Return weights, biases and data, in single precision."""
    inputs, hidden, outputs = sizes
    weights = [rng.normal(size=(hidden, inputs)), rng.normal(size=(outputs, hidden))]
    biases = [rng.normal(size=hidden), rng.normal(size=outputs)]
    X, Y = rng.random((n, inputs)), np.eye(outputs)[rng.integers(outputs, size=n)]
    weights = [w / np.sqrt(w.shape[1]) for w in weights]
    return _typed(weights, np.float32), _typed(biases, np.float32), *_typed([X, Y], "f")


def _typed(arrays: Arrays, dtype: np.typing.DTypeLike) -> Arrays:
    return [array.astype(dtype) for array in arrays]


def _read_layers(answer: object, weights: Arrays, biases: Arrays) -> np.ndarray:
    """Take apart what the student returned, and put it into one vector."""
    wanted = "[W2, W3], [b2, b3] is wanted"
    require_parts(answer, 2, wanted)
    parts = []
    for found, like, kind in zip(answer, (weights, biases), "Wb", strict=True):
        if not isinstance(found, tuple | list) or len(found) != 2:
            raise NotYetError(f"there are no two arrays {kind}2, {kind}3: {wanted}")
        for layer, array, right in zip((2, 3), found, like, strict=True):
            form = right.shape, "as it was given,"
            parts.append(read_array(array, *form, name=f"{kind}{layer}"))
    return as_vector(parts, [])


def _epoch(
    weights: Arrays,
    biases: Arrays,
    X: np.ndarray,
    Y: np.ndarray,
    m: int,
    eta: float,
    gradients: Gradients | None = None,
) -> Layers:
    """Step 2 of the lesson, on copies of the weights."""
    weights, biases = [w.copy() for w in weights], [b.copy() for b in biases]
    for k in range(0, len(X), m):
        found = (gradients or _gradients)(weights, biases, X[k : k + m], Y[k : k + m])
        for ours, steps in zip((weights, biases), found, strict=True):
            for p, g in zip(ours, steps, strict=True):
                p -= eta * g
    return weights, biases


def _gradients(
    weights: Arrays,
    biases: Arrays,
    X: np.ndarray,
    Y: np.ndarray,
    hidden_slope: bool = True,
    output_slope: bool = True,
    late_by: float = 0.0,
    wish: float = 1,
) -> Layers:
    """Step 2 of the lesson: the mean gradients of a mini-batch, or wrong ones."""
    Z2 = X @ weights[0].T + biases[0]
    A2 = _sigmoid(Z2)
    Z3 = A2 @ weights[1].T + biases[1]
    A3 = _sigmoid(Z3)
    m = len(X)
    E3 = (A3 - wish * Y) * (_slope(Z3) if output_slope else 1)
    upper = weights[1] - late_by * E3.T @ A2 / m if late_by else weights[1]
    E2 = (E3 @ upper) * (_slope(Z2) if hidden_slope else 1)
    return [E2.T @ X / m, E3.T @ A2 / m], [E2.sum(axis=0) / m, E3.sum(axis=0) / m]


# As the lesson has them, for they are timed; digitlib's own take care of large z.
def _sigmoid(z: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-z))


def _slope(z: np.ndarray) -> np.ndarray:
    return _sigmoid(z) * (1 - _sigmoid(z))


def _scaled(W2: float, W3: float, b2: float, b3: float) -> Gradients:
    """Return a function for gradients that are multiplied by these factors."""

    def gradients(*task: object) -> Layers:
        (g2, g3), (h2, h3) = _gradients(*task)
        return [W2 * g2, W3 * g3], [b2 * h2, b3 * h3]

    return gradients


def _change(
    weights: Arrays,
    biases: Arrays,
    X: np.ndarray,
    Y: np.ndarray,
    m: int,
    eta: float,
    gradients: Gradients | None = None,
    samples: int | None = None,
    batch: int | None = None,
) -> np.ndarray:
    """Return by how much an epoch changes each parameter, in double precision."""
    before = _typed(weights, float), _typed(biases, float)
    data = _typed([X[:samples], Y[:samples]], float)
    after = _epoch(*before, *data, batch or m, eta, gradients)
    return as_vector(*after) - as_vector(*before)


def _epoch_suspects(
    change: Callable[..., np.ndarray], n: int, m: int, eta: float
) -> Suspects:
    yield 0 * change(), "no weight has changed: has a copy been updated?"
    hint = "the step is m times too long: the mean of the gradients is wanted"
    yield change(_scaled(m, m, m, m)), hint
    hint = "the learning rate is 0.1 whatever eta is: hand eta on"
    yield change(_scaled(*[0.1 / eta] * 4)), hint
    hint = "it goes uphill: look at the sign of the step"
    yield change(_scaled(-1, -1, -1, -1)), hint
    yield change(_scaled(1, 1, 0, 0)), "the biases have not learnt"
    yield change(_scaled(0, 1, 0, 1)), "the hidden layer has not learnt"
    yield change(_scaled(0, 1, 1, 1)), "W2 has not learnt: has a copy been updated?"
    yield change(_scaled(1, 0, 1, 0)), "the output layer has not learnt"
    yield change(_scaled(1, 0, 1, 1)), "W3 has not learnt: has a copy been updated?"
    hint = "S' is missing from the errors of the"
    yield change(partial(_gradients, hidden_slope=False)), f"{hint} hidden layer"
    yield change(partial(_gradients, output_slope=False)), f"{hint} output layer"
    hint = "W3 is updated before it has carried the errors back"
    yield change(partial(_gradients, late_by=eta)), hint
    yield change(partial(_gradients, wish=2)), "the targets are doubled, as for u = 2a"
    yield change(samples=m), "it learns from the first mini-batch only"
    yield change(samples=n - m), "the last mini-batch is left out"
    yield change(batch=n), "it takes one step for all samples: it needs one per batch"
    yield change(batch=1), "it takes a step for each sample: it needs one per batch"


def _speed(
    student: Student, reference: Callable, wanted: float, *task: object
) -> float:
    """Return how many times as fast as `reference` the student's function is.

    Both take turns, now one first and now the other. Other programs empty the caches,
    so of each function the fastest turn counts. Many turns are taken, so that each has
    a quiet one, and as many again while the answer is less than `wanted`.
    """
    theirs, yours, ratio = [], [], 0.0
    turns = [(Student(reference, "reference"), theirs), (student, yours)]
    with one_blas_thread():
        while sum(yours) < 0.08 or (sum(yours) < 0.3 and ratio < wanted):
            for function, times in turns:
                times.append(function.seconds(*task))
            turns.reverse()
            ratio = min(theirs) / max(min(yours), 1e-9)
    return ratio
