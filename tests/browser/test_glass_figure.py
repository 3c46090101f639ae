"""The glass network by mouse and finger: what it shows is what Python computes."""

import re

import numpy as np
import pytest

pytest.importorskip("playwright", reason="needs playwright: pip install '.[browser]'")

from jupyter_lab import python
from pads import draw, touch
from playwright.sync_api import expect
from samples import glass

from digitlib.data.handwriting import load_handwriting

pytestmark = pytest.mark.browser

SEVEN = load_handwriting()[0][17]


@pytest.fixture
def figure(show):
    """The figure on a page, of a reader with a finger as well."""
    return show("glass", 900, has_touch=True).locator(".glass")


def told(figure, words):
    expect(figure.get_by_role("status")).to_contain_text(words)


def shown(figure):
    """The numbers of the tiles, activation and sum, and the bars."""
    tiles = figure.locator(".tiles:not([hidden]) button").all_text_contents()
    numbers = [re.findall(r"-?[\d.]+", tile.replace("z", " ")) for tile in tiles]
    bars = figure.locator(".bars em").all_text_contents()
    return [number[1:] for number in numbers], bars


def expected(**view):
    """The same, by NumPy."""
    python = glass()
    python.view = {**python.view, **view}
    z2, a2, z3, a3 = python.feedforward()
    pairs = (a3, z3) if python.view["between"] == "tangent" else (a2, z2)
    tiles = [[f"{a:.2f}", f"{z:.1f}"] for a, z in zip(*pairs, strict=True)]
    return tiles, [f"{a:.2f}" for a in a3]


def turned(name, neuron, value):
    start = {"strength": 1, "bias": 0, "forced": None}[name]
    return {name: [value if j == neuron else start for j in range(40)]}


def test_a_digit_and_a_neuron_are_picked_by_mouse_and_turned(figure):
    assert shown(figure) == expected()
    figure.get_by_role("button", name="a 2").click()
    figure.get_by_role("button", name="11:").click()
    told(figure, "Neuron 11")
    assert shown(figure) == expected(shown=4)
    figure.get_by_label("added to its bias").fill("-12")
    told(figure, "It reads 3")
    assert shown(figure) == expected(shown=4, **turned("bias", 11, -12))
    figure.get_by_role("button", name="As learnt").click()
    figure.get_by_role("radio", name="0", exact=True).last.check()
    told(figure, "forced to 0")
    assert shown(figure)[1] == expected(shown=4, **turned("forced", 11, 0))[1]


def test_a_digit_drawn_by_mouse_or_finger_is_read(figure):
    paper, pads = figure.locator(".drawing"), (draw, touch)
    figure.get_by_role("button", name="Draw").click()
    expect(paper).to_be_visible()
    for hand in pads:
        hand(paper, SEVEN)
        told(figure, "It reads 7")
        paper.get_by_role("button", name="Clear").click()
        told(figure, "Nothing is drawn")


def test_without_s_it_is_one_linear_map(figure):
    figure.get_by_label("its tangent").tap()
    told(figure, "one picture now")
    assert shown(figure) == expected(between="tangent")
    expect(figure.get_by_label("added to its bias")).to_be_hidden()
    figure.get_by_label("a step").tap()
    told(figure, "step(z)")
    assert shown(figure) == expected(between="step")


def test_it_is_played_to_its_end_and_stepped_through(figure):
    play = figure.get_by_role("button", name="Play")
    play.click()
    expect(figure.locator(".bars em").first).to_have_text("")
    told(figure, "784 numbers")
    figure.get_by_role("button", name="Pause").click()
    figure.get_by_role("button", name="All", exact=True).tap()
    figure.get_by_role("button", name="Next").tap()
    figure.get_by_role("button", name="Next").tap()
    told(figure, "picture of products")
    assert not np.concatenate(shown(figure)[0]).size
    figure.get_by_role("button", name="All", exact=True).tap()
    told(figure, "It reads 4")
    assert shown(figure) == expected()


@pytest.mark.usefixtures("nothing_is_wrong")
def test_in_jupyterlab_reader_and_python_turn_the_same_figure(lab):
    page = lab.show("glass")
    figure = page.locator(".glass")
    figure.get_by_role("button", name="a 2").click()
    told(figure, "It reads 7")
    for key in (*["Tab"] * 4, *["ArrowRight"] * 11, "Enter"):
        page.keyboard.press(key)
    told(figure, "Neuron 11")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Home")
    told(figure, "It reads 3")
    assert shown(figure) == expected(shown=4, **turned("strength", 11, -2))
    said = python(page, "[round(a, 2) for a in figure.feedforward()[3].tolist()]")
    assert said == str([float(a) for a in shown(figure)[1]])
    python(page, "setattr(figure, 'view', {**figure.view, 'shown': 0, 'neuron': 5})")
    told(figure, "It reads 4")
    told(figure, "Neuron 5")
