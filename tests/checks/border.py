"""Answers in another process, reached through a pipe."""

import contextlib
import dataclasses
import io
import multiprocessing
import os
import sys
import warnings
from collections.abc import Iterator

import numpy as np

from checks.tables import Answer
from courseware.checking.border import (
    Ask,
    Callback,
    CallOut,
    Count,
    Dice,
    Held,
    Reply,
    Request,
)
from courseware.checking.room import Room

# None of them can bring code along.
_PLAIN = {
    type(None), bool, int, float, complex, str, bytes, np.ndarray, list, tuple, dict,
    Callback, Count, Dice, Held, Reply, Request,
}  # fmt: skip


def can_fork() -> bool:
    """Say whether there is a way to put closures into another process."""
    return "fork" in multiprocessing.get_all_start_methods()


@contextlib.contextmanager
def behind_a_pipe(cases: list[tuple[str, Answer]]) -> Iterator[list[Ask]]:
    """Put answers, each with its usage, into a process; yield the door of each."""
    fork = multiprocessing.get_context("fork")
    ours, theirs = fork.Pipe()
    child = fork.Process(target=_stay, args=(theirs, cases, os.getpid()), daemon=True)
    with warnings.catch_warnings(action="ignore"):  # other threads do not go along
        child.start()
    theirs.close()
    try:
        yield [_door(ours, number) for number in range(len(cases))]
    finally:
        child.kill()
        child.join()
        ours.close()


def assert_plain(message: object) -> None:
    """See that a message holds data only."""
    assert type(message) in _PLAIN or isinstance(message, np.generic), type(message)
    if isinstance(message, np.ndarray | np.generic):
        assert not message.dtype.hasobject
    elif isinstance(message, list | tuple):
        for item in message:
            assert_plain(item)
    elif isinstance(message, dict):
        assert_plain([*message.items()])
    elif dataclasses.is_dataclass(message):
        assert_plain(vars(message))


def _door(pipe: object, number: int) -> Ask:
    def ask(request: Request, call_out: CallOut) -> Reply:
        _send(pipe, (number, request))
        while not isinstance(message := pipe.recv(), Reply):
            _send(pipe, call_out(*message))
        return message

    return ask


def _stay(pipe: object, cases: list[tuple[str, Answer]], parent: int) -> None:
    """Answer requests while the parent lives, with nothing printed or warned of."""
    warnings.simplefilter("ignore")
    sys.stdout = sys.stderr = io.StringIO()
    rooms = [Room(answer, usage) for usage, answer in cases]

    def call_out(*call: object) -> Reply:
        _send(pipe, call)
        while not isinstance(message := pipe.recv(), Reply):
            answer(*message)
        return message

    def answer(number: int, request: Request) -> None:
        _send(pipe, rooms[number].ask(request, call_out))

    while os.getppid() == parent:
        if pipe.poll(timeout=10):
            answer(*pipe.recv())


def _send(pipe: object, message: object) -> None:
    assert_plain(message)
    pipe.send(message)
