"""The student edition: the lessons without their solutions, to be written in."""

from __future__ import annotations

import copy
import io
import json
import re
import zipfile
from collections.abc import Collection
from pathlib import Path

from courseware.course import Course, CourseError, sources
from courseware.editions.leaks import leaks, secret_lines
from courseware.tags import CHECK, EXERCISE, SOLUTION, has_tag

HEADER = ("kernelspec", "language_info", "title")
KERNELSPEC = {"display_name": "Python 3", "language": "python", "name": "python3"}
NOTE = (
    "*This copy is yours to write in. When the course is updated, a lesson that you "
    "have changed stays as it is, and its new version comes beside it. If you have got "
    "a zip, unpack the next one into another folder.*"
)
README = """\
# {title}

The lessons, without their solutions: write in them, nothing can break. You need Python
3.11 or newer. In this folder:

    python -m venv .venv
    .venv/bin/pip install --find-links wheels "{install}"
    .venv/bin/jupyter lab

(On Windows: `.venv\\Scripts\\` in place of `.venv/bin/`.) Begin with `{first}`.
"""
# To a page beside the lessons, which is a notebook in the student edition.
_LINK_TO_PAGE = re.compile(r"(?<=\]\()(\w+)\.md(?=[)#])")


def student_notebook(notebook: dict) -> dict:
    """
    Copy a notebook, leaving out the solutions and what exercises and checks put out.

    The other outputs stay, to compare with, but not their execution counts: so the
    student sees which cells are still to be run.

    Parameters
    ----------
    notebook : dict
        A whole lesson; it stays as it is.

    Returns
    -------
    dict
        The lesson for a student, with no metadata by which it could be paired.
    """
    student = copy.deepcopy(notebook)
    header = student["metadata"]
    for key in header.keys() - set(HEADER):
        del header[key]
    student["cells"] = [c for c in student["cells"] if not has_tag(c, SOLUTION)]
    for cell in student["cells"]:
        if cell["cell_type"] == "code":
            cell["execution_count"] = None
            if has_tag(cell, EXERCISE) or has_tag(cell, CHECK):
                cell["outputs"] = []
        else:
            text = "".join(cell["source"])
            cell["source"] = _LINK_TO_PAGE.sub(r"\1.ipynb", text)
        for output in cell.get("outputs", []):
            if "execution_count" in output:
                output["execution_count"] = None
    return student


def student_file(notebook: dict) -> bytes:
    """
    Return the bytes of a student's notebook, headed by a note on how to renew it.

    Raises
    ------
    CourseError
        A line of a solution stands somewhere in it.
    """
    student = student_notebook(notebook)
    student["cells"].insert(0, _prose("note", NOTE))
    if found := leaks(student, secret_lines([notebook])):
        raise CourseError(f"it would show {found[0]!r} of a solution")
    return _file(student)


def page_file(text: str) -> bytes:
    """Return a page of Markdown as a notebook: JupyterLab would show its source."""
    parts = enumerate(re.split(r"\n(?=## )", text))
    return _file(
        {
            "cells": [_prose(f"part-{number}", part) for number, part in parts],
            "metadata": {"kernelspec": KERNELSPEC},
            "nbformat": 4,
            "nbformat_minor": 5,
        }
    )


def _prose(name: str, text: str) -> dict:
    return {"cell_type": "markdown", "id": name, "metadata": {}, "source": text}


def _file(notebook: dict) -> bytes:
    text = json.dumps(notebook, ensure_ascii=False, indent=1, sort_keys=True)
    return f"{text}\n".encode()


def edition(course: Course, chosen: Collection[str] = ()) -> dict[str, bytes]:
    """
    Make the files of the student edition.

    Parameters
    ----------
    course : Course
        Its lessons have been executed.
    chosen : collection of str
        Names of the lessons to hand out; all when none is named.

    Returns
    -------
    dict
        The files' names and bytes: each lesson, and what lies beside the lessons that
        is none: pages, and the modules that lessons import.

    Raises
    ------
    CourseError
        A lesson is no notebook, or gives a solution away.
    """
    folder = course.lessons
    files = {
        path.with_suffix(".ipynb").name: page_file(path.read_text("utf-8"))
        for path in folder.glob("*.md")
    }
    modules = set(folder.glob("*.py")) - set(sources(folder))
    files |= {path.name: path.read_bytes() for path in modules}
    for path in folder.glob("*.ipynb"):
        if chosen and path.stem not in chosen:
            continue
        try:
            files[path.name] = student_file(_read(path))
        except CourseError as error:
            raise CourseError(f"{path.name} cannot be handed out: {error}") from None
    return dict(sorted(files.items()))


def readme(course: Course, files: Collection[str]) -> bytes:
    """Return the README of a zip of these files: how to install what they need."""
    lessons = [name for name in files if name.endswith(".ipynb")]
    title = next(iter(course.requirements), course.folder.name)
    first = min(lessons, default="the first lesson")
    return README.format(title=title, install=course.install, first=first).encode()


def _read(path: Path) -> dict:
    # Without nbformat, which takes longer to import than all the rest takes to run.
    try:
        notebook = json.loads(path.read_bytes())
    except ValueError:
        notebook = None
    if not isinstance(notebook, dict) or notebook.get("nbformat") != 4:
        raise CourseError("it is not a notebook (a merge conflict?)")
    return notebook


def written(data: bytes) -> bytes:
    """
    Return of a notebook what its reader can have changed: its cells.

    When a notebook is opened and saved, JupyterLab changes its header, and stores its
    lines in another way. That alone does not make it the student's.
    """
    try:
        cells = json.loads(data)["cells"]
    except (ValueError, LookupError, TypeError):
        return data
    return json.dumps(_joined(cells), sort_keys=True).encode()


def _joined(part: object) -> object:
    """Put the lines together that notebooks may store one by one."""
    if isinstance(part, dict):
        return {key: _joined(value) for key, value in part.items()}
    if isinstance(part, list):
        whole = bool(part) and all(isinstance(line, str) for line in part)
        return "".join(part) if whole else [_joined(item) for item in part]
    return part


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
