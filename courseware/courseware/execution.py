"""Running lessons: the one way in which cells are executed, stored or only tried.

`courseware run` stores what cells put out, and the pytest plugin compares it; both have
their kernels and clients from here, so every message of a kernel means the same to
both.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from pathlib import Path
from subprocess import DEVNULL

import ipykernel.kernelspec
import nbformat
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbclient.exceptions import (
    CellExecutionError,
    CellTimeoutError,
    DeadKernelError,
)
from nbformat import NotebookNode
from nbval.plugin import find_comment_markers, find_metadata_tags

from courseware.course import CourseError

CELL_TIMEOUT = 300
STARTUP_TIMEOUT = 120
BLAS_THREADS = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
)
# The highlighting of nbconvert needs these two; versions would change by themselves.
LANGUAGE = {"name": "python", "pygments_lexer": "ipython3"}
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
FAILURES = (CellExecutionError, CellTimeoutError, DeadKernelError)


class OwnKernelManager(AsyncKernelManager):
    """Starts kernels with the Python that runs this program, whatever is registered."""

    @property
    def kernel_spec(self) -> KernelSpec:
        """The kernel of this environment."""
        return KernelSpec(
            resource_dir=ipykernel.kernelspec.RESOURCES,
            **ipykernel.kernelspec.get_kernel_dict(),
        )


def kernel_environment() -> dict[str, str]:
    """
    Environment variables for a kernel whose outputs can be compared.

    One BLAS thread, because the number of threads changes the last digits of sums; and
    Matplotlib's inline pictures, whatever this shell has chosen. By COURSEWARE_RUN code
    knows that nobody looks on: what shows progress is quiet.
    """
    environment = os.environ | dict.fromkeys(BLAS_THREADS, "1")
    environment["COURSEWARE_RUN"] = "1"
    environment.pop("MPLBACKEND", None)
    return environment


def kernel_options() -> dict:
    """Options with which a client's kernel is started."""
    # What a cell prints to stderr is an output; the kernel's own log is of no use here.
    return {"env": kernel_environment(), "stderr": DEVNULL}


def new_client(
    notebook: NotebookNode, folder: Path, figures: bool = True
) -> NotebookClient:
    """
    Return what executes the cells of a notebook.

    Parameters
    ----------
    notebook : NotebookNode
        Its cells get their outputs.
    folder : Path
        The kernel's working folder.
    figures : bool
        Whether figures are made comparable: see `courseware.figures`.
    """

    def send_tags(cell: NotebookNode, cell_index: int) -> None:
        """Have the kernel's message to run a cell say its tags, as JupyterLab's do."""
        client.kc.session.metadata = {"tags": list(cell.metadata.get("tags", []))}

    client = NotebookClient(
        notebook,
        kernel_name="python3",
        kernel_manager_class=OwnKernelManager,
        extra_arguments=["--ext=courseware.figures"] if figures else [],
        timeout=CELL_TIMEOUT,
        startup_timeout=STARTUP_TIMEOUT,
        record_timing=False,
        store_widget_state=False,
        coalesce_streams=True,
        resources={"metadata": {"path": str(folder)}},
        on_cell_execute=send_tags,
    )
    return client


def options(cell: NotebookNode) -> dict[str, bool]:
    """
    Return what a cell's tags and comments ask for, in the words of nbval.

    Returns
    -------
    dict
        "check": whether its output is compared; "check_exception": whether it may
        raise; "skip": whether it is left out.
    """
    marked = dict(find_metadata_tags(cell.metadata))
    marked |= find_comment_markers(cell.source)
    return {"check": True, "check_exception": False, "skip": False} | marked


def prepared(notebook: NotebookNode) -> NotebookNode:
    """Return a copy of a notebook without outputs, whose cells may raise if marked."""
    copy = nbformat.from_dict(notebook)
    for cell in copy.cells:
        if cell.cell_type != "code":
            continue
        cell.outputs, cell.execution_count = [], None
        if options(cell)["check_exception"]:
            tags = {*cell.metadata.get("tags", []), "raises-exception"}
            cell.metadata["tags"] = sorted(tags)
    return copy


def what_happened(error: Exception) -> str:
    """Say in a line why a cell did not come to its end."""
    if isinstance(error, CellTimeoutError):
        return f"still running after {CELL_TIMEOUT} s, so it was stopped"
    if isinstance(error, CellExecutionError):
        return f"{error.ename}: {error.evalue}"
    return "the kernel died: out of memory, perhaps"


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
    CourseError
        A cell raised an exception, took too long, or killed the kernel.
    """
    trial = prepared(notebook)
    client = new_client(trial, folder)
    async with client.async_setup_kernel(**kernel_options()):
        _let_signals_stop_us()
        for index, cell in enumerate(trial.cells):
            if cell.cell_type == "code" and options(cell)["skip"]:
                continue
            try:
                await client.async_execute_cell(cell, index)
            except FAILURES as error:
                if asyncio.current_task().cancelling():  # nbclient calls that a death
                    raise asyncio.CancelledError from None
                where = f"{name}, cell {index + 1} ({first_line(cell.source)})"
                raise CourseError(f"{where}\n    {what_happened(error)}") from None
    for cell, run in zip(notebook.cells, trial.cells, strict=True):
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = run.outputs, run.execution_count


def tidy(notebook: NotebookNode) -> None:
    """Remove whatever would differ from run to run; changes the notebook in place."""
    notebook.metadata["language_info"] = dict(LANGUAGE)
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            output.get("data", {}).pop(WIDGET_VIEW, None)


def _let_signals_stop_us() -> None:
    """Undo nbclient's handlers: they would end one kernel and let the others run on."""
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(NotImplementedError, RuntimeError):
            loop.remove_signal_handler(number)


def first_line(source: str) -> str:
    """Return the first line of a cell that is not empty, to call it by."""
    lines = (line.strip() for line in source.splitlines())
    return next((line for line in lines if line), "empty")
