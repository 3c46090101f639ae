"""What the last run of a lesson made: a record in the metadata of its notebook.

By it, what somebody has written into the .ipynb is told from what a run has left there,
and it is known of which code the outputs are, whatever other tools have saved since.
"""

from __future__ import annotations

import hashlib

from nbformat import NotebookNode

from courseware.execution import options

KEY = "courseware"


def write(notebook: NotebookNode, *, lasting: bool = True) -> None:
    """
    Note that all cells are made by a run, and the outputs by that of its code.

    Parameters
    ----------
    notebook : NotebookNode
        A whole lesson; changed in place.
    lasting : bool
        Whether the outputs are good for the next run, too: those of a sample are not.
    """
    made = [_digest(cell) for cell in notebook.cells]
    ran = code(notebook) if lasting else ""
    notebook.metadata[KEY] = {"made": made, "ran": ran}


def code(notebook: NotebookNode) -> str:
    """Return a hash of what is executed, in its order."""
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    steps = [(_lines(cell), options(cell)) for cell in cells if cell.source.strip()]
    return _hash(repr(steps))


def ran(notebook: NotebookNode) -> str:
    """Return the hash of the code whose outputs a notebook holds."""
    # Without a record, nothing speaks against the cells that are there.
    return _read(notebook).get("ran", code(notebook))


def is_there(notebook: NotebookNode) -> bool:
    """Whether a notebook has a record."""
    return bool(_read(notebook))


def is_made(cell: NotebookNode, notebook: NotebookNode) -> bool:
    """Whether a run has made a notebook's cell; without a record nobody knows: no."""
    return _digest(cell) in _read(notebook).get("made", ())


def is_as_made(source: NotebookNode, stored: NotebookNode) -> bool:
    """Whether a source holds what the last run has made, and no more."""
    return [_digest(cell) for cell in source.cells] == _read(stored).get("made")


def strangers(stored: NotebookNode, source: NotebookNode) -> list[int]:
    """
    Return the places of cells that somebody has written into a notebook.

    Parameters
    ----------
    stored : NotebookNode
        The .ipynb as it is. Without a record, no cell of it is known to be made.
    source : NotebookNode
        What its source holds.

    Returns
    -------
    list of int
        Where cells stand that neither the source nor the last run has, or with pictures
        in them, which no source can have. Empty cells, as JupyterLab adds one at the
        end, do not count.
    """
    known = {_digest(cell) for cell in source.cells}
    return [
        place
        for place, cell in enumerate(stored.cells)
        if cell.get("attachments")
        or (
            cell.source.strip()
            and _digest(cell) not in known
            and not is_made(cell, stored)
        )
    ]


def _read(notebook: NotebookNode) -> dict:
    found = notebook.metadata.get(KEY)
    return found if isinstance(found, dict) else {}


def _digest(cell: NotebookNode) -> str:
    return _hash(f"{cell.cell_type}\n{_lines(cell)}")


def _lines(cell: NotebookNode) -> str:
    """Return a cell's source, without what its plain-text half cannot hold."""
    return "\n".join(cell.source.splitlines()).strip("\n")


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:8]
