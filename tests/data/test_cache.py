"""What the cache may and may not do, and what a machine may do to it."""

import errno
import os
import signal
import stat
import sys
import time
from pathlib import Path

import pytest
from small_mnist import (
    CONTENT,
    GZIPPED,
    NAMES,
    assert_is_small,
    assert_refused,
    start_python,
    write_folder,
)

from digitlib import load_mnist
from digitlib.data import cache as cache_module
from digitlib.data import download
from small_disk import small_disk

links = pytest.mark.skipif(sys.platform == "win32", reason="links need permission")


@pytest.fixture
def data(tmp_path, known):
    """A folder with the small data set, which passes for MNIST."""
    return write_folder(tmp_path / "data")


@pytest.fixture
def no_unpacking(monkeypatch):
    """Let nothing be unpacked any more: what comes, comes from the cache."""

    def refuse(data):
        raise AssertionError("something was unpacked")

    return lambda: monkeypatch.setattr("zlib.decompressobj", refuse)


def files(folder):
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


def test_the_second_time_comes_from_the_cache(data, cache, no_unpacking):
    assert_is_small(load_mnist(data))
    assert files(cache / "mnist") == sorted(NAMES)
    for name, content in CONTENT.items():
        assert (cache / "mnist" / name).read_bytes() == content
    no_unpacking()
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
    assert_refused(other, "not MNIST")
    assert load_mnist(data).test.labels[-1] == 1


@pytest.mark.skipif(os.name != "posix", reason="modes are other things elsewhere")
@pytest.mark.parametrize("umask", [0o022, 0o077])
def test_who_may_read_a_shared_cache_the_umask_says(data, cache, umask):
    before = os.umask(umask)
    try:
        load_mnist(data)
    finally:
        os.umask(before)
    modes = {stat.S_IMODE(path.stat().st_mode) for path in cache.rglob("*ubyte")}
    assert modes == {0o666 & ~umask}


def test_a_cache_that_cannot_be_read_is_not_called_a_missing_network(
    data, cache, monkeypatch, capsys
):
    load_mnist(data)
    there = os.open

    def refuse(path, *args, **kwargs):
        if cache in Path(path).parents:
            raise PermissionError(13, "Permission denied", str(path))
        return there(path, *args, **kwargs)

    monkeypatch.setattr(os, "open", refuse)
    assert load_mnist().is_sample
    unread, sample = capsys.readouterr().out.splitlines()
    assert unread.startswith("The cache cannot be used. ")
    assert f"{cache / 'mnist' / NAMES[0]}: cannot be read (Permission denied)" in unread
    assert sample.startswith("MNIST cannot be downloaded")


DAMAGES = {
    "bit": lambda content: content[:-3] + bytes([content[-3] ^ 1]) + content[-2:],
    "short": lambda content: content[:-1],
    "long": lambda content: content + b"\0",
    "empty": lambda content: b"",
    "gone": None,
    "folder": Path.mkdir,
    "pipe": getattr(os, "mkfifo", Path.mkdir),
}


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_cache_is_not_used_but_mended(data, cache, name, damage):
    load_mnist(data)
    path, act = cache / "mnist" / name, DAMAGES[damage]
    path.unlink()
    if damage in ("folder", "pipe"):
        act(path)
    elif act:
        path.write_bytes(act(CONTENT[name]))
    assert load_mnist().is_sample
    assert_is_small(load_mnist(data))
    assert load_mnist().is_sample == (damage == "folder")  # that is not ours to remove


def test_files_under_each_others_names(data, cache):
    load_mnist(data)
    for name, other in ((NAMES[1], NAMES[3]), (NAMES[3], NAMES[1])):
        (cache / "mnist" / name).write_bytes(CONTENT[other])
    assert load_mnist().is_sample


# a named source that has changed since


def test_a_source_that_is_gone(data):
    load_mnist(data)
    (data / f"{NAMES[3]}.gz").unlink()
    assert_refused(data, NAMES[3])


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
    assert_refused(data)


def test_a_source_that_was_replaced(data, tmp_path):
    load_mnist(data)
    data.rename(tmp_path / "elsewhere")
    assert_refused(data, "no such file")
    write_folder(data, t10k_labels=CONTENT[NAMES[3]][:-1] + b"\7")
    assert_refused(data, "not MNIST")


def test_a_touched_source_is_read_again(data, no_unpacking):
    load_mnist(data)
    os.utime(data / f"{NAMES[0]}.gz", (1, 1))  # the clock was set back
    assert_is_small(load_mnist(data))
    no_unpacking()
    assert_is_small(load_mnist(data))


# a cache that others share


THEIRS = ("thesis.partial", ".1-2.partial.txt", NAMES[0])


def theirs(folder):
    """Files of somebody else, of long ago."""
    folder.mkdir(parents=True)
    for name in THEIRS:
        (folder / name).write_bytes(b"mine")
        os.utime(folder / name, (1, 1))
    return folder


def assert_untouched(folder):
    assert files(folder) == sorted(THEIRS)
    for path in folder.iterdir():
        assert (path.read_bytes(), path.stat().st_mtime) == (b"mine", 1)


@links
@pytest.mark.parametrize("place", ["mnist", "verified"])
def test_no_link_is_followed_out_of_the_cache(data, cache, tmp_path, place):
    home = theirs(tmp_path / "home")
    cache.mkdir()
    (cache / place).symlink_to(home)
    assert_is_small(load_mnist(data))
    assert_untouched(home)
    write_folder(tmp_path / "good", gzipped=False)  # not even to read what is right
    (cache / place).unlink()
    (cache / place).symlink_to(tmp_path / "good")
    assert load_mnist().is_sample == (place == "mnist")


@links
def test_no_file_is_a_link_out_of_the_cache(data, cache, tmp_path):
    home = theirs(tmp_path / "home")
    load_mnist(data)
    (note,) = (cache / "verified").iterdir()
    for path, name in ((note, "new"), (cache / "mnist" / NAMES[0], NAMES[0])):
        path.unlink()
        path.symlink_to(home / name)
        assert_is_small(load_mnist(data))
        assert_untouched(home)
        assert path.is_symlink()


@links
def test_links_within_the_cache_are_followed(data, cache):
    load_mnist(data)
    (cache / "mnist").rename(cache / "elsewhere")
    (cache / "mnist").symlink_to(cache / "elsewhere")
    assert load_mnist().source == "cache"


def test_what_others_have_beside_it_stays(data, cache):
    theirs(cache / "mnist")
    (cache / "mnist" / NAMES[0]).unlink()
    (cache / "mnist" / ".3-4.partial").mkdir()
    os.utime(cache / "mnist" / ".3-4.partial", (1, 1))
    load_mnist(data)
    left = [path.name for path in (cache / "mnist").iterdir()]
    assert sorted(left) == sorted({*NAMES, *THEIRS, ".3-4.partial"})


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes")
@pytest.mark.parametrize("place", ["mnist", "verified", "mnist/.1-2.partial"])
def test_nobody_waits_for_a_pipe_in_the_cache(data, cache, place):
    (cache / place).parent.mkdir(parents=True)
    os.mkfifo(cache / place)
    os.utime(cache / place, (1, 1))
    for _ in range(2):
        assert_is_small(load_mnist(data))
    assert (cache / place).is_fifo()


# no cache to be had


def refuse(error):
    def refused(*args, **options):
        raise OSError(error, os.strerror(error))

    return refused


def write(path):
    path.parent.mkdir(exist_ok=True)
    path.write_text("a file where a folder should be")


NO_CACHE = {
    "no folder": lambda cache, patch: write(cache),
    "no folder for MNIST": lambda cache, patch: write(cache / "mnist"),
    "no folder for notes": lambda cache, patch: write(cache / "verified"),
    "no home": lambda cache, patch: patch.setenv("DIGITLIB_CACHE_DIR", "~nobody/x"),
    "no name": lambda cache, patch: patch.setenv("DIGITLIB_CACHE_DIR", "x" * 5_000),
    "full": lambda cache, patch: patch.setattr(os, "fsync", refuse(errno.ENOSPC)),
    "read-only": lambda cache, patch: patch.setattr(Path, "mkdir", refuse(errno.EROFS)),
}


@pytest.mark.parametrize("spoil", NO_CACHE.values(), ids=NO_CACHE)
def test_without_a_cache_it_takes_longer_that_is_all(
    data, cache, tmp_path, monkeypatch, spoil
):
    monkeypatch.chdir(tmp_path)
    spoil(cache, monkeypatch)
    for _ in range(2):
        assert_is_small(load_mnist(data))
    assert not list(tmp_path.glob("**/*.partial"))
    assert {path.name for path in tmp_path.iterdir()} <= {"data", "cache"}


@pytest.mark.parametrize("home", [None, "relative", os.devnull])
def test_a_home_that_is_none(data, tmp_path, home):
    """With no such variable, the system's list of users is asked: it knows nobody."""
    given = {"HOME": home} if home else {}
    code = f"""
import contextlib
for name in ("HOME", "USERPROFILE", "XDG_CACHE_HOME", "LOCALAPPDATA"):
    os.environ.pop(name, None)
os.environ |= {given!r}
with contextlib.suppress(ImportError):
    import pwd
    pwd.getpwuid = {{}}.__getitem__
os.chdir({str(tmp_path)!r})
print(load_mnist({str(data)!r}).source, load_mnist().source)
"""
    process = start_python(code, DIGITLIB_CACHE_DIR="")
    out, err = process.communicate(timeout=60)
    assert process.returncode == 0, err
    assert out.endswith(f"{data} bundled sample\n")
    assert [path.name for path in tmp_path.iterdir()] == ["data"]


@pytest.fixture
def disk(tmp_path, monkeypatch):
    """A disk of 200 kB that is to hold the cache."""
    with small_disk(tmp_path / "disk", 200) as disk:
        monkeypatch.setenv("DIGITLIB_CACHE_DIR", str(disk.folder / "cache"))
        yield disk


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


# clocks that run wild


def test_a_clock_that_is_set_back_again_and_again(data, cache, monkeypatch, server):
    """By a day whenever somebody looks at it."""
    now = iter(range(2_000_000_000, 0, -86_400))
    monkeypatch.setattr(time, "time", lambda: next(now))
    monkeypatch.setattr(download, "MIRRORS", (server.mirror("slow"),))
    assert_is_small(load_mnist())
    assert load_mnist().source == "cache"
    assert_is_small(load_mnist(data))
    assert files(cache / "mnist") == sorted(NAMES)


@pytest.mark.skipif(sys.platform == "win32", reason="os.utime knows no such times")
@pytest.mark.parametrize("year", [1970, 2100])
def test_files_of_another_age(data, cache, year):
    """As when they were written before the clock was set: still the same bytes."""
    load_mnist(data)
    then = time.mktime((year, 1, 2, 0, 0, 0, 0, 0, 0))
    partial = cache / "mnist" / ".1-2.partial"
    partial.touch()
    for path in [*data.iterdir(), *(cache / "mnist").iterdir()]:
        os.utime(path, (then, then))
    assert load_mnist().source == "cache"
    assert_is_small(load_mnist(data))
    assert partial.exists() == (year == 2100)  # another process may be writing it


# killed in the middle


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="Windows kills otherwise")
@pytest.mark.parametrize("before", [0, 2])
def test_killed_in_the_middle_of_caching(data, cache, before):
    """A file is written and not in its place, `before` are: then the power goes."""
    code = f"""
import signal
done = []
def sync(file):
    if len(done) == {before}:
        os.kill(os.getpid(), signal.SIGKILL)
    done.append(file)
os.fsync = sync
load_mnist({str(data)!r})
"""
    process = start_python(code)
    process.communicate(timeout=60)
    assert process.returncode == -signal.SIGKILL
    kinds = [name.endswith(".partial") for name in files(cache / "mnist")]
    assert (kinds.count(False), kinds.count(True)) == (before, 1)
    assert load_mnist().is_sample  # a part of the cache is no cache
    assert_is_small(load_mnist(data))
    assert_is_small(load_mnist())
    assert len(files(cache / "mnist")) == len(NAMES) + 1  # it might be another's
    hours_ago = time.time() - 2 * cache_module.STALE
    for path in (cache / "mnist").glob("*.partial"):
        os.utime(path, (hours_ago, hours_ago))
    (cache / "mnist" / NAMES[0]).unlink()
    load_mnist(data)
    assert files(cache / "mnist") == sorted(NAMES)  # the left-over is cleared away


def test_interrupted_in_the_middle_of_writing(data, cache, monkeypatch):
    def interrupt(*args):
        raise KeyboardInterrupt

    load_mnist(data)
    (cache / "mnist" / NAMES[0]).write_bytes(b"old")
    monkeypatch.setattr(os, "fsync", interrupt)
    with pytest.raises(KeyboardInterrupt):
        load_mnist(data)
    assert files(cache / "mnist") == sorted(NAMES)
    assert (cache / "mnist" / NAMES[0]).read_bytes() == b"old"
