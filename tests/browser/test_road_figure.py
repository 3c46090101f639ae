"""The road, in Chromium: by mouse, finger and keyboard, its numbers are Python's."""

import base64
import io

import numpy as np
import pytest
from matplotlib.image import imread

pytest.importorskip("playwright", reason="needs playwright: pip install '.[browser]'")

from jupyter_lab import expect_python
from jupyter_lab import python as ask
from playwright.sync_api import expect
from samples import road

from digitlib.live.road import STEPS

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def python():
    """The same figure in Python."""
    return road()


@pytest.fixture
def figure(show):
    """The figure on a page, of a reader with a finger as well."""
    return show("road", 900, has_touch=True).locator(".road")


def expect_told(figure, python, aim, **view):
    """Wait for what Python says of a view, that begins as the figure does."""
    start = {"first": 7, "second": 9, "mix": 0.0, "noise": 0, "step": 5}
    python.view = {**python.view, **start, **view}
    end, step = python.path()[-1], python.view["step"]
    off = np.linalg.norm(python.straight_on() - end, axis=1)
    words = f"{aim}, t = {step / STEPS:.1f}: "
    if step == STEPS:
        words += "this is where the path ends."
    else:
        words += f"who went straight on from here would end {off[step]:.2f} from the "
        words += f"end of the path{f' (at t = 0, {off[0]:.2f})' if step else ''}."
    expect(figure.locator(".sentence")).to_have_text(words)
    picture = figure.locator(".places canvas").first.evaluate("c => c.toDataURL()")
    shown = imread(io.BytesIO(base64.b64decode(picture.partition(",")[2])))
    ink = python.images(python.path()[[step]])[0].reshape(28, 28)
    assert np.abs(1 - shown[..., 0] - ink).max() < 0.005


def drag(figure, knob, part):
    """Press a knob by mouse at a part of its scale."""
    place = figure.get_by_label(knob)
    box = place.bounding_box()
    place.click(position={"x": 8 + part * (box["width"] - 16), "y": box["height"] / 2})


def test_time_noise_and_digits_by_mouse_and_finger(figure, python):
    expect_told(figure, python, "A 7")
    drag(figure, "time t", 0.8)
    expect_told(figure, python, "A 7", step=8)
    figure.get_by_role("button", name="noise 4").tap()
    expect_told(figure, python, "A 7", step=8, noise=3)
    group = figure.get_by_role("group", name="First digit")
    group.get_by_role("radio", name="3").tap()
    drag(figure, "how much of the second", 0.4)
    aim = "60 % of a 3 and 40 % of a 9"
    expect_told(figure, python, aim, step=8, noise=3, first=3, mix=0.4)
    drag(figure, "how much of the second", 1)
    expect_told(figure, python, "A 9", step=8, noise=3, first=3, mix=1.0)


def test_a_walk_goes_to_the_end_and_can_be_stopped(figure, python):
    figure.get_by_role("button", name="Walk").click()
    expect_told(figure, python, "A 7", step=10)
    press, time = figure.get_by_role("button", name="Walk"), figure.get_by_label("time")
    press.click()  # from the end it begins again
    expect(time).not_to_have_value("1")
    # Both at once: it may not wait for whoever tests it.
    press.or_(figure.get_by_role("button", name="Stop")).evaluate(
        "b => { if (b.textContent === 'Walk') b.click(); b.click(); }"
    )
    expect(press).to_be_visible()
    expect_told(figure, python, "A 7", step=round(10 * float(time.input_value())))


@pytest.mark.usefixtures("nothing_is_wrong")
def test_in_jupyterlab_reader_and_python_turn_the_same_figure(lab, python):
    figure = lab.show("road").locator(".road")
    drag(figure, "time t", 0.3)
    expect_told(figure, python, "A 7", step=3)
    expect_python(figure.page, "figure.view['step']", "3")
    ask(figure.page, "setattr(figure, 'view', {**figure.view, 'mix': 0.5, 'step': 9})")
    expect_told(figure, python, "50 % of a 7 and 50 % of a 9", step=9, mix=0.5)
