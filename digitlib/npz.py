"""Arrays from an .npz file: as much as was promised, and never code."""

import io
import math
import re
import zipfile
import zlib
from pathlib import Path

import numpy as np

UNREADABLE = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,  # a compression that zipfile lacks
    RuntimeError,  # an encrypted member
    OSError,  # a member that claims to lie before the beginning of the file
)
LARGEST_FILE = 2**28  # bytes once unpacked; a network of this course needs a hundredth
# What NumPy writes before an array of numbers. Its own reader hands such a line to
# Python's parser, which can be led astray; this one knows no other line.
HEADER = re.compile(
    rb"\x93NUMPY\x01\x00..\{'descr': '([^']*)', 'fortran_order': (True|False), "
    rb"'shape': \(([0-9, ]{0,400})\), \} *\n",  # an array has at most 64 sizes
    re.DOTALL,
)
NUMBERS = {
    np.dtype(kind).newbyteorder(order).str
    for kind in ("?", "u1", "i4", "i8", "f4", "f8")
    for order in "<>"
}


def read_arrays(path: Path) -> dict[str, np.ndarray]:
    """Return every array of an .npz file by its name.

    Raises
    ------
    ValueError
        If the file is not an .npz of plain numeric arrays, or would fill more
        than `LARGEST_FILE` bytes of memory.
    OSError
        If the file cannot be read.
    """
    with path.open("rb") as file:
        data = file.read(LARGEST_FILE + 1)
    if len(data) > LARGEST_FILE:
        raise ValueError(f"it has more than {LARGEST_FILE} bytes")
    return _read_archive(data)


def _read_archive(data: bytes) -> dict[str, np.ndarray]:
    try:
        # Not from the file itself: of that, zipfile asks for as many bytes as the
        # archive claims to have, and memory for all of them is taken at once.
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
            if sum(member.file_size for member in members) > LARGEST_FILE:
                raise ValueError(f"it unpacks to more than {LARGEST_FILE} bytes")
            return {
                member.filename.removesuffix(".npy"): _read_array(archive, member)
                for member in members
            }
    except UNREADABLE as error:
        raise ValueError(f"it is not a whole .npz file: {error}") from None


def _read_array(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> np.ndarray:
    """Read one .npy member; its header must promise just the bytes that follow."""
    data = archive.read(member)
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
