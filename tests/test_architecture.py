"""Is the picture of the architecture true of the imports?"""

import ast
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

ROOT = Path(__file__).parents[1]
SVG = "{http://www.w3.org/2000/svg}"
MODULES = sorted(
    path for path in (ROOT / "digitlib").glob("*.py") if path.stem != "__init__"
)
# What a private module is a part of, where its name does not say so.
PARTS = {"_layer": "layers"}


def rows():
    """Return how far down the picture each module stands."""
    picture = ElementTree.parse(ROOT / "docs" / "architecture.svg")
    texts = [text for text in picture.iter(f"{SVG}text") if text.get("class") == "m"]
    return {text.text: float(text.get("y")) for text in texts}


def public(name):
    """Return the public module that a module is, or is a part of."""
    return PARTS.get(name) or re.sub(r"^_([a-z]+)_.*", r"\1", name)


def imported(path):
    """Return the modules of digitlib that a module imports when it runs."""
    tree = ast.parse(path.read_text("utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            node.body = []
    names = {known.stem for known in MODULES}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == "digitlib":
            yield from (alias.name for alias in node.names if alias.name in names)
        elif isinstance(node, ast.ImportFrom) and node.module.startswith("digitlib."):
            yield node.module.split(".")[1]


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_imports_lead_downwards_or_sideways(path):
    row = rows()
    for name in imported(path):
        assert row[public(name)] >= row[public(path.stem)], name


def test_the_picture_has_each_module_and_no_other():
    there = {public(path.stem) for path in MODULES}
    assert there == {name for name in rows() if name.isidentifier()}
