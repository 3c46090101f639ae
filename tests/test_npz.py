"""The reader of .npz files: as much as was promised, and never more."""

import copy
import os
import re
import struct
import time
import warnings
import zipfile
import zlib
from pathlib import Path

import numpy as np
import pytest

from digitlib import Network
from digitlib.npz import LARGEST_FILE, read_arrays, to_bytes
from helpers import PRINT_PEAK, memory_below, python
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


BEGIN = b"\x93NUMPY\x01\x00\x76\x00{'descr': '%s', 'fortran_order': False, "
BEGIN += b"'shape': (%d,), }\n"


def archive(path, data, packing=zipfile.ZIP_STORED, name="weights_1.npy"):
    """Write an archive of one array, or of what should be one."""
    with zipfile.ZipFile(path, "w", packing) as archive:
        archive.writestr(name, data)


def lying(path):
    """A megabyte is packed; it would unpack to a gigabyte, and claims 100 bytes."""
    packer = zlib.compressobj(wbits=-15)
    million = packer.compress(bytes(2**20)) + packer.flush(zlib.Z_FULL_FLUSH)
    archive(path, 1_000 * million + packer.flush())
    data = bytearray(path.read_bytes())
    for mark, place in ((b"PK\x03\x04", 8), (b"PK\x01\x02", 10)):
        start = data.rindex(mark) + place
        data[start] = zipfile.ZIP_DEFLATED
        data[start + 14 : start + 18] = struct.pack("<I", 100)
    path.write_bytes(data)


def many(path):
    """Claims a million members, of no bytes."""
    member = b"PK\1\2" + bytes(24) + struct.pack("<H", 1) + bytes(16) + b"a"
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 9, 9, 10**6 * len(member), 0, 0)
    path.write_bytes(10**6 * member + end)


def one_over_another(path):
    archive(path, bytes(1_000))
    with zipfile.ZipFile(path, "a") as archive_:
        for number in range(3):
            twin = copy.copy(archive_.infolist()[0])
            twin.filename = f"twin_{number}"
            archive_.filelist.append(twin)
        archive_._didModify = True


def twins(path):
    path.write_bytes(packed(**ARRAYS))
    with zipfile.ZipFile(path, "a") as archive_, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        archive_.writestr("sizes.npy", b"")


def described(path, text):
    archive(path, BEGIN % (b"|u1", len(text)) + text, 8, "description.npy")


HARM = {
    "deflated and lying": (lying, "not a whole"),
    **{
        f"packed in the way {way}": (
            lambda path, way=way: archive(path, bytes(1_000), way),
            "weights_1.npy is packed as numpy.savez packs nothing",
        )
        for way in (zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA)
    },
    "a million members": (many, "more than .* 1000 arrays"),
    "overlapping members": (one_over_another, "overlap"),
    "two of one name": (twins, "two of its arrays have the same name"),
    "four million sizes": (
        lambda path: archive(
            path, BEGIN % (b"<i8", 4 * 10**6) + bytes(32 * 10**6), name="sizes.npy"
        ),
        "more sizes than arrays",
    ),
    "a description of ten million lists": (
        lambda path: described(path, b"[" + b"[]," * 10**7 + b"[]]"),
        "100,000 letters",
    ),
    "a description of 3,000 lists in one another": (
        lambda path: described(path, b"[" * 3_000 + b"]" * 3_000),
        "makes no sense",
    ),
    "a description with 4,000 digits": (
        lambda path: described(
            path,
            b'{"cost": "CrossEntropy", "inputs": 1, "l2": 0, "layers": [{"kind": '
            b'"Dropout", "keep": ' + b"9" * 4_000 + b"}]}",
        ),
        "keep must be",
    ),
}
LOAD_ALL = """
import pathlib, sys
from digitlib import Model, Network
for path in sorted(pathlib.Path(sys.argv[1]).glob("*.npz")):
    try:
        (Model if "description" in path.name else Network).load(path)
    except ValueError as error:
        print(f"refused {error}")
"""


def test_what_means_harm_is_refused_and_takes_no_gigabyte(tmp_path):
    for number, (name, (write, _)) in enumerate(HARM.items()):
        write(tmp_path / f"{number:02} {name}.npz")
    done = python("-c", LOAD_ALL + PRINT_PEAK, str(tmp_path), check=True)
    *lines, peak = done.stdout.splitlines()
    for line, (_, word) in zip(lines, HARM.values(), strict=True):
        assert re.search(f"refused .*{word}", line), line
        assert len(line) < 500
    assert int(peak) < 500_000


def test_what_could_not_be_read_is_not_written(monkeypatch):
    arrays = {f"array_{number}": np.zeros(1) for number in range(1_001)}
    with pytest.raises(ValueError, match="more than"):
        to_bytes(arrays)
    monkeypatch.setattr("digitlib.npz.LARGEST_FILE", 1_000)
    with pytest.raises(ValueError, match="more than"):
        to_bytes({"array": np.zeros(1_000)})


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes")
def test_nobody_waits_for_a_pipe(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "pipe", Path("/dev/zero"), tmp_path):
        with pytest.raises(OSError, match="not a file"):
            Network.load(path)
    with pytest.raises(OSError, match="no possible name"):
        Network.load("a\0b")


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
