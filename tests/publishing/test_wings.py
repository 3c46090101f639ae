"""The two wings of the house share nothing but the notebooks."""

import pytest
from imports import HOUSE, imported

WING = HOUSE / "publishing"


@pytest.mark.parametrize(
    "path", sorted(HOUSE.rglob("*.py")), ids=lambda path: path.name
)
def test_no_import_leads_from_one_wing_to_the_other(path):
    printing = path.is_relative_to(WING)
    for name in imported(path):
        if name.startswith("digitlib"):
            assert name.startswith("digitlib.publishing") == printing, name
