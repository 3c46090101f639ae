"""A page with one live figure and no kernel, as the web site has them."""

from __future__ import annotations

import functools
import http.server
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page, expect

from digitlib.live.figure import LiveFigure, script, style

ROOT = Path(__file__).parents[2]
MOUNT = (ROOT / "site" / "static" / "live.js").read_text("utf-8")
PAGE = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>Figure</title>
<meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy"
  content="default-src 'self'; style-src 'self' 'unsafe-inline'; img-src data:">
<link rel="icon" href="data:,"><link rel="stylesheet" href="{name}.css">
<style>
:root {{ color-scheme: light dark; }}
body {{ color: light-dark(#1b1f24, #e6edf3); background: light-dark(#fff, #14181e); }}
</style></head><body><main><h1>Figure</h1>
<div data-module="./{name}.js" data-state="{name}.json"></div>
</main><script type="module" src="live.js"></script></body></html>"""


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *args):
        pass


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Serve a folder on this machine, and yield its address."""
    handler = functools.partial(Quiet, directory=str(folder))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def write_page(figure: LiveFigure, folder: Path) -> str:
    """Write a figure's page, with all that it needs; return the page's name."""
    name = figure.module
    files = {
        f"{name}.html": PAGE.format(name=name),
        f"{name}.js": script(name),
        f"{name}.css": style(name),
        f"{name}.json": json.dumps(figure.stored()),
        "live.js": MOUNT,
    }
    for file, text in files.items():
        (folder / file).write_text(text, "utf-8")
    return f"{name}.html"


def follow(page: Page, transcript: str) -> None:
    """Press the keys of a transcript, and expect each sentence to be announced.

    A line has keys, a colon, and the sentence; ``ArrowRight*3`` is pressed three times.
    The first line has no keys: it is what is said before anything is touched. The page
    has a clock of its own, or one would wait for each sentence until it has stood.
    """
    assert transcript
    for line in transcript.splitlines():
        keys, _, sentence = line.partition(": ")
        for key in keys.split():
            name, _, times = key.partition("*")
            for _ in range(int(times or 1)):
                page.keyboard.press(name)
        page.clock.run_for(300)
        expect(page.get_by_role("status")).to_have_text(sentence)
