"""Find the lines of solutions that a student's notebook gives away."""

from __future__ import annotations

import html
from collections.abc import Iterable, Iterator

from courseware.tags import SOLUTION, has_tag

# Shorter ones, `else:` or `pass`, and imports stand everywhere and give nothing away.
SHORTEST_SECRET = 10
IMPORTS = ("import ", "from ")
# In base64: most of what a notebook holds, and no line of code.
PICTURES = ("image/png", "image/jpeg")


def secret_lines(notebooks: Iterable[dict], others: Iterable[dict] = ()) -> set[str]:
    """
    Return the lines of solutions that a student must not see.

    What stands in the lessons' other code as well, such as the head of the function to
    be written, is none. Prose is not asked: a hint may not quote a solution.

    Parameters
    ----------
    notebooks : iterable of dict
        The lessons whose solutions they are.
    others : iterable of dict
        Other lessons whose code is shown.
    """
    notebooks = list(notebooks)
    solutions, shown = set(), ""
    for cell in (cell for notebook in notebooks for cell in notebook["cells"]):
        if has_tag(cell, SOLUTION):
            source = "".join(cell["source"])  # a string, or lines as in the file
            solutions |= {line.strip() for line in source.splitlines()}
    for cell in (cell for each in (*notebooks, *others) for cell in each["cells"]):
        if cell["cell_type"] == "code" and not has_tag(cell, SOLUTION):
            shown += f"{''.join(cell['source'])}\n"
    long = {line for line in solutions if len(line) >= SHORTEST_SECRET}
    return {line for line in long if line not in shown and not line.startswith(IMPORTS)}


def leaks(content: dict | str, secrets: set[str]) -> list[str]:
    """Return which secret lines stand anywhere in a notebook or a text, sorted."""
    text = "\n".join(_texts(content))
    text += html.unescape(text)
    return sorted(line for line in secrets if line in text)


def _texts(part: object) -> Iterator[str]:
    """Yield each text in a part of a notebook; lines that belong together as one."""
    if isinstance(part, str):
        yield part
    elif isinstance(part, list) and all(isinstance(line, str) for line in part):
        yield "".join(part)
    elif isinstance(part, list):
        for inner in part:
            yield from _texts(inner)
    elif isinstance(part, dict):
        for name, inner in part.items():
            if name not in PICTURES:
                yield from _texts(inner)
