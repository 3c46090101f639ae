"""What a student's function does while it runs: how often it calls, what it holds."""

import sys
import tracemalloc
from typing import Self


class Watch:
    """Count the function calls and the memory of the code inside a with statement.

    Both are the same on a slow machine and on a fast one, which a time is not.

    Attributes
    ----------
    calls : int
        How many functions were called, in this thread, those of NumPy included.
    megabytes : float
        The most memory that Python and NumPy took at a time, beyond what they had.
    """

    calls = 0
    megabytes = 0.0

    def __enter__(self) -> Self:
        self._was_tracing = tracemalloc.is_tracing()
        if not self._was_tracing:
            tracemalloc.start()
        tracemalloc.reset_peak()
        self._before = tracemalloc.get_traced_memory()[0]
        self._profile = sys.getprofile()
        sys.setprofile(self._count)
        return self

    def __exit__(self, *_: object) -> None:
        sys.setprofile(self._profile)
        self.megabytes = (tracemalloc.get_traced_memory()[1] - self._before) / 1e6
        if not self._was_tracing:
            tracemalloc.stop()

    def _count(self, _frame: object, event: str, _argument: object) -> None:
        if event in ("call", "c_call"):
            self.calls += 1
