"""Does the checker find every link that leads nowhere, and no other?"""

import pytest

from links import broken_links

PAGE = """<html><head><link rel="stylesheet" href="style.css">
<link rel="next" href="other.html"></head><body>
<h2 id="here">A</h2>
{}
</body></html>"""


@pytest.fixture
def site(tmp_path):
    (tmp_path / "style.css").touch()
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "index.html").write_text(PAGE.replace("style", "../style"))
    (tmp_path / "other.html").write_text(PAGE.format('<p id="What-is-it?">B</p>'))

    def faults(body: str) -> list[str]:
        (tmp_path / "index.html").write_text(PAGE.format(body))
        return broken_links(tmp_path)

    (tmp_path / "folder" / "other.html").write_text("")
    return faults


@pytest.mark.parametrize(
    "body",
    [
        '<a href="other.html">',
        '<a href="#here">',
        '<a href="#">',
        '<a href="other.html#What-is-it%3F">',
        '<a href="folder/">',
        '<a href="folder/index.html#here">',
        '<a href="https://example.org/paper.pdf#page=3">',
        '<a href="mailto:somebody@example.org">',
        '<img src="data:image/png;base64,AAAA">',
        '<a name="old"></a><a href="#old">',
    ],
)
def test_a_right_link_is_no_fault(site, body):
    assert site(body) == []


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ('<a href="nowhere.html">', "nowhere.html: no such file"),
        ('<a href="../index.html">', "../index.html: no such file"),
        ('<a href="#nowhere">', "#nowhere: no such anchor"),
        ('<a href="other.html#here2">', "other.html#here2: no such anchor"),
        ('<img src="lost.png">', "lost.png: no such file"),
        ('<script src="lost.js">', "lost.js: no such file"),
        ('<script src="https://cdn.example.org/x.js">', "must not load"),
        ('<img src="//example.org/x.png">', "must not load"),
        ('<link rel="stylesheet" href="https://example.org/x.css">', "must not load"),
        ('<iframe src="http://example.org/">', "must not load"),
        ('<a href="javascript:alert(1)">', "no address that a browser can open"),
        ('<a href="file:///etc/passwd">', "no address that a browser can open"),
    ],
)
def test_a_wrong_link_is_named_with_page_and_line(site, body, fault):
    (found,) = site(f"<p>\n{body}")
    assert found.startswith("index.html, line 5: ")
    assert fault in found
