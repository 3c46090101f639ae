"""The digits as lessons have them: float32 images and their labels, in three parts."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from digitlib import arguments
from digitlib.data.content import Content


@dataclass(frozen=True, eq=False, repr=False)
class Digits:
    """Images of handwritten digits and what they show.

    Attributes
    ----------
    images : array of float32, shape (n, 784)
        One image a row; 0 is the paper, 255/256 the blackest ink.
    labels : array of integers, shape (n,)
        The digit, 0 to 9, that each image shows.

    Raises
    ------
    ValueError
        If the shapes are others, or if numbers can be no pixels.

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
        if np.issubdtype(self.images.dtype, np.floating):
            arguments.pixels("images", self.images)

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


def split(content: Content, source: str, is_sample: bool = False) -> MNIST:
    """Return bytes as three parts of numbers between 0 and 1; all of it read-only."""
    train = len(content.train_images) - content.validation_count
    return MNIST(
        train=_digits(content.train_images[:train], content.train_labels[:train]),
        validation=_digits(content.train_images[train:], content.train_labels[train:]),
        test=_digits(content.test_images, content.test_labels),
        is_sample=is_sample,
        source=source,
    )


def _digits(pixels: np.ndarray, labels: np.ndarray) -> Digits:
    images = np.multiply(pixels, np.float32(1 / 256), dtype=np.float32)
    labels = labels.astype(np.int64)
    images.flags.writeable = False
    labels.flags.writeable = False
    digits = object.__new__(Digits)  # no look at the values: they were bytes
    digits.__dict__.update(images=images, labels=labels)
    return digits
