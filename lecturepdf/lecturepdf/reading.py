"""Notebook files as they are met: what breaks the format's rules is set apart."""

import json
import re
from collections.abc import Iterator
from typing import Any, TextIO

import nbformat
from nbformat import NotebookNode
from nbformat.v4.rwbase import rejoin_lines

# What nbformat raises on a notebook of an old format that breaks its rules.
_BROKEN = (AttributeError, IndexError, KeyError, TypeError, ValueError)
_FORMAT = {"nbformat": 4, "nbformat_minor": 5}
_VERSION = {"version": 4, "version_minor": 5}
_BUNDLES = ("display_data", "execute_result")
_KEYS = {
    "markdown": ("source", "metadata", "attachments"),
    "raw": ("source", "metadata", "attachments"),
    "code": ("source", "metadata", "outputs", "execution_count"),
    "stream": ("name", "text"),
    "error": ("ename", "evalue", "traceback"),
    "display_data": ("data", "metadata"),
    "execute_result": ("data", "metadata", "execution_count"),
}


def accepted(notebook: Any) -> NotebookNode:  # noqa: ANN401 - people try anything
    """Return a valid notebook of format 4.5, or one that says why there is none.

    Each cell's metadata gets its number in the file, and whether it is one at all.
    """
    try:
        return _mended(_printable(notebook))
    except ValueError as error:
        return _unreadable(error)


def opened(stream: TextIO) -> NotebookNode:
    """Return the notebook in a file, or one that says why there is none."""
    try:
        return accepted(json.load(stream))
    except (ValueError, RecursionError) as error:
        return _unreadable(error)


def _unreadable(error: Exception) -> NotebookNode:
    reason = f"this is not a notebook: {error}"
    cell = {"cell_type": "markdown", "source": f"**{reason}**"}
    return _mended({"cells": [cell], "metadata": {"unreadable": reason}})


def _printable(value: Any) -> Any:  # noqa: ANN401
    """Return a value of JSON without lone surrogates, which nothing can print."""
    if isinstance(value, dict):
        return {_printable(key): _printable(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_printable(item) for item in value]
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return value


def _mended(notebook: Any) -> NotebookNode:  # noqa: ANN401
    if not isinstance(notebook, dict) or not {"cells", "worksheets"} & set(notebook):
        raise ValueError("it has no cells")
    if "cells" not in notebook:
        notebook = _upgraded(notebook)
    cells = notebook["cells"] if isinstance(notebook["cells"], list) else []
    mended = {"cells": [], "metadata": notebook.get("metadata"), **_FORMAT}
    if not _is_valid(mended):
        mended["metadata"] = {}
    mended["cells"] = [_cell(cell, at) for at, cell in enumerate(cells, start=1)]
    return rejoin_lines(nbformat.from_dict(mended))


def _upgraded(notebook: dict) -> dict:
    """Return a notebook of format 3 or older in format 4."""
    notebook = {"nbformat_minor": 0, "metadata": {}, "nbformat": 3} | notebook
    for node in _nodes(notebook):
        if "level" in node:  # of a heading, which gets as many signs
            level = node["level"]
            node["level"] = min(max(level, 1), 6) if type(level) is int else 1
    try:
        return nbformat.convert(nbformat.reader.reads(json.dumps(notebook)), 4)
    except (*_BROKEN, nbformat.ValidationError) as error:
        raise ValueError(f"its format cannot be upgraded: {error!r}") from error


def _nodes(notebook: dict) -> Iterator[dict]:
    """Yield the cells of a notebook of format 3, as far as they are any."""
    sheets = notebook.get("worksheets")
    for sheet in sheets if isinstance(sheets, list) else ():
        cells = sheet.get("cells") if isinstance(sheet, dict) else None
        cells = cells if isinstance(cells, list) else []
        yield from (cell for cell in cells if isinstance(cell, dict))


def _is_valid(node: dict, kind: str | None = None) -> bool:
    try:
        nbformat.validate(node, ref=kind, **_VERSION)
    except (*_BROKEN, nbformat.ValidationError):  # it is not told whatever is wrong
        return False
    return True


def _known(node: Any, kind: str) -> dict:  # noqa: ANN401
    """Return of a node what the format has a place for in nodes of its kind."""
    if not isinstance(node, dict):
        return {}
    keys = _KEYS.get(str(node.get(kind)), ())
    known = {key: node[key] for key in (kind, *keys) if key in node}
    # Joined at once: a validator looks at each line of a list.
    known |= {key: _joined(known[key]) for key in ("source", "text") if key in known}
    if isinstance(data := known.get("data"), dict):
        known["data"] = {
            # Altair's have a full stop, which the format does not know.
            re.sub(r"\.json$", "+json", mime): value
            if "json" in mime
            else _joined(value)
            for mime, value in data.items()
        }
    return known


def _joined(text: Any) -> Any:  # noqa: ANN401
    """Return text that stands in a list of its lines as one; anything else as it is."""
    is_text = isinstance(text, list) and all(isinstance(line, str) for line in text)
    return "".join(text) if is_text else text


def _cell(cell: Any, number: int) -> dict:  # noqa: ANN401
    """Return a valid cell: this one, without odd metadata, or its JSON as raw text."""
    found = {"metadata": {}, "source": ""} | _known(cell, "cell_type")
    plain = {"metadata": {}}
    if found.get("cell_type") == "code":
        outputs = found.get("outputs", [])
        outputs = outputs if isinstance(outputs, list) else [outputs]
        found = {"execution_count": None} | found
        found["outputs"] = [_output(output) for output in outputs]
        plain["execution_count"] = None
    tries = [tried | {"id": f"cell-{number}"} for tried in (found, found | plain)]
    valid = next((tried for tried in tries if _is_valid(tried, "cell")), None)
    if valid is None:
        is_text = isinstance(cell, str)
        text = cell if is_text else json.dumps(cell, indent=1, default=str)
        valid = {"cell_type": "raw", "source": text, "metadata": {"unreadable": True}}
        valid["id"] = f"cell-{number}"
    facts = {"cell_number": number, "transient": {}}
    return valid | {"metadata": valid["metadata"] | facts}


def _output(output: Any) -> dict:  # noqa: ANN401
    """Return a valid output: this one, or one of a kind that has no printed form."""
    found = _known(output, "output_type")
    if found.get("output_type") in _BUNDLES:
        found = {"metadata": {}} | found
    if _is_valid(found, "output"):
        return found
    kind = output.get("output_type", "missing") if isinstance(output, dict) else output
    data = {f"output_type {kind}": json.dumps(output, indent=1, default=str)}
    return {"output_type": "display_data", "data": data, "metadata": {}}
