"""All judges give the verdicts that they give here when the answer lives elsewhere."""

import numpy as np
import pytest

from checks.answers import ANSWERS
from checks.border import assert_plain, behind_a_pipe, can_fork
from courseware.checking.border import Callback, Reply, Request
from courseware.checking.student import NotYetError, Student

pytestmark = pytest.mark.skipif(
    not can_fork(), reason="answers are closures, and only a fork takes those along"
)


@pytest.mark.parametrize("check", ANSWERS, ids=lambda check: check.__name__)
def test_no_verdict_hangs_on_where_the_answer_is(elsewhere, check):
    assert elsewhere[check]
    for ask, piece in elsewhere[check]:
        hint = check.hint(ask)
        assert piece in hint
        assert bool(piece) == bool(hint)


def check_all_ways(student):
    """Send everything through the door that may go through it, and back."""

    def f(x, *, add=0):
        if isinstance(x, str):
            raise ValueError(f"no {x}")
        return x(add) if callable(x) else x + add

    thing, items = student(f, np.ones(2), given="for ones")
    assert items == [1, 2.5, 1j, "text", b"bytes", None, True, (np.float32(3),)]
    assert thing.type_name == "Thing"
    assert (thing.has("seen"), thing.has("unseen")) == (True, False)
    assert thing.get("seen") == 1
    thing.set("seen", 5)
    assert (thing + thing).get("seen") == 10
    assert (thing * 3).get("seen") == 15
    assert thing.call("nothing") is None
    assert thing.count("nothing").lines == 1
    function = thing.get("twice")
    assert (callable(function), callable(thing)) == (True, False)
    assert function(f) == 8  # it calls out, and from there it is called back
    assert function.calls([(f,), (f,)]) == [8, 8]
    with pytest.raises(NotYetError, match=r"ValueError: no answer \(line .* for text"):
        thing.call("asks", f, given="for text")
    assert student.counted(f, 1.0)[1].loops == 5


class Thing:
    def __init__(self, seen):
        self.seen = seen

    def __add__(self, other):
        return Thing(self.seen + other.seen)

    def __mul__(self, factor):
        return Thing(self.seen * factor)

    def nothing(self):
        pass

    def twice(self, f):
        return 2 * f(lambda add: add + 1, add=3)

    def asks(self, f):
        return f("answer")


def all_ways(f, x):
    kinds = [1, 2.5, 1j, "text", b"bytes", None, True, (np.float32(3),)]
    for _ in range(4):
        total = f(x)
    return Thing(float(np.mean(total))), kinds


def test_everything_passes_that_a_judge_may_need():
    check_all_ways(Student(all_ways, "all_ways(f, x)"))
    with behind_a_pipe([("all_ways(f, x)", all_ways)]) as [ask]:
        check_all_ways(Student.behind(ask, "all_ways(f, x)"))


@pytest.mark.parametrize("code", [print, object(), np.array([print]), {1: {print}}])
def test_code_would_be_seen(code):
    for message in (
        Reply(code),
        Request("call", arguments=(code,)),
        [Callback(code, "f")],
    ):
        with pytest.raises(AssertionError):
            assert_plain(message)
