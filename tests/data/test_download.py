"""Mirrors that fail in every way; the rest of the day must not suffer from it."""

import json
import os
import signal
import socket
import sys
import threading
import time
from contextlib import nullcontext

import numpy as np
import pytest
from small_mnist import GZIPPED, NAMES, assert_is_small, start_python

from digitlib import DataError, load_mnist
from digitlib.data import download
from helpers import python

FILES = [f"{name}.gz" for name in NAMES]

FAULTS = {
    "403": "403 Forbidden",
    "404": "404 Not Found",
    "503": "503 Service Unavailable",
    "html": "web page",
    "empty": "no IDX file",
    "half": "truncated",
    "short": "truncated",
    "wrong": "damaged",
    "forged": "is not MNIST's",
    "other": "no IDX file of images",
    "endless": "sends too much",
    "close": "closed connection",
    "gibberish": "this is not HTTP",
    "hang": "timed out",
    "stall": "timed out",
    "drip": "too slow",
}


@pytest.fixture
def mirrors(monkeypatch, known, server):
    """Name the mirrors by their faults; be impatient with those that are slow."""

    def name(*faults):
        if "hang" in faults or "stall" in faults:
            monkeypatch.setattr(download, "PATIENCE", 0.5)
        if "drip" in faults:
            monkeypatch.setattr(download, "GRACE", 0.3)
        addresses = tuple(server.mirror(fault) for fault in faults)
        monkeypatch.setattr(download, "MIRRORS", addresses)
        return server

    return name


def cached(cache):
    return sorted(path.name for path in (cache / "mnist").iterdir())


REAL = download.MIRRORS  # as they are before any fixture takes them away


def test_the_real_mirrors_are_the_two_public_ones():
    public = "ossci-datasets.s3.amazonaws.com", "storage.googleapis.com/cvdf-datasets"
    assert tuple(f"https://{place}/mnist/" for place in public) == REAL


@pytest.mark.parametrize("kind", ["good", "slow", "moved"])
def test_a_good_mirror(mirrors, cache, capsys, kind):
    server = mirrors(kind)
    mnist = load_mnist()
    assert_is_small(mnist)
    assert mnist.source == "download"
    asked = len(server.requests)
    again = load_mnist()
    assert_is_small(again)
    assert again.source == "cache"
    assert len(server.requests) == asked  # nothing is asked for twice
    assert cached(cache) == sorted(NAMES)
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("fault", FAULTS)
def test_the_second_mirror_helps(mirrors, fault):
    server = mirrors(fault, "good")
    assert_is_small(load_mnist())
    assert [name for mirror, name in server.requests if mirror == "good"] == FILES
    assert len([1 for mirror, _ in server.requests if mirror == fault]) == 1


@pytest.mark.parametrize(("fault", "words"), FAULTS.items())
def test_no_mirror_helps(mirrors, cache, capsys, fault, words):
    server = mirrors(fault, fault)
    start = time.monotonic()
    assert load_mnist(verify=False).is_sample  # a download is verified in any case
    assert time.monotonic() - start < 10
    printed = capsys.readouterr().out
    assert printed.count("\n") == 1
    assert printed[:-1].isprintable()
    assert "bundled sample" in printed
    assert printed.count(words) == 2
    assert len(printed) < 300
    assert not cache.exists()
    assert len(server.requests) == 2


def test_the_second_mirror_goes_on_where_the_first_gave_up(mirrors):
    server = mirrors("images", "good")
    assert_is_small(load_mnist())
    asked = [("images", name) for name in FILES[:2]]
    assert server.requests == asked + [("good", name) for name in FILES[1:]]


def test_a_named_source_asks_no_mirror(mirrors, tmp_path):
    server = mirrors("good")
    with pytest.raises(DataError):
        load_mnist(tmp_path / "nothing")
    assert server.requests == []


# no network


def test_refused():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(DataError, match="refused"):
        download.download((f"http://127.0.0.1:{port}/",))


def test_a_name_that_nobody_knows():
    with pytest.raises(DataError, match=r"mirror\.invalid: no network in tests"):
        download.download(("https://mirror.invalid/mnist/",))


def test_a_name_server_that_never_answers(monkeypatch):
    monkeypatch.setattr(download, "PATIENCE", 0.2)
    over = threading.Event()

    def never(*args, **kwargs):
        over.wait(20)
        raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure")

    monkeypatch.setattr(socket, "getaddrinfo", never)
    start = time.monotonic()
    with pytest.raises(DataError, match="timed out"):
        download.download(("http://mirror.invalid/", "http://another.invalid/"))
    assert time.monotonic() - start < 10
    over.set()


def test_a_mirror_without_a_certificate_is_not_trusted(server):
    """It speaks no TLS at all, which is as good a way to fail."""
    address = server.mirror("good").replace("http:", "https:")
    with pytest.raises(DataError, match="SSL"):
        download.download((address,))


# what may be missing


def test_without_tqdm_and_certifi(mirrors, monkeypatch, capsys):
    mirrors("good")
    monkeypatch.setitem(sys.modules, "tqdm", None)
    monkeypatch.setitem(sys.modules, "certifi", None)
    download.trusted_certificates.cache_clear()
    assert download.trusted_certificates().verify_mode.name == "CERT_REQUIRED"
    assert_is_small(load_mnist())
    assert capsys.readouterr().err == ""


def test_the_progress_bar_counts_every_byte(mirrors, monkeypatch):
    counts = []

    class Bar:
        update = counts.append

    monkeypatch.setattr(download, "progress_bar", lambda: nullcontext(Bar))
    mirrors("good")
    load_mnist()
    assert sum(counts) == sum(map(len, GZIPPED.values()))


def test_the_progress_bar_of_tqdm(capsys):
    with download.progress_bar() as bar:
        bar.delay = 0
        bar.update(5_000_000)
        bar.refresh()
    shown = capsys.readouterr()
    assert "MNIST" in shown.err
    assert "5.00M/11.6M" in shown.err
    assert shown.out == ""


def test_in_a_browser():
    """No sockets, home, tqdm or ssl: the sample comes at once."""
    code = """
import sys
from digitlib.data import load_mnist
sys.platform = 'emscripten'
for name in 'ssl socket http.client tqdm'.split():
    sys.modules[name] = None
data = load_mnist()
assert data.is_sample and len(data.train) == 4_000
"""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("DIGITLIB_")}
    done = python("-W", "error", "-c", code, env=environment)
    assert done.stderr == ""
    assert done.stdout.count("\n") == 1
    assert "browser" in done.stdout


# several processes

LOAD = """
mnist = load_mnist()
print(mnist.source, *(len(d) for d in (mnist.train, mnist.validation, mnist.test)))
"""


def assert_loads(process, *sources):
    out, err = process.communicate(timeout=60)
    assert out in [f"{source} 7 10000 5\n" for source in sources], err


def test_processes_at_once(server, cache):
    mirrors = json.dumps([server.mirror("slow")])
    processes = [start_python(LOAD, TEST_MIRRORS=mirrors) for _ in range(4)]
    for process in processes:
        assert_loads(process, "download", "cache")
    assert cached(cache) == sorted(NAMES)
    assert_loads(start_python(LOAD), "cache")


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="Windows kills otherwise")
def test_killed_in_the_middle_of_a_download(mirrors, cache):
    server = mirrors("drip")
    process = start_python(LOAD, TEST_MIRRORS=json.dumps(download.MIRRORS))
    deadline = time.monotonic() + 30
    while not server.requests and time.monotonic() < deadline:
        time.sleep(0.02)
    time.sleep(0.2)
    process.kill()
    process.communicate()
    assert server.requests
    assert not cache.exists()
    mirrors("good")
    assert [load_mnist().source for _ in range(2)] == ["download", "cache"]


def test_interrupted_by_the_student(mirrors, monkeypatch, cache):
    mirrors("good")

    def interrupt(*args):
        raise KeyboardInterrupt

    monkeypatch.setattr(download, "is_genuine", interrupt)
    with pytest.raises(KeyboardInterrupt):
        load_mnist()
    assert not cache.exists()
    monkeypatch.undo()
    assert np.isfinite(load_mnist().train.images).all()
