"""Markdown to HTML as JupyterLab reads it: GitHub's, with formulas taken out before.

Beside that, what Jupyter Book's authors write (MyST): footnotes, definition lists,
admonitions, figures, roles and the names of places.
"""

import re
from collections.abc import Callable, Sequence
from functools import cache
from html import escape, unescape
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.common.utils import unescapeAll
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from mdit_py_plugins.colon_fence import colon_fence_plugin
from mdit_py_plugins.deflist import deflist_plugin
from mdit_py_plugins.gfm import gfm_plugin
from mdit_py_plugins.myst_blocks import myst_block_plugin

from .dollars import split, tex

# What takes a formula (is it displayed? its TeX) and returns HTML that stands for it.
FormulaTaker = Callable[[bool, str], str]
_Env = dict[str, Any]
# A formula in the source of Markdown, as hexadecimal digits: no mark-up begins in it,
# and `@` is punctuation, as a dollar is.
_HIDDEN = re.compile("@\ue000((?:[0-9a-f]{2})+)\ue001@")
_TAG = re.compile(r"(<!--|-->|<[^<>]*>)")
# Elements in whose text MathJax looks for no formulas.
_VERBATIM = re.compile(r"<(script|style|pre|code|textarea)\b", re.IGNORECASE)
# Elements that would take all that follows for their text.
_FILTERED = re.compile(
    r"<(?=/?(?:title|textarea|xmp|plaintext|noembed|noframes)\b)", re.IGNORECASE
)
_DIRECTIVE = re.compile(r"\{([\w:+-]+)(?: [^{}]*)?\}\s*(.*)", re.DOTALL)
_OPTION = re.compile(r":([\w-]+):[ \t]*(.*)\n?")
_ROLE = re.compile(r"\{([\w:+-]+)\}$")
_TARGET = re.compile(r"(.*?)\s*<([^<>]+)>", re.DOTALL)
# Directives that are read as text, in a frame with their argument as its title.
_FRAMED = re.compile(
    r"(admonition|attention|card|caution|danger|definition|dropdown|epigraph|error"
    r"|example|exercise|hint|important|margin|note|seealso|sidebar|solution|theorem"
    r"|tip|todo|topic|warning|prf:\w+)"
)
_MOST_AROUND = 8  # directives in one another
# Signs times letters: at each it looks for an address in all that follows.
_MOST_STEPS = 10**8
_DEEPEST = 98  # where the parser stops
_CODE = ("code", "code-block", "code-cell", "sourcecode")


def to_html(source: str, take: FormulaTaker) -> str:
    """Return the HTML of a Markdown cell.

    Parameters
    ----------
    source : str
        The cell's text.
    take : callable
        Is given each formula; returns the HTML that stands for it.
    """
    return _written(source, {"take": take, "around": 0})


def _written(source: str, env: _Env) -> str:
    pieces = split(source.replace("\r\n", "\n"), is_markdown=True)
    pieces[1::2] = [f"@\ue000{typed.encode().hex()}\ue001@" for typed in pieces[1::2]]
    parser = _parser(source.count(":") * len(source) <= _MOST_STEPS)
    tokens = parser.parse("".join(pieces), env)
    if any(token.level >= _DEEPEST for token in tokens):
        return "<div>" * _DEEPEST + escape(source)  # as deep, with all of its text
    return parser.renderer.render(tokens, parser.options, env)


def with_formulas(html: str, take: FormulaTaker) -> str:
    """Return HTML with the formulas in its text taken out, as MathJax finds them."""
    pieces, until = [], ""
    for number, piece in enumerate(_TAG.split(html)):
        if number % 2:
            if until:
                until = "" if piece.lower().startswith(until) else until
            elif piece == "<!--":
                until = "-->"
            elif opening := _VERBATIM.match(piece):
                until = f"</{opening[1].lower()}"
        elif not until:
            found = split(piece)
            found[1::2] = map(unescape, found[1::2])
            piece = _taken(found, take, _as_html)
        pieces.append(piece)
    return "".join(pieces)


def _as_html(text: str) -> str:
    return text.replace(r"\$", "$")


def _taken(
    pieces: Sequence[str], take: FormulaTaker, write: Callable[[str], str]
) -> str:
    """Return what is written for text, and for each second piece, a formula."""
    return "".join(
        take(*tex(piece)) if number % 2 else write(piece)
        for number, piece in enumerate(pieces)
    )


def _shown(hidden: str) -> str:
    """Return text with its formulas as they were typed."""
    return _HIDDEN.sub(lambda match: bytes.fromhex(match[1]).decode(), hidden)


@cache
def _parser(finds_addresses: bool = True) -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"maxNesting": _DEEPEST + 2})
    for plugin in (gfm_plugin, deflist_plugin, colon_fence_plugin, myst_block_plugin):
        parser.use(plugin)
    if not finds_addresses:
        parser.disable(
            [f"gfm_autolink_{kind}" for kind in ("www", "protocol", "email")]
        )
    parser.options["alerts"] = False  # a quotation's first line says so, in HTML too
    parser.disable(["myst_line_comment", "myst_block_break"])
    parser.core.ruler.before("footnote_tail", "lost_notes", _keep_lost_notes)
    normalised = parser.normalizeLink
    parser.normalizeLink = lambda url: _normal(_shown(url), normalised)
    parser.validateLink = lambda url: True  # links are looked at when they are set
    for name, write in _RULES.items():
        parser.add_render_rule(name, _rule(write))
    return parser


def _normal(url: str, normalised: Callable[[str], str]) -> str:
    return url if url.startswith("data:") else normalised(url)


def _filtered(html: str) -> str:
    return _FILTERED.sub("&lt;", html)


def _keep_lost_notes(state: StateCore) -> None:
    """Let footnotes that no text names, or that stand in others, stand as typed."""
    known, around = state.env.get("footnotes", {}).get("refs", {}), []
    for at, token in enumerate(state.tokens):
        if token.type == "footnote_reference_open":
            label = token.meta["label"]
            is_lost = known.get(f":{label}", -1) < 0 or bool(around)
            around.append(is_lost)
            inside = state.tokens[at + 2 : at + 3]
            if is_lost and inside and inside[0].type == "inline":
                mark = Token("text", "", 0, content=f"[^{label}]: ")
                inside[0].children = [mark, *(inside[0].children or [])]
        elif token.type == "footnote_reference_close":
            is_lost = around.pop()
        else:
            continue
        if is_lost:
            token.type = "html_inline"  # and empty


# How tokens become HTML. Each is given all tokens, the place of one, and the
# parser's environment: `take`, and how many directives are around.


def _text(tokens: Sequence[Token], at: int, env: _Env) -> str:
    content = tokens[at].content
    if at + 1 < len(tokens) and tokens[at + 1].type == "code_inline":
        content = _ROLE.sub("", content)
    pieces = _HIDDEN.split(content)
    pieces[1::2] = [bytes.fromhex(piece).decode() for piece in pieces[1::2]]
    return _taken(pieces, env["take"], escape)


def _code_inline(tokens: Sequence[Token], at: int, env: _Env) -> str:
    content = _shown(tokens[at].content)
    before = tokens[at - 1].content if at and tokens[at - 1].type == "text" else ""
    if role := _ROLE.search(before):
        return _with_role(role[1], content, env["take"])
    return f"<code>{escape(content)}</code>"


def _with_role(name: str, content: str, take: FormulaTaker) -> str:
    """Return HTML of a role of MyST: ``{name}`content```."""
    named = _TARGET.fullmatch(content)
    text, target = named.groups() if named else (content, content)
    text = escape(text or target)
    if name == "math":
        return take(False, content)
    if name == "eq":
        return take(False, rf"\eqref{{{content}}}")
    if name in ("sub", "sup", "kbd"):
        return f"<{name}>{text}</{name}>"
    if name in ("ref", "numref", "download"):
        anchor = "" if name == "download" else "#"
        return f'<a href="{anchor}{escape(target)}">{text}</a>'
    if name in ("abbr", "doc", "term"):
        return text
    return f"{{{name}}}<code>{escape(content)}</code>"


def _fence(tokens: Sequence[Token], at: int, env: _Env) -> str:
    token = tokens[at]
    info, content = unescapeAll(_shown(token.info)).strip(), token.content
    if (directive := _DIRECTIVE.fullmatch(info)) and (
        html := _directed(directive[1], directive[2].strip(), content, env)
    ):
        return html
    if token.type == "colon_fence":
        head = f"<p>{escape(info)}</p>" if info else ""
        return f"<div>{head}{_nested(content, env)}</div>"
    if directive and directive[2]:  # or it would be lost what it is about
        content = f"{info}\n{content}"
    return _listing(" ".join(info.split(maxsplit=1)[:1]), content)


def _directed(name: str, argument: str, content: str, env: _Env) -> str:
    """Return HTML of a directive of MyST, or '' of one that is not known."""
    options: dict[str, str] = {}
    while option := _OPTION.match(content):
        options[option[1]] = option[2].strip()
        content = content[option.end() :]
    anchor = options.get("name") or options.get("label") or ""
    place = f'<a id="{escape(anchor)}"></a>' if anchor else ""
    if name == "math":
        label = f"\\label{{{anchor}}}" if anchor else ""
        return env["take"](True, _shown(f"{argument}\n{content}").strip() + label)
    if name in _CODE:
        return place + _listing(argument, content)
    if name in ("figure", "image"):
        facts = f'src="{escape(argument)}" alt="{escape(options.get("alt", ""))}"'
        if width := options.get("width"):
            facts += f' width="{escape(width)}"'
        picture, caption = f"<p><img {facts}></p>", _nested(content, env)
        caption = f"<figcaption>{caption}</figcaption>" if caption.strip() else ""
        return f"<figure>{place}{picture}{caption}</figure>"
    if name == "table":
        return place + _nested(argument, env) + _nested(content, env)
    if _FRAMED.fullmatch(name):
        kind = options.get("class", "note") if name == "admonition" else name
        inner = _nested(content, env)
        if argument:
            title = _nested(argument, env)
            inner = f'<div class="admonition-title">{title}</div>{inner}'
        return f'{place}<div class="admonition {escape(kind)}">{inner}</div>'
    return ""


def _nested(content: str, env: _Env) -> str:
    """Return HTML of what stands in a directive."""
    if env["around"] >= _MOST_AROUND:
        return f"<p>{escape(_shown(content))}</p>"
    return _written(content, {"take": env["take"], "around": env["around"] + 1})


def _listing(language: str, content: str) -> str:
    return f'<pre class="{escape(language)}">{escape(_shown(content))}</pre>\n'


def _image(tokens: Sequence[Token], at: int, env: _Env) -> str:
    token = tokens[at]
    alt = "".join(_plain(token.children or []))
    facts = {"src": token.attrs["src"], "alt": alt, "title": token.attrs.get("title")}
    pairs = (f'{k}="{escape(_shown(str(v or "")))}"' for k, v in facts.items())
    return f"<img {' '.join(pairs)}>"


def _plain(tokens: Sequence[Token]) -> list[str]:
    """Return the texts of tokens, without marks and tags: a picture's description."""
    return [
        part
        for token in tokens
        for part in (
            _plain(token.children)
            if token.children
            else ["\n" if token.type.endswith("break") else token.content]
        )
        if token.type != "html_inline"
    ]


def _note(token: Token) -> int:
    return token.meta["id"] + 1


_RULES: dict[str, Callable[[Sequence[Token], int, _Env], str]] = {
    "text": _text,
    "code_inline": _code_inline,
    "code_block": lambda tokens, at, env: _listing("", tokens[at].content),
    "fence": _fence,
    "colon_fence": _fence,
    "image": _image,
    "html_inline": lambda tokens, at, env: _filtered(_shown(tokens[at].content)),
    "html_block": lambda tokens, at, env: with_formulas(
        _filtered(_shown(tokens[at].content)), env["take"]
    ),
    "myst_target": lambda tokens, at, env: (
        f'<a id="{escape(tokens[at].content)}"></a>\n'
    ),
    "footnote_ref": lambda tokens, at, env: (
        f'<sup class="footnote-ref"><a href="#fn-{_note(tokens[at])}"></a></sup>'
    ),
    "footnote_block_open": lambda tokens, at, env: '<section class="footnotes"><ol>',
    "footnote_open": lambda tokens, at, env: f'<li id="fn-{_note(tokens[at])}">',
    "footnote_anchor": lambda tokens, at, env: "",
    "em_open": lambda tokens, at, env: f'<em data-mark="{tokens[at].markup}">',
    "strong_open": lambda tokens, at, env: f'<strong data-mark="{tokens[at].markup}">',
}


def _rule(
    write: Callable[[Sequence[Token], int, _Env], str],
) -> Callable[..., str]:
    """Return a method of the parser's renderer that writes so."""

    def rule(
        self: object,
        tokens: Sequence[Token],
        at: int,
        options: object,
        env: _Env,
    ) -> str:
        return write(tokens, at, env)

    return rule
