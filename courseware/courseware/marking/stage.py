"""Our own lesson, run to be marked by: a process that is trusted.

It is told one cell after the other, runs it, and forgets what it was told. At an
exercise it makes a snapshot: a fork of itself, which waits for answers and makes for
each of them a fork again, its judge (`verdicts.judge`). So whatever takes long is
computed once, and every answer finds all names as they are at its exercise.
"""

from __future__ import annotations

import contextlib
import gc
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Iterable
from pathlib import Path
from typing import NoReturn

from courseware.course import CourseError
from courseware.marking import linux, wire
from courseware.marking.answers import Answer, Exercise
from courseware.marking.cell import find_checks
from courseware.marking.isolation import LANDLOCK, Isolation, readable_here
from courseware.marking.quiet import Turn
from courseware.marking.tidy import remove
from courseware.marking.verdicts import Scene, Verdict, judge

_LONGEST = 900.0  # seconds after which a judge is given up
_TRIES = 2
_NO_VERDICT = {
    "right": False,
    "hint": "its judge came to no verdict",
    "seconds": 0.0,
    "remarks": ["its judge came to no verdict, twice: somebody should look at it"],
    "counted_there": False,
}
# What a lesson may find in its environment: nothing that could be a secret.
_KNOWN = ("LANG", "LC_", "TZ", "PATH", "PYTHON", "LD_LIBRARY_PATH", "SOURCE_DATE_EPOCH")
_THREADS = ("OMP", "OPENBLAS", "MKL", "VECLIB_MAXIMUM")


class Stage:
    """A process that runs a lesson; to be used in a with statement.

    Parameters
    ----------
    folder : Path
        Where the lesson lies.
    isolation : Isolation
        How answers are kept apart.
    hidden : iterable of Path
        What no answer may read, where it would lie among what it may.
    """

    def __init__(
        self, folder: Path, isolation: Isolation, hidden: Iterable[Path] = ()
    ) -> None:
        self._session = tempfile.TemporaryDirectory(prefix="marking-")
        self._line, theirs = socket.socketpair()
        self._lines = [self._line]
        self._process = subprocess.Popen(  # noqa: S603 - our own
            [sys.executable, "-m", "courseware.marking.stage", str(theirs.fileno())],
            cwd=folder,
            env=_environment(self._session.name),
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C is for us
        )
        theirs.close()
        secret = [str(path) for path in (folder, *hidden)]
        wire.send(self._line, [isolation.way, secret, self._session.name])

    def __enter__(self) -> Stage:
        return self

    def __exit__(self, *_: object) -> None:
        for line in self._lines:
            line.close()
        self._process.kill()
        self._process.wait()
        with contextlib.suppress(OSError):
            remove(self._session.name)
        with contextlib.suppress(OSError, RecursionError):
            self._session.cleanup()

    def run(self, source: str) -> str:
        """Run a cell; returns what it stops with, "" if nothing."""
        wire.send(self._line, ["run", source])
        return self._said()

    def snapshot(self, exercise: Exercise) -> Snapshot:
        """Return the lesson as it is now, for the answers to an exercise."""
        wire.send(self._line, ["snapshot", ""])
        self._said()
        _, [line], _, _ = socket.recv_fds(self._line, 1, 1)
        self._lines.append(socket.socket(fileno=line))
        return Snapshot(exercise, self._lines[-1])

    def _said(self) -> str:
        try:
            return wire.receive(self._line)
        except wire.GoneError:
            code = self._process.wait()
            raise CourseError(
                f"The process that runs our own lesson has ended ({code}): out of "
                "memory, perhaps?"
            ) from None


class _Watch:
    """Ends a waiting when its time is up."""

    def __init__(self, seconds: float) -> None:
        self._latest = time.monotonic() + seconds

    def __call__(self) -> None:
        if time.monotonic() > self._latest:
            raise wire.GoneError


class Snapshot:
    """The lesson as it is before an exercise, in a process that waits."""

    def __init__(self, exercise: Exercise, line: socket.socket) -> None:
        self._exercise, self._line = exercise, line

    def mark(self, answer: Answer) -> Verdict:
        """Return what becomes of an answer; several threads may ask at a time."""
        for _ in range(_TRIES):
            if done := self._done(answer):
                break
        else:
            done = dict(_NO_VERDICT)
        remarks = (*answer.remarks, *done.pop("remarks"))
        return Verdict(**done, found=answer.found, remarks=remarks)

    def _done(self, answer: Answer) -> dict:
        """Return what its judge says, nothing if that ends without a word."""
        task = {
            "function": self._exercise.function,
            "check": self._exercise.check,
            "source": answer.source,
            "helpers": [*answer.helpers],
        }
        line, theirs = socket.socketpair()
        with line, theirs:
            socket.send_fds(self._line, [b"?"], [theirs.fileno()])
            theirs.close()
            line.settimeout(_LONGEST)
            try:
                wire.send(line, task)
                done = wire.receive(line, _Watch(_LONGEST))
            except wire.GoneError:
                return {}
        if isinstance(done, str):
            raise CourseError(
                f"{answer.student}, {answer.exercise.column}: it could not be marked, "
                f"and that is not the answer's fault: {done}"
            )
        return done


def _environment(session: str) -> dict[str, str]:
    """Return the variables for a lesson: what is well known, and names of folders."""
    found = {
        name: value
        for name, value in os.environ.items()
        # Path.exists raises where a value is too long for a name.
        if name.startswith(_KNOWN) or (value[:1] == "/" and os.path.exists(value))  # noqa: PTH110
    }
    found |= {f"{name}_NUM_THREADS": "1" for name in _THREADS}
    return found | {
        "MPLBACKEND": "Agg",
        "COURSEWARE_RUN": "1",
        "IPYTHONDIR": session,
        "PYTHONWARNINGS": "ignore",
    }


# --- in the process itself ---------------------------------------------------------


class _Running:
    """The lesson that runs here."""

    def __init__(self, isolation: Isolation, secret: list[str], session: str) -> None:
        from IPython.core.interactiveshell import InteractiveShell
        from traitlets.config import Config

        config = Config()
        config.HistoryManager.enabled = False  # it would start a thread
        self._shell = InteractiveShell.instance(config=config)
        self._isolation, self._session = isolation, session
        self._secret = secret
        self._read: set[str] = set()
        self._is_running = False
        sys.addaudithook(self._note)

    def run(self, source: str) -> str:
        """Run a cell; returns what it stops with."""
        turn = Turn()
        self._is_running = True
        try:
            result = self._shell.run_cell(source, store_history=False, silent=True)
        finally:
            self._is_running = False
            turn.end()
        if pyplot := sys.modules.get("matplotlib.pyplot"):
            pyplot.close("all")
        error = result.error_before_exec or result.error_in_exec
        return f"{type(error).__name__}: {error}" if error else ""

    def snapshot(self) -> socket.socket:
        """Fork; returns the way to the one that waits."""
        if self._isolation.way == LANDLOCK:
            import sandlock  # noqa: F401 - loaded once for all
        gc.collect()
        gc.freeze()  # what is not looked at stays shared
        ours, theirs = socket.socketpair()
        readable = readable_here(self._secret, self._read)
        names = self._shell.user_ns
        checks = find_checks(names)
        scene = Scene(
            names, checks, self._isolation, readable, self._secret, self._session
        )
        if os.fork() == 0:
            linux.end_with_parent()
            ours.close()
            self._wait(theirs, scene)
        theirs.close()
        return ours

    def _wait(self, line: socket.socket, scene: Scene) -> NoReturn:
        """Make a judge for each answer, as long as anybody asks."""
        signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for them
        linux.adopt_orphans()  # an answer may be left when its judge is done with it
        while True:
            said, numbers, _, _ = socket.recv_fds(line, 1, 1)
            if not said:
                os._exit(0)
            [number] = numbers
            if os.fork() == 0:
                signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                linux.end_with_parent()
                line.close()
                self._judge(socket.socket(fileno=number), scene)
            os.close(number)

    def _judge(self, line: socket.socket, scene: Scene) -> NoReturn:
        try:
            task = wire.receive(line)
            with self._shell.builtin_trap:
                done = judge(scene, task)
        except BaseException as error:  # noqa: BLE001 - it is told, whatever it is
            done = f"{type(error).__name__}: {error}"
        wire.send(line, done)
        os._exit(0)

    def _note(self, event: str, arguments: tuple) -> None:
        """Remember which files the lesson reads: answers may read them, too."""
        if event != "open" or not self._is_running:
            return
        path, _, flags = arguments
        if not isinstance(path, str) or (isinstance(flags, int) and flags & 3):
            return
        real = os.path.realpath(path)
        if Path(real).is_file() and not real.endswith(".ipynb"):
            self._read.add(real)


def _serve(line: socket.socket) -> None:
    way, secret, session = wire.receive(line)
    sys.path.insert(0, str(Path.cwd()))
    warnings.simplefilter("ignore")
    running = _Running(Isolation(way), secret, session)
    with contextlib.suppress(wire.GoneError):
        while True:
            what, source = wire.receive(line)
            if what == "run":
                wire.send(line, running.run(source))
                continue
            snapshot = running.snapshot()
            wire.send(line, "")
            socket.send_fds(line, [b"!"], [snapshot.fileno()])
            snapshot.close()
    shutil.rmtree(session, ignore_errors=True)  # should nobody else be left to do it


if __name__ == "__main__":
    nothing = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, 1)  # what our lesson prints is known
    _serve(socket.socket(fileno=int(sys.argv[1])))
