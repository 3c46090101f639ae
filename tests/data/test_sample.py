"""The 5,000 digits that come with the package, and the tool that makes them."""

import importlib.util
from pathlib import Path

import numpy as np
import pytest
from small_mnist import assert_refused

from digitlib import load_mnist
from digitlib.data import sample

TOOL = Path(__file__).parents[2] / "tools" / "make_sample.py"


def parts(mnist):
    return mnist.train, mnist.validation, mnist.test


def test_without_network_comes_the_sample_and_one_line(capsys, cache):
    mnist = load_mnist()
    printed = capsys.readouterr()
    assert printed.out.count("\n") == 1
    assert "bundled sample" in printed.out
    assert printed.err == ""
    assert mnist.is_sample
    assert mnist.source == "bundled sample"
    assert [len(digits) for digits in parts(mnist)] == [4_000, 500, 500]
    assert not cache.exists()


def test_the_sample_is_stratified_and_shuffled():
    mnist = load_mnist()
    for digits, each in zip(parts(mnist), (400, 50, 50), strict=True):
        assert np.bincount(digits.labels).tolist() == [each] * 10
        assert digits.images.dtype == np.float32
        assert digits.images.shape == (10 * each, 784)
        grey = digits.images * 256
        assert np.array_equal(grey, grey.astype(np.uint8))
        assert len(set(digits.labels[:20].tolist())) > 5
    rows = np.concatenate([mnist.train.images, mnist.validation.images])
    seen = {row.tobytes() for row in rows}
    assert not any(row.tobytes() in seen for row in mnist.test.images)


@pytest.mark.parametrize("damage", ["empty", "cut", "other labels"])
def test_a_damaged_sample_is_an_error(tmp_path, monkeypatch, damage):
    genuine = sample.FILE.read_bytes()
    damaged = tmp_path / "sample.npz"
    monkeypatch.setattr(sample, "FILE", damaged)
    if damage == "other labels":
        arrays = stored(genuine, tmp_path)
        np.savez(damaged, **{**arrays, "labels": arrays["labels"][::-1]})
    else:
        damaged.write_bytes(genuine[:-100] if damage == "cut" else b"")
    assert_refused(None, str(damaged), "damaged")


def stored(data, folder):
    (folder / "copy.npz").write_bytes(data)
    with np.load(folder / "copy.npz") as file:
        return dict(file)


@pytest.mark.full_mnist
def test_the_sample_is_the_first_500_training_images_of_each_digit(full_mnist):
    def rows(parts):
        pairs = [(p.labels, p.images) for p in parts]
        return sorted(
            (k, x.tobytes()) for y, X in pairs for k, x in zip(y, X, strict=True)
        )

    ours = rows(parts(load_mnist()))
    train = load_mnist(full_mnist).train
    firsts = [np.flatnonzero(train.labels == digit)[:500] for digit in range(10)]
    assert ours == rows(train[first] for first in firsts)


# the tool


@pytest.fixture(scope="module")
def make_sample():
    spec = importlib.util.spec_from_file_location("make_sample", TOOL)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_tool_writes_the_file_that_is_read(make_sample):
    assert make_sample.FILE == sample.FILE


def test_the_sample_is_written_without_the_time_of_day(make_sample, tmp_path):
    arrays = {"images": np.eye(9, 784, dtype=np.uint8), "labels": np.arange(9)}
    make_sample.write_npz(tmp_path / "a.npz", **arrays)
    data = (tmp_path / "a.npz").read_bytes()
    assert data[10:14] == b"\0\0\x21\0"  # midnight, on the first of January 1980
    again = stored(data, tmp_path)
    assert all(np.array_equal(again[name], arrays[name]) for name in arrays)


def test_the_order_of_the_sample_is_stratified(make_sample):
    labels = np.repeat(np.arange(10), 500)
    order = make_sample.stratified_order(labels)
    assert sorted(order) == list(range(5_000))
    assert np.bincount(labels[order[4_000:4_500]]).tolist() == [50] * 10
    assert np.bincount(labels[order[4_500:]]).tolist() == [50] * 10
