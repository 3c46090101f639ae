"""Are all links of the built pages right? Sphinx does not look at those in raw HTML.

Each link and each file that a page asks for must be there, its anchor too. A page may
link to other sites, but must not ask them for anything: reading it causes no request.
"""

from __future__ import annotations

from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

LINKS = {"a": "href", "area": "href"}
FILES = {"img": "src", "script": "src", "link": "href", "iframe": "src"}
FILES |= {"source": "src", "video": "src", "audio": "src", "object": "data"}
# Relations of <link> that name another page rather than load it.
NAMES = {"next", "prev", "index", "search", "genindex", "canonical", "license"}


class Page(HTMLParser):
    """The anchors of a page, and what it links to or loads, with lines.

    Attributes
    ----------
    anchors : set of str
        What an address may name after #.
    targets : list of (int, str, bool)
        Line, address, and whether a browser loads it by itself.
    """

    def __init__(self, text: str) -> None:
        super().__init__()
        self.anchors = {"", "top"}
        self.targets: list[tuple[int, str, bool]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what an element is called, and where it leads."""
        attributes = {name: value or "" for name, value in attrs}
        self.anchors |= {attributes.get("id", ""), attributes.get("name", "")}
        line = self.getpos()[0]
        if LINKS.get(tag) in attributes:
            self.targets.append((line, attributes[LINKS[tag]], False))
        if FILES.get(tag) in attributes:
            loaded = not NAMES & set(attributes.get("rel", "").split())
            self.targets.append((line, attributes[FILES[tag]], loaded))


def broken_links(folder: Path) -> list[str]:
    """Return a line for each link that leads nowhere.

    Parameters
    ----------
    folder : Path
        The site.

    Returns
    -------
    list of str
        Page, line, address, and what is wrong with it.
    """
    pages = {
        path.resolve(): Page(path.read_text("utf-8"))
        for path in sorted(folder.rglob("*.html"))
        if "lite" not in path.relative_to(folder).parts
    }
    return [
        f"{path.relative_to(folder.resolve())}, line {line}: {address}: {fault}"
        for path, page in pages.items()
        for line, address, loaded in page.targets
        for fault in _faults(pages, path, address, loaded)
    ]


def _faults(
    pages: dict[Path, Page], page: Path, address: str, loaded: bool
) -> Iterator[str]:
    parts = urlsplit(address)
    if parts.scheme == "data":
        return
    if parts.scheme or parts.netloc:
        if loaded:
            yield "a page must not load anything from elsewhere"
        elif parts.scheme not in ("https", "http", "mailto"):
            yield "no address that a browser can open"
        return
    target = (page.parent / unquote(parts.path)).resolve() if parts.path else page
    if target.is_dir():
        target /= "index.html"
    if not target.is_file():
        yield "no such file"
    elif target in pages and unquote(parts.fragment) not in pages[target].anchors:
        yield "no such anchor"
