"""What an answer raised, in words.

The type of an exception is not its cause: a stub, a library and the answer itself may
all raise NotImplementedError. So what decides is where it was raised.
"""

import dis
import functools
import inspect
import types
from collections import Counter
from collections.abc import Iterator

from courseware.checking.kernel import advice

EMPTY_STUB = "this is the empty stub"

_LONGEST_QUOTE = 80
# What no function does that only raises, apart from its docstring and comments.
_WORK = ("STORE_", "POP_", "RETURN_", "YIELD_", "FOR_", "JUMP")


class UnansweredError(Exception):
    """An answer asks somebody at the keyboard."""


def explain(error: BaseException, answer: object, usage: str, given: str = "") -> str:
    """Say in words what an answer raised, and where.

    Parameters
    ----------
    error : BaseException
        What it raised, with its traceback.
    answer : object
        The function or the class that the student handed in.
    usage : str
        How it is called: ``"backprop(x, y)"``.
    given : str
        What was special about the call.

    Returns
    -------
    str
        A hint of one line.
    """
    path = _Path(error, answer)
    for link in _chain(error):
        stopped = isinstance(link, NotImplementedError)
        if stopped and (hint := _other_stub(_Path(link, answer), usage)):
            return hint
    if isinstance(error, NotImplementedError) and path.by_raise:
        return _own_stub(path)
    if isinstance(error, RecursionError) and (hint := _who_recurs(path)):
        return hint
    if isinstance(error, SystemExit):
        return f"it ends the program with exit(){path.where}: `return` ends a function"
    if isinstance(error, MemoryError):
        return f"it asks for more memory than there is{path.where}"
    if isinstance(error, UnansweredError):
        return f"it waits for somebody to type{path.where}: no one is there in a check"
    quote = ": ".join(filter(None, [type_name(error), _message(error)]))
    hint = f"it stops with {quote}{path.where} {given}".rstrip()
    if isinstance(error, NameError) and path.ends_in_own and (todo := advice(error)):
        return f"{hint}: {todo}"
    return hint


def file_of(answer: object) -> str:
    """Return the name of the file, or of the cell, that an answer was written in."""
    answer = _unwrapped(answer)
    parts = [answer, *getattr(answer, "__dict__", {}).values()]  # a class's methods
    codes = (getattr(part, "__code__", None) for part in parts)
    return next((code.co_filename for code in codes if inspect.iscode(code)), "")


def type_name(thing: object) -> str:
    """Return the name of the type of `thing`, fit for a hint."""
    # Past the metaclass, whose idea of a name may be anything.
    return one_line(type.__dict__["__name__"].__get__(type(thing)))


def one_line(text: str) -> str:
    """Cut `text` to a length that can be quoted, without control characters."""
    text = " ".join(text[: 2 * _LONGEST_QUOTE].split())
    text = "".join(c for c in text if c.isprintable())
    return text if len(text) <= _LONGEST_QUOTE else text[:_LONGEST_QUOTE] + "..."


class _Path:
    """The way of an exception through the student's own code.

    Attributes
    ----------
    own : list of traceback
        Its steps within the module, or the notebook, that the answer is from.
    ends_in_own : bool
        Whether it was raised there, and not in Python code of a library.
    by_raise : bool
        Whether a `raise` of those lines did it, and not what they call.
    code : code object or None
        The answer's own; of a class, that of the method which was called.
    """

    def __init__(self, error: BaseException, answer: object) -> None:
        answer = _unwrapped(answer)
        home = getattr(answer, "__module__", None)
        steps = list(_steps(error))
        self.own = [s for s in steps if s.tb_frame.f_globals.get("__name__") == home]
        self.ends_in_own = self.own[-1:] == steps[-1:] != []
        self.by_raise = self.ends_in_own and _is_raise(self.own[-1])
        first = self.own[0].tb_frame.f_code if self.own else None
        self.code = getattr(answer, "__code__", first)

    @property
    def where(self) -> str:
        """The last line of the answer's own cell, in brackets, if there is any."""
        return self.line_in(self.own)

    def line_in(self, steps: list[types.TracebackType]) -> str:
        """Return the last line of the answer's own cell among `steps`."""
        for step in reversed(steps):
            if step.tb_frame.f_code.co_filename == self.code.co_filename:
                return f" (line {step.tb_lineno})"
        return ""


def _other_stub(path: _Path, usage: str) -> str:
    """Say that the answer calls a stub, or nothing if it is one itself."""
    if not path.by_raise or len(path.own) == 1:
        return ""
    *callers, last = path.own
    code = last.tb_frame.f_code
    if code is path.code or code.co_name == usage.partition("(")[0]:
        return ""
    what = "an empty stub still" if _is_empty(code) else "not finished yet"
    name, line = one_line(code.co_name), path.line_in(callers)
    return f"it calls `{name}`{line}, which is {what}: do that one first"


def _own_stub(path: _Path) -> str:
    if _is_empty(path.own[-1].tb_frame.f_code):
        return f"{EMPTY_STUB}: write your lines in place of `raise`, and run the cell"
    return f"it comes to `raise NotImplementedError`{path.where}: take that line out"


def _who_recurs(path: _Path) -> str:
    """Say who calls itself, or nothing where that is a library."""
    calls = Counter(step.tb_frame.f_code for step in path.own)
    code, times = max(calls.items(), key=lambda pair: pair[1], default=(None, 0))
    if times < 3:
        return ""
    if calls[path.code] > 1:
        return "it calls itself without end"
    name = one_line(code.co_name)
    return f"it calls `{name}`{path.where}, which calls itself without end"


def _unwrapped(answer: object) -> object:
    """Return what is inside of partial objects and decorators."""
    while True:
        is_partial = isinstance(answer, functools.partial)
        inner = answer.func if is_partial else getattr(answer, "__wrapped__", answer)
        if inner is answer:
            return answer
        answer = inner


def _steps(error: BaseException) -> Iterator[types.TracebackType]:
    step = error.__traceback__
    while step is not None:
        yield step
        step = step.tb_next


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """Yield an exception, and those during whose handling it was raised."""
    while error is not None:
        yield error
        hidden = error.__suppress_context__
        error = error.__cause__ if hidden else error.__context__


def _is_raise(step: types.TracebackType) -> bool:
    code = step.tb_frame.f_code.co_code
    return dis.opname[code[step.tb_lasti]] == "RAISE_VARARGS"


def _is_empty(code: types.CodeType) -> bool:
    """Whether a function does nothing but raise."""
    steps = dis.get_instructions(code)
    return not any(word in step.opname for step in steps for word in _WORK)


def _message(error: BaseException) -> str:
    """Return the message of `error`, as far as it has one that can be read."""
    try:
        return one_line(str(error))
    except BaseException:  # noqa: BLE001 - a student's __str__ may do anything
        return ""
