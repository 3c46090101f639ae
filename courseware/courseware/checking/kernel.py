"""What a kernel does for a student, beyond running cells.

* Of 100,000 printed lines it sends the first and the last (`streams`).
* It remembers which definition a cell failed to make, so that a check does not judge
  the one before.
* Where a name is missing, it adds what to do about it: mend that cell, or as `missing`
  has it.

An extension of IPython that starts in two ways. Where courseware is installed, the file
`etc/ipython/ipython_kernel_config.json` has every kernel load it, and it goes to work
where the notebook has exercises: so the advice is there when nothing is imported yet,
after a restart. And importing a check starts it where the first way is not open: in a
kernel older than the installation, or one that was not told of its notebook.
"""

from __future__ import annotations

import inspect
import re
import sys
from typing import TYPE_CHECKING

from courseware.checking import missing
from courseware.checking.streams import BoundedStream
from courseware.optional import made_and_used
from courseware.tags import CHECK

if TYPE_CHECKING:
    from types import TracebackType

    from IPython.core.interactiveshell import (
        ExecutionInfo,
        ExecutionResult,
        InteractiveShell,
    )

_DEFINITION = re.compile(
    r"^([ \t]*)(?:(?:async[ \t]+)?(?:def|class)[ \t]+(\w+)|(\w+)[ \t]*=(?!=))",
    re.MULTILINE,
)


def load_ipython_extension(shell: InteractiveShell) -> None:
    """Start in a kernel whose notebook has exercises."""
    tags = (cell["metadata"].get("tags", []) for cell in missing.notebook_cells())
    if any(CHECK in each for each in tags):
        _support.start(shell)


def unload_ipython_extension(_shell: InteractiveShell) -> None:
    """Leave the kernel as it was."""
    _support.stop()


def start_here() -> None:
    """Start in the kernel that this code runs in, if there is one."""
    shell = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
    if shell is not None:
        _support.start(shell)


def failed_definition(answer: object) -> str:
    """Say which cell did not define `answer`, or a function that it uses, anew.

    Parameters
    ----------
    answer : object
        What a name of the notebook stands for: an older definition, perhaps.

    Returns
    -------
    str
        A hint; empty where all went well.
    """
    names = _support.shell.user_ns if _support.shell else {}
    code = getattr(answer, "__code__", None)
    used = made_and_used(code)[1] if inspect.iscode(code) else set()
    for name, error in _support.failed.items():
        if name in used or (name in names and names[name] is answer):
            return _mend(name, error)
    return ""


def advice(error: NameError) -> str:
    """Say which cell failed to define a missing name, or else `missing.advice`."""
    todo, failed = missing.advice(error), _support.failed.get(error.name)
    # A cell that would itself define the name is not to be run before itself.
    is_known = failed and not _support.is_defining(error.name)
    return _mend(error.name, failed) if todo and is_known else todo


class _Support:
    """The state of this kernel, which has one shell at most."""

    def __init__(self) -> None:
        self.shell: InteractiveShell | None = None
        self.streams: list[BoundedStream] = []
        self.failed: dict[str, str] = {}  # names, and what kept them from being defined
        self._before: dict[str, object] = {}

    def start(self, shell: InteractiveShell) -> None:
        """Go to work, once."""
        if self.shell is not None:
            return
        self.shell = shell
        shell.events.register("pre_run_cell", self._begin_cell)
        shell.events.register("post_run_cell", self._end_cell)
        if not shell.custom_exceptions:
            shell.set_custom_exc((NameError,), _show_with_advice)
        kernels = (s for s in (sys.stdout, sys.stderr) if hasattr(s, "parent_header"))
        self.streams = [BoundedStream(stream) for stream in kernels]
        if self.streams:
            shell.display_pub.register_hook(self._watch_clearing)

    def stop(self) -> None:
        """Undo all that `start` has done."""
        if self.shell is None:
            return
        self.shell.events.unregister("pre_run_cell", self._begin_cell)
        self.shell.events.unregister("post_run_cell", self._end_cell)
        if self.shell.custom_exceptions == (NameError,):
            self.shell.set_custom_exc((), None)
        if self.streams:
            self.shell.display_pub.unregister_hook(self._watch_clearing)
        for stream in self.streams:
            stream.end_cell()
        self.shell, self.streams = None, []
        self.failed, self._before = {}, {}

    def is_defining(self, name: str) -> bool:
        """Whether the cell that is being run would define a name."""
        return name in self._before

    def _begin_cell(self, info: ExecutionInfo) -> None:
        for stream in self.streams:
            stream.begin_cell()
        there = self.shell.user_ns
        imported = missing.defined(info.raw_cell) - there.keys()
        names = _defined(info.raw_cell) | imported
        self._before = {name: there.get(name) for name in names}

    def _end_cell(self, result: ExecutionResult | None) -> None:
        for stream in self.streams:
            stream.end_cell()
        if result is None:  # IPython itself was interrupted
            return
        error = result.error_before_exec or result.error_in_exec
        for name, old in self._before.items():
            if error and self.shell.user_ns.get(name) is old:
                self.failed[name] = type(error).__name__
            else:
                self.failed.pop(name, None)

    def _watch_clearing(self, message: dict) -> dict:
        if message["header"]["msg_type"] == "clear_output":
            for stream in self.streams:
                stream.clear()
        return message


_support = _Support()


def _defined(source: str) -> set[str]:
    """Return the names that a cell defines, as far as a faulty one can be read."""
    found = [(len(m[1]), m[2] or m[3]) for m in _DEFINITION.finditer(source)]
    outermost = min((indent for indent, _ in found), default=0)
    return {name for indent, name in found if indent == outermost}


def _mend(name: str, error: str) -> str:
    cell = f"the cell that defines `{name}` stopped with {error}"
    return f"{cell}: mend it and run it first"


def _show_with_advice(
    shell: InteractiveShell,
    kind: type[NameError],
    error: NameError,
    trace: TracebackType,
    tb_offset: int | None = None,
) -> None:
    """Show a traceback as ever, below it what to do about the missing name."""
    if todo := advice(error):
        error.add_note(todo)
    shell.showtraceback((kind, error, trace), tb_offset=tb_offset)
