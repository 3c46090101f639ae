"""What passes between a judge and an answer: plain data, and names for all else.

The judge stands on one side, the answer lives on the other, in a `room.Room`. Between
them pass only a `Request` and a `Reply`, made of None, numbers, text, bytes, arrays
without objects, and lists, tuples and dicts of them. What cannot cross stays where it
is and crosses as a name: an object of the answer's as `Held`, a function of the
judge's as `Callback`. So both sides may be one process or two.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

# An array with more bytes stays where it is: a judge asks for none as large.
_LARGEST = 2**30


@dataclass(frozen=True)
class Held:
    """The name of an object of the answer's, which stays in its room.

    Attributes
    ----------
    number : int
        What the room knows it by.
    type_name : str
        The name of its type, fit for a hint.
    is_function : bool
        Whether it can be called.
    shape, dtype : tuple of int or None, str
        Of an array that cannot cross, for it holds objects or is too large.
    """

    number: int
    type_name: str
    is_function: bool = False
    shape: tuple[int, ...] | None = None
    dtype: str = ""


@dataclass(frozen=True)
class Callback:
    """The name of a judge's function: in the room it becomes one that calls out."""

    number: int
    name: str


@dataclass(frozen=True)
class Dice:
    """A NumPy generator to be made in the room, as an argument of a call.

    It may be used up, which is no changed argument.
    """

    seed: int


@dataclass(frozen=True)
class Count:
    """What an answer did during a call; only the process that runs it can tell.

    Neither what C code does without Python is seen, nor other threads, nor the judge's
    functions that an answer calls.

    Attributes
    ----------
    lines : int
        How many lines of Python ran, those of libraries included.
    loops : int
        How often the busiest of them ran: n in a loop or a comprehension over n samples
        and in a function called for each, n / 8 in a loop over batches of eight.
    megabytes : float
        The most memory that Python and NumPy took at a time, beyond what they had.
    modules : tuple of str
        The modules whose Python code was entered, such as ``"torch.optim.sgd"``.
    warned : tuple of str
        What it was warned of: ``"overflow encountered in exp"``.
    """

    lines: int
    loops: int
    megabytes: float
    modules: tuple[str, ...]
    warned: tuple[str, ...]


@dataclass(frozen=True)
class Request:
    """What a judge wants of the answer, or of an object that it returned.

    Attributes
    ----------
    do : str
        ``"describe"``, ``"call"``, ``"calls"``, ``"time"``, ``"has"``, ``"get"``,
        ``"set"``, ``"+"`` or ``"*"``.
    on : int
        The number of the object; that of the answer itself is 0.
    name : str
        Of an attribute, or of a method to call.
    arguments : tuple
        Plain data, `Held`, `Callback` and `Dice`; for ``"calls"``, those of each call.
    given, usage : str
        What is special about the call, and how it is written: both for a hint.
    counted : bool
        Whether the reply shall have a count.
    """

    do: str
    on: int = 0
    name: str = ""
    arguments: tuple = ()
    given: str = ""
    usage: str = ""
    counted: bool = False


@dataclass(frozen=True)
class Reply:
    """What came of a request, or of a `Callback`.

    Attributes
    ----------
    value : object
        Plain data and `Held`.
    hint : str
        What went wrong, if anything did.
    error : str
        Of a callback: the name of the built-in exception whose message is `hint`.
    count : Count or None
        If it was asked for.
    """

    value: object = None
    hint: str = ""
    error: str = ""
    count: Count | None = None


CallOut = Callable[[Callback, tuple, dict], Reply]  # and what it is called with
# The door. While a request is answered, callbacks go the other way, and while one of
# those is answered there may be another request.
Ask = Callable[[Request, CallOut], Reply]

_NUMBERS = {int: int.__pos__, float: float.__pos__, str: str.__str__}


def plain(value: object, name: Callable[[object], object]) -> object:
    """Return a copy of `value` that is plain data, by asking none of it anything.

    Parameters
    ----------
    value : object
        Anything.
    name : callable
        Returns the name of what is no plain data.

    Returns
    -------
    object
        Plain data and names. Of subclasses of arrays, numbers, lists, tuples and dicts
        the bare contents remain.
    """
    kind = type(value)  # its __class__ may lie
    if value is None or kind in (bool, int, float, complex, str, bytes):
        return value
    if issubclass(kind, np.ndarray | np.generic):
        array = np.asarray(value)
        if array.dtype.hasobject or array.nbytes > _LARGEST:
            return name(value)
        return array.copy() if issubclass(kind, np.ndarray) else array[()]
    for base, bare in _NUMBERS.items():
        if issubclass(kind, base):
            return bare(value)
    if issubclass(kind, list):
        return [plain(item, name) for item in list.__iter__(value)]
    if issubclass(kind, tuple):
        return tuple(plain(item, name) for item in tuple.__iter__(value))
    if issubclass(kind, dict):
        pairs = dict.items(value)
        return {plain(key, name): plain(item, name) for key, item in pairs}
    return name(value)


def same(left: object, right: object) -> bool:
    """Say whether two pieces of plain data are equal to the last bit, NaN included."""
    if type(left) is not type(right):
        return False
    if isinstance(left, list | tuple):
        return len(left) == len(right) and all(map(same, left, right))
    if isinstance(left, dict):
        return same([*left.items()], [*right.items()])
    if isinstance(left, np.ndarray):
        same_form = left.shape == right.shape and left.dtype == right.dtype
        return same_form and left.tobytes() == right.tobytes()
    return left == right or (left != left and right != right)  # NaN is not
