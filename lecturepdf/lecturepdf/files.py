"""The one place where files are written."""

import errno
import shutil
from pathlib import Path
from secrets import token_hex


def write(path: Path, data: bytes) -> None:
    """Write a file whole or not at all: under another name first, then renamed.

    A link stays a link, and a file that is replaced leaves its mode to the new one.
    OSError if a folder or a device has this name: to rename would do away with that.
    """
    path = path.resolve()
    if path.exists() and not path.is_file():
        raise OSError(errno.EINVAL, "A folder or a device, not a file", str(path))
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{token_hex(8)}.part")
    try:
        with partial.open("xb") as file:  # never one that is there, nor through a link
            file.write(data)
        if path.exists():
            shutil.copymode(path, partial)
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
