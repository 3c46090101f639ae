"""What a module of digitlib imports, read from its source."""

import ast
from collections.abc import Iterator
from pathlib import Path

import digitlib

HOUSE = Path(digitlib.__file__).parent


def imported(path: Path) -> Iterator[str]:
    """Yield what a file imports; what is relative, by its full name."""
    package = ["digitlib", *path.relative_to(HOUSE).parts[:-1]]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else []
            module = ".".join([*above, *([node.module] if node.module else [])])
            yield from (f"{module}.{name.name}" for name in node.names)
