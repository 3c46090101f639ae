"""Manuscript to PDF: finds what Typst refuses, shows it, and goes on."""

import json
import re
import unicodedata
from bisect import bisect_left
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory

import typst

from .faults import Place
from .manuscript import Manuscript, Part
from .markup import call, string

_RESOURCES = ("template.typ", "slides.typ", "book.typ", "code.tmTheme")
# Typst names the line of our source in its messages, and the text it has no glyph for.
_MAIN = "main.typ"
_LINE = re.compile(rf"{_MAIN}:(\d+):")
_NO_GLYPH = re.compile(r'the text `"(.*?)"` could not be displayed')
_RUST_ESCAPE = re.compile(r"\\u\{([0-9a-f]+)\}")
_FONT_REMEDY = (
    "install a font that has it, or name its folder: --LecturePDFExporter.font_paths"
)
_PDF_FIGURE = "a figure is a PDF, which would have to be SVG or PNG"
_NOT_EVEN = "This cannot be set, not even as plain text."
_MOST_REPAIRS = 400
_MOST_SHRUNK = 12


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
    system_fonts : bool
        Whether the machine's fonts are asked for characters that those lack.
    """

    def __init__(
        self,
        manuscript: Manuscript,
        opening: str,
        font_paths: list[str],
        system_fonts: bool = True,
    ) -> None:
        self.manuscript = manuscript
        self.opening = opening
        self.font_paths = font_paths
        self.system_fonts = system_fonts
        self.missing: set[str] = set()
        self.damaged: set[str] = set()
        self.shrunk: dict[int, float] = {}

    def pdf(self) -> bytes:
        """Return an accessible PDF, or else any, or else one of plain text alone."""
        manuscript = self.manuscript
        place = Place(manuscript.place.notebook)
        with TemporaryDirectory() as folder:
            self._lay_out(Path(folder))
            pdf, why = self._mended(["ua-1"])
            if any(name.endswith(".pdf") for name in manuscript.pictures):
                pdf, why = b"", why or _PDF_FIGURE
            if not pdf:
                manuscript.report(place, "pdf", f"the PDF is not PDF/UA-1: {why}")
                pdf, why = self._mended([])
            if not pdf:
                message = f"the pages are set as plain text: {why}"
                manuscript.report(place, "pdf", message)
                for part in manuscript.parts:
                    part.source = part.otherwise
                manuscript.formulas.clear()
                pdf = self._compiled(manuscript.parts)
            else:
                pdf = self._with_smaller_figures(pdf)
            self._tell_what_has_no_room()
        return pdf

    def _lay_out(self, folder: Path) -> None:
        """Write what Typst reads into a folder of its own."""
        for name in _RESOURCES:
            data = files(__package__).joinpath(name).read_bytes()
            (folder / name).write_bytes(data)
        for name, data in self.manuscript.pictures.items():
            (folder / name).write_bytes(data)
        self._main = folder / _MAIN
        self._main.touch()
        self._compiler = self._with_fonts(of_system=False)

    def _with_fonts(self, of_system: bool) -> typst.Compiler:
        # Only where they are needed: otherwise a PDF is the same on every machine.
        self._has_system_fonts = of_system
        return typst.Compiler(
            str(self._main),
            root=str(self._main.parent),
            font_paths=self.font_paths,
            ignore_system_fonts=not of_system,
        )

    def _compiled(self, parts: list[Part]) -> bytes:
        return self._typeset(self._assembled(parts)[0])

    def _typeset(self, source: str) -> bytes:
        self._main.write_bytes(source.encode())
        # PDF/UA admits no figures in PDF: they are left blank there.
        inputs = {"pdf-figures": "blank"} if self._standards else {}
        inputs["damaged"] = " ".join(sorted(self.damaged))
        try:
            return self._compiler.compile(
                format="pdf", pdf_standards=self._standards, sys_inputs=inputs
            )
        except BaseException as error:
            if type(error).__name__ != "PanicException":  # a mistake of Typst's own
                raise
            refusal = typst.TypstError()
            refusal.message = refusal.diagnostic = " ".join(str(error)[:200].split())
            raise refusal from None

    def _mended(self, standards: list[str]) -> tuple[bytes, str]:
        """Return the PDF, with parts replaced until Typst takes it; or else why not."""
        message, self._standards = "too many faults", standards
        for _ in range(_MOST_REPAIRS):
            try:
                return self._compiled(self.manuscript.parts), ""
            except typst.TypstError as error:
                diagnostic, message = error.diagnostic, error.message
            if self._show_missing(diagnostic) or self._show_damaged(message):
                continue
            # Only the first message counts: the others may follow from it.
            lines = _LINE.findall(diagnostic.partition("\nerror:")[0])
            owners = self._assembled(self.manuscript.parts)[1]
            part = owners[int(lines[-1]) - 1] if lines else None
            if part is None:
                part = self._sought(message)
            if part is None:
                break
            self._replace(part, message)
        return b"", message

    def _assembled(self, parts: list[Part]) -> tuple[str, list[Part | None]]:
        """Return the whole source, and which part each of its lines belongs to."""
        codes = "".join(f"\\x{{{ord(c):x}}}" for c in sorted(self.missing))
        missing = string(f"[{codes}]+" if codes else "")
        opening = f"{self.opening}, missing: {missing})"
        pieces = [('#import "template.typ": *', None)]
        pieces += [(part.source, part) for part in self.manuscript.formulas]
        sizes = ", ".join(f'"{at}": {factor:.3f}' for at, factor in self.shrunk.items())
        pieces.append((f"{opening}\n#shrunk.update(({sizes or ':'}))", None))
        for number, part in enumerate(parts):
            pieces.append((f"#metadata({number})<told>{part.source}", part))
        owners = [part for text, part in pieces for _ in range(text.count("\n") + 2)]
        return "\n\n".join(text for text, _ in pieces), owners

    def _show_missing(self, diagnostic: str) -> bool:
        """Take note of characters without a glyph; say whether there are new ones."""
        texts = "".join(_NO_GLYPH.findall(diagnostic))
        texts = _RUST_ESCAPE.sub(lambda m: chr(int(m[1], 16)), texts)
        if texts and self.system_fonts:
            self.system_fonts, self._compiler = False, self._with_fonts(of_system=True)
            return True
        new = {c for c in texts if not (c.isascii() and c.isprintable())} - self.missing
        for part in [*self.manuscript.formulas, *self.manuscript.parts]:
            text = part.source + part.plain
            if found := [c for c in sorted(new) if string(c)[1:-1] in text]:
                message = _no_font_has(found)
                self.manuscript.report(
                    part.place, "font", message, _FONT_REMEDY, found[0]
                )
        self.missing |= new
        return bool(new) or self._blank_in_drawings(texts)

    def _blank_in_drawings(self, characters: str) -> bool:
        """Put squares for what no font has in drawings; say whether there was any."""
        is_changed = False
        for name, places in self.manuscript.shown.items():
            path = self._main.parent / name
            text = path.read_text("utf-8", "replace") if path.suffix == ".svg" else ""
            if found := [c for c in sorted(set(characters)) if c in text]:
                blank = dict.fromkeys(map(ord, found), "\N{WHITE SQUARE}")
                path.write_text(text.translate(blank), "utf-8")
                message, is_changed = _no_font_has(found), True
                for place in places:
                    self.manuscript.report(place, "font", message, _FONT_REMEDY)
        return is_changed

    def _replace(self, part: Part, message: str) -> None:
        if part.source == part.otherwise:
            part.source = part.refused = call("fault", string(_NOT_EVEN))
            return
        message = f"{part.what} cannot be set: {message}"
        self.manuscript.report(part.place, part.kind, message, about=part.plain)
        part.source = part.otherwise

    def _show_damaged(self, message: str) -> bool:
        """Take note of pictures that Typst refuses; say whether there are new ones."""
        if "image" not in message and "SVG" not in message:
            return False
        known = len(self.damaged)
        for name, places in self.manuscript.shown.items():
            if name in self.damaged:
                continue
            try:
                self._typeset(f'#set document(title: "x")\n#image("{name}", alt: "x")')
            except typst.TypstError as error:
                self.damaged.add(name)
                told = f"a picture is damaged: {error.message.partition(' (')[0]}"
                for place in places:
                    self.manuscript.report(place, "picture", told)
        return len(self.damaged) > known

    def _with_smaller_figures(self, pdf: bytes) -> bytes:
        """Make figures smaller that would then fit the rest of a page, one by one.

        Each one moves all that follow. What does not stay on the page all the same was
        not the last thing on it, and has its size again.
        """
        given_up: set[int] = set()
        while len(self.shrunk) + len(given_up) < _MOST_SHRUNK:
            found = json.loads(self._compiler.query("<shrinkable>", field="value"))
            found = found[0] if found else []
            given_up |= {number for number, _ in found if number in self.shrunk}
            sizes = {at: it for at, it in self.shrunk.items() if at not in given_up}
            sizes |= next(({at: it} for at, it in found if at not in given_up), {})
            if sizes == self.shrunk:
                break
            self.shrunk = sizes
            # After a query a compiler would set what it has read before.
            self._compiler = self._with_fonts(self._has_system_fonts)
            pdf = self._compiled(self.manuscript.parts)
        return pdf

    def _sought(self, message: str) -> Part | None:
        """Return the first part with which the pages give this message."""
        parts = self.manuscript.parts

        def is_refused(count: int) -> bool:
            try:
                self._compiled(parts[:count])
            except typst.TypstError as error:
                return message in error.diagnostic
            return False

        count = bisect_left(range(len(parts) + 1), True, key=is_refused)
        return parts[count - 1] if 0 < count <= len(parts) else None

    def _tell_what_has_no_room(self) -> None:
        """Report what the template found to be wider or taller than the page."""
        part = None
        for found in json.loads(self._compiler.query("<told>", field="value")):
            if isinstance(found, int):
                part = self.manuscript.parts[found]
            elif part:
                what, about = found
                message = f"{what} is larger than the page: {_short(about)}".strip(": ")
                self.manuscript.report(part.place, "width", message, about=about)


def _short(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:57]}..."


def _no_font_has(characters: list[str]) -> str:
    names = [f"{character!r} (U+{ord(character):04X})" for character in characters[:5]]
    more = len(characters) - len(names)
    scripts = ", ".join(sorted({_script(character) for character in characters} - {""}))
    return (
        f"no font has {', '.join(names)}"
        + f" and {more} more" * (more > 0)
        + f" ({scripts})" * bool(scripts)
    )


def _script(character: str) -> str:
    """Return of what script a character is, as Unicode names it: its first word."""
    name = unicodedata.name(character, "").split(" ")[0]
    is_letter = unicodedata.category(character)[0] in "LMN"
    if not is_letter:
        return "emoji" if ord(character) >= 0x1F000 and name else ""
    return name if name == "CJK" else name.title()


def families(font_paths: list[str]) -> list[str]:
    """Return the names of the fonts there are: Typst's own, and those in folders."""
    return typst.Fonts(include_system_fonts=False, font_paths=font_paths).families()
