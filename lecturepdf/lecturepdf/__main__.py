"""The command line: ``python -m lecturepdf NOTEBOOK ...``."""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from traitlets import TraitError

from . import book
from .exporter import LecturePDFExporter
from .faults import as_json
from .files import write
from .workers import Limits

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
    add("--memory", type=int, default=Limits.memory, metavar="MB", help="of a notebook")
    add("--seconds", type=int, default=Limits.seconds, metavar="N", help="of each, too")
    add("--report", type=Path, metavar="FILE", help="all that is told, as JSON")
    add("--allow-faults", action="store_true", help="print what has faults as well")
    add(
        "--allow-from",
        action="append",
        default=[],
        metavar="FOLDER",
        help="of pictures",
    )
    add("--fetch", action="store_true", help="fetch pictures that are on the web")
    for name in _TRAITS:
        trait = LecturePDFExporter.class_traits()[name]
        add(f"--{name}", default=trait.default_value, help=trait.help)
    return parser


def _plan(options: argparse.Namespace) -> list[book.Job]:
    traits = {name: getattr(options, name) for name in _TRAITS}
    traits |= {"strict": not options.allow_faults, "fetch": options.fetch}
    traits["allow_from"] = options.allow_from
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
    limits = Limits(options.memory, options.seconds)
    outcomes = book.build(jobs, max(options.jobs, 1), limits)
    faults = list(dict.fromkeys(fault for each in outcomes for fault in each.faults))
    for fault in faults:
        print(fault, file=sys.stderr)
    made = sum(outcome.is_made is True for outcome in outcomes)
    print(f"{made} PDFs in {options.output}")
    pairs = zip(jobs, outcomes, strict=True)
    failed = [(str(job.output), _why(o)) for job, o in pairs if o.is_made is False]
    if options.report:
        try:
            write(options.report, as_json(faults).encode())
        except OSError as error:
            failed.append((str(options.report), error.strerror))
    if failed:
        wide = max(len(name) for name, _ in failed)
        rows = [f"  {name:{wide}}  {why}" for name, why in failed]
        sys.exit("\n".join(["not written:", *rows]))


def _why(outcome: book.Outcome) -> str:
    first, count = outcome.faults[0], len(outcome.faults)
    if first.kind == "failed":
        return first.message
    return f"{count} faults" if count > 1 else "1 fault"


if __name__ == "__main__":
    main()
