"""Reads `mnist.pkl.gz`, the file of many a lecture, without letting it do anything.

A pickle is a little program, and Python's own `pickle` runs it: it calls what the file
tells it to call and allocates what the file claims to need.  The machine below knows
only the instructions that occur in pickled arrays, calls nothing but the five functions
in `CALLABLE`, all of them its own, and makes an array only when the program has ended
and everything about it has been checked.
"""

import gzip
import io
import math
import pickletools
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from digitlib.data.idx import (
    MAX_IMAGES,
    PIXELS,
    Content,
    DataError,
    check_counts,
    check_labels,
    read_limited,
    reject_web_page,
)

MAX_FILE = 100_000_000  # bytes; MNIST has 17 million
MAX_PROGRAM = 300_000_000  # bytes unpacked; MNIST has 222 million
MAX_STEPS = 1_000  # instructions; MNIST has about 190
MAX_LINE = 200  # bytes: a name, for instance

GET_ANOTHER = "Delete it and get mnist.pkl.gz, or the IDX files, from another place."


@dataclass
class PickledDtype:
    """What the pickle says of an array's dtype."""

    code: str  # "f4"
    align: bool
    copy: bool
    order: str = "|"

    def set_state(self, state: tuple) -> None:
        """Take the byte order from the state of a numpy dtype."""
        self.order = state[1]


@dataclass
class PickledArray:
    """What the pickle says of an array; nothing of it is believed yet."""

    shape: tuple = ()
    dtype: PickledDtype | None = None
    fortran: bool = False
    data: str | bytes | bytearray = b""

    def set_state(self, state: tuple) -> None:
        """Take the state of a numpy array."""
        _, self.shape, self.dtype, self.fortran, self.data = state


def _reconstruct(_type: object, _shape: object, _code: object) -> PickledArray:
    return PickledArray()


def _from_buffer(
    data: bytes, dtype: PickledDtype, shape: tuple, order: str
) -> PickledArray:
    return PickledArray(shape, dtype, order == "F", data)


def _encode(text: str, _encoding: str) -> str:
    return text  # as_array() encodes it, once it is known to be of use


def _ndarray() -> None:
    raise ValueError("ndarray is mentioned in a pickle, never called")


CALLABLE = {
    "numpy ndarray": _ndarray,
    "numpy dtype": PickledDtype,
    "_codecs encode": _encode,
    "numpy.core.multiarray _reconstruct": _reconstruct,  # NumPy 1
    "numpy._core.multiarray _reconstruct": _reconstruct,  # NumPy 2
    "numpy.core.numeric _frombuffer": _from_buffer,
    "numpy._core.numeric _frombuffer": _from_buffer,
}


CONSTANTS = {"NONE": None, "NEWTRUE": True, "NEWFALSE": False}
TEXT = {"SHORT_BINUNICODE": 1, "BINUNICODE": 4, "BINUNICODE8": 8}  # bytes of its size
VALUES = {
    *("BININT", "BININT1", "BININT2", "LONG1"),
    *("BINSTRING", "SHORT_BINSTRING"),  # of Python 2
    *("BINBYTES", "SHORT_BINBYTES", "BINBYTES8", "BYTEARRAY8"),
}
TUPLES = {"EMPTY_TUPLE": 0, "TUPLE1": 1, "TUPLE2": 2, "TUPLE3": 3}
OTHERS = {
    *("PROTO", "FRAME", "MARK", "TUPLE", "GLOBAL", "STACK_GLOBAL", "REDUCE", "BUILD"),
    *("BINPUT", "LONG_BINPUT", "MEMOIZE", "BINGET", "LONG_BINGET", "STOP"),
}
KNOWN = {*CONSTANTS, *TEXT, *VALUES, *TUPLES, *OTHERS}


class BoundedReader:
    """A file that gives away only so much, and refuses before it allocates."""

    def __init__(self, file: io.BufferedIOBase, limit: int) -> None:
        self.file = file
        self.left = limit

    def read(self, size: int) -> bytes:
        """Read `size` bytes."""
        self.left -= size
        if self.left < 0:
            raise ValueError("larger than MNIST")
        data = self.file.read(size)
        if len(data) < size:
            raise EOFError
        return data

    def readline(self) -> bytes:
        """Read a short line, or the beginning of a long one."""
        return self.file.readline(MAX_LINE)


def read_name(file: BoundedReader) -> str:
    """Read a name, which stands on a line of its own."""
    line = file.readline()
    if not line.endswith(b"\n"):
        raise ValueError("a name without end")
    return line[:-1].decode("ascii")


def read_text(file: BoundedReader, size_bytes: int) -> str:
    """Read a text of which each character stands for a byte."""
    size = int.from_bytes(file.read(size_bytes), "little")
    data = file.read(size)
    # In UTF-8, characters beyond the first 256 begin with C4 or more.  A single one
    # among millions of others would quadruple the memory that the text takes.
    if size and np.frombuffer(data, np.uint8).max() >= 0xC4:
        raise ValueError("a text that is no array")
    return data.decode("utf-8")


def find_callable(module: str, function: str) -> Callable:
    """Return what stands for a function, if a pickled array may need it."""
    if len(module) + len(function) > MAX_LINE:
        raise ValueError("a name that is too long")
    if f"{module} {function}" not in CALLABLE:
        raise DataError(
            f"wants to call '{module}.{function}', which no array needs: it may be "
            f"there to do harm. {GET_ANOTHER}"
        )
    return CALLABLE[f"{module} {function}"]


class Machine:
    """Runs a pickle that consists of tuples and arrays."""

    def __init__(self, program: BoundedReader) -> None:
        self.program = program
        self.stack: list = []
        self.marks: list[int] = []
        self.memo: dict[int, object] = {}

    def run(self) -> object:
        """Return what the pickle describes."""
        for _ in range(MAX_STEPS):
            code = self.program.read(1).decode("latin-1")
            opcode = pickletools.code2op.get(code)
            if opcode is None or opcode.name not in KNOWN:
                raise ValueError(f"instruction {code!r}, which no array needs")
            if opcode.name == "STOP":
                return self.stack.pop()
            if opcode.name == "GLOBAL":
                module, function = read_name(self.program), read_name(self.program)
                self.stack.append(find_callable(module, function))
            elif opcode.name in TEXT:
                self.stack.append(read_text(self.program, TEXT[opcode.name]))
            else:
                argument = opcode.arg.reader(self.program) if opcode.arg else None
                self.step(opcode.name, argument)
        raise ValueError("too many instructions")

    def step(self, name: str, argument: object) -> None:
        """Do what one instruction says."""
        push, pop = self.stack.append, self.stack.pop
        if name in CONSTANTS:
            push(CONSTANTS[name])
        elif name in VALUES:
            push(argument)
        elif name in TUPLES:
            self.make_tuple(TUPLES[name])
        elif name == "MARK":
            self.marks.append(len(self.stack))
        elif name == "TUPLE":
            self.make_tuple(len(self.stack) - self.marks.pop())
        elif name in ("BINPUT", "LONG_BINPUT"):
            self.memo[argument] = self.stack[-1]
        elif name == "MEMOIZE":
            self.memo[len(self.memo)] = self.stack[-1]
        elif name in ("BINGET", "LONG_BINGET"):
            push(self.memo[argument])
        elif name == "STACK_GLOBAL":
            function, module = pop(), pop()
            push(find_callable(module, function))
        elif name == "REDUCE":
            arguments, function = pop(), pop()
            push(function(*check_tuple(arguments)))
        elif name == "BUILD":
            state = check_tuple(pop())
            self.stack[-1].set_state(state)

    def make_tuple(self, length: int) -> None:
        """Replace the last `length` things on the stack by a tuple of them."""
        start = len(self.stack) - length
        if length < 0 or start < 0:
            raise ValueError("a tuple of things that are not there")
        self.stack[start:] = [tuple(self.stack[start:])]


def check_tuple(value: object) -> tuple:
    """Return `value` if it is a tuple: a long text would do, and fill the memory."""
    if not isinstance(value, tuple):
        raise ValueError("something else where a tuple should be")
    return value


def as_array(pickled: PickledArray, dtypes: tuple[str, ...], row: tuple) -> np.ndarray:
    """Make an array of shape (n, *row) of what a pickle says, or raise ValueError."""
    if not isinstance(pickled, PickledArray) or pickled.dtype is None:
        raise ValueError("something else where an array should be")
    allowed = {(name[0], name[1:]): np.dtype(name) for name in dtypes}
    dtype = allowed.get((pickled.dtype.order, pickled.dtype.code))
    if dtype is None:
        raise ValueError(f"an array with a dtype other than {', '.join(dtypes)}")
    count, *rest = check_tuple(pickled.shape)
    if tuple(rest) != row or not 0 < count <= MAX_IMAGES:
        raise ValueError("an array of another shape")
    data = pickled.data
    if len(data) != count * math.prod(row) * dtype.itemsize:
        raise ValueError("an array with too few or too many bytes")
    if isinstance(data, str):
        data = data.encode("latin-1")
    order = "F" if pickled.fortran else "C"
    return np.frombuffer(data, dtype).reshape(pickled.shape, order=order)


def to_bytes(images: np.ndarray) -> np.ndarray:
    """Return grey values byte/256 as the bytes they were, or raise ValueError."""
    pixels = np.empty(images.shape, np.uint8)
    for start in range(0, len(images), 5_000):  # so that the detour needs no memory
        part = images[start : start + 5_000]
        if not ((part >= 0) & (part < 1)).all():  # also where a pixel is not a number
            raise ValueError("a pixel that is not in [0, 1)")
        grey = part * np.float32(256)
        pixels[start : start + 5_000] = grey
        if (pixels[start : start + 5_000] != grey).any():
            raise ValueError("a pixel that is not a whole number of 256ths")
    return pixels


def to_content(value: object, name: str) -> Content:
    """Return the arrays of ((X, y), (X, y), (X, y)), checked for their form."""
    if len(check_tuple(value)) != 3:
        raise ValueError("not three parts")
    parts = []
    for images, labels in value:
        labels = as_array(labels, ("<i8", "<i4", "|u1"), row=())
        check_labels(labels, name)
        images = as_array(images, ("<f4",), row=(PIXELS,))
        check_counts(images, labels, name)
        parts.append((to_bytes(images), labels.astype(np.uint8)))
    train, validation, test = parts
    return Content(
        np.concatenate([train[0], validation[0]]),
        np.concatenate([train[1], validation[1]]),
        *test,
        validation_count=len(validation[1]),
    )


def read_pickle(path: Path) -> Content:
    """Return what a `mnist.pkl.gz` holds.

    Parameters
    ----------
    path : Path
        A gzipped pickle of ((X, y), (X, y), (X, y)), for training, validation and test:
        X float32 of shape (n, 784), a pixel is byte/256; y integers of shape (n,).

    Returns
    -------
    Content

    Raises
    ------
    DataError
        If the file is anything else.
    """
    data = read_limited(path, MAX_FILE)
    reject_web_page(data, str(path))
    if not data.startswith(b"\x1f\x8b"):
        raise DataError(
            f"{path}: is not gzipped. Name a mnist.pkl.gz, or the folder with the "
            "four IDX files."
        )
    try:
        with gzip.open(io.BytesIO(data)) as file:
            value = Machine(BoundedReader(file, MAX_PROGRAM)).run()
            if file.read(1):
                raise ValueError("trailing bytes")
        return to_content(value, str(path))
    except DataError as error:
        text = str(error)
        fault = text if text.startswith(str(path)) else f"{path}: {text}"
        raise DataError(fault) from None
    except (EOFError, zlib.error, OSError):
        raise DataError(f"{path}: is truncated or damaged. Get it again.") from None
    except (ValueError, TypeError, LookupError, AttributeError, MemoryError) as error:
        raise DataError(
            f"{path}: is no pickle of MNIST ({str(error)[:80]}). {GET_ANOTHER}"
        ) from None
