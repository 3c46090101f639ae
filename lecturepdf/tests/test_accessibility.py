"""PDF/UA-1: what a screen reader is told, read from the structure tree."""

import pytest
from pdf_tools import Printed, base64_png, code, markdown, shown

PICTURE = {"image/png": {"alt": "Two grey rows."}}
CELLS = (
    markdown(
        "# Title\n\ntext $x^2$\n\n$$ a \\tag{A} $$\n\n- item\n\n## Part\n\n#### Deep"
    ),
    markdown(
        "| h |\n|---|\n| c |\n\n[link](https://a.b) and [deep](#Deep)[^1]\n\n[^1]: n"
    ),
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
    levels = [
        int(e["/S"][2:]) for e in tree if e["/S"][1:2] == "H" and e["/S"][2:].isdigit()
    ]
    assert levels == [1, 2, 3]


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
    kinds = [element["/S"] for element in elements(root["/StructTreeRoot"])]
    assert [int(kind[2:]) for kind in kinds if kind[2:].isdigit()] == levels


def test_headings_are_bookmarks(printed):
    outline = printed.reader.outline
    assert outline[0].title == "Title"
    assert outline[1][0].title == "Part"


@pytest.mark.parametrize(
    "kind", ["/P", "/L", "/LI", "/Table", "/TH", "/TD", "/Link", "/Note", "/Code"]
)
def test_structure(tree, kind):
    assert kind in [element["/S"] for element in tree]


def test_pictures_and_formulas_are_described(tree):
    alts = {
        kind: [e["/Alt"] for e in tree if e["/S"] == kind]
        for kind in ("/Figure", "/Formula")
    }
    assert alts["/Figure"] == ["Two grey rows."]
    assert alts["/Formula"] == ["x^2", r"a \tag{A}"]


@pytest.mark.parametrize("edition", ["handout", "instructor", "slides"])
def test_every_edition_is_tagged(edition):
    cells = [
        *CELLS,
        markdown("## S", "slide"),
        code("1", tags=["exercise"]),
        code("2", tags=["solution"]),
    ]
    root = Printed(*cells, edition=edition).reader.trailer["/Root"]
    assert b"<pdfuaid:part>1</pdfuaid:part>" in root["/Metadata"].get_data()


def test_the_language_is_that_of_the_author():
    assert Printed(markdown("# T"), lang="de").reader.trailer["/Root"]["/Lang"] == "de"
