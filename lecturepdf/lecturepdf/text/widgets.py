"""Jupyter's widgets in words: the state that a notebook stores of them, as HTML."""

from collections.abc import Mapping
from html import escape
from typing import Any

STATE = "application/vnd.jupyter.widget-state+json"
VIEW = "application/vnd.jupyter.widget-view+json"
_DEEPEST = 20
# Letters of HTML, and what a widget counts as: one may be in many others, or in itself.
_MOST, _EACH = 2_000_000, 400
# Widgets that hold others, side by side or not, and those that are there to be pressed.
_ROWS = ("HBox",)
_BOXES = ("Box", "VBox", "GridBox", "TwoByTwoLayout", "AppLayout")
_PAGES = ("Tab", "Accordion", "Stack")
_PRESSED = ("Button", "FileUpload", "Play", "Controller", "Password")
_MARKED = ("Checkbox", "ToggleButton", "Valid")


def in_words(identifier: str, models: object) -> tuple[str, list[str]]:
    """Return HTML of a widget, and the kinds of those in it that no words can show.

    Parameters
    ----------
    identifier : str
        The widget's key in `models`.
    models : object
        What a notebook's metadata store of its widgets.
    """
    for key in (STATE, "state"):
        models = models.get(key) if isinstance(models, dict) else None
    found = _Found(models if isinstance(models, dict) else {})
    return found.html(identifier, 0), list(found.unknown)


class _Found:
    def __init__(self, models: Mapping[str, Any]) -> None:
        self._models = models
        self._room = _MOST
        self.unknown: dict[str, None] = {}

    def html(self, identifier: object, depth: int) -> str:
        model = self._models.get(str(identifier).removeprefix("IPY_MODEL_"))
        model = model if isinstance(model, dict) else {}
        state = model["state"] if isinstance(model.get("state"), dict) else {}
        name = str(model.get("model_name", "not stored")).removesuffix("Model")
        self._room -= _EACH
        inner = state.get("outputs" if name == "Output" else "children")
        inner = inner if depth <= _DEEPEST and isinstance(inner, list) else []
        write = self._output if name == "Output" else self.html
        parts = []
        for child in inner:
            if self._room < 0:
                self.unknown["all that are too many"] = None
                break
            parts.append(write(child, depth + 1))
        if name in _ROWS:
            return f"<p>{' '.join(parts)}</p>"
        if name in _BOXES:
            return "".join(f"<div>{part}</div>" for part in parts)
        if name in _PAGES:
            titles = state.get("titles") or list((state.get("_titles") or {}).values())
            titles = [*titles, *[""] * len(parts)]
            pairs = zip(titles, parts, strict=False)
            return "".join(f"<p><b>{escape(str(t))}</b></p>{part}" for t, part in pairs)
        if name == "Output":
            return "".join(parts)
        value = _value(name, state, model.get("buffers"))
        if value is None:
            self.unknown[name] = None
            return ""
        self._room -= len(value)
        words = str(state.get("description") or "")
        return f"{escape(words)}{': ' if words and value else ''}{value}"

    def _output(self, output: object, depth: int) -> str:
        output = output if isinstance(output, dict) else {}
        data = output["data"] if isinstance(output.get("data"), dict) else {}
        if isinstance(view := data.get(VIEW), dict):
            return self.html(view.get("model_id"), depth)
        for mime in ("text/html", "image/svg+xml"):
            if mime in data:
                return _joined(data[mime])
        if "text/latex" in data:
            return f"<p>{escape(_joined(data['text/latex']))}</p>"
        for mime in ("image/png", "image/jpeg"):
            if mime in data:
                return f'<img src="data:{mime};base64,{_joined(data[mime])}">'
        is_error = "ename" in output
        error = f"{output.get('ename')}: {output.get('evalue')}" if is_error else ""
        words = (data.get(mime) for mime in ("text/markdown", "text/plain"))
        text = output.get("text") or error or next(filter(None, words), "")
        if not text:
            self.unknown |= dict.fromkeys(data)
            return ""
        self._room -= len(text)
        return f"<pre>{escape(_joined(text))}</pre>"


def _value(name: str, state: Mapping[str, Any], buffers: object) -> str | None:
    """Return HTML of what a widget shows, or None of one that is not known."""
    value = state.get("value")
    if name in _PRESSED:
        return ""
    if name in _MARKED:
        checked = " checked" if value else ""
        return f'<input class="task-list-item-checkbox" type="checkbox"{checked}>'
    if name in ("HTML", "HTMLMath"):
        return str(value or "")
    if name == "Image" and isinstance(buffers, list) and buffers:
        data = buffers[0].get("data", "") if isinstance(buffers[0], dict) else ""
        return f'<img src="data:image/png;base64,{escape(str(data))}">'
    if name.endswith("Progress"):
        return f"{_number(value)} / {_number(state.get('max', 100))}"
    labels = state.get("_options_labels")
    if isinstance(labels, list):
        chosen = state.get("index")
        chosen = chosen if isinstance(chosen, list) else [chosen]
        places = range(len(labels))
        found = [labels[at] for at in chosen if type(at) is int and at in places]
        return escape(", ".join(map(str, found)))
    if isinstance(value, list):
        return " \N{EN DASH} ".join(map(_number, value))
    if isinstance(value, dict):
        return escape(_moment(value))
    text = escape(_number(value)).replace("\n", "<br>")
    return text if "value" in state else None


def _number(value: object) -> str:
    return (
        f"{value:g}"
        if isinstance(value, float)
        else str("" if value is None else value)
    )


def _moment(value: Mapping[str, Any]) -> str:
    """Return a day, a time of day, or both; JavaScript counts months from 0."""
    facts = {key: int(n) for key, n in value.items() if isinstance(n, int | float)}
    parts = []
    if facts.keys() >= {"year", "month", "date"}:
        parts.append("{year}-{month:02}-{date:02}")
        facts["month"] += 1
    if facts.keys() >= {"hours", "minutes"}:
        parts.append("{hours:02}:{minutes:02}")
    return " ".join(parts).format(**facts)


def _joined(text: object) -> str:
    return "".join(map(str, text)) if isinstance(text, list) else str(text)
