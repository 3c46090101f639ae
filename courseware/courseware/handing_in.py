"""What a reader hands in: one file, of the notebooks as they are saved."""

from __future__ import annotations

import re
import unicodedata
import zipfile
from dataclasses import dataclass
from pathlib import Path

from courseware.course import CourseError
from courseware.editions.archive import zipped
from courseware.files import read_bytes, write_atomically
from courseware.progress import Progress, State, progress

_LONGEST = 60  # of each character up to four bytes, and a file's name has 255
# On Windows no file can be called so, whatever follows the dot.
_DEVICE = re.compile(r"con|prn|aux|nul|com\d|lpt\d", re.IGNORECASE)


@dataclass(frozen=True)
class HandIn:
    """What was handed in.

    Attributes
    ----------
    file : Path
        The zip.
    replaced : bool
        Whether there was an earlier one.
    progress : Progress
        What the notebooks in it have come to.
    """

    file: Path
    replaced: bool
    progress: Progress

    @property
    def news(self) -> str:
        """What was done, in a line."""
        progress = self.progress
        count = len(progress.lessons) + len(progress.damaged)
        what = f"{count} lesson{'s' if count > 1 else ''}, as last saved"
        again = " anew, in place of the earlier one" if self.replaced else ""
        return f"{self.file.name} was made{again}: {what}."

    @property
    def open(self) -> list[str]:
        """What is not right yet, or cannot be read, in a line each."""
        lines = [
            f"{lesson.title}: {lesson.summary}"
            for lesson in self.progress.lessons
            if any(exercise.state != State.RIGHT for exercise in lesson.exercises)
        ]
        damaged = self.progress.damaged
        return lines + [f"{name} cannot be read as a notebook" for name in damaged]


def hand_in(folder: Path, name: str) -> HandIn:
    """
    Pack the lessons that lie in a folder, byte for byte, into NAME.zip in it.

    What cannot be read as a notebook goes with them: it may be somebody's work.

    Parameters
    ----------
    folder : Path
        Where the lessons are.
    name : str
        Whose they are; a file's name is made of it.

    Raises
    ------
    CourseError
        There is no name or no lesson, or a file of that name is another thing.
    OSError
        It cannot be written.
    """
    stem = safe_name(name)
    found = progress(folder)
    names = [f"{lesson.entry.name}.ipynb" for lesson in found.lessons] + found.damaged
    if not names:
        raise CourseError(f"{folder} holds no lessons: there is nothing to hand in.")
    path = folder / f"{stem}.zip"
    replaced = path.exists()
    if replaced and not _is_hand_in(path):
        raise CourseError(
            f"{path.name} is there and was not made by handing in. Give another name, "
            "or move that file away."
        )
    files = {name: read_bytes(folder / name) for name in names}
    write_atomically(path, zipped(files, stem))
    return HandIn(path, replaced, found)


def safe_name(name: str) -> str:
    """
    Return of somebody's name what can be a file's, on any system.

    Raises
    ------
    CourseError
        Nothing is left.
    """
    # Letters of any script, with what stands above and below them.
    letters = [
        letter if unicodedata.category(letter)[0] in "LMN" or letter == "-" else "_"
        for letter in unicodedata.normalize("NFC", name)
    ]
    stem = re.sub(r"_+", "_", "".join(letters))[:_LONGEST].strip("_-")
    if not stem:
        raise CourseError("Give your name: the file to hand in is called by it.")
    return f"{stem}_" if _DEVICE.fullmatch(stem) else stem


def _is_hand_in(path: Path) -> bool:
    try:
        with zipfile.ZipFile(path) as archive:
            inside = archive.namelist()
    except (OSError, ValueError, zipfile.BadZipFile):
        return False
    start = f"{path.stem}/"
    return all(name.startswith(start) and name.endswith(".ipynb") for name in inside)
