"""The live figures of the site: digitlib's own modules, and what the lessons stored.

A lesson run by a program carries, beside a still picture, its live figure's arrays.
Nothing is trained here, and no module is written twice.
"""

from __future__ import annotations

import base64
import json
import re
from dataclasses import dataclass
from html import escape
from pathlib import Path

import nbformat
from markdown_it import MarkdownIt

from course_site.pages import ROOT, SiteError
from course_site.policy import ALONE, secure
from digitlib.live.figure import HERE, LIVE_FIGURE, script, style

PLAY = ROOT / "site" / "play.md"
MOUNT = ROOT / "site" / "static" / "live.js"
PLACE = re.compile(r"^@(\w+)@$", re.MULTILINE)
FOLDER = "live"  # of the site
WHOLE = "play_without_a_network.html"
PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Play</title>
<link rel="icon" href="data:,">
<style>
:root {{ color-scheme: light dark; }}
body {{ max-width: 52rem; margin: 0 auto; padding: 1rem; font: 1rem/1.5 system-ui; }}
{style}</style>
</head>
<body>
<main>
{main}
</main>
{scripts}
</body>
</html>
"""


@dataclass(frozen=True)
class Figure:
    """A live figure that a lesson has stored.

    Attributes
    ----------
    name : str
        Of its files, as "02_one_neuron-1".
    state : dict
        Its module, its arrays, and its view.
    picture : str
        The still picture, a PNG in base 64.
    alt : str
        What that shows.
    width, height : int
        How large it is shown.
    """

    name: str
    state: dict
    picture: str
    alt: str
    width: int
    height: int

    @property
    def module(self) -> str:
        """The name of its module."""
        return self.state["module"]

    def place(self) -> str:
        """Return the element in which the figure comes up, in place of its picture."""
        return (
            f'<link rel="stylesheet" href="{FOLDER}/{self.module}.css">'
            f'<div data-module="{FOLDER}/{self.module}.js" '
            f'data-state="{FOLDER}/{self.name}.json">'
            f'<img src="{FOLDER}/{self.name}.png" alt="{escape(self.alt)}" '
            f'width="{self.width}" height="{self.height}"></div>'
        )


def take_figures(name: str, notebook: nbformat.NotebookNode) -> list[Figure]:
    """Return a lesson's live figures; in the notebook each leaves a place for it."""
    figures = []
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            if LIVE_FIGURE not in output.get("metadata", {}):
                continue
            facts = output.metadata["image/png"]
            figure = Figure(
                name=f"{name}-{len(figures) + 1}",
                state=output.metadata.pop(LIVE_FIGURE),
                picture=output.data["image/png"],
                alt=facts["alt"],
                width=facts["width"],
                height=facts["height"],
            )
            figures.append(figure)
            output.data = {"text/html": figure.place()}
    return figures


def write_figures(figures: list[Figure], folder: Path) -> None:
    """Write what the pages ask for: modules, styles, states and still pictures."""
    folder.mkdir(parents=True)
    for module in {figure.module for figure in figures}:
        (folder / f"{module}.js").write_text(script(module), "utf-8")
        (folder / f"{module}.css").write_text(style(module), "utf-8")
    for figure in figures:
        (folder / f"{figure.name}.json").write_text(json.dumps(figure.state), "utf-8")
        picture = base64.b64decode(figure.picture)
        (folder / f"{figure.name}.png").write_bytes(picture)


def play_page(figures: list[Figure]) -> str:
    """Return the page with all figures, in Markdown.

    Raises
    ------
    SiteError
        If the page lacks a figure of the lessons, or has one that no lesson has.
    """
    text = PLAY.read_text("utf-8")
    last = _by_module(figures)
    if odd := last.keys() ^ {*PLACE.findall(text)}:
        raise SiteError(
            f"{PLAY.name} and the lessons must show the same figures: {', '.join(odd)}"
        )
    transcripts = (HERE / "transcripts" / f"{module}.txt" for module in last)
    told = {path.stem: path.read_text("utf-8") for path in transcripts}

    def filled(place: re.Match) -> str:
        rows = (line.partition(": ") for line in told[place[1]].splitlines())
        steps = "\n".join(
            f"* {f'`{keys}`: ' if keys else ''}{said}" for keys, _, said in rows
        )
        return (
            f"```{{raw}} html\n{last[place[1]].place()}\n```\n\n<details><summary>By "
            f"keyboard, and what is said</summary>\n\n{steps}\n\n</details>"
        )

    return PLACE.sub(filled, text)


def play_alone(figures: list[Figure]) -> str:
    """Return the same as one file of HTML, which needs no server and no network."""
    last = _by_module(figures)
    text = re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", PLAY.read_text("utf-8"))
    text = PLACE.sub(lambda place: f'<div id="{place[1]}"></div>', text)
    text = text.partition("\n<!-- of the site only -->")[0]
    mount = MOUNT.read_text("utf-8")
    scripts = [
        f'<script type="module">\n{mount}{script(module)}\n'
        f'mount(document.getElementById("{module}"), {{ render }}, '
        f"{_inline(figure.state)});\n</script>"
        for module, figure in last.items()
    ]
    page = PAGE.format(
        main=MarkdownIt().render(text),
        style="\n".join(map(style, last)),
        scripts="\n".join(scripts),
    )
    return secure(page, ALONE)


def _by_module(figures: list[Figure]) -> dict[str, Figure]:
    """Return of each module the last figure: of two pads the better one's."""
    return {figure.module: figure for figure in figures}


def _inline(state: dict) -> str:
    """Return JSON that cannot end the script in which it stands."""
    return json.dumps(state).replace("<", "\\u003c")
