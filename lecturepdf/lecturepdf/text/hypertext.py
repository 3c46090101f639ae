"""HTML to Typst: what Markdown cells become, and what HTML outputs hold."""

import re
from collections.abc import Callable, Mapping

from bs4 import BeautifulSoup
from bs4.element import NavigableString, PageElement, PreformattedString, Tag

from ..faults import Kind
from ..manuscript import Manuscript
from ..markup import array, call, string
from ..pictures import PictureError, from_url, is_on_web
from . import html_tables, soup, svg
from .terminal import COLUMNS

_BLANKS = re.compile(r"[ \t\r\n\f]+")
# What prose is split at: quotes, dashes between blanks, and mentions of equations.
_MARKS = re.compile(r"""("|'|(?<= )---?(?= )|\([A-Z]{1,4}\d{0,2}[a-z]?'?\))""")
_LENGTH = re.compile(r"\s*(\d+(?:\.\d*)?|\.\d+)\s*(px|pt|%|)\s*", re.IGNORECASE)
_SCHEME = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:")
# Classes that tell MathJax where there are no formulas, and where there are again.
_PROCESSED = {"mathjax_process", "tex2jax_process"}
_SEARCHED = [*_PROCESSED, "mathjax_ignore", "tex2jax_ignore"]
_GITHUB_ALERT = re.compile(r"\s*\[!(\w+)\]\s*")

# Elements that one of Typst's functions sets, within a line.
_INLINE = {
    "em": "emph", "i": "emph", "cite": "emph", "var": "emph", "dfn": "emph",
    "strong": "strong", "b": "strong", "u": "underline", "ins": "underline",
    "s": "strike", "del": "strike", "strike": "strike", "sub": "sub",
    "small": "small", "dt": "term", "dd": "explanation",
}  # fmt: skip
_CODE = ("code", "tt", "kbd", "samp")
_BLOCKS = (
    "div", "section", "article", "main", "header", "footer", "nav", "aside",
    "figure", "figcaption", "fieldset", "form", "address", "hgroup", "body", "html",
    "p", "center", "caption", "dl",
)  # fmt: skip
_FETCH = "to fetch it: --fetch, or --LecturePDFExporter.fetch=True"
# What shows nothing, or is there to be pressed.
NOTHING = (
    "script", "style", "head", "meta", "link", "title", "template", "colgroup",
    "noscript", "button", "rp",
)  # fmt: skip
INTERACTIVE = ("iframe", "video", "audio", "canvas", "object", "embed")
_MARKED = ("span", "mark", "font", "b", "strong", "i", "em", "u", "a", "code", "small")
_AS_SOURCE: dict[str, tuple[Kind, str]] = {
    **dict.fromkeys(
        ("mermaid", "{mermaid}"),
        ("picture", "a diagram of mermaid is printed as its source"),
    ),
    **dict.fromkeys(
        ("{include}", "{literalinclude}"), ("text", "a file is named, not included")
    ),
}  # fmt: skip
_COUNTED = ("a", "A", "i", "I")  # how lists may count
_PRESSED = ("hidden", "submit", "button", "reset", "image", "file", "password", "range")
_KINDS = {
    word: words.split()[0]
    for words in (
        "note info remark anmerkung bemerkung", "tip success tipp", "hint hinweis",
        "warning caution achtung attention", "important danger wichtig error",
        "exercise aufgabe übung",
    )
    for word in words.split()
}  # fmt: skip
_HEADINGS = [f"h{level}" for level in range(1, 7)]
_CODE_OF_LANGUAGE = re.compile("([A-Za-z]{2,3})(?![A-Za-z])")
_TERM = re.compile(r"[^\W\d_][\w'\u2019.-]*( [\w'\u2019.-]+){0,3}")
# How deep elements may stand in one another; those that Typst sets as blocks in
# blocks count thrice.
_DEEPEST, _FRAMES = 60, ("li", "td", "th", "blockquote", "details")
# Data of some kind, also with blanks that part no words; CJK has no others.
_LONG_WORD = re.compile("[!-\u2dff]{4001,}")
_MOST_HEADINGS = 2000  # of which each page looks for its own
_LONGEST_HEADING = 1000  # letters, which stand on top of each page


class Hypertext:
    """Writes one cell's HTML as Typst markup.

    Parameters
    ----------
    manuscript : Manuscript
        Takes in what the cell names: headings, links, pictures, faults.
    attachments : mapping, optional
        The cell's attachments: name to mime bundle.
    prose : bool
        Whether quotes and dashes are those of a text, not of data.
    """

    def __init__(
        self,
        manuscript: Manuscript,
        attachments: Mapping[str, Mapping[str, str]] | None = None,
        prose: bool = True,
    ) -> None:
        self.manuscript = manuscript
        self.attachments = attachments or {}
        self.prose = prose
        self._notes: dict[str, Tag] = {}
        self._depth = 0
        self._is_framed = False

    def typst(self, html: str) -> str:
        """Return Typst markup for HTML."""
        tree, left_out = soup.parsed(html)
        told = self.manuscript.fault("text", left_out) if left_out else ""
        return told + self.read(tree)

    def read(self, tree: BeautifulSoup) -> str:
        """Return Typst markup for what `soup.parsed` has read."""
        for section in tree.find_all("section", class_="footnotes"):
            for item in section.find_all("li"):
                self._notes[item.get("id", "")] = item
            section.extract()
        return self._inside(tree).strip()

    def _inside(self, node: Tag) -> str:
        """Return markup for what an element holds."""
        if self._depth > _DEEPEST:
            self.manuscript.fault("text", "nested too deeply: set as plain text")
            return _literal(_BLANKS.sub(" ", node.get_text()))
        depth, self._depth = self._depth, self._depth + 1 + 2 * (node.name in _FRAMES)
        markup = "".join(self._node(child) for child in node.children)
        self._depth = depth
        return markup

    def _body(self, node: Tag) -> str:
        return self._inside(node).strip()

    def _node(self, node: PageElement) -> str:
        if isinstance(node, PreformattedString):
            return ""  # comments and the like
        if isinstance(node, NavigableString):
            return self._text(str(node))
        if not isinstance(node, Tag) or node.name in NOTHING:
            return ""
        markup = self._styled(node, self._element(node))
        if (code := _CODE_OF_LANGUAGE.match(str(node.get("lang", "")))) and markup:
            markup = call("spoken", string(code[1].lower()), body=markup)
        return self._anchor(node) + markup

    def _element(self, node: Tag) -> str:
        name = node.name
        if handler := _HANDLERS.get(name):
            return handler(self, node)
        if name in _INLINE:
            markup = call(_INLINE[name], body=self._inside(node))
            mark = self.manuscript.term_mark
            is_term = name == "dfn" or (mark and node.get("data-mark") == mark)
            return self._term(node, markup) if is_term else markup
        if name in _CODE:
            return call("raw", string(node.get_text())) + self._images(node)
        if name in INTERACTIVE:
            return self._interactive(node)
        return _block(self._inside(node)) if name in _BLOCKS else self._inside(node)

    def _term(self, node: Tag, markup: str) -> str:
        """Note a term for the index, if a mark is on one: on a few words, no title."""
        text = _BLANKS.sub(" ", node.get_text()).strip()
        is_first = not any(str(before).strip() for before in node.previous_siblings)
        is_title = text[:1].isupper() and not is_first and node.name != "dfn"
        if is_title or not _TERM.fullmatch(text):
            return markup
        key = text.casefold().removesuffix("s")
        return call("defined", string(key), string(text), body=markup)

    # Text

    def _text(self, text: str) -> str:
        text = _LONG_WORD.sub(self._shortened, _BLANKS.sub(" ", text))
        if not self.prose:
            return _literal(text)
        return "".join(
            self._mark(piece) if number % 2 else _literal(piece)
            for number, piece in enumerate(_MARKS.split(text))
        )

    def _shortened(self, word: re.Match[str]) -> str:
        told = f"of a word {len(word[0]) - 1000} characters left out"
        self.manuscript.report(self.manuscript.place, "text", told)
        return f"{word[0][:1000]}..."

    def _mark(self, mark: str) -> str:
        if mark in "\"'":
            return call("smartquote", double=str(mark == '"').lower())
        if mark[0] == "-":
            return _literal("\N{EN DASH}" if mark == "--" else "\N{EM DASH}")
        return call("equation-reference", string(mark[1:-1]), shown=string(mark))

    def _formula(self, node: Tag) -> str:
        number = str(node.get("data-number", ""))
        known = number.isdecimal() and int(number) < len(self.manuscript.formulas)
        if not known:
            return ""
        around = node.find_parent(class_=_SEARCHED)
        if around and not set(around["class"]) & _PROCESSED:
            mark = "$" * (1 + ("display" in node["class"]))
            return self._text(f"{mark}{node.get_text()}{mark}")
        return self.manuscript.use(int(number))

    # Styles and places

    def _styled(self, node: Tag, markup: str) -> str:
        if not markup.strip():
            return markup
        if node.name in ("td", "th", "tr", "table"):
            return markup  # their styles are the table's business
        style = self._style(node)
        side = style.get("text-align") or node.get("align") or node.name
        if node.name in _HEADINGS:
            style = {}  # their words have it
        if side in ("center", "right") and node.name in (*_BLOCKS, *_HEADINGS):
            inner = html_tables.decorated(style, markup.strip())
            return _block(call("align", str(side), body=inner))
        behind = style.get("background-color") or style.get("background")
        if node.name in _MARKED and (paper := html_tables.colour(behind)):
            markup = call("marked", paper, body=markup)
            style.pop("color", None)  # which is for that paper
        return html_tables.decorated(style, markup)

    def _style(self, node: Tag) -> dict[str, str]:
        style = soup.declarations(node)
        if colour := node.get("color"):
            style.setdefault("color", str(colour))
        if node.name == "mark":
            style.setdefault("background-color", "yellow")
        return style

    def _anchor(self, node: Tag) -> str:
        anchor = node.get("id") or (node.get("name") if node.name == "a" else None)
        if not anchor or str(anchor).startswith(("fn-", "fnref-")):
            return ""
        return call("target", string(self.manuscript.anchor(str(anchor))))

    # Links and notes

    def _link(self, node: Tag) -> str:
        href, inner = str(node.get("href", "")).strip(), self._inside(node)
        if "footnote" in node.get("class", []):
            return ""  # the way back from a note to its mark
        if href in ("", "#") or not inner:
            return inner
        return self.manuscript.link(href, inner)

    def _footnote(self, node: Tag) -> str:
        if "footnote-ref" not in node.get("class", []) or node.a is None:
            return call("super", body=self._inside(node))
        key = str(node.a.get("href", "")).lstrip("#")
        name = string(f"{self.manuscript.place}:{key}")
        if (note := self._notes.pop(key, None)) is None:
            return call("same-note", name)
        return call("numbered-note", name, body=self._body(note))

    # Blocks

    def _heading(self, node: Tag) -> str:
        inner, text = self._inside(node).strip(), node.get_text().strip()
        inner = html_tables.decorated(soup.declarations(node), inner) if inner else ""
        if len(text) > _LONGEST_HEADING:
            told = f"of a heading {len(text) - _LONGEST_HEADING} characters left out"
            self.manuscript.report(self.manuscript.place, "text", told)
            text = f"{text[:_LONGEST_HEADING]}\N{HORIZONTAL ELLIPSIS}"
            inner = _literal(text)
        text = text or " ".join(str(i.get("alt")) for i in node.find_all(alt=True))
        self.manuscript.headings += 1
        if self.manuscript.headings > _MOST_HEADINGS:
            told = f"headings after the {_MOST_HEADINGS:,}th are set as text"
            self.manuscript.report(self.manuscript.place, "text", told)
            return _block(call("strong", body=inner))
        level = inner and self.manuscript.heading(int(node.name[1]), text, inner)
        if not level:
            return ""  # or it is the title, which stands at the head of the lesson
        name = string(self.manuscript.anchor(text))
        words = string(text or "\N{HORIZONTAL ELLIPSIS}")
        return _block(call("section", str(level), name, words=words, body=inner))

    def _paragraph(self, node: Tag) -> str:
        children = [child for child in node.children if str(child).strip()]
        if len(children) == 1 and getattr(children[0], "name", "") == "img":
            return _block(self._image(children[0], "figure-block"))
        blocks, text = [], ""  # what leads to a formula of its own stays with it
        for child in node.children:
            markup = self._node(child)
            if isinstance(child, Tag) and "display" in child.get("class", []):
                if text.strip():
                    blocks.append(call("lead-in", body=text.strip()))
                blocks.append(markup)
                text = ""
            else:
                text += markup
        following = node.find_next_sibling()
        first = following.find(True, recursive=False) if following else None
        is_lead = first is not None and "display" in first.get("class", [])
        is_lead = is_lead or (following is not None and following.name == "table")
        if is_lead and text.strip():
            text = call("lead-in", body=text.strip())
        return _block("\n\n".join([*blocks, text.strip()]))

    def _list(self, node: Tag) -> str:
        items = [item for item in node.children if str(item).strip()]
        last = len(items) if node.has_attr("reversed") else 0
        written = [
            self._item(item, str(last - at) if last else "")
            for at, item in enumerate(items)
        ]
        if "list-inline" in node.get("class", []):  # a vector of R
            return _block(' #" \N{MIDDLE DOT} " '.join(text[1:-1] for text in written))
        facts = node.attrs if node.name == "ol" else {}
        start, kind = str(facts.get("start", "")), str(facts.get("type", ""))
        markup = call(
            "list" if node.name == "ul" else "enum",
            *written,
            tight=str(not node.select(":scope > li > p")).lower(),
            start=start if start.isdecimal() else None,
            numbering=string(f"{kind}.") if kind in _COUNTED else None,
        )
        return _block(markup)

    def _item(self, item: PageElement, number: str) -> str:
        """Return an item of a list, with its number if the list does not just count."""
        text = f"[{self._node(item).strip()}]"
        if isinstance(item, Tag) and item.parent.name == "ol":
            number = str(item.get("value", number))
            return f"enum.item({number}){text}" if number.isdecimal() else text
        return text

    def _quotation(self, node: Tag) -> str:
        first = node.find(string=lambda text: bool(text.strip()))
        strong = node.find(["strong", "b"])
        if first and (alert := _GITHUB_ALERT.match(str(first))):
            first.replace_with(NavigableString(str(first)[alert.end() :]))
            kind = string(_KINDS.get(alert[1].lower(), "note"))
            return self._call_out(kind, node, title=f"word({kind})")
        if first and strong and first.parent is strong:
            word = strong.get_text().strip(" :.!").split(" ")[0].lower()
            if word in _KINDS:
                return self._call_out(string(_KINDS[word]), node)
        return _block(call("quotation", body=self._body(node)))

    def _call_out(self, kind: str, node: Tag, title: str | None = None) -> str:
        inner = "true" if self._is_framed else None
        facts = {"title": title, "is-inner": inner}
        return _block(call("call-out", kind, **facts, body=self._framed(node)))

    def _framed(self, node: Tag) -> str:
        """Return markup for what stands in a call-out, or is its title."""
        is_inner, self._is_framed = self._is_framed, True
        body = self._body(node)
        self._is_framed = is_inner
        return body

    def _division(self, node: Tag) -> str:
        names = [name.lower() for name in node.get("class", [])]
        words = [re.sub("^(alert|admonition)-", "", name) for name in names]
        words += ["note"] * ("admonition" in names)
        if kind := next((_KINDS[word] for word in words if word in _KINDS), None):
            title = node.find(class_="admonition-title", recursive=False)
            head = f"[{self._framed(title.extract())}]" if title else None
            if not head and "admonition" in names:
                head = f"word({string(kind)})"
            return self._call_out(string(kind), node, title=head)
        return _block(self._inside(node))

    def _details(self, node: Tag) -> str:
        summary = node.find("summary", recursive=False)
        title = self._framed(summary.extract()) if summary else ""
        return self._call_out(string("hint"), node, title=f"[{title}]")

    def _preformatted(self, node: Tag) -> str:
        language = "".join(node.get("class", [])[:1])
        if told := _AS_SOURCE.get(language):
            self.manuscript.report(self.manuscript.place, *told)
        parts = ["\n" if part.name == "br" else part for part in node.descendants]
        parts = [part for part in parts if isinstance(part, str)]
        code = "".join(parts)
        if node.find(_is_styled) and max(map(len, code.split("\n"))) <= COLUMNS:
            shown = _block(call("terminal", array(list(map(_span, parts)))))
            return shown + self._images(node)
        code = code.strip("\n")
        code = self.manuscript.shortened(code)
        listing = _block(call("listing", string(code), string(language)))
        return listing + self._images(node)

    def _table(self, node: Tag) -> str:
        def tell(message: str) -> str:
            return self.manuscript.fault("text", message)

        side = None if self.prose else "right"
        return _block(html_tables.typst(node, self._inside, tell, side))

    def _quoted(self, node: Tag) -> str:
        mark = self._mark('"') if self.prose else _literal('"')
        return f"{mark}{self._inside(node)}{mark}"

    # Pictures and what paper cannot show

    def _image(self, node: Tag, function: str = "small-picture") -> str:
        url, manuscript = str(node.get("src", "")).strip(), self.manuscript
        words = str(node.get("alt") or node.get("title") or "").strip()
        if not url:
            return _literal(words)  # a script would put a picture there
        try:
            picture = from_url(
                url,
                manuscript.folder,
                self.attachments,
                manuscript.fetch,
                manuscript.allowed,
            )
            picture = svg.with_labels(picture)
        except PictureError as error:
            if is_on_web(url):
                return self._elsewhere(node, url, words, str(error))
            message = f"no picture {url[:60]}: {error}"
            where = manuscript.place
            manuscript.report(where, "picture", message, error.remedy, url)
            return call("fault", string(words or message))
        name = string(manuscript.keep(picture))
        style = soup.declarations(node)
        width = _length(str(style.get("width") or node.get("width") or ""))
        alt = manuscript.description(words, url)
        return call(function, name, alt, width=width)

    def _images(self, node: Tag) -> str:
        """Return the pictures that stand in code."""
        return "".join(self._image(image) for image in node.find_all("img"))

    def _elsewhere(self, node: Tag, url: str, words: str, why: str) -> str:
        """Return the description of a picture on the web, as a link to it."""
        message = f"no picture {url[:60]}: {why}"
        remedy = "" if self.manuscript.fetch else _FETCH
        self.manuscript.report(self.manuscript.place, "picture", message, remedy, url)
        shown = _literal(words or url)
        is_linked = node.find_parent("a", href=True)
        return shown if is_linked else call("external", string(url), body=shown)

    def _field(self, node: Tag) -> str:
        """Return what stands in a field of a form; a task's box is one."""
        kind = str(node.get("type", "text")).lower()
        if node.name == "input" and kind in ("checkbox", "radio"):
            return call("checkbox", str(node.has_attr("checked")).lower())
        if node.name == "input":
            return "" if kind in _PRESSED else _literal(str(node.get("value", "")))
        chosen = node.find("option", selected=True) or node.find("option") or node
        return _literal(_BLANKS.sub(" ", chosen.get_text()))

    def _interactive(self, node: Tag) -> str:
        message = f"<{node.name}> works on a screen only"
        shown = self.manuscript.fault("output", message, f"<{node.name}")
        source = str(node.get("src") or node.get("data") or "")
        if _SCHEME.match(source) and not source.startswith("data:"):
            shown += " " + call("external", string(source), body=_literal(source))
        return shown + self._inside(node)

    def _mathml(self, node: Tag) -> str:
        told = self.manuscript.fault("formula", "MathML is set as plain text", "<math")
        return told + self._inside(node)


_HANDLERS: dict[str, Callable[[Hypertext, Tag], str]] = {
    "x-formula": Hypertext._formula,
    "a": Hypertext._link,
    "blockquote": Hypertext._quotation,
    "br": lambda self, node: call("linebreak"),
    "details": Hypertext._details,
    "div": Hypertext._division,
    "hr": lambda self, node: _block(call("rule")),
    **dict.fromkeys(("input", "select", "textarea"), Hypertext._field),
    "img": Hypertext._image,
    "math": Hypertext._mathml,
    "ol": Hypertext._list,
    "p": Hypertext._paragraph,
    "pre": Hypertext._preformatted,
    "q": Hypertext._quoted,
    "sup": Hypertext._footnote,
    "table": Hypertext._table,
    "ul": Hypertext._list,
    **dict.fromkeys(_HEADINGS, Hypertext._heading),
}


def _block(markup: str) -> str:
    """Return markup as a paragraph or block of its own."""
    return f"\n\n{markup.strip()}\n\n"


def _is_styled(element: Tag) -> bool:
    return element.has_attr("style") or element.name in ("b", "strong")


def _span(text: str) -> str:
    """Return Typst code of a stretch of preformatted text, in its colour and weight."""
    around = text.parents if isinstance(text, NavigableString) else ()
    style: dict[str, str] = {}
    for element in around:
        bold = {"font-weight": "bold"} if element.name in ("b", "strong") else {}
        style = bold | soup.declarations(element) | style
    ink = html_tables.colour(style.get("color")) or string("ink")
    is_bold = html_tables.is_bold(style)
    return array([string(text), ink, str(is_bold).lower()])


def _literal(text: str) -> str:
    """Return text as a Typst literal; its outer blanks are left to Typst to join."""
    if not text.strip(" "):
        return " " * bool(text)
    before, after = " " * text.startswith(" "), " " * text.endswith(" ")
    return f"{before}#{string(text.strip(' '))}{after}"


def _length(value: str) -> str | None:
    """Return an HTML length as a Typst one; pixels are three quarters of a point."""
    if not (match := _LENGTH.fullmatch(value)):
        return None
    number, unit = float(match[1]), match[2].lower()
    if unit == "%":
        return f"{min(number, 100)}%"
    return f"{number * (1 if unit == 'pt' else 0.75):.1f}pt"
