"""The document while it is being written: its parts, formulas, pictures and faults."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from .faults import Fault, Kind, Place
from .formulas import Formulas, as_typed
from .markup import call, string
from .neighbours import is_there
from .pictures import Picture

_NAMED = re.compile(r"\\(label|tag\*?|ref|eqref)\{([^{}]*)\}")
_NOTEBOOK = re.compile(r"(?![\\/])[^:]*\.ipynb")  # beside this one
# Headings, as the template is told of them.
_SECTIONS = re.compile(
    r'#section\((\d), ("(?:\\.|[^"\\])*"), words: ("(?:\\.|[^"\\])*")\)'
)
_NOT_A_WORD = re.compile(r"[\W_]+")
# A line of code that nobody reads, and that would fill pages: data of some kind.
_LONG_LINE = re.compile(r"[^\n]{4001,}")
_MOST_LINES = 2000  # of a cell's code: thirty pages


def slug(anchor: str) -> str:
    """Return what all spellings of an anchor have in common.

    Examples
    --------
    >>> slug("Gradient-descent,%20step"), slug("gradient descent: step")
    ('gradient-descent-step', 'gradient-descent-step')
    """
    return _NOT_A_WORD.sub("-", unquote(anchor).lower()).strip("-")


@dataclass
class Part:
    """A piece of Typst source, and what to show should Typst refuse it.

    `plain` is the text that it is made of, `refused` what is shown then in its place,
    `what` how a fault report calls it, `kind` of what kind a fault in it is, `problems`
    what is wrong with it, should it be used.
    """

    place: Place
    source: str
    plain: str
    refused: str = ""
    what: str = "this"
    kind: Kind = "cell"
    problems: list[str] = field(default_factory=list)

    @property
    def otherwise(self) -> str:
        """What is shown in its place: what it is told to be, or else its plain text.

        Its headings stay: the levels of those that follow, and links, rely on them.
        """
        if self.refused:
            return self.refused
        heads = "".join(
            call("section", level, name, body=f"#{words}") + "\n\n"
            for level, name, words in _SECTIONS.findall(self.source)
        )
        message = string("This cannot be set:")
        return heads + call("fault-box", message, string(self.plain))


@dataclass
class Manuscript:
    """Collects one document, cell by cell.

    Attributes
    ----------
    parts : list of Part
        What stands in the document, in order; ``formulas`` defines what it names.
    pictures : dict
        File names and contents; ``shown`` has the cells that each is in.
    faults : dict
        Its keys are the faults, each once, in the order in which they were found.
    place : Place
        The cell at hand; ``folder`` is where its notebook lies.
    title : str
        Typst markup of the title of the lesson at hand; ``plain_title`` as text.
    output_lines : int
        How many lines of an output are printed; 0 for all.
    level : int
        That of the last heading; ``headings`` is how many there have been.
    has_sections_of_level_one : bool
        Whether headings of the first level are sections, not the title.
    language : str
        In which formulas are read aloud.
    term_mark : str
        What marks a term in Markdown for an index, as ``*``; ``<dfn>`` always does.
    widgets : object
        What the notebook's metadata store of its widgets.
    fetch : bool
        Whether pictures on the web may be fetched.
    allowed : sequence of Path
        Folders from which pictures may be read, beside ``folder``.
    """

    parts: list[Part] = field(default_factory=list)
    formulas: list[Part] = field(default_factory=list)
    pictures: dict[str, bytes] = field(default_factory=dict)
    shown: dict[str, dict[Place, None]] = field(default_factory=dict)
    faults: dict[Fault, None] = field(default_factory=dict)
    place: Place = field(default_factory=Place)
    folder: Path = Path()
    title: str = ""
    plain_title: str = ""
    output_lines: int = 60
    has_sections_of_level_one: bool = False
    language: str = "en"
    term_mark: str = ""
    widgets: Any = field(default_factory=dict)
    fetch: bool = False
    allowed: Sequence[Path] = ()
    _sources: dict[Place, str] = field(default_factory=dict)
    level: int = 0
    headings: int = 0
    _formulas: Formulas = field(default_factory=Formulas)
    _anchors: set[str] = field(default_factory=set)
    _links: list[tuple[Place, str, str]] = field(default_factory=list)

    def begin(self, notebook: str, folder: Path) -> None:
        """Turn to a notebook: its title is yet to come."""
        self.place, self.folder = Place(notebook), folder
        self.title, self.plain_title, self.level = "", "", 0
        self._formulas = Formulas(self.language)
        self._anchors.add(notebook)

    def turn_to(self, cell: int, source: str = "") -> None:
        """Turn to a cell of the notebook at hand; 0 is the notebook itself."""
        self.place = Place(self.place.notebook, cell)
        self._sources.setdefault(self.place, source)

    def report(
        self, place: Place, kind: Kind, message: str, remedy: str = "", about: str = ""
    ) -> None:
        """Note a fault; the same one twice in a line counts once.

        `about` is what the cell's source has at its place: so its line is found.
        """
        before, found, _ = self._sources.get(place, "").partition(about or "\0")
        line = before.count("\n") + 1 if found else None
        message = " ".join(message.split())
        self.faults[Fault(place, kind, message, remedy, line)] = None

    def fault(self, kind: Kind, message: str, about: str = "") -> str:
        """Report a fault of the cell at hand; return Typst code that shows it."""
        self.report(self.place, kind, message, about=about)
        return call("fault", string(message))

    def shortened(self, source: str, what: str = "text") -> str:
        """Return lines without the middle of what is endless; tell of it."""
        dots = "\N{HORIZONTAL ELLIPSIS}"

        def told(count: int, unit: str, about: str) -> str:
            left_out = f"{count} {unit} left out"
            self.report(self.place, "text", f"of {what} {left_out}", about=about)
            return f"{dots} [{left_out}] {dots}"

        def line(match: re.Match[str]) -> str:
            start, end = match[0][:200], match[0][-200:]
            return start + told(len(match[0]) - 400, "characters", start) + end

        source, half = _LONG_LINE.sub(line, source), _MOST_LINES // 2
        if len(lines := source.split("\n")) > _MOST_LINES:
            cut = told(len(lines) - 2 * half, "lines", lines[half])
            source = "\n".join([*lines[:half], cut, *lines[-half:]])
        return source

    def add(self, source: str, plain: str) -> None:
        """Append a part that belongs to the cell at hand."""
        if source:
            self.parts.append(Part(self.place, source, plain))

    def formula(self, display: bool, tex: str) -> str:
        """Take in a formula of the cell at hand; return HTML that stands for it."""
        source, problems = self._formulas.typst(tex, display)
        if not source:
            return ""
        text, number = " ".join(tex.split()), len(self.formulas)
        what = f"formula {text if len(text) <= 60 else text[:57] + '...'}"
        start = f"#let formula-{number} = "
        otherwise = start + as_typed(tex, display)
        self.formulas.append(
            Part(self.place, start + source, tex, otherwise, what, "formula", problems)
        )
        facts = f'class="{"display" if display else "inline"}" data-number="{number}"'
        return f"<x-formula {facts}>{escape(tex)}</x-formula>"

    def use(self, number: int) -> str:
        """Return Typst markup of a formula that was taken in; report its faults."""
        part = self.formulas[number]
        for problem in part.problems:
            self.report(
                part.place, "formula", f"{part.what}: {problem}", "", part.plain
            )
        return f"#formula-{number}"

    def heading(self, level: int, text: str, markup: str) -> int:
        """Return at which level a heading stands, or 0 if it is the lesson's title.

        Readers of tagged PDF rely on levels that never skip one.
        """
        if not self.level:
            self.level = 1
            if level == 1:
                self.title, self.plain_title = markup, text
                self.anchor(text)
                return 0
        level += self.has_sections_of_level_one
        self.level = max(2, min(level, self.level + 1))
        return self.level

    def anchor(self, name: str) -> str:
        """Note a place within the notebook at hand; return its full name."""
        full = f"{self.place.notebook}#{slug(name)}"
        self._anchors.add(full)
        return full

    def link(self, href: str, markup: str) -> str:
        """Return a link within the notebook, to another one, or to a file."""
        path, _, anchor = href.partition("#")
        if path and not _NOTEBOOK.fullmatch(path):
            return call("external", string(href), body=markup)
        if path and not is_there(unquote(path), self.folder):
            told = f"the link to {href[:60]} leads nowhere: there is no such file"
            self.fault("link", told, href)
        notebook = unquote(path).rpartition("/")[2] or self.place.notebook
        target = f"{notebook}#{slug(anchor)}" if anchor else notebook
        elsewhere = string(f"{path.removesuffix('.ipynb')}.pdf") if path else None
        self._links.append((self.place, href, target))
        return call("internal", string(target), elsewhere=elsewhere, body=markup)

    def check_links(self) -> None:
        """Report links and references to what this document does not have."""
        named = [(part.place, _NAMED.findall(part.plain)) for part in self.formulas]
        known = {n for _, marks in named for kind, n in marks if "ref" not in kind}
        for place, marks in named:
            for kind, name in marks:
                if "ref" in kind and name not in known:
                    told = f"no formula has the name {name}"
                    self.report(place, "reference", told, about=name)
        for place, href, target in self._links:
            is_here = target.partition("#")[0] in self._anchors
            if is_here and target not in self._anchors:
                message = f"the link to {href} leads nowhere: there is no such heading"
                self.report(place, "link", message, about=href)

    def keep(self, picture: Picture) -> str:
        """Take in a picture; return its file name."""
        self.pictures[picture.name] = picture.data
        self.shown.setdefault(picture.name, {})[self.place] = None
        return picture.name

    def description(self, alt: str, about: str = "") -> str:
        """Return Typst code of a picture's description, without which it is a fault."""
        if alt:
            return string(alt)
        self.report(
            self.place,
            "description",
            "a picture has no description for those who cannot see it",
            'give it one: ![description](..), or "alt" in the output\'s metadata',
            about,
        )
        return 'fixed(facts.language, "picture")'
