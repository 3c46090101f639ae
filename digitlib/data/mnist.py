"""Where the digits come from."""

import hashlib
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from digitlib.data import cache
from digitlib.data.idx import (
    Content,
    DataError,
    check_content,
    find_idx_files,
    read_idx_folder,
)

__all__ = ["MNIST", "DataError", "Digits", "load_mnist"]

SAMPLE = Path(__file__).with_name("sample.npz")
SAMPLE_SPLITS = (4_000, 500, 500)


@dataclass(frozen=True, eq=False, repr=False)
class Digits:
    """Images of handwritten digits and what they show.

    Attributes
    ----------
    images : array of float32, shape (n, 784)
        One image a row; 0 is the paper, 255/256 the blackest ink.
    labels : array of integers, shape (n,)
        The digit, 0 to 9, that each image shows.

    Examples
    --------
    ``len(digits)`` is n.  ``digits[:100]``, ``digits[[3, 1, 4]]`` and
    ``digits[digits.labels == 7]`` are Digits again.
    """

    images: np.ndarray
    labels: np.ndarray

    def __post_init__(self) -> None:
        if self.images.ndim != 2 or self.labels.shape != (len(self.images),):
            raise ValueError(
                "Digits needs images of shape (n, 784) and labels of shape (n,), not "
                f"{self.images.shape} and {self.labels.shape}"
            )

    def __len__(self) -> int:
        return len(self.labels)

    def __getitem__(self, index: slice | Sequence[int] | np.ndarray) -> "Digits":
        if isinstance(index, int | np.integer):
            raise TypeError(
                f"for one digit write .images[{index}] and .labels[{index}], "
                f"or [{index}:{index + 1}] for Digits with one image"
            )
        return Digits(self.images[index], self.labels[index])

    def __repr__(self) -> str:
        return f"Digits({len(self):,} images)"


@dataclass(frozen=True, eq=False, repr=False)
class MNIST:
    """The digits in three parts.

    Attributes
    ----------
    train : Digits
        To learn from: 50,000 images, in the original order.
    validation : Digits
        To choose settings by: the next 10,000.
    test : Digits
        To be looked at once, at the end: 10,000, by other writers.
    is_sample : bool
        True if this is the bundled sample, of 4,000, 500 and 500 images.
    source : str
        Where the digits came from: the path that was given, "cache", "download" or
        "bundled sample".
    """

    train: Digits
    validation: Digits
    test: Digits
    is_sample: bool
    source: str

    def __repr__(self) -> str:
        sizes = " + ".join(f"{len(d):,}" for d in (self.train, self.validation))
        return f"MNIST({sizes} + {len(self.test):,} images, from {self.source})"


def load_mnist(
    source: str | os.PathLike[str] | None = None, verify: bool = True
) -> MNIST:
    """Return the 70,000 handwritten digits of MNIST.

    Without a `source` they come from the first of these that there is: the folder or
    file that the environment variable DIGITLIB_DATA_DIR names; the cache, where an
    earlier call left them; the network.  Where there is none of them, the 5,000 digits
    that digitlib brings along step in, and a printed line says so.

    A source that was named and is missing or wrong is an error: nothing else takes
    its place.

    Parameters
    ----------
    source : path, optional
        A folder with the four IDX files, gzipped or not, or a ``mnist.pkl.gz``.
    verify : bool
        Whether a named source must be MNIST, bit for bit.  With False it may be other
        data of the same form, Fashion-MNIST say: images of 28 x 28, labels 0 to 9, at
        most 60,000 images a file and, in IDX files, more than 10,000 to train with, of
        which the last 10,000 are for validation.

    Returns
    -------
    MNIST
        Its arrays are read-only, so that no cell of a notebook can spoil the digits
        for the cells after it: write to a ``.copy()``.

    Raises
    ------
    DataError
        If a named source is missing or wrong: which file, what is wrong, what to do.

    Notes
    -----
    The cache is the folder that the environment variable DIGITLIB_CACHE_DIR names, or
    ``digitlib`` in the platform's folder for such things.  Its files are verified each
    time.  A cache that cannot be written is done without.
    """
    if source is None:
        source = os.environ.get("DIGITLIB_DATA_DIR") or None
    if source is not None:
        path = _expand(source)
        content = _read_verified(path) if verify else _read(path)
        return _from_content(content, str(path))
    content = cache.read()
    if content is not None:
        return _from_content(content, "cache")
    try:
        content = _download()
    except DataError as error:
        print(
            "MNIST cannot be downloaded, so these are the 5,000 digits of the bundled "
            f"sample ({error})."
        )
        return _load_sample()
    cache.write(content)
    return _from_content(content, "download")


def _download() -> Content:
    """Return MNIST from the network, or raise DataError."""
    if sys.platform == "emscripten":
        raise DataError("no network from a browser's Python")
    # Imported where it is needed: it takes longer than the cache takes to read.
    from digitlib.data.download import download

    return download()


def _expand(source: str | os.PathLike[str]) -> Path:
    """Return the path that the user means, who may have written "~/mnist"."""
    try:
        return Path(source).expanduser()
    except RuntimeError:  # there is no home
        return Path(source)


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:  # may not be looked at; reading it will say why
        return False


def _read(path: Path) -> Content:
    """Return what a named source holds, checked for its form."""
    if _is_folder(path):
        return read_idx_folder(path)
    from digitlib.data.pickled import read_pickle  # needed by few

    return read_pickle(path)


def _read_verified(path: Path) -> Content:
    """Return what a named source holds, which must be MNIST.

    Unpacking takes longer than all the rest.  So it is noted in the cache which files
    were found to hold MNIST; as long as these have not been touched, the cached copy,
    which is verified each time, stands for them.
    """
    files = find_idx_files(path) if _is_folder(path) else [path]
    fingerprint = cache.fingerprint(files)
    content = cache.read() if cache.is_known(fingerprint) else None
    if content is None:
        content = _read(path)
        check_content(content, str(path))
        if cache.write(content):
            cache.note(fingerprint)
    return content


def _from_content(content: Content, source: str) -> MNIST:
    """Split the training images; turn bytes into numbers between 0 and 1."""
    split = len(content.train_images) - content.validation_count
    return MNIST(
        train=_digits(content.train_images[:split], content.train_labels[:split]),
        validation=_digits(content.train_images[split:], content.train_labels[split:]),
        test=_digits(content.test_images, content.test_labels),
        is_sample=False,
        source=source,
    )


def _digits(pixels: np.ndarray, labels: np.ndarray) -> Digits:
    images = np.multiply(pixels, np.float32(1 / 256), dtype=np.float32)
    labels = labels.astype(np.int64)
    images.flags.writeable = False
    labels.flags.writeable = False
    return Digits(images, labels)


def sample_digest(images: np.ndarray, labels: np.ndarray) -> str:
    """Return the SHA-256 of the sample's bytes, images first."""
    sha = hashlib.sha256(np.ascontiguousarray(images))
    sha.update(np.ascontiguousarray(labels))
    return sha.hexdigest()


def _load_sample() -> MNIST:
    """Return the 5,000 digits that are bundled with the package."""
    try:
        with SAMPLE.open("rb") as file, np.load(file, allow_pickle=False) as sample:
            images, labels = sample["images"], sample["labels"]
            expected = str(sample["sha256"])
    except Exception:  # noqa: BLE001
        expected = ""
    if not expected or sample_digest(images, labels) != expected:
        raise DataError(f"{SAMPLE}: is damaged. Install digitlib again.") from None
    first, second, _ = np.cumsum(SAMPLE_SPLITS)
    return MNIST(
        train=_digits(images[:first], labels[:first]),
        validation=_digits(images[first:second], labels[first:second]),
        test=_digits(images[second:], labels[second:]),
        is_sample=True,
        source="bundled sample",
    )
