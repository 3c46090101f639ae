"""Can what the lessons recommend to read be found?"""

import re
from pathlib import Path

import pytest

from courseware.pairs import read_source

NOTEBOOKS = Path(__file__).parents[1] / "notebooks"
YEAR = re.compile(r"\((?:18|19|20)\d\d\)")
# A DOI, an arXiv or an ISBN; pages of a volume; an address.
FOUND_BY = re.compile(
    r"doi:10\.\d{4,}/\S+|arXiv:\d{4}\.\d{4,5}|ISBN [\d-]{10,}[\dX]|\d, \d+-\d+|"
    r"\b[a-z]+\.[a-z]+(?:\.[a-z]+)?\b"
)


def readings(path):
    """The items of a lesson's further reading, a line each."""
    cells = [cell.source for cell in read_source(path).cells]
    [text] = [cell for cell in cells if cell.startswith("## Further reading")]
    text = re.sub(r"\n {2,}", " ", text)
    return [line[2:] for line in text.splitlines() if line.startswith("* ")]


@pytest.mark.parametrize("path", sorted(NOTEBOOKS.glob("*.py")), ids=lambda p: p.stem)
def test_further_reading_has_a_year_and_can_be_found(path):
    items = readings(path)
    assert items
    lacking = [i for i in items if not (YEAR.search(i) and FOUND_BY.search(i))]
    assert lacking == []
