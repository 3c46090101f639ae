"""Notebooks made on the spot, and what a reader finds in their PDFs."""

import base64
import io
import struct
import zlib
from math import hypot

from nbformat import v4
from pypdf import PdfReader

from lecturepdf.exporter import LecturePDFExporter


def png(width=4, height=2):
    """A grey PNG, without any library."""

    def chunk(kind, data):
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = zlib.compress((b"\0" + b"\x80" * width) * height)
    chunks = chunk(b"IHDR", header), chunk(b"IDAT", rows), chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def base64_png(width=4, height=2):
    return base64.b64encode(png(width, height)).decode()


def _facts(tags, slide_type):
    shown = {"slideshow": {"slide_type": slide_type}} if slide_type else {}
    return {"tags": list(tags)} | shown


def markdown(source, *tags, slide_type="", **more):
    return v4.new_markdown_cell(source, metadata=_facts(tags, slide_type), **more)


def code(source="", *outputs, tags=(), number=1, slide_type=""):
    more = {"execution_count": number, "metadata": _facts(tags, slide_type)}
    return v4.new_code_cell(source, outputs=list(outputs), **more)


def shown(metadata=None, **data):
    """A display output; mime types are spelt with underscores: text_html."""
    kinds = {"image_svg": "image/svg+xml", "application_json": "application/json"}
    kinds |= {k: k.replace("_", "/") for k in data if "/" not in k and k not in kinds}
    bundle = {kinds.get(k, k): v for k, v in data.items()}
    return v4.new_output("display_data", data=bundle, metadata=metadata or {})


def stream(text, name="stdout"):
    return v4.new_output("stream", name=name, text=text)


def notebook(*cells, **metadata):
    return v4.new_notebook(cells=list(cells), metadata=metadata)


class Printed:
    """The PDF of a notebook, and the faults that were told."""

    def __init__(self, *cells, metadata=None, name="lesson", path=".", **traits):
        # A machine's own fonts would make a difference, here or there.
        exporter = LecturePDFExporter(**{"system_fonts": False} | traits)
        resources = {"metadata": {"name": name, "path": str(path)}}
        nb = notebook(*cells, **(metadata or {}))
        self.pdf, self.resources = exporter.from_notebook_node(nb, resources)
        self.messages = [str(fault) for fault in exporter.faults]
        self.reader = PdfReader(io.BytesIO(self.pdf))

    @property
    def text(self):
        pages = (page.extract_text() for page in self.reader.pages)
        return " ".join(" ".join(pages).split())

    def letters(self):
        """Yield of each piece of text where it begins, its size and itself."""
        found = []

        def note(text, cm, tm, font, size):
            if text.strip():
                scale = hypot(*tm[:2]) * hypot(*cm[:2])  # whichever way it is turned
                x = cm[0] * tm[4] + cm[2] * tm[5] + cm[4]
                found.append((x, size * scale, text))

        for page in self.reader.pages:
            page.extract_text(visitor_text=note)
        return found

    def pictures(self):
        """Return of each picture its page, from 0, and how high it is in points."""
        found = []
        for number, page in enumerate(self.reader.pages):

            def note(operator, operands, cm, tm, number=number):
                if operator == b"Do":
                    found.append((number, cm[3]))

            page.extract_text(visitor_operand_before=note)
        return found
