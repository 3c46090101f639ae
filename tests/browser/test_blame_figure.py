"""Blame on a page: what mouse and finger do, and whether its numbers are Python's."""

import pytest

pytest.importorskip("playwright", reason="needs playwright: pip install '.[browser]'")

from jupyter_lab import expect_python, python
from playwright.sync_api import expect
from samples import blame

pytestmark = pytest.mark.browser


@pytest.fixture
def page(show):
    return show("blame", has_clock=True, has_touch=True)


def numbers(figure):
    """All that is written in the graph, when all equations are done."""
    now, view = figure.numbers(), figure.view
    layers = range(len(now["W"]))
    texts = [f"x {x:g}" for x in view["x"]] + [f"y {y:g}" for y in view["y"]]
    texts += [f"C {now['C']:.4f}"]
    for name, lists in zip("zaε", (now["z"], now["a"][1:], now["errors"]), strict=True):
        texts += [f"{name} {value:.4f}" for layer in layers for value in lists[layer]]
    texts += [f"b {b:g}" for layer in layers for b in now["b"][layer]]
    texts += [f"{error:.4f}" for layer in layers for error in now["errors"][layer]]
    texts += [f"{w:g}" for layer in layers for w in now["W"][layer].flat]
    return texts + [
        f"{g:.4f}" for layer in layers for g in now["gradients"][layer].flat
    ]


def expect_numbers(page, figure):
    """Expect the page to show what Python has computed."""
    expect(page.locator(".proved")).to_contain_text(f"{figure.numbers()['slope']:.4f}")
    measured = f"by the nudge: {figure.numbers()['quotient']:.4f}"
    expect(page.locator(".measured")).to_have_text(measured)
    written = page.locator(".network svg text").all_text_contents()
    assert sorted(filter(None, written)) == sorted(numbers(figure))


def test_what_is_touched_is_chosen_and_turned(page):
    figure = blame()
    expect_numbers(page, figure)
    page.get_by_text("0.0685").click()  # on an arrow
    page.get_by_label("its value").fill("-2.5")
    page.get_by_label("the nudge h").fill("0.25")
    page.get_by_label("input 2").fill("-1.5")
    page.get_by_label("target 1").fill("0.2")
    figure.view |= {"chosen": [3, 2, 1], "turned": {"3,2,1": -2.5}, "h": 1.8}
    figure.view |= {"x": [1, -1.5], "y": [0.2, 0]}
    page.clock.run_for(100)
    expect_numbers(page, figure)
    page.locator(".bias").first.tap()
    figure.view |= {"chosen": [2, 1, 0]}
    page.clock.run_for(100)
    expect_numbers(page, figure)
    page.get_by_role("button", name="Reset").tap()
    page.clock.run_for(100)
    figure = blame()
    figure.view |= {"chosen": [2, 1, 0], "h": 1.8}
    expect_numbers(page, figure)


def test_it_plays_an_equation_at_a_time_and_stops(page):
    play = page.get_by_role("button", name="Play")
    sentence = page.locator(".sentence")
    play.click()
    page.clock.run_for(100)
    expect(sentence).to_contain_text("Nothing is computed yet")
    page.clock.run_for(6000)
    expect(sentence).to_contain_text("Equation 3 of 9, (FF1)")
    page.get_by_role("button", name="Stop").click()
    page.clock.run_for(6000)
    expect(sentence).to_contain_text("Equation 3 of 9, (FF1)")
    page.get_by_role("button", name="Back").click()
    page.clock.run_for(100)
    expect(sentence).to_contain_text("Equation 2 of 9, (FF2)")
    play.click()
    page.clock.run_for(20_000)
    expect(sentence).to_contain_text("Equation 9 of 9, (BP4)")
    expect(play).to_be_visible()


@pytest.mark.usefixtures("nothing_is_wrong")
def test_in_jupyterlab_reader_and_python_turn_the_same_figure(lab):
    page, figure = lab.show("blame"), blame()
    told = page.locator(".blame").get_by_role("status")
    page.get_by_text("0.0685").click()
    expect(told).to_contain_text("The weight from hidden neuron 1 to output 2 is 1")
    page.get_by_label("the weight or bias").press("ArrowUp")
    expect(told).to_contain_text("The bias of output 1 is -1")
    page.get_by_label("its value").press("Home")
    expect(told).to_contain_text("The bias of output 1 is -4")
    figure.view |= {"chosen": [3, 1, 0], "turned": {"3,1,0": -4}}
    expect_numbers(page, figure)
    asked = "figure.view['turned'], round(figure.numbers()['slope'], 6)"
    known = {"3,1,0": -4}, round(figure.numbers()["slope"], 6)
    expect_python(page, asked, str(known))
    python(page, "setattr(figure, 'view', {**figure.view, 'step': 5, 'about': 'step'})")
    expect(told).to_contain_text("Equation 5 of 9, (C1)")
