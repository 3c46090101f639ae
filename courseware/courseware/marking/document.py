"""A page in two forms, HTML and PDF, of text that nobody has looked at.

Names and hints come from what was handed in: on the page they are text, no more.
Only `backticks` mean something, as in hints: what stands in them is set as code.
"""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from html import escape

CODE = re.compile(r"`([^`]+)`")
_LINES = 80  # of code that are shown
# Two colours that every kind of colour vision tells apart: those of a check's answer.
_STYLE = """\
:root { color-scheme: light dark; --right: #0072b2; --wrong: #d55e00; }
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 46rem; margin: auto;
  padding: 0.5rem 1rem 3rem; overflow-wrap: anywhere; }
h1, h2 { line-height: 1.2; }
section { border-left: 0.3rem solid var(--wrong); margin: 0.8rem 0;
  padding: 0.1rem 0.8rem;
  background: color-mix(in srgb, var(--wrong) 8%, transparent); }
section.right { border-color: var(--right);
  background: color-mix(in srgb, var(--right) 8%, transparent); }
section p { margin: 0.4rem 0; }
pre { overflow-x: auto; font-size: 0.85rem; line-height: 1.35; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; }
th, td { text-align: left; padding: 0.2rem 0.8rem 0.2rem 0; vertical-align: top;
  border-bottom: 1px solid #8886; overflow-wrap: normal; }
td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; }
"""
_PAGE = """\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; \
style-src 'unsafe-inline'">
<title>{title}</title>
<style>
{style}</style>
</head>
<body>
<main>
<h1>{title}</h1>
{body}
</main>
</body>
</html>
"""


@dataclass(frozen=True)
class Heading:
    """A heading below the title."""

    text: str


@dataclass(frozen=True)
class Lines:
    """Paragraphs; with a mark, the points of a list."""

    lines: Sequence[str]
    is_list: bool = False


@dataclass(frozen=True)
class Item:
    """Something that is right or not, what to say of it, and its code."""

    title: str
    is_right: bool
    lines: Sequence[str] = ()
    code: str = ""


@dataclass(frozen=True)
class Table:
    """A table; `numbers` says which columns hold numbers."""

    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    numbers: frozenset[int] = frozenset()


Block = Heading | Lines | Item | Table


def as_html(title: str, blocks: Iterable[Block]) -> bytes:
    """Return a page that stands alone and loads nothing."""
    body = "\n".join(_HTML[type(block)](block) for block in blocks)
    return _PAGE.format(title=escape(title), style=_STYLE, body=body).encode(
        "utf-8", "replace"
    )


def printer() -> Callable[[str, Iterable[Block]], bytes] | None:
    """Return what makes a PDF of a title and blocks, where lecturepdf is installed."""
    if not all(map(importlib.util.find_spec, ("lecturepdf", "typst"))):
        return None
    from courseware.marking.printing import as_pdf  # an extra

    return as_pdf


def tidy(text: str) -> str:
    """Return a text in one line, without what is no character."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _inline(text: str) -> str:
    return CODE.sub(r"<code>\1</code>", escape(tidy(text)))


def _html_lines(block: Lines) -> str:
    if block.is_list:
        points = "".join(f"<li>{_inline(line)}</li>\n" for line in block.lines)
        return f"<ul>\n{points}</ul>"
    return "\n".join(f"<p>{_inline(line)}</p>" for line in block.lines)


def _html_item(block: Item) -> str:
    kind = "right" if block.is_right else "wrong"
    lines = "".join(f"<p>{_inline(line)}</p>\n" for line in block.lines)
    code = escape(_shortened(block.code))
    if code:
        summary = "<summary>What was marked</summary>"
        lines += f"<details>{summary}<pre>{code}</pre></details>"
    title = f"<p><strong>{_inline(block.title)}</strong></p>"
    return f'<section class="{kind}">\n{title}\n{lines}</section>'


def _html_table(block: Table) -> str:
    def row(cells: Sequence[str], tag: str) -> str:
        classes = (' class="number"' if i in block.numbers else "" for i in range(99))
        fields = zip(cells, classes, strict=False)
        return "".join(f"<{tag}{kind}>{_inline(c)}</{tag}>" for c, kind in fields)

    rows = "".join(f"<tr>{row(cells, 'td')}</tr>\n" for cells in block.rows)
    head = f"<thead><tr>{row(block.head, 'th')}</tr></thead>"
    return f'<div class="wide"><table>{head}\n<tbody>\n{rows}</tbody></table></div>'


_HTML = {
    Heading: lambda block: f"<h2>{_inline(block.text)}</h2>",
    Lines: _html_lines,
    Item: _html_item,
    Table: _html_table,
}


def _shortened(code: str) -> str:
    """Return the first lines of a code, and how many there are more."""
    lines = [line[:200] for line in code.strip("\n").splitlines()]
    more = [f"... and {len(lines) - _LINES} more lines"] if len(lines) > _LINES else []
    return "\n".join([*lines[:_LINES], *more])
