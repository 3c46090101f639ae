"""Manuscript to PDF: finds what Typst refuses, shows it, and goes on."""

import re
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory

import typst

from .faults import Place
from .manuscript import Manuscript, Part
from .markup import call, string

_RESOURCES = ("template.typ", "slides.typ", "code.tmTheme")
# Typst names the line of our source in its messages, and the text it has no glyph for.
_LINE = re.compile(r"<bytes>:(\d+):")
_NO_GLYPH = re.compile(r'the text `"(.*?)"` could not be displayed')
_RUST_ESCAPE = re.compile(r"\\u\{([0-9a-f]+)\}")
_FONT_REMEDY = "name a folder with a font that has it: --LecturePDFExporter.font_paths"
_PDF_FIGURE = "a figure is a PDF, which would have to be SVG or PNG"
_NOT_EVEN = "This cannot be set, not even as plain text."
_MOST_REPAIRS = 400


class Typesetter:
    """Makes the PDF of a manuscript.

    Parameters
    ----------
    manuscript : Manuscript
        What to print; gets the faults that are found on the way.
    opening : str
        The document's ``#show`` line, but for its end: a regular expression of the
        characters that no font has.
    font_paths : list of str
        Folders with fonts beside those that Typst brings along.
    """

    def __init__(
        self, manuscript: Manuscript, opening: str, font_paths: list[str]
    ) -> None:
        self.manuscript = manuscript
        self.opening = opening
        self.font_paths = font_paths
        self.missing: set[str] = set()

    def pdf(self) -> bytes:
        """Return an accessible PDF, or else any, or else one of plain text alone."""
        manuscript = self.manuscript
        place = Place(manuscript.place.notebook)
        with TemporaryDirectory() as folder:
            for name in _RESOURCES:
                data = files(__package__).joinpath(name).read_bytes()
                Path(folder, name).write_bytes(data)
            for name, data in manuscript.pictures.items():
                Path(folder, name).write_bytes(data)
            compiler = typst.Compiler(
                root=folder, font_paths=self.font_paths, ignore_system_fonts=True
            )
            pdf, why = self._mended(compiler, ["ua-1"])
            if any(name.endswith(".pdf") for name in manuscript.pictures):
                pdf, why = b"", why or _PDF_FIGURE
            if not pdf:
                manuscript.report(place, "pdf", f"the PDF is not PDF/UA-1: {why}")
                pdf, why = self._mended(compiler, [])
            if not pdf:
                message = f"the pages are set as plain text: {why}"
                manuscript.report(place, "pdf", message)
                for part in manuscript.parts:
                    part.source = part.otherwise
                manuscript.formulas.clear()
                pdf = _compiled(compiler, self._assembled(manuscript.parts)[0], [])
        return pdf

    def _mended(
        self, compiler: typst.Compiler, standards: list[str]
    ) -> tuple[bytes, str]:
        """Return the PDF, with parts replaced until Typst takes it; or else why not."""
        message = "too many faults"
        for _ in range(_MOST_REPAIRS):
            source, owners = self._assembled(self.manuscript.parts)
            try:
                return _compiled(compiler, source, standards), ""
            except typst.TypstError as error:
                diagnostic, message = error.diagnostic, error.message
            if self._show_missing(diagnostic):
                continue
            # Only the first message counts: the others may follow from it.
            lines = _LINE.findall(diagnostic.partition("\nerror:")[0])
            part = owners[int(lines[-1]) - 1] if lines else None
            guilty = [part] if part else self._tried(compiler, standards, message)
            if not guilty:
                break
            for part in guilty:
                self._replace(part, message)
        return b"", message

    def _assembled(self, parts: list[Part]) -> tuple[str, list[Part | None]]:
        """Return the whole source, and which part each of its lines belongs to."""
        codes = "".join(f"\\x{{{ord(c):x}}}" for c in sorted(self.missing))
        missing = string(f"[{codes}]+" if codes else "")
        opening = f"{self.opening}, missing: {missing})"
        pieces = [('#import "template.typ": *', None)]
        pieces += [(part.source, part) for part in self.manuscript.formulas]
        pieces += [(opening, None), *((part.source, part) for part in parts)]
        owners = [part for text, part in pieces for _ in range(text.count("\n") + 2)]
        return "\n\n".join(text for text, _ in pieces), owners

    def _show_missing(self, diagnostic: str) -> bool:
        """Take note of characters without a glyph; say whether there are new ones."""
        texts = "".join(_NO_GLYPH.findall(diagnostic))
        texts = _RUST_ESCAPE.sub(lambda m: chr(int(m[1], 16)), texts)
        new = {c for c in texts if not (c.isascii() and c.isprintable())} - self.missing
        for part in [*self.manuscript.formulas, *self.manuscript.parts]:
            text = part.source + part.plain
            if found := [c for c in sorted(new) if string(c)[1:-1] in text]:
                message = _no_font_has(found)
                self.manuscript.report(
                    part.place, "font", message, _FONT_REMEDY, found[0]
                )
        self.missing |= new
        return bool(new)

    def _replace(self, part: Part, message: str) -> None:
        if part.source == part.otherwise:
            part.source = part.otherwise = call("fault", string(_NOT_EVEN))
            return
        message = f"{part.what} cannot be set: {message}"
        self.manuscript.report(part.place, part.kind, message, about=part.plain)
        part.source = part.otherwise

    def _tried(
        self, compiler: typst.Compiler, standards: list[str], message: str
    ) -> list[Part]:
        """Return the parts that give this message even alone.

        Alone, a part may well give others: that its heading skips a level, say.
        """

        def refuses(parts: list[Part]) -> bool:
            try:
                _compiled(compiler, self._assembled(parts)[0], standards)
            except typst.TypstError as error:
                return message in error.diagnostic
            return False

        parts = [] if refuses([]) else self.manuscript.parts
        return [part for part in parts if refuses([part])]


def _no_font_has(characters: list[str]) -> str:
    names = [f"{character!r} (U+{ord(character):04X})" for character in characters[:5]]
    more = len(characters) - len(names)
    return f"no font has {', '.join(names)}" + f" and {more} more" * (more > 0)


def families(font_paths: list[str]) -> list[str]:
    """Return the names of the fonts there are: Typst's own, and those in folders."""
    return typst.Fonts(include_system_fonts=False, font_paths=font_paths).families()


def _compiled(compiler: typst.Compiler, source: str, standards: list[str]) -> bytes:
    # PDF/UA admits no figures in PDF: they are left blank there.
    inputs = {"pdf-figures": "blank"} if standards else {}
    return compiler.compile(
        source.encode(), format="pdf", pdf_standards=standards, sys_inputs=inputs
    )
