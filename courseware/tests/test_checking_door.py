"""What passes through the door, what is counted behind it, and judges by kind."""

import functools
import operator
import sys
import tracemalloc
import warnings

import numpy as np
import pytest

from courseware.checking import judges
from courseware.checking.border import Dice
from courseware.checking.counting import Counting
from courseware.checking.exercise import blame, compared, exercise
from courseware.checking.student import (
    NotYetError,
    Student,
    read_array,
    read_number,
    require_parts,
)


def enter(function):
    return Student(function, "answer(...)")


# --- data in, data out -------------------------------------------------------------


class Whole(int):
    """A number of a kind of its own."""


class Named(tuple):
    """A tuple of a kind of its own."""


@pytest.mark.parametrize(
    ("returned", "kind"),
    [
        (Whole(3), int),
        (np.float64(3), np.float64),
        (Named([1, 2]), tuple),
        (np.ma.masked_array([1, 2]), np.ndarray),
        ({"a": Whole(3)}, dict),
    ],
)
def test_of_special_kinds_the_bare_contents_cross(returned, kind):
    assert type(enter(lambda: returned)()) is kind


def test_a_result_is_a_copy():
    kept = np.zeros(2)
    student = enter(lambda: kept)
    student()[0] = 1
    assert kept[0] == 0


def test_the_same_object_has_the_same_name():
    class Thing:
        pass

    thing = Thing()
    first, second = enter(lambda: [thing, thing])()
    assert first.held == second.held


def test_what_is_handed_over_is_a_copy_of_data():
    given = {"a": [np.zeros(2)]}
    with pytest.raises(NotYetError, match="it changes the array or list"):
        enter(lambda d: d["a"][0].__iadd__(1))(given)
    assert not given["a"][0].any()
    with pytest.raises(TypeError, match="a judge hands over plain data"):
        enter(len)(object())


def test_what_is_nudged_and_put_back_may_be_rounded():
    def nudges(numbers, left):
        numbers += 1e-5
        numbers -= 2e-5
        numbers += 1e-5 + left
        return 1

    given = np.random.default_rng(0).normal(size=99)
    assert enter(nudges)(given, 0.0) == 1
    with pytest.raises(NotYetError, match="it changes the array or list"):
        enter(nudges)(given, 1e-9)
    with pytest.raises(NotYetError, match="it stops with"):
        enter(nudges)(np.array([1, 2]), 0.0)


def test_the_same_function_is_the_same_inside():
    assert enter(lambda first, second: first is second)(max, max)
    assert not enter(lambda first, second: first is second)(max, min)


def test_dice_are_made_inside_and_may_be_used_up():
    student = enter(lambda rng: rng.random())
    assert student(Dice(3)) == student(Dice(3)) == np.random.default_rng(3).random()


def test_an_earlier_result_must_stay_what_it_was():
    buffer = np.zeros(1)

    def reuses(number):
        buffer[:] = number
        return buffer

    student = enter(reuses)
    student(1.0)
    student(1.0)
    with pytest.raises(NotYetError, match="it changes an array or list that it ret"):
        student(2.0)


def test_a_judges_error_reaches_the_answer_by_its_name():
    def f(number):
        raise {1: ValueError, 2: NotYetError}[number]("no")

    def answer(f, number):
        try:
            return f(number)
        except ValueError as error:
            return str(error)

    assert enter(answer)(f, 1) == "no"
    with pytest.raises(NotYetError, match=r"RuntimeError: no \(line"):
        enter(answer)(f, 2)


def test_a_function_that_came_back_has_its_own_hints():
    way_back = enter(lambda: lambda errors: errors)()
    way_back.usage = "way_back(E)"
    assert way_back(2) == 2
    with pytest.raises(NotYetError, match=r"cannot be called as way_back\(E\)"):
        way_back(1, 2)
    with pytest.raises(NotYetError, match="it returns None"):
        way_back(None)


# --- numbers of any make -----------------------------------------------------------


@pytest.mark.parametrize(
    "rows",
    [
        [[1, 2], [3, 4]],
        ((1.0, 2), (3, True)),
        [np.array([1, 2]), [np.float32(3), 4]],
        np.array([[1, 2], [3, 4]], dtype=np.float16),
        np.array([[1, 2], [3, 4]], dtype=np.uint8),
    ],
)
def test_lists_of_numbers_are_as_good_as_arrays(rows):
    assert read_array(rows, (2, 2), "two rows").dtype == np.float64


@pytest.mark.parametrize(
    ("rows", "hint"),
    [
        ([[1, 2], [3]], "rows are of different length"),
        ([np.ones(2), np.ones(3)], "rows are of different length"),
        ([1, [2]], "rows are of different length"),
        ([[1, "2"]], "holds an object of type str, not a number"),
        ([[1, None]], "holds an object of type NoneType"),
        ([1, 10**400], "too large"),
        ([1, 1j], "is complex"),
        ([1, 2, 3], "has shape (3,), two rows would be (2, 2)"),
        ([], "has shape (0,)"),
        (functools.reduce(lambda inner, _: [inner], range(99), 1), "nests deeper"),
    ],
)
def test_other_lists_have_their_hints(rows, hint):
    with pytest.raises(NotYetError) as caught:
        read_array(rows, (2, 2), "two rows")
    assert hint in str(caught.value)


def test_a_list_is_no_number():
    with pytest.raises(NotYetError, match=r"shape \(1,\): one number is wanted"):
        read_number([3])


def test_parts_may_be_the_rows_of_an_array():
    require_parts(np.ones((2, 3)), 2, "two are wanted")
    for wrong in (np.ones(3), [1], 5, "ab"):
        with pytest.raises(NotYetError, match="two are wanted"):
            require_parts(wrong, 2, "two are wanted")


# --- what was seen -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("yours", "truth", "said"),
    [
        (0.5, 0.7, "for three you return 0.5, too small"),
        (0.5, -0.7, "for three you return 0.5 and should be negative"),
        ([[1, 2], [3, 9]], [[1, 2], [3, 4]], "for three your [1, 1] is 9, too large"),
        ([0.0, 1], [0.0, 0], "for three your [1] is 1, too large"),
    ],
)
def test_what_was_seen_is_said_but_not_what_is_right(yours, truth, said):
    assert compared(yours, truth, "for three") == said
    with pytest.raises(NotYetError) as caught:
        blame(np.array(yours), [], "wrong", compared(yours, truth, "for three"))
    assert str(caught.value) == f"wrong ({said})"


# --- what is counted ----------------------------------------------------------------


def in_a_loop(xs):
    total = 0
    for x in xs:
        total += x
    return total


def in_a_while(xs):
    place = 0
    while place < len(xs):
        place += 1


def by_itself(xs):
    return by_itself(xs[1:]) if len(xs) else 0


def in_batches(xs):
    return [xs[k : k + 8].sum() for k in range(0, len(xs), 8)]


ROUNDS = {  # how many rounds a number in the list adds
    in_a_loop: 1,
    in_a_while: 1,
    by_itself: 1,
    in_batches: 1 / 8,
    lambda xs: [x for x in xs]: 1,  # noqa: C416
    lambda xs: {x: x for x in xs}: 1,
    lambda xs: sum(x for x in xs): 1,
    lambda xs: [*map(lambda x: x, xs)]: 1,  # noqa: C417
    lambda xs: sum([sum([y for y in xs]) for x in xs]): 161,  # noqa: C416
    lambda xs: np.vectorize(lambda x: x)(xs): 1,
    lambda xs: np.apply_along_axis(lambda x: x, 1, xs[:, None]): 1,
    lambda xs: xs @ xs: 0,
    lambda xs: np.einsum("i,i", xs, xs): 0,
    lambda xs: functools.reduce(operator.add, xs): 0,  # in C: it is not seen
}


@pytest.mark.parametrize(("function", "rounds"), ROUNDS.items())
def test_rounds_are_counted_in_loops_of_every_make(function, rounds):
    student = enter(lambda n: function(np.ones(n)) is None)
    found = judges.growth(student, lambda n: (n,), (40, 120))
    assert found == pytest.approx(rounds, rel=0.05)


def test_all_lines_and_memory_are_counted():
    def pairs(n):
        return [i * j for i in range(n) for j in range(n)]

    task = (lambda n: (n,)), (10, 20)
    assert judges.growth(enter(pairs), *task, of="lines") == pytest.approx(30, rel=0.2)
    with Counting() as counting:
        np.ones(10**6)
    assert 8 <= counting.count.megabytes < 9


def test_memory_is_told_apart_from_what_was_there_before():
    tracemalloc.start()
    try:
        held = np.ones(20_000_000)
        del held
        with Counting() as counting:
            pass
        assert counting.count.megabytes < 1
        assert tracemalloc.is_tracing()
    finally:
        tracemalloc.stop()


def test_counting_leaves_no_trace():
    def state():
        return sys.gettrace(), tracemalloc.is_tracing()

    def debugger(frame, event, argument):
        return debugger

    before = sys.gettrace()
    for tracing in (before, debugger):
        sys.settrace(tracing)
        try:
            as_it_was = state()
            with pytest.raises(ZeroDivisionError), Counting():
                1 / 0  # noqa: B018
            assert state() == as_it_was
        finally:
            sys.settrace(before)


def test_what_is_warned_of_is_counted_and_still_shown():
    @exercise("answer()")
    def check_warned(student):
        raise NotYetError(str(student.counted()[1].warned))

    def answer():
        warnings.warn("careful", stacklevel=1)
        return 1

    result = check_warned(answer)
    assert result.hint == "('careful',)"
    assert result.printed[0].startswith("UserWarning: careful (line ")


# --- judges by kind -----------------------------------------------------------------


def refused(judge, *arguments):
    """Return the hint of a judge, or an empty string."""
    try:
        judge(*arguments)
    except NotYetError as not_yet:
        return str(not_yet)
    return ""


def test_a_loop_is_refused_and_batches_if_they_are_small_enough():
    def judge(answer, most):
        make = enter(lambda n: answer(np.ones(n)) is None)
        return judges.require_no_loop, make, lambda n: (n,), (40, 120), "loop", most

    assert refused(*judge(in_a_loop, 0.5)) == "loop"
    assert refused(*judge(in_batches, 0.5)) == ""
    assert refused(*judge(in_batches, 1 / 16)) == "loop"
    assert refused(*judge(np.sum, 1 / 16)) == ""


def test_whose_code_runs_is_told_by_where_it_is_from():
    from json import dumps as innocent

    _, count = enter(lambda: innocent({}, indent=1)).counted()
    assert refused(judges.require_own, count, ["json"], "{} ran") == "json ran"
    assert refused(judges.require_own, count, ["js", "torch"], "{} ran") == ""


def test_memory_from_call_to_call_is_refused():
    seen = []

    def piles_up(numbers):
        seen.append(numbers.sum())
        return [sum(seen)]

    def by_size(numbers):  # right the first time, for each size
        first = len(numbers) not in seen
        seen.append(len(numbers))
        return numbers if first else numbers + 1

    def next_to_its_like(numbers):
        seen.append(len(numbers))
        return [int(seen[-2:] == 2 * [len(numbers)])]

    tasks = [(np.ones(n),) for n in (2, 3)]
    by_chance = lambda numbers: np.random.rand(2)  # noqa: E731, NPY002
    for answer in (piles_up, by_size, next_to_its_like, by_chance):
        seen.clear()
        hint = refused(judges.require_no_memory, enter(answer), tasks)
        assert hint.startswith("asked the same twice, it gives two answers")
    tuples = enter(lambda x: (x / 3, len(x), [np.nan], np.array([1, np.nan])))
    assert refused(judges.require_no_memory, tuples, tasks) == ""


def turned(rng, n):
    return np.roll(np.arange(n), rng.integers(n))


def strides(rng, n):
    return (rng.integers(n) + rng.choice([1, -1]) * np.arange(n)) % n


def naive(rng, n):
    items = np.arange(n)
    for place in range(n):
        other = rng.integers(n)
        items[[place, other]] = items[[other, place]]
    return items


def last_one_stays(rng, n):
    return np.append(rng.permutation(n - 1), n - 1)


def by_sorting(rng, n):
    return rng.random(n).argsort()


@pytest.mark.parametrize(
    ("shuffle", "hint"),
    [
        (lambda rng, n: rng.permutation(n), ""),
        (by_sorting, ""),
        (turned, "after"),
        (strides, "after"),
        (naive, "at"),
        (last_one_stays, "at"),
    ],
)
def test_shuffles_are_judged_by_places_and_neighbours(shuffle, hint):
    rng = np.random.default_rng(0)
    orders = np.array([shuffle(rng, 5) for _ in range(4000)])
    found = refused(judges.require_fair_order, orders, "{} at {}", "{} after {}")
    assert (hint in found) if hint else not found


def test_the_bound_on_chances_holds():
    """Against the exact binomial distribution: the bound is never below it."""
    from math import comb, log

    draws, p = 60, 0.2
    mass = [comb(draws, k) * p**k * (1 - p) ** (draws - k) for k in range(draws + 1)]
    for k in range(draws + 1):
        tail = min(sum(mass[k:]), sum(mass[: k + 1]))
        if judges.unlikely(np.array([k]), draws, p):
            assert log(tail) < log(judges.ERROR / 2)
    assert judges.unlikely(np.array([60, 0]), draws, np.array([0.2, 0.2])) == (0,)
    assert judges.unlikely(np.array([12, 0]), draws, np.array([0.2, 0.0])) is None
