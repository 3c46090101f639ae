"""Digits and MNIST: what a lesson holds in its hands."""

import dataclasses

import numpy as np
import pytest
from small_mnist import write_folder

from digitlib import MNIST, Digits, load_mnist
from helpers import refuses


def some_digits():
    images = np.arange(12, dtype=np.float32).reshape(4, 3)
    return Digits(images, np.array([3, 1, 4, 1]))


PARTS = [
    (slice(1, 3), [1, 2]),
    (slice(None, None, -1), [3, 2, 1, 0]),
    ([2, 0, 2], [2, 0, 2]),
    (np.array([3, 1]), [3, 1]),
    (np.array([False, True, False, True]), [1, 3]),
    (np.array([], int), []),
]


@pytest.mark.parametrize(("index", "rows"), PARTS)
def test_a_part_of_digits_is_digits(index, rows):
    part = some_digits()[index]
    assert isinstance(part, Digits)
    assert len(part) == len(rows)
    assert part.labels.tolist() == [[3, 1, 4, 1][row] for row in rows]
    assert part.images.tolist() == [[3 * r, 3 * r + 1, 3 * r + 2] for r in rows]


@pytest.mark.parametrize("index", [2, np.int64(2)])
def test_a_single_index_is_explained(index):
    with pytest.raises(TypeError, match=r"\.images\[2\].*\[2:3\]"):
        some_digits()[index]


test_digits_need_a_label_for_each_image = refuses(
    (lambda: Digits(np.zeros((4, 3)), np.zeros(3, int)), r"\(4, 3\) and \(3,\)"),
    (lambda: Digits(np.zeros((4, 28, 28)), np.zeros(4, int)), "shape"),
)


def test_digits_and_mnist_are_frozen_and_short_to_print():
    digits = some_digits()
    mnist = MNIST(digits, digits, digits, True, "somewhere")
    with pytest.raises(dataclasses.FrozenInstanceError):
        digits.labels = digits.labels[::-1]
    with pytest.raises(dataclasses.FrozenInstanceError):
        mnist.train = digits
    assert repr(digits) == "Digits(4 images)"
    assert repr(mnist) == "MNIST(4 + 4 + 4 images, from somewhere)"


def test_what_is_loaded_is_read_only(tmp_path):
    sample = load_mnist()
    mnist = load_mnist(write_folder(tmp_path / "data"), verify=False)
    for digits in (mnist.train, mnist.validation, mnist.test, sample.train):
        with pytest.raises(ValueError, match="read-only"):
            digits.images[0, 0] = 1
        with pytest.raises(ValueError, match="read-only"):
            digits[:1].labels[0] = 1


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (
            lambda images: 256 * images,
            "go from 0 to 255, and pixels from 0 to 1; divide",
        ),
        (lambda images: np.where(images == images.max(), np.nan, images), "is nan"),
        (lambda images: np.where(images == images.max(), np.inf, images), "is inf"),
        (lambda images: np.where(images == images.max(), -np.inf, images), "is -inf"),
    ],
)
def test_what_can_be_no_pixels_is_refused_in_a_line(change, words):
    digits = load_mnist().train[:3]
    with pytest.raises(ValueError, match=words) as told:
        Digits(change(digits.images), digits.labels)
    assert "\n" not in str(told.value)


def test_images_that_are_distorted_or_normalised_are_none_the_worse():
    digits = load_mnist().train[:50]
    for images in (
        1.2 * digits.images,
        (digits.images - digits.images.mean()) / digits.images.std(),
        300 * (digits.images - digits.images.mean(axis=0)),
        20 * digits.images,
        digits.images.astype(np.float64),
        digits.images[:0],
    ):
        assert len(Digits(images, digits.labels[: len(images)])) == len(images)
