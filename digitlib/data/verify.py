"""Verifies what was read: its form, and that it is MNIST."""

import hashlib

import numpy as np

from digitlib.data.content import NAMES, Content, idx_header
from digitlib.data.errors import DataError

# Of the uncompressed files.  Compressed ones differ from mirror to mirror.
SHA256 = dict(
    zip(
        NAMES,
        (
            "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
            "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
            "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
            "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
        ),
        strict=True,
    )
)


def check(content: Content, source: str, must_be_mnist: bool) -> None:
    """Raise DataError unless `content` has MNIST's form and, if it must be, is MNIST.

    The form: a label for each image, digits as labels, and some images to train with.
    """
    _check_pairs(content.train_images, content.train_labels, source, "training")
    _check_pairs(content.test_images, content.test_labels, source, "test")
    if len(content.train_images) <= content.validation_count:
        raise DataError(
            f"{source}: has only {len(content.train_images):,} training images; the "
            f"last {content.validation_count:,} are for validation. Give more."
        )
    for name, array in zip(SHA256, content[:4], strict=True):
        if must_be_mnist and not is_genuine(name, array):
            raise DataError(
                f"{source}: what it has for {name} is not MNIST's (wrong SHA-256). "
                "Replace the file; for other data of this form use verify=False."
            )


def _check_pairs(
    images: np.ndarray, labels: np.ndarray, source: str, part: str
) -> None:
    if len(images) != len(labels):
        raise DataError(
            f"{source}: {len(images):,} {part} images but {len(labels):,} labels. "
            "Replace both by a pair that belongs together."
        )
    if labels.max() > 9:
        wrong = int(np.argmax(labels > 9))
        raise DataError(
            f"{source}: {part} label {wrong} is {labels[wrong]}, which is no digit "
            "from 0 to 9. Replace the file."
        )


def is_genuine(name: str, array: np.ndarray) -> bool:
    """Return whether `array` is what MNIST has in the file `name`, bit for bit."""
    sha = hashlib.sha256(idx_header(array))
    sha.update(array)
    return sha.hexdigest() == SHA256[name]
