"""Find the lines of solutions that a file gives away, in whatever form it has them."""

from __future__ import annotations

import base64
import html
import re
import urllib.parse
from collections.abc import Iterable, Iterator

# Shorter ones, `else:` or `pass`, stand everywhere and give nothing away.
SHORTEST_SECRET = 10

_JSON_ESCAPE = re.compile(r'\\(?:u([0-9a-fA-F]{4})|(["\\/nrtbf]))')
_JSON_CONTROL = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f"}
_BASE64 = re.compile(rb"[A-Za-z0-9+/_-]{14,}")


def has_tag(cell: dict, tag: str) -> bool:
    """Whether a cell carries a tag."""
    return tag in cell["metadata"].get("tags", [])


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
            if has_tag(cell, "solution"):
                solutions |= {line.strip() for line in source.splitlines()}
            elif cell["cell_type"] == "code":
                shown += f"{source}\n"
    return {
        line for line in solutions if len(line) >= SHORTEST_SECRET and line not in shown
    }


def leaks(data: bytes, secrets: set[str]) -> list[str]:
    """
    Find secret lines in a file.

    Parameters
    ----------
    data : bytes
        Every byte of it is searched, as it stands and as JSON, HTML, URLs and base64
        would write it, one inside the other too.
    secrets : set of str
        The lines to look for.

    Returns
    -------
    list of str
        Those that are given away, sorted.
    """
    texts = {text.encode() for text in _readings(data.decode("utf-8", "replace"))}
    # Between two of them stands a byte that no line has.
    pieces = b"\xff".join([*texts, *_decoded(texts)])
    return sorted(line for line in secrets if line.encode() in pieces)


def _readings(text: str, depth: int = 2) -> Iterator[str]:
    """Yield a text as it stands, and with its escapes undone, up to `depth` times."""
    yield text
    if depth:
        for undo in (_from_json, html.unescape, urllib.parse.unquote):
            if (plain := undo(text)) != text:
                yield from _readings(plain, depth - 1)


def _from_json(text: str) -> str:
    def plain(match: re.Match) -> str:
        number, letter = match.groups()
        return chr(int(number, 16)) if number else _JSON_CONTROL.get(letter, letter)

    # Two halves of a character beyond the first 65,536 are put together again.
    joined = _JSON_ESCAPE.sub(plain, text).encode("utf-16", "surrogatepass")
    return joined.decode("utf-16", "replace")


def _decoded(texts: Iterable[bytes]) -> Iterator[bytes]:
    """Yield what is written in base64, on one line or on many."""
    for run in set().union(*(_BASE64.findall(re.sub(rb"\s", b"", t)) for t in texts)):
        standard = run.translate(bytes.maketrans(b"-_", b"+/"))
        for start in range(4):  # what stands before it may belong to the alphabet
            code = standard[start : len(run) - ((len(run) - start) % 4 == 1)]
            yield base64.b64decode(code + b"=" * (-len(code) % 4))
