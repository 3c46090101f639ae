"""The list, in a folder of students, of what was handed out there."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from errno import EFBIG, EINVAL, ENOENT
from pathlib import Path

from courseware.files import read_bytes, write_atomically

LIST = ".made.json"
_LONGEST_NAME = 200  # bytes; with what an update puts before it, at most 255
_MOST_BYTES = 10_000_000  # of a list; that of ten lessons has a hundred thousand


@dataclass
class Ledger:
    """What the list says."""

    # Of each file that was handed out: its hash, and the digests of a lesson's cells,
    # and of those that earlier versions had: JupyterLab can bring an open one back.
    files: dict[str, dict] = field(default_factory=dict)
    # Of each file that was kept: its hash, and the digests of the reader's cells.
    copies: dict[str, dict] = field(default_factory=dict)
    # Of each file that the last update has changed: a sentence.
    news: dict[str, str] = field(default_factory=dict)
    # Files of the course that were not handed out with these.
    others: list[str] = field(default_factory=list)
    is_finished: bool = True

    @classmethod
    def read(cls, folder: Path) -> Ledger:
        """Read the list in a folder; an empty one if there is none that can be read."""
        try:
            return cls.parse(read_bytes(folder / LIST, _MOST_BYTES))
        except OSError as error:
            if error.errno not in (ENOENT, EINVAL, EFBIG):
                raise
            return cls()

    @classmethod
    def parse(cls, data: bytes) -> Ledger:
        """Return what a list says, as far as it is sound: the rest is as not said."""
        try:
            content = json.loads(data)
        except (ValueError, RecursionError):
            content = None
        if not isinstance(content, dict):
            return cls()
        files, copies = (
            {
                name: record
                for name, record in _dict(content.get(key)).items()
                if is_plain(name) and _is_record(record, kind)
            }
            for key, kind in (("files", dict), ("copies", list))
        )
        news, others = _dict(content.get("news")), content.get("others")
        others = others if isinstance(others, list) else []
        return cls(
            files,
            copies,
            {name: line for name, line in news.items() if isinstance(line, str)},
            [name for name in others if isinstance(name, str)],
            content.get("is_finished") is not False,
        )

    def write(self, folder: Path) -> None:
        """Write it into a folder; of what was kept, what is still there counts."""
        copies = self.copies.items()
        self.copies = {name: c for name, c in copies if (folder / name).exists()}
        text = json.dumps(asdict(self), indent=1, sort_keys=True) + "\n"
        if (path := folder / LIST).is_symlink():
            path.unlink()  # a list of ours is none, and what it leads to is not ours
        write_atomically(path, text.encode())

    def cells(self) -> dict[str, dict[str, str]]:
        """Return, of each file that was handed out, its cells' digests by their ids."""
        return {name: file["cells"] for name, file in self.files.items()}


def is_plain(name: str) -> bool:
    """Whether a name is that of a file in the folder itself, on any system."""
    data = name.encode("utf-8", "replace")
    is_name = data.decode() == name and len(data) <= _LONGEST_NAME
    return is_name and name not in ("", ".", "..") and not set(name) & set("/\\:\0")


def _is_record(record: object, kind: type) -> bool:
    if not isinstance(record, dict) or not isinstance(record.get("sha256"), str):
        return False
    cells, past = record.get("cells"), record.get("past", [])
    codes = _dict(cells).values() if kind is dict else cells
    sound = isinstance(cells, kind) and isinstance(past, list)
    return sound and all(isinstance(code, str) for code in (*codes, *past))


def _dict(value: object) -> dict:
    return value if isinstance(value, dict) else {}
