"""A lesson in print: whole without a fault, and as good to hear as to see."""

from pathlib import Path

from listeners import found_by_checkers, out_of_order

from lecturepdf.exporter import LecturePDFExporter

LESSON = Path(__file__).parents[1] / "notebooks" / "05_thinking_in_matrices.ipynb"


def test_a_lesson_can_be_heard(tmp_path):
    exporter = LecturePDFExporter(author="A. Author", strict=True)
    pdf, _ = exporter.from_filename(str(LESSON))
    (tmp_path / "it.pdf").write_bytes(pdf)
    assert found_by_checkers(tmp_path / "it.pdf") == []
    assert out_of_order(tmp_path / "it.pdf") == []
