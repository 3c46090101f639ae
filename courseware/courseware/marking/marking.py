"""Mark a class: here or on several machines, and on from an interruption."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from courseware.course import CourseError
from courseware.marking.answers import NOWHERE, Answer, Lesson
from courseware.marking.isolation import NOTHING, Isolation
from courseware.marking.journal import Journal
from courseware.marking.stage import Snapshot, Stage
from courseware.marking.verdicts import Verdict
from courseware.tags import CHECK, has_tag

Mark = Callable[[Answer], Verdict]

NOTHING_FOUND = "nothing was found that answers it"


def mark_lesson(
    lesson: Lesson,
    answers: Sequence[Answer],
    isolation: Isolation,
    *,
    jobs: int = 1,
    cluster: str = "",
    hidden: Iterable[Path] = (),
    journal: Journal | None = None,
) -> Iterator[tuple[Answer, Verdict]]:
    """
    Mark answers to the exercises of a lesson.

    Parameters
    ----------
    lesson : answers.Lesson
        Ours: it is run once, as far as the answers need it.
    answers : sequence of Answer
        To its exercises, of any students.
    isolation : Isolation
        How each answer is kept apart.
    jobs : int
        How many are marked at a time.
    cluster : str
        The address of a scheduler of Dask's, to mark on its workers instead of here.
    hidden : iterable of Path
        Folders that no answer may read, such as the one of what was handed in.
    journal : Journal, optional
        Where verdicts are kept, and those that are there already.

    Yields
    ------
    tuple of (Answer, Verdict)
        First what is known already; the others as they are done.

    Raises
    ------
    CourseError
        Our own lesson stops, or an answer could not be marked through no fault of its
        own.
    """
    left = []
    for answer in answers:
        verdict = _known(answer, journal)
        if verdict:
            yield answer, verdict
        else:
            left.append(answer)
    if not left:
        return
    if cluster:
        from courseware.marking.cluster import mark_on_cluster

        options = {"trusted": isolation.way == NOTHING, "hidden": [*hidden]}
        done = mark_on_cluster(cluster, lesson, left, **options)
    else:
        done = _marked_here(lesson, left, isolation, jobs, hidden)
    for answer, verdict in done:
        if journal:
            journal.add(answer, verdict)
        yield answer, verdict


def _known(answer: Answer, journal: Journal | None) -> Verdict | None:
    if answer.found == NOWHERE:
        return Verdict(False, NOTHING_FOUND, 0.0, NOWHERE, answer.remarks)
    return journal.verdict(answer) if journal else None


def _marked_here(
    lesson: Lesson,
    answers: Sequence[Answer],
    isolation: Isolation,
    jobs: int,
    hidden: Iterable[Path],
) -> Iterator[tuple[Answer, Verdict]]:
    from joblib import Parallel, delayed

    cells = {answer.exercise.cell for answer in answers}
    with running(lesson, isolation, cells, hidden=hidden) as mark:
        # Threads: all that they do is wait for other processes.
        options = {"backend": "threading", "return_as": "generator_unordered"}
        pool = Parallel(n_jobs=jobs, pre_dispatch="2*n_jobs", **options)
        yield from pool(delayed(lambda a: (a, mark(a)))(answer) for answer in answers)


@contextlib.contextmanager
def running(
    lesson: Lesson,
    isolation: Isolation,
    cells: Iterable[str],
    *,
    hidden: Iterable[Path] = (),
) -> Iterator[Mark]:
    """
    Run a lesson of ours, as far as it is needed, and keep it while it is marked by.

    Parameters
    ----------
    lesson : answers.Lesson
        Ours.
    isolation : Isolation
        As for `mark_lesson`.
    cells : iterable of str
        The ids of exercises' cells, to whose answers there will be.
    hidden : iterable of Path
        As for `mark_lesson`.

    Yields
    ------
    callable
        Returns what becomes of an answer; several threads may call it at a time.
    """
    with Stage(lesson.path.parent, isolation, hidden) as stage:
        snapshots = _snapshots(lesson, stage, {*cells})

        def mark(answer: Answer) -> Verdict:
            return snapshots[answer.exercise.cell].mark(answer)

        yield mark


def _snapshots(lesson: Lesson, stage: Stage, cells: set[str]) -> dict[str, Snapshot]:
    """Run a lesson, and keep it as it is before each of these cells."""
    exercises = {one.cell: one for one in lesson.exercises if one.cell in cells}
    found: dict[str, Snapshot] = {}
    for index, cell in enumerate(lesson.cells):
        if len(found) == len(exercises):
            break
        if exercise := exercises.get(cell.get("id", "")):
            found[exercise.cell] = stage.snapshot(exercise)
        if cell["cell_type"] != "code" or has_tag(cell, CHECK):
            continue
        if error := stage.run("".join(cell["source"])):
            _may_stop(lesson, index, error)
    return found


def _may_stop(lesson: Lesson, index: int, error: str) -> None:
    """Raise CourseError unless a cell says of itself that it may stop."""
    import nbformat

    from courseware.execution import first_line, options

    cell = nbformat.from_dict(lesson.cells[index])
    marked = options(cell)
    if not (marked["check_exception"] or marked["skip"]):
        where = f"{lesson.name}, cell {index + 1} ({first_line(cell.source)})"
        raise CourseError(f"Our own lesson stops: {where}\n    {error}")
