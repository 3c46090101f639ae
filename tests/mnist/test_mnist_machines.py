"""What a machine may do to the cache: a full disk, no home, a clock that runs wild."""

import os
import sys
import time

import pytest
from small_mnist import NAMES, assert_is_small, start_python, write_folder

import digitlib.data.download as download
from digitlib import _mnist_cache as mnist_cache
from digitlib import load_mnist
from small_disk import small_disk


@pytest.fixture
def data(tmp_path, known):
    """A folder with the small data set, which passes for MNIST."""
    return write_folder(tmp_path / "data")


@pytest.fixture
def disk(tmp_path, monkeypatch):
    """A disk of 200 kB that is to hold the cache."""
    with small_disk(tmp_path / "disk", 200) as disk:
        monkeypatch.setenv("DIGITLIB_CACHE_DIR", str(disk.folder / "cache"))
        yield disk


def files(folder):
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


def test_a_disk_that_is_full(data, disk, monkeypatch, server):
    for _ in range(2):
        assert_is_small(load_mnist(data))
    monkeypatch.setattr(download, "MIRRORS", (server.mirror("good"),))
    assert load_mnist().source == "download"
    assert files(disk.folder) == []  # nothing whole, and nothing half
    disk.change("size=20m")
    assert_is_small(load_mnist(data))
    assert load_mnist().source == "cache"


def test_a_disk_that_is_read_only(data, disk):
    disk.change("size=20m")
    disk.change("ro")
    for _ in range(2):
        assert_is_small(load_mnist(data))
    assert load_mnist().is_sample
    disk.change("rw")
    assert_is_small(load_mnist(data))
    disk.change("ro")
    assert load_mnist().source == "cache"
    assert [name for name in files(disk.folder) if name in NAMES] == sorted(NAMES)


@pytest.mark.parametrize("home", [None, "relative", os.devnull])
def test_a_home_that_is_none(data, tmp_path, home):
    """With no such variable, the system's list of users is asked: it knows nobody."""
    code = (
        "try:\n"
        "    import pwd\n"
        "    pwd.getpwuid = {}.__getitem__\n"
        "except ImportError:\n"
        "    pass\n"
        f"os.chdir({str(tmp_path)!r})\n"
        f"print(load_mnist({str(data)!r}).source, load_mnist().source)\n"
    )
    names = ("HOME", "USERPROFILE", "XDG_CACHE_HOME", "LOCALAPPDATA")
    removed = "".join(f"os.environ.pop({name!r}, None)\n" for name in names)
    named = f"os.environ['HOME'] = {home!r}\n" if home is not None else ""
    process = start_python(removed + named + code, DIGITLIB_CACHE_DIR="")
    out, err = process.communicate(timeout=60)
    assert process.returncode == 0, err
    assert out.endswith(f"{data} bundled sample\n")
    assert [path.name for path in tmp_path.iterdir()] == ["data"]


@pytest.fixture
def wild_clock(monkeypatch):
    """A clock that is set back by a day whenever somebody looks at it."""
    now = [2e9]

    def set_back():
        now[0] -= 86_400
        return now[0]

    monkeypatch.setattr(time, "time", set_back)


def test_a_clock_that_is_set_back_again_and_again(
    wild_clock, data, cache, monkeypatch, server
):
    monkeypatch.setattr(download, "MIRRORS", (server.mirror("slow"),))
    assert_is_small(load_mnist())
    again = load_mnist()
    assert again.source == "cache"
    assert_is_small(load_mnist(data))
    assert files(cache / "mnist") == sorted(NAMES)


@pytest.mark.skipif(sys.platform == "win32", reason="os.utime knows no such times")
@pytest.mark.parametrize("year", [1970, 2100])
def test_files_of_another_age(data, cache, year):
    """As when they were written before the clock was set: still the same bytes."""
    load_mnist(data)
    then = time.mktime((year, 1, 2, 0, 0, 0, 0, 0, 0))
    for path in [*data.iterdir(), *(cache / "mnist").iterdir()]:
        os.utime(path, (then, then))
    assert load_mnist().source == "cache"
    assert_is_small(load_mnist(data))
    partial = cache / "mnist" / "x.partial"
    partial.touch()
    os.utime(partial, (then, then))
    mnist_cache.remove_stale(cache / "mnist")
    assert partial.exists() == (year == 2100)  # another process may be writing it
