"""Small courses to try things on."""

import pytest
from small_course import SmallCourse


@pytest.fixture
def course(tmp_path):
    """A course without lessons, where a folder with spaces and umlauts is no rarity."""
    return SmallCourse(tmp_path / "meine Übungen")
