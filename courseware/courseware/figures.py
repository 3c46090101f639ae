"""IPython extension: figures of Matplotlib that can be compared on another machine.

How letters are drawn depends on the machine's FreeType; what they say does not. Where a
course's programs run a lesson, letters are drawn without hinting, by which they differ
most, and each PNG has the titles, ticks, labels, legends and annotations of its figure,
in the order in which they were drawn, so that validation compares them as text. They
lie within the file, and no reader of the notebook sees them.
"""

from __future__ import annotations

import functools
import importlib.util
import json
import sys
from collections.abc import Callable
from importlib.machinery import ModuleSpec
from types import ModuleType

KEY = "courseware: texts"  # of the PNG's chunk of text: a list in JSON
UNHINTED = {"text.hinting": "none"}
AGG = "matplotlib.backends.backend_agg"  # draws every PNG of Matplotlib


def load_ipython_extension(shell: object) -> None:
    """Wait for Matplotlib, which a course need not have; if it is there, prepare it."""
    if AGG in sys.modules:
        prepare(sys.modules[AGG])
    else:
        sys.meta_path.insert(0, _Waiting())


class _Waiting:
    """Finds Matplotlib's Agg as others do, and prepares it once it is imported."""

    def find_spec(self, name: str, *rest: object) -> ModuleSpec | None:
        """Return how to import Agg, of all modules."""
        if name != AGG:
            return None
        sys.meta_path.remove(self)
        spec = importlib.util.find_spec(name)
        execute = spec.loader.exec_module

        def execute_and_prepare(module: ModuleType) -> None:
            execute(module)
            prepare(module)

        spec.loader.exec_module = execute_and_prepare
        return spec


def prepare(agg: ModuleType) -> None:
    """Have figures drawn without hinting from now on, and PNGs hold their texts."""
    from matplotlib import rc_context, rcParams
    from matplotlib.text import Text

    canvas = agg.FigureCanvasAgg
    texts: list[str] = []  # of the figure that is being drawn
    facts: dict = {}  # of the PNG that is being written

    @_around(Text, "draw")
    def draw_text(draw: Callable, text: Text, renderer: object) -> None:
        draw(text, renderer)
        if text.get_visible() and text.get_text().strip():
            texts.append(text.get_text())

    @_around(canvas, "draw")
    def draw_figure(draw: Callable, self: object) -> None:
        texts.clear()
        draw(self)
        facts[KEY] = json.dumps(texts)

    @_around(canvas, "print_png")
    def print_png(
        write: Callable,
        self: object,
        file: object,
        *,
        metadata: dict | None = None,
        **named: object,
    ) -> None:
        if "pnginfo" not in (named.get("pil_kwargs") or {}):  # which would hold all
            facts.clear()
            facts.update(metadata or {})
            metadata = facts
        write(self, file, metadata=metadata, **named)  # draws, which adds to the facts

    @_around(canvas, "print_figure")
    def print_figure(write: Callable, *given: object, **named: object) -> object:
        with rc_context(UNHINTED):  # whatever a lesson has set
            return write(*given, **named)

    rcParams.update(UNHINTED)  # where space for letters is measured beforehand


def _around(kind: type, name: str) -> Callable:
    """Replace a method by the decorated function, whose first argument it becomes."""
    method = getattr(kind, name)

    def replace(function: Callable) -> Callable:
        @functools.wraps(method)
        def replaced(*given: object, **named: object) -> object:
            return function(method, *given, **named)

        setattr(kind, name, replaced)
        return replaced

    return replace
