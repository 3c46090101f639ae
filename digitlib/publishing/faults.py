"""What could not be printed as it stands: where, what and what to do about it."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass

from nbconvert.utils.exceptions import ConversionException


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
    """One thing that the PDF shows otherwise than the notebook does."""

    place: Place
    message: str
    remedy: str = ""

    def __str__(self) -> str:
        """Return one line: notebook, cell, fault, remedy."""
        return f"{self.place}: {self.message}" + (
            f" ({self.remedy})" * bool(self.remedy)
        )


class FaultLog:
    """The faults of one document, each named once, in the order of their cells."""

    def __init__(self) -> None:
        self._faults: dict[Fault, None] = {}

    def report(self, place: Place, message: str, remedy: str = "") -> None:
        """Note a fault; the same one twice in a cell counts once."""
        self._faults[Fault(place, " ".join(message.split()), remedy)] = None

    def __iter__(self) -> Iterator[Fault]:
        return iter(self._faults)

    def __len__(self) -> int:
        return len(self._faults)


class StrictError(ConversionException):
    """The document has faults, and the caller wants none."""

    def __init__(self, faults: FaultLog) -> None:
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
