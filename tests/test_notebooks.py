"""Do the lessons in notebooks/ keep the rules? (Whether they run is nbval's affair.)"""

import pytest

from courseware.pairs import LESSONS, lesson_names, out_of_step, read_notebook
from courseware.rules import RULES, stable_source_header

LESSON_NAMES = lesson_names()


def test_there_are_lessons():
    assert LESSON_NAMES


@pytest.mark.parametrize("name", LESSON_NAMES)
def test_notebook_holds_what_its_source_holds(name):
    _expect_none(out_of_step(name))


@pytest.mark.parametrize("name", LESSON_NAMES)
def test_source_has_a_header_that_stays_as_it_is(name):
    _expect_none(stable_source_header(LESSONS / f"{name}.py"))


@pytest.mark.parametrize("name", LESSON_NAMES)
@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_lesson_keeps(rule, name):
    _expect_none(rule(name, read_notebook(LESSONS / f"{name}.ipynb")))


def _expect_none(complaints: list[str]) -> None:
    """Fail with the complaints, one a line, if there are any."""
    if complaints:
        pytest.fail("\n".join(complaints), pytrace=False)
