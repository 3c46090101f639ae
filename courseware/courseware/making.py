"""Making notebooks from their sources: as much of it as has changed.

A lesson is run when its code is not the code whose outputs are stored, or when somebody
asks for it. Else its text is renewed, and the outputs stay as they are. What somebody
has written into an .ipynb alone is never overwritten.
"""

from __future__ import annotations

import asyncio
import shutil
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from courseware import record
from courseware.course import Course, CourseError
from courseware.execution import execute, first_line, options, tidy
from courseware.files import read_bytes, read_text, write_atomically
from courseware.optional import missing_packages
from courseware.pairs import (
    carry_ids,
    differences,
    read_notebook,
    read_source,
    tidy_header,
)


@dataclass
class Draft:
    """A notebook that is to be made, and the one that it replaces.

    Attributes
    ----------
    source : Path
        The lesson's plain-text half.
    notebook : NotebookNode
        What it holds; cells that are in the old notebook have their identifiers.
    old : NotebookNode or None
        The notebook that is there.
    bytes : bytes
        Its file, as it was read.
    """

    source: Path
    notebook: NotebookNode
    old: NotebookNode | None
    bytes: bytes

    @property
    def target(self) -> Path:
        """Where the notebook goes."""
        return self.source.with_suffix(".ipynb")

    @property
    def is_run(self) -> bool:
        """Whether the outputs of its code are there already."""
        if self.old is None:
            return False
        code = record.code(self.notebook)
        same = code == record.code(self.old) == record.ran(self.old)
        counts = [cell.execution_count for cell in _executed(self.old)]
        return same and counts == [*range(1, len(counts) + 1)]


def read(source: Path) -> Draft:
    """
    Read both halves of a lesson.

    Raises
    ------
    CourseError
        One cannot be read.
    """
    notebook = read_source(source)
    target = source.with_suffix(".ipynb")
    old = read_notebook(target) if target.exists() else None
    carry_ids(notebook, old)
    return Draft(source, notebook, old, read_bytes(target) if old else b"")


def losses(draft: Draft) -> list[str]:
    """Say which of somebody's cells would be lost, and how to keep them, or nothing."""
    places = record.strangers(draft.old, draft.notebook) if draft.old else []
    if not places:
        return []
    cells = draft.old.cells
    named = [f"cell {n + 1} ({first_line(cells[n].source)})" for n in places[:5]]
    named += [f"{len(places) - 5} more"] * (len(places) > 5)
    name, source = draft.target.name, draft.source.name
    what, keep = f"not in {source}, and no run has made it", f"copy it into {source}"
    if any(cells[place].get("attachments") for place in places):
        what = f"has a picture in it, which {source} cannot hold"
        keep = "save the picture as a file, and link to that"
    elif record.is_as_made(draft.notebook, draft.old):
        # This replaces the whole source: only where nothing in it is newer.
        jupytext = _program("jupytext")
        keep = f'`{jupytext} --to py:percent "{_from_here(draft.target)}"`'
    return [
        f"{name}, {', '.join(named)}: {what}.\n"
        f"    To keep it: {keep}. To let it go: `courseware run --overwrite "
        f"{draft.source.stem}`."
    ]


def out_of_step(draft: Draft) -> list[str]:
    """Say what is wrong with a notebook that is there: a complaint, or none."""
    if draft.old is None:
        return [f"{draft.target.name} is missing: run `courseware run` to make it."]
    if found := differences(draft.source.stem, draft.notebook, draft.old):
        lost = losses(draft) if record.is_there(draft.old) else []
        return ["\n".join([*found, *lost])]
    if record.is_there(draft.old) and not draft.is_run:
        return [
            f"{draft.target.name}: not all of its outputs are those of its code; run "
            "`courseware run`."
        ]
    return []


def renew_text(draft: Draft) -> str:
    """Put new text around the outputs that are stored; says what was done."""
    for cell, old in zip(_executed(draft.notebook), _executed(draft.old), strict=True):
        cell.outputs, cell.execution_count = old.outputs, old.execution_count
    return "text only" if _store(draft) else "up to date"


async def regenerate(
    draft: Draft, *, fresh: bool = False, lasting: bool = True
) -> None:
    """
    Run a lesson and store its notebook.

    Parameters
    ----------
    draft : Draft
        The lesson.
    fresh : bool
        Whether what is not compared, such as a measured time, is made anew; else it
        stays where the cell's code does.
    lasting : bool
        Whether the outputs are good for the next run, too.

    Raises
    ------
    CourseError
        One of its cells fails; the old notebook stays.
    """
    if _executed(draft.notebook):  # or else there is no need for a kernel
        await execute(draft.notebook, draft.source.name, draft.source.parent)
    if draft.old is not None and record.ran(draft.old) and not fresh:
        _keep_uncompared(draft.notebook, draft.old)
    _store(draft, lasting=lasting)


def make_all(
    course: Course,
    paths: Sequence[Path],
    *,
    named: bool = False,
    fresh: bool = False,
    overwrite: bool = False,
    sample_ok: bool = False,
    jobs: int = 2,
) -> bool:
    """
    Make several notebooks, a few at a time, and say of each what was done.

    Parameters
    ----------
    course : Course
        It knows whether the data is here with which its lessons are run.
    paths : sequence of Path
        The lessons' sources; they may lie elsewhere, too.
    named : bool
        Whether somebody has asked for just these: then all are run.
    fresh : bool
        Whether all are run, and what is not compared is made anew, too.
    overwrite : bool
        Whether to replace notebooks in which somebody has written, too; as they were,
        they are kept beside the new ones.
    sample_ok : bool
        Whether to run lessons without the whole data, or without all packages.
    jobs : int
        How many are run at a time.

    Returns
    -------
    bool
        Whether all is made as it ought to be.
    """
    to_run = []
    good = True
    for path in paths:
        try:
            if path.parent == course.lessons:
                tidy_header(path)
            draft = read(path)
            if lost := losses(draft):
                if not overwrite:
                    raise CourseError(lost[0])
                _keep(draft)
            if named or fresh or not draft.is_run:
                to_run.append(draft)
            else:
                _say(draft, renew_text(draft))
        except (CourseError, OSError) as error:
            good = _failed(error)
    if not sample_ok:
        complete = [draft for draft in to_run if _has_packages(course, draft)]
        allowed = _with_data(course, complete)
        # To have no such package is a choice, unless the lesson was asked for.
        good = good and len(allowed) == len(to_run if named else complete)
        to_run = allowed
    if to_run:  # or else nothing would be heard for minutes
        count = f"{len(to_run)} lesson{'s' if len(to_run) > 1 else ''}"
        print(f"{count} to run: {', '.join(map(_short_name, to_run))}", flush=True)
    return asyncio.run(_run_all(to_run, jobs, fresh, sample_ok)) and good


def _keep(draft: Draft) -> None:
    """Keep a notebook that is to be overwritten under a name that no lesson has."""
    place = draft.target.with_name(f"{draft.target.name}~")
    if place.exists() and place.read_bytes() != draft.bytes:
        raise CourseError(
            f"{place.name} is there from another time: rename it, or delete it."
        )
    write_atomically(place, draft.bytes)
    _say(draft, f"is overwritten, and kept as {place.name}")


def _has_packages(course: Course, draft: Draft) -> bool:
    """Whether all of a lesson would run: none of its optional packages is missing."""
    if draft.source.parent != course.lessons:
        return True  # no outputs of a course
    if missing := missing_packages(read_text(draft.source)):
        _say(draft, f"stays as it was: install {' and '.join(missing)}, and run it")
    return not missing


def _with_data(course: Course, drafts: list[Draft]) -> list[Draft]:
    """Return what can be run with the data that is here, and say so of the others."""
    lessons = [draft for draft in drafts if draft.source.parent == course.lessons]
    if not lessons:
        return drafts
    try:
        whole, name = course.data_here
    except CourseError as error:
        whole, told = False, str(error)
    else:
        told = (
            f"Here is only {name}, and stored outputs are those of the whole.\n"
            "`courseware run --sample-ok` makes them all the same: to look at, not to "
            "commit."
        )
    if whole:
        return drafts
    for draft in lessons:
        _say(draft, "stays as it was, its code is to be run")
    print(told, file=sys.stderr)
    return [draft for draft in drafts if draft not in lessons]


async def _run_all(drafts: list[Draft], jobs: int, fresh: bool, sample: bool) -> bool:
    turn = asyncio.Semaphore(jobs)

    async def one(draft: Draft) -> bool:
        async with turn:
            start = time.perf_counter()
            try:
                await regenerate(draft, fresh=fresh, lasting=not sample)
            except (CourseError, OSError) as error:
                return _failed(error)
            _say(draft, f"made in {time.perf_counter() - start:.1f} s")
            return True

    return all(await asyncio.gather(*map(one, drafts)))


def _say(draft: Draft, what: str) -> None:
    print(f"{draft.target.name}: {what}", flush=True)


def _short_name(draft: Draft) -> str:
    number = draft.source.stem.partition("_")[0]
    return number if number.isdigit() else draft.source.stem


def _failed(error: Exception) -> bool:
    print(f"FAILED: {error}", file=sys.stderr, flush=True)
    return False


def _from_here(path: Path) -> Path:
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path


def _program(name: str) -> str:
    """Name a program beside this Python as it can be typed here."""
    beside = Path(sys.executable).with_name(name)
    return name if shutil.which(name) else str(_from_here(beside))


def _store(draft: Draft, *, lasting: bool = True) -> bool:
    """Write a notebook whose outputs are there; returns whether that changed it."""
    tidy(draft.notebook)
    record.write(draft.notebook, lasting=lasting)
    content = f"{nbformat.writes(draft.notebook)}\n".encode()
    if content == draft.bytes:
        return False
    nbformat.validate(draft.notebook)
    if (draft.target.read_bytes() if draft.target.exists() else b"") != draft.bytes:
        raise CourseError(f"{draft.target.name} was saved meanwhile: run it again.")
    write_atomically(draft.target, content)
    return True


def _keep_uncompared(new: NotebookNode, old: NotebookNode) -> None:
    """Let cells that nobody compares, and nobody has changed, keep their outputs."""
    stored = {cell.id: cell for cell in _executed(old) if record.is_made(cell, old)}
    for cell in _executed(new):
        before = stored.get(cell.id)
        if before is None or options(cell)["check"] or before.source != cell.source:
            continue
        cell.outputs = before.outputs
        for output in cell.outputs:
            if "execution_count" in output:
                output.execution_count = cell.execution_count


def _executed(notebook: NotebookNode) -> list[NotebookNode]:
    """Return the cells that a run executes: code that is there and is not skipped."""
    return [
        cell
        for cell in notebook.cells
        if cell.cell_type == "code"
        and cell.source.strip()
        and not options(cell)["skip"]
    ]
