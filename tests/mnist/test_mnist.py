"""The public face: Digits, MNIST, and which source is taken."""

import dataclasses
import importlib.util
from pathlib import Path

import numpy as np
import pytest
from small_mnist import (
    GZIPPED,
    NAMES,
    assert_is_small,
    check_message,
    idx,
    write_folder,
)

import digitlib.data.mnist
from digitlib import DataError, Digits, load_mnist
from digitlib.data.idx import SHA256

ROOT = Path(__file__).parents[2]


# Digits


def some_digits():
    images = np.arange(12, dtype=np.float32).reshape(4, 3)
    return Digits(images, np.array([3, 1, 4, 1]))


@pytest.mark.parametrize(
    ("index", "rows"),
    [
        (slice(1, 3), [1, 2]),
        (slice(None, None, -1), [3, 2, 1, 0]),
        ([2, 0, 2], [2, 0, 2]),
        (np.array([3, 1]), [3, 1]),
        (np.array([False, True, False, True]), [1, 3]),
        (np.array([], int), []),
    ],
)
def test_a_part_of_digits_is_digits(index, rows):
    part = some_digits()[index]
    assert isinstance(part, Digits)
    assert len(part) == len(rows)
    assert part.labels.tolist() == [[3, 1, 4, 1][row] for row in rows]
    assert part.images.tolist() == [[3 * r, 3 * r + 1, 3 * r + 2] for r in rows]


@pytest.mark.parametrize("index", [2, np.int64(2)])
def test_a_single_index_is_explained(index):
    with pytest.raises(TypeError, match=r"\.images\[2\].*\[2:3\]"):
        some_digits()[index]


def test_digits_need_a_label_for_each_image():
    with pytest.raises(ValueError, match=r"\(4, 3\) and \(3,\)"):
        Digits(np.zeros((4, 3)), np.zeros(3, int))
    with pytest.raises(ValueError, match="shape"):
        Digits(np.zeros((4, 28, 28)), np.zeros(4, int))


def test_digits_and_mnist_are_frozen_and_short_to_print():
    digits = some_digits()
    with pytest.raises(dataclasses.FrozenInstanceError):
        digits.labels = digits.labels[::-1]
    assert repr(digits) == "Digits(4 images)"
    mnist = digitlib.data.mnist.MNIST(digits, digits, digits, True, "somewhere")
    with pytest.raises(dataclasses.FrozenInstanceError):
        mnist.train = digits
    assert repr(mnist) == "MNIST(4 + 4 + 4 images, from somewhere)"


# the bundled sample


def test_without_network_comes_the_sample_and_one_line(capsys, cache):
    mnist = load_mnist()
    printed = capsys.readouterr()
    assert printed.out.count("\n") == 1
    assert "bundled sample" in printed.out
    assert printed.err == ""
    assert mnist.is_sample
    assert mnist.source == "bundled sample"
    assert (len(mnist.train), len(mnist.validation), len(mnist.test)) == (
        4_000,
        500,
        500,
    )
    assert not cache.exists()


def test_the_sample_is_stratified_and_shuffled():
    mnist = load_mnist()
    for digits, each in ((mnist.train, 400), (mnist.validation, 50), (mnist.test, 50)):
        assert np.bincount(digits.labels).tolist() == [each] * 10
        assert digits.images.dtype == np.float32
        assert digits.images.shape == (10 * each, 784)
        grey = digits.images * 256
        assert np.array_equal(grey, grey.astype(np.uint8))
        assert len(set(digits.labels[:20].tolist())) > 5
    rows = np.concatenate([d.images for d in (mnist.train, mnist.validation)])
    seen = {row.tobytes() for row in rows}
    assert not any(row.tobytes() in seen for row in mnist.test.images)


def test_a_damaged_sample_is_an_error(tmp_path, monkeypatch):
    damaged = tmp_path / "sample.npz"
    monkeypatch.setattr(digitlib.data.mnist, "SAMPLE", damaged)
    genuine = (ROOT / "digitlib" / "sample.npz").read_bytes()
    with np.load(ROOT / "digitlib" / "sample.npz") as file:
        arrays = dict(file)
    arrays["labels"] = arrays["labels"][::-1]
    np.savez(tmp_path / "other.npz", **arrays)
    for data in (b"", genuine[:-100], (tmp_path / "other.npz").read_bytes()):
        damaged.write_bytes(data)
        with pytest.raises(DataError) as caught:
            load_mnist()
        check_message(caught.value, str(damaged), "damaged")


def make_sample():
    spec = importlib.util.spec_from_file_location(
        "make_sample", ROOT / "tools" / "make_sample.py"
    )
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_sample_is_written_without_the_time_of_day(tmp_path):
    with np.load(ROOT / "digitlib" / "sample.npz") as file:
        arrays = {name: array[:100] for name, array in file.items() if array.ndim}
    write_npz = make_sample().write_npz
    write_npz(tmp_path / "a.npz", **arrays)
    (tmp_path / "sub").mkdir()
    write_npz(tmp_path / "sub" / "b.npz", **arrays)
    first = (tmp_path / "a.npz").read_bytes()
    assert first == (tmp_path / "sub" / "b.npz").read_bytes()
    assert b"\x00\x00\x21\x00" in first[:20]  # the first of January 1980
    with np.load(tmp_path / "a.npz", allow_pickle=False) as file:
        assert np.array_equal(file["images"], arrays["images"])


def test_the_order_of_the_sample_is_stratified():
    labels = np.repeat(np.arange(10), 500)
    order = make_sample().stratified_order(labels)
    assert sorted(order) == list(range(5_000))
    assert np.bincount(labels[order[4_000:4_500]]).tolist() == [50] * 10
    assert np.bincount(labels[order[4_500:]]).tolist() == [50] * 10


@pytest.mark.full_mnist
def test_the_sample_is_the_first_500_training_images_of_each_digit(full_mnist):
    sample, full = load_mnist(), load_mnist(full_mnist)
    ours = [
        (label, row.tobytes())
        for digits in (sample.train, sample.validation, sample.test)
        for label, row in zip(digits.labels, digits.images, strict=True)
    ]
    theirs = [
        (digit, row.tobytes())
        for digit in range(10)
        for row in full.train.images[full.train.labels == digit][:500]
    ]
    assert sorted(ours) == sorted(theirs)


# a named source


def other_spelling(folder):
    for path in list(folder.iterdir()):
        path.rename(folder / path.name.replace("-idx", ".idx"))


def plain_named_gz(folder):
    for path in list(folder.iterdir()):
        path.rename(path.with_suffix(".gz"))


@pytest.mark.parametrize("gzipped", [True, False])
@pytest.mark.parametrize("rename", [None, other_spelling, plain_named_gz])
def test_a_folder_of_idx_files(tmp_path, gzipped, rename):
    folder = write_folder(tmp_path / "some data", gzipped)
    if rename:
        rename(folder)
    mnist = load_mnist(folder, verify=False)
    assert_is_small(mnist)
    assert mnist.source == str(folder)


def test_names_with_spaces_and_umlauts_relative_and_at_home(tmp_path, monkeypatch):
    folder = write_folder(tmp_path / "Übungen für Anfänger" / "数字")
    assert_is_small(load_mnist(str(folder), verify=False))
    monkeypatch.chdir(folder.parent)
    assert_is_small(load_mnist("数字", verify=False))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    assert_is_small(load_mnist("~/Übungen für Anfänger/数字", verify=False))


def test_the_arrays_are_read_only(tmp_path):
    sample = load_mnist()
    mnist = load_mnist(write_folder(tmp_path / "data"), verify=False)
    for digits in (mnist.train, mnist.validation, mnist.test, sample.train):
        with pytest.raises(ValueError, match="read-only"):
            digits.images[0, 0] = 1
        with pytest.raises(ValueError, match="read-only"):
            digits[:1].labels[0] = 1


def test_order_of_sources(tmp_path, monkeypatch, known, cache, capsys):
    argument = write_folder(tmp_path / "argument")
    variable = write_folder(tmp_path / "variable", gzipped=False)
    assert load_mnist().source == "bundled sample"
    monkeypatch.setenv("DIGITLIB_DATA_DIR", str(variable))
    assert load_mnist().source == str(variable)
    assert load_mnist(argument).source == str(argument)
    monkeypatch.setenv("DIGITLIB_DATA_DIR", "")  # as good as unset
    assert load_mnist().source == "cache"
    assert_is_small(load_mnist())
    assert capsys.readouterr().out.count("\n") == 1  # of the sample


def test_nothing_takes_the_place_of_a_named_source(
    tmp_path, monkeypatch, known, capsys
):
    load_mnist(write_folder(tmp_path / "data"))  # fills the cache
    for source in (tmp_path / "no such", tmp_path / "no" / "mnist.pkl.gz", "\0"):
        with pytest.raises(DataError) as caught:
            load_mnist(source)
        check_message(caught.value, str(source))
    monkeypatch.setenv("DIGITLIB_DATA_DIR", str(tmp_path / "no such"))
    with pytest.raises(DataError, match="no such file"):
        load_mnist()
    monkeypatch.chdir(tmp_path)
    with pytest.raises(DataError, match="has no file"):
        load_mnist("")
    assert capsys.readouterr().out == ""


def test_what_is_not_mnist_needs_verify_false(tmp_path):
    folder = write_folder(tmp_path / "data")
    with pytest.raises(DataError) as caught:
        load_mnist(folder)
    check_message(caught.value, str(folder), NAMES[0], "not MNIST", "verify=False")


@pytest.mark.parametrize("changed", NAMES)
def test_every_file_is_verified(tmp_path, monkeypatch, known, changed):
    monkeypatch.setitem(SHA256, changed, "0" * 64)
    with pytest.raises(DataError) as caught:
        load_mnist(write_folder(tmp_path / "data"))
    check_message(caught.value, changed, "SHA-256")


def test_one_pixel_is_enough(tmp_path, known):
    pixels = np.zeros((10_007, 28, 28), np.uint8)
    folder = write_folder(tmp_path / "data", False, train_images=idx(pixels))
    with pytest.raises(DataError, match="not MNIST"):
        load_mnist(folder)


def test_training_images_must_leave_some_to_train_with(tmp_path):
    for count, enough in ((10_000, False), (10_001, True)):
        folder = write_folder(
            tmp_path / str(count),
            gzipped=False,
            train_images=idx(np.zeros((count, 28, 28), np.uint8)),
            train_labels=idx(np.zeros(count, np.uint8)),
        )
        if enough:
            assert len(load_mnist(folder, verify=False).train) == 1
        else:
            with pytest.raises(DataError) as caught:
                load_mnist(folder, verify=False)
            check_message(caught.value, str(folder), "10,000 training images")


def test_a_missing_file_is_named(tmp_path):
    for missing in NAMES:
        folder = write_folder(tmp_path / missing)
        (folder / f"{missing}.gz").unlink()
        with pytest.raises(DataError) as caught:
            load_mnist(folder)
        check_message(caught.value, str(folder), missing)
    (tmp_path / "empty").mkdir()
    with pytest.raises(DataError, match="has no file"):
        load_mnist(tmp_path / "empty")


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
