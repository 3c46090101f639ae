"""
Files that are handed out to somebody who will write in them, and their updates.

What a student has written moves into a lesson's new version, and the file as it was is
kept beside it. What is theirs is decided by content, never by times: a list in the same
folder has the digests of what was handed out. Each file is written whole, and recorded
when it is there, so that an update may be broken off anywhere and be done again.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterator
from pathlib import Path

from courseware.contents import BEFORE_UPDATE, entries, is_page, parse
from courseware.editions.ledger import Ledger
from courseware.editions.merge import Merged, digest, digests, look, merge
from courseware.editions.readme import README, listing
from courseware.files import read_bytes, write_atomically
from courseware.tags import SOLUTION, has_tag

_NOTEBOOK = ".ipynb"
_STUB_BELOW = (
    "read its task again, compare your answer with what is now given below it, and "
    "run its check."
)
_READ_AGAIN = "read its task again, and run its check."


def hand_out(
    files: dict[str, bytes], folder: Path, others: Collection[str] | None = ()
) -> list[str]:
    """
    Bring a folder up to date, with all that its reader has written in it.

    Parameters
    ----------
    files : dict
        Their names and what is to be in them. The table of lessons in README.md is
        made to list what lies in the folder.
    folder : Path
        Where they go; made if need be.
    others : collection of str, or None
        Names of files that the course has, and that are not handed out this time: they
        stay as they are; None: that is not known, so it may be any. Other files that
        came from here earlier are removed, unless they hold the reader's work.

    Returns
    -------
    list of str
        A sentence for each file that was written, removed or left behind. That of
        README.md goes without saying, as long as the reader has not written in it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    there = _Folder(folder, others)
    there.follow_names(files)
    for name in sorted(files.keys() - {README}):
        there.give(name, files[name])
    there.forget_what_is_gone(files)
    for name in there.stale(files):
        there.take_back(name)
    if README in files:  # which lists what there is now
        there.give(README, files[README])
    there.finish(is_first=not there.had_any)
    return list(there.done.values())


class _Folder:
    """The files in one folder, and what is known about them."""

    def __init__(self, folder: Path, others: Collection[str] | None) -> None:
        self.folder = folder
        self.ledger = Ledger.read(folder)
        self.ledger.others = sorted(self.ledger.files if others is None else others)
        self.had_any = bool(self.ledger.files)
        self.done: dict[str, str] = {}
        self.former: dict[str, str] = {}

    def follow_names(self, files: dict[str, bytes]) -> None:
        """Give a lesson that has got another name in the course that name here."""
        for name, data in files.items():
            new = parse(data) if name.endswith(_NOTEBOOK) else None
            if new is None or (self.folder / name).exists() or is_page(new):
                continue
            ids = digests(new).keys()
            for old in self.stale(files):
                known = self.ledger.files[old].get("cells", {}).keys()
                shared = len(ids & known)
                if 2 * shared > max(len(ids), len(known)) and self._path(old).exists():
                    self.ledger.files[name] = self.ledger.files[old]
                    # Before its file has the name: see `give`.
                    self.ledger.write(self.folder)
                    self._path(old).replace(self._path(name))
                    del self.ledger.files[old]
                    self.former[name] = f"{name}, so far {old},"
                    break

    def give(self, name: str, data: bytes) -> None:
        """Put a file where it belongs, with what the reader has written in it."""
        if name == README:
            data = self._with_lessons(data)
        known = self.ledger.files.get(name)
        record = _record(name, data, known)
        path = self._path(name)
        old = read_bytes(path) if path.exists() else None
        self.had_any |= old is not None
        called = self.former.get(name, name)
        if old is None:
            write_atomically(path, data)
            self._record(name, record, "" if name == README else f"{name} is new.")
        elif old == data or (
            known
            and known["sha256"] == record["sha256"]
            and not _is_outdated(name, old, record)
        ):
            news = f"{called} has a new name." if name in self.former else ""
            self._record(name, record, news)
        else:
            whole, theirs, after, more = _mixed(name, old, known, data)
            news = "" if name == README else f"{called} was renewed{after}.{more}"
            if theirs and whole == old:
                news = ""
            elif theirs:
                place = self._replace(name, old, theirs, whole)
                news = f"{called} was renewed{after}; {place} is as it was before."
                news += more
            else:
                write_atomically(path, whole)
            self._record(name, record, news)

    def stale(self, files: Collection[str]) -> list[str]:
        """List what came from here earlier and is not in the course any more."""
        return sorted(self.ledger.files.keys() - set(files) - set(self.ledger.others))

    def forget_what_is_gone(self, files: Collection[str]) -> None:
        """Take what is stale and not even there off the list, in one go."""
        gone = [n for n in self.stale(files) if not self._path(n).is_file()]
        for name in gone:
            del self.ledger.files[name]
        if gone:
            self.ledger.write(self.folder)

    def take_back(self, name: str) -> None:
        """Remove a file, unless the reader has written in it."""
        path, known = self._path(name), self.ledger.files.pop(name)
        _, theirs, *_ = _mixed(name, read_bytes(path), known, None)
        news = f"{name} stays, for you have written in it, but the course has it "
        news += "no more."
        if not theirs:
            path.unlink()
            news = f"{name} was removed: the course has it no more."
        self._tell(name, news)
        self.ledger.write(self.folder)

    def finish(self, *, is_first: bool) -> None:
        """Note that all is done. Of what was handed out at first, nothing is news."""
        news = {} if is_first else self.ledger.news
        if not self.ledger.is_finished or news != self.ledger.news:
            self.ledger.is_finished, self.ledger.news = True, news
            self.ledger.write(self.folder)

    def _replace(self, name: str, old: bytes, theirs: list[str], new: bytes) -> str:
        """Put the new file in the place of the old one, which is kept; say where."""
        place, is_there = self._place_to_keep(name, old)
        if not is_there:
            existed = self._path(place).exists()
            write_atomically(self._path(place), old)
        try:
            write_atomically(self._path(name), new)
        except OSError:
            if not is_there and not existed:
                self._path(place).unlink()  # it would be there twice, and fill the disk
            raise
        self.ledger.copies[place] = {"sha256": _hash(old), "cells": sorted(theirs)}
        return place

    def _place_to_keep(self, name: str, old: bytes) -> tuple[str, bool]:
        """Return under which name a file can be kept, and whether it is there already.

        An earlier one gives way if it is as it was kept, and all that the reader has
        written in it stands in this one too.
        """
        content = parse(old)
        here = set(map(digest, content["cells"])) if content else {_hash(old)}
        for place in _places(name):
            path = self._path(place)
            if not path.exists():
                return place, False
            kept = read_bytes(path)
            if kept == old:
                return place, True
            known = self.ledger.copies.get(place)
            if known and known["sha256"] == _hash(kept) and here >= {*known["cells"]}:
                return place, False
        raise AssertionError  # there is always another place

    def _with_lessons(self, data: bytes) -> bytes:
        """Return README.md with a table of the course's lessons in the folder."""
        lessons = [
            lesson
            for lesson in entries(self.folder)
            if f"{lesson.name}{_NOTEBOOK}" in self.ledger.files
        ]
        return listing(data, lessons)

    def _record(self, name: str, record: dict, news: str) -> None:
        """Remember what was given, at once: the power may fail before the next one."""
        if news or self.ledger.files.get(name) != record:
            self.ledger.files[name] = record
            self._tell(name, news)
            self.ledger.write(self.folder)

    def _tell(self, name: str, news: str) -> None:
        if self.ledger.is_finished and news:
            self.ledger.is_finished, self.ledger.news = False, {}
        if news:
            self.ledger.news[name] = self.done[name] = news

    def _path(self, name: str) -> Path:
        return self.folder / name


def _mixed(
    name: str, old: bytes, known: dict | None, data: bytes | None
) -> tuple[bytes, list[str], str, str]:
    """Return a new file with the reader's work, what is theirs, and words on it.

    Those on what has moved along, and sentences on what is new in it.
    """
    ours = parse(old) if name.endswith(_NOTEBOOK) else None
    new = {"cells": []} if data is None else parse(data)
    if not ours or not new:
        is_theirs = known is None or _hash(old) != known["sha256"]
        return data, [_hash(old)] if is_theirs else [], "", ""
    base, past = (known["cells"], known.get("past", ())) if known else ({}, ())
    merged = merge(ours, base, new, past)
    more = _told(merged)
    if not merged.theirs:
        is_begun = any(cell.get("execution_count") for cell in ours["cells"])
        return data, [], _taken_back(ours, new), more if is_begun else ""
    if look(merged.notebook) == look(ours):
        return old, merged.theirs, "", ""
    # Without a record nobody knows: what differs may be an earlier version's.
    words = f", with {'your work' if known else 'what may be yours'} in it"
    if merged.has_moved_to_the_end:
        words += " (at its end, what has no place in it any more)"
    words += _taken_back(ours, new)
    return notebook_file(merged.notebook), merged.theirs, words, more


def _taken_back(old: dict, new: dict) -> str:
    had, has = (any(has_tag(c, SOLUTION) for c in n["cells"]) for n in (old, new))
    return ", without the solutions that it had" if had and not has else ""


def _told(merged: Merged) -> str:
    """Return sentences on the exercises that an update brings or changes."""
    new = "".join(f" {name} is new." for name in merged.new_exercises)
    return new + "".join(
        f" {name}, which you have answered, was changed: "
        + (_STUB_BELOW if is_stub_below else _READ_AGAIN)
        for name, is_stub_below in merged.changed_exercises.items()
    )


def _is_outdated(name: str, data: bytes, record: dict) -> bool:
    """Whether a lesson says what only earlier versions of it said.

    JupyterLab can have written an open one over its update ("Overwrite").
    """
    notebook = parse(data) if name.endswith(_NOTEBOOK) else None
    cells = notebook["cells"] if notebook else []
    ids = list(record["cells"])  # an id of another tool may be anything
    known = (cell for cell in cells if cell.get("id") in ids)
    return any(digest(cell) in record["past"] for cell in known)


def notebook_file(notebook: dict) -> bytes:
    """Return the bytes of a notebook's file."""
    text = json.dumps(notebook, ensure_ascii=False, indent=1, sort_keys=True)
    try:
        return f"{text}\n".encode()
    except UnicodeEncodeError:  # half a character, which JSON has a way to write
        return f"{json.dumps(notebook, indent=1, sort_keys=True)}\n".encode()


def _record(name: str, data: bytes, known: dict | None) -> dict:
    new = parse(data) if name.endswith(_NOTEBOOK) else None
    cells = digests(new) if new else {}
    before = {*known["cells"].values(), *known.get("past", [])} if known else set()
    past = sorted(before.difference(cells.values()))
    return {"sha256": _hash(data), "cells": cells, "past": past}


def _hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _places(name: str) -> Iterator[str]:
    """Yield before_update_a.ipynb, before_update_2_a.ipynb ..., as long as it takes."""
    yield f"{BEFORE_UPDATE}{name}"
    number = 2
    while True:
        yield f"{BEFORE_UPDATE}{number}_{name}"
        number += 1
