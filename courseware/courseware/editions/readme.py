"""README.md of the student edition: how to install, to begin, to update, to hand in."""

from __future__ import annotations

import re
from collections.abc import Iterable

from courseware.contents import Entry, table, title
from courseware.course import Course

README = "README.md"
_TEXT = """\
# {title}

The lessons, in a copy that is yours to write in: nothing can break.

{head}

## Install

{install}

## Begin

{begin}

It opens a page with all lessons, on which you see how far you are. Go through a lesson
cell by cell with Shift+Enter. In another program than JupyterLab, begin with the first
lesson in the table above.

## Get an update

{update}

What you have written moves into the new version of a lesson. Your file as it was is
kept as well, as `before_update_` and its name, until you delete it. Where an exercise
that you have answered begins in another way now, that is shown below your answer. To
begin a lesson afresh, delete it, and get the update again.

## Hand in

Save your notebooks. On the page that JupyterLab opens with is a button; or, in {place}
folder,

    {courseware} hand-in

makes one file of your notebooks, which is what you hand in.
"""
# In the zip: the wheels are beside the lessons.
_BY_ONE_LINE = """\
You need Python 3.11 or newer. Open a terminal in this folder, and type one line. On
Linux and macOS:

    python3 -m venv .venv && .venv/bin/pip install {wheels}{packages}

on Windows, in PowerShell:

    py -m venv .venv; .venv\\Scripts\\pip install {windows_wheels}{packages}"""
_BY_COURSE = """\
This copy was made in a folder of the course itself, and runs with what is installed
there. If nothing is, that is, in the course's folder:

    pip install {packages}"""
_BEGIN_ALONE = """\
    .venv/bin/jupyter lab

(On Windows write `.venv\\Scripts\\` in place of `.venv/bin/`, here and below.)"""
_BEGIN_IN_COURSE = """\
In the course's folder:

    jupyter lab student

or `make lab`, if the course has that. (Should a command not be found, write where the
course is installed before it, here and below: `.venv/bin/jupyter`, for instance.)"""
_UPDATE_BY_ZIP = """\
Save your notebooks and close them. Put the new zip into this folder as it is, without
unpacking it, and give its name, for instance

    {courseware} update student.zip"""
_UPDATE_BY_COURSE = """\
Save your notebooks and close them. Bring the course's folder up to date, perhaps by
`git pull`, and type there

    courseware student

(or `make lab`, which does that before it opens the lessons)"""
# The files themselves: an index may have others of these names.
_WHEELS = "wheels/*.whl "
_WINDOWS_WHEELS = "(Get-Item wheels\\*.whl).FullName "
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
    name = next(iter(course.requirements), course.folder.name)
    if not stands_alone:
        folders = " ".join(f'-e "{folder}"' for folder in course.wheels)
        packages = f"{folders} {packages}"
    # Where it stands alone, its environment lies in its own folder.
    command = ".venv/bin/courseware" if stands_alone else "courseware"
    return _TEXT.format(
        title=title(course.folder) or name,
        head=table([]),
        install=install.format(
            packages=packages,
            wheels=_WHEELS if course.wheels else "",
            windows_wheels=_WINDOWS_WHEELS if course.wheels else "",
        ),
        begin=_BEGIN_ALONE if stands_alone else _BEGIN_IN_COURSE,
        update=update.format(courseware=command),
        courseware=command,
        place="this" if stands_alone else "the course's",
    ).encode()


def to_install(course: Course) -> str:
    """Return what `pip install` is to be given, besides the course's wheels."""
    if course.install:
        return f'"{course.install}"'
    needed = {"courseware", "jupyterlab", *course.requirements[1:]}
    return " ".join(f'"{each}"' for each in sorted(needed))


def listing(text: bytes, lessons: Iterable[Entry]) -> bytes:
    """Return README.md with these lessons in its table."""
    rows = table(lessons)
    return _ROWS.sub(lambda _: rows, text.decode("utf-8", "replace"), count=1).encode()
