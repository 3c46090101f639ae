"""What the instructor reads: what was hard, which hints came, what to look at."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from courseware.marking.alike import alike
from courseware.marking.document import Block, Heading, Lines, Table
from courseware.marking.marks import Mark, Marks, number
from courseware.marking.verdicts import ATTEMPTS

_HINTS, _MOST = 3, 200  # hints of an exercise; lines of a list
# What was seen at the end of a hint is different for everybody.
_SEEN = re.compile(r" \([^()]*(?:\([^()]*\)[^()]*)*\)$")
_HARD = 5


def overview(marks: Marks, strays: Sequence[str] = ()) -> list[Block]:
    """
    Write the page for the instructor.

    Parameters
    ----------
    marks : Marks
        Of the class.
    strays : sequence of str
        Paths of what was nobody's.
    """
    return [*_blocks(marks, strays)]


def _blocks(marks: Marks, strays: Sequence[str]) -> Iterator[Block]:
    absent = [row.called for row in marks.rows if not row.hand_ins]
    came = len(marks.rows) - len(absent)
    totals = sorted(row.total for row in marks.rows if row.hand_ins)
    line = f"{came} of {len(marks.rows)} students have handed in."
    if totals:
        middle = number(totals[len(totals) // 2])
        most = number(marks.most)
        line += f" The most is {most}; half of them have {middle} or more."
    yield Lines([line, *marks.notes])
    yield Heading("What was hard")
    yield from _hard(marks)
    yield Heading("Which hints came")
    yield from _hints(marks)
    yield from _looks(marks)
    yield from _list("Handed in nothing", absent)
    yield from _list(
        "Set by a person",
        [
            f"{row.called}, {column}: {number(mark.points)}"
            + (f", {mark.correction.reason}" if mark.correction.reason else "")
            for row in marks.rows
            for column, mark in row.marks.items()
            if mark.correction
        ],
    )
    yield from _list(
        "The notebook says bravo, marking does not",
        [
            f"{row.called}, {column}: {mark.verdict.hint}"
            for row in marks.rows
            for column, mark in row.marks.items()
            if mark.contradicts and mark.verdict
        ],
    )
    tried, others = [], []
    for whose, remark in _remarks(marks):
        lines = tried if remark.startswith(ATTEMPTS) else others
        lines.append(f"{whose}: {remark}")
    yield from _list("What looks like an attempt", tried)
    yield from _list("What else was said of hand-ins", [*others, *strays])


def _hard(marks: Marks) -> Iterator[Block]:
    rows, shares = [], {}
    for one in marks.exercises:
        states = Counter(_state(row.marks[one.column]) for row in marks.rows)
        came = len(marks.rows) - states["missing"]
        shares[one.column] = states["right"] / came if came else 1.0
        rows.append(
            [
                *(f"`{one.column}`", one.name),
                *(str(states[each]) for each in ("right", "wrong", "blank", "missing")),
                f"{100 * shares[one.column]:.0f} %" if came else "",
            ]
        )
    hard = sorted(shares, key=lambda column: shares[column])[:_HARD]
    named = [f"`{c}` ({100 * shares[c]:.0f} %)" for c in hard if shares[c] < 1]
    if named:
        yield Lines([f"Right least often, where a notebook came: {', '.join(named)}."])
    states = ("right", "not yet", "not answered", "no notebook")
    yield Table(["exercise", "task", *states, "share"], rows, frozenset(range(2, 7)))


def _state(mark: Mark) -> str:
    if mark.verdict is None:
        return "missing"
    if mark.is_right:
        return "right"
    return "wrong" if mark.is_answered else "blank"


def _hints(marks: Marks) -> Iterator[Block]:
    rows = []
    for one in marks.exercises:
        said = (row.marks[one.column] for row in marks.rows)
        hints = Counter(
            _SEEN.sub("", mark.verdict.hint)
            for mark in said
            if mark.verdict and mark.is_answered and not mark.is_right
        )
        ordered = sorted(hints.items(), key=lambda item: (-item[1], item[0]))
        rows += [[f"`{one.column}`", str(n), hint] for hint, n in ordered[:_HINTS]]
    if rows:
        yield Table(["exercise", "times", "hint"], rows, frozenset({1}))
    else:
        yield Lines(["None: every answer was right."])


def _looks(marks: Marks) -> Iterator[Block]:
    called = {row.student: row.called for row in marks.rows}
    groups = alike(
        (row.student, column, mark.answer.source)
        for row in marks.rows
        for column, mark in row.marks.items()
        if mark.answer and mark.is_answered
    )
    yield Heading("Answers that look alike")
    if not groups:
        yield Lines(["None."])
        return
    yield Lines(
        [
            "Names, comments and layout apart, these share what few others have. That "
            "may have many reasons: look at both before you think of one."
        ]
    )
    rows = [
        [", ".join(called[s] for s in g.students), f"`{g.column}`", f"{g.share:.0%}"]
        for g in groups[:_MOST]
    ]
    yield Table(["whose", "exercise", "in common"], rows, frozenset({2}))


def _list(heading: str, lines: Sequence[str]) -> Iterator[Block]:
    if lines:
        more = len(lines) - _MOST
        shown = [*lines[:_MOST], *([f"and {more} more"] if more > 0 else [])]
        yield Heading(heading)
        yield Lines(shown, is_list=True)


def _remarks(marks: Marks) -> Iterator[tuple[str, str]]:
    """Yield each remark, and before it of whose work, and which, it is said."""
    for row in marks.rows:
        said = [(row.called, row.remarks)]
        for lesson, hand_in in row.hand_ins.items():
            said.append((f"{row.called}, {lesson}", hand_in.remarks))
        for column, mark in row.marks.items():
            if mark.verdict:
                said.append((f"{row.called}, {column}", mark.verdict.remarks))
        yield from ((whose, remark) for whose, remarks in said for remark in remarks)
