"""
The rules for lessons.

Each rule takes a lesson's name and its notebook and returns complaints, one for each
breach: where it is, what is wrong, and where it is not plain, what to do. Those in
`ALWAYS` make a lesson whole, and hold for every course. The others are matters of
style: a course names those that it wants in its setting `rules`.
"""

import ast
import io
import keyword
import re
import sys
import tokenize
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path

from IPython.core.inputtransformer2 import TransformerManager
from nbformat import NotebookNode
from packaging.requirements import Requirement

from courseware import making, pages, record
from courseware.course import SETTINGS, Course, CourseError, sources
from courseware.editions.leaks import leaks, secret_lines
from courseware.editions.student import KERNELSPEC, student_notebook
from courseware.execution import LANGUAGE, options
from courseware.files import read_text
from courseware.header import HEADER, read_header
from courseware.optional import LEFT_OUT, made_and_used, named_packages
from courseware.pairs import CELL_METADATA, SOURCE_FORMAT, read_notebook
from courseware.tags import CHECK, EXERCISE, HINT, KNOWN, SOLUTION, has_tag
from courseware.tolerance import TAG, Tolerance
from courseware.verdict import BRAVO, NOT_YET

Rule = Callable[[str, NotebookNode], list[str]]

MOST_LINES = 25
MOST_COLUMNS = 79

TIDY = "; `courseware run` tidies it"

OPENING = ("What you'll do", "What you'll learn", "What you'll need")
CLOSING = ("What you learned", "Exercises", "Further reading")

AFTER_EXERCISE = (CHECK, HINT, SOLUTION)

OUTPUT_TYPES = {"text/plain", "text/html", "text/markdown", "text/latex", "image/png"}
NOT_TRUE_ELSEWHERE = {
    "a path of this machine": re.compile(
        r"(?<![\w.:/<])/(home|Users|root|tmp|private|var|opt|usr|work|mnt)/"
        r"|\b[A-Za-z]:\\|site-packages|ipykernel_\d"
    ),
    "an address in memory": re.compile(r"\b0x[0-9a-f]{6,}"),
    "a NumPy scalar (format it)": re.compile(r"^np\.\w+\("),
}
SCRIPT = re.compile(r"<script|javascript:|<iframe|\son\w+\s*=", re.IGNORECASE)

FORBIDDEN_IN_MATHS = {
    r"\color, \href or \limits": r"\\(color|textcolor|href|limits)\b",
    "a macro definition": r"\\(def|let|newcommand|renewcommand|DeclareMathOperator)\b",
    "an array (write cases, aligned or pmatrix)": r"\\begin\{(array|eqnarray)\*?\}",
    r"$ inside \text or \mbox": r"\\(text|mbox)\{[^}]*\$",
    r"_ without \ inside \texttt": r"\\texttt\{[^}]*(?<!\\)_",
}
CODE_BLOCK = re.compile(
    r"^(```|~~~).*?^\1[^\n]*$|(?:\A|\n[ \t]*\n)(?:(?: {4}|\t)[^\n]*(?:\n|\Z))+",
    re.DOTALL | re.MULTILINE,
)
CODE_SPAN = re.compile(r"(`+).+?\1", re.DOTALL)
MATHS_IN_PROSE = re.compile(r"\$\$.*?\$\$|\$[^$\n]+\$", re.DOTALL)
HTML = re.compile(r"<!--|</?(?!details\b|summary\b)[a-zA-Z][\w-]*(\s[^<>]*)?/?>")


def executed_in_order(name: str, notebook: NotebookNode) -> list[str]:
    """Each code cell was executed, once, from top to bottom."""
    return [
        f"{where}: its execution count is {cell.execution_count}, not {count}; "
        "run `courseware run`"
        for count, (where, cell) in enumerate(_code(name, notebook), start=1)
        if cell.execution_count != count
    ]


def small_cells(name: str, notebook: NotebookNode) -> list[str]:
    """No code cell is longer or wider than a reader and a printed page can take."""
    found = []
    for where, cell in _code(name, notebook):
        lines = cell.source.splitlines()
        widest = max(map(len, lines), default=0)
        if not cell.source.strip():
            found.append(f"{where}: is empty")
        if len(lines) > MOST_LINES:
            found.append(f"{where}: has {len(lines)} lines, more than {MOST_LINES}")
        if widest > MOST_COLUMNS:
            found.append(f"{where}: is {widest} columns wide, not {MOST_COLUMNS}")
    return found


def ascii_names(name: str, notebook: NotebookNode) -> list[str]:
    """Names in code are ASCII: Greek letters are lost in some fonts."""
    return [
        f"{where}: the name {word!r} is not ASCII"
        for where, cell in _code(name, notebook)
        for word in _names(cell.source)
        if not word.isascii()
    ]


def stable_header(name: str, notebook: NotebookNode) -> list[str]:
    """Nothing in the notebook's metadata changes by itself."""
    header = notebook.metadata
    found = []
    if header.get("kernelspec") != KERNELSPEC:
        found.append(
            f"{name}.ipynb: its kernelspec is not {KERNELSPEC}; write that into the "
            f"header of {name}.py, and run `courseware run`"
        )
    if header.get("language_info") != LANGUAGE:
        found.append(f"{name}.ipynb: its language_info is not {LANGUAGE}{TIDY}")
    if not header.get("title"):
        found.append(f"{name}.ipynb: has no title in its header")
    # courseware notes what it has made; Jupytext, of which kind the source is.
    for key in header.keys() - {"language_info", *HEADER, record.KEY, "jupytext"}:
        found.append(f"{name}.ipynb: {key!r} does not belong in its header{TIDY}")
    for where, cell in _all(name, notebook):
        for key in cell.metadata.keys() - set(CELL_METADATA):
            found.append(f"{where}: {key!r} does not belong in its metadata{TIDY}")
    return found


def unique_ids(name: str, notebook: NotebookNode) -> list[str]:
    """Each cell has an identifier of its own."""
    seen = set()
    found = []
    for where, cell in _all(name, notebook):
        if not cell.get("id") or cell.id in seen:
            found.append(f"{where}: its id {cell.get('id')!r} is not its own")
        seen.add(cell.get("id"))
    return found


def known_tags(name: str, notebook: NotebookNode) -> list[str]:
    """Each tag means something: a misspelt one would do nothing, silently."""
    found = []
    for where, cell in _all(name, notebook):
        for tag in cell.metadata.get("tags", []):
            if TAG.match(tag):
                try:
                    Tolerance.from_tags([tag])
                except ValueError as error:
                    found.append(f"{where}: {error}")
            elif tag not in KNOWN:
                found.append(f"{where}: there is no tag {tag!r}")
    return found


def clean_outputs(name: str, notebook: NotebookNode) -> list[str]:
    """No errors, no warnings, nothing that is true on one machine only."""
    found = []
    expected = {
        where
        for where, cell in _code(name, notebook)
        if options(cell)["check_exception"]
    }
    for where, output in _outputs(name, notebook):
        if output.output_type == "error" and where not in expected:
            found.append(f"{where}: raised {output.ename}")
        if output.get("name") == "stderr":
            found.append(f"{where}: wrote to stderr: {output.text.strip()[:60]}")
        for text in _texts(output):
            for what, pattern in NOT_TRUE_ELSEWHERE.items():
                if match := pattern.search(text):
                    found.append(f"{where}: shows {what}: {match.group()}")
    return found


def harmless_outputs(name: str, notebook: NotebookNode) -> list[str]:
    """Outputs are text and pictures, and all there is: showing it executes nothing."""
    found = []
    for where, output in _outputs(name, notebook):
        for kind in output.get("data", {}).keys() - OUTPUT_TYPES:
            found.append(f"{where}: holds {kind}, which not every reader can show")
        if any(SCRIPT.search(text) for text in _texts(output)):
            found.append(f"{where}: holds script")
    for where, cell in _all(name, notebook):
        if cell.get("attachments"):
            found.append(f"{where}: has an attachment, which its source has not")
    return found


def alt_texts(name: str, notebook: NotebookNode) -> list[str]:
    """Each picture is described by a sentence."""
    found = []
    for where, output in _outputs(name, notebook):
        if "image/png" in output.get("data", {}):
            alt = output.metadata.get("image/png", {}).get("alt", "")
            if len(alt.split()) < 3 or not alt.rstrip().endswith((".", "?", "!")):
                found.append(f"{where}: its picture has no sentence of alt text")
    return found


def opening_and_closing(name: str, notebook: NotebookNode) -> list[str]:
    """A lesson has its title and its standing parts, in order."""
    first = notebook.cells[0].source if notebook.cells else ""
    found = []
    if not re.match(r"# \S", first):
        found.append(f"{name}.ipynb: does not begin with its title, a line `# ...`")
    prose = "\n".join(c.source for c in notebook.cells if c.cell_type == "markdown")
    prose = prose.replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")
    has_exercises = any(has_tag(cell, EXERCISE) for cell in notebook.cells)
    after, before = 0, "the title"
    for part in OPENING + CLOSING:
        if part == "Exercises" and not has_exercises:
            continue
        place = re.compile(rf"^[#*_ ]*{part}\b", re.MULTILINE).search(prose, after)
        if place:
            after = place.end()
        else:
            found.append(
                f"{name}.ipynb: {part!r} is missing or out of order; a line is to "
                f"begin with it, behind {before}"
            )
        before = repr(part)
    return found


def whole_exercises(name: str, notebook: NotebookNode) -> list[str]:
    """An exercise is a task, a stub, a check, a hint and a solution, in that order."""
    found = []
    cells = list(_all(name, notebook))
    expected: list[str] = []
    for index, (where, cell) in enumerate(cells):
        kinds = {EXERCISE, *AFTER_EXERCISE} & set(cell.metadata.get("tags", []))
        if expected and kinds != {expected[0]}:
            found.append(f"{where}: the exercise before it lacks its {expected[0]}")
            expected = []
        if EXERCISE in kinds:
            task = cells[index - 1][1] if index else None
            if not task or not re.match(r"\*\*Exercise \d+\.\d+\*\*", task.source):
                found.append(f"{where}: no task (**Exercise N.M** ...) before it")
            expected = list(AFTER_EXERCISE)
        elif kinds and not expected:
            found.append(f"{where}: is a {kinds.pop()} without an exercise")
        elif kinds:
            expected.pop(0)
    if expected:
        found.append(f"{name}.ipynb: the last exercise lacks its {expected[0]}")
    return found


def hidden_solutions(name: str, notebook: NotebookNode) -> list[str]:
    """The student's copy gives no line of a solution away."""
    copy = student_notebook(notebook)
    return [
        f"{name}.ipynb: the student's copy shows {line!r} of a solution"
        for line in leaks(copy, secret_lines([notebook]))
    ]


def runs_without_solutions(name: str, notebook: NotebookNode) -> list[str]:
    """The student's copy runs: no other cell needs what is in a solution."""
    found = []
    given: set[str] = set()
    stubs: set[str] = set()
    hidden: set[str] = set()
    for where, cell in _code(name, notebook):
        made, used = made_and_used(compile(_python(cell.source), where, "exec"))
        if has_tag(cell, SOLUTION):
            hidden |= made
            continue
        given |= made
        found += [
            f"{where}: takes {word!r} from a solution" for word in used & hidden - given
        ]
        if has_tag(cell, EXERCISE):
            stubs |= made
        elif not has_tag(cell, CHECK):
            found += [
                f"{where}: needs {word!r}, which is a stub in the student's copy"
                for word in used & stubs
            ]
    return found


def declared_packages(
    name: str, notebook: NotebookNode, requirements: list[str]
) -> list[str]:
    """A lesson imports what its course requires, and what it says is optional."""
    code = list(_code(name, notebook))
    source = "\n".join(cell.source for _, cell in code)
    allowed = {*sys.stdlib_module_names, "IPython", *named_packages(source)}
    # What has a marker is for some readers only.
    parsed = map(Requirement, requirements)
    allowed |= {each.name.replace("-", "_") for each in parsed if not each.marker}
    return [
        f"{where}: imports {package}, which the course does not require: see "
        "`optional_packages`"
        for where, cell in code
        for package in _imported(cell.source)
        if package not in allowed
    ]


def plain_formulas(name: str, notebook: NotebookNode) -> list[str]:
    """Formulas are written so that MathJax, KaTeX and Typst all read them."""
    found = []
    for where, prose in _prose(name, notebook):
        if not _displays_stand_alone(prose):
            found.append(f"{where}: a $$ formula has no blank line before or after it")
        for maths in MATHS_IN_PROSE.findall(prose):
            for what, pattern in FORBIDDEN_IN_MATHS.items():
                if re.search(pattern, maths):
                    found.append(f"{where}: {what} in {maths.strip()[:40]}")
    return found


def no_html(name: str, notebook: NotebookNode) -> list[str]:
    """Prose holds no HTML but <details> and <summary>."""
    return [
        f"{where}: HTML in the text: {match.group()}"
        for where, prose in _prose(name, notebook)
        for match in HTML.finditer(MATHS_IN_PROSE.sub("", prose))
    ]


def right_verdicts(name: str, notebook: NotebookNode) -> list[str]:
    """A check refuses the untouched stub, and praises the solution."""
    return [
        f"{where}: {complaint}"
        for where, cell in _code(name, notebook)
        if cell.execution_count is not None
        for complaint in wrong_verdicts(cell.metadata.get("tags", []), cell.outputs)
    ]


def wrong_verdicts(tags: list[str], outputs: list) -> list[str]:
    """Say what is wrong with the verdict of an executed cell that has to show one."""
    shown = "\n".join(text for output in outputs for text in _texts(output))
    praised = f"{BRAVO}: " in shown
    lines = [line for line in shown.splitlines() if f"{NOT_YET}: " in line]
    if shown.startswith(LEFT_OUT):
        return []
    found = []
    if CHECK in tags and praised:
        found.append("the untouched stub passes the check")
    elif CHECK in tags and not lines:
        found.append("it shows no verdict: end it with the call of a check")
    if SOLUTION in tags and lines:
        found.append(f"the solution does not pass its check: {lines[0]}")
    elif SOLUTION in tags and not praised:
        found.append("the solution is not checked: end it with the call of its check")
    return found


# What makes a lesson whole, in any course.
ALWAYS: tuple[Rule, ...] = (
    whole_exercises,
    right_verdicts,
    hidden_solutions,
    runs_without_solutions,
)
STYLE: tuple[Rule, ...] = (
    executed_in_order,
    small_cells,
    ascii_names,
    stable_header,
    unique_ids,
    known_tags,
    clean_outputs,
    harmless_outputs,
    alt_texts,
    opening_and_closing,
    plain_formulas,
    no_html,
)


def chosen(course: Course, notebook: Path) -> dict[str, Rule]:
    """
    Return the rules that hold for a notebook, by name.

    A course's style is asked of its lessons, not of what lies elsewhere.

    Raises
    ------
    CourseError
        Its settings name a rule that there is not.
    """
    always = {rule.__name__: rule for rule in ALWAYS}
    wanted = style(course)  # even if none of them holds for it
    return always | (wanted if notebook.parent == course.lessons else {})


def style(course: Course) -> dict[str, Rule]:
    """Return the rules of style that a course wants, by name; CourseError as above."""
    known = {rule.__name__: rule for rule in STYLE}
    known["declared_packages"] = partial(
        declared_packages, requirements=course.requirements
    )
    known["stable_source_header"] = lambda name, notebook: stable_source_header(
        course.lessons / f"{name}.py"
    )
    if strangers := set(course.rules) - set(known):
        raise CourseError(
            f"{SETTINGS}: there is no rule {min(strangers)!r}; there are "
            f"{', '.join(known)}."
        )
    return {name: known[name] for name in course.rules}


def slips(course: Course, names: Iterable[str]) -> list[str]:
    """Say which solutions fail, and which tags mean nothing if a course wants that."""
    wants_tags = known_tags.__name__ in style(course)
    found = []
    for path in (course.lessons / f"{name}.ipynb" for name in names):
        if path.exists():
            notebook = read_notebook(path)
            verdicts = right_verdicts(path.stem, notebook)
            found += [line for line in verdicts if f"{NOT_YET}: " in line]
            found += known_tags(path.stem, notebook) if wants_tags else []
    return found


def out_of_step(course: Course, names: Iterable[str]) -> list[str]:
    """Say which of these lessons, and of the pages made of all, are out of step."""
    notebooks = [course.lessons / f"{name}.ipynb" for name in names]
    found = [line for notebook in notebooks for line in in_step(course, notebook)]
    for path, make in pages.pages(course).items():
        found += pages.out_of_step(path, make)
    return found


def in_step(course: Course, notebook: Path) -> list[str]:
    """
    A lesson and its source hold the same cells.

    In a course with sources each lesson has one; a notebook that lies elsewhere may.
    """
    has_source = notebook.with_suffix(".py") in sources(notebook.parent)
    belongs = notebook.parent == course.lessons and course.is_paired
    if not (has_source or belongs):
        return []
    try:
        return making.out_of_step(making.read(notebook.with_suffix(".py")))
    except CourseError as error:
        return [str(error)]


def stable_source_header(path: Path) -> list[str]:
    """The source's header holds format, kernel, title, description; no version."""
    header = read_header(read_text(path))
    if header is None:
        return [
            f"{path.name}: does not begin with a Jupytext header (# ---); copy that of "
            "another lesson"
        ]
    if not header:
        return []  # `in_step` says so
    jupyter = header.pop("jupyter", None) or {}
    allowed = {
        "jupytext": {"text_representation": SOURCE_FORMAT},
        "kernelspec": KERNELSPEC,
    }
    found = [
        f"{path.name}: {key!r} in its header is not {value}"
        for key, value in allowed.items()
        if jupyter.get(key) != value
    ]
    strangers = header.keys() | (jupyter.keys() - {"jupytext", *HEADER})
    found += [
        f"{path.name}: {key!r} does not belong in its header" for key in strangers
    ]
    return found


def _all(name: str, notebook: NotebookNode) -> Iterator[tuple[str, NotebookNode]]:
    """Yield each cell and how to find it."""
    for number, cell in enumerate(notebook.cells, start=1):
        yield f"{name}.ipynb, cell {number}", cell


def _code(name: str, notebook: NotebookNode) -> Iterator[tuple[str, NotebookNode]]:
    return (pair for pair in _all(name, notebook) if pair[1].cell_type == "code")


def _outputs(name: str, notebook: NotebookNode) -> Iterator[tuple[str, NotebookNode]]:
    return (
        (where, output)
        for where, cell in _code(name, notebook)
        for output in cell.outputs
    )


def _texts(output: NotebookNode) -> list[str]:
    """Whatever in an output is text."""
    data = output.get("data", {})
    texts = [value for kind, value in data.items() if kind.startswith("text/")]
    return [output.text] if "text" in output else texts


def _prose(name: str, notebook: NotebookNode) -> Iterator[tuple[str, str]]:
    """Yield the text of Markdown cells, without the code in it."""
    for where, cell in _all(name, notebook):
        if cell.cell_type == "markdown":
            yield where, CODE_SPAN.sub("", CODE_BLOCK.sub("\n\n", cell.source))


def _displays_stand_alone(prose: str) -> bool:
    """Whether a blank line or the cell's edge is on both sides of each $$ formula."""
    pieces = re.split(r"\$\$", prose)
    outside = pieces[::2]
    if len(pieces) % 2 == 0:
        return False  # a $$ is never closed
    before = all(re.search(r"(\A|\n[ \t]*\n)[ \t]*\Z", text) for text in outside[:-1])
    after = all(re.match(r"[ \t]*(\Z|\n[ \t]*(\n|\Z))", text) for text in outside[1:])
    return before and after


def _python(source: str) -> str:
    return TransformerManager().transform_cell(source)  # from IPython's magics


def _imported(source: str) -> Iterator[str]:
    """Yield the packages that a cell imports."""
    for node in ast.walk(ast.parse(_python(source))):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield (node.module or ".").partition(".")[0]


def _names(source: str) -> Iterator[str]:
    tokens = tokenize.generate_tokens(io.StringIO(_python(source)).readline)
    for token in tokens:
        if token.type == tokenize.NAME and not keyword.iskeyword(token.string):
            yield token.string
