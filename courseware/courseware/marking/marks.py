"""From verdicts to marks: one row a student, one column an exercise."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field

from courseware.editions.rehearsal import NAME as REHEARSAL
from courseware.marking.answers import Answer, Exercise
from courseware.marking.hand_ins import HandIn
from courseware.marking.points import Correction, Points, label
from courseware.marking.roll import Roll, key
from courseware.marking.verdicts import Verdict
from courseware.verdict import BRAVO, verdict

_DIGITS = 4  # of points, behind the point


@dataclass(frozen=True)
class Mark:
    """What a student has for an exercise.

    Attributes
    ----------
    exercise : Exercise
        Of our lesson.
    points : float
        What counts.
    answer, verdict : Answer or None, Verdict or None
        None where no notebook of the lesson was handed in.
    correction : Correction or None
        What a person has set.
    seen : bool
        Whether the check has said bravo in the notebook that was handed in.
    """

    exercise: Exercise
    points: float
    answer: Answer | None = None
    verdict: Verdict | None = None
    correction: Correction | None = None
    seen: bool = False

    @property
    def is_right(self) -> bool:
        """Whether the answer is right, as marking has it."""
        return self.verdict is not None and self.verdict.right

    @property
    def is_answered(self) -> bool:
        """Whether there is an answer that is more than the stub."""
        source = self.answer.source.strip() if self.answer else ""
        # The rehearsal begins with an answer that is to be mended.
        is_stub = source == self.exercise.stub.strip()
        return bool(source) and (not is_stub or self.exercise.lesson == REHEARSAL)

    @property
    def contradicts(self) -> bool:
        """Whether the student saw a bravo and the answer is not right."""
        return self.seen and self.verdict is not None and not self.verdict.right


@dataclass(frozen=True)
class Row:
    """What a student has.

    Attributes
    ----------
    student, name : str
        Id, and name in the class list.
    marks : dict of Mark
        By columns.
    hand_ins : dict of HandIn
        By lessons' names.
    late : dict of int
        Days, by lessons' labels; only where a lesson is late.
    remarks : tuple of str
        Of what belongs to no lesson.
    total : float
        The sum of what counts.
    dropped : tuple of str
        Labels of lessons that do not count for the total.
    rehearsal : Mark or None
        What the rehearsal came to, if it was handed in; it counts nothing.
    """

    student: str
    name: str
    marks: dict[str, Mark]
    hand_ins: dict[str, HandIn]
    late: dict[str, int]
    remarks: tuple[str, ...]
    total: float
    dropped: tuple[str, ...]
    rehearsal: Mark | None = None

    @property
    def called(self) -> str:
        """Name and id, for a person to read."""
        return f"{self.name} ({self.student})" if self.name else self.student


@dataclass(frozen=True)
class Marks:
    """What a class has.

    Attributes
    ----------
    exercises : list of Exercise
        In the lessons' order: the columns.
    rows : list of Row
        As in the class list, then by name.
    points : Points
        The table of points.
    notes : list of str
        What the instructor should know: how the answers were isolated, who is not on
        the list.
    """

    exercises: list[Exercise]
    rows: list[Row]
    points: Points
    notes: list[str] = field(default_factory=list)

    @property
    def most(self) -> float:
        """The largest total that there can be."""
        lessons: dict[str, float] = {}
        for one in self.exercises:
            lesson = label(one.column)
            lessons[lesson] = lessons.get(lesson, 0) + self.points.of(one.column)
        best = sorted(lessons.values(), reverse=True)
        return sum(best[: self.points.best or None])


def make(
    exercises: Sequence[Exercise],
    outcomes: Iterable[tuple[Answer, Verdict]],
    hand_ins: Sequence[HandIn],
    roll: Roll,
    points: Points,
    corrections: Mapping[tuple[str, str], Correction],
) -> Marks:
    """
    Make the marks of a class.

    Parameters
    ----------
    exercises : sequence of Exercise
        The columns.
    outcomes : iterable of tuple
        Each answer and its verdict.
    hand_ins : sequence of HandIn
        All that was handed in.
    roll : Roll
        The class list.
    points : Points
        The table of points.
    corrections : mapping
        Marks that a person has set, by student and column.
    """
    judged = {(a.student, a.exercise.column): (a, v) for a, v in outcomes}
    rehearsed = {
        answer.student: Mark(answer.exercise, 0, answer, said)
        for answer, said in judged.values()
        if answer.exercise.lesson == REHEARSAL
    }
    own: dict[str, list[HandIn]] = {student: [] for student in roll.members}
    for each in sorted(hand_ins, key=lambda each: (key(each.student), each.student)):
        own.setdefault(each.student, []).append(each)
    rows = []
    for student, theirs in own.items():
        marks, lessons = {}, {each.lesson: each for each in theirs if each.lesson}
        late = {
            label(one.column): days
            for one in exercises
            if (days := _days_late(one, student, lessons, roll, points))
        }
        for one in exercises:
            answer, said = judged.get((student, one.column), (None, None))
            correction = corrections.get((student, one.column))
            right = said is not None and said.right
            earned = points.of(one.column) * right
            earned *= points.share(late.get(label(one.column), 0))
            marks[one.column] = Mark(
                one,
                round(correction.points if correction else earned, _DIGITS),
                answer,
                said,
                correction,
                _seen(one, lessons.get(one.lesson)),
            )
        total, dropped = _total(marks, points.best)
        member = roll.members.get(student)
        remarks = tuple(r for each in theirs if not each.lesson for r in each.remarks)
        name = member.name if member else ""
        rows.append(
            Row(
                *(student, name, marks, lessons, late, remarks, total, dropped),
                rehearsed.get(student),
            )
        )
    return Marks([*exercises], rows, points)


def _days_late(
    exercise: Exercise,
    student: str,
    lessons: Mapping[str, HandIn],
    roll: Roll,
    points: Points,
) -> int:
    if exercise.lesson not in lessons:
        return 0
    listed = roll.time(student, exercise.lesson)
    came = listed or lessons[exercise.lesson].time
    return points.days_late(label(exercise.column), came)


def _seen(exercise: Exercise, hand_in: HandIn | None) -> bool:
    notebook = hand_in.notebook if hand_in else None
    cells = notebook["cells"] if notebook else ()
    checks = [c for c in cells if c["id"] and c["id"] == exercise.check_cell]
    return any(verdict(cell).word == BRAVO for cell in checks)


def _total(marks: Mapping[str, Mark], best: int) -> tuple[float, tuple[str, ...]]:
    """Return the sum of the best lessons, and the lessons that do not count."""
    lessons: dict[str, float] = {}
    for column, mark in marks.items():
        lessons[label(column)] = lessons.get(label(column), 0) + mark.points
    ordered = sorted(lessons, key=lambda lesson: -lessons[lesson])  # stable
    counted = ordered[: best or None]
    total = round(sum(lessons[lesson] for lesson in counted), _DIGITS)
    return total, tuple(lesson for lesson in lessons if lesson not in counted)


def number(value: float) -> str:
    """Return points as people write them: "1", "0.5"."""
    return f"{value:.{_DIGITS}f}".rstrip("0").rstrip(".")


def as_csv(marks: Marks) -> bytes:
    """Return marks.csv: a row a student, numbers only."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    columns = [one.column for one in marks.exercises]
    writer.writerow(["student", *columns, "total"])
    for row in marks.rows:
        counts = (number(row.marks[column].points) for column in columns)
        writer.writerow([row.student, *counts, number(row.total)])
    return buffer.getvalue().encode("utf-8", "replace")


def as_json(marks: Marks) -> bytes:
    """Return marks.json: how each mark came about."""
    content = {
        "notes": marks.notes,
        "most": marks.most,
        "exercises": {
            one.column: {"name": one.name, "points": marks.points.of(one.column)}
            for one in marks.exercises
        },
        "students": [_row(row) for row in marks.rows],
    }
    return (json.dumps(content, indent=1, ensure_ascii=False) + "\n").encode(
        "utf-8", "replace"
    )


def _row(row: Row) -> dict:
    return {
        "student": row.student,
        "name": row.name,
        "total": row.total,
        "not_counted": row.dropped,
        "handed_in": {
            lesson: {
                "where": each.where,
                "time": each.time.isoformat(" ") if each.time else None,
                "remarks": each.remarks,
            }
            for lesson, each in sorted(row.hand_ins.items())
        },
        "days_late": row.late,
        "remarks": row.remarks,
        "exercises": {column: _mark(mark) for column, mark in row.marks.items()},
        "rehearsal": _mark(row.rehearsal) if row.rehearsal else None,
    }


def _mark(mark: Mark) -> dict:
    content: dict = {"points": mark.points, "right": mark.is_right}
    if mark.correction:
        content["correction"] = asdict(mark.correction)
    if mark.verdict:
        content |= asdict(mark.verdict) | {"bravo_in_notebook": mark.seen}
    return content
