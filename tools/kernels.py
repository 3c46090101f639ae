"""The Python process that executes a lesson: the same when storing and when testing."""

from __future__ import annotations

import os
from pathlib import Path

import ipykernel.kernelspec
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager

CELL_TIMEOUT = 300
STARTUP_TIMEOUT = 120
BLAS_THREADS = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
)


class OwnKernelManager(AsyncKernelManager):
    """Starts kernels with the Python that runs this program, whatever is registered."""

    @property
    def kernel_spec(self) -> KernelSpec:
        """The kernel of this environment."""
        return KernelSpec(
            resource_dir=ipykernel.kernelspec.RESOURCES,
            **ipykernel.kernelspec.get_kernel_dict(),
        )


def kernel_environment() -> dict[str, str]:
    """
    Environment variables for a kernel whose outputs can be compared.

    One BLAS thread, because the number of threads changes the last digits of sums; and
    Matplotlib's inline pictures, whatever this shell has chosen. A data folder is found
    although the kernel runs in the lessons' folder, not here.
    """
    environment = dict(os.environ, **dict.fromkeys(BLAS_THREADS, "1"))
    environment.pop("MPLBACKEND", None)
    if data := environment.get("DIGITLIB_DATA_DIR"):
        environment["DIGITLIB_DATA_DIR"] = str(Path(data).resolve())
    return environment
