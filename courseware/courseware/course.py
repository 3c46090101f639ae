"""A course: a folder whose pyproject.toml has a table `[tool.courseware]`.

The table may be empty. It may have these settings:

notebooks
    The folder of the lessons: "notebooks" if it is not named.
rules
    Rules of style that each lesson is held to, by their names in `courseware.rules`.
data
    "module:function": says on which data the lessons run here. The function takes no
    arguments and returns whether stored outputs are those of this data, and a phrase
    that names it: ``(True, "all of it")``. ValueError: the data is no good.
glossary
    The name of a page, beside the lessons, that is made of what they define.
contents
    The name of a page in the course's folder, "README.md", that has two comments; the
    table of the lessons is put between them. See `courseware.pages`.
install
    What `pip install` is to be given by who wants to run the lessons: "mycourse[lab]".
wheels
    Folders of the distributions that this needs and no index has: they go, built, into
    the zip for students.
"""

from __future__ import annotations

import importlib
import re
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, fields
from functools import cached_property
from pathlib import Path

from courseware.files import read_bytes, read_text

SETTINGS = "[tool.courseware] in pyproject.toml"
_WITHIN = ("notebooks", "glossary", "contents")  # paths to where something is written
_CELL = re.compile(r"^# %%", re.MULTILINE)


class CourseError(Exception):
    """Something is wrong with a course or a lesson: says what, and what to do."""


@dataclass(frozen=True)
class Course:
    """Where a course lies, and what its pyproject.toml says of it.

    Attributes
    ----------
    folder : Path
        The folder of its pyproject.toml, absolute.
    notebooks, rules, data, glossary, contents, install, wheels
        The settings; see the module's text.
    """

    folder: Path
    notebooks: str = "notebooks"
    rules: tuple[str, ...] = ()
    data: str = ""
    glossary: str = ""
    contents: str = ""
    install: str = ""
    wheels: tuple[str, ...] = ()

    @classmethod
    def find(cls, start: Path) -> Course:
        """Return the course that a folder lies in.

        Raises
        ------
        CourseError
            There is none, or its settings make no sense.
        """
        start = start.resolve()
        for folder in (start, *start.parents):
            settings = _settings(folder / "pyproject.toml")
            if settings is not None:
                return cls(folder, **_checked(settings))
        raise CourseError(f"{start} is in no course: none has {SETTINGS}.")

    @property
    def lessons(self) -> Path:
        """The folder in which the lessons lie."""
        return self.folder / self.notebooks

    @property
    def is_paired(self) -> bool:
        """Whether lessons have sources; else their .ipynb files are all there is."""
        return any(sources(self.lessons))

    def names(self) -> list[str]:
        """Names, without suffix, of the lessons of which either half is there."""
        halves = [*sources(self.lessons), *self.lessons.glob("*.ipynb")]
        return sorted({path.stem for path in halves})

    @cached_property
    def requirements(self) -> list[str]:
        """What the course's own pyproject.toml requires, and what it is called."""
        project = _parsed(self.folder / "pyproject.toml").get("project")
        project = project if isinstance(project, dict) else {}
        named, needed = project.get("name"), project.get("dependencies")
        listed = [named, *(needed if isinstance(needed, list) else [])]
        return [each for each in listed if isinstance(each, str)]

    @cached_property
    def data_here(self) -> tuple[bool, str]:
        """Whether stored outputs are those of the data that is here, and its name.

        Without the setting `data` they are, and it has none.

        Raises
        ------
        CourseError
            The data is no good, or there is no such function.
        """
        if not self.data:
            return True, ""
        module, _, name = self.data.partition(":")
        sys.path.insert(0, str(self.folder))  # for a course that is not installed
        try:
            function = getattr(importlib.import_module(module), name)
        except (ImportError, AttributeError, ValueError) as error:
            raise CourseError(f"data = {self.data!r} in {SETTINGS}: {error}") from None
        finally:
            sys.path.remove(str(self.folder))
        try:
            return function()
        except ValueError as error:
            raise CourseError(str(error)) from None


def sources(folder: Path) -> Iterator[Path]:
    """Yield the Python files of a folder that have cells: sources of lessons."""
    for path in sorted(folder.glob("*.py")):
        if _CELL.search(read_bytes(path).decode("utf-8", "replace")):
            yield path


def _settings(path: Path) -> dict | None:
    """Return a file's table [tool.courseware], or None if it has none."""
    tool = _parsed(path).get("tool", {}) if path.exists() else {}
    found = tool.get("courseware") if isinstance(tool, dict) else None
    if found is not None and not isinstance(found, dict):
        raise CourseError(f"{path}: tool.courseware is to be a table, not {found!r}.")
    return found


def _parsed(path: Path) -> dict:
    try:
        return tomllib.loads(read_text(path))
    except (OSError, ValueError, RecursionError) as error:
        why = error.strerror if isinstance(error, OSError) else error
        raise CourseError(f"{path}: cannot be read: {why}") from None


def _checked(settings: dict) -> dict:
    """Return settings of the right types; CourseError if they are not."""
    known = {field.name: field.default for field in fields(Course)[1:]}
    for name, value in settings.items():
        if name not in known:
            there = ", ".join(known)
            raise CourseError(f"{SETTINGS}: there is no {name!r}; there are {there}.")
        lists = isinstance(known[name], tuple)
        good = isinstance(value, list) if lists else isinstance(value, str)
        if not good or (lists and not all(isinstance(item, str) for item in value)):
            wanted = "a list of texts" if lists else "a text"
            raise CourseError(f"{SETTINGS}: {name} is to be {wanted}, not {value!r}.")
        if name in _WITHIN and (".." in Path(value).parts or Path(value).anchor):
            raise CourseError(
                f"{SETTINGS}: {name} is to be a path within the course, not {value!r}."
            )
        if "\0" in "".join(value):
            raise CourseError(f"{SETTINGS}: {name} has a null character.")
    return {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in settings.items()
    }
