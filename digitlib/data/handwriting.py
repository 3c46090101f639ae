"""Some digits as strokes, made by a program, for where nobody can draw.

No hand has written them: `tools/make_handwriting.py` laid smooth curves through a few
points and let them tremble.
"""

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np

Stroke = Sequence[Sequence[float]]  # points (x, y) that a pen went through, in order

FILE = Path(__file__).parent / "handwriting.json"


def load_handwriting() -> tuple[list[list[Stroke]], np.ndarray]:
    """Return twenty drawings of digits, and which digits they are: labels (20,).

    The digits 0 to 9 in an upright hand, then in a slanted one; both hands are made by
    a program. Each drawing is a list of strokes as `digitlib.live.preparation.ink`
    takes it.
    """
    written = json.loads(FILE.read_text("utf-8"))
    labels = np.array([drawing["digit"] for drawing in written])
    return [drawing["strokes"] for drawing in written], labels
