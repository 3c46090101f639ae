"""What to do about a name that is not defined: run other cells, or mend a misspelling.

After a restart a student runs the exercise only, and every name of the lesson is
missing. Whether the lesson defines the name is read in the notebook's file, where it is
known; otherwise both are said.
"""

import ast
import builtins
import contextlib
import difflib
import json
import os
from pathlib import Path

from courseware.optional import made_and_used

_ABOVE = "run the cells above first (Run > Run All Above Selected Cell)"


def advice(error: NameError) -> str:
    """Say what to do about a missing name.

    Parameters
    ----------
    error : NameError
        With its traceback.

    Returns
    -------
    str
        Empty where it is another fault, such as a local variable without a value.
    """
    name = error.name
    if not name or str(error) != f"name {name!r} is not defined":
        return ""
    step = error.__traceback__
    while step.tb_next:
        step = step.tb_next
    frame = step.tb_frame
    in_vs_code = frame.f_globals.get("__vsc_ipynb_file__", "")
    if name in _defined(notebook_cells(in_vs_code)):
        return _ABOVE
    known = {*frame.f_locals, *frame.f_globals, *dir(builtins)}
    for similar in difflib.get_close_matches(name, known, n=1, cutoff=0.8):
        return f"did you mean `{similar}`?"
    return f"{_ABOVE}, or is it misspelt?"


def notebook_cells(otherwise: str = "") -> list[dict]:
    """Return the cells of the notebook that this kernel runs, as it was saved last.

    Parameters
    ----------
    otherwise : str
        Its file, where it is no Jupyter server that has started the kernel.

    Returns
    -------
    list of dict
        Empty where the file is not known, or is no notebook.
    """
    path = os.environ.get("JPY_SESSION_NAME") or otherwise
    try:
        return list(json.loads(Path(path).read_text("utf-8"))["cells"])
    except (OSError, ValueError, LookupError, TypeError):
        return []


def defined(source: str) -> set[str]:
    """Return the global names that a cell defines; none where it cannot be compiled."""
    with contextlib.suppress(SyntaxError, ValueError):
        flags = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
        return made_and_used(compile(as_python(source), "cell", "exec", flags))[0]
    return set()


def _defined(cells: list[dict]) -> set[str]:
    code = (cell for cell in cells if cell.get("cell_type") == "code")
    return set().union(*(defined("".join(cell["source"])) for cell in code))


def as_python(source: str) -> str:
    """Return the source of a cell without what only IPython knows."""
    # Only a kernel has a notebook, and it has IPython.
    from IPython.core.inputtransformer2 import TransformerManager

    return TransformerManager().transform_cell(source)
