"""Colours as TeX names them."""

import re

from tinycss2.color3 import parse_color

# Which the template makes fit for paper.
_OURS = (
    "red", "green", "blue", "orange", "purple", "magenta", "teal", "cyan", "yellow",
    "brown", "gray", "grey", "navy",
)  # fmt: skip
_LARGEST = {"rgb": 1, "gray": 1, "RGB": 255}


def colour(model: str, value: str) -> str:
    """Return the template's name of a colour, or #rrggbb, or '' if it is unknown.

    Examples
    --------
    >>> colour("rgb", "1, 0.5, 0"), colour("HTML", "00ff00"), colour("", "teal")
    ('#ff8000', '#00ff00', 'teal')
    """
    if model in _LARGEST:
        channels = re.findall(r"\d*\.?\d+", value)
        channels = [float(channel) / _LARGEST[model] for channel in channels]
        channels *= 3 if model == "gray" else 1
    elif value.lower() in _OURS:
        return value.lower()
    else:
        found = parse_color(f"#{value}" if model == "HTML" else value)
        channels = list(found)[:3] if found and found != "currentcolor" else []
    if len(channels) != 3 or max(channels) > 1:
        return ""
    return "#" + "".join(f"{round(255 * channel):02x}" for channel in channels)
