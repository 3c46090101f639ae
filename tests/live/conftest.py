"""What the tests of live figures share."""

import matplotlib.pyplot as plt
import pytest


@pytest.fixture(autouse=True)
def no_picture_stays_open():
    """Close what a figure has drawn for a test that only looks at its numbers."""
    yield
    plt.close("all")
