"""
The page of notation and the index: what is defined in which lesson.

Nothing on the page is written by hand: it has the rows of the lessons' tables of
notation, their numbered equations, the terms that they set in *asterisks*, and the
functions and classes of their code. (What is only stressed stands between underscores.)
"""

from __future__ import annotations

import ast
import re
import urllib.parse
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from IPython.core.inputtransformer2 import TransformerManager
from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.dollarmath import dollarmath_plugin

from courseware.contents import LONGEST_CELL, is_page, notebooks
from courseware.course import CourseError
from courseware.tags import SOLUTION, has_tag

NOTATION = ["symbol", "what it is", "in the code"]
NO_TERMS = "Further reading"  # there, italics are titles

HEAD = """\
# Notation and index

What stands for what, and where it is defined. This page is made from the lessons.
"""


_MARKDOWN = MarkdownIt().enable("table").use(dollarmath_plugin)
_TAG = re.compile(r"\\tag\{([^}]*)\}")
_SPECIAL = re.compile(r"[\\*|$<\[]")


@dataclass
class Entry:
    """Something that lessons define: what it is, and where."""

    text: str
    places: dict[str, str] = field(default_factory=dict)  # a link for each lesson


class Index:
    """What the lessons define, in their order."""

    def __init__(self) -> None:
        self.symbols: dict[str, Entry] = {}
        self.equations: dict[str, Entry] = {}
        self.terms: dict[str, Entry] = {}
        self.code: dict[str, Entry] = {}
        self._lesson = self._heading = self._anchor = ""

    def read(self, name: str, notebook: dict) -> None:
        """
        Add what the lesson of that name defines.

        Raises
        ------
        CourseError
            Its code is no Python, or a cell of it is longer than any lesson's.
        """
        self._lesson = name
        for cell in notebook["cells"]:
            source = "".join(cell["source"])
            if len(source) > LONGEST_CELL:
                most = f"{LONGEST_CELL:,} characters"
                raise CourseError(f"{name}.ipynb: a cell of more than {most}.")
            if cell["cell_type"] == "markdown":
                self._read_prose(_MARKDOWN.parse(source))
            elif not has_tag(cell, SOLUTION):
                self._read_code(source)

    def _read_prose(self, tokens: list[Token]) -> None:
        for place, token in enumerate(tokens):
            if token.type == "math_block":
                self._read_equation(token.content)
            elif token.type == "inline" and tokens[place - 1].type == "heading_open":
                self._enter(token)
            elif token.type == "inline" and self._heading != NO_TERMS:
                for term in _italics(token.children):
                    singular = term.casefold().removesuffix("s")
                    self._add(self.terms, singular, term[0].upper() + term[1:])
        for row in _rows(tokens, NOTATION):
            # A letter may mean one thing here and another there.
            self._add(self.symbols, " | ".join(row[:2]), " | ".join(row))

    def _enter(self, heading: Token) -> None:
        """Begin a section; what it defines is found by its anchor."""
        self._heading = heading.content
        # What a typeset formula leaves in an anchor, each reader decides for itself.
        plain = all(child.type in ("text", "code_inline") for child in heading.children)
        anchor = "".join(child.content for child in heading.children if plain)
        # As in JupyterLab: spaces become hyphens, and nothing else changes.
        self._anchor = urllib.parse.quote(
            anchor.replace(" ", "-"), safe="!$&'()*+,;=:@?"
        )

    def _read_equation(self, formula: str) -> None:
        for tag in _TAG.findall(formula):
            plain = _TAG.sub("", formula).replace("|", r"\vert ")
            self._add(self.equations, tag, " ".join(plain.split()))

    def _read_code(self, source: str) -> None:
        try:
            python = TransformerManager().transform_cell(source)  # from magics
            nodes = ast.parse(python).body
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            first = (source.strip().splitlines() or [""])[0][:80]
            where = f"{self._lesson}.ipynb, {first!r} ..."
            why = error.msg if isinstance(error, SyntaxError) else error
            raise CourseError(f"{where}: {why}") from None
        for node in nodes:
            if isinstance(node, ast.FunctionDef | ast.ClassDef):
                about = (ast.get_docstring(node) or "").partition("\n")[0]
                self._add(self.code, node.name, _SPECIAL.sub(r"\\\g<0>", about))

    def _add(self, entries: dict[str, Entry], key: str, text: str) -> None:
        number = self._lesson.partition("_")[0].lstrip("0")
        anchor = f"#{self._anchor}" if self._anchor else ""
        link = f"[{number}: {self._heading}]({self._lesson}.ipynb{anchor})"
        entries.setdefault(key, Entry(text)).places.setdefault(number, link)


def page(folder: Path, names: Collection[str] | None = None) -> str:
    """
    Write the page of notation and the index.

    Parameters
    ----------
    folder : Path
        Where the lessons' notebooks lie, to which the page links.
    names : collection of str, optional
        Of the lessons that it is made of; else of all.

    Returns
    -------
    str
        The page, in Markdown.

    Raises
    ------
    CourseError
        A notebook is none, or its code is no Python.
    """
    index = Index()
    for path, notebook in notebooks(folder):
        if names is not None and path.stem not in names:
            continue
        if notebook is None:
            raise CourseError(f"{path.name} is not a notebook (a merge conflict?).")
        if not is_page(notebook):
            index.read(path.stem, notebook)
    symbols = {e.text: e for e in index.symbols.values()}
    equations = {f"({tag}) | ${e.text}$": e for tag, e in index.equations.items()}
    terms = {e.text: e for _, e in sorted(index.terms.items())}
    code = {
        f"`{name}` | {e.text}": e
        for name, e in sorted(index.code.items(), key=_by_alphabet)
    }
    return HEAD + "".join(
        [
            _table("Notation", "symbol | what it is | in the code", symbols),
            _table("Equations", "tag | equation", equations),
            _table("Terms", "term", terms),
            _table("Functions and classes", "name | what it does", code),
        ]
    )


def _by_alphabet(item: tuple[str, Entry]) -> str:
    return item[0].casefold()


def _table(title: str, columns: str, entries: dict[str, Entry]) -> str:
    """Lay out one part of the page; nothing, where there is nothing to show."""
    if not entries:
        return ""
    rule = "|---" * (columns.count("|") + 2) + "|"
    rows = [
        f"| {row} | {', '.join(entry.places.values())} |"
        for row, entry in entries.items()
    ]
    head = f"| {columns} | lesson and section |"
    return "\n".join(["", f"## {title}", "", head, rule, *rows, ""])


def _italics(children: list[Token]) -> Iterator[str]:
    """Yield what is set in *italics* in a paragraph, but for what is only stressed."""
    for start, token in enumerate(children):
        if token.type != "em_open" or token.markup != "*":
            continue
        rest = children[start + 1 :]
        end = next(i for i, inner in enumerate(rest) if inner.type == "em_close")
        if all(inner.type in ("text", "softbreak") for inner in rest[:end]):
            yield " ".join(inner.content for inner in rest[:end] if inner.content)


def _rows(tokens: list[Token], head: list[str]) -> Iterator[list[str]]:
    """Yield the cells of each row of the tables with a certain head."""
    rows: list[list[str]] = []
    for token in tokens:
        if token.type == "tr_open":
            rows.append([])
        elif token.type == "inline" and rows:
            rows[-1].append(token.content.replace("|", r"\|"))
        elif token.type == "table_close":
            if rows[0] == head:
                yield from rows[1:]
            rows = []
