"""What stands on which slide, how large, and what is beside the slides."""

import pytest
from pdf_tools import Printed, base64_png, code, markdown, shown, stream

SENTENCE = "A sentence of eight words fills a line. "
LONG = "## Long\n\n" + "\n\n".join([SENTENCE * 8] * 4)
CODE = "\n".join(f"name_of_a_variable_{n} = {n}" for n in range(40))


def figure(width=600, height=300, alt="grey"):
    picture = base64_png(width, height)
    return shown({"image/png": {"alt": alt}}, image_png=picture)


def slides(*cells, edition="slides", **traits):
    """The text of each slide, and the printed notebook."""
    printed = Printed(*cells, edition=edition, **traits)
    assert printed.messages == []
    return [" ".join(p.extract_text().split()) for p in printed.reader.pages], printed


def sizes(printed):
    """The sizes of all letters."""
    found = set()

    def look(text, cm, tm, font, size):
        if text.strip():
            found.add(round(size * tm[0] * cm[0], 1))

    for page in printed.reader.pages:
        page.extract_text(visitor_text=look)
    return found


def widths_of_pictures(printed):
    found = []

    def look(operator, operands, cm, tm):
        if operator == b"Do" and abs(cm[0]) > 1:
            found.append(cm[0])

    for page in printed.reader.pages:
        page.extract_text(visitor_operand_before=look)
    return found


TALK = (
    markdown("# Talk", slide_type="slide"),
    markdown("## One\n\nfirst", slide_type="slide"),
    markdown("second", slide_type="fragment"),
    markdown("aside", slide_type="notes"),
    code("left_out()", stream("gone"), slide_type="skip"),
    markdown("third", slide_type="subslide"),
    markdown("fourth"),
)
TAGGED = (
    markdown("# Lesson\n\nopening", "slide"),
    markdown("## Part\n\nno slide, but the sentence:"),
    code("plot()", figure(), tags=["slide"]),
    markdown("unseen"),
    markdown("## Next\n\nA", "slide"),
    code("# b", tags=["slide"]),
)
PLAIN = (
    markdown("# Plain\n\nopening\n\n## Part\n\nA"),
    code("f()", stream("put out")),
    markdown("hint", "hint"),
    markdown("solution", "solution"),
    markdown("### Deep\n\nB"),
)
DIVISIONS = {
    "by slide types": (
        TALK,
        ["Talk", "One first second", "One third fourth"],
    ),
    "by tags": (
        TAGGED,
        ["Lesson", "Lesson opening", "Part no slide, but the sentence: plot()",
         "Next A # b"],
    ),
    "by headings": (
        PLAIN,
        ["Plain", "Plain opening", "Part A f() put out", "Deep B"],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("cells", "expected"), DIVISIONS.values(), ids=DIVISIONS)
def test_what_shares_a_slide(cells, expected):
    found, _ = slides(*cells)
    feet = [f" {n} / {len(expected)}" for n in range(1, len(expected) + 1)]
    assert found == [text + foot for text, foot in zip(expected, feet, strict=True)]


def test_notes_are_in_an_edition_of_their_own():
    found, _ = slides(*TALK, edition="slide-notes")
    assert "aside" in found[1]
    assert "left_out() gone" in found[1]
    assert all("aside" not in text for text in (found[0], found[2]))


def test_a_hand_out_has_three_slides_a_page():
    found, _ = slides(*TALK, edition="slide-handout")
    assert len(found) == 1
    more = markdown("## Two", slide_type="slide")
    assert len(slides(*TALK, more, edition="slide-handout")[0]) == 2


@pytest.mark.parametrize("cells", [(markdown(LONG),), (code(CODE),), TAGGED])
def test_every_slide_has_a_heading_and_one_of_four_sizes(cells):
    found, printed = slides(markdown("# T"), *cells, author="A. Author")
    assert sizes(printed) <= {14, 20, 24, 30}
    names = "T", "Long", "Lesson", "Part", "Next"
    assert all(text.startswith(names) for text in found)


def test_small_print_is_no_smaller_than_all_else():
    _, printed = slides(markdown("## A\n\n<small>tiny</small>"))
    assert "tiny" in printed.text
    assert sizes(printed) <= {14, 20, 24, 30}


def test_what_is_too_long_goes_on_under_its_heading_and_is_whole():
    found, _ = slides(markdown(LONG), code(CODE))
    assert " ".join(found).count("eight words") == 32
    assert all(f"variable_{n} " in " ".join(found) for n in range(40))
    assert len(found) > 4


def test_a_long_paragraph_and_a_long_list_are_parted():
    items = "\n".join(f"* item {n} " + SENTENCE for n in range(30))
    found, printed = slides(markdown(f"## S\n\n{SENTENCE * 40}\n\n{items}"))
    assert " ".join(found).count("eight words") == 70
    assert min(sizes(printed)) >= 14


def test_a_figure_is_enlarged_to_its_place():
    (alone,) = widths_of_pictures(slides(markdown("## S"), code("", figure()))[1])
    assert alone > 500
    long = markdown("## S\n\n" + SENTENCE * 3)
    (below,) = widths_of_pictures(slides(long, code("", figure()))[1])
    assert 300 < below < alone


def test_a_square_figure_stands_beside_its_text():
    cells = markdown("## S\n\n" + SENTENCE * 6), code("", figure(400, 400))
    found, printed = slides(*cells)
    assert len(found) == 2
    assert widths_of_pictures(printed)[0] > 250


def test_the_title_has_course_number_and_author():
    facts = {"course": "Course", "author": "A. Author", "chapter": "Lesson"}
    found, _ = slides(markdown("# T"), name="03_t", **facts)
    assert found[0].startswith("Course · Lesson 3 T A. Author")


def test_footnotes_stay_on_their_slide():
    found, _ = slides(markdown("## S\n\nText[^1].\n\n[^1]: a note"))
    assert "Text (a note)." in found[1]


def test_a_heading_that_is_repeated_skips_no_level():
    text = f"## A\n\n### B\n\n{SENTENCE * 30}\n\n{SENTENCE * 30}\n\n#### C\n\nend"
    found, _ = slides(markdown("# T"), markdown(text), code("f()"), markdown("#### D"))
    assert [text.split()[0] for text in found] == ["T", "A", "B", "B", "B", "D"]


def test_a_figure_below_lines_that_wrap_ends_above_the_foot():
    lines = stream("\n".join(["word " * 16] * 2))  # of 79 letters, four too many
    found, printed = slides(markdown("## S"), code("f()", lines, figure(600, 230)))
    bottoms = []

    def look(operator, operands, cm, tm):
        if operator == b"Do" and abs(cm[0]) > 1:
            bottoms.append(min(cm[5], cm[5] + cm[3]))

    for page in printed.reader.pages:
        page.extract_text(visitor_operand_before=look)
    assert len(found) == 2
    assert min(bottoms) >= 26
