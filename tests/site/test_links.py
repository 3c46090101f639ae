"""Does the checker find every link that leads nowhere, and no other?"""

import pytest

from course_site.links import broken_links

PAGE = """<html><head><link rel="stylesheet" href="style.css">
<link rel="next" href="other.html"></head><body>
<h2 id="here">A</h2>
{}
</body></html>"""


# What is in a page, and what is said of it.
LINKS = {
    '<a href="other.html">': "",
    '<a href="#here">': "",
    '<a href="#">': "",
    '<a href="other.html#What-is-it%3F">': "",
    '<a href="folder/">': "",
    '<a href="folder/index.html#here">': "",
    '<a href="https://example.org/paper.pdf#page=3">': "",
    '<a href="mailto:somebody@example.org">': "",
    '<img src="data:image/png;base64,AAAA">': "",
    '<a name="old"></a><a href="#old">': "",
    '<a href="nowhere.html">': "nowhere.html: no such file",
    '<a href="../index.html">': "../index.html: no such file",
    '<a href="#nowhere">': "#nowhere: no such anchor",
    '<a href="other.html#here2">': "other.html#here2: no such anchor",
    '<img src="lost.png">': "lost.png: no such file",
    '<script src="lost.js">': "lost.js: no such file",
    '<script src="https://cdn.example.org/x.js">': "must not load",
    '<img src="//example.org/x.png">': "must not load",
    '<link rel="stylesheet" href="https://example.org/x.css">': "must not load",
    '<iframe src="http://example.org/">': "must not load",
    '<a href="javascript:alert(1)">': "no address that a browser can open",
    '<a href="file:///etc/passwd">': "no address that a browser can open",
}


@pytest.mark.parametrize("body", LINKS)
def test_what_leads_nowhere_is_named_with_its_line_and_nothing_else(tmp_path, body):
    (tmp_path / "folder").mkdir()
    for name, text in {
        "index.html": PAGE.format(f"<p>\n{body}"),
        "other.html": PAGE.format('<p id="What-is-it?">B</p>'),
        "style.css": "",
        "folder/index.html": PAGE.replace("style", "../style"),
        "folder/other.html": "",
    }.items():
        (tmp_path / name).write_text(text)
    said = broken_links(tmp_path)
    assert len(said) == bool(LINKS[body])
    for line in said:
        assert line.startswith("index.html, line 5: ")
        assert LINKS[body] in line
