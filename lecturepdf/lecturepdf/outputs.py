"""What cells have put out: text, pictures, tables, formulas, errors."""

import json
import re

from nbformat import NotebookNode

from . import pictures
from .manuscript import Manuscript
from .markup import call, string
from .text.hypertext import Hypertext
from .text.markdown import to_html, with_formulas
from .text.terminal import layout

_REPR = re.compile(r"<[\w.]+ object( at 0x\w+)?>")
_RICHER_THAN_TEXT = re.compile(r"<(table|img|svg)\b", re.IGNORECASE)
_FOR_SCREENS = re.compile(r"<(script|iframe|video|audio|canvas|input)\b", re.IGNORECASE)
_WIDGET = "application/vnd.jupyter.widget-view+json"
_WHOLE = "print all with --LecturePDFExporter.output_lines=0"
_MATHS = re.compile(r"\s*(?:\$|\\begin\{|\\\[|\\\()")
_SCALE = 0.75 * 0.8  # points for a pixel, and figures somewhat smaller than on a screen


def typst(output: NotebookNode, manuscript: Manuscript) -> str:
    """Return Typst markup for one output of a code cell."""
    if output.output_type == "stream":
        kind = "warning" if output.name == "stderr" else "plain"
        markup = _terminal(output.text, manuscript, kind)
    elif output.output_type == "error":
        text = "\n".join(output.traceback) or f"{output.ename}: {output.evalue}"
        markup = _terminal(text, manuscript, "error")
    else:
        markup = _best(output, manuscript)
    number = output.get("execution_count") or "none"
    return call("output", str(number), body=markup) if markup.strip() else ""


def _terminal(text: str, manuscript: Manuscript, kind: str = "plain") -> str:
    if not text.strip():
        return ""

    def tell(message: str) -> None:
        manuscript.report(manuscript.place, "output", message, _WHOLE)

    code = layout(text, most_lines=manuscript.output_lines, tell=tell)
    return call("terminal", code, kind=string(kind))


def _best(output: NotebookNode, manuscript: Manuscript) -> str:
    """Return markup for the form of an output that prints best."""
    data = output.data
    for mime in pictures.MIME_TYPES:
        if mime in data:
            return _picture(mime, output, manuscript)
    html, plain = data.get("text/html", ""), data.get("text/plain", "")
    for mime in ("text/latex", "text/markdown"):
        if mime in data:
            if mime == "text/latex" and not _MATHS.match(data[mime]):
                return _terminal(data[mime], manuscript)
            prose = to_html(data[mime], manuscript.formula)
            return Hypertext(manuscript).typst(prose)
    is_bare = not plain.strip() or bool(_REPR.fullmatch(plain.strip()))
    if html and (is_bare or _RICHER_THAN_TEXT.search(html)):
        return _html(html, manuscript)
    if not plain and "application/json" in data:
        value = data["application/json"]
        text = value if isinstance(value, str) else json.dumps(value)
        return _terminal(text, manuscript)
    others = sorted(set(data) - {"text/plain", "text/html"})
    if others and (is_bare or _WIDGET in data):
        message = f"an output has no printed form: {', '.join(others)}"
        return manuscript.fault("output", message) + _terminal(plain, manuscript)
    return _terminal(plain, manuscript)


def _picture(mime: str, output: NotebookNode, manuscript: Manuscript) -> str:
    try:
        picture = pictures.from_mime(mime, output.data[mime])
    except pictures.PictureError as error:
        message = f"a picture ({mime}) cannot be shown: {error}"
        return manuscript.fault("picture", message)
    facts = output.metadata.get(mime)
    facts = facts if isinstance(facts, dict) else output.metadata
    alt = facts.get("alt") or output.metadata.get("alt") or ""
    pixels = facts.get("width") or picture.pixels_wide
    is_known = isinstance(pixels, int | float) and pixels > 0
    return call(
        "figure-block",
        string(manuscript.keep(picture)),
        manuscript.description(str(alt).strip()),
        width=f"{pixels * _SCALE:.1f}pt" if is_known else None,
    )


def _html(html: str, manuscript: Manuscript) -> str:
    hypertext = Hypertext(manuscript, prose=False)
    markup = hypertext.typst(with_formulas(html, manuscript.formula))
    if markup or not (match := _FOR_SCREENS.search(html)):
        return markup
    message = f"an output works on a screen only: <{match[1]}>"
    return manuscript.fault("output", message)
