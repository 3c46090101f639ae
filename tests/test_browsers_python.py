"""Lessons in the browser: Python there has no network, processes, threads or this list.

Pyodide itself cannot be had everywhere, so the tests take away from this Python what
that one was found to lack.
"""

import ast
import re
from pathlib import Path

import matplotlib
import matplotlib.font_manager  # finds the fonts, if nobody has yet

from helpers import python

ROOT = Path(__file__).parents[1]
LESSONS = sorted((ROOT / "notebooks").glob("[0-9]*.py"))
# Tried in Pyodide 314, which is CPython 3.14: modules of the standard library that
# cannot be imported there.
LACKING = [
    *("_curses", "_dbm", "_gdbm", "_hashlib", "_interpreters", "_multiprocessing"),
    *("_posixshmem", "_tkinter", "_uuid", "curses", "dbm", "ensurepip", "grp"),
    *("idlelib", "pwd", "readline", "resource", "syslog", "tkinter", "turtle", "venv"),
]
# Of no use there, or to be fetched from PyPI first.
OTHERS = ["anywidget", "certifi", "ipywidgets", "joblib", "ssl"]
OTHERS += ["threadpoolctl", "tqdm"]
OPTIONAL = re.compile(r"torch|sklearn")  # lesson 10 can do without
BROWSER = """
import sys, sysconfig

sysconfig.get_config_vars()  # of this platform, before it claims to be another

LACKING = {lacking!r}


class Nowhere:
    def find_spec(name, path=None, target=None):
        if name in LACKING:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)


for name in LACKING:
    sys.modules.pop(name, None)
sys.meta_path.insert(0, Nowhere)
sys.platform = "emscripten"

import socket
import subprocess
import threading


def refuse(error):
    def refused(*args, **options):
        raise error
    return refused


threading.Thread.start = refuse(RuntimeError("can't start new thread"))
subprocess.Popen.__init__ = refuse(OSError(138, "there are no processes"))
socket.socket.connect = refuse(OSError(138, "there is no network"))
"""


def run_in_browser(tmp_path, code, lacking):
    """Run code in a Python without modules, as far from this machine as can be."""
    program = BROWSER.format(lacking=[*lacking]) + code
    # Matplotlib looks for fonts in a thread, but for the browser's own.
    fonts = matplotlib.get_cachedir()
    environment = {"HOME": str(tmp_path), "MPLBACKEND": "agg", "MPLCONFIGDIR": fonts}
    arguments = ["-W", "error::SyntaxWarning", "-c", program]
    done = python(*arguments, env=environment, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    return done.stdout


def imports(lesson):
    """Return the import statements of a lesson, as a program."""
    tree = ast.parse(lesson.read_text("utf-8"))
    nodes = (n for n in ast.walk(tree) if isinstance(n, ast.Import | ast.ImportFrom))
    lines = map(ast.unparse, nodes)
    return "\n".join(line for line in lines if not OPTIONAL.search(line))


def test_the_library_the_sample_a_training_and_a_check_need_none_of_it(tmp_path):
    files = sorted((ROOT / "digitlib").rglob("[!_]*.py"))
    modules = {".".join(path.relative_to(ROOT).with_suffix("").parts) for path in files}
    live = {name for name in modules if "live." in name}  # most need anywidget
    modules -= live - {"digitlib.live.preparation"}
    modules -= {"digitlib.data.download"}  # needs ssl
    code = f"import {', '.join(sorted(modules))}\n"
    code += """\
mnist = digitlib.load_mnist()
assert mnist.is_sample and len(mnist.train) == 4000
network = digitlib.Network(rng=0)
network.sgd(mnist.train, epochs=3, eta=0.3, report=None)
print(network.accuracy(mnist.test) > 0.5)
check = digitlib.checks.lesson01.check_mirrored  # without a thread
print(check(lambda images: images.reshape(-1, 28, 28)[:, :, ::-1].reshape(-1, 784)))
print(check(lambda images: images))
"""
    told = run_in_browser(tmp_path, code, LACKING + OTHERS)
    sample, is_trained, bravo, not_yet = told.splitlines()[:4]
    assert "no network from a browser's Python" in sample
    assert is_trained == "True"
    assert bravo.startswith("bravo")
    assert not_yet.startswith("not yet")


def test_what_lessons_import_can_be_imported(tmp_path):
    statements = [imports(lesson) for lesson in LESSONS]
    assert any(statements)
    run_in_browser(tmp_path, "\n".join(statements), LACKING)
