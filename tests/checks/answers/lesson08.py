"""Answers to the exercises of lesson 8."""

import math

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from scipy.signal import correlate

from checks.tables import Answers, Table, but, to_do
from digitlib.checks.lesson08 import (
    check_convolve_dilated,
    check_depthwise,
    check_line_filter,
    check_mean_pool_backward,
    check_receptive_field,
)
from digitlib.layers import Layer

ANSWERS: Table = {}


LINE = np.array([[-1, 2, -1]] * 3)


def weights(*rows):
    return lambda: np.array(rows, float)


ANSWERS[check_line_filter] = Answers(
    [
        lambda: LINE,
        lambda: np.outer([0.1, 0.7, 0.3], [-0.5, 1, -0.5]),
        lambda: np.array([[0, 0, 0], [-1, 2, -1], [0, 0, 0]]),
    ],
    (weights([-1, 0, 1], [-1, 0, 1], [-1, 0, 1]), "how an edge filter is made"),
    (weights([1, 0, -1], [1, 0, -1], [1, 0, -1]), "how an edge filter is made"),
    (weights([1, -2, 1], [1, -2, 1], [1, -2, 1]), "it looks for white lines"),
    (weights([-1, -1, -1], [2, 2, 2], [-1, -1, -1]), "it looks for level lines"),
    (weights([-1, 0, -1], [2, 0, 2], [-1, 0, -1]), "it looks for level lines"),
    (weights([0, 1, 0], [0, 1, 0], [0, 1, 0]), "what must all nine add up to?"),
    (weights([-1, 1, -1], [-1, 1, -1], [-1, 1, -1]), "what must all nine add up to?"),
    (weights([-1, 3, -1], [-1, 3, -1], [-1, 3, -1]), "what must all nine add up to?"),
    (weights([-1, -1, -1], [-1, 8, -1], [-1, -1, -1]), "in row 0 of the window"),
    (weights([0, -1, 0], [-1, 4, -1], [0, -1, 0]), "in row 0 of the window"),
    (weights([-1, 2, -1], [-2, 2, -2], [-1, 4, -1]), "in row 1 of the window"),
    (weights([-1, 1, 0], [-1, 1, 0], [-1, 1, 0]), "how an edge filter is made"),
    (weights([0, 1, -1], [0, 1, -1], [0, 1, -1]), "how an edge filter is made"),
    (weights([-1, 2, -1], [-1, 2, -1], [2, -4, 2]), "do rows cancel?"),
    (weights([1, 1, 1], [1, 1, 1], [1, 1, 1]), "what must all nine add up to?"),
    (lambda: np.zeros((3, 3)), "it says 0 to everything"),
    (lambda: np.array([-1, 2, -1]), "three rows of three weights"),
    (lambda: LINE.ravel(), "your result has shape (9,)"),
    (lambda: LINE[np.newaxis], "your result has shape (1, 3, 3)"),
    (lambda: LINE.tolist(), "of type list, not a NumPy array"),
    (lambda: np.full((3, 3), np.nan), "NaN or infinity"),
    (lambda: LINE * 1j, "complex"),
    (lambda: print(LINE), "returns None"),
    (lambda picture: LINE, "cannot be called as line_filter()"),
    (lambda: np.array([[-1, 2, -1]]), "your result has shape (1, 3)"),
    (weights([-0.5, 1, -0.6], [-0.5, 1, -0.6], [-0.5, 1, -0.6]), "all nine add up to?"),
    (lambda: LINE / 0, "NaN or infinity"),
    (lambda: "-1 2 -1", "of type str"),
    (lambda: LINE[3], "IndexError"),
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


def by_own_stride(layers):
    width, apart = 1, 1
    for size, stride in layers:
        apart *= stride
        width += (size - 1) * apart
    return width


def by_whole_sizes(layers):
    width, apart = 1, 1
    for size, stride in layers:
        width += size * apart
        apart *= stride
    return width


def by_sums_of_strides(layers):
    width, apart = 1, 1
    for size, stride in layers:
        width += (size - 1) * apart
        apart += stride
    return width


def by_sums_of_strides_from_nothing(layers):
    width, apart = 1, 0
    for size, stride in layers:
        width += (size - 1) * apart
        apart += stride
    return width


def by_the_stride_below(layers):
    width, apart = 1, 1
    for size, stride in layers:
        width += (size - 1) * apart
        apart = stride
    return width


def in_the_wrong_order(layers):
    width = 1
    for size, stride in layers:
        width = (width - 1) * stride + size
    return width


def by_popping(layers):
    width = 1
    while layers:
        size, stride = layers.pop()
        width = (width - 1) * stride + size
    return width


ANSWERS[check_receptive_field] = Answers(
    [field, field_from_above, field_by_recursion],
    (lambda layers: field(layers) ** 2, "that is the area"),
    (lambda layers: field(layers) - 1, "one too few"),
    (lambda layers: field(layers) + 1, "one too many"),
    (lambda layers: 1 + sum(k - 1 for k, _ in layers), "where are the strides?"),
    (by_own_stride, "a layer's own stride"),
    (lambda layers: 1 + sum((k - 1) * s for k, s in layers), "whose stride counts?"),
    (by_whole_sizes, "fewer than K steps"),
    (lambda layers: by_whole_sizes(layers) - 1, "fewer than K steps"),
    (in_the_wrong_order, "the lowest layer is first"),
    (by_sums_of_strides, "strides are added up"),
    (by_sums_of_strides_from_nothing, "strides are added up"),
    (by_the_stride_below, "only the stride just below counts"),
    (lambda layers: math.prod(k for k, _ in layers), "sizes multiply only"),
    (lambda layers: sum(k for k, _ in layers), "the sizes are added up"),
    (lambda layers: math.prod(s for _, s in layers), "how wide is one?"),
    (lambda layers: layers[-1][0], "that is the last window"),
    (lambda layers: layers[0][0], "that is the lowest window"),
    (lambda layers: max(k for k, _ in layers), "that is the largest window"),
    (by_popping, "it changes the array or list"),
    (lambda layers: (field(layers), 1), "of type tuple, not one number"),
    (lambda layers: np.array([field(layers)]), "one number is wanted"),
    (lambda layers: str(field(layers)), "of type str"),
    (lambda layers: 13, "(4, 3)] it should not be 13"),
    (lambda layers: field(layers) if layers else 0, "see without any layer?"),
    (lambda layers: field(layers[:-1]), "the last layer is left out"),
    (lambda layers: field(layers[1:]), "the first layer is left out"),
    (lambda layers: field_from_above(layers) / layers[0][1], "should not be 6.5"),
    (lambda layers: field(layers) if layers[0] else 1, "IndexError"),
    (lambda layers: layers.size, "AttributeError"),
    (lambda layers: field(layers) / 0, "ZeroDivisionError"),
    (lambda layers: print(field(layers)), "returns None"),
    (lambda size, stride: size, "cannot be called as receptive_field(layers)"),
    (lambda layers: float("nan"), "NaN or infinity"),
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


ANSWERS[check_mean_pool_backward] = Answers(
    [pool, pool_by_loop, lambda e, k: np.kron(e, np.full((k, k), 1 / k**2))],
    (lambda e, k: k**2 * pool(e, k), "gets the whole error"),
    (lambda e, k: k * pool(e, k), "divided by size"),
    (lambda e, k: k**4 * pool(e, k), "it multiplies by the number"),
    (lambda e, k: k**2 * pool(e, k) / e[0, 0].size, "the size of the map"),
    (lambda e, k: -pool(e, k), "the sign is turned round"),
    (lambda e, k: k**2 * pool(e, k) / (2 * k), "multiply them"),
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
    (lambda e, k: (e / k**2).repeat(k**2), "your result has shape (729,)"),
    (
        lambda e, k: (e / 4).repeat(2, axis=2).repeat(2, axis=3),
        "as large as what came in would be (3, 3, 9, 9)",
    ),
    (lambda e, k: pool(e, k) + 1, "nudge one number"),
    (lambda e, k: pool(e, k).mean(axis=1, keepdims=True), "as large as what came in"),
    (lambda e, k: pool(np.abs(e), k), "nudge one number"),
    (lambda e, k: pool(e, k).tolist(), "of type list"),
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


ANSWERS[check_convolve_dilated] = Answers(
    [dilated, dilated_by_scipy],
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
    (one_gap_too_many, "no gap behind it"),
    (with_margin, "there is no margin here"),
    (lambda X, w, b, d: np.moveaxis(dilated(X, w, b, d), 1, -1), "come last"),
    (lambda X, w, b, d: dilated(X, w, b, d)[0], "the images are gone"),
    (per_channel, "a filter adds them up"),
    (lambda X, w, b, d: dilated(X, w, b, d).reshape(6, 6, 36), "in one axis"),
    (dilated_in_place, "it changes the array"),
    (lambda X, w, b, d: dilated(X, w, b, d) * 2 + 1, "one of them by hand"),
    (lambda X, w, b, d: dilated(X, w, b, d).tolist(), "of type list"),
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

    def forward(self, X):
        self.X, size = X, self.weights.shape[-1]
        rows, columns = ((side - size) // self.stride + 1 for side in X.shape[2:])
        Z = np.empty((*X.shape[:2], rows, columns))
        for r, c, window in self.places(rows, columns):
            Z[:, :, r, c] = (X[window] * self.weights).sum((2, 3)) + self.biases
        return Z

    def backward(self, error):
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


ANSWERS[check_depthwise] = Answers(
    [Depthwise, DepthwiseByPlaces],
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
    (forward_of(lambda Z: Z.sum(1, keepdims=True).repeat(3, 1)), "forward: wrong"),
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
    (returned(lambda b, s: s.gradients), "of type list"),
    (but(Depthwise, backward=backward_in_place), "backward: it changes the array"),
    (but(Depthwise, backward=lambda s: None), "cannot be called as backward(error)"),
    (lambda weights, stride: weights, "gives has no weights"),
    (lambda weights: Depthwise(weights, 1), "cannot be called as Depthwise(weights"),
)
