"""The exporter that nbconvert and JupyterLab call: notebook to lecture PDF."""

import datetime
import importlib.util
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, TextIO

from nbconvert.exporters import Exporter
from nbformat import NotebookNode
from traitlets import Bool, Enum, Int, List, TraitError, Unicode, default, validate
from traitlets.config import Config

from . import files, reading
from .editions import EDITIONS, SLIDES
from .faults import Fault, FaultsForTraceback, Place, StrictError, as_json
from .lesson import LessonWriter, chapter_number, chapter_numbers
from .manuscript import Manuscript
from .markup import array, string
from .pictures import PictureError, from_url

_FILES = {"slides": "slides.typ", "book": "book.typ"}
_DAY = re.compile(r"(\d{4})-(\d\d)-(\d\d)")
_LANGUAGE = re.compile("[a-z]{2,3}")


class LecturePDFExporter(Exporter):
    """Writes a notebook as a PDF that is fit for print, without TeX or network.

    Attributes
    ----------
    faults : sequence of Fault
        What the last PDF shows otherwise than its notebook does.
    """

    faults: Sequence[Fault] = ()
    _reported: Sequence[Fault] = ()  # of all notebooks so far
    export_from_notebook = "Lecture PDF"
    output_mimetype = "application/pdf"

    edition = Enum(
        EDITIONS, "lecture", help="lecture, handout, instructor or slides"
    ).tag(config=True)
    strict = Bool(False, help="Make every fault an error.").tag(config=True)
    report = Unicode("", help="File to which all faults are written as JSON.").tag(
        config=True
    )
    output_lines = Int(60, help="Lines printed of an output; 0: all.").tag(config=True)
    title = Unicode(
        "", help="Title; otherwise the first heading, or a book's course."
    ).tag(config=True)
    course = Unicode("", help="Name of the course.").tag(config=True)
    author = Unicode("", help="Author; otherwise the notebook's.").tag(config=True)
    institution = Unicode("", help="University or school.").tag(config=True)
    term = Unicode("", help="Term.").tag(config=True)
    date = Unicode("", help="Date; as 2026-10-01 it is the file's as well.").tag(
        config=True
    )
    release = Unicode("", help="Edition of the text, as: 2nd edition.").tag(config=True)
    chapter = Unicode(
        "", help="What a notebook is called in its head, before its number: Lesson."
    ).tag(config=True)
    terms = Enum(
        ("", "*", "_", "**", "__"), "", help="What marks a term for a book's index."
    ).tag(config=True)
    logo = Unicode("", help="Path of a logo: PNG, JPEG, SVG or PDF.").tag(config=True)
    lang = Unicode(
        "en",
        help="Language, in which formulas are read aloud; en and de have fixed words.",
    ).tag(config=True)
    text_font = Unicode("", help="Text face, found in font_paths.").tag(config=True)
    font_paths = List(Unicode(), help="Folders with more fonts.").tag(config=True)
    system_fonts = Bool(
        True, help="Ask the machine's fonts for characters that the built-in ones lack."
    ).tag(config=True)
    allow_from = List(Unicode(), help="More folders with pictures to read.").tag(
        config=True
    )
    fetch = Bool(False, help="Fetch pictures that are on the web.").tag(config=True)

    @default("enabled")
    def _typst_is_there(self) -> bool:
        # nbconvert asks every exporter, whatever it is to make. Without Typst this one
        # must not stand in the way of the others.
        return importlib.util.find_spec("typst") is not None

    @validate("lang")
    def _language_code(self, proposal: dict) -> str:
        if not _LANGUAGE.fullmatch(code := proposal["value"]):
            raise TraitError(f"lang is a code like en or de, not {code!r}")
        return code

    def _file_extension_default(self) -> str:
        return ".pdf"

    @property
    def default_config(self) -> Config:
        """Tags that remove cells or their inputs and outputs, spelt either way."""
        tags = {
            "enabled": True,
            "remove_cell_tags": {"remove_cell", "remove-cell"},
            "remove_input_tags": {"remove_input", "remove-input"},
            "remove_all_outputs_tags": {"remove_output", "remove-output"},
        }
        config = Config({"TagRemovePreprocessor": tags})
        config.RegexRemovePreprocessor.enabled = True  # of what its patterns match
        config.merge(super().default_config)
        return config

    def from_file(
        self,
        file_stream: TextIO,
        resources: dict | None = None,
        **kw: Any,  # noqa: ANN401
    ) -> tuple[bytes, dict]:
        """Read a notebook, however broken, and convert it."""
        return self.from_notebook_node(reading.opened(file_stream), resources, **kw)

    def from_notebook_node(
        self,
        nb: NotebookNode,
        resources: dict | None = None,
        **kw: Any,  # noqa: ANN401
    ) -> tuple[bytes, dict]:
        """Return the PDF of a notebook, and nbconvert's resources.

        Raises
        ------
        StrictError
            If ``strict`` is set and anything could not be printed as it stands.
        """
        nb = reading.accepted(nb)
        manuscript = self._manuscript()
        resources = self.add_lesson(manuscript, nb, resources)
        title = self.title or nb.metadata.get("title") or manuscript.plain_title
        author = self.author or _authors(nb)
        form = "slides" if self.edition in SLIDES else "lesson"
        pdf = self.typeset(manuscript, form, title, author)
        resources["outputs"] = {}
        return pdf, resources

    def book(self, notebooks: Sequence[Path]) -> bytes:
        """Return one PDF with a notebook in each chapter.

        Parameters
        ----------
        notebooks : sequence of Path
            The files, in the order of their chapters.

        Raises
        ------
        StrictError
            If ``strict`` is set and anything could not be printed as it stands.
        ValueError
            If two have the same name, by which links between chapters find their way.
        """
        if len({path.name for path in notebooks}) < len(notebooks):
            raise ValueError("two notebooks of the book have the same name")
        manuscript, authors = self._manuscript(), {}
        numbers = chapter_numbers([path.stem for path in notebooks])
        for path, number in zip(notebooks, numbers, strict=True):
            with path.open(encoding="utf-8") as file:
                nb = reading.opened(file)
            metadata = {"name": path.stem, "path": str(path.parent)}
            self.add_lesson(manuscript, nb, {"metadata": metadata}, number)
            authors[_authors(nb)] = None
        title = self.title or self.course or "Lecture notes"
        author = self.author or ", ".join(filter(None, authors))
        return self.typeset(manuscript, "book", title, author)

    def _manuscript(self) -> Manuscript:
        return Manuscript(
            language=self.lang,
            output_lines=self.output_lines,
            term_mark=self.terms,
            fetch=self.fetch,
            allowed=[Path(folder) for folder in self.allow_from],
        )

    def add_lesson(
        self,
        manuscript: Manuscript,
        nb: NotebookNode,
        resources: dict | None = None,
        number: str | None = None,
    ) -> dict:
        """Write one notebook into a manuscript; return nbconvert's resources."""
        given = nb.cells
        nb, resources = super().from_notebook_node(nb, resources)
        metadata = resources.get("metadata", {})
        # What nbconvert's own flags set, for exporters of its own kind.
        flags = self.config.TemplateExporter.items()
        excluded = [n.removeprefix("exclude_") for n, is_set in flags if is_set is True]
        name, folder = metadata.get("name") or "notebook", metadata.get("path") or "."
        writer = LessonWriter(manuscript, self.edition, excluded)
        if number is None:
            number = chapter_number(str(name))
        writer.write(nb, str(name), Path(folder), number)
        if given and not nb.cells:
            message = "all of its cells are removed by their tags or patterns"
            manuscript.report(manuscript.place, "edition", message)
        if reason := nb.metadata.get("unreadable"):
            manuscript.report(manuscript.place, "notebook", str(reason))
        return resources

    def typeset(
        self, manuscript: Manuscript, form: str, title: str, author: str
    ) -> bytes:
        """Return the PDF of a manuscript; log its faults, or raise them if strict."""
        from .typesetting import Typesetter  # here, since it needs Typst

        manuscript.check_links()
        facts = {
            "course": string(self.course),
            "author": string(author),
            "institution": string(self.institution),
            "term": string(self.term),
            "logo": self._logo(manuscript),
            "language": string(self.lang),
            "edition": string(self.edition),
            "form": string(form),
            "chapter": string(self.chapter),
            "release": string(self.release),
            "date": string(self.date),
            "day": _day(self.date),
        }
        pairs = ", ".join(f"{key}: {value}" for key, value in facts.items())
        fonts = array([string(self.text_font)] if self.text_font else [])
        opening = (
            f"#import {string(_FILES.get(form, 'template.typ'))}: *\n"
            f"#let facts = ({pairs})\n"
            f"#show: {form}.with({string(title)}, facts, fonts: {fonts}"
        )
        self._check_fonts(manuscript)
        paths = list(self.font_paths)
        pdf = Typesetter(manuscript, opening, paths, self.system_fonts).pdf()
        self.faults = list(manuscript.faults)
        if self.report:
            self._reported = [*self._reported, *self.faults]
            files.write(Path(self.report), as_json(self._reported).encode())
        if self.strict and self.faults:
            logger = getattr(self.log, "logger", self.log)
            logger.addFilter(FaultsForTraceback())
            raise StrictError(self.faults)
        for fault in self.faults:
            self.log.warning("%s", fault)
        return pdf

    def _logo(self, manuscript: Manuscript) -> str:
        if not self.logo:
            return "none"
        try:
            return string(
                manuscript.keep(
                    from_url(self.logo, Path(), {}, allowed=[Path(self.logo).parent])
                )
            )
        except PictureError as error:
            manuscript.report(Place(self.logo), "option", f"no logo: {error}")
            return "none"

    def _check_fonts(self, manuscript: Manuscript) -> None:
        from .typesetting import families

        paths = list(self.font_paths)
        for path in paths:
            if not Path(path).is_dir():
                message = "there is no such folder of fonts"
                manuscript.report(Place(path), "option", message)
        found = families(paths)
        if self.text_font and self.text_font not in found:
            message = f"there is no such font; there are {', '.join(found)}"
            manuscript.report(Place(self.text_font), "option", message)


def _day(date: str) -> str:
    """Return Typst code of a date, if it is one."""
    if not (match := _DAY.fullmatch(date)):
        return "none"
    year, month, day = map(int, match.groups())
    try:
        datetime.date(year, month, day)
    except ValueError:
        return "none"
    return f"datetime(year: {year}, month: {month}, day: {day})"


def _authors(nb: NotebookNode) -> str:
    authors = [a for a in nb.metadata.get("authors", []) if isinstance(a, dict)]
    return ", ".join(str(author["name"]) for author in authors if author.get("name"))
