"""Write a file so that nobody ever finds half of it."""

from __future__ import annotations

import os
from pathlib import Path


def write_whole(path: Path, data: bytes) -> None:
    """
    Write a file in one step: to a temporary file beside it, which is then renamed.

    An error, Ctrl-C or a power cut leaves the old file as it was.
    """
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        part.write_bytes(data)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
