"""
nbval, taught what this course needs.

Lessons are executed on whichever MNIST there is. On the whole of it, what they put out
is compared with what is stored, as far as `tolerance` tells; on the small sample that
comes with the package they are only executed, for their numbers must be others. So is a
lesson of whose optional packages one is missing: some of its cells are left out.
Pictures are compared where Matplotlib is the one that drew the stored ones: from one
minor version to the next it moves letters by as much as tells one curve from another.
"""

import contextlib
import io
import math
import os
import re
import signal
from collections.abc import Iterator
from dataclasses import replace
from functools import cache, cached_property
from importlib.metadata import version
from pathlib import Path
from unittest.mock import patch

import pytest
from extras import missing_packages
from kernels import STARTUP_TIMEOUT, kernel_environment
from nbconvert.filters import strip_ansi
from nbval.kernel import CURRENT_ENV_KERNEL_NAME, RunningKernel
from nbval.plugin import IPyNbCell, IPyNbFile, NbCellError
from tolerance import Tolerance, complaints

# Nothing listens there, so whatever is asked of the network fails at once. A test that
# needs a server starts one on this machine.
NOWHERE = "http://127.0.0.1:9"
# The versions with which outputs were stored.
PINS = Path(__file__).parent.parent / "constraints.txt"


def pytest_configure() -> None:
    """Keep the tests off the network, and let Ctrl-C reach them."""
    # What a shell starts in its background is deaf to Ctrl-C, and Python leaves it so.
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    for scheme in ("http", "https"):
        for name in (f"{scheme}_proxy", f"{scheme}_proxy".upper()):
            os.environ[name] = NOWHERE
    for name in ("no_proxy", "NO_PROXY"):
        os.environ[name] = "localhost,127.0.0.1"


def pytest_sessionstart() -> None:
    """Stop at once, with a word, if a folder with data was named and is no good."""
    lesson_data()


def pytest_report_header(config: pytest.Config) -> list[str]:
    """Say at the top of the report on which data the lessons run, and without what."""
    source = lesson_data()
    if source is None:
        first = (
            "lessons: on the bundled sample of MNIST: executed, outputs NOT compared "
            "(set DIGITLIB_DATA_DIR to a folder with the whole)"
        )
    else:
        first = f"lessons: on the whole MNIST, from {source}: outputs compared"
    lines = [first, *_incomplete_lessons(config.rootpath / "notebooks")]
    if not draws_as_stored():
        lines.append(
            f"pictures: drawn by Matplotlib {version('matplotlib')}, stored ones by "
            "another: only their sizes compared"
        )
    return lines


def _incomplete_lessons(folder: Path) -> Iterator[str]:
    """Yield a line for each lesson that has to do without some package here."""
    for path in sorted(folder.glob("*.py")):
        if missing := missing_packages(path.read_text("utf-8")):
            yield (
                f"lesson {path.stem}: without {', '.join(missing)}: executed as far as "
                "that goes, outputs NOT compared"
            )


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip a test that is marked as needing the whole MNIST where it is not."""
    if item.get_closest_marker("full_mnist") and lesson_data() is None:
        pytest.skip("needs the whole MNIST")


@cache
def lesson_data() -> str | None:
    """Return where the whole MNIST comes from, or None if only the sample is here."""
    from digitlib import load_mnist

    try:
        with contextlib.redirect_stdout(io.StringIO()):  # the header says it as well
            data = load_mnist()
    except ValueError as error:  # DataError: a folder was named and is no good
        raise pytest.UsageError(str(error)) from None
    return None if data.is_sample else data.source


@cache
def draws_as_stored() -> bool:
    """Whether Matplotlib is, up to repairs, the one that drew the stored pictures."""
    pin = re.search(r"^matplotlib==(\d+\.\d+\.)", PINS.read_text("utf-8"), re.MULTILINE)
    return version("matplotlib").startswith(pin[1])


@pytest.hookimpl(wrapper=True)
def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> Iterator[None]:
    """Put our kind of notebook in the place of nbval's."""
    found = yield
    return [
        Lesson.from_parent(parent, path=node.path) if type(node) is IPyNbFile else node
        for node in found
    ]


class Lesson(IPyNbFile):
    """A notebook whose cells are executed in order, in one kernel."""

    broken_by: str | None = None

    def collect(self) -> Iterator["LessonCell"]:
        """Yield the code cells."""
        for item in super().collect():
            yield LessonCell.from_parent(
                self,
                name=f"In[{item.cell_num + 1}]",
                cell_num=item.cell_num,
                cell=item.cell,
                options=item.options,
            )

    @cached_property
    def is_complete(self) -> bool:
        """Whether all packages are here with which its outputs were stored."""
        code = (cell.source for cell in self.nb.cells if cell.cell_type == "code")
        return not missing_packages("\n".join(code))

    def setup(self) -> None:
        """Start the kernel, in the environment in which outputs were stored."""
        self.setup_sanitize_files()
        with patch.dict(os.environ, kernel_environment(), clear=True):
            self.kernel = RunningKernel(
                CURRENT_ENV_KERNEL_NAME,
                cwd=str(self.path.parent),
                startup_timeout=STARTUP_TIMEOUT,
            )


class LessonCell(IPyNbCell):
    """A code cell."""

    def runtest(self) -> None:
        """Execute the cell; once one has failed to run, there is no use in the rest."""
        if self.parent.broken_by:
            pytest.skip(f"{self.parent.broken_by} of this lesson did not run")
        # nbval then calls compare_outputs, which knows what is to be compared.
        compared = self.options["check"]
        self.options["check"] = True
        whole = lesson_data() is not None
        self.compared = compared and whole and self.parent.is_complete
        try:
            super().runtest()
        finally:
            if not self._has_run():
                self.parent.broken_by = self.name

    def compare_outputs(self, test: list, ref: list, skip_compare: None = None) -> bool:
        """Compare new outputs with the stored ones; nbval's hook for doing so."""
        found = [] if lesson_data() is None else self._warnings(test)
        if self.compared:
            tolerance = Tolerance.from_tags(self.cell.metadata.get("tags", []))
            if not draws_as_stored():
                tolerance = replace(tolerance, image=math.inf)
            found += complaints(
                self.sanitize_outputs(ref), self.sanitize_outputs(test), tolerance
            )
        self.comparison_traceback = found
        return not found

    def _has_run(self) -> bool:
        """Whether the cell came to its end, whatever it put out."""
        raised = [out for out in self.test_outputs or () if out.output_type == "error"]
        alive = self.parent.kernel.is_alive() and not self.parent.timed_out
        return alive and not raised

    @staticmethod
    def _warnings(outputs: list) -> list[str]:
        texts = (out["text"] for out in outputs if out.get("name") == "stderr")
        return [f"the cell wrote to stderr:\n{text}" for text in texts]

    def reportinfo(self) -> tuple[Path, int, str]:
        """Name the cell in the list of tests."""
        return self.path, 0, f"{self.path.name}::{self.name}"

    def repr_failure(self, excinfo: pytest.ExceptionInfo) -> str:
        """Describe a failure in terms of the lesson."""
        error = excinfo.value
        if isinstance(error, NbCellError):
            shown = [f"{self.path.name}, {self.name}: {error}"]
            shown += [f"    {line}" for line in error.source.splitlines()[:5]]
            return "\n".join([*shown, "", strip_ansi(error.inner_traceback or "")])
        return super().repr_failure(excinfo)
