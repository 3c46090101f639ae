"""A person at a draw pad: what is drawn on it, and what is seen."""

import numpy as np
from playwright.sync_api import expect


def clear(pad):
    pad.get_by_role("button", name="Clear").click()
    expect_verdict(pad, "")
    expect(pad.get_by_role("status")).to_have_text("")


def expect_verdict(pad, digit):
    """Wait until the pad's drawing has been read, as this digit."""
    expect(pad).to_have_attribute("data-state", "read")
    expect(pad.locator(".verdict")).to_have_text(str(digit))


def places(pad, stroke):
    """Where on the page a stroke's points are; of many points, one in three."""
    stroke = [*stroke[:-1:3], stroke[-1]] if len(stroke) > 3 else stroke
    box = pad.locator(".paper").bounding_box()
    corner, side = np.array([box["x"], box["y"]]), box["width"]
    return (corner + side * np.array(stroke)).tolist()


def reach(pad):
    """Move the mouse to the paper, once that is in view and stays where it is."""
    pad.locator(".paper").hover()


def press(pad, stroke):
    """Draw a stroke by mouse, and keep the button down."""
    mouse = pad.page.mouse
    reach(pad)
    start, *rest = places(pad, stroke)
    mouse.move(*start)
    mouse.down()
    for place in rest:
        mouse.move(*place)


def draw(pad, strokes):
    """Draw by mouse."""
    for stroke in strokes:
        press(pad, stroke)
        pad.page.mouse.up()


def touch(pad, strokes):
    """Draw with a finger."""
    session = pad.page.context.new_cdp_session(pad.page)

    def send(kind, *places):
        points = [{"x": x, "y": y, "id": 1} for x, y in places]
        event = {"type": kind, "touchPoints": points}
        session.send("Input.dispatchTouchEvent", event)

    for stroke in strokes:
        start, *rest = places(pad, stroke)
        send("touchStart", start)
        for place in rest:
            send("touchMove", place)
        send("touchEnd")
    session.detach()
