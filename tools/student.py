"""What a student gets: the lesson without its solutions."""

from __future__ import annotations

import copy
import json

import nbformat
from nbformat import NotebookNode

# Shorter ones, `else:` or `pass`, stand everywhere and give nothing away.
SHORTEST_SECRET = 10


def has_tag(cell: NotebookNode, tag: str) -> bool:
    """Whether a cell carries a tag."""
    return tag in cell.metadata.get("tags", [])


def student_notebook(notebook: NotebookNode) -> NotebookNode:
    """
    Copy a notebook, leaving out the solutions and what exercises and checks put out.

    Parameters
    ----------
    notebook : NotebookNode
        A whole lesson; it stays as it is.

    Returns
    -------
    NotebookNode
        The lesson for a student.
    """
    student = copy.deepcopy(notebook)
    student.cells = [cell for cell in student.cells if not has_tag(cell, "solution")]
    for cell in student.cells:
        if cell.cell_type == "code" and (
            has_tag(cell, "exercise") or has_tag(cell, "check")
        ):
            cell.outputs = []
            cell.execution_count = None
    return student


def secret_lines(notebook: NotebookNode) -> set[str]:
    """
    Return the lines of solutions that a student must not see.

    A line that stands in the lesson's other code as well, such as the head of the
    function to be written, is none. Prose is not asked: a hint that quotes a solution
    gives it away.
    """
    solutions, others = set(), set()
    for cell in notebook.cells:
        lines = {line.strip() for line in cell.source.splitlines()}
        if has_tag(cell, "solution"):
            solutions |= lines
        elif cell.cell_type == "code":
            others |= lines
    return {line for line in solutions - others if len(line) >= SHORTEST_SECRET}


def leaks(notebook: NotebookNode, student: NotebookNode) -> list[str]:
    """
    Find lines of a lesson's solutions in what a student gets.

    Every byte of the file is searched: sources, outputs and metadata.

    Returns
    -------
    list of str
        The lines that are given away, sorted.
    """
    text = nbformat.writes(student, ensure_ascii=False)
    return sorted(
        line
        for line in secret_lines(notebook)
        if json.dumps(line, ensure_ascii=False)[1:-1] in text
    )
