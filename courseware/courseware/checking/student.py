"""A student's function, called so that nothing it does can hurt the check.

A judge reaches the function through `Student` alone: it calls it, or has a call
timed. Any exception is caught here, SystemExit and KeyboardInterrupt included: the
function runs in a thread of its own (`time_limit` says why), where neither can come
from the keyboard.
"""

import copy
import inspect
import time
from typing import NoReturn

import numpy as np

from courseware.checking.explain import explain, one_line, type_name


class NotYetError(Exception):
    """The answer is not right yet; the message is the hint."""


class Student:
    """A student's function, with its answers in the form of a hint or a value.

    Parameters
    ----------
    function : object
        What the student handed in, a function or not.
    usage : str
        How the exercise wants it called: ``"backprop(x, y)"``.
    answer : object
        What the student handed in, where `function` is a judge's own that uses it.
    """

    def __init__(self, function: object, usage: str, answer: object = None) -> None:
        if not callable(function):
            raise NotYetError(
                f"the check got an object of type {type_name(function)}: hand over "
                "the function itself, without calling it"
            )
        self._function = function
        self._usage = usage
        self._answer = function if answer is None else answer

    def __call__(self, *arguments: object, given: str = "") -> object:
        """Call the function on copies of `arguments` and return its result.

        Parameters
        ----------
        *arguments : object
            Arrays, numbers, and lists and tuples of them.
        given : str
            What is special about the arguments, as the end of a hint:
            ``"for four layers"``.

        Returns
        -------
        object
            Whatever the function returned, except None.

        Raises
        ------
        NotYetError
            If it raises, returns None or changes an argument.
        """
        self._bind(arguments)
        copies = copy.deepcopy(arguments)
        result = self._run(copies, given)
        if result is None:
            raise NotYetError(
                "it returns None: `return` hands a result back, print only shows it"
            )
        if not _same(copies, arguments):
            raise NotYetError(
                "it changes the array or list that it is given: work on a copy, "
                "or without `+=` and its like"
            )
        return result

    def seconds(self, *arguments: object, given: str = "") -> float:
        """Call the function on copies of `arguments` and return how long it took.

        Parameters
        ----------
        *arguments : object
            As for a call. The copying is not timed.
        given : str
            As for a call.

        Returns
        -------
        float
            By the clock of this thread, which stands still while other programs run.

        Raises
        ------
        NotYetError
            If it raises.
        """
        clock = getattr(time, "thread_time", time.perf_counter)
        copies = copy.deepcopy(arguments)
        start = clock()
        self._run(copies, given)
        return clock() - start

    def _run(self, arguments: tuple, given: str) -> object:
        try:
            return self._function(*arguments)
        except BaseException as error:  # noqa: BLE001 - anything may come
            hint = explain(error, self._answer, self._usage, given)
            raise NotYetError(hint) from None

    def _bind(self, arguments: tuple) -> None:
        """See whether the function takes that many arguments."""
        try:
            signature = inspect.signature(self._function)
        except (TypeError, ValueError):  # some built-in functions have none
            return
        try:
            signature.bind(*arguments)
        except TypeError:
            raise NotYetError(
                f"it cannot be called as {self._usage}: look at its arguments"
            ) from None


def read_number(result: object, whole: bool = False) -> float:
    """Return `result` as a float, or say why it is not a number.

    Parameters
    ----------
    result : object
        What a student's function returned.
    whole : bool
        Whether it has to be of an integer type.

    Returns
    -------
    float
        The number, finite.
    """
    return float(read_array(result, (), "", whole))


def read_array(
    result: object,
    shape: tuple[int, ...],
    meaning: str,
    whole: bool = False,
    name: str = "your result",
) -> np.ndarray:
    """Return `result` as an array of float64, or say why it is none.

    The shape is looked at before any number is: a result too large to be copied
    is told by its shape.

    Parameters
    ----------
    result : object
        What a student's function returned, or a part of it.
    shape : tuple of int
        The shape that is asked for; ``()`` for a number.
    meaning : str
        What that shape means, for the hint: ``"one row per sample"``.
    whole : bool
        Whether the numbers have to be of an integer type.
    name : str
        How the hint calls it.

    Returns
    -------
    numpy.ndarray
        A new array of `shape`, finite.
    """
    array = _bare_array(result, shape, name)
    if array.dtype.kind not in "biuf":
        _refuse_type(array, name)
    if array.shape != shape:
        wanted = f", {meaning} would be {shape}" if shape else ": one number is wanted"
        raise NotYetError(f"{name} has shape {array.shape}{wanted}")
    if whole and array.dtype.kind not in "iu":
        raise NotYetError(f"{name} is of type {array.dtype}: a count is a whole number")
    numbers = array.astype(np.float64)  # in which a longer float may be infinite
    if not np.isfinite(numbers).all():
        raise NotYetError(
            f"{name} holds NaN or infinity: look for a division by zero or for a "
            "number too large"
        )
    return numbers


def require_parts(answer: object, count: int, wanted: str) -> None:
    """Refuse an answer that is not made of so many parts.

    Parameters
    ----------
    answer : object
        What a student's function returned.
    count : int
        How many parts there are to be, in a tuple or a list.
    wanted : str
        What they are, as the end of the hint.

    Raises
    ------
    NotYetError
        If the answer is not a tuple or list of that length.
    """
    if not isinstance(answer, tuple | list) or len(answer) != count:
        raise NotYetError(f"your result is of type {type_name(answer)}: {wanted}")


def _bare_array(result: object, shape: tuple[int, ...], name: str) -> np.ndarray:
    """Return an array or a number as a plain array, and refuse all else."""
    if isinstance(result, np.ndarray):
        return np.asarray(result)
    if not shape and isinstance(result, int) and abs(result) >= 2**63:
        raise NotYetError(f"{name} is far too large")
    if not shape and isinstance(result, bool | int | float | complex | np.generic):
        return np.asarray(result)
    wanted = "a NumPy array" if shape else "one number"
    raise NotYetError(f"{name} is of type {type_name(result)}, not {wanted}")


def _refuse_type(array: np.ndarray, name: str) -> NoReturn:
    """Say what is wrong with an array that holds no real numbers."""
    if array.dtype.kind == "c":
        raise NotYetError(f"{name} is complex: real numbers are enough here")
    if array.dtype.kind == "O":
        raise NotYetError(
            f"{name} is an array of objects: were its rows of different length, or a "
            "list in a list?"
        )
    raise NotYetError(f"{name} holds {one_line(str(array.dtype))}, not numbers")


def _same(left: object, right: object) -> bool:
    """Compare arguments without asking them: a changed one may hold anything."""
    if type(left) is not type(right):
        return False
    if isinstance(left, list | tuple):
        return len(left) == len(right) and all(map(_same, left, right))
    if isinstance(left, np.ndarray):
        same_form = left.shape == right.shape and left.dtype == right.dtype
        return same_form and left.tobytes() == right.tobytes()
    return left == right
