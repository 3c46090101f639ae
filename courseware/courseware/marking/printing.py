"""A page as PDF: it is written as a notebook, and printed by lecturepdf."""

from __future__ import annotations

import re
from collections.abc import Iterable

from nbformat.v4 import new_markdown_cell, new_notebook

from courseware.marking.document import (
    CODE,
    Block,
    Heading,
    Item,
    Lines,
    Table,
    tidy,
)
from lecturepdf.exporter import LecturePDFExporter


def as_pdf(title: str, blocks: Iterable[Block]) -> bytes:
    """Return the PDF of a page."""
    parts = (_MARKDOWN[type(block)](block) for block in blocks)
    text = "\n\n".join([f"# {_inline(title)}", *parts])
    cells = [new_markdown_cell(text, id="page")]
    notebook = new_notebook(cells=cells, metadata={"title": title})
    return LecturePDFExporter().from_notebook_node(notebook)[0]


def _inline(text: str) -> str:
    """Return a text as Markdown that means that text, but for code in backticks."""
    parts = CODE.split(tidy(text))
    return "".join(
        f"`{part}`" if is_code else re.sub(r"[!-/:-@[-`{-~]", _entity, part)
        for is_code, part in zip([0, 1] * len(parts), parts, strict=False)
    )


def _entity(found: re.Match) -> str:
    return f"&#{ord(found[0])};"


def _item(block: Item) -> str:
    lines = [f"**{_inline(block.title)}**", *map(_inline, block.lines)]
    return "* " + "\n\n  ".join(lines)


def _table(block: Table) -> str:
    rules = ["--:" if i in block.numbers else "---" for i in range(len(block.head))]
    rows = [[*map(_cell, row)] for row in (block.head, *block.rows)]
    rows.insert(1, rules)
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _cell(text: str) -> str:
    return _inline(text).replace("|", r"\|")  # one in code, for others are entities


_MARKDOWN = {
    Heading: lambda block: f"## {_inline(block.text)}",
    Lines: lambda block: ("\n" if block.is_list else "\n\n").join(
        f"{'* ' if block.is_list else ''}{_inline(line)}" for line in block.lines
    ),
    Item: _item,
    Table: _table,
}
