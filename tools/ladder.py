"""
Write digitlib/ladder.json: which rungs the lessons, as they are stored, have reached.

    python tools/ladder.py

`make notebooks` calls it. A lesson leaves its rungs with its picture of the
ladder, on the full MNIST only.
"""

import json
from pathlib import Path

from courseware.files import write_atomically
from digitlib.ladder import FILE, RUNGS, Rung

LESSONS = Path(__file__).resolve().parents[1] / "notebooks"


def main() -> None:
    """Write the rungs where they have changed."""
    rungs = collected(LESSONS)
    text = json.dumps(rungs, indent=1, ensure_ascii=False) + "\n"
    if rungs and text != FILE.read_text("utf-8"):
        write_atomically(FILE, text.encode())


def collected(folder: Path) -> list[dict[str, object]]:
    """Return the rungs that the lessons of a folder have reached, in their order."""
    return [
        Rung(**rung)._asdict()
        for path in sorted(folder.glob("*.ipynb"))
        for cell in json.loads(path.read_text("utf-8"))["cells"]
        for output in cell.get("outputs", [])
        for rung in output.get("metadata", {}).get(RUNGS, [])
    ]


if __name__ == "__main__":
    main()
