"""The helper that shows figures, and what the pictures contain."""

import base64
import io

import matplotlib.image
import matplotlib.pyplot as plt
import numpy as np
import pytest

from digitlib import History
from digitlib.pictures import plots


@pytest.fixture
def shown(monkeypatch):
    """Collect what is displayed instead of displaying it."""
    bundles = []

    def display(data, *, raw, metadata):
        assert raw
        bundles.append((data, metadata["image/png"]))

    monkeypatch.setattr("IPython.display.display", display)
    yield bundles
    assert plt.get_fignums() == [], "a figure was left open"


def pixels(data):
    return matplotlib.image.imread(
        io.BytesIO(base64.b64decode(data["image/png"])), format="png"
    )[..., :3]


def test_show_carries_description_and_size(shown):
    figure, _ = plots.subplots(size=(4, 2))
    assert plots.show(figure, "An empty plot.") is None
    [(data, metadata)] = shown
    assert data["text/plain"] == metadata["alt"] == "An empty plot."
    assert (metadata["width"], metadata["height"]) == (384, 192)
    assert pixels(data).shape[:2] == (2 * 192, 2 * 384)


def test_equal_figures_are_equal_files(shown):
    for _ in range(2):
        figure, axes = plots.subplots()
        axes.plot([1, 2, 3])
        plots.show(figure, "A line.")
    assert shown[0][0] == shown[1][0]


def test_digits_are_dark_ink_on_white(shown):
    image = np.zeros(784, np.float32)
    image[:392] = 255 / 256  # the upper half is ink
    plots.show_images([image], 1, 1, "Half black.")
    picture = pixels(shown[0][0])
    height = len(picture)
    middle = picture.shape[1] // 2
    assert picture[height // 4, middle].max() < 0.05
    assert picture[3 * height // 4, middle].min() > 0.95


@pytest.mark.parametrize(("rows", "columns"), [(1, 1), (1, 5), (5, 1), (2, 3)])
def test_grids_of_every_shape_with_places_left_over(shown, rows, columns):
    images = np.zeros((rows * columns - (rows > 1), 784))
    plots.show_images(images, rows, columns, "Blank.", titles=["x"] * len(images))
    assert len(shown) == 1


def test_histories_are_drawn_in_percent(shown, monkeypatch):
    lines = []
    monkeypatch.setattr(
        plots, "show", lambda figure, alt: lines.extend(figure.axes[0].lines)
    )
    history = History([1, 2], [50, 75], [0.1, 0.1], test_size=100)
    plots.show_histories({"a run": history}, "Two points.")
    assert lines[0].get_label() == "a run"
    assert np.array_equal(lines[0].get_xydata(), [[1, 50], [2, 75]])
    plt.close("all")


def test_a_history_with_a_validation_set_is_drawn_as_well(shown, monkeypatch):
    lines = []
    monkeypatch.setattr(
        plots, "show", lambda figure, alt: lines.extend(figure.axes[0].lines)
    )
    history = History([1, 2], validation_accuracy=[0.5, 0.75])
    plots.show_histories({"a run": history}, "Two points.")
    assert np.array_equal(lines[0].get_xydata(), [[1, 50], [2, 75]])
    plt.close("all")


def test_seconds_are_bars_above_a_floor(shown, monkeypatch):
    axes = []
    monkeypatch.setattr(plots, "show", lambda figure, alt: axes.extend(figure.axes))
    plots.show_seconds({"slow": 2.0, "fast": 0.1}, 0.05, "Two bars and a line.")
    assert [bar.get_width() for bar in axes[0].patches] == [2.0, 0.1]
    assert axes[0].lines[0].get_xdata()[0] == 0.05
    low, high = axes[0].get_xlim()
    assert low < 0.05
    assert high > 2.0
    assert axes[0].yaxis_inverted()
    plt.close("all")


def test_a_wrong_verdict_looks_different_in_grey(shown, monkeypatch):
    bars = []
    monkeypatch.setattr(
        plots, "show", lambda figure, alt: bars.extend(figure.axes[1].patches)
    )
    plots.show_verdicts(np.zeros((1, 784)), [3], np.eye(10)[[5]], "A 3 read as 5.")
    assert [k for k, bar in enumerate(bars) if bar.get_hatch()] == [5]
    plt.close("all")


def test_layers_of_every_size(shown):
    plots.show_layers((784, 40, 1), "Three layers.")
    plots.show_layers((2, 3), "Two layers.")
    assert len(shown) == 2


@pytest.mark.parametrize("backwards", [False, True])
def test_a_graph_shows_every_node_and_every_number(shown, monkeypatch, backwards):
    texts = []

    def keep(figure, alt):
        figure.draw_without_rendering()
        texts.extend(figure.axes[0].texts)

    monkeypatch.setattr(plots, "show", keep)
    edges = [np.array([[1, -0.5], [0.25, 3], [2, 1 / 3]]), np.array([[4, 5, 6]])]
    nodes = [["in", "in"], ["a", "b", "c"], ["out"]]
    plots.show_graph(nodes, edges, "Six nodes and nine edges.", backwards)
    words = sorted(text.get_text() for text in texts if text.get_text())
    numbers = ["1", "-0.5", "0.25", "3", "2", "0.3333", "4", "5", "6"]
    assert words == sorted([*numbers, "in", "in", "a", "b", "c", "out"])
    assert sum(hasattr(text, "arrow_patch") for text in texts) == 9
    plt.close("all")
