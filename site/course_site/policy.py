"""What a page may load: itself and its neighbours, and nothing from elsewhere.

The policy stands in each page, for a folder of files has no server to send it.
"""

from __future__ import annotations

import base64
import hashlib
from html.parser import HTMLParser
from pathlib import Path

REST = "object-src 'none'; base-uri 'self'; form-action 'self'"
STYLES = "style-src 'self' 'unsafe-inline'"  # KaTeX gives each letter its place
PAGES = (
    f"default-src 'self'; script-src 'self'{{}}; {STYLES}; img-src 'self' data:; {REST}"
)
# JupyterLite runs Python: it compiles, starts workers, and fetches packages.
LITE = (
    "default-src 'self' data: blob: https:; script-src 'self' 'unsafe-inline' "
    f"'unsafe-eval' blob: https:; {STYLES}; {REST}"
)
# A file that is opened from a disk has no neighbours.
ALONE = (
    "default-src 'none'; script-src{}; style-src 'unsafe-inline'; img-src data:; "
    "base-uri 'none'; form-action 'none'"
)
HEADER = 'http-equiv="Content-Security-Policy"'


class Scripts(HTMLParser):
    """The texts of the scripts that stand in a page."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=False)
        self.texts: list[str] = []
        self.leads_away = False  # by itself, which no policy forbids
        self._inside = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note whether what follows is a script of the page's own."""
        given = {name: (value or "").lower() for name, value in attrs}
        self.leads_away |= tag == "meta" and given.get("http-equiv") == "refresh"
        self._inside = tag == "script" and "src" not in dict(attrs)
        if self._inside:
            self.texts.append("")

    def handle_endtag(self, tag: str) -> None:
        """Note that a script has ended."""
        self._inside = False

    def handle_data(self, data: str) -> None:
        """Take the text of a script."""
        if self._inside:
            self.texts[-1] += data


def secure(page: str, policy: str = PAGES) -> str:
    """Return a page with a policy at its head, by which its own scripts may run."""
    scripts = Scripts(page)
    if scripts.leads_away and policy != LITE:
        raise ValueError("the page leads elsewhere by itself")
    allowed = "".join(
        f" 'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
        for text in dict.fromkeys(scripts.texts)
    )
    head, tag, rest = page.partition("<head>")
    if not tag:
        raise ValueError("the page has no <head>")
    meta = f'<meta {HEADER} content="{policy.format(allowed)}">'
    return f"{head}{tag}\n{meta}{rest}"


def secure_site(folder: Path) -> None:
    """Give each page of a site its policy."""
    for path in folder.rglob("*.html"):
        inside = path.relative_to(folder).parts
        text = path.read_text("utf-8")
        if HEADER not in text:
            policy = LITE if inside[0] == "lite" else PAGES
            path.write_text(secure(text, policy), "utf-8")
