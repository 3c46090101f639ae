"""Opens files, and believes none of them."""

import gzip
import io
import stat
import zlib
from pathlib import Path

import numpy as np

from digitlib.data.errors import DataError, UnreadableError


def unpack(path: Path, limit: int) -> bytes | memoryview:
    """Return the bytes of a file, gzipped or not: at most `limit` of them."""
    return uncompress(read_file(path, limit), str(path), limit)


def read_file(path: Path, limit: int) -> memoryview:
    """Return the bytes of a regular file, of which there must be at most `limit`."""
    try:
        facts = path.stat()
        if not stat.S_ISREG(facts.st_mode):  # to open a pipe might take for ever
            raise OSError("a folder or a device, not a file")
        # Into NumPy's memory, which takes half the time of Python's bytes.
        buffer = np.empty(min(facts.st_size, limit) + 1, np.uint8)
        with path.open("rb") as file:
            data = buffer[: file.readinto(buffer)].data
    except FileNotFoundError:
        raise DataError(f"{path}: there is no such file. Check the path.") from None
    except (OSError, ValueError) as error:  # ValueError: no possible name of a file
        why = getattr(error, "strerror", None) or error
        raise UnreadableError(
            f"{path}: cannot be read ({why}). Check its path and permissions."
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
        with gzip.open(io.BytesIO(data)) as file:
            content = file.read(limit + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise DataError(
            f"{name}: is truncated or damaged ({error}). Download it again."
        ) from None
    if len(content) > limit:
        raise DataError(f"{name}: unpacks to more than MNIST. Replace the file.")
    return content
