"""Do the examples in docstrings show what comes out?"""

import doctest
import importlib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = "digitlib", "courseware/courseware", "lecturepdf/lecturepdf"
FILES = [path for package in PACKAGES for path in (ROOT / package).rglob("*.py")]
SHOWING = [path for path in FILES if ">>> " in path.read_text("utf-8")]


@pytest.mark.parametrize("path", SHOWING, ids=lambda path: path.stem)
def test_examples_show_what_comes_out(path):
    parts = path.relative_to(ROOT).with_suffix("").parts
    name = ".".join(parts[parts.count(parts[0]) - 1 :])
    module = importlib.import_module(name)
    flags = doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS
    done = doctest.testmod(module, optionflags=flags)
    assert done.attempted
    assert not done.failed
