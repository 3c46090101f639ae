"""MNIST as it lies in its four files: what a reader returns, and the form of it."""

import struct
from typing import NamedTuple

import numpy as np

from digitlib.data.errors import DataError

IMAGE_SHAPE = (28, 28)
PIXELS = 28 * 28
MAX_IMAGES = 60_000  # in one file: bounds what a file can make us allocate
VALIDATION = 10_000  # the last ones of MNIST's 60,000 training images

NAMES = (
    "train-images-idx3-ubyte",
    "train-labels-idx1-ubyte",
    "t10k-images-idx3-ubyte",
    "t10k-labels-idx1-ubyte",
)
MAGIC = {1: b"\0\0\x08\x01", 3: b"\0\0\x08\x03"}  # bytes, of so many dimensions


class Content(NamedTuple):
    """What is in the four files, in the order of `NAMES`, all uint8."""

    train_images: np.ndarray  # (n, 784), the validation images at the end
    train_labels: np.ndarray  # (n,)
    test_images: np.ndarray
    test_labels: np.ndarray
    validation_count: int = VALIDATION


def idx_header(array: np.ndarray) -> bytes:
    """Return the bytes that stand before `array` in an IDX file."""
    if array.ndim == 1:
        return MAGIC[1] + struct.pack(">I", len(array))
    return MAGIC[3] + struct.pack(">3I", len(array), *IMAGE_SHAPE)


def check_labels(labels: np.ndarray, source: str) -> None:
    """Raise DataError unless every label is a digit."""
    wrong = (labels < 0) | (labels > 9)
    if wrong.any():
        raise DataError(
            f"{source}: label {int(np.argmax(wrong))} is {labels[wrong][0]}, which is "
            "no digit from 0 to 9. Replace the file."
        )


def check_counts(images: np.ndarray, labels: np.ndarray, source: str) -> None:
    """Raise DataError unless there is one label for each image."""
    if len(images) != len(labels):
        raise DataError(
            f"{source}: {len(images):,} images but {len(labels):,} labels. "
            "Replace both by a pair that belongs together."
        )
