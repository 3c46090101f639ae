"""What has been marked so far, kept so that an interruption costs nothing."""

from __future__ import annotations

import hashlib
import json
import os
import threading
from dataclasses import asdict, replace
from pathlib import Path

from courseware.marking.answers import Answer
from courseware.marking.verdicts import Verdict


class Journal:
    """A file with a line for each verdict, written as soon as it is there.

    It is for a marking that goes on; when that is done, it has to be removed, or a
    judge that has been changed would not be asked.

    Parameters
    ----------
    path : Path
        The file. If power failed while a line was written, that verdict is lost.
    """

    def __init__(self, path: Path) -> None:
        self.path, self._lock = path, threading.Lock()
        self._known: dict[str, Verdict] = {}
        size = 0
        for line in path.read_bytes().splitlines(True) if path.exists() else ():
            try:
                if not line.endswith(b"\n"):
                    raise ValueError("it was cut")
                key, verdict = json.loads(line)
                verdict["remarks"] = tuple(verdict["remarks"])
                self._known[key] = Verdict(**verdict)
            except (ValueError, TypeError, KeyError):
                break
            size += len(line)
        self._file = path.open("ab")
        self._file.truncate(size)

    def verdict(self, answer: Answer) -> Verdict | None:
        """Return what became of an answer, if it has been marked."""
        known = self._known.get(_key(answer))
        # How it was found is told by where it was handed in, now.
        return known and replace(known, found=answer.found)

    def add(self, answer: Answer, verdict: Verdict) -> None:
        """Keep a verdict, also if power fails next."""
        line = json.dumps([_key(answer), asdict(verdict)]).encode() + b"\n"
        with self._lock:
            self._file.write(line)
            self._file.flush()
            os.fsync(self._file.fileno())

    def close(self) -> None:
        """Close the file."""
        self._file.close()


def _key(answer: Answer) -> str:
    """Return what tells an answer, and the exercise as it is now, from all others."""
    parts = [
        *(answer.student, answer.exercise.lesson, answer.exercise.cell),
        *(answer.exercise.function, answer.exercise.check, answer.exercise.stub),
        *(answer.source, *answer.helpers, *answer.remarks),
    ]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()
