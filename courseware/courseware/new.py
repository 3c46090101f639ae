"""A small course to begin with: two lessons on a pendulum, to be run and replaced."""

from __future__ import annotations

import shutil
from importlib.resources import as_file, files
from pathlib import Path

from courseware.course import CourseError

NEXT = """\
{folder}: made. In it:

    courseware run        # makes and runs the notebooks
    pytest                # checks everything
    courseware student    # the notebooks without solutions, in student/
"""


def make(folder: Path) -> str:
    """
    Make a course of two lessons.

    Parameters
    ----------
    folder : Path
        Where it goes: a new folder, or an empty one.

    Returns
    -------
    str
        What to do next.

    Raises
    ------
    CourseError
        There is something in the folder already.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise CourseError(f"{folder} is there already, and not empty: name another.")
    with as_file(files("courseware") / "template") as template:
        # pip compiles whatever is Python in a package.
        compiled = shutil.ignore_patterns("__pycache__")
        shutil.copytree(template, folder, ignore=compiled, dirs_exist_ok=True)
    return NEXT.format(folder=folder)
