"""Run lesson 9 in JupyterLab, and draw on its pad."""

from pathlib import Path

import pytest

pytest.importorskip("playwright", reason="needs playwright: pip install '.[browser]'")

from pads import clear, draw, expect_verdict
from playwright.sync_api import expect

from digitlib.data.handwriting import load_handwriting

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.usefixtures("nothing_is_wrong"),
]

LESSONS = Path(__file__).parents[2] / "notebooks"


def test_the_lesson_runs_and_reads_what_is_drawn(lab):
    [lesson] = LESSONS.glob("09_*.ipynb")
    copy = lab.folder / lesson.name
    copy.write_bytes(lesson.read_bytes())
    page = lab.run(copy)
    pads = page.locator(".draw-pad")
    expect(pads).to_have_count(2)
    drawings, _ = load_handwriting()
    for digit in (3, 4, 7):
        clear(pads.last)
        draw(pads.last, drawings[digit])
        expect_verdict(pads.last, digit)
