"""The PDFs of several notebooks in one go: every edition of each, and the book."""

from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

from .editions import EDITIONS, has_notes
from .exporter import LecturePDFExporter
from .faults import StrictError
from .files import write
from .reading import opened

_BOOK = "book"
KINDS = (_BOOK, *EDITIONS)


@dataclass(frozen=True)
class Job:
    """One PDF to make, of one notebook or, for the book, of all."""

    kind: str
    notebooks: tuple[Path, ...]
    output: Path
    traits: Mapping[str, object]

    def run(self) -> tuple[bool, list[str]]:
        """Make the PDF; return whether it is there, and what is to be told."""
        exporter = LecturePDFExporter(**self.traits)
        try:
            if self.kind == _BOOK:
                pdf = exporter.book(self.notebooks)
            else:
                exporter.edition, exporter.title = self.kind, ""
                pdf, _ = exporter.from_filename(str(self.notebooks[0]))
            write(self.output, pdf)
        except StrictError as error:
            return False, [str(fault) for fault in error.faults]
        except OSError as error:
            return False, [str(error)]
        return True, [str(fault) for fault in exporter.faults]


def _has_notes(notebook: Path) -> bool:
    with notebook.open(encoding="utf-8") as file:
        return has_notes(opened(file).cells)


def plan(
    notebooks: Sequence[Path],
    folder: Path,
    kinds: Iterable[str],
    traits: Mapping[str, object],
) -> list[Job]:
    """Return the PDFs to make, the longest first.

    Lectures stand in the folder itself, so that links between lessons find their
    target; each other edition has a folder of its own.

    Raises
    ------
    ValueError
        If two PDFs would have the same name.
    """
    _check_names(notebooks, kinds)
    jobs = []
    if _BOOK in kinds:
        jobs.append(Job(_BOOK, tuple(notebooks), folder / f"{_BOOK}.pdf", traits))
    for edition in (name for name in EDITIONS if name in kinds):
        place = folder if edition == "lecture" else folder / edition
        for path in notebooks:
            if edition != "slide-notes" or _has_notes(path):
                jobs.append(Job(edition, (path,), place / f"{path.stem}.pdf", traits))
    return jobs


def _check_names(notebooks: Sequence[Path], kinds: Iterable[str]) -> None:
    both = {_BOOK, "lecture"} <= set(kinds)
    taken: dict[str, Path | str] = {_BOOK: "the book"} if both else {}
    for path in notebooks:
        name = path.stem.casefold()  # many systems take X.pdf and x.pdf for one file
        if (other := taken.setdefault(name, path)) is not path:
            raise ValueError(
                f"{other} and {path} would both be printed as {path.stem}.pdf: "
                "rename one, or print it to another --output"
            )


def build(jobs: Sequence[Job], processes: int) -> list[tuple[bool, list[str]]]:
    """Make PDFs side by side; return of each what `Job.run` does."""
    processes = min(processes, len(jobs))
    if processes < 2:
        return [job.run() for job in jobs]
    # A forked process would wait for ever for threads that Typst had here.
    with ProcessPoolExecutor(processes, get_context("spawn")) as pool:
        return list(pool.map(Job.run, jobs))
