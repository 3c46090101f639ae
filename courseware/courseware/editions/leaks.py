"""Find the lines of solutions that a student's notebook gives away."""

from __future__ import annotations

import html
from collections.abc import Iterable, Iterator

from courseware.tags import SOLUTION, has_tag

# Shorter ones, `else:` or `pass`, stand everywhere and give nothing away.
SHORTEST_SECRET = 10


def secret_lines(notebooks: Iterable[dict]) -> set[str]:
    """
    Return the lines of solutions that a student must not see.

    What stands in the lessons' other code as well, such as the head of the function to
    be written, is none. Prose is not asked: a hint may not quote a solution.
    """
    solutions, shown = set(), ""
    for notebook in notebooks:
        for cell in notebook["cells"]:
            source = "".join(cell["source"])  # a string, or lines as in the file
            if has_tag(cell, SOLUTION):
                solutions |= {line.strip() for line in source.splitlines()}
            elif cell["cell_type"] == "code":
                shown += f"{source}\n"
    return {
        line for line in solutions if len(line) >= SHORTEST_SECRET and line not in shown
    }


def leaks(notebook: dict, secrets: set[str]) -> list[str]:
    """Return which secret lines stand anywhere in a notebook, sorted."""
    text = "\n".join(_texts(notebook))
    text += html.unescape(text)
    return sorted(line for line in secrets if line in text)


def _texts(part: object) -> Iterator[str]:
    """Yield each text in a part of a notebook; lines that belong together as one."""
    if isinstance(part, str):
        yield part
    elif isinstance(part, list) and all(isinstance(line, str) for line in part):
        yield "".join(part)
    elif isinstance(part, list | dict):
        for inner in part.values() if isinstance(part, dict) else part:
            yield from _texts(inner)
