"""Reads MNIST in whatever form it comes."""

import sys
from pathlib import Path

from digitlib.data.content import Content
from digitlib.data.errors import DataError
from digitlib.data.idx import MAX_FILE, parse_idx_files
from digitlib.data.pickled import MAX_PROGRAM, parse_pickle
from digitlib.data.sample import read_sample
from digitlib.data.unpack import unpack


def read(files: tuple[Path, ...], is_sample: bool = False) -> Content:
    """Return what four IDX files hold, or one pickle, or else the network.

    Raises
    ------
    DataError
        If there is nothing, or nothing that can be read.
    """
    if is_sample:
        return read_sample()
    if not files:
        return _download()
    if len(files) == 1:
        (path,) = files
        return parse_pickle(unpack(path, MAX_PROGRAM), str(path))
    return parse_idx_files({str(path): unpack(path, MAX_FILE) for path in files})


def _download() -> Content:
    """Return MNIST from the network."""
    if sys.platform == "emscripten":
        raise DataError("no network from a browser's Python")
    # Imported where it is needed: SSL and HTTP take longer than the cache to read.
    from digitlib.data.download import download

    return download()
