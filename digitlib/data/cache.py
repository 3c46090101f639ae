"""Keeps MNIST where the next call finds it.

The cache holds the four IDX files as they are when unpacked, so that it is itself a
folder that `load_mnist` reads, and beside them notes of which other files were found to
hold the same.  Whatever cannot be written or read is done without.
"""

import hashlib
import os
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path

import numpy as np

from digitlib.data.idx import (
    MAX_CONTENT,
    SHA256,
    Content,
    DataError,
    digest,
    idx_header,
    parse_idx,
)

STALE = 3600  # seconds after which a half-written file belongs to nobody any more


def folder() -> Path | None:
    """Return the folder of the cache, or None where there can be none."""
    named = os.environ.get("DIGITLIB_CACHE_DIR")
    if named:
        return Path(named)
    if sys.platform == "emscripten":  # a browser forgets its files anyhow
        return None
    try:
        home = Path.home()
    except RuntimeError:  # nobody's home
        return None
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA") or home / "AppData" / "Local")
    elif sys.platform == "darwin":
        base = home / "Library" / "Caches"
    else:
        base = Path(os.environ.get("XDG_CACHE_HOME") or home / ".cache")
    # Without a home, "~" stays as it is: better no cache than a folder of that name.
    return base / "digitlib" if base.is_absolute() else None


def read() -> Content | None:
    """Return MNIST from the cache, or None unless all of it is there, bit for bit."""
    base = folder()
    if base is None:
        return None
    arrays = []
    for name, sha256 in SHA256.items():
        try:
            # Into NumPy's memory, which takes half the time of Python's bytes.
            data = np.fromfile(base / "mnist" / name, np.uint8, MAX_CONTENT + 1)
            array = parse_idx(data.data, name, ndim=3 if "images" in name else 1)
        except (OSError, DataError):
            return None
        if digest(array) != sha256:
            return None
        arrays.append(array)
    return Content(*arrays)


def write(content: Content) -> bool:
    """Keep `content`, which must be verified MNIST; return whether it worked."""
    base = folder()
    if base is None:
        return False
    try:
        target = base / "mnist"
        target.mkdir(parents=True, exist_ok=True)
        remove_stale(target)
        for name, array in zip(SHA256, content[:4], strict=True):
            write_atomically(target / name, array)
    except OSError:  # read-only, full, no folder: what can be read will do
        return False
    return True


def write_atomically(path: Path, array: np.ndarray) -> None:
    """Write an IDX file under another name first: `path` is never half of one."""
    handle, name = tempfile.mkstemp(".partial", path.name, path.parent)
    partial = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(idx_header(array))
            file.write(np.ascontiguousarray(array))
        partial.replace(path)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise


def remove_stale(target: Path) -> None:
    """Remove what a killed process left half-written."""
    for partial in target.glob("*.partial"):
        with suppress(OSError):  # another process may be doing the same
            if time.time() - partial.stat().st_mtime > STALE:
                partial.unlink()


# --------------------------------------------------------------------------------------
# notes of which files were found to hold MNIST


def fingerprint(files: list[Path]) -> str:
    """Return a name for these very files as they are now.

    It changes with their place, size, inode and times of change.  Where a file cannot
    be looked at, it is empty.
    """
    sha = hashlib.sha256()
    for file in files:
        try:
            now = file.stat()
            place = file.resolve()
        except (OSError, ValueError):  # ValueError: no possible name of a file
            return ""
        facts = (now.st_ino, now.st_size, now.st_mtime_ns, now.st_ctime_ns)
        sha.update(f"{place}\n{facts}\n".encode("utf-8", "surrogateescape"))
    return sha.hexdigest()


def is_known(name: str) -> bool:
    """Return whether files of this fingerprint were found to hold MNIST."""
    base = folder()
    try:
        return bool(base and name) and (base / "verified" / name).is_file()
    except OSError:
        return False


def note(name: str) -> None:
    """Note that files of this fingerprint were found to hold MNIST."""
    base = folder()
    if not (base and name):
        return
    with suppress(OSError):  # then they are read again next time
        (base / "verified").mkdir(parents=True, exist_ok=True)
        (base / "verified" / name).touch()
