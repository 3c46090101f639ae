"""Layers for images: against SciPy, loops, differences and PyTorch."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.signal import correlate

import digitlib
from digitlib import Model, layers
from digitlib.gradient_check import check_layer_gradients
from digitlib.layers import Convolution, Dense, Flatten, MaxPool, MeanPool, Reshape
from helpers import DTYPES, assert_all_equal, refuses

MAKERS = {
    "Convolution": lambda: Convolution(2, 3, (3, 2), 0, stride=(2, 1), padding=1),
    "Flatten": Flatten,
    "MaxPool": lambda: MaxPool(3, 2),
    "MeanPool": MeanPool,
    "Reshape": lambda: Reshape((2, 6, 7)),
}


def images(n=4, shape=(2, 6, 7), seed=0):
    """Numbers in a random order, at least 0.01 apart: a nudge changes no maximum."""
    count = n * int(np.prod(shape))
    order = np.random.default_rng(seed).permutation(count)
    return (0.01 * (order - count / 2)).reshape(n, *shape)


def rows(kind, **options):
    """What a layer of MAKERS takes."""
    X = images(**options)
    return X.reshape(len(X), 84) if kind == "Reshape" else X


def gradients_of(layer):
    return layer.gradients if layer.learns else []


def is_batch_last(X):
    return X.transpose(*range(1, X.ndim), 0).flags.c_contiguous


pairs = st.integers(1, 3) | st.tuples(st.integers(1, 4), st.integers(1, 4))


@st.composite
def convolutions(draw):
    """A convolution, and a shape of images that it takes; edges may be ragged."""
    inputs, outputs = draw(st.integers(1, 3)), draw(st.integers(1, 3))
    size, stride = draw(pairs), draw(pairs)
    padding = draw(st.integers(0, 2) | st.tuples(st.integers(0, 2), st.integers(0, 3)))
    layer = Convolution(inputs, outputs, size, draw(st.integers(0, 9)), stride, padding)
    room = zip(layer.weights.shape[2:], layer.padding, strict=True)
    least = [max(1, need - 2 * pad) for need, pad in room]
    return layer, (inputs, *(k + draw(st.integers(0, 4)) for k in least))


@st.composite
def pools(draw):
    """A layer that pools, and a shape of images that it takes."""
    layer = draw(st.sampled_from([MaxPool, MeanPool]))(
        draw(pairs), draw(st.none() | pairs)
    )
    image = (need + draw(st.integers(0, 4)) for need in layer.size)
    return layer, (draw(st.integers(1, 3)), *image)


@settings(max_examples=60)
@given(case=convolutions() | pools(), n=st.integers(1, 3), seed=st.integers(0, 99))
def test_the_way_back_agrees_with_differences(case, n, seed):
    layer, shape = case
    assert check_layer_gradients(layer, images(n, shape, seed), 30, seed) < 1e-6


@settings(max_examples=40)
@given(case=convolutions(), n=st.integers(1, 3))
def test_a_convolution_is_scipys_correlation(case, n):
    layer, shape = case
    layer, X = layer.astype(np.float64), images(n, shape)
    layer.biases += np.arange(len(layer.biases))
    Z = layer.forward(X)
    assert Z.shape == (n, *layer.output_shape(shape))
    up, left = layer.padding
    padded = np.pad(X, ((0, 0), (0, 0), (up, up), (left, left)))
    down, right = layer.stride
    for x, k in itertools.product(range(n), range(len(layer.biases))):
        [everywhere] = correlate(padded[x], layer.weights[k], "valid", "direct")
        expected = everywhere[::down, ::right] + k
        np.testing.assert_allclose(Z[x, k], expected, atol=1e-12)


@settings(max_examples=40)
@given(case=pools(), n=st.integers(1, 3))
def test_pooling_is_the_largest_or_the_mean_window_by_window(case, n):
    layer, shape = case
    X = images(n, shape)
    A = layer.forward(X)
    assert A.shape == (n, *layer.output_shape(shape))
    function = np.max if isinstance(layer, MaxPool) else np.mean
    (height, width), (down, right) = layer.size, layer.stride
    for x, channel, r, c in np.ndindex(A.shape):
        top, left = r * down, c * right
        window = X[x, channel, top : top + height, left : left + width]
        assert A[x, channel, r, c] == pytest.approx(function(window), abs=1e-12)


def test_what_is_left_over_at_the_ends_is_not_looked_at():
    X = images(1, (1, 5, 5))
    for layer in (MaxPool(2), MeanPool(2), Convolution(1, 1, 2, 0, stride=2)):
        layer, other = layer.astype(np.float64), X.copy()
        other[..., 4, :], other[..., :, 4] = 99, -99
        assert np.array_equal(layer.forward(X), layer.forward(other))
        back = layer.backward(np.ones((1, 1, 2, 2)))
        assert not back[..., 4, :].any()
        assert not back[..., :, 4].any()


def test_the_first_of_equals_gets_the_whole_error():
    layer = MaxPool(2)
    X = np.array([[1, 1, 0, 3], [1, 1, 3, 3], [0, 0, -1, -1], [0, 0, -1, -1]], float)
    assert np.array_equal(layer.forward(X[None, None])[0, 0], [[1, 3], [0, -1]])
    error = np.array([[5, 6], [7, 8]], float)
    back = layer.backward(error[None, None])[0, 0]
    assert back.tolist() == [[5, 0, 0, 6], [0, 0, 0, 0], [7, 0, 8, 0], [0, 0, 0, 0]]


def test_windows_that_overlap_add_their_errors():
    layer = MaxPool(2, 1)
    layer.forward(np.array([[0, 0, 0], [0, 9, 0], [0, 0, 0]], float)[None, None])
    back = layer.backward(np.array([[1, 2], [3, 4]], float)[None, None])
    assert np.array_equal(back[0, 0], [[0, 0, 0], [0, 10, 0], [0, 0, 0]])


@pytest.mark.parametrize("kind", MAKERS)
@pytest.mark.parametrize("order", list(itertools.permutations(range(4))))
def test_any_order_of_memory_gives_the_same(kind, order):
    def lie(X):
        """The same numbers, in another order of memory."""
        if X.ndim == 2:
            return X.copy("F" if order[0] else "C")
        return np.ascontiguousarray(X.transpose(order)).transpose(np.argsort(order))

    X, layer, other = rows(kind), MAKERS[kind](), MAKERS[kind]()
    A = layer.forward(X)
    error = images(len(X), A.shape[1:], seed=1)
    back = layer.backward(error)
    assert np.array_equal(other.forward(lie(X)), A)
    assert np.array_equal(other.backward(lie(error)), back)
    assert_all_equal(gradients_of(layer), gradients_of(other))


@pytest.mark.parametrize("kind", MAKERS)
def test_images_are_returned_batch_last(kind):
    layer, X = MAKERS[kind](), rows(kind)
    A = layer.forward(X)
    back = layer.backward(A.copy("C"))
    returned = [R for R in (A, back) if R.ndim == 4]
    assert returned
    assert all(map(is_batch_last, returned))
    assert all(is_batch_last(np.maximum(R, 0)) for R in returned)


def test_what_came_out_before_stays_as_it_is():
    """A buffer is used again inside, and nothing outside may share it."""
    layer = MAKERS["Convolution"]()
    A = layer.forward(images(seed=1))
    back = layer.backward(A)
    gradients = [g.copy() for g in layer.gradients]
    kept, copies = [A, back, *layer.gradients], [A.copy(), back.copy(), *gradients]
    layer.backward(layer.forward(images(seed=2)))
    assert all(map(np.array_equal, kept, copies))


def test_a_row_is_laid_out_channel_by_channel_and_back():
    X = images()
    R = Flatten().forward(X)
    assert np.array_equal(R, X.reshape(4, 84))
    assert np.array_equal(Reshape((2, 6, 7)).forward(R), X)


def test_filters_are_drawn_for_as_many_inputs_as_they_have():
    assert Convolution(9, 400, 5, 0).weights.var() == pytest.approx(2 / 225, rel=0.02)


@pytest.mark.frameworks
@settings(max_examples=60)
@given(
    *(convolutions() | pools(), st.integers(1, 3), st.integers(2, 5), DTYPES),
    st.integers(0, 99),
)
def test_forward_and_backward_are_pytorchs(torch, case, n, levels, dtype, seed):
    functional, (layer, shape) = torch.nn.functional, case
    rng = np.random.default_rng(seed)
    # Few levels, so that windows have several largest numbers.
    X = rng.integers(0, levels, (n, *shape)).astype(dtype)
    layer = layer.astype(dtype)
    tensors = [torch.tensor(p, requires_grad=True) for p in layer.parameters]
    x = torch.tensor(X, requires_grad=True)
    if isinstance(layer, Convolution):
        a = functional.conv2d(x, *tensors, layer.stride, layer.padding)
    elif isinstance(layer, MaxPool):
        a = functional.max_pool2d(x, layer.size, layer.stride)
    else:
        a = functional.avg_pool2d(x, layer.size, layer.stride)
    A = layer.forward(X)
    error = rng.standard_normal(A.shape).astype(dtype)
    a.backward(torch.tensor(error))
    ours = [A, layer.backward(error), *gradients_of(layer)]
    theirs = [a.detach().numpy(), *(t.grad.numpy() for t in (x, *tensors))]
    for our, their in zip(ours, theirs, strict=True):
        close = (1e-12 if dtype == np.float64 else 1e-5) * (np.abs(their).max() + 1)
        np.testing.assert_allclose(our, their, rtol=0, atol=close)


test_wrong_arguments = refuses(
    (lambda: Convolution(0, 4, 5, 0), "inputs must be an integer"),
    (lambda: Convolution(1, 4.0, 5, 0), "outputs must be an integer"),
    (lambda: Convolution(1, 4, 0, 0), "size must be an integer of at least 1, or"),
    (lambda: Convolution(1, 4, (5,), 0), r"pair .*\(rows, columns\), not \(5,\)"),
    (lambda: Convolution(1, 4, (5, 5, 5), 0), "size"),
    (lambda: Convolution(1, 4, "55", 0), "size"),
    (lambda: Convolution(1, 4, 5.0, 0), "size"),
    (lambda: Convolution(1, 4, True, 0), "size"),
    (lambda: Convolution(1, 4, 5, None), "rng must be a seed"),
    (lambda: Convolution(1, 4, 5, 0, stride=0), "stride"),
    (lambda: Convolution(1, 4, 5, 0, stride=None), "stride"),
    (lambda: Convolution(1, 4, 5, 0, padding=-1), "padding .* at least 0"),
    (lambda: Convolution(1, 4, 5, 0, padding=(1, 2.5)), "padding"),
    (lambda: Convolution(1, 4, 5, 0, dtype=int), "float32 or float64"),
    (lambda: MaxPool(0), "size"),
    (lambda: MeanPool(2, (1, 0)), "stride"),
    (lambda: Reshape(784), "shape must list"),
    (lambda: Reshape((1, 28.0, 28)), "each number of shape"),
)


@pytest.mark.parametrize(
    ("layer", "shape", "word"),
    [
        (Convolution(1, 2, 3, 0), (784,), r"given shape \(784,\); Reshape"),
        (Convolution(1, 2, 3, 0), (3, 28, 28), r"takes 1 channel.* \(3, 28"),
        (Convolution(1, 2, 3, 0), (1, 2, 28), "3 x 3 does not fit .* 2 x 28"),
        (MaxPool(3), (1, 5, 2), "3 x 3 does not fit .* 5 x 2"),
        (MeanPool(), (784,), "takes images"),
        (Reshape((1, 28, 28)), (783,), r"takes rows of 784 numbers .* \(783"),
        (Reshape((1, 28, 28)), (28, 28), "takes rows"),
    ],
)
def test_images_that_do_not_fit_are_refused_in_words(layer, shape, word):
    with pytest.raises(ValueError, match=word):
        layer.output_shape(shape)
    if shape != (28, 28):
        stack = [Reshape(shape), layer, Flatten(), Dense(9, 9, 0)]
        with pytest.raises(ValueError, match=f"layer 2, {type(layer).__name__}: .*"):
            Model(stack, inputs=int(np.prod(shape)))


@pytest.mark.parametrize("shape", [(0, 1, 3, 3), (2, 1, 0, 3), (2, 9), ()])
def test_filters_of_another_shape_are_refused_in_words(shape):
    layer = Convolution(1, 2, 3, 0)
    layer.weights = np.ones(shape, np.float32)
    with pytest.raises(ValueError, match="filters cannot have shape"):
        layer.output_shape((1, 9, 9))


def test_layers_print_as_they_are_written():
    stack = [Reshape((1, 28, 28)), Convolution(1, 4, 5, 0)]
    stack += [Convolution(4, 4, (3, 2), 0, (2, 1), 1)]
    stack += [MaxPool(), MeanPool((2, 3), 1), Flatten()]
    assert repr(stack) == (
        "[Reshape(shape=(1, 28, 28)), Convolution(1, 4, 5, stride=1, padding=0), "
        "Convolution(4, 4, (3, 2), stride=(2, 1), padding=1), "
        "MaxPool(size=2, stride=2), MeanPool(size=(2, 3), stride=1), Flatten()]"
    )


def test_they_are_where_design_says():
    assert MAKERS.keys() <= set(digitlib.__all__)
    assert all(getattr(digitlib, name) is getattr(layers, name) for name in MAKERS)
