"""The built site in Chromium: does it read, search, move and open without a fault?

One site is built for all of these tests, and served on this machine.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

pytest.importorskip("playwright", reason="needs playwright: pip install '.[browser]'")
pytest.importorskip("furo", reason="needs Sphinx: pip install '.[site]'")

from chromium import LOCAL, PATIENCE
from legibility import DESKTOP, hard_to_read
from playwright.sync_api import expect
from stage import served

from course_site.build import fetch_katex
from course_site.figures import PLACE, PLAY, WHOLE
from course_site.pages import SiteError

pytestmark = [pytest.mark.browser, pytest.mark.slow]

ROOT = Path(__file__).parents[2]
LINKS = """() => ({
  links: [...document.querySelectorAll("a[href], area[href]")].map(a => a.href),
  anchors: [...document.querySelectorAll("[id], a[name]")].map(e => e.id || e.name),
})"""
OUTWARD = (Path(__file__).parent / "outward.js").read_text("utf-8")


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
    with served(site) as address:
        yield address


@pytest.fixture(scope="module")
def pages(site):
    """The names of all pages but JupyterLite's."""
    paths = [path.relative_to(site) for path in site.rglob("*.html")]
    return sorted(path.as_posix() for path in paths if path.parts[0] != "lite")


@pytest.fixture
def visit(chrome, address):
    """Return a function that opens a page; at the end nothing must have gone wrong."""
    contexts, faults = [], []

    def open_page(name, width=DESKTOP, watched=True, **options):
        size = {"width": width, "height": 900}
        context = chrome.new_context(base_url=address, viewport=size, **options)
        contexts.append(context)
        page = context.new_page()
        if watched:
            page.on("pageerror", lambda error: faults.append(str(error)))
            page.on("console", lambda m: m.type == "error" and faults.append(m.text))
            page.on("request", lambda r: outside(r.url) and faults.append(r.url))
        page.goto(name)
        return page

    def outside(url):
        return not url.startswith((address, "file:", *LOCAL))

    yield open_page
    for context in contexts:
        context.close()
    assert faults == []


def test_every_page_is_easy_to_read_and_leads_where_it_says(pages, visit, address):
    page, judged, anchors, links = visit(pages[0]), set(), {}, set()
    for name in pages:
        page.goto(name)
        found = page.evaluate(LINKS)
        anchors[f"{address}/{name}"] = {"", "top", *found["anchors"]}
        links |= {(name, *link.partition("#")[::2]) for link in found["links"]}
        if name != WHOLE:  # where nothing stands but what the page to play has
            assert hard_to_read(page, judged) == {}, name
    anchors[f"{address}/"] = anchors[f"{address}/index.html"]
    for name, target, anchor in links:
        if target in anchors:
            assert unquote(anchor) in anchors[target], f"{name}: {target}#{anchor}"
        elif target.startswith(address):
            assert page.request.head(target).ok, f"{name}: {target}"
        else:
            assert urlsplit(target).scheme in ("https", "mailto"), f"{name}: {target}"


def test_a_page_may_load_nothing_from_elsewhere(visit):
    page = visit("index.html", watched=False)
    tried = page.evaluate(OUTWARD)
    assert set(tried.values()) == {"refused"}, tried


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


# ---- the live figures


@pytest.mark.parametrize("page", ["play.html", "alone"])
def test_every_figure_comes_up(visit, site, page):
    name = (site / WHOLE).as_uri() if page == "alone" else page
    shown = visit(name).locator(".live .sentence:not(:empty)")
    expect(shown).to_have_count(len(PLACE.findall(PLAY.read_text("utf-8"))))


def test_a_figure_takes_the_place_of_its_picture_in_a_lesson(visit):
    page = visit("02_one_neuron.html")
    place = page.locator("[data-module$='descent.js']")
    expect(place.locator(".sentence")).to_contain_text("1 step downhill")
    assert place.locator("img").count() == 0


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
