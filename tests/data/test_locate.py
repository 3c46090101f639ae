"""Which source is taken, how its files may be named, and where the cache lies."""

import os
import sys
from pathlib import Path

import pytest
from small_mnist import NAMES, assert_is_small, assert_refused, write_folder

from digitlib import load_mnist
from digitlib.data import lesson_data, locate

# the order of sources


def test_order_of_sources(tmp_path, monkeypatch, known, cache, capsys):
    argument = write_folder(tmp_path / "argument")
    variable = write_folder(tmp_path / "variable", gzipped=False)
    assert load_mnist().source == "bundled sample"
    monkeypatch.setenv("DIGITLIB_DATA_DIR", str(variable))
    assert load_mnist().source == str(variable)
    assert load_mnist(argument).source == str(argument)
    monkeypatch.setenv("DIGITLIB_DATA_DIR", "")  # as good as unset
    assert load_mnist().source == "cache"
    assert_is_small(load_mnist())
    assert capsys.readouterr().out.count("\n") == 1  # of the sample


def test_nothing_takes_the_place_of_a_named_source(
    tmp_path, monkeypatch, known, capsys
):
    load_mnist(write_folder(tmp_path / "data"))  # fills the cache
    for source in (tmp_path / "no such", tmp_path / "no" / "mnist.pkl.gz", "\0"):
        assert_refused(source, str(source))
    monkeypatch.setenv("DIGITLIB_DATA_DIR", str(tmp_path / "no such"))
    assert_refused(None, "no such file")
    monkeypatch.chdir(tmp_path)
    assert_refused("", "has no file")
    assert capsys.readouterr().out == ""


# the names of files


def other_spelling(path):
    return path.name.replace("-idx", ".idx")


SPELLINGS = {
    "unchanged": lambda path: path.name,
    "with a dot": other_spelling,
    "plain, named gz": lambda path: path.with_suffix(".gz").name,
}


@pytest.mark.parametrize("gzipped", [True, False])
@pytest.mark.parametrize("name", SPELLINGS.values(), ids=SPELLINGS)
def test_a_folder_of_idx_files(tmp_path, gzipped, name):
    folder = write_folder(tmp_path / "some data", gzipped)
    for path in list(folder.iterdir()):
        path.rename(folder / name(path))
    mnist = load_mnist(folder, verify=False)
    assert_is_small(mnist)
    assert mnist.source == str(folder)


@pytest.mark.parametrize("make", ["mkdir", "mkfifo"])
@pytest.mark.parametrize("gzipped", [True, False])
def test_what_is_no_file_hides_none(tmp_path, gzipped, make):
    """Some sites pack each file into a folder of its name, beside the files."""
    if not hasattr(os, make):
        pytest.skip("no named pipes here")
    folder = write_folder(tmp_path / "data", gzipped)
    for path in list(folder.iterdir()):
        if not gzipped:
            path.rename(folder / other_spelling(path))
        getattr(os, make)(folder / path.name.removesuffix(".gz"))
    assert_is_small(load_mnist(folder, verify=False))


def test_names_with_spaces_and_umlauts_relative_and_at_home(tmp_path, monkeypatch):
    folder = write_folder(tmp_path / "Übungen für Anfänger" / "数字")
    assert_is_small(load_mnist(str(folder), verify=False))
    monkeypatch.chdir(folder.parent)
    assert_is_small(load_mnist("数字", verify=False))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    assert_is_small(load_mnist("~/Übungen für Anfänger/数字", verify=False))


@pytest.mark.parametrize("missing", NAMES)
def test_a_missing_file_is_named(tmp_path, missing):
    folder = write_folder(tmp_path / "data")
    (folder / f"{missing}.gz").unlink()
    assert_refused(folder, str(folder), missing)


@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() == 0,
    reason="whoever runs this may read everything, or is on Windows",
)
@pytest.mark.parametrize("what", ["above", "above/data", f"above/data/{NAMES[2]}.gz"])
def test_no_permission(tmp_path, what):
    folder = write_folder(tmp_path / "above" / "data")
    (tmp_path / what).chmod(0)
    try:
        assert_refused(folder, str(folder), "Permission denied")
    finally:
        (tmp_path / what).chmod(0o700)


@pytest.mark.parametrize(("home", "method"), [(Path, "iterdir"), (os, "open")])
def test_no_permission_even_for_root(tmp_path, monkeypatch, home, method):
    folder = write_folder(tmp_path / "data")

    def refuse(self, *args):
        raise PermissionError(13, "Permission denied", str(self))

    monkeypatch.setattr(home, method, refuse)
    assert_refused(folder, str(folder), "cannot be read")


# the cache


CACHES = {  # what the environment says, and the folder below a home that is empty
    "the platform's": ({}, ".cache/digitlib"),
    "XDG's": ({"XDG_CACHE_HOME": "{home}/xdg"}, "xdg/digitlib"),
    "named": ({"DIGITLIB_CACHE_DIR": "{home}/mine"}, "mine"),
    "named from home": ({"DIGITLIB_CACHE_DIR": "~/mine"}, "mine"),
    "named from here": ({"DIGITLIB_CACHE_DIR": "mine"}, "here/mine"),
    "in a browser": ({"PLATFORM": "emscripten"}, None),
    "named without a home": ({"DIGITLIB_CACHE_DIR": "~nobody-at-all/x"}, None),
}


@pytest.mark.skipif(sys.platform != "linux", reason="places as they are on Linux")
@pytest.mark.parametrize(("environment", "place"), CACHES.values(), ids=CACHES)
def test_where_the_cache_is(tmp_path, monkeypatch, environment, place):
    for name in ("DIGITLIB_CACHE_DIR", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    for name, value in environment.items():
        monkeypatch.setenv(name, value.format(home=tmp_path))
    monkeypatch.setattr(sys, "platform", environment.get("PLATFORM", sys.platform))
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    folder = locate.cache_folder()
    assert (folder and folder.absolute()) == (place and tmp_path / place)


def test_a_course_finds_relative_folders_from_everywhere(tmp_path, known, monkeypatch):
    write_folder(tmp_path / "data")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DIGITLIB_DATA_DIR", "data")
    monkeypatch.setenv("DIGITLIB_CACHE_DIR", "cache")
    prepare = lesson_data.prepare.__wrapped__  # which would remember what it once found
    assert prepare() == (True, f"the whole MNIST, from {tmp_path / 'data'}")
    assert os.environ["DIGITLIB_DATA_DIR"] == str(tmp_path / "data")
    assert os.environ["DIGITLIB_CACHE_DIR"] == str(tmp_path / "cache")
    monkeypatch.delenv("DIGITLIB_DATA_DIR")
    (tmp_path / "notebooks").mkdir()
    monkeypatch.chdir("notebooks")
    assert prepare() == (True, "the whole MNIST, from cache")
    monkeypatch.setenv("DIGITLIB_CACHE_DIR", str(tmp_path / "empty"))
    assert not prepare()[0]
