"""Does the validation of lessons turn red when it should, and only then?"""

import copy
from importlib.metadata import version
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output

from courseware.execution import main

TESTS = Path(__file__).parent
TOOLS = TESTS.parent / "tools"
PINS = f"numpy==1.0\nmatplotlib=={version('matplotlib')}\n"
OPTIONS = (
    *("-o", f'pythonpath="{TESTS.as_posix()}" "{TOOLS.as_posix()}"'),
    *("-p", "no:cacheprovider"),
    *("-W", "error"),
    *("-o", "markers=full_mnist"),
)

SOURCE = """\
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
import urllib.request

print("threads:", os.environ["OPENBLAS_NUM_THREADS"])
try:
    urllib.request.urlopen("http://example.org")
except OSError as error:
    print("network:", error.reason)
"""


@pytest.fixture(scope="module")
def executed(tmp_path_factory):
    """A lesson as it would be committed."""
    folder = tmp_path_factory.mktemp("a folder with spaces and an ä")
    folder.joinpath("lesson.py").write_text(SOURCE, "utf-8")
    assert main(["--folder", str(folder), "--sample-ok"]) == 0
    return nbformat.read(folder / "lesson.ipynb", as_version=4)


@pytest.fixture
def validate(pytester):
    """A function that runs pytest on a notebook, on the whole MNIST or the sample."""

    def run(notebook, whole=True, pins=PINS):
        nbformat.write(notebook, "lesson.ipynb")
        Path("pins.txt").write_text(pins, "utf-8")
        pytester.makepyfile(
            conftest="""
            pytest_plugins = ['nbval_plugin']

            def pytest_configure():
                import nbval_plugin, pathlib
                nbval_plugin.PINS = pathlib.Path('pins.txt')
            """,
            digitlib=f"""
            class load_mnist:
                is_sample = {not whole}
                source = "a stand-in"
            """,
        )
        return pytester.runpytest_subprocess("--nbval", *OPTIONS)

    return run


def lesson(*cells):
    """Return a notebook of (source, what it is said to print), all executed."""
    return new_notebook(
        cells=[
            new_code_cell(
                source,
                execution_count=count,
                outputs=[new_output("stream", name="stdout", text=f"{text}\n")],
            )
            for count, (source, text) in enumerate(cells, start=1)
        ]
    )


def test_a_true_notebook_passes_and_the_header_says_on_what(executed, validate):
    result = validate(executed)
    result.assert_outcomes(passed=5)
    result.stdout.fnmatch_lines(["lessons: on the whole MNIST, *outputs compared"])


def test_what_another_matplotlib_draws_has_the_same_size(executed, validate):
    notebook = copy.deepcopy(executed)
    notebook.cells[1].source += "\n_ = axes.axhline(1.5, lw=9)"
    result = validate(notebook, pins="matplotlib==1.5.3\n")
    result.assert_outcomes(passed=5)
    result.stdout.fnmatch_lines(["pictures: drawn by * only their sizes compared"])
    notebook.cells[1].source += "\nfigure.set_size_inches(3, 3)"
    result = validate(notebook, pins="matplotlib==1.5.3\n")
    result.assert_outcomes(passed=4, failed=1)
    result.stdout.fnmatch_lines(["it was * pixels and is now *"])


def test_each_false_output_fails_and_only_that(executed, validate):
    text = nbformat.writes(executed)
    text = text.replace("one 0.12345", "one 0.12346")
    text = text.replace("two 0.12345", "two 0.12346")  # within its tolerance
    notebook = nbformat.reads(text, as_version=4)
    plot, timing = notebook.cells[1:3]
    plot.source += "\naxes.axhline(1.5, lw=9);"
    timing.source += "\nimport warnings; warnings.warn('careful')"
    notebook.cells[4].execution_count = None
    result = validate(notebook)
    result.assert_outcomes(passed=1, failed=4)
    result.stdout.fnmatch_lines(
        [
            "lesson.ipynb, In?1?: Cell outputs differ",
            "-one 0.12346",
            "+one 0.12345",
            "lesson.ipynb, In?2?: Cell outputs differ",
            "image/png 1 of 1:",
            "mean difference *",
            "lesson.ipynb, In?3?: Cell outputs differ",
            "the cell wrote to stderr:",
            "lesson.ipynb, In?5?: Unrun reference cell has outputs",
        ]
    )


def test_on_the_sample_outputs_are_not_compared_but_errors_count(validate, pytester):
    pytester.makepyfile(
        """
        import pytest

        @pytest.mark.full_mnist
        def test_whole():
            assert False
        """
    )
    notebook = lesson(
        ("print(1)", "2"), ("1 / 0", "not reached"), ("print(1)", "never executed")
    )
    result = validate(notebook, whole=False)
    result.assert_outcomes(passed=1, failed=1, skipped=2)
    result.stdout.fnmatch_lines(
        [
            "lessons: on the bundled sample *NOT compared*",
            "*ZeroDivisionError: division by zero",
        ]
    )


def test_without_a_package_outputs_are_not_compared_but_errors_count(
    validate, pytester
):
    call = (
        "def optional_packages(*names, extra): pass\n\n\noptional_packages({}, extra=1)"
    )
    incomplete = lesson(
        (call.format('"json", "no_such_one"'), "all"), ("print(1)", "2")
    )
    incomplete.cells.append(lesson(("1 / 0", "")).cells[0])
    complete = lesson((call.format('"json"'), "-"), ("print(1)", "2"))
    notebooks = pytester.mkdir("notebooks")
    notebooks.joinpath("10_lesson.py").write_text('optional_packages("no_such_one")')
    result = validate(incomplete)
    result.assert_outcomes(passed=2, failed=1)
    result.stdout.fnmatch_lines(
        [
            "lessons: on the whole MNIST, *outputs compared",
            "lesson 10_lesson: without no_such_one: *outputs NOT compared",
            "*ZeroDivisionError: division by zero",
        ]
    )
    validate(complete).assert_outcomes(failed=2)


def test_a_bad_data_folder_stops_the_run_with_a_word(pytester, monkeypatch):
    monkeypatch.setenv("DIGITLIB_DATA_DIR", "there is no such folder")
    pytester.makepyfile(conftest="pytest_plugins = ['nbval_plugin']")
    result = pytester.runpytest_subprocess(*OPTIONS)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["ERROR: *there is no such folder*"])
