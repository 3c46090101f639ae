"""Everything that can be wrong with the four IDX files."""

import gzip
import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_mnist import (
    CONTENT,
    GZIPPED,
    NAMES,
    assert_is_small,
    assert_refused,
    write_folder,
)
from small_mnist import idx as idx_bytes

from digitlib import DataError, load_mnist
from digitlib.data.idx import MAX_FILE, parse_idx
from digitlib.data.unpack import uncompress
from helpers import memory_below

TRAIN, LABELS, T10K, _ = (CONTENT[name] for name in NAMES)


def header(magic=b"\0\0\x08\x03", *sizes):
    return magic + struct.pack(f">{len(sizes)}I", *sizes)


def labels(*numbers):
    return idx_bytes(np.array(numbers, np.uint8))


HTML = b"\n<!DOCTYPE html><html><body>403 Forbidden</body></html>"
FLAT = header(b"\0\0\x08\x02", 5, 784) + T10K[16:]
ENDLESS = header(b"\0\0\x08\x03", 2**32 - 1, 28, 28) + T10K[16:]
NARROW = idx_bytes(np.zeros((5, 28, 27), np.uint8))
PACKED, PACKED_LABELS = GZIPPED[NAMES[0]], GZIPPED[NAMES[3]]
CHANGED = PACKED_LABELS[:-8] + bytes(4) + PACKED_LABELS[-4:]
DAMAGED = "truncated or damaged"
FAULTS = {
    "empty file": ("train_images", b"", "no IDX file of images"),
    "labels in place of images": ("train_images", LABELS, "no IDX file of images"),
    "images in place of labels": ("t10k_labels", T10K, "no IDX file of labels"),
    "wrong type": ("t10k_images", b"\0\0\x0d\x03" + T10K[4:], "00 00 0d 03"),
    "only a magic": ("t10k_images", T10K[:4], "truncated"),
    "half a header": ("t10k_images", T10K[:15], "truncated"),
    "one byte short": ("t10k_images", T10K[:-1], "truncated"),
    "no images": ("t10k_images", header(b"\0\0\x08\x03", 0, 28, 28), "claims 0 images"),
    "trailing byte": ("t10k_images", T10K + b"\0", "trailing bytes"),
    "trailing line": ("t10k_labels", CONTENT[NAMES[3]] + b"\r\n", "trailing bytes"),
    "images of 28 x 27": ("t10k_images", NARROW, "28 x 27 pixels"),
    "images as one row": ("t10k_images", FLAT, "no IDX file of images"),
    "claims 4 billion": ("t10k_images", ENDLESS, "claims 4,294,967,295 images"),
    "claims 60,001": ("train_labels", labels(*bytes(60_001)), "claims 60,001 labels"),
    "label 10": ("t10k_labels", labels(1, 2, 10, 3, 11), "test label 2 is 10"),
    "label 255": ("t10k_labels", labels(255, 2, 1, 3, 1), "test label 0 is 255"),
    "fewer labels": ("t10k_labels", labels(*bytes(4)), "5 test images but 4 labels"),
    "more labels": ("train_labels", labels(*bytes(10_008)), "images but 10,008 labels"),
    "web page": ("train_images", HTML, "web page"),
    "gzipped web page": ("train_images", gzip.compress(HTML), "no IDX file"),
    "text": ("train_images", b"not found", "no IDX file"),
    "gzip of nothing": ("train_images", gzip.compress(b""), "no IDX file"),
    "gzip cut off": ("train_images", PACKED[:-2000], DAMAGED),
    "gzip without its last bytes": ("train_images", PACKED[:-4], DAMAGED),
    "gzip's head alone": ("train_images", b"\x1f\x8b", DAMAGED),
    "gzip, then something else": ("t10k_labels", PACKED_LABELS + b"more", DAMAGED),
    "gzip with a byte changed": ("t10k_labels", CHANGED, DAMAGED),
}


@pytest.mark.parametrize("verify", [True, False])
@pytest.mark.parametrize(("key", "data", "words"), FAULTS.values(), ids=FAULTS)
def test_fault(tmp_path, known, key, data, words, verify):
    folder = write_folder(tmp_path / "data", **{key: data})
    error = assert_refused(folder, str(folder), words, verify=verify)
    assert (
        "images but" in words
        or words.startswith("test")
        or key.replace("_", "-") in str(error)
    )
    assert error.__cause__ is None
    assert error.__suppress_context__ or error.__context__ is None


@pytest.mark.parametrize("name", NAMES)
def test_a_folder_where_a_file_should_be(tmp_path, name):
    folder = write_folder(tmp_path / "data")
    (folder / f"{name}.gz").unlink()
    (folder / f"{name}.gz").mkdir()
    assert_refused(folder, name)


def test_a_file_larger_than_mnist_is_not_read(tmp_path):
    folder = write_folder(tmp_path / "data", gzipped=False)
    with (folder / NAMES[1]).open("r+b") as file:
        file.truncate(2**40)  # sparse: takes no space
    with memory_below(4 * MAX_FILE), pytest.raises(DataError, match="larger than MN"):
        load_mnist(folder)


def test_a_bomb_is_not_unpacked(tmp_path):
    million = gzip.compress(bytes(1_000_000))  # they may stand one behind another
    bomb = gzip.compress(TRAIN[:16]) + 300 * million
    assert len(bomb) < 2_000_000
    folder = write_folder(tmp_path / "data", train_images=bomb)
    with memory_below(4 * MAX_FILE), pytest.raises(DataError, match="to more than MN"):
        load_mnist(folder)


def parse(data, ndim):
    """Parse `data`; all that may be raised is DataError."""
    try:
        return parse_idx(data, "file", ndim)
    except DataError:
        return None


@given(
    st.integers(0, 4),
    st.integers(0, 70_000),
    st.sampled_from([0, 1, 27, 28, 2**31]),
    st.integers(-3, 3),
)
def test_only_what_is_consistent_is_taken(claimed, more, side, extra):
    """The header's claims against the bytes that are there."""
    count = claimed if more % 2 else more
    there = max(0, min(count, 4) * 784 + extra)
    data = struct.pack(">4B3I", 0, 0, 8, 3, count, side, 28) + bytes(there)
    array = parse(data, 3)
    if side == 28 and 0 < count <= 4 and extra == 0:
        assert array.shape == (count, 784)
    else:
        assert array is None


@given(
    st.lists(st.integers(0, 9), min_size=1, max_size=50),
    st.binary(min_size=784, max_size=784),
)
def test_round_trip(labels, pixels):
    labels = np.array(labels, np.uint8)
    image = np.frombuffer(pixels, np.uint8).reshape(1, 28, 28)
    assert np.array_equal(parse(idx_bytes(labels), 1), labels)
    assert parse(idx_bytes(image), 3).tobytes() == pixels


def test_every_truncation_is_seen():
    data = idx_bytes(np.arange(10, dtype=np.uint8))
    for length in range(len(data)):
        assert parse(data[:length], 1) is None
    packed = gzip.compress(data)
    for length in range(len(packed)):
        with pytest.raises(DataError):
            parse_idx(uncompress(packed[:length], "file", MAX_FILE), "file", 1)


def test_the_good_files_are_good(tmp_path):
    """Otherwise the tests above could all pass for another reason."""
    assert_is_small(load_mnist(write_folder(tmp_path / "data"), verify=False))
