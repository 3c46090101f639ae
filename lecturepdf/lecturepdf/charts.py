"""Charts that a library of JavaScript draws: as pictures, or said in a line."""

import importlib
import json
import re
from collections.abc import Mapping
from typing import Any

from .pictures import Picture, PictureError, from_bytes

_VEGA = re.compile(r"application/vnd\.(vega|vegalite)\.v(\d+)\+json")
_PLOTLY = "application/vnd.plotly.v1+json"
# What is drawn on a screen, by its mime type.
_DRAWN = {
    "vega": "a chart of Altair or Vega", "plotly": "a chart of Plotly",
    "bokehjs_exec": "a chart of Bokeh", "holoviews_exec": "a chart of HoloViews",
    "geo+json": "a map", "widget-view": "a widget",
}  # fmt: skip
_FRAME = re.compile(r'frames\[0\]\s*=\s*"(data:image/[^"]*)"')
_REMEDY = "pip install lecturepdf[charts] draws it, or store a picture beside it"


def described(data: Mapping[str, Any]) -> str:
    """Return what a chart is and shows: its kind, its marks, its title; or ''."""
    kinds = (words for name, words in _DRAWN.items() if any(name in m for m in data))
    words = next(kinds, "")
    if isinstance(value := data.get(_PLOTLY), dict):
        traces = value.get("data") if isinstance(value.get("data"), list) else []
        types = (str(t.get("type", "scatter")) for t in traces if isinstance(t, dict))
        words += f" ({', '.join(dict.fromkeys(types))})" if traces else ""
        layout = value.get("layout") if isinstance(value.get("layout"), dict) else {}
        title = layout.get("title")
        title = title.get("text") if isinstance(title, dict) else title
        words += f": {title}" if title else ""
    elif found := specification(data):
        title = found[1].get("title")
        words = words or _DRAWN["vega"]
        words += f": {title}" if isinstance(title, str) else ""
    return words


def specification(data: Mapping[str, Any]) -> tuple[str, dict] | None:
    """Return the language (``vega`` or ``vegalite``) of a chart, and its source."""
    for mime, value in data.items():
        if (match := _VEGA.match(mime)) and isinstance(value, dict):
            return match[1], value
    html = str(data.get("text/html", ""))
    at = html.find("})({")
    if at < 0 or "vega" not in html:
        return None
    try:
        value, _ = json.JSONDecoder().raw_decode(html, at + 3)
    except (ValueError, RecursionError):
        return None
    is_vega = "/vega/" in str(value.get("$schema", ""))
    return "vega" if is_vega else "vegalite", value


def picture(data: Mapping[str, Any]) -> Picture | None:
    """Return a chart's picture as vl-convert draws it, where that is installed.

    Raises
    ------
    PictureError
        If it cannot be drawn; it may not ask the network for its data.
    """
    found = specification(data)
    if not found or not importlib.util.find_spec("vl_convert"):
        return None
    convert = getattr(importlib.import_module("vl_convert"), f"{found[0]}_to_svg")
    try:
        return from_bytes(convert(found[1], allowed_base_urls=[]).encode())
    except Exception as error:
        raise PictureError(" ".join(str(error).split())[:200]) from error


def remedy(data: Mapping[str, Any]) -> str:
    """Return what to do about a chart that cannot be printed."""
    return _REMEDY if specification(data) else "store a picture beside it"


def frame(html: str) -> str:
    """Return the first picture of an animation of matplotlib as a URL, or ''."""
    match = _FRAME.search(html)
    return match[1].replace("\\\n", "").replace("\\n", "") if match else ""
