"""The class list: who is to have a row, and when their work came."""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from courseware.course import CourseError

_TIME = "time"  # the column for all lessons
_LESSON = re.compile(r"\d+(_|$)")  # that of one: "1", "01_a_swing"
# A spreadsheet takes what begins so for a formula, also in full width, and some of them
# begin anew behind a semicolon.
_FORMULA = re.compile(r"(^|(?<=;))[-=+@\s\uff1d\uff0b\uff0d\uff20]+")


@dataclass(frozen=True)
class Member:
    """Somebody of the class.

    Attributes
    ----------
    id, name : str
        What the row is called by, and the person.
    times : dict of datetime
        When their work came, by lessons' numbers or names; by "" for all lessons.
    """

    id: str
    name: str = ""
    times: dict[str, datetime] = field(default_factory=dict)


class Roll:
    """A class list, which may be empty.

    Parameters
    ----------
    members : iterable of Member
        In the list's order.
    remarks : iterable of str
        What is odd about the list.
    """

    def __init__(
        self, members: Iterable[Member] = (), remarks: Iterable[str] = ()
    ) -> None:
        self.members = {member.id: member for member in members}
        self.remarks = [*remarks]
        ids: dict[str, list[str]] = {}
        names: dict[str, list[str]] = {}
        for member in self.members.values():
            ids.setdefault(key(member.id), []).append(member.id)
            for name in _forms(member.name):
                names.setdefault(name, []).append(member.id)
        self._known = names | ids  # an id is nobody else's name
        twins = {tuple(who) for name, who in names.items() if len(who) > 1}
        self.remarks += [
            f"{' and '.join(who)} have one name: their work is told by the id alone"
            for who in sorted(twins)
        ]

    def id_of(self, name: str) -> str:
        """Return the id of whom a name, or an id, stands for; "" if that is unclear."""
        found = [name] if name in self.members else self._known.get(key(name), [])
        return found[0] if len(found) == 1 else ""

    def time(self, student: str, lesson: str) -> datetime | None:
        """Return when a student's work came, if the list has that."""
        member = self.members.get(student)
        times = member.times if member else {}
        fits = [time for word, time in times.items() if word and _fits(word, lesson)]
        return next(iter(fits), times.get(""))


def key(name: str) -> str:
    """Return what two spellings of a name have in common."""
    words = re.split(r"[\W_]+", unicodedata.normalize("NFKC", name).casefold())
    return " ".join(filter(None, words))


def safe(name: str) -> str:
    """Return a student's name as no spreadsheet would compute it."""
    return _FORMULA.sub("", name) or "nameless"


def read_roll(path: Path) -> Roll:
    """
    Read a class list: a CSV with columns id and name.

    A column `time`, or columns named as lessons are, say when work came:
    ``2026-11-02 23:59``. Other columns do not matter. Without a first line that says
    `id`, the first column is that, and the second is the name.

    Raises
    ------
    CourseError
        It cannot be read.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise CourseError(f"{path}: it is not UTF-8: save it as CSV UTF-8.") from None
    first = text.partition("\n")[0]
    separator = max(",;\t", key=first.count)
    try:
        rows = [*csv.reader(text.splitlines(), delimiter=separator)]
    except csv.Error as error:
        raise CourseError(f"{path}: it is no CSV file: {error}.") from None
    head = [word.strip().casefold() for word in rows[0]] if rows else []
    if "id" not in head:
        head, rows = ["id", "name"], [[], *rows]
    members: dict[str, Member] = {}
    remarks = []
    for line, row in enumerate(rows[1:], 2 if len(rows) > 1 and rows[0] else 1):
        cells = dict(zip(head, (cell.strip() for cell in row), strict=False))
        member = _member(cells, f"{path.name}, line {line}")
        if not member.id:
            if any(cells.values()):
                remarks.append(f"{path.name}, line {line} has no id, and is left out")
        elif member.id in members:
            again = f"{path.name}, line {line}: {member.id} is there already"
            remarks.append(f"{again}, and the first line counts")
        else:
            members[member.id] = member
    if not members:
        raise CourseError(f"{path}: nobody is in it. Its columns are id and name.")
    return Roll(members.values(), remarks)


def _member(cells: dict[str, str], place: str) -> Member:
    times = {}
    for column, text in cells.items():
        if text and (column == _TIME or _LESSON.match(column)):
            try:
                time = datetime.fromisoformat(text)
            except ValueError:
                raise CourseError(
                    f"{place}: {column} is to be a time, such as 2026-11-02 23:59, "
                    f"and is {text!r}."
                ) from None
            times["" if column == _TIME else column] = time.replace(tzinfo=None)
    return Member(cells.get("id", ""), cells.get("name", ""), times)


def _forms(name: str) -> set[str]:
    """Return the keys of what platforms make of a name: "Lee, Ann" or "leeann"."""
    if not (words := key(name).split()):
        return set()
    turned = [words[-1], *words[:-1]], [*words[1:], words[0]]
    ways = (words, *turned)
    return {sep.join(way) for way in ways for sep in (" ", "")}


def _fits(word: str, lesson: str) -> bool:
    """Whether a word, "1" or "01" or the name's beginning, names a lesson."""
    if word.isdecimal():
        return bool(re.match(rf"0*{int(word)}(?!\d)", lesson))
    return lesson.casefold().startswith(word)
