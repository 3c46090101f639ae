"""The PDFs of several notebooks in one go: every edition of each, and the book."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from unicodedata import normalize

from . import workers
from .editions import EDITIONS, has_notes
from .exporter import LecturePDFExporter
from .faults import Fault, Place, StrictError
from .files import write
from .reading import opened

_BOOK = "book"
KINDS = (_BOOK, *EDITIONS)


@dataclass(frozen=True)
class Outcome:
    """What became of a PDF: whether it is there (None: there is none), and faults."""

    is_made: bool | None
    faults: Sequence[Fault] = ()


@dataclass(frozen=True)
class Job:
    """One PDF to make, of one notebook or, for the book, of all."""

    kind: str
    notebooks: tuple[Path, ...]
    output: Path
    traits: Mapping[str, object]

    @property
    def size(self) -> int:
        """How many notebooks it takes."""
        return len(self.notebooks)

    @property
    def place(self) -> Place:
        """Where it failed, if it did so as a whole."""
        own = self.output if self.kind == _BOOK else self.notebooks[0]
        return Place(own.name)

    def run(self) -> Outcome:
        """Make the PDF; return what became of it."""
        exporter = LecturePDFExporter(**self.traits)
        try:
            if self.kind == "slide-notes" and not _has_notes(self.notebooks[0]):
                return Outcome(None)
            if self.kind == _BOOK:
                pdf = exporter.book(self.notebooks)
            else:
                exporter.edition, exporter.title = self.kind, ""
                pdf, _ = exporter.from_filename(str(self.notebooks[0]))
            write(self.output, pdf)
        except StrictError as error:
            return Outcome(False, error.faults)
        except OSError as error:
            return Outcome(False, [Fault(self.place, "failed", str(error))])
        return Outcome(True, exporter.faults)


def _has_notes(notebook: Path) -> bool:
    with notebook.open(encoding="utf-8") as file:
        return has_notes(opened(file).cells)


def plan(
    notebooks: Sequence[Path],
    folder: Path,
    kinds: Iterable[str],
    traits: Mapping[str, object],
) -> list[Job]:
    """Return the PDFs to make, those of the largest files first.

    Lectures stand in the folder itself, so that links between lessons find their
    target; each other edition has a folder of its own.

    Raises
    ------
    ValueError
        If two PDFs would have the same name.
    """
    _check_names(notebooks, kinds)
    jobs, largest = [], sorted(notebooks, key=lambda path: -path.stat().st_size)
    if _BOOK in kinds:
        jobs.append(Job(_BOOK, tuple(notebooks), folder / f"{_BOOK}.pdf", traits))
    for edition in (name for name in EDITIONS if name in kinds):
        place = folder if edition == "lecture" else folder / edition
        for path in largest:
            jobs.append(Job(edition, (path,), place / f"{path.stem}.pdf", traits))
    return jobs


def _check_names(notebooks: Sequence[Path], kinds: Iterable[str]) -> None:
    both = {_BOOK, "lecture"} <= set(kinds)
    taken: dict[str, Path | str] = {_BOOK: "the book"} if both else {}
    for path in notebooks:
        # Many systems take X.pdf and x.pdf for one file, and both forms of an umlaut.
        name = normalize("NFC", path.stem).casefold()
        if (other := taken.setdefault(name, path)) is not path:
            raise ValueError(
                f"{other} and {path} would both be printed as {path.stem}.pdf: "
                "rename one, or print it to another --output"
            )


def build(jobs: Sequence[Job], processes: int, limits: workers.Limits) -> list[Outcome]:
    """Make PDFs side by side; return what became of each."""
    results = workers.run(jobs, processes, limits)
    return [
        Outcome(False, [Fault(job.place, "failed", result.reason)])
        if isinstance(result, workers.Ended)
        else result
        for job, result in zip(jobs, results, strict=True)
    ]
