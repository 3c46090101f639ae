"""The built site in Chromium: does it read, search, draw and open without a fault?

One site is built for all of these tests, and served on this machine.
"""

import functools
import http.server
import json
import os
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("playwright", reason="needs playwright: pip install '.[browser]'")
pytest.importorskip("furo", reason="needs Sphinx: pip install '.[site]'")

from chromium import LOCAL, PATIENCE
from legibility import DESKTOP, PHONE, hard_to_read
from pads import clear, draw, expect_verdict, touch
from playwright.sync_api import expect

from course_site.build import fetch_katex
from course_site.pages import SiteError
from digitlib import Model
from digitlib.data.handwriting import load_handwriting
from digitlib.live.preparation import ink, prepare

pytestmark = [pytest.mark.browser, pytest.mark.slow]

ROOT = Path(__file__).parents[2]
DRAWINGS, _ = load_handwriting()


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *args):
        pass


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    folder = tmp_path_factory.mktemp("site")
    with pytest.MonkeyPatch.context() as patch:
        # Elsewhere tests are kept off the network; npm needs it when it has no copy.
        for name in [name for name in os.environ if name.lower().endswith("proxy")]:
            patch.delenv(name)
        try:
            fetch_katex(folder / "work" / "npm")
        except SiteError as error:
            pytest.skip(str(error))
    command = [sys.executable, str(ROOT / "site" / "build_site.py")]
    command += ["--output", str(folder / "built"), "--work", str(folder / "work")]
    subprocess.run(command, check=True)
    return folder / "built"


@pytest.fixture(scope="module")
def address(site):
    handler = functools.partial(Quiet, directory=str(site))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def visit(chrome, address):
    """Return a function that opens a page; at the end nothing must have gone wrong."""
    contexts, faults = [], []

    def open_page(name, width=DESKTOP, **options):
        size = {"width": width, "height": 900}
        context = chrome.new_context(base_url=address, viewport=size, **options)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda m: m.type == "error" and faults.append(m.text))
        page.on("request", lambda r: outside(r.url) and faults.append(r.url))
        page.goto(name)
        return page

    def outside(url):
        return not url.startswith((address, *LOCAL))

    yield open_page
    for context in contexts:
        context.close()
    assert faults == []


def test_every_page_is_easy_to_read_and_to_reach(site, visit):
    paths = (path.relative_to(site) for path in site.rglob("*.html"))
    names = sorted(path.as_posix() for path in paths if path.parts[0] != "lite")
    assert names
    page, judged = visit(names[0]), set()
    for name in names:
        page.goto(name)
        assert hard_to_read(page, judged) == {}, name


def test_the_search_finds_a_term_and_the_lesson_that_defines_it(visit):
    page = visit("index.html")
    page.fill("input[name=q]", "momentum")
    page.press("input[name=q]", "Enter")
    found = page.locator("#search-results li a", has_text="Learning better").first
    found.wait_for()
    found.click()
    page.wait_for_load_state()
    assert "06_learning_better.html" in page.url


def test_a_named_equation_leads_to_it(visit):
    page = visit("05_thinking_in_matrices.html")
    link = page.locator("article a[href^='03_'][href*='#equation-']").first
    target = link.get_attribute("href")
    link.click()
    page.wait_for_load_state()
    assert page.locator(f"#{target.partition('#')[2]}").locator(".katex").count()


def test_a_hint_opens_on_demand_and_no_solution_is_there(visit):
    page = visit("06_learning_better.html")
    hint = page.locator("details").first
    assert hint.get_attribute("open") is None
    hint.locator("summary").click()
    assert hint.locator("p").first.is_visible()
    assert page.locator(".tag_solution").count() == 0


# ---- the drawing page


@pytest.fixture(params=["draw.html", "draw_a_digit.html"])
def pad(request, visit):
    return pad_of(visit(request.param))


def pad_of(page):
    pad = page.locator(".draw-pad")
    expect(pad).to_have_attribute("data-state", "read")
    return pad


def test_it_computes_what_python_computes(visit):
    page = visit("draw.html")
    model = Model.load(ROOT / "site" / "draw" / "network.npz").astype(np.float64)
    for strokes in load_handwriting()[0]:
        image = prepare(ink(strokes))
        found = page.evaluate(
            """strokes => {
                const { kernel } = window.drawing;
                kernel.set("strokes", strokes);
                kernel.save_changes();
                return ["pixels", "activations"].map(name => kernel.get(name));
            }""",
            strokes,
        )
        assert found[0] == (256 * image).astype(int).tolist()
        assert np.abs(found[1] - model.feedforward(image[None])[0]).max() < 1e-6


def test_digits_drawn_by_mouse_are_read(pad):
    for digit in (0, 3, 7):
        clear(pad)
        draw(pad, DRAWINGS[digit])
        expect_verdict(pad, digit)
    lit = pad.page.locator("svg[role=img]").get_attribute("aria-label")
    assert "output 7 most" in lit


def test_digits_drawn_by_finger_are_read_and_the_page_stays(visit):
    pad = pad_of(visit("draw.html", PHONE, has_touch=True, is_mobile=True))
    for digit in (1, 2, 5):
        clear(pad)
        pad.locator(".paper").scroll_into_view_if_needed()
        before = pad.page.evaluate("scrollY")
        touch(pad, DRAWINGS[digit])
        expect_verdict(pad, digit)
        assert pad.page.evaluate("scrollY") == before


def test_digits_drawn_by_keyboard_are_read_and_undone(pad):
    # Large steps (Shift) and small ones; * lifts the pen or puts it down.
    for digit, keys in {1: "^^^*vvvvvv*", 7: "^^^<<*>>>>vvv<vvv*"}.items():
        clear(pad)
        pad.locator(".paper").focus()
        pad.page.keyboard.press("Home")
        for key in keys:
            step(pad.page, key)
        expect_verdict(pad, digit)
    pad.page.keyboard.press("Backspace")
    expect_verdict(pad, "")


def step(page, key):
    arrows = {"^": "Up", "v": "Down", "<": "Left", ">": "Right"}
    page.keyboard.press("Space" if key == "*" else f"Shift+Arrow{arrows[key]}")


def test_an_example_is_shown_and_read(pad):
    for digit in range(10):
        name = f"Show a drawn {digit}"
        pad.page.get_by_role("button", name=name).click()
        expect_verdict(pad, digit)


def test_the_single_file_needs_no_server(chrome, site):
    page = chrome.new_page()
    page.goto((site / "draw_a_digit.html").as_uri())
    page.get_by_role("button", name="Show a drawn 4").click()
    expect_verdict(page.locator(".draw-pad"), 4)
    page.close()


# ---- JupyterLite


def test_a_lesson_opens_in_jupyterlite(chrome, address, site):
    page = chrome.new_page()  # its Python comes from elsewhere: requests are allowed
    page.goto(f"{address}/03_a_network_that_reads_digits.html")
    page.get_by_role("link", name="Run here").click()
    page.locator(".jp-Notebook").wait_for(timeout=PATIENCE)
    page.get_by_text("%pip install -q digitlib").first.wait_for()
    wheels = json.loads((site / "lite" / "pypi" / "all.json").read_text("utf-8"))
    assert {"courseware", "digitlib"} <= wheels.keys()  # asked before PyPI is
    page.get_by_role("heading", name="A network that reads digits").first.wait_for()
    page.close()
