"""What a drawing in SVG asks for, before Typst draws it: depth, filters, letters.

Read are the tags alone, in one go; entities may grow no more than expat lets them.
"""

import base64
import re
from contextlib import suppress
from urllib.parse import unquote_to_bytes
from xml.parsers import expat

_DEEPEST = 200  # elements in one another, each of which takes some of Typst's stack
_MOST_LETTERS = 100_000  # of all texts
_MOST_FILTERED = 200  # filters' steps times elements: a tenth of a second each
_MOST_MATCHES = 10_000_000  # elements times rules of sheets
# Steps of filters that take as long as somebody likes.
_ENDLESS = {"feMorphology", "feConvolveMatrix", "feTurbulence"}
_DATA = re.compile(r"\s*data:", re.IGNORECASE)
_FILTERS = re.compile(r"\bfilter\s*:")


class DrawingError(ValueError):
    """A drawing that would take too long; the message says why."""


def pictures_in(data: bytes) -> list[bytes]:
    """Return the pictures that stand in a drawing as ``data:`` URLs.

    Raises
    ------
    DrawingError
        If it is nested deeper than 200 elements, or if its texts, filters or sheets
        would take too long.
    """
    reader = _Reader()
    parser = expat.ParserCreate("utf-8")
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.text
    with suppress(expat.ExpatError):  # which Typst tells, when it comes to that
        parser.Parse(data, True)
    reader.refuse_slow()
    return reader.pictures


class _Reader:
    def __init__(self) -> None:
        self.pictures: list[bytes] = []
        self._path: list[str] = []
        self._elements = self._letters = self._steps = self._filtered = self._rules = 0
        self._is_endless = False
        self._uses = 1

    def start(self, name: str, attributes: dict[str, str]) -> None:
        name = name.rpartition(":")[2]
        self._path.append(name)
        if len(self._path) > _DEEPEST:
            raise DrawingError(f"it is nested deeper than {_DEEPEST} elements")
        self._elements += 1
        self._uses += name == "use"
        self._steps += name.startswith("fe")
        self._is_endless |= name in _ENDLESS
        for key, value in attributes.items():
            if key == "filter" or (key == "style" and _FILTERS.search(value)):
                self._filtered += 1
            elif key.rpartition(":")[2] == "href" and _DATA.match(value):
                self.pictures.append(_decoded(value))

    def end(self, _: str) -> None:
        self._path.pop()

    def text(self, text: str) -> None:
        if "style" in self._path[-1:]:
            self._rules += text.count("{")
            self._filtered += 10 * len(_FILTERS.findall(text))
        elif "text" in self._path:
            self._letters += len(text)

    def refuse_slow(self) -> None:
        steps = max(self._steps, 1) * self._filtered * self._uses
        if steps > _MOST_FILTERED or (self._filtered and self._is_endless):
            raise DrawingError("its filters take too long to draw")
        if self._letters > _MOST_LETTERS:
            raise DrawingError(f"it has more than {_MOST_LETTERS:,} letters")
        if self._rules * self._elements > _MOST_MATCHES:
            raise DrawingError("it has too many rules of style")


def _decoded(url: str) -> bytes:
    header, _, payload = url.partition(",")
    data = unquote_to_bytes(payload)
    if not header.rstrip().endswith("base64"):
        return data
    data = re.sub(rb"[^A-Za-z0-9+/]", b"", data)
    return base64.b64decode(data + b"A" * (len(data) % 4 == 1) + b"==")
