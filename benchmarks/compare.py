"""Compare readers over several seeds, and keep what comes out for the lessons.

    python benchmarks/compare.py            those whose result is out of date
    python benchmarks/compare.py NAME ...   these

Takes minutes for each, for the ablation 25, on the full MNIST. The results are in
digitlib/results. One is out of date when the code of its script, or of a module that
this imports, has changed since it was made; comments, docstrings and blank lines do
not count.
"""

import argparse
import ast
import hashlib
import importlib
import json
import os
import subprocess
import sys
from pathlib import Path

import grimp
from machine import clean_environment

from courseware.files import write_atomically
from digitlib import load_mnist

HERE = Path(__file__).parent
SCRIPTS = sorted((HERE / "comparisons").glob("*.py"))
RESULTS = HERE.parent / "digitlib" / "results"


def main() -> int:
    """Make the results that are asked for."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    names = [script.stem for script in SCRIPTS]
    parser.add_argument("names", nargs="*", choices=[[], *names], metavar="NAME")
    wanted = parser.parse_args().names
    if os.environ != clean_environment():
        # Libraries read these variables when they are loaded: begin again.
        command = [sys.executable, *sys.argv]
        return subprocess.call(command, env=clean_environment())  # noqa: S603
    for script in SCRIPTS:
        if script.stem in wanted or (not wanted and not is_current(script)):
            make(script)
    return 0


def make(script: Path) -> None:
    """Run a comparison, and write down what it finds."""
    source = digest(script)  # before, for a run takes long
    mnist = load_mnist()
    if mnist.is_sample:
        sys.exit(f"{script.stem}: the sample is too small for it. Get the full MNIST.")
    print(script.stem)
    comparison = importlib.import_module(f"comparisons.{script.stem}")
    found = comparison.compare(mnist.train, mnist.validation)
    text = json.dumps({**found, "source": source}, indent=1)
    write_atomically(result_of(script), (text + "\n").encode())


def is_current(script: Path) -> bool:
    """Say whether there is a result, made with the code as it is now."""
    file = result_of(script)
    return file.exists() and json.loads(file.read_text())["source"] == digest(script)


def result_of(script: Path) -> Path:
    """Return where the result of a comparison lies."""
    return RESULTS / f"{script.stem}.json"


def digest(script: Path) -> str:
    """Return a digest of the code of a script and of all that it imports from here."""
    graph = grimp.build_graph("digitlib", cache_dir=None)
    names, modules = _imported(script), set()
    beside = sorted(file for file in HERE.glob("*.py") if file.stem in names)
    for file in beside:
        names |= _imported(file)
    for module in names & graph.modules:
        modules |= {module} | graph.find_upstream_modules(module)
    files = [script, *beside, *(_file(module) for module in sorted(modules))]
    code = "\n".join(bare_code(file.read_text("utf-8")) for file in files)
    return hashlib.sha256(code.encode()).hexdigest()


def bare_code(text: str) -> str:
    """Take comment lines, docstrings and blank lines out of a program."""
    lines = text.splitlines()
    for node in ast.walk(ast.parse(text)):
        body = getattr(node, "body", None)
        first = body[0] if isinstance(body, list) and body else None
        # A string that stands alone: a docstring.
        if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
            for number in range(first.lineno - 1, first.end_lineno):
                lines[number] = ""
    kept = (line.rstrip() for line in lines)
    return "\n".join(line for line in kept if line and not line.strip().startswith("#"))


def _imported(script: Path) -> set[str]:
    """Return the modules that a script takes names from, whole ones included."""
    found = set()
    for node in ast.walk(ast.parse(script.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom):
            found.add(node.module)
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def _file(module: str) -> Path:
    """Return where a module of digitlib lies."""
    path = HERE.parent.joinpath(*module.split("."))
    return path / "__init__.py" if path.is_dir() else path.with_suffix(".py")


if __name__ == "__main__":
    sys.exit(main())
