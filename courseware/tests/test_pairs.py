"""Are the two halves of a lesson held together, and cells known by lasting names?"""

import nbformat
import pytest
from nbformat.v4 import new_code_cell

from courseware import pairs
from courseware.__main__ import choose, main
from courseware.course import CourseError
from courseware.pairs import carry_ids, read_source

BODY = """
# %% [markdown] tags=["slide"]
# # Größe

# %%
import sys

print("a")

# %%
print("ü")
"""


@pytest.fixture
def pair(course):
    """A course with one lesson, whose halves hold the same."""
    notebook = read_source(course.source("01_lesson", BODY))
    carry_ids(notebook, None)
    nbformat.write(notebook, course.lessons / "01_lesson.ipynb")
    return course


def cells(lines):
    """Return a notebook of code cells without identifiers."""
    notebook = nbformat.v4.new_notebook()
    notebook.cells = [nbformat.v4.new_code_cell(line) for line in lines]
    for cell in notebook.cells:
        del cell["id"]
    return notebook


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("Größe", "Maß", "markdown cell #1"),
        ('print("a")', 'print("b")', "code cell #2"),
        ('tags=["slide"]', "", "cell #1"),
        ("title: A", "title: Another", "a different title"),
        ('\n# %%\nprint("ü")\n', "", "cell"),
        ("import sys", "import os\n\n# %%\nimport sys", "cell #2"),
    ],
)
def test_pairs_out_of_step_are_found(old, new, complaint, pair, capsys):
    path = pair.lessons / "01_lesson.py"
    assert pair.call("check") == 0
    assert capsys.readouterr().out == "Looked at 1 lesson: all in step.\n"
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")
    assert pair.call("check") == 1
    printed = capsys.readouterr().out
    assert printed.startswith("01_lesson.ipynb is out of step with 01_lesson.py")
    assert complaint in printed
    assert len(printed.splitlines()) < 12
    assert printed.count("\n--- .py\n+++ .ipynb\n") == printed.count("\n@@ ")


@pytest.mark.parametrize(
    ("name", "content", "complaint"),
    [
        ("02_x.ipynb", "{}", "02_x.py is missing"),
        ("02_x.py", "# %%\n", "02_x.ipynb is missing"),
        ("01_lesson.ipynb", "<<<<<<< ours", "01_lesson.ipynb is not a notebook"),
        ("01_lesson.ipynb", "{}", "01_lesson.ipynb is not a notebook"),
        ("01_lesson.ipynb", "[]", "01_lesson.ipynb is not a notebook"),
    ],
)
def test_a_half_that_is_missing_or_broken(name, content, complaint, pair, capsys):
    (pair.lessons / name).write_text(content, "utf-8")
    assert pair.call("check") == 1
    assert complaint in capsys.readouterr().out


def test_a_module_without_cells_is_no_lesson(pair):
    (pair.lessons / "helpers.py").write_text("x = 1\n")
    assert pair.call("check") == 0


def test_where_no_lesson_has_a_source_none_is_missed(course):
    course.notebook("01_alone", nbformat.v4.new_code_cell("1"))
    assert course.call("check") == 0


def test_a_source_in_another_encoding_is_named(course, capsys):
    path = course.source("01_lesson", BODY)
    path.write_text(path.read_text("utf-8"), "latin-1")
    assert course.call("run") == 1
    assert "01_lesson.py is not UTF-8" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (
            "lesson\n# ---\n",
            "lesson\n",
            "header begins with `# ---` in line 1 and does not end: type another "
            "`# ---` below line 11, `#   title: A lesson`.",
        ),
        ("lesson\n# ---\n", "lesson\n# --\n", "`# ---` below line 12, `# --`."),
        ("# ---\n# jupyter", "# jupyter", "its header is not whole: it is to begin"),
        ("# ---\n# jupyter", "\n# ---\n# jupyter", "its header is not whole"),
        ("# ---\n# jupyter", "\ufeff# ---\n# jupyter", "its header is not whole"),
        ("#   title", "\n#   title", "its header is not whole"),
        ("A lesson", "A: lesson", "line 11: the header cannot be read: mapping values"),
        (": percent", ": percnt", "be read: percnt is not a valid format name. Copy"),
        ("  title", "  titel", "its header has `titel`: did you mean `title`?"),
        ("jupyter:", "jupytr:", "its header has `jupytr:`: did you mean `jupyter:`?"),
        ("  title", "  toc", "its header has `toc`: there is `description`, `kernelsp"),
        ("  name", "  Name", "its header has `Name`: did you mean `name`?"),
        (": python\n", ": pyton\n", "has `language: pyton`: did you mean `python`?"),
        (": python3", ": pyhton3", "has `name: pyhton3`: did you mean `python3`?"),
        (": python3", ": 3", "its header has `name: 3`: there is `python3`"),
        (
            "title: A lesson",
            "kernelspec: ir",
            "no keys stand below `kernelspec:`; copy",
        ),
    ],
)
def test_a_header_that_is_not_whole_is_never_taken_for_code(
    old, new, told, pair, capsys
):
    path = pair.lessons / "01_lesson.py"
    before = path.with_suffix(".ipynb").read_bytes()
    text = path.read_text("utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), "utf-8")
    assert pair.call("run") == 1
    printed = capsys.readouterr()
    assert (printed.out, printed.err.count("\n")) == ("", 1)
    assert printed.err.startswith("FAILED: 01_lesson.py")
    assert told in printed.err
    pair.settings('glossary = "index.md"')  # which cannot be made either
    assert pair.call("check") == 1
    assert capsys.readouterr().out.count(told) == 1
    assert path.with_suffix(".ipynb").read_bytes() == before


@pytest.mark.parametrize(
    "head", ["", "# A script.\n# ---\nx = 1\n", '"""A module."""\n', "x = 1\n"]
)
def test_a_source_may_have_no_header(head, course):
    (course.lessons / "01_lesson.py").write_text(f"{head}\n# %%\n# ---\n", "utf-8")
    assert read_source(course.lessons / "01_lesson.py").cells[-1].source == "# ---"


def test_lessons_are_chosen_by_the_beginning_of_their_names(pair):
    other = pair.source("02_other", "\n# %%\n1\n")
    course = pair.course
    assert choose([], course) == [pair.lessons / "01_lesson.py", other]
    for word in ("02", "02_other", "02_other.ipynb", str(other)):
        assert choose([word], course) == [other]
    with pytest.raises(CourseError, match=r"'07'.*01_lesson, 02_other"):
        choose(["07"], course)


@pytest.mark.parametrize(
    ("settings", "complaint"),
    [
        ("lessons = 3", "there is no 'lessons'; there are notebooks, rules, data"),
        ("notebooks = 3", "notebooks is to be a text, not 3"),
        ("rules = 'small_cells'", "rules is to be a list of texts"),
        ("rules = [1]", "rules is to be a list of texts"),
        ("rules = ['tidy', 'no_html']", "there is no rule 'tidy'; there are"),
        ("rules = ", "cannot be read"),
    ],
)
def test_a_setting_that_makes_no_sense_is_named(settings, complaint, pair, capsys):
    pair.settings(settings)
    assert pair.call("check") == 1
    assert complaint in capsys.readouterr().err


def test_outside_of_a_course_nothing_is_done(tmp_path, capsys):
    (tmp_path / "pyproject.toml").write_text("[tool.other]\n")
    assert main(["check", "--course", str(tmp_path)]) == 1
    assert "is in no course" in capsys.readouterr().err


def test_cells_keep_their_ids_when_others_come_and_go():
    old = cells(["a = 1", "gone", "b = 2", "c = 3"])
    carry_ids(old, None)
    ids = [cell.id for cell in old.cells]

    new = cells(["new = 0", "a = 1", "b = 2", "c = 3 + 1"])
    carry_ids(new, old)
    assert [cell.id for cell in new.cells][1:] == [ids[0], ids[2], ids[3]]
    assert len({cell.id for cell in new.cells}) == 4


TASK, ANOTHER = "Write a function that doubles.", "Draw what comes of it in colour."
STUB, CHECK = "def double(x): ...", "check_double(double)"
LIKE = {
    "a new one above": ([ANOTHER, f"{TASK} Now.", STUB, CHECK], "-tsc"),
    "a new one below": ([f"{TASK} Now.", ANOTHER, STUB, CHECK], "t-sc"),
    "a whole exercise above": (
        [
            ANOTHER,
            "def draw(y): ...",
            "check_draw(draw)",
            f"{TASK} In a line.",
            "def double(x, y): ...",
            "check_double(double, 3)",
        ],
        "---tsc",
    ),
    "alike, and more alike": (
        [TASK, "def draw(x, y): ...", "def double(x, y): ...", CHECK],
        "t-sc",
    ),
    "others are gone": (["def double(x, y): ..."], "s"),
    "beside the one as it was": ([f"{TASK} Now.", TASK, STUB, CHECK], "-tsc"),
    "nothing alike, by its place": ([ANOTHER, STUB, CHECK], "tsc"),
}


@pytest.mark.parametrize(("new", "origins"), LIKE.values(), ids=LIKE)
def test_a_changed_cell_keeps_its_id_beside_a_new_one(new, origins):
    old = cells(["above", TASK, STUB, CHECK, "below"])
    carry_ids(old, None)
    letters = {cell.id: name for cell, name in zip(old.cells, "<tsc>", strict=True)}
    notebook = cells(["above", *new, "below"])
    carry_ids(notebook, old)
    found = "".join(letters.get(cell.id, "-") for cell in notebook.cells)
    assert found == f"<{origins}>"


def test_ids_follow_from_the_content_and_tell_twins_apart():
    ids = []
    for _ in range(2):
        notebook = cells(["a = 1", "b = 2", "b = 2"])
        carry_ids(notebook, None)
        ids.append([cell.id for cell in notebook.cells])
    assert ids[0] == ids[1]
    assert len(set(ids[0])) == 3


def test_ids_of_an_old_notebook_that_are_missing_or_not_unique():
    old = cells(["a = 1", "b = 2", "c = 3"])
    old.cells[0].id = old.cells[1].id = "same"
    new = cells(["a = 1", "b = 2", "c = 3"])
    carry_ids(new, old)
    assert new.cells[0].id == "same"
    assert len({cell.id for cell in new.cells}) == 3


def test_only_so_many_words_of_changed_cells_are_compared(monkeypatch):
    compared = []
    monkeypatch.setattr(pairs, "_likeness", lambda *words: compared.append(words) or 0)
    few, many = ([new_code_cell("x " * count)] for count in (100, 10_000))
    pairs._origins(few, [new_code_cell("x " * 99)])
    assert len(compared) == 1
    pairs._origins(many, [new_code_cell("x " * 9_999)])
    pairs._origins(
        [new_code_cell(f"a{number}") for number in range(250)],
        [new_code_cell(f"b{number}") for number in range(250)],
    )
    assert len(compared) == 1
