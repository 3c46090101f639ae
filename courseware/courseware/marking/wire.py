"""Requests and replies as bytes: data alone, and no more of it than is allowed.

The process at the other end may send anything. So nothing here can bring code along,
each piece is looked at before it is believed, and what has not the form of what was
asked for is a `ForgedError`.

MessagePack carries numbers, text and bytes. A sequence begins with a number that says
what it is: a list, a tuple, a dict as keys and values in turn (for a key may be a
tuple), or one of `_RECORDS` with its fields in order.
"""

from __future__ import annotations

import contextlib
import math
import re
import socket
import struct
from collections.abc import Callable
from dataclasses import fields
from itertools import chain

import msgpack
import numpy as np

from courseware.checking.border import (
    Callback,
    Count,
    Dice,
    Held,
    Reply,
    Request,
)

LARGEST = 2**28  # bytes of a message

_LIST, _TUPLE, _DICT, _FIRST = 0, 1, 2, 3
_RECORDS = (Request, Reply, Held, Callback, Dice, Count)
_ARRAY, _SCALAR, _COMPLEX, _WHOLE = 0, 1, 2, 3  # extensions of MessagePack's
_DTYPE = re.compile(r"[<>|=][biufcmMSUV]\d{1,9}(\[\d{0,4}\w{1,7}\])?")
_TEXT = {"unicode_errors": "surrogatepass"}

_FIELDS = {
    Request: (str, int, str, tuple, str, str, bool),
    Reply: (object, str, str, (Count, type(None))),
    Held: (int, str, bool, (tuple, type(None)), str),
    Callback: (int, str),
    Dice: (int,),
    Count: (int, int, (int, float), tuple, tuple),
}


class ForgedError(Exception):
    """A message has not the form that it must have."""


class TooLargeError(Exception):
    """There is more to send than a message may hold, or it nests too deeply."""


class GoneError(Exception):
    """The process at the other end has closed the line."""


def pack(message: object) -> bytes:
    """Return a message as bytes.

    Raises
    ------
    TooLargeError
        It is too large, or nests too deeply.
    """
    try:
        data = msgpack.packb(_bare(message), **_TEXT)
    except (ValueError, RecursionError, MemoryError) as error:
        raise TooLargeError(str(error)) from None
    if len(data) > LARGEST:
        raise TooLargeError(f"{len(data)} bytes")
    return data


def unpack(data: bytes) -> object:
    """Return the message that is in some bytes.

    Raises
    ------
    ForgedError
        They hold none.
    """
    try:
        found = msgpack.unpackb(data, use_list=True, ext_hook=_extension, **_TEXT)
        return _revived(found)
    except ForgedError:
        raise
    except (Exception, MemoryError) as error:  # noqa: BLE001 - of any kind
        raise ForgedError(type(error).__name__) from None


def send(
    line: socket.socket, message: object, wait: Callable[[], None] | None = None
) -> None:
    """Send a message; as for `receive`, GoneError where nobody listens any more."""
    data = pack(message)
    rest = memoryview(struct.pack("<I", len(data)) + data)
    while rest:
        try:
            rest = rest[line.send(rest) :]
        except TimeoutError:
            pass
        except (BrokenPipeError, ConnectionResetError):
            raise GoneError from None
        if wait:
            wait()


def receive(line: socket.socket, wait: Callable[[], None] | None = None) -> object:
    """Return the next message.

    Parameters
    ----------
    line : socket.socket
        Where it comes from.
    wait : callable, optional
        Is called now and then, if `line` has a timeout; it raises what is to end the
        waiting.

    Raises
    ------
    GoneError
        The other end is closed.
    ForgedError
        What comes is no message.
    """
    (size,) = struct.unpack("<I", _exactly(line, 4, wait))
    if size > LARGEST:
        raise ForgedError(f"{size} bytes")
    return unpack(_exactly(line, size, wait))


def _exactly(
    line: socket.socket, size: int, wait: Callable[[], None] | None
) -> bytearray:
    data = bytearray()
    while len(data) < size:
        with contextlib.suppress(TimeoutError):
            try:
                piece = line.recv(min(size - len(data), 2**20))
            except ConnectionResetError:
                piece = b""
            if not piece:
                raise GoneError
            data += piece
        if wait:
            wait()
    return data


def _bare(value: object) -> object:
    """Return what MessagePack can carry in place of plain data."""
    kind = type(value)
    if kind is int and not -(2**63) <= value < 2**63:
        size = value.bit_length() // 8 + 1
        return msgpack.ExtType(_WHOLE, value.to_bytes(size, "little", signed=True))
    if kind is complex:
        return msgpack.ExtType(_COMPLEX, struct.pack("<dd", value.real, value.imag))
    if isinstance(value, np.ndarray | np.generic):
        return _array(value)
    if kind is list:
        return [_LIST, *map(_bare, value)]
    if kind is tuple:
        return [_TUPLE, *map(_bare, value)]
    if kind is dict:
        return [_DICT, *map(_bare, chain.from_iterable(value.items()))]
    if kind in _RECORDS:
        parts = [getattr(value, field.name) for field in fields(value)]
        return [_FIRST + _RECORDS.index(kind), *map(_bare, parts)]
    return value


def _array(array: np.ndarray | np.generic) -> msgpack.ExtType:
    whole = np.asarray(array)
    # Of an array with named fields the bare bytes go: a judge asks for none.
    dtype = whole.dtype.str
    if whole.nbytes > LARGEST:
        raise ValueError(f"an array of {whole.nbytes} bytes")
    form = msgpack.packb([dtype, [*whole.shape], whole.tobytes()])
    is_scalar = isinstance(array, np.generic)
    return msgpack.ExtType(_SCALAR if is_scalar else _ARRAY, form)


def _extension(code: int, data: bytes) -> object:
    if code == _WHOLE:
        return int.from_bytes(data, "little", signed=True)
    if code == _COMPLEX:
        return complex(*struct.unpack("<dd", data))
    if code not in (_ARRAY, _SCALAR):
        raise ForgedError(f"extension {code}")
    dtype, shape, content = msgpack.unpackb(data)
    if not (type(dtype) is str and _DTYPE.fullmatch(dtype)):
        raise ForgedError("a type of numbers")
    if not (type(shape) is list and len(shape) <= 32 and type(content) is bytes):
        raise ForgedError("a shape")
    if not all(type(length) is int and 0 <= length < 2**48 for length in shape):
        raise ForgedError("a shape")
    kind = np.dtype(dtype)
    if math.prod(shape) * kind.itemsize != len(content) or math.prod(
        shape
    ) > 2**16 + len(content):
        raise ForgedError("a shape")
    array = np.ndarray(shape, kind, buffer=content).copy()
    return array[()] if code == _SCALAR and not shape else array


def _revived(value: object) -> object:
    """Return what a sequence stands for."""
    if isinstance(value, dict):
        raise ForgedError("a map")
    if not isinstance(value, list):
        return value
    kind, *parts = value
    if type(kind) is not int or not 0 <= kind < _FIRST + len(_RECORDS):
        raise ForgedError("a sequence of no kind")
    parts = [_revived(part) for part in parts]
    if kind in (_LIST, _TUPLE):
        return parts if kind == _LIST else tuple(parts)
    if kind == _DICT:
        return dict(zip(parts[::2], parts[1::2], strict=True))
    record = _RECORDS[kind - _FIRST]
    wanted = _FIELDS[record]
    if len(parts) != len(wanted) or not all(map(isinstance, parts, wanted)):
        raise ForgedError(f"a {record.__name__}")
    return record(*parts)
