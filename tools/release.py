"""
Build the distributions and try the wheel where there is nothing else.

    python tools/release.py                 into dist/

Builds sdist and wheel, has them and CITATION.cff checked, installs the wheel with its
extra `publish` into a new environment outside the repository, and there imports it,
loads digits without a network, trains, and prints a lesson of the sdist. Publishes
nothing: CONTRIBUTING.md says how that is done.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import tarfile
import tempfile
import venv
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VERSION = re.compile(r'^__version__ = "(.+)"$', re.MULTILINE)
NOWHERE = "http://127.0.0.1:9"  # nothing listens there: as good as no network

TRIAL = """
import sys
from pathlib import Path
import digitlib
assert Path(digitlib.__file__).is_relative_to(sys.argv[1]), digitlib.__file__
digits = digitlib.load_mnist()
assert digits.is_sample and len(digits.train) == 4_000
network = digitlib.Network()
network.sgd(digits.train, epochs=10, report=None)
assert network.accuracy(digits.test) > 0.8
network.save("network.npz")
assert digitlib.Network.load("network.npz").sizes == network.sizes
"""


class ReleaseError(Exception):
    """The release is not fit to be published; the message says why."""


def version() -> str:
    """Return the version, which stands in digitlib/__init__.py alone."""
    return VERSION.search((ROOT / "digitlib" / "__init__.py").read_text("utf-8"))[1]


def run(*command: object, **options: object) -> str:
    """
    Return what a command prints.

    Raises
    ------
    ReleaseError
        It fails; with the end of what it says.
    """
    line = [str(part) for part in command]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
    done = subprocess.run(line, check=False, **pipes, **options)  # noqa: S603
    if done.returncode:
        raise ReleaseError(f"{' '.join(line[:6])} ...\n{done.stdout[-3000:]}")
    return done.stdout


def environment(folder: Path, packages: Iterable[object]) -> Path:
    """Make a new environment with some packages; return the folder of its programs."""
    venv.create(folder, with_pip=True)
    programs = folder / ("Scripts" if os.name == "nt" else "bin")
    pip = (programs / "python", "-m", "pip", "--quiet", "--disable-pip-version-check")
    run(*pip, "install", *packages)
    return programs


def unpack(sdist: Path, folder: Path) -> Path:
    """Unpack an sdist; return the one folder that is in it."""
    with tarfile.open(sdist) as archive:
        archive.extractall(folder, filter="data")
    (inside,) = folder.iterdir()
    return inside


def try_out(
    python: Path, installed: Path, lessons: Iterable[Path], folder: Path
) -> None:
    """
    Use an installed digitlib as a stranger would: elsewhere, and without network.

    Parameters
    ----------
    python : Path
        The Python to use.
    installed : Path
        The folder from which digitlib must come.
    lessons : iterable of Path
        Notebooks to print.
    folder : Path
        Where to work; nothing outside of it is written to.

    Raises
    ------
    ReleaseError
        Anything does not work.
    """
    environment = {k: v for k, v in os.environ.items() if not k.startswith("DIGITLIB_")}
    environment |= dict.fromkeys(("http_proxy", "https_proxy"), NOWHERE)
    environment["DIGITLIB_CACHE_DIR"] = str(folder / "cache")
    if not installed.joinpath("pyvenv.cfg").exists():
        environment["PYTHONPATH"] = str(installed)
    where = {"cwd": folder, "env": environment}
    run(python, "-c", TRIAL, installed, **where)
    print_it = (python, "-m", "jupyter", "nbconvert", "--to", "lecturepdf")
    options = ("--LecturePDFExporter.strict=True", "--output-dir", folder)
    for lesson in lessons:
        run(*print_it, *options, lesson, **where)
        pdf = folder / f"{lesson.stem}.pdf"
        if not pdf.read_bytes().startswith(b"%PDF"):
            raise ReleaseError(f"{pdf.name} is no PDF")


def check_changelog() -> None:
    """Have the changelog begin with this version, or with what is not released yet."""
    text = (ROOT / "CHANGELOG.md").read_text("utf-8")
    newest = re.search(r"^## (\S+)", text, re.MULTILINE)[1]
    if newest not in (version(), "Unreleased"):
        raise ReleaseError(f"CHANGELOG.md begins with {newest}, not with {version()}")


def release(output: Path) -> None:
    """Build, check and try out; raises ReleaseError if anything is amiss."""
    check_changelog()
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        programs = environment(work / "tools", ("build", "twine", "cffconvert"))
        run(programs / "python", "-m", "build", "--outdir", output, ROOT)
        (wheel,) = output.glob(f"digitlib-{version()}-*.whl")
        (sdist,) = output.glob(f"digitlib-{version()}.tar.gz")
        print(f"built {sdist.name} and {wheel.name}", flush=True)
        run(programs / "twine", "check", "--strict", wheel, sdist)
        run(programs / "cffconvert", "--validate", "-i", ROOT / "CITATION.cff")
        print("their descriptions and CITATION.cff are valid", flush=True)
        programs = environment(work / "empty", (f"{wheel}[publish]",))
        source = unpack(sdist, work / "sdist")
        trial = work / "trial"
        trial.mkdir()
        lessons = sorted(source.glob("notebooks/*.ipynb"))
        try_out(programs / "python", work / "empty", lessons, trial)
        print(f"installed elsewhere, it works, and prints {len(lessons)} lessons")


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; returns the exit code."""
    parser = argparse.ArgumentParser(
        description="Build the distributions and try the wheel in a new environment."
    )
    parser.add_argument("--output", type=Path, default=ROOT / "dist")
    options = parser.parse_args(arguments)
    try:
        release(options.output.resolve())
    except (ReleaseError, OSError, ValueError) as error:
        print(f"not fit to be published: {error}", file=sys.stderr)
        return 1
    print(f"fit to be published: {options.output}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
