"""On which digits the lessons run: what `courseware` asks before it runs them."""

import contextlib
import functools
import io
import os

from digitlib.data.locate import CACHE, SOURCE, named_by
from digitlib.data.mnist import load_mnist


@functools.cache
def prepare() -> tuple[bool, str]:
    """Say whether the whole MNIST is here, with which the lessons' outputs are stored.

    A folder that the environment names by a relative path is found from here, and
    would not be from the lessons' folder: its path is made absolute.

    Returns
    -------
    is_whole : bool
    name : str
        What is here, and where it comes from.

    Raises
    ------
    DataError
        If a folder was named and is no good.
    """
    for variable in (SOURCE, CACHE):
        if named := named_by(variable):
            os.environ[variable] = str(named.absolute())
    with contextlib.redirect_stdout(io.StringIO()):  # it says what is said here
        mnist = load_mnist()
    if mnist.is_sample:
        return False, (
            "the bundled sample of MNIST (set DIGITLIB_DATA_DIR to a folder with the "
            "whole)"
        )
    return True, f"the whole MNIST, from {mnist.source}"
