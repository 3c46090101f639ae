"""The page to draw on: made of the notebook's pad and a network in plain JavaScript.

Its parts are in site/draw; weights, handwriting and pad are those of `digitlib`.
"""

from __future__ import annotations

import base64
import json
import re
from pathlib import Path

import numpy as np

from digitlib import Model
from digitlib.data.handwriting import load_handwriting
from digitlib.live import figure
from digitlib.live.preparation import PEN

PARTS = Path(__file__).resolve().parents[1] / "draw"


def page_of_the_site() -> str:
    """Return the drawing page for Sphinx, in Markdown."""
    raw = f"```{{raw}} html\n{fragment()}\n```"
    return _part("page.md").replace("@PAGE@", raw)


def single_file() -> str:
    """Return the drawing page as HTML that needs nothing else."""
    return _part("single.html").replace("@PAGE@", fragment())


def fragment() -> str:
    """Return the part that both have: elements, style, and script."""
    styles = figure.style("draw_pad") + _part("page.css")
    return (
        f"{_part('page.html')}<style>\n{styles}</style>\n"
        f'<script type="module">\n{script()}</script>'
    )


def script() -> str:
    """Return the page's script: all modules in one, and what they need to know."""
    pad = _scoped(figure.script("draw_pad"), "{ render }")
    preparation = _scoped(figure.script("preparation"), "{ ink, prepare }")
    network = _scoped(_part("network.js"), "{ HIDDEN, Network, OUTPUTS }")
    facts = json.dumps({"weights": weights(), "examples": examples(), "pen": PEN})
    start = f'start(document.getElementById("draw-a-digit"), {facts})'
    page = [_part("page.js"), f"window.drawing = {start};", ""]
    return "\n".join([pad, preparation, network, *page])


def weights() -> str:
    """Return the network's numbers as network.js unpacks them, in base 64."""
    network = Model.load(PARTS / "network.npz")
    packed = [array.astype("<f4").tobytes() for array in network.parameters]
    return base64.b64encode(b"".join(packed)).decode()


def examples() -> list[dict]:
    """Return one drawing of each digit, made by a program."""
    drawings, labels = load_handwriting()
    first = [int(np.flatnonzero(labels == digit)[0]) for digit in range(10)]
    return [{"label": k, "strokes": drawings[i]} for k, i in enumerate(first)]


def _part(name: str) -> str:
    return (PARTS / name).read_text("utf-8")


def _scoped(module: str, names: str) -> str:
    """Return a JavaScript module as a part of another, which sees its exports alone."""
    code = re.sub(r"(?m)^export ((default )?\{[^}]*\};\n)?", "", module)
    return f"const {names} = (() => {{\n{code}return {names};\n}})();\n"
