"""Manuscript to PDF: finds what Typst refuses, shows it, and goes on."""

import re
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory

import typst

from .faults import Place
from .manuscript import Manuscript
from .source import call, string

_STANDARD = ["ua-1"]
_RESOURCES = ("template.typ", "code.tmTheme")
_IMPORT = '#import "template.typ": *'
# Typst names the line of our source in its messages, and the text it has no glyph for.
_LINE = re.compile(r"<bytes>:(\d+):")
_NO_GLYPH = re.compile(r'the text `"(.*?)"` could not be displayed')
_RUST_ESCAPE = re.compile(r"\\u\{([0-9a-f]+)\}")
_FONT_REMEDY = "name a folder with a font that has it: --LecturePDFExporter.font_paths"
_MOST_REPAIRS = 400


class Unit:
    """A formula or a part: what can be replaced without touching the rest."""

    def __init__(
        self, place: Place, source: str, substitute: str, what: str, original: str
    ) -> None:
        self.place = place
        self.source = source
        self.substitute = substitute
        self.what = what
        self.original = original


class Typesetter:
    """Makes the PDF of a manuscript.

    Parameters
    ----------
    manuscript : Manuscript
        What to print; gets the faults that are found on the way.
    opening : callable
        Returns the document's ``#show`` line; is given a regular expression of the
        characters that no font has.
    font_paths : list of str
        Folders with fonts beside those that Typst brings along.
    """

    def __init__(
        self,
        manuscript: Manuscript,
        opening: Callable[[str], str],
        font_paths: list[str],
    ) -> None:
        self.manuscript = manuscript
        self.opening = opening
        self.font_paths = font_paths
        self.missing: set[str] = set()
        self.formulas = [
            self._formula(n) for n in range(len(manuscript.formulas.items))
        ]
        self.parts = [
            Unit(part.place, part.source, _substitute(part.plain), "this", part.plain)
            for part in manuscript.parts
        ]

    def _formula(self, number: int) -> Unit:
        formula = self.manuscript.formulas.items[number]
        source = self.manuscript.formulas.source(number)
        for problem in formula.problems:
            self._report(formula.place, f"formula {_short(formula.tex)}: {problem}")
        start = f"#let formula-{number} = "
        return Unit(
            formula.place,
            start + source,
            start + formula.substitute(),
            f"formula {_short(formula.tex)}",
            formula.tex,
        )

    def _report(self, place: Place, message: str, remedy: str = "") -> None:
        self.manuscript.faults.report(place, message, remedy)

    def pdf(self) -> bytes:
        """Return the PDF, whatever had to be replaced in it."""
        with TemporaryDirectory() as folder:
            for name in _RESOURCES:
                data = files(__package__).joinpath(name).read_bytes()
                Path(folder, name).write_bytes(data)
            for name, data in self.manuscript.pictures.items():
                Path(folder, name).write_bytes(data)
            compiler = typst.Compiler(
                root=folder, font_paths=self.font_paths, ignore_system_fonts=True
            )
            return self._mended(compiler)

    def _mended(self, compiler: typst.Compiler) -> bytes:
        units = [*self.formulas, *self.parts]
        for _ in range(_MOST_REPAIRS):
            source, lines = self._assembled(self.parts)
            try:
                return _compiled(compiler, source, _STANDARD)
            except typst.TypstError as error:
                refused = error
            if self._show_missing(refused, units):
                continue
            if (unit := self._blamed(refused, lines)) is not None:
                self._replace(unit, refused.message)
            elif not self._tried_one_by_one(compiler, refused.message):
                break
        return self._less_strictly(compiler, refused)

    def _assembled(self, parts: list[Unit]) -> tuple[str, list[Unit | None]]:
        """Return the whole source, and which unit each of its lines belongs to."""
        missing = "|".join(f"\\x{{{ord(c):x}}}" for c in sorted(self.missing))
        lines: list[str] = [_IMPORT]
        owners: list[Unit | None] = [None]
        for unit in [*self.formulas, None, *parts]:
            source = self.opening(missing) if unit is None else unit.source
            new = [*source.split("\n"), ""]
            lines += new
            owners += [unit] * len(new)
        return "\n".join(lines), owners

    def _show_missing(self, error: typst.TypstError, units: list[Unit]) -> bool:
        """Take note of characters without a glyph; say whether there are new ones."""
        texts = "".join(_NO_GLYPH.findall(error.diagnostic))
        texts = _RUST_ESCAPE.sub(lambda m: chr(int(m[1], 16)), texts)
        new = {c for c in texts if not (c.isascii() and c.isprintable())} - self.missing
        for character in sorted(new):
            written = string(character)[1:-1]
            message = (
                f"no font has the character {character!r} (U+{ord(character):04X})"
            )
            for unit in units:
                if written in unit.source or character in unit.original:
                    self._report(unit.place, message, _FONT_REMEDY)
        self.missing |= new
        return bool(new)

    def _blamed(
        self, error: typst.TypstError, owners: list[Unit | None]
    ) -> Unit | None:
        """Return the unit that an error message points to.

        Only the first message counts: the others may follow from it.
        """
        first = error.diagnostic.partition("\nerror:")[0]
        numbers = [int(number) for number in _LINE.findall(first)]
        return owners[numbers[-1] - 1] if numbers else None

    def _replace(self, unit: Unit, message: str) -> None:
        if unit.source == unit.substitute:
            unit.source, unit.substitute = "", ""  # not even that can be shown
            return
        self._report(unit.place, f"{unit.what} cannot be set: {message}")
        unit.source = unit.substitute

    def _tried_one_by_one(self, compiler: typst.Compiler, message: str) -> bool:
        """Replace the parts that alone give this message; say whether there are any.

        Alone, a part may well give others: that its heading skips a level, say.
        """
        if message in self._refusal(compiler, []):
            return False
        guilty = [
            part for part in self.parts if message in self._refusal(compiler, [part])
        ]
        for part in guilty:
            self._replace(part, message)
        return bool(guilty)

    def _refusal(self, compiler: typst.Compiler, parts: list[Unit]) -> str:
        try:
            _compiled(compiler, self._assembled(parts)[0], _STANDARD)
        except typst.TypstError as error:
            return error.diagnostic
        return ""

    def _less_strictly(
        self, compiler: typst.Compiler, refused: typst.TypstError
    ) -> bytes:
        """Return a PDF that is not PDF/UA, or else one of plain text alone."""
        place = Place(self.manuscript.place.notebook)
        self._report(place, f"the PDF is not PDF/UA-1: {refused.message}")
        try:
            return _compiled(compiler, self._assembled(self.parts)[0], [])
        except typst.TypstError as error:
            self._report(place, f"the pages are set as plain text: {error.message}")
        plain = "\n\n".join(_substitute(part.original) for part in self.parts)
        return _compiled(compiler, f"{_IMPORT}\n{self.opening('')}\n{plain}", [])


def _compiled(compiler: typst.Compiler, source: str, standards: list[str]) -> bytes:
    return compiler.compile(source.encode(), format="pdf", pdf_standards=standards)


def _substitute(plain: str) -> str:
    return call("fault-box", string("This cannot be set:"), string(plain))


def _short(tex: str) -> str:
    text = " ".join(tex.split())
    return text if len(text) <= 60 else text[:57] + "..."
