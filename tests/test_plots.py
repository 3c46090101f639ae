"""The helper that shows figures, and what the pictures contain."""

import base64
import io

import matplotlib.image
import numpy as np
import pytest

from digitlib import History
from digitlib.pictures import plots


def pixels(data):
    file = io.BytesIO(base64.b64decode(data["image/png"]))
    return matplotlib.image.imread(file, format="png")[..., :3]


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


HISTORY = History([1, 2], [50, 75], [0.1, 0.1], test_size=100)
VALIDATED = History([1, 2], validation_accuracy=[0.5, 0.75])


@pytest.mark.parametrize("history", [HISTORY, VALIDATED], ids=["test", "validation"])
def test_histories_are_drawn_in_percent(figure, history):
    plots.show_histories({"a run": history}, "Two points.")
    [axes] = figure().axes
    assert axes.get_xlabel() == "epoch"
    assert axes.get_ylabel() == "classified correctly, %"
    [line] = axes.lines
    assert line.get_label() == "a run"
    assert np.array_equal(line.get_xydata(), [[1, 50], [2, 75]])


def test_four_histories_look_different(figure):
    plots.show_histories(dict.fromkeys("abcd", HISTORY), "Four.")
    lines = figure().axes[0].lines
    assert len({line.get_marker() for line in lines}) == 4
    assert len({line.get_color() for line in lines}) == 4


def test_seconds_are_bars_above_a_floor(figure):
    plots.show_seconds({"slow": 2.0, "fast": 0.1}, 0.05, "Two bars and a line.")
    [axes] = figure().axes
    assert [bar.get_width() for bar in axes.patches] == [2.0, 0.1]
    assert axes.lines[0].get_xdata()[0] == 0.05
    low, high = axes.get_xlim()
    assert low < 0.05
    assert high > 2.0
    assert axes.yaxis_inverted()


def test_a_wrong_verdict_looks_different_in_grey(figure):
    plots.show_verdicts(np.zeros((1, 784)), [3], np.eye(10)[[5]], "A 3 read as 5.")
    above, below = figure().axes
    assert above.get_title() == "a 3, read as 5"
    assert [k for k, bar in enumerate(below.patches) if bar.get_hatch()] == [5]


def test_layers_of_every_size(shown):
    plots.show_layers((784, 40, 1), "Three layers.")
    plots.show_layers((2, 3), "Two layers.")
    assert len(shown) == 2


def test_a_graph_shows_every_node_and_every_number(figure):
    edges = [np.array([[1, -0.5], [0.25, 3], [2, 1 / 3]]), np.array([[4, 5, 6]])]
    nodes = [["in", "in"], ["a", "b", "c"], ["out"]]
    plots.show_graph(nodes, edges, "Six nodes and nine edges.")
    texts = figure().axes[0].texts
    words = sorted(text.get_text() for text in texts if text.get_text())
    numbers = ["1", "-0.5", "0.25", "3", "2", "0.3333", "4", "5", "6"]
    assert words == sorted([*numbers, "in", "in", "a", "b", "c", "out"])
    arrows = [text.arrow_patch for text in texts if hasattr(text, "arrow_patch")]
    assert [arrow.get_linestyle() for arrow in arrows] == [
        "solid",
        "--",
        *["solid"] * 7,
    ]
