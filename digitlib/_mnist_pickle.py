"""Reads `mnist.pkl.gz` without letting it do anything."""

from pathlib import Path

from digitlib._mnist_files import Content, DataError


def read_pickle(path: Path) -> Content:
    """Return what a `mnist.pkl.gz` holds."""
    raise DataError(f"{path}: cannot be read yet.")
