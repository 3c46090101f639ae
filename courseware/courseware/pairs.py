"""The two halves of a lesson: NAME.py, which is edited, NAME.ipynb, made from it."""

from __future__ import annotations

import hashlib
import re
from difflib import SequenceMatcher
from functools import cache
from logging import LogRecord
from pathlib import Path

import jupytext
import nbformat
import yaml
from jupytext.combine import map_outputs_to_inputs
from jupytext.compare import NotebookDifference, compare_notebooks
from jupytext.formats import JupytextFormatError
from nbformat import NotebookNode
from traitlets.log import get_logger

from courseware.contents import parse
from courseware.course import CourseError
from courseware.files import read_bytes, read_text, write_atomically
from courseware.header import HEADER, refuse_unknown

SOURCE_FORMAT = {"extension": ".py", "format_name": "percent"}
# How many words of changed cells are compared with how many: for a second or two. To
# begin a cell takes as long as some words.
_MOST_STEPS, _CELL = 10**7, 12
_LIKE = 0.5  # of their words: from here on, a cell is taken for another with a new text
DISPLAY_NAME = "Python 3"
CELL_METADATA = ("tags", "nbgrader", "editable", "deletable")
# By which a header is known, also one that is not whole.
_HEADER = re.compile(r"\A\ufeff?\s*# ?---\s*$|^# ?jupyter:\s*$", re.MULTILINE)
# In the header of a source: of a kernel called python3, what it is called for people.
_KERNEL_NAME = re.compile(
    rb"(?<=\n#     display_name: )[^\r\n]+(?=\r?\n#     language: python\r?\n"
    rb"#     name: python3\r?\n)"
)


def read_source(path: Path) -> NotebookNode:
    """
    Read a lesson's plain-text source.

    Parameters
    ----------
    path : Path
        A Python file in Jupytext's percent format.

    Returns
    -------
    NotebookNode
        Its cells, without outputs, with no metadata but those that belong in the
        notebook. Cell identifiers are random: see `carry_ids`.

    Raises
    ------
    CourseError
        The file is missing or is not text, or its header is not whole.
    """
    try:
        text = read_text(path)
        refuse_unknown(path, text)
        notebook = _parsed(text)
    except FileNotFoundError:
        raise CourseError(
            f"{path.name} is missing: the source of a lesson. If that was renamed or "
            f"has gone, rename or delete {path.stem}.ipynb as well."
        ) from None
    except OSError as error:
        raise CourseError(f"{path.name} is {error.strerror}.") from None
    except yaml.MarkedYAMLError as error:
        above = re.split(r"^# ?---", text, maxsplit=1, flags=re.MULTILINE)[0]
        line = above.count("\n") + error.problem_mark.line + 2
        raise CourseError(
            f"{path.name}, line {line}: the header cannot be read: {error.problem}. "
            "Put a text that has a colon in it into quotes."
        ) from None
    except (yaml.YAMLError, RecursionError) as error:
        raise CourseError(
            f"{path.name}: the header cannot be read: {type(error).__name__}. Copy "
            "that of another lesson."
        ) from None
    except JupytextFormatError as error:
        problem = str(error).partition(". ")[0]  # behind it, all formats there are
        raise CourseError(
            f"{path.name}: the header cannot be read: {problem}. Copy that of another "
            "lesson."
        ) from None
    _refuse_header_as_code(path, text, notebook)
    return _bare(notebook)


def _refuse_header_as_code(path: Path, text: str, notebook: NotebookNode) -> None:
    """Jupytext takes a header that is not whole for code, and says nothing."""
    head = re.split(r"^# %%", text, maxsplit=1, flags=re.MULTILINE)[0]
    first = notebook.cells[0] if head.strip() and notebook.cells else None
    if not first or first.cell_type != "code" or not _HEADER.search(first.source):
        return
    lines = head.splitlines()
    last = next((i for i, line in enumerate(lines) if line[:1] != "#"), len(lines))
    if lines[0] == "# ---" and "# ---" not in lines[1:]:
        raise CourseError(
            f"{path.name}: its header begins with `# ---` in line 1 and does not end: "
            f"type another `# ---` below line {last}, `{lines[last - 1]}`."
        )
    raise CourseError(
        f"{path.name}: its header is not whole: it is to begin with `# ---`, the first "
        "line of the file, and to end with another one; each line between them begins "
        "with `# `. Copy that of another lesson."
    )


@cache
def _parsed(text: str) -> NotebookNode:
    """Parse a source, which takes long, once for whoever asks."""
    return jupytext.reads(text, fmt=SOURCE_FORMAT)


def read_notebook(path: Path) -> NotebookNode:
    """
    Read an .ipynb file.

    Raises
    ------
    CourseError
        The file is missing or holds no notebook.
    """
    try:
        data = read_bytes(path)
    except FileNotFoundError:
        raise CourseError(
            f"{path.name} is missing: run `courseware run` to make it."
        ) from None
    if parse(data) is not None and (notebook := _valid(data)) is not None:
        return notebook
    raise CourseError(
        f"{path.name} is not a notebook (a merge conflict?): take either side of "
        "it, or delete it, and run `courseware run`."
    )


def _valid(data: bytes) -> NotebookNode | None:
    """Return a notebook if it is one by the format's rules; it may have more keys."""
    broken: dict[str, Exception] = {}
    log = get_logger()
    log.addFilter(_is_no_complaint)
    try:
        notebook = nbformat.reads(data.decode(), 4, capture_validation_error=broken)
        if broken:
            nbformat.validate(notebook, relax_add_props=True)
    except (nbformat.ValidationError, AttributeError, KeyError, TypeError, ValueError):
        return None  # the others are what reading ends in before it is validated
    finally:
        log.removeFilter(_is_no_complaint)
    return notebook


def _is_no_complaint(record: LogRecord) -> bool:
    return not str(record.msg).startswith("Notebook JSON is invalid")


def tidy_header(path: Path) -> None:
    """
    Call the kernel in a source's header what it is called everywhere.

    JupyterLab and VS Code write there what it is called on one machine.
    """
    text = read_bytes(path)
    header, end, rest = text.partition(b"\n# %%")
    tidy = _KERNEL_NAME.sub(DISPLAY_NAME.encode(), header)
    if tidy != header:
        write_atomically(path, tidy + end + rest)


def carry_ids(new: NotebookNode, old: NotebookNode | None) -> None:
    """
    Give each cell a stable identifier.

    A cell that stands in the old notebook too, be it changed or moved, keeps its
    identifier; any other cell gets one that follows from its content. Nothing is
    random: the same source and the same old notebook give the same identifiers.

    Parameters
    ----------
    new : NotebookNode
        The notebook whose cells are named; changed in place.
    old : NotebookNode or None
        The notebook that it replaces, if there is one.
    """
    old_cells = [] if old is None else old.cells
    taken = set()
    fresh = []
    origins = _origins(new.cells, old_cells)
    for cell, origin in zip(new.cells, origins, strict=True):
        known = None if origin is None else old_cells[origin].get("id")
        if known and known not in taken:
            cell.id = known
            taken.add(known)
        else:
            fresh.append(cell)
    for cell in fresh:
        cell.id = _fresh_id(cell, taken)
        taken.add(cell.id)


def _origins(new: list[NotebookNode], old: list[NotebookNode]) -> list[int | None]:
    """
    Return which old cell each new one was, by its index.

    Jupytext goes by content, and then by place. In between this goes by likeness: else
    a new cell above a changed one would take its place.
    """
    texts, old_texts = ([cell.source for cell in cells] for cells in (new, old))
    words, old_words = (
        [re.findall(r"\w+", text) for text in side] for side in (texts, old_texts)
    )
    kept = {*texts} & {*old_texts}
    pairs = []
    for _, start, end, new_start, new_end in SequenceMatcher(
        None, old_texts, texts
    ).get_opcodes():
        ours = [i for i in range(new_start, new_end) if texts[i] not in kept]
        theirs = [j for j in range(start, end) if old_texts[j] not in kept]
        steps = (_CELL * len(ours) + sum(len(words[i]) for i in ours)) * (
            _CELL * len(theirs) + sum(len(old_words[j]) for j in theirs)
        )
        if steps <= _MOST_STEPS:  # beyond that, Jupytext goes by place alone
            pairs += [
                (-_likeness(words[i], old_words[j]), i, j)
                for i in ours
                for j in theirs
                if new[i].cell_type == old[j].cell_type
            ]
    was: dict[int, int] = {}
    taken = set()
    for unlike, i, j in sorted(pairs):
        if unlike <= -_LIKE and i not in was and j not in taken:
            was[i] = j
            taken.add(j)
    as_before = [old[was[i]] if i in was else cell for i, cell in enumerate(new)]
    return map_outputs_to_inputs(as_before, old)


def _likeness(words: list[str], others: list[str]) -> float:
    """Return which share of their words two cells have in common, in their order."""
    return SequenceMatcher(None, words, others, autojunk=False).ratio()


def differences(name: str, source: NotebookNode, notebook: NotebookNode) -> list[str]:
    """
    Say where a notebook holds other cells than its source: a complaint, or none.

    Content is compared, never the files' times.
    """
    difference = _first_difference(source, _bare(notebook))
    if difference is None:
        return []
    return [
        f"{name}.ipynb is out of step with {name}.py; run `courseware run`. "
        f"{difference}"
    ]


def _first_difference(source: NotebookNode, notebook: NotebookNode) -> str | None:
    for key in HEADER:
        if source.metadata.get(key) != notebook.metadata.get(key):
            return f"Their headers name a different {key}."
    try:
        compare_notebooks(notebook, source, SOURCE_FORMAT)
    except NotebookDifference as difference:
        return _shortened(str(difference))
    return None


def _shortened(text: str, lines: int = 10) -> str:
    sides = text.replace("\n--- expected", "\n--- .py").replace(
        "\n+++ actual", "\n+++ .ipynb"
    )
    every = sides.splitlines()
    return "\n".join(every[:lines] + ["..."] * (len(every) > lines))


def _bare(notebook: NotebookNode) -> NotebookNode:
    """Copy what both halves have: Jupytext, VS Code and JupyterLab add their own."""
    header = _only(notebook.metadata, HEADER)
    spec = header.get("kernelspec", {})
    if spec.get("name") == "python3":  # each editor calls it by another name
        header.kernelspec = NotebookNode(spec, display_name=DISPLAY_NAME)
    cells = [
        NotebookNode(
            cell,
            source=cell.source.replace("\r\n", "\n"),
            metadata=_only(cell.metadata, CELL_METADATA),
        )
        for cell in notebook.cells
    ]
    return NotebookNode(notebook, cells=cells, metadata=header)


def _only(metadata: dict, keys: tuple[str, ...]) -> NotebookNode:
    return NotebookNode({key: metadata[key] for key in keys if key in metadata})


def _fresh_id(cell: NotebookNode, taken: set[str]) -> str:
    """Derive an identifier from a cell's content; twins are told apart by counting."""
    content = f"{cell.cell_type}\n{cell.source}"
    twin = 0
    while True:
        digest = hashlib.sha256(f"{twin}\n{content}".encode()).hexdigest()[:8]
        if digest not in taken:
            return digest
        twin += 1
