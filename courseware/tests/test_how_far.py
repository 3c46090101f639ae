"""What a reader's saved notebooks tell: which exercises are right, where to go on."""

import json
import os

import pytest

from courseware.checking.result import CheckResult
from courseware.contents import PAGE
from courseware.editions.update import hand_out
from courseware.progress import State, progress

STUB = "def period(length):\n    raise NotImplementedError"
ANSWER = "def period(length):\n    return 1"
RIGHT, WRONG = CheckResult("period"), CheckResult("period", "where is the 2 pi?")
AFTER_CHANGE = CheckResult("period", "wrong", ("bravo: I print this", "and this"), 5)


def text(source, name="text"):
    return {"cell_type": "markdown", "id": name, "metadata": {}, "source": [source]}


def code(source, count=None, tag=None, outputs=(), name="code"):
    tags = {"tags": [tag]} if tag else {}
    cell = {"cell_type": "code", "id": name, "metadata": tags, "source": source}
    return cell | {"execution_count": count, "outputs": list(outputs)}


def said(result):
    return {"output_type": "execute_result", "data": {"text/plain": [repr(result)]}}


def printed(line):
    return {"output_type": "stream", "text": line}


def exercise(answer=STUB, count=None, check=None, outputs=()):
    return [
        text("**Exercise 1.1** (5 minutes). How long?", "task"),
        code(answer, count, "exercise", name="stub"),
        code("check_period(period)", check, "check", outputs, name="check"),
    ]


def write(folder, name, *cells, **header):
    folder.mkdir(exist_ok=True)
    path = folder / f"{name}.ipynb"
    content = {"nbformat": 4, "cells": cells, "metadata": header}
    path.write_text(json.dumps(content))
    return path


@pytest.mark.parametrize(
    ("cells", "state"),
    [
        (exercise(), State.UNANSWERED),
        (
            exercise(STUB, 1, 2, [said(CheckResult("period", "the stub"))]),
            "not answered",
        ),
        (exercise(ANSWER), State.UNCHECKED),
        (exercise(ANSWER, 3), State.UNCHECKED),
        (
            exercise(ANSWER, 3, 4, [{"output_type": "error"}]),
            "not checked",
        ),
        (exercise(ANSWER, 3, 4, [said(WRONG)]), State.NOT_YET),
        (exercise(ANSWER, 3, 4, [said(AFTER_CHANGE)]), State.NOT_YET),
        (exercise(ANSWER, 3, 4, [said(RIGHT)]), State.RIGHT),
        (exercise(ANSWER, None, 4, [said(RIGHT)]), State.RIGHT),
        (exercise(ANSWER, 3, None, [said(RIGHT)]), State.RIGHT),
        (exercise(ANSWER, 3, 4, [said(WRONG), said(RIGHT)]), State.RIGHT),
        (exercise(STUB, 3, 5, [said(RIGHT)]), State.RIGHT),  # answered in another cell
        (exercise(ANSWER, 6, 4, [said(RIGHT)]), State.CHANGED),
        (exercise(ANSWER, 6, 4, [said(WRONG)]), State.CHANGED),
        (exercise(STUB, 6, 4, [said(RIGHT)]), State.UNANSWERED),
        (
            exercise(ANSWER, 1, 2, [printed(f"{RIGHT}\n")]),
            State.RIGHT,  # printed
        ),
        (exercise(ANSWER, 1, 2, [printed("bravo!")]), "not checked"),
        (exercise(ANSWER, 1, 2, ["?", {"data": 3}, {"text": [1, "a"]}]), "not checked"),
    ],
)
def test_states_of_an_exercise(tmp_path, cells, state):
    write(tmp_path, "01_swing", *cells)
    [exercise] = progress(tmp_path).exercises
    assert (exercise.name, exercise.function) == ("Exercise 1.1", "period")
    assert (exercise.state, exercise.cell) == (state, "task")
    assert bool(exercise.hint) == (state == State.NOT_YET)


def test_a_stub_is_what_was_handed_out(tmp_path):
    stub = "def period(length):\n    ..."
    path = write(tmp_path, "01_swing", *exercise(stub))
    hand_out({path.name: path.read_bytes()}, tmp_path)
    assert progress(tmp_path).exercises[0].state == State.UNANSWERED
    write(tmp_path, "01_swing", *exercise(STUB + "  # I am at it"))
    assert progress(tmp_path).exercises[0].state == State.UNCHECKED


def test_an_exercise_that_was_changed_was_right_until_its_check_is_run(tmp_path):
    path = write(tmp_path, "01_swing", *exercise())
    hand_out({path.name: path.read_bytes()}, tmp_path)
    write(tmp_path, "01_swing", *exercise(ANSWER, 3, 4, [said(RIGHT)]))
    task, stub, check = exercise()
    for source in ("**Exercise 1.1** How long now?", "**Exercise 1.1** How long?"):
        cells = [task | {"source": source}, stub, check]
        new = {"nbformat": 4, "cells": cells, "metadata": {}}
        hand_out({path.name: json.dumps(new).encode()}, tmp_path)
        [lesson] = progress(tmp_path).lessons
        assert lesson.summary == "1 exercise right before it was changed"
        assert lesson.place.name == "Exercise 1.1"
    # JupyterLab, with the lesson open, brings back how it was ("Overwrite").
    write(tmp_path, "01_swing", *exercise(ANSWER, 3, 4, [said(RIGHT)]))
    assert progress(tmp_path).exercises[0].state == State.RIGHT
    hand_out({path.name: json.dumps(new).encode()}, tmp_path)
    assert progress(tmp_path).exercises[0].state == State.BEFORE
    write(tmp_path, "01_swing", *cells[:1], *exercise(ANSWER, 3, 4, [said(RIGHT)])[1:])
    assert progress(tmp_path).exercises[0].state == State.RIGHT


TEXT = [text("# Swing\n\nTo and fro."), code("x = 1", name="one")]
MORE = [text("## Longer\n", "longer"), code("x = 2", name="two")]
LAST = [text("## At last"), code("x = 3", name="three")]


def run(cells, *counts):
    """Copy code cells with these execution counts, one after the other."""
    left = iter(counts)
    return [
        cell | {"execution_count": next(left, None)} if "outputs" in cell else cell
        for cell in cells
    ]


@pytest.mark.parametrize(
    ("cells", "place", "begun"),
    [
        (TEXT + MORE, ("", ""), False),
        (TEXT[:1], None, False),
        (run(TEXT + MORE, 1), ("Longer", "longer"), True),
        (run(TEXT + MORE + LAST, None, 4, None), ("At last", "text"), True),
        (run(TEXT + MORE, 1, 2), None, True),
        (TEXT + exercise(), ("", ""), False),
        (run(TEXT, 1) + exercise(), ("Exercise 1.1", "task"), True),
        (run(TEXT, 1) + exercise() + LAST, ("Exercise 1.1", "task"), True),
        (run(TEXT + MORE, 1) + exercise(), ("Longer", "longer"), True),
        # An update has brought the answer; nothing has been run yet.
        (TEXT + exercise(ANSWER) + LAST, ("Exercise 1.1", "task"), True),
        (TEXT + exercise(ANSWER, 1, 2, [said(RIGHT)]), None, True),
        (
            [*exercise(), {"cell_type": "code", "source": [], "metadata": {}}],
            ("", ""),
            False,
        ),
    ],
)
def test_where_to_go_on(tmp_path, cells, place, begun):
    write(tmp_path, "01_swing", *cells)
    [lesson] = progress(tmp_path).lessons
    assert lesson.begun == begun
    assert (lesson.place and (lesson.place.name, lesson.place.cell)) == place


def test_the_lesson_to_go_on_with(tmp_path):
    names = ("01_a", "02_b", "03_c", "04_d")
    for name in names:
        write(tmp_path, name, *TEXT, *exercise())
    assert progress(tmp_path).next.label == "lesson 1"
    done = [*TEXT, *exercise(ANSWER, 1, 2, [said(RIGHT)])]
    write(tmp_path, "01_a", *done)
    assert progress(tmp_path).next.title == "lesson 2, Swing"
    for seconds, name in enumerate(("02_b", "04_d", "03_c")):
        path = write(tmp_path, name, *run(TEXT, 1), *exercise())
        os.utime(path, (seconds, seconds))
    assert progress(tmp_path).next.entry.name == "03_c"
    for name in names:
        write(tmp_path, name, *done)
    assert progress(tmp_path).next is None


def test_what_is_no_lesson_is_told_apart(tmp_path):
    write(tmp_path, "01_swing", *TEXT)
    write(tmp_path, "before_update_01_swing", *TEXT)
    write(tmp_path, "index", *TEXT, **PAGE)
    for name, content in (
        ("cut", '{"cells": ['),
        ("empty", ""),
        ("list", "[]"),
        ("no_cells", '{"nbformat": 4, "metadata": {}}'),
        ("odd_cells", '{"nbformat": 4, "metadata": {}, "cells": [3]}'),
        ("deep", "[" * 100_000),
    ):
        (tmp_path / f"{name}.ipynb").write_text(content)
    (tmp_path / "nowhere.ipynb").symlink_to(tmp_path / "gone")
    found = progress(tmp_path)
    assert [lesson.entry.name for lesson in found.lessons] == ["01_swing"]
    assert [page.name for page in found.pages] == ["index"]
    names = ["cut", "deep", "empty", "list", "no_cells", "nowhere", "odd_cells"]
    assert found.damaged == [f"{name}.ipynb" for name in names]


def test_a_summary_counts_in_words(tmp_path):
    cells = exercise(ANSWER, 1, 2, [said(RIGHT)]) + exercise(ANSWER) + exercise()
    write(tmp_path, "01_a", *cells)
    write(tmp_path, "02_b", *exercise(), *exercise())
    write(tmp_path, "03_c", *TEXT)
    assert [lesson.summary for lesson in progress(tmp_path).lessons] == [
        "1 exercise right, 1 not checked, 1 not answered",
        "2 exercises not answered",
        "no exercises",
    ]
