"""Keeps MNIST where the next call finds it.

The cache holds the four IDX files as they are when unpacked, so that it is itself a
folder that `load_mnist` reads.  Others may have files beside them, or links in their
place: what lies elsewhere is neither read nor written, and no file of theirs removed.
"""

import re
import stat
import time
from contextlib import suppress
from pathlib import Path

from courseware.files import write_atomically
from digitlib.data.content import NAMES, Content, idx_header

STALE = 3600  # seconds after which a half-written file belongs to nobody any more
PARTIAL = re.compile(r"\.\d+-\d+\.partial")  # as `write_atomically` names such files


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
    if not all(is_within(folder / name, folder.parent) for name in NAMES):
        return
    with suppress(OSError):  # read-only, full, no folder: what can be read will do
        folder.mkdir(parents=True, exist_ok=True)
        remove_stale(folder)
        for name, array in zip(NAMES, content[:4], strict=True):
            write_atomically(folder / name, b"".join((idx_header(array), array)))
        if note and is_within(note, folder.parent):
            note.parent.mkdir(exist_ok=True)
            note.open("xb").close()  # never one that is there, nor through a link


def is_within(path: Path, folder: Path) -> bool:
    """Return whether a path, be there a file or not, leads to within a folder."""
    try:
        return path.resolve().is_relative_to(folder.resolve())
    except (OSError, RuntimeError, ValueError):  # links in a circle, no possible name
        return False


def remove_stale(folder: Path) -> None:
    """Remove what a killed process left half-written here."""
    for partial in folder.glob("*.partial"):
        with suppress(OSError):  # another process may be doing the same
            facts = partial.lstat()
            is_ours = PARTIAL.fullmatch(partial.name) and stat.S_ISREG(facts.st_mode)
            if is_ours and time.time() - facts.st_mtime > STALE:
                partial.unlink()
