"""A small data set in MNIST's form, and the files that hold it, made by hand.

No file here is made by digitlib: `struct` and `gzip` are the oracle.
"""

import gzip
import hashlib
import os
import struct
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from digitlib import DataError, load_mnist

NAMES = ("train-images-idx3-ubyte", "train-labels-idx1-ubyte")
NAMES += ("t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte")
TRAIN, VALIDATION, TEST = 7, 10_000, 5  # unequal, so that swapped parts are seen


def images(count, start):
    """Images that differ from each other and are quickly compressed."""
    pixels = np.zeros((count, 28, 28), np.uint8)
    numbers = np.arange(start, start + count)
    pixels[:, 0, 0] = numbers % 256
    pixels[:, 0, 27] = numbers // 256
    pixels[:, 27, 0] = 255
    return pixels


TRAIN_IMAGES = images(TRAIN + VALIDATION, 0)
TRAIN_LABELS = (np.arange(TRAIN + VALIDATION) * 7 % 10).astype(np.uint8)
TEST_IMAGES = images(TEST, 50_000)
TEST_LABELS = np.array([9, 0, 3, 3, 1], np.uint8)
ARRAYS = (TRAIN_IMAGES, TRAIN_LABELS, TEST_IMAGES, TEST_LABELS)


def idx(array):
    """The bytes of an IDX file."""
    header = struct.pack(f">4B{array.ndim}I", 0, 0, 8, array.ndim, *array.shape)
    return header + array.tobytes()


CONTENT = {name: idx(array) for name, array in zip(NAMES, ARRAYS, strict=True)}
GZIPPED = {name: gzip.compress(data, 1, mtime=0) for name, data in CONTENT.items()}
HASHES = {name: hashlib.sha256(data).hexdigest() for name, data in CONTENT.items()}


def write_folder(folder, gzipped=True, **changed):
    """Write the four files; `changed` maps train_images and so on to other bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    suffix = ".gz" if gzipped else ""
    for name, data in (GZIPPED if gzipped else CONTENT).items():
        key = "_".join(name.split("-")[:2])
        (folder / (name + suffix)).write_bytes(changed.get(key, data))
    return folder


def assert_is_small(mnist):
    """The three parts hold what was written, in the original order."""
    assert (len(mnist.train), len(mnist.validation), len(mnist.test)) == (7, 10_000, 5)
    assert not mnist.is_sample
    for digits, pixels, labels in (
        (mnist.train, TRAIN_IMAGES[:7], TRAIN_LABELS[:7]),
        (mnist.validation, TRAIN_IMAGES[7:], TRAIN_LABELS[7:]),
        (mnist.test, TEST_IMAGES, TEST_LABELS),
    ):
        assert digits.images.dtype == np.float32
        assert digits.images.shape == (len(digits), 784)
        assert np.array_equal(digits.images, pixels.reshape(-1, 784) / 256)
        assert np.array_equal(digits.labels, labels)
        assert np.issubdtype(digits.labels.dtype, np.integer)


def check_message(error, *words):
    """One or two short lines: which file, what is wrong, what to do."""
    text = str(error)
    assert text.count("\n") <= 1
    assert len(text) < 500
    assert [word for word in words if word not in text] == []
    remedies = "Check Put Replace Remove Download Give Delete Get Name Install"
    last = text.rstrip(".").split(". ")[-1]
    assert last.split()[0] in remedies.split(), f"no remedy: {text}"


def assert_refused(source, *words, **options):
    """What lies there is no MNIST, in such words; returns the error."""
    with pytest.raises(DataError) as caught:
        load_mnist(source, **options)
    check_message(caught.value, *words)
    return caught.value


def start_python(code, **environment):
    """Start a process in which the small data set passes for MNIST."""
    prelude = (
        "import json, os, sys, types\n"
        # The package without its pictures and networks, which take long to import.
        "package = sys.modules['digitlib'] = types.ModuleType('digitlib')\n"
        "package.__path__ = ['digitlib']\n"
        "import digitlib.data.verify as verify\n"
        f"verify.SHA256.update({HASHES!r})\n"
        "import digitlib.data.download as download\n"
        "download.MIRRORS = json.loads(os.environ.get('TEST_MIRRORS', '[]'))\n"
        "from digitlib.data.mnist import load_mnist\n"
    )
    return subprocess.Popen(
        [sys.executable, "-W", "error", "-c", prelude + code],
        env={**os.environ, **environment}, cwd=Path(__file__).parents[2],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
