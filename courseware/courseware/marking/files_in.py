"""Every file in a folder or a zip, and in the zips in it; nothing is unpacked to disk.

Whoever fills a zip may mean harm: what is read has a bound, whatever the zip says of
its size, no link is followed, and a name can do no more than name.
"""

from __future__ import annotations

import os
import re
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from io import BytesIO
from pathlib import Path
from stat import S_ISDIR, S_ISLNK, S_ISREG
from typing import IO

# In bytes: of a notebook, of a zip that lies in another, of all that is read of a zip
# that lies in a folder or in the class's zip, and of a zip's list of its files.
MOST_OF_A_NOTEBOOK, MOST_OF_A_ZIP = 32_000_000, 256_000_000
MOST_IN_A_ZIP, MOST_OF_A_LIST = 500_000_000, 2_000_000
DEEPEST, _MOST_FOLDERS = 4, 50  # zips and folders, one in another
# Browsers add to the name when they save.
_NOTEBOOK = re.compile(r"\.ipynb(\.\w+)?$|\.json$", re.IGNORECASE)
_ZIP = re.compile(r"\.zip$", re.IGNORECASE)
# What systems leave beside files; Jupyter's hidden copies are older than the files.
_LEFT = re.compile(r"\.|(__MACOSX|Thumbs\.db|desktop\.ini)$", re.IGNORECASE)
_NO_TIME = 1980  # the first year that a zip can name stands for none
_UTF8 = 0x800
_ZIP64, _LONGEST_END = b"PK\x06\x07", 2**16 + 42
# Of what is packed otherwise, a piece unpacks at once to any size.
_BOUNDED = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_NO_WAIT = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
_BROKEN = (
    *(zipfile.BadZipFile, zlib.error, EOFError, OSError, MemoryError),
    # It is encrypted, or packed in a way that Python does not know, or makes no sense.
    *(RuntimeError, ValueError, LookupError),
)


@dataclass(frozen=True)
class File:
    """A file that lies in what was handed in.

    Attributes
    ----------
    folders : tuple of str
        Those that it lies in, from the outermost; a zip is one, without its ``.zip``.
    name : str
        Its own; "" stands for a folder that holds nothing.
    data : bytes or None
        What a notebook holds; None of all else, and of what is not read.
    time : datetime or None
        What the outermost zip says; folders do not tell.
    fault : str
        Why it is not read.
    """

    folders: tuple[str, ...]
    name: str = ""
    data: bytes | None = None
    time: datetime | None = None
    fault: str = ""

    @property
    def where(self) -> str:
        """Its path."""
        return "/".join((*self.folders, self.name))

    @property
    def place(self) -> tuple[str, ...]:
        """The folders that it lies in; of a zip that is not opened, it is the last."""
        is_zip = _ZIP.search(self.name)
        return (*self.folders, _ZIP.sub("", self.name)) if is_zip else self.folders


def files_in(path: Path) -> Iterator[File]:
    """Yield what lies in a folder or a zip, or a notebook, in a stable order."""
    if path.is_dir():
        yield from _in_folder(path, ())
    else:
        with path.open("rb") as stream:
            if _ZIP.search(path.name):
                yield from _in_zip(stream, File(()), _Bound(), 1)
            else:
                yield _Bound().read(stream, File((), path.name), MOST_OF_A_NOTEBOOK)


@dataclass
class _Bound:
    """How many bytes may still be read, if that is bounded."""

    left: int | None = None

    def read(self, stream: IO[bytes], file: File, most: int) -> File:
        """Return a file with all that it holds, or with a fault if that is too much."""
        room = most if self.left is None else min(most, self.left)
        data = stream.read(room + 1)
        if self.left is not None:
            self.left -= min(len(data), room)
        if len(data) > room:
            return replace(file, fault=f"holds more than {room:,} bytes: not read")
        return replace(file, data=data)


def _in_folder(path: Path, folders: tuple[str, ...]) -> Iterator[File]:
    entries = [entry for entry in os.scandir(path) if not _LEFT.match(entry.name)]
    if not entries:
        yield File(folders)
    for entry in sorted(entries, key=lambda entry: entry.name):
        file = File(folders, _plain(entry.name))
        mode = entry.stat(follow_symlinks=False).st_mode
        try:
            if S_ISDIR(mode) and len(folders) == _MOST_FOLDERS:
                yield replace(file, fault="lies too deep in folders: not opened")
            elif S_ISDIR(mode):
                yield from _in_folder(Path(entry.path), (*folders, file.name))
            elif S_ISLNK(mode):
                yield replace(file, fault="is a link: not followed")
            elif not S_ISREG(mode):
                yield replace(file, fault="is neither a file nor a folder")
            elif not _is_read(file):
                yield file
            else:  # in its place there may be a link or a pipe by now
                handle = os.open(entry.path, os.O_RDONLY | _NO_WAIT)
                with os.fdopen(handle, "rb") as stream:
                    yield from _content(stream, file, _Bound(), 0)
        except OSError as error:
            yield replace(file, fault=f"cannot be read: {error.strerror}")


def _content(
    stream: IO[bytes], file: File, bound: _Bound, depth: int
) -> Iterator[File]:
    """Yield a notebook with what it holds, or what is in a zip."""
    if not _ZIP.search(file.name):
        yield bound.read(stream, file, MOST_OF_A_NOTEBOOK)
    elif depth == 0:
        yield from _in_zip(stream, file, _Bound(MOST_IN_A_ZIP), 1)
    elif depth == DEEPEST:
        yield replace(file, fault=f"lies in {depth} zips, one in another: not opened")
    else:
        whole = bound.read(stream, file, MOST_OF_A_ZIP)
        if whole.data is None:
            yield whole
        else:
            if bound.left is None:  # the zip of a class has no bound, but what is in it
                bound = _Bound(MOST_IN_A_ZIP)
            yield from _in_zip(BytesIO(whole.data), file, bound, depth + 1)


def _in_zip(stream: IO[bytes], file: File, bound: _Bound, depth: int) -> Iterator[File]:
    """Yield what is in a zip; a file without a name is what was named to begin with."""
    inside, is_empty = replace(file, folders=file.place, name=""), True
    if file.name and _has_long_list(stream):
        yield replace(file, fault="lists more files than a hand-in has: not opened")
        return
    try:
        with zipfile.ZipFile(stream) as archive:
            for entry in archive.infolist():
                for found in _entry(archive, entry, inside, bound, depth):
                    is_empty = False
                    yield found
        if is_empty:
            yield inside
    except _BROKEN as error:
        yield replace(file, fault=f"is no sound zip ({error})")


def _has_long_list(stream: IO[bytes]) -> bool:
    """Whether a zip lists so many files that reading the list would take long."""
    end = stream.seek(0, os.SEEK_END)
    stream.seek(max(0, end - _LONGEST_END))
    tail = stream.read()
    _, found, record = tail.rpartition(b"PK\x05\x06")
    size = int.from_bytes(record[8:12], "little") if found else 0
    return size > MOST_OF_A_LIST or _ZIP64 in tail


def _entry(
    archive: zipfile.ZipFile,
    entry: zipfile.ZipInfo,
    inside: File,
    bound: _Bound,
    depth: int,
) -> Iterator[File]:
    *folders, name = _parts(entry)
    if any(map(_LEFT.match, [*folders, *filter(None, [name])])):
        return
    time = inside.time or _time(entry)
    file = replace(inside, folders=(*inside.folders, *folders), name=name, time=time)
    if S_ISLNK(entry.external_attr >> 16):
        yield replace(file, fault="is a link: not followed")
    elif not _is_read(file):
        yield file
    elif entry.compress_type not in _BOUNDED:
        yield replace(file, fault="is packed in a rare way: not opened")
    else:
        try:
            with archive.open(entry) as stream:
                yield from _content(stream, file, bound, depth)
        except _BROKEN as error:
            yield replace(file, fault=f"cannot be read ({error})")


def _parts(entry: zipfile.ZipInfo) -> list[str]:
    """Return an entry's folders and its name, which is "" for a folder."""
    name = entry.filename
    if not entry.flag_bits & _UTF8:  # so some systems pack UTF-8 all the same
        with suppress(UnicodeError):
            name = name.encode("cp437").decode("utf-8")
    *folders, name = name.replace("\\", "/").split("/")
    return [*(_plain(part) for part in folders if part.strip(". ")), _plain(name)]


def _time(entry: zipfile.ZipInfo) -> datetime | None:
    try:
        return datetime(*entry.date_time) if entry.date_time[0] > _NO_TIME else None
    except ValueError:
        return None


def _is_read(file: File) -> bool:
    return bool(_NOTEBOOK.search(file.name) or _ZIP.search(file.name))


def _plain(name: str) -> str:
    """Return a name in one form, without what a terminal or a page would obey."""
    name = unicodedata.normalize("NFC", name.encode("utf-8", "replace").decode())
    return "".join(c for c in name if unicodedata.category(c)[0] != "C")[:255]
