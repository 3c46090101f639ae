"""Whose a notebook is and which lesson, of whatever a platform gives.

Students are told from the folders and names that the platform has made, lessons by the
cells that a notebook holds: what a student has called a file decides last.
"""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import takewhile
from pathlib import Path

import nbformat

from courseware import contents
from courseware.contents import BEFORE_UPDATE
from courseware.marking.answers import Lesson
from courseware.marking.files_in import File, files_in
from courseware.marking.roll import Roll, key, safe
from courseware.tags import CHECK, EXERCISE, SOLUTION, has_tag
from courseware.verdict import joined

# How Moodle calls a hand-in's folder, or its file, and Canvas its file.
_MOODLE = re.compile(r"^(.+?)_(\d+)_assignsubmission_(?:file|onlinetext)(?:_(.*))?$")
_CANVAS = re.compile(r"^([^\W_]+)(?:_LATE)?_(\d+)_\d+_(.+)$")
# Names of folders that tell nothing of whose they are, but for those of lessons.
_NOBODY = re.compile(
    r"(students?|notebooks?|lessons?|work|src|submissions?|submitted|hand[ _-]?ins?"
    r"|handed[ _-]?in|(lesson|week|sheet|assignment|hw)[ _-]?\d+)$",
    re.IGNORECASE,
)
# What is put behind a name when a file of that name is there.
# (Written so that there is one way to match it: a name may be made to find many.)
_COPY = re.compile(r"([ _-]*\(\d+\)|[ _-]+copy([ _-]?\d+)?)+[ _-]*$", re.IGNORECASE)
_DEFINED = re.compile(r"^(?:async +)?(?:def|class) +(\w+)", re.MULTILINE)
# A larger notebook has output that does not matter here, and what is left is kept.
_MOST_OUTPUT, _MOST_SOURCE = 20_000, 200_000
_MOST_CELLS, _MOST_OF_ALL = 10_000, 2_000_000  # and characters, of a notebook
_MOST_OF_A_NAME = 100
_PARTS = (EXERCISE, CHECK, SOLUTION)
_MOST_PARTS = 1_000_000  # lists and objects in a notebook: each takes memory


@dataclass(frozen=True)
class HandIn:
    """What a student has handed in of a lesson: the last that came.

    Attributes
    ----------
    student : str
        Whose it is: an id of the class list, or what the folder or file tells.
    lesson : str
        Its name; "" where it is no lesson of this course.
    notebook : dict or None
        Its cells, without outputs but for those of checks; None where there is none.
    where : str
        Its path in what was handed in.
    time : datetime or None
        When it came, if a zip tells.
    remarks : tuple of str
        What a person should know of it.
    """

    student: str
    lesson: str
    notebook: dict | None
    where: str
    time: datetime | None
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Known:
    """By what a lesson's notebook is known, whatever it is called.

    Attributes
    ----------
    name : str
        The lesson's.
    ids : frozenset of str
        Of its cells.
    functions : frozenset of str
        What its exercises ask for.
    given : frozenset of str
        The cells that are no exercise's: where they are as they were given, they tell
        nothing, and of a large class they would fill the memory.
    """

    name: str
    ids: frozenset[str]
    functions: frozenset[str]
    given: frozenset[str] = frozenset()

    @classmethod
    def of(cls, lesson: Lesson) -> Known:
        """Return what a lesson of ours is known by."""
        functions = (exercise.function for exercise in lesson.exercises)
        others = (c for c in lesson.cells if not any(has_tag(c, t) for t in _PARTS))
        given = frozenset("".join(cell["source"]) for cell in others)
        return cls(lesson.name, frozenset(lesson.ids), frozenset(functions), given)


def hand_ins(
    path: Path, known: Sequence[Known], roll: Roll
) -> tuple[list[HandIn], list[str]]:
    """
    Find what was handed in, and by whom.

    Parameters
    ----------
    path : Path
        A folder or a zip; see the module's text.
    known : sequence of Known
        The lessons of the course.
    roll : Roll
        The class list; it may be empty.

    Returns
    -------
    hand_ins : list of HandIn
        By students and lessons; of a lesson that was handed in twice, the last. Who has
        handed in other things has one without a lesson, which says what.
    strays : list of str
        Paths of what lies beside the hand-ins and is nobody's.
    """
    found = [_found(file, known) for file in files_in(path)]
    names = _Names(found, known, roll, path)
    groups: dict[str, list[_Found]] = defaultdict(list)
    strays, alike = [], {}
    for item in found:
        name = names.of(item)
        if name:
            student = roll.id_of(name) or alike.setdefault(key(name), safe(name))
            groups[student].append(item)
        elif item.file.name:
            strays.append(item.file.where)
    ordered = sorted(groups, key=lambda student: (key(student), student))
    return [each for name in ordered for each in _of_one(name, groups[name])], strays


@dataclass(frozen=True)
class _Found:
    """A file, and what it is: which lesson, as its cells tell or its name."""

    file: File
    notebook: dict | None
    lesson: str
    remark: str = ""
    is_page: bool = False


def _found(file: File, known: Sequence[Known]) -> _Found:
    named = _cut(file.name, known)[1]
    if file.data is None:
        return _Found(file, None, named if file.fault else "", file.fault)
    notebook = slim(file.data)
    file = replace(file, data=b"")  # all the files of a class would fill the memory
    if notebook is None:
        return _Found(file, None, named, "is not a notebook")
    if contents.is_page(notebook):
        return _Found(file, notebook, "", is_page=True)
    ids = {cell["id"] for cell in notebook["cells"]}
    code = "\n".join(cell["source"] for cell in notebook["cells"])
    functions = {*_DEFINED.findall(code)}
    for ours, theirs in (("ids", ids), ("functions", functions)):
        shared = {each.name: len(getattr(each, ours) & theirs) for each in known}
        lesson = max(shared, key=lambda name: (shared[name], name == named), default="")
        if lesson and shared[lesson]:
            strange = named and named != lesson
            remark = f"is called {named}, but its cells are {lesson}'s"
            [given] = (each.given for each in known if each.name == lesson)
            cells = [c for c in notebook["cells"] if c["source"] not in given]
            notebook["cells"] = cells
            return _Found(file, notebook, lesson, remark if strange else "")
    remark = "has no cell of this course" if notebook["cells"] else "has no cells"
    return _Found(file, notebook, named, remark)


def slim(data: bytes) -> dict | None:
    """
    Read a notebook of any version, as far as answers and verdicts are in it.

    Returns
    -------
    dict or None
        Its cells, each with id, cell_type, source, tags and, where a check has spoken,
        outputs; and its metadata. None: it is no notebook.
    """
    try:
        if data.count(b"[") + data.count(b"{") > _MOST_PARTS:
            return None
        notebook = json.loads(data)
        if isinstance(notebook, dict) and "worksheets" in notebook:
            notebook = nbformat.reads(json.dumps(notebook), as_version=4)
    except Exception:  # noqa: BLE001 - nbformat raises what it likes at a false notebook
        return None
    cells = notebook.get("cells") if isinstance(notebook, dict) else None
    if not isinstance(cells, list):
        return None
    header, left, kept = notebook.get("metadata"), _MOST_OF_ALL, []
    for cell in cells[:_MOST_CELLS]:
        if isinstance(cell, dict) and left > 0:
            kept.append(_slim_cell(cell))
            left -= len(kept[-1]["source"])
    return {
        "nbformat": 4,
        "metadata": header if isinstance(header, dict) else {},
        "cells": kept,
    }


def _slim_cell(cell: dict) -> dict:
    header = cell.get("metadata")
    tags = header.get("tags") if isinstance(header, dict) else None
    tags = [tag for tag in _PARTS if tag in tags] if isinstance(tags, list) else []
    kept = {
        "id": _text(cell.get("id")),
        "cell_type": _text(cell.get("cell_type")),
        # What nobody has written is not read on, and no surrogate is a character.
        "source": _whole(joined(cell.get("source"))[:_MOST_SOURCE]),
        "metadata": {"tags": tags},
    }
    outputs = cell.get("outputs")
    if CHECK in tags and len(repr(outputs)) < _MOST_OUTPUT:
        kept["outputs"] = outputs
    return kept


def _text(value: object) -> str:
    return _whole(value[:_MOST_OF_A_NAME]) if isinstance(value, str) else ""


def _whole(text: str) -> str:
    return text.encode("utf-8", "replace").decode()


def _of_one(student: str, found: list[_Found]) -> Iterator[HandIn]:
    """Yield what counts of all that a student has handed in."""
    by_lesson = defaultdict(list)
    for item in found:
        by_lesson[item.lesson].append(item)
    others = by_lesson.pop("", [])
    for lesson in sorted(by_lesson):
        *earlier, last = sorted(by_lesson[lesson], key=_lateness)
        again = [
            f"handed in again as {item.file.where}, which does not count"
            + (f": it {item.remark}" if item.notebook is None else "")
            for item in earlier
            if item.notebook is None or _sources(item) != _sources(last)
            if not item.file.name.startswith(BEFORE_UPDATE)
        ]
        if again and last.file.time is None and len(earlier) > 0:
            again.append("no zip tells which of them came last")
        own = [f"{last.file.where} {last.remark}"] if last.remark else []
        yield HandIn(
            student, lesson, last.notebook, last.file.where, last.file.time,
            (*own, *again),
        )  # fmt: skip
    remarks = [
        f"{item.file.where} {item.remark or 'is no notebook'}"
        for item in others
        if item.remark or (not by_lesson and item.file.name and not item.is_page)
    ]
    if remarks or not by_lesson:
        yield HandIn(student, "", None, "", None, tuple(remarks))


def _lateness(item: _Found) -> tuple:
    """Return what the last of several copies has the most of."""
    copy = re.search(r"\((\d+)\)\W|copy[ _-]?(\d*)\W", item.file.name, re.IGNORECASE)
    number = int(copy[1] or copy[2] or 1) if copy else 0
    return (
        not item.file.name.startswith(BEFORE_UPDATE),
        item.notebook is not None,
        item.file.time or datetime.min,
        number,
        item.file.where,
    )


def _sources(item: _Found) -> list[str]:
    return [cell["source"] for cell in item.notebook["cells"]] if item.notebook else []


class _Names:
    """Says whose a file is, from where it lies.

    Parameters
    ----------
    found : sequence of _Found
        All files.
    known : sequence of Known
        The lessons of the course: a folder that is called by one is no student's.
    roll : Roll
        The class list.
    path : Path
        What was handed in.
    """

    def __init__(
        self, found: Sequence[_Found], known: Sequence[Known], roll: Roll, path: Path
    ) -> None:
        self._known, self._roll = known, roll
        notebooks = [item for item in found if item.file.data is not None]
        # A file beside all folders is the platform's, unless it is a notebook.
        inside = [item.file.place for item in found if item.file.place]
        self._shared = _shared([*inside, *(item.file.place for item in notebooks)])
        direct = [item for item in notebooks if not self._names(item.file)]
        self._is_flat = bool(direct)
        lessons = Counter(item.lesson for item in direct if item.lesson)
        names = [part for part in self._shared if not self._is_nobody(part)]
        own = [part for part in names if roll.id_of(self._cleaned(part))] or names[-1:]
        # Where it all may be one student's: whose folder, or whose zip.
        rests = {_cut(item.file.name, known)[0] for item in direct}
        is_one = own and (max(lessons.values(), default=1) == 1 or len(rests) == 1)
        self._owner = own[0] if is_one else ""
        self._root = re.sub(r"\.zip$", "", path.name, flags=re.IGNORECASE)
        places = defaultdict(set)
        for item in found:
            for place, name, number in _of_moodle(item.file):
                places[place, key(name)].add(number)
        self._twins = {place for place, numbers in places.items() if len(numbers) > 1}

    def of(self, item: _Found) -> str:
        """Return a student's name, as a platform has it; "": nobody's."""
        for place, name, number in _of_moodle(item.file):
            if (place, key(name)) in self._twins:
                return self._roll.id_of(number) or f"{name} ({number})"
            return name
        if names := self._names(item.file):
            return self._cleaned(names[0])
        is_read = item.file.data is not None or item.file.fault or self._is_flat
        if not item.file.name or not is_read:
            return self._cleaned(self._owner) if self._owner else ""
        if canvas := _CANVAS.match(item.file.name):
            return canvas[1]
        rest, lesson = _cut(item.file.name, self._known)
        if rest and (lesson or self._roll.id_of(rest)):
            return rest
        return self._cleaned(self._owner) or rest or self._root

    def _names(self, file: File) -> list[str]:
        """Return the folders that may be called by a student, from the outermost."""
        folders = file.place[len(self._shared) :]
        return [part for part in folders if not self._is_nobody(part)]

    def _is_nobody(self, part: str) -> bool:
        if _NOBODY.match(part):
            return True
        rest, lesson = _cut(part, self._known)
        return bool(lesson) and not rest

    def _cleaned(self, part: str) -> str:
        """Return a folder's name without what GitHub Classroom puts before it."""
        if found := _MOODLE.match(part) or _CANVAS.match(part):
            return found[1]
        if self._roll.id_of(part):
            return part
        words = part.split("-")
        tails = ["-".join(words[i:]) for i in range(1, len(words))]
        listed = next((tail for tail in tails if self._roll.id_of(tail)), "")
        rest, lesson = _cut(part, self._known)
        return listed or (rest if lesson and rest else part)


def _shared(paths: Sequence[tuple[str, ...]]) -> tuple[str, ...]:
    """Return the folders that all paths begin with."""
    first, last = min(paths, default=()), max(paths, default=())
    same = (a == b for a, b in zip(first, last, strict=False))
    return first[: sum(takewhile(bool, same))]


def _of_moodle(file: File) -> Iterator[tuple[tuple[str, ...], str, str]]:
    """Yield where Moodle's name for a hand-in stands, the student and the number."""
    parts = (*file.folders, file.name)
    for i, part in enumerate(parts):
        if found := _MOODLE.match(part):
            yield parts[:i], found[1], found[2]


def _cut(name: str, known: Iterable[Known]) -> tuple[str, str]:
    """Return what a name says beside a lesson's, and which lesson that is, or ""."""
    found = _MOODLE.match(name) or _CANVAS.match(name)
    stem = found[3] or "" if found else name
    stem = re.sub(r"\.(ipynb(\.\w+)?|json|zip)$", "", stem, flags=re.IGNORECASE)
    stem = _COPY.sub("", stem.removeprefix(BEFORE_UPDATE))
    for each in sorted(known, key=lambda each: -len(each.name)):
        words = [re.escape(word) for word in re.split(r"[\W_]+", each.name)]
        number = re.match(r"0*(\d+)", each.name)
        name = r"[\W_]+".join(words)
        patterns = [rf"(?<![^\W_]){name}(?![^\W_])"]
        if number:
            word = r"(?:lesson|sheet|week|exercises?|homework|hw|assignment)[ _-]*"
            patterns += [
                rf"(?<![^\W_]){word}0*{number[1]}(?!\d)",
                rf"^{re.escape(number[0])}(?![^\W_])",
            ]
        for pattern in patterns:
            rest, count = re.subn(pattern, " ", stem, count=1, flags=re.IGNORECASE)
            if count:
                return rest.strip(" _-."), each.name
    return stem.strip(" _-."), ""
