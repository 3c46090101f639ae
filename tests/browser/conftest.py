"""One browser, one JupyterLab and one web site for each module of tests."""

import pytest


@pytest.fixture(scope="module")
def chrome():
    """Chromium."""
    from chromium import browser  # only where playwright is

    with browser() as chrome:
        yield chrome


@pytest.fixture(scope="module")
def lab(chrome, tmp_path_factory):
    """JupyterLab in a window of Chromium."""
    from jupyter_lab import Lab, server

    folder = tmp_path_factory.mktemp("browser") / "lessons"
    folder.mkdir()
    with server(folder) as address:
        yield Lab(chrome, address, folder)


@pytest.fixture
def nothing_is_wrong(lab):
    """After the test: no request has left the machine, and no script has failed."""
    yield
    assert lab.found == []
