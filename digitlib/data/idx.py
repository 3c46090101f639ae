"""Parses the four IDX files in which MNIST is handed round."""

import math
import struct

import numpy as np

from digitlib.data.content import (
    IMAGE_SHAPE,
    MAGIC,
    MAX_IMAGES,
    NAMES,
    PIXELS,
    Content,
)
from digitlib.data.errors import DataError

MAX_FILE = 16 + MAX_IMAGES * PIXELS  # bytes, unpacked


def parse_idx_files(files: dict[str, bytes | memoryview]) -> Content:
    """Return what four IDX files hold, given by name, in the order of `NAMES`.

    Raises
    ------
    DataError
        Unless every byte of them is as it should be.
    """
    dimensions = zip(files.items(), NAMES.values(), strict=True)
    return Content(*(parse_idx(data, name, n) for (name, data), n in dimensions))


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
