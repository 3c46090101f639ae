"""Where pictures come from, how large they are printed, and what they are called."""

import base64
import re

import pytest
from pdf_tools import Printed, base64_png, code, markdown, png, shown

from lecturepdf.manuscript import Manuscript
from lecturepdf.pictures import Picture, PictureError, from_bytes, from_url
from lecturepdf.text.markdown import to_html

SVG = b'<?xml version="1.0"?>\n<svg viewBox="0 0 1 1"></svg>'


FORMATS = {
    png(): "png",
    b"\xff\xd8\xff\xe0": "jpg",
    b"GIF89a": "gif",
    b"RIFF....WEBPVP8 ": "webp",
    b"%PDF-1.7": "pdf",
    SVG: "svg",
    b"<svg>": "svg",
}


@pytest.mark.parametrize(("data", "extension"), FORMATS.items())
def test_the_content_tells_the_format(data, extension):
    assert from_bytes(data).extension == extension


@pytest.mark.parametrize("data", [b"", b"BM", b"<svgx>", b"<p>no svg</p>"])
def test_other_formats_are_refused(data):
    with pytest.raises(PictureError, match="not PNG"):
        from_bytes(data)


def test_a_name_follows_from_the_content_alone():
    assert Picture(b"a", "png").name == Picture(b"a", "png").name
    assert Picture(b"a", "png").name != Picture(b"b", "png").name


def test_pictures_are_found_where_the_notebook_says(tmp_path):
    (tmp_path / "a b.png").write_bytes(png())
    attachments = {"c d.png": {"image/png": base64_png()}}
    urls = ["a%20b.png", "./a b.png?raw=true", "attachment:c%20d.png"]
    urls.append("data:image/png;base64," + base64_png())
    urls.append("data:image/svg+xml,%3Csvg%3E%3C/svg%3E")
    for url in urls:
        assert from_url(url, tmp_path, attachments).data


def width_of_picture(printed):
    """The width, in points, at which a page shows its one picture."""
    content = printed.reader.pages[0].get_contents().get_data().decode("latin-1")
    widths = re.findall(r"([\d.]+) 0 0 -?[\d.]+ [\d.-]+ [\d.-]+ cm\s+/\w+ Do", content)
    return float(widths[-1])


SIZES = [({"width": 200}, 200 * 0.6), ({}, 40 * 0.6), ({"width": 5000}, 425.2)]


@pytest.mark.parametrize(("metadata", "expected"), SIZES)  # 0.8 of 3/4 pt a pixel
def test_figures_keep_their_size_in_css_pixels_but_stay_on_the_page(metadata, expected):
    picture = base64_png(40, 4)
    facts = {"image/png": {"alt": "x"} | metadata}
    printed = Printed(code("", shown(facts, image_png=picture)))
    assert width_of_picture(printed) == pytest.approx(expected, abs=0.2)


HTML_SIZES = {"width='100'": 75, "style='width: 40pt'": 40}
HTML_SIZES |= {"width='50%'": 212.6, "width=x": 30}


@pytest.mark.parametrize(("size", "expected"), HTML_SIZES.items())
def test_pictures_in_html_have_the_size_given_there(size, expected):
    url = "data:image/png;base64," + base64_png(40, 4)
    printed = Printed(markdown(f"<img src='{url}' alt='x' {size}>"))
    assert width_of_picture(printed) == pytest.approx(expected, abs=0.2)


def test_the_description_is_plain_text():
    html = to_html('![an *odd* "A" & <b>](x.png)', lambda display, tex: "")
    assert 'alt="an odd &quot;A&quot; &amp; "' in html


def test_a_picture_is_kept_once():
    manuscript = Manuscript()
    for _ in range(2):
        manuscript.keep(Picture(png(), "png"))
    assert len(manuscript.pictures) == 1


def test_a_figure_in_pdf_is_printed_at_the_price_of_pdf_ua():
    inner = base64.b64encode(Printed(markdown("inside")).pdf).decode()
    figure = shown({"alt": "a page"}, **{"application/pdf": inner})
    printed = Printed(code("", figure), markdown("\U0001f916"))
    assert "PDF/UA-1: a figure is a PDF" in printed.messages[1]
    assert "no font has" in printed.messages[0]
    assert "inside" in printed.text
