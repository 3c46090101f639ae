"""The readers of files, each with good files to damage and what may come of it.

A reader may raise what its documentation says, and nothing else; it may run nothing,
write nothing, and take no more memory than the file deserves.
"""

import atexit
import contextlib
import gzip
import io
import os
import pickle
import shutil
import struct
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from digitlib import DataError, Model, Network
from digitlib.data.content import MAX_IMAGES
from digitlib.data.idx import MAX_FILE, parse_idx
from digitlib.data.read import read
from digitlib.data.unpack import uncompress
from digitlib.data.verify import check
from digitlib.layers import (
    BatchNorm,
    Centre,
    Convolution,
    Dense,
    Dropout,
    Flatten,
    MaxPool,
    MeanPool,
    ReLU,
    Reshape,
    Tanh,
)

SHARED_MEMORY = Path("/dev/shm")  # where writing a file costs next to nothing
SCRATCH = Path(
    tempfile.mkdtemp(dir=SHARED_MEMORY if os.access(SHARED_MEMORY, os.W_OK) else None)
)
atexit.register(shutil.rmtree, SCRATCH, ignore_errors=True)
BETWEEN = b"\xff|member|\xff"  # members of an archive, in the input that makes it


@dataclass(frozen=True)
class Reader:
    """A function that reads files of one kind.

    `pack` makes the bytes of a file of an input, so that damage reaches what lies
    behind a checksum; `read` raises DataError or ValueError, which says what is wrong,
    or returns.
    """

    seeds: list[bytes]
    read: Callable[[bytes], object]
    pack: Callable[[bytes], bytes] = bytes
    told: str = ""


# --------------------------------------------------------------------------------------
# IDX


def idx(array: np.ndarray) -> bytes:
    """Return the bytes of an IDX file."""
    header = struct.pack(f">4B{array.ndim}I", 0, 0, 8, array.ndim, *array.shape)
    return header + array.tobytes()


PICTURES = np.random.default_rng(0).integers(0, 256, (2, 28, 28), np.uint8)
IDX = [idx(PICTURES), idx(PICTURES[:, 0, 0] % 10)]


def read_idx(data: bytes) -> None:
    """Read as images and as labels; at most one of the two can succeed."""
    arrays = []
    for ndim in (3, 1):
        try:
            content = uncompress(data, "file", MAX_FILE)
            arrays.append(parse_idx(content, "file", ndim))
        except DataError as error:
            refusal = error
    if not arrays:
        raise refusal
    (array,) = arrays
    assert array.dtype == np.uint8
    assert 0 < len(array) <= MAX_IMAGES
    assert array.shape[1:] in ((784,), ())


# --------------------------------------------------------------------------------------
# mnist.pkl.gz


def pickles() -> list[bytes]:
    """Return pickles of one image and label a part, as Python 2 and 3 write them."""
    image = PICTURES[:1].reshape(1, 784).astype(np.float32) / 256
    parts = ((image, np.array([7])),) * 3
    return [pickle.dumps(parts, protocol) for protocol in range(6)]


def read_mnist_pickle(data: bytes) -> None:
    """Read a gzipped pickle."""
    content = read((scratch("mnist.pkl.gz", data),))
    check(content, "mnist.pkl.gz", must_be_mnist=False)
    assert content.train_images.shape[1:] == (784,)
    assert content.train_images.dtype == np.uint8
    assert content.test_labels.max() <= 9


def gzipped(data: bytes) -> bytes:
    """Wrap up a program."""
    return gzip.compress(data, 1, mtime=0)


# --------------------------------------------------------------------------------------
# networks


def saved(network: Network | Model) -> list[tuple[str, bytes]]:
    """Return the members of the archive that a network is saved to."""
    path = SCRATCH / "saved.npz"
    network.save(path)
    with zipfile.ZipFile(path) as archive:
        return [(name, archive.read(name)) for name in archive.namelist()]


NETWORK = saved(Network((3, 4, 2)))
SMALL = [Centre(0.1), Dense(3, 4, 0), BatchNorm(4), ReLU(), Dropout(0.5)]
SMALL += [Dense(4, 2, 0), Tanh()]
MODEL = saved(Model(SMALL, inputs=3, l2=0.01))
FOR_IMAGES = [Reshape((1, 8, 8)), Convolution(1, 2, 3, 0, stride=1, padding=1), ReLU()]
FOR_IMAGES += [MaxPool(2), MeanPool(2), Flatten(), Dense(8, 2, 0)]
IMAGES = saved(Model(FOR_IMAGES, inputs=64))


def archived(members: list[tuple[str, bytes]]) -> Callable[[bytes], bytes]:
    """Return a function that packs members under these names, with right checksums."""
    names = [name for name, _ in members]

    def pack(data: bytes) -> bytes:
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as archive:
            for name, member in zip(names, data.split(BETWEEN), strict=False):
                archive.writestr(name, member)
        return buffer.getvalue()

    return pack


def flat(members: list[tuple[str, bytes]]) -> bytes:
    """Return the input of which `archived` makes the archive."""
    return BETWEEN.join(data for _, data in members)


def read_network(kind: type) -> Callable[[bytes], None]:
    """Return a function that loads a network of a class, and asks what it has got."""

    def read(data: bytes) -> None:
        network = kind.load(scratch("network.npz", data))
        if network.inputs < 100:
            with np.errstate(all="ignore"):  # its weights may be anything
                outputs = network.feedforward(np.zeros((1, network.inputs)))
            assert outputs.shape == (1, network.outputs)

    return read


def archives(members: list[tuple[str, bytes]], kind: type) -> Reader:
    """Return what reads the archive that a network was saved to."""
    told = f"does not hold a {kind.__name__.lower()}: "
    return Reader([flat(members)], read_network(kind), archived(members), told)


ZIP = archived(NETWORK)(flat(NETWORK))
READERS = {
    "IDX": Reader(IDX, read_idx),
    "gzip": Reader([gzipped(data) for data in IDX], read_idx),
    "pickle": Reader(pickles(), read_mnist_pickle, gzipped),
    "Network": archives(NETWORK, Network),
    "Model": archives(MODEL, Model),
    "images": archives(IMAGES, Model),
    "zip": replace(archives(NETWORK, Network), seeds=[ZIP], pack=bytes),
}
# What is worth putting in: names, instructions, settings, numbers.
WORDS = [
    *(b"cos\nsystem\n", b"c_codecs\nencode\n", b"cnumpy\ndtype\n", b"X\4\0\0\0"),
    *(b"'|O'", b"'>f8'", b"(2, -1)", b"'fortran_order': True", b"'S0'", b"\x93NUMPY\2"),
    *(b'{"kind": "Dropout"}', b'"keep": 1e999', b'"l2": -1', b"[[[[[[", b"null", b"{}"),
    *(b'"stride": ', b'"padding": ', b'"size": ', b"[0, 1]", b"99999", b"true", b"[2]"),
    *(b"\xff\xff\xff\xff", b"\x7f\xff\xff\xff", b"\0\0\0\0", b"\0\0\x08\x01"),
]


def scratch(name: str, data: bytes) -> Path:
    """Write a file for the reader to read."""
    path = SCRATCH / name
    path.write_bytes(data)
    return path


# --------------------------------------------------------------------------------------
# what a reader must not do

FORBIDDEN = {
    *("exec", "import", "os.system", "os.exec", "os.fork", "os.posix_spawn"),
    *("os.spawn", "subprocess.Popen", "pickle.find_class", "ctypes.dlopen"),
    *("socket.connect", "socket.getaddrinfo", "os.mkdir", "os.remove", "os.rename"),
    *("shutil.rmtree", "os.chmod", "os.putenv", "code.__new__", "marshal.loads"),
}


def writes(path: object, mode: object) -> bool:
    """Whether somebody opens a file to write into it, other than the one to read."""
    ours = str(path).startswith(str(SCRATCH))
    return isinstance(mode, str) and not ours and not set(mode).isdisjoint("wax+")


class Watch:
    """Notes what Python does while a file is read, by its own audit."""

    def __init__(self) -> None:
        self.seen: list[str] = []
        self.awake = False
        sys.addaudithook(self.hook)

    def hook(self, event: str, arguments: tuple) -> None:
        """Take note of an event; the interpreter calls this."""
        if not self.awake:
            return
        if event in FORBIDDEN or (event == "open" and writes(*arguments[:2])):
            self.seen.append(f"{event} {arguments}"[:200])

    @contextlib.contextmanager
    def watching(self) -> Iterator[None]:
        """Fail if anything happens that reading a file has no need of."""
        self.seen.clear()
        self.awake = True
        try:
            yield
        finally:
            self.awake = False
        assert not self.seen, self.seen


def feed(reader: Reader, data: bytes, watch: Watch) -> bool:
    """Read what an input makes; return whether it was taken for a good file."""
    packed = reader.pack(data)
    refusal = None
    try:
        with watch.watching():
            reader.read(packed)
    except ValueError as error:  # DataError is one
        refusal = str(error)
    if refusal is not None:
        assert reader.told in refusal, refusal
        assert len(refusal) < 500, refusal
        assert refusal.count("\n") < 2, refusal
    return refusal is None
