"""The pad without Python, as on the web site: it reads what is drawn, by itself."""

import pytest

pytest.importorskip("playwright", reason="needs playwright: pip install '.[browser]'")

import numpy as np
from pads import clear, draw, expect_verdict, touch
from playwright.sync_api import expect
from samples import reader

from digitlib.data.handwriting import load_handwriting
from digitlib.live.preparation import ink, prepare

pytestmark = pytest.mark.browser

DRAWINGS, _ = load_handwriting()


@pytest.fixture
def pad(show):
    return show("draw_pad").locator(".draw-pad")


def test_digits_drawn_by_mouse_are_read_as_python_reads_them(pad):
    for digit in (0, 3, 7):
        clear(pad)
        draw(pad, DRAWINGS[digit])
        expect_verdict(pad, digit)
    clear(pad)
    draw(pad, [[(0.5, 0.2), (0.5, 0.8)]])  # the same points, wherever the paper lies
    expect_verdict(pad, 1)
    image = prepare(ink([[(0.5, 0.2), (0.5, 0.8)]]))
    expected = reader().feedforward(image[None])[0]
    shown = [float(text[:-2]) for text in pad.locator("li em").all_text_contents()]
    assert np.abs(shown - 100 * expected).max() < 2  # per cent


def test_digits_drawn_by_finger_are_read_and_the_page_stays(show):
    pad = show("draw_pad", 390, has_touch=True, is_mobile=True).locator(".draw-pad")
    for digit in (1, 2, 5):
        clear(pad)
        touch(pad, DRAWINGS[digit])
        expect_verdict(pad, digit)
    assert pad.page.evaluate("scrollY") == 0


def test_a_digit_drawn_by_keyboard_is_read_and_undone(pad):
    pad.get_by_role("button", name="Clear").click()
    pad.locator(".paper").focus()
    arrows = {"^": "Shift+ArrowUp", "v": "Shift+ArrowDown", "*": "Space"}
    for key in "^^^*vvvvvv*":
        pad.page.keyboard.press(arrows[key])
    expect_verdict(pad, 1)
    pad.page.keyboard.press("Backspace")
    expect_verdict(pad, "")
    expect(pad.locator(".sure")).to_have_text("nothing yet")
