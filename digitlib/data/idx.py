"""Reads the four IDX files in which MNIST is handed round."""

import math
import struct
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from digitlib.data.content import (
    IMAGE_SHAPE,
    MAGIC,
    MAX_IMAGES,
    NAMES,
    PIXELS,
    VALIDATION,
    Content,
    check_counts,
    check_labels,
)
from digitlib.data.errors import DataError
from digitlib.data.unpack import read_file, uncompress

MAX_BYTES = 16 + MAX_IMAGES * PIXELS


def read_idx(files: Sequence[Path]) -> Content:
    """Return what the four IDX files hold, checked for their form.

    Parameters
    ----------
    files : sequence of Path
        The files, gzipped or not, in the order of `NAMES`, in one folder.

    Returns
    -------
    Content

    Raises
    ------
    DataError
        Unless every byte of them is as it should be.
    """
    arrays = [
        parse_idx_file(read_file(path, MAX_BYTES), str(path), name)
        for path, name in zip(files, NAMES, strict=True)
    ]
    content = Content(*arrays)
    folder = files[0].parent
    check_counts(content.train_images, content.train_labels, f"{folder} (train-...)")
    check_counts(content.test_images, content.test_labels, f"{folder} (t10k-...)")
    if len(content.train_images) <= VALIDATION:
        raise DataError(
            f"{folder}: has only {len(content.train_images):,} training images; the "
            f"last {VALIDATION:,} are for validation. Give more."
        )
    return content


def parse_idx_file(data: bytes | memoryview, name: str, idx_name: str) -> np.ndarray:
    """Return what is in an IDX file, gzipped or not, that has the role `idx_name`."""
    content = uncompress(data, name, MAX_BYTES)
    array = parse_idx(content, name, ndim=3 if "images" in idx_name else 1)
    if array.ndim == 1:
        check_labels(array, name)
    return array


def parse_idx(data: bytes | memoryview, name: str, ndim: int) -> np.ndarray:
    """Return what an IDX file holds.

    Parameters
    ----------
    data : bytes or memoryview
        The content of the file, uncompressed.
    name : str
        What an error calls the file.
    ndim : int
        3 for images, 1 for labels.

    Returns
    -------
    array of uint8
        Images of shape (n, 784) or labels of shape (n,), 0 < n <= 60,000.

    Raises
    ------
    DataError
        Unless every byte of `data` is as it should be.
    """
    kind = "labels" if ndim == 1 else "images"
    if data[:4] != MAGIC[ndim]:
        raise DataError(
            f"{name}: is no IDX file of {kind} (it begins with {data[:4].hex(' ')}, "
            f"not with {MAGIC[ndim].hex(' ')}). Download it again."
        )
    start = 4 + 4 * ndim
    if len(data) < start:
        raise DataError(f"{name}: is truncated. Download it again.")
    count, *shape = struct.unpack(f">{ndim}I", data[4:start])
    if shape and tuple(shape) != IMAGE_SHAPE:
        size = " x ".join(map(str, shape))
        raise DataError(f"{name}: has images of {size} pixels. Replace it: 28 x 28.")
    if not 0 < count <= MAX_IMAGES:
        raise DataError(
            f"{name}: claims {count:,} {kind}; 1 to {MAX_IMAGES:,} are possible. "
            "Replace the file."
        )
    expected = start + count * math.prod(shape)
    if len(data) != expected:
        fault = "is truncated" if len(data) < expected else "has trailing bytes"
        raise DataError(
            f"{name}: {fault} ({len(data):,} bytes, {expected:,} expected). "
            "Download it again."
        )
    array = np.frombuffer(data, np.uint8, offset=start)
    return array if ndim == 1 else array.reshape(count, PIXELS)
