"""Opens files, and believes none of them."""

import io
import os
import zlib
from pathlib import Path

import numpy as np

from courseware.files import open_regular
from digitlib.data.errors import DataError, UnreadableError

GZIP = 31  # what zlib calls this wrapper
MOST_MEMBERS = 10_000  # MNIST has one; bgzip makes one of 64 kB
PIECE = 65_536


def unpack(path: Path, limit: int) -> bytes | memoryview:
    """Return the bytes of a file, gzipped or not: at most `limit` of them."""
    return uncompress(read_file(path, limit), str(path), limit)


def read_file(path: Path, limit: int) -> memoryview:
    """Return the bytes of a regular file, of which there must be at most `limit`."""
    try:
        with open_regular(path) as file:
            # Into NumPy's memory, which takes half the time of Python's bytes.
            size = min(os.fstat(file.fileno()).st_size, limit)
            buffer = np.empty(size + 1, np.uint8)
            data = buffer[: file.readinto(buffer)].data
    except FileNotFoundError:
        raise DataError(f"{path}: there is no such file. Check the path.") from None
    except OSError as error:
        raise UnreadableError(
            f"{path}: cannot be read ({error.strerror or error}). Check its path and "
            "permissions."
        ) from None
    if len(data) > limit:
        raise DataError(f"{path}: is larger than MNIST. Replace the file.")
    return data


def reject_web_page(data: bytes | memoryview, name: str) -> None:
    """Raise DataError if `data` is what sites send in place of a file."""
    if bytes(data[:1000]).lstrip()[:1] == b"<":
        raise DataError(
            f"{name}: is a web page, not data (the site refused, perhaps). "
            "Download it again or from another site."
        )


def uncompress(data: bytes | memoryview, name: str, limit: int) -> bytes | memoryview:
    """Return `data` without gzip's wrapper, if it has one: at most `limit` bytes."""
    if data[:2] != b"\x1f\x8b":
        reject_web_page(data, name)
        return data
    try:
        content = _unwrapped(data, limit)
    except (EOFError, zlib.error) as error:
        raise DataError(
            f"{name}: is truncated or damaged ({error}). Download it again."
        ) from None
    if len(content) > limit:
        raise DataError(f"{name}: unpacks to more than MNIST. Replace the file.")
    return content


def _unwrapped(data: bytes | memoryview, limit: int) -> bytes:
    """Return what gzip has packed, or somewhat more than `limit` bytes of it.

    Python's own module reads letter by letter what stands before the packed bytes, and
    any number of such members that hold nothing.
    """
    content, members = io.BytesIO(), 1
    unpacker = zlib.decompressobj(GZIP)
    for start in range(0, len(data), PIECE):
        piece = bytes(data[start : start + PIECE])
        while piece:
            if unpacker.eof:  # behind a member come zeros, or another one
                if not (piece := piece.lstrip(b"\0")):
                    break
                unpacker, members = zlib.decompressobj(GZIP), members + 1
                if members > MOST_MEMBERS:
                    raise zlib.error("more than one file")
            content.write(unpacker.decompress(piece, limit + 1 - content.tell()))
            if content.tell() > limit:
                return content.getvalue()
            piece = unpacker.unused_data
    if not unpacker.eof:
        raise EOFError("its end is missing")
    return content.getvalue()
