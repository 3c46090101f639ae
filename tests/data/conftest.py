"""No test here sees the user's cache, the user's data or the network."""

import os
import socket
from pathlib import Path

import mirror
import pytest
import small_mnist

from digitlib.data import download, verify

FULL = os.environ.get("DIGITLIB_DATA_DIR")


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    """An empty cache; its folder is not there yet."""
    folder = tmp_path / "cache"
    monkeypatch.setenv("DIGITLIB_CACHE_DIR", str(folder))
    monkeypatch.delenv("DIGITLIB_DATA_DIR", raising=False)
    return folder


@pytest.fixture(autouse=True)
def _no_network(monkeypatch):
    """No mirrors, and no names but this machine's own."""
    look_up = socket.getaddrinfo

    def only_here(host, *args, **kwargs):
        if host not in ("127.0.0.1", "localhost"):
            raise socket.gaierror(socket.EAI_NONAME, "no network in tests")
        return look_up(host, *args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", only_here)
    for scheme in ("http", "https", "all", "no"):
        monkeypatch.delenv(f"{scheme}_proxy", raising=False)
        monkeypatch.delenv(f"{scheme}_proxy".upper(), raising=False)
    monkeypatch.setattr(download, "MIRRORS", ())


@pytest.fixture
def known(monkeypatch):
    """Let the small data set pass for MNIST."""
    for name, sha256 in small_mnist.HASHES.items():
        monkeypatch.setitem(verify.SHA256, name, sha256)


@pytest.fixture
def full_mnist():
    """The folder with the full MNIST."""
    if not FULL or not Path(FULL).is_dir():
        pytest.skip("needs the full MNIST in the folder DIGITLIB_DATA_DIR")
    return Path(FULL).resolve()


@pytest.fixture
def server():
    """A local web server; `server.mirror("half")` is a mirror with that fault."""
    with mirror.running() as running:
        yield running
