"""Who measures time runs alone on this machine, whatever else is being marked on it."""

from __future__ import annotations

import fcntl
import os
import tempfile
from pathlib import Path


class Turn:
    """A share of this machine, until this process ends.

    There are two files. Whoever works has a share of the first. Who wants it alone
    waits in the second until the others have ended; and while somebody waits there,
    nobody else begins.
    """

    def __init__(self) -> None:
        stem = Path(tempfile.gettempdir(), f"courseware-marking-{os.getuid()}")
        flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW
        self._work = os.open(f"{stem}.work", flags, 0o600)
        self._next = os.open(f"{stem}.next", flags, 0o600)
        self._begin(fcntl.LOCK_SH)

    def alone(self) -> None:
        """Wait until nobody else works; and nobody begins before this one has ended."""
        fcntl.flock(self._work, fcntl.LOCK_UN)  # two may want it at the same time
        self._begin(fcntl.LOCK_EX)

    def end(self) -> None:
        """Let the others go on."""
        os.close(self._work)
        os.close(self._next)

    def _begin(self, how: int) -> None:
        fcntl.flock(self._next, fcntl.LOCK_EX)
        fcntl.flock(self._work, how)
        fcntl.flock(self._next, fcntl.LOCK_UN)
