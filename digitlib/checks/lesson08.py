"""Checks for lesson 8, "Seeing shapes"."""

import math
from collections.abc import Callable, Iterable

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from courseware.checking.exercise import Suspects, agrees, blame, compared, exercise
from courseware.checking.handle import Handle
from courseware.checking.judges import require_no_loop, require_no_memory
from courseware.checking.student import (
    NotYetError,
    Student,
    read_array,
    read_number,
    type_name,
)


@exercise("line_filter()")
def check_line_filter(student: Student) -> None:
    """Check exercise 8.1: a filter (3, 3) for upright lines."""
    for _ in range(2):  # a filter may be another one each time, but a right one
        _judge_line_filter(read_array(student(), (3, 3), "three rows of three weights"))


def _judge_line_filter(weights: np.ndarray) -> None:
    if not weights.any():
        raise NotYetError("all weights are 0: it says 0 to everything, lines too")
    size = np.abs(weights).max()

    def says(picture: np.ndarray) -> float:
        answer = float(np.sum(weights * picture))
        return 0.0 if abs(answer) < 1e-6 * size else answer

    flat, rise = np.ones((3, 3)), np.tile([0.0, 1.0, 2.0], (3, 1))
    line = np.tile([0.0, 1.0, 0.0], (3, 1))
    level = [says(np.eye(3)[[row]].T * flat) for row in range(3)]
    if not says(line) and says(line.T):
        raise NotYetError(
            f"to a level line it says {says(line.T):.3g}, to an upright one 0: it "
            "looks for level lines"
        )
    if says(flat):
        raise NotYetError(
            f"to an area of grey 1 it says {says(flat):.3g}, not 0: what must all nine "
            "add up to?"
        )
    if any(level):
        row = next(k for k in range(3) if level[k])
        raise NotYetError(
            f"to a level line in row {row} of the window it says {level[row]:.3g}, not "
            "0: look at that row's three weights"
        )
    if says(rise):
        raise NotYetError(
            f"to grey that rises 0, 1, 2 to the right it says {says(rise):.3g}, not 0: "
            "it tells left from right, as for edges"
        )
    if says(line) == 0:
        raise NotYetError(
            "to an upright line in the middle it says 0: the three rows cancel"
        )
    if says(line) < 0:
        raise NotYetError(
            f"to an upright line of ink it says {says(line):.3g}, negative: it looks "
            "for white lines"
        )


@exercise("receptive_field(layers)")
def check_receptive_field(student: Student) -> None:
    """Check exercise 8.2: how much a neuron sees through a stack of layers."""
    rng = np.random.default_rng(82)
    stacks = [
        [(5, 2), (5, 2)],
        [(4, 3)],
        [(3, 1), (2, 2), (5, 1), (4, 3)],
        [(1, 2), (3, 1)],
        [(2, 3), (2, 4)],  # windows with gaps between them
        [(7, 4)] * 5,  # wider than any image of digits
        *(
            [(int(size), int(rng.integers(1, 4))) for size in rng.integers(2, 7, depth)]
            for depth in (2, 3, 5)
        ),
    ]
    given = [f"for the layers {layers}" for layers in stacks]
    calls = zip(stacks, given, strict=True)
    try:
        yours = np.array(
            [read_number(student(some, given=name)) for some, name in calls]
        )
    except NotYetError as not_yet:
        if "without end" not in str(not_yet):
            raise
        hint = f"{not_yet}: what shall it return for no layer at all, `[]`?"
        raise NotYetError(hint) from None
    truth = np.array([_field(layers) for layers in stacks])
    if not np.array_equal(yours, truth):
        k = int(np.argmax(yours != truth))
        require_no_memory(student, [(some,) for some in stacks[: k + 1]])
        seen = compared(yours[k], truth[k], given[k])
        blame(yours, _field_suspects(stacks), "wrong: draw it, in one dimension", seen)
    nothing = "for no layer at all, `[]`,"
    if (pixels := read_number(student([], given=nothing))) != 1:
        raise NotYetError(
            f"{nothing} you return {pixels:g}: what does a pixel see, below all layers?"
        )
    require_no_memory(student, [(some,) for some in stacks])


Layers = list[tuple[int, int]]


def _field(layers: Layers, width: int = 1, less: int = 1) -> int:
    """Count from above: so many places must there be for a window to fit."""
    for size, stride in reversed(layers):
        width = (width - less) * stride + size
    return width


def _seen(layers: Layers) -> set[int]:
    """Return the pixels that a neuron hears: between them there may be gaps."""
    pixels = {0}
    for size, stride in reversed(layers):
        pixels = {stride * place + v for place in pixels for v in range(size)}
    return pixels


def _field_suspects(stacks: list[Layers]) -> Suspects:
    def each(wrong: Callable[[list[int], list[int]], int]) -> np.ndarray:
        return np.array([wrong(*zip(*layers, strict=True)) for layers in stacks])

    def by_steps(length: Callable[[list[int], int], int]) -> np.ndarray:
        """Add up K - 1 steps a layer, each as long as `length(strides, layer)`."""

        def wrong(sizes: list[int], strides: list[int]) -> int:
            return 1 + sum((K - 1) * length(strides, k) for k, K in enumerate(sizes))

        return each(wrong)

    def fields(part: slice) -> np.ndarray:
        return np.array([_field(layers[part]) for layers in stacks])

    truth = fields(slice(None))
    yield truth**2, "that is the area: the width is wanted"
    hint = "you count pixels that are seen: the width takes in those skipped between"
    yield np.array([len(_seen(layers)) for layers in stacks]), hint
    yield truth - 1, "one too few: without any layer a neuron sees one pixel"
    yield truth + 1, "one too many: without any layer a neuron sees one pixel"
    hint = "where are the strides? They put neighbours further apart"
    yield by_steps(lambda strides, k: 1), hint
    hint = "a layer's own stride moves its windows apart, not what is in one of them"
    yield by_steps(lambda strides, k: math.prod(strides[: k + 1])), hint
    hint = "a window is made of neighbours of the layer below: whose stride counts?"
    yield by_steps(lambda strides, k: strides[k]), hint
    hint = "only the stride just below counts: all strides below multiply"
    yield by_steps(lambda strides, k: strides[k - 1] if k else 1), hint
    hint = "strides are added up: two strides of 2 put neighbours 4 pixels apart"
    yield by_steps(lambda strides, k: 1 + sum(strides[:k])), hint
    yield by_steps(lambda strides, k: sum(strides[:k])), hint
    hint = "K neighbours are K - 1 steps apart, and M windows M - 1 strides"
    # A window or its steps one too long, upwards and downwards.
    for longer, start, less in ((0, 0, 0), (0, 1, 0), (-1, 1, 0), (1, 1, 1)):
        other = [[(size + longer, s) for size, s in layers] for layers in stacks]
        yield np.array([_field(layers, start, less) for layers in other]), hint
    hint = "windows edge to edge, as of a pooling, widen what is seen as well"
    overlap = [[(1 if s == K else K, s) for K, s in layers] for layers in stacks]
    yield np.array([_field(layers) for layers in overlap]), hint
    hint = "the order is turned round: the lowest layer is first"
    yield fields(slice(None, None, -1)), hint
    hint = "sizes multiply only where windows lie edge to edge"
    yield each(lambda sizes, strides: math.prod(sizes)), hint
    hint = "the sizes are added up: windows overlap, and strides count"
    yield each(lambda sizes, strides: sum(sizes)), hint
    hint = "that is how far apart two neighbours at the top look: how wide is one?"
    yield each(lambda sizes, strides: math.prod(strides)), hint
    hint = "that is the last window, in places of the map below it"
    yield each(lambda sizes, strides: sizes[-1]), hint
    hint = "that is the lowest window: those above widen it"
    yield each(lambda sizes, strides: sizes[0]), hint
    hint = "that is the largest window: each layer widens what is seen"
    yield each(lambda sizes, strides: max(sizes)), hint
    hint = "the last layer is left out: a neuron above it looks through it, too"
    yield fields(slice(-1)), hint
    hint = "the first layer is left out: what comes in are pixels"
    yield fields(slice(1, None)), hint


@exercise("mean_pool_backward(error, size)")
def check_mean_pool_backward(student: Student) -> None:
    """Check exercise 8.3: the way back through mean pooling."""
    rng = np.random.default_rng(83)
    tasks = [
        (rng.normal(size=shape), size)
        # As many rows as columns first: there most mistakes run, and can be named.
        for shape, size in (
            ((2, 4, 5, 5), 3),
            ((2, 3, 4, 5), 2),
            ((2, 3, 4, 5), 2),
            ((1, 2, 3, 2), 1),
            ((3, 1, 1, 2), 4),
        )
    ]
    for k, (error, size) in enumerate(tasks):
        n, channels, rows, columns = error.shape
        wanted = (n, channels, size * rows, size * columns)
        given = f"for windows of {size} x {size}"
        answer = student(error, size, given=given)
        _refuse_shapes(answer, wanted, _pool_shapes(error, size))
        yours = read_array(answer, wanted, "as large as what came in")
        truth = np.kron(error, np.ones((size, size))) / size**2
        if not agrees(yours, truth):
            require_no_memory(student, tasks[: k + 1])
            hint = "wrong: nudge one number, and see which mean moves"
            seen = compared(yours, truth, given)
            blame(yours, _pool_suspects(error, size), hint, seen)
    require_no_memory(student, tasks)


Shapes = Iterable[tuple[tuple[int, ...], str]]


def _refuse_shapes(answer: object, wanted: tuple[int, ...], shapes: Shapes) -> None:
    """Name what has led to a typical wrong shape."""
    for shape, hint in shapes:
        if np.shape(answer) == shape != wanted:
            raise NotYetError(hint)


def _pool_shapes(error: np.ndarray, size: int) -> Shapes:
    n, channels, rows, columns = error.shape
    high, wide = size * rows, size * columns
    yield error.shape, "as small as the error: each number of a window gets a share"
    yield (n, channels, high, columns), "columns are not repeated yet, only rows"
    yield (n, channels, rows, wide), "rows are not repeated yet, only columns"
    hint = "repeated too often: by size per axis"
    yield (n, channels, size * high, size * wide), hint
    hint = "images and channels are repeated: axes 2 and 3 are rows and columns"
    yield (size * n, size * channels, rows, columns), hint
    hint = "these are windows: put each back to where it came from"
    yield (*error.shape, size, size), hint


def _pool_suspects(error: np.ndarray, size: int) -> Suspects:
    n, channels, rows, columns = error.shape
    whole = np.kron(error, np.ones((size, size)))
    yield whole, "each number gets the whole error: how much does it move the mean?"
    yield whole / size, "divided by size: a window has more numbers than that"
    yield whole * size**2, "it multiplies by the number of numbers in a window"
    yield whole / (rows * columns), "divided by the size of the map, not of a window"
    yield -whole / size**2, "the sign is turned round: a larger number, a larger mean"
    yield whole / size**3, "divided by size once too often"
    yield whole / (2 * size), "a window has size rows of size numbers: multiply them"
    for other in (2, 3):
        hint = f"each share is 1/{other**2}, whatever `size` is"
        yield whole / other**2, hint
    for unsigned in (np.abs(whole), np.maximum(whole, 0)):
        yield unsigned / size**2, "errors have signs, and the shares keep them"
    yield whole // size**2, "shares are no whole numbers: `/` divides, `//` rounds down"
    hint = "shares are no whole numbers: keep them as floats"
    for rounded in (np.trunc, np.rint):
        yield rounded(whole / size**2), hint
    if n > 1:
        hint = "only the errors of the first image are used: each has its own"
        yield np.broadcast_to(whole[:1] / size**2, whole.shape), hint
        yield np.concatenate([whole[:1] / size**2, 0 * whole[1:]]), hint
    square = whole / size**2
    square[..., size * rows :] = 0
    hint = "the last columns get nothing: a map may be wider than it is high"
    yield square, hint
    yield whole / size**2 / n, "it averages over the images: each has its own errors"
    hint = "it averages over the channels: each has its own errors"
    yield whole / size**2 / channels, hint
    mixed = whole.mean(axis=1, keepdims=True) / size**2
    yield np.broadcast_to(mixed, whole.shape), hint
    hint = "one number of each window gets it all: here all have a share"
    for place in np.eye(size**2).reshape(-1, size, size):
        yield np.kron(error, place), hint
        yield np.kron(error, place) / size**2, hint
    tiled = np.tile(error, (1, 1, size, size))
    for factor in (1, size, size**2):
        hint = "whole maps stand beside each other: repeat each number, not the map"
        yield tiled / factor, hint
    half = np.tile(error, (1, 1, size, 1)).repeat(size, axis=3)
    other = np.tile(error, (1, 1, 1, size)).repeat(size, axis=2)
    for mixed in (half, other):
        yield mixed / size**2, "one axis is right, along the other whole maps repeat"
    if rows == columns:
        turned = np.kron(error.swapaxes(2, 3), np.ones((size, size)))
        yield turned / size**2, "rows and columns are exchanged"
    in_a_row = error.repeat(size**2).reshape(n, channels, size * rows, size * columns)
    hint = "the shares of a window stand in one row: reshape does not know of windows"
    yield in_a_row / size**2, hint


@exercise("convolve_dilated(X, weights, biases, dilation)")
def check_convolve_dilated(student: Student) -> None:
    """Check exercise 8.4: a convolution whose filters have gaps."""
    rng = np.random.default_rng(84)
    tasks = [
        _dilated_task(rng, *numbers)
        # First all numbers equal, the map's sides too: there most mistakes run.
        for numbers in (
            ((8, 8, 12, 12), 8, 3, 2),
            ((2, 3, 9, 8), 4, 2, 3),
            ((2, 3, 9, 8), 4, 2, 3),
            ((1, 2, 6, 7), 3, 3, 1),
            ((2, 1, 5, 4), 2, 1, 2),
            ((1, 2, 7, 8), 1, 4, 2),
            ((3, 1, 5, 5), 2, 2, 4),
        )
    ]
    earlier = []
    for k, task in enumerate(tasks):
        X, weights, biases, dilation = task
        size = weights.shape[-1]
        given = f"for {size} x {size} weights and a dilation of {dilation}"
        answer = student(*task, given=given)
        truth = _dilated(X, weights, dilation) + _as_maps(biases)
        shapes = _dilated_shapes(truth.shape, X, size, dilation)
        _refuse_shapes(answer, truth.shape, shapes)
        yours = read_array(answer, truth.shape, "(n, outputs, rows, columns)")
        if not agrees(yours, truth):
            require_no_memory(student, tasks[: k + 1])
            hint = "that is what an earlier call has asked for: what does it keep?"
            suspects = [*((old, hint) for old in earlier), *_dilated_suspects(*task)]
            hint = "wrong: work out this number by hand"
            blame(yours, suspects, hint, compared(yours, truth, given))
        earlier.append(truth)
    require_no_memory(student, tasks)
    for side, sides in (("row", (1, 0)), ("column", (0, 1))):

        def long_map(places: int, sides: tuple[int, int] = sides) -> tuple:
            rows, columns = (2 + places * longer for longer in sides)
            return _dilated_task(rng, (1, 1, rows + 2, columns + 2), 1, 2, 2)

        hint = f"right, but a line of Python runs again for each {side} of the map"
        require_no_loop(student, long_map, (8, 24), f"{hint}: no loop over places")


def _dilated_task(
    rng: np.random.Generator,
    shape: tuple[int, ...],
    outputs: int,
    size: int,
    dilation: int,
) -> tuple[np.ndarray, np.ndarray, np.ndarray, int]:
    weights = rng.normal(size=(outputs, shape[1], size, size))
    return rng.normal(size=shape), weights, rng.normal(size=outputs), dilation


def _as_maps(biases: np.ndarray) -> np.ndarray:
    return biases[:, np.newaxis, np.newaxis]


def _dilated(
    X: np.ndarray, weights: np.ndarray, dilation: int, across: int | None = None
) -> np.ndarray:
    """Add up one product for each place in the filter; `across` is for columns."""
    across = dilation if across is None else across
    size = weights.shape[-1]
    rows = X.shape[2] - dilation * (size - 1)
    columns = X.shape[3] - across * (size - 1)
    Z = np.zeros((len(X), len(weights), rows, columns))
    for u, v in np.ndindex(size, size):
        part = X[:, :, dilation * u :, across * v :][:, :, :rows, :columns]
        Z += np.einsum("nirc,oi->norc", part, weights[:, :, u, v])
    return Z


def _dilated_shapes(
    wanted: tuple[int, ...], X: np.ndarray, size: int, dilation: int
) -> Shapes:
    n, outputs, rows, columns = wanted
    high, wide = X.shape[2:]
    hint = "the map is as large as without gaps: how wide is a window with them?"
    yield (n, outputs, high - size + 1, wide - size + 1), hint
    hint = "the map is too small: no gap behind the last weight, no window left out"
    span = dilation * size
    yield (n, outputs, high - span + 1, wide - span + 1), hint
    hint = "that is a stride: the weights lie apart, the windows do not"
    down, right = ((side - size) // dilation + 1 for side in (high, wide))
    yield (n, outputs, down, right), hint
    hint = "the gaps are too large: weights lie d pixels apart, so d - 1 are skipped"
    span = (dilation + 1) * (size - 1)
    yield (n, outputs, high - span, wide - span), hint
    hint = "windows are left out: places in the map lie side by side, as before"
    yield (n, outputs, -(-rows // dilation), -(-columns // dilation)), hint
    hint = "the map is as large as the picture: there is no margin here"
    yield (n, outputs, high, wide), hint
    hint = "the channels come last: the second axis is theirs"
    yield (n, rows, columns, outputs), hint
    yield (outputs, n, rows, columns), "the first axis is that of the images"
    hint = "rows and columns lie in one axis: reshape them"
    yield (n, outputs, rows * columns), hint
    hint = "the images are gone: each has maps of its own"
    yield (outputs, rows, columns), hint
    hint = "one map for each image: each filter makes one of its own"
    yield (n, rows, columns), hint
    hint = "one map for each channel: a filter adds them up"
    yield (n, outputs, X.shape[1], rows, columns), hint


def _dilated_suspects(
    X: np.ndarray, weights: np.ndarray, biases: np.ndarray, dilation: int
) -> Suspects:
    bare, bias = _dilated(X, weights, dilation), _as_maps(biases)
    truth, count = bare + bias, weights[0].size
    yield bare, "where are the biases?"
    yield bare - bias, "the biases are subtracted"
    hint = "the bias is added in every place of the window: once is enough"
    for times in (count, weights[0, 0].size):
        yield bare + times * bias, hint
    hint = "the bias is added for each input channel: once is enough"
    yield bare + X.shape[1] * bias, hint
    hint = "the filters are turned upside down: the equation does not turn them"
    yield _dilated(X, weights[:, :, ::-1, ::-1], dilation) + bias, hint
    for turned in (weights[:, :, ::-1], weights[..., ::-1]):
        hint = (
            "the filters are turned in one direction: the equation does not turn them"
        )
        yield _dilated(X, turned, dilation) + bias, hint
    yield bare + biases[0], "all maps get the first bias: each has its own"
    yield bare + np.abs(bias), "a bias may be negative, and stays so"
    hint = "u and v are exchanged: u goes down, v to the right"
    yield _dilated(X, weights.swapaxes(2, 3), dilation) + bias, hint
    yield bare / count + bias, "it takes means: a filter adds up"
    yield bare / count, "it takes means: a filter adds up"
    hint = "only the first input channel is heard: add up over all of them"
    yield _dilated(X[:, :1], weights[:, :1], dilation) + bias, hint
    hint = "the channels are added up first: each has weights of its own"
    mixed = (array.sum(axis=1, keepdims=True) for array in (X, weights))
    yield _dilated(*mixed, dilation) + bias, hint
    hint = "all images get the maps of the first"
    yield np.broadcast_to(truth[:1], truth.shape), hint
    first = np.zeros_like(weights)
    first[:, :, 0, 0] = weights[:, :, 0, 0]
    hint = "only the first weight of a square counts"
    yield _dilated(X, first, dilation) + bias, hint
    if weights.shape[0] == weights.shape[1]:
        hint = "outputs and inputs are exchanged: the first axis of weights is outputs"
        yield _dilated(X, weights.swapaxes(0, 1), dilation) + bias, hint
        own = weights * np.eye(len(weights))[:, :, np.newaxis, np.newaxis]
        hint = "filter o hears channel o only: it hears them all"
        yield _dilated(X, own, dilation) + bias, hint
    if truth.shape[2] == truth.shape[3]:
        yield truth.swapaxes(2, 3), "rows and columns of the maps are exchanged"
    if truth.shape[1] == truth.shape[3]:
        for along in (biases, biases[:, np.newaxis]):
            hint = "the biases go along rows or columns: each belongs to a whole map"
            yield bare + along, hint
    if len(X) == len(weights):
        yield truth.swapaxes(0, 1), "images and outputs are exchanged"
    if len(set(truth.shape)) == 1:
        yield np.moveaxis(truth, 1, -1), "the channels come last: they are axis 1"
    for part in (np.maximum(truth, 0), np.maximum(bare, 0)):
        yield part, "there is a ReLU in it: sums are asked for"
    rows, columns = truth.shape[2:]
    hint = "the map is small enough, but the weights lie side by side: no gaps?"
    yield _dilated(X, weights, 1)[:, :, :rows, :columns] + bias, hint
    for down, along in ((dilation, 1), (1, dilation)):
        hint = "there are gaps in one direction only: weights lie apart in both"
        yield _dilated(X, weights, down, along)[:, :, :rows, :columns] + bias, hint


@exercise("Depthwise(weights, stride)")
def check_depthwise(student: Student) -> None:
    """Check exercise 8.5: a layer with one filter for each channel."""
    rng = np.random.default_rng(85)
    # First all numbers equal, the map's sides too: there most mistakes run.
    for shape, size, stride in (
        ((2, 3, 5, 5), 3, 1),
        ((2, 4, 7, 8), 3, 2),
        ((1, 2, 6, 5), 2, 1),
        ((3, 1, 8, 7), 2, 3),
        ((1, 3, 4, 5), 1, 2),
    ):
        n, channels, high, wide = shape
        first = _Depthwise(rng, shape, size, stride)
        # Weights that have learnt, and other images; then larger ones.
        second = _Depthwise(rng, shape, size, stride, before=first)
        third = _Depthwise(rng, (n + 1, channels, high + 3, wide + 1), size, stride)
        layer = _depthwise_layer(student, first)
        for k, truth in enumerate((first, second, third)):
            batch = f"in batch {k + 1} with" if k else "for"
            _judge_batch(layer, truth, f"{batch} K = {size}, s = {stride}")
    _judge_lowest_layer(student, rng)
    _judge_two_layers(student, rng)


def _judge_batch(layer: Handle, truth: "_Depthwise", given: str) -> None:
    """Judge a way forward and back, after the layer has got weights and biases."""
    layer.set("weights", truth.weights)
    layer.set("biases", truth.biases)
    answer = _ask(layer, "forward", truth.X, given=given)
    _refuse_shapes(answer, truth.Z.shape, truth.shapes())
    form = truth.Z.shape, "(n, channels, rows, columns)"
    yours = read_array(answer, *form, name="forward: what it returns")
    if not agrees(yours, truth.Z):
        suspects = _named("forward: ", truth.forward_suspects())
        seen = compared(yours, truth.Z, given)
        blame(yours, suspects, "forward: wrong numbers", seen)
    answer = _ask(layer, "backward", truth.error, given=given)
    _check_depthwise_gradients(layer, truth, given)
    name = "backward: what it returns"
    yours = read_array(answer, truth.X.shape, "like what came in,", name=name)
    if not agrees(yours, right := truth.handed_back(truth.weights)):
        suspects = _named("backward: errors of X: ", truth.input_suspects())
        hint = "backward: the errors of X are wrong: nudge one number"
        blame(yours, suspects, hint, compared(yours, right, given))
    for name, right in (("weights", truth.weights), ("biases", truth.biases)):
        if not agrees(read_array(layer.get(name), right.shape, ""), right):
            raise NotYetError(
                f"forward or backward changes the {name}: only the optimizer does that"
            )


def _judge_lowest_layer(student: Student, rng: np.random.Generator) -> None:
    """See that a layer sets its gradients where nobody asks for the errors of X."""
    truth = _Depthwise(rng, (2, 3, 5, 5), 3, 1)
    layer, given = _depthwise_layer(student, truth), "with `to_inputs` false"
    _ask(layer, "forward", truth.X, given=given)
    _ask(layer, "backward", truth.error, False, given=given)
    if not layer.has("gradients") or not layer.get("gradients"):
        raise NotYetError(
            f"backward: {given} it sets no gradients: only the errors of X may be left "
            "out"
        )
    _check_depthwise_gradients(layer, truth, given)


def _judge_two_layers(student: Student, rng: np.random.Generator) -> None:
    """See that each of two layers remembers its own X until it goes back."""
    truths = [_Depthwise(rng, (2, 3, 5, 5), 3, 1) for _ in range(2)]
    layers = [_depthwise_layer(student, truth) for truth in truths]
    for layer, truth in zip(layers, truths, strict=True):
        _ask(layer, "forward", truth.X, given="for the first of two layers")
    answer = _ask(layers[0], "backward", truths[0].error, given="for two layers")
    try:
        _check_depthwise_gradients(layers[0], truths[0], "for two layers")
        right = truths[0].handed_back(truths[0].weights)
        alone = agrees(read_array(answer, right.shape, ""), right)
    except NotYetError:
        alone = False
    if not alone:
        raise NotYetError(
            "two layers at a time disturb each other: keep what forward remembers in "
            "self, and nowhere else"
        )


def _named(part: str, suspects: Suspects) -> Suspects:
    return ((wrong, part + hint) for wrong, hint in suspects)


def _depthwise_layer(student: Student, truth: "_Depthwise") -> Handle:
    """Make the student's layer, and give it biases that are not 0."""
    layer = student(truth.weights, truth.stride)
    for name in ("weights", "biases", "forward", "backward"):
        if not isinstance(layer, Handle) or not layer.has(name):
            raise NotYetError(f"what Depthwise(weights, stride) gives has no {name}")
    layer.set("biases", truth.biases)
    return layer


def _ask(layer: Handle, method: str, *arguments: object, given: str) -> object:
    """Call a method of the layer, with its name in front of whatever is wrong."""
    names = ["X"] if method == "forward" else ["error", "to_inputs"]
    usage = f"{method}({', '.join(names[: len(arguments)])})"
    try:
        answer = layer.call(method, *arguments, given=given, usage=usage)
        if answer is None and len(arguments) == 1:
            raise NotYetError("it returns None: `return` hands a result back")
    except NotYetError as not_yet:
        raise NotYetError(f"{method}: {not_yet}") from None
    return answer


def _check_depthwise_gradients(layer: Handle, truth: "_Depthwise", given: str) -> None:
    """See whether backward has left the gradients of weights and biases."""
    gradients = layer.get("gradients") if layer.has("gradients") else None
    if not isinstance(gradients, tuple | list) or len(gradients) != 2:
        raise NotYetError(
            "backward: it has to set self.gradients, a list of two arrays: for the "
            f"weights, for the biases (it is of type {type_name(gradients)})"
        )
    if [np.ndim(g) for g in gradients] == [1, 3]:
        raise NotYetError(
            "backward: gradients come in order: weights first, then biases"
        )
    parts = (
        ("weights", truth.weight_gradients().sum(axis=0), truth.weight_suspects()),
        ("biases", truth.error.sum(axis=(0, 2, 3)), truth.bias_suspects()),
    )
    for gradient, (name, right, suspects) in zip(gradients, parts, strict=True):
        called = f"backward: the gradient for the {name}"
        yours = read_array(gradient, right.shape, f"like the {name},", name=called)
        if not agrees(yours, right):
            suspects = _named(f"backward: for the {name} ", suspects)
            blame(yours, suspects, f"{called} is wrong", compared(yours, right, given))


PILES = "those of the batch before are still in it: begin anew with each"


class _Depthwise:
    """The layer by its windows, and what mistakes make of it."""

    def __init__(
        self,
        rng: np.random.Generator,
        shape: tuple[int, ...],
        size: int,
        stride: int,
        before: "_Depthwise | None" = None,
    ) -> None:
        self.stride, self.before = stride, before
        self.X, self.biases = rng.normal(size=shape), rng.normal(size=shape[1])
        self.weights = rng.normal(size=(shape[1], size, size))
        self.side_by_side = sliding_window_view(self.X, (size, size), axis=(2, 3))
        self.windows = self.side_by_side[:, :, ::stride, ::stride]
        self.Z = self.sums(self.weights)
        self.error = rng.normal(size=self.Z.shape)

    def sums(self, weights: np.ndarray) -> np.ndarray:
        """Return the maps of other weights, with the right biases."""
        bare = np.einsum("ncrsuv,cuv->ncrs", self.windows, weights)
        return bare + _as_maps(self.biases)

    def weight_gradients(self, windows: np.ndarray | None = None) -> np.ndarray:
        """Return those of each image: (n, channels, K, K)."""
        windows = self.windows if windows is None else windows
        return np.einsum("ncrs,ncrsuv->ncuv", self.error, windows)

    def handed_back(
        self,
        weights: np.ndarray,
        order: int = 1,
        add: bool = True,
        stride: int | None = None,
    ) -> np.ndarray:
        """Return the errors of X, with other weights, or where the last window wins."""
        back, K = np.zeros_like(self.X), weights.shape[-1]
        stride = stride or self.stride
        for r, c in [*np.ndindex(*self.Z.shape[2:])][::order]:
            top, left = stride * r, stride * c
            window = back[:, :, top : top + K, left : left + K]
            share = self.error[:, :, r, c, np.newaxis, np.newaxis] * weights
            window[...] = window + share if add else share
        return back

    def wrong_filters(self) -> Suspects:
        """Yield other weights for the right ones."""
        weights = self.weights
        hint = "u and v are exchanged: u goes down, v to the right"
        yield weights.swapaxes(1, 2), hint
        hint = "all channels get the first filter: each has its own"
        yield np.broadcast_to(weights[:1], weights.shape), hint
        hint = "each channel meets all filters: it has one of its own"
        yield np.broadcast_to(weights.sum(axis=0), weights.shape), hint

    def shapes(self) -> Shapes:
        n, channels, rows, columns = self.Z.shape
        K, (high, wide) = self.weights.shape[-1], self.X.shape[2:]
        hint = "forward: where is the stride?"
        yield (n, channels, high - K + 1, wide - K + 1), hint
        hint = "forward: the channels are added up: each keeps its own map"
        yield (n, rows, columns), hint
        hint = "forward: each filter sees every channel: it has one of its own"
        yield (n, channels, channels, rows, columns), hint
        hint = "forward: these are products: add up over a window"
        yield (n, channels, rows, columns, K, K), hint
        hint = "forward: the channels come last: the second axis is theirs"
        yield (n, rows, columns, channels), hint

    def forward_suspects(self) -> Suspects:
        if self.before:
            hint = (
                "those are the weights of the batch before: self.weights has new ones"
            )
            yield self.sums(self.before.weights), hint
            hint = "those are the biases of the batch before: self.biases has new ones"
            yield self.Z + _as_maps(self.before.biases - self.biases), hint
        bias = _as_maps(self.biases)
        bare = self.Z - bias
        yield bare, "where are the biases?"
        yield bare - bias, "the biases are subtracted"
        hint = "the filters are turned upside down: the equation does not turn them"
        yield self.sums(self.weights[:, ::-1, ::-1]), hint
        for weights, hint in self.wrong_filters():
            yield self.sums(weights), hint
        hint = "the channels are added up: each keeps its own map"
        yield bare.sum(axis=1, keepdims=True) + bias, hint
        yield np.broadcast_to(self.Z.sum(axis=1, keepdims=True), self.Z.shape), hint
        hint = "each filter hears all channels: it has one of its own"
        mixed = np.einsum("nrsuv,cuv->ncrs", self.windows.sum(axis=1), self.weights)
        yield mixed + bias, hint
        yield bare / self.weights[0].size + bias, "it takes means: a filter adds up"
        yield np.maximum(self.Z, 0), "there is a ReLU in it: sums are asked for"
        if self.Z.shape[1] == self.Z.shape[2] == self.Z.shape[3]:
            for along in (self.biases, self.biases[:, np.newaxis]):
                hint = "biases go along rows or columns: each belongs to a map"
                yield bare + along, hint
            yield self.Z.swapaxes(2, 3), "rows and columns are exchanged"

    def weight_suspects(self) -> Suspects:
        each, error = self.weight_gradients(), self.error
        n, places, total = len(self.X), error[0, 0].size, each.sum(axis=0)
        if self.before:
            earlier = self.before.weight_gradients().sum(axis=0)
            yield total + earlier, PILES
            yield earlier, "it is that of the batch before: set it anew"
            hint = "the windows are those of the batch before"
            yield self.weight_gradients(self.before.windows).sum(axis=0), hint
        yield -total, "the sign is turned round"
        if n > 1:
            yield each.mean(axis=0), "it averages over the images: add up"
            yield each[0], "only the first image counts: add up over all"
        yield total / places, "it averages over the places: add up"
        yield total / places / n, "it averages: add up, over images and places"
        near = self.side_by_side[:, :, : error.shape[2], : error.shape[3]]
        hint = "the windows are taken side by side: where is the stride?"
        yield self.weight_gradients(near).sum(axis=0), hint
        yield total[:, ::-1, ::-1], "the window is turned upside down"
        yield total.swapaxes(1, 2), "u and v are exchanged"
        hint = "the channels are added up: each has a filter of its own"
        yield np.broadcast_to(total.sum(axis=0), total.shape), hint
        first = np.einsum("nc,ncuv->cuv", error[:, :, 0, 0], self.windows[:, :, 0, 0])
        yield first, "only the first place counts: they are used at all places"
        yield self.windows.sum(axis=(0, 2, 3)), "where are the errors?"
        yield total * self.weights, "a weight is no factor of its own gradient"

    def bias_suspects(self) -> Suspects:
        error, n = self.error, len(self.X)
        total = error.sum(axis=(0, 2, 3))
        if self.before:
            yield total + self.before.error.sum(axis=(0, 2, 3)), PILES
        yield -total, "the sign is turned round"
        yield error.mean(axis=(0, 2, 3)), "it averages: add up"
        if n > 1:
            yield total / n, "it averages over the images: add up"
            hint = "only the first image counts: add up over all"
            yield error[0].sum(axis=(1, 2)), hint
        yield total / error[0, 0].size, "it averages over the places: add up"
        hint = "only the first place counts: a bias is in all of them"
        yield error[:, :, 0, 0].sum(axis=0), hint
        for axis in (0, 2, 3):
            rest = tuple({0, 1, 2, 3} - {axis})
            yield error.sum(axis=rest), "the wrong axis is left: channels are axis 1"

    def input_suspects(self) -> Suspects:
        weights, truth = self.weights, self.handed_back(self.weights)
        if self.before:
            yield truth + self.before.handed_back(self.before.weights), PILES
            hint = (
                "those are with the weights of the batch before: they have learnt since"
            )
            yield self.handed_back(self.before.weights), hint
        yield -truth, "the sign is turned round"
        hint = "the filters are turned: a window hands back with them as they are"
        yield self.handed_back(weights[:, ::-1, ::-1]), hint
        hint = "the windows are put back side by side: where is the stride?"
        yield self.handed_back(weights, stride=1), hint
        hint = "where windows overlap, add: some have overwritten others"
        yield self.handed_back(weights, add=False), hint
        yield self.handed_back(weights, order=-1, add=False), hint
        hint = "the weights are missing: who listens loudly is heard loudly"
        yield self.handed_back(np.ones_like(weights)), hint
        hint = "the channels are added up: no filter hears two of them"
        yield np.broadcast_to(truth.sum(axis=1, keepdims=True), truth.shape), hint
        for filters, hint in self.wrong_filters():
            yield self.handed_back(filters), hint
        yield truth / weights[0].size, "it averages: add up"
        yield truth / len(self.X), "it averages over the images: they are apart"
        yield truth * self.X, "X is no factor of its own error"
        yield np.zeros_like(truth), "they are all 0: is anything handed back?"


@exercise("look_all_ways(picture, weights)")
def check_look_all_ways(student: Student) -> None:
    """Check exercise 8.6: a layer that is equivariant to quarter turns."""
    rng = np.random.default_rng(86)
    tasks = [
        (rng.normal(size=sides), rng.normal(size=(size, size)))
        # A square picture first: there most mistakes run, and can be named.
        for *sides, size in (
            (8, 8, 3),
            (9, 6, 3),
            (9, 6, 3),
            (5, 7, 2),
            (4, 6, 4),
            (3, 3, 3),
            (3, 4, 1),
        )
    ]
    earlier = []
    for k, (picture, weights) in enumerate(tasks):
        size, (rows, columns) = len(weights), picture.shape
        given = f"for {rows} x {columns} pixels and {size} x {size} weights"
        answer = student(picture, weights, given=given)
        if isinstance(answer, int | float | np.generic):
            raise NotYetError(
                "that is one number for the whole picture: a map has one for each place"
            )
        maps = _in_all_turns(picture, weights)
        truth = maps.max(axis=0)
        _refuse_shapes(answer, truth.shape, _turn_shapes(maps, picture, size))
        yours = read_array(answer, truth.shape, "rows and columns of the map,")
        if not agrees(yours, truth):
            require_no_memory(student, tasks[: k + 1])
            hint = "that is what an earlier call has asked for: what does it keep?"
            suspects = [(old, hint) for old in earlier]
            suspects += _turn_suspects(picture, weights)
            hint = _unlike_when_turned(student, picture, weights, yours)
            blame(yours, suspects, hint, compared(yours, truth, given))
        earlier.append(truth)
    require_no_memory(student, tasks)


def _one_map(picture: np.ndarray, weights: np.ndarray) -> np.ndarray:
    windows = sliding_window_view(picture, weights.shape)
    return np.einsum("rcuv,uv->rc", windows, weights)


def _in_all_turns(picture: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Return the four maps, that of the filter as it is first."""
    return np.array([_one_map(picture, np.rot90(weights, k)) for k in range(4)])


def _turn_shapes(maps: np.ndarray, picture: np.ndarray, size: int) -> Shapes:
    turns, rows, columns = maps.shape
    hint = "these are all the maps: keep one number for each place"
    yield maps.shape, hint
    yield (rows, columns, turns), hint
    hint = "that is one number for each turn: keep one for each place"
    yield (turns,), hint
    yield picture.shape, "the map is as large as the picture: there is no margin here"
    high, wide = (side + size - 1 for side in picture.shape)
    yield (high, wide), "windows hang over the border: there is no margin here"
    hint = "rows and columns are exchanged: is a map left turned?"
    yield (columns, rows), hint


def _turn_suspects(picture: np.ndarray, weights: np.ndarray) -> Suspects:
    maps = _in_all_turns(picture, weights)
    truth, places = maps.max(axis=0), [*np.ndindex(maps.shape[1:])]
    yield maps[0], "the filter is not turned: try it in all its four turns"
    hint = "it is the same turn everywhere: keep the largest answer at each place"
    for one in maps[1:]:
        yield one, hint
    yield maps.sum(axis=0), "the four answers are added up: the largest is wanted"
    yield maps.mean(axis=0), "that is the mean of the four answers: keep the largest"
    yield maps.min(axis=0), "that is the smallest of the four answers"
    hint = "signs are lost: an answer far below 0 is small"
    yield np.abs(maps).max(axis=0), hint
    yield np.abs(truth), hint
    strongest = np.abs(maps).argmax(axis=0)
    farthest = [maps[(strongest[place], *place)] for place in places]
    hint = "that is the answer farthest from 0: the largest is wanted"
    yield np.reshape(farthest, truth.shape), hint
    hint = "there is a ReLU in it: the largest answer may be below 0"
    yield np.maximum(truth, 0), hint
    yield maps.argmax(axis=0), "that is which turn answers most, not what it answers"
    hint = "turns are missing: 0, 1, 2 and 3 quarters"
    for few in ([0, 1], [0, 2], [0, 3], [1, 3], [0, 1, 2], [0, 1, 3], [0, 2, 3]):
        yield maps[few].max(axis=0), hint
    yield maps[1:].max(axis=0), hint
    mirrored = _in_all_turns(picture, weights.T)
    hint = "mirror images are no turns: flips and transposes make those, `rot90` turns"
    yield np.maximum(truth, mirrored.max(axis=0)), hint
    yield mirrored.max(axis=0), hint
    yield np.maximum(maps[0], _one_map(picture, weights.T)), hint
    flipped = (weights, weights[::-1], weights[:, ::-1])
    flips = [_one_map(picture, some) for some in (*flipped, weights[::-1, ::-1])]
    for some in (flips, flips[:2], flips[:3], [flips[0], flips[2]]):
        yield np.max(some, axis=0), hint
    yield from _turned_pictures(picture, weights)
    hint = "it takes means: a filter adds up"
    yield truth / weights.size, hint


def _turned_pictures(picture: np.ndarray, weights: np.ndarray) -> Suspects:
    """Yield what comes of turning the picture instead, where that runs."""
    if picture.shape[0] != picture.shape[1]:
        return
    truth = _in_all_turns(picture, weights).max(axis=0)
    for other in (truth.T, *(np.rot90(truth, k) for k in (1, 2, 3))):
        yield other, "the map is turned: each answer stands where its window is"
    maps = [_one_map(np.rot90(picture, k), weights) for k in range(4)]
    yield np.max(maps, axis=0), "the picture is turned: turn each map back"
    again = [np.rot90(one, k) for k, one in enumerate(maps)]
    yield np.max(again, axis=0), "maps are turned further: turn each of them back"


def _unlike_when_turned(
    student: Student, picture: np.ndarray, weights: np.ndarray, yours: np.ndarray
) -> str:
    """Say whether a wrong layer is at least equivariant."""
    turned = np.rot90(yours)
    answer = student(np.rot90(picture), weights, given="for a turned picture")
    other = read_array(answer, turned.shape, "rows and columns of the map,")
    if agrees(other, turned):
        return "it turns with the picture, but says something else than the filter"
    return "turn the picture by a quarter, and your map does not turn with it"
