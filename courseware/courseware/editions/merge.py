"""
What a student has written in a lesson, moved into the lesson's new version.

Only the sources of cells count as theirs: not outputs, counts or metadata. Their cells
are found by the cells' ids; where another tool has lost those, by content, and answers
by the name that the check asks for. (Tried in tests/test_update.py.)
"""

from __future__ import annotations

import ast
import hashlib
import re
import warnings
from collections import defaultdict, deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from courseware.contents import LONGEST_CELL
from courseware.tags import CHECK, EXERCISE, has_tag
from courseware.verdict import outdated

HEADING_ID = "no-place-any-more"
HEADING = (
    "## From before the update\n\n"
    "What you have written in cells that the lesson no longer has."
)
_DEFINED = re.compile(r"^(?:async +)?(?:def|class) +(\w+)|^(\w+) *(?::.*)?=(?!=)", re.M)
_TASK = re.compile(r"^\*\*(.+?)\*\*", re.MULTILINE)
# Below an answer, where the course has changed what it was written in.
STUB_NOTE = (
    "*The course has changed what this exercise begins with. Your answer stays as it "
    "is; compare it with what is given now:*\n\n```python\n{}\n```"
)
_NOTED = re.compile(re.escape(STUB_NOTE).replace(r"\{\}", "(.*)"), re.DOTALL)
_SOUND_ID = re.compile(r"[\w-]{1,64}", re.ASCII)


@dataclass(frozen=True)
class Merged:
    """A lesson's new version with a student's work in it.

    Attributes
    ----------
    notebook : dict
        The lesson; as it came where nothing was written.
    theirs : list of str
        Digests of the student's cells; empty where nothing was written.
    has_moved_to_the_end : bool
        Whether some of them stand at the end: the new version has no place for them.
    new_exercises : list of str
        "Exercise 2.5": those that the lesson did not have.
    changed_exercises : dict of str
        Those that are answered and in which the course has changed the task, the stub
        or the check; whether its stub, which is shown below the answer.
    """

    notebook: dict
    theirs: list[str]
    has_moved_to_the_end: bool
    new_exercises: list[str]
    changed_exercises: dict[str, bool]


def source(cell: dict) -> str:
    """Return a cell's source, however its lines are stored and ended."""
    text = "".join(cell["source"])
    return text.replace("\r\n", "\n").replace("\r", "\n").rstrip()


def digest(cell: dict) -> str:
    """Return what identifies a cell's source."""
    return hashlib.sha256(source(cell).encode("utf-8", "surrogatepass")).hexdigest()[
        :16
    ]


def digests(notebook: dict) -> dict[str, str]:
    """Return the digest of each cell, by its id."""
    return {cell["id"]: digest(cell) for cell in notebook["cells"]}


def look(notebook: dict) -> list[tuple]:
    """Return what makes a lesson another one for its reader: no outputs, no counts."""
    return [
        (cell.get("id"), cell["cell_type"], cell["metadata"].get("tags"), source(cell))
        for cell in notebook["cells"]
    ]


def merge(
    old: dict, base: dict[str, str], new: dict, past: Iterable[str] = ()
) -> Merged:
    """
    Move a student's work into the new version of a lesson.

    Parameters
    ----------
    old : dict
        The student's notebook.
    base : dict of str
        `digests` of the version that it was made from. What is not in it counts as the
        student's, unless it is in the new version.
    new : dict
        The new version, each of its cells with an id.
    past : iterable of str
        Digests of cells of earlier versions, which are not the student's either.
    """
    found = _Merge(old["cells"], base, new["cells"], past)
    found.place()
    return Merged(
        {**new, "cells": found.cells()} if found.theirs else new,
        found.theirs,
        bool(found.end),
        found.new_exercises(),
        found.changed_exercises(),
    )


class _Merge:
    def __init__(
        self,
        old: list[dict],
        base: dict[str, str],
        new: list[dict],
        past: Iterable[str],
    ) -> None:
        self.old, self.base, self.new, self.past = old, base, new, {*past}
        self.ids = {cell["id"]: index for index, cell in enumerate(new)}
        self.gone = {code for name, code in base.items() if name not in self.ids}
        # Which new cell an old one is; both by their indices.
        self.match: dict[int, int] = {}
        self._match_ids()
        self._match_contents()
        self._match_answers()
        self.was = {place: old[index] for index, place in self.match.items()}
        self.theirs: list[str] = []
        self.instead: dict[int, dict] = {}
        self.behind: dict[int, list[dict]] = defaultdict(list)
        self.end: list[dict] = []
        self.heading: dict | None = None
        self.noted: set[str] = set()

    def _match_ids(self) -> None:
        free = dict(self.ids)
        for index, cell in enumerate(self.old):
            name = cell.get("id")
            if isinstance(name, str) and name in free:
                self.match[index] = free.pop(name)

    def _match_contents(self) -> None:
        wanted: dict[str | None, deque[int]] = defaultdict(deque)
        for place in self._free_new():
            cell = self.new[place]
            for code in {digest(cell), self.base.get(cell["id"])}:
                wanted[code].append(place)
        taken = set(self.match.values())
        for index in self._free_old():
            places = wanted[digest(self.old[index])]
            while places and places[0] in taken:  # by another content that it had
                places.popleft()
            if places:
                self.match[index] = places.popleft()
                taken.add(self.match[index])

    def _match_answers(self) -> None:
        made = {*self.base.values(), *self.past}
        written = {
            index: _defined(self.old[index])
            for index in self._free_old()
            if digest(self.old[index]) not in made
        }
        for place in self._free_new():
            if not has_tag(self.new[place], EXERCISE):
                continue
            asked = self._asked(place)
            before = [i for i, other in self.match.items() if other < place]
            behind = [i for i, other in self.match.items() if other > place]
            here = range(max(before, default=-1), min(behind, default=len(self.old)))
            # The last one in its place is what the check has asked for.
            found = [
                (has_tag(self.old[index], EXERCISE), index in here, index)
                for index, names in written.items()
                if names & asked
            ]
            if found:
                *_, index = max(found)
                self.match[index] = place
                del written[index]

    def _asked(self, place: int) -> set[str]:
        """Return the names that an exercise defines and the check after it asks for."""
        names = _defined(self.new[place])
        for cell in self.new[place + 1 :]:
            if has_tag(cell, CHECK):
                return names & set(re.findall(r"\w+", source(cell)))
            if has_tag(cell, EXERCISE):
                break
        return names

    def _free_old(self) -> list[int]:
        every = range(len(self.old))
        return [i for i in every if i not in self.match and source(self.old[i])]

    def _free_new(self) -> list[int]:
        return sorted(set(range(len(self.new))) - set(self.match.values()))

    def place(self) -> None:
        """Give each cell of the student's its place."""
        last = -1  # what an added cell follows; before the first there is none
        for index, cell in enumerate(self.old):
            here = self.match.get(index)
            last = last if here is None else here
            if self._is_note(cell):
                self.noted.add(_stub_in(cell))
            elif here is None and self.heading is None and _is_heading(cell):
                self.heading = cell
                if source(cell) not in ("", HEADING):
                    self.theirs.append(digest(cell))
            elif self._is_theirs(cell, here):
                self.theirs.append(digest(cell))
                if here is not None and self._may_stand_for(here):
                    self.instead[here] = cell
                elif here is None and (self.heading or self._has_no_place(cell)):
                    self.end.append(cell)
                else:
                    self.behind[last].append(cell)

    def _is_note(self, cell: dict) -> bool:
        """Whether an update has put a cell there, in which nobody has written."""
        return _stub_in(cell) in self._known

    @cached_property
    def _known(self) -> set[str]:
        return {*self.base.values(), *self.past, *map(digest, self.new)}

    def _is_theirs(self, cell: dict, here: int | None) -> bool:
        code = digest(cell)
        if not source(cell) or code in self.past:
            return False
        if here is None:
            return code not in self.gone
        return code not in (digest(self.new[here]), self._base(here))

    def _may_stand_for(self, here: int) -> bool:
        """Whether a student's cell hides nothing new in the place of a new one."""
        new = self.new[here]
        return has_tag(new, EXERCISE) or digest(new) == self._base(here)

    def _has_no_place(self, cell: dict) -> bool:
        return cell.get("id") in self.base.keys() - self.ids.keys()

    def _base(self, here: int) -> str | None:
        return self.base.get(self.new[here]["id"])

    def _has_changed(self, here: int) -> bool:
        """Whether the course had something else here, or the reader still has that."""
        now, was = digest(self.new[here]), self.was.get(here)
        is_behind = was is not None and digest(was) in self.past - {now}
        return is_behind or self._base(here) not in (None, now)

    def _exercises(self) -> Iterator[tuple[str, int, list[int]]]:
        """Yield each exercise's name, its stub's place, and those of all its parts."""
        tagged = {
            tag: [i for i, cell in enumerate(self.new) if has_tag(cell, tag)]
            for tag in (EXERCISE, CHECK)
        }
        for number, stub in enumerate(tagged[EXERCISE], start=1):
            found = _TASK.search(source(self.new[stub - 1])) if stub else None
            task = [stub - 1] if found else []
            check = [i for i in tagged[CHECK] if i > stub][:1]
            name = found[1] if found else f"Exercise {number}"
            yield name, stub, [*task, stub, *check]

    def new_exercises(self) -> list[str]:
        """Name the exercises of which the lesson had no code.

        A new task can go by the id of a text that stood here and has changed as well.
        """
        if not self.base:
            return []  # nobody knows
        return [
            name
            for name, stub, places in self._exercises()
            if stub not in self.match.values()
            and all(self._base(place) is None for place in places if place >= stub)
        ]

    def changed_exercises(self) -> dict[str, bool]:
        """Name those that are answered and changed, and say whether a stub is shown."""
        return {
            name: stub in self.instead and self._has_changed(stub)
            for name, stub, places in self._exercises()
            if self._is_answered(stub) and any(map(self._has_changed, places))
        }

    def _is_answered(self, stub: int) -> bool:
        """Whether an answer stands in place of the stub, or in a cell below it."""
        asked = _defined(self.new[stub])
        below = any(_defined(cell) & asked for cell in self.behind[stub])
        return stub in self.instead or below

    def cells(self) -> list[dict]:
        """Return the new version's cells, and the student's in their places."""
        taken = {HEADING_ID, *self.ids}
        found = [_added(cell, taken) for cell in self.behind[-1]]
        exercises = [places for *_, places in self._exercises()]
        changed = {p[-1] for p in exercises if any(map(self._has_changed, p))}
        answered = False
        for place, new in enumerate(self.new):
            answer = self.instead.get(place)
            if has_tag(new, EXERCISE):
                answered = answer is not None
            if answer is not None:
                found.append(_moved(answer, new["id"], new["metadata"]))
            elif answered and has_tag(new, CHECK) and place in self.was:
                was = self.was[place]
                found.append(_checked(was, new, is_changed=place in changed))
            else:
                found.append(new)
            is_noted = self._has_changed(place) or self._base(place) in self.noted
            if answer is not None and has_tag(new, EXERCISE) and is_noted:
                note = {"cell_type": "markdown"}
                note["source"] = STUB_NOTE.format(source(new))
                found.append(_added(note, taken))
            found += [_added(cell, taken) for cell in self.behind[place]]
            answered |= bool(self.behind[place])  # perhaps below the stub
        heading = {"cell_type": "markdown", "source": HEADING}
        if self.heading and source(self.heading):
            heading = self.heading
        if self.end or source(heading) != HEADING:
            found.append(_moved(heading, HEADING_ID, {}))
        return found + [_added(cell, taken) for cell in self.end]


def _is_heading(cell: dict) -> bool:
    return cell.get("id") == HEADING_ID or source(cell) == HEADING


def _stub_in(cell: dict) -> str | None:
    """Return the digest of the stub that a note of an update shows, if it is one."""
    noted = _NOTED.fullmatch(source(cell))
    return digest({"source": noted[1]}) if noted else None


def _checked(old: dict, new: dict, *, is_changed: bool) -> dict:
    """Return a check with what it has said of an answer, as far as that still holds."""
    if is_changed and (outputs := outdated(old)):
        return {**new, "outputs": outputs}
    if source(old) != source(new):
        return new
    return _moved(old, new["id"], new["metadata"])


def _added(cell: dict, taken: set[str]) -> dict:
    """Return a cell that a student has added, with an id that no other cell has."""
    name, number = cell.get("id"), 0
    while not isinstance(name, str) or not _SOUND_ID.fullmatch(name) or name in taken:
        # Not a random one: an update that was broken off is to come to the same end.
        text = f"{number}\n{digest(cell)}"
        name, number = hashlib.sha256(text.encode()).hexdigest()[:8], number + 1
    taken.add(name)
    return _moved(cell, name, cell.get("metadata", {}))


def _moved(cell: dict, name: str, metadata: dict) -> dict:
    """Return a student's cell with what it put out, but as one that is still to run."""
    kept = {"cell_type": cell["cell_type"], "id": name, "metadata": metadata}
    kept["source"] = "".join(cell["source"])
    if cell["cell_type"] == "code":
        return kept | {
            "execution_count": None,
            "outputs": without_counts(cell.get("outputs")),
        }
    if "attachments" in cell:
        kept["attachments"] = cell["attachments"]
    return kept


def without_counts(outputs: object) -> list[dict]:
    """Return what a cell has put out, without the numbers of its runs."""
    outputs = outputs if isinstance(outputs, list) else []
    sound = [output for output in outputs if isinstance(output, dict)]
    return [
        output | {"execution_count": None} if "execution_count" in output else output
        for output in sound
    ]


def _defined(cell: dict) -> set[str]:
    """Return the names that a cell of code defines, as far as it can be read."""
    if cell["cell_type"] != "code":
        return set()
    try:
        if len(source(cell)) > LONGEST_CELL:
            raise ValueError
        with warnings.catch_warnings(action="ignore"):
            body = ast.parse(source(cell)).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        found = _DEFINED.findall(source(cell))
        return {name for pair in found for name in pair if name}
    defined = set()
    for statement in body:
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            defined.add(statement.name)
        else:
            defined |= {
                node.id
                for node in ast.walk(statement)
                if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
            }
    return defined
