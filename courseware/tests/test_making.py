"""Is as little done as an edit asks for, and is nobody's own text overwritten?"""

import json
import os
import time
from importlib.resources import files as resources

import nbformat
import pytest
from jupyter_server.services.contents.largefilemanager import LargeFileManager
from jupytext.cli import jupytext
from jupytext.sync_contentsmanager import build_sync_jupytext_contents_manager_class
from nbformat.v4 import new_code_cell, new_markdown_cell, new_output
from small_course import DATA

from courseware import making
from courseware.rules import stable_header, stable_source_header

BODY = """
# %% [markdown] tags=["slide"]
# # Größe
#
# A sentence.

# %%
1

# %% tags=["nbval-ignore-output"]
2

# %%
# NBVAL_IGNORE_OUTPUT
3
"""
TEMPLATE = (resources("courseware") / "template/pyproject.toml").read_text("utf-8")
JUPYTEXT = TEMPLATE[TEMPLATE.index("[tool.jupytext]") :]


class Kernel:
    """In place of one: says in each cell's output which run it is."""

    def __init__(self):
        self.runs = []

    async def __call__(self, notebook, name, folder):
        self.runs.append(name)
        cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
        for count, cell in enumerate(cells, start=1):
            data = {"text/plain": f"run {len(self.runs)}"}
            cell.execution_count = count
            cell.outputs = [
                new_output("execute_result", data=data, execution_count=count)
            ]


@pytest.fixture
def kernel(monkeypatch):
    kernel = Kernel()
    monkeypatch.setattr(making, "execute", kernel)
    return kernel


@pytest.fixture
def made(course, kernel):
    """A course with two lessons, made."""
    course.settings(JUPYTEXT)
    for name in ("01_first", "02_second"):
        course.source(name, BODY)
    assert course.call("run") == 0
    kernel.runs.clear()
    return course


def edit(course, old, new, name="01_first.py"):
    """Replace a text in a file of the course, wherever it stands."""
    path = course.lessons / name
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


def outputs(course, name="01_first"):
    notebook = nbformat.read(course.lessons / f"{name}.ipynb", as_version=4)
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    return [output.data["text/plain"] for cell in cells for output in cell.outputs]


def files(course):
    return {
        path.name: (path.stat().st_mtime_ns, path.read_bytes())
        for path in course.lessons.glob("[!.]*")
    }


def changed(course, before):
    return {name for name, file in files(course).items() if before.get(name) != file}


# --- as little as an edit asks for ---------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("A sentence", "Another sentence"),
        ('tags=["slide"]', ""),
        ("title: A", "title: Another"),
        ("#   title", "#   description: a word\n#   title"),
        ("# %%\n1", '# %% tags=["slide"]\n1'),
        ("# %%\n1", "# %% [markdown]\n# New.\n\n# %%\n1"),
    ],
)
def test_new_text_is_put_around_the_outputs_without_a_kernel(
    old, new, made, kernel, capsys
):
    made.settings('data = "nowhere:data"')  # it is not asked for
    before = files(made)
    edit(made, old, new)
    assert made.call("check") == 1
    capsys.readouterr()
    assert made.call("run") == 0
    told = "01_first.ipynb: text only\n02_second.ipynb: up to date\n"
    assert capsys.readouterr().out == told
    assert changed(made, before) == {"01_first.py", "01_first.ipynb"}
    assert (kernel.runs, outputs(made)) == ([], ["run 1"] * 3)
    assert made.call("check") == 0
    assert made.call("run") == 0
    assert capsys.readouterr().out.count("up to date") == 2


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("# %%\n1", "# %%\n1.0"),
        ("# %%\n1", "# %%\n0\n\n# %%\n1"),
        ("# %%\n1\n", ""),
        ("# %%\n1", '# %% tags=["raises-exception"]\n1'),
        ("# %%\n1", "# %% [markdown]\n# 1"),
    ],
)
def test_a_lesson_whose_code_has_changed_is_run(old, new, made, kernel, capsys):
    edit(made, old, new)
    assert made.call("run") == 0
    assert kernel.runs == ["01_first.py"]
    assert "01_first.ipynb: made in " in capsys.readouterr().out


def clear(notebook):
    notebook.cells[1].update(outputs=[], execution_count=None)


def save_both(notebook):
    """Edit code in JupyterLab and save both halves, without running it."""
    notebook.cells[1].source = "1.0"


@pytest.mark.parametrize("what", [clear, save_both])
def test_outputs_that_are_not_those_of_the_code_are_made_anew(
    what, made, kernel, capsys
):
    path = made.lessons / "01_first.ipynb"
    notebook = nbformat.read(path, as_version=4)
    what(notebook)
    nbformat.write(notebook, path)
    if what is save_both:
        edit(made, "# %%\n1", "# %%\n1.0")
    assert made.call("check") == 1
    assert "not all of its outputs are those of its code" in capsys.readouterr().out
    assert made.call("run") == 0
    assert kernel.runs == ["01_first.py"]
    assert made.call("check") == 0


def test_where_data_is_missing_the_rest_is_done(made, kernel, capsys):
    (made.folder / "small_data.py").write_text(DATA)
    made.settings('data = "small_data:sample"')
    edit(made, "# %%\n1", "# %%\n1.0")
    edit(made, "A sentence", "Another sentence", "02_second.py")
    assert made.call("run") == 1
    printed = capsys.readouterr()
    assert printed.out == (
        "02_second.ipynb: text only\n"
        "01_first.ipynb: stays as it was, its code is to be run\n"
    )
    assert printed.err.startswith("Here is only a sample, and stored outputs are")
    assert kernel.runs == []


def test_what_was_run_on_a_sample_is_run_again(made, kernel):
    edit(made, "# %%\n1", "# %%\n1.0")
    assert made.call("run", "--sample-ok") == 0
    assert made.call("check") == 1
    assert made.call("run") == 0
    assert kernel.runs == ["01_first.py"] * 2
    assert outputs(made) == ["run 2"] * 3


def test_what_nobody_compares_keeps_its_output_where_its_code_stays(made, kernel):
    before = files(made)
    assert made.call("run", "01") == 0  # it was asked for
    assert outputs(made) == ["run 1"] + ["run 1"] * 2
    edit(made, "# %%\n1", "# %%\n0\n\n# %%\n1")
    assert made.call("run") == 0
    assert outputs(made) == ["run 2"] * 2 + ["run 1"] * 2
    notebook = nbformat.read(made.lessons / "01_first.ipynb", as_version=4)
    for cell in notebook.cells[1:]:
        assert cell.outputs[0].execution_count == cell.execution_count
    edit(made, "\n3\n", "\n4\n")
    assert made.call("run") == 0
    assert outputs(made) == ["run 3"] * 2 + ["run 1", "run 3"]
    assert made.call("run", "--fresh", "01") == 0
    assert outputs(made) == ["run 4"] * 4
    assert "02_second.ipynb" not in changed(made, before)
    assert made.call("run", "--fresh") == 0
    assert outputs(made, "02_second") == ["run 6"] * 3


# --- what somebody has written into an .ipynb ----------------------------------------


def add(notebook):
    notebook.cells.insert(1, new_markdown_cell("An hour's work."))


def rewrite(notebook):
    notebook.cells[0].source = "An hour's work."


def add_code(notebook):
    notebook.cells += [new_code_cell("hour = 'work'"), new_code_cell("")]


@pytest.mark.parametrize("what", [add, rewrite, add_code])
def test_somebodys_own_cells_are_never_overwritten(what, made, kernel, capsys):
    path = made.lessons / "01_first.ipynb"
    notebook = nbformat.read(path, as_version=4)
    what(notebook)
    nbformat.write(notebook, path)
    saved, source = path.read_bytes(), path.with_suffix(".py").read_bytes()
    for arguments in ((), ("01",), ("--fresh",), (path.with_suffix(".py"),)):
        capsys.readouterr()
        assert made.call("run", *arguments) == 1
        printed = capsys.readouterr().err
        assert "FAILED: 01_first.ipynb, cell " in printed
        assert "jupytext --to py:percent " in printed
        assert len(printed.splitlines()) == 2
    assert path.read_bytes() == saved
    assert "01_first.py" not in kernel.runs
    # What it tells to do takes them into the source, and leaves the rest of it.
    jupytext(["--quiet", "--to", "py:percent", str(path)])
    taken = path.with_suffix(".py").read_text("utf-8")
    assert "hour" in taken
    assert taken.startswith(source.decode().partition("# %%")[0])
    assert taken.count("nbval-ignore-output") == 1
    assert made.call("run") == 0
    assert "hour" in path.read_text("utf-8")


def test_a_picture_that_was_pasted_in_is_not_lost(made, capsys):
    path = made.lessons / "01_first.ipynb"
    notebook = nbformat.read(path, as_version=4)
    notebook.cells[0]["attachments"] = {"a.png": {"image/png": "iVBORw0KGgo="}}
    nbformat.write(notebook, path)
    assert made.call("run") == 1
    assert "save the picture as a file, and link to that" in capsys.readouterr().err


def test_an_empty_cell_is_nobodys(made, kernel):
    path = made.lessons / "01_first.ipynb"
    before = path.read_bytes()
    notebook = nbformat.read(path, as_version=4)
    notebook.cells.append(new_code_cell(""))  # as JupyterLab does at the end
    nbformat.write(notebook, path)
    assert made.call("run") == 0
    assert (kernel.runs, path.read_bytes()) == ([], before)


def test_a_source_that_was_edited_as_well_is_not_to_be_replaced(made, capsys):
    path = made.lessons / "01_first.ipynb"
    notebook = nbformat.read(path, as_version=4)
    add(notebook)
    nbformat.write(notebook, path)
    for old, new in (("\n# %%\n1\n", ""), ("A sentence", "Another sentence")):
        edit(made, old, new)
        assert made.call("run") == 1
        assert "To keep it: copy it into 01_first.py." in capsys.readouterr().err
    saved = path.read_bytes()
    assert made.call("run", "--overwrite") == 1  # without a name
    capsys.readouterr()
    assert made.call("run", "--overwrite", "01_first") == 0
    told = "01_first.ipynb: is overwritten, and kept as 01_first.ipynb~\n"
    assert capsys.readouterr().out.startswith(told)
    assert path.with_name("01_first.ipynb~").read_bytes() == saved
    assert "An hour's work." not in path.read_text("utf-8")
    path.write_bytes(saved.replace(b"hour", b"day"))
    assert made.call("run", "--overwrite", "01_first") == 1  # two are not kept
    assert "01_first.ipynb~ is there from another time" in capsys.readouterr().err
    path.write_bytes(saved)
    assert made.call("run", "--overwrite", "01_first") == 0
    assert made.call("check") == 0


def test_all_that_would_be_lost_is_named(made, capsys):
    path = made.lessons / "01_first.ipynb"
    notebook = nbformat.read(path, as_version=4)
    notebook.cells[1:1] = [new_markdown_cell(f"Work of hour {n}.") for n in range(7)]
    nbformat.write(notebook, path)
    assert made.call("run") == 1
    told = [f"cell {n + 2} (Work of hour {n}.)" for n in range(5)]
    assert f"01_first.ipynb, {', '.join(told)}, 2 more: not" in capsys.readouterr().err


def test_without_a_record_each_strange_cell_is_somebodys(made, capsys):
    path = made.lessons / "01_first.ipynb"
    notebook = nbformat.read(path, as_version=4)
    del notebook.metadata["courseware"]
    nbformat.write(notebook, path)
    assert made.call("run") == 0
    nbformat.write(notebook, path)
    edit(made, "A sentence", "Another sentence")
    assert made.call("run") == 1
    assert "To keep it: copy it into 01_first.py." in capsys.readouterr().err


def test_a_notebook_that_is_saved_while_it_is_run_stays(made, capsys, monkeypatch):
    path = made.lessons / "01_first.ipynb"

    async def save(notebook, name, folder):
        path.write_text("somebody's", "utf-8")

    monkeypatch.setattr(making, "execute", save)
    assert made.call("run", "01") == 1
    assert "01_first.ipynb was saved meanwhile" in capsys.readouterr().err
    assert path.read_text("utf-8") == "somebody's"


# --- other tools that write the halves -----------------------------------------------

OLD, NEW = "A sentence", "Another sentence"


def sync(course, half):
    path = course.lessons / half
    os.utime(path, ns=(time.time_ns(),) * 2)
    jupytext(["--quiet", "--sync", str(path)])


def on_the_command_line(course, half):
    edit(course, OLD, NEW, half)
    sync(course, half)


def in_jupyterlab(course, half):
    """Open a half, start a kernel, edit, save."""
    manager = build_sync_jupytext_contents_manager_class(LargeFileManager)()
    manager.root_dir = str(course.folder)
    model = manager.get(f"notebooks/{half}", type="notebook")
    notebook = model["content"]
    notebook.cells[0].source = notebook.cells[0].source.replace(OLD, NEW)
    notebook.metadata.kernelspec.display_name = "Python 3 (ipykernel)"
    notebook.metadata["language_info"] = {"name": "python", "version": "3.12.1"}
    saved = {key: model[key] for key in ("type", "format", "content")}
    manager.save(saved, f"notebooks/{half}")


def in_vs_code(course, half):
    """Save as it does, of which Jupytext's extension is told."""
    save_in_vs_code(course)
    on_the_command_line(course, half)


def save_in_vs_code(course):
    path = course.lessons / "01_first.ipynb"
    notebook = json.loads(path.read_bytes())
    spec = {"display_name": ".venv (3.12.1)", "language": "python", "name": "python3"}
    language = {"codemirror_mode": {"name": "ipython"}, "version": "3.12.1"}
    notebook["metadata"] |= {"kernelspec": spec, "vscode": {"interpreter": "x"}}
    notebook["metadata"]["language_info"] |= language
    for cell in notebook["cells"]:
        cell["metadata"]["vscode"] = {"languageId": "python"}
    text = json.dumps(notebook, indent=4, ensure_ascii=False)
    path.write_text(text, "utf-8", newline="\r\n")


@pytest.mark.parametrize("half", ["01_first.py", "01_first.ipynb"])
@pytest.mark.parametrize("save", [on_the_command_line, in_jupyterlab, in_vs_code])
def test_what_other_tools_save_is_in_step_and_tidied(save, half, made, kernel):
    before = files(made)
    edit(made, OLD, NEW)
    assert made.call("run") == 0
    expected = files(made)
    for name, (_, content) in before.items():
        (made.lessons / name).write_bytes(content)

    save(made, half)
    assert made.call("check") == 0
    assert outputs(made) == ["run 1"] * 3
    assert made.call("run") == 0
    assert kernel.runs == []
    for name, (_, content) in files(made).items():
        assert content == expected[name][1], name


def test_what_vs_code_saves_is_no_edit(made, kernel):
    before = (made.lessons / "01_first.ipynb").read_bytes()
    save_in_vs_code(made)
    assert made.call("check") == 0
    assert made.call("run") == 0
    assert (made.lessons / "01_first.ipynb").read_bytes() == before
    assert kernel.runs == []


def test_a_header_of_jupytext_breaks_no_rule(made):
    on_the_command_line(made, "01_first.py")
    path = made.lessons / "01_first.ipynb"
    notebook = nbformat.read(path, as_version=4)
    assert "jupytext" in notebook.metadata
    assert stable_header("01_first", notebook) == []
    assert stable_source_header(path.with_suffix(".py")) == []
