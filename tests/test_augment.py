"""Augmentation against the obvious loop."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digitlib.augment import shift


def moved(image, down, right):
    """An image moved pixel by pixel."""
    result = np.zeros((28, 28), image.dtype)
    for row in range(28):
        for column in range(28):
            if 0 <= row - down < 28 and 0 <= column - right < 28:
                result[row, column] = image[row - down, column - right]
    return result


@settings(max_examples=20, deadline=None)
@given(
    n=st.integers(0, 3),
    most=st.integers(1, 3),
    seed=st.integers(0, 99),
    dtype=st.sampled_from([np.float32, np.float64]),
)
def test_each_image_is_moved_by_whole_pixels_and_filled_up_with_paper(
    n, most, seed, dtype
):
    images = np.random.default_rng(seed).random((n, 784)).astype(dtype)
    before = images.copy()
    result = shift(images, np.random.default_rng(seed), most)
    assert np.array_equal(images, before)
    assert result.shape == images.shape
    assert result.dtype == dtype
    moves = range(-most, most + 1)
    for image, new in zip(images.reshape(-1, 28, 28), result, strict=True):
        candidates = [moved(image, d, r).ravel() for d in moves for r in moves]
        assert any(np.array_equal(new, candidate) for candidate in candidates)


def test_every_move_is_as_likely_as_any_other():
    images = np.zeros((9000, 28, 28), np.float32)
    images[:, 14, 14] = 1
    result = shift(images.reshape(-1, 784), np.random.default_rng(0))
    counts = Counter(result.argmax(axis=1).tolist())
    assert set(counts) == {28 * r + c for r in (13, 14, 15) for c in (13, 14, 15)}
    assert min(counts.values()) > 850
    assert max(counts.values()) < 1150


def test_most_must_be_a_number_of_pixels():
    with pytest.raises(ValueError, match="most must be an integer of at least 1"):
        shift(np.zeros((1, 784)), np.random.default_rng(0), 0)
