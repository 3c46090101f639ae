"""Other people's notebooks: every one becomes a PDF, every fault is told and shown."""

import io
import re

import pytest
from notebook_zoo import ZOO
from pypdf import PdfReader

from lecturepdf.exporter import LecturePDFExporter


def printed(content, folder):
    """The pages of a specimen's PDF, and the faults told of it."""
    exporter = LecturePDFExporter(system_fonts=False)
    if isinstance(content, str):
        path = folder / "odd.ipynb"
        path.write_text(content, encoding="utf-8")
        pdf, _ = exporter.from_filename(str(path))
    else:
        resources = {"metadata": {"name": "odd", "path": str(folder)}}
        pdf, _ = exporter.from_notebook_node(content, resources)
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages]
    return pages, [str(fault) for fault in exporter.faults]


@pytest.mark.parametrize("name", ZOO)
def test_specimen(name, tmp_path):
    specimen = ZOO[name]
    pages, faults = printed(specimen.content, tmp_path)
    assert specimen.text in " ".join(" ".join(pages).split())
    if name == "long word":  # of which nothing leaves the page
        assert len(pages) > 1
    if specimen.fault:
        assert any(specimen.fault in fault for fault in faults)
        assert all(re.match(r"odd\.ipynb(, cell \d+)?: ", fault) for fault in faults)
    else:
        assert faults == []
