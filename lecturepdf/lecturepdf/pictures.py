"""Pictures: from attachments, data URLs, files beside the notebook, and outputs."""

import base64
import re
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from urllib.parse import unquote, unquote_to_bytes, urljoin

from . import web

# How a picture's first bytes tell its format, whatever its name says.
_SIGNATURES = {
    "png": rb"\x89PNG",
    "jpg": rb"\xff\xd8\xff",
    "gif": rb"GIF8",
    "pdf": rb"%PDF",
    "webp": rb"RIFF....WEBP",
    "svg": rb".{,4096}<svg[\s>]",
}
# In the order of how well they print; Typst makes no accessible PDF of those in PDF.
MIME_TYPES = (
    "image/svg+xml", "image/png", "image/jpeg", "image/gif", "image/webp",
    "application/pdf",
)  # fmt: skip


class PictureError(ValueError):
    """A picture that cannot be had; the message says why."""


@dataclass(frozen=True)
class Picture:
    """The bytes of a picture and their format."""

    data: bytes
    extension: str

    @property
    def name(self) -> str:
        """Return a file name that follows from the content alone."""
        return f"{sha256(self.data).hexdigest()[:20]}.{self.extension}"

    @property
    def pixels_wide(self) -> int | None:
        """Return the width of a PNG; other formats know their size in print."""
        if self.extension != "png" or len(self.data) < 24:
            return None
        return struct.unpack(">I", self.data[16:20])[0]


def from_bytes(data: bytes) -> Picture:
    """Return the picture whose content is `data`.

    Raises
    ------
    PictureError
        If its format is none that Typst reads.
    """
    for extension, signature in _SIGNATURES.items():
        if re.match(signature, data, re.DOTALL):
            return Picture(data, extension)
    raise PictureError("its format is not PNG, JPEG, GIF, WebP, SVG or PDF")


def from_mime(mime: str, text: str) -> Picture:
    """Return the picture of a mime bundle: base64, or SVG as text."""
    if mime == "image/svg+xml" and "<svg" in text:
        return from_bytes(text.encode())
    try:
        data = base64.b64decode(text)
    except ValueError as error:
        raise PictureError(str(error)) from error
    return from_bytes(data)


def is_on_web(url: str) -> bool:
    """Return whether a picture is on the web."""
    return url.startswith(("http:", "https:", "ftp:", "//"))


def from_url(
    url: str,
    folder: Path,
    attachments: Mapping[str, Mapping[str, str]],
    fetch: bool = False,
) -> Picture:
    """Return the picture that a notebook names.

    Parameters
    ----------
    url : str
        What stands in the notebook: ``attachment:``, ``data:`` or a relative path.
    folder : Path
        Where the notebook is.
    attachments : mapping
        The cell's attachments: name to mime bundle.
    fetch : bool
        Whether pictures on the web may be fetched; nothing else asks the network.

    Raises
    ------
    PictureError
        If there is no such picture, or it cannot be read.
    """
    kind, _, rest = url.partition(":")
    if kind == "attachment":
        for mime, text in (attachments.get(unquote(rest)) or {}).items():
            return from_mime(mime, text)
        raise PictureError("the cell has no such attachment")
    if kind == "data":
        header, _, payload = rest.partition(",")
        if header.endswith(";base64"):
            return from_mime(header.removesuffix(";base64"), unquote(payload))
        return from_bytes(unquote_to_bytes(payload))
    if is_on_web(url):
        if not fetch:
            raise PictureError("it is on the web, and printing takes no network")
        try:
            return from_bytes(web.fetched(urljoin("https:", url)))
        except web.WebError as error:
            raise PictureError(str(error)) from error
    path = folder / unquote(re.split("[?#]", url)[0])
    try:
        data = path.read_bytes()
    except (OSError, ValueError) as error:
        raise PictureError("there is no such file") from error
    return from_bytes(data)
