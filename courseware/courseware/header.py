"""The header of a source: what it says, and whether anybody reads that."""

from __future__ import annotations

import re
from difflib import get_close_matches
from pathlib import Path

import yaml
from jupyter_client.kernelspec import find_kernel_specs

from courseware.course import CourseError

HEADER = ("description", "kernelspec", "title")
# What Jupytext or an editor writes into a header.
_OF_TOOLS = ("jupytext", "kernel_info", "language_info", "orphan", "tocdepth", "vscode")
_OF_A_KERNEL = ("display_name", "language", "name")
_WHOLE = re.compile(r"# ---[ \t]*\n(.*?)\n# ---[ \t]*\n", re.DOTALL)


def read_header(text: str) -> dict | None:
    """Return what the header of a source says: {} if no YAML; None if there is none."""
    match = _WHOLE.match(text)
    if not match:
        return None
    try:
        header = yaml.safe_load(re.sub("(?m)^# ?", "", match[1]))
    except yaml.YAMLError:
        return {}  # whoever parses the whole source says so
    return header if isinstance(header, dict) else {}


def refuse_unknown(path: Path, text: str) -> None:
    """
    Refuse a header that says something that nobody reads: a typing error, mostly.

    Parameters
    ----------
    path : Path
        A source.
    text : str
        Its text.

    Raises
    ------
    CourseError
        Says what that is, and what was probably meant.
    """
    header = read_header(text) or {}
    if header and "jupyter" not in header:
        for typo in get_close_matches("jupyter", map(str, header), n=1):
            raise CourseError(
                f"{path.name}: its header has `{typo}:`: did you mean `jupyter:`?"
            )
    jupyter = header.get("jupyter", {})
    kernel = jupyter.get("kernelspec", {}) if isinstance(jupyter, dict) else {}
    for above, keys in (("jupyter:", jupyter), ("kernelspec:", kernel)):
        if not isinstance(keys, dict):
            raise CourseError(
                f"{path.name}: in its header no keys stand below `{above}`; copy the "
                "header of another lesson."
            )
    said = [(key, key, (*HEADER, *_OF_TOOLS)) for key in jupyter]
    said += [(key, key, _OF_A_KERNEL) for key in kernel]
    if language := kernel.get("language"):
        said.append((f"language: {language}", language, ("python",)))
    if (name := kernel.get("name", "python3")) != "python3":
        said.append((f"name: {name}", name, ("python3", *find_kernel_specs())))
    for what, word, known in said:
        if word not in known:
            near = get_close_matches(str(word), known, n=1)
            there = ", ".join(f"`{each}`" for each in dict.fromkeys(known))
            meant = f"did you mean `{near[0]}`?" if near else f"there is {there}."
            raise CourseError(f"{path.name}: its header has `{what}`: {meant}")
