"""Reads MNIST in whatever form it comes."""

import sys
from pathlib import Path

from digitlib.data.content import Content
from digitlib.data.errors import DataError
from digitlib.data.idx import read_idx
from digitlib.data.pickled import read_pickle
from digitlib.data.sample import read_sample


def read(files: tuple[Path, ...], is_sample: bool = False) -> Content:
    """Return what four IDX files hold, or one pickle, or without any the network.

    Raises
    ------
    DataError
        If there is nothing, or nothing of MNIST's form.
    """
    if is_sample:
        return read_sample()
    if len(files) > 1:
        return read_idx(files)
    if files:
        return read_pickle(*files)
    if sys.platform == "emscripten":
        raise DataError("no network from a browser's Python")
    # Imported where it is needed: SSL and HTTP take longer than the cache to read.
    from digitlib.data.download import download

    return download()
