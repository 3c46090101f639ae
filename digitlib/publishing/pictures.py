"""Pictures: from attachments, data URLs, files beside the notebook, and outputs."""

import base64
import binascii
import re
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from urllib.parse import unquote, unquote_to_bytes

# How a picture's first bytes tell its format, whatever its name says.
_SIGNATURES = {
    b"\x89PNG": "png",
    b"\xff\xd8\xff": "jpg",
    b"GIF8": "gif",
    b"%PDF": "pdf",
}
_SVG = re.compile(rb"<svg[\s>]")
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
    for signature, extension in _SIGNATURES.items():
        if data.startswith(signature):
            return Picture(data, extension)
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return Picture(data, "webp")
    if _SVG.search(data[:4096]):
        return Picture(data, "svg")
    raise PictureError("its format is not PNG, JPEG, GIF, WebP, SVG or PDF")


def from_mime(mime: str, text: str) -> Picture:
    """Return the picture of a mime bundle: base64, or SVG as text."""
    if mime == "image/svg+xml" and "<svg" in text:
        return from_bytes(text.encode())
    try:
        return from_bytes(base64.b64decode(text))
    except (binascii.Error, ValueError) as error:
        raise PictureError(str(error)) from error


def _from_data_url(url: str) -> Picture:
    header, _, payload = url.partition(",")
    if header.endswith(";base64"):
        return from_mime(header[5:-7], unquote(payload))
    return from_bytes(unquote_to_bytes(payload))


def from_url(
    url: str, folder: Path, attachments: Mapping[str, Mapping[str, str]]
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

    Raises
    ------
    PictureError
        If there is no such picture, or it cannot be read.
    """
    kind, colon, rest = url.partition(":")
    if kind == "attachment":
        bundle = attachments.get(unquote(rest)) or attachments.get(rest) or {}
        for mime, text in bundle.items():
            return from_mime(mime, text)
        raise PictureError("the cell has no such attachment")
    if kind == "data":
        return _from_data_url(url)
    if colon and kind in ("http", "https", "ftp"):
        raise PictureError("it is on the web, and printing takes no network")
    path = unquote(url.partition("?")[0].partition("#")[0])
    try:
        return from_bytes((folder / path).read_bytes())
    except (OSError, ValueError) as error:
        if isinstance(error, PictureError):
            raise
        raise PictureError("there is no such file") from error
