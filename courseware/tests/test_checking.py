"""A check survives anything, answers in one line, and looks good everywhere."""

import builtins
import codecs
import functools
import inspect
import itertools
import pdb
import sys
import time
import warnings

import nbformat
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from courseware.checking.counting import Counting
from courseware.checking.exercise import agrees, blame, exercise
from courseware.checking.printed import LastLines
from courseware.checking.result import CheckResult
from courseware.checking.student import (
    NotYetError,
    read_array,
    read_number,
    require_parts,
)


@exercise("mean(numbers, weights)")
def check_mean(student):
    """Check a small exercise that exists here only."""
    numbers, weights = np.array([1.0, 5.0]), [1, np.array([2.0])]
    answer = read_number(student(numbers, weights, given="for two numbers"))
    if not agrees(answer, 3.0):
        raise NotYetError("wrong")


@exercise("count(numbers)")
def check_count(student):
    """Check an exercise that asks for a whole number."""
    if read_number(student(np.ones(3)), whole=True) != 3:
        raise NotYetError("wrong")


@exercise("table(side)")
def check_table(student):
    """Check an exercise that asks for an array."""
    if not agrees(read_array(student(10), (10, 10), "a square"), np.eye(10)):
        raise NotYetError("wrong")


@exercise("halves(numbers)")
def check_halves(student):
    """Check an exercise that asks for two lists of arrays."""
    answer = student([np.ones(2), np.ones(2)])
    require_parts(answer, 2, "two lists are wanted")
    for part in answer:
        require_parts(part, 1, "a list of one array is wanted")
        read_array(part[0], (2,), "two numbers")


CHECKS = [check_mean, check_count, check_table, check_halves]


def right(numbers, _weights):
    return numbers.mean()


# --- what the function may do --------------------------------------------------


class HostileError(BaseException):
    def __str__(self):
        raise self


class NamelessType(type):
    @property
    def __name__(cls):
        raise HostileError


class Nameless(Exception, metaclass=NamelessType):
    pass


def raises(error):
    def function(_numbers, _weights):
        raise error

    return function


def recurses(numbers, weights):
    return recurses(numbers, weights)


def changes_number(numbers, _weights):
    numbers[0] = 3
    return 3.0


def changes_shape(numbers, _weights):
    numbers.shape = (2, 1)
    return 3.0


def changes_list(_numbers, weights):
    weights.append(object())
    return 3.0


def changes_inside_list(_numbers, weights):
    weights[1] *= 2
    return 3.0


def changes_type_in_list(_numbers, weights):
    weights[0] = 1.0
    return 3.0


async def forgets_to_await(_numbers, _weights):
    return 3.0


def exits(_numbers, _weights):
    sys.exit(3)


@pytest.mark.parametrize(
    ("function", "hint"),
    [
        (raises(NotImplementedError), "this is the empty stub: write your lines in"),
        (raises(ValueError("off")), "it stops with ValueError: off (line "),
        (raises(ValueError), "it stops with ValueError (line"),
        (raises(ValueError("a\x1b[31m\nb")), "it stops with ValueError: a[31m b (line"),
        (raises(ValueError("long " * 99)), "long long ... (line"),
        (raises(KeyboardInterrupt), "it stops with KeyboardInterrupt"),
        (raises(GeneratorExit), "it stops with GeneratorExit"),
        (raises(HostileError()), "it stops with HostileError (line"),
        (raises(Nameless()), "it stops with Nameless (line"),
        (raises(NotYetError("bravo")), "it stops with NotYetError: bravo"),
        (raises(MemoryError), "it asks for more memory than there is"),
        (exits, "it ends the program with exit()"),
        (recurses, "it calls itself without end"),
        (changes_number, "it changes the array or list"),
        (changes_shape, "it changes the array or list"),
        (changes_list, "it changes the array or list"),
        (changes_inside_list, "it changes the array or list"),
        (changes_type_in_list, "it changes the array or list"),
        (forgets_to_await, "of type coroutine, not one number"),
        (lambda numbers: 3.0, "it cannot be called as mean(numbers, weights)"),
        (lambda numbers, weights, axis: 3.0, "it cannot be called as mean"),
        (lambda numbers, weights: None, "it returns None"),
        (3.0, "the check got an object of type float: hand over the function"),
        (None, "the check got an object of type NoneType"),
        (print, "it returns None"),
        (min, "it stops with"),
        (dict.fromkeys, "of type dict, not one number"),
        (NamelessType, "it stops with TypeError"),
    ],
)
def test_whatever_the_function_does_has_its_hint(function, hint):
    result = check_mean(function)
    assert hint in result.hint
    assert result.hint.isprintable()


def test_the_hint_of_an_exception_names_the_students_last_line():
    namespace = {"np": np}
    code = "def f(numbers, weights):\n    a = 1\n    return np.ones(2) @ np.ones(3)\n"
    exec(compile(code, "cell", "exec"), namespace)
    assert "(line 3) for two numbers" in check_mean(namespace["f"]).hint


@pytest.mark.parametrize("function", [right, lambda *_: 3, lambda *_: np.float32(3)])
def test_a_right_answer_passes(function):
    assert check_mean(function).passed


def test_a_callable_object_may_be_the_answer():
    class Mean:
        def __call__(self, numbers, _weights):
            return np.array(numbers.mean())

    assert check_mean(Mean())


# --- whose fault an exception is -------------------------------------------------


def helper_stub(numbers):
    """Do what another exercise asks for."""
    raise NotImplementedError


def half_done(numbers):
    total = numbers.sum()
    raise NotImplementedError("mean of", total)


def endless_helper(numbers):
    return endless_helper(numbers)


def calls(helper):
    return lambda numbers, weights: helper(numbers)


def logged(function):
    def wrapper(*arguments):
        return function(*arguments)

    return wrapper


def mean(numbers, weights):
    raise NotImplementedError


def average(numbers, weights):
    raise NotImplementedError


class Method:
    def __init__(self, function):
        self.function = function

    def __call__(self, numbers, weights):
        return self.function(numbers)

    def stub(self, numbers, weights):
        raise NotImplementedError

    def finished(self, numbers, weights):
        return self.stub(numbers, weights)


def in_a_chain(numbers, weights):
    try:
        return helper_stub(numbers)
    except Exception as error:
        raise ValueError("no mean") from error


def in_an_implied_chain(numbers, weights):
    try:
        return helper_stub(numbers)
    except NotImplementedError:
        raise ValueError("no mean")  # noqa: B904 - as students write


def in_a_hidden_chain(numbers, weights):
    try:
        return helper_stub(numbers)
    except NotImplementedError:
        raise ValueError("no mean") from None


def own_chain(numbers, weights):
    try:
        return numbers.no_such_mean()
    except AttributeError:
        raise NotImplementedError  # noqa: B904 - as a student leaves it


def abstract(numbers, weights):
    return codecs.Codec().encode("a")  # raises NotImplementedError


def in_c(numbers, weights):
    return memoryview(numbers.astype(complex))[0]  # raises NotImplementedError


def asks(numbers, weights):
    return float(input("mean? "))


def debugs(numbers, weights):
    pdb.Pdb(nosigint=True, readrc=False).set_trace()
    return 3.0


def misspells(numbers, weights):
    return nubmers.mean()  # noqa: F821


def not_run(numbers, weights):
    return what_the_lesson_defines(numbers)  # noqa: F821


def unbound(numbers, weights):
    if len(numbers) > 9:
        total = 0
    return total


STUB = "this is the empty stub: write your lines in place of `raise`, and run the cell"
CALLS = "it calls `helper_stub` (line "
TO_DO = "), which is an empty stub still: do that one first"


@pytest.mark.parametrize(
    ("answer", "pieces"),
    [
        (mean, [STUB]),
        (functools.partial(mean), [STUB]),
        (logged(mean), [STUB]),
        (functools.wraps(average)(logged(average)), [STUB]),
        (lambda *arguments: mean(*arguments), [STUB]),
        (Method(None).stub, [STUB]),
        (calls(helper_stub), [CALLS, TO_DO]),
        (functools.partial(calls(helper_stub)), [CALLS, TO_DO]),
        (logged(calls(helper_stub)), [CALLS, TO_DO]),
        (Method(helper_stub), [CALLS, TO_DO]),
        (Method(None).finished, ["it calls `stub` (line ", TO_DO]),
        (in_a_chain, [CALLS, TO_DO]),
        (in_an_implied_chain, [CALLS, TO_DO]),
        (in_a_hidden_chain, ["it stops with ValueError: no mean (line "]),
        (calls(half_done), ["it calls `half_done` (line ", "which is not finished"]),
        (lambda n, w: half_done(n), ["it calls `half_done`"]),
        (own_chain, ["it comes to `raise NotImplementedError` (line ", "take that"]),
        (abstract, ["it stops with NotImplementedError", "(line "]),
        (in_c, ["it stops with NotImplementedError: memoryview: ", " (line "]),
        (lambda n, w: in_c(n, w), ["it stops with NotImplementedError: memoryview: "]),
        (calls(endless_helper), ["it calls `endless_helper`", "calls itself without"]),
        (asks, ["it waits for somebody to type (line ", "no one is there in a check"]),
        (debugs, ["it waits for somebody to type (line "]),
        (misspells, ["NameError: name 'nubmers' ", ": did you mean `numbers`?"]),
        (
            not_run,
            ["run the cells above first (Run > Run All Above Selected Cell),"],
        ),
        (unbound, ["it stops with UnboundLocalError: ", "(line "]),
    ],
)
def test_what_decides_is_where_it_was_raised(answer, pieces):
    hint = check_mean(answer).hint
    assert all(piece in hint for piece in pieces), hint
    assert (pieces == [STUB]) == (hint == STUB)


def test_a_missing_name_is_looked_up_in_the_notebook(tmp_path, monkeypatch):
    def hint(source):
        notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source)])
        nbformat.write(notebook, tmp_path / "lesson.ipynb")
        return check_mean(not_run).hint

    monkeypatch.setenv("JPY_SESSION_NAME", str(tmp_path / "lesson.ipynb"))
    advice = ": run the cells above first (Run > Run All Above Selected Cell)"
    assert hint("%time\nfrom a import b as what_the_lesson_defines").endswith(advice)
    assert hint("what_the_lesson_defines(1)").endswith("or is it misspelt?")
    assert hint("what_the_lesson_defines = (").endswith("or is it misspelt?")
    (tmp_path / "lesson.ipynb").write_text("[]")
    assert check_mean(not_run).hint.endswith("or is it misspelt?")


# --- what it prints --------------------------------------------------------------


def prints(text, result=0.0):
    def loud(numbers, weights):
        sys.stdout.write(text)
        return result

    return loud


@pytest.mark.parametrize(
    ("text", "lines", "left_out"),
    [
        ("", (), 0),
        ("\n \n", (), 0),
        ("here\nthere", ("here", "there"), 0),
        ("a\n\n  b\n", ("a", "", "  b"), 0),
        ("".join(f"{i}\n" for i in range(12)), (*"23456789", "10", "11"), 2),
        ("x" * 101, ("x" * 100 + "...",), 0),
        ("1 %\r 2 %\r\n", (" 2 %",), 0),
        ("\x1b[31mred\x1b[0m\a\tx", ("red?    x",), 0),
        ("\x1b]0;title\x07a\x1b", ("a",), 0),
        ("right \u202e to left \0", ("right ? to left ?",), 0),
        ("x" * 10**6 + "\nlast\n", ("last",), 1),
    ],
)
def test_the_last_lines_that_were_printed_are_shown(text, lines, left_out):
    result = check_mean(prints(text))
    assert (result.printed, result.left_out) == (lines, left_out)
    assert result.hint == "wrong"


def test_a_right_answer_shows_nothing_printed(capfd):
    assert check_mean(prints("mine\n", 3.0)) == CheckResult("mean")
    assert capfd.readouterr() == ("", "")


def test_what_is_printed_as_an_error_or_warned_of_is_shown_too(capfd):
    def loud(numbers, weights):
        print("here")
        print("there", file=sys.stderr)
        warnings.warn("careful", stacklevel=1)
        return numbers.sum() / np.array(0.0)

    *printed, mine, numpys = check_mean(loud).printed
    assert printed == ["here", "there"]
    assert mine.startswith("UserWarning: careful (line ")
    assert numpys.startswith("RuntimeWarning: divide by zero encountered")
    assert capfd.readouterr() == ("", "")


def test_a_judges_own_warnings_are_none_of_the_students():
    @exercise("answer()")
    def check_answer(student):
        student()
        np.ones(1) / np.zeros(1)
        warnings.warn("the judge's", stacklevel=1)
        raise NotYetError("wrong")

    namespace = {}
    exec("def answer():\n    return 1", namespace)
    assert check_answer(namespace["answer"]).printed == ()


def test_input_is_given_back():
    before = builtins.input
    check_mean(asks)
    assert builtins.input is before


PIECES = st.lists(st.text("ab\n", max_size=30))


@given(PIECES, st.integers(1, 5), st.integers(1, 40))
def test_of_the_lines_written_the_last_are_kept(pieces, lines, characters):
    whole, stream = "".join(pieces), LastLines(lines, characters)
    assert [stream.write(piece) for piece in pieces] == list(map(len, pieces))
    assert whole.endswith(stream.text)
    assert len(stream.text) <= characters
    assert len(stream.text.splitlines()) <= lines
    assert stream.left_out == whole.count("\n") - stream.text.count("\n")
    # As much as may be: one line more would be too many, or too long.
    before = whole.removesuffix(stream.text)
    more = before.removesuffix("\n").rpartition("\n")[-1] + "\n" + stream.text
    is_whole = not before or before.endswith("\n")
    full = len(stream.text.splitlines()) == lines or len(more) >= characters
    assert not before or full or not is_whole


def test_memory_for_what_is_printed_is_bounded():
    stream = LastLines(10, 10_000)
    with Counting() as counting:
        for number in range(10_000):
            stream.write(f"{number:99}\n")
    assert counting.count.megabytes < 0.2
    assert stream.text == "".join(f"{n:99}\n" for n in range(9_990, 10_000))
    assert stream.left_out == 9_990


def test_what_cannot_be_printed_is_refused_as_ever():
    hint = check_mean(lambda *_: sys.stdout.write(3)).hint
    assert "TypeError: write() argument must be str, not int" in hint


# --- what it may return --------------------------------------------------------


class Hostile:
    """An object that raises wherever it is touched."""

    def __getattribute__(self, name):
        raise HostileError

    def _refuse(self, *_):
        raise HostileError

    __eq__ = __bool__ = __len__ = __iter__ = __array__ = __repr__ = _refuse
    __float__ = __index__ = __getitem__ = __hash__ = _refuse


class HostileArray(np.ndarray):
    """An array that raises whenever an array is made from it."""

    def __array_finalize__(self, origin):
        if origin is not None:
            raise HostileError

    def __array_function__(self, *_):
        raise HostileError


class HostileNumber(float):
    def __float__(self):
        raise HostileError

    def __abs__(self):
        raise HostileError


def generator():
    yield 3.0


ODD = [
    Hostile(),
    [Hostile()],
    ([Hostile()], [Hostile()]),
    HostileArray((2,)),
    HostileNumber(3.5),
    generator(),
    itertools.count(),
    NamelessType("Odd", (), {})(),
    Hostile,
    print,
    np,
    NotImplemented,
    Ellipsis,
    [[1, 2], [3]],
    np.array([[1], None], dtype=object),
    np.array("text"),
    np.array(["2026-01-01"], dtype="datetime64"),
    np.zeros(2, dtype=[("a", int), ("b", float)]),
    np.ma.masked_all((10, 10)),
    np.broadcast_to(np.float64(0), (2**20, 2**20, 2**10)),
    CheckResult("mean"),
]


@pytest.mark.parametrize("check", CHECKS)
@pytest.mark.parametrize("index", range(len(ODD)))  # pytest must not touch them
def test_a_check_survives_odd_objects(check, index):
    assert_survived(check(lambda *_: ODD[index]))


LEAVES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.complex_numbers()
    | st.text(max_size=5)
    | st.binary(max_size=5)
    | st.integers(0, len(ODD) - 1).map(lambda index: ODD[index])
    | npst.arrays(
        npst.scalar_dtypes() | npst.array_dtypes(),
        npst.array_shapes(min_dims=0, min_side=0) | st.just((10, 10)),
    )
)
ANYTHING = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.tuples(inner, inner)
        | st.dictionaries(st.text(max_size=3), inner, max_size=3)
    ),
    max_leaves=12,
)


@given(st.sampled_from(CHECKS), ANYTHING)
@settings(max_examples=300, deadline=None)
def test_a_check_survives_whatever_is_returned(check, anything):
    assert_survived(check(lambda *_: anything))


def assert_survived(result):
    assert type(result) is CheckResult
    assert not result
    assert result.hint.isprintable()
    assert "\n" not in result._repr_html_()


# --- the parts -----------------------------------------------------------------


def test_an_array_is_copied_out_and_made_float():
    numbers = np.arange(3, dtype=np.int8)
    read = read_array(numbers, (3,), "three numbers", whole=True)
    assert read.dtype == np.float64
    assert not np.shares_memory(read, numbers)


@pytest.mark.filterwarnings("ignore:overflow encountered in cast")
@pytest.mark.skipif(
    np.finfo(np.longdouble).max == np.finfo(float).max,
    reason="there is no longer float",
)
def test_what_is_infinite_as_a_float_is_refused():
    with pytest.raises(NotYetError, match="NaN or infinity"):
        read_array(np.array([np.finfo(np.longdouble).max]), (1,), "one number")


def test_arrays_agree_but_for_rounding():
    assert agrees(np.array([1.0, 1e-7]), np.array([1.0, 0.0]))
    assert not agrees(np.array([1.0, 1e-4]), np.array([1.0, 0.0]))
    assert agrees(np.array([1e6, 1.0]), np.array([1e6, 0.0]))
    assert not agrees(np.array([1.0]), np.array(1.0))
    assert not agrees(np.array([1.0]), np.array([np.nan]))
    assert not agrees(np.array([1.0, np.nan]), np.array([1.0, 1.0]))
    assert not agrees(np.array([1.0, np.inf]), np.array([1.0, 1.0]))
    assert agrees(np.zeros(0), np.zeros(0))


def test_blame_names_the_first_suspect_that_fits():
    suspects = [(np.array(1.0), "one"), (np.array(2.0), "two")]
    with pytest.raises(NotYetError, match=r"^two$"):
        blame(np.array(2.0), suspects, "none")
    with pytest.raises(NotYetError, match=r"^none$"):
        blame(np.array(3.0), suspects, "none")


# --- how long it takes ---------------------------------------------------------------


@pytest.mark.skipif(not hasattr(time, "thread_time"), reason="no clock of a thread")
def test_the_clock_of_an_answer_stands_still_while_it_waits():
    @exercise("answer(numbers)")
    def check_quick(student):
        if student.seconds(np.ones(3), given="for three") > 0.1:
            raise NotYetError("slow")

    def busy(numbers):
        end = time.thread_time() + 0.2
        while time.thread_time() < end:
            pass

    assert check_quick(lambda numbers: time.sleep(0.2))
    assert check_quick(busy).hint == "slow"
    assert "ZeroDivisionError" in check_quick(lambda numbers: 1 / 0).hint


# --- how it looks --------------------------------------------------------------


def test_the_answer_is_one_line_of_text():
    assert str(CheckResult("mean")) == "bravo: mean"
    assert str(CheckResult("mean", "a < b")) == "not yet: mean - a < b"


def test_below_it_stands_what_was_printed():
    result = CheckResult("mean", "a < b", ("  1 < 2", "$x$"))
    assert str(result) == "not yet: mean - a < b\nIt printed:\n      1 < 2\n    $x$"
    box = result._repr_html_()
    assert "a &lt; b<br>It printed:<pre style=" in box
    assert ">  1 &lt; 2\n$x$</pre></div>" in box
    result = CheckResult("mean", "wrong", ("last",), 12345)
    assert "\nIt printed, after 12,345 other lines:\n    last" in str(result)


def test_code_in_a_hint_is_set_as_code():
    result = CheckResult("mean", "write `a < b`, not ` or `c`")
    assert "write `a < b`, not" in str(result)
    box = result._repr_html_()
    assert "write <code>a &lt; b</code>, not <code> or </code>c`</div>" in box


def test_in_a_notebook_the_same_words_stand_in_a_coloured_box():
    good, bad = CheckResult("mean")._repr_html_(), CheckResult("mean", "a < b")
    bad = bad._repr_html_()
    assert "<strong>bravo</strong>: mean</div>" in good
    assert "<strong>not yet</strong>: mean - a &lt; b</div>" in bad
    assert "<table" not in good + bad


@pytest.mark.parametrize("check", CHECKS)
def test_help_describes_a_check(check):
    assert check.__doc__.startswith("Check ")
    assert check.__name__.startswith("check_")
    assert inspect.signature(check).return_annotation is CheckResult
