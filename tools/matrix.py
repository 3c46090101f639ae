"""
Run lessons in many settings, and print in a table which of them gave the same.

    python tools/matrix.py                        every lesson, as things are here
    python tools/matrix.py 02 03 --kernels        two lessons, under every BLAS kernel
    python tools/matrix.py --packages oldest --packages newest
    python tools/matrix.py --python 3.12 --python 3.13
    python tools/matrix.py --times 10 --at-once 2     does chance play a part?

Each run is the one of `make test`: stored outputs are compared on the whole MNIST. What
a failed run has to say is kept in the folder of the environments, build/matrix.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from kernels import kernel_environment
from pairs import LESSONS, LessonError
from settings import (
    HERE,
    ROOT,
    Setting,
    SettingError,
    described,
    installed,
    kernel_settings,
    not_oldest,
    package_setting,
)

from notebooks import choose, require_full_mnist

FOLDER = ROOT / "build" / "matrix"
LIBRARY = "tests of the library"
PACKAGES = ("oldest", "newest", "tried")


@dataclass(frozen=True)
class Job:
    """One run of one lesson, or of the library's tests, in one setting."""

    subject: str
    setting: Setting
    number: int = 1

    def command(self) -> list[str]:
        """Return the command line of pytest."""
        what = ["tests", "-n", "2"]
        if self.subject != LIBRARY:
            what = [f"notebooks/{self.subject}.ipynb"]
        quietly = ["-q", "--tb=short", "-p", "no:cacheprovider"]
        return [str(self.setting.python), "-m", "pytest", *quietly, *what]


@dataclass(frozen=True)
class Outcome:
    """What came of a job."""

    job: Job
    passed: bool
    seconds: float


def run(job: Job, folder: Path) -> Outcome:
    """Run a job, say how it went, and keep what it says if it failed."""
    start = time.perf_counter()
    done = subprocess.run(  # noqa: S603 - pytest
        job.command(),
        cwd=ROOT,
        env=kernel_environment() | job.setting.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    outcome = Outcome(job, done.returncode == 0, time.perf_counter() - start)
    line = f"{job.subject}, {job.setting.name}: "
    if outcome.passed:
        line += f"passed, {outcome.seconds:.1f} s"
    else:
        name = f"{job.subject} {job.setting.name} {job.number}.txt".replace(" ", "-")
        (folder / name).write_bytes(done.stdout)
        line += f"FAILED: see {folder / name}"
    print(line, flush=True)
    return outcome


def table(outcomes: list[Outcome]) -> Iterator[str]:
    """Yield the lines of a table, one row for each lesson in each setting."""
    rows: dict[tuple[str, str], list[Outcome]] = {}
    for outcome in outcomes:
        key = (outcome.job.subject, outcome.job.setting.name)
        rows.setdefault(key, []).append(outcome)
    yield "| lesson | setting | passed | seconds |"
    yield "|---|---|---|---|"
    for (subject, setting), runs in sorted(rows.items()):
        passed = sum(outcome.passed for outcome in runs)
        seconds = statistics.median(outcome.seconds for outcome in runs)
        verdict = f"{passed} of {len(runs)}"
        if passed < len(runs):
            verdict = f"**{verdict}**"
        yield f"| {subject} | {setting} | {verdict} | {seconds:.0f} |"


def settings_wanted(options: argparse.Namespace) -> tuple[list[Setting], list[str]]:
    """Return the settings that the options ask for, and what could not be had."""
    settings = kernel_settings() if options.kernels else []
    missing = []
    pythons = options.python or ([str(HERE)] if options.packages else [])
    for python in pythons:
        for packages in options.packages or ["tried"]:
            try:
                setting = package_setting(python, packages, options.folder)
            except SettingError as error:
                missing.append(f"Python {python}, {packages} packages: {error}")
                continue
            versions = installed(setting, options.folder)
            print(f"{setting.name}: {described(versions)}", flush=True)
            for line in not_oldest(versions) if packages == "oldest" else ():
                print(f"    {line}: none for this Python, or others want it newer")
            settings.append(setting)
    if not settings and not missing:
        settings = [Setting("as it is here")]
    return settings, missing


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; returns the exit code."""
    options = _parser().parse_args(arguments)
    options.folder = options.folder.resolve()
    try:
        subjects = choose(options.names, LESSONS)
        if not options.sample_ok:
            require_full_mnist()
    except LessonError as error:
        print(error, file=sys.stderr)
        return 1
    if options.tests:
        subjects.append(LIBRARY)
    options.folder.mkdir(parents=True, exist_ok=True)
    settings, missing = settings_wanted(options)
    jobs = [
        Job(subject, setting, number)
        for setting in settings
        for subject in subjects
        for number in range(1, options.times + 1)
    ]
    with ThreadPoolExecutor(options.at_once) as pool:
        outcomes = list(pool.map(lambda job: run(job, options.folder), jobs))
    print("", *table(outcomes), sep="\n")
    for line in missing:
        print(f"\nnot to be had: {line}")
    return 0 if all(outcome.passed for outcome in outcomes) and not missing else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        description="Run lessons in many settings, and print which gave the same."
    )
    add = parser.add_argument
    add("names", nargs="*", help="lessons, such as 03; all when none is named")
    add("--kernels", action="store_true", help="every BLAS kernel that runs here")
    add(
        "--packages",
        action="append",
        choices=PACKAGES,
        help="an environment with these; may be repeated",
    )
    add(
        "--python",
        action="append",
        help="a version such as 3.12, or a path; may be repeated",
    )
    add("--tests", action="store_true", help="the tests of the library as well")
    add("--times", type=int, default=1, help="runs of each (default: 1)")
    add("--at-once", type=int, default=1, help="runs side by side (default: 1)")
    add("--folder", type=Path, default=FOLDER, help="where the environments go")
    add("--sample-ok", action="store_true", help="do without the whole MNIST")
    return parser


if __name__ == "__main__":
    sys.exit(main())
