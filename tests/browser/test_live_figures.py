"""Every live figure on a page of its own: driven by keys, heard, easy to read."""

from pathlib import Path

import pytest

pytest.importorskip("playwright", reason="needs playwright: pip install '.[browser]'")

from legibility import PHONE, hard_to_read
from samples import FIGURES
from stage import follow, served, write_page

import digitlib.live

pytestmark = pytest.mark.browser

TRANSCRIPTS = Path(digitlib.live.__file__).parent / "transcripts"


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    folder = tmp_path_factory.mktemp("figures")
    for make in FIGURES.values():
        write_page(make(), folder)
    with served(folder) as address:
        yield address


@pytest.fixture
def show(chrome, address):
    """Return a function that shows a figure; at the end nothing has gone wrong."""
    contexts, faults = [], []

    def open_page(name, width=1280, **options):
        options["viewport"] = {"width": width, "height": 900}
        contexts.append(chrome.new_context(**options))
        page = contexts[-1].new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda message: faults.append(message.text))
        page.on("request", lambda asked: faults.append(asked.url) if out(asked) else 0)
        page.goto(f"{address}/{name}.html")
        page.locator(".live .sentence:not(:empty)").wait_for()
        return page

    def out(request):
        return not request.url.startswith((address, "data:"))

    yield open_page
    for context in contexts:
        context.close()
    assert faults == []


@pytest.mark.parametrize("name", FIGURES)
def test_a_path_by_keyboard_is_told_sentence_by_sentence(show, name):
    page = show(name, reduced_motion="reduce")
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
