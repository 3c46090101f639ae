"""A notebook as parts of a manuscript, cell by cell, for an edition."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

from nbformat import NotebookNode

from .editions import (
    Exercise,
    Options,
    arrange,
    room,
    slides,
    without_marked_solutions,
)
from .faults import Place
from .hypertext import Hypertext
from .manuscript import Manuscript
from .markdown import to_html
from .outputs import Outputs
from .source import call, string

# A line of code that nobody reads, and that would fill pages: data of some kind.
_LONG_LINE = re.compile(r"[^\n]{4001,}")
_LANGUAGES = {"ipython": "python", "ipython3": "python"}


class LessonWriter:
    """Writes notebooks into a manuscript, one after the other."""

    def __init__(self, manuscript: Manuscript, options: Options) -> None:
        self.manuscript = manuscript
        self.options = options
        self._outputs = Outputs(manuscript, options)
        self._html: dict[int, str] = {}
        self._language = "python"

    def write(self, notebook: NotebookNode, name: str, folder: Path) -> None:
        """Write a lesson; its title is the first heading, or what metadata say."""
        file = f"{name}.ipynb"
        language = notebook.metadata.language_info.name
        self._language = _LANGUAGES.get(language, language)
        cells = notebook.cells
        if self.options.edition != "instructor":
            cells = [without_marked_solutions(cell) for cell in cells]
        self._read_markdown(cells, file)
        headings = sum(html.count("<h1>") for html in self._html.values())
        self.manuscript.begin(file, folder, headings)
        start = len(self.manuscript.parts)
        if self.options.edition == "slides":
            self._write_slides(cells)
        else:
            self._write_cells(cells)
        self.manuscript.place = Place(file)
        if not self.manuscript.title:
            self.manuscript.plain_title = notebook.metadata.get("title") or name
            self.manuscript.title = f"#{string(self.manuscript.plain_title)}"
        title = call("lesson-title", string(file), "facts", body=self.manuscript.title)
        self.manuscript.add(title, self.manuscript.plain_title)
        self.manuscript.parts.insert(start, self.manuscript.parts.pop())

    def _read_markdown(self, cells: list[NotebookNode], file: str) -> None:
        """Turn Markdown into HTML, so that all formulas are known in order."""
        self._html = {}
        for cell in cells:
            if cell.cell_type == "markdown":
                self.manuscript.place = Place(file, cell.metadata.cell_number)
                self._html[cell.metadata.cell_number] = self._guarded(
                    lambda cell=cell: to_html(cell.source, self.manuscript.formula), ""
                )

    def _guarded(self, write: Callable[[], str], otherwise: str) -> str:
        """Return what `write` returns; a mistake of ours must cost one cell at most."""
        try:
            return write()
        except Exception as error:  # noqa: BLE001 - whatever it is, the pages go on
            self.manuscript.fault(f"this cell cannot be set: {error!r}")
            return otherwise

    # Pages

    def _write_cells(self, cells: list[NotebookNode]) -> None:
        arranged = arrange(cells, self.options.edition)
        for item in arranged.body:
            if isinstance(item, Exercise):
                self._write_exercise(item)
            else:
                self._write_cell(item)
        self._write_answers("hints", arranged.hints)
        self._write_answers("solutions", arranged.solutions)

    def _write_cell(self, cell: NotebookNode) -> None:
        for source, plain in self._pieces(cell):
            self.manuscript.add(source, plain)

    def _write_exercise(self, exercise: Exercise) -> None:
        lines = room(exercise) if self.options.edition == "handout" else 0
        name = self._name("exercise", exercise)
        end = call("exercise-end", string(name), lines=str(lines))
        if self.options.edition == "instructor" and exercise.solved:
            end += call("see-solution", string(self._name("solutions", exercise)))
        self.manuscript.add(end, "")

    def _write_answers(
        self, kind: str, answers: list[tuple[Exercise, NotebookNode]]
    ) -> None:
        if not answers:
            return
        level = self.manuscript.heading(2, kind, kind)
        heading = f"fixed({string(self.options.language)}, {string(kind)})"
        name = string(self.manuscript.anchor(f"nb-{kind}"))
        self.manuscript.add(call("section", str(level), name, heading), kind)
        before = None
        for exercise, cell in answers:
            if exercise is not before:
                head = call(
                    "answer-head",
                    string(kind.removesuffix("s")),
                    string(exercise.name),
                    string(self._name(kind, exercise)),
                    string(self._name("exercise", exercise)),
                )
                self.manuscript.add(head, exercise.name)
            before = exercise
            self._write_cell(cell)

    def _name(self, kind: str, exercise: Exercise) -> str:
        return f"{self.manuscript.place.notebook}:{kind}-{exercise.number}"

    # Slides

    def _write_slides(self, cells: list[NotebookNode]) -> None:
        for cell in cells:  # the title may stand in a cell that is no slide
            if "<h1>" in self._html.get(cell.metadata.cell_number, ""):
                self._markdown(cell)
                break
        for gathered in slides(cells):
            pieces = [piece for cell in gathered for piece in self._pieces(cell)]
            body = "\n\n".join(source for source, _ in pieces)
            plain = "\n".join(text for _, text in pieces)
            self.manuscript.add(call("slide", body=f"\n{body}\n"), plain)

    # Cells

    def _pieces(self, cell: NotebookNode) -> Iterator[tuple[str, str]]:
        """Yield the markup of a cell, piece by piece, each with its plain text."""
        place = Place(self.manuscript.place.notebook, cell.metadata.cell_number)
        self.manuscript.place = place
        if cell.cell_type == "code":
            yield from self._code(cell)
            return
        write = self._markdown if cell.cell_type == "markdown" else self._raw
        plain = cell.source
        yield self._guarded(lambda: write(cell), self._failed(plain)), plain

    @staticmethod
    def _failed(plain: str) -> str:
        return call("fault-box", string("This cell cannot be set:"), string(plain))

    def _markdown(self, cell: NotebookNode) -> str:
        hypertext = Hypertext(self.manuscript, cell.get("attachments"))
        return hypertext.typst(self._html[cell.metadata.cell_number])

    def _raw(self, cell: NotebookNode) -> str:
        mime = cell.metadata.get("raw_mimetype", "")
        if mime in ("text/markdown", "text/html"):
            return Hypertext(self.manuscript).typst(
                to_html(cell.source, self.manuscript.formula)
            )
        return call("listing", string(cell.source), string("")) if cell.source else ""

    def _code(self, cell: NotebookNode) -> Iterator[tuple[str, str]]:
        removed = cell.metadata.get("transient", {}).get("remove_source")
        hidden = removed or cell.metadata.source_hidden or not self.options.show_code
        source = cell.source.strip("\n").rstrip()
        outputs = [] if cell.metadata.outputs_hidden else cell.outputs
        written = [
            (
                self._guarded(
                    lambda o=output: self._outputs.typst(o), self._failed("")
                ),
                str(output.get("text") or output.get("data", {}).get("text/plain", "")),
            )
            for output in outputs
        ]
        if source and not hidden:
            number = cell.execution_count
            code = call(
                "code-cell",
                "none" if number is None else str(number),
                string(self._language),
                string(_LONG_LINE.sub(_shortened, source.expandtabs(4))),
                followed="true" if any(markup for markup, _ in written) else None,
            )
            yield code, source
        yield from written


def _shortened(line: re.Match[str]) -> str:
    left_out = len(line[0]) - 400
    dots = "\N{HORIZONTAL ELLIPSIS}"
    return (
        f"{line[0][:200]}{dots} [{left_out} characters left out] {dots}{line[0][-200:]}"
    )
