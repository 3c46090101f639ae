"""
Count the lines of code and of tests, and hold them against the budget.

    python tools/lines.py

The budget is in pyproject.toml, `[tool.lines]`: for each folder how many lines it may
have. It is raised on purpose, with the reason in the commit, or not at all. What is
neither blank nor data counts, comments and docstrings too: they have to be read.
"""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
CODE = {".py", ".js", ".css", ".typ"}


def main() -> int:
    """Print a table; return 1 if a folder has more lines than it may."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    budget: dict[str, int] = settings["tool"]["lines"]
    found = dict.fromkeys(budget, 0)
    for path in files():
        homes = [name for name in budget if path.is_relative_to(name)]
        if homes:  # the innermost of them
            text = (ROOT / path).read_text("utf-8")
            found[max(homes, key=len)] += sum(
                map(bool, map(str.strip, text.split("\n")))
            )
    for name, count in found.items():
        over = "  over its budget in pyproject.toml" if count > budget[name] else ""
        print(f"{name:24} {count:6,} lines of {budget[name]:6,}{over}")
    print(f"{'all':24} {sum(found.values()):6,} lines of {sum(budget.values()):6,}")
    return int(any(found[name] > budget[name] for name in budget))


def files() -> list[Path]:
    """Return the files of code that Git knows or will know."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(
        command, cwd=ROOT, capture_output=True, check=True, text=True
    )
    paths = map(Path, listed.stdout.splitlines())
    return [path for path in paths if path.suffix in CODE and (ROOT / path).is_file()]


if __name__ == "__main__":
    sys.exit(main())
