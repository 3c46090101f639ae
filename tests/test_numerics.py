"""The functions of one variable, held against SciPy."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from scipy import special

from digitlib import one_hot, sigmoid, sigmoid_prime, softmax

reals = st.floats(-1000, 1000)
tables = arrays(float, array_shapes(min_dims=1, max_dims=3), elements=reals)


@given(tables)
def test_sigmoid_is_scipys(z):
    np.testing.assert_allclose(sigmoid(z), special.expit(z), rtol=1e-13, atol=1e-300)


@given(tables)
def test_sigmoid_prime_is_the_product_of_both_sides(z):
    expected = special.expit(z) * special.expit(-z)
    np.testing.assert_allclose(sigmoid_prime(z), expected, rtol=1e-13, atol=1e-300)


@given(tables)
def test_softmax_is_scipys(z):
    np.testing.assert_allclose(softmax(z), special.softmax(z, axis=-1), rtol=1e-12)


@pytest.mark.parametrize("function", [sigmoid, sigmoid_prime, softmax])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_extremes_neither_warn_nor_change_the_type(function, dtype):
    result = function(np.array([[-1000, -1, 0, 1, 1000]], dtype))
    assert result.dtype == dtype
    assert np.all((result >= 0) & (result <= 1))


@pytest.mark.parametrize("z", [3, -3.0, np.uint8(3), [1, 2], np.int8(-100)])
def test_numbers_lists_and_small_integers_are_taken(z):
    np.testing.assert_allclose(sigmoid(z), special.expit(np.asarray(z, float)))
    np.testing.assert_allclose(
        sigmoid_prime(z), special.expit(np.asarray(z, float)) * (1 - sigmoid(z))
    )


@given(arrays(np.int64, st.integers(0, 30), elements=st.integers(0, 9)))
def test_one_hot_has_its_largest_entry_at_the_label(labels):
    rows = one_hot(labels)
    assert rows.shape == (len(labels), 10)
    assert rows.dtype == np.float32
    assert np.array_equal(rows.sum(axis=1), np.ones(len(labels)))
    assert np.array_equal(rows.argmax(axis=1), labels)


@pytest.mark.parametrize(
    "labels", [[10], [-1], [0.5], [[1, 2]], 3, ["1"], [[1], [1, 2]], [None]]
)
def test_one_hot_refuses_what_is_no_list_of_digits(labels):
    with pytest.raises(ValueError, match="labels"):
        one_hot(labels)
