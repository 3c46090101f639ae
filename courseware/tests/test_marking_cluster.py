"""Marking on a cluster whose workers die and hang, and on from an interruption."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter

import pytest

pytest.importorskip("msgpack", reason='needs "courseware[mark]"')
pytest.importorskip("distributed", reason='needs "digitlib[cluster]"')

import marked_course
from distributed import Client

from courseware.course import CourseError
from courseware.marking.cluster import mark_on_cluster
from courseware.marking.isolation import NOTHING, Isolation

TRUSTED = Isolation(NOTHING)  # what isolates is tested elsewhere
SOURCES = ["def double(x):\n    return 2 * x", "def double(x):\n    return x"]
WORKER = "--no-nanny", "--nthreads=1", "--no-dashboard", "--death-timeout=60"


@pytest.fixture(scope="module")
def lesson(tmp_path_factory):
    return marked_course.make(tmp_path_factory.mktemp("course") / "numbers")


def dask(*words):
    """Start a process of Dask's."""
    command = [sys.executable, "-m", "distributed.cli.dask_" + words[0], *words[1:]]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    return subprocess.Popen(command, **quiet, env=os.environ | {"PYTHONWARNINGS": ""})


@pytest.fixture
def cluster(tmp_path):
    """A scheduler, and a function that starts a worker of a name."""
    file = tmp_path / "scheduler.json"
    started = [dask("scheduler", "--port=0", "--no-dashboard", "--no-jupyter",
                    f"--scheduler-file={file}")]  # fmt: skip

    def worker(name):
        options = (f"--scheduler-file={file}", f"--local-directory={tmp_path}/{name}")
        started.append(dask("worker", *options, f"--name={name}", *WORKER))
        return started[-1]

    while not file.exists():
        time.sleep(0.05)
    with Client(scheduler_file=str(file)) as client:
        yield client, worker
    for process in started:
        process.send_signal(signal.SIGCONT)
        process.kill()
        process.wait()


def answers(lesson, count):
    return [
        marked_course.answer(lesson, f"# {number}\n{SOURCES[number % 2]}")
        for number in range(count)
    ]


def test_no_mark_is_lost_and_none_made_twice(lesson, cluster):
    """A worker is killed in the middle, another hangs, a third does it all."""
    client, start = cluster
    todo = answers(lesson, 40)
    address = client.scheduler.address
    with pytest.raises(CourseError, match="no worker"):
        [*mark_on_cluster(address, lesson, todo, trusted=True, patience=0.1)]
    first, second = start("first"), start("second")
    client.wait_for_workers(2)
    done = []
    marking = mark_on_cluster(address, lesson, todo, trusted=True, patience=6)
    for outcome in marking:
        done.append(outcome)
        if len(done) == 1:
            first.kill()
            second.send_signal(signal.SIGSTOP)
            start("third")
    assert Counter(answer.source for answer, _ in done) == Counter(
        answer.source for answer in todo
    )
    assert all(v.right == (a.source[-5:] == "2 * x") for a, v in done)
