"""What a kernel does for a student: tried in one, from its start to its end."""

import json
import tomllib
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace

import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st

from courseware.checking import kernel, streams
from courseware.checking.streams import BoundedStream
from courseware.execution import kernel_options, new_client

COURSEWARE = Path(__file__).parents[1]
CUT = "[Too much to show: the last 20 lines follow when the cell has run.]\n"
ABOVE = "run the cells above first (Run > Run All Above Selected Cell)"
MEND = "the cell that defines `{}` stopped with {}: mend it and run it first"
STALE = f"not yet: double - {MEND.format('double', '{}')}"

# --- in a kernel -------------------------------------------------------------------

IMPORTS = """
import sys, threading
from courseware.checking.exercise import exercise
from courseware.checking.student import NotYetError

@exercise("double(x)")
def check_double(student):
    if student(2) != 4:
        raise NotYetError("wrong")
"""
CHECKED = "check_double(double)"
LONG = "x" * 999 + "\n"
PRAISE, WRONG = "bravo: double", "not yet: double - wrong"
RIGHT = "def double(x):\n    return 2 * x"


def lines(numbers, text="{}"):
    return "".join(text.format(i) + "\n" for i in numbers)


def bounded(count, text="{}"):
    """What is seen of so many lines."""
    head, tail = lines(range(1000), text), lines(range(count - 20, count), text)
    return f"{head}{CUT}[{count - 1020:,} lines left out]\n{tail}"


# Cells as they are run, one after the other, and all that each puts out, or pieces.
CELLS = [
    # After a restart: nothing is imported yet.
    (CHECKED, [f"name 'check_double' is not defined\n{ABOVE}\n"]),
    ("for i in range(3000): print(i)", bounded(3000)),
    (IMPORTS, ""),
    (CHECKED, [f"name 'double' is not defined\n{ABOVE}\n"]),
    # The error of the cell that was to define the name stands right above.
    ("def double(x)\n    return 2 * x", ["SyntaxError"]),
    (CHECKED, [f"'double' is not defined\n{MEND.format('double', 'SyntaxError')}\n"]),
    ("from nowhere import double", ["ModuleNotFoundError"]),
    (CHECKED, [MEND.format("double", "ModuleNotFoundError")]),
    ("other, total = 1, total + 1", [ABOVE]),
    ("other, total = 1, total + 1", [f"{ABOVE}, or is it misspelt?\n"]),
    ("other", [MEND.format("other", "NameError")]),
    ("chekc_double", ["is not defined\ndid you mean `check_double`?\n"]),
    ("1 / 0", ["division by zero"]),
    # A definition that a cell did not renew is not judged.
    (RIGHT, ""),
    (CHECKED, PRAISE),
    ("def double(x):\n    return (2 * x", ["SyntaxError"]),
    (CHECKED, STALE.format("SyntaxError")),
    ("undefined", [f"{ABOVE}, or is it misspelt?\n"]),
    (CHECKED, STALE.format("SyntaxError")),
    ("def double(x):\n    return x", []),
    (CHECKED, WRONG),
    ("import sys\n  def double(x):\n    return 2 * x", ["IndentationError"]),
    (CHECKED, STALE.format("IndentationError")),
    (RIGHT, ""),
    ("1 / 0\ndouble = lambda x: x", ["ZeroDivisionError"]),
    (CHECKED, STALE.format("ZeroDivisionError")),
    (f"{RIGHT}\n1 / 0", ["ZeroDivisionError"]),  # too late to matter
    (CHECKED, PRAISE),
    ("double(1\nclass Other:\n    def double(self): pass", ["SyntaxError"]),
    (CHECKED, PRAISE),
    ("def twice(x):\n    return 2 * x\ndef double(x):\n    return twice(x)", ""),
    ("def twice(x):\n    retrun x", ["SyntaxError"]),
    (CHECKED, STALE.replace("`double`", "`twice`").format("SyntaxError")),
    # A name within an answer.
    ("def double(x):\n    return made_above * x", []),
    (CHECKED, [f"NameError: name 'made_above' is not defined (line 2): {ABOVE}"]),
    ("def double(x):\n    return float(input())", []),
    (CHECKED, ["it waits for somebody to type (line 2)"]),
    ("def double(x):\n    for i in range(5000): print(i)", []),
    (CHECKED, ["It printed, after 4,990 other lines:\n    4990\n", "\n    4999"]),
    # What is printed.
    ("for i in range(1000): print(i)", lines(range(1000))),
    ("for i in range(1010): print(i, flush=True)",
     lines(range(1000)) + CUT + lines(range(1000, 1010))),
    ("for i in range(2000): print(i, file=sys.stderr)", bounded(2000)),
    ("def work():\n    for i in range(2000): sys.stdout.write(f'{i} of it\\n')\n"
     "thread = threading.Thread(target=work); thread.start(); thread.join()",
     bounded(2000, "{} of it")),
    ("%%capture captured\nfor i in range(2000): print(i)", ""),
    ("len(captured.stdout)", [str(len(lines(range(2000))))]),
    ("captured.show()", bounded(2000)),
    ("import contextlib, io\nwith contextlib.redirect_stdout(io.StringIO()) as kept:\n"
     "    for i in range(2000): print(i)\nkept.getvalue().count('\\n')", "2000"),
    ("from IPython.display import clear_output\nfor i in range(1500):\n"
     "    if i == 800: clear_output()\n    print(i)", lines(range(800, 1500))),
    ("for i in range(25_000): print(f'\\r{i:9}', end='')", f"{24_999:9}"),
    ("for i in range(1500): print('\\n\\rx\\x1b[A', end='')\nprint('end')", ["end"]),
    ("print('\\n'.join(['x' * 999] * 300))",
     LONG * 100 + CUT + "[181 lines left out]\n" + LONG * 19),
    ("sys.stdout.write(3)", ["must be str"]),
    ("get_ipython().run_cell('for i in range(1200): print(i)');", bounded(1200)),
    ("for i in range(1200): print(i)\nraise ValueError",
     ["999\n" + CUT, "[180 lines left out]\n1180\n", "ValueError"]),
    ("%unload_ext courseware.checking.kernel", []),
    ("for i in range(2000): print(i)", lines(range(2000))),
    ("undefined", ["is not defined"]),
    (RIGHT, ""),
    ("def double(x) return 3", ["SyntaxError"]),
    (CHECKED, PRAISE),
]  # fmt: skip
MADE = "from elsewhere import made_above\ndef double(x): raise NotImplementedError"


@pytest.fixture(scope="module")
def outputs(tmp_path_factory):
    """What each cell puts out, in the kernel that a server has started for a lesson."""
    folder = tmp_path_factory.mktemp("lesson")
    lesson = nbformat.v4.new_notebook(
        cells=[
            nbformat.v4.new_code_cell(IMPORTS + MADE),
            nbformat.v4.new_code_cell(CHECKED, metadata={"tags": ["check"]}),
        ]
    )
    nbformat.write(lesson, folder / "lesson.ipynb")
    cells = [nbformat.v4.new_code_cell(source) for source, _ in CELLS]
    notebook = nbformat.v4.new_notebook(cells=cells)
    client = new_client(notebook, folder)
    client.allow_errors = True
    extension = "--InteractiveShellApp.extensions=courseware.checking.kernel"
    client.extra_arguments = [extension, "--InteractiveShell.colors=NoColor"]
    options = kernel_options()
    options["env"]["JPY_SESSION_NAME"] = str(folder / "lesson.ipynb")
    client.execute(**options)
    return ["".join(map(shown, cell.outputs)) for cell in notebook.cells]


def shown(output):
    if output.output_type == "error":
        return "\n".join(output.traceback[-2:]) + "\n"
    return output.get("text") or output.data["text/plain"]


@pytest.mark.parametrize("index", range(len(CELLS)))
def test_a_cell_puts_out_what_helps(outputs, index):
    source, expected = CELLS[index]
    if isinstance(expected, str):
        assert outputs[index] == expected, source
    else:
        for piece in expected:
            assert piece in outputs[index], source


# --- how it starts -----------------------------------------------------------------


def test_wherever_courseware_is_installed_kernels_know_of_it():
    project = tomllib.loads((COURSEWARE / "pyproject.toml").read_text("utf-8"))
    shared = project["tool"]["hatch"]["build"]["targets"]["wheel"]["shared-data"]
    (source,) = (here for here, there in shared.items() if "etc/ipython" in there)
    assert shared[source] == "etc/ipython/ipython_kernel_config.json"
    told = json.loads((COURSEWARE / source).read_text("utf-8"))
    for name in told["InteractiveShellApp"]["extensions"]:
        module = import_module(name)
        assert callable(module.load_ipython_extension)
        assert callable(module.unload_ipython_extension)


@pytest.mark.parametrize("notebook", ["", "none.ipynb", "essay.ipynb", "broken.ipynb"])
def test_other_notebooks_are_left_alone(tmp_path, monkeypatch, notebook):
    essay = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("Essay")])
    nbformat.write(essay, tmp_path / "essay.ipynb")
    (tmp_path / "broken.ipynb").write_text('{"cells": 3}')
    monkeypatch.setenv("JPY_SESSION_NAME", notebook and str(tmp_path / notebook))
    kernel.load_ipython_extension(SimpleNamespace())  # which cannot be used at all
    assert kernel.failed_definition(test_other_notebooks_are_left_alone) == ""


# --- the bound, beside a plain one -------------------------------------------------


class Stream(SimpleNamespace):
    """Stands for a kernel's stream."""

    def write(self, text):
        self.text = getattr(self, "text", "") + text


@given(st.lists(st.text("ab\n", max_size=20)))
def test_the_first_and_the_last_lines_are_written(pieces):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(streams, "_FIRST", 5)
        patch.setattr(streams, "_LAST", 3)
        text = written(pieces)
    whole = "".join(pieces).splitlines(keepends=True)
    first, rest = whole[:5], whole[5:]
    expected = "".join(first)
    if rest:
        expected += streams._FULL
        if len(rest) > 3:
            expected += f"[{len(rest) - 3} lines left out]\n"
        expected += "".join(rest[-3:])
    assert text == expected


BAR = "x" * 80
BARS = {
    "before its text": [f"\r{BAR}"],
    "behind its text": [f"{BAR}\r"],
    "in pieces": [BAR, "\r"],
    "several at once": ["\n", f"\r{BAR}", "\x1b[A"],
}


@pytest.mark.parametrize("pieces", BARS.values(), ids=BARS)
def test_a_progress_bar_never_ends(pieces):
    assert written(pieces * 3000) == "".join(pieces) * 3000


LINE = "x" * 60_000
TOO_LONG = {
    "one line": [LINE * 2],
    "one line in pieces": [LINE, LINE],
    "ended as on Windows": [f"{LINE}\r\n", f"{LINE}\r\n"],
    "ended by itself": [LINE, "\r\n", f"{LINE}\r\n"],
    "written over once": [f"\r{LINE}\n", f"\r{LINE}\n"],
}


@pytest.mark.parametrize("pieces", TOO_LONG.values(), ids=TOO_LONG)
def test_what_is_long_is_cut_within_a_line(pieces):
    first, _, last = written(pieces).partition("\n" + streams._FULL)
    assert 100_000 <= len(first) < 100_010
    assert last == "".join(pieces)[-20_000:]


def written(pieces):
    """Return what a kernel's stream gets of pieces of text."""
    stream = Stream(parent_header={"msg_id": "cell"}, text="")
    bounded = BoundedStream(stream)
    bounded.begin_cell()
    for piece in pieces:
        stream.write(piece)
    bounded.end_cell()
    return stream.text


def test_what_another_cells_thread_writes_is_not_counted():
    stream = Stream(parent_header={"msg_id": "cell"}, text="")
    bounded = BoundedStream(stream)
    bounded.begin_cell()
    stream.parent_header = {"msg_id": "an earlier cell"}
    for _ in range(2000):
        stream.write("line\n")
    bounded.end_cell()
    assert stream.text == "line\n" * 2000
    bounded.end_cell()  # the cell that has started it
    stream.write("line\n")
    assert stream.text == "line\n" * 2001
