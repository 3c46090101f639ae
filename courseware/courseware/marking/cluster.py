"""Marking on several machines: a cluster of Dask's, whose workers are ours.

Each worker has the course where this machine has it, and isolates as it can. It marks
a few answers at a time, and keeps the lesson running for the next ones. A worker that
dies loses nothing but time: Dask gives its answers to another. One that hangs is given
up after a while, and its answers go to another; what it should still say is not heard,
so no answer is marked twice.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from courseware.course import CourseError
from courseware.marking.answers import Answer, Lesson
from courseware.marking.isolation import find
from courseware.marking.marking import Mark, running
from courseware.marking.verdicts import Verdict

if TYPE_CHECKING:
    from distributed import Client, Future

_BATCH = 8  # answers that a worker is given at a time
_PATIENCE = 1800.0  # seconds for a batch, the lesson's own run included
_FETCHED = 60.0  # seconds for what a worker says it has done
_TRIES = 4


def mark_on_cluster(
    address: str,
    lesson: Lesson,
    answers: Sequence[Answer],
    *,
    trusted: bool = False,
    hidden: Sequence[Path] = (),
    patience: float = _PATIENCE,
) -> Iterator[tuple[Answer, Verdict]]:
    """
    Mark answers to the exercises of a lesson on a cluster.

    Parameters
    ----------
    address : str
        That of the scheduler: "tcp://10.0.0.1:8786".
    lesson : Lesson
        Ours, at the same path on every machine.
    answers : sequence of Answer
        To its exercises.
    trusted : bool
        Whether nothing need be isolated.
    hidden : sequence of Path
        As for `marking.mark_lesson`.
    patience : float
        After how many seconds a worker is given up.

    Yields
    ------
    tuple of (Answer, Verdict)
        As they are done.

    Raises
    ------
    CourseError
        There is no cluster, or what `marking.mark_lesson` raises.
    """
    from distributed import Client

    batches = [answers[i : i + _BATCH] for i in range(0, len(answers), _BATCH)]
    task = str(lesson.path), trusted, [str(path) for path in hidden]
    try:
        client = Client(address, timeout=20)
    except OSError as error:
        raise CourseError(f"No scheduler of Dask's at {address}: {error}") from None
    with client:
        for batch, verdicts in _Work(client, task, patience).done(batches):
            yield from zip(batch, verdicts, strict=True)


class _Work:
    """Batches on their way through a cluster.

    As many are on their way as there are workers: none waits for one that hangs.
    """

    def __init__(self, client: Client, task: tuple, patience: float) -> None:
        self._client, self._task, self._patience = client, task, patience
        self._hanging: set[str] = set()
        self._seen = time.monotonic()
        self._under_way: dict[Future, tuple[int, float]] = {}

    def done(
        self, batches: Sequence[Sequence[Answer]]
    ) -> Iterator[tuple[Sequence[Answer], list[Verdict]]]:
        """Yield each batch with its verdicts, once."""
        from distributed import KilledWorker
        from distributed import TimeoutError as LateError

        left, tries = [*range(len(batches))], [0] * len(batches)
        while left or self._under_way:
            for worker in self._idle()[: len(left)]:
                number = left.pop(0)
                if tries[number] == _TRIES:
                    raise CourseError("Workers die or hang over the same answers.")
                tries[number] += 1
                self._submit(number, batches[number], worker)
            for future, number in self._ended():
                try:
                    verdicts = future.result(min(self._patience, _FETCHED))
                except KilledWorker:
                    left.append(number)
                except LateError:  # done, but by one that hangs or has died since
                    self._hanging.update(*self._client.who_has([future]).values())
                    future.cancel()
                    left.append(number)
                else:
                    yield batches[number], verdicts
            left += self._given_up()

    def _idle(self) -> list[str]:
        workers = self._client.scheduler_info(n_workers=-1)["workers"]
        if workers:
            self._seen = time.monotonic()
        elif time.monotonic() > self._seen + self._patience:
            raise CourseError("The cluster has no worker.")
        if self._hanging.issuperset(workers):
            self._hanging.clear()  # perhaps they were only slow
        busy = {w for w, keys in self._client.processing().items() if keys}
        return [w for w in workers if w not in busy | self._hanging]

    def _submit(self, number: int, batch: Sequence[Answer], worker: str) -> None:
        # Any may take it if this one dies.
        options = {"workers": [worker], "allow_other_workers": True, "pure": False}
        future = self._client.submit(mark_batch, *self._task, batch, **options)
        self._under_way[future] = number, time.monotonic() + self._patience

    def _ended(self) -> list[tuple[Future, int]]:
        ended = [future for future in self._under_way if future.done()]
        if not ended:
            time.sleep(0.05)
        return [(future, self._under_way.pop(future)[0]) for future in ended]

    def _given_up(self) -> Iterator[int]:
        """Yield the batches of workers that hang: they go to others."""
        for future, (number, latest) in [*self._under_way.items()]:
            if time.monotonic() > latest:
                for worker, keys in self._client.processing().items():
                    if future.key in keys:
                        self._hanging.add(worker)
                del self._under_way[future]
                future.cancel()
                yield number


# --- on a worker -------------------------------------------------------------------


class _Kept:
    """The lesson that this worker keeps running."""

    def __init__(self) -> None:
        self._lock, self._stack = threading.Lock(), ExitStack()
        self._task, self._mark = None, None

    def mark(self, task: tuple, answers: Sequence[Answer]) -> list[Verdict]:
        with self._lock:
            if self._task != task:
                self._stack.close()
                self._task, self._mark = None, self._begin(*task)
                self._task = task
            return [*map(self._mark, answers)]

    def _begin(self, path: str, trusted: bool, hidden: list[str]) -> Mark:
        lesson = Lesson(Path(path))
        cells = [exercise.cell for exercise in lesson.exercises]
        way = find(trusted)
        return self._stack.enter_context(
            running(lesson, way, cells, hidden=[*map(Path, hidden)])
        )


_kept = _Kept()


def mark_batch(
    path: str, trusted: bool, hidden: list[str], answers: Sequence[Answer]
) -> list[Verdict]:
    """Mark some answers to a lesson, on a worker."""
    return _kept.mark((path, trusted, hidden), answers)
