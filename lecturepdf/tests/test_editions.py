"""What each edition holds, leaves out and sets apart."""

import pytest
from pdf_tools import Printed, code, markdown, stream

SOLUTION = "return the_answer"
LESSON = (
    markdown("# Lesson\n\nintroduction"),
    markdown("**Exercise 4.2** (5 minutes). Find it."),
    code("def find(): raise NotImplementedError", tags=["exercise"]),
    code("check(find)", tags=["check"]),
    markdown("<details><summary>Hint</summary>look up</details>", "hint"),
    code(f"def find():\n    {SOLUTION}", tags=["solution"]),
    markdown("## Coda\n\nafterwards", "slide"),
)


@pytest.mark.parametrize("edition", ["lecture", "handout", "instructor", "slides"])
def test_an_edition_is_printed_without_faults(edition):
    assert Printed(*LESSON, edition=edition).messages == []


@pytest.mark.parametrize("edition", ["lecture", "handout"])
def test_solutions_are_left_out(edition):
    text = Printed(*LESSON, edition=edition).text
    assert SOLUTION not in text
    assert "NotImplementedError" in text
    assert "afterwards" in text


def test_instructors_find_solutions_at_the_end_with_a_way_back():
    text = Printed(*LESSON, edition="instructor").text
    assert text.index("afterwards") < text.index("Solutions") < text.index(SOLUTION)
    assert "Solution, page 1" in text
    assert text.count("Exercise 4.2") == 3  # the task, its hint, its solution


def test_hints_stand_at_the_end():
    text = Printed(*LESSON).text
    assert text.index("check(find)") < text.index("afterwards") < text.index("look up")


def ruled_lines(printed, page=0):
    content = printed.reader.pages[page].get_contents().get_data()
    return content.count(b"\nf\n")  # thin filled boxes


def test_hand_outs_leave_room_for_the_solution_and_more_for_a_longer_one():
    longer = code("\n".join(["step()"] * 9), tags=["solution"])
    lecture, handout = Printed(*LESSON), Printed(*LESSON, edition="handout")
    roomy = Printed(*LESSON[:5], longer, LESSON[6], edition="handout")
    assert ruled_lines(handout) - ruled_lines(lecture) == 4
    assert ruled_lines(roomy) - ruled_lines(lecture) == 11


@pytest.mark.parametrize("tag", ["exercise", "check"])
def test_only_lectures_say_that_nothing_is_done_yet(tag):
    cells = code("find()", stream("not yet"), tags=[tag]), code("1", stream("printed"))
    editions = "lecture", "handout", "instructor"
    lecture, handout, instructor = (Printed(*cells, edition=e).text for e in editions)
    assert "not yet" in lecture
    assert "not yet" not in handout + instructor
    assert "find()" in handout
    assert "printed" in handout


def test_lines_to_write_on_are_parted_in_groups_and_short_frames_not_at_all():
    filler = markdown("\n\n".join(["text"] * 14))
    slow = markdown("**Exercise 1** (48 minutes).")
    stub, hint = code("f()", tags=["exercise"]), "> **Hint**\n" + ">\n> words\n" * 6
    printed = Printed(filler, slow, stub, edition="handout")
    rules = [ruled_lines(printed, page) for page in range(len(printed.reader.pages))]
    assert sum(rules) == 25  # one is below the title
    assert min(rules) >= 8
    pages = Printed(markdown("\n\n".join(["text"] * 30)), markdown(hint)).reader.pages
    assert [page.extract_text().count("words") for page in pages] == [0, 6]


def test_hand_outs_leave_more_room_for_what_takes_more_minutes():
    slow = markdown("**Exercise 4.2** (20 minutes). Find it.")
    quick, roomy = (
        Printed(LESSON[0], task, *LESSON[2:], edition="handout")
        for task in (LESSON[1], slow)
    )
    assert ruled_lines(roomy) - ruled_lines(quick) == 6


def test_answers_within_a_cell_are_blanked_for_students():
    cell = code("a = 1\n### BEGIN SOLUTION\nb = 2\n### END SOLUTION\nc = 3")
    text = Printed(cell, edition="lecture").text
    assert "b = 2" not in text
    assert "c = 3" in text
    assert "b = 2" in Printed(cell, edition="instructor").text


def graded(source, **facts):
    cell = markdown(source)
    cell.metadata["nbgrader"] = {"grade": True, "solution": True} | facts
    return cell


SECRETS = {
    "in another language": code("// BEGIN SOLUTION\nsecret\n// END SOLUTION\nopen"),
    "a hidden test": code("open\n### BEGIN HIDDEN TESTS\nsecret\n### END HIDDEN TESTS"),
    "a mark scheme": markdown(
        "open\n\n=== BEGIN MARK SCHEME ===\nsecret\n=== END MARK SCHEME ==="
    ),
    "a whole answer": graded("secret"),
}


@pytest.mark.parametrize("cell", SECRETS.values(), ids=SECRETS)
def test_what_students_must_not_see_is_the_instructor_s_alone(cell):
    printed = Printed(cell, markdown("open"), edition="handout")
    assert "secret" not in printed.text
    assert "open" in printed.text
    assert "secret" in Printed(cell, edition="instructor").text


def test_what_a_student_has_handed_in_is_printed():
    assert "own" in Printed(graded("own", checksum="6b1a2")).text


def test_an_edition_without_any_cell_says_so():
    (message,) = Printed(code("1", tags=["solution"]), edition="slides").messages
    assert message == "lesson.ipynb: none of its cells is in the edition slides"
    (message,) = Printed(code("1", tags=["remove_cell"])).messages
    assert "all of its cells are removed" in message


def test_an_unclosed_answer_is_blanked_to_the_end():
    cell = markdown("a\n### BEGIN SOLUTION\nsecret\n\nmore")
    assert "secret" not in Printed(cell).text


def test_other_languages_have_their_quotes_and_english_words():
    printed = Printed(markdown('# T\n\n"so"'), code("1", tags=["exercise"]), lang="fr")
    assert "\N{LEFT-POINTING DOUBLE ANGLE QUOTATION MARK}" in printed.text


def test_german():
    text = Printed(*LESSON, edition="instructor", lang="de").text
    for word in ("Hinweise", "Lösungen", "Ausgabe für Lehrende", "Seite"):
        assert word in text


def test_the_sentence_before_a_table_stays_with_it():
    text = (
        "\n\n".join(["filler"] * 31)
        + "\n\n## Part\n\nlead in:\n\n| a |\n|---|\n"
        + "| b |\n" * 9
    )
    pages = [page.extract_text() for page in Printed(markdown(text)).reader.pages]
    (place,) = [n for n, page in enumerate(pages) if "lead in" in page]
    assert "Part" in pages[place]
    assert "b" in pages[place].partition("lead in:")[2]
