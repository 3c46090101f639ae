"""What is made from all lessons: the page of notation and index, the table of contents.

Neither is written by hand. They are made from the notebooks that are there, so they
link to no lesson that could not be run. `courseware run` renews them, `courseware
check` and the pytest plugin see whether they are in step.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Collection
from functools import partial
from pathlib import Path

from courseware import contents, glossary
from courseware.course import Course, CourseError
from courseware.files import read_text, write_atomically

BEGIN, END = "<!-- lessons -->", "<!-- end of lessons -->"
_TABLE = re.compile(f"(?<={re.escape(BEGIN)}).*?(?={re.escape(END)})", re.DOTALL)

# A page, and the function that says what is to be in it.
Pages = dict[Path, Callable[[], str]]


def pages(course: Course, names: Collection[str] | None = None) -> Pages:
    """Return the pages that a course wants to be made, of some lessons or of all."""
    found: Pages = {}
    if course.glossary:
        path = course.lessons / course.glossary
        found[path] = partial(glossary.page, course.lessons, names)
    if course.contents:
        path = course.folder / course.contents
        found[path] = partial(with_contents, path, course.lessons, names)
    return found


def with_contents(
    path: Path, lessons: Path, names: Collection[str] | None = None
) -> str:
    """
    Return a page of Markdown with the table of the lessons between two comments.

    Parameters
    ----------
    path : Path
        The page.
    lessons : Path
        The folder of the lessons, whose notebooks the table links to.
    names : collection of str, optional
        Of the lessons that it lists; else of all.

    Raises
    ------
    CourseError
        The page is not there, or has no place for the table.
    """
    text = read_text(path) if path.exists() else ""
    if len(_TABLE.findall(text)) != 1:
        raise CourseError(
            f"{path.name} has no place for the table of the lessons: write a line "
            f"`{BEGIN}` and, below it, a line `{END}`."
        )
    folder = Path(os.path.relpath(lessons, path.parent)).as_posix()
    prefix = "" if folder == "." else f"{folder}/"
    listed = [
        entry
        for entry in contents.entries(lessons)
        if names is None or entry.name in names
    ]
    table = contents.table(listed, prefix)
    return _TABLE.sub(lambda _: f"\n{table}\n", text)


def renew(path: Path, make: Callable[[], str]) -> bool:
    """
    Write a page unless it is in step; returns whether that changed it.

    Raises
    ------
    CourseError
        A lesson cannot be read, or the page has no place for what is to be in it.
    """
    text = make()
    if _holds(path, text):
        return False
    write_atomically(path, text.encode())
    return True


def out_of_step(path: Path, make: Callable[[], str]) -> list[str]:
    """Say so if a page does not hold what the lessons say."""
    try:
        if _holds(path, make()):
            return []
    except CourseError as error:
        return [str(error)]
    return [f"{path.name} is out of step with the lessons; run `courseware run`."]


def _holds(path: Path, text: str) -> bool:
    return path.exists() and read_text(path) == text
