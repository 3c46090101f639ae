"""Run code that may never come back, and come back all the same.

The code runs in a thread of its own, and the caller waits for it. An alarm
signal would be shorter, but Windows has none, it rings in the main thread only,
and test runners use the same alarm. The thread has a second virtue: Ctrl-C
always strikes the waiting main thread, so that it is never mistaken for a
KeyboardInterrupt which the code raises itself.

Time in which the code imports a module is not counted: the first import of a large
package takes seconds, and is no fault of the code.

Three limits remain. Python can stop a thread only between two of its own
instructions: one that is inside a long NumPy call, or asleep, is left behind as
a daemon, and the caller returns in time. A C call that keeps the interpreter's
lock, such as ``sum(range(10**12))``, stops every thread, and the caller with
them. And where there are no threads (Python in the browser) there is no limit.
"""

import contextlib
import ctypes
import sys
import threading
import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

# Short enough for Ctrl-C on Windows, where a waiting thread hears it only
# between two waits.
_SLICE = 0.05

# For how many seconds imports stop the clock at most: one may never come back either.
_IMPORTS = 60.0
_IMPORTING = "<frozen importlib._bootstrap>"  # where Python itself imports

# How long a stopped thread may take to tidy up before it is left behind.
_GRACE = 0.5


class TimeUpError(Exception):
    """The time is up.

    Parameters
    ----------
    still_running : bool
        Whether the code could not be stopped and goes on in its thread.
    """

    def __init__(self, still_running: bool) -> None:
        super().__init__()
        self.still_running = still_running


def run_with_limit(task: Callable[[], T], seconds: float) -> T:
    """Return what `task` returns, or raise `TimeUpError` after `seconds`.

    Parameters
    ----------
    task : callable
        Takes no arguments and raises nothing.
    seconds : float
        How long to wait, imports apart.

    Returns
    -------
    object
        What `task` returned.
    """
    results: list[T] = []
    done = threading.Event()

    def work() -> None:
        # SystemExit is what `_stop` throws in.
        with contextlib.suppress(SystemExit):
            try:
                results.append(task())
            finally:
                done.set()

    worker = threading.Thread(target=work, daemon=True)
    try:
        worker.start()
    except RuntimeError:  # no threads here
        return task()
    try:
        in_time = _wait(worker, done, seconds)
    finally:  # also on Ctrl-C
        _stop(worker, done)
    if not in_time:
        raise TimeUpError(still_running=not done.is_set())
    return results[0]


def _wait(worker: threading.Thread, done: threading.Event, seconds: float) -> bool:
    """Wait until `done` is set, and say whether it was in time."""
    before = time.monotonic()
    deadline, latest = before + seconds, before + seconds + _IMPORTS
    while not done.wait(_SLICE):
        now = time.monotonic()
        if _is_importing(worker):
            deadline = min(deadline + now - before, latest)
        if now > deadline:
            return False
        before = now
    return True


def _is_importing(worker: threading.Thread) -> bool:
    frame = sys._current_frames().get(worker.ident)
    while frame is not None:
        if frame.f_code.co_filename == _IMPORTING:
            return True
        frame = frame.f_back
    return False


def _stop(worker: threading.Thread, done: threading.Event) -> None:
    """Throw SystemExit into `worker` until it ends or the grace is over.

    Again and again, because a bare ``except:`` in a loop swallows it. It has to
    be SystemExit: a thread that ends by it ends without a word.
    """
    deadline = time.monotonic() + _GRACE
    while not done.is_set() and time.monotonic() < deadline:
        ctypes.pythonapi.PyThreadState_SetAsyncExc(
            ctypes.c_ulong(worker.ident), ctypes.py_object(SystemExit)
        )
        done.wait(_SLICE)
