"""Where the digits come from: the way of MNIST from a file into a lesson."""

import os

from digitlib.data.cache import keep
from digitlib.data.digits import MNIST, split
from digitlib.data.errors import DataError, UnreadableError
from digitlib.data.locate import locate
from digitlib.data.openings import kept_shut
from digitlib.data.read import read
from digitlib.data.verify import check


def load_mnist(
    source: str | os.PathLike[str] | None = None, verify: bool = True
) -> MNIST:
    """Return the 70,000 handwritten digits of MNIST.

    Without a `source` they come from the first of these that there is: the folder or
    file that the environment variable DIGITLIB_DATA_DIR names; the cache, where an
    earlier call left them; the network.  Where there is none of them, the 5,000 digits
    that digitlib brings along step in, and a printed line says so.

    A source that was named and is missing or wrong is an error: nothing else takes
    its place.

    Parameters
    ----------
    source : path, optional
        A folder with the four IDX files, gzipped or not, or a ``mnist.pkl.gz``.
    verify : bool
        Whether a named source must be MNIST, bit for bit.  With False it may be other
        data of the same form, Fashion-MNIST say: images of 28 x 28, labels 0 to 9, at
        most 60,000 images a file and, in IDX files, more than 10,000 to train with, of
        which the last 10,000 are for validation.

    Returns
    -------
    MNIST
        Its arrays are read-only, so that no cell of a notebook can spoil the digits
        for the cells after it: write to a ``.copy()``.

    Raises
    ------
    DataError
        If a named source is missing or wrong: which file, what is wrong, what to do.

    Notes
    -----
    The cache is the folder that the environment variable DIGITLIB_CACHE_DIR names, or
    ``digitlib`` in the platform's folder for such things.  Its files are verified each
    time.  A cache that cannot be written is done without; of one that is there and
    cannot be read, a printed line says so.
    """
    for place in locate(source, verify):
        try:
            content = read(place.files, place.is_sample)
            check(content, place.name, place.must_be_mnist)
        except DataError as error:
            fault = error
            if place.name == "cache" and isinstance(error, UnreadableError):
                print(f"The cache cannot be used. {error}")
            continue
        if place.is_sample:
            print(
                "MNIST cannot be downloaded, so these are the 5,000 digits of the "
                f"bundled sample ({fault})."
            )
        keep(content, place.cache, place.note)
        return kept_shut(split(content, place.name, place.is_sample))
    raise fault
