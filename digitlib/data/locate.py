"""Finds out where MNIST is to be read, and where it is to be kept.

The environment is asked here and nowhere else.
"""

import hashlib
import os
import stat
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from platformdirs import user_cache_path

from digitlib.data.cache import is_within
from digitlib.data.content import NAMES
from digitlib.data.errors import DataError

SOURCE, CACHE = "DIGITLIB_DATA_DIR", "DIGITLIB_CACHE_DIR"


class Place(NamedTuple):
    """Where MNIST may be, and where to keep what was read there."""

    name: str  # as `MNIST.source` gives it
    files: tuple[Path, ...] = ()  # four IDX files, or one pickle; none: the network
    is_sample: bool = False
    must_be_mnist: bool = True
    cache: Path | None = None  # the folder to keep it in
    note: Path | None = None  # made when it is kept: these very files hold MNIST


def locate(source: str | os.PathLike[str] | None, verify: bool) -> list[Place]:
    """Return the places where MNIST may be, in the order in which to try them.

    Unpacking files takes longer than all the rest.  So the cache has notes of which
    files were found to hold MNIST; as long as these have not been touched, the copy in
    the cache, which is verified each time, is tried before them.

    Raises
    ------
    DataError
        If a folder is named in which one of the four IDX files is missing.
    """
    path = named_by(SOURCE) if source is None else _expand(source)
    base = cache_folder()
    cache = base / "mnist" if base else None
    copy = tuple(cache / name for name in NAMES) if cache else ()
    if not all(is_within(file, base) for file in copy):
        copy = ()
    if path is None:
        places = [Place("cache", copy)] if copy else []
        places.append(Place("download", cache=cache))
        sample = Place("bundled sample", is_sample=True, must_be_mnist=False)
        return [*places, sample]
    files = _find_files(path)
    if not verify:
        return [Place(str(path), files, must_be_mnist=False)]
    known = fingerprint(files)
    note = base / "verified" / known if base and known else None
    places = [Place(str(path), copy)] if copy and note and _is_file(note) else []
    return [*places, Place(str(path), files, cache=cache, note=note)]


def named_by(variable: str) -> Path | None:
    """Return the path that a variable of the environment names, if it is set."""
    named = os.environ.get(variable)
    return _expand(named) if named else None


def cache_folder() -> Path | None:
    """Return the folder of the cache, or None where there can be none.

    Without a home, "~" stays as it is: better no cache than a folder of that name.
    """
    if named := named_by(CACHE):
        return None if str(named).startswith("~") else named
    if sys.platform == "emscripten":  # a browser forgets its files anyhow
        return None
    try:
        folder = user_cache_path("digitlib", appauthor=False)
    except RuntimeError:  # so say newer versions of platformdirs that there is no home
        return None
    return folder if folder.is_absolute() else None


def fingerprint(files: Iterable[Path]) -> str:
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


def _expand(path: str | os.PathLike[str]) -> Path:
    """Return the path that the user means, who may have written "~/mnist"."""
    try:
        return Path(path).expanduser()
    except RuntimeError:  # there is no home
        return Path(path)


def _find_files(path: Path) -> tuple[Path, ...]:
    """Return the four IDX files in a folder, in the order of `NAMES`, or the file."""
    if not stat.S_ISDIR(_mode(path)):  # reading it will say what else it is
        return (path,)
    try:
        present = {entry.name: entry for entry in path.iterdir() if _is_file(entry)}
    except OSError as error:
        why = error.strerror or error
        raise DataError(
            f"{path}: cannot be read ({why}). Check its path and permissions."
        ) from None
    found = []
    for name in NAMES:
        spellings = (name, name.replace("-idx", ".idx"))
        candidates = [s + suffix for s in spellings for suffix in ("", ".gz")]
        file = next((present[c] for c in candidates if c in present), None)
        if file is None:
            raise DataError(
                f"{path}: has no file {name} or {name}.gz. "
                "Put all four IDX files of MNIST there, or name another source."
            )
        found.append(file)
    return tuple(found)


def _is_file(path: Path) -> bool:
    """Return whether there is a regular file: no folder, no pipe."""
    return stat.S_ISREG(_mode(path))


def _mode(path: Path) -> int:
    """Return what there is, as the system encodes it; 0 if it cannot be looked at."""
    try:
        return path.stat().st_mode
    except (OSError, ValueError):  # ValueError: no possible name of a file
        return 0
