"""The one writer of files: whole or not at all."""

import os
from contextlib import suppress
from pathlib import Path
from threading import get_ident


def write_atomically(path: Path, data: bytes) -> None:
    """Write `data` to `path`, whole or not at all.

    An error, Ctrl-C or a power cut leaves the old file as it was.

    Raises
    ------
    OSError
        If it cannot be written; names `path`.
    """
    partial = path.with_name(f".{path.name}.{os.getpid()}-{get_ident()}.partial")
    try:
        with partial.open("wb") as file:
            file.write(data)
            file.flush()
            # Or else the new name may reach the disk before the data.
            os.fsync(file.fileno())
        partial.replace(path)
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(path)) from None
    finally:
        with suppress(OSError):
            partial.unlink(missing_ok=True)
