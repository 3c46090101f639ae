"""Pictures: from attachments, data URLs, files beside the notebook, and outputs."""

import base64
import re
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from urllib.parse import unquote, unquote_to_bytes, urljoin

from . import neighbours, web

# How a picture's first bytes tell its format, whatever its name says.
_SIGNATURES = {
    "png": rb"\x89PNG",
    "jpg": rb"\xff\xd8\xff",
    "gif": rb"GIF8",
    "pdf": rb"%PDF",
    "webp": rb"RIFF....WEBP",
    "svg": rb".{,4096}<svg[\s>]",
}
_MOST_PIXELS = 100_000_000  # four bytes each, when Typst unpacks them
_JPEG_FRAMES = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}
# In the order of how well they print; Typst makes no accessible PDF of those in PDF.
MIME_TYPES = (
    "image/svg+xml", "image/png", "image/jpeg", "image/gif", "image/webp",
    "image/bmp", "application/pdf",
)  # fmt: skip


class PictureError(ValueError):
    """A picture that cannot be had; the message says why, `remedy` what would help."""

    def __init__(self, message: str, remedy: str = "") -> None:
        super().__init__(message)
        self.remedy = remedy


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
        If its format is none that Typst reads, or it claims more than 100 megapixels.
    """
    for extension, signature in _SIGNATURES.items():
        if re.match(signature, data, re.DOTALL):
            wide, high = _claimed_size(data, extension)
            if wide * high > _MOST_PIXELS:
                raise PictureError(f"it claims to have {wide} x {high} pixels")
            return Picture(data, extension)
    raise PictureError("its format is not PNG, JPEG, GIF, WebP, SVG or PDF")


def _claimed_size(data: bytes, extension: str) -> tuple[int, int]:
    """Return the width and height that a PNG, GIF or JPEG claims; (0, 0) of others."""
    if extension == "png" and len(data) >= 24:
        return struct.unpack(">II", data[16:24])
    if extension == "gif" and len(data) >= 10:
        return struct.unpack("<HH", data[6:10])
    at = 2
    while extension == "jpg" and at + 9 <= len(data) and data[at] == 0xFF:
        if data[at + 1] in _JPEG_FRAMES:
            high, wide = struct.unpack(">HH", data[at + 5 : at + 9])
            return wide, high
        at += 2 + struct.unpack(">H", data[at + 2 : at + 4])[0]
    return 0, 0


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
    allowed: Sequence[Path] = (),
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
    allowed : sequence of Path
        Folders beside the notebook's own from which files may be read.

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
    try:
        data = neighbours.read(unquote(re.split("[?#]", url)[0]), folder, allowed)
    except neighbours.FileError as error:
        raise PictureError(str(error), error.remedy) from error
    return from_bytes(data)
