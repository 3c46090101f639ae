"""Pictures in fewer bytes, for a site that is quick to load and to keep.

The lessons' pictures are plots and grey digits: 256 colours or fewer are enough, and
take a fraction of the bytes.
"""

from __future__ import annotations

import base64
import io
import zlib
from pathlib import Path

import nbformat
import pikepdf
from PIL import Image, ImageChops, ImageStat

PALETTES = (64, 128, 256)
UNSEEN = 0.5  # mean difference of a colour, in 255 steps, that nobody sees


def shrink_notebook(notebook: nbformat.NotebookNode) -> None:
    """Store the pictures of a notebook's outputs in fewer bytes, in place."""
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            if "image/png" in data:
                data["image/png"] = _smaller_png(data["image/png"])


def shrink_pdf(path: Path) -> None:
    """Store a PDF's pictures and structure in fewer bytes, in place."""
    with pikepdf.open(path, allow_overwriting_input=True) as document:
        for part in document.objects:
            if isinstance(part, pikepdf.Stream) and _is_opaque_colour(part):
                _shrink_picture(part)
        streams = pikepdf.ObjectStreamMode.generate
        document.save(path, object_stream_mode=streams, deterministic_id=True)


def with_palette(image: Image.Image) -> Image.Image:
    """Return an image with the fewest colours that look the same."""
    for colours in PALETTES:
        simple = image.quantize(colours, dither=Image.Dither.NONE)
        difference = ImageChops.difference(image, simple.convert("RGB"))
        if max(ImageStat.Stat(difference).mean) < UNSEEN:
            break
    return simple


def _smaller_png(picture: str) -> str:
    image = Image.open(io.BytesIO(base64.b64decode(picture))).convert("RGB")
    buffer = io.BytesIO()
    with_palette(image).save(buffer, "PNG", optimize=True)
    smaller = base64.b64encode(buffer.getvalue()).decode()
    return min(smaller, picture, key=len)


def _is_opaque_colour(stream: pikepdf.Stream) -> bool:
    is_image = stream.get("/Subtype") == "/Image" and "/SMask" not in stream
    return is_image and stream.get("/ColorSpace") != "/DeviceGray"


def _shrink_picture(stream: pikepdf.Stream) -> None:
    image = pikepdf.PdfImage(stream).as_pil_image().convert("RGB")
    simple = with_palette(image)
    colours = bytes(simple.getpalette())
    pixels = zlib.compress(simple.tobytes(), 9)
    if len(pixels) + len(colours) >= len(stream.read_raw_bytes()):
        return
    stream.write(pixels, filter=pikepdf.Name.FlateDecode)
    rgb, last = pikepdf.Name.DeviceRGB, len(colours) // 3 - 1
    palette = [pikepdf.Name.Indexed, rgb, last, pikepdf.String(colours)]
    stream.ColorSpace = pikepdf.Array(palette)
    stream.BitsPerComponent = 8
