"""Every live figure on a page of its own: driven by keys, heard, easy to read."""

from pathlib import Path

import pytest

pytest.importorskip("playwright", reason="needs playwright: pip install '.[browser]'")

from legibility import PHONE, hard_to_read
from samples import FIGURES
from stage import follow

import digitlib.live

pytestmark = pytest.mark.browser

TRANSCRIPTS = Path(digitlib.live.__file__).parent / "transcripts"


@pytest.mark.parametrize("name", FIGURES)
def test_a_path_by_keyboard_is_told_sentence_by_sentence(show, name):
    page = show(name, has_clock=True, reduced_motion="reduce")
    follow(page, (TRANSCRIPTS / f"{name}.txt").read_text("utf-8"))


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_is_easy_to_read_and_to_reach(show, name):
    assert hard_to_read(show(name), set()) == {}


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_fits_a_phone(show, name):
    page = show(name, PHONE)
    for part in page.locator(".live :is(canvas, button, input):visible").all():
        box = part.bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= PHONE
