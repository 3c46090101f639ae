"""Is the table of the lessons made, between its comments, and seen when it is stale?"""

import subprocess
import sys

import pytest
from small_course import HEADER

PAGE = """\
# A course

<!-- lessons -->{table}
<!-- end of lessons -->

The rest.
"""
HEAD = "\n| no. | lesson | what you do there |\n|---|---|---|\n"
FIRST = "| 1 | [A swing](notebooks/01_swing.ipynb) | measure \\|T\\| |"
SECOND = "| 11 | [Odd](notebooks/11_odd.ipynb) | It is odd. |"


@pytest.fixture
def lessons(course):
    """A course with a README and two lessons."""
    course.settings('contents = "README.md"')
    header = HEADER.replace("# jupyter:", "# jupyter:\n#   description: measure |T|")
    source = course.lessons / "01_swing.py"
    source.write_text(f"{header}\n# %% [markdown]\n# # A swing\n", "utf-8")
    course.source("11_odd", "\n# %% [markdown]\n# # Odd\n#\n# It is odd. Or not.\n")
    course.readme = course.folder / "README.md"
    course.readme.write_text(PAGE.format(table=""), "utf-8")
    assert course.call("run") == 0
    return course


def table(*rows):
    return PAGE.format(table=HEAD + "\n".join(rows))


def test_the_table_has_each_lesson_and_nothing_else_is_touched(lessons):
    assert lessons.readme.read_text("utf-8") == table(FIRST, SECOND)
    assert lessons.call("check") == 0


def test_a_lesson_that_goes_or_is_renamed_is_found(lessons, capsys):
    for suffix in (".py", ".ipynb"):
        (lessons.lessons / f"11_odd{suffix}").unlink()
    assert lessons.call("check") == 1
    out = capsys.readouterr().out
    assert out == "README.md is out of step with the lessons; run `courseware run`.\n"
    assert lessons.call("run") == 0
    assert "README.md: made\n" in capsys.readouterr().out
    assert lessons.readme.read_text("utf-8") == table(FIRST)
    assert lessons.call("run") == 0
    assert "README.md: up to date\n" in capsys.readouterr().out


def test_pytest_sees_it_as_well(lessons):
    lessons.readme.write_text(table(FIRST), "utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    done = subprocess.run(
        [*command, "README.md"], cwd=lessons.folder, capture_output=True, text=True
    )
    assert "README.md is out of step with the lessons" in done.stdout
    assert "1 failed" in done.stdout


@pytest.mark.parametrize("text", ["# A course\n", None, PAGE + PAGE])
def test_a_page_without_a_place_for_it_is_told_how_to_have_one(text, lessons, capsys):
    lessons.readme.unlink()
    if text:
        lessons.readme.write_text(text, "utf-8")
    told = "README.md has no place for the table of the lessons: write a line "
    assert lessons.call("check") == 1
    assert told in capsys.readouterr().out
    assert lessons.call("run") == 1
    assert told in capsys.readouterr().err
