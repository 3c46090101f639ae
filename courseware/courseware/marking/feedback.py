"""What a student reads: what is right, what is not, and what to do next."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from courseware.editions.rehearsal import NAME as REHEARSAL
from courseware.marking.answers import BY_FUNCTION
from courseware.marking.document import Block, Heading, Item, Lines
from courseware.marking.marks import Mark, Marks, Row, number
from courseware.marking.points import label

_CONTRADICTION = (
    "Your notebook shows bravo here. What is marked is the answer as it is saved, in a "
    "fresh start: perhaps you have changed it since its check, or it needs what is in "
    "no cell any more. Restart the kernel and run all cells: you see what marking saw."
)
_AGAIN = (
    "Open your copy of the lesson, change the lines of that exercise, run the cell and "
    "the check below it. When that says bravo, save the notebook (Ctrl+S). Ask your "
    "instructor whether you may hand it in again."
)


def feedback(row: Row, marks: Marks, titles: Mapping[str, str]) -> list[Block]:
    """
    Write a student's page.

    Parameters
    ----------
    row : Row
        The student's.
    marks : Marks
        Of the class: of other students nothing is told.
    titles : mapping of str
        What to call each lesson, by its name.
    """
    return [*_blocks(row, marks, titles)]


def _blocks(row: Row, marks: Marks, titles: Mapping[str, str]) -> Iterator[Block]:
    of = "" if marks.points.best else f" of {number(marks.most)}"
    yield Lines([f"{_points(row.total)}{of}."])
    yield Heading("What to do next")
    yield Lines([*_next(row, titles)])
    lessons: dict[str, list[Mark]] = {}
    for mark in row.marks.values():
        lessons.setdefault(mark.exercise.lesson, []).append(mark)
    for lesson, theirs in lessons.items():
        yield Heading(titles[lesson])
        yield Lines([*_about(lesson, row, marks, theirs)])
        if row.hand_ins.get(lesson) or any(mark.correction for mark in theirs):
            yield from (_item(mark, marks) for mark in theirs)
    if row.rehearsal:
        yield Heading("Rehearsal")
        yield Lines(["It counts nothing, and would be marked like this."])
        yield _item(row.rehearsal, marks)
    if row.remarks:
        yield Heading("What else was handed in")
        yield Lines(row.remarks, is_list=True)


def _next(row: Row, titles: Mapping[str, str]) -> Iterator[str]:
    """Yield what is to be done first, and how."""
    wrong = [mark for mark in row.marks.values() if not _is_done(mark)]
    if not wrong:
        yield "Nothing: all exercises are right." if row.marks else "Nothing."
        return
    tried = [mark for mark in wrong if mark.verdict and mark.is_answered]
    left = [mark for mark in wrong if mark.verdict and not mark.is_answered]
    missing = [*dict.fromkeys(m.exercise.lesson for m in wrong if not m.verdict)]
    if tried:
        first = tried[0]
        yield (
            f"Begin with {first.exercise.name} (`{first.exercise.function}`) of "
            f"{_within(titles[first.exercise.lesson])}. {_said(first)}"
        )
    elif left:
        first = left[0]
        yield (
            f"Begin with {first.exercise.name} (`{first.exercise.function}`) of "
            f"{_within(titles[first.exercise.lesson])}, which is not answered yet."
        )
    if tried or left:
        yield _AGAIN
        if count := len(tried) + len(left) - 1:
            more = "1 more exercise is" if count == 1 else f"{count} more exercises are"
            yield f"After that, {more} waiting below."
    for lesson in missing:
        yield (
            f"No notebook came of {_within(titles[lesson])}. If you have handed it in, "
            "tell your instructor; else save it (Ctrl+S), and hand it in."
        )


def _is_done(mark: Mark) -> bool:
    return mark.is_right or bool(mark.correction and mark.correction.points)


def _about(lesson: str, row: Row, marks: Marks, theirs: list[Mark]) -> Iterator[str]:
    short = label(theirs[0].exercise.column)
    most = sum(marks.points.of(mark.exercise.column) for mark in theirs)
    got = sum(mark.points for mark in theirs)
    line = f"{_points(got)} of {number(most)}."
    if short in row.dropped and got:
        best = marks.points.best
        line += f" It does not count: the {best} lessons with the most points do."
    yield line
    hand_in = row.hand_ins.get(lesson)
    if hand_in is None:
        yield "No notebook of this lesson was handed in."
        return
    if days := row.late.get(short):
        late = "a day" if days == 1 else f"{days} days"
        share = marks.points.share(days)
        yield f"It came {late} late: {100 * share:.0f} % of its points are left."
    time = f", of {hand_in.time:%Y-%m-%d %H:%M}" if hand_in.time else ""
    yield f"What was marked: {hand_in.where}{time}."
    for remark in hand_in.remarks:
        yield f"{remark[:1].upper()}{remark[1:]}."


def _item(mark: Mark, marks: Marks) -> Item:
    is_real = mark.exercise.lesson != REHEARSAL
    worth = marks.points.of(mark.exercise.column) if is_real else 0
    state = "right" if mark.is_right else "not yet right"
    if mark.verdict is None:
        state = "not handed in"
    elif not mark.is_answered:
        state = "not answered"
    counts = f"{number(mark.points)} of {number(worth)}"
    lines = []
    if mark.correction:
        reason = f": {mark.correction.reason}" if mark.correction.reason else "."
        lines.append(f"Set to {number(mark.points)} by your instructor{reason}")
    if mark.verdict and mark.is_answered and not mark.is_right:
        lines.append(_said(mark))
    if mark.contradicts:
        lines.append(_CONTRADICTION)
    remarks = list(mark.verdict.remarks) if mark.verdict else []
    if mark.verdict and mark.verdict.found == BY_FUNCTION and mark.is_answered:
        remarks.insert(0, "the answer was found by its name, in another cell than ours")
    lines += [f"{remark[:1].upper()}{remark[1:]}." for remark in remarks]
    title = f"{mark.exercise.name}, `{mark.exercise.function}`: {state} ({counts})"
    code = mark.answer.source if mark.answer and mark.is_answered else ""
    return Item(title, _is_done(mark), lines, code)


def _said(mark: Mark) -> str:
    hint = mark.verdict.hint if mark.verdict else ""
    return f"The check says: {hint}" + ("" if hint.endswith((".", "?", "!")) else ".")


def _points(points: float) -> str:
    return f"{number(points)} point{'' if points == 1 else 's'}"


def _within(title: str) -> str:
    """Return a lesson's title as it stands within a sentence."""
    return title[:1].lower() + title[1:] if title.startswith("Lesson ") else title
