"""HTML as a browser reads it: what it hides, mends and draws."""

import base64

import pytest

from lecturepdf.pictures import Picture
from lecturepdf.text import soup, svg
from lecturepdf.text.soup import parsed

NO_BLANK = '<svg height="24px"viewbox="0 0 9 9"><path d="M0 0h9"/></svg>'
SHEET = "<style>.no, #a > i {display: none} @media print {b {display: none}}</style>"


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("a<p hidden>b</p>", "a"),
        ("a<b style='color: red; DISPLAY : none !important'>b</b>", "a"),
        ("a<b style='visibility:hidden'>b</b>", "a"),
        (SHEET + "<i class=no>a</i><b>b</b><p id=a><i>c</i>d</p>", "bd"),
        ("<style>b:hover, i::after, i:after, b {display: none}</style>a<b>b</b>", "a"),
        ("<div class=sk-text-repr-fallback><pre>a</pre><b>b</b></div>", "a"),
        ("<style>" + "a{" * 9999 + "</style>a", "a"),
        (
            "<style>.x-text-repr-fallback {display: none}</style><pre class="
            "x-text-repr-fallback>a</pre><div class=x style='display:none'>b</div>",
            "a",
        ),
        ("<h4>a<h4 align=right>b</h4></h4>", "ab"),
        ("1 < 2 <3> <", "1 < 2 <3> <"),
    ],
)
def test_what_a_screen_shows(html, text):
    tree = parsed(html)[0]
    for sheet in tree("style"):
        sheet.decompose()
    assert tree.get_text() == text


def drawn(html):
    picture = parsed(html)[0].img
    return picture and base64.b64decode(picture["src"].partition(",")[2]).decode()


def test_a_drawing_is_read_as_html_and_written_as_xml():
    space = 'xmlns="http://www.w3.org/2000/svg" '
    space += 'xmlns:xlink="http://www.w3.org/1999/xlink"'
    svg = f'<svg height="24px" viewBox="0 0 9 9" {space}><path d="M0 0h9"></path></svg>'
    assert drawn(NO_BLANK) == svg
    assert "<g>a&amp;b" in drawn("<svg onload=x><g>a&b<script>x</script><path></svg>")
    assert parsed("<svg><title>T</title><path></svg>")[0].img["alt"] == "T"


@pytest.mark.parametrize("inside", ["", "<defs><symbol><path></symbol></defs>", "<g>"])
def test_what_draws_nothing_is_left_out(inside):
    assert drawn(f"<svg>{inside}</svg>") is None


def labelled(text):
    return svg.with_labels(Picture(text.encode(), "svg")).data.decode()


def test_labels_in_html_become_text():
    place = 'x="10" y="20" width="100" height="40"'
    label = '<div style="font-size: 10px"><p>one</p>&amp; two<br></div>'
    text = labelled(f"<svg><foreignObject {place}>{label}</foreignObject></svg>")
    assert 'text-anchor="middle"' in text
    assert '<tspan x="60" y="37.6">one</tspan><tspan x="60" y="49.6">&amp; two<' in text
    other = f"<svg><switch><foreignObject {place}>{label}</foreignObject><text>x"
    assert "one" not in labelled(other)  # it has a text for those without HTML


def test_html_beyond_reason_is_cut_and_told(monkeypatch):
    monkeypatch.setattr(soup, "_MOST_TAGS", 4)
    tree, told = parsed("<b>a</b><i>b</i><u>c</u>")
    assert (tree.get_text(), told) == (
        "ab",
        "HTML of more than 4 tags: the rest is left out",
    )
    assert parsed("<b>a</b><i>b</i>")[1] == ""


@pytest.mark.parametrize("html", ["<div>", "<svg>", "<b><p>", "<table><tr><td>", "<"])
def test_nesting_is_no_trouble(html):
    assert parsed(html * 2000)[1] == ""
