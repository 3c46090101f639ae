"""Validating lessons with pytest: rules, execution, and a look at what comes out.

A lesson becomes a list of tests: one for each rule, then one for each code cell. Cells
are executed as `courseware run` executes them. What they put out is compared with what
is stored, as far as `courseware.tolerance` tells, where the data is here with which it
was stored, and all optional packages are. Else cells are only executed, and the head of
the report says so. Pictures are compared where Matplotlib is the one that drew the
stored ones: from one minor version to the next it moves letters by as much as tells one
curve from another, and chooses other ticks.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from functools import cached_property, partial
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import pytest
from nbclient.exceptions import CellExecutionError

from courseware import rules
from courseware.checking.printed import without_escapes
from courseware.course import Course, CourseError, sources
from courseware.execution import (
    FAILURES,
    kernel_options,
    new_client,
    options,
    prepared,
    what_happened,
)
from courseware.optional import missing_packages
from courseware.pages import out_of_step, pages
from courseware.pairs import read_notebook
from courseware.tolerance import PICTURE, Tolerance, complaints, picture_texts


class Validation:
    """What pytest does with the notebooks of a course: its hooks.

    Parameters
    ----------
    course : Course
        The course.
    """

    def __init__(self, course: Course) -> None:
        self.course = course

    @pytest.hookimpl
    def pytest_sessionstart(self) -> None:
        """Stop at once, with a word, if the lessons' data is no good."""
        try:
            _ = self.course.data_here
        except CourseError as error:
            raise pytest.UsageError(str(error)) from None

    @pytest.hookimpl
    def pytest_report_header(self) -> list[str]:
        """Say on which data the lessons run, and without what."""
        whole, name = self.course.data_here
        on = f"on {name}: " if name else ""
        how = "outputs compared" if whole else "executed, outputs NOT compared"
        lines = [f"lessons: {on}{how}", *self._incomplete_lessons()]
        if not draws_as_stored(self.course.folder):
            lines.append(
                f"pictures: drawn by Matplotlib {version('matplotlib')}, stored ones "
                "by another: only their sizes compared"
            )
        return lines

    def _incomplete_lessons(self) -> Iterator[str]:
        for path in sorted(self.course.lessons.glob("*.py")):
            if missing := missing_packages(path.read_text("utf-8", errors="replace")):
                yield (
                    f"lesson {path.stem}: without {', '.join(missing)}: executed as "
                    "far as that goes, outputs NOT compared"
                )

    @pytest.hookimpl(wrapper=True)
    def pytest_collect_file(
        self, file_path: Path, parent: pytest.Collector
    ) -> Iterator[list]:
        """Take a notebook of the course, or one that was named, for a lesson."""
        found = yield
        is_named = parent.session.isinitpath(file_path)
        here = file_path.parent == self.course.lessons
        if file_path.suffix == ".ipynb" and (here or is_named):
            # In place of what nbval would make of it if it was asked to.
            return [Lesson.from_parent(parent, path=file_path, course=self.course)]
        alone = (
            file_path.suffix == ".py" and not file_path.with_suffix(".ipynb").exists()
        )
        if here and alone and file_path in sources(file_path.parent):
            missing = partial(rules.in_step, self.course, file_path)
            found.append(InStep.from_parent(parent, path=file_path, check=missing))
        if make := pages(self.course).get(file_path):
            stale = partial(out_of_step, file_path, make)
            found.append(InStep.from_parent(parent, path=file_path, check=stale))
        return found


class InStep(pytest.File):
    """A file that ought to hold what others say."""

    def __init__(self, *, check: Callable[[], list[str]], **arguments: object) -> None:
        super().__init__(**arguments)
        self.check = check

    def collect(self) -> Iterator[pytest.Item]:
        """Yield the one test."""
        yield Rule.from_parent(self, name="in_step", check=self.check)


class Lesson(pytest.File):
    """A notebook that keeps rules, and whose cells are executed in one kernel."""

    broken_by: str | None = None

    def __init__(self, *, course: Course, **arguments: object) -> None:
        super().__init__(**arguments)
        self.course = course

    def collect(self) -> Iterator[pytest.Item]:
        """Yield the rules, then the code cells."""
        paired = partial(rules.in_step, self.course, self.path)
        yield Rule.from_parent(self, name="in_step", check=paired)
        try:
            notebook = read_notebook(self.path)
            self.rules = rules.chosen(self.course, self.path)
        except CourseError as error:
            told = [str(error)]
            yield Rule.from_parent(self, name="readable", check=lambda: told)
            return
        for name, rule in self.rules.items():
            check = partial(rule, self.path.stem, notebook)
            yield Rule.from_parent(self, name=name, check=check)
        self.stored, self.trial = notebook, prepared(notebook)
        self.undecided: list[LessonCell] = []
        for number, (index, cell) in enumerate(_code_cells(notebook), start=1):
            self.last = LessonCell.from_parent(
                self, name=f"In[{number}]", index=index, stored=cell
            )
            yield self.last

    @cached_property
    def is_compared(self) -> bool:
        """Whether all is here with which its outputs were stored."""
        code = "\n".join(cell.source for _, cell in _code_cells(self.stored))
        return self.course.data_here[0] and not missing_packages(code)

    def setup(self) -> None:
        """Prepare for a kernel; it is started by the first cell."""
        self.resources = ExitStack()

    def teardown(self) -> None:
        """Stop the kernel."""
        self.resources.close()

    @cached_property
    def client(self) -> object:
        """What executes the cells: its kernel is started when it is first needed."""
        figures = has_our_figures(self.stored)
        client = new_client(self.trial, self.path.parent, figures)
        self.resources.enter_context(client.setup_kernel(**kernel_options()))
        return client


class Rule(pytest.Item):
    """A rule that a lesson is held to."""

    def __init__(self, *, check: Callable[[], list[str]], **arguments: object) -> None:
        super().__init__(**arguments)
        self.check = check

    def runtest(self) -> None:
        """Fail with what breaks the rule, a line each."""
        if found := self.check():
            pytest.fail("\n".join(found), pytrace=False)

    def reportinfo(self) -> tuple[Path, int, str]:
        """Name the rule in the list of tests."""
        return self.path, 0, self.name


class LessonCell(pytest.Item):
    """A code cell."""

    def __init__(self, *, index: int, stored: object, **arguments: object) -> None:
        super().__init__(**arguments)
        self.index, self.stored = index, stored
        self.options = options(stored)

    def runtest(self) -> None:
        """Execute the cell; once one has failed to run, there is no use in the rest."""
        lesson = self.parent
        if self.options["skip"]:
            pytest.skip("it is marked so")
        if lesson.broken_by:
            pytest.skip(f"{lesson.broken_by} of this lesson did not run")
        cell = lesson.trial.cells[self.index]
        try:
            lesson.client.execute_cell(cell, self.index)
        except FAILURES as error:
            lesson.broken_by = self.name
            raise pytest.fail.Exception(self._failure(error), pytrace=False) from None
        due = [self]
        displays = lesson.client._display_id_map.values()
        if self is lesson.last:
            due = [*lesson.undecided, self]
        elif any(self.index in cells for cells in displays):
            lesson.undecided += due  # a later cell may update what this one displays
            due = []
        if found := [line for cell in due for line in cell.complaints()]:
            pytest.fail("\n".join(found), pytrace=False)

    def complaints(self) -> list[str]:
        """Say what is wrong with what the cell has put out."""
        found = list(self._differences(self.parent.trial.cells[self.index].outputs))
        return [self._where(), *found] if found else []

    def _differences(self, new: list) -> Iterator[str]:
        tags = self.stored.metadata.get("tags", [])
        yield from rules.wrong_verdicts(tags, new)
        if not self.parent.is_compared:
            return
        if "clean_outputs" in self.parent.rules:
            texts = (out["text"] for out in new if out.get("name") == "stderr")
            yield from (f"the cell wrote to stderr:\n{text}" for text in texts)
        was_run = self.stored.execution_count is not None or self.stored.outputs
        if self.options["check"] and was_run:
            tolerance = Tolerance.from_tags(tags)
            if not draws_as_stored(self.parent.course.folder):
                tolerance = replace(tolerance, image=math.inf)
            found = complaints(self.stored.outputs, new, tolerance)
            yield from found
            if found and (source := self.path.with_suffix(".py")).exists():
                is_lesson = self.path.parent == self.parent.course.lessons
                name = source.stem.partition("_")[0] if is_lesson else source
                yield f"If it is to be so, store it: `courseware run {name}`."

    def _failure(self, error: Exception) -> str:
        lines = [f"{self._where()}: {what_happened(error)}"]
        lines += [f"    {line}" for line in self.stored.source.splitlines()[:5]]
        trace = error.traceback if isinstance(error, CellExecutionError) else ""
        return "\n".join([*lines, "", without_escapes(trace)])

    def _where(self) -> str:
        return f"{self.path.name}, {self.name}"

    def reportinfo(self) -> tuple[Path, int, str]:
        """Name the cell in the list of tests."""
        return self.path, 0, self.name


def draws_as_stored(folder: Path) -> bool:
    """Whether Matplotlib is, up to repairs, the one that a course's pictures are of.

    Parameters
    ----------
    folder : Path
        The course's: constraints.txt in it has the versions with which outputs were
        stored. Without that, or without Matplotlib, nothing is known to the contrary.
    """
    try:
        pins = (folder / "constraints.txt").read_text("utf-8")
        here = version("matplotlib")
    except (FileNotFoundError, PackageNotFoundError):
        return True
    pin = re.search(r"^matplotlib==(\d+\.\d+\.)", pins, re.MULTILINE)
    return pin is None or here.startswith(pin[1])


def _code_cells(notebook: object) -> Iterator[tuple[int, object]]:
    """Yield the code cells of a notebook, and their places among all cells."""
    for index, cell in enumerate(notebook.cells):
        if cell.cell_type == "code":
            yield index, cell


def has_our_figures(notebook: object) -> bool:
    """
    Whether a notebook's figures, if it has any, are such as `courseware.figures` makes.

    Other programs do not store what a figure says, and draw its letters with hinting:
    what they have stored is to be compared with what is drawn like that.
    """
    pictures = [
        output.data[PICTURE]
        for _, cell in _code_cells(notebook)
        for output in cell.outputs
        if PICTURE in output.get("data", {})
    ]
    return not pictures or any(picture_texts(png) is not None for png in pictures)
