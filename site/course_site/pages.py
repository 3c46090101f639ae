"""The pages of the site, from what is in the repository: nothing is written twice.

The lessons come from the executed notebooks, the start page from README.md.
"""

from __future__ import annotations

import copy
import re
from pathlib import Path

import jupytext
import nbformat

from courseware.editions.student import student_notebook

ROOT = Path(__file__).resolve().parents[2]
EDITIONS = ("student", "instructor")
# Of README.md's sections, those that a visitor needs.
SECTIONS = ("The lessons", "If you are a student", "If you are an instructor")
SECTIONS += ("The digits", "Licence")
# Where a lesson runs in the browser, and what a link to that says of it.
LITE, INTERNET = "lite/notebooks/index.html", "(needs the Internet)"
# The first cell of a lesson: in JupyterLite, which begins with nothing, and elsewhere.
INSTALL_IN_LITE = """\
# The course's package, which is not installed here yet.
%pip install -q digitlib"""
INSTALL = """\
# Installs the course's package, unless it is here.
import importlib
from importlib.util import find_spec

if not find_spec("digitlib"):
    %pip install -qq --retries 1 {}
    importlib.invalidate_caches()
    if not find_spec("digitlib"):

        class Missing(Exception):
            def _render_traceback_(self):
                return [str(self)]

        raise Missing(
            "digitlib could not be fetched. Switch the Internet on (Kaggle: Settings, "
            "Turn on internet), and run this cell again."
        )"""
# The course's tags, in the words of MyST-NB.
TAGS = {"remove_cell": "remove-cell", "remove_input": "remove-input"}


class SiteError(Exception):
    """The site cannot be built; the message says why, in a line or two."""


def slug(title: str) -> str:
    """Return the anchor of a heading, as JupyterLab makes it."""
    return title.strip().replace(" ", "-")


def lesson(notebook: nbformat.NotebookNode, edition: str) -> nbformat.NotebookNode:
    """Return a lesson as an edition shows it.

    Parameters
    ----------
    notebook : NotebookNode
        As it is stored, executed.
    edition : str
        "student", without the solutions, or "instructor".
    """
    if edition == "student":
        return nbformat.from_dict(student_notebook(notebook))
    return copy.deepcopy(notebook)


def lesson_page(
    notebook: nbformat.NotebookNode, links: list[tuple[str, str]]
) -> nbformat.NotebookNode:
    """Return a lesson's page: below the title, links to its other forms.

    The stored descriptions of its pictures become options of their cells, for of an
    output's metadata MyST-NB keeps the size alone.

    Parameters
    ----------
    notebook : NotebookNode
        Of one edition.
    links : list of (str, str)
        What they say, and where they go.

    Raises
    ------
    SiteError
        If a cell shows two pictures: its options describe one.
    """
    page = copy.deepcopy(notebook)
    for cell in page.cells:
        tags = cell.metadata.get("tags", [])
        cell.metadata["tags"] = [TAGS.get(tag, tag) for tag in tags]
        outputs = cell.get("outputs", [])
        pictures = [o for o in outputs if "image/png" in o.get("data", {})]
        if len(pictures) > 1:
            raise SiteError(f"a cell must show one picture only:\n{cell.source}")
        for picture in pictures:
            alt = picture.metadata.get("image/png", {}).get("alt", "")
            cell.metadata["mystnb"] = {"image": {"alt": alt}}
    first = page.cells[0]
    first.source = below_title(first.source, links, "This lesson in other forms")
    return page


def below_title(text: str, links: list[tuple[str, str]], label: str) -> str:
    """Return Markdown with a bar of links below its title.

    Parameters
    ----------
    text : str
        Its first line is the title.
    links : list of (str, str)
        What they say, and where they go.
    label : str
        What the bar is, for who cannot see it.
    """
    title, _, rest = text.partition("\n")
    bar = " ".join(f'<a href="{target}">{name}</a>' for name, target in links)
    return f'{title}\n\n<nav class="forms" aria-label="{label}">{bar}</nav>\n{rest}'


def runnable(
    notebook: nbformat.NotebookNode, install: str = ""
) -> nbformat.NotebookNode:
    """Return a lesson to run, without its outputs.

    Parameters
    ----------
    notebook : NotebookNode
        Of one edition.
    install : str
        The source of a first cell, where the course may not be installed.
    """
    lesson = copy.deepcopy(notebook)
    for cell in lesson.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    if install:
        lesson.cells.insert(0, nbformat.v4.new_code_cell(install, id="install"))
    return lesson


def script(notebook: nbformat.NotebookNode) -> str:
    """Return the plain Python source of a lesson, in the edition shown."""
    return jupytext.writes(notebook, fmt="py:percent")


def start_page(readme: str, lessons: dict[str, str]) -> str:
    """Return the start page: README's essentials and a table of contents.

    Parameters
    ----------
    readme : str
        README.md.
    lessons : dict of str
        Names of the pages, in order, and their titles.
    """
    head, *sections = re.split(r"^(?=## )", readme, flags=re.MULTILINE)
    kept = [part for part in sections if part[3:].split("\n")[0] in SECTIONS]
    missing = set(SECTIONS) - {part[3:].split("\n")[0] for part in kept}
    if missing:
        raise SiteError(f"README.md has no section {', '.join(sorted(missing))}")
    numbered = [
        f"{number}. {title} <{name}>"
        for number, (name, title) in enumerate(lessons.items(), 1)
    ]
    entries = "\n".join([*numbered, "play", "notation_and_index"])
    first = next(iter(lessons), "")
    links = [
        ("Read the first lesson", f"{first}.html"),
        ("Play", "play.html"),
        (f"Run it here {INTERNET}", f"{LITE}?path={first}.ipynb"),
    ]
    head = below_title(head, links, "Begin here")
    contents = f"```{{toctree}}\n:hidden:\n\n{entries}\n```\n"
    # On the site the lessons lie beside the start page.
    return (head + "".join(kept)).replace("](notebooks/", "](") + contents
