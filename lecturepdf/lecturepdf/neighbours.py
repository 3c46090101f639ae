"""Files beside a notebook: what it may have read, and how."""

import os
import shlex
import stat
from collections.abc import Iterable
from pathlib import Path

_MOST_BYTES = 100 * 2**20


class FileError(Exception):
    """A file that is not read; the message says why, `remedy` what to do about it."""

    def __init__(self, message: str, remedy: str = "") -> None:
        super().__init__(message)
        self.remedy = remedy


def read(name: str, folder: Path, allowed: Iterable[Path] = ()) -> bytes:
    """Return what is in a file that a notebook names.

    It is a regular file of at most 100 megabytes, where links have led to it, and is
    opened without waiting for anybody.

    Parameters
    ----------
    name : str
        A path, as the notebook has it.
    folder : Path
        Where the notebook is; only what is within may be read.
    allowed : iterable of Path
        Other folders from which the person who prints allows to read.

    Raises
    ------
    FileError
        If there is no such file, or it is not to be read.
    """
    irregular = FileError("it is no regular file")
    if _is_share(name):
        raise FileError("it is on another machine")
    try:
        path = (folder / name).resolve()
        if not any(
            path.is_relative_to(place.resolve()) for place in (folder, *allowed)
        ):
            place = shlex.quote(str(path.parent))
            raise FileError(
                "it is outside the notebook's folder",
                f"to read it: --allow-from {place}, "
                f"or --LecturePDFExporter.allow_from={place}",
            )
        flags = ("O_NONBLOCK", "O_NOFOLLOW", "O_CLOEXEC", "O_BINARY")  # where there are
        mode = sum(getattr(os, flag, 0) for flag in flags)
        if not stat.S_ISREG(path.stat().st_mode):
            raise irregular
        with os.fdopen(os.open(path, os.O_RDONLY | mode), "rb") as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise irregular
            data = file.read(_MOST_BYTES + 1)
    except (OSError, RuntimeError, ValueError) as error:
        # The latter two: links in a circle, before Python 3.13; a null character.
        raise FileError("there is no such file") from error
    if len(data) > _MOST_BYTES:
        raise FileError("it is larger than 100 megabytes")
    return data


def is_there(name: str, folder: Path) -> bool:
    """Return whether there is a file of this name; no other machine is asked."""
    try:
        return not _is_share(name) and (folder / name).is_file()
    except (OSError, ValueError):  # too long, or with a null character
        return False


def _is_share(name: str) -> bool:
    # Of Windows; to look whether such a file is there would tell who one is.
    return name.replace("\\", "/").startswith("//")
