"""A disk of a few kilobytes, where one can be had: it is soon full, truly."""

import contextlib
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest


class SmallDisk:
    """A file system in memory, mounted on a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def mount(self, *options: str) -> bool:
        """Mount it, or change how it is mounted; return whether that worked."""
        command = ["mount", "-t", "tmpfs", "-o", ",".join(options), "tmpfs"]
        try:
            done = subprocess.run([*command, self.folder], capture_output=True)
        except OSError:
            return False
        return done.returncode == 0

    def change(self, option: str) -> None:
        """Make it larger ("size=20m"), read-only ("ro") or writable again ("rw")."""
        assert self.mount("remount", option)


@contextlib.contextmanager
def small_disk(folder: Path, kilobytes: int) -> Iterator[SmallDisk]:
    """Mount a small disk on a new folder; skip the test where only root may."""
    folder.mkdir()
    disk = SmallDisk(folder)
    if not disk.mount(f"size={kilobytes}k"):
        pytest.skip("only root may mount a small disk, and only on Linux")
    try:
        yield disk
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)
