"""Pictures on the web: nothing is asked but what may be, and nothing without leave."""

import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from pdf_tools import Printed, markdown, png

from lecturepdf import web


class Pages(BaseHTTPRequestHandler):
    def do_GET(self):
        kind = self.path.strip("/")
        self.send_response({"there": 302, "circle": 302, "none": 404}.get(kind, 200))
        if kind in ("there", "circle"):
            self.send_header("Location", {"there": "/picture"}.get(kind, kind))
        self.end_headers()
        self.wfile.write({"picture": png(), "long": b"x" * 2000}.get(kind, b"x"))

    def log_message(self, *arguments):
        pass


@pytest.fixture(scope="module")
def server():
    with ThreadingHTTPServer(("127.0.0.1", 0), Pages) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture
def is_public(monkeypatch):
    monkeypatch.setattr(web, "_is_public", lambda address: True)
    web.fetched.cache_clear()


@pytest.mark.usefixtures("is_public")
def test_a_picture_is_fetched_where_the_person_says_so(server):
    picture = markdown(f"![grey]({server}/there)")
    assert Printed(picture, fetch=True).messages == []
    assert "on the web" in Printed(picture).messages[0]


@pytest.mark.usefixtures("is_public")
@pytest.mark.parametrize(
    ("path", "why"),
    [("circle", "again and again"), ("none", "404"), ("long", "more than 1,000 bytes")],
)
def test_what_cannot_be_fetched_says_why(server, path, why, monkeypatch):
    monkeypatch.setattr(web, "MOST_BYTES", 1000)
    with pytest.raises(web.WebError, match=why):
        web.fetched(f"{server}/{path}")


ADDRESSES = {
    "8.8.8.8": True, "2001:4860:4860::8888": True, "127.0.0.1": False,
    "10.1.2.3": False,
    "169.254.169.254": False, "192.168.0.1": False, "100.64.0.1": False, "::1": False,
    "0.0.0.0": False, "fe80::1%eth0": False, "fd00::1": False, "224.0.0.1": False,
    "::ffff:10.0.0.1": False, "2002:0a00:0001::": False,
}  # fmt: skip


@pytest.mark.parametrize(("address", "is_public"), ADDRESSES.items())
def test_only_public_addresses_are_asked(address, is_public, monkeypatch):
    asked = []
    found = [(0, 0, 0, "", (address, 80))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *a, **k: found)

    def connect(where, timeout):
        asked.append(where)
        raise OSError("no network in tests")

    monkeypatch.setattr(socket, "create_connection", connect)
    with pytest.raises(web.WebError):
        web.fetched(f"http://host.example/{address}")
    assert bool(asked) == is_public


@pytest.mark.parametrize("url", ["ftp://a.b/c", "file:///etc/passwd", "http:///x"])
def test_other_schemes_are_refused(url):
    with pytest.raises(web.WebError, match="no address of http"):
        web.fetched(url)


@pytest.mark.usefixtures("is_public")
def test_a_slow_answer_is_cut_off(monkeypatch):
    monkeypatch.setattr(web, "SECONDS", 0.2)
    refused = pytest.raises(web.WebError, match="cannot be fetched")
    with socket.create_server(("127.0.0.1", 0)) as silent, refused:
        web.fetched(f"http://127.0.0.1:{silent.getsockname()[1]}/x")
