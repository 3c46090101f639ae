"""Is what a student gets whole, without an answer in it, and theirs to write in?"""

import io
import json
import sys
import time
import zipfile
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell

from courseware import contents, pages
from courseware.__main__ import main
from courseware.editions import archive, update
from courseware.editions.archive import unzipped, zipped
from courseware.editions.links import without_links
from courseware.editions.student import NOTE, student_notebook

SECRET = "y = 'the secret'"


@pytest.fixture
def handed(course):
    """A course of two lessons without sources, to make the student edition of."""
    write(course, "1", "x = 1")
    write(course, "2", "x = 2")
    return course


def write(course, name, source):
    solution = new_code_cell(SECRET, id="b", metadata={"tags": ["solution"]})
    course.notebook(name, new_code_cell(source, id="a"), solution)


def student(course, name):
    return course.folder / "student" / f"{name}.ipynb"


# --- what is in it -----------------------------------------------------------------


def test_solutions_and_the_outputs_of_exercises_are_left_out():
    cell = {"cell_type": "code", "source": "", "execution_count": 3}
    result = {"output_type": "execute_result", "execution_count": 3}
    cells = [
        {**cell, "metadata": {"tags": [tag]}, "outputs": [dict(result)]}
        for tag in ("exercise", "check", "solution", "slide")
    ]
    header = {"title": "A", "kernelspec": {}, "description": "what it is about"}
    header |= {"jupytext": {"formats": "ipynb,py"}, "courseware": {"made": []}}
    made = student_notebook({"cells": cells, "metadata": header})
    assert [len(cell["outputs"]) for cell in made["cells"]] == [0, 0, 1]
    assert [cell["execution_count"] for cell in made["cells"]] == [None] * 3
    assert made["cells"][2]["outputs"][0]["execution_count"] is None
    kept = {"title", "kernelspec", "description"}  # by which none is paired
    assert made["metadata"].keys() == kept
    assert len(cells[0]["outputs"]) == 1
    whole = student_notebook({"cells": cells, "metadata": {}}, with_solutions=True)
    assert [len(cell["outputs"]) for cell in whole["cells"]] == [0, 0, 1, 1]


def test_it_is_a_notebook_headed_by_a_note(handed):
    assert handed.call("student") == 0
    notebook = nbformat.read(student(handed, "1"), as_version=4)
    nbformat.validate(notebook)
    assert [cell.source for cell in notebook.cells] == [NOTE, "x = 1"]


def test_pages_go_with_the_lessons_as_notebooks_and_modules_as_they_are(handed):
    (handed.lessons / "index.md").write_text("# Index\n\n## A\n\nä\n\n## B\n", "utf-8")
    (handed.lessons / "helpers.py").write_text("x = 1\n")
    link = "[index](index.md#A), [this](../README.md), `index.md`"
    handed.notebook("1", new_markdown_cell(link))
    assert handed.call("student") == 0
    page = nbformat.read(student(handed, "index"), as_version=4)
    nbformat.validate(page)
    assert [cell.source.split()[1] for cell in page.cells] == ["Index", "A", "B"]
    assert contents.is_page(page)
    lesson = nbformat.read(student(handed, "1"), as_version=4)
    assert lesson.cells[-1].source == link.replace("(index.md", "(index.ipynb")
    assert (handed.folder / "student" / "helpers.py").read_text() == "x = 1\n"


def test_cells_without_ids_get_some_that_stay(handed):
    path = handed.lessons / "1.ipynb"
    old = json.loads(path.read_bytes()) | {"nbformat_minor": 4}
    for cell in old["cells"]:
        del cell["id"]
    old["cells"] *= 2
    path.write_text(json.dumps(old))
    assert handed.call("student") == 0
    notebook = nbformat.read(student(handed, "1"), as_version=4)
    nbformat.validate(notebook)
    ids = [cell.id for cell in notebook.cells]
    assert len({*ids}) == 3
    student(handed, "1").unlink()
    handed.call("student")
    assert [c.id for c in nbformat.read(student(handed, "1"), 4).cells] == ids


@pytest.mark.parametrize(
    ("name", "wheels", "told"),
    [
        ("courseware[lab]", "", ""),
        ("pytest-timeout", "", ""),  # which is not imported by that name
        ("no-kit", "", '%pip install "no-kit"'),
        (
            "no_kit[lab]>=1",
            "wheels",
            '%pip install wheels/a.whl wheels/b.whl "no_kit[lab]>=1"',
        ),
        ("no_kit", "README.md", "README.md says how to install it."),
    ],
)
def test_before_the_first_code_a_cell_says_what_to_install(
    name, wheels, told, handed, monkeypatch
):
    handed.settings(f'install = "{name}"' + ('\nwheels = ["."]' if wheels else ""))
    handed.notebook("1", new_markdown_cell("# A"), new_code_cell("x = 1"))
    handed.notebook("2", new_markdown_cell("# No code"))
    assert handed.call("student") == 0
    folder = handed.folder / "student"
    assert len(nbformat.read(folder / "2.ipynb", 4).cells) == 2
    _, _, guard, first = nbformat.read(folder / "1.ipynb", 4).cells
    assert first.source == "x = 1"
    assert guard.execution_count is None
    if wheels == "wheels":
        (folder / "wheels").mkdir()
        for file in ("b.whl", "a.whl", "c.txt"):
            (folder / "wheels" / file).touch()
    monkeypatch.chdir(folder)
    missing = None
    try:
        exec(guard.source, {})
    except Exception as error:  # noqa: BLE001 - of a class that the cell makes
        (missing,) = error._render_traceback_()  # what a notebook shows of it
    assert (missing or "").endswith(told)
    assert (missing is None) == (not told)


def test_the_readme_lists_the_lessons_and_the_lines_to_type(handed):
    handed.settings('install = "kit[lab]"\nwheels = [".", "lib"]')
    handed.notebook("1", new_markdown_cell("# One\n\nWhat it is. More."))
    (handed.folder / "README.md").write_text("# The course\n")
    assert handed.call("student") == 0
    text = (handed.folder / "student" / "README.md").read_text("utf-8")
    assert text.startswith("# The course\n")
    assert "| 1 | [One](1.ipynb) | What it is. |\n| 2 | [2](2.ipynb) |" in text
    assert '\n    pip install -e "." -e "lib" "kit[lab]"\n' in text
    assert "\n    courseware student\n" in text  # for the next version
    assert "; or, in the course's\nfolder,\n\n    courseware hand-in\n" in text


# --- handing out by the week ---------------------------------------------------------


def test_some_lessons_may_be_handed_out_and_the_others_later(handed, capsys):
    assert handed.call("student", "--lessons", "2") == 0
    assert not student(handed, "1").exists()
    assert handed.call("student", "--lessons", "3") == 1
    before = student(handed, "2").read_bytes()
    write(handed, "2", "x = 22")
    capsys.readouterr()
    assert handed.call("student", "--lessons", "1") == 0
    assert capsys.readouterr().out == (
        "student/1.ipynb is new.\nstudent/ is up to date\n"
    )
    assert student(handed, "2").read_bytes() == before
    readme = (handed.folder / "student" / "README.md").read_text("utf-8")
    assert "(1.ipynb)" in readme
    assert "(2.ipynb)" in readme


def test_solutions_come_when_they_are_released_and_join_the_answer(handed):
    assert handed.call("student", "--lessons", "1") == 0
    path = student(handed, "1")
    text = path.read_text("utf-8").replace("x = 1", "x = 'mine'")
    path.write_text(text, "utf-8")
    # The other one's is the same line, and would be given away.
    assert handed.call("student", "--lessons", "1", "--solutions", "1") == 1
    handed.notebook("2", new_code_cell("x = 2"))
    assert handed.call("student", "--lessons", "2", "--solutions", "1") == 0
    sources = [cell.source for cell in nbformat.read(path, 4).cells]
    assert sources == [NOTE, "x = 'mine'", SECRET]
    assert path.with_name("before_update_1.ipynb").read_text("utf-8") == text
    assert student(handed, "2").exists()


def test_what_was_handed_out_by_the_week_stays_so_until_all_is_asked_for(
    handed, capsys
):
    handed.notebook("2", new_code_cell("x = 2"))
    write(handed, "3", "x = 3")
    (handed.lessons / "3.ipynb").write_text(
        (handed.lessons / "3.ipynb").read_text("utf-8").replace("secret", "other")
    )
    folder = handed.folder / "student"

    def there():
        found = {p.stem: p.read_text("utf-8") for p in folder.glob("*.ipynb")}
        return {name: SECRET in text for name, text in found.items()}

    handed.call("student", "--lessons", "1")
    handed.call("student", "--lessons", "2")
    for arguments in ((), ("--solutions", "1"), ()):
        write(handed, "1", f"x = {len(capsys.readouterr().out)}")
        assert handed.call("student", *arguments) == 0
        is_solved = arguments != () or "1 with solutions" in capsys.readouterr().out
        assert there() == {"1": is_solved, "2": False}
    assert is_solved
    assert handed.call("student", "--lessons", "all") == 0
    told = capsys.readouterr().out
    assert "1.ipynb was renewed, without the solutions that it had.\n" in told
    assert there() == {"1": False, "2": False, "3": False}
    assert handed.call("student") == 0
    assert capsys.readouterr().out == "student/ is up to date\n"


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("a [*b* `x[0]`](3_x.ipynb) c", "a *b* `x[0]` c"),
        ("[a](./3_x.ipynb#A-(b)), [b](2_x.ipynb)", "a, [b](2_x.ipynb)"),
        ("> [a\n>   b](3_x.ipynb 'T')", "> a\n>   b"),
        ("| [a \\| b](3_x.ipynb) |\n|---|", "| a \\| b |\n|---|"),
        ("[a](<my lesson.ipynb>) [b](my%20lesson.ipynb)", "a b"),
        ("[a][n], [n]\n\n[n]: 3_x.ipynb\n[o]: 2.ipynb", "a, n\n\n[o]: 2.ipynb"),
        ("[![a](a.png)](3_x.ipynb) [a](3_x.ipynb)", "![a](a.png) a"),
        ("`[a](3_x.ipynb)`", None),
        ("```\n[a](3_x.ipynb)\n```", None),
        ("[a](https://example.org/3_x.ipynb), \\[a](3_x.ipynb)", None),
    ],
)
def test_of_a_link_in_vain_the_words_stay(text, plain):
    assert without_links(text, ["3_x", "my lesson"]) == (plain or text)


@pytest.fixture
def linked(course):
    """A course of three lessons, and an index, which link to each other."""
    course.settings('glossary = "index.md"')
    solution = {"metadata": {"tags": ["solution"]}}
    for name in "123":
        others = ", ".join(f"[lesson {each}]({each}.ipynb)" for each in "123")
        course.notebook(
            name,
            new_markdown_cell(f"# L\n\nA. *All*, *only {name}*: {others}.", id="a"),
            new_code_cell(f"def f{name}(): ...", id="b"),
            new_markdown_cell(f"Solved {name}: {others}.", id="c", **solution),
        )
    [(path, make)] = pages.pages(course.course).items()
    pages.renew(path, make)
    return course


def links(files):
    """Return to which lessons which files link, and which the index names."""
    found = {
        Path(name).stem: "".join(each for each in "123" if f"({each}.ipynb" in text)
        for name, text in files.items()
        if name.endswith((".ipynb", ".md"))
    }
    index = files["index.ipynb"]
    named = "".join(n for n in "123" if f"nly {n}" in index or f"f{n}" in index)
    return found | {"named": named}


@pytest.mark.parametrize("cumulative", [True, False])
def test_links_lead_to_what_is_handed_out_by_then(linked, cumulative, capsys):
    folder, path = linked.folder / "student", linked.folder / "student.zip"
    for week, so_far in enumerate(("1", "12", "123"), start=1):
        lessons = so_far if cumulative else str(week)
        arguments = ["--lessons", *lessons, "--solutions", str(week), "--zip", path]
        assert linked.call("student", *arguments) == 0
        zipped_now = {name: data.decode() for name, data in unzipped(path).items()}
        assert links(zipped_now) == {
            **dict.fromkeys([*lessons, "index"], so_far),
            "README": lessons,
            "named": so_far,
        }
        there = {each.name: each.read_text("utf-8") for each in folder.iterdir()}
        assert links(there) == {
            **{n: so_far if cumulative else "123"[: int(n)] for n in so_far},
            **dict.fromkeys(["index", "README", "named"], so_far),
        }
    told = capsys.readouterr().out
    assert "index.ipynb was renewed.\n" in told


def test_a_link_that_comes_alive_is_no_work_of_the_students(linked):
    assert linked.call("student", "--lessons", "1") == 0
    folder = linked.folder / "student"
    notebook = nbformat.read(folder / "1.ipynb", 4)
    mine = "Mine: [two](2.ipynb), [three](3.ipynb)"
    notebook.cells.append(new_markdown_cell(mine))
    nbformat.write(notebook, folder / "1.ipynb")
    assert linked.call("student", "--lessons", "1", "2") == 0
    first, *_, last = nbformat.read(folder / "1.ipynb", 4).cells[1:]
    assert "[lesson 2](2.ipynb), lesson 3." in first.source
    assert last.source == mine
    kept = [path.name for path in folder.glob("before_update_*")]
    assert kept == ["before_update_1.ipynb"]


def test_what_is_out_of_step_is_not_handed_out(course, capsys):
    (course.lessons / "index.md").write_text("old", "utf-8")
    for name in ("1", "2"):
        course.source(name, "\n# %% [markdown]\n# # A\n")
    assert course.call("run") == 0
    text = (course.lessons / "2.py").read_text("utf-8")
    (course.lessons / "2.py").write_text(text.replace("# # A", "# # B"), "utf-8")
    path = course.folder / "student.zip"
    assert course.call("student", "--zip", path) == 1
    told = capsys.readouterr().err
    assert "2.ipynb is out of step with 2.py" in told
    assert "--stale-ok" in told
    assert not student(course, "1").exists()
    assert not path.exists()
    assert course.call("student", "--lessons", "1") == 0  # the other one is not meant
    assert course.call("student", "--lessons", "all", "--stale-ok") == 0
    course.settings('glossary = "index.md"')
    assert course.call("student", "--lessons", "1") == 1
    assert "index.md is out of step with the lessons" in capsys.readouterr().err


@pytest.mark.parametrize("place", ["output", "solution", "module", "page"])
def test_no_file_gives_away_what_is_not_released(place, handed, capsys):
    file = {"module": "helpers.py", "page": "page.ipynb"}.get(place, "2.ipynb")
    if place == "output":
        shown = nbformat.v4.new_output("stream", text=f"----> {SECRET}\n")
        handed.notebook("2", new_code_cell("1 / 0", outputs=[shown]))
    elif place == "module":
        (handed.lessons / file).write_text(f"def f():\n    {SECRET}\n")
    elif place == "page":
        (handed.lessons / "page.md").write_text(f"# A page\n\n    {SECRET}\n")
    if place != "solution":
        handed.call("student", "--solutions", "1", "2")  # then it is none
        assert (handed.folder / "student" / file).exists()
    capsys.readouterr()
    assert handed.call("student", "--lessons", "2", "--solutions", "2") == 1
    told = f"{file} cannot be handed out: it would show {SECRET!r} of a solution of 1"
    assert told in capsys.readouterr().err


def test_what_lessons_show_in_their_own_code_is_no_secret(handed):
    handed.notebook("2", new_code_cell(f"if True:\n    {SECRET}"))
    assert handed.call("student", "--lessons", "2") == 0
    assert handed.call("student") == 0


# --- the zip -----------------------------------------------------------------------


def test_the_zip_holds_what_the_folder_holds(handed):
    path = handed.folder / "student.zip"
    assert handed.call("student", "--zip", path) == 0
    folder = handed.folder / "student"
    files = {p.name: p.read_bytes() for p in sorted(folder.iterdir())}
    packed = unzipped(path)
    assert packed.keys() == files.keys()
    alike = [name for name in files if packed[name] == files[name]]
    assert alike == ["1.ipynb", "2.ipynb"]  # an update comes in another way
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        assert all(name.startswith("student/") for name in archive.namelist())


def test_the_zip_carries_wheels_and_the_lines_that_install_them(handed):
    package = handed.folder / "kit"
    (package / "kit").mkdir(parents=True)
    (package / "kit" / "__init__.py").write_text("x = 1\n")
    (package / "pyproject.toml").write_text(
        "[build-system]\nrequires = ['hatchling']\nbuild-backend = 'hatchling.build'\n"
        "[project]\nname = 'kit'\nversion = '1.2'\nrequires-python = '>=3'\n"
    )
    handed.settings('install = "kit"\nwheels = ["kit"]')
    path = handed.folder / "student.zip"
    assert handed.call("student", "--zip", path) == 0
    files = unzipped(path)
    assert "wheels/kit-1.2-py3-none-any.whl" in files
    readme = files["README.md"].decode()
    for line in (
        "python3 -m venv .venv && .venv/bin/pip install wheels/*.whl",
        "py -m venv .venv; .venv\\Scripts\\pip install "
        "(Get-Item wheels\\*.whl).FullName",
    ):
        assert f'\n    {line} "kit"\n' in readme
    assert "\n    .venv/bin/courseware update student.zip\n" in readme
    (package / "pyproject.toml").write_text("[build-system]\nrequires = 3\n")
    assert handed.call("student", "--zip", handed.folder / "other.zip") == 1


def test_the_zip_has_the_same_bytes_whenever_and_wherever_it_is_made(
    handed, tmp_path, monkeypatch
):
    paths = [handed.folder / "one.zip", tmp_path / "two.zip"]
    assert handed.call("student", "--zip", paths[0]) == 0
    monkeypatch.setattr(time, "time", lambda: 2e9)
    monkeypatch.setattr(time, "localtime", lambda *_: time.gmtime(2e9))
    monkeypatch.setattr(sys, "platform", "win32")
    assert handed.call("student", "--zip", paths[1]) == 0
    assert paths[0].read_bytes() == paths[1].read_bytes()


def test_the_zip_is_in_order_and_names_no_time_and_no_owner():
    data = zipped({"b": b"2", "a": b"1"}, "folder")
    assert data == zipped({"a": b"1", "b": b"2"}, "folder")
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        entries = archive.infolist()
    assert [entry.filename for entry in entries] == ["folder/a", "folder/b"]
    assert {entry.date_time for entry in entries} == {(1980, 1, 1, 0, 0, 0)}
    assert {entry.external_attr >> 16 for entry in entries} == {0o644}


# --- an update from a zip ------------------------------------------------------------


def renew(handed, folder, *arguments):
    """Hand out a new zip, and update a student's folder from it."""
    path = handed.folder / "new.zip"
    output = handed.folder / "student"
    assert handed.call("student", "--output", output, "--zip", path, *arguments) == 0
    return main(["update", str(path), "--folder", str(folder)])


@pytest.fixture
def at_home(handed, tmp_path):
    """A student's own folder, unpacked."""
    path, folder = tmp_path / "first.zip", tmp_path / "at home"
    assert handed.call("student", "--lessons", "1", "--zip", path) == 0
    with zipfile.ZipFile(path) as archive:
        archive.extractall(folder)
    return folder / "student"


def test_a_student_with_a_zip_gets_an_update_from_the_next_one(
    handed, at_home, capsys, monkeypatch
):
    wheel = "wheels/kit-1.2-py3-none-any.whl"
    monkeypatch.setattr(archive, "build_wheels", lambda _: {Path(wheel).name: b"new"})
    path = at_home / "1.ipynb"
    text = path.read_text("utf-8").replace("x = 1", "x = 'mine'")
    path.write_text(text, "utf-8")
    (at_home / "wheels").mkdir()
    for name in ("kit-1.1-py3-none-any.whl", "kit_more-1.whl"):
        (at_home / "wheels" / name).write_text("old")
    write(handed, "2", "x = 22")
    capsys.readouterr()
    assert renew(handed, at_home, "--lessons", "2") == 0
    told = capsys.readouterr().out
    assert "2.ipynb is new.\n" in told
    assert (at_home / wheel).read_bytes() == b"new"
    there = {each.name for each in (at_home / "wheels").iterdir()}
    assert there == {Path(wheel).name, "kit_more-1.whl"}
    assert f"pip install --force-reinstall --no-deps {wheel}\n" in told
    assert path.read_text("utf-8") == text  # handed out before, and not this time
    readme = (at_home / "README.md").read_text("utf-8")
    assert "(1.ipynb)" in readme
    assert "(2.ipynb)" in readme
    (handed.lessons / "2.ipynb").unlink()
    write(handed, "1", "x = 11")
    assert renew(handed, at_home) == 0
    assert capsys.readouterr().out.endswith(
        "2.ipynb was removed: the course has it no more.\n"
    )
    assert "x = 'mine'" in path.read_text("utf-8")
    assert path.with_name("before_update_1.ipynb").read_text("utf-8") == text
    assert renew(handed, at_home) == 0
    assert capsys.readouterr().out.endswith("Nothing is new.\n")


@pytest.mark.parametrize(
    ("name", "is_told"),
    [
        ("student/../1.ipynb", True),
        ("/1.ipynb", True),
        ("../1.ipynb", True),
        ("student/..", True),
        ("student/a\\1.ipynb", True),
        ("student/C:1.ipynb", True),
        ("student/deep/1.ipynb", True),
        ("student/.venv/1.ipynb", True),
        ("student/.hidden", True),
        ("student/wheels/1.py", True),
        ("__MACOSX/student/._1.ipynb", False),
        ("student/.DS_Store", False),
        ("student/", False),
    ],
)
def test_a_zip_with_strange_names_is_refused_whole(name, is_told, handed, capsys):
    assert handed.call("student") == 0
    folder = handed.folder / "student"
    before = {path: path.read_bytes() for path in handed.folder.rglob("*.ipynb")}
    path = handed.folder / "strange.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("student/README.md", "new")
        archive.writestr(name, "{}")
    capsys.readouterr()
    assert main(["update", str(path), "--folder", str(folder)]) == int(is_told)
    assert ("no student edition holds" in capsys.readouterr().err) == is_told
    after = {path: path.read_bytes() for path in handed.folder.rglob("*.ipynb")}
    assert after == before
    assert (folder / "README.md").read_text() == "new" or is_told


def damaged(path):
    data = bytearray(path.read_bytes())
    data[100] ^= 1
    path.write_bytes(data)


def too_large(path):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("student/1.ipynb", b"")
        archive.infolist()[0].file_size = 2_000_000_000


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (damaged, "it is no sound zip"),
        (lambda path: path.write_text("<html>"), "it is no sound zip"),
        (too_large, "it is too large"),
        (lambda path: path.unlink(), "No such file"),
    ],
)
def test_a_zip_that_is_no_good_is_named(change, told, handed, at_home, capsys):
    path = handed.folder / "new.zip"
    assert handed.call("student", "--zip", path) == 0
    change(path)
    before = {path: path.read_bytes() for path in at_home.iterdir()}
    assert main(["update", str(path), "--folder", str(at_home)]) == 1
    error = capsys.readouterr().err
    assert told in error
    assert str(path) in error
    assert {path: path.read_bytes() for path in at_home.iterdir()} == before


def test_an_update_goes_into_no_folder_but_the_students(
    handed, at_home, tmp_path, capsys
):
    folder = tmp_path / "downloads"
    folder.mkdir()
    assert renew(handed, folder) == 1
    assert "is no folder of this course" in capsys.readouterr().err
    assert [*folder.iterdir()] == []


# --- making it ---------------------------------------------------------------------


def test_where_nothing_can_be_written_it_says_what_to_do(handed, capsys, monkeypatch):
    def refused(path, data):
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(update, "write_atomically", refused)
    assert handed.call("student") == 1
    told = capsys.readouterr().err
    assert str(handed.folder / "student" / "1.ipynb") in told
    assert "--output" in told


@pytest.mark.parametrize(
    ("ruin", "complaint"),
    [
        ("<<<<<<< HEAD\n{}", "2.ipynb cannot be handed out: it is not a notebook"),
        ("[]", "2.ipynb cannot be handed out: it is not a notebook"),
        ('{"nbformat": 3}', "2.ipynb cannot be handed out: it is not a notebook"),
    ],
)
def test_a_ruined_lesson_is_named_and_the_old_copies_stay(
    ruin, complaint, handed, capsys
):
    handed.call("student")
    before = {p: p.read_bytes() for p in (handed.folder / "student").iterdir()}
    write(handed, "1", "x = 11")
    (handed.lessons / "2.ipynb").write_text(ruin, "utf-8")
    assert handed.call("student") == 1
    assert complaint in capsys.readouterr().err
    assert before == {p: p.read_bytes() for p in (handed.folder / "student").iterdir()}


def test_a_lesson_that_gives_its_solution_away_is_not_handed_out(handed, capsys):
    notebook = nbformat.read(handed.lessons / "2.ipynb", as_version=4)
    notebook.cells[0].outputs = [
        nbformat.v4.new_output(
            "display_data", {"text/html": "<pre>y = &#x27;the secret&#x27;</pre>"}
        )
    ]
    nbformat.write(notebook, handed.lessons / "2.ipynb")
    assert handed.call("student", "--zip", handed.folder / "student.zip") == 1
    complaint = f"2.ipynb cannot be handed out: it would show {SECRET!r} of a"
    assert complaint in capsys.readouterr().err
    assert not (handed.folder / "student").exists()
    assert not (handed.folder / "student.zip").exists()


@pytest.mark.parametrize("place", ["notebooks", ""])
def test_the_course_itself_is_never_written_to(place, handed, capsys):
    before = {path: path.read_bytes() for path in handed.folder.rglob("*.*")}
    assert handed.call("student", "--output", handed.folder / place) == 1
    assert "holds the course itself" in capsys.readouterr().err
    assert {p: p.read_bytes() for p in handed.folder.rglob("*.*")} == before
