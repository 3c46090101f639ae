"""PDF/UA-1: what a screen reader is told, read from the structure tree."""

import re

import nbformat
import pytest
from listeners import found_by_checkers, out_of_order
from pdf_tools import Printed, base64_png, code, markdown, notebook, shown, stream

from lecturepdf.editions import EDITIONS
from lecturepdf.exporter import LecturePDFExporter

PICTURE = {"image/png": {"alt": "Two grey rows."}}
TEXT = "# Title\n\ntext $x^2$\n\n$$ a \\tag{A} $$\n\n- item\n\n## Part\n\n#### Deep"
TABLE = "| h |\n|---|\n| c |\n\n"
CELLS = (
    markdown(TEXT),
    markdown(TABLE + "[link](https://a.b) and [deep](#Deep)[^1]\n\n[^1]: n"),
    code("x", shown(PICTURE, image_png=base64_png())),
)


def elements(node):
    """All elements of a structure tree, depth first."""
    node = node.get_object() if hasattr(node, "get_object") else node
    if isinstance(node, list):
        for child in node:
            yield from elements(child)
    elif isinstance(node, dict):
        if "/S" in node:
            yield node
        yield from elements(node.get("/K", []))


def levels_of(tree):
    return [int(e["/S"][2:]) for e in tree if re.fullmatch(r"/H\d", e["/S"])]


@pytest.fixture(scope="module")
def printed():
    return Printed(*CELLS, author="A. Author", lang="en")


@pytest.fixture(scope="module")
def tree(printed):
    return list(elements(printed.reader.trailer["/Root"]["/StructTreeRoot"]))


def test_the_document_says_what_it_is(printed):
    root = printed.reader.trailer["/Root"]
    assert printed.messages == []
    assert root["/Lang"] == "en"
    assert root["/MarkInfo"]["/Marked"]
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert printed.reader.metadata.title == "Title"
    assert printed.reader.metadata.author == "A. Author"
    assert b"<pdfuaid:part>1</pdfuaid:part>" in root["/Metadata"].get_data()


def test_headings_never_skip_a_level(tree):
    assert levels_of(tree) == [1, 2, 3]


@pytest.mark.parametrize(
    ("source", "levels"),
    [
        ("# T\n\n## A\n\n### B", [1, 2, 3]),
        ("# T\n\n# A\n\n## B", [1, 2, 3]),  # several titles are sections
        ("### A\n\n# B\n\n#### C", [1, 2, 2, 3]),  # the first one is the file's name
        ("text", [1]),
    ],
)
def test_levels_follow_from_what_an_author_means(source, levels):
    root = Printed(markdown(source)).reader.trailer["/Root"]
    assert levels_of(elements(root["/StructTreeRoot"])) == levels


def test_headings_are_bookmarks(printed):
    outline = printed.reader.outline
    assert outline[0].title == "Title"
    assert outline[1][0].title == "Part"


HEADINGS = {
    "[There](#there)": "There", "See [there](#t) `code`": "See there code",
    f"![words](data:image/png;base64,{base64_png()})": "words", "(A)": "(A)",
    f"${'x+' * 40}1$": f"{'x+' * 40}1", '<div class="note">Note</div>': "Note",
}  # fmt: skip


@pytest.mark.parametrize("edition", ["lecture", "slides"])
def test_a_heading_of_anything_has_a_bookmark(edition):
    cells = [markdown(f"## {source}\n\ntext") for source in HEADINGS]
    printed = Printed(markdown("# T"), *cells, edition=edition)
    assert printed.messages == []
    _, titles = printed.reader.outline
    assert [it.title for it in titles] == list(HEADINGS.values())


@pytest.mark.parametrize(
    "kind", ["/P", "/L", "/LI", "/Table", "/TH", "/TD", "/Link", "/Note", "/Code"]
)
def test_structure(tree, kind):
    assert kind in [element["/S"] for element in tree]


def test_pictures_and_formulas_are_described(tree):
    kinds = "/Figure", "/Formula"
    alts = {kind: [e["/Alt"] for e in tree if e["/S"] == kind] for kind in kinds}
    assert alts["/Figure"] == ["Two grey rows."]
    assert alts["/Formula"] == ["x squared", "a (A)"]


RICH = """# Rich *title*

A *word*, `code`, **bold *and* more** and $x$, before

$$ a = b \\tag{R} $$

by (R) [^note]. <span lang="de">Ein Satz.</span> A link: <https://a.b/c>.

[^note]: A *note* with $y$.

* one *two* `three`
  1. deep *er*

> Quoted *words* and $z$.

<div class="alert alert-info">A <b>frame</b> with <i>text</i>.</div>

| head *a* | number |
|---|---|
| cell *b* $c$ | 2 |

## Part *one*

<details><summary>More</summary>Hidden *text*.</details>

**Exercise 1** (5 minutes). Do *it*."""
EVERYTHING = (
    markdown(RICH, "slide"),
    markdown(f"$$ {'+'.join(['abc'] * 30)} $$", "slide"),  # of two lines
    code("def f():\n    ...\n\n\nf()", stream("one\n\ntwo"), tags=["slide"]),
    code("x", shown(PICTURE, image_png=base64_png(600, 300)), tags=["slide"]),
    code("stub()", tags=["exercise"]),
    markdown("A *hint*.", "hint"),
    code("answer()", tags=["solution"]),
    markdown("Aside.", slide_type="notes"),
)


@pytest.mark.parametrize("edition", EDITIONS)
def test_every_edition_can_be_heard(edition, tmp_path):
    printed = Printed(*EVERYTHING, edition=edition, author="A. Author")
    assert printed.messages == []
    (tmp_path / "it.pdf").write_bytes(printed.pdf)
    assert found_by_checkers(tmp_path / "it.pdf") == []
    assert out_of_order(tmp_path / "it.pdf") == []


def test_the_book_can_be_heard(tmp_path):
    paths = [tmp_path / f"{number}.ipynb" for number in (1, 2)]
    for path in paths:
        nbformat.write(notebook(*EVERYTHING), path)
    pdf = LecturePDFExporter(terms="*", title="Book", strict=True).book(paths)
    (tmp_path / "it.pdf").write_bytes(pdf)
    assert found_by_checkers(tmp_path / "it.pdf") == []
    assert out_of_order(tmp_path / "it.pdf") == []


def test_a_passage_is_in_the_language_of_its_mark():
    text = '# T\n\nA <i lang="de-AT">Satz</i>.\n\n<p lang="fr">un <b>mot</b></p>'
    page = Printed(markdown(text)).reader.pages[0].get_contents().get_data()
    assert re.findall(rb"/Lang \((\w+)\)", page) == [b"de", b"fr"]


def test_the_language_is_that_of_the_author():
    assert Printed(markdown("# T"), lang="de").reader.trailer["/Root"]["/Lang"] == "de"
