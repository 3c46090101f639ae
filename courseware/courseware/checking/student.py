"""A student's function, as a judge meets it, and what it returned, read with care."""

from typing import NoReturn, Self

import numpy as np

from courseware.checking import explain
from courseware.checking.border import Ask, Held, Request
from courseware.checking.handle import Door, Function, Handle, NotYetError
from courseware.checking.room import Room


class Student(Function):
    """A student's answer to an exercise: the only way to it.

    Parameters
    ----------
    answer : object
        What the student handed in, a function or not.
    usage : str
        How the exercise wants it called: ``"backprop(x, y)"``.
    """

    def __init__(self, answer: object, usage: str) -> None:
        self._enter(Room(answer, usage).ask, usage)

    @classmethod
    def behind(cls, ask: Ask, usage: str) -> Self:
        """Return the answer in a room that may be in another process.

        Parameters
        ----------
        ask : callable
            What reaches `Room.ask` there.
        usage : str
            How the exercise wants the answer called.

        Returns
        -------
        Student
            The answer.
        """
        student = cls.__new__(cls)
        student._enter(ask, usage)
        return student

    def _enter(self, ask: Ask, usage: str) -> None:
        door = Door(ask)
        held = door.ask(Request("describe")).value
        if not getattr(held, "is_function", False):
            raise NotYetError(
                f"the check got an object of type {type_name(held)}: hand over the "
                "function itself, without calling it"
            )
        super().__init__(door, held, usage)


def type_name(result: object) -> str:
    """Return the name of the type of a result, or of what a handle stands for."""
    held = isinstance(result, Handle)
    return result.type_name if held else explain.type_name(result)


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

    Lists and tuples of numbers, nested as rows are, are as good as an array, and so is
    any type of real numbers.

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
        raise NotYetError(f"{name} is of type {array.dtype}: an integer type is wanted")
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
        How many parts there are to be, in a tuple, a list or an array.
    wanted : str
        What they are, as the end of the hint.

    Raises
    ------
    NotYetError
        If the answer has not that many.
    """
    has_parts = isinstance(answer, tuple | list) or np.ndim(answer) > 0
    if not has_parts:
        raise NotYetError(f"your result is of type {type_name(answer)}: {wanted}")
    if len(answer) != count:
        raise NotYetError(f"your result has {len(answer)} part(s): {wanted}")


def _bare_array(result: object, shape: tuple[int, ...], name: str) -> np.ndarray:
    """Return numbers of any make as a plain array, and refuse all else."""
    if isinstance(result, np.ndarray):
        return result
    if not shape and isinstance(result, int) and abs(result) >= 2**63:
        raise NotYetError(f"{name} is far too large")
    if not shape and isinstance(result, bool | int | float | complex | np.generic):
        return np.asarray(result)
    if isinstance(result, list | tuple):
        return _from_list(result, name)
    if isinstance(result, Handle) and result.held.shape is not None:
        _refuse_held(result.held, name)
    wanted = "a NumPy array" if shape else "one number"
    raise NotYetError(f"{name} is of type {type_name(result)}, not {wanted}")


def _from_list(result: list | tuple, name: str) -> np.ndarray:
    """Return nested lists of numbers as an array."""
    if stranger := _stranger(result):
        raise NotYetError(f"{name} holds an object of type {stranger}, not a number")
    try:
        array = np.array(result)
    except ValueError:
        raise NotYetError(
            f"{name} is a list whose rows are of different length, or nests deeper "
            "than arrays do"
        ) from None
    if array.dtype.kind == "O":
        raise NotYetError(f"{name} holds a number that is far too large")
    return array


def _stranger(items: list | tuple) -> str:
    """Return the type of what is no number, anywhere in nested lists, or nothing."""
    numbers = bool | int | float | complex | np.generic | np.ndarray
    for item in items:
        if isinstance(item, list | tuple):
            if inside := _stranger(item):
                return inside
        elif not isinstance(item, numbers):
            return type_name(item)
    return ""


def _refuse_held(found: Held, name: str) -> NoReturn:
    """Say what is wrong with an array that cannot cross the border."""
    if found.dtype == "object":
        raise NotYetError(
            f"{name} is an array of objects: were its rows of different length, or a "
            "list in a list?"
        )
    raise NotYetError(f"{name} has shape {found.shape}: that is far too large")


def _refuse_type(array: np.ndarray, name: str) -> NoReturn:
    """Say what is wrong with an array that holds no real numbers."""
    if array.dtype.kind == "c":
        raise NotYetError(f"{name} is complex: real numbers are enough here")
    raise NotYetError(f"{name} holds {explain.one_line(str(array.dtype))}, not numbers")
