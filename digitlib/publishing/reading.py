"""Notebook files as they are met: mended where they break the format's rules."""

import json
from typing import Any, TextIO

import nbformat
from nbformat import NotebookNode

# What nbformat raises on a notebook of an old format that breaks its rules.
_BROKEN = (AttributeError, IndexError, KeyError, TypeError, ValueError)
_KINDS = ("code", "markdown", "raw")
_BUNDLES = ("display_data", "execute_result", "update_display_data")


def _text(value: Any) -> str:  # noqa: ANN401 - a broken notebook holds anything
    """Return a text field, which may be a list of lines, without lone surrogates."""
    if isinstance(value, list):
        value = "".join(_text(item) for item in value)
    if not isinstance(value, str):
        value = "" if value is None else json.dumps(value, indent=1, default=str)
    return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _mapping(value: Any) -> dict:  # noqa: ANN401
    return value if isinstance(value, dict) else {}


def _items(value: Any) -> list:  # noqa: ANN401
    return value if isinstance(value, list) else []


def _whole(value: Any, key: str) -> dict:  # noqa: ANN401
    """Return a mapping, or a value that ought to be one under `key`."""
    return value if isinstance(value, dict) else {key: value}


def _bundle(value: Any) -> dict[str, str]:  # noqa: ANN401
    """Return a mime bundle with a text for each type."""
    return {str(mime): _text(data) for mime, data in _mapping(value).items()}


def _is_count(value: Any) -> bool:  # noqa: ANN401
    return type(value) is int and value >= 0


def _output(output: dict) -> dict:
    kind = output.get("output_type")
    if kind == "stream":
        fields = {key: _text(output.get(key)) for key in ("name", "text")}
        return {"output_type": kind} | fields
    if kind == "error":
        fields = {key: _text(output.get(key)) for key in ("ename", "evalue")}
        lines = [_text(line) for line in _items(output.get("traceback"))]
        return {"output_type": kind, "traceback": lines} | fields
    mended = {
        "output_type": "display_data",
        "data": _bundle(output.get("data")),
        "metadata": _mapping(output.get("metadata")),
    }
    if kind not in _BUNDLES and set(output) - {"output_type"}:
        mended["data"] = {f"output_type {_text(kind) or 'missing'}": _text(output)}
    if _is_count(number := output.get("execution_count")):
        mended |= {"output_type": "execute_result", "execution_count": number}
    return mended


def _cell(cell: dict, number: int) -> dict:
    kind = cell.get("cell_type")
    kind = kind if kind in _KINDS else "raw"
    metadata = _mapping(cell.get("metadata"))
    tags, hidden = metadata.get("tags"), _mapping(metadata.get("jupyter"))
    tags = [_text(tag) for tag in ([tags] if isinstance(tags, str) else _items(tags))]
    mended = {
        "cell_type": kind,
        "id": f"cell-{number}",
        "metadata": {
            "tags": [tag for tag in dict.fromkeys(tags) if tag and "," not in tag],
            "raw_mimetype": _text(metadata.get("raw_mimetype")),
            "cell_number": number,
            "source_hidden": hidden.get("source_hidden") is True,
            "outputs_hidden": hidden.get("outputs_hidden") is True,
        },
        "source": _text(cell.get("source")),
    }
    if kind == "code":
        count = cell.get("execution_count")
        mended["execution_count"] = count if _is_count(count) else None
        mended["outputs"] = [
            _output(_whole(o, "text")) for o in _items(cell.get("outputs"))
        ]
    elif attachments := _mapping(cell.get("attachments")):
        mended["attachments"] = {_text(k): _bundle(v) for k, v in attachments.items()}
    return mended


def _metadata(metadata: dict) -> dict:
    """Return what is used of a notebook's metadata, in the form that it must have."""
    language = _mapping(metadata.get("language_info")).get("name")
    authors = [_mapping(author) for author in _items(metadata.get("authors"))]
    kernel = _mapping(metadata.get("kernelspec"))
    mended = {
        "title": _text(metadata.get("title")).strip(),
        "language_info": {"name": _text(language) or "python"},
        "authors": [{"name": _text(author.get("name"))} for author in authors],
        "unreadable": _text(metadata.get("unreadable")),
    }
    if all(isinstance(kernel.get(key), str) for key in ("name", "display_name")):
        mended["kernelspec"] = kernel
    return mended


def mend(notebook: Any) -> NotebookNode:  # noqa: ANN401
    """Return a notebook of format 4.5, whatever is missing or misplaced in this one.

    Each cell's metadata gets its number in the file, for fault reports.

    Raises
    ------
    ValueError
        If this is no notebook at all.
    """
    if not isinstance(notebook, dict) or not {"cells", "worksheets"} & set(notebook):
        raise ValueError("it has no cells")
    if "cells" not in notebook:
        notebook = _upgraded(notebook)
    cells = [
        _cell(_whole(cell, "source"), number)
        for number, cell in enumerate(_items(notebook["cells"]), start=1)
    ]
    return nbformat.from_dict(
        {
            "cells": cells,
            "metadata": _metadata(_mapping(notebook.get("metadata"))),
            "nbformat": 4,
            "nbformat_minor": 5,
        }
    )


def _upgraded(notebook: dict) -> dict:
    """Return a notebook of format 3 or older in format 4."""
    notebook = {"nbformat_minor": 0, "metadata": {}, "nbformat": 3} | notebook
    try:
        return nbformat.convert(nbformat.reader.reads(json.dumps(notebook)), 4)
    except (*_BROKEN, nbformat.ValidationError) as error:
        raise ValueError(f"its format cannot be upgraded: {error!r}") from error


def accepted(notebook: Any) -> NotebookNode:  # noqa: ANN401
    """Return a notebook, mended, or one that says why this is none."""
    try:
        return mend(notebook)
    except ValueError as error:
        return _unreadable(str(error))


def opened(stream: TextIO) -> NotebookNode:
    """Return the notebook in a file, or one that says why there is none."""
    try:
        return accepted(json.load(stream))
    except (ValueError, RecursionError) as error:
        return _unreadable(str(error))


def _unreadable(reason: str) -> NotebookNode:
    reason = f"this is not a notebook: {reason}"
    cell = {"cell_type": "markdown", "source": f"**{reason}**"}
    return mend({"cells": [cell], "metadata": {"unreadable": reason}})
