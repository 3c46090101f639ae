"""Arrays in an .npz file, and from one: as much as was promised, and never code."""

import io
import math
import re
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from courseware.files import open_regular

UNREADABLE = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    RuntimeError,  # an encrypted member
    OSError,  # a member that claims to lie before the beginning of the file
)
LARGEST_FILE = 2**28  # bytes once unpacked; a network of this course needs a hundredth
MOST_ARRAYS = 1_000
_LIMITS = f"{LARGEST_FILE} bytes or {MOST_ARRAYS} arrays"
# NumPy packs in no other way; others unpack all that there is, whatever was promised.
PACKED = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
# What NumPy writes before an array of numbers. Its own reader hands such a line to
# Python's parser, which can be led astray; this one knows no other line.
HEADER = re.compile(
    rb"\x93NUMPY\x01\x00..\{'descr': '([^']{0,9})', 'fortran_order': (True|False), "
    rb"'shape': \(([0-9, ]{0,400})\), \} *\n",  # an array has at most 64 sizes
    re.DOTALL,
)
NUMBERS = {
    np.dtype(kind).newbyteorder(order).str
    for kind in ("?", "u1", "i4", "i8", "f4", "f8")
    for order in "<>"
}


def to_bytes(arrays: Mapping[str, np.ndarray]) -> bytes:
    """Return an .npz file; ValueError if it would be too large for `read_arrays`."""
    buffer = io.BytesIO()
    np.savez(buffer, **arrays)
    if buffer.tell() > LARGEST_FILE or len(arrays) > MOST_ARRAYS:
        raise ValueError(f"it would have more than {_LIMITS}")
    return buffer.getvalue()


def read_arrays(path: Path) -> dict[str, np.ndarray]:
    """Return every array of an .npz file by its name.

    Whatever is in the file, this takes less than a gigabyte of memory.

    Raises
    ------
    ValueError
        If the file is not an .npz of plain numeric arrays, has more than
        `MOST_ARRAYS` of them, or would fill more than `LARGEST_FILE` bytes of memory.
    OSError
        If the file cannot be read.
    """
    with open_regular(path) as file:
        data = file.read(LARGEST_FILE + 1)
    # Each member is announced by these four letters: looked for at once, since zipfile
    # takes its time for each.
    if len(data) > LARGEST_FILE or data.count(b"PK\1\2") > MOST_ARRAYS:
        raise ValueError(f"it has more than {_LIMITS}")
    return _read_archive(data)


def _read_archive(data: bytes) -> dict[str, np.ndarray]:
    try:
        # Not from the file itself: of that, zipfile asks for as many bytes as the
        # archive claims to have, and memory for all of them is taken at once.
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
            _check(members, len(data))
            return {
                member.filename.removesuffix(".npy"): _read_array(archive, member)
                for member in members
            }
    except UNREADABLE as error:
        raise ValueError(f"it is not a whole .npz file: {error}") from None


def _check(members: list[zipfile.ZipInfo], size: int) -> None:
    """Raise ValueError unless members are such as `numpy.savez` writes."""
    if sum(member.file_size for member in members) > LARGEST_FILE:
        raise ValueError(f"it unpacks to more than {LARGEST_FILE} bytes")
    if sum(member.compress_size for member in members) > size:
        raise ValueError("it is not a whole .npz file: its arrays overlap")
    if len({member.filename for member in members}) < len(members):
        raise ValueError("two of its arrays have the same name")
    if odd := [each for each in members if each.compress_type not in PACKED]:
        raise ValueError(f"{odd[0].filename} is packed as numpy.savez packs nothing")


def _read_array(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> np.ndarray:
    """Read one .npy member; its header must promise just the bytes that follow."""
    with archive.open(member) as file:  # to read all would unpack all, and then count
        data = file.read(member.file_size)
    header = HEADER.match(data)
    if header is None:
        raise ValueError(f"{member.filename} does not begin as numpy.savez begins it")
    kind, fortran, sizes = (group.decode("latin-1") for group in header.groups())
    if kind not in NUMBERS:
        raise ValueError(f"{member.filename} holds something other than numbers")
    dtype = np.dtype(kind)
    shape = tuple(int(size) for size in sizes.split(",") if size.strip())
    if len(data) - header.end() != math.prod(shape) * dtype.itemsize:
        raise ValueError(f"{member.filename} has not as many bytes as its shape needs")
    array = np.frombuffer(data, dtype, offset=header.end())
    array = array.reshape(shape, order="F" if fortran == "True" else "C")
    return array.astype(dtype.newbyteorder("="))  # a copy, which may be written to
