"""Does the page of notation and index hold what the lessons define, and where?"""

import re
from functools import partial

import nbformat
import pytest

from courseware import making
from courseware.course import CourseError
from courseware.glossary import page
from courseware.pages import out_of_step, renew
from courseware.pairs import read_source

PAGE = "notation_and_index.md"

LESSON = r'''
# %% [markdown]
# # A neuron
#
# A *neuron* adds up. It has *weights*, its *hidden row*, and _never_ sleeps.
# Two words on two lines are a *learning
# rate*. **Bold** is `*code*`, and so is `*this*`. Is *$x$ squared* a term?
#
#     and *this* is a block
#
# $$ z = \begin{cases} w *a* + b \\
#    |0| \end{cases} \tag{Z} $$
#
# $$ \text{not numbered} $$

# %%
def add(a, b):
    """(Z): a * b|c.

    More.
    """
    def inner():
        pass


# %% [markdown]
# ## Who's to blame (1)? Maybe $\varepsilon$
#
# A *weight*, again. An *Epoch* ends.

# %%
# %matplotlib inline
class Judge:
    pass


# %% [markdown]
# ### Notation
#
# | symbol | what it is | in the code |
# |---|---|---|
# | $w_{jk}$ | a weight or `a\|b` | `w` |
#
# | another | table |
# |---|---|
# | $q$ | no symbol |

# %% [markdown] tags=["solution"]
# # Solution

# %% tags=["solution"]
def secret():
    """Nobody's business."""


# %% [markdown]
# ## Further reading
#
# * A. Author, *A title* (2015).
'''

LATER = r'''
# %% [markdown]
# ## Neurons, again (and again)
#
# Each *neuron* has its
#
# $$ z = \text{otherwise} \tag{Z} $$

# %%
def add(a, b):
    """Another one."""

# %% [markdown]
# ### Notation
#
# | symbol | what it is | in the code |
# |---|---|---|
# | $w_{jk}$ | a weight or `a\|b` | `weights` |
# | $w_{jk}$ | a width | |
'''


@pytest.fixture
def folder(tmp_path):
    make(tmp_path / "01_first.py", LESSON)
    make(tmp_path / "02_later.py", LATER)
    return tmp_path


def make(source, text):
    """Write both halves of a lesson."""
    source.write_text(text, "utf-8")
    nbformat.write(read_source(source), source.with_suffix(".ipynb"))


def rows(text, title):
    """Return the cells of each row of a part of the page."""
    part = text.partition(f"\n## {title}\n")[2].partition("\n## ")[0]
    lines = [line for line in part.splitlines() if line.startswith("| ")]
    return [re.split(r" (?<!\\)\| ", line.strip("| ")) for line in lines[1:]]


NEURON = "[1: A neuron](01_first.ipynb#A-neuron)"
AGAIN = "[2: Neurons, again (and again)](02_later.ipynb#Neurons,-again-(and-again))"
BLAME = r"[1: Who's to blame (1)? Maybe $\varepsilon$](01_first.ipynb)"


def test_terms_are_in_order_with_every_lesson_that_sets_them_in_italics(folder):
    assert rows(page(folder), "Terms") == [
        ["Epoch", BLAME],
        ["Hidden row", NEURON],
        ["Learning rate", NEURON],
        ["Neuron", f"{NEURON}, {AGAIN}"],
        ["Weights", NEURON],
    ]


def test_equations_are_as_they_were_first_and_fit_into_a_table(folder):
    formula = r"$z = \begin{cases} w *a* + b \\ \vert 0\vert \end{cases}$"
    assert rows(page(folder), "Equations") == [["(Z)", formula, f"{NEURON}, {AGAIN}"]]


def test_code_is_described_by_its_first_line_and_solutions_are_left_out(folder):
    assert rows(page(folder), "Functions and classes") == [
        ["`add`", r"(Z): a \* b\|c.", f"{NEURON}, {AGAIN}"],
        ["`Judge`", "", BLAME],
    ]


def test_symbols_are_those_of_the_tables_of_notation(folder):
    place = "[1: Notation](01_first.ipynb#Notation)"
    again = "[2: Notation](02_later.ipynb#Notation)"
    assert rows(page(folder), "Notation") == [
        ["$w_{jk}$", r"a weight or `a\|b`", "`w`", f"{place}, {again}"],
        ["$w_{jk}$", "a width", "", again],  # another meaning, and its own row
    ]


# --- writing it ----------------------------------------------------------------------


def test_the_page_is_written_only_if_it_has_changed(folder):
    index = partial(page, folder)
    assert renew(folder / PAGE, index)
    assert (folder / PAGE).read_text("utf-8") == page(folder)
    time = (folder / PAGE).stat().st_mtime_ns
    assert not renew(folder / PAGE, index)
    assert (folder / PAGE).stat().st_mtime_ns == time
    (folder / "02_later.ipynb").unlink()
    assert renew(folder / PAGE, index)
    assert "02_later" not in (folder / PAGE).read_text("utf-8")


def test_a_course_with_a_page_keeps_it_in_step(course, capsys):
    course.settings(f'glossary = "{PAGE}"')
    source = course.lessons / "02_later.py"
    source.write_text(LATER, "utf-8")
    assert course.call("run") == 0
    assert AGAIN in (course.lessons / PAGE).read_text("utf-8")
    assert course.call("check") == 0
    make(source, LATER.replace("Neurons, again", "Neurons"))
    assert out_of_step(course.lessons / PAGE, partial(page, course.lessons))
    assert course.call("check") == 1
    assert f"{PAGE} is out of step" in capsys.readouterr().out


async def execute(notebook, name, folder):
    """In place of a kernel."""
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    for count, cell in enumerate(code, start=1):
        if "1 / 0" in cell.source:
            raise CourseError(f"{name}: division by zero")
        cell.execution_count = count


def test_a_lesson_that_failed_to_run_leaves_no_trace(course, monkeypatch):
    monkeypatch.setattr(making, "execute", execute)
    course.settings(f'glossary = "{PAGE}"\ncontents = "README.md"')
    readme = course.folder / "README.md"
    readme.write_text("<!-- lessons -->\n<!-- end of lessons -->\n", "utf-8")
    course.source("01_first", LESSON)
    assert course.call("run") == 0
    pages = [readme, course.lessons / PAGE]
    before = [path.read_text("utf-8") for path in pages]
    failing = "\n# %%\n1 / 0\n"
    new = course.source("02_later", LATER + failing)
    course.source("01_first", LESSON.replace("*Epoch*", "*Age*") + failing)
    assert course.call("run") == 1
    assert [path.read_text("utf-8") for path in pages] == before
    new.unlink()
    course.source("01_first", LESSON)
    assert course.call("check") == 0


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("<<<<<<< ours", "02_later.ipynb is not a notebook (a merge conflict?)."),
        (None, "02_later.ipynb, 'x = =' ...: invalid"),
    ],
)
def test_a_lesson_that_cannot_be_read_is_named(text, complaint, folder):
    make(folder / "02_later.py", "# %%\nx = =\n")
    if text:
        (folder / "02_later.ipynb").write_text(text, "utf-8")
    with pytest.raises(CourseError, match=re.escape(complaint)):
        page(folder)
    assert "[2: " not in page(folder, ["01_first"])


def test_a_course_without_anything_to_look_up_has_a_short_page(tmp_path):
    assert page(tmp_path).startswith("# Notation and index\n")
    assert "##" not in page(tmp_path)
