"""The machine: an environment to measure in, its limit, and what to write down."""

import os
import platform
import re
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import numpy as np
from threadpoolctl import threadpool_info

# Whoever set these chose a kernel by hand, perhaps for a machine that is not this one.
UNSET = ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")
# One thread for everybody, and pictures without a screen.
SET = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "VECLIB_MAXIMUM_THREADS": "1",
    "JAX_PLATFORMS": "cpu",
    "XLA_FLAGS": "--xla_cpu_multi_thread_eigen=false",
    "MPLBACKEND": "Agg",
}
PACKAGES = ("digitlib", "numpy", "scipy", "scikit-learn", "torch", "jax", "jaxlib")


def clean_environment() -> dict[str, str]:
    """Return this process's environment, with one thread and no chosen kernel."""
    kept = {name: value for name, value in os.environ.items() if name not in UNSET}
    return {**kept, **SET}


def floating_point_operations(multiplications: Sequence[int]) -> int:
    """Return the additions and multiplications of one sample's matrix products.

    A layer has three products: the sums, the errors of the layer below, and the
    gradient. The first layer has nothing below it that could err. To each
    multiplication belongs an addition.

    Parameters
    ----------
    multiplications : sequence of int
        Those in the sums of each layer with weights, first layer first.
    """
    return 2 * (3 * sum(multiplications) - multiplications[0])


class MatrixProduct:
    """A product of two square matrices, large enough to show the machine's best."""

    def __init__(self, size: int = 1024) -> None:
        rng = np.random.default_rng(0)
        self.a, self.b = rng.random((2, size, size), np.float32)
        self.c = np.empty_like(self.a)
        self.operations = 2 * size**3

    def seconds_for(self, operations: int, repeats: int = 10) -> dict[str, float]:
        """Return how long so many operations take at the best rate of some products."""
        clocks = {"seconds": time.perf_counter, "processor seconds": time.process_time}
        best = dict.fromkeys(clocks, float("inf"))
        for _ in range(repeats):
            start = {name: clock() for name, clock in clocks.items()}
            np.matmul(self.a, self.b, out=self.c)
            for name, clock in clocks.items():
                best[name] = min(best[name], clock() - start[name])
        return {name: s * operations / self.operations for name, s in best.items()}


def description() -> dict[str, object]:
    """Return when and where this is: what a reader needs to judge the seconds."""
    return {
        "date": datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        "processor": _processor(),
        "cores": os.cpu_count(),
        "system": f"{platform.system()} {platform.machine()}",
        "python": f"{platform.python_implementation()} {platform.python_version()}",
        "packages": {name: found for name in PACKAGES if (found := _version(name))},
        "blas": _blas(),
    }


def _blas() -> list[str]:
    """Return the BLAS libraries of NumPy and SciPy, and the kernels they chose."""
    import scipy.linalg.blas  # noqa: F401 - loads SciPy's BLAS, so that it is listed

    return sorted(
        {
            f"{pool.get('internal_api')} {pool.get('version')}, kernel "
            f"{pool.get('architecture', 'unknown')}, threads: {pool['num_threads']}"
            for pool in threadpool_info()
            if pool["user_api"] == "blas"
        }
    )


def _processor() -> str:
    try:
        text = Path("/proc/cpuinfo").read_text("utf-8")
    except OSError:
        text = ""
    match = re.search(r"^model name\s*: *(.+)$", text, re.MULTILINE)
    return match.group(1) if match else platform.processor() or "unknown"


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None
