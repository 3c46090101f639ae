"""Does the validation of lessons turn red when it should, and only then?"""

import copy
import subprocess
import sys
from importlib.metadata import version

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_output
from small_course import DATA, SmallCourse

PINS = f"numpy==1.0\nmatplotlib=={version('matplotlib')}\n"
STYLE = 'rules = ["clean_outputs"]\ndata = "small_data:whole"'
SOURCE = """
# %%
import matplotlib.pyplot as plt

print("one", 0.12345)

# %%
figure, axes = plt.subplots(figsize=(2, 2))
_ = axes.plot([1, 2])

# %% tags=["nbval-ignore-output"]
import time

print(time.perf_counter())

# %% tags=["nbval-rtol-1e-3"]
print("two", 0.12345)

# %%
import os

print("threads:", os.environ["OPENBLAS_NUM_THREADS"])
"""
# Whatever a kernel can send: each has to mean the same when stored and when tried.
MESSAGES = """
# %%
from IPython.display import Markdown, clear_output, display

print("gone")
clear_output()
print("training")
clear_output(wait=True)
print("trained")

# %%
handle = display(Markdown("*begun*"), display_id=True)
handle.update(Markdown("*done*"))

# %%
handle.update(Markdown("*done later*"))

# %%
import sys

for k in range(3):
    print(k, flush=True)
    print("oh", file=sys.stderr, flush=True)

# %%
# NBVAL_RAISES_EXCEPTION
raise ValueError("as expected")

# %% tags=["raises-exception"]
print("before")
1 / 0

# %%
# NBVAL_IGNORE_OUTPUT
print(id(object()))

# %%
# NBVAL_SKIP
raise SystemExit

# %%
{"a": 1}
"""


@pytest.fixture
def validate(course, pytester, monkeypatch):
    """Run pytest in the course; returns the exit code and the text."""
    (course.folder / "small_data.py").write_text(DATA)
    (course.folder / "constraints.txt").write_text(PINS)
    course.settings(STYLE)
    monkeypatch.chdir(course.folder)

    def run(*arguments, notebook=None):
        if notebook is not None:
            nbformat.write(notebook, course.lessons / "01_lesson.ipynb")
        options = ("-p", "no:cacheprovider", "-p", "no:xdist", "-W", "error")
        result = pytester.runpytest_inprocess(*options, *arguments)
        return result.ret, f"{result.stdout.str()}\n{result.stderr.str()}"

    return run


@pytest.fixture(scope="module")
def executed(tmp_path_factory):
    """The two lessons above as they would be committed, without their sources."""
    course = SmallCourse(tmp_path_factory.mktemp("a folder with spaces") / "ä")
    course.source("01_lesson", SOURCE)
    course.source("02_messages", MESSAGES)
    assert course.call("run") == 0
    paths = sorted(course.lessons.glob("*.ipynb"))
    return [nbformat.read(path, as_version=4) for path in paths]


def lesson(*cells):
    """Return a notebook of (source, what it is said to print), all executed."""
    return nbformat.v4.new_notebook(
        cells=[
            new_code_cell(
                source,
                execution_count=count,
                outputs=[new_output("stream", name="stdout", text=f"{text}\n")],
            )
            for count, (source, text) in enumerate(cells, start=1)
        ]
    )


def cell_outcomes(text):
    """Return, for each cell, the letter that pytest -v gives it."""
    lines = [line for line in text.splitlines() if "::In[" in line and "[" in line]
    return {
        line.partition("::")[2].split()[0]: line.split()[1]
        for line in lines
        if line.split()[1] in ("PASSED", "FAILED", "SKIPPED")
    }


def test_a_true_notebook_passes_and_the_header_says_on_what(executed, validate):
    code, text = validate("-v", notebook=executed[0])
    assert code == 0, text
    assert "lessons: on all there is: outputs compared" in text
    assert list(cell_outcomes(text).values()) == 5 * ["PASSED"]


def test_each_message_of_a_kernel_means_the_same_stored_and_tried(executed, validate):
    notebook = copy.deepcopy(executed[1])
    _, text = validate("-v", notebook=notebook)
    outcomes = cell_outcomes(text)
    assert outcomes.pop("In[4]") == "FAILED"  # it writes to stderr, against a rule
    assert outcomes.pop("In[8]") == "SKIPPED"
    assert set(outcomes.values()) == {"PASSED"}, text
    text = nbformat.writes(notebook)
    for old, new in (
        ("trained", "TRAINED"),
        ("*done later*", "*done*"),
        ("as expected", "as feared"),
        ("'a': 1", "'a': 2"),
    ):
        assert old in text
        text = text.replace(old, new)
    false = nbformat.reads(text, 4)
    for cell, true in zip(false.cells, notebook.cells, strict=True):
        cell.source = true.source
    _, text = validate("-v", notebook=false)
    # What In[2] displays is updated later, so the last cell tells of it.
    outcomes = [outcome[0] for outcome in cell_outcomes(text).values()]
    assert "".join(outcomes) == "FPPFFPPSF", text
    assert "01_lesson.ipynb, In[2]" in text


def test_what_another_matplotlib_draws_has_the_same_size(executed, validate, course):
    (course.folder / "constraints.txt").write_text("matplotlib==1.5.3\n")
    notebook = copy.deepcopy(executed[0])
    notebook.cells[1].source += "\n_ = axes.axhline(1.5, lw=9)"
    code, text = validate(notebook=notebook)
    assert code == 0, text
    assert "only their sizes compared" in text
    notebook.cells[1].source += "\nfigure.set_size_inches(3, 3)"
    code, text = validate(notebook=notebook)
    assert code == 1
    assert "pixels and is now" in text


def test_each_false_output_fails_and_only_that(executed, validate):
    text = nbformat.writes(executed[0])
    text = text.replace("one 0.12345", "one 0.12346")
    text = text.replace("two 0.12345", "two 0.12346")  # within its tolerance
    notebook = nbformat.reads(text, as_version=4)
    plot, timing = notebook.cells[1:3]
    plot.source += "\n_ = axes.axhline(1.5, lw=9)"
    timing.source += "\nimport warnings; warnings.warn('careful')"
    notebook.cells[4].execution_count = None
    notebook.cells[4].outputs[0].text = "threads: 7\n"
    code, text = validate("-v", notebook=notebook)
    assert code == 1
    assert "".join(outcome[0] for outcome in cell_outcomes(text).values()) == "FFFPF"
    for line in (
        "01_lesson.ipynb, In[1]",
        "-one 0.12346",
        "+one 0.12345",
        "image/png 1 of 1:",
        "mean difference ",
        "the cell wrote to stderr:",
        "-threads: 7",
    ):
        assert line in text, text


@pytest.mark.parametrize("settings", ["", 'data = "small_data:sample"'])
def test_on_other_data_outputs_are_not_compared_but_errors_count(
    settings, validate, course
):
    course.settings(settings)
    notebook = lesson(
        ("print(1)", "2"), ("1 / 0", "not reached"), ("print(1)", "never executed")
    )
    code, text = validate("-v", notebook=notebook)
    assert code == 1
    first = "PASSED" if settings else "FAILED"
    assert list(cell_outcomes(text).values()) == [first, "FAILED", "SKIPPED"]
    assert ("on a sample: executed, outputs NOT compared" in text) == bool(settings)
    assert "ZeroDivisionError: division by zero" in text
    assert "another exception occurred" not in text


def test_without_a_package_outputs_are_not_compared_but_errors_count(validate, course):
    call = "def optional_packages(*names): pass\n\n\noptional_packages({})"
    first = (call.format('"json", "no_such_one"'), "all")
    notebook = lesson(first, ("print(1)", "2"), ("1 / 0", ""))
    _, text = validate("-v", notebook=notebook)
    assert list(cell_outcomes(text).values()) == ["PASSED", "PASSED", "FAILED"]
    complete = lesson((call.format('"json"'), "-"), ("print(1)", "2"))
    _, text = validate("-v", notebook=complete)
    assert list(cell_outcomes(text).values()) == ["FAILED", "FAILED"]
    course.source("10_lesson", "\n# %%\noptional_packages('no_such_one')\n")
    _, text = validate("--co")
    assert "lesson 10_lesson: without no_such_one: executed as far as" in text


def test_bad_data_stops_the_run_with_a_word(validate, course):
    course.settings('data = "small_data:bad"')
    code, text = validate()
    assert code == pytest.ExitCode.USAGE_ERROR
    assert "ERROR: there is no such folder" in text


def test_an_unknown_rule_is_named_without_a_traceback(executed, validate, course):
    course.settings('rules = ["no_such"]')
    _, text = validate(notebook=executed[0])
    assert "there is no rule 'no_such'" in text
    assert "validation.py" not in text


def test_a_verdict_is_looked_at_whatever_the_data(validate, course):
    course.settings('data = "small_data:sample"')
    notebook = lesson(("print('not yet: x - no')", "bravo: x"))
    notebook.cells[0].metadata["tags"] = ["solution"]
    _, text = validate("-v", notebook=notebook)
    assert "the solution does not pass its check: not yet: x - no" in text
    notebook.cells[0].source = "print('left out: needs torch')"
    _, text = validate("-v", notebook=notebook)
    assert cell_outcomes(text) == {"In[1]": "PASSED"}


def test_a_notebook_that_was_never_run_is_run_and_not_compared(validate):
    notebook = nbformat.v4.new_notebook(cells=[new_code_cell("print(1)")])
    code, text = validate(notebook=notebook)
    assert code == 0, text


def test_broken_halves_are_named(validate, course):
    course.source("03_source_only", "\n# %%\n1\n")
    (course.lessons / "04_merge.ipynb").write_text("<<<<<<< ours")
    code, text = validate()
    assert code != 0
    assert "03_source_only.ipynb is missing: run `courseware run`" in text
    assert "04_merge.ipynb is not a notebook" in text


def test_only_lessons_are_collected_and_what_is_named(validate, course):
    other = course.folder / "student"
    other.mkdir()
    nbformat.write(lesson(("print(1)", "2")), other / "01_lesson.ipynb")
    code, _ = validate()
    assert code == pytest.ExitCode.NO_TESTS_COLLECTED
    code, text = validate("-v", "student/01_lesson.ipynb")
    assert code == 1
    assert "-2" in text
    assert "clean_outputs" not in text  # a matter of the lessons' style


def test_nbvals_own_option_collects_nothing_twice(executed, validate):
    _, plain = validate("--co", "-q", notebook=executed[0])
    _, asked = validate("--co", "-q", "--nbval", notebook=executed[0])
    plain, asked = (
        [x for x in text.split("\n") if "::" in x] for text in (plain, asked)
    )
    assert plain == asked != []


def test_elsewhere_the_plugin_sleeps(tmp_path):
    (tmp_path / "pyproject.toml").write_text("[project]\nname = 'other'\n")
    nbformat.write(lesson(("print(1)", "2")), tmp_path / "a.ipynb")
    (tmp_path / "test_other.py").write_text(
        "import sys\n\ndef test_other():\n"
        "    loaded = {n for n in sys.modules if n.startswith('courseware')}\n"
        "    assert loaded <= {'courseware', 'courseware.pytest_plugin'}\n"
        "    assert 'nbformat' not in sys.modules and 'numpy' not in sys.modules\n"
    )
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-p",
        "no:cacheprovider",
        "-p",
        "no:nbval",
    ]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
    assert "lessons:" not in done.stdout
    assert "1 passed" in done.stdout
