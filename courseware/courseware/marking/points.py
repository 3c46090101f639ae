"""What an exercise is worth: a table of points, and marks that a person has set."""

from __future__ import annotations

import csv
import math
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from difflib import get_close_matches
from pathlib import Path

from courseware.course import CourseError

TEMPLATE = """\
# What each exercise is worth. One that is not named is worth 1.
[points]
{points}

# When each lesson is due. (When work came is told by the platform's zip, or by the
# class list: a column `time`, or one for each lesson.)
[due]
{due}

# What is lost of a lesson's points for each day that has begun since, and what stays at
# least: with 0.1 and 0.5, a lesson that is a week late counts half.
[late]
# each_day = 0.1
# at_least = 0.5

# If not all lessons count for the total, but those with the most points: how many.
[best]
# lessons = {lessons}
"""
_NUMBERS = {"late": ("each_day", "at_least"), "best": ("lessons",)}
HEADER = ("student", "exercise", "points", "reason")


@dataclass(frozen=True)
class Points:
    """A table of points; without one each exercise counts 1, at any time.

    Attributes
    ----------
    worth : dict of float
        By columns.
    due : dict of datetime
        By lessons' labels.
    each_day, at_least : float
        Which share of a lesson's points is lost for each day, and which stays.
    best : int
        How many lessons count; 0: all.
    """

    worth: dict[str, float] = field(default_factory=dict)
    due: dict[str, datetime] = field(default_factory=dict)
    each_day: float = 0.0
    at_least: float = 0.0
    best: int = 0

    def of(self, column: str) -> float:
        """Return what an exercise is worth."""
        return self.worth.get(column, 1)

    def days_late(self, lesson: str, came: datetime | None) -> int:
        """Return how many days had begun since a lesson was due, when it came."""
        if came is None or lesson not in self.due:
            return 0
        return max(0, math.ceil((came - self.due[lesson]) / timedelta(days=1)))

    def share(self, days: int) -> float:
        """Return which share of a lesson's points stays after some days."""
        return max(self.at_least, 1 - days * self.each_day, 0) if days else 1


def template(columns: Sequence[str]) -> str:
    """Return a table of points as it is without one, to be changed."""
    lessons = [*dict.fromkeys(label(column) for column in columns)]
    return TEMPLATE.format(
        points="\n".join(f'"{column}" = 1' for column in columns),
        due="\n".join(f'# "{lesson}" = 2027-01-31T23:59:59' for lesson in lessons),
        lessons=max(1, len(lessons) - 2),
    )


def label(column: str) -> str:
    """Return the lesson of a column, as the column calls it."""
    return column.rpartition(".")[0]


def read_points(path: Path, columns: Sequence[str]) -> Points:
    """
    Read a table of points.

    Raises
    ------
    CourseError
        It cannot be read, or names what is not there.
    """
    try:
        table = tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except ValueError as error:
        raise CourseError(f"{path}: it cannot be read: {error}.") from None
    lessons = {label(column) for column in columns}
    names = {"points": columns, "due": lessons, **_NUMBERS}
    for section, content in table.items():
        _known(section, names, path)
        if not isinstance(content, dict):
            raise CourseError(f"{path}: [{section}] is to be a table.")
        for name, value in content.items():
            _known(name, names[section], f"{path}, [{section}]")
            most = 1 if section == "late" else math.inf
            if section != "due" and not _is_number(value, most):
                wanted = "of 0 or more" if most > 1 else "from 0 to 1"
                raise CourseError(
                    f"{path}: {name} is to be a number {wanted}, not {value!r}."
                )
    due = {name: _moment(value, path) for name, value in table.get("due", {}).items()}
    late, best = table.get("late", {}), table.get("best", {})
    return Points(
        table.get("points", {}), due, **late, best=int(best.get("lessons", 0))
    )


def _known(name: str, names: Sequence[str], place: object) -> None:
    if name not in names:
        near = get_close_matches(name, names, 1)
        there = f"is {near[0]} meant?" if near else f"there are {', '.join(names)}."
        raise CourseError(f"{place}: there is no {name}: {there}")


def _is_number(value: object, most: float = math.inf) -> bool:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return is_number and 0 <= value <= most and value < math.inf


def _moment(value: object, path: Path) -> datetime:
    if isinstance(value, datetime) and value.tzinfo is None:
        return value
    if isinstance(value, date) and not isinstance(value, datetime):
        return datetime.combine(value, time(23, 59, 59))
    raise CourseError(
        f"{path}: [due] is to have times as on the course's clock, such as "
        f"2027-01-31T23:59:59, and no {value}."
    )


@dataclass(frozen=True)
class Correction:
    """A mark that a person has set, whatever marking says.

    Attributes
    ----------
    points : float
        What the exercise counts.
    reason : str
        Why; the student reads it.
    """

    points: float
    reason: str = ""


def _sound(rows: csv.DictReader, path: Path) -> Iterator[dict]:
    try:
        yield from rows
    except csv.Error as error:
        raise CourseError(f"{path}: it is no CSV file: {error}.") from None


def read_corrections(
    path: Path, columns: Sequence[str], student: Callable[[str], str]
) -> Mapping[tuple[str, str], Correction]:
    """
    Read a CSV of student, exercise, points and reason.

    Parameters
    ----------
    path : Path
        The file.
    columns : sequence of str
        The exercises that there are.
    student : callable
        Returns the id of whom a name stands for, or "".

    Returns
    -------
    mapping
        By student and column; the last of several counts.

    Raises
    ------
    CourseError
        It cannot be read, or names somebody or something that is not there: nothing is
        lost in silence.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise CourseError(f"{path}: it is not UTF-8: save it as CSV UTF-8.") from None
    separator = max(",;\t", key=text.partition("\n")[0].count)
    rows = csv.DictReader(text.splitlines(), delimiter=separator)
    if missing := {*HEADER[:3]} - {*(rows.fieldnames or ())}:
        raise CourseError(
            f"{path}: its first line is to be {','.join(HEADER)}: there is no "
            f"{' and no '.join(sorted(missing))}."
        )
    found = {}
    for row in _sound(rows, path):
        place = f"{path}, line {rows.line_num}"
        who, column, points, reason = ((row.get(n) or "").strip() for n in HEADER)
        if not (who or column or points):
            continue
        if not (whose := student(who)):
            raise CourseError(f"{place}: nobody is called {who!r}.")
        _known(column, columns, place)
        try:
            number = float(points.replace(",", "."))
        except ValueError:
            number = math.nan
        if not _is_number(number):
            raise CourseError(f"{place}: points are to be a number, not {points!r}.")
        found[whose, column] = Correction(number, reason)
    return found
