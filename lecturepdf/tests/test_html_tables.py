"""HTML tables: where each cell stands, what is a head, how columns are set."""

import re

import pytest
from bs4 import BeautifulSoup

from lecturepdf.manuscript import Manuscript
from lecturepdf.text.html_tables import typst
from lecturepdf.text.hypertext import Hypertext

TABLE = (
    "<table><caption>cap</caption><tr><th>a</th><th colspan=2>b</th></tr>"
    "<tr><td rowspan=2>c</td><td>d</td><td align=right>e</td></tr>"
    "<tr><td style='text-align: center'>f</td><th>g</th></tr></table>"
)


def set_in_typst(html):
    return typst(BeautifulSoup(html, "html.parser").table, lambda tag: tag.get_text())


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
    assert "#fitted-table(3, 3, 1, table.header(table.cell(x: 0, y: 0)" in markup
    assert "colspan: 2" in markup
    assert "rowspan: 2" in markup
    assert markup.startswith("cap")


def test_a_table_of_heads_alone_has_none():
    assert "table.header" not in set_in_typst("<table><tr><th>a</th></tr></table>")


SIDES = {
    "<td align=right>x": "align: right",
    "<td style='text-align: center'>x": "align: center",
    "<td style='vertical-align: top'>x": None,
}


@pytest.mark.parametrize(("cell", "side"), SIDES.items())
def test_alignment(cell, side):
    markup = set_in_typst(f"<table><tr>{cell}</td></tr></table>")
    assert (side in markup) if side else ("align" not in markup)


def test_numbers_of_a_data_frame_stand_on_the_right():
    markup = set_in_typst("<table class='dataframe'><tr><td>1</td></tr></table>")
    assert "align: right" in markup


def test_a_span_beyond_reason_is_cut():
    markup = set_in_typst("<table><tr><td colspan=999999 rowspan=9>x</td></tr></table>")
    assert "colspan: 200" in markup
    assert "rowspan" not in markup


def test_rows_that_begin_where_they_should_end_leave_no_gap():
    rows = "<tr><td>a</td><td>b</td><tr>" * 2
    assert "#fitted-table(2, 2, 0, " in set_in_typst(f"<table>{rows}</table>")


DARK = "<td style='background-color: #222'>x"
COLOURS = {
    DARK: 'fill: paper("#222"))[#on-paper("#222")[x',
    "<td bgcolor=Yellow>x": 'fill: paper("yellow"))[#on-paper("yellow")[x',
    "<td style='color: red'>x": 'y: 0)[#tinted("red")[x',
    "<td style='border-color: red'>x": "y: 0)[x",
}


@pytest.mark.parametrize(("cell", "markup"), COLOURS.items())
def test_colours_are_kept(cell, markup):
    assert markup in set_in_typst(f"<table><tr>{cell}</table>")


def test_what_stands_in_no_cell_is_kept_once():
    inner = "<table><td>loose</td><tr><td>kept</td></tr></table>"
    html = f"<table>stray<style>.x {{}}</style><tr><td>{inner}</table>"
    markup = Hypertext(Manuscript()).typst(html)
    assert [markup.count(word) for word in ("stray", "loose", "kept")] == [1, 1, 1]
    assert ".x" not in markup
