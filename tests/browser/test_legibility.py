"""Is whatever makes a page hard to read or to reach found, and on which screen?"""

import pytest

pytest.importorskip("playwright", reason="needs playwright: pip install '.[browser]'")

from legibility import hard_to_read

pytestmark = pytest.mark.browser

GOOD = """<!doctype html><html lang="en"><title>A page</title><style>
:root { color-scheme: light dark } button { display: block; height: 24px } /**/
</style><main><h1>A page</h1><p>Text</p><img src="data:," alt="A picture">
<button>One</button><button>Another</button></main></html>"""
BY_DAY, BY_NIGHT = (f"@media (prefers-color-scheme: {x})" for x in ("light", "dark"))
NARROW, WIDE = "@media (max-width: 400px)", "@media (min-width: 401px)"
PALE = "p { color: #777; background: #888 }"
SMALL = "button { height: 10px; font-size: 8px; padding: 0; border: 0 }"
# A fault in GOOD: what is there, what is there instead, and where which rule is broken.
FAULTS = {
    "pale by day": ("/**/", f"{BY_DAY} {{ {PALE} }}", "1280 light color-contrast"),
    "pale by night": ("/**/", f"{BY_NIGHT} {{ {PALE} }}", "390 dark color-contrast"),
    "pale on phones by day": (
        "/**/",
        f"{NARROW} {{ {BY_DAY} {{ {PALE} }} }}",
        "390 light color-contrast",
    ),
    "pale on desktops by night": (
        "/**/",
        f"{WIDE} {{ {BY_NIGHT} {{ {PALE} }} }}",
        "1280 dark color-contrast",
    ),
    "small on phones": ("/**/", f"{NARROW} {{ {SMALL} }}", "390 dark target-size"),
    "small on desktops": ("/**/", f"{WIDE} {{ {SMALL} }}", "1280 light target-size"),
    "too wide for phones": ("<p>", "<p style='width: 600px'>", "390 light too wide"),
    "no description": (' alt="A picture"', "", "1280 light image-alt"),
}


@pytest.fixture(scope="module")
def faults_of(chrome):
    """Return a function that judges a page after the good one."""
    page, judged_before = chrome.new_page(), set()

    def faults(html, judged):
        page.set_content(html)
        found = hard_to_read(page, judged)
        return {f"{width} {theme} {rule}" for width, theme, rule in found}

    assert faults(GOOD, judged_before) == set()
    return lambda html: faults(html, judged_before.copy())


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_found_and_nothing_else(faults_of, fault):
    before, after, expected = FAULTS[fault]
    assert GOOD.count(before) == 1
    found = faults_of(GOOD.replace(before, after))
    assert expected in found
    assert {one.split(maxsplit=2)[2] for one in found} == {
        expected.split(maxsplit=2)[2]
    }
