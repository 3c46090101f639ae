"""What is wider than the page: broken, set smaller, turned or told, and never lost."""

import pytest
from pdf_tools import Printed, base64_png, code, markdown, shown, stream

LEFT, RIGHT = 33 / 25.4 * 72, (210 - 27) / 25.4 * 72
PROMPTS = LEFT - 17 / 25.4 * 72  # the numbers of cells stand in the margin
SUM = "+".join(rf"\frac{{a_{{i+{n}}}-2b}}{{\Delta x^2}}" for n in range(10, 25))
MATRIX = r"\begin{{pmatrix}}{}\end{{pmatrix}}".format
WIDE, WIDER = (MATRIX("&".join(["1234"] * count)) for count in (15, 80))
TALL = MATRIX(r"\\".join(["1234"] * 80))
COLUMNS = [f"column_{n}" for n in range(20)]


def frame(columns, rows=2):
    head = "".join(f"<th>{name}</th>" for name in columns)
    row = "".join(f"<td>{100_000 + n}.5</td>" for n in range(len(columns)))
    body = "".join(f"<tr><th>row{y}</th>{row}</tr>" for y in range(rows))
    return shown(text_html=f"<table><tr><td></td>{head}</tr>{body}</table>")


def prose_table():
    cell = "<td>" + "some words that could be wrapped " * 20 + "</td>"
    return shown(text_html=f"<table><tr>{cell}{cell}<td>1</td></tr></table>")


BLANKS = r"\quad" * 5
ROW = "<tr><td>" + "wide " * 30 + "</td><td>b</td></tr>"
ACROSS = f"<table>{ROW * 3}<tr><td colspan=2>across</td></tr></table>"
# What is printed, and how often words of it must be found.
FITTING = {
    "an alignment": (
        markdown(rf"$$\begin{{split}}x &= y\\ &= {SUM}\end{{split}}$$"), {}
    ),
    "a line": (markdown(f"$${SUM}$$"), {}),
    "a line with a number": (markdown(rf"$${SUM} \tag{{W}}$$"), {"(W)": 1}),
    "lines with numbers": (
        markdown(rf"\begin{{align}}x &= {SUM}\tag{{A}}\\ y &= z\tag{{B}}\end{{align}}"),
        {"(A)": 1, "(B)": 1},
    ),
    "within brackets": (markdown(rf"$$x = \left( {SUM} \right)$$"), {}),
    "a matrix": (markdown(f"$${WIDE}$$"), {"1234": 15}),
    "a matrix turned": (markdown(f"$${MATRIX('&'.join(['1234'] * 26))}$$"), {}),
    "within a line": (markdown(f"so ${WIDE}$."), {"1234": 15}),
    "lines within a line": (
        markdown(rf"so $\begin{{align}}a &= {'x+' * 25}1\\ &= b\end{{align}}$."), {}
    ),
    "blanks within a line": (
        markdown(rf"- $\log P = \texttt{{{'set ' * 16}}} {BLANKS} \texttt{{name}}$"),
        {"name": 1, "set": 16},
    ),
    "code": (code("f(" + ",".join(COLUMNS * 2) + ")"), {"column_": 40}),
    "a name in code": (code("x" * 300), {}),
    "code in text": (markdown("- ```\n  " + "f(x) " * 60 + "\n  ```"), {"f(x)": 60}),
    "a word": (markdown("See https://a.b/" + "folder/" * 60 + "end."), {"end": 1}),
    "a table": (code("", frame(COLUMNS)), {"column_": 20, "row1": 3, ".5": 40}),
    "a table of prose": (code("", prose_table()), {"wrapped": 40}),
    "a row across": (code("", shown(text_html=ACROSS)), {"wide": 90, "across": 1}),
    "an output": (code("", stream("word" * 300)), {}),
}  # fmt: skip


@pytest.mark.parametrize(("cell", "words"), FITTING.values(), ids=FITTING)
def test_what_is_wide_stays_on_the_page(cell, words):
    printed = Printed(cell)
    assert printed.messages == []
    for x, size, text in printed.letters():
        assert PROMPTS <= x < RIGHT, text
        assert size > 6.45 * (0.5 if "$" in cell.source else 1), text  # or an exponent
    found = printed.text.replace(" ", "")
    assert {word: found.count(word) for word in words} == words


TOO_WIDE = {
    "a long product": markdown(f"so ${'f(x)' * 60}$."),
    "a formula": markdown(f"$${WIDER}$$"),
    "a formula within a line": markdown(f"${WIDER}$"),
    "a table": code("", shown(text_html=f"<table><tr><td>a<td>${WIDER}$</table>")),
    "a tall matrix": markdown(f"$${TALL}$$"),
    "a tall matrix within a line": markdown(f"so ${TALL}$."),
}  # fmt: skip


@pytest.mark.parametrize("cell", TOO_WIDE.values(), ids=TOO_WIDE)
def test_what_fits_nowhere_is_told(cell):
    message, *_ = Printed(markdown("# T"), cell).messages
    assert message.startswith("lesson.ipynb, cell 2: ")
    assert "is larger than the page" in message


def test_a_formula_of_many_lines_is_parted_between_pages():
    lines = r"\\".join(["x &= 1234"] * 80)
    printed = Printed(markdown(rf"$$\begin{{aligned}}{lines}\end{{aligned}}$$"))
    counts = [page.extract_text().count("1234") for page in printed.reader.pages]
    assert printed.messages == []
    assert sum(counts) == 80
    assert max(counts) < 50


@pytest.mark.parametrize("word", ["python3" * 9, "a_b." * 20, "`" + "x" * 70 + "`"])
def test_a_long_word_is_found_as_it_was_written(word):
    found = Printed(markdown(f"# T\n\nthe {word} end")).text
    assert word.strip("`") in found.replace(" ", "")
    assert "\u200b" not in found


def test_broken_code_keeps_its_colours_and_gets_no_letters():
    source = "call('" + "word " * 30 + "', 1)"
    assert source.replace(" ", "") in Printed(code(source)).text.replace(" ", "")


@pytest.mark.parametrize("start", ["f(", "# ", "def f(", "'"])
def test_broken_code_goes_on_under_an_indentation(start):
    letters = Printed(code(start + "word " * 30)).letters()
    rows = [x for x, size, text in letters if "word" in text]
    assert max(rows) > LEFT + 20


FULL = 240  # points: how high the picture is where it has room


@pytest.mark.parametrize(
    ("word", "count", "lines", "page", "is_smaller"),
    [
        ("word\n\n", 16, 1, 0, False),
        ("word\n\n", 16, 12, 0, True),
        ("word\n\n", 20, 1, 0, True),
        ("word\n\n", 22, 0, 0, True),
        ("word\n\n", 18, 12, 1, False),  # it would be too small
        ("word ", 1000, 1, 1, False),
    ],
)
def test_a_figure_that_nearly_fits_a_page_is_set_smaller(
    word, count, lines, page, is_smaller
):
    figure = shown({"alt": "A"}, image_png=base64_png(600, 400))
    cells = markdown("# T\n\n" + word * count), code("plot()\n" * lines, figure)
    ((at, high),) = Printed(*cells).pictures()
    assert at == page
    assert high == pytest.approx(FULL) if not is_smaller else 0.62 * FULL < high < FULL


def test_a_page_has_four_lines_of_code_that_is_parted():
    lines = "\n".join(f"line_{at:02}" for at in range(20))
    for count in (
        23,
        32,
    ):  # paragraphs above it: the end, or the beginning, has no room
        pages = Printed(markdown("# T\n\n" + "word\n\n" * count), code(lines)).reader
        found = [page.extract_text().count("line_") for page in pages.pages]
        assert sum(found) == 20
        assert all(own == 0 or own >= 4 for own in found)


@pytest.mark.parametrize("columns", [1, 2, 4])
def test_pictures_in_a_table_are_as_wide_as_its_columns(columns):
    picture = f"![A](data:image/png;base64,{base64_png(900, 300)})"
    rows = ["h | " * columns, "--- | " * columns, f"{picture} | " * columns]
    printed = Printed(markdown("# T\n\n" + "\n".join(f"| {row}" for row in rows)))
    widths = [3 * high for _, high in printed.pictures()]
    assert printed.messages == []
    assert len(widths) == columns
    assert 0.8 * (RIGHT - LEFT) < sum(widths) < RIGHT - LEFT


def test_a_short_table_is_on_one_page():
    table = "| a |\n|---|\n" + "| row |\n" * 8
    for count in (26, 30):  # paragraphs above it
        text = "# T\n\n" + "word\n\n" * count
        pages = Printed(markdown(text), markdown(table)).reader.pages
        assert [page.extract_text().count("row") for page in pages][-1] in (0, 8)
