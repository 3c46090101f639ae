"""The formulas of a document: numbered, named, and translated when all are known."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from .faults import Place
from .source import array, string
from .tex import Row, Translator
from .tex_commands import Symbols
from .tex_tables import aligned
from .tex_tokens import Macros, TexError

_SYMBOLS = Symbols()  # what one notebook has taught holds for all
_NOTHING = '""'
_NAMED = re.compile(r"\\(label|tag\*?|ref|eqref)\{([^{}]*)\}")


@dataclass
class Formula:
    """A formula, where it stands, and why it cannot be set, if it cannot."""

    place: Place
    tex: str
    display: bool
    tokens: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def source(self, numbers: Counter[str]) -> str:
        """Return Typst code of an expression that sets this formula.

        `numbers` counts the formulas of each notebook that have a name but no tag.
        """
        if self.problems:  # its macros are broken
            return self.substitute()
        translator = Translator(self.tokens, _SYMBOLS)
        try:
            rows = translator.translate()
        except TexError as error:
            self.problems.append(str(error))
            return self.substitute()
        self.problems += translator.problems
        return self._set([self._numbered(row, numbers) for row in rows])

    def substitute(self) -> str:
        """Return Typst code that shows the formula as it was typed."""
        return f"bad-formula({string(self.tex)}, display: {str(self.display).lower()})"

    def _numbered(self, row: Row, numbers: Counter[str]) -> Row:
        if row.tag is not None or not row.labels:
            return row
        numbers[self.place.notebook] += 1
        return row._replace(tag=str(numbers[self.place.notebook]))

    def _set(self, rows: list[Row]) -> str:
        alt = string(" ".join(self.tex.split()))
        if not self.display:
            return f"formula({alt}, ${aligned(rows) or _NOTHING}$)"
        if sum(row.tag is not None for row in rows) > 1:
            lines = array([_line(map(_cell, row.cells), row) for row in rows])
        else:
            tag = next((row.tag for row in rows if row.tag is not None), None)
            labels = tuple(label for row in rows for label in row.labels)
            whole = [_cell(aligned(rows), "")]
            lines = array([_line(whole, Row([], tag, labels))])
        return f"display-formula({alt}, {lines}, {string(self.place.notebook)})"


def _cell(maths: str, start: str = _NOTHING) -> str:
    # Nothing, written out, gives a relation at the start of a cell its space.
    return f"$ {start} {maths or _NOTHING} $"


def _line(cells: Iterable[str], row: Row) -> str:
    tag = "none" if row.tag is None else string(row.tag)
    labels = array([string(label) for label in row.labels])
    return f"(cells: {array([*cells])}, tag: {tag}, names: {labels})"


class Formulas:
    """Collects formulas, and keeps the macros of each notebook."""

    def __init__(self) -> None:
        self.items: list[Formula] = []
        self._macros: dict[str, Macros] = {}
        self._numbers: Counter[str] = Counter()

    def add(self, place: Place, tex: str, display: bool) -> int | None:
        """Note a formula; return its number, or None if it only defines macros."""
        formula = Formula(place, tex, display)
        macros = self._macros.setdefault(place.notebook, Macros())
        try:
            formula.tokens = macros.expand(tex)
        except TexError as error:
            formula.problems.append(str(error))
        else:
            if not "".join(formula.tokens).strip():
                return None
        self.items.append(formula)
        return len(self.items) - 1

    def source(self, number: int) -> str:
        """Return Typst code that sets the formula of this number."""
        return self.items[number].source(self._numbers)

    def dead_references(self) -> Iterator[tuple[Place, str]]:
        """Yield references to formulas that no notebook of the document has."""
        found = [(item.place, _NAMED.findall(item.tex)) for item in self.items]
        known = {
            name for _, marks in found for kind, name in marks if "ref" not in kind
        }
        for place, marks in found:
            for kind, name in marks:
                if "ref" in kind and name not in known:
                    yield place, name

    def learn(self) -> None:
        """Look up every command of every formula in one go."""
        tokens = {token for formula in self.items for token in formula.tokens}
        _SYMBOLS.learn({t for t in tokens if t.startswith("\\") and t[1:].isalpha()})
