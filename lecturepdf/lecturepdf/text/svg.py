"""Drawings in SVG, as XML that Typst reads: with their labels, if these are HTML."""

import re
from xml.sax.saxutils import escape, quoteattr

from justhtml import Element, JustHTML

from ..pictures import Picture

# Elements that make a mark; others only group, define or describe.
_MARKS = (
    "path, rect, circle, ellipse, line, polyline, polygon, text, image, use, "
    "foreignObject"
)
_SPACES = {
    "xmlns": "http://www.w3.org/2000/svg",
    "xmlns:xlink": "http://www.w3.org/1999/xlink",
}
_DEFINITIONS = ("defs", "symbol", "clipPath", "mask", "marker", "pattern")
_ENDS_A_LINE = ("br", "p", "div", "li", "tr")
_NAME = re.compile(r"[A-Za-z_][\w.-]*(?::[\w.-]+)?", re.ASCII)
_NUMBER = re.compile(r"-?[\d.]+")
_FONT_SIZE = re.compile(r"font-size:\s*([\d.]+)px")
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_DEEPEST = 200
_LONGEST = 1000  # letters of a label


def drawing(element: Element) -> str:
    """Return the XML of a drawing (``<svg>``), or '' of one that draws nothing."""
    if {element.attrs.get("width"), element.attrs.get("height")} & {"0", "0px"}:
        return ""
    marks = (mark for mark in element.query(_MARKS) if not _is_defined(mark, element))
    return _xml(element, _SPACES) if any(marks) else ""


def with_labels(picture: Picture) -> Picture:
    """Return a picture with text for labels in HTML, which only a browser shows."""
    if picture.extension != "svg" or b"<foreignObject" not in picture.data:
        return picture
    text = picture.data.decode("utf-8", "replace")
    found = JustHTML(text, fragment=True, sanitize=False).query("svg")
    return Picture(drawing(found[0]).encode(), "svg") if found else picture


def title(element: Element) -> str:
    """Return what a drawing says of itself to those who do not see it."""
    own = [child.to_text() for child in element.children if child.name == "title"]
    return str(element.attrs.get("aria-label") or "".join(own)).strip()


def _is_defined(mark: Element, within: Element) -> bool:
    while mark is not within:
        if mark.name in _DEFINITIONS:
            return True
        mark = mark.parent
    return False


def _xml(node: Element, more: dict[str, str] | None = None, depth: int = 0) -> str:
    if node.name == "#text":
        return escape(_NOT_XML.sub("", node.data))
    if not _NAME.fullmatch(node.name) or node.name == "script" or depth > _DEEPEST:
        return ""  # a comment, and what no drawing needs
    if node.name == "foreignObject":
        return "" if node.parent.name == "switch" else _label(node)
    pairs = "".join(
        f" {name}={quoteattr(_NOT_XML.sub('', value or ''))}"
        for name, value in (node.attrs | (more or {})).items()
        if _NAME.fullmatch(name) and not name.lower().startswith("on")
    )
    inside = "".join(_xml(child, depth=depth + 1) for child in node.children)
    return f"<{node.name}{pairs}>{inside}</{node.name}>"


def _label(node: Element) -> str:
    """Return text in the middle of the place that a label in HTML has."""
    text = _lines(node)
    text = f"{text[:_LONGEST]}\N{HORIZONTAL ELLIPSIS}" if text[_LONGEST:] else text
    lines = [" ".join(line.split()) for line in text.split("\n")]
    lines = [escape(_NOT_XML.sub("", line)) for line in lines if line]
    x, y, wide, high = (_number(node, name) for name in ("x", "y", "width", "height"))
    size = _FONT_SIZE.search(node.to_html(pretty=False))
    size = min(float(size[1]) if size else 14, 40)
    top = y + high / 2 - size * 1.2 * (len(lines) / 2 - 0.8)
    spans = (
        f'<tspan x="{x + wide / 2:g}" y="{top + at * size * 1.2:g}">{line}</tspan>'
        for at, line in enumerate(lines)
    )
    face = 'font-family="Libertinus Serif"'
    return (
        f'<text text-anchor="middle" {face} font-size="{size}">{"".join(spans)}</text>'
    )


def _lines(node: Element, depth: int = 0) -> str:
    if node.name == "#text":
        return node.data
    children = (node.children or ()) if depth < _DEEPEST else ()
    inside = "".join(_lines(child, depth + 1) for child in children)
    return inside + "\n" * (node.name in _ENDS_A_LINE)


def _number(node: Element, name: str) -> float:
    found = _NUMBER.match(node.attrs.get(name) or "")
    try:
        return float(found[0]) if found else 0.0
    except ValueError:
        return 0.0
