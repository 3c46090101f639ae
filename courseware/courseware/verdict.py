"""What checks have said of answers, as notebooks store it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

BRAVO, NOT_YET = "bravo", "not yet"  # how a `CheckResult` begins
# And what an update makes of the first, where it has changed the exercise.
BEFORE = "right before this exercise was changed"
_VERDICT = re.compile(
    rf"^({BRAVO}|{NOT_YET}|{BEFORE}): (\S+)(?: - (.*))?$", re.MULTILINE
)


class Verdict(NamedTuple):
    """What a check has said last; all of it "" where it has said nothing.

    Attributes
    ----------
    word : str
        `BRAVO`, `NOT_YET` or `BEFORE`.
    function : str
        Of which function.
    hint : str
        What is wrong with it.
    """

    word: str
    function: str
    hint: str


def verdict(check: dict) -> Verdict:
    """Read what a check's cell has put out, of whatever another tool has stored."""
    found = [match for text in _outputs(check) for match in _VERDICT.finditer(text)]
    return Verdict(*found[-1].groups("")) if found else Verdict("", "", "")


def outdated(check: dict) -> list[dict]:
    """Return outputs that say what is left of a verdict, once its exercise changed."""
    word, function, _ = verdict(check)
    if word not in (BRAVO, BEFORE):
        return []
    text = f"{BEFORE}: {function}\nRun this cell again.\n"
    return [{"output_type": "stream", "name": "stdout", "text": text}]


def joined(text: object) -> str:
    """Return a text that a notebook may store line by line; "" if it is none."""
    if isinstance(text, list):
        return "".join(line for line in text if isinstance(line, str))
    return text if isinstance(text, str) else ""


def _outputs(cell: dict) -> Iterator[str]:
    outputs = cell.get("outputs")
    for output in outputs if isinstance(outputs, list) else ():
        if isinstance(output, dict):
            data = output.get("data")
            plain = data.get("text/plain") if isinstance(data, dict) else None
            yield joined(output.get("text", plain))
