"""A second course proves that the kit stands alone: made afresh, run, broken."""

import compileall
import os
import subprocess
import sys
from importlib.resources import files

import nbformat
import pytest

from courseware.__main__ import main

# What the first course is made of must not be needed, nor be there by chance.
BLOCKED = ("digitlib", "scipy", "torch", "sklearn")
SITE = f"""
import sys

class Nobody:
    def find_spec(name, path=None, target=None):
        if name.partition(".")[0] in {BLOCKED!r}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)

sys.meta_path.insert(0, Nobody)
"""


class NewCourse:
    """A course in a folder, and commands in it, each in a process."""

    def __init__(self, folder, blocked):
        self.folder = folder
        path = os.pathsep.join(
            filter(None, [str(blocked), os.environ.get("PYTHONPATH")])
        )
        self.environment = os.environ | {"PYTHONPATH": path}

    def python(self, *arguments):
        """Run `python -m ...`; returns the exit code and the text."""
        done = subprocess.run(
            [sys.executable, "-m", *map(str, arguments)],
            cwd=self.folder, env=self.environment, capture_output=True, text=True,
        )  # fmt: skip
        return done.returncode, done.stdout + done.stderr

    def edit(self, name, old, new):
        """Replace a text in a file of the course."""
        path = self.folder / name
        text = path.read_text("utf-8")
        assert old in text
        path.write_text(text.replace(old, new), "utf-8")


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """The new course, run."""
    blocked = tmp_path_factory.mktemp("blocked")
    (blocked / "sitecustomize.py").write_text(SITE)
    folder = tmp_path_factory.mktemp("new") / "pendulum"
    assert main(["new", str(folder)]) == 0
    course = NewCourse(folder, blocked)
    code, text = course.python("courseware", "run")
    assert code == 0, text
    return course


@pytest.fixture
def new(made, tmp_path):
    """A copy of it, to break."""
    copy = NewCourse(tmp_path / "copy", "")
    copy.environment = made.environment
    subprocess.run(["cp", "-r", made.folder, copy.folder], check=True)
    return copy


def test_it_is_whole(new):
    code, text = new.python("pytest", "-q", "-p", "no:cacheprovider")
    assert code == 0, text
    told = "Looked at 2 lessons, README.md: all in step.\n"
    assert new.python("courseware", "check") == (0, told)
    written = [path for path in new.folder.rglob("*.*") if path.suffix != ".pyc"]
    text = "\n".join(p.read_text("utf-8") for p in written if p.is_file())
    assert not any(name in text for name in BLOCKED)
    assert "MNIST" not in text


def test_what_pip_compiles_is_not_part_of_it(tmp_path):
    compileall.compile_dir(files("courseware") / "template", quiet=1)
    main(["new", str(tmp_path / "new")])
    assert not list(tmp_path.rglob("*.pyc"))


def test_a_line_is_compared_before_anything_that_is_not(new):
    first = nbformat.read(new.folder / "notebooks" / "01_a_swing.ipynb", as_version=4)
    cell = next(cell for cell in first.cells if cell.cell_type == "code")
    assert cell.outputs[0].text == "A pendulum of 1 m takes 2.006 s.\n"
    assert "nbval-ignore-output" not in str(cell.metadata)


SOURCE, NOTEBOOK = "notebooks/01_a_swing.py", "notebooks/01_a_swing.ipynb"
BOTH = "notebooks/01_a_swing.*"
SOLUTION = "return GRAVITY * (periods / (2 * math.pi)) ** 2"
STUB = "    raise NotImplementedError"
# In which files which text becomes which, and what is then said.
BREACHES = {
    "a falsified output": (NOTEBOOK, "2.006 s", "2.007 s", "-A pendulum of 1 m"),
    "a pair out of step": (SOURCE, "twice as slow", "as fast", "is out of step with"),
    "a solution that fails": (
        *(BOTH, SOLUTION, SOLUTION.replace("2 *", "3 *")),
        "the solution does not pass its check: not yet: length_for",
    ),
    "a stub that passes": (
        *(BOTH, STUB, "    return GRAVITY * (periods / 6.283185307) ** 2"),
        "the untouched stub passes the check",
    ),
    "a leak of a solution": (
        *(BOTH, "first, then square.", SOLUTION),
        f"the student's copy shows {SOLUTION!r}",
    ),
}


@pytest.mark.parametrize("breach", BREACHES)
def test_a_breach_is_red_and_says_where(breach, new):
    names, old, replacement, complaint = BREACHES[breach]
    for path in new.folder.glob(names):
        new.edit(path.relative_to(new.folder), old, replacement)
    # A leak and a pair out of step are found before a cell is run.
    static = breach in ("a pair out of step", "a leak of a solution")
    options = ["-k", "in_step or hidden_solutions"] if static else []
    options += ["-q", "-p", "no:cacheprovider"]
    code, text = new.python("pytest", *options, NOTEBOOK)
    assert code == 1
    assert complaint in text
    assert "01_a_swing" in text


def test_it_is_handed_out_and_its_check_answers(new):
    code, text = new.python("courseware", "student")
    assert code == 0, text
    student = new.folder / "student"
    names = {path.name for path in student.glob("[!.]*")}
    lessons = {"01_a_swing.ipynb", "02_step_by_step.ipynb"}
    rehearsal = "00_how_a_hand_in_is_marked.ipynb"
    assert names == {*lessons, rehearsal, "pendulum.py", "README.md"}
    path = student / "01_a_swing.ipynb"
    code, text = new.python("jupyter", "execute", "--inplace", path)
    assert code == 0, text
    assert "this is the empty stub" in path.read_text("utf-8")
    assert "GRAVITY * (periods" not in path.read_text("utf-8")


def test_what_comes_back_is_marked(new):
    pytest.importorskip("msgpack", reason='needs "courseware[mark]"')
    right = "def length_for(T):\n    return GRAVITY * (T / 2 / np.pi) ** 2"
    lesson = nbformat.read(new.folder / "notebooks/01_a_swing.ipynb", 4)
    for name, code in (("ada", f"import numpy as np\n{right}"), ("bob", right)):
        for cell in lesson.cells:
            if "exercise" in cell.metadata.get("tags", []):
                cell.source = code
        folder = new.folder / "handed in" / name
        folder.mkdir(parents=True)
        nbformat.write(lesson, folder / "01_a_swing.ipynb")
    code, text = new.python("courseware", "mark", "handed in", "--output", "marks")
    if "Nothing here isolates" in text:
        pytest.skip(text)
    assert code == 0, text
    marks = (new.folder / "marks" / "marks.csv").read_text("utf-8-sig").split()
    assert marks == ["student,01.length_for,total", "ada,1,1", "bob,0,0"]


def test_it_is_printed(new):
    pytest.importorskip("lecturepdf")
    lessons = sorted((new.folder / "notebooks").glob("*.ipynb"))
    code, text = new.python("lecturepdf", "--output", "lectures", *lessons)
    assert code == 0, text
    assert (new.folder / "lectures" / "01_a_swing.pdf").stat().st_size > 10_000


def test_nothing_that_is_there_is_overwritten(new, capsys):
    assert main(["new", str(new.folder)]) == 1
    assert "is there already, and not empty" in capsys.readouterr().err
