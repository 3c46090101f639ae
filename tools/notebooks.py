"""
Make each lesson's .ipynb from its .py source: execute it and store the outputs.

    python tools/notebooks.py            all lessons
    python tools/notebooks.py 03 05      lessons 3 and 5
    python tools/notebooks.py --check    list the pairs that are out of step

A notebook is replaced in one step, when all of its cells have run. An error, Ctrl-C
or a power cut leaves the old one as it was. So does a package that is missing here, of
those that a lesson can do without.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import re
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from subprocess import DEVNULL

import glossary
import nbformat
from extras import missing_packages
from kernels import (
    CELL_TIMEOUT,
    STARTUP_TIMEOUT,
    OwnKernelManager,
    kernel_environment,
)
from nbclient import NotebookClient
from nbclient.exceptions import (
    CellExecutionError,
    CellTimeoutError,
    DeadKernelError,
)
from nbformat import NotebookNode
from pairs import (
    LESSONS,
    LessonError,
    carry_ids,
    lesson_names,
    out_of_step,
    read_notebook,
    read_source,
)

from digitlib.storage import write_atomically

# The highlighting of nbconvert needs these two; versions would change by themselves.
LANGUAGE = {"name": "python", "pygments_lexer": "ipython3"}
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"


async def execute(notebook: NotebookNode, name: str, folder: Path) -> None:
    """
    Run all cells of a notebook, in order, in a new kernel.

    Parameters
    ----------
    notebook : NotebookNode
        Gets the outputs; changed in place.
    name : str
        What to call it in an error.
    folder : Path
        The kernel's working folder.

    Raises
    ------
    LessonError
        A cell raised an exception, took too long, or killed the kernel.
    """
    client = NotebookClient(
        notebook,
        kernel_name="python3",
        kernel_manager_class=OwnKernelManager,
        timeout=CELL_TIMEOUT,
        startup_timeout=STARTUP_TIMEOUT,
        record_timing=False,
        store_widget_state=False,
        coalesce_streams=True,
        resources={"metadata": {"path": str(folder)}},
    )
    # What a cell prints to stderr is an output; the kernel's own log is of no use here.
    kernel = client.async_setup_kernel(env=kernel_environment(), stderr=DEVNULL)
    async with kernel:
        _let_signals_stop_us()
        for index, cell in enumerate(notebook.cells):
            try:
                await client.async_execute_cell(cell, index)
            except (CellExecutionError, CellTimeoutError, DeadKernelError) as error:
                if asyncio.current_task().cancelling():  # nbclient calls that a death
                    raise asyncio.CancelledError from None
                where = f"{name}, cell {index + 1} ({_first_line(cell.source)})"
                raise LessonError(f"{where}\n    {_what_happened(error)}") from None


def tidy(notebook: NotebookNode) -> None:
    """Remove whatever would differ from run to run; changes the notebook in place."""
    notebook.metadata["language_info"] = dict(LANGUAGE)
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            output.get("data", {}).pop(WIDGET_VIEW, None)


def write(notebook: NotebookNode, path: Path) -> None:
    """Write a notebook, whole or not at all."""
    nbformat.validate(notebook)
    write_atomically(path, f"{nbformat.writes(notebook)}\n".encode())


async def regenerate(name: str, folder: Path) -> None:
    """
    Make NAME.ipynb from NAME.py.

    Raises
    ------
    LessonError
        The source cannot be read or one of its cells fails; the old notebook stays.
    """
    notebook = read_source(folder / f"{name}.py")
    target = folder / f"{name}.ipynb"
    carry_ids(notebook, read_notebook(target) if target.exists() else None)
    await execute(notebook, f"{name}.py", folder)
    tidy(notebook)
    write(notebook, target)


async def regenerate_all(names: list[str], folder: Path, jobs: int) -> int:
    """
    Make several notebooks, a few at a time, and report on each.

    Returns
    -------
    int
        How many of them failed.
    """
    turn = asyncio.Semaphore(jobs)

    async def one(name: str) -> bool:
        async with turn:
            start = time.perf_counter()
            try:
                await regenerate(name, folder)
            except (LessonError, OSError) as error:
                print(f"FAILED: {error}", file=sys.stderr, flush=True)
                return False
            print(f"{name}.ipynb  {time.perf_counter() - start:.1f} s", flush=True)
            return True

    return (await asyncio.gather(*map(one, names))).count(False)


def choose(wanted: list[str], folder: Path) -> list[str]:
    """
    Find the lessons that the user means.

    Parameters
    ----------
    wanted : list of str
        Names, beginnings of names or paths of either half; none of them means all.
    folder : Path
        Where the lessons lie.

    Raises
    ------
    LessonError
        A name fits no lesson.
    """
    known = [path.stem for path in sorted(folder.glob("*.py"))]
    chosen: list[str] = []
    for word in wanted:
        stem = re.sub(r"\.(py|ipynb)$", "", Path(word).name)
        found = [name for name in known if name.startswith(stem)]
        if not found:
            lessons = ", ".join(known) or "none at all"
            raise LessonError(f"No lesson is called {word!r}. There are: {lessons}.")
        chosen += found
    return sorted(set(chosen)) if wanted else known


def require_full_mnist() -> None:
    """
    Refuse to go on without the whole MNIST: stored outputs are those of the whole.

    Raises
    ------
    LessonError
        Only the bundled sample can be had, or the data is damaged.
    """
    from digitlib import load_mnist  # slow, and not needed for --check

    try:
        only_sample = load_mnist().is_sample
    except ValueError as error:  # digitlib's DataError among them
        raise LessonError(str(error)) from None
    if only_sample:
        raise LessonError(
            "Only the small sample of MNIST is here, and stored outputs are those of "
            "the whole.\nGo online once, or set DIGITLIB_DATA_DIR to a folder with "
            "its files; --sample-ok\nmakes notebooks from the sample: to look at, not "
            "to commit."
        )


def complete(names: list[str], folder: Path) -> list[str]:
    """
    Return the lessons that can be made as they are stored: with all their packages.

    Of those that a lesson can do without, some may be missing here. Then some of its
    cells would be left out, and it is told in a line that it stays as it was.
    """
    found = []
    for name in names:
        source = folder.joinpath(f"{name}.py").read_text("utf-8", errors="replace")
        missing = missing_packages(source)
        if missing:
            lacking = " and ".join(missing)
            print(f"{name}.ipynb stays as it was: {lacking} missing", file=sys.stderr)
        else:
            found.append(name)
    return found


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; returns the exit code."""
    options = _parser().parse_args(arguments)
    folder = options.folder.resolve()
    try:
        if options.check:
            return _check(folder)
        chosen = names = choose(options.names, folder)
        if not options.sample_ok:
            require_full_mnist()
            names = complete(chosen, folder)
        failures = asyncio.run(regenerate_all(names, folder, options.jobs))
        if not failures:
            glossary.renew(folder)
    except (LessonError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Stopped. Unfinished notebooks are as they were.", file=sys.stderr)
        return 130
    left_out = bool(options.names) and names != chosen  # somebody asked for it
    return 1 if failures or left_out else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        description="Make each lesson's .ipynb from its .py source and execute it."
    )
    add = parser.add_argument
    add("names", nargs="*", help="lessons, such as 03; all when none is named")
    add("--check", action="store_true", help="only list pairs that are out of step")
    add("--jobs", type=int, default=2, help="lessons at a time (default: 2)")
    add("--sample-ok", action="store_true", help="do without the whole MNIST")
    add("--folder", type=Path, default=LESSONS, help="where the lessons lie")
    return parser


def _check(folder: Path) -> int:
    complaints = [
        line for name in lesson_names(folder) for line in out_of_step(name, folder)
    ]
    for line in complaints:
        print(line)
    return 1 if complaints else 0


def _let_signals_stop_us() -> None:
    """Undo nbclient's handlers: they would end one kernel and let the others run on."""
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(NotImplementedError, RuntimeError):
            loop.remove_signal_handler(number)


def _first_line(source: str) -> str:
    lines: Iterator[str] = (line.strip() for line in source.splitlines())
    return next((line for line in lines if line), "empty")


def _what_happened(error: Exception) -> str:
    if isinstance(error, CellTimeoutError):
        return f"still running after {CELL_TIMEOUT} s, so it was stopped"
    if isinstance(error, CellExecutionError):
        return f"{error.ename}: {error.evalue}"
    return "the kernel died: out of memory, perhaps"


if __name__ == "__main__":
    sys.exit(main())
