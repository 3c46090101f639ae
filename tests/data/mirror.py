"""Mirrors on this machine that misbehave on purpose."""

import contextlib
import gzip
import itertools
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from small_mnist import GZIPPED

IMAGES = [data for name, data in GZIPPED.items() if "images" in name]
HTML = b"<!DOCTYPE html><html><body>Please log in to the Wi-Fi</body></html>"


def forged(data):
    """A good file in every respect, except for one pixel."""
    content = gzip.decompress(data)
    return gzip.compress(content[:-1] + bytes([content[-1] ^ 1]), 1)


ANSWERS = {  # of a file's bytes: what is sent in their place, and the status
    "good": lambda data: (data, 200),
    "403": lambda data: (HTML, 403),
    "404": lambda data: (b"", 404),
    "503": lambda data: (HTML, 503),
    "html": lambda data: (HTML, 200),
    "empty": lambda data: (b"", 200),
    "short": lambda data: (data[: len(data) // 2], 200),
    "wrong": lambda data: (data[:30] + bytes([data[30] ^ 1]) + data[31:], 200),
    "forged": lambda data: (forged(data), 200),
    "other": lambda data: (GZIPPED["t10k-labels-idx1-ubyte"], 200),
    "images": lambda data: (data, 200) if data in IMAGES else (b"", 404),
}
STREAMS = {  # the pieces that are sent, the seconds after each, the length that is told
    "half": lambda data: ([data[: len(data) // 2]], 0, len(data)),
    "endless": lambda data: (itertools.repeat(bytes(1_000_000)), 0, 10**9),
    "stall": lambda data: ([data[:100]], 20, len(data)),
    "drip": lambda data: ((bytes([byte]) for byte in data), 0.02, len(data)),
    # As a lecture hall's network is; but all of it comes.
    "slow": lambda data: (
        (data[start : start + 20_000] for start in range(0, len(data), 20_000)),
        0.01,
        len(data),
    ),
}


class Handler(BaseHTTPRequestHandler):
    """Answers /fault/name.gz; what comes after the fault is the mirror's path."""

    def do_GET(self):
        _, fault, name = self.path.split("/")
        self.server.requests.append((fault, name))
        data = GZIPPED.get(name.removesuffix(".gz"), b"")
        with contextlib.suppress(ConnectionError):
            if fault in ANSWERS:
                content, status = ANSWERS[fault](data)
                self.send([content], 0, len(content), status)
            elif fault in STREAMS:
                self.send(*STREAMS[fault](data))
            else:
                getattr(self, f"do_{fault}")()

    def send(self, pieces, pause, length, status=200, **headers):
        self.send_response(status)
        for name, value in {**headers, "Content-Length": length}.items():
            self.send_header(name, str(value))
        self.end_headers()
        for piece in pieces:
            self.wfile.write(piece)
            if self.server.over.wait(pause):
                return

    def do_moved(self):
        self.send([], 0, 0, 302, Location=self.path.replace("moved", "good"))

    def do_close(self):
        """Hang up without a word."""

    def do_gibberish(self):
        self.wfile.write(b"\x16\x03\x01 this is not HTTP\r\n\r\n")

    def do_hang(self):
        self.server.over.wait(20)

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
    with Server() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield server
        finally:
            server.over.set()
            server.shutdown()
            thread.join()
