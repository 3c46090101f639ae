"""Markdown to HTML, as nbconvert reads it, with formulas taken out on the way."""

import re
from collections.abc import Callable
from html import escape, unescape
from re import Match

from mistune import InlineState, import_plugin
from mistune.util import striptags
from nbconvert.filters.markdown_mistune import (
    IPythonRenderer,
    MarkdownWithMath,
    MathInlineParser,
)

from .markdown_tables import FORMULA, tables

# What takes a formula (is it displayed? its TeX) and returns HTML that stands for it.
FormulaTaker = Callable[[bool, str], str]
_REFERENCE = re.compile(r"\\(?:eqref|ref)\{[^{}]*\}")
# A tag; or an element, whole, in whose text MathJax looks for no formulas.
_VERBATIM = "|".join(
    rf"<{name}\b.*?</{name}>" for name in ("script", "style", "pre", "code", "textarea")
)
_TAG = re.compile(rf"(<!--.*?-->|{_VERBATIM}|<[^>]*>)", re.DOTALL | re.IGNORECASE)


class _Inline(MathInlineParser):
    """Finds inline formulas; a dollar within braces does not end one."""

    def parse_inline_math_tex(self, m: Match[str], state: InlineState) -> int:
        """Take a formula up to its own closing dollar."""
        start, depth, at = m.start() + 1, 0, m.start() + 1
        source = state.src
        while at < len(source):
            character = source[at]
            if character == "$" and depth <= 0:
                state.append_token({"type": "inline_math", "raw": source[start:at]})
                return at + 1
            depth += {"{": 1, "}": -1}.get(character, 0)
            at += 2 if character == "\\" else 1
        return super().parse_inline_math_tex(m, state)


class _Renderer(IPythonRenderer):
    """Writes HTML for `hypertext`: plain code, and an element for each formula."""

    def __init__(self, take: FormulaTaker) -> None:
        super().__init__(escape=False, exclude_anchor_links=True)
        self.take = take

    def block_math(self, body: str) -> str:
        """Write a displayed formula."""
        return self.take(True, body)

    def inline_math(self, body: str) -> str:
        """Write a formula within a line."""
        return self.take(False, body)

    def latex_environment(self, name: str, body: str) -> str:
        r"""Write a formula that an author began with \begin."""
        return self.take(True, f"\\begin{{{name}}}{body}\\end{{{name}}}")

    def text(self, text: str) -> str:
        r"""Write text, with \eqref and \ref as MathJax resolves them."""
        return _REFERENCE.sub(
            lambda match: self.take(False, unescape(match[0])), escape(unescape(text))
        )

    def block_code(self, code: str, info: str | None = None) -> str:
        """Write code without colours: Typst colours it."""
        language = (info or "").strip().split(maxsplit=1)[:1]
        return f'<pre class="{escape("".join(language))}">{escape(code)}</pre>\n'

    def block_html(self, html: str) -> str:
        """Write an author's HTML, in which formulas are set as well."""
        return with_formulas(html, self.take)

    def image(self, text: str, url: str, title: str | None = None) -> str:
        """Write a picture; where it comes from is seen later."""
        alt = escape(unescape(striptags(text)))
        named = f'alt="{alt}" title="{escape(title or "")}"'
        return f'<img src="{escape(url)}" {named}>'

    def heading(self, text: str, level: int, **attributes: object) -> str:
        """Write a heading without the anchor that a web page would give it."""
        return f"<h{level}>{text}</h{level}>\n"


def with_formulas(html: str, take: FormulaTaker) -> str:
    """Return HTML with the formulas in its text taken out, as MathJax finds them."""

    def taken(match: Match[str]) -> str:
        return take(match[1] is not None, unescape(match[1] or match[2]))

    return "".join(
        piece if number % 2 else FORMULA.sub(taken, piece)
        for number, piece in enumerate(_TAG.split(html))
    )


def to_html(source: str, take: FormulaTaker) -> str:
    """Return the HTML of a Markdown cell.

    Parameters
    ----------
    source : str
        The cell's text.
    take : callable
        Is given each formula; returns the HTML that stands for it.
    """
    names = (*MarkdownWithMath.DEFAULT_PLUGINS, "footnotes")
    plugins = [import_plugin(name) if isinstance(name, str) else name for name in names]
    plugins.append(tables)  # after those that it replaces
    parser = MarkdownWithMath(
        renderer=_Renderer(take), inline=_Inline(hard_wrap=False), plugins=plugins
    )
    return str(parser(source))
