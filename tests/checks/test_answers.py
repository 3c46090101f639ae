"""Each check praises right answers, knows the stub, and names each mistake."""

from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

import nbformat
import numpy as np
import pytest

import digitlib.checks
from checks.answers import ANSWERS
from digitlib.checks.lesson04 import check_dual, check_extended
from digitlib.checks.lesson06 import check_treat
from digitlib.checks.lesson08 import check_depthwise
from digitlib.checks.lesson10 import check_add_bias

LESSONS = sorted((Path(__file__).parents[2] / "notebooks").glob("*.ipynb"))
LONGEST_HINT = 120  # characters: a line of a notebook
LONGEST_WITH_WHAT_WAS_SEEN = 180

CHECKS = [
    check
    for lesson in iter_modules(digitlib.checks.__path__, "digitlib.checks.")
    for name, check in vars(import_module(lesson.name)).items()
    if name.startswith("check_")
]


def name(check):
    return f"{check.__module__[-2:]} {check.__name__.removeprefix('check_')}"


def case(check, answer, what):
    return pytest.param(check, answer, what, id=f"{name(check)}: {what}")


RIGHT = [
    case(check, right, getattr(right, "__name__", type(right).__name__))
    for check, answers in ANSWERS.items()
    for right in answers.right
]
WRONG = [
    case(check, wrong, piece)
    for check, answers in ANSWERS.items()
    for wrong, piece in answers.wrong
]


def test_every_check_has_answers():
    assert CHECKS
    assert ANSWERS.keys() == set(CHECKS)
    assert all(len(answers.right) >= 4 for answers in ANSWERS.values())
    assert all(len(answers.wrong) >= 8 for answers in ANSWERS.values())


@pytest.mark.parametrize(("check", "right", "_called"), RIGHT)
def test_a_right_answer_is_praised(check, right, _called):
    result = check(right)
    assert result, result.hint
    exercise = check.__name__.removeprefix("check_")
    assert repr(result).lower() == f"bravo: {exercise}"  # some names are capitalised


@pytest.mark.parametrize(("check", "wrong", "piece"), WRONG)
def test_a_mistake_gets_its_own_hint(check, wrong, piece):
    result = check(wrong)
    assert not result, "the mistake was praised"
    assert piece in result.hint
    assert_readable(result.hint)


@pytest.mark.parametrize("check", CHECKS, ids=name)
def test_the_stub_is_seen(check):
    def stub(*_):
        raise NotImplementedError

    assert check(stub).hint.startswith("this is the empty stub")


@pytest.mark.parametrize("check", CHECKS, ids=name)
def test_another_ones_stub_is_told_apart(check):
    def another(*_):
        raise NotImplementedError

    def finished(*arguments):
        return another(*arguments)

    hint = check(finished).hint
    assert "it calls `another` (line " in hint
    assert_readable(hint)


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_a_lessons_own_stubs_are_seen(path):
    cells = nbformat.read(path, as_version=4).cells
    for cell in cells:
        if "check" in cell.metadata.get("tags", []):
            assert "this is the empty stub" in str(cell.outputs)


def assert_readable(hint):
    assert hint.isascii(), hint
    assert hint.isprintable(), hint
    # Only a hint that quotes an exception may be longer.
    quoted = "it stops with" in hint
    longest = LONGEST_WITH_WHAT_WAS_SEEN if hint.endswith(")") else LONGEST_HINT
    assert len(hint) <= longest or quoted, hint


# --- results that are hardly an answer ---------------------------------------------

ODD = [
    Ellipsis,
    (None, None),
    [[1, 2], [3]],
    (x for x in (1, 2)),
    np.array("text"),
    np.array([[1], None], dtype=object),
    np.zeros(2, dtype=[("a", int), ("b", float)]),
    np.broadcast_to(np.float64(0), (2**20, 2**20, 2**10)),
    ([np.ones(3)] * 2, [np.ones(3)] * 2),
    digitlib.checks,
]


@pytest.mark.parametrize("check", CHECKS, ids=name)
def test_a_check_survives_odd_results(check):
    for odd in ODD:
        result = check(lambda *_, odd=odd: odd)
        assert not result
        assert_readable(result.hint)


def with_last(number):
    def spoil(array):
        array.flat[-1] = number
        return array

    return spoil


SPOILT = {
    "NaN": with_last(np.nan),
    "infinity": with_last(np.inf),
    "an axis more": lambda array: array[np.newaxis],
    "nothing": lambda array: np.zeros(0),
}
# Their answers are objects or functions: the tables have such results for them.
NO_ARRAYS = {check_add_bias, check_depthwise, check_dual, check_extended, check_treat}


class Spoilt:
    """A right answer, from a certain call on with a spoilt last array."""

    def __init__(self, right, spoil, start):
        self.right, self.spoil, self.start, self.calls = right, spoil, start, 0

    def __call__(self, *arguments):
        self.calls += 1
        result = self.right(*arguments)
        return result if self.calls <= self.start else self.spoilt(result)

    def spoilt(self, result):
        if isinstance(result, list | tuple):
            return [*result[:-1], self.spoilt(result[-1])]
        return self.spoil(np.array(result, float))


@pytest.mark.parametrize("how", SPOILT)
@pytest.mark.parametrize("check", [c for c in CHECKS if c not in NO_ARRAYS], ids=name)
def test_a_spoilt_result_is_refused(check, how):
    for start in (0, 1):
        answer = Spoilt(ANSWERS[check].right[0], SPOILT[how], start)
        result = check(answer)
        assert not result or answer.calls <= start
        assert "it stops with" not in result.hint
