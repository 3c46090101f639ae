"""Do the lessons say how often the course has opened the test set?"""

import re
from pathlib import Path

from courseware.pairs import read_source
from courseware.tags import has_tag

NOTEBOOKS = Path(__file__).parents[1] / "notebooks"
ORDINALS = [
    *("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth"),
    *("ninth", "tenth", "eleventh", "twelfth", "thirteenth", "fourteenth"),
]
ANNOUNCED = re.compile(r"for the (\w+)(?: to the (\w+))? time in this course")


def announced(prose):
    """For which times the test set is opened, as a text says."""
    for first, last in ANNOUNCED.findall(" ".join(prose.split())):
        begin = ORDINALS.index(first) + 1
        yield from range(begin, ORDINALS.index(last or first) + 2)


def openings(path):
    """Walk through a lesson: what is announced, and how many cells have opened it."""
    due, done = [], 0
    for cell in read_source(path).cells:
        if cell.cell_type == "markdown":
            due += announced(cell.source)
        elif has_tag(cell, "opens-test"):
            done += 1
            assert len(due) >= done, f"{path.name}: an opening is not announced"
    return due, done


def test_the_text_counts_the_openings_of_the_test_set():
    so_far = 0
    for path in sorted(NOTEBOOKS.glob("*.py")):
        due, done = openings(path)
        assert due == list(range(so_far + 1, so_far + done + 1)), path.name
        so_far += done
    assert so_far > 0


def test_a_range_of_openings_is_read():
    text = "Open it\nfor the second\ntime in this course, then for the fourth to the "
    assert list(announced(text + "sixth time in this course.")) == [2, 4, 5, 6]
