"""What ends one notebook costs no other, and is told with its name."""

import json
import subprocess
import sys

import nbformat
import pytest
from pdf_tools import base64_png, markdown, notebook

# In a process of its own, which has no threads that a worker could miss.
JOBS = """
import os, sys, time
from dataclasses import dataclass
from lecturepdf import workers
from lecturepdf.workers import Ended, Limits, run

@dataclass
class Job:
    work: str
    size: int = 1
    def run(self):
        return eval(self.work)

if __name__ == "__main__":
    works = [
        "os.getpid()", "1 / 0", "time.sleep(60)", "os.abort()", "len(bytes(10**9))",
        "os._exit(3)", "os.kill(os.getpid(), 9)", "os.getpid()", "os.getpid()",
    ]
    jobs = [Job(work) for work in works]
    jobs += [Job("len(bytes(8 * 10**7))", 2) for _ in range(3)]
    results = run(jobs, int(sys.argv[1]), Limits(memory=100, seconds=1))
    pids = {result for result in results if isinstance(result, int)}
    print(len({results[0], results[7], results[8], os.getpid()}))
    for result in results:
        print(result.reason if isinstance(result, Ended) else type(result).__name__)
    workers._MOST_JOBS = 2
    print(len(set(run([Job("os.getpid()")] * 5, 1, Limits()))))
"""


limited = pytest.mark.skipif(
    sys.platform != "linux", reason="elsewhere memory has no limit"
)


@limited
@pytest.mark.parametrize("processes", ["1", "2"])
def test_a_job_that_ends_badly_is_told_and_costs_no_other(processes, tmp_path):
    script = tmp_path / "jobs.py"
    script.write_text(JOBS)
    command = [sys.executable, str(script), processes]
    run = subprocess.run(command, capture_output=True, text=True, timeout=50)
    assert run.stderr == ""
    workers, *results, replaced = run.stdout.splitlines()
    assert results == [
        "int", "ZeroDivisionError: division by zero", "it takes longer than 1 seconds",
        "it takes more than 100 megabytes of memory",
        "it takes more than 100 megabytes of memory",
        "its process was ended by code 3", "its process was ended by SIGKILL",
        *["int"] * 5,
    ]  # fmt: skip
    assert replaced == "3"  # each after two
    assert workers == "3"  # one until it ended, one after that, and this one


@limited
def test_a_notebook_that_breaks_a_limit_is_the_only_one_that_is_not_made(tmp_path):
    # Fifty kilobytes that become fifty megabytes.
    picture = f"![a bomb](data:image/png;base64,{base64_png(7000, 7000)})"
    for name, source in {"bad": picture, "good": "# Good"}.items():
        nbformat.write(notebook(markdown(source)), tmp_path / f"{name}.ipynb")
    options = "--edition lecture --memory 45 --report faults.json --output out"
    command = [sys.executable, "-m", "lecturepdf", "bad.ipynb", "good.ipynb"]
    run = subprocess.run(
        [*command, *options.split()], cwd=tmp_path, capture_output=True, text=True
    )
    assert run.returncode == 1
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["good.pdf"]
    (fault,) = json.loads((tmp_path / "faults.json").read_text())
    assert (fault["notebook"], fault["kind"]) == ("bad.ipynb", "failed")
    told, heading, row = run.stderr.splitlines()
    assert told == f"bad.ipynb: {fault['message']}"
    assert heading == "not written:"
    assert row.split(maxsplit=1)[1] == fault["message"]
