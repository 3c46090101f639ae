"""Does a reader keep what they have written, whatever comes and in whatever order?"""

import copy
import json
import shutil
from pathlib import Path

import nbformat
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from courseware.editions import update
from courseware.editions.ledger import LIST
from courseware.editions.merge import HEADING, STUB_NOTE
from courseware.editions.news import last_news
from courseware.editions.update import hand_out

NAME = "1.ipynb"
KEPT = "before_update_1.ipynb"
STUB = "def f(x):\n    raise NotImplementedError"
ANSWER = "def f(x):\n    return x + 1"
# A cell's first letter says what it is; whatever has another one is plain code.
KINDS = {"t": "markdown", "a": "code"}
TAGS = {"e": ["exercise"], "c": ["check"], "s": ["solution"]}
BASE = {"t": "text", "a": "x = 1", "e": STUB, "c": "check_f(f)", "z": "y = 2"}
NEW = BASE | {"t": "new text"}


def cell(name, source, outputs=()):
    """A cell as it lies in a file."""
    kind = KINDS.get(name[0], "code")
    made = {"cell_type": kind, "id": name, "source": source}
    made["metadata"] = {"tags": TAGS[name[0]]} if name[0] in TAGS else {}
    if kind == "code":
        made |= {"execution_count": None, "outputs": list(outputs)}
    return made


def lesson(cells):
    """The content of a lesson: cells by their ids, or whole ones."""
    if isinstance(cells, dict):
        cells = [cell(name, source) for name, source in cells.items()]
    return {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}


def file(cells):
    return json.dumps(lesson(cells)).encode()


def read(folder, name=NAME):
    return json.loads((folder / name).read_bytes())


def sources(folder, name=NAME):
    return ["".join(each["source"]) for each in read(folder, name)["cells"]]


def given_to(folder, cells=None, name=NAME):
    return hand_out({name: file(BASE if cells is None else cells)}, folder)


def save(folder, notebook, name=NAME):
    """Save as another program may: each line by itself, and a header of its own."""
    notebook["metadata"]["kernelspec"] = {"name": "python3", "display_name": "P"}
    for each in notebook["cells"]:
        if isinstance(each["source"], str):
            each["source"] = each["source"].splitlines(keepends=True)
    (folder / name).write_text(json.dumps(notebook, indent=2), "utf-8", newline="\r\n")


def contents(folder):
    """What a reader sees in a folder."""
    return {p.name: p.read_bytes() for p in folder.glob("[!.]*")}


def typed(**cells):
    """A student types into cells, or adds them behind the others."""

    def change(notebook):
        there = {each["id"]: each for each in notebook["cells"]}
        for name, source in cells.items():
            if name in there:
                there[name]["source"] = source
            else:
                notebook["cells"].append(cell(name, source))

    return change


def added(place, source, name="mine", **more):
    """A student adds a cell."""

    def change(notebook):
        notebook["cells"].insert(place, cell(name, source) | more)

    return change


def deleted(*names):
    def change(notebook):
        notebook["cells"] = [c for c in notebook["cells"] if c["id"] not in names]

    return change


def reordered(notebook):
    notebook["cells"].reverse()


def renamed(notebook):
    """Another tool gives each cell an id of its own."""
    for number, each in enumerate(notebook["cells"]):
        each["id"] = f"other-{number}"


def nameless(notebook):
    """Another tool writes the format of before there were ids."""
    notebook["nbformat_minor"] = 4
    for each in notebook["cells"]:
        del each["id"]


def run_without_names(notebook):
    nameless(notebook)
    run_it(notebook)


def bare(notebook):
    """And another one keeps the sources alone."""
    nameless(notebook)
    for each in notebook["cells"]:
        each["metadata"] = {}


def without_id(name):
    def change(notebook):
        each = next(c for c in notebook["cells"] if c["id"] == name)
        each["id"], each["metadata"] = "other", {}

    return change


def with_returns(notebook):
    for each in notebook["cells"]:
        each["source"] = each["source"].replace("\n", "\r\n") + "\r\n"


def run_it(notebook):
    for number, each in enumerate(notebook["cells"]):
        each["metadata"]["collapsed"] = True
        if each["cell_type"] == "code":
            each["execution_count"] = number
            each["outputs"] = [{"output_type": "stream", "name": "stdout", "text": ""}]


def emptied(notebook):
    for each in notebook["cells"]:
        each["source"] = "\n"


# --- nothing of the reader's ---------------------------------------------------------


def test_files_are_made_once_and_nothing_is_told_twice(tmp_path):
    folder = tmp_path / "new" / "folder"
    files = {NAME: file(BASE), "a.txt": b"first"}
    assert hand_out(files, folder) == ["1.ipynb is new.", "a.txt is new."]
    before = {path: path.stat().st_mtime_ns for path in folder.iterdir()}
    assert hand_out(files, folder) == []
    assert {path: path.stat().st_mtime_ns for path in folder.iterdir()} == before
    assert contents(folder) == files
    assert last_news(folder, {}) == []  # to who has just got all of it


@pytest.mark.parametrize(
    "change",
    [run_it, emptied, reordered, with_returns, renamed, bare, deleted("a", "e")],
)
def test_without_a_word_typed_the_new_version_takes_the_place(change, tmp_path):
    given_to(tmp_path)
    notebook = lesson(BASE)
    change(notebook)
    save(tmp_path, notebook)
    mine = contents(tmp_path)
    assert given_to(tmp_path) == []  # as long as nothing has changed in the course
    assert contents(tmp_path) == mine
    assert given_to(tmp_path, NEW) == ["1.ipynb was renewed."]
    assert contents(tmp_path) == {NAME: file(NEW)}
    assert last_news(tmp_path, {}) == ["1.ipynb was renewed."]


def test_a_file_that_was_deleted_is_made_again(tmp_path):
    given_to(tmp_path)
    (tmp_path / NAME).unlink()
    assert given_to(tmp_path) == ["1.ipynb is new."]
    assert contents(tmp_path) == {NAME: file(BASE)}


# --- what has been written moves along -----------------------------------------------

TEXT, X, CHECK, Y = NEW["t"], NEW["a"], NEW["c"], NEW["z"]
OTHER_STUB = STUB.replace("x", "x, y")
BROKEN = "def f(x:\n    return"
SITUATIONS = {
    "an answer": (typed(e=ANSWER), NEW, [TEXT, X, ANSWER, CHECK, Y]),
    "an answer with a fault": (typed(e=BROKEN), NEW, [TEXT, X, BROKEN, CHECK, Y]),
    "stub and task change, too": (
        typed(e=ANSWER),
        NEW | {"e": OTHER_STUB},
        [TEXT, X, ANSWER, STUB_NOTE.format(OTHER_STUB), CHECK, Y],
    ),
    "code of the lesson": (typed(a="x = 3"), NEW, [TEXT, "x = 3", STUB, CHECK, Y]),
    "a text, which is new": (
        typed(t="mine"),
        NEW,
        [TEXT, "mine", X, STUB, CHECK, Y],
    ),
    "a cell behind, and one added": (
        lambda n: (added(1, "between")(n), typed(t="mine")(n)),
        NEW,
        [TEXT, "mine", "between", X, STUB, CHECK, Y],
    ),
    "added first": (added(0, "mine"), NEW, ["mine", TEXT, X, STUB, CHECK, Y]),
    "added, and an empty one": (
        lambda n: (added(2, "mine")(n), added(3, " \n", "empty")(n)),
        NEW,
        [TEXT, X, "mine", STUB, CHECK, Y],
    ),
    "added behind what goes": (
        added(2, "mine"),
        {name: NEW[name] for name in "tecz"},
        [TEXT, "mine", STUB, CHECK, Y],
    ),
    "added twice the same": (
        lambda n: (added(2, "mine")(n), added(4, "mine", "again")(n)),
        NEW,
        [TEXT, X, "mine", STUB, "mine", CHECK, Y],
    ),
    "a copy of a cell": (added(2, X), NEW, [TEXT, X, X, STUB, CHECK, Y]),
    "cells deleted": (
        lambda n: (deleted("a", "z")(n), typed(e=ANSWER)(n)),
        NEW,
        [TEXT, X, ANSWER, CHECK, Y],
    ),
    "another order": (
        lambda n: (typed(e=ANSWER)(n), added(1, "mine")(n), reordered(n)),
        NEW,
        [TEXT, X, "mine", ANSWER, CHECK, Y],
    ),
    "the answer's id is lost": (
        lambda n: (typed(e=ANSWER)(n), without_id("e")(n)),
        NEW,
        [TEXT, X, ANSWER, CHECK, Y],
    ),
    "and it has a fault": (
        lambda n: (typed(e=BROKEN)(n), without_id("e")(n)),
        NEW,
        [TEXT, X, BROKEN, CHECK, Y],
    ),
    "every id is another": (
        lambda n: (typed(e=ANSWER)(n), added(2, "mine")(n), renamed(n)),
        NEW,
        [TEXT, X, "mine", ANSWER, CHECK, Y],
    ),
    "there are no ids": (
        lambda n: (typed(e=f"%time\n{ANSWER}")(n), added(5, "mine")(n), nameless(n)),
        NEW,
        [TEXT, X, f"%time\n{ANSWER}", CHECK, Y, "mine"],
    ),
    "the answer is in a cell of its own": (
        lambda n: (deleted("e")(n), added(2, ANSWER)(n)),
        NEW,
        [TEXT, X, ANSWER, CHECK, Y],
    ),
    "the answer is below an untouched stub": (
        added(3, ANSWER),
        NEW,
        [TEXT, X, STUB, ANSWER, CHECK, Y],
    ),
    "the course gives the exercise another id": (
        typed(e=ANSWER),
        {"t": TEXT, "a": X, "e2": f"# anew\n{STUB}", "c2": "check_f( f )", "z": Y},
        [TEXT, X, ANSWER, "check_f( f )", Y],
    ),
    "and nobody has answered it": (
        added(2, "mine"),
        {"t": TEXT, "a": X, "e2": f"# anew\n{STUB}", "c": CHECK, "z": Y},
        [TEXT, X, "mine", f"# anew\n{STUB}", CHECK, Y],
    ),
    "another function of the lesson has that name": (
        lambda n: (typed(e=ANSWER, a="def f(): pass")(n), renamed(n)),
        NEW,
        [TEXT, "def f(): pass", X, ANSWER, CHECK, Y],
    ),
    "and no tags are left": (
        lambda n: (
            typed(e=ANSWER, a="def f(): pass")(n),
            added(5, "def f(): ...")(n),
            bare(n),
        ),
        NEW,
        [TEXT, "def f(): pass", X, ANSWER, CHECK, Y, "def f(): ..."],
    ),
    "and the cell above it is matched": (
        lambda n: (typed(e=ANSWER)(n), added(5, "def f(): ...")(n), bare(n)),
        NEW,
        [TEXT, X, ANSWER, CHECK, Y, "def f(): ..."],
    ),
    "the exercise has gone": (
        typed(e=ANSWER, z="y = 4"),
        {name: NEW[name] for name in "taz"},
        [TEXT, X, "y = 4", HEADING, ANSWER],
    ),
    "a solution joins the answer": (
        typed(e=ANSWER),
        NEW | {"s": "def f(x):\n    return 1 + x"},
        [TEXT, X, ANSWER, CHECK, Y, "def f(x):\n    return 1 + x"],
    ),
    "code becomes text": (
        typed(e=ANSWER, a="x = 7"),
        {**NEW, "t": "newer"},
        ["newer", "x = 7", ANSWER, CHECK, Y],
    ),
    "half a character": (
        typed(e="# \ud83d"),
        NEW,
        [TEXT, X, "# \ud83d", CHECK, Y],
    ),
}


@pytest.mark.parametrize("situation", SITUATIONS)
def test_what_was_written_moves_into_the_new_version(situation, tmp_path):
    change, new, expected = SITUATIONS[situation]
    given_to(tmp_path)
    notebook = lesson(copy.deepcopy(BASE))
    change(notebook)
    save(tmp_path, notebook)
    mine = (tmp_path / NAME).read_bytes()
    (news,) = given_to(tmp_path, new)
    assert [line.rstrip() for line in sources(tmp_path)] == expected
    assert contents(tmp_path).keys() == {NAME, KEPT}
    assert (tmp_path / KEPT).read_bytes() == mine
    assert KEPT in news
    assert last_news(tmp_path, {}) == [news]
    if situation != "half a character":
        nbformat.validate(nbformat.read(tmp_path / NAME, as_version=4))
    # And again: nothing is doubled.
    assert given_to(tmp_path, new) == []
    given_to(tmp_path, {**new, "zz": "more"})
    assert sorted(map(str.rstrip, sources(tmp_path))) == sorted([*expected, "more"])


@pytest.mark.parametrize("lose", [without_id("e"), renamed, nameless])
def test_an_answer_that_was_found_by_its_name_is_the_exercise_again(lose, tmp_path):
    given_to(tmp_path)
    notebook = lesson(BASE)
    typed(e=ANSWER)(notebook)
    lose(notebook)
    save(tmp_path, notebook)
    given_to(tmp_path, NEW)
    assert read(tmp_path)["cells"][2] == cell("e", ANSWER)


def test_an_answer_has_the_name_that_the_check_asks_for(tmp_path):
    given_to(tmp_path, BASE | {"e": f"k = 2\n{STUB}"})
    notebook = lesson({"t": "text", "a": X, "e": f"k = 2\n{ANSWER}", "n": "k = 3"})
    notebook["cells"] += lesson({"c": CHECK, "z": Y})["cells"]
    bare(notebook)
    save(tmp_path, notebook)
    given_to(tmp_path, NEW | {"e": f"k = 2\n{STUB}"})
    assert sources(tmp_path) == [TEXT, X, f"k = 2\n{ANSWER}", "k = 3", CHECK, Y]
    assert read(tmp_path)["cells"][2]["id"] == "e"


@pytest.mark.parametrize(
    ("change", "is_kept"),
    [(typed(e=ANSWER), True), (added(3, ANSWER), True), (added(2, "mine"), False)],
)
def test_what_a_check_said_of_an_answer_is_kept_while_it_asks_the_same(
    change, is_kept, tmp_path
):
    given_to(tmp_path)
    said = {"output_type": "execute_result", "execution_count": 4, "metadata": {}}
    said["data"] = {"text/plain": "bravo: f"}
    notebook = lesson(BASE)
    notebook["cells"][3] |= {"outputs": [said], "execution_count": 4}
    change(notebook)
    save(tmp_path, notebook)
    before = {"output_type": "stream", "name": "stdout"}
    before["text"] = "right before this exercise was changed: f\nRun this cell again.\n"
    for check, outputs in (
        (CHECK, [said | {"execution_count": None}] if is_kept else []),
        ("check_f(f, 2)", [before] if is_kept else []),
        ("check_f(f, 3)", [before] if is_kept else []),
    ):
        given_to(tmp_path, NEW | {"c": check})
        [new] = [c for c in read(tmp_path)["cells"] if c["id"] == "c"]
        assert new == cell("c", check, outputs)


def test_a_changed_stub_is_shown_below_the_answer_until_its_reader_deletes_it(tmp_path):
    def update(stub, text, *below, answer=ANSWER):
        given_to(tmp_path, BASE | {"e": stub, "t": text})
        assert sources(tmp_path) == [text, X, answer, *below, CHECK, Y]

    note, third = STUB_NOTE.format(OTHER_STUB), STUB.replace("x", "x, z")
    given_to(tmp_path)
    save(tmp_path, lesson(BASE | {"e": ANSWER}))
    update(OTHER_STUB, "text", note)
    update(OTHER_STUB, "two", note)
    update(third, "three", STUB_NOTE.format(third))
    notebook = read(tmp_path)
    notebook["cells"][3]["source"] += " Why?"
    save(tmp_path, notebook)
    update(third, "four", STUB_NOTE.format(third) + " Why?")  # which is the reader's
    del notebook["cells"][3]
    save(tmp_path, notebook)
    update(third, "five")
    update(OTHER_STUB, "six", note)
    notebook["cells"][2]["source"] = "\n"  # given up
    save(tmp_path, notebook)
    update(OTHER_STUB, "seven", answer=OTHER_STUB)


TASK = "**Exercise 1.1**, easy. Write `f`."
FIRST_EXERCISE = {"t": "text", "t1": TASK, "e": STUB, "c": CHECK, "z": Y, "t9": "end"}
SECOND_EXERCISE = {"t2": "**Exercise 1.2** Write `g`.", "e2": "def g(): ...", "c2": "g"}
HEIR = {"t9": SECOND_EXERCISE["t2"], "e2": "def g(): ...", "c2": "g", "t3": "the end"}
CHANGED = " Exercise 1.1, which you have answered, was changed: "
BELOW = (
    f"{CHANGED}read its task again, compare your answer with what is now given below "
    "it, and run its check."
)
READ = f"{CHANGED}read its task again, and run its check."


@pytest.mark.parametrize(
    ("change", "new", "told"),
    [
        (run_it, SECOND_EXERCISE, " Exercise 1.2 is new."),
        (typed(e=ANSWER), SECOND_EXERCISE, " Exercise 1.2 is new."),
        (run_without_names, SECOND_EXERCISE, " Exercise 1.2 is new."),
        (nameless, SECOND_EXERCISE, ""),  # not begun: all of it is new
        (run_it, HEIR, " Exercise 1.2 is new."),  # its task by the name of another text
        (typed(e=ANSWER), {"e": OTHER_STUB}, BELOW),
        (typed(e=ANSWER), {"t1": f"{TASK} Take care."}, READ),
        (typed(e=ANSWER), {"c": "check_f(f, 2)"}, READ),
        (added(3, ANSWER), {"e": OTHER_STUB}, READ),  # it is in its place
        (added(3, ANSWER), {"c": "check_f(f, 2)"}, READ),
        (
            typed(e=ANSWER),
            {"e": OTHER_STUB} | SECOND_EXERCISE,
            f" Exercise 1.2 is new.{BELOW}",
        ),
        (typed(e=ANSWER), {"t": "another"}, ""),
        (typed(z="mine"), {"e": OTHER_STUB}, ""),  # not answered
        (run_it, {"e": OTHER_STUB, "t1": TASK.upper()}, ""),
    ],
)
def test_news_name_the_exercises_that_are_new_or_changed(change, new, told, tmp_path):
    given_to(tmp_path, FIRST_EXERCISE)
    notebook = lesson(FIRST_EXERCISE)
    change(notebook)
    save(tmp_path, notebook)
    (news,) = given_to(tmp_path, FIRST_EXERCISE | new)
    assert news.partition(".ipynb was renewed")[2].partition(".ipynb is as it was")[0]
    assert news.endswith(f".{told}")
    assert news.count("Exercise") == told.count("Exercise")
    assert last_news(tmp_path, {}) == [news]


def test_news_are_short_and_call_lessons_by_their_titles(tmp_path):
    names = [f"{number}.ipynb" for number in range(1, 5)]
    hand_out(dict.fromkeys(names, file(BASE)) | {"a.py": b"1"}, tmp_path)
    save(tmp_path, lesson(BASE | {"e": ANSWER}))
    new = dict.fromkeys([*names, "5.ipynb"], file(NEW | SECOND_EXERCISE))
    hand_out(new | {"a.py": b"2"}, tmp_path)
    titles = {name: f"lesson {name[0]}, Title" for name in ("1.ipynb", "2.ipynb")}
    assert last_news(tmp_path, titles | {"5.ipynb": "index"}) == [
        "Lesson 1, Title, was renewed, with your work in it; before_update_1.ipynb is "
        "as it was before. Exercise 1.2 is new.",
        "Index is new.",
        "Renewed, with nothing of yours in them: lesson 2, Title; 3.ipynb; 4.ipynb; "
        "a.py.",
    ]


def test_what_has_no_place_stands_once_below_one_heading(tmp_path):
    given_to(tmp_path, BASE | {"e2": "def g(): raise NotImplementedError"})
    notebook = read(tmp_path)
    typed(e=ANSWER, e2="def g(): return 1", note="my note")(notebook)
    save(tmp_path, notebook)
    for number in range(3):
        text = {"t": f"text {number}", "a": X, "z": Y}
        given_to(tmp_path, text)
        end = [HEADING, ANSWER, "def g(): return 1"]
        assert sources(tmp_path) == [f"text {number}", X, Y, "my note", *end]
    notebook = read(tmp_path)
    typed(note2="at the end")(notebook)
    notebook["cells"][4]["source"] = f"{HEADING}\n\nWhy?"
    notebook["cells"].append(cell("t", HEADING) | {"id": "a-copy"})
    save(tmp_path, notebook)
    given_to(tmp_path, BASE)  # and back where it belongs, once there is a place
    end = [f"{HEADING}\n\nWhy?", "def g(): return 1", "at the end", HEADING]
    expected = ["text", X, ANSWER, CHECK, Y, "my note", *end]
    assert sources(tmp_path) == expected


def test_new_outputs_alone_are_no_reason_to_touch_what_is_written_in(tmp_path):
    given_to(tmp_path)
    save(tmp_path, lesson(BASE | {"e": ANSWER}))
    mine = contents(tmp_path)
    new = lesson(BASE)
    run_it(new)
    assert hand_out({NAME: json.dumps(new).encode()}, tmp_path) == []
    assert contents(tmp_path) == mine


@pytest.mark.parametrize("is_written_in", [True, False])
def test_what_the_course_once_said_is_never_the_readers(is_written_in, tmp_path):
    for number in range(3):
        given_to(tmp_path, BASE | {"t": f"text {number}", f"z{number}": "z"})
    first = BASE | {"t": "text 0", "z0": "z"}
    save(tmp_path, lesson(first | ({"e": ANSWER} if is_written_in else {})))
    given_to(tmp_path, NEW)  # JupyterLab had it open, and has written over the others
    answer = ANSWER if is_written_in else STUB
    assert sources(tmp_path) == [TEXT, X, answer, CHECK, Y]


@pytest.mark.parametrize("is_written_in", [True, False])
def test_an_update_that_an_open_notebook_was_saved_over_comes_again(
    is_written_in, tmp_path
):
    given_to(tmp_path)
    save(tmp_path, lesson(BASE | ({"e": ANSWER} if is_written_in else {})))
    opened = (tmp_path / NAME).read_bytes()
    given_to(tmp_path, BASE | {"t": "two"})
    (tmp_path / NAME).write_bytes(opened)
    given_to(tmp_path, BASE | {"t": "two"})
    assert "two" in sources(tmp_path)
    assert (ANSWER in sources(tmp_path)) == is_written_in
    assert given_to(tmp_path, BASE | {"t": "two"}) == []


@pytest.mark.parametrize("is_written_in", [True, False])
def test_a_lesson_with_a_new_name_takes_the_work_along(is_written_in, tmp_path):
    given_to(tmp_path)
    if is_written_in:
        save(tmp_path, lesson(BASE | {"e": ANSWER}))
    other = file({"t": "not all that is alike is the same", "q": "1", "r": "2"})
    news, _ = hand_out({"3.ipynb": other, "2.ipynb": file(NEW)}, tmp_path)
    assert news.startswith("2.ipynb, so far 1.ipynb, was renewed")
    answer = ANSWER if is_written_in else STUB
    assert sources(tmp_path, "2.ipynb") == [TEXT, X, answer, CHECK, Y]
    kept = {"before_update_2.ipynb"} if is_written_in else set()
    assert contents(tmp_path).keys() == {"2.ipynb", "3.ipynb"} | kept


def test_files_that_are_no_notebooks_are_kept_when_changed(tmp_path):
    hand_out({"a.py": b"1", "b.py": b"1"}, tmp_path)
    (tmp_path / "a.py").write_bytes(b"mine")
    assert hand_out({"a.py": b"2", "b.py": b"2"}, tmp_path) == [
        "a.py was renewed; before_update_a.py is as it was before.",
        "b.py was renewed.",
    ]
    kept = {"before_update_a.py": b"mine"}
    assert contents(tmp_path) == {"a.py": b"2", "b.py": b"2", **kept}


@pytest.mark.parametrize("ruin", ["", "[1]", '{"nbformat": 4, "cells": [{}]}'])
def test_a_notebook_that_is_none_is_kept_whole(ruin, tmp_path):
    given_to(tmp_path)
    (tmp_path / NAME).write_text(ruin)
    given_to(tmp_path, NEW)
    assert contents(tmp_path) == {NAME: file(NEW), KEPT: ruin.encode()}


# --- what is kept --------------------------------------------------------------------


def test_an_earlier_copy_gives_way_only_to_one_with_all_its_work(tmp_path):
    given_to(tmp_path)
    save(tmp_path, lesson(BASE | {"e": ANSWER}))
    given_to(tmp_path, BASE | {"t": "two"})
    notebook = read(tmp_path)
    typed(note="a note")(notebook)
    save(tmp_path, notebook)
    given_to(tmp_path, BASE | {"t": "three"})  # answer and note are in the second one
    assert contents(tmp_path).keys() == {NAME, KEPT}
    assert "a note" in sources(tmp_path, KEPT)
    notebook = read(tmp_path)
    typed(e="def f(x):\n    return x + 2")(notebook)
    save(tmp_path, notebook)
    given_to(tmp_path, BASE | {"t": "four"})  # which the third one has not: another
    second = "before_update_2_1.ipynb"
    assert contents(tmp_path).keys() == {NAME, KEPT, second}
    assert ANSWER in sources(tmp_path, KEPT)
    assert [KEPT in line or second in line for line in last_news(tmp_path, {})] == [
        True
    ] * 2


def test_a_copy_in_which_somebody_goes_on_writing_is_theirs(tmp_path):
    given_to(tmp_path)
    save(tmp_path, lesson(BASE | {"e": ANSWER}))
    given_to(tmp_path, BASE | {"t": "two"})
    save(tmp_path, lesson(BASE | {"e": ANSWER, "z": "went on here"}), KEPT)
    given_to(tmp_path, BASE | {"t": "three"})
    assert "went on here" in sources(tmp_path, KEPT)
    assert contents(tmp_path).keys() == {NAME, KEPT, "before_update_2_1.ipynb"}


def test_of_what_is_out_of_date_the_work_stays(tmp_path):
    files = {"1.ipynb": file(BASE), "2.ipynb": file(BASE), "3.txt": b"", "4.txt": b""}
    hand_out(files, tmp_path)
    save(tmp_path, lesson(BASE | {"e": ANSWER}), "2.ipynb")
    (tmp_path / "4.txt").write_bytes(b"mine")
    (tmp_path / "notes.txt").write_bytes(b"mine from the beginning")
    assert [line[:15] for line in hand_out({}, tmp_path)] == [
        "1.ipynb was rem",
        "2.ipynb stays, ",
        "3.txt was remov",
        "4.txt stays, fo",
    ]
    assert contents(tmp_path).keys() == {"2.ipynb", "4.txt", "notes.txt"}
    assert len(last_news(tmp_path, {})) == 4


def test_what_the_course_has_and_does_not_hand_out_stays_as_it_is(tmp_path):
    given_to(tmp_path)
    before = contents(tmp_path)
    hand_out({"2.ipynb": file(NEW)}, tmp_path, others=[NAME])
    assert contents(tmp_path) == {**before, "2.ipynb": file(NEW)}
    hand_out({"2.ipynb": file(BASE)}, tmp_path, others=None)  # any may be
    assert contents(tmp_path) == {**before, "2.ipynb": file(BASE)}


# --- a list that is no good ----------------------------------------------------------

OLD_LIST = json.dumps({NAME: "0" * 64, "../1.txt": "0" * 64})
REACHING_OUT = json.dumps(
    {
        "files": {"../1.txt": {"sha256": update._hash(b"none"), "cells": {}}, NAME: 3},
        "copies": {KEPT: {"sha256": 1, "cells": [2]}, "x": []},
        "news": [1],
        "others": {"a": 1},
        "is_finished": 0,
    }
)


@pytest.mark.parametrize("ruin", [None, "", "{", "[1, 2]", OLD_LIST, REACHING_OUT])
def test_without_a_sound_list_what_differs_is_the_readers(ruin, tmp_path):
    outside = tmp_path / "1.txt"
    outside.write_bytes(b"none")
    folder = tmp_path / "folder"
    hand_out({NAME: file(BASE), "2.ipynb": file(NEW)}, folder)
    save(folder, lesson(BASE | {"e": ANSWER}))
    (folder / LIST).unlink()
    if ruin is not None:
        (folder / LIST).write_text(ruin, "utf-8")
    (news,) = hand_out({NAME: file(NEW), "2.ipynb": file(NEW)}, folder)
    assert "with what may be yours in it" in news
    assert sources(folder) == [TEXT, "text", X, ANSWER, CHECK, Y]
    assert contents(folder).keys() == {NAME, "2.ipynb", KEPT}
    assert outside.read_bytes() == b"none"


# --- an end in the middle ------------------------------------------------------------

FIRST = {
    "1.ipynb": file(BASE),
    "2.ipynb": file({"a": "1"}),
    "4.ipynb": file({"w": "1", "v": "1", "e": STUB, "c": CHECK}),
    "README.md": b"one",
}
SECOND = {
    "1.ipynb": file({**NEW, "a": "x = 0"}),
    "3.ipynb": file({"k": "1"}),
    "5.ipynb": file({"w": "2", "v": "1", "e": STUB, "c": CHECK}),
    "README.md": b"two",
}


class Killed(BaseException):
    """As by a power cut: nobody gets to tidy up."""


def worked_in(folder):
    hand_out(FIRST, folder)
    mine = {**BASE, "e": ANSWER, "z": "y = 3", "a": "x = 4", "n": "a note"}
    save(folder, lesson(mine))
    save(folder, lesson({"w": "0", "v": "9", "e": ANSWER, "c": CHECK}), "4.ipynb")
    (folder / "README.md").write_bytes(b"mine")
    return folder


def all_sources(folder):
    return {line for p in folder.glob("*.ipynb") for line in sources(folder, p.name)}


def broken_off(moment, error, *, is_done, monkeypatch, folder):
    """Update a folder up to a moment: each change to it is a `replace` or an `unlink`.

    Returns whether there was anything left to do.
    """
    count = iter(range(moment))

    def patched(step):
        def failing(*arguments, **options):
            is_last = next(count, None) is None
            if is_last and not is_done:
                raise error
            step(*arguments, **options)
            if is_last:
                raise error

        return failing

    with monkeypatch.context() as patch:
        # On a full disk, files can still be removed.
        for name in (
            ("replace", "unlink") if isinstance(error, Killed) else ("replace",)
        ):
            patch.setattr(Path, name, patched(getattr(Path, name)))
        try:
            hand_out(SECOND, folder)
        except (OSError, Killed):
            return True
    return False


@pytest.mark.parametrize(
    ("error", "is_done"),
    [
        (OSError(28, "No space left on device"), False),
        (Killed(), False),
        (Killed(), True),
    ],
)
def test_an_end_at_any_moment_loses_nothing_and_is_made_good(
    error, is_done, tmp_path, monkeypatch
):
    right = worked_in(tmp_path / "right")
    hand_out(SECOND, right)
    kept = {path.name for path in right.glob("before*")}
    assert kept == {KEPT, "before_update_5.ipynb", "before_update_README.md"}
    begun = worked_in(tmp_path / "begun")
    moment, is_left = 0, True
    while is_left:
        folder = tmp_path / str(moment)
        shutil.copytree(begun, folder)
        is_left = broken_off(
            moment, error, is_done=is_done, monkeypatch=monkeypatch, folder=folder
        )
        assert all_sources(folder) >= {ANSWER, "y = 3", "x = 4", "a note"}
        assert b"mine" in contents(folder).values()
        if isinstance(error, OSError):  # nothing is there twice
            assert len({*contents(folder).values()}) == len(contents(folder))
        hand_out(SECOND, folder)
        assert contents(folder) == contents(right)
        assert all(name in " ".join(last_news(folder, {})) for name in kept)
        moment += 1
    assert moment > 10


# --- anything, in any order ----------------------------------------------------------

IDS = st.sampled_from(["t1", "t2", "a1", "a2", "e1", "e2", "c1", "zz"])
SOURCES = st.sampled_from(["", "x = 1", "x = 2", STUB, "def g(): ...", "check(f, g)"])
VERSIONS = st.dictionaries(IDS, SOURCES, max_size=6)
DEEDS = st.lists(
    VERSIONS
    | st.tuples(
        st.sampled_from(
            ["type", "answer", "add", "delete", "move", "lose id", "empty"]
        ),
        st.integers(0, 9),
        st.integers(0, 9),
    )
    | st.sampled_from(
        ["run", "nameless", "renamed", "lose list", "delete all", "ruin"]
    ),
    max_size=14,
)


def do(notebook, deed, text):
    """A student, or another tool, does something to a lesson."""
    what, place, other = deed
    cells = notebook["cells"]
    if what == "add":
        cells.insert(place, cell("mine", text))
        del cells[min(place, len(cells) - 1)]["id"]
    elif cells:
        here = cells[place % len(cells)]
        if what == "type":
            here["source"] = text
        elif what == "answer":
            here["source"] = f"def f(x): return {text!r}"
        elif what == "empty":
            here["source"] = ""
        elif what == "lose id":
            here.pop("id", None)
        elif what == "move":
            cells.insert(other, cells.pop(place % len(cells)))
        else:
            cells.remove(here)


@given(DEEDS)
@settings(max_examples=100, deadline=None)
def test_nothing_of_the_readers_is_ever_lost(tmp_path_factory, deeds):
    folder = tmp_path_factory.mktemp("folder")
    path = folder / NAME
    for number, deed in enumerate(deeds):
        text = f"mine {number}."
        if isinstance(deed, dict):
            whole = "".join(p.read_text("utf-8") for p in folder.glob("*"))
            mine = [f"mine {n}." for n in range(number) if f"mine {n}." in whole]
            news = given_to(folder, deed)
            after = contents(folder)
            text = b"".join(after.values()).decode()
            assert all(line in text for line in mine)
            if news:  # or else the student's file stays as it is, whatever it is
                assert sources(folder).count(HEADING) <= 1
                ids = [each["id"] for each in read(folder)["cells"]]
                assert len(set(ids)) == len(ids)
            assert given_to(folder, deed) == []
            assert contents(folder) == after
        elif deed == "lose list":
            (folder / LIST).unlink(missing_ok=True)
        elif deed == "delete all":
            path.unlink(missing_ok=True)
        elif path.exists() and deed == "ruin":
            path.write_text(text)
        elif path.exists() and path.read_bytes().startswith(b"{"):
            notebook = read(folder)
            if isinstance(deed, tuple):
                do(notebook, deed, text)
            elif deed == "run":
                run_it(notebook)
            else:
                for each in notebook["cells"]:
                    each.pop("id", None)
            save(folder, notebook)
