"""Layers that look at images: convolution, pooling, and the ways in and out.

Between these layers a batch has the logical shape (n, channels, rows, columns): the
first axis is the sample, as everywhere. In memory it lies the other way round, the
batch last: the array is a transposed view of a contiguous one of shape (channels,
rows, columns, n), here called its base. The same pixel of all samples then lies side
by side, and whatever is done to one pixel is done to a whole batch in one run. A
layer takes images in any order of memory and returns them in this one.

Windows are walked over by their places, not one by one: the slice that belongs to
place (i, j) picks that place from every window of every image at once.
"""

from __future__ import annotations

import math
import numbers
from collections.abc import Iterator, Sequence
from itertools import product

import numpy as np
from numpy.random import Generator

from digitlib import arguments
from digitlib.initialisation import he_matrix
from digitlib.layers.base import Initial, Layer

Pair = tuple[int, int]
Place = tuple[slice, slice, slice]

SPARE = 16  # numbers that are left free at the end of a row of windows


class Reshape(Layer):
    """Give rows of numbers a shape: (n, 784) becomes (n, 1, 28, 28), say.

    Parameters
    ----------
    shape : sequence of int
        Of one sample: (channels, rows, columns), for images.
    """

    settings = ("shape",)

    def __init__(self, shape: Sequence[int]) -> None:
        self.shape = arguments.positive_integers("shape", shape)

    def forward(self, X: np.ndarray, rng: Generator | None = None) -> np.ndarray:
        """Return the rows as images, batch last in memory."""
        return np.asfortranarray(X).reshape(len(X), *self.shape)

    def backward(self, error: np.ndarray, to_inputs: bool = True) -> np.ndarray:
        """Return the errors as rows."""
        return error.reshape(len(error), math.prod(self.shape))

    def output_shape(self, shape: tuple[int, ...]) -> tuple[int, ...]:
        """Return the new shape; a sample must be a row of as many numbers."""
        count = math.prod(self.shape)
        if shape != (count,):
            raise ValueError(
                f"{self.shape} takes rows of {count} numbers and is given shape {shape}"
            )
        return self.shape


class Flatten(Layer):
    """Lay each sample out as a row: channel by channel, row by row."""

    def forward(self, X: np.ndarray, rng: Generator | None = None) -> np.ndarray:
        """Return shape (n, features)."""
        self.shape = X.shape[1:]
        return X.reshape(len(X), math.prod(self.shape))

    def backward(self, error: np.ndarray, to_inputs: bool = True) -> np.ndarray:
        """Return the errors in the shape that came in, batch last in memory."""
        return np.asfortranarray(error).reshape(len(error), *self.shape)

    def output_shape(self, shape: tuple[int, ...]) -> tuple[int, ...]:
        """Return (features,)."""
        return (math.prod(shape),)


class Convolution(Layer):
    """Every output is one small filter, asked the same question everywhere.

    With the window that begins at row s r and column s c of the (padded) input,

        z[o, r, c] = sum over i, u, v of w[o, i, u, v] a[i, s r + u, s c + v] + b[o],

    equation (CV1). Strictly this is a cross-correlation, as in most of the field.

    Parameters
    ----------
    inputs, outputs : int
        How many channels come in and go out; each output has a filter of its own.
    size : int or pair of int
        Rows and columns of a filter.
    rng : numpy.random.Generator or int
        Draws the weights.
    stride : int or pair of int
        How far it is from one window to the next, down and to the right.
    padding : int or pair of int
        How many rows of zeros are set above and below the image, and how many
        columns to its left and right. What is left over at the end of a row or a
        column, being too small for a window, is not looked at.
    initial : callable
        `initial(outputs, numbers in a window, rng)` returns the weights, a filter a
        row; see `digitlib.initialisation`.
    dtype : dtype
        float32 or float64.

    Attributes
    ----------
    weights, biases : array
        Shapes (outputs, inputs, rows, columns) and (outputs,). Biases begin at 0.

    Notes
    -----
    All windows are copied into one matrix, a window a column, and (CV1) is one
    product of two matrices; Chellapilla, Puri and Simard (2006). That matrix is kept
    for `backward`, and written over by the next `forward`.
    """

    learns = ("weights", "biases")
    settings = ("stride", "padding")
    rows_at_once = 100  # the matrix of windows is many times larger than the images

    def __init__(
        self,
        inputs: int,
        outputs: int,
        size: int | Pair,
        rng: Generator | int,
        stride: int | Pair = 1,
        padding: int | Pair = 0,
        initial: Initial = he_matrix,
        dtype: np.typing.DTypeLike = np.float32,
    ) -> None:
        inputs = arguments.positive_integer("inputs", inputs)
        outputs = arguments.positive_integer("outputs", outputs)
        rows, columns = _pair("size", size)
        rng, dtype = arguments.generator("rng", rng), arguments.float_dtype(dtype)
        weights = initial(outputs, inputs * rows * columns, rng).astype(dtype)
        self.weights = weights.reshape(outputs, inputs, rows, columns)
        self.biases = np.zeros(outputs, dtype)
        self.configure(stride, padding)

    def configure(self, stride: int | Pair, padding: int | Pair) -> None:
        """Take the settings."""
        self.stride = _pair("stride", stride)
        self.padding = _pair("padding", padding, least=0)
        self.patches = np.empty(0)

    def __repr__(self) -> str:
        outputs, inputs, *size = self.weights.shape
        return (
            f"Convolution({inputs}, {outputs}, {_short(size)}, "
            f"stride={_short(self.stride)}, padding={_short(self.padding)})"
        )

    def forward(self, X: np.ndarray, rng: Generator | None = None) -> np.ndarray:
        """Return (CV1): the filters times the matrix of all windows."""
        base = _padded(_base(X), self.padding)
        self.base_shape, size = base.shape, self.weights.shape[2:]
        channels, *image, n = base.shape
        self.counts = _count_windows(image, size, self.stride)
        shape = (channels, *size, *self.counts, n)
        if (self.patches.shape, self.patches.dtype) != (shape, base.dtype):
            self._make_room(shape, base.dtype)
        np.copyto(self.patches, _windows(base, size, self.stride))
        filters = np.column_stack([_matrix(self.weights), self.biases])
        Z = np.empty((len(filters), *self.counts, n), base.dtype)
        np.matmul(filters, self._pieces(self.columns), out=self._pieces(_matrix(Z)))
        return _images(Z)

    def backward(self, error: np.ndarray, to_inputs: bool = True) -> np.ndarray | None:
        """Store (CV3) and (CV4); return the errors carried back, (CV2).

        A pixel is in several windows, once in each of several places, and hears of
        the errors of them all.
        """
        E = _matrix(_base(error))
        pieces = self._pieces(self.columns) @ self._pieces(E).swapaxes(1, 2)
        gradients = np.ascontiguousarray(pieces.sum(axis=0).T)
        weights, biases = gradients[:, :-1], gradients[:, -1]
        self.gradients = [weights.reshape(self.weights.shape), biases]
        if not to_inputs:
            return None
        # (i, j, ...): what place (i, j) of a window hands back.
        filters = np.ascontiguousarray(self.weights.transpose(2, 3, 1, 0))
        shares = (filters @ E).reshape(*filters.shape[:3], *self.counts, len(error))
        # Columns that are a stride apart lie side by side meanwhile: long runs.
        channels, rows, columns, n = self.base_shape
        (down, right), (high, wide) = self.stride, self.counts
        runs = -(-columns // right)
        base = np.zeros((channels, rows, right, runs, n), E.dtype)
        for i, j in np.ndindex(*filters.shape[:2]):
            k = j // right
            base[:, i : i + down * high : down, j % right, k : k + wide] += shares[i, j]
        base = base.swapaxes(2, 3).reshape(channels, rows, runs * right, n)
        base = base[:, :, :columns]
        return _images(_cropped(base, self.padding))

    def output_shape(self, shape: tuple[int, ...]) -> tuple[int, ...]:
        """Return (outputs, rows, columns); the image must have room for a window."""
        if self.weights.ndim != 4 or 0 in self.weights.shape:
            raise ValueError(f"filters cannot have shape {self.weights.shape}")
        outputs, inputs, *size = self.weights.shape
        if self.biases.shape != (outputs,):
            raise ValueError(f"it has {outputs} filters, but not as many biases")
        channels, *image = _image_shape(shape)
        if channels != inputs:
            raise ValueError(f"it takes {inputs} channel(s) and is given shape {shape}")
        image = [k + 2 * pad for k, pad in zip(image, self.padding, strict=True)]
        return (outputs, *_count_windows(image, size, self.stride))

    def _pieces(self, matrix: np.ndarray) -> np.ndarray:
        """Cut a matrix with a window a column, and stack the pieces.

        OpenBLAS has a quicker way for products of at most a million multiplications:
        where a row of windows is no more than that, it is a piece.
        """
        small = self.weights.size * matrix.shape[1] <= 1_000_000 * self.counts[0]
        pieces = self.counts[0] if small else 1
        return matrix.reshape(len(matrix), pieces, -1).swapaxes(0, 1)

    def _make_room(self, shape: tuple[int, ...], dtype: np.dtype) -> None:
        """Make the matrix of windows: `columns`, and as an array of `shape`, `patches`.

        Below the windows is a row of ones, for the biases. Rows a power of two apart
        would get into each other's way in the cache; what is left free parts them.
        """
        rows, count = math.prod(shape[:3]), math.prod(shape[3:])
        self.columns = np.empty((rows + 1, count + SPARE), dtype)[:, :count]
        self.columns[-1] = 1
        self.patches = self.columns[:-1].reshape(shape)


class _Pool(Layer):
    """What the two kinds of pooling share: windows, of each channel by itself."""

    settings = ("size", "stride")

    def __init__(self, size: int | Pair = 2, stride: int | Pair | None = None) -> None:
        self.size = _pair("size", size)
        self.stride = self.size if stride is None else _pair("stride", stride)

    def __repr__(self) -> str:
        settings = f"size={_short(self.size)}, stride={_short(self.stride)}"
        return f"{type(self).__name__}({settings})"

    def output_shape(self, shape: tuple[int, ...]) -> tuple[int, ...]:
        """Return (channels, rows, columns); the image must have room for a window."""
        channels, *image = _image_shape(shape)
        return (channels, *_count_windows(image, self.size, self.stride))

    def _slices(self, base: np.ndarray) -> list[Place]:
        counts = _count_windows(base.shape[1:3], self.size, self.stride)
        return [place for _, place in _places(self.size, self.stride, counts)]


class MaxPool(_Pool):
    """The largest number of each window, equation (MP1).

    Its error goes to that number, equation (MP2). Among equals, the first in reading
    order counts as the largest.

    Parameters
    ----------
    size : int or pair of int
        Rows and columns of a window.
    stride : int or pair of int, optional
        How far it is from one window to the next; `size` when None. Windows may
        overlap, and what is left over at the ends is not looked at.
    """

    def forward(self, X: np.ndarray, rng: Generator | None = None) -> np.ndarray:
        """Return (MP1)."""
        self.base = _base(X)
        first, *others = self._slices(self.base)
        self.largest = self.base[first].copy()
        for place in others:
            np.maximum(self.largest, self.base[place], out=self.largest)
        return _images(self.largest)

    def backward(self, error: np.ndarray, to_inputs: bool = True) -> np.ndarray:
        """Return (MP2)."""
        E, back = _base(error), np.zeros(self.base.shape, error.dtype)
        waiting = np.ones(E.shape, bool)  # windows whose largest is still to be met
        for place in self._slices(back):
            here = waiting & (self.base[place] == self.largest)
            waiting ^= here
            back[place] += E * here
        return _images(back)


class MeanPool(_Pool):
    """The mean of each window, which is a convolution with equal weights.

    All of its numbers share the error equally.

    Parameters
    ----------
    size, stride
        As for `MaxPool`.
    """

    def forward(self, X: np.ndarray, rng: Generator | None = None) -> np.ndarray:
        """Return the means."""
        base = _base(X)
        self.base_shape = base.shape
        first, *others = self._slices(base)
        total = base[first].copy()
        for place in others:
            total += base[place]
        total /= math.prod(self.size)
        return _images(total)

    def backward(self, error: np.ndarray, to_inputs: bool = True) -> np.ndarray:
        """Return to each number its share of the errors of its windows."""
        share = _base(error) / math.prod(self.size)
        back = np.zeros(self.base_shape, share.dtype)
        for place in self._slices(back):
            back[place] += share
        return _images(back)


def _base(X: np.ndarray) -> np.ndarray:
    """Return images (n, channels, rows, columns) as a contiguous array, batch last."""
    return np.ascontiguousarray(X.transpose(1, 2, 3, 0))


def _images(base: np.ndarray) -> np.ndarray:
    """Return a base as the images (n, channels, rows, columns) that it holds."""
    return base.transpose(3, 0, 1, 2)


def _matrix(array: np.ndarray) -> np.ndarray:
    """Return an array as a matrix: its first axis the rows, the rest the columns."""
    return array.reshape(len(array), -1)


def _padded(base: np.ndarray, padding: Pair) -> np.ndarray:
    """Return a base with so many rows and columns of zeros on each side."""
    if not any(padding):
        return base
    rows, columns = padding
    return np.pad(base, ((0, 0), (rows, rows), (columns, columns), (0, 0)))


def _cropped(base: np.ndarray, padding: Pair) -> np.ndarray:
    """Return a base without its padding."""
    rows, columns = padding
    inner = base[:, rows : base.shape[1] - rows, columns : base.shape[2] - columns]
    return np.ascontiguousarray(inner)


def _count_windows(image: Sequence[int], size: Pair, stride: Pair) -> Pair:
    """Return how many windows fit below each other and side by side."""
    rows, columns = (
        (have - need) // step + 1
        for have, need, step in zip(image, size, stride, strict=True)
    )
    if min(rows, columns) < 1:
        raise ValueError(
            f"a window of {size[0]} x {size[1]} does not fit into an image of "
            f"{image[0]} x {image[1]}"
        )
    return rows, columns


def _windows(base: np.ndarray, size: Pair, stride: Pair) -> np.ndarray:
    """Return all windows of a base, uncopied.

    The shape is (channels, rows and columns of a window, windows below each other
    and side by side, n).
    """
    views = np.lib.stride_tricks.sliding_window_view(base, size, axis=(1, 2))
    return views[:, :: stride[0], :: stride[1]].transpose(0, 4, 5, 1, 2, 3)


def _places(size: Pair, stride: Pair, counts: Pair) -> Iterator[tuple[Pair, Place]]:
    """Yield each place in a window and the slice of a base that has it for all windows.

    In reading order: row by row.
    """
    for i, j in product(range(size[0]), range(size[1])):
        down = slice(i, i + stride[0] * counts[0], stride[0])
        right = slice(j, j + stride[1] * counts[1], stride[1])
        yield (i, j), (slice(None), down, right)


def _image_shape(shape: tuple[int, ...]) -> tuple[int, ...]:
    """Return a shape of (channels, rows, columns); ValueError if it is another."""
    if len(shape) != 3:
        raise ValueError(
            f"it takes images (channels, rows, columns) and is given shape {shape}; "
            f"Reshape((1, 28, 28)), say, makes images of rows"
        )
    return shape


def _pair(name: str, value: object, least: int = 1) -> Pair:
    """Return an integer, or a pair of them, as a pair (for rows and for columns)."""
    values = [value] * 2 if isinstance(value, numbers.Integral) else value
    try:
        rows, columns = values
    except (TypeError, ValueError):
        rows = columns = None
    for number in (rows, columns):
        is_integer = isinstance(number, numbers.Integral)
        if not is_integer or isinstance(number, bool) or number < least:
            raise ValueError(
                f"{name} must be an integer of at least {least}, or a pair of them "
                f"(rows, columns), not {value!r}"
            )
    return int(rows), int(columns)


def _short(pair: Sequence[int]) -> int | Pair:
    """Return a pair as one number where its two are equal."""
    return pair[0] if pair[0] == pair[1] else tuple(pair)
