"""Pictures of what is inside a network, held against pictures that were looked at.

The reference pictures lie in tests/pictures, at half the size. After a change that is
meant, look at what

    PYTHONPATH=tests:tools python tests/test_inspection.py

has written there before you commit it.
"""

import base64
import io
import sys
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pytest
from PIL import Image

from courseware.tolerance import picture_complaint
from courseware.validation import draws_as_stored
from digitlib import History
from digitlib.metrics import Calibration
from digitlib.pictures import inspection, plots

# Old versions of Matplotlib read formulas in a way that new pyparsings warn of.
pytestmark = pytest.mark.filterwarnings("ignore:.*deprecated:DeprecationWarning")

PICTURES = Path(__file__).with_name("pictures")
DOT = np.hypot(*(np.mgrid[:28, :28] - 13.5)) < 6
RING = DOT ^ (np.hypot(*(np.mgrid[:28, :28] - 13.5)) < 3)
DISCS = np.array([DOT, RING, ~DOT], float).reshape(3, 784)
WAVES = np.sin(np.arange(784) / np.array([[3], [40], [200]]))


def calibrated(accuracy, count):
    return Calibration(np.linspace(0.05, 0.95, 10), np.array(accuracy), np.array(count))


SURE = [np.nan, 1, 0.3, 0.2, 0.3, 0.4, 0.5, 0.5, 0.7, 0.9]
OVERSURE = calibrated(SURE, [0, 2, 5, 10, 20, 30, 40, 60, 100, 900])
RIGHT = [np.nan, 0, 0.25, 0.4, 0.4, 0.6, 0.6, 0.8, 0.8, 0.97]
HONEST = calibrated(RIGHT, [0, 4, 8, 15, 30, 40, 50, 70, 120, 800])


def show_weights():
    plots.show_images(WAVES, 1, 3, "Waves.", draw=inspection.draw_signed)


def show_rows():
    inspection.show_rows(
        {"disc": DISCS, "wave": WAVES, "outlined": WAVES},
        "Three discs, and waves below them.",
        titles={"disc": ["dot", "ring", "hole"], "outlined": ["1", "2", "3"]},
        signed=("wave", "outlined"),
        outlined=("outlined",),
    )


def show_neuron():
    votes = np.array([1.0, -0.5, 0, 0.2, 0.4, -1, 0.1, 0.6, -0.1, 0.3])
    inspection.show_neuron(WAVES[1], DISCS, votes, "A neuron.")


def show_confusion():
    matrix = np.diag(np.arange(90, 100))
    matrix[4, 9], matrix[9, 4], matrix[3, 5] = 14, 7, 1
    inspection.show_confusion(matrix, "Some mistakes.")


def show_maps():
    angle = np.linspace(0, 2 * np.pi, 40)
    circle = np.column_stack([np.cos(angle), np.sin(angle)])
    spiral = circle * angle[:, None]
    labels = np.arange(40) % 10
    inspection.show_maps({"circle": circle, "spiral": spiral}, labels, "Two curves.")


def show_reliability():
    found = {"as it is": OVERSURE, "at T = 2": HONEST}
    inspection.show_reliability(found, "Two curves about a diagonal.")


SHOWS = [show_weights, show_rows, show_neuron]
SHOWS += [show_confusion, show_maps, show_reliability]


def half_as_large(png):
    """Return a PNG file in base64, from another one of twice the size."""
    picture = Image.open(io.BytesIO(base64.b64decode(png))).convert("RGB")
    picture = picture.reduce(2).quantize(64)
    file = io.BytesIO()
    picture.save(file, format="png", optimize=True)
    return base64.b64encode(file.getvalue()).decode("ascii")


@pytest.mark.parametrize("show", SHOWS, ids=lambda show: show.__name__)
def test_it_looks_as_it_did(show, shown):
    show()
    [(data, metadata)] = shown
    assert metadata["alt"].endswith(".")
    stored = (PICTURES / f"{show.__name__}.png").read_bytes()
    stored = base64.b64encode(stored).decode("ascii")
    # Another Matplotlib moves titles by a pixel, and rounds pixels in its own way.
    factor = 1 if draws_as_stored(PICTURES.parents[1]) else 4
    complaint = picture_complaint(stored, half_as_large(data["image/png"]), factor)
    assert complaint is None, complaint


def test_zero_is_middle_grey_whatever_the_numbers(figure):
    _, axes = plots.subplots(1, 4)
    numbers = WAVES[0], -5 * DISCS[0], 0 * WAVES[0], DISCS[1]
    for place, values in zip(axes, numbers, strict=True):
        inspection.draw_signed(place, values)
        image = place.images[0]
        low, high = image.get_clim()
        assert low == -high < 0
        assert max(abs(values)) <= high
        grey, black = image.cmap(image.norm([0.0, high]))[:, 0]
        assert grey == pytest.approx(0.5, abs=0.01)
        assert black == 0


def test_outlines_are_those_of_the_first_row(figure):
    show_rows()
    axes = np.reshape(figure().axes, (3, 3))
    contours = [[len(place.collections) for place in row] for row in axes]
    assert contours == [[0] * 3, [0] * 3, [2] * 3]  # each with a white rim
    for place, disc in zip(axes[2], DISCS, strict=True):
        _, outline = place.collections
        [path] = outline.get_paths()
        x, y = path.vertices.T
        ink = disc.reshape(28, 28)
        assert x.min() == pytest.approx(np.nonzero(ink)[1].min(), abs=1) or ink[0, 0]
        assert abs(x.mean() - y.mean()) < 1


def test_a_confusion_matrix_names_every_count_once_in_its_place(figure):
    show_confusion()
    axes = figure().axes[0]
    found = {text.get_position(): text.get_text() for text in axes.texts}
    assert len(found) == 13
    assert found[9, 4] == "14"  # column 9, row 4: a 4 is said to be a 9
    assert found[4, 9] == "7"
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("is said to be a", "is a")
    assert found[0, 0] == "90"
    shade = axes.images[0].get_array()
    assert shade[4, 9] > shade[9, 4] > shade[3, 5] > shade[0, 0] == 0


def test_a_point_of_a_map_is_drawn_as_its_digit(figure):
    show_maps()
    for axes in figure().axes:
        assert len(axes.collections) == 10
        assert sum(len(c.get_offsets()) for c in axes.collections) == 40
        shapes = {c.get_paths()[0].vertices.shape[0] for c in axes.collections}
        assert len(shapes) > 5  # no two digits are the same shape


def test_a_reliability_diagram_leaves_out_what_luck_decides(figure):
    show_reliability()
    left, right = figure().axes
    assert np.array_equal(left.lines[0].get_xydata(), [[0, 0], [1, 1]])
    curves = [c for c in left.containers if len(c) == 3]
    for curve, found in zip(curves, (OVERSURE, HONEST), strict=True):
        x, y = curve[0].get_data()
        enough = found.count >= 5
        np.testing.assert_array_equal(x, found.confidence[enough])
        np.testing.assert_array_equal(y, found.accuracy[enough])
        spans = np.ptp([bar[:, 1] for bar in curve[2][0].get_segments()], axis=1)
        np.testing.assert_allclose(spans**2, 4 * x * (1 - x) / found.count[enough])
    heights = [[bar.get_height() for bar in bars] for bars in right.containers]
    assert heights == [OVERSURE.count.tolist(), HONEST.count.tolist()]
    hatches = [{bar.get_hatch() for bar in bars} for bars in right.containers]
    assert hatches == [{""}, {"//////"}]


FIVE, MAP = dict.fromkeys("abcde", HONEST), {"a": np.ones((2, 2))}
RUNS = dict.fromkeys("abcde", History([1], [1], [0.1], test_size=1))
ZERO, GRAPH = np.zeros((2, 784)), ([["a"], ["b"]], 2 * [np.ones((1, 1))])
UNEVEN = "shorter|longer"
REFUSED = {
    "curves": (inspection.show_reliability, (FIVE, ""), "5 are too many for"),
    "rows": (inspection.show_rows, ({"a": DISCS[:2], "b": DISCS}, ""), UNEVEN),
    "titles": (inspection.show_rows, ({"a": DISCS}, "", {"a": "1234"}), UNEVEN),
    "labels": (inspection.show_maps, (MAP, np.array([9, 10]), ""), "between 0 and 9"),
    "histories": (plots.show_histories, (RUNS, ""), "5 are too many .* at most 4"),
    "images": (plots.show_images, (ZERO, 1, 1, ""), "2 images do not fit in 1 x 1"),
    "few titles": (plots.show_images, (ZERO, 1, 2, "", ["one"]), UNEVEN),
    "many titles": (plots.show_images, (ZERO, 1, 2, "", list("123")), UNEVEN),
    "edges": (plots.show_graph, (*GRAPH, ""), UNEVEN),
}


@pytest.mark.parametrize(("show", "arguments", "words"), REFUSED.values(), ids=REFUSED)
def test_what_a_picture_has_no_place_for_is_refused(shown, show, arguments, words):
    with pytest.raises(ValueError, match=words):
        show(*arguments)
    assert shown == []
    plt.close("all")


def _write() -> None:
    import IPython.display

    PICTURES.mkdir(exist_ok=True)
    for show in SHOWS:

        def write(data, raw, metadata, show=show):
            png = base64.b64decode(half_as_large(data["image/png"]))
            (PICTURES / f"{show.__name__}.png").write_bytes(png)

        IPython.display.display = write
        show()


if __name__ == "__main__":
    sys.exit(_write())
