"""What other tools agreed on: nbconvert's flags, nbgrader's marks, front matter."""

import re
from collections.abc import Collection

from nbformat import NotebookNode

# nbgrader's marks, with the comment signs of any language; a mark that nothing closes
# holds to the end.
_MARKED = re.compile(
    r"^(?=[^\n]*BEGIN )([ \t]*+)[^\n\w]*+BEGIN (SOLUTION|HIDDEN TESTS?|MARK SCHEME)\b"
    r".*?(?:^[^\n\w]*END \2\b[^\n]*\n?|\Z)",
    re.DOTALL | re.MULTILINE,
)
_FRONT_MATTER = re.compile(
    r"---[ \t]*\n((?:[\w-]+[ \t]*:[^\n]*\n|[ \t#-][^\n]*\n|\n)+)"
    r"(?:---|\.\.\.)[ \t]*(?:\n|\Z)"
)
_TITLE = re.compile(r"^title[ \t]*:[ \t]*(['\"]?)(.+?)\1[ \t]*$", re.MULTILINE)
_ELLIPSIS = {"code": "# ...", "markdown": "\N{HORIZONTAL ELLIPSIS}"}


def without_front_matter(notebook: NotebookNode) -> NotebookNode:
    """Return a notebook whose YAML header, if it has one, is only its title."""
    cells = list(notebook.cells)
    if not cells or cells[0].cell_type == "code":
        return notebook
    if not (match := _FRONT_MATTER.match(cells[0].source)):
        return notebook
    first, notebook = cells[0].copy(), notebook.copy()
    first.source = first.source[match.end() :].lstrip("\n")
    notebook.cells, notebook.metadata = [first, *cells[1:]], notebook.metadata.copy()
    if title := _TITLE.search(match[1]):
        notebook.metadata.setdefault("title", title[2])
    return notebook


def for_students(cell: NotebookNode) -> NotebookNode:
    """Return a cell without what nbgrader takes out of the version for students.

    A whole cell is an answer where the author says so and marks no part of it; with a
    checksum it has been handed out already, and what it holds is somebody's own.
    """
    stub = _ELLIPSIS.get(cell.cell_type, "")
    source = _MARKED.sub(
        lambda match: f"{match[1]}{stub}\n" if match[2] == "SOLUTION" else "",
        cell.source,
    )
    facts = cell.metadata.get("nbgrader")
    facts = facts if isinstance(facts, dict) else {}
    if source == cell.source:
        if not facts.get("solution") or facts.get("task") or "checksum" in facts:
            return cell
        source = stub
    cell = cell.copy()
    cell.source = source.rstrip("\n")
    if cell.cell_type == "code":
        cell.outputs = []
    return cell


def with_flags(
    cells: list[NotebookNode], excluded: Collection[str]
) -> list[NotebookNode]:
    """Return what nbconvert's flags leave of cells.

    Parameters
    ----------
    cells : list of NotebookNode
        The cells of a notebook.
    excluded : collection of str
        nbconvert's names of what is left out: ``input``, ``output_prompt`` and so on.
    """
    kinds = {"code": "code_cell", "markdown": "markdown", "raw": "raw"}
    cells = [cell for cell in cells if kinds[cell.cell_type] not in excluded]
    return [_with_flags(cell, excluded) for cell in cells]


def _with_flags(cell: NotebookNode, excluded: Collection[str]) -> NotebookNode:
    if cell.cell_type != "code":
        return cell
    cell = cell.copy()
    if "input" in excluded:
        cell.source = ""
    if "input_prompt" in excluded:
        cell.execution_count = None
    if "output" in excluded:
        cell.outputs = []
    if "output_prompt" in excluded:
        cell.outputs = [o | {"execution_count": None} for o in cell.outputs]
    return cell
