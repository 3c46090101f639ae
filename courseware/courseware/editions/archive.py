"""The zip for students: packed the same on any machine, and unpacked with care."""

from __future__ import annotations

import io
import sys
import zipfile
import zlib
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

from courseware.contents import parse
from courseware.course import Course, CourseError
from courseware.editions.ledger import LIST, Ledger, is_plain
from courseware.editions.news import in_short
from courseware.editions.update import hand_out
from courseware.editions.wheels import build_wheels
from courseware.files import read_bytes, write_atomically

# No student edition is as large: what unpacks to more is meant to fill a disk.
MOST_BYTES = 300_000_000
MOST_FILES = 10_000
WHEELS = "wheels"


def zipped(files: dict[str, bytes], folder: str) -> bytes:
    """
    Pack files so that the same files always give the same bytes, on any machine.

    Nothing in it tells when or by whom it was made. It is not compressed: how short
    the bytes get depends on the machine's zlib.
    """
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(f"{folder}/{name}")  # made on the first day of 1980
            entry.create_system = 3  # Unix, whatever this is
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, files[name])
    return buffer.getvalue()


def new_folder(
    course: Course, files: dict[str, bytes], others: list[str], name: str
) -> bytes:
    """Return a zip of a new folder, with what `hand_out` puts there and the wheels."""
    with TemporaryDirectory() as folder:
        hand_out(files, Path(folder), others)
        content = {each.name: each.read_bytes() for each in Path(folder).iterdir()}
    wheels = build_wheels(course.folder / each for each in course.wheels)
    content |= {f"{WHEELS}/{each}": data for each, data in wheels.items()}
    return zipped(content, name)


def unzipped(path: Path) -> dict[str, bytes]:
    """
    Return the files of a student edition: NAME, and wheels/NAME.whl.

    Raises
    ------
    CourseError
        The zip is damaged, or holds what no student edition does.
    """
    try:
        data = read_bytes(path, MOST_BYTES)
        if data.count(b"PK\1\2") > MOST_FILES:  # with which each file is announced
            raise CourseError(f"{path}: it holds too many files for a student edition.")
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _refuse_bombs(path, archive.infolist(), len(data))
            names = {entry: _name(entry.filename) for entry in archive.infolist()}
            if None in names.values():
                strange = next(e.filename for e, name in names.items() if name is None)
                raise CourseError(
                    f"{path}: no student edition holds {strange!r}: is it another zip?"
                )
            return {
                name: _unpacked(archive, entry) for entry, name in names.items() if name
            }
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        RuntimeError,
        ValueError,
    ) as error:
        # RuntimeError: it is encrypted, or packed in a way that Python does not know.
        raise CourseError(f"{path}: it is no sound zip ({error}).") from None


def _refuse_bombs(path: Path, entries: list[zipfile.ZipInfo], size: int) -> None:
    """Refuse what unpacks to more than it says, or twice, or to too much."""
    if sum(entry.file_size for entry in entries) > MOST_BYTES:
        raise CourseError(f"{path}: it is too large for a student edition.")
    names = {entry.filename for entry in entries}
    if len(names) < len(entries) or sum(e.compress_size for e in entries) > size:
        raise CourseError(f"{path}: it is no sound zip (two files are one).")


def _unpacked(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    """Return a file, of as many bytes as it claims; others unpack all to count them."""
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise zipfile.BadZipFile(f"{entry.filename!r} is packed in a rare way")
    with archive.open(entry) as stream:
        return stream.read(entry.file_size)


def renew(folder: Path, path: Path) -> list[str]:
    """
    Bring a student's folder up to date from a zip.

    Parameters
    ----------
    folder : Path
        The student's; at least one file of the zip is in it.
    path : Path
        The zip.

    Returns
    -------
    list of str
        What was done, and what is left to do, in a line each.

    Raises
    ------
    CourseError
        The zip or the folder is another one.
    """
    files = unzipped(path)
    # Without a list of what else the course has, nothing is out of date.
    others = Ledger.parse(files.pop(LIST)).others if LIST in files else None
    wheels = {
        name: files.pop(name) for name in [*files] if name.startswith(f"{WHEELS}/")
    }
    for name in files:
        cells = (parse(files[name]) or {"cells": []})["cells"]
        if not all(isinstance(cell.get("id"), str) for cell in cells):
            raise CourseError(f"{path}: {name} has no ids: is it another zip?")
    if not any((folder / name).exists() for name in (LIST, *files)):
        raise CourseError(
            f"{folder.resolve()} is no folder of this course: go to the one in which "
            "you write, or name it by --folder."
        )
    changed = [name for name in wheels if _differs(folder / name, wheels[name])]
    if changed:
        (folder / WHEELS).mkdir(exist_ok=True)
    for name in changed:
        write_atomically(folder / name, wheels[name])
        # pip would not know which of two versions is meant.
        distribution = Path(name).name.partition("-")[0]
        for wheel in (folder / WHEELS).glob(f"{distribution}-*.whl"):
            if f"{WHEELS}/{wheel.name}" not in wheels:
                wheel.unlink()
    news = in_short(hand_out(files, folder, others), {})
    if changed:
        python = f'"{sys.executable}"' if " " in sys.executable else sys.executable
        pip = f"{python} -m pip install --force-reinstall --no-deps"
        news += ["The course's package is new as well. To install it, in this folder:"]
        news += [f"    {pip} {' '.join(changed)}"]
    return news or ["Nothing is new."]


def _differs(path: Path, data: bytes) -> bool:
    return not path.exists() or read_bytes(path, MOST_BYTES) != data


def _name(entry: str) -> str | None:
    """Return the name of a file below the zip's folder: "" to pass it over."""
    parts = PurePosixPath(entry).parts
    if entry.endswith("/") or parts[:1] == ("__MACOSX",) or entry.endswith(".DS_Store"):
        return ""
    if not 1 <= len(parts) <= 3 or not all(map(is_plain, parts)):
        return None
    *folders, name = parts
    if folders[-1:] == [WHEELS] and name.endswith(".whl"):
        return f"{WHEELS}/{name}"
    is_flat = len(folders) < 2 and (name == LIST or not name.startswith("."))
    return name if is_flat else None
