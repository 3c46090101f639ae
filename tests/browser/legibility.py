"""Is a page easy to read and to reach, on any screen, by day and by night?

axe judges it: its structure on a screen of each width, and its colours once for each
look that its text has, on whatever page.
"""

import functools
import json
from pathlib import Path

import pytest

PHONE, DESKTOP = 390, 1280
WHOLLY_JUDGED = (DESKTOP, "light"), (PHONE, "dark")
SCREENS = (*WHOLLY_JUDGED, (PHONE, "light"), (DESKTOP, "dark"))
COLOURS = ["color-contrast", "link-in-text-block"]
RULES = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"]
AT_ONCE = "*, ::before, ::after { transition: none !important }"
TOO_WIDE = "(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth)"


@functools.cache
def axe():
    """The script of axe, which finds what is hard to read or to reach."""
    package = pytest.importorskip(
        "axe_playwright_python",
        reason="needs axe-playwright-python: pip install '.[browser]'",
    )
    return Path(package.__file__).with_name("axe.min.js").read_text("utf-8")


def hard_to_read(page, judged):
    """What is wrong with a page, by screen and rule; the page is spoilt.

    `judged` is a set of the looks whose colours have been judged. They are not judged
    again, and those of this page are added.
    """
    page.evaluate(axe() + Path(__file__).with_name("looks.js").read_text("utf-8"))
    page.add_style_tag(content=AT_ONCE)
    page.evaluate("flatten('.katex-mathml')")  # it is there to be heard
    faults = {}
    for screen in SCREENS:
        show(page, *screen)
        if page.evaluate(f"{TOO_WIDE}(document.documentElement)"):
            faults[*screen, "too wide"] = []
        theme = screen[1]
        known = [look for its, look in judged if its == theme]
        new = page.evaluate("args => keepNewLooks(...args)", [str(screen), known])
        judged.update((theme, look) for look in new)
    page.evaluate("flatten('.katex-html, pre', Object.values(kept).flat())")
    for screen in SCREENS:
        new = page.evaluate("mark", str(screen))
        if new or screen in WHOLLY_JUDGED:
            show(page, *screen)
            rules = RULES if screen in WHOLLY_JUDGED else COLOURS
            for rule, elements in broken(page, rules):
                faults[*screen, rule] = elements
    return faults


def show(page, width, theme):
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=theme)
    page.evaluate("new Promise(requestAnimationFrame)")  # now the page has been told


def broken(page, rules):
    """The rules that axe finds broken, and elements that break them."""
    # Of the thousands of elements that pass axe would note where they are.
    options = json.dumps({"runOnly": rules, "resultTypes": ["violations"]})
    found = page.evaluate(f"axe.run({options}).then(found => found.violations)")
    return [(rule["id"], [n["html"] for n in rule["nodes"]][:3]) for rule in found]
