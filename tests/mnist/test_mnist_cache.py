"""What the cache may and may not do."""

import errno
import os
import signal
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from small_mnist import (
    CONTENT,
    GZIPPED,
    NAMES,
    assert_is_small,
    start_python,
    write_folder,
)

from digitlib import DataError, load_mnist
from digitlib import _mnist_cache as mnist_cache
from digitlib.data import mnist as mnist_module


@pytest.fixture
def data(tmp_path, known):
    """A folder with the small data set, which passes for MNIST."""
    return write_folder(tmp_path / "data")


@pytest.fixture
def no_reading(monkeypatch):
    """Let no source be read any more: what comes, comes from the cache."""

    def refuse(path):
        raise AssertionError(f"{path} was read")

    def forbid():
        monkeypatch.setattr(mnist_module, "read_idx_folder", refuse)

    return forbid


def cached(cache):
    return sorted(path.name for path in (cache / "mnist").iterdir())


def test_the_second_time_comes_from_the_cache(data, cache, no_reading):
    assert_is_small(load_mnist(data))
    assert cached(cache) == sorted(NAMES)
    for name, content in CONTENT.items():
        assert (cache / "mnist" / name).read_bytes() == content
    no_reading()
    again = load_mnist(data)
    assert_is_small(again)
    assert again.source == str(data)


def test_the_cache_is_itself_a_source(data, cache, tmp_path, monkeypatch):
    load_mnist(data)
    monkeypatch.setenv("DIGITLIB_CACHE_DIR", str(tmp_path / "other"))
    assert_is_small(load_mnist(cache / "mnist"))


def test_other_data_are_not_cached(data, cache):
    assert_is_small(load_mnist(data, verify=False))
    assert not cache.exists()
    load_mnist(data)
    other = write_folder(data.parent / "other", t10k_labels=GZIPPED[NAMES[3]])
    (other / f"{NAMES[3]}.gz").write_bytes(CONTENT[NAMES[3]][:-1] + b"\7")
    assert load_mnist(other, verify=False).test.labels[-1] == 7
    with pytest.raises(DataError, match="not MNIST"):
        load_mnist(other)
    assert load_mnist(data).test.labels[-1] == 1


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("damage", ["bit", "short", "long", "empty", "gone", "folder"])
def test_a_damaged_cache_is_not_used_but_mended(data, cache, name, damage):
    load_mnist(data)
    path = cache / "mnist" / name
    content = CONTENT[name]
    path.unlink()
    if damage == "folder":
        path.mkdir()
    elif damage != "gone":
        path.write_bytes(
            {
                "bit": content[:-3] + bytes([content[-3] ^ 1]) + content[-2:],
                "short": content[:-1],
                "long": content + b"\0",
                "empty": b"",
            }[damage]
        )
    assert load_mnist().is_sample
    assert_is_small(load_mnist(data))
    assert load_mnist().is_sample == (damage == "folder")  # that is not ours to remove


def test_files_under_each_others_names(data, cache):
    load_mnist(data)
    folder = cache / "mnist"
    (folder / NAMES[1]).rename(folder / "x")
    (folder / NAMES[3]).rename(folder / NAMES[1])
    (folder / "x").rename(folder / NAMES[3])
    assert load_mnist().is_sample


# a named source that has changed since


def test_a_source_that_is_gone(data):
    load_mnist(data)
    (data / f"{NAMES[3]}.gz").unlink()
    with pytest.raises(DataError, match=NAMES[3]):
        load_mnist(data)


@pytest.mark.parametrize("name", NAMES)
def test_a_source_that_was_changed(data, name):
    """With the same size and the old time of change, as an unpacked archive has."""
    load_mnist(data)
    path = data / f"{name}.gz"
    before = path.stat()
    time.sleep(0.02)
    packed = bytearray(path.read_bytes())
    packed[-8] ^= 1  # of the checksum
    path.write_bytes(packed)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    if sys.platform == "win32":  # where st_ctime is the time of creation
        os.utime(path)
    with pytest.raises(DataError):
        load_mnist(data)


def test_a_source_that_was_replaced(data, tmp_path, no_reading):
    load_mnist(data)
    data.rename(tmp_path / "elsewhere")
    with pytest.raises(DataError, match="no such file"):
        load_mnist(data)
    write_folder(data, t10k_labels=CONTENT[NAMES[3]][:-1] + b"\7")
    with pytest.raises(DataError, match="not MNIST"):
        load_mnist(data)


def test_a_touched_source_is_read_again(data, no_reading):
    load_mnist(data)
    os.utime(data / f"{NAMES[0]}.gz", (1, 1))  # the clock was set back
    assert_is_small(load_mnist(data))
    no_reading()
    assert_is_small(load_mnist(data))


# no cache to be had


def no_folder(cache, monkeypatch):
    cache.write_text("a file where the folder should be")


def no_folder_for_mnist(cache, monkeypatch):
    cache.mkdir()
    (cache / "mnist").write_text("a file where the folder should be")


def no_folder_for_notes(cache, monkeypatch):
    cache.mkdir()
    (cache / "verified").write_text("a file where the folder should be")


def no_home(cache, monkeypatch):
    def lost(cls):
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.delenv("DIGITLIB_CACHE_DIR")
    monkeypatch.setattr(Path, "home", classmethod(lost))


def home_without_a_place(cache, monkeypatch):
    monkeypatch.delenv("DIGITLIB_CACHE_DIR")
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.delenv("LOCALAPPDATA", raising=False)
    monkeypatch.setattr(Path, "home", classmethod(lambda cls: Path("~")))
    monkeypatch.chdir(cache.parent)


def impossible_name(cache, monkeypatch):
    monkeypatch.setattr(mnist_cache, "folder", lambda: Path("x" * 5_000))


def full(cache, monkeypatch):
    def no_space(*args):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(mnist_cache, "idx_header", no_space)


def read_only(cache, monkeypatch):
    def refuse(*args, **kwargs):
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(mnist_cache.tempfile, "mkstemp", refuse)


NO_CACHE = [
    no_folder,
    no_folder_for_mnist,
    no_folder_for_notes,
    no_home,
    home_without_a_place,
    impossible_name,
    full,
    read_only,
]


@pytest.mark.parametrize("spoil", NO_CACHE)
def test_without_a_cache_it_takes_longer_that_is_all(data, cache, monkeypatch, spoil):
    spoil(cache, monkeypatch)
    for _ in range(2):
        assert_is_small(load_mnist(data))
    assert not list(cache.parent.glob("**/*.partial"))
    assert not Path("~").exists()


def test_where_the_cache_is(monkeypatch, tmp_path):
    monkeypatch.setattr(Path, "home", classmethod(lambda cls: tmp_path))
    for name in ("DIGITLIB_CACHE_DIR", "XDG_CACHE_HOME", "LOCALAPPDATA"):
        monkeypatch.delenv(name, raising=False)
    for platform, place in {
        "linux": ".cache",
        "darwin": "Library/Caches",
        "win32": "AppData/Local",
    }.items():
        monkeypatch.setattr(sys, "platform", platform)
        assert mnist_cache.folder() == tmp_path / place / "digitlib"
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path / "local"))
    assert mnist_cache.folder() == tmp_path / "local" / "digitlib"
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    assert mnist_cache.folder() == tmp_path / "xdg" / "digitlib"
    monkeypatch.setenv("DIGITLIB_CACHE_DIR", str(tmp_path / "mine"))
    assert mnist_cache.folder() == tmp_path / "mine"


# killed in the middle


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="Windows kills otherwise")
@pytest.mark.parametrize("before", [0, 2])
def test_killed_in_the_middle_of_caching(data, cache, before, no_reading):
    """Half of a file is written, `before` files are whole: then the power goes."""
    code = (
        "import os, signal, digitlib.data.cache as cache\n"
        "write, done = cache.write_atomically, []\n"
        "def write_some(path, array):\n"
        f"    if len(done) == {before}:\n"
        "        (path.parent / f'{path.name}xyz.partial').write_bytes(b'half')\n"
        "        cache.os.fdopen = lambda *args: os.kill(os.getpid(), signal.SIGKILL)\n"
        "    write(path, array)\n"
        "    done.append(path)\n"
        "cache.write_atomically = write_some\n"
        f"load_mnist({str(data)!r})\n"
    )
    process = start_python(code)
    process.communicate(timeout=60)
    assert process.returncode == -signal.SIGKILL
    left = cached(cache)
    assert len([name for name in left if name in NAMES]) == before
    assert len([name for name in left if name.endswith(".partial")]) == 2
    assert load_mnist().is_sample  # a part of the cache is no cache
    assert_is_small(load_mnist(data))
    assert_is_small(load_mnist())
    assert len(cached(cache)) == len(NAMES) + 2  # they might be another process's
    hours_ago = time.time() - 2 * mnist_cache.STALE
    for path in (cache / "mnist").glob("*.partial"):
        os.utime(path, (hours_ago, hours_ago))
    (cache / "mnist" / NAMES[0]).unlink()
    load_mnist(data)
    assert cached(cache) == sorted(NAMES)  # the left-overs are cleared away


def test_an_error_in_the_middle_of_writing_leaves_nothing(tmp_path, monkeypatch):
    def interrupt(array):
        raise KeyboardInterrupt

    monkeypatch.setattr(mnist_cache, "idx_header", interrupt)
    target = tmp_path / "file"
    target.write_bytes(b"old")
    with pytest.raises(KeyboardInterrupt):
        mnist_cache.write_atomically(target, np.zeros(3, np.uint8))
    assert [path.name for path in tmp_path.iterdir()] == ["file"]
    assert target.read_bytes() == b"old"
