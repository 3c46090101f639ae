"""`courseware mark`: reads what was handed in, has it marked, and writes the marks.

Of what was handed in nothing is changed, and nothing is written beside it.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from courseware import contents
from courseware.course import Course, CourseError
from courseware.files import write_atomically
from courseware.handing_in import safe_name
from courseware.marking.answers import Answer, Exercise, Lesson
from courseware.marking.document import as_html, printer
from courseware.marking.feedback import feedback
from courseware.marking.hand_ins import HandIn, Known, hand_ins
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
_OFTEN = 1.0  # seconds between two lines of progress; without a terminal, 30 times that

Outcome = tuple[Answer, Verdict]
# What has answers marked, of one lesson after the other.
Judge = Callable[[Sequence[Answer]], Iterable[Outcome]]


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
    """

    handed_in: Path
    output: Path
    lessons: Sequence[str] = ()
    roll: Path | None = None
    points: Path | None = None
    corrections: Path | None = None


def points_template(course: Course, names: Sequence[str]) -> str:
    """Return a table of points for some lessons of a course, or for all."""
    exercises = (one for each in _lessons(course, names) for one in each.exercises)
    return template([one.column for one in exercises])


def mark(course: Course, wanted: Wanted, judge: Judge, note: str) -> list[str]:
    """
    Mark a class.

    Parameters
    ----------
    course : Course
        Its lessons have been executed.
    wanted : Wanted
        What is to be marked, and how.
    judge : callable
        Has answers marked.
    note : str
        How the answers are isolated.

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
    lessons = _lessons(course)
    found, strays = hand_ins(wanted.handed_in, [*map(Known.of, lessons)], roll)
    came = {each.lesson for each in found}
    lessons = [each for each in lessons if each.name in (wanted.lessons or came)]
    exercises = [one for each in lessons for one in each.exercises]
    if not exercises:
        raise CourseError(
            f"{wanted.handed_in}: in it is no notebook of a lesson with exercises. The "
            f"lessons are {', '.join(course.names()) or 'none'}."
        )
    points, corrections = _tables(wanted, exercises, found, roll)
    answers = [*_answers(lessons, found)]
    outcomes = [*_told(judge(answers), len(answers), "marked")]
    marks = make(exercises, outcomes, found, roll, points, corrections)
    listed = [row.student for row in marks.rows if row.student in roll.members]
    marks.notes.extend([note, *roll.remarks])
    if roll.members and len(listed) < len(marks.rows):
        others = [r.student for r in marks.rows if r.student not in roll.members]
        marks.notes.append(f"Not in the class list: {', '.join(others)}.")
    titles = {each.name: _title(each) for each in lessons}
    return _write(marks, titles, strays, wanted.output)


def _refuse_to_write_into(wanted: Wanted) -> None:
    """Nothing that was handed in may be written over."""
    handed_in, output = wanted.handed_in.resolve(), wanted.output.resolve()
    if handed_in.is_dir() and output.is_relative_to(handed_in):
        raise CourseError(
            f"{wanted.output} lies in what was handed in: name another by --output."
        )


def _lessons(course: Course, names: Sequence[str] = ()) -> list[Lesson]:
    """Return the lessons that have exercises."""
    paths = (course.lessons / f"{name}.ipynb" for name in names or course.names())
    return [lesson for lesson in map(Lesson, paths) if lesson.exercises]


def _title(lesson: Lesson) -> str:
    entry = contents.entry(lesson.name, {"metadata": {}, "cells": lesson.cells})
    return f"Lesson {entry.number}, {entry.title}" if entry.number else entry.title


def _tables(
    wanted: Wanted, exercises: Sequence[Exercise], found: Iterable[HandIn], roll: Roll
) -> tuple[Points, Mapping[tuple[str, str], Correction]]:
    """Read the points, and what a person has set: now, or in an earlier run."""
    columns = [one.column for one in exercises]
    points = read_points(wanted.points, columns) if wanted.points else Points()
    kept = wanted.output / CORRECTIONS
    path = wanted.corrections or (kept if kept.exists() else None)
    if path is None:
        return points, {}
    students = {key(each.student): each.student for each in found}

    def student(name: str) -> str:
        return roll.id_of(name) or students.get(key(name), "")

    corrections = read_corrections(path, columns, student)
    wanted.output.mkdir(parents=True, exist_ok=True)
    if path != kept:
        write_atomically(kept, path.read_bytes())
    return points, corrections


def _answers(lessons: Iterable[Lesson], found: Iterable[HandIn]) -> Iterator[Answer]:
    by_lesson: dict[str, list[HandIn]] = {}
    for each in found:
        by_lesson.setdefault(each.lesson, []).append(each)
    for lesson in lessons:
        for each in by_lesson.get(lesson.name, ()):
            cells = {"cells": []} if each.notebook is None else each.notebook
            yield from lesson.find(each.student, cells)


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
        write_atomically(folder / "feedback.html", as_html("Feedback", page))
        if as_pdf:
            write_atomically(folder / "feedback.pdf", as_pdf("Feedback", page))
    # It comes last: where it is, all is there.
    write_atomically(output / "marks.csv", as_csv(marks))
    pdf = "" if as_pdf else " (as PDF, too, with `pip install lecturepdf`)"
    return [
        f"{output / 'marks.csv'}: {len(marks.rows)} students, "
        f"{len(marks.exercises)} exercises",
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


def _told(outcomes: Iterable[Outcome], count: int, verb: str) -> Iterator[Outcome]:
    """Pass outcomes on, telling whose they are."""
    named = ((f"{o[0].student}, {o[0].exercise.column}", o) for o in outcomes)
    return (outcome for _, outcome in _counted(named, count, verb))


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
