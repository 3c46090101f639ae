"""The window on a page: dragged by mouse and by finger, it shows what Python has."""

import json
from pathlib import Path

import nbformat
import numpy as np
import pytest

pytest.importorskip("playwright", reason="needs playwright: pip install '.[browser]'")

from jupyter_lab import expect_python, python
from playwright.sync_api import expect
from samples import window

pytestmark = pytest.mark.browser

SAMPLES = Path(__file__).parents[1] / "live"


@pytest.fixture
def figure():
    return window()


@pytest.fixture
def page(show):
    return show("window", 390, has_touch=True)


def shows(page, figure, **view):
    """Wait until the page shows the sums that Python has, and what it says of them."""
    figure.view = {**figure.view, **view}
    page.evaluate("new Promise(requestAnimationFrame)")  # now it has been painted
    (r, c), z = figure.view["place"], figure.sums()
    where = f"Row {r}, column {c} of a map of {z.shape[0]} by {z.shape[1]}"
    expect(page.locator(".sentence")).to_contain_text(where)
    found = json.loads(page.locator(".live").get_attribute("data-z"))
    assert np.abs(np.array(found) - z).max() <= 1e-6 * (1 + np.abs(z).max())
    shown = [float(text) for text in page.locator("td").all_text_contents()]
    products = figure.products()[r, c].ravel()
    assert np.abs(shown[-len(products) :] - products).max() < 0.0051


def test_mouse_finger_and_buttons_move_what_python_computes(page, figure):
    shows(page, figure)
    box = page.locator(".shown[tabindex]").bounding_box()
    pixel = box["width"] / 28
    corner = box["x"] + 1.5 * pixel, box["y"] + 1.5 * pixel
    page.mouse.move(*corner)
    page.mouse.down()
    shows(page, figure, place=[0, 0])
    page.mouse.move(corner[0] + 3 * pixel, corner[1] + 4 * pixel, steps=3)
    shows(page, figure, place=[4, 3])
    page.mouse.move(0, 0)  # beyond the edge it stays within
    shows(page, figure, place=[0, 0])
    page.mouse.up()
    page.touchscreen.tap(corner[0] + 14 * pixel, corner[1] + 9 * pixel)
    shows(page, figure, place=[9, 14])
    page.get_by_role("button", name="a digit").click()
    shows(page, figure, picture=1)
    page.get_by_role("button", name="filter 2 and its map").click()
    shows(page, figure, filter=4, stride=2, place=[9, 11])
    page.get_by_label("1", exact=True).last.check()
    shows(page, figure, padding=1)
    page.get_by_role("button", name="map 3", exact=True).click()
    figure.view = {**figure.view, "neuron": [3, 0, 0]}
    says = f"map 3 says {figure.maps()[-1][3, 0, 0]:.2f}. It has seen rows 0 to 12"
    expect(page.locator(".sentence")).to_contain_text(says)


def test_play_fills_the_map_row_by_row_and_stops_when_asked(page):
    page.get_by_role("button", name="Play").click()
    grown = page.get_by_role("img", name="The map: ")
    before = grown.get_attribute("aria-label")
    expect(grown).not_to_have_attribute("aria-label", before)
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_role("button", name="Play")).to_be_visible()
    assert "The map is full" not in page.locator(".sentence").text_content()
    page.emulate_media(reduced_motion="reduce")
    page.get_by_role("button", name="Play").click()
    expect(page.locator(".sentence")).to_contain_text("The map is full.")


@pytest.mark.usefixtures("nothing_is_wrong")
def test_in_jupyterlab_two_windows_move_apart_and_python_follows(lab):
    made = f"import sys\nsys.path.insert(0, {str(SAMPLES)!r})\n"
    made += "from samples import window\none, two = window(), window((1, 2))\none"
    notebook = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(source) for source in (made, "two")],
        metadata={"kernelspec": {"name": "python3", "display_name": "Python 3"}},
    )
    nbformat.write(notebook, lab.folder / "window.ipynb")
    page = lab.run(lab.folder / "window.ipynb")
    one, two = page.locator(".window").first, page.locator(".window").nth(1)
    one.get_by_label("2", exact=True).first.check()
    expect(one.locator(".sentence")).to_contain_text("a map of 13 by 13")
    expect(two.get_by_label("1", exact=True).first).to_be_checked()
    one.locator(".shown[tabindex]").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowLeft")
    expect(one.locator(".sentence")).to_contain_text("Row 2, column 1")
    told = "one.view['stride'], one.view['place'], float(one.sums()[2, 1])"
    expect_python(page, told, str((2, [2, 1], 3.0)))
    expect(one.locator(".sentence")).to_contain_text("add up to 3.")
    python(page, "setattr(two, 'view', {**two.view, 'neuron': [5, 3, 3]})")
    says = float(python(page, "float(two.maps()[-1][5, 3, 3])"))
    expect(two.locator(".sentence")).to_contain_text(f"of map 5 says {says:.2f}")
