"""What could not be printed as it stands: where, what and what to do about it."""

import json
import logging
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Literal

from nbconvert.utils.exceptions import ConversionException

Kind = Literal[
    "notebook", "cell", "text", "formula", "reference", "link", "picture",
    "description", "output", "font", "width", "edition", "option", "pdf", "failed",
]  # fmt: skip


@dataclass(frozen=True)
class Place:
    """A cell of a notebook; cells count from 1, cell 0 is the notebook itself."""

    notebook: str = "notebook.ipynb"
    cell: int = 0

    def __str__(self) -> str:
        """Return the place as a reader would look it up."""
        return f"{self.notebook}, cell {self.cell}" if self.cell else self.notebook


@dataclass(frozen=True)
class Fault:
    """One thing that the PDF shows otherwise than the notebook does.

    `line` is that of the cell's source where it stands, from 1, if that is known.
    """

    place: Place
    kind: Kind
    message: str
    remedy: str = ""
    line: int | None = None

    def __str__(self) -> str:
        """Return one line: notebook, cell, fault, remedy."""
        remedy = f" ({self.remedy})" if self.remedy else ""
        return f"{self.place}: {self.message}{remedy}"


def as_json(faults: Iterable[Fault]) -> str:
    """Return faults as JSON, for programs: a list with an object for each."""
    rows = [asdict(fault.place) | asdict(fault) for fault in faults]
    for row in rows:
        del row["place"]
    return json.dumps(rows, indent=1, ensure_ascii=False) + "\n"


class StrictError(ConversionException):
    """The document has faults, and the caller wants none."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = list(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults))


class FaultsForTraceback(logging.Filter):
    """Has nbconvert tell the faults where it would print a traceback."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Put the faults into the message of a record that carries a refusal."""
        error = record.exc_info[1] if record.exc_info else None
        if isinstance(error, StrictError):
            record.msg, record.args = f"{record.getMessage()}\n{error}", ()
            record.exc_info = None
        return True
