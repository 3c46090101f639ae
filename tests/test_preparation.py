"""Strokes to ink, and ink to images as MNIST has them."""

import json
import runpy
from functools import cache, partial
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from scipy import ndimage
from scipy.spatial import KDTree

from digitlib import Network, load_mnist
from digitlib.data.handwriting import FILE, load_handwriting
from digitlib.live.preparation import BOX, PEN, SIDE, centre, crop, fit, ink, prepare
from helpers import refuses

FINITE = st.floats(allow_nan=False, allow_infinity=False)
POINT = st.tuples(FINITE, FINITE)
ON_PAPER = st.tuples(st.floats(0.3, 0.7), st.floats(0.2, 0.8))
PICTURES = arrays.arrays(
    np.uint8,
    st.tuples(st.integers(0, BOX), st.integers(0, BOX)),
    elements=st.integers(0, 255),
)


# ---- ink


def drawn_by_distances(strokes, side, pen):
    """The definition: how far each pixel's centre lies from a dense set of points."""
    strokes = [np.array(s if len(s) > 1 else 2 * s) for s in strokes]
    lines = [line for stroke in strokes for line in pairwise(stroke)]
    dense = np.concatenate([np.linspace(a, b, 2000) for a, b in lines])
    middles = np.stack(np.meshgrid(*2 * [np.arange(side) + 0.5]), axis=-1)
    distance, _ = KDTree(side * dense).query(middles)
    return np.clip(side * pen / 2 + 0.5 - distance, 0, 1)


DRAWINGS = st.lists(st.lists(ON_PAPER, min_size=1, max_size=4), min_size=1, max_size=3)


@settings(max_examples=30)
@given(strokes=DRAWINGS, side=st.integers(1, 50), pen=st.floats(0.01, 0.3))
@example([[(-0.4, 0.2), (1.5, 0.7)]], 40, PEN)
@example([[(0, 0), (0.2, 0.9), (0.2, 0.9), (1, 1)]], 40, PEN)
def test_ink_is_as_dark_as_the_pen_is_near(strokes, side, pen):
    expected = drawn_by_distances(strokes, side, pen)
    np.testing.assert_allclose(ink(strokes, side, pen), expected, atol=0.02)


def test_a_line_is_as_much_ink_as_its_area():
    line = [[(0.2, 0.3), (0.7, 0.8)]]
    area = np.hypot(0.5, 0.5) * PEN + np.pi * (PEN / 2) ** 2
    assert ink(line, 500).mean() == pytest.approx(area, rel=4e-3)


def test_a_line_may_be_drawn_in_one_piece_or_in_many():
    ends = np.array([(0.1, 0.2), (0.9, 0.7)])
    many = ends[0] + np.linspace(0, 1, 3000)[:, None] * (ends[1] - ends[0])
    np.testing.assert_allclose(ink([many]), ink([ends]), atol=1e-9)


@settings(max_examples=60)
@given(strokes=st.lists(st.lists(POINT, max_size=4), max_size=4))
@example([[(1e308, -1e308), (-1e308, 5e-324)]])
def test_any_finite_strokes_become_an_image(strokes):
    image = prepare(ink(strokes, side=40))
    assert image.shape == (784,)
    assert image.dtype == np.float32
    assert (256 * image).tolist() == [int(byte) for byte in 256 * image]
    assert 0 <= image.min() <= image.max() <= 255 / 256


@pytest.mark.parametrize("strokes", [[], [[]], [[(2.5, 0.5)]], [[(-0.9, 3), (2, 9)]]])
def test_where_no_pen_has_been_there_is_no_ink(strokes):
    assert not ink(strokes).any()
    assert not prepare(ink(strokes)).any()


NO_STROKES = [[[1, 2]], [[(1, 2, 3)]], [[(0, np.nan)]], [[(0, np.inf)]], [[("a", 0)]]]
NO_PICTURES = [np.zeros(784), np.zeros((2, 2, 2)), "picture", [[1], [2, 3]], None]
SIZES = [{"side": 0}, {"side": 2.5}, {"pen": 0}, {"pen": "x"}]
STROKE, SHAPE = r"stroke 1 is not a list of points \(x, y\)", r"shape \(height, width\)"
INK = r"between 0 \(paper\) and 1"
test_what_is_no_drawing_is_named = refuses(
    *((partial(ink, strokes), STROKE) for strokes in [*NO_STROKES, "12"]),
    *((partial(ink, [[(0, 0)]], **size), next(iter(size))) for size in SIZES),
    *((partial(prepare, picture), SHAPE) for picture in NO_PICTURES),
    *((partial(prepare, np.full((3, 3), g)), INK) for g in (-0.1, 1.1, 255, np.nan)),
)


# ---- the steps of the preparation


SIDES = st.integers(1, 30)


@settings(max_examples=60)
@given(arrays.arrays(float, st.tuples(SIDES, SIDES), elements=st.floats(0, 1)))
def test_fitting_is_a_mean_over_areas(picture):
    # Each pixel made BOX x BOX of them, a new pixel is a plain mean of whole ones.
    height, width = picture.shape
    longer = max(height, width)
    square = np.zeros((longer, longer))
    square[:height, :width] = picture
    fine = np.kron(square, np.ones((BOX, BOX)))
    expected = fine.reshape(BOX, longer, BOX, longer).mean((1, 3))
    np.testing.assert_allclose(fit(picture), expected, atol=1e-12)


@settings(max_examples=100)
@given(PICTURES)
@example(np.zeros((0, 0), np.uint8))
@example(np.zeros((5, 7), np.uint8))
def test_centring_moves_all_ink_and_its_mean_to_the_middle(picture):
    laid = centre(picture)
    assert laid.shape == (SIDE, SIDE)
    assert np.array_equal(crop(laid, 0), crop(picture, 0))
    if not picture.any():
        return
    for axis, mean in enumerate(ndimage.center_of_mass(laid.astype(float))):
        ends = np.flatnonzero(laid.any(1 - axis))[[0, -1]]
        touches = {0, SIDE - 1} & set(ends.tolist())
        assert 13.5 - 1e-9 <= mean < 14.5 or touches


BYTES = {0.1: 26, 0.5: 128, 0.999: 255, 1: 255}


@pytest.mark.parametrize(("grey", "byte"), BYTES.items())
def test_a_pixel_is_the_nearest_byte(grey, byte):
    assert 256 * prepare(np.full((BOX, BOX), grey)).max() == byte


def test_noise_on_the_paper_does_not_change_where_the_digit_is():
    clean = ink(load_handwriting()[0][3])
    noisy = np.maximum(clean, np.random.default_rng(0).uniform(0, 0.04, clean.shape))
    assert np.abs(prepare(noisy) - prepare(clean)).max() < 0.06


# ---- MNIST's own digits, enlarged and prepared anew


def blocks(picture, k):
    return np.kron(picture, np.ones((k, k)))


def smooth(picture, k):
    return ndimage.zoom(picture, k, order=1, grid_mode=True, mode="grid-constant")


def prepared_anew(images, enlarge, faint):
    """Enlarge images, lay each somewhere on larger paper, and prepare it."""
    rng = np.random.default_rng(7)
    anew = []
    for image in images:
        k = int(rng.integers(8, 11))
        picture = enlarge(image.reshape(SIDE, SIDE) * 256 / 255, k)
        before, after = rng.integers(0, 60, (2, 2))
        anew.append(prepare(np.pad(picture, np.stack([before, after], 1)), faint))
    return np.array(anew)


@cache
def sample_network():
    network = Network(rng=0)
    network.sgd(load_mnist().train[:4000], epochs=20, eta=0.3, report=None)
    return network


def test_digits_of_mnist_made_of_larger_squares_come_out_as_they_were():
    images = load_mnist().test.images[:300]
    anew = prepared_anew(images, blocks, faint=0)
    assert (anew == images).all(1).mean() > 0.99
    anew = prepared_anew(images, blocks, faint=0.05)
    assert np.abs(anew - images).mean() < 1e-3


@pytest.mark.parametrize("enlarge", [blocks, smooth])
def test_digits_of_mnist_prepared_anew_are_read_as_well(enlarge):
    digits = load_mnist().test[:500]
    anew = prepared_anew(digits.images, enlarge, faint=0.05)
    assert np.abs(anew - digits.images).mean() < 0.04
    before = sample_network().predict(digits.images) == digits.labels
    after = sample_network().predict(anew) == digits.labels
    assert after.mean() > before.mean() - 0.02


# ---- handwriting


def nearest(image, other):
    """Mean difference of two images, of which one may lie a pixel off."""
    pictures = image.reshape(SIDE, SIDE), other.reshape(SIDE, SIDE)
    offsets = [(down, right) for down in (-1, 0, 1) for right in (-1, 0, 1)]
    return min(
        np.abs(np.roll(pictures[0], by, (0, 1)) - pictures[1]).mean() for by in offsets
    )


NUDGES = st.floats(-0.1, 0.1)


@settings(max_examples=40)
@given(which=st.integers(0, 19), size=st.floats(0.5, 1.3), right=NUDGES, down=NUDGES)
def test_size_and_place_of_a_drawing_do_not_matter(which, size, right, down):
    strokes = load_handwriting()[0][which]
    middle = 0.5 + size * np.array([right, down]) / 2
    other = [middle + size * (np.array(stroke) - 0.5) for stroke in strokes]
    image = prepare(ink(strokes, side=280))
    assert nearest(prepare(ink(other, side=280, pen=size * PEN)), image) < 0.05
    assert nearest(prepare(ink(strokes)), image) < 0.05


def test_a_network_that_has_seen_only_mnist_reads_the_handwriting():
    drawings, labels = load_handwriting()
    images = np.array([prepare(ink(strokes)) for strokes in drawings])
    assert (sample_network().predict(images) == labels).sum() >= 19
    # Without the preparation it is lost: the digit is smaller, and not in the middle.
    plain = [ink(strokes, side=SIDE).ravel() for strokes in drawings]
    assert np.abs(images - plain).mean() > 0.05


def test_both_hands_write_every_digit_on_the_paper():
    drawings, labels = load_handwriting()
    assert labels.tolist() == 2 * list(range(10))
    points = [point for strokes in drawings for stroke in strokes for point in stroke]
    assert 0 < np.min(points) < np.max(points) < 1
    hands = [drawing["hand"] for drawing in json.loads(FILE.read_text("utf-8"))]
    assert hands == 10 * ["upright"] + 10 * ["slanted"]


def test_the_tool_makes_the_drawings_that_are_read():
    path = Path(__file__).parents[1] / "tools" / "make_handwriting.py"
    made = runpy.run_path(str(path))["drawings"]()
    stored = json.loads(FILE.read_text("utf-8"))
    assert len(made) == len(stored)
    for one, other in zip(made, stored, strict=True):
        assert (one["hand"], one["digit"]) == (other["hand"], other["digit"])
        for points, wanted in zip(one["strokes"], other["strokes"], strict=True):
            np.testing.assert_allclose(points, wanted, atol=0.0011)
