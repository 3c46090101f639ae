"""A course's PDFs in one go: lessons, hand-outs and the like, side by side."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from .exporter import LecturePDFExporter
from .faults import StrictError


def write(path: Path, data: bytes) -> None:
    """Write a file whole or not at all: under another name first, then renamed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.partial")
    partial.write_bytes(data)
    partial.replace(path)


def build(notebook: Path, output: Path, edition: str) -> list[str]:
    """Build one PDF strictly; return its faults."""
    try:
        pdf, _ = LecturePDFExporter(edition=edition, strict=True).from_filename(
            str(notebook)
        )
    except StrictError as error:
        return [str(fault) for fault in error.faults]
    write(output, pdf)
    return []


def main(arguments: Sequence[str] | None = None) -> None:
    """Build the PDFs of the notebooks named on the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m digitlib.publishing", description=__doc__
    )
    parser.add_argument("notebooks", nargs="+", type=Path)
    parser.add_argument("--output", type=Path, default=Path("lectures"))
    options = parser.parse_args(arguments)
    faults = []
    for notebook in options.notebooks:
        faults += build(notebook, options.output / f"{notebook.stem}.pdf", "lecture")
    for fault in faults:
        print(fault, file=sys.stderr)
    if faults:
        sys.exit(1)
