"""What cells have put out: text, pictures, tables, formulas, errors."""

import re

from nbformat import NotebookNode

from . import pictures
from .editions import Options
from .hypertext import Hypertext
from .manuscript import Manuscript
from .markdown import to_html, with_formulas
from .source import call, string
from .terminal import layout

_REPR = re.compile(r"<[\w.]+ object( at 0x\w+)?>")
_RICHER_THAN_TEXT = re.compile(r"<(table|img|svg)\b", re.IGNORECASE)
_FOR_SCREENS = re.compile(r"<(script|iframe|video|audio|canvas|input)\b", re.IGNORECASE)
_WIDGET = "application/vnd.jupyter.widget-view+json"
_MATHS = re.compile(r"\s*(?:\$|\\begin\{|\\\[|\\\()")


class Outputs:
    """Writes the outputs of a code cell as Typst markup."""

    def __init__(self, manuscript: Manuscript, options: Options) -> None:
        self.manuscript = manuscript
        self.options = options

    def typst(self, output: NotebookNode) -> str:
        """Return Typst markup for one output."""
        if output.output_type == "stream":
            kind = "warning" if output.name == "stderr" else "plain"
            return self._block(output, self._terminal(output.text, kind))
        if output.output_type == "error":
            text = "\n".join(output.traceback) or f"{output.ename}: {output.evalue}"
            return self._block(output, self._terminal(text, "error"))
        return self._block(output, self._best(output))

    def _block(self, output: NotebookNode, markup: str) -> str:
        if not markup.strip():
            return ""
        number = output.get("execution_count")
        return call("output", str(number) if number else "none", body=markup)

    def _terminal(self, text: str, kind: str = "plain") -> str:
        if not text.strip():
            return ""
        spans = layout(text, self.options.columns, self.options.most_lines)
        return call("terminal", spans, kind=string(kind))

    def _best(self, output: NotebookNode) -> str:
        """Return markup for the form of an output that prints best."""
        data = output.data
        for mime in pictures.MIME_TYPES:
            if mime in data:
                return self._picture(mime, output)
        if "text/latex" in data:
            return self._latex(data["text/latex"])
        if "text/markdown" in data:
            html = to_html(data["text/markdown"], self.manuscript.formula)
            return Hypertext(self.manuscript).typst(html)
        html, plain = data.get("text/html", ""), data.get("text/plain", "")
        if html and (_RICHER_THAN_TEXT.search(html) or _is_bare(plain)):
            return self._html(html)
        if not plain and "application/json" in data:
            return self._terminal(data["application/json"])
        others = sorted(set(data) - {"text/plain", "text/html"})
        if others and (_WIDGET in data or _is_bare(plain)):
            message = f"an output has no printed form: {', '.join(others)}"
            return self.manuscript.fault(message) + self._terminal(plain)
        return self._terminal(plain)

    def _picture(self, mime: str, output: NotebookNode) -> str:
        try:
            picture = pictures.from_mime(mime, output.data[mime])
        except pictures.PictureError as error:
            return self.manuscript.fault(f"a picture ({mime}) cannot be shown: {error}")
        facts = output.metadata.get(mime)
        facts = facts if isinstance(facts, dict) else output.metadata
        alt = facts.get("alt") or output.metadata.get("alt") or ""
        pixels = facts.get("width") or picture.pixels_wide
        wide = isinstance(pixels, int | float) and pixels > 0
        return call(
            "figure-block",
            string(self.manuscript.keep(picture)),
            self.manuscript.description(str(alt).strip()),
            width=f"{pixels * 0.75 * self.options.figure_scale:.1f}pt"
            if wide
            else None,
        )

    def _latex(self, tex: str) -> str:
        if _MATHS.match(tex):
            html = to_html(tex, self.manuscript.formula)
            return Hypertext(self.manuscript).typst(html)
        return self._terminal(tex)

    def _html(self, html: str) -> str:
        markup = Hypertext(self.manuscript, prose=False).typst(
            with_formulas(html, self.manuscript.formula)
        )
        if markup or not (match := _FOR_SCREENS.search(html)):
            return markup
        return self.manuscript.fault(f"an output works on a screen only: <{match[1]}>")


def _is_bare(plain: str) -> bool:
    """Return whether a text says nothing but which object it stands for."""
    return not plain.strip() or bool(_REPR.fullmatch(plain.strip()))
