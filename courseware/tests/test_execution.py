"""Are notebooks made as they should be, and never half?"""

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import pytest

from courseware import execution as kernels
from courseware import execution as notebooks
from courseware.execution import main
from courseware.pairs import LessonError, carry_ids, out_of_step, read_source
from courseware.rules import stable_header, unique_ids

TOOL = Path(notebooks.__file__)

HEADER = """\
# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
#   title: A lesson
# ---
"""
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
def folder(tmp_path, monkeypatch):
    """A folder with one lesson, where one with spaces and umlauts is no rarity."""
    monkeypatch.setenv("MPLBACKEND", "agg")  # as in a shell without a screen
    folder = tmp_path / "meine Übungen"
    folder.mkdir()
    write_lesson(folder, "01_lesson", BODY)
    return folder


def write_lesson(folder, name, body, newline="\n"):
    folder.joinpath(f"{name}.py").write_text(HEADER + body, "utf-8", newline=newline)


def make(folder, *arguments):
    return main(["--folder", str(folder), "--sample-ok", *arguments])


def source(body):
    notebook = nbformat.v4.new_notebook()
    notebook.cells = [nbformat.v4.new_code_cell(line) for line in body]
    for cell in notebook.cells:
        del cell["id"]
    return notebook


def test_a_notebook_is_made_and_made_again_the_same(folder):
    assert make(folder) == 0
    target = folder / "01_lesson.ipynb"
    first = target.read_bytes()
    notebook = nbformat.reads(first.decode(), as_version=4)
    assert [cell.get("execution_count") for cell in notebook.cells] == [None, 1, 2, 3]
    assert notebook.cells[1].outputs[0].text == "a\nü\n"
    assert "image/png" in notebook.cells[2].outputs[0].data
    assert notebook.cells[0].metadata == {"tags": ["slide"]}
    assert stable_header("01_lesson", notebook) == []
    assert unique_ids("01_lesson", notebook) == []
    assert out_of_step("01_lesson", folder) == []
    assert b"\r" not in first

    write_lesson(folder, "01_lesson", BODY, newline="\r\n")
    assert out_of_step("01_lesson", folder) == []
    target.unlink()
    assert make(folder) == 0
    assert target.read_bytes() == first


def test_an_error_leaves_the_old_notebook_and_takes_a_few_lines(folder, capsys):
    old = folder / "02_bad.ipynb"
    nbformat.write(nbformat.v4.new_notebook(), old)
    before = old.read_bytes()
    write_lesson(folder, "02_bad", "\n# %%\n1 + 1\n\n# %%\n# why\n1 / 0\n")
    assert make(folder) == 1
    printed = capsys.readouterr()
    assert printed.err == (
        "FAILED: 02_bad.py, cell 2 (# why)\n    ZeroDivisionError: division by zero\n"
    )
    assert printed.out.startswith("01_lesson.ipynb ")
    assert old.read_bytes() == before
    assert len(list(folder.iterdir())) == 4


@pytest.mark.parametrize(
    ("body", "complaint"),
    [
        ("import time; time.sleep(60)", "still running after 1 s"),
        ("import os; os._exit(1)", "the kernel died"),
    ],
)
def test_what_else_can_go_wrong(body, complaint, folder, capsys, monkeypatch):
    monkeypatch.setattr(notebooks, "CELL_TIMEOUT", 1)
    write_lesson(folder, "02_bad", f"\n# %%\n{body}\n")
    assert make(folder, "02") == 1
    assert complaint in capsys.readouterr().err


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")
@pytest.mark.parametrize("number", ["SIGINT", "SIGTERM", "SIGKILL"])
def test_a_kill_leaves_the_old_notebook_and_no_kernel(number, folder):
    started = folder / "started"
    write_lesson(
        folder,
        "02_slow",
        "\n# %%\nimport os, pathlib, time\n"
        "pathlib.Path('pid').write_text(str(os.getpid()))\n"
        "pathlib.Path('pid').rename('started')\n"
        "time.sleep(60)\n",
    )
    old = folder / "02_slow.ipynb"
    old.write_text(nbformat.writes(nbformat.v4.new_notebook()), "utf-8")
    before = old.read_bytes()
    command = [sys.executable, TOOL, "--sample-ok", "--folder", folder, "02"]
    process = subprocess.Popen(command)
    wait_for(started.exists)
    process.send_signal(signal.Signals[number])
    assert process.wait(60) != 0
    kernel = int(started.read_text())
    wait_for(lambda: not Path(f"/proc/{kernel}").exists())
    assert old.read_bytes() == before
    assert not list(folder.glob(".*"))


def wait_for(condition, seconds=120):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.05)


def test_a_full_disk_leaves_the_old_notebook(folder, monkeypatch, capsys):
    old = folder / "01_lesson.ipynb"
    nbformat.write(nbformat.v4.new_notebook(), old)
    before = old.read_bytes()

    def full(descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    assert make(folder) == 1
    assert f"No space left on device: '{old}'" in capsys.readouterr().err
    assert old.read_bytes() == before
    assert not list(folder.glob(".*"))


def test_without_the_whole_mnist_nothing_is_made(folder, monkeypatch, capsys):
    class OnlySample:
        is_sample = True

    monkeypatch.setattr("digitlib.load_mnist", OnlySample)
    assert main(["--folder", str(folder)]) == 1
    assert "--sample-ok" in capsys.readouterr().err
    assert not (folder / "01_lesson.ipynb").exists()


def test_a_bad_data_folder_is_named(folder, monkeypatch, capsys):
    monkeypatch.setenv("DIGITLIB_DATA_DIR", "there is no such folder")
    assert main(["--folder", str(folder)]) == 1
    assert "there is no such folder" in capsys.readouterr().err


def test_lessons_are_chosen_by_the_beginning_of_their_names(folder):
    write_lesson(folder, "02_other", "")
    choose = notebooks.choose
    assert choose([], folder) == ["01_lesson", "02_other"]
    for word in ("02", "02_other", "notebooks/02_other.py", "02_other.ipynb"):
        assert choose([word], folder) == ["02_other"]
    with pytest.raises(LessonError, match=r"'07'.*01_lesson, 02_other"):
        choose(["07"], folder)


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
def test_pairs_out_of_step_are_found(old, new, complaint, folder, capsys):
    path = folder / "01_lesson.py"
    notebook = read_source(path)
    carry_ids(notebook, None)
    nbformat.write(notebook, folder / "01_lesson.ipynb")
    assert main(["--folder", str(folder), "--check"]) == 0
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")
    assert main(["--folder", str(folder), "--check"]) == 1
    printed = capsys.readouterr().out
    assert printed.startswith("01_lesson.ipynb is out of step with 01_lesson.py")
    assert complaint in printed
    assert len(printed.splitlines()) < 12


@pytest.mark.parametrize(
    ("name", "content", "complaint"),
    [
        ("02_x.ipynb", "{}", "02_x.py is missing"),
        ("02_x.py", HEADER, "02_x.ipynb is missing"),
        ("01_lesson.ipynb", "<<<<<<< ours", "01_lesson.ipynb is not a notebook"),
        ("01_lesson.ipynb", "{}", "01_lesson.ipynb is not a notebook"),
        ("01_lesson.ipynb", "[]", "01_lesson.ipynb is not a notebook"),
    ],
)
def test_a_half_that_is_missing_or_broken(name, content, complaint, folder, capsys):
    (folder / name).write_text(content, "utf-8")
    assert main(["--folder", str(folder), "--check"]) == 1
    assert complaint in capsys.readouterr().out


def test_a_source_in_another_encoding_is_named(folder, capsys):
    (folder / "01_lesson.py").write_text(HEADER + BODY, "latin-1")
    assert make(folder) == 1
    assert "01_lesson.py is not UTF-8" in capsys.readouterr().err


def test_cells_keep_their_ids_when_others_come_and_go():
    old = source(["a = 1", "gone", "b = 2", "c = 3"])
    carry_ids(old, None)
    ids = [cell.id for cell in old.cells]

    new = source(["new = 0", "a = 1", "b = 2", "c = 3 + 1"])
    carry_ids(new, old)
    assert [cell.id for cell in new.cells][1:] == [ids[0], ids[2], ids[3]]
    assert len({cell.id for cell in new.cells}) == 4


def test_ids_follow_from_the_content_and_tell_twins_apart():
    ids = []
    for _ in range(2):
        notebook = source(["a = 1", "b = 2", "b = 2"])
        carry_ids(notebook, None)
        ids.append([cell.id for cell in notebook.cells])
    assert ids[0] == ids[1]
    assert len(set(ids[0])) == 3


def test_ids_of_an_old_notebook_that_are_missing_or_not_unique():
    old = source(["a = 1", "b = 2", "c = 3"])
    old.cells[0].id = old.cells[1].id = "same"
    new = source(["a = 1", "b = 2", "c = 3"])
    carry_ids(new, old)
    assert new.cells[0].id == "same"
    assert len({cell.id for cell in new.cells}) == 3


def test_kernels_find_the_data_from_their_own_folder(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DIGITLIB_DATA_DIR", "data")
    found = kernels.kernel_environment()["DIGITLIB_DATA_DIR"]
    assert Path(found) == tmp_path / "data"
    assert "MPLBACKEND" not in kernels.kernel_environment()


def test_widgets_are_not_stored():
    view = {notebooks.WIDGET_VIEW: {"model_id": "a7"}, "text/plain": "Pad()"}
    notebook = source(["pad"])
    notebook.cells[0].outputs = [nbformat.v4.new_output("display_data", data=view)]
    notebook.metadata["language_info"] = {"name": "python", "version": "3.11.7"}
    notebooks.tidy(notebook)
    assert notebook.cells[0].outputs[0].data == {"text/plain": "Pad()"}
    assert "version" not in json.dumps(notebook)


def test_a_lesson_stays_as_it_was_where_a_package_of_it_is_missing(
    folder, capsys, monkeypatch
):
    monkeypatch.setattr(notebooks, "require_full_mnist", lambda: None)
    call = 'optional_packages(\n    "json", "no_such_one", end="more"\n)'
    body = f"\n# %%\noptional_packages = print\n{call}\n"
    write_lesson(folder, "10_optional", body)
    arguments = ["--folder", str(folder)]
    assert main(arguments) == 0
    printed = capsys.readouterr()
    assert printed.err == "10_optional.ipynb stays as it was: no_such_one missing\n"
    assert printed.out.startswith("01_lesson.ipynb ")
    assert main([*arguments, "10"]) == 1  # it was asked for by name
    assert not folder.joinpath("10_optional.ipynb").exists()
    assert make(folder, "10") == 0  # to look at, not to commit
