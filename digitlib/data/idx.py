"""Reads the files in which MNIST is handed round, and believes none of them."""

import gzip
import hashlib
import io
import math
import struct
import zlib
from pathlib import Path
from typing import NamedTuple

import numpy as np

IMAGE_SHAPE = (28, 28)
PIXELS = 28 * 28
MAX_IMAGES = 60_000  # in one file: bounds what a file can make us allocate
VALIDATION = 10_000  # the last ones of MNIST's 60,000 training images

MAGIC = {1: b"\0\0\x08\x01", 3: b"\0\0\x08\x03"}  # bytes, of so many dimensions
MAX_CONTENT = 16 + MAX_IMAGES * PIXELS

# SHA-256 of the uncompressed files.  Compressed ones differ from mirror to mirror.
SHA256 = {
    "train-images-idx3-ubyte": (
        "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db"
    ),
    "train-labels-idx1-ubyte": (
        "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5"
    ),
    "t10k-images-idx3-ubyte": (
        "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7"
    ),
    "t10k-labels-idx1-ubyte": (
        "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2"
    ),
}


class DataError(ValueError):
    """A data file is missing or wrong: says which, what is wrong and what to do."""


class Content(NamedTuple):
    """MNIST as it lies in its four files, in the order of `SHA256`, all uint8."""

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


def digest(array: np.ndarray) -> str:
    """Return the SHA-256 of the uncompressed IDX file that holds `array`."""
    sha = hashlib.sha256(idx_header(array))
    sha.update(np.ascontiguousarray(array))
    return sha.hexdigest()


def check_content(content: Content, source: str) -> None:
    """Raise DataError unless `content` is MNIST, bit for bit."""
    for array, (name, sha256) in zip(content[:4], SHA256.items(), strict=True):
        if digest(array) != sha256:
            raise DataError(
                f"{source}: what it has for {name} is not MNIST's (wrong SHA-256). "
                "Replace the file; for other data of this form use verify=False."
            )


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
            "Replace both files by a pair that belongs together."
        )


# --------------------------------------------------------------------------------------
# files


def read_limited(path: Path, limit: int) -> bytes:
    """Return the bytes of a file, of which there must be at most `limit`."""
    try:
        with path.open("rb") as file:
            data = file.read(limit + 1)
    except FileNotFoundError:
        raise DataError(f"{path}: there is no such file. Check the path.") from None
    except IsADirectoryError:
        raise DataError(f"{path}: is a folder, not a file. Remove it.") from None
    except (OSError, ValueError) as error:  # ValueError: no possible name of a file
        why = getattr(error, "strerror", None) or error
        raise DataError(
            f"{path}: cannot be read ({why}). Check its path and permissions."
        ) from None
    if len(data) > limit:
        raise DataError(f"{path}: is larger than MNIST. Replace the file.")
    return data


def reject_web_page(data: bytes, name: str) -> None:
    """Raise DataError if `data` is what sites send in place of a file."""
    if data.lstrip()[:1] == b"<":
        raise DataError(
            f"{name}: is a web page, not data (the site refused, perhaps). "
            "Download it again or from another site."
        )


def uncompress(data: bytes, name: str, limit: int) -> bytes:
    """Return `data` without gzip's wrapper, if it has one: at most `limit` bytes."""
    if not data.startswith(b"\x1f\x8b"):
        reject_web_page(data, name)
        return data
    try:
        with gzip.open(io.BytesIO(data)) as file:
            content = file.read(limit + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise DataError(
            f"{name}: is truncated or damaged ({error}). Download it again."
        ) from None
    if len(content) > limit:
        raise DataError(f"{name}: unpacks to more than MNIST. Replace the file.")
    return content


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


def parse_idx_file(data: bytes, name: str, idx_name: str) -> np.ndarray:
    """Return what is in an IDX file, gzipped or not, that has the role `idx_name`."""
    content = uncompress(data, name, MAX_CONTENT)
    array = parse_idx(content, name, ndim=3 if "images" in idx_name else 1)
    if array.ndim == 1:
        check_labels(array, name)
    return array


def find_idx_files(folder: Path) -> list[Path]:
    """Return the paths of the four files in `folder`, in the order of `SHA256`."""
    try:
        present = {path.name: path for path in folder.iterdir()}
    except OSError as error:
        why = error.strerror or error
        raise DataError(
            f"{folder}: cannot be read ({why}). Check its path and permissions."
        ) from None
    paths = []
    for name in SHA256:
        spellings = (name, name.replace("-idx", ".idx"))
        candidates = [s + suffix for s in spellings for suffix in ("", ".gz")]
        found = next((present[c] for c in candidates if c in present), None)
        if found is None:
            raise DataError(
                f"{folder}: has no file {name} or {name}.gz. "
                "Put all four IDX files of MNIST there, or name another source."
            )
        paths.append(found)
    return paths


def read_idx_folder(folder: Path) -> Content:
    """Return what the four IDX files in `folder` hold, checked for their form."""
    paths = find_idx_files(folder)
    arrays = [
        parse_idx_file(read_limited(path, MAX_CONTENT), str(path), name)
        for path, name in zip(paths, SHA256, strict=True)
    ]
    content = Content(*arrays)
    check_counts(content.train_images, content.train_labels, f"{folder} (train-...)")
    check_counts(content.test_images, content.test_labels, f"{folder} (t10k-...)")
    if len(content.train_images) <= VALIDATION:
        raise DataError(
            f"{folder}: has only {len(content.train_images):,} training images; the "
            f"last {VALIDATION:,} are for validation. Give more."
        )
    return content
