"""Files are written whole or not at all, however many write them at once."""

import os
import sys
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path

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


@pytest.mark.skipif(sys.platform == "win32", reason="where links need permission")
@pytest.mark.parametrize("name", ["file", "not there yet"])
def test_a_link_stays_a_link_and_what_it_leads_to_is_written(tmp_path, name):
    (tmp_path / "elsewhere").mkdir()
    target, link = tmp_path / "elsewhere" / name, tmp_path / "link"
    if name == "file":
        target.write_bytes(b"old")
    link.symlink_to(Path("elsewhere") / name)
    write_atomically(link, b"new")
    assert link.is_symlink()
    assert target.read_bytes() == b"new"
    assert [path.name for path in target.parent.iterdir()] == [name]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes")
def test_what_is_no_file_is_not_replaced(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link").symlink_to("pipe")
    with pytest.raises(OSError, match="not a file"):
        write_atomically(tmp_path / "link", b"new")
    assert (tmp_path / "pipe").is_fifo()


@pytest.mark.skipif(sys.platform == "win32", reason="where files have no modes")
@pytest.mark.parametrize("mode", [0o600, 0o640, 0o444, 0o755])
def test_a_file_keeps_its_mode(tmp_path, mode):
    path = tmp_path / "file"
    path.write_bytes(b"old")
    path.chmod(mode)
    write_atomically(path, b"new")
    assert path.read_bytes() == b"new"
    assert path.stat().st_mode & 0o777 == mode


@pytest.mark.skipif(sys.platform == "win32", reason="where files have no modes")
def test_a_new_file_has_the_mode_that_others_have(tmp_path):
    (tmp_path / "other").write_bytes(b"")
    write_atomically(tmp_path / "file", b"new")
    modes = {path.stat().st_mode for path in tmp_path.iterdir()}
    assert len(modes) == 1
