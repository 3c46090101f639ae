"""The one reader and the one writer of files: regular ones, whole or not at all."""

import errno
import os
from contextlib import suppress
from pathlib import Path
from stat import S_IMODE, S_ISREG
from threading import get_ident
from typing import BinaryIO

NO_FILE = "a folder or a device, not a file"
MOST_BYTES = 100_000_000  # of a file that is read whole; a lesson has a hundredth
# Where there are such: to open a pipe would wait for whoever writes into it.
_FLAGS = ("O_NONBLOCK", "O_CLOEXEC", "O_BINARY")


def open_regular(path: Path) -> BinaryIO:
    """Open a file to read it; OSError if it is a folder, a pipe or a device."""
    flags = sum(getattr(os, flag, 0) for flag in _FLAGS)
    try:
        # Before it is opened, which is an act for some devices, and after.
        if S_ISREG(path.stat().st_mode):
            file = os.fdopen(os.open(path, os.O_RDONLY | flags), "rb")
            if S_ISREG(os.fstat(file.fileno()).st_mode):
                return file
            file.close()
    except ValueError:  # a null character
        raise _error(errno.ENOENT, "no possible name of a file", path) from None
    raise _error(errno.EINVAL, NO_FILE, path)


def read_bytes(path: Path, most: int = MOST_BYTES) -> bytes:
    """Return what is in a file; OSError if that cannot be, or is more than so much."""
    with open_regular(path) as file:
        data = file.read(most + 1)
    if len(data) > most:
        raise _error(errno.EFBIG, f"larger than {most // 1_000_000} MB", path)
    return data


def read_text(path: Path) -> str:
    """Return the text in a file, as `Path.read_text` does; OSError if it is none."""
    try:
        text = read_bytes(path).decode("utf-8")
        return text.replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError:
        raise _error(errno.EILSEQ, "not UTF-8: save it as UTF-8", path) from None


def _error(number: int | None, what: str, path: Path) -> OSError:
    return OSError(number, what, str(path))


def write_atomically(path: Path, data: bytes | memoryview) -> None:
    """Write `data` to `path`, whole or not at all.

    An error, Ctrl-C or a power cut leaves the old file as it was. A link stays a link:
    what it leads to is written. A file keeps its mode; a new one gets what the umask
    leaves. No device is replaced, nor what a link leads to and is no file.

    Parameters
    ----------
    path : Path
        The file.
    data : bytes or memoryview
        What is to be in it.

    Raises
    ------
    OSError
        If it cannot be written; names `path`.
    """
    try:
        target = Path(os.path.realpath(path))
        partial = target.with_name(f".{os.getpid()}-{get_ident()}.partial")
        is_led_astray = path.is_symlink() and target.exists() and not target.is_file()
        if is_led_astray or target.is_char_device() or target.is_block_device():
            raise _error(errno.EINVAL, NO_FILE, path)
        try:
            partial.unlink(missing_ok=True)  # of a process that had this number
            with partial.open("xb") as file:  # never through a link
                file.write(data)
                file.flush()
                # Or else the new name may reach the disk before the data.
                os.fsync(file.fileno())
            with suppress(FileNotFoundError):
                partial.chmod(S_IMODE(target.stat().st_mode))
            partial.replace(target)
        finally:
            with suppress(OSError):
                partial.unlink(missing_ok=True)
    except OSError as error:
        raise _error(error.errno, error.strerror, path) from None
    except ValueError:  # a null character
        raise _error(errno.ENOENT, "no possible name of a file", path) from None
