"""Pictures: from attachments, data URLs, files beside the notebook, and outputs."""

import base64
import re
import struct
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from urllib.parse import unquote, unquote_to_bytes, urljoin

from . import drawings, neighbours, web

# How a picture's first bytes tell its format, whatever its name says.
_SIGNATURES = {
    "png": rb"\x89PNG",
    "jpg": rb"\xff\xd8\xff",
    "gif": rb"GIF8",
    "pdf": rb"%PDF",
    "webp": rb"RIFF....WEBP",
    "svg": rb".{,4096}<svg[\s>]",
}
_GZIP, _MOST_WITHIN = b"\x1f\x8b", 3
_MOST_PROFILE = 10_000_000  # bytes; those of printing presses have two million
_MOST_PIXELS = 100_000_000  # four bytes each, when Typst unpacks them
_JPEG_FRAMES = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}
_JPEG_SCAN, _JPEG_ALONE = 0xDA, {0x00, 0x01, *range(0xD0, 0xD9)}  # without a length
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
        If its format is none that Typst reads, if it claims more than 100 megapixels,
        or would take too long to draw.
    """
    if not (extension := _format(data)):
        raise PictureError("its format is not PNG, JPEG, GIF, WebP, SVG or PDF")
    wide, high = _claimed_size(data, extension)
    if wide * high > _MOST_PIXELS:
        raise PictureError(f"it claims to have {wide} x {high} pixels")
    if extension == "png" and _has_endless_profile(data):
        raise PictureError("its colour profile has no end")
    if extension == "svg":
        _refuse_drawing(data)
    return Picture(data, extension)


def _format(data: bytes) -> str:
    found = (e for e, sign in _SIGNATURES.items() if re.match(sign, data, re.DOTALL))
    return next(found, "")


def _refuse_drawing(data: bytes) -> None:
    """Raise PictureError for a drawing that asks for too much, also within others."""
    waiting, pixels = [data], 0
    for _ in range(_MOST_WITHIN):
        try:
            waiting = [
                inner for each in waiting for inner in drawings.pictures_in(each)
            ]
        except drawings.DrawingError as error:
            raise PictureError(str(error)) from error
        if any(inner.startswith(_GZIP) for inner in waiting):
            raise PictureError("a drawing in it is compressed")
        sizes = (_claimed_size(inner, _format(inner)) for inner in waiting)
        pixels += sum(wide * high for wide, high in sizes)
        if pixels > _MOST_PIXELS:
            raise PictureError(f"pictures in it claim to have {pixels} pixels")
        waiting = [inner for inner in waiting if _format(inner) == "svg"]
    if waiting:
        raise PictureError("it has drawings in drawings in drawings")


def _has_endless_profile(data: bytes) -> bool:
    at = 8
    while at + 8 <= len(data) and (kind := data[at + 4 : at + 8]) != b"IDAT":
        size = struct.unpack(">I", data[at : at + 4])[0]
        if kind == b"iCCP":
            packed = data[at + 8 : at + 8 + size].partition(b"\0")[2][1:]
            try:
                profile = zlib.decompressobj().decompress(packed, _MOST_PROFILE + 1)
            except zlib.error:
                return False  # which Typst finds, too
            return len(profile) > _MOST_PROFILE
        at += 12 + size
    return False


def _claimed_size(data: bytes, extension: str) -> tuple[int, int]:
    """Return the width and height that a picture of pixels claims; (0, 0) of others."""
    if extension == "png" and len(data) >= 24:
        return struct.unpack(">II", data[16:24])
    if extension == "gif" and len(data) >= 10:
        return struct.unpack("<HH", data[6:10])
    if extension == "webp" and len(data) >= 30:
        return _size_of_webp(data)
    at = 2
    while extension == "jpg" and (at := data.find(0xFF, at)) >= 0:
        while data[at : at + 2] == b"\xff\xff":  # it may be filled with these
            at += 1
        marker = data[at + 1 : at + 9]
        if len(marker) < 8 or marker[0] == _JPEG_SCAN:
            break
        if marker[0] in _JPEG_FRAMES:
            high, wide = struct.unpack(">HH", marker[4:8])
            return wide, high
        is_alone = marker[0] in _JPEG_ALONE
        at += 2 if is_alone else 2 + struct.unpack(">H", marker[1:3])[0]
    return 0, 0


def _size_of_webp(data: bytes) -> tuple[int, int]:
    """Return what the first chunk claims, which the others have to agree with."""
    if data[12:16] == b"VP8X":
        wide, high = (int.from_bytes(data[at : at + 3], "little") for at in (24, 27))
        return wide + 1, high + 1
    if data[12:16] == b"VP8L":
        bits = int.from_bytes(data[21:25], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    wide, high = struct.unpack("<HH", data[26:30])
    return wide & 0x3FFF, high & 0x3FFF


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
