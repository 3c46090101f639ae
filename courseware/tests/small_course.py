"""A small course in a folder of its own, to try things on."""

from pathlib import Path

import nbformat

from courseware.__main__ import main
from courseware.course import Course

HEADER = """\
# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
#   title: A lesson
# ---
"""
# A module of a course, with functions for its setting `data`.
DATA = """
def whole():
    return True, "all there is"

def sample():
    return False, "a sample"

def bad():
    raise ValueError("there is no such folder")
"""


class SmallCourse:
    """A course in a folder of its own, and the command line for it."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.lessons = folder, folder / "notebooks"
        self.lessons.mkdir(parents=True)
        self.settings("")

    def settings(self, lines: str) -> None:
        """Write what [tool.courseware] says."""
        text = f"[tool.courseware]\n{lines}\n"
        (self.folder / "pyproject.toml").write_text(text, "utf-8")

    def source(self, name: str, body: str, newline: str = "\n") -> Path:
        """Write the source of a lesson."""
        path = self.lessons / f"{name}.py"
        path.write_text(HEADER + body, "utf-8", newline=newline)
        return path

    def notebook(self, name: str, *cells: nbformat.NotebookNode) -> Path:
        """Write the notebook of a lesson that has no source."""
        path = self.lessons / f"{name}.ipynb"
        nbformat.write(nbformat.v4.new_notebook(cells=list(cells)), path)
        return path

    def call(self, command: str, *arguments: object) -> int:
        """Call `courseware COMMAND` in the course; returns the exit code."""
        return main([command, "--course", str(self.folder), *map(str, arguments)])

    @property
    def course(self) -> Course:
        """The course, as it is read."""
        return Course.find(self.folder)
