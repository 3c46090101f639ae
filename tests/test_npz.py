"""The reader of .npz files: as much as was promised, and never more."""

import struct
import time
import zipfile

import numpy as np
import pytest

from digitlib import Network
from digitlib.npz import LARGEST_FILE, read_arrays
from helpers import memory_below
from test_saving import packed

ARRAYS = {"sizes": np.array([3, 2]), "weights_1": np.zeros((2, 3))}


@pytest.mark.parametrize("kind", ["?", "u1", "i4", ">i8", "<f4", ">f8"])
@pytest.mark.parametrize("order", ["C", "F"])
def test_arrays_are_read_as_they_were_written(tmp_path, kind, order):
    path, array = tmp_path / "arrays.npz", np.arange(24).reshape(2, 3, 4) % 5
    arrays = {"one": array.astype(kind, order), "none": np.empty((0, 3), kind)}
    path.write_bytes(packed(**arrays))
    found = read_arrays(path)
    assert found.keys() == arrays.keys()
    for name, expected in arrays.items():
        np.testing.assert_array_equal(found[name], expected, strict=False)
        assert found[name].dtype == np.dtype(kind).newbyteorder("=")
        assert found[name].flags.writeable


def test_a_file_that_unpacks_to_gigabytes_is_refused_unread(tmp_path):
    path = tmp_path / "bomb.npz"
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as bomb,
        bomb.open("weights_1.npy", "w") as member,
    ):
        for _ in range(LARGEST_FILE // 2**24 + 1):
            member.write(bytes(2**24))
    with pytest.raises(ValueError, match="unpacks to more than"):
        read_arrays(path)


@pytest.mark.parametrize(
    ("shape", "word"),
    [
        ("9, 9", "has not as many bytes as its shape needs"),
        ("3, ", "has not as many bytes"),
        ("9, " * 500_000, "does not begin as numpy.savez begins it"),
        ("9" * 500_000, "does not begin as numpy.savez begins it"),
    ],
    ids=["more", "less", "many sizes", "a long size"],
)
def test_a_header_that_promises_what_there_is_not_is_refused(tmp_path, shape, word):
    """Soon: nobody multiplies half a million sizes, or reads a number so long."""
    path = tmp_path / "greedy.npz"
    header = f"{{'descr': '<f8', 'fortran_order': False, 'shape': ({shape}), }}\n"
    with zipfile.ZipFile(path, "w") as archive:
        begin = b"\x93NUMPY\x01\x00\x76\x00" + header.encode()
        archive.writestr("weights_1.npy", begin + bytes(48))
    start = time.perf_counter()
    with pytest.raises(ValueError, match=f"weights_1.npy {word}"):
        read_arrays(path)
    assert time.perf_counter() - start < 1


def test_what_a_damaged_file_quotes_of_itself_is_cut_short(tmp_path):
    path = tmp_path / "odd.npz"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("line\n" * 9_999, b"no array")
    with pytest.raises(ValueError, match=r"^.{,600}$"):
        Network.load(path)


def test_an_archive_that_claims_a_gigabyte_gets_none(tmp_path):
    path = tmp_path / "greedy.npz"
    data = bytearray(packed(**ARRAYS))
    for mark, place in ((b"PK\x03\x04", 18), (b"PK\x01\x02", 20)):
        start = data.index(mark) + place  # of the compressed size and the real one
        data[start : start + 8] = struct.pack("<2I", 2**30, 2**27)
    path.write_bytes(data)
    with (
        memory_below(2 * LARGEST_FILE),
        pytest.raises(ValueError, match=r"not a whole \.npz file"),
    ):
        read_arrays(path)
