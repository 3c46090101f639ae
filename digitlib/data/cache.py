"""Keeps MNIST where the next call finds it.

The cache holds the four IDX files as they are when unpacked, so that it is itself a
folder that `load_mnist` reads.
"""

import time
from contextlib import suppress
from pathlib import Path

from courseware.files import write_atomically
from digitlib.data.content import NAMES, Content, idx_header

STALE = 3600  # seconds after which a half-written file belongs to nobody any more


def keep(content: Content, folder: Path | None, note: Path | None) -> None:
    """Write what must be MNIST; where it cannot be written, it is done without.

    Parameters
    ----------
    content : Content
    folder : Path or None
        Where to, if there is a cache.
    note : Path or None
        An empty file to be made when all is written.
    """
    if folder is None:
        return
    with suppress(OSError):  # read-only, full, no folder: what can be read will do
        folder.mkdir(parents=True, exist_ok=True)
        remove_stale(folder)
        for name, array in zip(NAMES, content[:4], strict=True):
            write_atomically(folder / name, b"".join((idx_header(array), array)))
        if note:
            note.parent.mkdir(exist_ok=True)
            note.touch()


def remove_stale(folder: Path) -> None:
    """Remove what a killed process left half-written."""
    for partial in folder.glob("*.partial"):
        with suppress(OSError):  # another process may be doing the same
            if time.time() - partial.stat().st_mtime > STALE:
                partial.unlink()
