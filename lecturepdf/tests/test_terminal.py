"""Text outputs as a terminal shows them."""

import pytest

from lecturepdf.text.terminal import Span, layout, spans


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a", [Span("a")]),
        ("\x1b[31mred\x1b[0m b", [Span("red", "red"), Span(" b")]),
        ("\x1b[1mbold\x1b[39mx", [Span("bold", None, True), Span("x", None, True)]),
        ("\x1b[1;92mx\x1b[my", [Span("x", "green", True), Span("y")]),
        ("\x1b[38;5;31mx", [Span("x")]),  # 31 names a colour of 256 here, not red
        ("a\x1b[2Kb\x1b[10Cc", [Span("a"), Span("b"), Span("c")]),
        ("\x1b]8;;https://a.b\x1b\\link\x1b]0;t\x07", [Span("link")]),
        ("a\x1b", [Span("a")]),
    ],
)
def test_colours(text, expected):
    assert spans(text) == expected


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
