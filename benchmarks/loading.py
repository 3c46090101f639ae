"""How long load_mnist takes in a process that has just started."""

import json
import os
import subprocess
import sys
import tempfile

PROGRAM = """
import time, digitlib, json
start = time.perf_counter()
source = digitlib.load_mnist().source
print(json.dumps([time.perf_counter() - start, source]))
"""


def loading_times(is_sample: bool, repeats: int) -> dict[str, list[float]]:
    """Load the digits in fresh processes.

    Parameters
    ----------
    is_sample : bool
        Whether only the bundled sample is there.
    repeats : int
        How many processes for each way.

    Returns
    -------
    dict
        Seconds for each way there is. A named folder is unpacked and verified the
        first time; from then on a verified copy in the cache stands for it.
    """
    if is_sample:
        return {"bundled sample": [_load({}) for _ in range(repeats)]}
    if not os.environ.get("DIGITLIB_DATA_DIR"):
        return {"from the cache": [_load({}) for _ in range(repeats)]}
    times: dict[str, list[float]] = {
        "first time, from the files": [],
        "later, from the cache": [],
    }
    for _ in range(repeats):
        with tempfile.TemporaryDirectory() as cache:
            for seconds in times.values():
                seconds.append(_load({"DIGITLIB_CACHE_DIR": cache}))
    return times


def _load(environment: dict[str, str]) -> float:
    run = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-c", PROGRAM],
        env={**os.environ, **environment},
        check=True,
        capture_output=True,
        text=True,
    )
    return json.loads(run.stdout.splitlines()[-1])[0]
