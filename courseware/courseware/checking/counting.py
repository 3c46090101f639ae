"""Count what the Python code inside a with statement does: lines, memory, ...

All of it is the same on a slow machine and on a fast one, which a time is not.
"""

import sys
import tracemalloc
import warnings
from collections import Counter
from types import FrameType
from typing import Self

from courseware.checking.border import Count

_OURS = "courseware.checking."


class Counting:
    """Count in this thread, as long as a with statement lasts.

    A debugger, or a tool that measures coverage, sees nothing of that code, and goes on
    afterwards.

    Attributes
    ----------
    count : Count
        The result, after the statement.
    """

    count: Count

    def __init__(self) -> None:
        self._runs: Counter[tuple[int, int]] = Counter()  # of each line
        self._modules: set[str] = set()
        self._catching = warnings.catch_warnings(record=True)

    def __enter__(self) -> Self:
        self._warnings = self._catching.__enter__()
        warnings.simplefilter("always")
        self._was_tracing = tracemalloc.is_tracing()
        if not self._was_tracing:
            tracemalloc.start()
        tracemalloc.reset_peak()
        self._memory = tracemalloc.get_traced_memory()[0]
        self._before = sys.gettrace()
        sys.settrace(self._entered)
        return self

    def __exit__(self, *_: object) -> None:
        sys.settrace(self._before)
        self._catching.__exit__()
        megabytes = (tracemalloc.get_traced_memory()[1] - self._memory) / 1e6
        if not self._was_tracing:
            tracemalloc.stop()
        lines, loops = self._runs.total(), max(self._runs.values(), default=0)
        modules = tuple(sorted(self._modules))
        for one in self._warnings:  # they were kept back
            warnings.showwarning(one.message, one.category, one.filename, one.lineno)
        warned = tuple(str(one.message) for one in self._warnings)
        self.count = Count(lines, loops, megabytes, modules, warned)

    def _entered(self, frame: FrameType, *_: object) -> object:
        module = frame.f_globals.get("__name__")
        module = module if type(module) is str else "?"
        if module.startswith(_OURS):
            return None
        self._modules.add(module)
        return self._went_on

    def _went_on(self, frame: FrameType, event: str, _argument: object) -> object:
        if event == "line":
            # To hash a code object takes long, and two with the same text are equal.
            self._runs[id(frame.f_code), frame.f_lineno] += 1
        return self._went_on


class Uncounted:
    """Leave the lines of a with statement out of this thread's count."""

    def __enter__(self) -> None:
        self._before = sys.gettrace()
        sys.settrace(None)

    def __exit__(self, *_: object) -> None:
        sys.settrace(self._before)
