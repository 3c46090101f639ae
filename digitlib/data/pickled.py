"""Parses `mnist.pkl.gz`, the file of many a lecture, without letting it do anything.

A pickle is a little program: it calls what the file tells it to call, and allocates
what the file claims to need.  So `scan` looks at every opcode and every size before
anything is built.  What is built then are notes of what would be called, and only when
all that they say is checked, `as_array` makes arrays.
"""

import io
import math
import pickletools
from pickle import Unpickler  # noqa: TID251 - ours calls nothing

import numpy as np

from digitlib.data.content import MAX_IMAGES, PIXELS, Content
from digitlib.data.errors import DataError

MAX_PROGRAM = 300_000_000  # bytes unpacked; MNIST has 222 million
MAX_ARGUMENT = 190_000_000  # bytes of a text, say; MNIST has 157 million
MAX_LINE = 200  # bytes of a name or a number
MAX_NUMBER = 1_000_000  # bytes of a frame, or entries of the memo
MAX_OPCODES = 1_000  # MNIST has 234

LINES = {"GLOBAL", "INT", "LONG", "GET", "PUT"}  # have an argument that ends a line
TEXTS = {"SHORT_BINUNICODE", "BINUNICODE", "BINUNICODE8"}  # have one in UTF-8
NUMBERS = {"FRAME", "PUT", "LONG_BINPUT"}  # have one that says how much to allocate
# None of these makes a set or a dictionary, and so hashes anything: where tuples share
# tuples, that would take for ever.
OPCODES = {
    *(*LINES, *TEXTS, *NUMBERS),
    *("PROTO", "STACK_GLOBAL", "REDUCE", "BUILD", "STOP"),
    *("BINPUT", "MEMOIZE", "BINGET", "LONG_BINGET"),
    *("MARK", "TUPLE", "EMPTY_TUPLE", "TUPLE1", "TUPLE2", "TUPLE3"),
    *("NONE", "NEWTRUE", "NEWFALSE", "BININT", "BININT1", "BININT2", "LONG1"),
    *("UNICODE", "SHORT_BINSTRING", "BINSTRING"),
    *("SHORT_BINBYTES", "BINBYTES", "BINBYTES8", "BYTEARRAY8"),
}
WIDTHS = {  # bytes of the size that stands before an argument
    pickletools.TAKEN_FROM_ARGUMENT1: 1,
    pickletools.TAKEN_FROM_ARGUMENT4: 4,
    pickletools.TAKEN_FROM_ARGUMENT4U: 4,
    pickletools.TAKEN_FROM_ARGUMENT8U: 8,
}
NAMES = {
    *("numpy.ndarray", "numpy.dtype", "_codecs.encode"),
    *("numpy.core.multiarray._reconstruct", "numpy.core.numeric._frombuffer"),
    *("numpy._core.multiarray._reconstruct", "numpy._core.numeric._frombuffer"),
}


def scan(program: bytes) -> None:
    """Raise ValueError unless a pickle is short, and of opcodes that arrays need.

    Nothing is decoded: `pickletools.genops` would allocate whatever the file claims.
    """
    end, name = 0, ""
    for _ in range(MAX_OPCODES):
        if end >= len(program):
            raise EOFError
        opcode = pickletools.code2op.get(chr(program[end]))
        name = opcode.name if opcode else ""
        if name not in OPCODES:
            raise ValueError(f"opcode {chr(program[end])!r}, which no array needs")
        start, end = _find_argument(opcode, program, end + 1)
        _check_argument(opcode, memoryview(program)[start:end])
        if name == "STOP":
            break
    if name != "STOP" or end < len(program):
        raise ValueError("too many opcodes, or trailing bytes")


def _find_argument(
    opcode: pickletools.OpcodeInfo, program: bytes, start: int
) -> tuple[int, int]:
    """Return where the argument of an opcode begins and ends."""
    size = opcode.arg.n if opcode.arg else 0
    if size == pickletools.UP_TO_NEWLINE:
        end = start
        for _ in range(2 if opcode.name == "GLOBAL" else 1):
            end = program.find(b"\n", end) + 1 or len(program)
        return start, end
    if size in WIDTHS:
        width = WIDTHS[size]
        size = int.from_bytes(program[start : start + width], "little")
        start += width
    return start, start + size


def _check_argument(opcode: pickletools.OpcodeInfo, argument: memoryview) -> None:
    """Raise ValueError where an argument would take more memory than arrays need."""
    if len(argument) > (MAX_LINE if opcode.name in LINES else MAX_ARGUMENT):
        raise ValueError("larger than MNIST")
    if opcode.name in NUMBERS and opcode.arg.reader(io.BytesIO(argument)) > MAX_NUMBER:
        raise ValueError("larger than MNIST")
    # One character beyond the first 256 would quadruple the memory of all the others.
    if opcode.name in TEXTS:
        is_wide = np.frombuffer(argument, np.uint8).max(initial=0) >= 0xC4
    else:  # where \u0000 stands for a zero, for instance
        text = bytes(argument) if opcode.name == "UNICODE" else b""
        is_wide = b"\\U" in text or text.count(b"\\u") > text.count(b"\\u00")
    if is_wide:
        raise ValueError("a text that is no array")


class Note:
    """With what a function was to be called, and the state that was to be set then."""

    state: object = None

    def __init__(self, *arguments: object) -> None:
        self.arguments = arguments

    def __setstate__(self, state: object) -> None:
        self.state = state


class NoteTaker(Unpickler):
    """Takes a note where others call a function."""

    def find_class(self, module: str, name: str) -> type[Note]:
        """Refuse what no pickled array needs to call."""
        full_name = f"{module[:80]}.{name[:80]}"
        if full_name not in NAMES:
            raise ValueError(f"it may do harm: no array needs to call '{full_name}'")
        return Note


def as_array(note: object, dtypes: tuple[str, ...], row: tuple) -> np.ndarray:
    """Make an array of shape (n, *row) of a note, or raise ValueError."""
    match note:
        case Note(state=(_, tuple(shape), Note() as dtype, is_fortran, data)):
            order = "F" if is_fortran else "C"
        case Note(arguments=(data, Note() as dtype, tuple(shape), order)):
            pass
        case _:
            raise ValueError("something else where an array should be")
    match dtype:
        case Note(arguments=(str(code), *_), state=(_, str(byte_order), *_)) if (
            byte_order + code in dtypes
        ):
            dtype = np.dtype(byte_order + code)
        case _:
            raise ValueError(f"an array with a dtype other than {', '.join(dtypes)}")
    count, *rest = shape
    if tuple(rest) != row or not 0 < count <= MAX_IMAGES:
        raise ValueError("an array of another shape")
    if isinstance(data, Note):  # of the call that makes bytes of a text
        data, *_ = data.arguments
    if len(data) != count * math.prod(row) * dtype.itemsize:
        raise ValueError("an array with too few or too many bytes")
    if isinstance(data, str):
        data = data.encode("latin-1")
    return np.frombuffer(data, dtype).reshape(shape, order=order)


def to_bytes(values: np.ndarray, scale: int) -> np.ndarray:
    """Return whole multiples of 1/scale as bytes, or raise ValueError."""
    result = np.empty(values.shape, np.uint8)
    for start in range(0, len(values), 5_000):  # so that the detour needs no memory
        rows = slice(start, start + 5_000)
        with np.errstate(all="ignore"):  # inf, or not a number
            scaled = values[rows] * values.dtype.type(scale)
            result[rows] = scaled
        if (result[rows] != scaled).any():
            raise ValueError(f"values that are not bytes / {scale}")
    return result


def to_content(value: object) -> Content:
    """Return the arrays of ((X, y), (X, y), (X, y)), or raise ValueError."""
    match value:
        case ((_, _), (_, _), (_, _)):
            parts = []
        case _:
            raise ValueError("not three parts, each of images and labels")
    for images, labels in value:
        labels = as_array(labels, ("<i8", "<i4", "|u1"), row=())
        images = as_array(images, ("<f4",), row=(PIXELS,))
        if len(images) != len(labels):
            raise ValueError(f"{len(images):,} images but {len(labels):,} labels")
        parts.append((to_bytes(images, 256), to_bytes(labels, 1)))
    train, validation, test = parts
    return Content(
        np.concatenate([train[0], validation[0]]),
        np.concatenate([train[1], validation[1]]),
        *test,
        validation_count=len(validation[1]),
    )


def parse_pickle(program: bytes | memoryview, name: str) -> Content:
    """Return what a pickle holds.

    Parameters
    ----------
    program : bytes or memoryview
        Of ((X, y), (X, y), (X, y)), for training, validation and test: X float32 of
        shape (n, 784), a pixel is byte/256; y integers of shape (n,).
    name : str
        What an error calls the file.

    Returns
    -------
    Content

    Raises
    ------
    DataError
        If it is anything else.
    """
    try:
        program = bytes(program)
        scan(program)
        return to_content(NoteTaker(io.BytesIO(program), encoding="latin1").load())
    except EOFError:
        fault = "truncated"
    except Exception as error:  # noqa: BLE001 - what a pickle ends in, nobody says
        fault = str(error)[:200]
    raise DataError(
        f"{name}: is no pickle of MNIST ({fault}). Get mnist.pkl.gz from another "
        "place, or the four IDX files."
    )
