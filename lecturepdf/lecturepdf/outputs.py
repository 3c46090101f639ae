"""What cells have put out: of its forms the one that JupyterLab would show.

That is the first of `_FORMS` that there is. What is drawn on a screen only is a picture
that is stored beside it, or else a line that says what would be there, and a fault.
"""

import json
import re
from collections.abc import Iterator
from html import escape

from bs4 import BeautifulSoup
from bs4.element import PreformattedString, Tag
from nbformat import NotebookNode

from . import charts, pictures
from .manuscript import Manuscript
from .markup import call, string
from .text import latex_tables, soup, svg, widgets
from .text.hypertext import INTERACTIVE, NOTHING, Hypertext
from .text.markdown import to_html, with_formulas
from .text.terminal import layout

_REPR = re.compile(r"<([\w.]+)(?: object)?(?: at 0x\w+)?>")
_WHOLE = "print all with --LecturePDFExporter.output_lines=0"
_SCRIPTS = ("application/javascript", "text/javascript")
# What stands where a script, which a notebook that is not trusted does not run, draws.
_STAND_IN = re.compile(
    r"Make this Notebook Trusted|Visualization omitted|Have you run `initjs"
    r"|Loading BokehJS"
    r"|BokehJS [\d.]+ successfully loaded"
)
# JupyterLab's order, for what paper can show; text/plain is what remains.
_FORMS = (
    "application/json", "text/html", "text/markdown", "text/latex",
    *pictures.MIME_TYPES,
)  # fmt: skip
_DRAWS = re.compile(r"\belement\b")  # the name that Jupyter gives to a script's output
_LOADS = re.compile(r"_load\.v\d+\+json$")  # what would draw, and nothing yet
_WEB = re.compile("https?:")
_DRAWN = "what a script draws here works on a screen only"
_SCALE = 0.75 * 0.8  # points for a pixel, and figures somewhat smaller than on a screen


def joined(outputs: list[NotebookNode]) -> Iterator[NotebookNode]:
    """Yield outputs, neighbours of one stream as one, which overwrites its lines."""
    last = NotebookNode()
    for output in map(NotebookNode, outputs):
        name = output.get("name")
        if name and output.output_type == "stream" and last.get("name") == name:
            last.text += output.text
            continue
        if last:
            yield last
        last = output
    if last:
        yield last


def typst(output: NotebookNode, manuscript: Manuscript) -> str:
    """Return Typst markup for one output of a code cell."""
    if output.output_type == "stream":
        kind = "warning" if output.name == "stderr" else "plain"
        markup = _terminal(output.text, manuscript, kind)
    elif output.output_type == "error":
        text = "\n".join(output.traceback) or f"{output.ename}: {output.evalue}"
        markup = _terminal(text, manuscript, "error")
    else:
        markup = _Bundle(output, manuscript).typst()
    number = output.get("execution_count") or "none"
    return call("output", str(number), body=markup) if markup.strip() else ""


def _terminal(text: str, manuscript: Manuscript, kind: str = "plain") -> str:
    if not text.strip():
        return ""

    def tell(message: str) -> None:
        manuscript.report(manuscript.place, "output", message, _WHOLE)

    code = layout(text, most_lines=manuscript.output_lines, tell=tell)
    return call("terminal", code, kind=string(kind))


class _Bundle:
    """The forms of one output, by their mime types."""

    def __init__(self, output: NotebookNode, manuscript: Manuscript) -> None:
        self.data, self.metadata = output.data, output.metadata
        self.manuscript = manuscript
        self.plain = str(self.data.get("text/plain", ""))
        self.bare = _REPR.fullmatch(self.plain.strip()) if self.plain.strip() else None
        self.tree: BeautifulSoup | None = None
        self.told = ""

    def typst(self) -> str:
        """Return markup for the first form that there is."""
        data = self.data
        if "text/html" in data:
            html = with_formulas(data["text/html"], self.manuscript.formula)
            self.tree, left_out = soup.parsed(html)
            self.told = self.manuscript.fault("text", left_out) if left_out else ""
        if widgets.VIEW in data and (markup := self._widget()):
            return markup
        screen = charts.described(data) or self._drawn_in_html()
        for mime in pictures.MIME_TYPES if screen else _FORMS:
            if mime in data and (markup := self._form(mime)).strip():
                return markup
        if screen:
            return self._on_screen(screen)
        scripts = "".join(str(data.get(mime, "")) for mime in _SCRIPTS)
        draws = bool(_DRAWS.search(scripts))  # or it shows nothing, and is no loss
        others = set(data) - {*_FORMS, "text/plain", *(() if draws else _SCRIPTS)}
        others = {mime for mime in others if not _LOADS.search(mime)}
        if others and (self.bare or not self.plain.strip()):
            message = f"an output has no printed form: {', '.join(sorted(others))}"
            return self.manuscript.fault("output", message)
        is_nothing = self.tree or (scripts and self.bare)
        return "" if is_nothing else _terminal(self.plain, self.manuscript)

    def _form(self, mime: str) -> str:
        text = self.data[mime]
        if mime == "text/html":
            hypertext = Hypertext(self.manuscript, prose=False)
            return self.told + hypertext.read(self.tree)
        if mime == "text/markdown":
            html = to_html(text, self.manuscript.formula)
            return Hypertext(self.manuscript).typst(html)
        if mime == "text/latex":
            return self._latex(text)
        if mime == "application/json":
            text = (
                text if isinstance(text, str) else json.dumps(text, ensure_ascii=False)
            )
            return _terminal(text, self.manuscript)
        try:
            picture = svg.with_labels(pictures.from_mime(mime, text))
        except pictures.PictureError as error:
            message = f"a picture ({mime}) cannot be shown: {error}"
            return self.manuscript.fault("picture", message)
        facts = self.metadata.get(mime)
        return self._figure(picture, facts if isinstance(facts, dict) else {})

    def _latex(self, text: str) -> str:
        """Return markup for tables, or for prose: it is formulas that a screen sets."""
        if latex_tables.has_table(text):
            manuscript = self.manuscript
            html = latex_tables.to_html(
                text, lambda told: manuscript.report(manuscript.place, "output", told)
            )
        else:
            parts = (escape(part, quote=False) for part in text.split("\n\n"))
            html = "".join(f"<p>{part}</p>" for part in parts)
        html = with_formulas(html, self.manuscript.formula)
        return Hypertext(self.manuscript).typst(html)

    def _figure(self, picture: pictures.Picture, facts: dict) -> str:
        alt = facts.get("alt") or self.metadata.get("alt") or ""
        pixels = facts.get("width") or self.metadata.get("width") or picture.pixels_wide
        is_known = isinstance(pixels, int | float) and pixels > 0
        return call(
            "figure-block",
            string(self.manuscript.keep(picture)),
            self.manuscript.description(str(alt).strip()),
            width=f"{pixels * _SCALE:.1f}pt" if is_known else None,
        )

    # What a screen draws

    def _widget(self) -> str:
        view = self.data[widgets.VIEW]
        identifier = view.get("model_id", "") if isinstance(view, dict) else ""
        html, unknown = widgets.in_words(identifier, self.manuscript.widgets)
        if not html.strip():
            return ""
        html = with_formulas(html, self.manuscript.formula)
        markup = Hypertext(self.manuscript, prose=False).typst(html)
        if unknown:
            message = f"of a widget these are not printed: {', '.join(unknown)}"
            markup += self.manuscript.fault("output", message)
        return markup

    def _drawn_in_html(self) -> str:
        """Return what HTML draws on a screen, if there is nothing else in it."""
        if not (tree := self.tree):
            return ""
        for stand_in in tree.find_all(string=_STAND_IN):
            stand_in.replace_with("")
        if charts.frame(str(self.data["text/html"])):
            return "an animation"
        found = tree.find(INTERACTIVE) or _drawing(tree)
        if not found:
            return ""
        if not _is_empty(tree):
            is_told = found.name in INTERACTIVE  # where it stands
            self.told += "" if is_told else self.manuscript.fault("output", _DRAWN)
            return ""
        is_known = self.bare and not self.bare[1].startswith("IPython")
        return f"{self.bare[1] if is_known else 'an output'} (<{found.name}>)"

    def _on_screen(self, screen: str) -> str:
        """Return a picture of what a screen draws, or a line that says what it is."""
        manuscript, why = self.manuscript, ""
        if url := charts.frame(str(self.data.get("text/html", ""))):
            return Hypertext(manuscript).typst(f'<p><img src="{escape(url)}"></p>')
        try:
            if chart := charts.picture(self.data):
                return self._figure(chart, {})
        except pictures.PictureError as error:
            why = f": {error}"
        message = f"{screen} works on a screen only{why}"
        manuscript.report(manuscript.place, "output", message, charts.remedy(self.data))
        shown = call("fault", string(message))
        element = self.tree.find(src=_WEB) if self.tree else None
        if source := str(element["src"]) if element else "":
            shown += " " + call("external", string(source), body=f"#{string(source)}")
        return shown + ("" if self.bare else _terminal(self.plain, self.manuscript))


def _drawing(tree: Tag) -> Tag | None:
    """Return a script that draws in an empty place, which it names if there is text."""
    scripts = tree.find_all("script")
    code = " ".join(script.get_text() for script in scripts)
    if not code:
        return None
    named = {
        name for place in tree.find_all("div") if not place.contents
        for name in (place.get("id"), *place.get("class", ()))
    }  # fmt: skip
    draws = "document.write(" in code or any(name and name in code for name in named)
    if not draws and _is_empty(tree):
        draws = any(map(_is_empty, tree.find_all(id=True)))
    return scripts[0] if draws else None


def _is_empty(element: Tag) -> bool:
    """Whether an element shows nothing that can be printed."""
    shown = element.find(
        lambda e: e.name == "table" or (e.name == "img" and e.get("src"))
    )
    texts = element.find_all(string=re.compile(r"\S"))
    hidden = (*NOTHING, *INTERACTIVE)
    return not shown and all(
        isinstance(text, PreformattedString) or text.find_parent(hidden)
        for text in texts
    )
