"""`courseware mark`: reads what was handed in, has it marked, and writes the marks.

Of what was handed in nothing is changed, and nothing is written beside it.
"""

from __future__ import annotations

import hashlib
import json
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory

from courseware import contents
from courseware.course import Course, CourseError
from courseware.editions.rehearsal import NAME as REHEARSAL
from courseware.editions.rehearsal import rehearsal
from courseware.files import write_atomically
from courseware.handing_in import safe_name
from courseware.marking.answers import Answer, Lesson
from courseware.marking.document import as_html, printer
from courseware.marking.feedback import feedback
from courseware.marking.hand_ins import HandIn, Known, hand_ins
from courseware.marking.isolation import Isolation
from courseware.marking.journal import Journal
from courseware.marking.marking import mark_lesson
from courseware.marking.marks import Marks, as_csv, as_json, make
from courseware.marking.overview import overview
from courseware.marking.points import (
    Correction,
    Points,
    read_corrections,
    read_points,
    template,
)
from courseware.marking.roll import Roll, key, read_roll
from courseware.marking.verdicts import Verdict

CORRECTIONS = "corrections.csv"
JOURNALS = ".marking-*.journal"  # there until all is written
_OFTEN = 1.0  # seconds between two lines of progress; without a terminal, 30 times that

Outcome = tuple[Answer, Verdict]
Judge = Callable[..., Iterable[Outcome]]  # as `mark_lesson` is


@dataclass(frozen=True)
class Wanted:
    """What the instructor wants.

    Attributes
    ----------
    handed_in : Path
        A folder or a zip.
    output : Path
        Where marks go.
    lessons : sequence of str
        Names of lessons; none: all that were handed in.
    roll, points, corrections : Path or None
        Files.
    jobs : int
        How many answers are marked at a time.
    cluster : str
        The address of a scheduler of Dask's, or "".
    """

    handed_in: Path
    output: Path
    lessons: Sequence[str] = ()
    roll: Path | None = None
    points: Path | None = None
    corrections: Path | None = None
    jobs: int = 2
    cluster: str = ""


def points_template(course: Course, names: Sequence[str]) -> str:
    """Return a table of points for some lessons of a course, or for all."""
    exercises = (one for each in _lessons(course, names) for one in each.exercises)
    return template([one.column for one in exercises])


def mark(
    course: Course, wanted: Wanted, isolation: Isolation, judge: Judge = mark_lesson
) -> list[str]:
    """
    Mark a class.

    Parameters
    ----------
    course : Course
        Its lessons have been executed.
    wanted : Wanted
        What is to be marked, and how.
    isolation : Isolation
        How the answers are kept apart.
    judge : callable
        Has answers marked.

    Returns
    -------
    list of str
        What was written, in a line each.

    Raises
    ------
    CourseError
        Marking cannot be done.
    """
    _refuse_to_write_into(wanted)
    roll = read_roll(wanted.roll) if wanted.roll else Roll()
    with _rehearsed() as rehearsed:
        known = [rehearsed, *_lessons(course)]
        found, strays = hand_ins(wanted.handed_in, [*map(Known.of, known)], roll)
        came = {each.lesson for each in found}
        asked = {*wanted.lessons, REHEARSAL} if wanted.lessons else came
        lessons = [each for each in known if each.name in asked and each.exercises]
        if not came - {""}:
            raise CourseError(
                f"{wanted.handed_in}: in it is no notebook of this course's lessons, "
                f"which are {', '.join(course.names()) or 'none'}."
            )
        points, corrections = _tables(wanted, known[1:], found, roll)
        answers = {each.name: [*_answers(each, found)] for each in lessons}
        count = sum(map(len, answers.values()))
        wanted.output.mkdir(parents=True, exist_ok=True)
        judged = (
            _judged(course, each, answers[each.name], wanted, isolation, judge)
            for each in lessons
        )
        outcomes = [*_told(chain.from_iterable(judged), count)]
    exercises = [
        one for each in lessons if each is not rehearsed for one in each.exercises
    ]
    marks = make(exercises, outcomes, found, roll, points, corrections)
    marks.notes.extend([isolation.about, *roll.remarks])
    others = [r.student for r in marks.rows if r.student not in roll.members]
    if roll.members and others:
        marks.notes.append(f"Not in the class list: {', '.join(others)}.")
    titles = {each.name: _title(each) for each in lessons}
    lines = _write(marks, titles, strays, wanted.output)
    for path in wanted.output.glob(JOURNALS):
        path.unlink()
    return lines


def _refuse_to_write_into(wanted: Wanted) -> None:
    """Nothing that was handed in may be written over."""
    handed_in, output = wanted.handed_in.resolve(), wanted.output.resolve()
    if handed_in.exists() and not (handed_in.is_dir() or handed_in.is_file()):
        raise CourseError(f"{wanted.handed_in} is neither a folder nor a file.")
    if handed_in.is_dir() and output.is_relative_to(handed_in):
        raise CourseError(
            f"{wanted.output} lies in what was handed in: name another by --output."
        )
    if handed_in.is_relative_to(output / "feedback"):
        raise CourseError(
            f"{wanted.handed_in} lies where feedback is to go: name another --output."
        )


def _lessons(course: Course, names: Sequence[str] = ()) -> list[Lesson]:
    """Return lessons by their names; without any, all that were made."""
    paths = (course.lessons / f"{name}.ipynb" for name in names or course.names())
    there = (path for path in paths if names or path.exists())
    return [*map(Lesson, there)]


@contextmanager
def _rehearsed() -> Iterator[Lesson]:
    """Have the rehearsal lie in a folder, as a lesson does."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"{REHEARSAL}.ipynb"
        path.write_text(json.dumps(rehearsal()), "utf-8")
        yield Lesson(path)


def _title(lesson: Lesson) -> str:
    entry = contents.entry(lesson.name, {"metadata": {}, "cells": lesson.cells})
    return f"Lesson {entry.number}, {entry.title}" if entry.number else entry.title


def _tables(
    wanted: Wanted, lessons: Iterable[Lesson], found: Iterable[HandIn], roll: Roll
) -> tuple[Points, Mapping[tuple[str, str], Correction]]:
    """Read the points, and what a person has set: now, or in an earlier run."""
    columns = [one.column for each in lessons for one in each.exercises]
    points = read_points(wanted.points, columns) if wanted.points else Points()
    kept = wanted.output / CORRECTIONS
    path = wanted.corrections or (kept if kept.exists() else None)
    if path is None:
        return points, {}
    students = {key(each.student): each.student for each in found}

    def student(name: str) -> str:
        return roll.id_of(name) or students.get(key(name), "")

    corrections = read_corrections(path, columns, student)
    if path.resolve() != kept.resolve():
        wanted.output.mkdir(parents=True, exist_ok=True)
        write_atomically(kept, path.read_bytes())
    return points, corrections


def _answers(lesson: Lesson, found: Iterable[HandIn]) -> Iterator[Answer]:
    for each in found:
        if each.lesson == lesson.name:
            yield from lesson.find(each.student, each.notebook or {"cells": []})


def _judged(
    course: Course,
    lesson: Lesson,
    answers: Sequence[Answer],
    wanted: Wanted,
    isolation: Isolation,
    judge: Judge,
) -> Iterator[Outcome]:
    """Have the answers to a lesson marked, or go on where that was interrupted."""
    ours = hashlib.sha256(lesson.path.read_bytes()).hexdigest()[:12]
    name = JOURNALS.replace("*", f"{lesson.name}-{ours}")
    here = lesson.name == REHEARSAL  # other machines do not have it
    secret = {course.lessons, wanted.handed_in, wanted.output}
    with closing(Journal(wanted.output / name)) as journal:
        yield from judge(
            *(lesson, answers, isolation),
            jobs=wanted.jobs,
            cluster="" if here else wanted.cluster,
            hidden=secret - {lesson.path.parent},
            journal=journal,
        )


def _write(
    marks: Marks, titles: Mapping[str, str], strays: Sequence[str], output: Path
) -> list[str]:
    """Write all files; returns a line about each."""
    as_pdf = printer()
    output.mkdir(parents=True, exist_ok=True)
    write_atomically(output / "marks.json", as_json(marks))
    page = overview(marks, strays)
    write_atomically(output / "overview.html", as_html("Overview", page))
    if as_pdf:
        write_atomically(output / "overview.pdf", as_pdf("Overview", page))
    folders = dict(zip([r.student for r in marks.rows], _folders(marks), strict=True))
    pages = ((row.called, row) for row in marks.rows)
    for _, row in _counted(pages, len(marks.rows), "written"):
        folder = output / "feedback" / folders[row.student]
        folder.mkdir(parents=True, exist_ok=True)
        page = feedback(row, marks, titles)
        title = f"Feedback for {row.called}"
        write_atomically(folder / "feedback.html", as_html(title, page))
        if as_pdf:
            write_atomically(folder / "feedback.pdf", as_pdf(title, page))
    # It comes last: where it is, all is there.
    write_atomically(output / "marks.csv", as_csv(marks))
    pdf = "" if as_pdf else " (as PDF, too, with `pip install lecturepdf`)"
    return [
        f"{output / 'marks.csv'}: {len(marks.rows)} student(s), "
        f"{len(marks.exercises)} exercise(s)",
        f"{output / 'overview.html'}: what was hard, and what to look at{pdf}",
        f"{output / 'feedback'}: a page for each student{pdf}",
    ]


def _folders(marks: Marks) -> Iterator[str]:
    """Yield a folder's name for each student; no two differ by case alone."""
    taken: set[str] = set()
    for row in marks.rows:
        try:
            name = safe_name(row.student)
        except CourseError:
            name = "student"
        ways = [name, *(f"{name}_{n}" for n in range(2, len(marks.rows) + 2))]
        free = next(way for way in ways if way.casefold() not in taken)
        taken.add(free.casefold())
        yield free


def _told(outcomes: Iterable[Outcome], count: int) -> Iterator[Outcome]:
    """Pass outcomes on, telling whose they are."""
    named = ((f"{o[0].student}, {o[0].exercise.column}", o) for o in outcomes)
    return (outcome for _, outcome in _counted(named, count, "marked"))


def _counted(
    items: Iterable[tuple[str, object]], count: int, verb: str
) -> Iterator[tuple[str, object]]:
    """Tell now and then how many are done, the last, and how long the others take."""
    is_terminal = sys.stderr.isatty()
    often = _OFTEN if is_terminal else 30 * _OFTEN
    start = last = time.monotonic()
    for done, (name, item) in enumerate(items, 1):
        yield name, item
        now = time.monotonic()
        if now - last >= often:
            last = now
            left = _minutes((now - start) / done * (count - done))
            line = f"{done:,} of {count:,} {verb}, {left} left: {name}"
            end = "\x1b[K\r" if is_terminal else "\n"
            print(line, end=end, file=sys.stderr, flush=True)
    if is_terminal:
        print("\x1b[K", end="", file=sys.stderr, flush=True)


def _minutes(seconds: float) -> str:
    if seconds < 90:
        return f"about {seconds:.0f} s"
    return f"about {seconds / 60:.0f} min"
