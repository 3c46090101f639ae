"""Tables in Markdown: every row is kept, however many bars it has."""

import pytest
from bs4 import BeautifulSoup

from lecturepdf.text.markdown import to_html

HEAD = "| A | B |\n|---|---|\n"


def rows(source):
    """The rows of all tables in a Markdown text, cell by cell; a formula as «x»."""
    soup = BeautifulSoup(to_html(source, lambda _, tex: f"«{tex}»"), "html.parser")
    return [[cell.get_text() for cell in row(["td", "th"])] for row in soup("tr")]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (HEAD + "| x | y |", [["A", "B"], ["x", "y"]]),
        (HEAD + "x | y\n", [["A", "B"], ["x", "y"]]),
        ("A | B\n-- | --\nx | y\n", [["A", "B"], ["x", "y"]]),
        ("  A|B  \n :-:|--: \n", [["A", "B"]]),
        ("| A |\n|---|\n| x |", [["A"], ["x"]]),
        (HEAD + "| x |", [["A", "B"], ["x", ""]]),
        (HEAD + "| x | y | z |", [["A", "B"], ["x", "y | z"]]),
        (HEAD + "| | |", [["A", "B"], ["", ""]]),
        (HEAD + r"| $|x|$ | $$\|y\|$$ |", [["A", "B"], ["«|x|»", r"«\|y\|»"]]),
        (HEAD + r"| a\|b | `c\|d` |", [["A", "B"], ["a|b", "c|d"]]),
        (HEAD + "| $5 | and $6 |", [["A", "B"], ["$5", "and $6"]]),
        ("text\n" + HEAD + "x|y\n\nafter | all", [["A", "B"], ["x", "y"]]),
        ("- item\n\n  | A | B |\n  |---|---|\n  | x | y |", [["A", "B"], ["x", "y"]]),
        ("> A | B\n> --|--\n> x | y", [["A", "B"], ["x", "y"]]),
        ("A | B\n--- | --- | ---\nx | y", []),
        ("either | or\nboth | none", []),
        ("A | B\n---\n", []),
        ("```\n" + HEAD + "```", []),
    ],
)
def test_rows(source, expected):
    assert rows(source) == expected


def test_columns_keep_their_sides():
    html = to_html("A|B|C|D\n:--|:-:|--:|---\na|b|c|d", None)
    cells = BeautifulSoup(html, "html.parser")("td")
    sides = [cell.get("style", "").removeprefix("text-align:") for cell in cells]
    assert sides == ["left", "center", "right", ""]
