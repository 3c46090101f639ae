"""What a course consists of: its lessons, with a sentence on each, as they lie on disk.

Found, never listed, and read without a kernel and without nbformat, which takes longer
to import than all the rest takes to run.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from courseware.files import read_bytes

# In a notebook's metadata: it is a page of reference, and no lesson.
PAGE = {"courseware": {"kind": "page"}}
# What an update keeps of a student's lesson, under this and its name.
BEFORE_UPDATE = "before_update_"
# Characters of a cell that is read as Python or Markdown, which takes a second or two.
LONGEST_CELL = 200_000
_DEEPEST = 100  # lists in one another; what copies a notebook goes no deeper than 300
_BAR = re.compile(r"(?<!\\)\|")
HEADING = re.compile(r"^# +(.+)$", re.MULTILINE)  # of a whole lesson or page


@dataclass(frozen=True)
class Entry:
    """A lesson in a table of contents.

    Attributes
    ----------
    name : str
        Of its file, without suffix.
    number : str
        What its name begins with, without zeros: "1"; "" where that is no number.
    title : str
        Its first heading.
    about : str
        A sentence on it: `description` in its header, or else how its text begins.
    """

    name: str
    number: str
    title: str
    about: str


def entries(folder: Path) -> list[Entry]:
    """Return the lessons whose notebooks lie in a folder, by name; pages are none."""
    return [
        entry(path.stem, notebook)
        for path, notebook in notebooks(folder)
        if notebook is not None and not is_page(notebook)
    ]


def notebooks(folder: Path) -> Iterator[tuple[Path, dict | None]]:
    """Yield the .ipynb files of a folder, by name, and their contents; no copies.

    Hidden ones are copies, too: Jupyter keeps one for as long as it is saving a file.
    """
    for path in sorted(folder.glob("*.ipynb")):
        if not path.name.startswith((BEFORE_UPDATE, ".")):
            yield path, read(path)


def read(path: Path) -> dict | None:
    """Return the content of an .ipynb file, or None if it holds no notebook."""
    try:
        return parse(read_bytes(path))
    except OSError:
        return None


def parse(data: bytes) -> dict | None:
    """Return the content of the bytes of a notebook, or None if they are of none."""
    try:
        notebook = json.loads(data)
    except (ValueError, RecursionError):
        return None
    sound = isinstance(notebook, dict) and notebook.get("nbformat") == 4
    sound = sound and not is_deep(notebook)
    sound = sound and isinstance(notebook.get("metadata"), dict)
    cells = notebook.get("cells") if sound else None
    return notebook if isinstance(cells, list) and all(map(_sound, cells)) else None


def is_deep(value: object) -> bool:
    """Whether lists and dictionaries stand in one another deeper than in any lesson."""
    layer = [value]
    for _ in range(_DEEPEST):
        parts = (p.values() if isinstance(p, dict) else p for p in layer)
        layer = [item for part in parts for item in part if type(item) in (dict, list)]
        if not layer:
            return False
    return True


def is_page(notebook: dict) -> bool:
    """Whether a notebook is a page of reference, and no lesson."""
    return notebook["metadata"].get("courseware") == PAGE["courseware"]


def entry(name: str, notebook: dict) -> Entry:
    """Return what a table of contents says of the notebook of that name."""
    header = notebook["metadata"]
    text = next(_prose(notebook), "")
    heading = HEADING.search(text)
    title = heading[1].strip() if heading else header.get("title", name)
    start = " ".join(text[heading.end() if heading else 0 :].split())
    first = re.split(r"(?<=[.?!]) ", start, maxsplit=1)[0]
    number = re.match(r"0*(\d+)", name)
    about = header.get("description", first)
    return Entry(name, number[1] if number else "", str(title), str(about))


def title(folder: Path) -> str:
    """Return what README.md in a folder is headed with, or nothing."""
    path = folder / "README.md"
    text = read_bytes(path).decode("utf-8", "replace") if path.is_file() else ""
    heading = HEADING.search(text)
    return heading[1].strip() if heading else ""


def table(lessons: Iterable[Entry], folder: str = "") -> str:
    """Return a table of the lessons in Markdown; `folder` is that of the links."""
    rows = [
        f"| {lesson.number} | [{_in_cell(lesson.title)}]({folder}{lesson.name}.ipynb) "
        f"| {_in_cell(lesson.about)} |"
        for lesson in lessons
    ]
    head = ["| no. | lesson | what you do there |", "|---|---|---|"]
    return "\n".join([*head, *rows])


def _sound(cell: object) -> bool:
    """Whether something is a cell, as far as this package asks for its parts."""
    if not isinstance(cell, dict) or not isinstance(cell.get("metadata"), dict):
        return False
    if not isinstance(cell["metadata"].get("tags", []), list):
        return False
    source = cell.get("source")
    lines = source if isinstance(source, list) else [source]
    return all(isinstance(line, str) for line in (cell.get("cell_type"), *lines))


def _in_cell(text: str) -> str:
    """Return a text without what would end a cell of a table."""
    return _BAR.sub(r"\|", " ".join(text.split()))


def _prose(notebook: dict) -> Iterable[str]:
    for cell in notebook["cells"]:
        text = "".join(cell["source"])
        # The note that heads a student's copy has no heading.
        if cell["cell_type"] == "markdown" and HEADING.search(text):
            yield text
