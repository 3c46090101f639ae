"""Arrays to a file and back: never half-written, never code."""

import os
import zipfile
import zlib
from pathlib import Path
from typing import BinaryIO

import numpy as np

UNREADABLE = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,  # a compression that zipfile lacks
    RuntimeError,  # an encrypted member
    OSError,  # a member that claims to lie before the beginning of the file
)
LARGEST_FILE = 2**29  # bytes once unpacked; a network of this course needs a thousandth


def write_atomically(path: Path, data: bytes) -> None:
    """Write `data` to `path`: an error or Ctrl-C leaves the old file whole."""
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    try:
        partial.write_bytes(data)
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def read_arrays(path: Path) -> dict[str, np.ndarray]:
    """Read every array of an .npz file.

    Parameters
    ----------
    path : Path
        The file.

    Returns
    -------
    dict
        Arrays by name.

    Raises
    ------
    ValueError
        If the file is not an .npz of plain numeric arrays, or would fill more
        than `LARGEST_FILE` bytes of memory.
    OSError
        If the file cannot be read.
    """
    with path.open("rb") as file:
        return _read_archive(file)


def _read_archive(file: BinaryIO) -> dict[str, np.ndarray]:
    """Read every array of an open .npz file."""
    try:
        with zipfile.ZipFile(file) as archive:
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
    with archive.open(member) as stream:
        version = np.lib.format.read_magic(stream)
        if version != (1, 0):
            raise ValueError(f"{member.filename} has format version {version}")
        shape, fortran, dtype = np.lib.format.read_array_header_1_0(stream)
        if dtype.hasobject:
            raise ValueError(f"{member.filename} holds Python objects")
        data = stream.read()
    count = int(np.prod(shape, dtype=object))
    if len(data) != count * dtype.itemsize:
        raise ValueError(f"{member.filename} has {len(data)} bytes for shape {shape}")
    order = "F" if fortran else "C"
    return np.frombuffer(data, dtype).reshape(shape, order=order).copy()
