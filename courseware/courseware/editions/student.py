"""The student edition: the lessons without their solutions, to be written in."""

from __future__ import annotations

import copy
import re
from collections.abc import Collection, Iterable
from pathlib import Path

from courseware.contents import PAGE, read
from courseware.course import Course, CourseError, sources
from courseware.editions import rehearsal
from courseware.editions.leaks import leaks, secret_lines
from courseware.editions.ledger import Ledger
from courseware.editions.links import without_links
from courseware.editions.merge import digest, without_counts
from courseware.editions.readme import README, readme, to_install
from courseware.editions.update import notebook_file
from courseware.files import read_bytes, read_text
from courseware.pages import pages
from courseware.tags import CHECK, EXERCISE, SOLUTION, has_tag

HEADER = ("kernelspec", "language_info", "title", "description")
KERNELSPEC = {"display_name": "Python 3", "language": "python", "name": "python3"}
NOTE = (
    "*This copy is yours to write in. When the course is updated, what you have "
    "written moves into the lesson's new version, and your file as it was is kept "
    "beside it. How to get an update, and how to hand in: [README](README.md).*"
)
# Folded up, for it has nothing to do with the lesson; and without a traceback.
GUARD = """\
# Nothing to see here, unless the course's package is missing.
from importlib.metadata import distributions
from importlib.util import find_spec
from pathlib import Path

if not find_spec({module!r}) and not [*distributions(name={name!r})]:

    class Missing(Exception):
        def _render_traceback_(self):
            return [str(self)]

    wheels = sorted(path.as_posix() for path in Path("wheels").glob("*.whl"))
    if {has_wheels} and not wheels:
        raise Missing("{name} is missing here. README.md says how to install it.")
    line = " ".join(["%pip install", *wheels, {packages!r}])
    raise Missing("{name} is missing here. Type into a new cell, and run:\\n\\n" + line)
"""
# To a page beside the lessons, which is a notebook in the student edition.
_LINK_TO_PAGE = re.compile(r"(?<=\]\()(\w+)\.md(?=[)#])")


def student_notebook(
    notebook: dict, *, with_solutions: bool = False, absent: Collection[str] = ()
) -> dict:
    """
    Copy a notebook, leaving out the solutions and what exercises and checks put out.

    The other outputs stay, to compare with, but not their execution counts: so the
    student sees which cells are still to be run.

    Parameters
    ----------
    notebook : dict
        A whole lesson; it stays as it is.
    with_solutions : bool
        Whether the solutions stay, with what they put out.
    absent : collection of str
        Names of the lessons that the student has not; no link leads to them.

    Returns
    -------
    dict
        The lesson for a student, with no metadata by which it could be paired.
    """
    student = copy.deepcopy(notebook)
    header = student["metadata"]
    for key in header.keys() - set(HEADER):
        del header[key]
    student["cells"] = [
        cell
        for cell in student["cells"]
        if with_solutions or not has_tag(cell, SOLUTION)
    ]
    for cell in student["cells"]:
        if cell["cell_type"] == "code":
            is_blank = has_tag(cell, EXERCISE) or has_tag(cell, CHECK)
            cell["execution_count"] = None
            cell["outputs"] = [] if is_blank else without_counts(cell["outputs"])
        else:
            text = without_links("".join(cell["source"]), absent)
            cell["source"] = _LINK_TO_PAGE.sub(r"\1.ipynb", text)
    return student


def student_file(student: dict, course: Course | None = None) -> bytes:
    """
    Return the bytes of a `student_notebook`, headed by a note on how to renew it.

    Before its first code comes a cell that says what to install, if the course names a
    package to install and that is missing.
    """
    student = {**student, "cells": [*student["cells"]]}
    cells = student["cells"]
    _name_all(student)
    places = (i for i, cell in enumerate(cells) if cell["cell_type"] == "code")
    first = next(places, None)
    if course and course.install and first is not None:
        cells.insert(first, _guard(course))
    cells.insert(0, _prose("note", NOTE))
    return notebook_file(student)


def page_file(text: str) -> bytes:
    """Return a page of Markdown as a notebook: JupyterLab would show its source."""
    parts = enumerate(re.split(r"\n(?=## )", text))
    return notebook_file(
        {
            "cells": [_prose(f"part-{number}", part) for number, part in parts],
            "metadata": {"kernelspec": KERNELSPEC, **PAGE},
            "nbformat": 4,
            "nbformat_minor": 5,
        }
    )


def _prose(name: str, text: str) -> dict:
    return {"cell_type": "markdown", "id": name, "metadata": {}, "source": text}


def _guard(course: Course) -> dict:
    name = re.split(r"[^\w.-]", course.install.strip(), maxsplit=1)[0]
    text = GUARD.format(
        name=name,
        module=re.sub("[-.]", "_", name),
        has_wheels=bool(course.wheels),
        packages=to_install(course),
    )
    return {
        "cell_type": "code",
        "execution_count": None,
        "id": "guard",
        "metadata": {"jupyter": {"source_hidden": True}, "tags": ["remove_cell"]},
        "outputs": [],
        "source": text.rstrip(),
    }


def _name_all(notebook: dict) -> None:
    """Give each cell an id: an update finds cells by them, and old files have none."""
    minor = notebook.get("nbformat_minor")
    notebook["nbformat_minor"] = max(5, minor) if isinstance(minor, int) else 5
    taken = {str(cell.get("id")) for cell in notebook["cells"]}
    for cell in notebook["cells"]:
        if not cell.get("id") or not isinstance(cell["id"], str):
            code = digest(cell)
            names = (f"{code}-{number}" for number in range(len(taken) + 1))
            cell["id"] = next(name for name in names if name not in taken)
            taken.add(cell["id"])


def handed_out_so_far(course: Course, folder: Path) -> tuple[list[str], list[str]]:
    """
    Return what a folder has of a course that is handed out piece by piece.

    Parameters
    ----------
    course : Course
        Some of whose lessons are in the folder.
    folder : Path
        Of students; it need not be there.

    Returns
    -------
    tuple of list of str
        Names of its lessons, and of those that came with their solutions. None: all
        was handed out, without solutions, or nothing yet.
    """
    ledger = Ledger.read(folder)
    given, others = ledger.cells(), ledger.others
    lessons = {name: read(course.lessons / f"{name}.ipynb") for name in course.names()}
    there = [name for name in lessons if f"{name}.ipynb" in given]
    released = [
        name
        for name in there
        for cell in (lessons[name] or {"cells": []})["cells"]
        if has_tag(cell, SOLUTION) and cell.get("id") in given[f"{name}.ipynb"]
    ]
    is_part = any(f"{name}.ipynb" in others for name in lessons if name not in there)
    return (there, sorted({*released})) if is_part or released else ([], [])


def edition(
    course: Course,
    chosen: Collection[str] = (),
    released: Collection[str] = (),
    *,
    earlier: Collection[str] = (),
    is_in_zip: bool = False,
) -> dict[str, bytes]:
    """
    Make the files of the student edition.

    Parameters
    ----------
    course : Course
        Its lessons have been executed.
    chosen : collection of str
        Names of the lessons to hand out; all when none is named.
    released : collection of str
        Names of the lessons whose solutions are handed out as well.
    earlier : collection of str
        Names of lessons that the student has already. What is handed out tells of them
        and of the chosen ones only: the next update brings the other links.
    is_in_zip : bool
        Whether it goes to somebody who has nothing else of the course.

    Returns
    -------
    dict
        The files' names and bytes: each lesson, README.md, what lies beside the lessons
        that is none (pages, and the modules that lessons import), and a rehearsal of
        handing in, where there are exercises.

    Raises
    ------
    CourseError
        A lesson is no notebook, or gives a solution away that is not released.
    """
    folder = course.lessons
    lessons = {path.stem: read(path) for path in sorted(folder.glob("*.ipynb"))}
    chosen = chosen or lessons.keys()
    for name in lessons.keys() & set(chosen):
        if lessons[name] is None:
            raise CourseError(
                f"{name}.ipynb cannot be handed out: it is not a notebook (a merge "
                "conflict?)"
            )
    there = (lessons.keys() & set(chosen)) | set(earlier)
    absent = set(course.names()) - there
    made = pages(course, there)
    files = {}
    for path in folder.glob("*.md"):
        text = made[path]() if path in made else read_text(path)
        page = page_file(without_links(text, absent))
        files[path.with_suffix(".ipynb").name] = page
    modules = set(folder.glob("*.py")) - set(sources(folder))
    files |= {path.name: read_bytes(path) for path in modules}
    shown = {}
    for name in sorted(lessons.keys() & set(chosen)):
        solved = name in released
        shown[name] = student_notebook(
            lessons[name], with_solutions=solved, absent=absent
        )
        files[f"{name}.ipynb"] = student_file(shown[name], course)
    hidden = {
        name: lesson
        for name, lesson in lessons.items()
        if lesson is not None and name not in released
    }
    _refuse_leaks(hidden, shown, files)
    if _is_marked(lessons.values()) and not any(n.startswith("00_") for n in lessons):
        made = student_notebook(rehearsal.rehearsal())
        files[f"{rehearsal.NAME}.ipynb"] = student_file(made, course)
    return dict(sorted(files.items())) | {README: readme(course, is_in_zip=is_in_zip)}


def _is_marked(lessons: Iterable[dict | None]) -> bool:
    """Whether there is anything to hand in for: then that can be rehearsed."""
    cells = (cell for lesson in lessons if lesson for cell in lesson["cells"])
    return any(has_tag(cell, CHECK) for cell in cells)


def _refuse_leaks(
    hidden: dict[str, dict], shown: dict[str, dict], files: dict[str, bytes]
) -> None:
    """
    Look for lines of solutions that are not released, in all that is handed out.

    What the lessons that are handed out show in code of their own is no secret.
    """
    secrets = {
        name: secret_lines([lesson], others=shown.values())
        for name, lesson in hidden.items()
    }
    for file, data in files.items():
        stem = file.removesuffix(".ipynb")
        content = shown[stem] if stem in shown else data.decode("utf-8", "replace")
        for name, lines in secrets.items():
            if found := leaks(content, lines):
                whose = "a solution" if name == stem else f"a solution of {name}"
                raise CourseError(
                    f"{file} cannot be handed out: it would show {found[0]!r} "
                    f"of {whose}"
                )
