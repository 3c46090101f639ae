"""Answers to the exercises of lesson 8."""

import functools
import itertools
import math
import operator

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from scipy.signal import convolve2d, correlate

from checks.tables import Answers, Table, but, to_do
from digitlib.checks.lesson08 import (
    check_convolve_dilated,
    check_depthwise,
    check_line_filter,
    check_look_all_ways,
    check_mean_pool_backward,
    check_receptive_field,
)
from digitlib.layers import Convolution, Layer

ANSWERS: Table = {}


LINE = np.array([[-1, 2, -1]] * 3)


def weights(*rows):
    return lambda: np.array(rows, float)


def now_and_then(*answers):
    """Another answer at each call, in turn."""
    turns = itertools.cycle(answers)
    return lambda *arguments: next(turns)(*arguments)


ANSWERS[check_line_filter] = Answers(
    [
        lambda: LINE,
        lambda: np.outer([0.1, 0.7, 0.3], [-0.5, 1, -0.5]),
        lambda: np.array([[0, 0, 0], [-1, 2, -1], [0, 0, 0]]),
        lambda: ((-1, 2, -1), (-3, 2, 1), (1, 2, -3)),
        lambda: (np.float32([-0.3, 0.6, -0.3]) * np.ones((3, 1))).tolist(),
        lambda: -np.diff(np.eye(5), 2, axis=0)[:1, :3].repeat(3, axis=0),
    ],
    (weights([-1, 0, 1], [-1, 0, 1], [-1, 0, 1]), "it tells left from right"),
    (weights([1, 0, -1], [1, 0, -1], [1, 0, -1]), "it tells left from right"),
    (weights([1, -2, 1], [1, -2, 1], [1, -2, 1]), "it looks for white lines"),
    (weights([-1, -1, -1], [2, 2, 2], [-1, -1, -1]), "it looks for level lines"),
    (weights([-1, 0, -1], [2, 0, 2], [-1, 0, -1]), "it looks for level lines"),
    (weights([0, 1, 0], [0, 1, 0], [0, 1, 0]), "what must all nine add up to?"),
    (weights([-1, 1, -1], [-1, 1, -1], [-1, 1, -1]), "what must all nine add up to?"),
    (weights([-1, 3, -1], [-1, 3, -1], [-1, 3, -1]), "what must all nine add up to?"),
    (weights([-1, -1, -1], [-1, 8, -1], [-1, -1, -1]), "in row 0 of the window"),
    (weights([0, -1, 0], [-1, 4, -1], [0, -1, 0]), "in row 0 of the window"),
    (weights([-1, 2, -1], [-2, 2, -2], [-1, 4, -1]), "in row 1 of the window"),
    (weights([-1, 1, 0], [-1, 1, 0], [-1, 1, 0]), "it tells left from right"),
    (weights([0, 1, -1], [0, 1, -1], [0, 1, -1]), "it tells left from right"),
    (weights([-1, 2, -1], [-1, 2, -1], [2, -4, 2]), "the three rows cancel"),
    (weights([1, 1, 1], [1, 1, 1], [1, 1, 1]), "what must all nine add up to?"),
    (lambda: np.zeros((3, 3)), "it says 0 to everything"),
    (lambda: np.array([-1, 2, -1]), "three rows of three weights"),
    (lambda: LINE.ravel(), "your result has shape (9,)"),
    (lambda: LINE[np.newaxis], "your result has shape (1, 3, 3)"),
    (lambda: np.full((3, 3), np.nan), "NaN or infinity"),
    (lambda: LINE * 1j, "complex"),
    (lambda: print(LINE), "returns None"),
    (lambda picture: LINE, "cannot be called as line_filter()"),
    (lambda: np.array([[-1, 2, -1]]), "your result has shape (1, 3)"),
    (weights([-0.5, 1, -0.6], [-0.5, 1, -0.6], [-0.5, 1, -0.6]), "all nine add up to?"),
    (lambda: LINE / 0, "NaN or infinity"),
    (lambda: "-1 2 -1", "of type str"),
    (lambda: LINE[3], "IndexError"),
    (weights([-2, 3, -1], [-2, 3, -1], [-2, 3, -1]), "to the right it says 3, not 0"),
    (weights([-1, 1.999, -1], [-1, 1.999, -1], [-1, 1.999, -1]), "says -0.003, not 0"),
    (weights([2, -1, -1], [-1, 2, -1], [-1, -1, 2]), "the three rows cancel"),
    (weights([-1, 2, -1], [-1, 2, -1], [-1, 2, 0]), "what must all nine add up to?"),
    (weights([-2, 2, -2], [0, 2, 0], [-1, 2, -1]), "in row 0 of the window it says -2"),
    (lambda: [[-1, 2, -1], [-1, 2], [-1, 2, -1]], "rows are of different length"),
    (lambda: [["-1", "2", "-1"]] * 3, "of type str, not a number"),
    (now_and_then(lambda: LINE, lambda: -LINE), "it looks for white lines"),
)


def field(layers):
    width, apart = 1, 1
    for size, stride in layers:
        width += (size - 1) * apart
        apart *= stride
    return width


def field_from_above(layers):
    width = 1
    for size, stride in layers[::-1]:
        width = (width - 1) * stride + size
    return np.int64(width)


def field_by_recursion(layers):
    if not layers:
        return 1
    size, stride = layers[0]
    return (field_by_recursion(layers[1:]) - 1) * stride + size


def field_by_reduce(layers):
    def below(width, layer):
        return (width - 1) * layer[1] + layer[0]

    return functools.reduce(below, reversed(layers), 1)


def field_by_numpy(layers):
    if not layers:
        return 1.0
    sizes, strides = np.array(layers, float).T
    return 1 + np.sum((sizes - 1) * np.cumprod([1, *strides[:-1]]))


def pixels_seen(layers):
    pixels = {0}
    for size, stride in layers[::-1]:
        pixels = {stride * place + v for place in pixels for v in range(size)}
    return pixels


def field_by_pixels(layers):
    pixels = pixels_seen(layers)
    return max(pixels) - min(pixels) + 1


def from_above(less, width):
    def answer(layers):
        above = width
        for size, stride in reversed(layers):
            above = (above - less) * stride + size
        return above

    return answer


def never_ending(layers):
    *below, (size, _) = layers or [(1, 1)]
    return never_ending(below) + (size - 1) * math.prod(s for _, s in below)


def kept_in_an_argument(layers, width=[1]):  # noqa: B006 - that is the mistake
    apart = 1
    for size, stride in layers:
        width[0] += (size - 1) * apart
        apart *= stride
    return width[0]


def by_steps(further=operator.mul, apart=1, less=1):
    """A `field` in which strides do something else, or a window has more steps."""

    def answer(layers):
        width, so_far = 1, apart
        for size, stride in layers:
            width += (size - less) * so_far
            so_far = further(so_far, stride)
        return width

    return answer


def by_own_stride(layers):
    width, apart = 1, 1
    for size, stride in layers:
        apart *= stride
        width += (size - 1) * apart
    return width


def one_stride_too_many(layers):
    width = 1
    for size, stride in reversed(layers):
        width = width * stride + size - 1
    return width


def by_popping(layers):
    width = 1
    while layers:
        size, stride = layers.pop()
        width = (width - 1) * stride + size
    return width


ANSWERS[check_receptive_field] = Answers(
    [
        field,
        field_from_above,
        field_by_recursion,
        field_by_reduce,
        field_by_numpy,
        field_by_pixels,
    ],
    (lambda layers: field(layers) ** 2, "that is the area"),
    (lambda layers: field(layers) - 1, "one too few"),
    (lambda layers: field(layers) + 1, "one too many"),
    (lambda layers: 1 + sum(k - 1 for k, _ in layers), "where are the strides?"),
    (by_own_stride, "a layer's own stride"),
    (lambda layers: 1 + sum((k - 1) * s for k, s in layers), "whose stride counts?"),
    (by_steps(less=0), "K - 1 steps apart"),
    (lambda layers: by_steps(less=0)(layers) - 1, "K - 1 steps apart"),
    (lambda layers: field(layers[::-1]), "the lowest layer is first"),
    (by_steps(operator.add), "strides are added up"),
    (by_steps(operator.add, apart=0), "strides are added up"),
    (by_steps(lambda _, stride: stride), "only the stride just below counts"),
    (lambda layers: math.prod(k for k, _ in layers), "sizes multiply only"),
    (lambda layers: sum(k for k, _ in layers), "the sizes are added up"),
    (lambda layers: math.prod(s for _, s in layers), "how wide is one?"),
    (lambda layers: layers[-1][0], "that is the last window"),
    (lambda layers: layers[0][0], "that is the lowest window"),
    (lambda layers: max(k for k, _ in layers), "that is the largest window"),
    (by_popping, "it changes the array or list"),
    (lambda layers: (field(layers), 1), "shape (2,): one number is wanted"),
    (lambda layers: np.array([field(layers)]), "one number is wanted"),
    (lambda layers: str(field(layers)), "of type str"),
    (lambda layers: 13, "(4, 3)] you return 13, too large"),
    (lambda layers: field(layers) if layers else 0, "return 0: what does a pixel see"),
    (lambda layers: field(layers[:-1]), "the last layer is left out"),
    (lambda layers: field(layers[1:]), "the first layer is left out"),
    (
        lambda layers: field_from_above(layers) / layers[0][1],
        "you return 6.5, too small",
    ),
    (lambda layers: field(layers) if layers[0] else 1, "IndexError"),
    (lambda layers: layers.size, "AttributeError"),
    (lambda layers: field(layers) / 0, "ZeroDivisionError"),
    (lambda layers: print(field(layers)), "returns None"),
    (lambda size, stride: size, "cannot be called as receptive_field(layers)"),
    (lambda layers: float("nan"), "NaN or infinity"),
    (lambda layers: len(pixels_seen(layers)), "you count pixels that are seen"),
    (from_above(less=0, width=1), "K - 1 steps apart"),
    (from_above(less=0, width=0), "K - 1 steps apart"),
    (from_above(less=1, width=0), "[(5, 2), (5, 2)] you return 9, too small"),
    (never_ending, "without end: what shall it return for no layer"),
    (kept_in_an_argument, "what does it keep from call to call?"),
    (lambda layers: min(28, field(layers)), "you return 28, too small"),
    (lambda layers: min(784, field(layers)), "you return 784, too small"),
    (lambda layers: field([(k, 2) for k, _ in layers]), "(4, 3)] you return 45"),
    (lambda layers: field([(5, s) for _, s in layers]), "[(4, 3)] you return 5"),
    (lambda layers: field([(s, k) for k, s in layers]), "you return 7, too small"),
    (lambda layers: field(layers[:2]), "(4, 3)] you return 4, too small"),
    (one_stride_too_many, "M windows M - 1 strides"),
    (
        lambda layers: field([(k if k != s else 1, s) for k, s in layers]),
        "windows edge to edge, as of a pooling",
    ),
    (
        lambda layers: field([(min(k, s), s) for k, s in layers]),
        "[(5, 2), (5, 2)] you return 4, too small",
    ),
    (
        lambda layers: field([(k, min(k, s)) for k, s in layers]),
        "you count pixels that are seen",
    ),
    (lambda layers: (field(layers) - 1) // 2, "[(5, 2), (5, 2)] you return 6"),
)


def pool(error, size):
    return (error / size**2).repeat(size, axis=2).repeat(size, axis=3)


def pool_by_loop(error, size):
    n, channels, rows, columns = error.shape
    back = np.zeros((n, channels, size * rows, size * columns))
    for r, c in np.ndindex(size * rows, size * columns):
        back[:, :, r, c] = error[:, :, r // size, c // size] / size**2
    return back


def each_corner(error, size):
    back = np.zeros((*error.shape[:2], *(size * side for side in error.shape[2:])))
    back[:, :, ::size, ::size] = error
    return back


def pool_in_place(error, size):
    error /= size**2
    return error.repeat(size, axis=2).repeat(size, axis=3)


def in_a_row(error, size):
    shape = (*error.shape[:2], *(size * side for side in error.shape[2:]))
    return (error / size**2).repeat(size**2).reshape(shape)


def as_windows(error, size):
    share = (error / size**2)[..., np.newaxis, np.newaxis]
    return np.broadcast_to(share, (*error.shape, size, size))


def windows_reshaped(error, size):
    shape = (*error.shape[:2], *(size * side for side in error.shape[2:]))
    return as_windows(error, size).reshape(shape)


def pool_by_places(error, size):
    r, c = (np.arange(size * side) // size for side in error.shape[2:])
    return error[:, :, r][..., c] / size**2


def pool_by_slices(error, size):
    n, channels, rows, columns = error.shape
    back = np.zeros((n, channels, size * rows, size * columns), np.float32)
    for u, v in np.ndindex(size, size):
        back[:, :, u::size, v::size] = error / size**2
    return back


def pool_by_products(error, size):
    rows, columns = (np.kron(np.eye(s), np.ones((size, 1))) for s in error.shape[2:])
    return (rows / size) @ error @ (columns / size).T


def channels_mixed(error, size):
    mixed = pool(error, size).mean(axis=1, keepdims=True)
    return mixed.repeat(error.shape[1], axis=1)


def pool_of_squares(error, size):
    back = pool(error, size)
    return back[:, :, : min(back.shape[2:]), : min(back.shape[2:])]


def only_the_first_image(error, size):
    back = np.zeros_like(pool(error, size))
    back[0] = pool(error, size)[0]
    return back


def as_many_columns_as_rows(error, size):
    back, rows = pool(error, size), error.shape[2]
    back[..., size * rows :] = 0
    return back


BUFFER = np.empty(10_000)


def pool_into_a_buffer(error, size):
    back = pool(error, size)
    kept = BUFFER[: back.size].reshape(back.shape)
    kept[...] = back
    return kept


def pool_piled_up(error, size, kept={}):  # noqa: B006 - that is the mistake
    back = kept.get((error.shape, size), 0) + pool(error, size)
    kept[error.shape, size] = back
    return back


ANSWERS[check_mean_pool_backward] = Answers(
    [
        pool,
        pool_by_loop,
        pool_by_places,
        pool_by_slices,
        pool_by_products,
        lambda e, k: np.kron(e, np.full((k, k), 1 / k**2)),
        lambda e, k: pool(e, k).tolist(),
    ],
    (lambda e, k: k**2 * pool(e, k), "gets the whole error"),
    (lambda e, k: k * pool(e, k), "divided by size"),
    (lambda e, k: k**4 * pool(e, k), "it multiplies by the number"),
    (lambda e, k: k**2 * pool(e, k) / e[0, 0].size, "the size of the map"),
    (lambda e, k: -pool(e, k), "the sign is turned round"),
    (lambda e, k: k**2 * pool(e, k) / (2 * k), "multiply them"),
    (lambda e, k: pool(e, k) / k, "once too often"),
    (each_corner, "one number of each window gets it all"),
    (lambda e, k: each_corner(e, k) / k**2, "one number of each window gets it all"),
    (lambda e, k: each_corner(e, k)[:, :, ::-1, ::-1], "see which mean moves"),
    (lambda e, k: np.roll(each_corner(e, k), k - 1, (2, 3)), "gets it all"),
    (lambda e, k: np.tile(e, (1, 1, k, k)) / k**2, "repeat each number, not the map"),
    (lambda e, k: np.tile(e, (1, 1, k, k)), "repeat each number, not the map"),
    (lambda e, k: np.tile(e, (1, 1, k, k)) / k, "repeat each number, not the map"),
    (
        lambda e, k: np.tile(e / k**2, (1, 1, 1, k)).repeat(k, axis=2),
        "along the other whole maps repeat",
    ),
    (
        lambda e, k: np.tile(e / k**2, (1, 1, k, 1)).repeat(k, axis=3),
        "along the other whole maps repeat",
    ),
    (lambda e, k: pool(e.swapaxes(2, 3), k), "rows and columns are exchanged"),
    (lambda e, k: pool(e, k).swapaxes(2, 3), "rows and columns are exchanged"),
    (in_a_row, "reshape does not know of windows"),
    (windows_reshaped, "reshape does not know of windows"),
    (as_windows, "put each back to where it came from"),
    (lambda e, k: e / k**2, "as small as the error"),
    (lambda e, k: (e / k**2).repeat(k, axis=2), "columns are not repeated yet"),
    (lambda e, k: (e / k**2).repeat(k, axis=3), "rows are not repeated yet"),
    (
        lambda e, k: (e / k**2).repeat(k**2, axis=2).repeat(k**2, axis=3),
        "repeated too often",
    ),
    (lambda e, k: e.repeat(k, axis=0).repeat(k, axis=1), "images and channels are"),
    (pool_in_place, "it changes the array"),
    (lambda e, k: (e / k**2).repeat(k**2), "your result has shape (1800,)"),
    (
        lambda e, k: (e / 4).repeat(2, axis=2).repeat(2, axis=3),
        "as large as what came in would be (2, 4, 15, 15)",
    ),
    (lambda e, k: pool(e, k) + 1, "nudge one number"),
    (lambda e, k: pool(e, k).mean(axis=1, keepdims=True), "as large as what came in"),
    (lambda e, k: pool(np.abs(e), k), "errors have signs"),
    (lambda e, k: pool(np.maximum(e, 0), k), "errors have signs"),
    (lambda e, k: np.rint(pool(e, k)), "keep them as floats"),
    (lambda e, k: pool(e, k).astype(int), "keep them as floats"),
    (lambda e, k: pool(pool(e, k), 1) / k**2, "nudge one number"),
    (lambda e, k: (e // k**2).repeat(k, 2).repeat(k, 3), "shares are no whole numbers"),
    (lambda e, k: pool(e, k) * k**2 / 4, "each share is 1/4, whatever `size` is"),
    (lambda e, k: pool(e, k) * k**2 / 9, "each share is 1/9, whatever `size` is"),
    (lambda e, k: pool(e, k) / len(e), "it averages over the images"),
    (lambda e, k: pool(e, k) / e.shape[1], "it averages over the channels"),
    (channels_mixed, "it averages over the channels"),
    (lambda e, k: pool(e[:1], k).repeat(len(e), axis=0), "errors of the first image"),
    (only_the_first_image, "errors of the first image"),
    (as_many_columns_as_rows, "the last columns get nothing"),
    (pool_of_squares, "your result has shape (2, 3, 8, 8)"),
    (pool_into_a_buffer, "it changes an array or list that it returned before"),
    (pool_piled_up, "what does it keep from call to call?"),
    (lambda e, k: e / [k, "k"], "it stops with"),
    (lambda e: e, "cannot be called as mean_pool_backward(error, size)"),
)


def columns(b):
    return b[:, np.newaxis, np.newaxis]


def dilated(X, weights, biases, dilation):
    reach = dilation * (weights.shape[-1] - 1) + 1
    windows = sliding_window_view(X, (reach, reach), axis=(2, 3))
    kept = windows[..., ::dilation, ::dilation]
    Z = np.einsum("nircuv,oiuv->norc", kept, weights)
    return Z + biases[:, np.newaxis, np.newaxis]


def dilated_by_scipy(X, weights, biases, dilation):
    """Filters with zeros in their gaps."""
    reach = dilation * (weights.shape[-1] - 1) + 1
    spread = np.zeros((*weights.shape[:2], reach, reach))
    spread[:, :, ::dilation, ::dilation] = weights
    maps = [
        [correlate(picture, w, "valid")[0] + b for w, b in zip(spread, biases)]  # noqa: B905
        for picture in X
    ]
    return np.array(maps)


def spread(change):
    """A dilated convolution of changed arguments."""
    return lambda X, w, b, d: dilated(*change(X, w, b, d))


def sum_of(channels):
    return channels.sum(axis=1, keepdims=True)


def bare(X, w, b, d):
    return dilated(X, w, np.zeros_like(b), d)


def one_gap_too_many(X, w, b, d):
    reach = d * w.shape[-1]
    windows = sliding_window_view(X, (reach, reach), axis=(2, 3))[..., ::d, ::d]
    return np.einsum("nircuv,oiuv->norc", windows, w) + columns(b)


def small_map_without_gaps(X, w, b, d):
    rows, along = (side - d * (w.shape[-1] - 1) for side in X.shape[2:])
    return dilated(X, w, b, 1)[:, :, :rows, :along]


def gaps(down, along):
    def answer(X, w, b, d):
        steps, size = (d if down else 1, d if along else 1), w.shape[-1]
        reach = tuple(step * (size - 1) + 1 for step in steps)
        windows = sliding_window_view(X, reach, axis=(2, 3))
        kept = windows[..., :: steps[0], :: steps[1]]
        rows, wide = (side - d * (size - 1) for side in X.shape[2:])
        Z = np.einsum("nircuv,oiuv->norc", kept, w)[:, :, :rows, :wide]
        return Z + columns(b)

    return answer


def with_margin(X, w, b, d):
    pad = d * (w.shape[-1] - 1) // 2
    return dilated(np.pad(X, ((0, 0), (0, 0), (pad, pad), (pad, pad))), w, b, d)


def only_the_first_weight(X, w, b, d):
    first = np.zeros_like(w)
    first[:, :, 0, 0] = w[:, :, 0, 0]
    return dilated(X, first, b, d)


def own_channel_only(X, w, b, d):
    mask = np.eye(*w.shape[:2])[:, :, np.newaxis, np.newaxis]
    return dilated(X, w * mask, b, d)


def per_channel(X, w, b, d):
    parts = [dilated(X[:, [i]], w[:, [i]], b, d) for i in range(X.shape[1])]
    return np.stack(parts, axis=2)


def dilated_in_place(X, w, b, d):
    X -= X.mean()
    return dilated(X, w, b, d)


def map_sides(X, w, d):
    return tuple(side - d * (w.shape[-1] - 1) for side in X.shape[2:])


def part(X, w, d, r, c):
    """The numbers of the window at row r, column c that meet weights."""
    reach = d * (w.shape[-1] - 1) + 1
    return X[..., r : r + reach : d, c : c + reach : d]


def dilated_by_weights(X, w, b, d):
    """A product for each place inside the filter."""
    rows, along = map_sides(X, w, d)
    Z = np.zeros((len(X), len(w), rows, along)) + columns(b)
    for u, v in np.ndindex(w.shape[2:]):
        there = X[:, :, d * u : d * u + rows, d * v : d * v + along]
        Z += np.einsum("nirc,oi->norc", there, w[:, :, u, v])
    return Z


def dilated_by_indices(X, w, b, d):
    """Windows as rows, fetched by their places, and one product."""
    r, c = np.indices(map_sides(X, w, d))
    u, v = np.indices(w.shape[2:])
    windows = X[:, :, r[..., None, None] + d * u, c[..., None, None] + d * v]
    return np.tensordot(windows, w, ((1, 4, 5), (1, 2, 3))).transpose(0, 3, 1, 2) + (
        columns(b)
    )


def dilated_with_zeros(X, w, b, d):
    """In single precision, by a filter with zeros in its gaps."""
    reach = d * (w.shape[-1] - 1) + 1
    wide = np.zeros((*w.shape[:2], reach, reach), np.float32)
    wide[:, :, ::d, ::d] = w
    return dilated(X.astype(np.float32), wide, b.astype(np.float32), 1)


def dilated_by_images(X, w, b, d):
    return [dilated(x[np.newaxis], w, b, d)[0].tolist() for x in X]


def by_seven_loops(X, w, b, d):
    Z = np.zeros((len(X), len(w), *map_sides(X, w, d)))
    for n, o, r, c in np.ndindex(Z.shape):
        Z[n, o, r, c] = b[o]
        for i, u, v in np.ndindex(w.shape[1:]):
            Z[n, o, r, c] += w[o, i, u, v] * X[n, i, r + d * u, c + d * v]
    return Z


def by_two_loops(X, w, b, d):
    Z = np.zeros((len(X), len(w), *map_sides(X, w, d)))
    for r, c in np.ndindex(Z.shape[2:]):
        rows = part(X, w, d, r, c).reshape(len(X), -1)
        Z[:, :, r, c] = rows @ w.reshape(len(w), -1).T + b
    return Z


def by_comprehension(X, w, b, d):
    rows, along = map_sides(X, w, d)
    Z = [
        [np.tensordot(part(X, w, d, r, c), w, ((1, 2, 3),) * 2) for c in range(along)]
        for r in range(rows)
    ]
    return np.transpose(Z, (2, 3, 0, 1)) + columns(b)


def row_by_row(X, w, b, d):
    rows, reach = map_sides(X, w, d)[0], d * (w.shape[-1] - 1) + 1
    one_by_one = [dilated(X[:, :, r : r + reach], w, b, d) for r in range(rows)]
    return np.concatenate(one_by_one, axis=2)


def column_by_column(X, w, b, d):
    turned = row_by_row(X.swapaxes(2, 3), w.swapaxes(2, 3), b, d)
    return turned.swapaxes(2, 3)


def by_vectorize(X, w, b, d):
    def place(n, o, r, c):
        return np.sum(part(X[n], w, d, r, c) * w[o]) + b[o]

    return np.vectorize(place)(*np.indices((len(X), len(w), *map_sides(X, w, d))))


def along_an_axis(X, w, b, d):
    reach = d * (w.shape[-1] - 1) + 1
    windows = sliding_window_view(X, (reach, reach), axis=(2, 3))[..., ::d, ::d]
    n, _, rows, along = windows.shape[:4]
    flat = windows.transpose(0, 2, 3, 1, 4, 5).reshape(n * rows * along, -1)
    sums = np.apply_along_axis(lambda row: w.reshape(len(w), -1) @ row + b, 1, flat)
    return sums.reshape(n, rows, along, -1).transpose(0, 3, 1, 2)


def weights_in_place(X, w, b, d):
    w *= 2
    return dilated(X, w / 2, b, d)


def biases_in_place(X, w, b, d):
    b -= b.mean()
    return dilated(X, w, b, d)


def kept_by_shape(X, w, b, d, kept={}):  # noqa: B006 - that is the mistake
    return kept.setdefault((X.shape, w.shape, d), dilated(X, w, b, d)).copy()


ANSWERS[check_convolve_dilated] = Answers(
    [
        dilated,
        dilated_by_scipy,
        dilated_by_weights,
        dilated_by_indices,
        dilated_with_zeros,
        dilated_by_images,
    ],
    (bare, "where are the biases?"),
    (lambda X, w, b, d: dilated(X, w, -b, d), "the biases are subtracted"),
    (lambda X, w, b, d: dilated(X, w, b * w[0].size, d), "every place of the window"),
    (lambda X, w, b, d: dilated(X, w, b * len(X[0]), d), "for each input channel"),
    (spread(lambda X, w, b, d: (X, w[:, :, ::-1, ::-1], b, d)), "turned upside down"),
    (spread(lambda X, w, b, d: (X, w.swapaxes(2, 3), b, d)), "u and v are exchanged"),
    (spread(lambda X, w, b, d: (X, w.swapaxes(0, 1), b, d)), "outputs and inputs are"),
    (lambda X, w, b, d: bare(X, w, b, d) / w[0].size + columns(b), "it takes means"),
    (lambda X, w, b, d: bare(X, w, b, d) / w[0].size, "it takes means"),
    (lambda X, w, b, d: dilated(X[:, :1], w[:, :1], b, d), "first input channel"),
    (only_the_first_weight, "only the first weight of a square"),
    (own_channel_only, "it hears them all"),
    (lambda X, w, b, d: dilated(X, w, b, d).swapaxes(2, 3), "and columns of the maps"),
    (lambda X, w, b, d: bare(X, w, b, d) + b, "each belongs to a whole map"),
    (lambda X, w, b, d: bare(X, w, b, d) + b[:, np.newaxis], "belongs to a whole map"),
    (lambda X, w, b, d: dilated(X, w, b, d).swapaxes(0, 1), "images and outputs"),
    (lambda X, w, b, d: np.maximum(dilated(X, w, b, d), 0), "there is a ReLU in it"),
    (small_map_without_gaps, "side by side: no gaps?"),
    (gaps(down=True, along=False), "gaps in one direction only"),
    (gaps(down=False, along=True), "gaps in one direction only"),
    (spread(lambda X, w, b, d: (X, w, b, 1)), "as large as without gaps"),
    (lambda X, w, b, d: dilated(X, w, b, 1)[:, :, ::d, ::d], "that is a stride"),
    (lambda X, w, b, d: dilated(X, w, b, d)[:, :, ::d, ::d], "windows are left out"),
    (one_gap_too_many, "no gap behind the last weight"),
    (with_margin, "there is no margin here"),
    (lambda X, w, b, d: np.moveaxis(dilated(X, w, b, d), 1, -1), "come last"),
    (lambda X, w, b, d: dilated(X, w, b, d)[0], "the images are gone"),
    (per_channel, "a filter adds them up"),
    (lambda X, w, b, d: dilated(X, w, b, d).reshape(8, 8, 64), "in one axis"),
    (dilated_in_place, "it changes the array"),
    (lambda X, w, b, d: dilated(X, w, b, d) * 2 + 1, "this number by hand"),
    (by_seven_loops, "runs again for each row of the map"),
    (by_two_loops, "runs again for each row of the map"),
    (by_comprehension, "runs again for each row of the map"),
    (row_by_row, "runs again for each row of the map"),
    (column_by_column, "runs again for each column of the map"),
    (by_vectorize, "runs again for each row of the map"),
    (along_an_axis, "runs again for each row of the map"),
    (weights_in_place, "it changes the array"),
    (biases_in_place, "it changes the array"),
    (kept_by_shape, "that is what an earlier call has asked for"),
    (lambda X, w, b, d: dilated(X, w, b, d + 1), "the gaps are too large"),
    (lambda X, w, b, d: dilated(X, w, b, 2), "(2, 4, 7, 6)"),
    (lambda X, w, b, d: dilated(X[:, :, ::d, ::d], w, b, 1), "windows are left out"),
    (lambda X, w, b, d: dilated(X, w[:, :, :3, :3], b, d), "would be (1, 1, 1, 2)"),
    (lambda X, w, b, d: dilated(X, w, np.abs(b), d), "a bias may be negative"),
    (lambda X, w, b, d: bare(X, w, b, d) + b[0], "all maps get the first bias"),
    (spread(lambda X, w, b, d: (X, w[:, :, ::-1], b, d)), "turned in one direction"),
    (spread(lambda X, w, b, d: (X, w[..., ::-1], b, d)), "turned in one direction"),
    (lambda X, w, b, d: dilated(X, w, b, d)[:, :, :-1], "shape (8, 8, 7, 8)"),
    (lambda X, w, b, d: dilated(X[:1], w, b, d).repeat(len(X), 0), "of the first"),
    (
        lambda X, w, b, d: dilated(X, w, b * w[0, 0].size, d),
        "every place of the window",
    ),
    (spread(lambda X, w, b, d: (sum_of(X), sum_of(w), b, d)), "are added up first"),
    (lambda X, w, b, d: dilated(X, w, b, d)[:, :, :-1, :-1], "no window left out"),
    (spread(lambda X, w, b, d: (X, w * np.eye(w.shape[-1]), b, d)), "by hand"),
    (lambda X, w, b, d: w @ X, "ValueError"),
    (lambda X, w, b: X, "cannot be called as convolve_dilated("),
)


class Depthwise(Layer):
    """The solution of exercise 8.5, with a method for every step to get wrong."""

    learns = ("weights", "biases")

    def __init__(self, weights, stride=1):
        self.weights, self.stride = weights, stride
        self.biases = np.zeros(len(weights))

    def forward(self, X, rng=None):
        self.X = X
        return self.sums(self.windows(), self.weights) + self.bias_maps()

    def windows(self):
        size = self.weights.shape[-1]
        windows = sliding_window_view(self.X, (size, size), axis=(2, 3))
        return windows[:, :, :: self.stride, :: self.stride]

    def sums(self, windows, weights):
        return np.einsum("nircuv,iuv->nirc", windows, weights)

    def bias_maps(self):
        return self.biases[:, np.newaxis, np.newaxis]

    def backward(self, error, to_inputs=True):
        self.gradients = [self.for_weights(error), self.for_biases(error)]
        return self.put_back(self.handed_back(error))

    def for_weights(self, error):
        return np.einsum("nirc,nircuv->iuv", error, self.windows())

    def for_biases(self, error):
        return error.sum(axis=(0, 2, 3))

    def handed_back(self, error):
        return np.einsum("nirc,iuv->nircuv", error, self.weights)

    def put_back(self, windows):
        back = np.zeros(self.X.shape)
        rows, columns, size, _ = windows.shape[2:]
        step = self.stride
        for u, v in np.ndindex(size, size):
            down = slice(u, u + step * rows, step)
            along = slice(v, v + step * columns, step)
            self.add(back[:, :, down, along], windows[..., u, v])
        return back

    def add(self, place, part):
        place += part


class DepthwiseByPlaces:
    """Another way: a loop over the places, and nothing inherited."""

    def __init__(self, weights, stride):
        self.weights, self.stride = weights, stride
        self.biases = np.zeros(len(weights))

    def places(self, rows, columns):
        size = self.weights.shape[-1]
        for r, c in np.ndindex(rows, columns):
            down, along = r * self.stride, c * self.stride
            yield r, c, np.s_[:, :, down : down + size, along : along + size]

    def forward(self, X, rng=None):
        self.X, size = X, self.weights.shape[-1]
        rows, columns = ((side - size) // self.stride + 1 for side in X.shape[2:])
        Z = np.empty((*X.shape[:2], rows, columns))
        for r, c, window in self.places(rows, columns):
            Z[:, :, r, c] = (X[window] * self.weights).sum((2, 3)) + self.biases
        return Z

    def backward(self, error, to_inputs=True):
        for_weights, back = np.zeros(self.weights.shape), np.zeros(self.X.shape)
        for r, c, window in self.places(*error.shape[2:]):
            e = error[:, :, r, c, np.newaxis, np.newaxis]
            for_weights += (e * self.X[window]).sum(axis=0)
            back[window] += e * self.weights
        self.gradients = (for_weights, error.sum(axis=(0, 2, 3)))
        return back


def set_gradients(change):
    def backward(self, error, to_inputs=True):
        back = Depthwise.backward(self, error)
        change(self)
        return back

    return but(Depthwise, backward=backward)


def returned(change):
    def backward(self, error, to_inputs=True):
        return change(Depthwise.backward(self, error), self)

    return but(Depthwise, backward=backward)


def forward_of(change):
    def forward(self, X, rng=None):
        return change(Depthwise.forward(self, X))

    return but(Depthwise, forward=forward)


def bias_maps(change):
    return but(Depthwise, bias_maps=lambda s: change(s.biases))


def sums_with(change):
    return but(Depthwise, sums=lambda s, A, w: Depthwise.sums(s, A, change(w)))


def for_weights(change):
    def gradient(self, e):
        return change(Depthwise.for_weights(self, e), self, e)

    return but(Depthwise, for_weights=gradient)


def for_biases(change):
    return but(Depthwise, for_biases=lambda s, e: change(e))


def handed_back(change):
    def windows(self, e):
        return np.einsum("nirc,iuv->nircuv", e, change(self.weights))

    return but(Depthwise, handed_back=windows)


def drop_gradients(layer):
    del layer.gradients


def exchange_gradients(layer):
    layer.gradients.reverse()


def keep_one_gradient(layer):
    layer.gradients = layer.gradients[0]


def overwrite(self, place, part):
    place[...] = part


def all_windows(self):
    size = self.weights.shape[-1]
    return sliding_window_view(self.X, (size, size), axis=(2, 3))


def all_filters(w):
    return np.broadcast_to(w.sum(axis=0), w.shape)


def first_filter(w):
    return np.broadcast_to(w[:1], w.shape)


def backward_in_place(self, error, to_inputs=True):
    error *= 2
    return Depthwise.backward(self, error)


def only_at(*places):
    def change(gradient, self, e):
        part = np.zeros_like(e)
        part[places] = e[places]
        return Depthwise.for_weights(self, part)

    return for_weights(change)


def weights_of_ones(gradient, self, e):
    return Depthwise.for_weights(self, np.ones_like(e))


class DepthwiseOfLists(Depthwise):
    """What it sets and returns are lists and tuples of numbers."""

    def forward(self, X, rng=None):
        return super().forward(X).tolist()

    def backward(self, error, to_inputs=True):
        back = super().backward(error)
        self.gradients = tuple(gradient.tolist() for gradient in self.gradients)
        return back.tolist() if to_inputs else None


class DepthwiseByLayers(Depthwise):
    """A convolution of the library for each channel."""

    def forward(self, X, rng=None):
        size, rng = self.weights.shape[-1], np.random.default_rng(0)
        self.parts = []
        for w, b in zip(self.weights, self.biases, strict=True):
            part = Convolution(1, 1, size, rng, self.stride, dtype=np.float64)
            part.weights[:], part.biases[:] = w, b
            self.parts.append(part)
        maps = [part.forward(X[:, [i]]) for i, part in enumerate(self.parts)]
        return np.concatenate(maps, axis=1)

    def backward(self, error, to_inputs=True):
        back = [part.backward(error[:, [i]]) for i, part in enumerate(self.parts)]
        of_weights, of_biases = zip(*(p.gradients for p in self.parts), strict=True)
        self.gradients = [np.array(of_weights)[:, 0, 0], np.array(of_biases)[:, 0]]
        return np.concatenate(back, axis=1)


class DepthwiseIntoItsArrays(Depthwise):
    """Its gradients are the same arrays each time, filled anew."""

    def backward(self, error, to_inputs=True):
        kept = getattr(self, "gradients", None)
        back = super().backward(error)
        for array, gradient in zip(kept or [], self.gradients, strict=False):
            array[...] = gradient
        self.gradients = kept or self.gradients
        return back


def piled_up(self, error, to_inputs=True):
    before = getattr(self, "gradients", (0, 0))
    back = Depthwise.backward(self, error)
    pairs = zip(before, self.gradients, strict=True)
    self.gradients = [old + new for old, new in pairs]
    return back


def errors_piled_up(self, error, to_inputs=True):
    back = Depthwise.backward(self, error)
    kept = getattr(self, "kept", None)
    self.kept = back + (0 if kept is None or kept.shape != back.shape else kept)
    return self.kept


def only_with_inputs(self, error, to_inputs=True):
    if not to_inputs:
        return None
    return Depthwise.backward(self, error)


def remembers_in_its_class(self, X, rng=None):
    type(self).X = X
    return self.sums(self.windows(), self.weights) + self.bias_maps()


def a_step_at_once(self, error, to_inputs=True):
    back = Depthwise.backward(self, error)
    self.weights = self.weights - 0.1 * self.gradients[0]
    return back


class FirstWindows(Depthwise):
    def for_weights(self, error):
        if not hasattr(self, "kept"):
            self.kept = self.windows()
        return np.einsum("nirc,nircuv->iuv", error, self.kept)


class FirstGradients(Depthwise):
    def backward(self, error, to_inputs=True):
        kept = getattr(self, "gradients", None)
        back = super().backward(error)
        self.gradients = kept or self.gradients
        return back


class FirstBiases(Depthwise):
    def bias_maps(self):
        if not hasattr(self, "kept"):
            self.kept = self.biases
        return columns(self.kept)


class FirstWeights(Depthwise):
    def sums(self, windows, weights):
        if not hasattr(self, "kept"):
            self.kept = weights
        return super().sums(windows, self.kept)


class FirstWeightsOnTheWayBack(Depthwise):
    def __init__(self, weights, stride=1):
        super().__init__(weights, stride)
        self.kept = weights.copy()

    def handed_back(self, error):
        return np.einsum("nirc,iuv->nircuv", error, self.kept)


def shape_of_the_first(self, windows):
    if not hasattr(self, "first_shape"):
        self.first_shape = self.X.shape
    return Depthwise.put_back(self, windows)[tuple(map(slice, self.first_shape))]


def put_back_side_by_side(self, windows):
    near = Depthwise(self.weights)
    near.X = self.X
    return near.put_back(windows)


def side_by_side(gradient, self, e):
    near = all_windows(self)[:, :, : e.shape[2], : e.shape[3]]
    return np.einsum("nirc,nircuv->iuv", e, near)


def with_stride(stride):
    def windows(self):
        return all_windows(self)[:, :, ::stride, ::stride]

    return but(Depthwise, windows=windows)


ANSWERS[check_depthwise] = Answers(
    [
        Depthwise,
        DepthwiseByPlaces,
        DepthwiseOfLists,
        DepthwiseByLayers,
        DepthwiseIntoItsArrays,
    ],
    (but(Depthwise, forward=to_do), "forward: this is the empty stub"),
    (but(Depthwise, backward=to_do), "backward: this is the empty stub"),
    (bias_maps(np.zeros_like), "forward: where are the biases?"),
    (bias_maps(lambda b: -columns(b)), "forward: the biases are subtracted"),
    (bias_maps(lambda b: b), "each belongs to a map"),
    (bias_maps(lambda b: b[:, np.newaxis]), "each belongs to a map"),
    (sums_with(lambda w: w[:, ::-1, ::-1]), "forward: the filters are turned"),
    (sums_with(lambda w: w.swapaxes(1, 2)), "forward: u and v are exchanged"),
    (sums_with(first_filter), "forward: all channels get the first filter"),
    (sums_with(all_filters), "forward: each channel meets all filters"),
    (forward_of(lambda Z: Z.sum(axis=1)), "forward: the channels are added up"),
    (forward_of(lambda Z: Z.sum(1, keepdims=True).repeat(3, 1)), "keeps its own map"),
    (
        but(Depthwise, sums=lambda s, A, w: np.einsum("njrcuv,iuv->nirc", A, w)),
        "forward: each filter hears all channels",
    ),
    (forward_of(lambda Z: Z + 1), "forward: wrong numbers"),
    (sums_with(lambda w: w / w[0].size), "forward: it takes means"),
    (forward_of(lambda Z: np.maximum(Z, 0)), "forward: there is a ReLU"),
    (forward_of(lambda Z: Z.swapaxes(2, 3)), "rows and columns are exchanged"),
    (but(Depthwise, windows=all_windows), "forward: where is the stride?"),
    (forward_of(lambda Z: None), "forward: it returns None"),
    (forward_of(lambda Z: Z[0]), "forward: what it returns has shape (3, 3, 3)"),
    (but(Depthwise, sums=lambda s, A, w: A * w[:, None, None]), "these are products"),
    (for_weights(lambda g, s, e: -g), "for the weights the sign is turned round"),
    (for_weights(lambda g, s, e: g / len(e)), "it averages over the images"),
    (for_weights(lambda g, s, e: g / e[0, 0].size), "it averages over the places"),
    (for_weights(lambda g, s, e: g / e[:, 0].size), "over images and places"),
    (for_weights(lambda g, s, e: g[:, ::-1, ::-1]), "is turned upside down"),
    (for_weights(lambda g, s, e: g.swapaxes(1, 2)), "u and v are exchanged"),
    (
        for_weights(lambda g, s, e: np.broadcast_to(g.sum(axis=0), g.shape)),
        "for the weights the channels are added up",
    ),
    (only_at(slice(1)), "only the first image counts"),
    (only_at(slice(None), slice(None), 0, 0), "only the first place counts"),
    (for_weights(weights_of_ones), "where are the errors?"),
    (for_weights(lambda g, s, e: g * s.weights), "no factor of its own gradient"),
    (for_weights(lambda g, s, e: g.sum(axis=0)), "like the weights, would be"),
    (for_biases(lambda e: -e.sum(axis=(0, 2, 3))), "for the biases the sign is"),
    (for_biases(lambda e: e.mean(axis=(0, 2, 3))), "the biases it averages: add up"),
    (for_biases(lambda e: e.sum(axis=(0, 2, 3)) / len(e)), "averages over the images"),
    (
        for_biases(lambda e: e.sum(axis=(0, 2, 3)) / e[0, 0].size),
        "averages over the places",
    ),
    (for_biases(lambda e: e[0].sum(axis=(1, 2))), "only the first image counts"),
    (for_biases(lambda e: e[:, :, 0, 0].sum(axis=0)), "only the first place counts"),
    (for_biases(lambda e: e.sum(axis=(0, 1, 2))), "channels are axis 1"),
    (for_biases(lambda e: e.sum(axis=0)), "like the biases, would be (3,)"),
    (for_biases(lambda e: e.sum()), "of type float64, not a NumPy array"),
    (forward_of(lambda Z: np.inf * Z), "forward: what it returns holds NaN"),
    (for_weights(lambda g, s, e: np.nan * g), "the gradient for the weights holds NaN"),
    (for_biases(lambda e: np.full(3, np.inf)), "the gradient for the biases holds NaN"),
    (returned(lambda b, s: np.nan * b), "backward: what it returns holds NaN"),
    (set_gradients(drop_gradients), "it has to set self.gradients"),
    (set_gradients(exchange_gradients), "weights first, then biases"),
    (set_gradients(keep_one_gradient), "it has to set self.gradients"),
    (returned(lambda b, s: None), "backward: it returns None"),
    (returned(lambda b, s: -b), "errors of X: the sign is turned round"),
    (handed_back(lambda w: w[:, ::-1, ::-1]), "errors of X: the filters are turned"),
    (handed_back(lambda w: w.swapaxes(1, 2)), "errors of X: u and v are exchanged"),
    (handed_back(np.ones_like), "errors of X: the weights are missing"),
    (handed_back(first_filter), "errors of X: all channels get the first filter"),
    (handed_back(all_filters), "errors of X: each channel meets all filters"),
    (but(Depthwise, add=overwrite), "some have overwritten others"),
    (
        returned(lambda b, s: np.broadcast_to(b.sum(1, keepdims=True), b.shape)),
        "errors of X: the channels are added up",
    ),
    (returned(lambda b, s: b / s.weights[0].size), "errors of X: it averages"),
    (returned(lambda b, s: b / len(b)), "it averages over the images"),
    (returned(lambda b, s: b * s.X), "no factor of its own error"),
    (returned(lambda b, s: 0 * b), "they are all 0"),
    (returned(lambda b, s: b + 1), "nudge one number"),
    (returned(lambda b, s: b[:, :, 1:]), "like what came in, would be"),
    (returned(lambda b, s: s.gradients), "what it returns is a list whose rows"),
    (but(Depthwise, backward=backward_in_place), "backward: it changes the array"),
    (but(Depthwise, backward=lambda s: None), "cannot be called as backward(error)"),
    (but(Depthwise, backward=piled_up), "for the weights those of the batch before"),
    (but(Depthwise, backward=errors_piled_up), "errors of X: those of the batch"),
    (but(Depthwise, backward=only_with_inputs), "with `to_inputs` false it sets no"),
    (but(Depthwise, backward=a_step_at_once), "changes the weights: only the"),
    (but(Depthwise, forward=remembers_in_its_class), "disturb each other"),
    (but(Depthwise, put_back=shape_of_the_first), "would be (3, 3, 8, 6)"),
    (but(Depthwise, put_back=put_back_side_by_side), "back side by side: where"),
    (for_weights(side_by_side), "windows are taken side by side: where"),
    (FirstWindows, "the windows are those of the batch before"),
    (FirstGradients, "it is that of the batch before"),
    (FirstBiases, "those are the biases of the batch before"),
    (FirstWeights, "those are the weights of the batch before"),
    (FirstWeightsOnTheWayBack, "with the weights of the batch before"),
    (with_stride(1), "forward: where is the stride?"),
    (with_stride(2), "would be (2, 3, 3, 3)"),
    (for_biases(lambda e: np.abs(e).sum(axis=(0, 2, 3))), "for the biases is wrong"),
    (for_weights(lambda g, s, e: g + s.weights / 1e3), "for the weights is wrong"),
    (
        but(Depthwise, backward=lambda s, e: Depthwise.backward(s, e)),
        "cannot be called as backward(error, to_inputs)",
    ),
    (lambda weights, stride: weights, "gives has no weights"),
    (lambda weights: Depthwise(weights, 1), "cannot be called as Depthwise(weights"),
)


def one_map(picture, weights):
    windows = sliding_window_view(picture, np.shape(weights))
    return np.tensordot(windows, weights)


def four_maps(picture, weights):
    return np.array([one_map(picture, np.rot90(weights, k)) for k in range(4)])


def look(picture, weights):
    return four_maps(picture, weights).max(axis=0)


def look_place_by_place(picture, weights):
    size = len(weights)
    rows, columns = (side - size + 1 for side in picture.shape)
    answers = [[-np.inf] * columns for _ in range(rows)]
    for r, c, _ in np.ndindex(rows, columns, 4):
        window = picture[r : r + size, c : c + size]
        answers[r][c] = max(answers[r][c], float(np.sum(window * weights)))
        weights = np.rot90(weights)
    return answers


def look_at_turned_pictures(picture, weights):
    maps = [np.rot90(one_map(np.rot90(picture, k), weights), -k) for k in (-1, 0, 1, 2)]
    return functools.reduce(np.maximum, maps)


def look_by_scipy(picture, weights):
    turns = (np.rot90(weights, k) for k in range(4))
    return np.max([convolve2d(picture, turn, "valid") for turn in turns], axis=0)


def look_by_one_product(picture, weights):
    transposed = weights.T
    turns = [weights, transposed[::-1], weights[::-1, ::-1], transposed[:, ::-1]]
    windows = sliding_window_view(picture, weights.shape)
    filters = np.reshape(turns, (4, -1)).T
    sums = windows.reshape(*windows.shape[:2], -1) @ filters
    return sums.max(axis=-1).astype(np.float32)


def look_by_layer(picture, weights):
    layer = Convolution(1, 4, len(weights), 0, dtype=np.float64)
    for k in range(4):
        layer.weights[k, 0] = np.rot90(weights, k)
    return layer.forward(np.array(picture)[np.newaxis, np.newaxis])[0].max(axis=0)


def of_the_four(keep):
    return lambda picture, weights: keep(four_maps(picture, weights))


def in_turns(*turns):
    return lambda picture, weights: four_maps(picture, weights)[[*turns]].max(axis=0)


def with_filters(*kinds):
    def answer(picture, weights):
        return np.max([one_map(picture, kind(weights)) for kind in kinds], axis=0)

    return answer


def of_turned_pictures(back):
    def answer(picture, weights):
        maps = [one_map(np.rot90(picture, k), weights) for k in range(4)]
        return np.max([np.rot90(maps[k], back * k) for k in range(4)], axis=0)

    return answer


def farthest_from_0(picture, weights):
    largest, smallest = look(picture, weights), -look(picture, -weights)
    return np.where(largest > -smallest, largest, smallest)


def one_turn_for_all(strength):
    def answer(picture, weights):
        maps = four_maps(picture, weights)
        return max(maps, key=strength)

    return answer


def look_with_margin(picture, weights):
    before, after = (len(weights) - 1) // 2, len(weights) // 2
    return look(np.pad(picture, (before, after)), weights)


def look_over_the_border(picture, weights):
    return look(np.pad(picture, len(weights) - 1), weights)


def only_three_wide(picture, weights):
    rows, columns = picture.shape
    return look(picture, weights)[: rows - 2, : columns - 2]


def only_squares(picture, weights):
    places = range(len(picture) - len(weights) + 1)
    windows = sliding_window_view(picture, weights.shape)
    turns = [np.rot90(weights, k) for k in range(4)]
    return [
        [max(np.sum(windows[r, c] * turn) for turn in turns) for c in places]
        for r in places
    ]


def turns_in_place(picture, weights):
    best = one_map(picture, weights)
    for _ in range(3):
        weights[...] = np.rot90(weights).copy()
        best = np.maximum(best, one_map(picture, weights))
    return best


def keeps_its_map(picture, weights, kept={}):  # noqa: B006 - that is the mistake
    return kept.setdefault(picture.shape, look(picture, weights))


def piles_up(picture, weights, kept={}):  # noqa: B006 - that is the mistake
    kept[picture.shape] = kept.get(picture.shape, 0) + look(picture, weights)
    return kept[picture.shape]


def turned_windows(picture, weights):
    windows = np.rot90(sliding_window_view(picture, weights.shape))
    return np.max([np.tensordot(windows, np.rot90(weights, k)) for k in range(4)], 0)


ANSWERS[check_look_all_ways] = Answers(
    [
        look,
        look_place_by_place,
        look_at_turned_pictures,
        look_by_scipy,
        look_by_one_product,
        look_by_layer,
        in_turns(3, 2, 1, 0, 1),
    ],
    (one_map, "the filter is not turned"),
    (in_turns(1), "it is the same turn everywhere"),
    (of_the_four(lambda maps: maps.sum(axis=0)), "the four answers are added up"),
    (of_the_four(lambda maps: maps.mean(axis=0)), "the mean of the four answers"),
    (of_the_four(lambda maps: maps.min(axis=0)), "the smallest of the four answers"),
    (of_the_four(lambda maps: np.abs(maps).max(axis=0)), "signs are lost"),
    (lambda p, w: np.abs(look(p, w)), "signs are lost"),
    (farthest_from_0, "the answer farthest from 0"),
    (lambda p, w: np.maximum(look(p, w), 0), "there is a ReLU in it"),
    (one_turn_for_all(np.max), "it is the same turn everywhere"),
    (one_turn_for_all(np.sum), "it is the same turn everywhere"),
    (one_turn_for_all(np.mean), "it is the same turn everywhere"),
    (of_the_four(lambda maps: maps.argmax(axis=0)), "which turn answers most"),
    (in_turns(0, 1), "turns are missing"),
    (in_turns(0, 2), "turns are missing"),
    (in_turns(1, 3), "turns are missing"),
    (in_turns(0, 1, 2), "turns are missing"),
    (in_turns(1, 2, 3), "turns are missing"),
    (with_filters(np.array, np.flipud, np.fliplr), "mirror images are no turns"),
    (with_filters(np.array, np.transpose), "mirror images are no turns"),
    (with_filters(np.array, np.flipud), "mirror images are no turns"),
    (
        with_filters(np.array, np.flipud, np.fliplr, lambda w: w[::-1, ::-1]),
        "mirror images are no turns",
    ),
    (
        lambda p, w: np.maximum(look(p, w), look(p, w[::-1])),
        "mirror images are no turns",
    ),
    (lambda p, w: look(p, w.T), "mirror images are no turns"),
    (of_turned_pictures(0), "the picture is turned: turn each map back"),
    (of_turned_pictures(1), "maps are turned further"),
    (turned_windows, "the map is turned"),
    (four_maps, "these are all the maps"),
    (lambda p, w: np.moveaxis(four_maps(p, w), 0, 2), "these are all the maps"),
    (of_the_four(lambda maps: maps.max(axis=(1, 2))), "one number for each turn"),
    (of_the_four(np.max), "one number for the whole picture"),
    (look_with_margin, "as large as the picture: there is no margin"),
    (look_over_the_border, "windows hang over the border"),
    (only_three_wide, "rows and columns of the map, would be"),
    (only_squares, "for 9 x 6 pixels and 3 x 3 weights"),
    (lambda p, w: look(p, w).T, "the map is turned"),
    (lambda p, w: np.rot90(look(p, w)), "the map is turned"),
    (lambda p, w: look(p, w) / w.size, "it takes means: a filter adds up"),
    (lambda p, w: look(p, w) + 1, "says something else than the filter"),
    (lambda p, w: look(p, w - w.mean()), "says something else than the filter"),
    (lambda p, w: look(p, w) * np.arange(1, 1 + len(p) - len(w) + 1), "not turn with"),
    (turns_in_place, "it changes the array or list"),
    (keeps_its_map, "what an earlier call has asked for"),
    (piles_up, "what does it keep from call to call?"),
    (lambda p, w: look(p, w).round(2), "says something else than the filter"),
    (lambda p, w: print(look(p, w)), "returns None"),
    (lambda p: p, "cannot be called as look_all_ways(picture, weights)"),
    (lambda p, w: look(p, w[0]), "it stops with"),
    (lambda p, w: look(p, w) / 0, "NaN or infinity"),
    (lambda p, w: look(p, w) + 1j, "complex"),
    (lambda p, w: str(look(p, w)), "of type str"),
)
