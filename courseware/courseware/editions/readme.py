"""README.md of the student edition: how to install, to begin, to update, to hand in."""

from __future__ import annotations

import re
from collections.abc import Iterable

from courseware.contents import Entry, table
from courseware.course import Course

README = "README.md"
_TEXT = """\
# {title}

The lessons, without their solutions. This copy is yours to write in: nothing can break.

{head}

## Install

{install}

## Begin

{unix_lab}

(on Windows: `{windows_lab}`) opens this folder in JupyterLab. Begin with the first
lesson, and go through it cell by cell with Shift+Enter.

## Get an update

{update}

What you have written moves into the new version of a lesson. Your file as it was is
kept as well, as `before_update_` and its name, until you delete it. To begin a lesson
afresh, delete it, and get the update again.

## Hand in

Save your notebooks, and then, in this folder:

    {courseware} hand-in
"""
# In the zip: the wheels are beside the lessons.
_BY_ONE_LINE = """\
You need Python 3.11 or newer. Open a terminal in this folder, and type one line. On
Linux:

    python3 -m venv .venv && .venv/bin/pip install {packages}

on macOS:

    python3 -m venv .venv && .venv/bin/pip install {packages}

on Windows, in PowerShell:

    py -m venv .venv; .venv\\Scripts\\pip install {packages}"""
_BY_COURSE = """\
This copy was made by the course that it lies in, and runs where that is installed. If
it is not, in the course's own folder:

    pip install {packages}"""
_UPDATE_BY_ZIP = """\
Save your notebooks. Put the new zip into this folder as it is, without unpacking it,
and give its name, for instance

    {courseware} update student.zip"""
_UPDATE_BY_COURSE = """\
Save your notebooks, bring the course's own folder up to date (`git pull`), and there

    courseware student"""
_ROWS = re.compile(rf"^{re.escape(table([]))}(?:\n\|.*)*", re.MULTILINE)


def readme(course: Course, *, is_in_zip: bool) -> bytes:
    """
    Return README.md, with a table of no lessons yet.

    Parameters
    ----------
    course : Course
        Whose students read it.
    is_in_zip : bool
        Whether it goes, with wheels, to somebody who has nothing else of the course.
    """
    stands_alone = is_in_zip or not course.wheels
    install = _BY_ONE_LINE if stands_alone else _BY_COURSE
    update = _UPDATE_BY_ZIP if is_in_zip else _UPDATE_BY_COURSE
    packages = to_install(course)
    if not stands_alone:
        folders = " ".join(f'-e "{folder}"' for folder in course.wheels)
        packages = f'{folders} "{course.install}"'
    # Where it stands alone, its environment lies in its own folder.
    unix, windows = (".venv/bin/", ".venv\\Scripts\\") if stands_alone else ("", "")
    return _TEXT.format(
        title=_title(course),
        head=table([]),
        install=install.format(packages=packages),
        update=update.format(courseware=f"{unix}courseware"),
        unix_lab=f"    {unix}jupyter lab",
        windows_lab=f"{windows}jupyter lab",
        courseware=f"{unix}courseware",
    ).encode()


def to_install(course: Course) -> str:
    """Return what `pip install` is to be given, in the folder of a student."""
    if not course.install:
        needed = {"courseware", "jupyterlab", *course.requirements[1:]}
        return " ".join(f'"{each}"' for each in sorted(needed))
    return f'{"--find-links wheels " if course.wheels else ""}"{course.install}"'


def listing(text: bytes, lessons: Iterable[Entry]) -> bytes:
    """Return README.md with these lessons in its table."""
    rows = table(lessons)
    return _ROWS.sub(lambda _: rows, text.decode("utf-8", "replace"), count=1).encode()


def _title(course: Course) -> str:
    """Return the first heading of the course's own README, or else its name."""
    path = course.folder / README
    text = path.read_text("utf-8", "replace") if path.is_file() else ""
    heading = re.search(r"^# +(.+)$", text, re.MULTILINE)
    return (
        heading[1] if heading else next(iter(course.requirements), course.folder.name)
    )
