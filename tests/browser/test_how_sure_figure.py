"""How sure, in Chromium: by mouse, finger and keyboard, its numbers are Python's."""

import pytest

pytest.importorskip("playwright", reason="needs playwright: pip install '.[browser]'")

from jupyter_lab import expect_python
from jupyter_lab import python as ask
from pads import draw, touch
from playwright.sync_api import expect
from samples import how_sure

from digitlib.data.handwriting import load_handwriting

pytestmark = pytest.mark.browser

SEVEN = load_handwriting()[0][17]


@pytest.fixture(scope="module")
def python():
    """The same figure in Python."""
    return how_sure()


@pytest.fixture
def figure(show):
    """The figure on a page, of a reader with a finger as well."""
    return show("how_sure", 900, has_touch=True).locator(".how-sure")


def expect_numbers(figure, python, **view):
    """Wait for what Python says of a view, with the knobs as given."""
    knobs = {"shown": 0, "drawn": [], "right": 0, "up": 0, "epsilon": 0, "T": 1.6}
    python.view = {**python.view, **knobs, **view}
    first, *_, last = [*python.states().values()] * 2
    said = [*python.activations(first, 1), *python.activations(last, python.view["T"])]
    shown = [f"{100 * a:.1f} %" for a in said]
    expect(figure.locator(".bars em")).to_have_text(shown)
    read = [python.activations(image, 1).argmax() for image in (first, last)]
    captions = [f"as it is: {read[0]}", "the change", f"as changed: {read[1]}"]
    expect(figure.locator("figcaption")).to_have_text(captions)


def drag(figure, knob, part):
    """Drag a knob by mouse to a part of its scale."""
    place = figure.get_by_label(knob)
    box = place.bounding_box()
    place.click(position={"x": 8 + part * (box["width"] - 16), "y": box["height"] / 2})


def test_each_knob_turned_by_mouse_shows_what_python_says(figure, python):
    expect_numbers(figure, python)
    drag(figure, "uphill by", 0.2)
    expect_numbers(figure, python, epsilon=0.05)
    drag(figure, "sideways", 0.25)
    expect_numbers(figure, python, epsilon=0.05, right=-2)
    drag(figure, "up or down", 1)
    expect_numbers(figure, python, epsilon=0.05, right=-2, up=4)
    figure.get_by_role("button", name="As it is").click()
    expect_numbers(figure, python, T=1)
    expect(figure.locator(".sentence")).to_contain_text("Turn a knob")


def test_the_temperature_changes_only_how_sure_and_snaps_to_the_best(figure, python):
    figure.get_by_role("button", name="a 9").tap()
    drag(figure, "temperature", 1)
    expect_numbers(figure, python, shown=3, T=5)
    expect(figure.get_by_role("status")).to_contain_text("T can change only how sure")
    drag(figure, "temperature", (1.62 - 0.5) / 4.5)
    expect_numbers(figure, python, shown=3, T=1.6)


def test_a_digit_drawn_by_mouse_or_finger_is_turned_as_well(figure, python):
    figure.get_by_role("button", name="Draw").tap()
    expect(figure.locator(".sentence")).to_contain_text("Blank paper")
    for hand in (draw, touch):
        hand(figure, SEVEN)
        expect(figure.locator("figcaption").first).to_have_text("as it is: 7")
        drag(figure, "uphill by", 0.4)
        expect(figure.get_by_label("the cost of a 7")).to_be_visible()
        figure.get_by_role("button", name="As it is").click()
        figure.get_by_role("button", name="Clear").click()


@pytest.mark.usefixtures("nothing_is_wrong")
def test_in_jupyterlab_reader_and_python_turn_the_same_figure(lab, python):
    page = lab.show("how_sure")
    figure = page.locator(".how-sure")
    figure.get_by_role("button", name="a 1").first.click()
    for key in ("Tab", "ArrowRight", "ArrowRight", *["Tab"] * 3, "ArrowRight"):
        page.keyboard.press(key)
    expect_numbers(figure, python, shown=1, right=2, T=1.7)
    expect_python(page, "figure.view['T']", "1.7")
    images = "[*figure.states().values()]"
    said = ask(page, f"figure.activations({images}[-1], figure.view['T']).argmax()")
    expect(figure.locator("figcaption").last).to_have_text(f"as changed: {said[-2]}")
    ask(page, "setattr(figure, 'view', {**figure.view, 'epsilon': 0.05, 'right': 0})")
    expect_numbers(figure, python, shown=1, epsilon=0.05, T=1.7)
