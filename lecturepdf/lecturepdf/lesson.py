"""A notebook as parts of a manuscript, cell by cell, for an edition."""

import re
from collections.abc import Callable, Collection, Iterator
from pathlib import Path

from nbformat import NotebookNode

from . import outputs
from .conventions import for_students, with_flags, without_front_matter
from .editions import SLIDES, Exercise, arrange, slides, unanswered
from .manuscript import Manuscript
from .markup import call, string
from .text.hypertext import Hypertext
from .text.markdown import to_html

# Raw cells: what reads as text, what LaTeX sets, and how it ends a page.
_READABLE = ("text/markdown", "text/html")
_MATHS = re.compile(r"\s*(\\begin\{|\$)")
_PAGE_END = re.compile(r"\s*\\(newpage|clearpage|pagebreak)\s*")
_HEADING = re.compile(r"<h[1-6]\b[^>]*>(.*?)</h[1-6]>", re.DOTALL)
_LAST_PARAGRAPH = re.compile(r"<p>(?:(?!<p>).)*</p>\s*\Z", re.DOTALL)
_OF_ITS_OWN = re.compile(r'<img|"display"')  # what stands on lines of its own
_NUMBERED = re.compile(r"[^\W\d]*[ _-]*0*(\d{1,3})(?!\d)")
_LANGUAGES = {"ipython": "python", "ipython3": "python"}


def chapter_number(name: str) -> str:
    """Return the number in the name of a notebook, or nothing.

    Examples
    --------
    >>> chapter_number("03_a_network"), chapter_number("Lecture 12")
    ('3', '12')
    """
    match = _NUMBERED.match(name)
    return match[1] if match else ""


def chapter_numbers(names: list[str]) -> list[str]:
    """Return the numbers of a book's chapters: those in their names, or their order.

    Examples
    --------
    >>> chapter_numbers(["01_one", "03_three", "appendix"]), chapter_numbers(["a", "b"])
    (['1', '3', ''], ['1', '2'])
    """
    numbers = [chapter_number(name) for name in names]
    named = [number for number in numbers if number]
    if named and len(set(named)) == len(named):
        return numbers
    return [str(number) for number in range(1, len(names) + 1)]


class LessonWriter:
    """Writes one notebook into a manuscript.

    Parameters
    ----------
    manuscript : Manuscript
        The document, which may hold other notebooks already.
    edition : str
        ``lecture``, ``handout``, ``instructor`` or ``slides``.
    excluded : collection of str
        What nbconvert's flags leave out: ``input``, ``output_prompt`` and so on.
    """

    def __init__(
        self, manuscript: Manuscript, edition: str, excluded: Collection[str] = ()
    ) -> None:
        self.manuscript = manuscript
        self.edition = edition
        self.excluded = excluded
        self._html: dict[int, str] = {}
        self._language = "python"

    def write(
        self, notebook: NotebookNode, name: str, folder: Path, number: str = ""
    ) -> None:
        """Write the lesson; its title is the first heading, or what metadata say."""
        manuscript, notebook = self.manuscript, without_front_matter(notebook)
        cells = with_flags(notebook.cells, self.excluded)
        language = notebook.metadata.get("language_info", {}).get("name", "python")
        self._language = _LANGUAGES.get(language, language)
        if self.edition != "instructor":
            cells = [for_students(cell) for cell in cells]
        manuscript.begin(f"{name}.ipynb", folder)
        manuscript.widgets = notebook.metadata.get("widgets", {})
        self._read_markdown(cells)
        start = len(manuscript.parts)
        if self.edition in SLIDES:
            self._write_slides(cells, name)
        else:
            self._write_cells(cells)
        manuscript.turn_to(0)
        is_talk = self.edition in SLIDES
        found = slides(cells, self._last_heading) if is_talk else manuscript.title
        is_empty = len(manuscript.parts) == start and not found
        if is_empty and any(cell.source.strip() for cell in notebook.cells):
            message = f"none of its cells is in the edition {self.edition}"
            manuscript.report(manuscript.place, "edition", message)
        if not manuscript.title:
            manuscript.plain_title = notebook.metadata.get("title") or name
            manuscript.title = f"#{string(manuscript.plain_title)}"
        file = string(manuscript.place.notebook)
        title = call(
            "lesson-title",
            file,
            "facts",
            number=string(number),
            words=string(manuscript.plain_title),
            body=manuscript.title,
        )
        manuscript.add(title, manuscript.plain_title)
        manuscript.parts.insert(start, manuscript.parts.pop())

    def _read_markdown(self, cells: list[NotebookNode]) -> None:
        """Turn Markdown into HTML, so that all macros and headings are known."""
        for cell in cells:
            if cell.cell_type == "markdown":
                self.manuscript.turn_to(cell.metadata.cell_number, cell.source)
                self._html[cell.metadata.cell_number] = self._guarded(
                    lambda cell=cell: to_html(cell.source, self.manuscript.formula), ""
                )
        headings = sum(html.count("<h1>") for html in self._html.values())
        self.manuscript.has_sections_of_level_one = headings > 1

    def _guarded(self, write: Callable[[], str], plain: str) -> str:
        """Return what `write` returns; a mistake of ours must cost one cell at most."""
        try:
            return write()
        except Exception as error:  # noqa: BLE001 - whatever it is, the pages go on
            self.manuscript.fault("cell", f"this cell cannot be set: {error!r}")
            message = string("This cell cannot be set:")
            return call("fault-box", message, string(plain)) if plain else ""

    # Pages

    def _write_cells(self, cells: list[NotebookNode]) -> None:
        body, apart = arrange(cells)
        if self.edition != "instructor":
            del apart["solutions"]
        for item in body:
            if isinstance(item, Exercise):
                self._write_exercise(item)
            else:
                self._write_cell(item)
        for kind, answers in apart.items():
            self._write_answers(kind, answers)

    def _write_cell(self, cell: NotebookNode) -> None:
        for source, plain in self._pieces(cell):
            self.manuscript.add(source, plain)

    def _write_exercise(self, exercise: Exercise) -> None:
        room = exercise.room if self.edition == "handout" else 0
        end = call("exercise-end", self._name("exercise", exercise), lines=str(room))
        if self.edition == "instructor" and exercise.lines:
            end += call("see-solution", self._name("solutions", exercise))
        self.manuscript.add(end, "")

    def _write_answers(
        self, kind: str, answers: list[tuple[Exercise, NotebookNode]]
    ) -> None:
        """Write the hints or the solutions, each with a way back to its exercise."""
        manuscript, before = self.manuscript, None
        if answers:
            level = str(manuscript.heading(2, kind, kind))
            name = string(manuscript.anchor(f"nb-{kind}"))
            words = f"fixed(facts.language, {string(kind)})"
            manuscript.add(call("section", level, name, words), kind)
        for exercise, cell in answers:
            if exercise is not before:
                names = (self._name(kind, exercise), self._name("exercise", exercise))
                one = string(kind.removesuffix("s"))
                head = call("answer-head", one, string(exercise.name), *names)
                manuscript.add(head, exercise.name)
            before = exercise
            self._write_cell(cell)

    def _name(self, kind: str, exercise: Exercise) -> str:
        return string(f"{self.manuscript.place.notebook}:{kind}-{exercise.number}")

    def _write_slides(self, cells: list[NotebookNode], name: str) -> None:
        talk = slides(cells, self._last_heading)
        numbers = {cell.metadata.cell_number for one in talk for cell in one.cells}
        for cell in cells:  # the title may stand in a cell that is on no slide
            if "<h1>" in self._html.get(cell.metadata.cell_number, ""):
                if cell.metadata.cell_number not in numbers:
                    self._markdown(cell)
                break
        for slide in talk:
            level = str(max(self.manuscript.level, 2))
            pieces = [piece for cell in slide.cells for piece in self._pieces(cell)]
            notes = [piece for cell in slide.notes for piece in self._pieces(cell)]
            shown = [f"[{source}\n]" for source, _ in pieces if source.strip()]
            plain = "\n".join(text for _, text in pieces)
            head = slide.heading or self.manuscript.title or f"#{string(name)}"
            facts = {"notes": f"[{_joined(notes)}]" if notes else None}
            if shown:
                source = call("slide", "facts", level, f"[{head}]", *shown, **facts)
                self.manuscript.add(source, plain)

    def _last_heading(self, cell: NotebookNode) -> str:
        """Return the markup of the last heading in a cell."""
        html = self._html.get(cell.metadata.cell_number, "")
        found = _HEADING.findall(html)
        return Hypertext(self.manuscript).typst(found[-1]) if found else ""

    # Cells

    def _pieces(self, cell: NotebookNode) -> Iterator[tuple[str, str]]:
        """Yield the markup of a cell, piece by piece, each with its plain text."""
        self.manuscript.turn_to(cell.metadata.cell_number, cell.source)
        if cell.cell_type == "code":
            yield from self._code(cell)
        else:
            write = self._markdown if cell.cell_type == "markdown" else self._raw
            yield self._guarded(lambda: write(cell), cell.source), cell.source

    def _markdown(self, cell: NotebookNode) -> str:
        html = self._html[cell.metadata.cell_number]
        if cell.metadata.get("lead_in"):
            html = "".join(_LAST_PARAGRAPH.findall(html))
        markup = Hypertext(self.manuscript, cell.get("attachments")).typst(html)
        last = _LAST_PARAGRAPH.search(html)
        if last and not _OF_ITS_OWN.search(last[0]):
            markup = markup.rstrip() + call("paragraph-end")
        return markup

    def _raw(self, cell: NotebookNode) -> str:
        form = cell.metadata.get("raw_mimetype") or cell.metadata.get("format") or ""
        if form == "text/latex" and _PAGE_END.fullmatch(cell.source):
            return call("pagebreak", weak="true")
        if form in _READABLE or (form == "text/latex" and _MATHS.match(cell.source)):
            html = to_html(cell.source, self.manuscript.formula)
            return Hypertext(self.manuscript).typst(html)
        if form not in ("", "text/plain"):
            message = f"a raw cell for another format is left out: {form}"
            self.manuscript.report(self.manuscript.place, "cell", message)
            return ""
        told = ""
        if cell.metadata.get("unreadable"):
            told = self.manuscript.fault("notebook", "this is no cell of a notebook")
            told += "\n"
        text = self.manuscript.shortened(cell.source)
        source = call("listing", string(text), string(""))
        return told + source if cell.source else ""

    def _code(self, cell: NotebookNode) -> Iterator[tuple[str, str]]:
        hidden = cell.metadata.get("jupyter", {})
        removed = cell.metadata.get("transient", {}).get("remove_source")
        source = cell.source.strip("\n").rstrip()
        is_quiet = self.edition in ("handout", "instructor") and unanswered(cell)
        written = [
            (
                self._guarded(lambda o=o: outputs.typst(o, self.manuscript), str(o)),
                str(o.get("text") or o.get("data", {}).get("text/plain", "")),
            )
            for o in outputs.joined(cell.outputs)
            if not (hidden.get("outputs_hidden") or is_quiet)
        ]
        if source and not (removed or hidden.get("source_hidden")):
            code = call(
                "code-cell",
                str(cell.execution_count or "none"),
                string(self._language),
                string(self.manuscript.shortened(source.expandtabs(4), "code")),
                followed="true" if any(markup for markup, _ in written) else None,
            )
            yield code, source
        yield from written


def _joined(pieces: list[tuple[str, str]]) -> str:
    return "\n\n".join(source for source, _ in pieces)
