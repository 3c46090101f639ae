"""One JupyterLab for all tests, and for each module of tests a browser and a window."""

import pytest


@pytest.fixture(scope="module")
def chrome():
    """Chromium."""
    from chromium import browser  # only where playwright is

    with browser() as chrome:
        yield chrome


@pytest.fixture(scope="session")
def jupyter(tmp_path_factory):
    """The address of JupyterLab, and the folder of its notebooks."""
    from jupyter_lab import server

    folder = tmp_path_factory.mktemp("browser") / "lessons"
    folder.mkdir()
    with server(folder) as address:
        yield address, folder


@pytest.fixture(scope="module")
def lab(chrome, jupyter):
    """JupyterLab in a window of Chromium."""
    from jupyter_lab import Lab

    return Lab(chrome, *jupyter)


@pytest.fixture
def nothing_is_wrong(lab):
    """After the test: no request has left the machine, and no script has failed."""
    yield
    assert lab.found == []


@pytest.fixture(scope="session")
def figures_address(tmp_path_factory):
    """A page for each live figure, on this machine."""
    from samples import FIGURES
    from stage import served, write_page

    folder = tmp_path_factory.mktemp("figures")
    for make in FIGURES.values():
        write_page(make(), folder)
    with served(folder) as address:
        yield address


@pytest.fixture
def show(chrome, figures_address):
    """Return a function that shows a figure; at the end nothing has gone wrong.

    With a clock of its own, a page goes on only when the test says so.
    """
    contexts, faults = [], []

    def open_page(name, width=1280, *, has_clock=False, **options):
        options["viewport"] = {"width": width, "height": 1200}
        contexts.append(chrome.new_context(**options))
        page = contexts[-1].new_page()
        if has_clock:
            page.clock.install()
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda message: faults.append(message.text))
        page.on("request", lambda asked: faults.append(asked.url) if out(asked) else 0)
        page.goto(f"{figures_address}/{name}.html")
        page.locator(".live .sentence:not(:empty)").wait_for(state="attached")
        return page

    def out(request):
        return not request.url.startswith((figures_address, "data:"))

    yield open_page
    for context in contexts:
        context.close()
    assert faults == []
