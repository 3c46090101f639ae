"""
Run lessons under every BLAS kernel that this processor has, and say which passed.

    python tools/blas_kernels.py [notebooks/02*.ipynb ...]

What is stored here has to hold on other processors, whose kernels add up in another
order. Each run is the one of `make test`: outputs are compared on the whole MNIST.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]

# Names that OpenBLAS knows, of x86-64 and of ARM. Which of them are built in and run on
# this processor is tried; others fall back on the one that OpenBLAS chooses by itself.
CORES = (
    *("Prescott", "Core2", "Nehalem", "Sandybridge", "Haswell", "Zen", "SkylakeX"),
    *("Cooperlake", "Sapphirerapids", "Barcelona", "Bulldozer", "Excavator"),
    *("ARMV8", "CORTEXA57", "CORTEXA76", "NEOVERSEN1", "NEOVERSEV1", "NEOVERSEN2"),
    *("ARMV8SVE", "THUNDERX2T99", "VORTEX"),
)
# Whole numbers, so that every kernel has the same answer if it has the right one.
PROBE = """
import json, numpy, scipy.linalg.blas, threadpoolctl
a = numpy.arange(4096).reshape(64, 64) % 7
f = numpy.asfortranarray(a, numpy.float32)
assert (f @ f == a @ a).all() and (scipy.linalg.blas.sgemm(1, f, f) == a @ a).all()
pools = threadpoolctl.threadpool_info()
print(json.dumps(sorted({p["architecture"] for p in pools if "architecture" in p})))
"""


def kernels() -> dict[str, str]:
    """Return the kernels that run here, and the name by which OpenBLAS takes each."""
    found: dict[str, str] = {}
    for core in CORES:
        command = [sys.executable, "-W", "ignore", "-c", PROBE]
        environment = os.environ | {"OPENBLAS_CORETYPE": core}
        done = subprocess.run(command, env=environment, capture_output=True)
        if done.returncode == 0:  # else products are wrong, or it lacks instructions
            found.setdefault(" and ".join(json.loads(done.stdout)), core)
    return found


def main(lessons: list[str]) -> int:
    """Run the lessons under each kernel; return how many kernels fail."""
    failures = 0
    for kernel, core in kernels().items():
        command = [sys.executable, "-m", "pytest", "-q", *(lessons or ["notebooks"])]
        environment = os.environ | {"OPENBLAS_CORETYPE": core}
        done = subprocess.run(command, cwd=ROOT, env=environment)
        print(f"{kernel}: {'FAILED' if done.returncode else 'passed'}", flush=True)
        failures += bool(done.returncode)
    return failures


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
