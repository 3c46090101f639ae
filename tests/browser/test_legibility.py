"""Is whatever makes a page hard to read or to reach found, and on which screen?"""

import pytest

pytest.importorskip("playwright", reason="needs playwright: pip install '.[browser]'")

from legibility import hard_to_read

pytestmark = pytest.mark.browser

PAGE = """<!doctype html><html lang="en"><title>A page</title><style>
:root { color-scheme: light dark } button { display: block; height: 24px }
img { display: none }
STYLE</style><main><h1>A page</h1><p>Text</p><img src="data:,">
<button>One</button><button>Another</button></main></html>"""
DAY, NIGHT = "(prefers-color-scheme: light)", "(prefers-color-scheme: dark)"
PHONE, DESKTOP = "(max-width: 400px)", "(min-width: 401px)"
PALE = "p { color: #777; background: #888 }"
SMALL = "button { height: 10px; font-size: 8px; padding: 0; border: 0 }"
UNDESCRIBED = "img { display: block }"


@pytest.fixture(scope="module")
def faults_of(chrome):
    """Return a function that judges the page, with a style more, after the good one."""
    page, judged_before = chrome.new_page(), set()

    def faults(style, judged):
        page.set_content(PAGE.replace("STYLE", style))
        return {" ".join(map(str, fault)) for fault in hard_to_read(page, judged)}

    assert faults("", judged_before) == set()
    return lambda style: faults(style, judged_before.copy())


@pytest.mark.parametrize(
    ("where", "style", "expected"),
    [
        (DAY, PALE, {"1280 light color-contrast"}),
        (NIGHT, PALE, {"390 dark color-contrast"}),
        (f"{PHONE} and {DAY}", PALE, {"390 light color-contrast"}),
        (f"{DESKTOP} and {NIGHT}", PALE, {"1280 dark color-contrast"}),
        (PHONE, SMALL, {"390 dark target-size"}),
        (DESKTOP, SMALL, {"1280 light target-size"}),
        (PHONE, UNDESCRIBED, {"390 dark image-alt"}),
        (DESKTOP, UNDESCRIBED, {"1280 light image-alt"}),
        (PHONE, "p { width: 600px }", {"390 dark too wide", "390 light too wide"}),
    ],
)
def test_a_fault_is_found_and_nothing_else(faults_of, where, style, expected):
    assert faults_of(f"@media {where} {{ {style} }}") == expected
