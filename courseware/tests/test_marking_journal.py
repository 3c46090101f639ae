"""Marking that was interrupted goes on where it was."""

import json

import pytest

pytest.importorskip("msgpack", reason='needs "courseware[mark]"')

import marked_course

from courseware.marking import marking
from courseware.marking.answers import BY_FUNCTION, NOWHERE, Answer
from courseware.marking.isolation import NOTHING, Isolation
from courseware.marking.journal import Journal
from courseware.marking.verdicts import Verdict

SOURCES = [f"def double(x):\n    return {n} * x" for n in range(5)]


@pytest.fixture
def lesson(tmp_path):
    return marked_course.make(tmp_path / "numbers")


@pytest.fixture
def marked(monkeypatch):
    """Stands for the stage, which others test; the sources that it was given."""
    sources = []

    def here(_lesson, answers, *_):
        for answer in answers:
            sources.append(answer.source)
            told = ("it tries to read \udc00",)
            yield answer, Verdict(False, "hint \u2028", 0.1, answer.found, told)

    monkeypatch.setattr(marking, "_marked_here", here)
    return sources


def go_on(lesson, path, answers, most=None):
    """Mark, until it is interrupted; returns what there is."""
    journal = Journal(path)
    done = marking.mark_lesson(lesson, answers, Isolation(NOTHING), journal=journal)
    found = {answer.source: verdict for answer, verdict in _first(done, most)}
    journal.close()
    return found


def _first(outcomes, most):
    for number, outcome in enumerate(outcomes, 1):
        yield outcome
        if number == most:
            return


def test_it_goes_on_where_it_was(lesson, marked, tmp_path):
    answers = [marked_course.answer(lesson, source) for source in SOURCES]
    path = tmp_path / "journal"
    go_on(lesson, path, answers, most=2)
    assert marked == SOURCES[:2]
    path.write_bytes(path.read_bytes() + b'["torn by a fail')
    found = go_on(lesson, path, answers, most=4)
    assert marked == SOURCES[:4]
    again = go_on(lesson, path, answers)
    assert marked == SOURCES
    assert again.items() >= found.items()
    lines = path.read_text().splitlines()
    assert len(lines) == len({json.loads(line)[0] for line in lines}) == 5


def test_what_has_changed_is_marked_anew(lesson, marked, tmp_path):
    first = marked_course.answer(lesson, SOURCES[0])
    go_on(lesson, tmp_path / "journal", [first])
    helped = marked_course.answer(lesson, SOURCES[0], helpers=("import math",))
    other = Answer("Bob", first.exercise, SOURCES[0], found=BY_FUNCTION)
    go_on(lesson, tmp_path / "journal", [first, helped, other])
    assert marked == [SOURCES[0]] * 3


def test_what_was_not_found_is_not_run(lesson, marked):
    nothing = Answer("Ada", lesson.exercises[0])
    [(_, verdict)] = marking.mark_lesson(lesson, [nothing], Isolation(NOTHING))
    assert (verdict.right, verdict.found, marked) == (False, NOWHERE, [])
