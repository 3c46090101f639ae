"""Checks for lesson 8, "Seeing shapes"."""

import math
from collections.abc import Callable

import numpy as np

from courseware.checking.exercise import Suspects, agrees, blame, exercise
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
    weights = read_array(student(), (3, 3), "three rows of three weights")
    if not weights.any():
        raise NotYetError("all weights are 0: it says 0 to everything, lines too")
    size = np.abs(weights).max()

    def says(picture: np.ndarray) -> float:
        answer = float(np.sum(weights * picture)) / size
        return 0.0 if abs(answer) < 1e-9 else answer

    flat, rise = np.ones((3, 3)), np.tile([0.0, 1.0, 2.0], (3, 1))
    line = np.tile([0.0, 1.0, 0.0], (3, 1))
    level = [says(np.eye(3)[[row]].T * flat) for row in range(3)]
    if not says(line) and says(line.T):
        raise NotYetError("it looks for level lines: an upright one is a column")
    if says(flat):
        raise NotYetError(
            "an area of one grey gets an answer: what must all nine add up to?"
        )
    if any(level):
        row = next(k for k in range(3) if level[k])
        raise NotYetError(
            f"a level line in row {row} of the window gets an answer: look at that "
            "row's three weights"
        )
    if says(rise):
        raise NotYetError(
            "it answers where the grey rises from left to right: that is how an edge "
            "filter is made"
        )
    if says(line) == 0:
        raise NotYetError("to an upright line in the middle it says 0: do rows cancel?")
    if says(line) < 0:
        raise NotYetError(
            "to a line of ink it says a negative number: it looks for white lines"
        )


@exercise("receptive_field(layers)")
def check_receptive_field(student: Student) -> None:
    """Check exercise 8.2: how much a neuron sees through a stack of layers."""
    rng = np.random.default_rng(82)
    stacks = [
        [(5, 2), (5, 2)],
        [(4, 3)],
        [(3, 1), (2, 2), (5, 1), (4, 3)],
        *(
            [(int(size), int(rng.integers(1, 4))) for size in rng.integers(2, 7, depth)]
            for depth in (2, 3, 5)
        ),
    ]
    yours = np.array(
        [
            read_number(student(layers, given=f"for the layers {layers}"))
            for layers in stacks
        ]
    )
    truth = np.array([_field(layers) for layers in stacks])
    if not np.array_equal(yours, truth):
        k = int(np.argmax(yours != truth))
        blame(
            yours,
            _field_suspects(stacks),
            f"for the layers {stacks[k]} it should not be {yours[k]:g}: draw it",
        )
    if read_number(student([], given="for no layer at all")) != 1:
        raise NotYetError("how many pixels does a neuron see without any layer?")


Layers = list[tuple[int, int]]


def _field(layers: Layers) -> int:
    """Count from above: so many places must there be for a window to fit."""
    width = 1
    for size, stride in reversed(layers):
        width = (width - 1) * stride + size
    return width


def _field_by(steps: Callable[[list[int], int], int]) -> Callable[[Layers], int]:
    """Add up K - 1 steps a layer, each as long as `steps(strides, layer)` says."""

    def wrong(layers: Layers) -> int:
        strides = [stride for _, stride in layers]
        return 1 + sum(
            (size - 1) * steps(strides, k) for k, (size, _) in enumerate(layers)
        )

    return wrong


def _field_suspects(stacks: list[Layers]) -> Suspects:
    no_steps = "from the first of K neighbours to the last there are fewer than K steps"
    added = "strides are added up: two strides of 2 put neighbours 4 pixels apart"

    def by_sizes(layers: Layers) -> int:
        strides = [stride for _, stride in layers]
        return 1 + sum(
            size * math.prod(strides[:k]) for k, (size, _) in enumerate(layers)
        )

    for wrong, hint in (
        (lambda layers: _field(layers) ** 2, "that is the area: the width is wanted"),
        (
            lambda layers: _field(layers) - 1,
            "one too few: without any layer a neuron sees one pixel",
        ),
        (
            lambda layers: _field(layers) + 1,
            "one too many: without any layer a neuron sees one pixel",
        ),
        (
            _field_by(lambda strides, k: 1),
            "where are the strides? They put neighbours further apart",
        ),
        (
            _field_by(lambda strides, k: math.prod(strides[: k + 1])),
            "a layer's own stride moves its windows apart, not what is in one of them",
        ),
        (
            _field_by(lambda strides, k: strides[k]),
            "a window is made of neighbours of the layer below: whose stride counts?",
        ),
        (
            _field_by(lambda strides, k: strides[k - 1] if k else 1),
            "only the stride just below counts: all strides below multiply",
        ),
        (_field_by(lambda strides, k: 1 + sum(strides[:k])), added),
        (_field_by(lambda strides, k: sum(strides[:k])), added),
        (by_sizes, no_steps),
        (lambda layers: by_sizes(layers) - 1, no_steps),
        (
            lambda layers: _field(layers[::-1]),
            "the order is turned round: the lowest layer is first",
        ),
        (
            lambda layers: math.prod(size for size, _ in layers),
            "sizes multiply only where windows lie edge to edge",
        ),
        (
            lambda layers: sum(size for size, _ in layers),
            "the sizes are added up: windows overlap, and strides count",
        ),
        (
            lambda layers: math.prod(stride for _, stride in layers),
            "that is how far apart two neighbours at the top look: how wide is one?",
        ),
        (
            lambda layers: layers[-1][0],
            "that is the last window, in places of the map below it",
        ),
        (
            lambda layers: layers[0][0],
            "that is the lowest window: those above widen it",
        ),
        (
            lambda layers: max(size for size, _ in layers),
            "that is the largest window: each layer widens what is seen",
        ),
        (
            lambda layers: _field(layers[:-1]),
            "the last layer is left out: a neuron above it looks through it, too",
        ),
        (
            lambda layers: _field(layers[1:]),
            "the first layer is left out: what comes in are pixels",
        ),
    ):
        yield np.array([wrong(layers) for layers in stacks]), hint


@exercise("mean_pool_backward(error, size)")
def check_mean_pool_backward(student: Student) -> None:
    """Check exercise 8.3: the way back through mean pooling."""
    rng = np.random.default_rng(83)
    # As many rows as columns first: there most mistakes run, and can be named.
    for shape, size in (((3, 3, 3, 3), 3), ((2, 3, 4, 5), 2), ((1, 2, 3, 2), 1)):
        error = rng.normal(size=shape)
        n, channels, rows, columns = shape
        wanted = (n, channels, size * rows, size * columns)
        given = f"for windows of {size} x {size}"
        answer = student(error, size, given=given)
        _refuse_pool_shapes(answer, wanted, error, size)
        yours = read_array(answer, wanted, "as large as what came in")
        share = np.kron(error, np.ones((size, size))) / size**2
        if not agrees(yours, share):
            blame(
                yours,
                _pool_suspects(error, size),
                f"wrong {given}: nudge one number, and see which mean moves",
            )


def _refuse_pool_shapes(
    answer: object, wanted: tuple[int, ...], error: np.ndarray, size: int
) -> None:
    """Name what has led to a typical wrong shape."""
    shape, (n, channels, high, wide) = np.shape(answer), wanted
    if size == 1:
        return
    hints = {
        error.shape: "as small as the error: each number of a window gets a share",
        (n, channels, high, error.shape[3]): "columns are not repeated yet, only rows",
        (n, channels, error.shape[2], wide): "rows are not repeated yet, only columns",
        (n, channels, size * high, size * wide): "repeated too often: by size per axis",
        (size * n, size * channels, *error.shape[2:]): "images and channels are "
        "repeated: axes 2 and 3 are rows and columns",
        (n, channels, error.shape[2], error.shape[3], size, size): "these are windows: "
        "put each back to where it came from",
    }
    if shape in hints:
        raise NotYetError(hints[shape])


def _pool_suspects(error: np.ndarray, size: int) -> Suspects:
    n, channels, rows, columns = error.shape
    whole = np.kron(error, np.ones((size, size)))
    yield whole, "each number gets the whole error: how much does it move the mean?"
    yield whole / size, "divided by size: a window has more numbers than that"
    yield whole * size**2, "it multiplies by the number of numbers in a window"
    yield whole / (rows * columns), "divided by the size of the map, not of a window"
    yield -whole / size**2, "the sign is turned round: a larger number, a larger mean"
    yield whole / (2 * size), "a window has size rows of size numbers: multiply them"
    places = np.zeros((size, size))
    for row, column in np.ndindex(size, size):
        place = places.copy()
        place[row, column] = 1
        at = np.kron(error, place)
        for part in (at, at / size**2):
            yield part, "one number of each window gets it all: here all have a share"
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
    # First all numbers equal, the map's sides too: there most mistakes run.
    for X_shape, outputs, size, dilation in (
        ((6, 6, 10, 10), 6, 3, 2),
        ((2, 3, 9, 8), 4, 2, 3),
        ((1, 2, 6, 7), 3, 3, 1),
        ((2, 1, 5, 4), 2, 1, 2),
    ):
        X, biases = rng.normal(size=X_shape), rng.normal(size=outputs)
        weights = rng.normal(size=(outputs, X_shape[1], size, size))
        given = f"for {size} x {size} weights and a dilation of {dilation}"
        answer = student(X, weights, biases, dilation, given=given)
        truth = _dilated(X, weights, biases, dilation)
        _refuse_dilated_shapes(answer, truth.shape, X, size, dilation)
        yours = read_array(answer, truth.shape, "(n, outputs, rows, columns)")
        if not agrees(yours, truth):
            blame(
                yours,
                _dilated_suspects(X, weights, biases, dilation),
                f"the numbers are wrong {given}: work out one of them by hand",
            )


def _dilated(
    X: np.ndarray,
    weights: np.ndarray,
    biases: np.ndarray,
    dilation: int,
    across: int | None = None,
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
    return Z + biases[:, np.newaxis, np.newaxis]


def _refuse_dilated_shapes(
    answer: object, wanted: tuple[int, ...], X: np.ndarray, size: int, dilation: int
) -> None:
    """Name what has led to a typical wrong shape."""
    n, outputs, rows, columns = wanted
    high, wide = X.shape[2:]

    def maps(high: int, wide: int) -> tuple[int, ...]:
        return n, outputs, high, wide

    hints = {
        maps(high - size + 1, wide - size + 1): "the map is as large as without gaps: "
        "how wide is a window with them?",
        maps(high - dilation * size + 1, wide - dilation * size + 1): "the map is too "
        "small: the last weight has no gap behind it",
        maps(
            (high - size) // dilation + 1, (wide - size) // dilation + 1
        ): "that is a stride: the weights lie apart, the windows do not",
        maps(
            -(-rows // dilation), -(-columns // dilation)
        ): "windows are left out: places in the map lie side by side, as before",
        maps(high, wide): "the map is as large as the picture: there is no margin here",
        (
            n,
            rows,
            columns,
            outputs,
        ): "the channels come last: the second axis is theirs",
        (outputs, n, rows, columns): "the first axis is that of the images",
        (n, outputs, rows * columns): "rows and columns lie in one axis: reshape them",
        (n, rows, columns): "one map for each image: each filter makes one of its own",
        (n, outputs, X.shape[1], rows, columns): "one map for each channel: a filter "
        "adds them up",
        (outputs, rows, columns): "the images are gone: each has maps of its own",
    }
    if dilation > 1 and size > 1 and np.shape(answer) != wanted:
        hint = hints.get(np.shape(answer))
        if hint:
            raise NotYetError(hint)


def _dilated_suspects(
    X: np.ndarray, weights: np.ndarray, biases: np.ndarray, dilation: int
) -> Suspects:
    none, count = np.zeros_like(biases), weights[0].size
    truth = _dilated(X, weights, biases, dilation)
    bare = truth - biases[:, np.newaxis, np.newaxis]
    yield bare, "where are the biases?"
    yield truth - 2 * biases[:, np.newaxis, np.newaxis], "the biases are subtracted"
    hint = "the bias is added in every place of the window: once is enough"
    yield bare + count * biases[:, np.newaxis, np.newaxis], hint
    hint = "the bias is added for each input channel: once is enough"
    yield bare + X.shape[1] * biases[:, np.newaxis, np.newaxis], hint
    hint = "the filters are turned upside down: the equation does not turn them"
    yield _dilated(X, weights[:, :, ::-1, ::-1], biases, dilation), hint
    hint = "u and v are exchanged: u goes down, v to the right"
    yield _dilated(X, weights.swapaxes(2, 3), biases, dilation), hint
    hint = "it takes means: a filter adds up"
    yield bare / count + biases[:, np.newaxis, np.newaxis], hint
    yield bare / count, "it takes means: a filter adds up"
    hint = "only the first input channel is heard: add up over all of them"
    yield _dilated(X[:, :1], weights[:, :1], biases, dilation), hint
    first = np.zeros_like(weights)
    first[:, :, 0, 0] = weights[:, :, 0, 0]
    hint = "only the first weight of a square counts"
    yield _dilated(X, first, biases, dilation), hint
    square = weights.shape[0] == weights.shape[1]
    if square:
        hint = "outputs and inputs are exchanged: the first axis of weights is outputs"
        yield _dilated(X, weights.swapaxes(0, 1), biases, dilation), hint
        own = np.zeros_like(weights)
        for channel in range(len(weights)):
            own[channel, channel] = weights[channel, channel]
        hint = "filter o hears channel o only: it hears them all"
        yield _dilated(X, own, biases, dilation), hint
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
    yield (
        _dilated(X, weights, none, 1)[:, :, :rows, :columns]
        + biases[:, np.newaxis, np.newaxis],
        "the map is small enough, but the weights lie side by side: no gaps?",
    )
    for down, along in ((dilation, 1), (1, dilation)):
        hint = "there are gaps in one direction only: weights lie apart in both"
        yield _dilated(X, weights, biases, down, along)[:, :, :rows, :columns], hint


@exercise("Depthwise(weights, stride)")
def check_depthwise(student: Student) -> None:
    """Check exercise 8.5: a layer with one filter for each channel."""
    rng = np.random.default_rng(85)
    # First all numbers equal, the map's sides too: there most mistakes run.
    for shape, size, stride in (
        ((2, 3, 5, 5), 3, 1),
        ((2, 4, 7, 8), 3, 2),
        ((1, 2, 6, 5), 2, 1),
    ):
        X, weights = rng.normal(size=shape), rng.normal(size=(shape[1], size, size))
        given = f"for {size} x {size} weights and a stride of {stride}"
        layer, biases = _depthwise_layer(student, weights, stride, rng)
        truth = _Depthwise(X, weights, biases, stride)
        answer = _ask(layer, "forward", X, given=given)
        yours = _read_maps(answer, truth.Z.shape, X, size)
        if not agrees(yours, truth.Z):
            blame(yours, truth.forward_suspects(), f"forward: wrong numbers {given}")
        error = rng.normal(size=truth.Z.shape)
        truth.go_back(error)
        answer = _ask(layer, "backward", error, given=given)
        _check_depthwise_gradients(layer, truth, given)
        name = "backward: what it returns"
        yours = read_array(answer, shape, "like what came in,", name=name)
        if not agrees(yours, truth.for_inputs):
            blame(
                yours,
                truth.input_suspects(),
                f"backward: the errors of X are wrong {given}: nudge one number",
            )


def _depthwise_layer(
    student: Student, weights: np.ndarray, stride: int, rng: np.random.Generator
) -> tuple[object, np.ndarray]:
    """Make the student's layer, and give it biases that are not 0."""
    layer = student(weights, stride)
    for name in ("weights", "biases", "forward", "backward"):
        if not hasattr(layer, name):
            raise NotYetError(f"what Depthwise(weights, stride) gives has no {name}")
    biases = rng.normal(size=len(weights))
    layer.weights, layer.biases = weights.copy(), biases.copy()
    return layer, biases


def _ask(layer: object, method: str, argument: np.ndarray, given: str) -> object:
    """Call a method of the layer, with its name in front of whatever is wrong."""
    name = "X" if method == "forward" else "error"
    try:
        call = Student(getattr(layer, method), f"{method}({name})")
        return call(argument, given=given)
    except NotYetError as not_yet:
        raise NotYetError(f"{method}: {not_yet}") from None


def _read_maps(
    answer: object, wanted: tuple[int, ...], X: np.ndarray, size: int
) -> np.ndarray:
    """Read what forward returns, with a hint for typical wrong shapes."""
    n, channels, rows, columns = wanted
    high, wide = X.shape[2:]
    hints = {
        (n, channels, high - size + 1, wide - size + 1): "where is the stride?",
        (n, rows, columns): "the channels are added up: each keeps its own map",
        (n, channels, channels, rows, columns): "each filter sees every channel: it "
        "has one of its own",
        (n, channels, rows, columns, size, size): "these are products: add up over a "
        "window",
        (n, rows, columns, channels): "the channels come last: the second axis is "
        "theirs",
    }
    shape = np.shape(answer)
    if shape != wanted and shape in hints:
        raise NotYetError(f"forward: {hints[shape]}")
    name = "forward: what it returns"
    return read_array(answer, wanted, "(n, channels, rows, columns)", name=name)


def _check_depthwise_gradients(layer: object, truth: "_Depthwise", given: str) -> None:
    """See whether backward has left the gradients of weights and biases."""
    gradients = getattr(layer, "gradients", None)
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
        ("weights", truth.for_weights, truth.weight_suspects()),
        ("biases", truth.for_biases, truth.bias_suspects()),
    )
    for gradient, (name, right, suspects) in zip(gradients, parts, strict=True):
        called = f"backward: the gradient for the {name}"
        yours = read_array(gradient, right.shape, f"like the {name},", name=called)
        if not agrees(yours, right):
            blame(yours, suspects, f"{called} is wrong {given}")


class _Depthwise:
    """The layer by loops over the places, and what mistakes make of it."""

    def __init__(
        self, X: np.ndarray, weights: np.ndarray, biases: np.ndarray, stride: int
    ) -> None:
        self.X, self.weights, self.biases, self.stride = X, weights, biases, stride
        self.bias_maps = biases[:, np.newaxis, np.newaxis]
        self.Z = self._sums(weights) + self.bias_maps

    def _places(self) -> list[tuple[int, int, tuple[slice, ...]]]:
        """Each place of the map, and its window in X."""
        size, stride = self.weights.shape[-1], self.stride
        counts = [(side - size) // stride + 1 for side in self.X.shape[2:]]
        return [
            (
                r,
                c,
                (
                    slice(None),
                    slice(None),
                    slice(stride * r, stride * r + size),
                    slice(stride * c, stride * c + size),
                ),
            )
            for r, c in np.ndindex(*counts)
        ]

    def _sums(self, weights: np.ndarray) -> np.ndarray:
        places = self._places()
        rows, columns = (places[-1][k] + 1 for k in (0, 1))
        Z = np.empty((*self.X.shape[:2], rows, columns))
        for r, c, window in places:
            Z[:, :, r, c] = (self.X[window] * weights).sum(axis=(2, 3))
        return Z

    def go_back(self, error: np.ndarray) -> None:
        """Find the three gradients."""
        self.error = error
        self.for_biases = error.sum(axis=(0, 2, 3))
        self.for_weights = self._weight_gradients(error).sum(axis=0)
        self.for_inputs = self._handed_back(self.weights)

    def _weight_gradients(self, error: np.ndarray) -> np.ndarray:
        """Return those of each image: (n, channels, K, K)."""
        total = 0
        for r, c, window in self._places():
            total = total + error[:, :, r, c, np.newaxis, np.newaxis] * self.X[window]
        return total

    def _handed_back(self, weights: np.ndarray) -> np.ndarray:
        back = np.zeros_like(self.X)
        for r, c, window in self._places():
            back[window] += self.error[:, :, r, c, np.newaxis, np.newaxis] * weights
        return back

    def _overwritten(self, step: int) -> np.ndarray:
        """Hand back without adding up, in the order of the places or against it."""
        back = np.zeros_like(self.X)
        for r, c, window in self._places()[::step]:
            share = self.error[:, :, r, c, np.newaxis, np.newaxis]
            back[window] = share * self.weights
        return back

    def forward_suspects(self) -> Suspects:
        bare = self._sums(self.weights)
        all_channels = np.broadcast_to(bare.sum(axis=1, keepdims=True), bare.shape)
        for wrong, hint in (
            (bare, "where are the biases?"),
            (bare - self.bias_maps, "the biases are subtracted"),
            (
                self._sums(self.weights[:, ::-1, ::-1]) + self.bias_maps,
                "the filters are turned upside down: the equation does not turn them",
            ),
            (
                self._sums(self.weights.swapaxes(1, 2)) + self.bias_maps,
                "u and v are exchanged: u goes down, v to the right",
            ),
            (
                self._sums(np.broadcast_to(self.weights[:1], self.weights.shape))
                + self.bias_maps,
                "all channels get the first filter: each has its own",
            ),
            (
                self._sums(
                    np.broadcast_to(self.weights.sum(axis=0), self.weights.shape)
                )
                + self.bias_maps,
                "each channel meets all filters: it has one of its own",
            ),
            (
                all_channels + self.bias_maps,
                "the channels are added up: each keeps its own map",
            ),
            (
                bare / self.weights[0].size + self.bias_maps,
                "it takes means: a filter adds up",
            ),
            (np.maximum(self.Z, 0), "there is a ReLU in it: sums are asked for"),
        ):
            yield wrong, f"forward: {hint}"
        if self.Z.shape[1] == self.Z.shape[2] == self.Z.shape[3]:
            for along in (self.biases, self.biases[:, np.newaxis]):
                hint = "forward: biases go along rows or columns: each belongs to a map"
                yield bare + along, hint
            yield self.Z.swapaxes(2, 3), "forward: rows and columns are exchanged"

    def weight_suspects(self) -> Suspects:
        each, name = self._weight_gradients(self.error), "backward: for the weights"
        n, places = len(self.X), self.error[0, 0].size
        total = each.sum(axis=0)
        yield -total, f"{name} the sign is turned round"
        if n > 1:
            yield each.mean(axis=0), f"{name} it averages over the images: add up"
            yield each[0], f"{name} only the first image counts: add up over all"
        yield total / places, f"{name} it averages over the places: add up"
        yield total / places / n, f"{name} it averages: add up, over images and places"
        yield total[:, ::-1, ::-1], f"{name} the window is turned upside down"
        yield total.swapaxes(1, 2), f"{name} u and v are exchanged"
        hint = f"{name} the channels are added up: each has a filter of its own"
        yield np.broadcast_to(total.sum(axis=0), total.shape), hint
        first = np.zeros_like(self.error)
        first[:, :, 0, 0] = self.error[:, :, 0, 0]
        hint = f"{name} only the first place counts: they are used at all places"
        yield self._weight_gradients(first).sum(axis=0), hint
        hint = f"{name} where are the errors?"
        yield self._weight_gradients(np.ones_like(self.error)).sum(axis=0), hint
        yield total * self.weights, f"{name} a weight is no factor of its own gradient"

    def bias_suspects(self) -> Suspects:
        name, n = "backward: for the biases", len(self.X)
        places = self.error[0, 0].size
        yield -self.for_biases, f"{name} the sign is turned round"
        yield self.error.mean(axis=(0, 2, 3)), f"{name} it averages: add up"
        if n > 1:
            yield self.for_biases / n, f"{name} it averages over the images: add up"
            hint = f"{name} only the first image counts: add up over all"
            yield self.error[0].sum(axis=(1, 2)), hint
        yield self.for_biases / places, f"{name} it averages over the places: add up"
        hint = f"{name} only the first place counts: a bias is in all of them"
        yield self.error[:, :, 0, 0].sum(axis=0), hint
        for axis in (0, 2, 3):
            rest = tuple({0, 1, 2, 3} - {axis})
            along = self.error.sum(axis=rest)
            yield along, f"{name} the wrong axis is left: channels are axis 1"

    def input_suspects(self) -> Suspects:
        name, truth = "backward: errors of X:", self.for_inputs
        yield -truth, f"{name} the sign is turned round"
        yield (
            self._handed_back(self.weights[:, ::-1, ::-1]),
            f"{name} the filters are turned: a window hands back with them as they are",
        )
        hint = f"{name} u and v are exchanged"
        yield self._handed_back(self.weights.swapaxes(1, 2)), hint
        for step in (1, -1):
            hint = f"{name} where windows overlap, add: some have overwritten others"
            yield self._overwritten(step), hint
        hint = f"{name} the weights are missing: who listens loudly is heard loudly"
        yield self._handed_back(np.ones_like(self.weights)), hint
        hint = f"{name} the channels are added up: no filter hears two of them"
        yield np.broadcast_to(truth.sum(axis=1, keepdims=True), truth.shape), hint
        yield (
            self._handed_back(np.broadcast_to(self.weights[:1], self.weights.shape)),
            f"{name} all channels get the first filter: each has its own",
        )
        yield (
            self._handed_back(
                np.broadcast_to(self.weights.sum(axis=0), self.weights.shape)
            ),
            f"{name} each channel meets all filters: it has one of its own",
        )
        yield truth / self.weights[0].size, f"{name} it averages: add up"
        yield truth / len(self.X), f"{name} it averages over the images: they are apart"
        yield truth * self.X, f"{name} X is no factor of its own error"
        yield np.zeros_like(truth), f"{name} they are all 0: is anything handed back?"
