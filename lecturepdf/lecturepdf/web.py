"""Pictures on the web, for the person who prints and says so (``fetch``).

Only http and https, only from public addresses, those of redirects too; at most
`MOST_BYTES`, within `SECONDS`. What has been fetched is kept while the program runs.
"""

import http.client
import ipaddress
import socket
import ssl
from functools import lru_cache
from threading import Timer
from urllib.parse import urljoin, urlsplit

MOST_BYTES = 20_000_000
SECONDS = 20.0
_MOST_REDIRECTS = 5
_PORTS = {"http": 80, "https": 443}
_HEADERS = {"User-Agent": "lecturepdf", "Accept-Encoding": "identity"}


class WebError(ValueError):
    """A picture that cannot be fetched; the message says why."""


@lru_cache(maxsize=200)
def fetched(url: str) -> bytes:
    """Return what is at an address on the web.

    Raises
    ------
    WebError
        If it is none of http or https, not public, too large or too slow, or if there
        is no answer.
    """
    for _ in range(_MOST_REDIRECTS + 1):
        try:
            data, elsewhere = _answer(url)
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise WebError(f"it cannot be fetched: {error}") from error
        if elsewhere is None:
            return data
        url = urljoin(url, elsewhere)
    raise WebError("it cannot be fetched: it is moved again and again")


def _answer(url: str) -> tuple[bytes, str | None]:
    """Return the content of one answer, or where it is instead."""
    parts = urlsplit(url)
    if parts.scheme not in _PORTS or not parts.hostname:
        raise WebError("it is at no address of http or https")
    port = parts.port or _PORTS[parts.scheme]
    address = _public_address(parts.hostname, port)
    # Connected here, to the address that was looked at: a second look-up of the name
    # could give another one. No proxy is asked.
    link = socket.create_connection((address, port), SECONDS)
    ends = Timer(SECONDS, link.shutdown, [socket.SHUT_RDWR])
    ends.start()
    try:
        if parts.scheme == "https":
            context = ssl.create_default_context()
            link = context.wrap_socket(link, server_hostname=parts.hostname)
        connection = http.client.HTTPConnection(parts.hostname, port)
        connection.sock = link
        path = f"{parts.path or '/'}{'?' * bool(parts.query)}{parts.query}"
        host = parts.netloc.rpartition("@")[2]
        connection.request("GET", path, headers={"Host": host, **_HEADERS})
        response = connection.getresponse()
        if response.status in (301, 302, 303, 307, 308):
            return b"", response.getheader("Location") or ""
        if response.status != http.client.OK:
            raise WebError(f"the answer is {response.status} {response.reason}")
        data = response.read(MOST_BYTES + 1)
    finally:
        ends.cancel()
        link.close()
    if len(data) > MOST_BYTES:
        raise WebError(f"it has more than {MOST_BYTES:,} bytes")
    return data, None


def _public_address(host: str, port: int) -> str:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = [ipaddress.ip_address(info[4][0].partition("%")[0]) for info in found]
    if not addresses or not all(_is_public(address) for address in addresses):
        raise WebError(f"{host} is no public address")
    return str(addresses[0])


def _is_public(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    inner = getattr(address, "ipv4_mapped", None) or getattr(address, "sixtofour", None)
    return (
        address.is_global
        and not address.is_multicast
        and (inner is None or _is_public(inner))
    )
