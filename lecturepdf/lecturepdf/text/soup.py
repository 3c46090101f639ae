"""HTML as a browser reads it: parsed as HTML5, styled, without what it hides.

What is read is bounded: `parsed` says what is left out of longer or deeper HTML.
"""

import base64
import re
from collections.abc import Iterator
from contextlib import suppress

import tinycss2
from bs4 import BeautifulSoup
from bs4.element import Tag
from justhtml import Element, JustHTML
from soupsieve import SelectorSyntaxError

from . import svg

_MOST_TAGS = 200_000
_MOST_MATCHES = 100_000  # elements times rules of sheets, each tried on each
_LONGEST = 400  # of the values of styles
_NO_TAG = re.compile(r"<(?![a-zA-Z/!?])")
_IN_WORDS = re.compile("-text-repr-fallback$")
_ID = re.compile(r"#[\w-]+")
# What a sheet may change of what is printed.
_KEPT = {
    "display", "visibility", "color", "background", "background-color", "font-weight",
    "font-style", "text-align", "text-decoration",
}  # fmt: skip


def parsed(html: str) -> tuple[BeautifulSoup, str]:
    """Return the elements of HTML, and what was left out of it, or ''.

    Drawings (``<svg>``) are pictures (``<img>``) in it.
    """
    # A sign that begins no tag would have the parser look at all before it again.
    html, told = _NO_TAG.sub("&lt;", html), ""
    if html.count("<") > _MOST_TAGS:
        *kept, _ = html.split("<", _MOST_TAGS)
        html = "<".join(kept)
        told = f"HTML of more than {_MOST_TAGS:,} tags: the rest is left out"
    tree = JustHTML(html, fragment=True, sanitize=False)
    nested: set[int] = set()
    for element in tree.query("svg"):
        if id(element) not in nested:
            nested |= {id(inner) for inner in element.query("svg")}
            _put_picture(element)
    soup = BeautifulSoup(tree.to_html(pretty=False), "html.parser")
    _apply_sheets(soup)
    for element in soup.find_all(class_=_IN_WORDS) if "text-repr" in html else ():
        # In words what a screen shows in its place, whatever a sheet says of it.
        if text := element if element.name == "pre" else element.find("pre"):
            element.replace_with(text)
            text.attrs = {}
    for element in [tag for tag in soup.find_all(True) if _is_hidden(tag)]:
        element.clear()
        element.name, element.attrs = "template", {}  # shows nothing
    return soup, told


def declarations(element: Tag) -> dict[str, str]:
    """Return what an element's style attribute declares: names to values."""
    return _pairs(str(element.get("style", "")))


def _pairs(style: str) -> dict[str, str]:
    pairs = (pair.partition(":") for pair in style.split(";"))
    return {
        name.strip().lower(): value[:_LONGEST].replace("!important", "").strip()
        for name, colon, value in pairs
        if colon
    }


def _put_picture(element: Element) -> None:
    """Put a picture in the place of a drawing, or nothing for one that is empty."""
    if not (xml := svg.drawing(element)):
        element.parent.remove_child(element)
        return
    data = base64.b64encode(xml.encode()).decode()
    facts = {"src": f"data:image/svg+xml;base64,{data}", "alt": svg.title(element)}
    element.parent.replace_child(Element("img", facts, "html"), element)


def _is_hidden(tag: Tag) -> bool:
    style = declarations(tag) if tag.has_attr("style") else {}
    shown = {style.get("display", "").lower(), style.get("visibility", "").lower()}
    return bool(shown & {"none", "hidden"}) or tag.has_attr("hidden")


def _apply_sheets(soup: BeautifulSoup) -> None:
    """Give elements the styles that sheets have for them, those for an id at last."""
    named: dict[str, str] = {}
    others: list[tuple[str, str]] = []
    rules: list[tuple[str, str]] = []
    with suppress(RecursionError):  # of braces in braces, which nobody means
        rules = list(_rules(soup))
    for selector, style in rules:
        if _ID.fullmatch(selector):
            named[selector[1:]] = f"{named.get(selector[1:], '')}{style};"
        else:
            others.append((selector, style))
    elements = soup.find_all(True) if named or others else []
    styles: dict[int, str] = {}
    for selector, style in others[: _MOST_MATCHES // max(len(elements), 1)]:
        with suppress(SelectorSyntaxError, NotImplementedError):  # ::after, say
            for element in soup.select(selector):
                styles[id(element)] = f"{styles.get(id(element), '')}{style};"
    for element in elements:
        style = styles.get(id(element), "") + named.get(str(element.get("id")), "")
        if style:
            element["style"] = style + str(element.get("style", ""))


def _rules(soup: BeautifulSoup) -> Iterator[tuple[str, str]]:
    """Yield each selector of the sheets with what it changes on paper."""
    for sheet in soup.find_all("style"):
        for rule in tinycss2.parse_stylesheet(sheet.string or "", True, True):
            if rule.type != "qualified-rule":
                continue  # what holds in the dark, or at some width of the window
            style = tinycss2.serialize(rule.content)
            kept = {
                name: value for name, value in _pairs(style).items() if name in _KEPT
            }
            if kept:
                style = ";".join(f"{name}:{value}" for name, value in kept.items())
                for selector in tinycss2.serialize(rule.prelude).split(","):
                    yield selector.strip(), style
