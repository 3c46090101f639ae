"""Is the picture of the architecture true of the imports?"""

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
from imports import HOUSE, imported

PICTURE = Path(__file__).parents[1] / "docs" / "architecture.svg"
SVG = "{http://www.w3.org/2000/svg}"
MODULES = sorted(path for path in HOUSE.glob("*.py") if path.stem != "__init__")
# What a private module is a part of, where its name does not say so.
PARTS = {"_layer": "layers"}


def rows():
    """Return how far down the picture each module stands."""
    picture = ElementTree.parse(PICTURE)
    texts = [text for text in picture.iter(f"{SVG}text") if text.get("class") == "m"]
    return {text.text: float(text.get("y")) for text in texts}


def public(name):
    """Return the public module that a module is, or is a part of."""
    return PARTS.get(name) or re.sub(r"^_([a-z]+)_.*", r"\1", name)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_imports_lead_downwards_or_sideways(path):
    row, names = rows(), {known.stem for known in MODULES}
    for full_name in imported(path):
        house, _, name = full_name.partition(".")
        name = name.partition(".")[0]
        if house == "digitlib" and name in names:
            assert row[public(name)] >= row[public(path.stem)], full_name


def test_the_picture_has_each_module_and_no_other():
    there = {public(path.stem) for path in MODULES}
    assert there == {name for name in rows() if name.isidentifier()}
