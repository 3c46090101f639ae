"""Links to lessons that are not handed out: their words stay, as plain text."""

from __future__ import annotations

import re
from collections.abc import Collection
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline, link

# The line `[name]: 03_lesson.ipynb`, to which links refer by its name.
_DEFINITION = re.compile(r"^ {0,3}\[[^\]\n]+\]:[ \t]*<?([^\s>]+).*\n?", re.MULTILINE)


def without_links(text: str, lessons: Collection[str]) -> str:
    """
    Return Markdown in which links to certain lessons are no links.

    Parameters
    ----------
    text : str
        Of a cell or a page.
    lessons : collection of str
        Names of the lessons that links would lead to in vain.
    """
    if not lessons:
        return text

    def is_in_vain(target: str) -> bool:
        url = urlsplit(target)
        path = PurePosixPath(unquote(url.path))
        is_here = not (url.scheme or url.netloc)
        return is_here and path.suffix == ".ipynb" and path.stem in lessons

    place = 0
    for words, rest in [each[1:] for each in _links(text) if is_in_vain(each[0])]:
        whole = re.compile(rf"\[({_anyhow(words)}){_anyhow(rest)}")
        if match := whole.search(text, place):
            text = text[: match.start()] + match[1] + text[match.end() :]
            place = match.end(1) - 1
    return _DEFINITION.sub(lambda line: "" if is_in_vain(line[1]) else line[0], text)


def _links(text: str) -> list[tuple[str, str, str]]:
    """Return each link's target, its words, and what its source has behind them."""
    found = []

    def noting(state: StateInline, silent: bool) -> bool:
        start, before = state.pos, len(state.tokens)
        is_link = link(state, silent)
        if is_link and not silent:
            opened = (t for t in state.tokens[before:] if t.type == "link_open")
            end = state.md.helpers.parseLinkLabel(state, start)
            words, rest = state.src[start + 1 : end], state.src[end : state.pos]
            found.append((str(next(opened).attrs["href"]), words, rest))
        return is_link

    reader = MarkdownIt()
    reader.inline.ruler.at("link", noting)
    reader.parse(text)
    return found


def _anyhow(part: str) -> str:
    """Return a pattern of a part of a link, over however many lines of a quotation."""
    return r"[\s>]+".join(map(re.escape, re.split(r"\s+", part)))
