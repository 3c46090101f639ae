"""A notebook's formulas: with its macros, numbered, named and described."""

import re

from ..markup import array, string
from .commands import NOTHING
from .macros import Macros
from .parser import Translator
from .speech import speech
from .tables import Row, aligned
from .tokens import TexError, joined

# Two signs drawn into one, as authors write that variables are independent.
_INDEPENDENT = re.compile(r"\\perp\s*(\\!\s*){2,}\\perp(?![a-zA-Z])")
_LONGEST = 4000  # letters that are shown of a formula that cannot be set


class Formulas:
    """Sets the formulas of one notebook, in their order.

    Parameters
    ----------
    language : str
        In which formulas are read aloud, a code like en.
    """

    def __init__(self, language: str = "en") -> None:
        self._language = language
        self._macros = Macros()
        self._colours: dict[str, str] = {}
        self._count = 0  # of formulas that have a name but no tag

    def typst(self, tex: str, display: bool) -> tuple[str, list[str]]:
        """Return Typst code of a formula, and what is wrong with it.

        The code is empty if the formula only defines macros.
        """
        try:
            tokens = self._macros.expand(_INDEPENDENT.sub("⫫", tex))
            translator = Translator(tokens, self._colours)
            rows = translator.translate()
        except TexError as error:
            return as_typed(tex, display), [str(error)]
        if not (expanded := joined(tokens)).strip():
            return "", []
        words = speech(expanded, self._language)
        typed, problems = " ".join(tex.split()), translator.problems
        alt = string(words or typed)
        if not words and not problems:
            problems = ["it cannot be put into words: who listens gets its TeX"]
        if not display:
            if any(row.tag for row in rows):
                problems = [*problems, "a tag within a line of text is left out"]
            code = f"formula({string(typed)}, {alt}, ${aligned(rows) or NOTHING}$)"
        else:
            lines = self._lines([self._numbered(row) for row in rows], alt)
            code = f"display-formula({string(typed)}, {alt}, {array(lines)})"
        return code, problems

    def _numbered(self, row: Row) -> Row:
        if row.tag is not None or not row.labels:
            return row
        self._count += 1
        return row._replace(tag=string(str(self._count)))

    def _lines(self, rows: list[Row], alt: str) -> list[str]:
        """Return code of lines with tags of their own, or else of one line for all."""
        tags = [row.tag for row in rows if row.tag is not None]
        if tags and len(rows) > 1:
            return [_line(_spread(row), row, self._heard(row)) for row in rows]
        labels = tuple(label for row in rows for label in row.labels)
        return [_line([aligned(rows)], Row([], *(tags or [None]), labels), alt)]

    def _heard(self, row: Row) -> str:
        line = f"\\begin{{aligned}}{row.tex}\\end{{aligned}}"
        return string(speech(line, self._language) or " ".join(row.tex.split()))


def as_typed(tex: str, display: bool) -> str:
    """Return Typst code that shows a formula as it was typed, or how it begins."""
    tex = f"{tex[:_LONGEST]}..." if len(tex) > _LONGEST else tex
    return f"bad-formula({string(tex)}, display: {str(display).lower()})"


def _spread(row: Row) -> list[str]:
    """Return a row's cells, with space between pairs of columns."""
    return [
        f"{row.gap} {cell}" if at and at % 2 == 0 else cell
        for at, cell in enumerate(row.cells)
    ]


def _line(cells: list[str], row: Row, alt: str) -> str:
    # Nothing, written out, gives a relation at the start of a later cell its space.
    maths = [f"$ {NOTHING * (at > 0)} {c or NOTHING} $" for at, c in enumerate(cells)]
    tag = "none" if row.tag is None else row.tag
    names = array([string(label) for label in row.labels])
    return f"(cells: {array(maths)}, tag: {tag}, names: {names}, alt: {alt})"
