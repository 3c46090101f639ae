"""The command line: ``python -m lecturepdf NOTEBOOK ...``."""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from traitlets import TraitError

from . import book
from .exporter import LecturePDFExporter

_TRAITS = ("title", "course", "author", "institution", "term", "logo", "lang")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("python -m lecturepdf", description=book.__doc__)
    add, cores = parser.add_argument, os.cpu_count() or 1
    add("notebooks", nargs="+", type=Path, metavar="NOTEBOOK")
    add(
        "--output",
        type=Path,
        default=Path("lectures"),
        metavar="FOLDER",
        help="where the PDFs go; otherwise lectures",
    )
    add(
        "--edition",
        action="append",
        choices=book.KINDS,
        help="may be repeated; otherwise all",
    )
    add(
        "--jobs",
        type=int,
        default=min(cores, 8),
        metavar="N",
        help="how many PDFs are made at a time",
    )
    for name in _TRAITS:
        trait = LecturePDFExporter.class_traits()[name]
        add(f"--{name}", default=trait.default_value, help=trait.help)
    return parser


def _plan(options: argparse.Namespace) -> list[book.Job]:
    traits = {name: getattr(options, name) for name in _TRAITS}
    if not LecturePDFExporter(**traits).enabled:
        raise ValueError("Typst is not installed: pip install lecturepdf")
    if missing := [str(path) for path in options.notebooks if not path.is_file()]:
        raise ValueError(f"there is no file {', '.join(missing)}")
    kinds = options.edition or book.KINDS
    return book.plan(options.notebooks, options.output, kinds, traits)


def main(arguments: Sequence[str] | None = None) -> None:
    """Make the PDFs of the notebooks named on the command line."""
    parser = _parser()
    options = parser.parse_args(arguments)
    try:
        jobs = _plan(options)
    except (OSError, TraitError, ValueError) as error:
        parser.error(str(error))
    failed = book.build(jobs, max(options.jobs, 1))
    for fault in dict.fromkeys(fault for faults in failed.values() for fault in faults):
        print(fault, file=sys.stderr)
    print(f"{len(jobs) - len(failed)} PDFs in {options.output}")
    if failed:
        sys.exit(f"not written: {', '.join(str(path) for path in failed)}")


if __name__ == "__main__":
    main()
