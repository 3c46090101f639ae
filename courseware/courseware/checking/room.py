"""Where an answer lives: the only code that touches it.

A room is asked with a `border.Request` and returns a `border.Reply`. It calls the
answer on copies, sees whether it changed them, explains what it raises, and keeps what
cannot leave. Nothing of a judge runs in here, and no verdict is given: a room may be in
a process that nobody trusts.
"""

import builtins
import copy
import dataclasses
import functools
import inspect
import operator
import time
from collections.abc import Callable, Iterator

import numpy as np

from courseware.checking.border import (
    Callback,
    CallOut,
    Count,
    Dice,
    Held,
    Reply,
    Request,
    plain,
    same,
)
from courseware.checking.counting import Counting, Uncounted
from courseware.checking.explain import explain, type_name

_CHANGED = "it changes the array or list that it is given: work on a copy, or without"
_REUSED = "it changes an array or list that it returned before: return a new one each"


class _RefusedError(Exception):
    """A step of the answer went wrong; the message is the hint."""


class Room:
    """A place for an answer, and for all objects that it returns.

    Parameters
    ----------
    answer : object
        What the student handed in, a function or not.
    usage : str
        How the exercise wants it called: ``"backprop(x, y)"``.
    """

    def __init__(self, answer: object, usage: str) -> None:
        self._answer, self._usage = answer, usage
        self._objects: list[object] = []
        self._numbers: dict[int, int] = {}  # by id; the list keeps them alive
        self._functions: dict[Callback, Callable] = {}  # the judge's, calling out
        self._earlier: dict[int, tuple[object, object]] = {}  # results, as they were
        self._name(answer)

    def ask(self, request: Request, call_out: CallOut) -> Reply:
        """Do what a judge wants, and say what came of it.

        Parameters
        ----------
        request : Request
            What to do.
        call_out : callable
            Where the judge's functions are.

        Returns
        -------
        Reply
            With a hint for whatever went wrong: this raises nothing.
        """
        self._call_out = call_out
        try:
            if request.do == "describe":
                return Reply(self._plain(self._answer))
            if request.do == "calls":
                return Reply(self._plain([*self._calls(request)]))
            value, count = self._done(request)
            return Reply(self._plain(value), count=count)
        except _RefusedError as refused:
            return Reply(hint=str(refused))
        except BaseException as error:  # noqa: BLE001 - a result may do anything
            raised = type_name(error)
            return Reply(hint=f"your result cannot be read: it raises {raised}")

    def _done(self, request: Request) -> tuple[object, Count | None]:
        thing, name = self._objects[request.on], request.name
        steps = {
            "call": lambda one, *rest: one(*rest),
            "time": _timed,
            "has": lambda one: hasattr(one, name),
            "get": lambda one: getattr(one, name),
            "set": lambda one, value: setattr(one, name, value),
            "+": operator.add,
            "*": operator.mul,
        }
        if request.do in ("call", "time"):
            return self._called(request, steps[request.do])
        arguments = [self._inside(value) for value in request.arguments]
        step = functools.partial(steps[request.do], thing, *arguments)
        return self._run(step, request, self._answer)

    def _calls(self, request: Request) -> Iterator[object]:
        for arguments in request.arguments:
            call = dataclasses.replace(request, do="call", arguments=arguments)
            yield self._done(call)[0]

    def _called(self, request: Request, step: Callable) -> tuple[object, Count | None]:
        """Call a function on copies, and see that it leaves alone what is not its."""
        function = answer = self._objects[request.on]
        if request.name:
            get = functools.partial(getattr, function, request.name)
            function, _ = self._run(get, request, self._answer)
            answer = self._answer
        arguments = [self._inside(value) for value in request.arguments]
        _bind(function, arguments, request.usage or self._usage)
        step = functools.partial(step, function, *arguments)
        result, count = self._run(step, request, answer)
        if not _unchanged(arguments, [*request.arguments]):
            raise _RefusedError(f"{_CHANGED} `+=` and its like")
        if not request.name and request.do == "call":
            before, as_it_was = self._earlier.get(request.on, (None, None))
            if not same(self._plain(before), as_it_was):
                raise _RefusedError(f"{_REUSED} time")
            self._earlier[request.on] = result, self._plain(result)
        return result, count

    def _run(
        self, step: Callable[[], object], request: Request, answer: object
    ) -> tuple[object, Count | None]:
        """Take a step in the answer's code; what it raises becomes a hint."""
        try:
            if not request.counted:
                return step(), None
            with Counting() as counting:
                result = step()
            return result, counting.count
        except BaseException as error:  # noqa: BLE001 - anything may come
            hint = explain(error, answer, self._usage, request.given)
            raise _RefusedError(hint) from None

    def _plain(self, value: object) -> object:
        return plain(value, self._name)

    def _name(self, thing: object) -> Held:
        """Keep `thing` and return the name that it is known by outside."""
        number = self._numbers.setdefault(id(thing), len(self._objects))
        if number == len(self._objects):
            self._objects.append(thing)
        if issubclass(type(thing), np.ndarray):
            array = np.asarray(thing)
            form = array.shape, str(array.dtype)
            return Held(number, type_name(thing), False, *form)
        return Held(number, type_name(thing), callable(thing))

    def _inside(self, value: object) -> object:
        """Return what an argument stands for in here, a copy."""
        if isinstance(value, Held):
            return self._objects[value.number]
        if isinstance(value, Callback):
            return self._functions.setdefault(value, self._calling_out(value))
        if isinstance(value, Dice):
            return np.random.default_rng(value.seed)
        if isinstance(value, list | tuple):
            return type(value)(self._inside(item) for item in value)
        if isinstance(value, dict):
            return {key: self._inside(item) for key, item in value.items()}
        return copy.deepcopy(value)

    def _calling_out(self, callback: Callback) -> Callable:
        def function(*arguments: object, **keywords: object) -> object:
            with Uncounted():
                given = self._plain(arguments), self._plain(keywords)
                reply = self._call_out(callback, *given)
                if reply.error:
                    raise _error(reply.error)(reply.hint)
                return self._inside(reply.value)

        function.__name__ = function.__qualname__ = callback.name
        return function


def _timed(function: Callable, *arguments: object) -> float:
    """Return how long a call takes by the clock of this thread.

    It stands still while other programs run.
    """
    clock = getattr(time, "thread_time", time.perf_counter)
    start = clock()
    function(*arguments)
    return clock() - start


def _bind(function: Callable, arguments: list, usage: str) -> None:
    """See whether the function takes that many arguments."""
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):  # some built-in functions have none
        return
    try:
        signature.bind(*arguments)
    except TypeError:
        hint = f"it cannot be called as {usage}: look at its arguments"
        raise _RefusedError(hint) from None


def _unchanged(now: object, before: object) -> bool:
    """Compare arguments without asking them: a changed one may hold anything."""
    if isinstance(before, Held | Callback | Dice):
        return True
    if type(now) is not type(before):
        return False
    if isinstance(before, list | tuple):
        return len(now) == len(before) and all(map(_unchanged, now, before))
    if isinstance(before, dict):
        return _unchanged([*now.items()], [*before.items()])
    return same(now, before) or _put_back(now, before)


def _put_back(now: object, before: object) -> bool:
    """Say whether an array was nudged and put back: it may be rounded by that."""
    if not isinstance(before, np.ndarray) or before.dtype.kind != "f":
        return False
    if (now.shape, now.dtype) != (before.shape, before.dtype):
        return False
    largest = np.max(np.abs(before), initial=1.0)
    close = 8 * np.finfo(before.dtype).eps * largest
    return np.allclose(now, before, rtol=0, atol=close, equal_nan=True)


def _error(name: str) -> type[Exception]:
    kind = getattr(builtins, name, RuntimeError)
    is_one = isinstance(kind, type) and issubclass(kind, Exception)
    return kind if is_one else RuntimeError
