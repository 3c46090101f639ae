"""A course's PDFs in one go: every edition of every lesson, and the book."""

import argparse
import os
import sys
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

from traitlets import TraitError

from .editions import EDITIONS, tags
from .exporter import LecturePDFExporter
from .faults import StrictError
from .reading import opened

_TRAITS = ("title", "course", "author", "institution", "term", "logo", "lang")
_BOOK = "book"
_ALL = (_BOOK, *EDITIONS)


@dataclass(frozen=True)
class Job:
    """One PDF to make, of one notebook or, for the book, of all."""

    edition: str
    notebooks: tuple[Path, ...]
    output: Path
    traits: dict[str, str]

    def run(self) -> list[str]:
        """Make the PDF, strictly; return what kept it from being made."""
        traits = {"strict": True} | self.traits
        try:
            if self.edition == _BOOK:
                pdf = LecturePDFExporter(**traits).book(self.notebooks)
            else:
                traits |= {"edition": self.edition, "title": ""}
                exporter = LecturePDFExporter(**traits)
                pdf, _ = exporter.from_filename(str(self.notebooks[0]))
            write(self.output, pdf)
        except StrictError as error:
            return [str(fault) for fault in error.faults]
        except OSError as error:
            return [str(error)]
        return []


def write(path: Path, data: bytes) -> None:
    """Write a file whole or not at all: under another name first, then renamed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        partial.write_bytes(data)
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def _has_slides(notebook: Path) -> bool:
    with notebook.open(encoding="utf-8") as file:
        return any("slide" in tags(cell) for cell in opened(file).cells)


def plan(options: argparse.Namespace) -> list[Job]:
    """Return the PDFs to make, the longest first.

    Lectures stand in the output's folder itself, so that links between lessons find
    their target; each other edition has a folder of its own.
    """
    jobs, folder = [], options.output
    for edition in (name for name in _ALL if name in (options.edition or _ALL)):
        if edition == _BOOK:
            groups = [(_BOOK, tuple(options.notebooks))]
        else:
            groups = [(path.stem, (path,)) for path in options.notebooks]
        if edition == "slides":
            groups = [group for group in groups if _has_slides(group[1][0])]
        place = folder if edition in (_BOOK, "lecture") else folder / edition
        for name, notebooks in groups:
            jobs.append(Job(edition, notebooks, place / f"{name}.pdf", options.traits))
    return jobs


def build(jobs: Sequence[Job], processes: int) -> dict[Path, list[str]]:
    """Make PDFs side by side; return those not made, and why."""
    processes = min(processes, len(jobs))
    if processes < 2:
        faults = [job.run() for job in jobs]
    else:
        # A forked process would wait for ever for threads that Typst had here.
        spawn = get_context("spawn")
        with ProcessPoolExecutor(processes, spawn) as pool:
            faults = list(pool.map(Job.run, jobs))
    pairs = zip(jobs, faults, strict=True)
    return {job.output: found for job, found in pairs if found}


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m lecturepdf", description=__doc__)
    parser.add_argument("notebooks", nargs="+", type=Path)
    parser.add_argument("--output", type=Path, default=Path("lectures"))
    parser.add_argument(
        "--edition", action="append", choices=_ALL, help="may be repeated; or else all"
    )
    parser.add_argument("--jobs", type=int, default=min(os.cpu_count() or 1, 8))
    for name, trait in LecturePDFExporter.class_traits().items():
        if name in _TRAITS:
            parser.add_argument(
                f"--{name}", default=trait.default_value, help=trait.help
            )
    options = parser.parse_args(arguments)
    options.traits = {name: getattr(options, name) for name in _TRAITS}
    try:
        exporter = LecturePDFExporter(**options.traits)
    except TraitError as error:
        parser.error(str(error))
    if not exporter.enabled:
        parser.error('Typst is not installed: pip install "digitlib[publish]"')
    if missing := [str(path) for path in options.notebooks if not path.is_file()]:
        parser.error(f"there is no file {', '.join(missing)}")
    return options


def main(arguments: Sequence[str] | None = None) -> None:
    """Make the PDFs of the notebooks named on the command line."""
    options = _options(arguments)
    jobs = plan(options)
    failed = build(jobs, max(options.jobs, 1))
    for fault in dict.fromkeys(fault for faults in failed.values() for fault in faults):
        print(fault, file=sys.stderr)
    print(f"{len(jobs) - len(failed)} PDFs in {options.output}")
    if failed:
        sys.exit(f"not written: {', '.join(str(path) for path in failed)}")
