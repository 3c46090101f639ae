"""What becomes of an answer, judged where its code does not run."""

from __future__ import annotations

import contextlib
import os
import resource
import select
import shutil
import signal
import socket
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from courseware.checking.border import Callback, CallOut, Reply, Request
from courseware.checking.explain import one_line, type_name
from courseware.marking import cell, linux, wire
from courseware.marking.isolation import FILES, LANDLOCK, MEGABYTES, Isolation
from courseware.marking.quiet import Turn
from courseware.marking.tidy import remove

_FORGED = "it sent a forged message"
ATTEMPTS = (*cell.ATTEMPTS, _FORGED)  # how remarks begin that a person should look at
_FOR_EVER = 1e6
_SLICE = 0.05  # seconds between two looks at a process
_CELL = 120.0  # seconds that a student's cell may take before it is asked anything
_IDLE = 4, 5.0  # times as long, and more, may pass on the wall: others work as well
_ASLEEP = 20.0  # seconds that it may do nothing at all
_GRACE = 5.0  # seconds in which the end of a process is told of
_THREADS, _FILES = 64, 20_000
_REMARKS = 20
_LONGEST = 500  # characters of a hint
_KILLED = {
    signal.SIGKILL: "killed: out of memory, perhaps",
    signal.SIGSEGV: "a crash in machine code",
}


@dataclass(frozen=True)
class Verdict:
    """What became of an answer.

    Attributes
    ----------
    right : bool
        Whether it is.
    hint : str
        What is wrong with it; "" where nothing is.
    seconds : float
        How much of a processor's time it took.
    found : str
        Where the answer was, as `answers.Answer` has it.
    remarks : tuple of str
        What was unusual: how it was found, what it tried, how it ended.
    counted_there : bool
        Whether anything was counted or timed in the process of the student's code,
        which alone can tell; an answer that sets out to deceive may have lied there.
    """

    right: bool
    hint: str
    seconds: float
    found: str
    remarks: tuple[str, ...] = ()
    counted_there: bool = False


@dataclass(frozen=True)
class Scene:
    """What the answers to an exercise find.

    Attributes
    ----------
    names : dict
        Those of the lesson, as they are before the exercise.
    checks : list of (dict, str)
        Where checks have a name.
    isolation : Isolation
        How the process of an answer is kept apart.
    readable, secret : list of str
        Files and folders that it may read, and that it may not, wherever they lie.
    session : str
        A folder in which each answer gets one of its own.
    """

    names: dict[str, object]
    checks: list[tuple[dict, str]]
    isolation: Isolation
    readable: list[str]
    secret: list[str]
    session: str


def judge(scene: Scene, task: dict) -> dict:
    """
    Have an answer run in a process of its own, and judge it in this one.

    Parameters
    ----------
    scene : Scene
        That of the exercise.
    task : dict
        The answer's "source" and "helpers", and the exercise's "function" and "check".

    Returns
    -------
    dict
        Of a `Verdict`: "right", "hint", "seconds", "remarks", "counted_there".
    """
    turn = Turn()
    check = eval(task["check"], scene.names)  # noqa: S307 - a name in our own lesson
    task |= {"usage": check.usage}
    folder = tempfile.mkdtemp(dir=scene.session)
    process = _Process(scene, task, folder, turn)
    try:
        _limit(check.seconds)
        hint = process.begin()
        if not hint:
            process.allow(check.seconds, check.late)
            # The process looks after the time: it does not count while others work.
            hint = check.hint(process.ask, _FOR_EVER)
        hint = process.end or hint
    except _EndError:
        hint = check.late
    except Exception as error:  # noqa: BLE001 - no answer is to stop the marking
        hint = f"its judge stopped with {type_name(error)}"
        process.remarks.append(f"{hint}: somebody should look at it")
    finally:
        seconds = process.close()
        with contextlib.suppress(OSError):  # it goes with the session
            remove(folder)
    return {
        "right": not hint,
        "hint": _shown(hint),
        "seconds": round(seconds, 2),
        "remarks": process.remarks,
        "counted_there": process.counted_there,
    }


def _limit(seconds: float) -> None:
    """Bound what this process takes, lest an answer have it work without end."""

    def end(*_: object) -> NoReturn:
        signal.signal(signal.SIGXCPU, signal.SIG_IGN)  # it would come every second
        raise _EndError

    most = round(time.process_time() + seconds) + 2
    linux.limit_memory(MEGABYTES)
    signal.signal(signal.SIGXCPU, end)
    resource.setrlimit(resource.RLIMIT_CPU, (most, most + 5))


class _EndError(BaseException):
    """The answer is at its end; no judge is to take that for something else."""


class _Process:
    """The process of an answer, as its judge has to do with it.

    Attributes
    ----------
    end : str
        What ended it, "" where nothing has.
    remarks : list of str
        What it told of itself.
    counted_there : bool
        Whether it was asked to count.
    """

    def __init__(self, scene: Scene, task: dict, folder: str, turn: Turn) -> None:
        self.end, self.remarks, self.counted_there = "", [], False
        self._turn, self._is_alone = turn, False
        self._folder, self._has_disk = Path(folder), scene.isolation.way == LANDLOCK
        self._free = shutil.disk_usage(folder).free - FILES * 2**20
        self._line, theirs = socket.socketpair()
        self._news, news = os.pipe()
        self._between = os.fork()
        if self._between == 0:
            self._line.close()
            _between(scene, task, folder, theirs, news)
        theirs.close()
        os.close(news)
        said = _read_line(self._news)
        if not said.isdecimal():
            raise RuntimeError(f"no process could be made: {said}")
        self._number, self._seconds, self._asleep = int(said), 0.0, 0.0
        # Before it has seen the answer, it can still be believed.
        if why := wire.receive(self._line):
            raise RuntimeError(f"a process could not be shut in: {why}")
        self._line.settimeout(_SLICE)
        self.allow(_CELL, f"the cell takes longer than {_CELL:g} seconds")

    def begin(self) -> str:
        """Wait until the answer is there; returns a hint if it will not be."""
        with contextlib.suppress(_EndError):
            message = self._receive()
            if not isinstance(message, str):
                self._forged("no beginning")
            return message  # `cell.READY` is none
        return self.end

    def ask(self, request: Request, call_out: CallOut) -> Reply:
        """Hand a request over, and return what comes back: `border.Ask`."""
        if self.end:
            raise _EndError
        if request.do == "time" and not self._is_alone:
            before = time.monotonic()
            self._turn.alone()
            self._latest += time.monotonic() - before
            self._is_alone = True
        self.counted_there |= request.counted or request.do == "time"
        self._send(request)
        while not isinstance(message := self._receive(), Reply):
            call = _called(message) or self._forged("a call")
            try:
                reply = call_out(*call)
            except IndexError:
                self._forged("a call of what it was not given")
            self._send(reply)
        if request.counted and not message.hint and message.count is None:
            self._forged("a reply without a count")
        return message

    def allow(self, seconds: float, late: str) -> None:
        """Allow so much time from now on; `late` is the hint after it."""
        self._late, self._most = late, self._used() + seconds
        self._latest = time.monotonic() + _IDLE[0] * seconds + _IDLE[1]
        self._next_look = 0.0

    def close(self) -> float:
        """End the process; returns the seconds it took, and its judge."""
        with contextlib.suppress(ProcessLookupError):
            used = self._used()
            os.kill(self._number, signal.SIGKILL)
        self._line.close()
        os.kill(self._between, signal.SIGKILL)
        os.waitpid(self._between, 0)
        os.close(self._news)
        return used

    def _used(self) -> float:
        with contextlib.suppress(OSError, IndexError):
            self._seconds = linux.seconds_of(self._number)
        return self._seconds + time.process_time()

    def _send(self, message: object) -> None:
        try:
            wire.send(self._line, message, self._look)
        except wire.GoneError:
            self._gone()

    def _receive(self) -> object:
        """Return the next message that is no remark."""
        while True:
            try:
                message = wire.receive(self._line, self._look)
            except wire.GoneError:
                self._gone()
            except wire.ForgedError as forged:
                self._forged(str(forged))
            if not _is(cell.REMARK, message):
                return message
            text = message[-1]
            if not (isinstance(text, str) and text.startswith(cell.ATTEMPTS)):
                self._forged("a remark")
            self.remarks.append(_shown(text))
            if len(self.remarks) > _REMARKS:
                self._forged("too many remarks")

    def _look(self) -> None:
        """Look after the process: end it if it takes too much."""
        now = time.monotonic()
        if now < self._next_look:
            return
        self._next_look = now + _SLICE
        before, used = self._seconds, self._used()
        if used > self._most or now > self._latest:
            self._ended(self._late)
        with contextlib.suppress(OSError, IndexError):
            # Who waits for a processor is not asleep, and who sleeps uses none.
            if self._seconds == before and linux.is_asleep(self._number):
                self._asleep += _SLICE
        if self._asleep > _ASLEEP:
            self._ended(f"it sleeps for longer than {_ASLEEP:g} seconds")
        if self._is_filling(self._folder):
            self._ended("it writes more than there may be")
        with contextlib.suppress(OSError, IndexError):
            if linux.threads_of(self._number) > _THREADS:
                self.remarks.append("it starts threads without end")
                self._ended("it starts more threads than there may be")

    def _is_filling(self, folder: Path) -> bool:
        """Whether files of its own fill the disk; namespaces have a bound of theirs."""
        if not self._has_disk or shutil.disk_usage(folder).free > self._free:
            return False
        sizes, opened = [], Path(f"/proc/{self._number}/fd")
        try:
            for _, _, names, place in os.fwalk(folder):
                for name in names[: _FILES + 1 - len(sizes)]:
                    with contextlib.suppress(OSError):  # it is changing
                        there = os.stat(name, dir_fd=place, follow_symlinks=False)
                        sizes.append(there.st_blocks * 512)
            for handle in opened.iterdir():  # those without a name are there, too
                with contextlib.suppress(OSError):
                    there = handle.stat()
                    sizes += [there.st_blocks * 512] * (not there.st_nlink)
        except (RecursionError, PermissionError):  # it hides them
            return True
        except OSError:  # it has ended
            return False
        return len(sizes) > _FILES or sum(sizes) > FILES * 2**20

    def _gone(self) -> NoReturn:
        """Say how the process ended that has closed the line."""
        ended, _, _ = select.select([self._news], [], [], _GRACE)
        if not ended and linux.is_running(self._number):
            self._forged("it closed the line")
        code = int(_read_line(self._news))
        how = f"with exit code {code}"
        if code < 0:
            name = {one.value: one.name for one in signal.Signals}.get(-code, -code)
            how = f"by {name}, {_KILLED.get(-code, 'a signal')}"
        self.remarks.append(f"its process ended {how}")
        self._ended(f"it ends the program {how}: `return` ends a function")

    def _forged(self, what: str) -> NoReturn:
        self.remarks.append(f"{_FORGED}: {one_line(what)}")
        self._ended("a message was forged: nothing that came from it counts")

    def _ended(self, why: str) -> NoReturn:
        self.end = why
        raise _EndError


def _called(message: object) -> tuple[Callback, tuple, dict] | None:
    """Return the callback and its arguments, if a message is a call of one."""
    if not _is(cell.CALL, message) or len(message) != 4:
        return None
    call = message[1:]
    return call if all(map(isinstance, call, (Callback, tuple, dict))) else None


def _is(kind: str, message: object) -> bool:
    """Whether a message, which may be anything, is one of a kind."""
    named = isinstance(message, tuple) and message and isinstance(message[0], str)
    return bool(named) and message[0] == kind


def _between(
    scene: Scene, task: dict, folder: str, line: socket.socket, news: int
) -> NoReturn:
    """Make the process of an answer, tell of it, and how it ends."""
    try:
        scene.isolation.part()
        if (process := os.fork()) == 0:
            _be_cell(scene, task, folder, line)
        line.close()
        os.write(news, f"{process}\n".encode())
        # It keeps its number, lest its judge should end another that was given it.
        end = os.waitid(os.P_PID, process, os.WEXITED | os.WNOWAIT)
        code = end.si_status if end.si_code == os.CLD_EXITED else -end.si_status
        os.write(news, f"{code}\n".encode())
        signal.pause()
    except BaseException as error:  # noqa: BLE001 - the judge is to know
        os.write(news, f"{type_name(error)}: {one_line(str(error))}\n".encode())
    os._exit(0)


def _be_cell(scene: Scene, task: dict, folder: str, line: socket.socket) -> NoReturn:
    os.setsid()  # or a signal to its group would end its judge
    linux.end_with_parent()
    number = line.fileno()
    os.closerange(0, number)
    os.closerange(number + 1, os.sysconf("SC_OPEN_MAX"))
    nothing = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        if standard != nothing:
            os.dup2(nothing, standard)
    try:
        scene.isolation.confine(scene.readable, folder)
        _lay_out(scene)
        why = ""
    except BaseException as error:  # noqa: BLE001 - the judge is to know
        why = f"{type_name(error)}: {error}"
    with contextlib.suppress(BaseException):
        wire.send(line, why)
        cell.live(line, scene.names, scene.checks, task, scene.readable, scene.secret)
    os._exit(1)


def _shown(text: str) -> str:
    """Return what may be shown to a person of a text that may hold anything."""
    return "".join(c if c.isprintable() else " " for c in text[:_LONGEST])


def _lay_out(scene: Scene) -> None:
    """Put what the lesson reads, and lies beside it, where it would look for that."""
    for path in map(Path, scene.readable):
        for folder in filter(path.is_relative_to, scene.secret):
            place = path.relative_to(folder)
            place.parent.mkdir(parents=True, exist_ok=True)
            place.symlink_to(path)


def _read_line(pipe: int) -> str:
    data = b""
    while not data.endswith(b"\n") and (piece := os.read(pipe, 1)):
        data += piece
    return data.decode().strip()
