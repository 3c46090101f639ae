"""Processes that do jobs within limits: what ends one of them costs no other."""

import os
import signal
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path
from time import monotonic
from typing import Generic, Protocol, TypeVar

_Result = TypeVar("_Result", covariant=True)
_MEGABYTE = 2**20
_MOST_JOBS = 10  # of one worker


class Job(Protocol[_Result]):
    """What is done, and how many times the limits it may take."""

    @property
    def size(self) -> int:
        """How many times what one notebook may take."""

    def run(self) -> _Result:
        """Do it."""


@dataclass(frozen=True)
class Limits:
    """What a job of size 1 may take: megabytes (on Linux only) and seconds."""

    memory: int = 2048
    seconds: int = 120


@dataclass(frozen=True)
class Ended:
    """What ended a job before it was done."""

    reason: str


@dataclass
class _Worker(Generic[_Result]):
    process: BaseProcess
    pipe: Connection
    number: int = 0  # of its job
    limits: Limits = field(default_factory=Limits)
    deadline: float = 0
    begun: int = 0  # jobs so far

    def begin(self, number: int, job: Job[_Result], limits: Limits) -> None:
        self.number, self.begun = number, self.begun + 1
        self.limits = Limits(limits.memory * job.size, limits.seconds * job.size)
        self.deadline = monotonic() + self.limits.seconds
        self.pipe.send((job, self.limits.memory))

    def outcome(self) -> _Result | Ended | None:
        """Return what has become of the job; None while it goes on."""
        try:
            if self.pipe.poll():
                return self.pipe.recv()
        except (EOFError, OSError):
            self.process.join()
        if not self.process.is_alive():
            return Ended(_ended_by(self.process.exitcode or 0, self.limits.memory))
        if monotonic() >= self.deadline:
            return Ended(f"it takes longer than {self.limits.seconds} seconds")
        return None

    def end(self) -> None:
        self.process.kill()
        self.process.join()
        self.pipe.close()


def run(
    jobs: Sequence[Job[_Result]], processes: int, limits: Limits
) -> list[_Result | Ended]:
    """Do jobs side by side, in their order; return the result of each, or its end.

    A worker does one job after another, and is replaced where one has ended it, or
    after some: Typst remembers what it has set, and its memory grows.
    """
    results: dict[int, _Result | Ended] = {}
    waiting, workers = list(enumerate(jobs))[::-1], []
    try:
        while waiting or workers:
            while waiting and len(workers) < processes:
                workers.append(_started(workers))
                workers[-1].begin(*waiting.pop(), limits)
            first = min(worker.deadline for worker in workers)
            ends = [end for w in workers for end in (w.pipe, w.process.sentinel)]
            wait(ends, max(first - monotonic(), 0))
            for worker in list(workers):
                if (outcome := worker.outcome()) is None:
                    continue
                results[worker.number] = outcome
                is_fit = worker.begun < _MOST_JOBS and not isinstance(outcome, Ended)
                if waiting and is_fit:
                    worker.begin(*waiting.pop(), limits)
                else:
                    worker.end()
                    workers.remove(worker)
    finally:
        for worker in workers:
            worker.end()
    return [results[number] for number in range(len(jobs))]


def _started(others: Sequence[_Worker]) -> _Worker:
    # To fork is quick, but a forked process would wait for ever for threads that were
    # running here: Typst's, say.
    tasks = Path("/proc/self/task")
    is_alone = sys.platform == "linux" and len(list(tasks.iterdir())) == 1
    context = get_context("fork" if is_alone else "spawn")
    ours, theirs = context.Pipe()
    pipes = [ours, *(worker.pipe for worker in others)] if is_alone else []
    process = context.Process(target=_work, args=(theirs, pipes), daemon=True)
    process.start()
    theirs.close()
    return _Worker(process, ours)


def _work(pipe: Connection, inherited: Sequence[Connection]) -> None:
    """Do what comes by a pipe until it is closed, or until a limit is broken."""
    for other in inherited:
        other.close()
    # What the system says of a process that it ends is told by the one that waits.
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    for job, memory in _received(pipe):
        _limit(memory)
        try:
            result = job.run()
        except MemoryError:
            result = Ended(_too_much(memory))
        except Exception as error:  # noqa: BLE001 - whatever it is, the others go on
            result = Ended(f"{type(error).__name__}: {error}"[:200])
        pipe.send(result)


def _received(pipe: Connection) -> Iterator[tuple[Job, int]]:
    try:
        while True:
            yield pipe.recv()
    except (EOFError, KeyboardInterrupt):
        return


def _limit(memory: int) -> None:
    """Let this process take so many megabytes more than it has now."""
    if sys.platform == "linux":
        import resource  # here, since Windows has none

        status = Path("/proc/self/status").read_text()
        kilobytes = int(status.partition("VmData:")[2].split()[0])
        most = resource.getrlimit(resource.RLIMIT_DATA)[1]
        wanted = kilobytes * 1024 + memory * _MEGABYTE
        limit = wanted if most == resource.RLIM_INFINITY else min(wanted, most)
        resource.setrlimit(resource.RLIMIT_DATA, (limit, most))


def _too_much(memory: int) -> str:
    return f"it takes more than {memory} megabytes of memory"


def _ended_by(code: int, memory: int) -> str:
    if code == -signal.SIGABRT:  # so Typst ends where it is refused more memory
        return _too_much(memory)
    name = signal.Signals(-code).name if code < 0 else f"code {code}"
    return f"its process was ended by {name}"
