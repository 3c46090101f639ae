"""Gets MNIST from one of two public mirrors.

Nothing is written here: the eleven megabytes stay in memory until they are verified.
"""

import functools
import http.client
import queue
import ssl
import threading
import time
import urllib.request
from contextlib import AbstractContextManager, nullcontext
from typing import Protocol
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit

import numpy as np

from digitlib.data.content import NAMES, Content
from digitlib.data.errors import DataError
from digitlib.data.idx import MAX_FILE, parse_idx
from digitlib.data.unpack import uncompress
from digitlib.data.verify import is_genuine

MIRRORS = (
    "https://ossci-datasets.s3.amazonaws.com/mnist/",
    "https://storage.googleapis.com/cvdf-datasets/mnist/",
)
TOTAL_BYTES = 11_594_722  # of the four files together, for the progress bar
MAX_BYTES = 16_000_000  # of one file; the largest has 9,912,422
PATIENCE = 5.0  # seconds until a mirror must answer, and between two pieces of a file
GRACE = 30.0  # seconds after which a file must have come at this speed on average:
MIN_SPEED = 2_000  # bytes a second
PIECE = 65_536


class Progress(Protocol):
    """What is used of a progress bar."""

    def update(self, n: int) -> object:
        """Advance by n bytes."""


def download(mirrors: tuple[str, ...] | None = None) -> Content:
    """Return MNIST from the first mirror that gives it, verified.

    A mirror that fails once is not asked again; the next one goes on from there.

    Raises
    ------
    DataError
        If no mirror gives it: says of each what happened.
    """
    mirrors = MIRRORS if mirrors is None else mirrors
    arrays = []
    faults = []
    with progress_bar() as bar:
        for mirror in mirrors:
            try:
                for name in [*NAMES][len(arrays) :]:
                    arrays.append(fetch(mirror, name, bar))
                return Content(*arrays)
            except (OSError, http.client.HTTPException, DataError) as error:
                faults.append(f"{urlsplit(mirror).netloc}: {in_short(error)}")
    raise DataError("; ".join(faults) or "no mirrors")


def fetch(mirror: str, name: str, bar: Progress | None) -> np.ndarray:
    """Return one of the four files as a verified array."""
    data = receive(f"{mirror}{name}.gz", bar)
    content = uncompress(data, f"{name}.gz", MAX_FILE)
    array = parse_idx(content, f"{name}.gz", NAMES[name])
    if not is_genuine(name, array):
        raise DataError(f"{name}.gz: is not MNIST's.")
    return array


def receive(url: str, bar: Progress | None) -> bytes:
    """Return what is at `url`, unless it is too long in coming or too large."""
    pieces = []
    size = 0
    start = time.monotonic()
    with open_url(url) as response:
        while piece := response.read1(PIECE):
            pieces.append(piece)
            size += len(piece)
            if bar:
                bar.update(len(piece))
            if size > MAX_BYTES:
                raise OSError("sends too much")
            seconds = time.monotonic() - start
            if seconds > GRACE and size < MIN_SPEED * seconds:
                raise TimeoutError("too slow")
    return b"".join(pieces)


def open_url(url: str) -> http.client.HTTPResponse:
    """Open `url` within PATIENCE seconds.

    The time limit of `urlopen` does not hold for the look-up of a name, and anew for
    each of a mirror's many addresses.  Behind a firewall that swallows everything this
    adds up to minutes, hence the thread, which is left to itself when time is up.
    """
    answers: queue.SimpleQueue = queue.SimpleQueue()

    def work() -> None:
        context = trusted_certificates()
        try:
            answer = urllib.request.urlopen(  # noqa: S310 - the addresses stand above
                url, timeout=PATIENCE, context=context
            )
        except Exception as error:  # noqa: BLE001 - is raised again below
            answer = error
        answers.put(answer)

    threading.Thread(target=work, daemon=True).start()
    try:
        answer = answers.get(timeout=PATIENCE)
    except queue.Empty:
        raise TimeoutError("timed out") from None
    if isinstance(answer, Exception):
        raise answer
    return answer


@functools.cache  # reading them takes longer than fetching a small file
def trusted_certificates() -> ssl.SSLContext:
    """Return the system's certificates and certifi's; some systems have none."""
    context = ssl.create_default_context()
    try:
        import certifi
    except ImportError:
        return context
    context.load_verify_locations(certifi.where())
    return context


def progress_bar() -> AbstractContextManager[Progress | None]:
    """Return a progress bar for all files together, or nothing without tqdm."""
    try:
        from tqdm import tqdm
    except ImportError:
        return nullcontext()
    return tqdm(
        total=TOTAL_BYTES,
        unit="B",
        unit_scale=True,
        desc="MNIST",
        delay=0.5,
        leave=False,
    )


def in_short(error: Exception) -> str:
    """Return what went wrong in a few words."""
    if isinstance(error, URLError) and isinstance(error.reason, OSError):
        error = error.reason
    if isinstance(error, HTTPError):
        error.close()
        text = f"{error.code} {error.reason}"
    elif isinstance(error, DataError):
        text = str(error).split(". ")[0].split(" (")[0]
    else:
        text = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return "".join(filter(str.isprintable, text))[:80]  # a mirror may say anything
