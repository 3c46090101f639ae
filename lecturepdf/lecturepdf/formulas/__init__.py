"""A notebook's formulas: with its macros, numbered, named and described."""

from ..markup import array, string
from .commands import NOTHING
from .macros import Macros
from .parser import Translator
from .tables import Row, aligned
from .tokens import TexError


class Formulas:
    """Sets the formulas of one notebook, in their order."""

    def __init__(self) -> None:
        self._macros = Macros()
        self._colours: dict[str, str] = {}
        self._count = 0  # of formulas that have a name but no tag

    def typst(self, tex: str, display: bool) -> tuple[str, list[str]]:
        """Return Typst code of a formula, and what is wrong with it.

        The code is empty if the formula only defines macros.
        """
        try:
            tokens = self._macros.expand(tex)
            translator = Translator(tokens, self._colours)
            rows = translator.translate()
        except TexError as error:
            return as_typed(tex, display), [str(error)]
        if not "".join(tokens).strip():
            return "", []
        alt = string(" ".join(tex.split()))
        if not display:
            code = f"formula({alt}, ${aligned(rows) or NOTHING}$)"
        else:
            lines = self._lines([self._numbered(row) for row in rows])
            code = f"display-formula({alt}, {array(lines)})"
        return code, translator.problems

    def _numbered(self, row: Row) -> Row:
        if row.tag is not None or not row.labels:
            return row
        self._count += 1
        return row._replace(tag=string(str(self._count)))

    @staticmethod
    def _lines(rows: list[Row]) -> list[str]:
        """Return code of lines with tags of their own, or else of one line for all."""
        tags = [row.tag for row in rows if row.tag is not None]
        if len(tags) > 1:
            return [_line(row.cells, row) for row in rows]
        labels = tuple(label for row in rows for label in row.labels)
        return [_line([aligned(rows)], Row([], *(tags or [None]), labels))]


def as_typed(tex: str, display: bool) -> str:
    """Return Typst code that shows a formula as it was typed."""
    return f"bad-formula({string(tex)}, display: {str(display).lower()})"


def _line(cells: list[str], row: Row) -> str:
    # Nothing, written out, gives a relation at the start of a later cell its space.
    maths = [f"$ {NOTHING * (at > 0)} {c or NOTHING} $" for at, c in enumerate(cells)]
    tag = "none" if row.tag is None else row.tag
    names = array([string(label) for label in row.labels])
    return f"(cells: {array(maths)}, tag: {tag}, names: {names})"
