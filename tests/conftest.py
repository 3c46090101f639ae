"""What several tests of digitlib share."""

import signal

import pytest

pytest.register_assert_rewrite("helpers")


@pytest.fixture(scope="session")
def torch():
    """PyTorch, on one thread: several would wait for each other, and for others."""
    torch = pytest.importorskip("torch", reason="PyTorch is not installed")
    torch.set_num_threads(1)
    return torch


@pytest.fixture
def shown(monkeypatch):
    """Collect what is displayed, data and metadata, instead of displaying it."""
    import matplotlib.pyplot as plt  # slow to import, and few tests need it

    bundles = []

    def display(data, *, raw, metadata):
        assert raw
        bundles.append((data, metadata["image/png"]))

    monkeypatch.setattr("IPython.display.display", display)
    yield bundles
    assert plt.get_fignums() == [], "a figure was left open"


@pytest.fixture
def figure(monkeypatch):
    """Keep the next figure, drawn, in place of showing it."""
    from digitlib.pictures import plots  # imports Matplotlib

    kept = []

    def keep(figure, alt):
        figure.draw_without_rendering()
        kept.append(figure)

    monkeypatch.setattr(plots, "show", keep)
    yield lambda: kept[-1]
    plots.plt.close("all")


@pytest.fixture
def deaf_handler():
    """Have Ctrl-C noted in a list, and nothing raised."""
    pressed = []
    before = signal.signal(signal.SIGINT, lambda signum, frame: pressed.append(signum))
    yield pressed
    signal.signal(signal.SIGINT, before)
