"""Mirrors on this machine that misbehave on purpose."""

import contextlib
import gzip
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from small_mnist import GZIPPED

IMAGES = [data for name, data in GZIPPED.items() if "images" in name]
HTML = b"<!DOCTYPE html><html><body>Please log in to the Wi-Fi</body></html>"


class Handler(BaseHTTPRequestHandler):
    """Answers /fault/name.gz; what comes after the fault is the mirror's path."""

    def do_GET(self):
        _, fault, name = self.path.split("/")
        self.server.requests.append((fault, name))
        data = GZIPPED.get(name.removesuffix(".gz"), b"")
        with contextlib.suppress(ConnectionError):
            getattr(self, f"do_{fault}")(data)

    def send(self, data, status=200, length=None):
        self.send_response(status)
        self.send_header("Content-Length", str(len(data) if length is None else length))
        self.end_headers()
        self.wfile.write(data)

    def do_good(self, data):
        self.send(data)

    def do_moved(self, data):
        self.send_response(302)
        self.send_header("Location", self.path.replace("moved", "good"))
        self.send_header("Content-Length", "0")
        self.end_headers()

    def do_403(self, data):
        self.send(HTML, 403)

    def do_404(self, data):
        self.send(b"", 404)

    def do_503(self, data):
        self.send(HTML, 503)

    def do_html(self, data):
        self.send(HTML)

    def do_empty(self, data):
        self.send(b"")

    def do_half(self, data):
        self.send(data[: len(data) // 2], length=len(data))

    def do_short(self, data):
        self.send(data[: len(data) // 2])

    def do_wrong(self, data):
        self.send(data[:30] + bytes([data[30] ^ 1]) + data[31:])

    def do_forged(self, data):
        """A good file in every respect, except for one pixel."""
        content = gzip.decompress(data)
        self.send(gzip.compress(content[:-1] + bytes([content[-1] ^ 1]), 1))

    def do_other(self, data):
        """Good files, under each other's names."""
        self.send(GZIPPED["t10k-labels-idx1-ubyte"])

    def do_images(self, data):
        """Images are good, labels are not to be had."""
        self.send(data) if data in IMAGES else self.send(b"", 404)

    def do_endless(self, data):
        self.send(b"", length=10**9)
        while True:
            self.wfile.write(bytes(1_000_000))

    def do_close(self, data):
        """Hang up without a word."""

    def do_gibberish(self, data):
        self.wfile.write(b"\x16\x03\x01 this is not HTTP\r\n\r\n")

    def do_hang(self, data):
        self.server.over.wait(20)

    def do_stall(self, data):
        self.send(data[:100], length=len(data))
        self.server.over.wait(20)

    def do_drip(self, data):
        self.send(b"", length=len(data))
        for byte in data:
            self.wfile.write(bytes([byte]))
            if self.server.over.wait(0.02):
                return

    def do_slow(self, data):
        """Slow, as a lecture hall's network is, but all of it comes."""
        self.send(b"", length=len(data))
        for start in range(0, len(data), 20_000):
            self.wfile.write(data[start : start + 20_000])
            time.sleep(0.01)

    def log_message(self, *args):
        """Keep silent."""


class Server(ThreadingHTTPServer):
    """Knows what was asked for."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.requests = []
        self.over = threading.Event()

    def handle_error(self, *args):
        """Keep silent."""

    def mirror(self, fault):
        """Address of a mirror with this fault."""
        return f"http://127.0.0.1:{self.server_port}/{fault}/"


@contextlib.contextmanager
def running():
    """Serve until the end."""
    server = Server()
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield server
    finally:
        server.over.set()
        server.shutdown()
        thread.join()
        server.server_close()
