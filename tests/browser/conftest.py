"""One JupyterLab and one browser for each module of tests."""

import pytest


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    """JupyterLab in a window of Chromium."""
    from jupyter_lab import Lab, browser, chromium, server  # only where playwright is

    path = chromium()
    folder = tmp_path_factory.mktemp("browser") / "lessons"
    folder.mkdir()
    with server(folder) as address, browser(path) as chrome:
        yield Lab(chrome, address, folder)


@pytest.fixture(autouse=True)
def nothing_is_wrong(lab):
    """After each test: no request has left the machine, and no script has failed."""
    yield
    assert lab.found == []
