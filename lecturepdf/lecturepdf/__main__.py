"""The command line: ``python -m lecturepdf NOTEBOOK ...``."""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from traitlets import TraitError

from . import book
from .exporter import LecturePDFExporter

_TRAITS = (
    "title",
    "course",
    "author",
    "institution",
    "term",
    "date",
    "release",
    "chapter",
    "terms",
    "logo",
    "lang",
)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("python -m lecturepdf", description=book.__doc__)
    add, cores = parser.add_argument, os.cpu_count() or 1
    add("notebooks", nargs="+", type=Path, metavar="NOTEBOOK")
    add("--output", type=Path, default="lectures", metavar="FOLDER", help="or lectures")
    add("--edition", action="append", choices=book.KINDS, help="repeat it; or else all")
    add("--jobs", type=int, default=min(cores, 8), metavar="N", help="PDFs at a time")
    add("--allow-faults", action="store_true", help="print what has faults as well")
    for name in _TRAITS:
        trait = LecturePDFExporter.class_traits()[name]
        add(f"--{name}", default=trait.default_value, help=trait.help)
    return parser


def _plan(options: argparse.Namespace) -> list[book.Job]:
    traits = {name: getattr(options, name) for name in _TRAITS}
    traits["strict"] = not options.allow_faults
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
    results = book.build(jobs, max(options.jobs, 1))
    for told in dict.fromkeys(told for _, faults in results for told in faults):
        print(told, file=sys.stderr)
    pairs = zip(jobs, results, strict=True)
    failed = [str(job.output) for job, (is_made, _) in pairs if not is_made]
    print(f"{len(jobs) - len(failed)} PDFs in {options.output}")
    if failed:
        sys.exit(f"not written: {', '.join(failed)}")


if __name__ == "__main__":
    main()
