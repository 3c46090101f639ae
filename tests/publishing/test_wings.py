"""The two wings of the house share nothing but the notebooks."""

import ast
from pathlib import Path

import pytest

import digitlib

HOUSE = Path(digitlib.__file__).parent
WING = HOUSE / "publishing"


def imported(path):
    """The modules that a file imports, relative ones by their full name."""
    package = ["digitlib", *path.relative_to(HOUSE).parts[:-1]]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else []
            module = ".".join([*above, *([node.module] if node.module else [])])
            yield from (f"{module}.{name.name}" for name in node.names)


@pytest.mark.parametrize(
    "path", sorted(HOUSE.rglob("*.py")), ids=lambda path: path.name
)
def test_no_import_leads_from_one_wing_to_the_other(path):
    printing = path.is_relative_to(WING)
    for name in imported(path):
        if name.startswith("digitlib"):
            assert name.startswith("digitlib.publishing") == printing, name
