"""Fonts: the machine's only for what others lack, and a fault for what no font has."""

import sys

import pytest
import typst
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from pdf_tools import Printed, code, markdown, shown, stream

LETTER, OTHER = "\N{CJK UNIFIED IDEOGRAPH-6570}", "\N{CJK UNIFIED IDEOGRAPH-5B66}"


@pytest.fixture
def machine(tmp_path, monkeypatch):
    """Let the fonts of a machine be one of one letter; count how often it is asked."""
    pen = TTGlyphPen(None)
    for number, point in enumerate([(0, 0), (0, 700), (500, 700), (500, 0)]):
        (pen.lineTo if number else pen.moveTo)(point)
    pen.closePath()
    font = FontBuilder(1000, isTTF=True)
    font.setupGlyphOrder([".notdef", "letter"])
    font.setupCharacterMap({ord(LETTER): "letter"})
    font.setupGlyf({".notdef": pen.glyph(), "letter": pen.glyph()})
    font.setupHorizontalMetrics({".notdef": (600, 0), "letter": (600, 0)})
    font.setupHorizontalHeader(ascent=800, descent=-200)
    names = {"familyName": "Machine", "styleName": "Regular", "psName": "Machine"}
    font.setupNameTable(names)
    font.setupOS2(sTypoAscender=800, usWinAscent=800, usWinDescent=200)
    font.setupPost()
    font.save(tmp_path / "machine.ttf")
    asked, compiler = [], typst.Compiler

    def built(*arguments, ignore_system_fonts, font_paths, **more):
        if not ignore_system_fonts:
            asked.append(True)
            font_paths = [*font_paths, str(tmp_path)]
        more |= {"font_paths": font_paths, "ignore_system_fonts": True}
        return compiler(*arguments, **more)

    monkeypatch.setattr(sys.modules["typst"], "Compiler", built)
    return asked


def fonts(printed):
    """The names of a PDF's fonts."""
    pages = printed.reader.pages
    return {
        str(font.get_object()["/BaseFont"])
        for page in pages
        for font in page["/Resources"]["/Font"].values()
    }


def test_what_the_built_in_fonts_have_asks_for_no_other(machine):
    source = "Straße, лес, ψυχή, שלום, $x$, `код`"
    assert Printed(markdown(source), system_fonts=True).messages == []
    assert machine == []


def test_what_they_lack_is_set_in_one_of_the_machine_s(machine):
    cells = markdown(f"# {LETTER}\n\nword `{LETTER}`"), code("", stream(LETTER))
    printed = Printed(*cells, system_fonts=True)
    assert printed.messages == []
    assert printed.text.count(LETTER) >= 3
    assert any("Machine" in name for name in fonts(printed))
    assert any("Libertinus" in name for name in fonts(printed))
    assert machine == [True]
    assert "no font has" in Printed(*cells, system_fonts=False).messages[0]


def test_of_what_no_font_has_the_script_is_told(machine):
    letters = f"{LETTER}{OTHER}\N{ROBOT FACE}"
    message = Printed(markdown(letters), system_fonts=True).messages[0]
    assert "no font has" in message
    assert f"'{LETTER}'" not in message
    assert "(CJK, emoji)" in message


def test_a_letter_that_no_font_has_costs_a_drawing_that_letter_alone():
    letter, drawing = (
        "\N{ROBOT FACE}",
        '<svg xmlns="http://www.w3.org/2000/svg">{}</svg>',
    )
    drawing = drawing.format(f'<text y="20">seen {letter}</text>')
    printed = Printed(code("", shown(metadata={"alt": "a"}, image_svg=drawing)))
    (message,) = printed.messages
    assert message.startswith("lesson.ipynb, cell 1: no font has")
    assert "seen" in printed.text
