"""Checks for lesson 3, "A network that reads digits"."""

from collections.abc import Iterable
from itertools import pairwise

import numpy as np

from courseware.checking.exercise import Suspects, agrees, blame, compared, exercise
from courseware.checking.student import (
    NotYetError,
    Student,
    read_array,
    read_number,
    require_parts,
)
from digitlib.checks._backprop import Arrays, random_task, require_gradients
from digitlib.numerics import sigmoid


@exercise("count_parameters(sizes)")
def check_count_parameters(student: Student) -> None:
    """Check exercise 3.1: how many weights and biases a network has."""
    rng = np.random.default_rng(31)
    counts = {}
    # Small enough for a sketch on which the student counts by hand; then large ones.
    small = [
        tuple(rng.permutation([2, 3, 4, 5])[:layers].tolist()) for layers in (3, 4, 2)
    ]
    for sizes in (*small, (784, 40, 10), tuple(rng.integers(1, 9, size=20).tolist())):
        answer = student(sizes, given=f"for sizes {sizes}")
        counts[sizes] = np.array(read_number(answer, whole=True))
    if len(set(map(float, counts.values()))) == 1:
        raise NotYetError("the same number comes out whatever the sizes are")
    for sizes, count in counts.items():
        if not agrees(count, _count(sizes)):
            few = f"for sizes {sizes}"
            given = few if len(sizes) < 5 else f"for {len(sizes)} layers"
            seen = compared(count, _count(sizes), given)
            # For one network two mistakes may give one number: look at all of them.
            found = np.array([*counts.values()], float)
            blame(found, _for_all(counts), _count_fault(sizes), seen)


def _for_all(networks: Iterable[tuple[int, ...]]) -> Suspects:
    for mistake in zip(*map(_count_suspects, networks), strict=True):
        results, hints = zip(*mistake, strict=True)
        yield np.array(results), hints[0]


def _count(sizes: tuple[int, ...]) -> np.ndarray:
    return np.array(sum((before + 1) * after for before, after in pairwise(sizes)))


def _count_suspects(sizes: tuple[int, ...]) -> Suspects:
    weights = sum(before * after for before, after in pairwise(sizes))
    yield np.array(weights), "the weights are all there: where are the biases?"
    hint = "the input layer has no biases: its numbers come from the image"
    yield np.array(weights + sum(sizes)), hint
    hint = "the biases belong to the neurons that listen, not to those that are heard"
    yield np.array(weights + sum(sizes[:-1])), hint
    for biases in (1, len(sizes) - 1, len(sizes)):
        hint = "a bias belongs to a neuron, not to a layer: how many neurons have one?"
        yield np.array(weights + biases), hint
    hint = "784 and 10 belong to one network: take every number from sizes"
    yield _count((784, *sizes[1:-1], 10)), hint
    hint = "it stops after the first pair of layers: is `return` inside the loop"
    yield _count(sizes[:2]), f"{hint}, or the range too short?"


def _count_fault(sizes: tuple[int, ...]) -> str:
    if len(sizes) == 3:
        small = (
            "right for small layers, wrong for large ones: in which type does it count?"
        )
        return small if max(sizes) > 5 else "wrong: count by hand on a small sketch"
    wrong = f"right for three layers, wrong for {len(sizes)}"
    return f"{wrong}: add up over every pair of neighbouring layers"


@exercise("quadratic_cost(outputs, targets)")
def check_quadratic_cost(student: Student) -> None:
    """Check exercise 3.2: the quadratic cost of a batch (n, 10), a number."""
    rng = np.random.default_rng(32)
    integers = "right for float targets, wrong for integers: in an integer array"
    for n, dtype, fault in (
        (7, float, "the number is wrong: work out a batch of two samples by hand"),
        (3, float, "right for one batch, wrong for a smaller one: where is n from?"),
        (3, np.uint8, f"{integers} fractions are cut off"),
        (1, float, "right for several samples, wrong for one"),
    ):
        outputs = rng.random((n, 10))
        targets = np.eye(10, dtype=dtype)[rng.integers(10, size=n)]
        if n == 7:  # (C) does not ask for ones and zeros
            targets += rng.normal(size=targets.shape) / 4
        given = f"for {n} sample(s) with {targets.dtype} targets"
        cost = np.array(read_number(student(outputs, targets, given=given)))
        truth = _cost(outputs - targets)
        if not agrees(cost, truth):
            seen = compared(cost, truth, given)
            blame(cost, _cost_suspects(outputs - targets), fault, seen)


def _cost(misses: np.ndarray) -> np.ndarray:
    return (misses**2).sum(axis=1).mean() / 2


def _cost_suspects(misses: np.ndarray) -> Suspects:
    n, squares = len(misses), (misses**2).sum(axis=1)
    yield squares.mean(), "it is twice too large: a factor is missing"
    every = "it averages over every number: add up a sample's ten"
    summed = "it adds up over the samples: the cost is their mean"
    for factor in (0.5, 1.0):
        yield factor * (misses**2).mean(), f"{every}, then average over the samples"
        yield factor * squares.sum(), summed
    hint = "it averages along the wrong axis: over ten outputs, not over n samples"
    yield (misses**2).sum(axis=0).mean() / 2, hint
    root = "there is a root: the distance is to be squared"
    yield np.sqrt(squares).mean() / 2, root
    yield np.sqrt(squares.mean() / 2), root
    hint = "the differences are made positive, but not squared"
    yield np.abs(misses).sum(axis=1).mean() / 2, hint
    for sign in (1, -1):
        hint = "the differences are not squared, so that they cancel each other"
        yield sign * misses.sum(axis=1).mean() / 2, hint
    outside = "the square stands outside the sum: first square, then add up"
    yield misses.sum() ** 2, outside
    yield misses.sum() ** 2 / (2 * n), outside
    yield (misses.sum(axis=1) ** 2).mean() / 2, outside
    hint = "it multiplies by n: what stands behind `/ 2 *` is not divided by"
    yield n * squares.sum() / 2, hint
    for divisor in (2 * n, 2, n):
        hint = "the root of all squares together is not what (C) adds up: take no root"
        yield np.sqrt(squares.sum()) / divisor, hint
    yield squares[0] / 2, "it looks at the first sample only"


@exercise("confusion_matrix(predictions, labels)")
def check_confusion_matrix(student: Student) -> None:
    """Check exercise 3.3: which digit is taken for which, counts (10, 10)."""
    rng = np.random.default_rng(33)
    # So many samples that a count does not fit into eight bits.
    for n, digits, said, given in (
        (6000, 10, 10, "for 6,000 images"),
        (300, 8, 8, "when no 8 and no 9 occurs"),
        (300, 10, 7, "when it never says 7, 8 or 9"),
        (1, 10, 10, "for one image"),
    ):
        labels = rng.integers(digits, size=n)
        guesses = rng.integers(digits, size=n)
        predictions = np.where(rng.random(n) < 0.7, labels, guesses) % said
        answer = student(predictions, labels, given=given)
        form = (10, 10), "one row and one column per digit, seen or not,"
        matrix = read_array(answer, *form)
        truth = _confusion(predictions, labels)
        if not agrees(matrix, truth):
            hint = "the counts are wrong: try three samples and count by hand"
            if not agrees(matrix.sum(), truth.sum()):
                hint = f"{hint}; yours add up to {matrix.sum():g}"
            seen = compared(matrix, truth, given)
            blame(matrix, _confusion_suspects(truth), hint, seen)
        read_array(answer, *form, whole=True)


def _confusion(predictions: np.ndarray, labels: np.ndarray) -> np.ndarray:
    return np.bincount(10 * labels + predictions, minlength=100).reshape(10, 10)


def _confusion_suspects(truth: np.ndarray) -> Suspects:
    yield truth.T, "rows and columns are exchanged: a row is a true digit"
    hint = "no count is above 1: `m[rows, columns] += 1` counts a repeated pair once"
    yield np.minimum(truth, 1), hint
    yield truth % 256, "no count is above 255: uint8 is too small for it"
    hint = "everything is shifted by one: digit 0 belongs in row 0"
    yield np.roll(truth, (-1, -1), (0, 1)), hint
    total, rows, columns = truth.sum(), truth.sum(axis=1), truth.sum(axis=0)
    for shares in (truth / total, truth / rows[:, None], truth / columns):
        for scale in (1, 100):
            yield scale * shares, "these are shares: the numbers of samples are wanted"
    right = np.diag(np.diag(truth))
    yield right, "it counts the right answers only"
    yield truth - right, "it counts the wrong answers only: the diagonal is empty"


@exercise("backprop_deep(weights, biases, x, y)")
def check_backprop_deep(student: Student) -> None:
    """Check exercise 3.4: backpropagation of a sample through any layers."""
    rng = np.random.default_rng(34)
    # First layers of equal size: there most mistakes run, and can be named.
    for sizes in ((4, 4, 4), (3, 3, 3, 3), (5, 4, 3), (3, 2), (3, 5, 2, 4, 3)):
        require_gradients(student, random_task(rng, sizes), sizes)


@exercise("collapse(weights, biases)")
def check_collapse(student: Student) -> None:
    """Check exercise 3.5: the one layer that layers without a sigmoid make."""
    rng = np.random.default_rng(35)
    # First two layers of equal size: there most mistakes run, and can be named.
    for sizes in ((3, 3, 3), (4, 3, 2), (3, 3, 3, 3), (4, 2, 5, 3, 6), (3, 2)):
        weights = [rng.normal(size=(out, into)) for into, out in pairwise(sizes)]
        biases = [rng.normal(size=(out, 1)) for out in sizes[1:]]
        given = f"for layers of sizes {sizes}"
        answer = student(weights, biases, given=given)
        require_parts(answer, 2, "the weights and the biases of one layer are wanted")
        shape = sizes[-1], sizes[0]
        meaning = "a row per output, a column per input,"
        W = read_array(answer[0], shape, meaning, name="the matrix")
        b = read_array(
            answer[1], (sizes[-1], 1), "a column", name="the column of biases"
        )
        # What comes of 0 is the bias; what an input adds to that, a column of weights.
        bias, *sums = (_linear(weights, biases, x) for x in [0, *np.eye(sizes[0])])
        truth = np.column_stack(sums) - bias
        first = "" if sizes == (3, 3, 3) else "right for sizes (3, 3, 3): "
        if not agrees(W, truth):
            hint = f"{first}the weights are wrong: apply (LIN) layer by layer"
            suspects = () if first else _product_suspects(*weights)
            blame(W, suspects, hint, compared(W, truth, given))
        if not agrees(b, bias):
            hint = f"{first}the weights are right, the biases wrong"
            suspects = () if first else _bias_suspects(*weights, *biases)
            blame(b, suspects, hint, compared(b, bias, given))


def _linear(weights: Arrays, biases: Arrays, x: np.ndarray | int) -> np.ndarray:
    """Send one input through layers without a sigmoid; the outputs as a column."""
    a = np.broadcast_to(x, weights[0].shape[1])[:, None]
    for w, b in zip(weights, biases, strict=True):
        a = w @ a + b
    return a


def _product_suspects(first: np.ndarray, second: np.ndarray) -> Suspects:
    hint = "x meets the first layer's weights first: which factor stands next to x?"
    yield first @ second, hint
    yield (second @ first).T, "the weights are transposed: a row belongs to an output"
    yield second @ first.T, "the first layer's weights are not to be transposed"
    yield second.T @ first, "the second layer's weights are not to be transposed"
    yield second + first, "the weights are added: one layer works on what another says"
    yield second * first, "`*` multiplies number by number: a product of matrices is @"
    yield first, "that is the first layer alone: where is the second?"
    yield second, "that is the second layer alone: where is the first?"


def _bias_suspects(
    first: np.ndarray, second: np.ndarray, b: np.ndarray, c: np.ndarray
) -> Suspects:
    hint = "the first layer's biases are heard through the second layer's weights"
    yield b + c, hint
    yield first @ b + c, f"{hint}, not the first's"
    yield second @ (b + c), "nothing comes after the last biases: no weights hear them"
    yield second @ first @ b + c, "the first biases do not go through their own layer"
    yield c, "the first layer's biases are lost"
    yield second @ b, "the last layer's biases are lost"
    yield 0 * c, "the biases are lost"
    yield second.T @ b + c, "biases go forwards: the weights are not to be transposed"


@exercise("four_bits()")
def check_four_bits(student: Student) -> None:
    """Check exercise 3.6: a layer by hand that turns ten outputs into four bits."""
    answer = student()
    require_parts(answer, 2, "the weights and the biases of four neurons are wanted")
    meaning = "a row per bit, a column per output,"
    W = read_array(answer[0], (4, 10), meaning, name="the matrix")
    b = read_array(answer[1], (4, 1), "a column", name="the column of biases")
    if min(W.min(), b.min()) >= 0:
        never = "then no sum is, and no neuron can say no"
        raise NotYetError(f"no weight and no bias is below 0: {never}")
    bits = np.arange(10) // 2 ** np.arange(4)[:, None] % 2
    said = (W + b > 0).astype(int)  # column d: shown a d, with outputs of 1 and 0
    if not agrees(said, bits):
        k, d = np.argwhere(said != bits)[0]
        hint = (
            f"for the digit {d} neuron {k} says {'yes' if said[k, d] else 'no'}, even"
        )
        hint = f"{hint} if the other nine outputs are 0: is {2**k} a part of {d}?"
        blame(said, _bit_suspects(bits), hint)
    least = _least_right(W, b, bits)
    k, d = np.unravel_index(least.argmin(), least.shape)
    says = sigmoid(least[k, d] if bits[k, d] else -least[k, d])
    wanted = "a yes" if bits[k, d] else "a no"
    seen = f"for the digit {d} neuron {k} may say {says:.3g}, where {wanted} is wanted"
    if not least[k, d] > 0:
        hint = "right for outputs of 1 and 0: what is the worst that 0.9 to 1, and nine"
        raise NotYetError(f"{hint} times 0 to 0.1, can do? ({seen})")
    if least[k, d] < np.log(0.99 / 0.01) * (1 - 1e-9):
        hint = "always on the right side of one half, but not sure enough"
        raise NotYetError(f"{hint}: what makes S steeper? ({seen})")


def _bit_suspects(bits: np.ndarray) -> Suspects:
    yield bits[::-1], "the rows are in the wrong order: row 0 is for 1, row 3 for 8"
    yield 1 - bits, "every bit is turned round: who has it should raise the sum"
    hint = "everything is shifted by one: column 0 belongs to the digit 0"
    yield np.roll(bits, -1, axis=1), hint
    yield 0 * bits, "no neuron says yes to any digit: is the bias too far below 0?"
    yield 0 * bits + 1, "every neuron says yes to every digit: is the bias too large?"


def _least_right(W: np.ndarray, b: np.ndarray, bits: np.ndarray) -> np.ndarray:
    """Return how far each sum (bit, digit shown) is on its right side, at worst."""
    side = np.where(bits, 1, -1)
    V = side[:, :, None] * W[:, None, :]  # (bit, digit shown, output)
    shown = np.eye(10, dtype=bool)
    low, high = np.where(shown, 0.9, 0.0), np.where(shown, 1.0, 0.1)
    return np.minimum(low * V, high * V).sum(axis=2) + side * b
