"""Are notebooks made as they should be, and never half?"""

import json
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output
from small_course import DATA

from courseware import execution
from courseware.course import Course
from courseware.rules import in_step, stable_header, unique_ids

BODY = """
# %% [markdown] tags=["slide"]
# # Größe

# %%
import sys

print("a")
sys.stdout.flush()
print("ü")

# %%
import matplotlib.pyplot as plt

figure, axes = plt.subplots(figsize=(1, 1))

# %%
print("ü")
"""


@pytest.fixture
def lessons(course, monkeypatch):
    """A course with one lesson."""
    monkeypatch.setenv("MPLBACKEND", "agg")  # as in a shell without a screen
    course.source("01_lesson", BODY)
    return course


def test_a_notebook_is_made_and_made_again_the_same(lessons):
    assert lessons.call("run") == 0
    target = lessons.lessons / "01_lesson.ipynb"
    first = target.read_bytes()
    notebook = nbformat.reads(first.decode(), as_version=4)
    assert [cell.get("execution_count") for cell in notebook.cells] == [None, 1, 2, 3]
    assert notebook.cells[1].outputs[0].text == "a\nü\n"
    assert "image/png" in notebook.cells[2].outputs[0].data
    assert notebook.cells[0].metadata == {"tags": ["slide"]}
    assert stable_header("01_lesson", notebook) == []
    assert unique_ids("01_lesson", notebook) == []
    assert in_step(Course.find(lessons.folder), target) == []
    assert b"\r" not in first

    lessons.source("01_lesson", BODY, newline="\r\n")
    assert in_step(Course.find(lessons.folder), target) == []
    target.unlink()
    assert lessons.call("run") == 0
    assert target.read_bytes() == first


def test_an_error_leaves_the_old_notebook_and_takes_a_few_lines(lessons, capsys):
    old = lessons.lessons / "02_bad.ipynb"
    nbformat.write(nbformat.v4.new_notebook(), old)
    before = old.read_bytes()
    lessons.source("02_bad", "\n# %%\n1 + 1\n\n# %%\n# why\n1 / 0\n")
    assert lessons.call("run") == 1
    printed = capsys.readouterr()
    assert printed.err == (
        "FAILED: 02_bad.py, cell 2 (# why)\n    ZeroDivisionError: division by zero\n"
    )
    told = "2 lessons to run: 01, 02\n01_lesson.ipynb: made in "
    assert printed.out.startswith(told)  # at once, for a run can take minutes
    assert old.read_bytes() == before
    assert len(list(lessons.lessons.iterdir())) == 4


@pytest.mark.parametrize(
    ("body", "complaint"),
    [
        ("import time; time.sleep(60)", "still running after 1 s"),
        ("import os; os._exit(1)", "the kernel died"),
    ],
)
def test_what_else_can_go_wrong(body, complaint, lessons, capsys, monkeypatch):
    monkeypatch.setattr(execution, "CELL_TIMEOUT", 1)
    lessons.source("02_bad", f"\n# %%\n{body}\n")
    assert lessons.call("run", "02") == 1
    assert complaint in capsys.readouterr().err


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")
@pytest.mark.parametrize("number", ["SIGINT", "SIGTERM", "SIGKILL"])
def test_a_kill_leaves_the_old_notebook_and_no_kernel(number, lessons):
    started = lessons.lessons / "started"
    lessons.source(
        "02_slow",
        "\n# %%\nimport os, pathlib, time\n"
        "pathlib.Path('pid').write_text(str(os.getpid()))\n"
        "pathlib.Path('pid').rename('started')\n"
        "time.sleep(60)\n",
    )
    old = lessons.lessons / "02_slow.ipynb"
    old.write_text(nbformat.writes(nbformat.v4.new_notebook()), "utf-8")
    before = old.read_bytes()
    command = [sys.executable, "-m", "courseware", "run", "02"]
    process = subprocess.Popen(command, cwd=lessons.folder)
    wait_for(started.exists)
    process.send_signal(signal.Signals[number])
    assert process.wait(60) != 0
    kernel = int(started.read_text())
    wait_for(lambda: not Path(f"/proc/{kernel}").exists())
    assert old.read_bytes() == before
    assert not list(lessons.lessons.glob(".*"))


def wait_for(condition, seconds=120):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.05)


def test_a_full_disk_leaves_the_old_notebook(lessons, monkeypatch, capsys):
    old = lessons.lessons / "01_lesson.ipynb"
    nbformat.write(nbformat.v4.new_notebook(), old)
    before = old.read_bytes()

    def full(descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    assert lessons.call("run") == 1
    assert f"No space left on device: '{old}'" in capsys.readouterr().err
    assert old.read_bytes() == before
    assert not list(lessons.lessons.glob(".*"))


def test_widgets_are_not_stored():
    view = {execution.WIDGET_VIEW: {"model_id": "a7"}, "text/plain": "Pad()"}
    pad = new_code_cell("pad", outputs=[new_output("display_data", data=view)])
    notebook = new_notebook(cells=[pad])
    notebook.metadata["language_info"] = {"name": "python", "version": "3.11.7"}
    execution.tidy(notebook)
    assert notebook.cells[0].outputs[0].data == {"text/plain": "Pad()"}
    assert "version" not in json.dumps(notebook)


def test_a_source_is_run_wherever_it_lies(course, tmp_path):
    source = course.source("any", "\n# %%\nprint(6 * 7)\n")
    elsewhere = source.rename(tmp_path / "elsewhere.py")
    assert course.call("run", elsewhere) == 0
    notebook = nbformat.read(tmp_path / "elsewhere.ipynb", as_version=4)
    assert notebook.cells[0].outputs[0].text == "42\n"
    assert course.call("run", tmp_path / "nowhere.py") == 1


def test_cells_may_be_skipped_and_may_raise_where_they_say_so(course):
    course.source(
        "01_lesson",
        """
# %%
# NBVAL_SKIP
print("never")

# %%
# NBVAL_RAISES_EXCEPTION
1 / 0

# %% tags=["raises-exception"]
1 / 0

# %%
print("on")
""",
    )
    assert course.call("run") == 0
    cells = nbformat.read(course.lessons / "01_lesson.ipynb", as_version=4).cells
    kinds = [[output.output_type for output in cell.outputs] for cell in cells]
    assert kinds == [[], ["error"], ["error"], ["stream"]]
    assert [cell.metadata.get("tags") for cell in cells][:2] == [None, None]


def test_code_may_ask_which_tags_the_running_cell_has(course):
    course.source(
        "01_lesson",
        """
# %% tags=["opens-test", "slide"]
ask = "get_ipython().get_parent()['metadata']['tags']"
print(eval(ask))

# %%
print(eval(ask))
""",
    )
    assert course.call("run") == 0
    cells = nbformat.read(course.lessons / "01_lesson.ipynb", as_version=4).cells
    told = [cell.outputs[0].text for cell in cells]
    assert told == ["['opens-test', 'slide']\n", "[]\n"]


def test_a_lesson_stays_as_it_was_where_a_package_of_it_is_missing(lessons, capsys):
    call = 'optional_packages(\n    "json", "no_such_one", end="more"\n)'
    body = f"\n# %%\noptional_packages = print\n{call}\n"
    lessons.source("10_optional", body)
    assert lessons.call("run") == 0
    printed = capsys.readouterr()
    assert re.fullmatch(
        "10_optional.ipynb: stays as it was: install no_such_one, and run it\n"
        "1 lesson to run: 01\n"
        "01_lesson.ipynb: made in .* s\n",
        printed.out,
    )
    assert lessons.call("run", "10") == 1  # it was asked for by name
    assert not (lessons.lessons / "10_optional.ipynb").exists()
    assert lessons.call("run", "10", "--sample-ok") == 0  # to look at, not to commit


# --- the data ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "code", "told"),
    [
        ("small_data:whole", 0, ""),
        ("small_data:sample", 1, "Here is only a sample, and stored outputs are those"),
        ("small_data:bad", 1, "there is no such folder"),
        ("small_data:nobody", 1, "data = 'small_data:nobody' in [tool.courseware]"),
        ("nowhere:sample", 1, "data = 'nowhere:sample' in [tool.courseware]"),
    ],
)
def test_notebooks_are_made_with_the_whole_data_only(
    data, code, told, course, capsys, monkeypatch
):
    (course.folder / "small_data.py").write_text(DATA)
    course.settings(f'data = "{data}"')
    course.source("01_lesson", "\n# %%\n1\n")
    assert course.call("run") == code
    assert told in capsys.readouterr().err
    assert (course.lessons / "01_lesson.ipynb").exists() == (code == 0)


def test_a_sample_will_do_to_look_at(course):
    (course.folder / "small_data.py").write_text(DATA)
    course.settings('data = "small_data:sample"')
    course.source("01_lesson", "\n# %%\n1\n")
    assert course.call("run", "--sample-ok") == 0
