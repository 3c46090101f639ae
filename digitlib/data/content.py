"""MNIST as it lies in its four files: what is made of any source."""

import struct
from typing import NamedTuple

import numpy as np

IMAGE_SHAPE = (28, 28)
PIXELS = 28 * 28
MAX_IMAGES = 60_000  # in one file: bounds what a file can make us allocate
VALIDATION = 10_000  # the last ones of MNIST's 60,000 training images

NAMES = {  # of the files, with the dimensions of what they hold
    "train-images-idx3-ubyte": 3,
    "train-labels-idx1-ubyte": 1,
    "t10k-images-idx3-ubyte": 3,
    "t10k-labels-idx1-ubyte": 1,
}
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
