"""
Files that are handed out to somebody who will change them.

A file that its reader has changed is theirs: it stays as it is, and its new version
comes beside it. Which files were changed is decided by their content, never by times:
the hash of each file that was handed out is in a list in the same folder.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from pathlib import Path

from courseware.files import write_atomically

LIST = ".made.json"


def hand_out(
    files: dict[str, bytes],
    folder: Path,
    identity: Callable[[bytes], bytes] = lambda data: data,
) -> list[str]:
    """
    Bring a folder up to date without touching what its reader has changed.

    Parameters
    ----------
    files : dict
        Their names and what is to be in them.
    folder : Path
        Where they go; made if need be. Files that came from here earlier, that nobody
        changed, and that are no longer wanted, are removed.
    identity : callable
        Takes a file's bytes and returns the part of them by which it is told whether a
        file was changed, for the case that mere reading may change the rest.

    Returns
    -------
    list of str
        A line for each file that was written, removed or left alone.
    """
    folder.mkdir(parents=True, exist_ok=True)
    there = _Folder(folder, identity)
    news = [there.give(name, data) for name, data in files.items()]
    news += [there.take_back(place) for place in there.stale()]
    return [line for line in news if line]


class _Folder:
    """The files in one folder, and what is known about them."""

    def __init__(self, folder: Path, identity: Callable[[bytes], bytes]) -> None:
        self.folder = folder
        self.identity = identity
        self.made = _read(folder / LIST)
        self.wanted: set[str] = set()

    def give(self, name: str, data: bytes) -> str:
        """Put a file where it overwrites nothing of the reader's; say what was done."""
        new = self._hash(data)
        for place in _places(name):
            self.wanted.add(place)
            current, known = self._current(place), self.made.get(place)
            if current is None and known == new and place != name:
                return ""  # the reader has seen it, and has thrown it away
            if current is not None and new in (current, known):
                self._record(place, new)
                return ""  # it is there, as it was given or with the reader's changes
            if current in (None, known):
                write_atomically(self.folder / place, data)
                self._record(place, new)
                return _news(name, place, fresh=known is None)
        raise AssertionError  # there is always another place

    def stale(self) -> list[str]:
        """List what came from here earlier and is not wanted any more."""
        return sorted(self.made.keys() - self.wanted)

    def take_back(self, place: str) -> str:
        """Remove a file, unless the reader has changed it; say what was done."""
        unchanged = self._current(place) == self.made.pop(place)
        if unchanged:
            (self.folder / place).unlink()
        self._save()
        return f"{place}: removed, it is out of date" if unchanged else ""

    def _current(self, place: str) -> str | None:
        path = self.folder / place
        return self._hash(path.read_bytes()) if path.exists() else None

    def _hash(self, data: bytes) -> str:
        return hashlib.sha256(self.identity(data)).hexdigest()

    def _record(self, place: str, known: str) -> None:
        """Remember what was given, at once: the power may fail before the next one."""
        if self.made.get(place) != known:
            self.made[place] = known
            self._save()

    def _save(self) -> None:
        text = json.dumps(self.made, indent=1, sort_keys=True) + "\n"
        write_atomically(self.folder / LIST, text.encode())


def _read(path: Path) -> dict[str, str]:
    """Return the list; without a sound one, every file counts as the reader's."""
    try:
        content = json.loads(path.read_bytes())
    except (FileNotFoundError, ValueError):
        return {}
    entries = content.items() if isinstance(content, dict) else ()
    return {name: code for name, code in entries if Path(name).name == name}


def _places(name: str) -> Iterator[str]:
    """Yield a.txt, a.new.txt, a.new2.txt ..., for as long as it takes."""
    path = Path(name)
    yield name
    yield f"{path.stem}.new{path.suffix}"
    number = 2
    while True:
        yield f"{path.stem}.new{number}{path.suffix}"
        number += 1


def _news(name: str, place: str, fresh: bool) -> str:
    if place != name:
        return f"{name}: you have changed it, so it stays; the new one is {place}"
    return f"{name}: {'made' if fresh else 'renewed'}"
