"""Other people's notebooks: every one becomes a PDF, every fault is told and shown."""

import io
import re

import pytest
from notebook_zoo import ZOO
from pypdf import PdfReader

from lecturepdf.exporter import LecturePDFExporter


def printed(content, folder):
    """The text of a specimen's PDF, and the faults told of it."""
    exporter = LecturePDFExporter()
    if isinstance(content, str):
        path = folder / "odd.ipynb"
        path.write_text(content, encoding="utf-8")
        pdf, _ = exporter.from_filename(str(path))
    else:
        resources = {"metadata": {"name": "odd", "path": str(folder)}}
        pdf, _ = exporter.from_notebook_node(content, resources)
    pages = PdfReader(io.BytesIO(pdf)).pages
    text = " ".join(page.extract_text() for page in pages)
    return " ".join(text.split()), [str(fault) for fault in exporter.faults]


def test_there_are_enough_kinds():
    assert len(ZOO) >= 60


def test_a_word_without_end_stays_on_the_page(tmp_path):
    exporter = LecturePDFExporter()
    pdf, _ = exporter.from_notebook_node(ZOO["long word"].content)
    assert len(PdfReader(io.BytesIO(pdf)).pages) > 1


@pytest.mark.parametrize("name", ZOO)
def test_specimen(name, tmp_path):
    specimen = ZOO[name]
    text, faults = printed(specimen.content, tmp_path)
    assert specimen.text in text
    if specimen.fault:
        assert any(specimen.fault in fault for fault in faults)
        assert all(re.match(r"odd\.ipynb(, cell \d+)?: ", fault) for fault in faults)
    else:
        assert faults == []
