"""Where pictures come from, how large they are printed, and what they are called."""

import base64
import gzip
import re
import struct
import zlib

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


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + bytes(4)


def jpeg(*before):
    frame = b"\xff\xc0" + struct.pack(">HBHHB", 11, 8, 60_000, 50_000, 1) + bytes(3)
    return b"\xff\xd8\xff\xdb\0\3x" + b"".join(before) + frame


def webp(kind, data):
    return b"RIFF....WEBP" + kind + bytes(4) + data + bytes(20)


def drawing(inside):
    space = 'xmlns="http://www.w3.org/2000/svg"'
    return f'<svg {space} viewBox="0 0 9 9">{inside}</svg>'.encode()


def within(data, kind="png"):
    url = f"data:image/{kind};base64,{base64.b64encode(data).decode()}"
    return drawing(f'<image width="9" height="9" href="{url}"/>')


LARGE = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">II", 60_000, 50_000))
PROFILE = chunk(b"iCCP", b"x\0\0" + zlib.compress(bytes(11_000_000)))
BLUR = '<filter id="f"><feGaussianBlur stdDeviation="1"/></filter>'
FILTERED = '<rect width="9" height="9" filter="url(#f)"/>'
TOO_MUCH = {
    "a JPEG with filling": (jpeg(b"\xff" * 5), "50000 x 60000"),
    "a JPEG with marks": (jpeg(b"\xff\xd0\xff\x01"), "50000 x 60000"),
    "a WebP": (webp(b"VP8 ", struct.pack("<6xHH", 16383, 16383)), "16383 x 16383"),
    "a WebP without loss": (webp(b"VP8L", b"/" + b"\xff" * 4), "16384 x 16384"),
    "an extended WebP": (webp(b"VP8X", bytes(4) + b"\xff" * 6), "16777216 x"),
    "a profile": (png()[:33] + PROFILE, "its colour profile has no end"),
    "a picture in a drawing": (within(LARGE), "3000000000 pixels"),
    "a picture in a drawing in one": (within(within(LARGE), "svg+xml"), "3000000000"),
    "a drawing that is packed": (within(gzip.compress(SVG), "svg+xml"), "compressed"),
    "elements in one another": (drawing("<g>" * 50_000), "nested deeper"),
    "many filters": (drawing(BLUR + FILTERED * 300), "its filters take too long"),
    "a filter used often": (
        drawing(BLUR + f"<g id='a'>{FILTERED}</g>" + '<use href="#a"/>' * 300),
        "its filters take too long",
    ),
    "a dear filter": (
        drawing('<filter id="f"><feMorphology radius="900"/></filter>' + FILTERED),
        "its filters take too long",
    ),
    "text": (drawing(f"<text>{'x ' * 99_000}</text>"), "100,000 letters"),
    "sheets": (
        drawing(f"<style>{'a{fill:red}' * 20_000}</style>" + "<a/>" * 900),
        "too many rules",
    ),
}


@pytest.mark.parametrize(("data", "words"), TOO_MUCH.values(), ids=TOO_MUCH)
def test_a_picture_that_asks_for_too_much_is_refused(data, words):
    with pytest.raises(PictureError, match=words):
        from_bytes(data)


def test_a_drawing_with_a_few_shadows_and_pictures_is_none_of_these():
    assert from_bytes(drawing(BLUR + FILTERED * 20)).extension == "svg"
    assert from_bytes(within(png())).extension == "svg"
    assert from_bytes(b"\xff\xd8\xff").extension == "jpg"  # damaged, as Typst finds
