"""HTML tables: where each cell stands, what is a head, how columns are set."""

import re

import pytest

from lecturepdf.manuscript import Manuscript
from lecturepdf.text.html_tables import typst
from lecturepdf.text.hypertext import Hypertext
from lecturepdf.text.soup import parsed

TABLE = (
    "<table><caption>cap</caption><tr><th>a</th><th colspan=2>b</th></tr>"
    "<tr><td rowspan=2>c</td><td>d</td><td align=right>e</td></tr>"
    "<tr><td style='text-align: center'>f</td><th>g</th></tr></table>"
)


def set_in_typst(html, side=None):
    table = parsed(html)[0].table
    return typst(table, lambda tag: tag.get_text(), lambda told: f"!{told}!", side)


def places(markup):
    cell = r"table\.cell\(x: (\d+), y: (\d+)[^)]*\)\[(?:#strong\(\)\[)?(\w)"
    found = re.findall(cell, markup)
    return {text: (int(x), int(y)) for x, y, text in found}


def test_cells_give_way_to_those_that_span_rows_and_columns():
    assert places(set_in_typst(TABLE)) == {
        "a": (0, 0), "b": (1, 0), "c": (0, 1), "d": (1, 1), "e": (2, 1), "f": (1, 2),
        "g": (2, 2),
    }  # fmt: skip


def test_a_row_of_heads_is_the_head_and_is_repeated_on_each_page():
    markup = set_in_typst(TABLE)
    facts = '("a", "d", "e",), 3, 1'
    assert f"#fitted-table({facts}, table.cell(x: 0, y: 0)" in markup
    assert "colspan: 2" in markup
    assert "rowspan: 2" in markup
    assert markup.startswith("cap")


def test_a_table_of_heads_alone_has_none():
    assert "1, 0, table.cell" in set_in_typst("<table><tr><th>a</th></tr></table>")


RIGHT, FRAME = "align: right", "<table class=dataframe>"
SIDES = {
    "<table><td align=right>x": RIGHT,
    "<table><td style='text-align: center'>x": "align: center",
    "<table><td style='vertical-align: top'>x": None,
    "<table><tr style='text-align: right'><td>x": RIGHT,
    "<table align=right><td>x": None,  # it is the table that stands there
    "<style>#a {text-align: right !important}</style><table><td id=a>x": RIGHT,
    FRAME + "<td>x": RIGHT,
    FRAME + "<td style='text-align: left'>x": "align: left",
    "<table><td>-1.5e-3": RIGHT,
    "<table><td>95 %": RIGHT,
    "<table><td>1 apple": None,
}


@pytest.mark.parametrize(("html", "side"), SIDES.items())
def test_sides(html, side):
    markup = set_in_typst(html, "right")
    assert (side in markup) if side else ("align" not in markup)


def test_a_span_beyond_reason_adds_no_columns_and_what_has_none_is_told():
    rows = "<tr><td colspan=999999 rowspan=9>a</td><td>b</td></tr><tr><td>c</td></tr>"
    markup = set_in_typst(f"<table>{rows}</table>")
    facts = '("a",), 2, 0'
    assert f"#fitted-table({facts}, table.cell(x: 0, y: 0, rowspan: 2)" in markup
    assert "!columns after the 200th of a table are left out!" in markup
    assert "span" not in set_in_typst("<table><tr><td colspan=9>x</td></tr></table>")


def test_spans_cost_no_more_than_the_columns_there_are():
    cell = "<td rowspan=200 colspan=200></td>"
    assert (
        set_in_typst(f"<table>{f'<tr>{cell}</tr>' * 400}</table>").count("cell(") == 2
    )


FORMULA = '<x-formula class="inline">x</x-formula>'


def test_columns_have_room_for_their_longest_word():
    row = "<td>two words<br>and</td><td colspan=2>not counted</td>"
    rows = f"<tr>{row}</tr><tr><td><td>x<td>{FORMULA} only</tr>"
    markup = set_in_typst(f"<table>{rows}</table>")
    prose = f"<tr><td>with {FORMULA} in between other words</tr>"
    assert '("between",)' in set_in_typst(f"<table>{prose}</table>")
    assert markup.startswith('\n\n#fitted-table(("words", "x", none,), 2, 0, ')


def test_rows_that_begin_where_they_should_end_leave_no_gap():
    rows = "<tr><td>a</td><td>b</td><tr>" * 2
    assert '("a", "b",), 2, 0, ' in set_in_typst(f"<table>{rows}</table>")


BAR = "linear-gradient(90deg, #d65f5f 40.0%, transparent 40.0%)"
DARK = "<td style='background-color: #222'>x"
COLOURS = {
    DARK: 'fill: paper("#222222"))[#on-paper("#222222")[x',
    "<td bgcolor=Yellow>x": 'fill: paper("yellow"))[#on-paper("yellow")[x',
    "<td style='color: red'>x": 'y: 0)[#tinted("red")[x',
    "<td style='border-color: red'>x": "y: 0)[x",
    "<td style='color: rgb(0, 0, 128)'>x": '[#tinted("#000080")[x',
    "<td style='font-weight: 700; font-style: italic'>x": "[#emph()[#strong()[x",
    "<td style='background: rgba(0, 0, 0, .2)'>x": 'paper("#cccccc")',
    f"<td style='background: {BAR}'>x": "40.0%), (none, 40.0%), (none, 100%)))[x",
    "<tr style='background: #eee'><td>x": 'paper("#eeeeee")',
}


@pytest.mark.parametrize(("cell", "markup"), COLOURS.items())
def test_colours_and_weights_are_kept(cell, markup):
    assert markup in set_in_typst(f"<table><tr>{cell}</table>")


def test_what_stands_in_no_cell_is_kept_once():
    inner = "<table><td>loose</td><tr><td>kept</td></tr></table>"
    html = f"<table>stray<style>.x {{}}</style><tr><td>{inner}</table>"
    markup = Hypertext(Manuscript()).typst(html)
    for word in ("stray", "loose", "kept"):
        assert markup.count(f'#"{word}"') == 1
    assert ".x" not in markup
