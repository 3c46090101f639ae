"""Wheels of the distributions that no index has: built where they are needed."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory

from courseware.course import CourseError


def build_wheels(folders: Iterable[Path]) -> dict[str, bytes]:
    """
    Build a wheel of each distribution.

    Parameters
    ----------
    folders : iterable of Path
        The distributions: each has a pyproject.toml, and what builds it is installed.

    Returns
    -------
    dict
        The wheels' names and bytes, in the order of the folders.

    Raises
    ------
    CourseError
        One cannot be built.
    """
    wheels = {}
    for folder in folders:
        with TemporaryDirectory() as output:
            command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps"]
            command += ["--no-build-isolation", "--disable-pip-version-check"]
            command += ["--wheel-dir", output, str(folder)]
            done = subprocess.run(command, capture_output=True, text=True)  # noqa: S603
            if done.returncode:
                last = done.stderr.strip().rpartition("\n")[2]
                raise CourseError(f"{folder}: no wheel can be built: {last}")
            wheels |= {p.name: p.read_bytes() for p in Path(output).glob("*.whl")}
    return wheels
