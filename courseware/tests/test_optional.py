"""Are the cells that need a missing package left out, and only those?"""

import ast
import sys

import pytest
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

from courseware.optional import CellFilter, made_and_used, optional_packages

MISSING = "no_such_package_anywhere"


@pytest.fixture
def run(monkeypatch, capsys):
    """A function that runs a cell in an IPython of its own, and returns its output."""
    shell = InteractiveShell(config=Config(HistoryManager={"enabled": False}))
    monkeypatch.setattr("IPython.get_ipython", lambda: shell)

    def run_cell(source):
        result = shell.run_cell(source)
        result.raise_error()
        return capsys.readouterr().out

    return run_cell


def call(*names):
    named = ", ".join(map(repr, names))
    return f"optional_packages({named}, install='course[frameworks]')"


@pytest.fixture
def lesson(run):
    """The same, after the first cell of a lesson in which a package is missing."""
    run("from courseware.optional import optional_packages")
    run(call("json", MISSING))
    return run


LEFT_OUT = f"left out: needs {MISSING}\n"


def test_one_line_says_what_is_missing_and_how_to_have_it(run):
    run("from courseware.optional import optional_packages")
    assert run(call("json", MISSING)) == (
        f"Not installed: {MISSING}. Cells that need what is missing are left out. To "
        'run them: %pip install "course[frameworks]", then restart.\n'
    )


def test_where_nothing_is_missing_nothing_is_changed(run):
    run("from courseware.optional import optional_packages")
    assert run(call("json", "csv")) == "Installed: json, csv. Every cell runs.\n"
    assert run("print(get_ipython().ast_transformers)") == "[]\n"
    assert run("import json; print(json.dumps(1))") == "1\n"


@pytest.mark.parametrize(
    "source",
    [
        f"import {MISSING}",
        f"import {MISSING}.part as part",
        f"from {MISSING} import thing",
        f"from {MISSING}.part import thing",
        f"def f():\n    import {MISSING}.part\n",
        f"print({MISSING}.thing)",
        f"class Net({MISSING}.Module):\n    pass",
    ],
)
def test_a_cell_that_needs_it_is_left_out(source, lesson):
    assert lesson(source) == LEFT_OUT


@pytest.mark.parametrize(
    "source",
    [
        "print(net)",
        "def f():\n    return net(1)",
        "[net for _ in range(2)]",
        "[lambda: net]",
        "net += 1",
        "class Trainer:\n    def step(self):\n        return net",
        "net.learn()",
    ],
)
def test_so_is_one_that_needs_what_it_would_have_made(source, lesson):
    assert lesson(f"import {MISSING}\nnet = {MISSING}.net()") == LEFT_OUT
    assert lesson(source) == LEFT_OUT


def test_what_is_left_out_is_left_out_to_the_third_generation(lesson):
    lesson(f"from {MISSING} import a")
    lesson("def b():\n    return a")
    assert lesson("c = b()") == LEFT_OUT
    assert lesson("print(c)") == LEFT_OUT
    assert lesson("print('free')") == "free\n"


@pytest.mark.parametrize(
    "source",
    [
        "print('hello')",
        "def f(net):\n    return net\n\n\nprint(f('hello'))",
        "net = 'hello'\nprint(net)",  # made anew
        "print([net for net in ['hello']][0])",
        "word = 'hello'\nprint(word.net if 0 else word)",
        "import json.decoder\nprint('hello')",
        "for net in ['hello']:\n    print(net)",
        "import io\nwith io.StringIO('hello') as net:\n    print(net.read())",
        "def net(n):\n    return net(n - 1) if n else 'hello'\n\n\nprint(net(1))",
        "def f():\n    return net()\n\n\ndef net():\n    print('hello')\n\n\nf()",
        "class Box:\n    net = 'hello'\n    word = net\n\n\nprint(Box().word)",
        "%pwd\nprint('hello')  # net",
    ],
)
def test_all_others_run(source, lesson):
    lesson(f"from {MISSING} import net")
    assert lesson(source) == "hello\n"


def test_a_name_made_anew_is_free_again(lesson):
    lesson(f"from {MISSING} import net")
    lesson("net = 2")
    assert lesson("print(net)") == "2\n"


def test_a_name_is_not_free_because_it_was_made_before(lesson):
    lesson("net = 1")
    lesson(f"net = __import__('json') if 0 else {MISSING}.net")
    assert lesson("print(net)") == LEFT_OUT


def test_a_list_made_before_can_still_be_read(lesson):
    lesson("table = {}")
    assert lesson(f"table['net'] = {MISSING}.net") == LEFT_OUT
    assert lesson("print(table)") == "{}\n"


def test_two_missing_packages_are_both_named(run):
    run("from courseware.optional import optional_packages")
    run(call("not_here", "nor_here"))
    run("import not_here\na = not_here")
    run("import nor_here\nb = nor_here")
    assert run("print(b)") == "left out: needs nor_here\n"
    assert run("print(a, b)") == "left out: needs nor_here, not_here\n"


def test_a_package_that_has_come_since_is_found(lesson, tmp_path, monkeypatch):
    name = "a_package_that_will_come"
    monkeypatch.setitem(sys.modules, name, None)  # whatever is put there, is removed
    monkeypatch.delitem(sys.modules, name)
    lesson(call(name))
    assert lesson(f"import {name}") == f"left out: needs {name}\n"
    tmp_path.joinpath(f"{name}.py").write_text("net = 'hello'\n")
    monkeypatch.syspath_prepend(tmp_path)
    assert lesson(call(name)) == f"Installed: {name}. Every cell runs.\n"
    assert lesson(f"import {name}\nprint({name}.net)") == "hello\n"


def test_called_twice_it_filters_once(lesson):
    lesson(call(MISSING))
    source = "print(len(get_ipython().ast_transformers))"
    assert lesson(source) == "1\n"


def test_outside_a_notebook_it_only_says_so(capsys, monkeypatch):
    monkeypatch.setattr("IPython.get_ipython", lambda: None)
    optional_packages(MISSING, install="course[frameworks]")
    assert capsys.readouterr().out.startswith(f"Not installed: {MISSING}.")


def test_names_inside_functions_are_their_own():
    source = (
        "import a.b\n"
        "def f(x, y=d):\n    z = x + e\n    return [z * w for w in x]\n"
        "for i in f(1):\n    j = i\n"
    )
    made, used = made_and_used(compile(source, "cell", "exec"))
    assert made == {"a", "f", "i", "j"}
    assert used == {"a", "d", "e"}


def test_a_cell_that_may_run_stays_as_it_is():
    cell = ast.parse("a = 1\nprint(a)\nawait b")
    assert CellFilter([MISSING]).visit(cell) is cell


def test_a_cell_that_cannot_be_compiled_fails_alone(lesson):
    with pytest.raises(SyntaxError):
        lesson("return 1")
    with pytest.raises(SyntaxError):
        lesson("x = = 1")
    assert lesson("print(1)").endswith("\n1\n")
    assert lesson(f"import {MISSING}") == LEFT_OUT
