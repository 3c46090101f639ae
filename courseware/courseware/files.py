"""The one writer of files: whole or not at all."""

import os
from contextlib import suppress
from pathlib import Path
from stat import S_IMODE
from threading import get_ident


def write_atomically(path: Path, data: bytes | memoryview) -> None:
    """Write `data` to `path`, whole or not at all.

    An error, Ctrl-C or a power cut leaves the old file as it was. A link stays a link:
    what it leads to is written. A file keeps its mode; a new one gets what the umask
    leaves.

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
        try:
            with partial.open("wb") as file:
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
        raise OSError(error.errno, error.strerror, str(path)) from None
