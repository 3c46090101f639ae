"""The formulas of a document: numbered, named, and translated when all are known."""

from dataclasses import dataclass, field

from .faults import Place
from .source import array, string
from .tex import Row, Translation, Translator
from .tex_symbols import Symbols
from .tex_tokens import Macros, TexError

_SYMBOLS = Symbols()  # what one notebook has taught holds for all


@dataclass
class Formula:
    """A formula, where it stands and what it says in Typst."""

    place: Place
    tex: str
    display: bool
    tokens: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def source(self) -> str:
        """Return Typst code of an expression that sets this formula."""
        if self.tokens or not self.problems:
            try:
                translation = Translator(self.tokens, _SYMBOLS).translate()
            except TexError as error:
                self.problems.append(str(error))
            else:
                self.problems += translation.problems
                return self._set(translation)
        return self.substitute()

    def substitute(self) -> str:
        """Return Typst code that shows the formula as it was typed."""
        return f"bad-formula({string(self.tex)}, display: {_truth(self.display)})"

    def _set(self, translation: Translation) -> str:
        alt = string(" ".join(self.tex.split()) or "empty formula")
        rows, notebook = translation.rows, string(self.place.notebook)
        if not self.display:
            return f"formula({alt}, ${translation.maths or _NOTHING}$)"
        if sum(row.tag is not None for row in rows) > 1:
            lines = array([_row(row) for row in rows])
            return f"formula-rows({alt}, {lines}, notebook: {notebook})"
        tag = next((string(row.tag) for row in rows if row.tag is not None), "none")
        names = array([string(name) for row in rows for name in row.labels])
        return (
            f"display-formula({alt}, $ {translation.maths or _NOTHING} $, "
            f"tag: {tag}, names: {names}, notebook: {notebook})"
        )


_NOTHING = '""'


def _truth(value: bool) -> str:
    return "true" if value else "false"


def _row(row: Row) -> str:
    tag = "none" if row.tag is None else string(row.tag)
    names = array([string(name) for name in row.labels])
    # An empty first piece gives a relation at the start of a cell its space.
    cells = array([f"$ {_NOTHING} {cell} $" for cell in row.cells])
    return f"(cells: {cells}, tag: {tag}, names: {names})"


class Formulas:
    """Collects formulas, keeps their macros, and translates them all at once."""

    def __init__(self) -> None:
        self.items: list[Formula] = []
        self._macros: dict[str, Macros] = {}

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

    def learn(self) -> None:
        """Look up every command of every formula in one go."""
        _SYMBOLS.learn(
            {
                token
                for formula in self.items
                for token in formula.tokens
                if token.startswith("\\") and token[1:].isalpha()
            }
        )
