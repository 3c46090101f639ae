"""Files are written whole or not at all, however many write them at once."""

import sys
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from functools import partial
from multiprocessing import get_context

import pytest

from courseware.files import write_atomically

SIZE = 300_000  # of more than one system call
WRITERS = 8


def write_often(path, number):
    """Write the same file again and again; return what else was found there."""
    strange = 0
    for _ in range(20):
        write_atomically(path, bytes([number]) * SIZE)
        found = path.read_bytes()
        strange += len(found) != SIZE or len(set(found)) != 1
    return strange


@pytest.mark.skipif(sys.platform == "win32", reason="where open files are locked")
@pytest.mark.parametrize("kind", ["threads", "processes"])
def test_eight_at_once(tmp_path, kind):
    write = partial(write_often, tmp_path / "file")
    if kind == "threads":
        pool = ThreadPoolExecutor(WRITERS)
    else:
        pool = ProcessPoolExecutor(WRITERS, get_context("spawn"))
    with pool:
        assert list(pool.map(write, range(WRITERS))) == [0] * WRITERS
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_what_cannot_be_written_is_named(tmp_path):
    for path in (tmp_path / "no such" / "file", tmp_path):
        with pytest.raises(OSError, match=r".") as caught:
            write_atomically(path, b"")
        assert caught.value.filename == str(path)
        assert "partial" not in str(caught.value)
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(OSError, match=r".") as caught:
        write_atomically(tmp_path / "file" / "below", b"")
    assert caught.value.filename == str(tmp_path / "file" / "below")
    assert [path.name for path in tmp_path.iterdir()] == ["file"]
