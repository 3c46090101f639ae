"""Text outputs as a terminal shows them."""

import re
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nbconvert.filters.ansi import ansi2html

from lecturepdf.text.terminal import Span, layout, spans

RED = Span("x", "red")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a", [Span("a")]),
        ("\x1b[31mred\x1b[0m b", [Span("red", "red"), Span(" b")]),
        ("\x1b[1mbold\x1b[39mx", [Span("bold", None, True), Span("x", None, True)]),
        ("\x1b[1;92mx\x1b[my", [Span("x", "green", True), Span("y")]),
        ("\x1b[1;34ma\x1b[22mb", [Span("a", "blue", True), Span("b", "blue")]),
        ("\x1b[1ma\x1b[21mb", [Span("a", None, True), Span("b")]),
        ("\x1b[1;31;mx\x1b[0031mx", [Span("x"), RED]),  # nothing is 0, 0031 is 31
        ("\x1b[4;31mx\x1b[24;27;49mx", [RED, RED]),  # on paper no difference
        # One of 256 colours, or of all: their numbers are none of the codes above.
        ("\x1b[1;38;5;31mx", [Span("x", "#0087af", True)]),
        ("\x1b[31;48;5;1;58;5;0mx", [RED]),
        ("\x1b[38;2;1;1;31mx", [Span("x", "#01011f")]),
        ("\x1b[38;5;28;01mx", [Span("x", "#008700", True)]),
        (
            "\x1b[38:2::1:31:1m_\x1b[38:5:1mx\x1b[4:3mx",
            [Span("_", "#011f01"), RED, RED],
        ),
        ("\x1b[38;5;9mx\x1b[38;5mx\x1b[38;7;1mx", [RED, Span("x"), Span("x")]),
        ("\x1b[32m\x1b[38;5;250mx", [Span("x", "#bcbcbc")]),  # no longer green
        (f"\x1b[{'9' * 5000}mx", [Span("x")]),
        ("a\x1b[2Kb\x1b[10Cc", [Span("a"), Span("b"), Span("c")]),
        ("\x1b[?25la\x1b[>4;1mb\x1b(Bc", [Span("a"), Span("b"), Span("c")]),
        ("\x1b]8;;https://a.b\x1b\\link\x1b]0;t\x07", [Span("link")]),
        ("a\x1b\x07", [Span("a")]),
    ],
)
def test_colours(text, expected):
    assert spans(text) == expected


COLOURS = {"yellow": "orange", "magenta": "purple", "cyan": "teal", "white": "grey"}
_256 = st.integers(0, 255).map(str)
codes = st.one_of(
    st.sampled_from(["", "0", "1", "4", "21", "22", "24", "27", "39", "49"]),
    st.integers(30, 37).map(str) | st.integers(90, 107).map(str),
    st.tuples(st.sampled_from(["38;5", "48;5"]), _256).map(";".join),
    st.tuples(st.sampled_from(["38;2", "48;2"]), _256, _256, _256).map(";".join),
)
pieces = st.tuples(st.lists(codes, max_size=4).map(";".join), st.sampled_from("ab"))


def styles_of_nbconvert(text):
    """Colour and weight of each letter in nbconvert's HTML."""
    for classes, letter in re.findall(r"(?:<span([^>]*)>)?(\w)(?:</span>)?", text):
        name = re.search(r"ansi-(\w+?)(?:-intense)?-fg", classes)
        colour = COLOURS.get(name[1], name[1]) if name else None
        if rgb := re.search(r"[^-]color: rgb\((\d+),(\d+),(\d+)\)", classes):
            colour = "#{:02x}{:02x}{:02x}".format(*map(int, rgb.groups()))
        yield Span(letter, colour, "ansi-bold" in classes)


@given(st.lists(pieces, max_size=6))
def test_colours_are_those_that_nbconvert_shows(parts):
    text = "".join(f"\x1b[{codes}m{letter}" for codes, letter in parts)
    assert spans(text) == list(styles_of_nbconvert(unescape(ansi2html(text))))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("10%\r50%\rdone", "done"),
        ("windows\r\n", "windows"),
        ("ab\bc", "ac"),
        ("\b\bx", "x"),
        ("a\tb", "a       b"),
    ],
)
def test_what_was_overwritten_is_gone(text, shown):
    assert layout(text, 88, 60) == f'(("{shown}", "ink", false,),)'


@pytest.mark.parametrize(
    "lost",
    ["x\x1b[0m\r", f"{'x' * 30}\x1b[0m\n", "x\n" * 9 + "\x1b[0m" + "x\n" * 9],
    ids=["overwritten", "too long for its colours", "left out"],
)
def test_a_colour_ends_although_its_end_is_lost(lost):
    assert layout(f"\x1b[31mred\n{lost}b", 20, 4).endswith('b", "ink", false,),)')


def test_a_long_line_breaks_at_a_blank():
    text = layout("word " * 6, 20, 60)
    assert text == r'(("word word word word \n  word word ", "ink", false,),)'


def test_a_line_without_blanks_breaks_all_the_same():
    assert layout("x" * 25, 20, 60).count("x") == 25


def test_the_middle_of_a_long_output_is_left_out_and_a_line_says_so():
    text = layout("\n".join(map(str, range(100))), 88, 10)
    assert "[90 lines left out]" in text
    assert r"4\n" in text
    assert r"\n95" in text
    assert "50" not in text
