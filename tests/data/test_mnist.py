"""What is verified, and in which form MNIST comes."""

import numpy as np
import pytest
from small_mnist import GZIPPED, NAMES, assert_refused, idx, write_folder

from digitlib import load_mnist
from digitlib.data.verify import SHA256


def test_what_is_not_mnist_needs_verify_false(tmp_path):
    folder = write_folder(tmp_path / "data")
    assert_refused(folder, str(folder), NAMES[0], "not MNIST", "verify=False")


@pytest.mark.parametrize("changed", NAMES)
def test_every_file_is_verified(tmp_path, monkeypatch, known, changed):
    monkeypatch.setitem(SHA256, changed, "0" * 64)
    assert_refused(write_folder(tmp_path / "data"), changed, "SHA-256")


def test_one_pixel_is_enough(tmp_path, known):
    pixels = np.zeros((10_007, 28, 28), np.uint8)
    folder = write_folder(tmp_path / "data", False, train_images=idx(pixels))
    assert_refused(folder, "not MNIST")


def test_training_images_must_leave_some_to_train_with(tmp_path):
    def folder(count):
        images = np.zeros((count, 28, 28), np.uint8)
        arrays = {"train_images": idx(images), "train_labels": idx(images[:, 0, 0])}
        return write_folder(tmp_path / str(count), gzipped=False, **arrays)

    assert len(load_mnist(folder(10_001), verify=False).train) == 1
    told = str(folder(10_000)), "10,000 training images"
    assert_refused(folder(10_000), *told, verify=False)


@pytest.mark.full_mnist
def test_the_full_mnist(full_mnist):
    mnist = load_mnist(full_mnist)
    assert not mnist.is_sample
    sizes = [len(d) for d in (mnist.train, mnist.validation, mnist.test)]
    assert sizes == [50_000, 10_000, 10_000]
    assert mnist.train.labels[:10].tolist() == [5, 0, 4, 1, 9, 2, 1, 3, 1, 4]
    assert mnist.test.labels[:5].tolist() == [7, 2, 1, 0, 4]
    assert np.bincount(mnist.train.labels)[1] == 5_678  # as counted by others
    assert mnist.train.images.max() == np.float32(255 / 256)
    assert len(GZIPPED) == len(list(full_mnist.glob("*ubyte.gz")))
