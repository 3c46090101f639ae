"""Where a student's code runs and answers what it is asked: nobody trusts it.

It is a fork of a snapshot, shut in before it reads the code. What it says of the code
is said by the code itself, if that sets out to deceive: so no verdict is given here.
"""

from __future__ import annotations

import ast
import asyncio
import importlib
import inspect
import linecache
import os
import re
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from typing import NoReturn

from IPython import get_ipython

from courseware.checking import exercise, explain
from courseware.checking.border import Callback, Reply, Request
from courseware.checking.missing import as_python
from courseware.checking.printed import LastLines
from courseware.checking.result import CheckResult
from courseware.checking.room import Room
from courseware.marking import wire
from courseware.optional import made_and_used

ATTEMPTS = ("it tries ", "it searches ", "it replaces ", "it prints ")
READY, CALL, REMARK = "", "call", "remark"
# Magics that run the cell which they head.
_WHOLE_CELL = re.compile(r"\A\s*%%(time|capture|prun)\b.*")
_BESIDE = 1.0  # seconds that all lines beside the answer may take together
_PRINTED = 10_000_000  # characters
_FILE = "<the answer>"
_FLAGS = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
_DEFINITIONS = (
    ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom,
)  # fmt: skip
_MOST_REMARKS = 8


class _TooLongError(BaseException):
    """A line beside the answer takes too long."""


class _Line:
    """The way to the judge."""

    def __init__(self, line: socket.socket) -> None:
        self._line, self._lock = line, threading.Lock()
        self._remarks: set[str] = set()

    def send(self, message: object) -> None:
        with self._lock:
            wire.send(self._line, message)

    def reply(self, reply: Reply) -> None:
        with self._lock:
            try:
                wire.send(self._line, reply)
            except wire.TooLargeError:
                large = "your result is too large, or nests too deeply, to be read"
                wire.send(self._line, Reply(hint=large))

    def remark(self, text: str) -> None:
        if text not in self._remarks and len(self._remarks) < _MOST_REMARKS:
            self._remarks.add(text)
            self.send((REMARK, text))

    def receive(self) -> object:
        return wire.receive(self._line)


def live(
    socket_: socket.socket,
    names: dict[str, object],
    checks: list[tuple[dict, str]],
    task: dict,
    readable: Sequence[str],
    secret: Sequence[str],
) -> NoReturn:
    """
    Run a student's cell, and answer the judge's requests to the end.

    Parameters
    ----------
    socket_ : socket.socket
        To the judge.
    names : dict
        Those of the lesson.
    checks : list of (dict, str)
        Where a check has a name.
    task : dict
        What `verdicts.judge` was sent.
    readable : sequence of str
        What it may read.
    secret : sequence of str
        What it would never find by chance.
    """
    line = _Line(socket_)
    names.update(exit=sys.exit, quit=sys.exit)  # a shell's own would ask nobody
    explain.advice = lambda _: "nothing before the exercise defines it"
    nothing = _check_nothing(task["usage"])
    for holder, name in checks:
        holder[name] = nothing
    linecache.cache.clear()  # our solutions of earlier exercises are not to be quoted
    sys.path.insert(0, "")  # a module that it has written, as in a notebook
    sys.addaudithook(_watch(line, readable, secret))
    printed = _Printed(line)
    with exercise.silence(printed, _FILE):
        try:
            answer = _answer(names, task)
        except _NoAnswerError as none:
            line.send(str(none))
            os._exit(0)
        if any(holder.get(name) is not nothing for holder, name in checks):
            line.remark("it replaces a check, which changes nothing")
    # As a check does it: what the cell has done to warnings is over.
    with exercise.silence(printed, _FILE):
        room = Room(answer, task["usage"])
        line.send(READY)
        try:
            while True:
                _reply(line, room, line.receive())
        except wire.GoneError:
            os._exit(0)


class _Printed(LastLines):
    """What is printed, of which the end is kept; without end, it is told."""

    def __init__(self, line: _Line) -> None:
        super().__init__(10, 10_000)
        self._line, self._left = line, _PRINTED

    def write(self, text: str) -> int:
        """Take a piece of text."""
        self._left -= len(text)
        if self._left < 0:
            self._line.remark(f"it prints more than {_PRINTED:,} characters")
        return super().write(text)


class _NoAnswerError(Exception):
    """The cell does not come to an answer; the message is the hint."""


def _reply(line: _Line, room: Room, request: object) -> None:
    def call_out(callback: Callback, arguments: tuple, keywords: dict) -> Reply:
        line.send((CALL, callback, arguments, keywords))
        while isinstance(message := line.receive(), Request):
            _reply(line, room, message)
        return message

    line.reply(room.ask(request, call_out))


def _answer(names: dict[str, object], task: dict) -> object:
    """Run the student's cells and return what the check asks for."""
    before = dict(names)
    for helper in task["helpers"]:
        _run(helper, names, "", f"{_FILE[:-1]}'s helper>")
        names.update(before)  # our own functions are the ones that count
    name = task["function"]
    before = names.get(name.partition(".")[0])
    failed = _run(task["source"], names, name, _FILE)
    try:
        answer = eval(name, names)  # noqa: S307 - nothing here that could be hurt
    except BaseException:  # noqa: BLE001 - it may be anything
        answer = before
    if answer is before:
        why = f": {failed}" if failed else ""
        raise _NoAnswerError(f"the cell does not define `{name}`{why}")
    return answer


def _run(source: str, names: dict[str, object], answer: str, file: str) -> str:
    """Run a cell statement by statement; say what went wrong first, if anything did."""
    source = _WHOLE_CELL.sub("", source)
    try:
        python = as_python(source)
        statements = ast.parse(python).body
    except (SyntaxError, ValueError, RuntimeError, MemoryError) as error:
        where = f" (line {error.lineno})" if getattr(error, "lineno", None) else ""
        said = f": {error.msg}" if isinstance(error, SyntaxError) else ""
        kind = type(error).__name__
        raise _NoAnswerError(f"the cell has a {kind}{said}{where}") from None
    lines = python.splitlines(keepends=True)
    linecache.cache[file] = len(python), None, lines, file
    needed, left, failed = [*_needed(statements, answer)], _BESIDE, ""
    for statement, is_needed in zip(statements, needed, strict=True):
        try:
            if is_needed:
                _execute(statement, names, file)
            else:
                left = _step(statement, names, file, left)
        except BaseException as error:  # noqa: BLE001 - such a line costs nothing
            quote = f"{explain.type_name(error)}: {explain.one_line(_text(error))}"
            failed = failed or f"line {statement.lineno} stops with {quote}"
    return failed


def _step(
    statement: ast.stmt, names: dict[str, object], file: str, seconds: float
) -> float:
    """Run a statement beside the answer, and return how many seconds are left."""
    signal.signal(signal.SIGALRM, _too_long)
    signal.setitimer(signal.ITIMER_REAL, max(seconds, 0.01))
    try:
        _execute(statement, names, file)
    except _TooLongError:
        return 0.0
    finally:
        seconds, _ = signal.setitimer(signal.ITIMER_REAL, 0)
    return seconds


def _execute(statement: ast.stmt, names: dict[str, object], file: str) -> None:
    # The notebook's compiler: it remembers what cells have imported from the future.
    compiler = get_ipython().compile
    with compiler.extra_flags(_FLAGS):
        code = compiler(ast.Module([statement], []), file, "exec")
    result = eval(code, names)  # noqa: S307 - that is what this process is for
    if inspect.iscoroutine(result):
        asyncio.run(result)


def _too_long(*_: object) -> NoReturn:
    raise _TooLongError


def _text(error: BaseException) -> str:
    try:
        return str(error)
    except BaseException:  # noqa: BLE001 - a student's __str__ may do anything
        return ""


def _needed(statements: list[ast.stmt], answer: str) -> Iterator[bool]:
    """Tell the statements that an answer may hang on from those beside it.

    Definitions cost no time. Of the others those are needed that give a value to a name
    which the answer uses, or might change it: such as the training of its network.
    """
    parts = [*map(_made_and_used, statements)]
    wanted, size = {answer}, 0
    while len(wanted) > size:
        size = len(wanted)
        for made, used in parts:
            if made & wanted:
                wanted |= used
    values = set()
    for statement, (made, _) in zip(statements, parts, strict=True):
        values |= set() if isinstance(statement, _DEFINITIONS) else made & wanted
    for statement, (made, used) in zip(statements, parts, strict=True):
        is_needed = isinstance(statement, _DEFINITIONS) or answer in made
        yield is_needed or not answer or bool((made | used) & (values - {answer}))


def _made_and_used(statement: ast.stmt) -> tuple[set[str], set[str]]:
    module = ast.Module([statement], [])
    try:
        return made_and_used(compile(module, "", "exec", _FLAGS, dont_inherit=True))
    except (SyntaxError, ValueError, RecursionError):
        return set(), set()  # such as a `return` beside all functions: it will stop


def find_checks(names: dict[str, object]) -> list[tuple[dict, str]]:
    """Return where checks have a name: among those of the lesson, and in modules."""
    holders = [names, *(vars(module) for module in [*sys.modules.values()])]
    return [
        (holder, name)
        for holder in holders
        for name, value in holder.items()
        if inspect.isfunction(value) and hasattr(value, "usage")
    ]


def _check_nothing(usage: str) -> Callable:
    """Return what takes the place of every check, also of those still to be made."""

    def nothing(*_: object, **__: object) -> CheckResult:
        return CheckResult(usage.partition("(")[0])

    exercise.exercise = lambda *_, **__: lambda _judge: nothing
    return nothing


# --- what looks like an attempt ----------------------------------------------------

_LOOKS = {"os.listdir", "os.scandir"}
_CHANGES = {
    "os.remove", "os.rename", "os.rmdir", "os.mkdir", "os.truncate", "os.chmod",
    "os.chown", "os.link", "os.symlink", "shutil.rmtree",
}  # fmt: skip
_TOLD = (
    (
        {
            "os.fork", "os.forkpty", "os.posix_spawn", "os.exec", "os.system",
            "subprocess.Popen",
        },
        "it tries to start a process",
    ),
    (
        {"socket.connect", "socket.bind", "socket.sendto", "socket.getaddrinfo"},
        "it tries to reach the network",
    ),
    ({"os.kill", "os.killpg"}, "it tries to end a process"),
    ({"gc.get_objects", "gc.get_referrers"}, "it searches its process's memory"),
)  # fmt: skip
_WATCHED = {"open", *_LOOKS, *_CHANGES}.union(*(events for events, _ in _TOLD))
# What looks for packages, wherever they may be.
_IMPORTING = ("<frozen importlib", importlib.__path__[0])
_HARMLESS = ("/dev/", "/proc/cpuinfo", "/proc/meminfo", "/sys/")


def _watch(line: _Line, readable: Sequence[str], secret: Sequence[str]) -> Callable:
    """Return a hook for Python's audit events that tells of attempts."""
    own, itself = (os.environ["HOME"], os.environ["TMPDIR"]), f"/proc/{os.getpid()}/"
    readable, secret, own = (
        tuple(map(os.path.realpath, paths)) for paths in (readable, secret, own)
    )

    def outside(path: object) -> str:
        if not isinstance(path, str | bytes):
            return ""
        real = os.path.realpath(os.fsdecode(path))
        free = _is_in(real, readable) or real.startswith((*_HARMLESS, itself))
        free = free or (_is_in(real, own) and not _is_in(real, secret))
        return "" if free else real

    def told(event: str, arguments: tuple) -> str:
        if event == "open" and (path := outside(arguments[0])):
            writes = isinstance(arguments[2], int) and arguments[2] & os.O_ACCMODE
            return f"it tries to {'write' if writes else 'read'} {path}"
        if event in _LOOKS and (path := outside(arguments[0])):
            return f"it tries to look into {path}"
        if event in _CHANGES and (path := outside(arguments[0])):
            return f"it tries to change {path}"
        return next((text for events, text in _TOLD if event in events), "")

    def hook(event: str, arguments: tuple) -> None:
        if event in _WATCHED and _is_by_answer() and (text := told(event, arguments)):
            line.remark(text)

    return hook


def _is_in(path: str, folders: Sequence[str]) -> bool:
    return any(path == one or path.startswith(f"{one}/") for one in folders)


def _is_by_answer() -> bool:
    """Whether the student's own lines do it, and no import on the way."""
    frame = sys._getframe(2)
    while frame is not None:
        file = frame.f_code.co_filename
        if file.startswith((_FILE, *_IMPORTING)):
            return file == _FILE
        frame = frame.f_back
    return False
