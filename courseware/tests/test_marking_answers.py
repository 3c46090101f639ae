"""An answer is found whatever has become of the notebook around it."""

import copy

import marked_course
import nbformat
import pytest

from courseware.marking.answers import BY_CELL, BY_FUNCTION, NOWHERE

MINE = "def double(x):\n    return x + x"
LATER = "def double(x):\n    return 'for something else'"


@pytest.fixture
def lesson(tmp_path):
    return marked_course.make(tmp_path / "numbers")


@pytest.fixture
def handed_in(lesson):
    """The lesson as it is handed out, by the ids of its cells."""
    cells = [c for c in lesson.cells if "solution" not in c["metadata"].get("tags", [])]
    return {cell["id"]: copy.deepcopy(cell) for cell in cells}


def code(source, name="new"):
    return nbformat.v4.new_code_cell(source, id=name)


def put(cells, after, cell):
    """Put a cell behind another."""
    items = [*cells.items()]
    place = [*cells].index(after) + 1
    cells.clear()
    cells.update([*items[:place], (cell["id"], cell), *items[place:]])


def write(cells, source=MINE):
    cells["exercise-double"]["source"] = source


def turn(kind):
    def change(cells):
        write(cells, MINE if kind == "raw" else f"Mine:\n\n```python\n{MINE}\n```")
        cells["exercise-double"]["cell_type"] = kind

    return change


def move(cells):
    """Written in a cell of its own, below the stub."""
    put(cells, "exercise-double", code(MINE))


def twice(cells):
    write(cells, LATER)
    put(cells, "exercise-double", code(MINE))


def used_again(cells):
    write(cells)
    put(cells, "check-quadruple", code(LATER))


def used_again_and_check_emptied(cells):
    used_again(cells)
    cells["check-double"]["source"] = ""


def below_its_check(cells):
    del cells["check-double"]
    put(cells, "task-quadruple", code(f"{MINE}\n\ncheck_double(double)"))


def behind_its_check(cells):
    put(cells, "check-double", code(MINE))


def older_edition(cells):
    write(cells)
    for cell in cells.values():
        cell["id"] = f"old-{cell['id']}"


def without_ids(cells):
    write(cells)
    for cell in cells.values():
        del cell["id"]


def check_called_in_it(cells):
    write(cells, f"{MINE}\ncheck_double(double)")


def solution_handed_out(cells):
    put(
        cells, "check-double", code("def double(x):\n    return 2*x", "solution-double")
    )


def another_name(cells):
    write(cells, "def duoble(x):\n    return x + x")


def broken(cells):
    write(cells, "def double(x)\n    return x + x")


FOUND = {
    write: (BY_CELL, ""),
    turn("markdown"): (BY_CELL, "its cell has become a Markdown cell"),
    turn("raw"): (BY_CELL, "its cell has become a raw cell"),
    move: (BY_FUNCTION, ""),
    twice: (BY_FUNCTION, "2 cells define it: the last one counts"),
    used_again: (BY_CELL, ""),
    used_again_and_check_emptied: (BY_CELL, ""),
    below_its_check: (BY_FUNCTION, ""),
    behind_its_check: (BY_FUNCTION, "it stands below its check"),
    older_edition: (BY_FUNCTION, ""),
    without_ids: (BY_FUNCTION, ""),
    check_called_in_it: (BY_CELL, ""),
    another_name: (BY_CELL, ""),
    broken: (BY_CELL, ""),
}


@pytest.mark.parametrize("change", FOUND, ids=lambda change: change.__name__)
def test_an_answer_is_found(lesson, handed_in, change):
    change(handed_in)
    answer, *others = lesson.find("Ada", {"cells": [*handed_in.values()]})
    found, remark = FOUND[change]
    assert "x + x" in answer.source
    assert "```" not in answer.source
    assert (answer.found, "; ".join(answer.remarks)) == (found, remark)
    assert all(other.source == other.exercise.stub for other in others)


def test_our_solution_is_nobodys_answer(lesson, handed_in):
    solution_handed_out(handed_in)
    [answer, *_] = lesson.find("Ada", {"cells": [*handed_in.values()]})
    assert answer.source == answer.exercise.stub


def test_where_nothing_is_nothing_is_found(lesson):
    odd = {"id": {}, "cell_type": [], "metadata": {}, "source": ""}
    for cells in ([], [odd], [nbformat.v4.new_markdown_cell("I was ill.")]):
        found = lesson.find("Ada", {"cells": cells})
        assert [answer.found for answer in found] == [NOWHERE] * 4
        columns = [answer.exercise.column for answer in found]
        assert columns == ["01.double", "01.quadruple", "01.at_one", "01.fast"]


def test_what_an_answer_needs_of_other_cells_comes_with_it(lesson, handed_in):
    write(handed_in, "def double(x):\n    return times(x, TWO, np.pi)")
    put(handed_in, "setting", code("from math import prod as product", "a"))
    put(handed_in, "a", code("def times(*xs):\n    return product(xs)", "b"))
    put(handed_in, "b", code("unused = 1", "c"))
    put(handed_in, "c", code("TWO = 2\nmore = unused", "d"))
    [answer, *_] = lesson.find("Ada", {"cells": [*handed_in.values()]})
    wanted = [handed_in[name]["source"] for name in "abcd"]
    assert answer.helpers == tuple(wanted)
    assert "it needs other cells" in "; ".join(answer.remarks)


@pytest.mark.parametrize(
    "source",
    [
        *("(" * 9999, "-" * 10**5 + "1", "def double(x): pass\n" * 10**5, "\0"),
        "!true\n" * 2000,  # IPython would give up after ten seconds
    ],
)
def test_no_answer_holds_up_the_search(lesson, handed_in, source):
    write(handed_in, source)
    [answer, *_] = lesson.find("Mallory", {"cells": [*handed_in.values()]})
    assert answer.source == source
