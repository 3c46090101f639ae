"""Augmentation against the obvious loop and SciPy's resampling."""

from collections import Counter
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import ndimage

from digitlib import Momentum, augment, convolutional_model, load_mnist, train, warm_up
from digitlib.augment import bilinear, distort, elastic, rotate, shear, shift, zoom
from helpers import DTYPES, memory_below, refuses

MIDDLE = np.array([13.5, 13.5])


class Chosen:
    """Stands in for a Generator: its draws have been chosen."""

    def __init__(self, draws, noise=None):
        draws = np.asarray(draws)
        self.draws, self.noise = draws.reshape(5, draws.size // 5), noise

    def uniform(self, low, high, size):
        assert (low, high, size) == (-1, 1, self.draws.shape)
        return self.draws

    def random(self, size, dtype):
        return self.noise.reshape(size).astype(dtype)


def blobs(n, seed=0):
    """Smooth images of ink in the middle, far from the edges; (n, 784)."""
    rng = np.random.default_rng(seed)
    paper = np.zeros((n, 28, 28))
    paper[:, 9:19, 9:19] = rng.random((n, 10, 10))
    smooth = ndimage.gaussian_filter(paper, 1.2, axes=(1, 2), truncate=3)
    return smooth.reshape(n, 784)


def centres(images):
    """The centre of mass of each image: row and column; (n, 2)."""
    return np.array([ndimage.center_of_mass(i) for i in images.reshape(-1, 28, 28)])


# --- moves by whole pixels -----------------------------------------------------


def moved(image, down, right):
    """An image moved pixel by pixel."""
    result = np.zeros((28, 28), image.dtype)
    for row in range(28):
        for column in range(28):
            if 0 <= row - down < 28 and 0 <= column - right < 28:
                result[row, column] = image[row - down, column - right]
    return result


@settings(max_examples=20)
@given(st.integers(0, 3), st.integers(1, 3), st.integers(0, 99), DTYPES)
def test_each_image_is_moved_by_whole_pixels_and_filled_up_with_paper(n, most, seed, t):
    images = np.random.default_rng(seed).random((n, 784)).astype(t)
    before = images.copy()
    result = shift(images, np.random.default_rng(seed), most)
    assert np.array_equal(images, before)
    assert result.shape == images.shape
    assert result.dtype == t
    moves = range(-most, most + 1)
    for image, new in zip(images.reshape(-1, 28, 28), result, strict=True):
        candidates = [moved(image, d, r).ravel() for d in moves for r in moves]
        assert any(np.array_equal(new, candidate) for candidate in candidates)


def test_every_move_is_as_likely_as_any_other():
    images = np.zeros((9000, 28, 28), np.float32)
    images[:, 14, 14] = 1
    result = shift(images.reshape(-1, 784), np.random.default_rng(0))
    counts = Counter(result.argmax(axis=1).tolist())
    assert set(counts) == {28 * r + c for r in (13, 14, 15) for c in (13, 14, 15)}
    assert min(counts.values()) > 850
    assert max(counts.values()) < 1150


# --- between the pixels --------------------------------------------------------


def between_pixels(image, places):
    return ndimage.map_coordinates(image, places, order=1, mode="grid-constant")


FAR = st.sampled_from([0.0, 2.0, 1e6])


@settings(max_examples=40)
@given(st.integers(0, 3), st.integers(1, 9), st.integers(0, 999), FAR, st.booleans())
def test_values_between_pixels_are_those_of_scipy(n, m, seed, far, whole):
    rng = np.random.default_rng(seed)
    images = rng.random((n, 784))
    places = rng.uniform(-far, 27 + far, (2, n, m))
    if whole:
        places = np.round(places)
    kept = images.copy(), places.copy()
    result = bilinear(images, *places)
    assert result.shape == (n, m)
    for k, image in enumerate(images.reshape(-1, 28, 28)):
        expected = between_pixels(image, places[:, k])
        np.testing.assert_allclose(result[k], expected, atol=1e-9)
    assert np.array_equal(images, kept[0])
    assert np.array_equal(places, kept[1])


# --- affine maps ---------------------------------------------------------------


def affine_by_scipy(image, angle, factor, slant, move):
    """Slanted, turned clockwise, enlarged about the middle, then moved."""
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    back = np.linalg.inv(factor * turn @ [[1, 0], [-slant, 1]])
    offset = MIDDLE - back @ (MIDDLE + move)
    return ndimage.affine_transform(
        image, back, offset, order=1, mode="grid-constant"
    ).ravel()


@settings(max_examples=60)
@given(st.integers(0, 3), st.integers(0, 9999), st.sets(st.integers(0, 3)), DTYPES)
def test_affine_maps_are_those_of_scipy(n, seed, still, dtype):
    rng = np.random.default_rng(seed)
    most = rng.uniform(0, [5, 180, 0.9, 2])
    most[list(still)] = 0
    draws, images = rng.uniform(-1, 1, (5, n)), blobs(n).astype(dtype)
    before = images.copy()
    result = distort(images, Chosen(draws), *most.tolist(), elastic=0)
    assert result.dtype == dtype
    assert np.array_equal(images, before)
    far, turn, factor, slant = most
    for image, new, draw in zip(images, result, draws.T, strict=True):
        picture, angle = image.reshape(28, 28).astype(float), np.radians(turn) * draw[0]
        affine = angle, 1 + factor * draw[1], slant * draw[2], far * draw[3:]
        expected = affine_by_scipy(picture, *affine)
        tolerance = 1e-3 if dtype == np.float32 else 1e-9
        np.testing.assert_allclose(new, expected, atol=tolerance)


def test_a_quarter_turn_is_a_quarter_turn():
    images = np.random.default_rng(0).random((1, 784))
    quarter = rotate(images, Chosen([1, 0, 0, 0, 0]), 90)
    clockwise = np.rot90(images.reshape(28, 28), -1)
    np.testing.assert_allclose(quarter.reshape(28, 28), clockwise, atol=1e-12)


def test_a_slant_leans_to_the_right_as_handwriting_does():
    bar = np.zeros((28, 28))
    bar[4:24, 13:15] = 1
    leaning = shear(bar.reshape(1, 784), Chosen([0, 0, 1, 0, 0]), 0.5)
    top, bottom = leaning.reshape(28, 28)[5], leaning.reshape(28, 28)[22]
    assert top.argmax() > 16 > 11 > bottom.argmax()


# --- elastic distortion --------------------------------------------------------


@pytest.mark.parametrize("smoothness", [2.0, 4.0, 7.5])
def test_elastic_distortion_is_noise_smoothed_by_a_gaussian(smoothness):
    rng = np.random.default_rng(1)
    images, noise = blobs(2), rng.random((2, 2, 28, 28))
    result = elastic(images, Chosen(np.zeros((5, 2)), noise), 1.5, smoothness)

    def smoothed(plane):
        options = {"mode": "constant", "truncate": 20, "axes": (-2, -1)}
        return ndimage.gaussian_filter(plane, smoothness, **options)

    # Each pixel's move is divided by the deviation that smooth noise has there.
    spikes = np.eye(784).reshape(784, 28, 28) / np.sqrt(12)
    spread = np.sqrt((smoothed(spikes) ** 2).sum(axis=0))
    moves = 1.5 * smoothed(noise - 0.5) / spread
    here = np.mgrid[:28, :28]
    for k, image in enumerate(images.reshape(-1, 28, 28)):
        expected = between_pixels(image, here + moves[:, k])
        np.testing.assert_allclose(result[k], expected.ravel(), atol=1e-9)


def test_an_elastic_move_is_as_large_as_it_should_be_everywhere():
    """Seen on two slopes of ink, which tell how far each pixel was moved."""
    slope = np.tile(np.arange(28) / 28, (28, 1))
    for image in (slope, slope.T):
        images = np.tile(image.ravel(), (3000, 1))
        result = elastic(images, np.random.default_rng(0), 0.5)
        moves = 28 * (result - images).reshape(-1, 28, 28)[:, 4:-4, 4:-4]
        spread = moves.std(axis=0)
        assert spread.min() > 0.46
        assert spread.max() < 0.54
        neighbours = moves[:, 10, 10] * moves[:, 10, 14]
        assert abs(neighbours.mean() / 0.25 - np.exp(-0.25)) < 0.05


# --- all of them ---------------------------------------------------------------

WAYS = {
    "rotate": rotate,
    "zoom": zoom,
    "shear": shear,
    "elastic": elastic,
    "distort": distort,
    "affine": lambda images, rng: distort(images, rng, 2, 20, 0.2, 0.2, elastic=0),
}


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_grey_values_stay_grey_values(way, dtype):
    images = (np.random.default_rng(0).integers(0, 256, (200, 784)) / 256).astype(dtype)
    images.flags.writeable = False
    result = way(images, np.random.default_rng(1))
    assert result.shape == images.shape
    assert result.dtype == dtype
    assert result.min() >= 0
    assert result.max() < 1
    assert way(images[:0], np.random.default_rng(1)).shape == (0, 784)


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_a_seed_repeats_it_and_no_two_images_fare_alike(way):
    images = np.tile(blobs(1), (150, 1)).astype(np.float32)
    first = way(images, np.random.default_rng(3))
    assert np.array_equal(first, way(images, np.random.default_rng(3)))
    assert not np.array_equal(first, way(images, np.random.default_rng(4)))
    assert len(np.unique(first, axis=0)) == 150


def test_nothing_drawn_from_nothing_changes_nothing():
    images = np.random.default_rng(0).random((70, 784)).astype(np.float32)
    rng = np.random.default_rng(1)
    for same in (
        rotate(images, rng, 0),
        zoom(images, rng, 0),
        shear(images, rng, 0),
        elastic(images, rng, 0),
        distort(images, rng, **augment.STILL),
    ):
        assert np.array_equal(same, images)


@pytest.mark.parametrize("axis", [0, 1], ids=["down", "right"])
def test_moves_are_drawn_evenly(axis):
    images = np.tile(blobs(1), (4000, 1))
    only_moved = augment.STILL | {"shift": 1}
    moved = distort(images, np.random.default_rng(0), **only_moved)
    moves = (centres(moved) - centres(images[:1]))[:, axis]
    counts, _ = np.histogram(moves, bins=10, range=(-1.001, 1.001))
    assert counts.sum() == 4000
    assert counts.min() > 320
    assert counts.max() < 480


def test_angles_and_factors_are_drawn_evenly():
    """The ink tells the factor; a spot away from the middle tells the angle."""
    images = np.tile(blobs(1), (3000, 1))
    ratio = zoom(images, np.random.default_rng(0), 0.2).sum(axis=1) / images[0].sum()
    counts, _ = np.histogram(np.sqrt(ratio), bins=8, range=(0.79, 1.21))
    assert counts.sum() == 3000
    assert counts[1:-1].min() > 320
    spot = np.zeros((28, 28))
    spot[2:5, 13:15] = 1
    turned = rotate(np.tile(spot.ravel(), (3000, 1)), np.random.default_rng(0), 40)
    row, column = (centres(turned) - MIDDLE).T
    angles = np.degrees(np.arctan2(column, -row))
    counts, _ = np.histogram(angles, bins=10, range=(-40.5, 40.5))
    assert counts.sum() == 3000
    assert counts.min() > 240


def test_a_long_batch_takes_little_memory_beside_its_result():
    images = np.zeros((3000, 784), np.float32)
    with memory_below(1.5 * images.nbytes):
        distort(images, np.random.default_rng(0))


def test_pieces_do_not_show():
    """An image fares alike wherever it stands in a long batch."""
    n = 2 * augment.IMAGES_AT_ONCE + 5
    result = distort(np.tile(blobs(1), (n, 1)), np.random.default_rng(0))
    steps = [np.abs(a - b).max() for a, b in pairwise(result)]
    assert min(steps) > 0  # a seam would repeat the draws, or leave images out


def told(way=distort, images=np.zeros((1, 784)), **arguments):  # noqa: B008
    return lambda: way(images, np.random.default_rng(0), **arguments)


test_wrong_arguments_are_told_in_words = refuses(
    (told(images=np.zeros((3, 28, 28))), "images has shape"),
    (told(images=np.zeros((3, 784), np.uint8)), "bytes / 256"),
    (told(shift=-1), "shift must be a finite number of at least 0, not -1"),
    (told(rotate="12"), "rotate must be a finite number"),
    (told(rotate=np.nan), "rotate must be a finite number"),
    (told(zoom=1), "zoom must be a number from 0 to below 1"),
    (told(shear=None), "shear must be a finite number"),
    (told(elastic=True), "elastic must be a finite number"),
    (told(elastic=np.inf), "elastic must be a finite number"),
    (told(smoothness=0), "smoothness must be a finite number above 0"),
    (told(shift, most=0), "most must be an integer of at least 1"),
    (told(shift, np.zeros(784)), "images has shape"),
)


@pytest.mark.full_mnist
@pytest.mark.slow
def test_four_thousand_digits_suffice_for_98_percent(monkeypatch, tmp_path):
    """Lesson 9's network learns from the bundled sample, and is asked the whole test.

    None of the test digits is in the sample, which is of MNIST's training images. In
    ten epochs it gets there, and to 96.7 % if nothing is distorted; `make bench` prints
    what forty come to.
    """
    test = load_mnist().test
    monkeypatch.delenv("DIGITLIB_DATA_DIR", raising=False)
    monkeypatch.setenv("DIGITLIB_CACHE_DIR", str(tmp_path))
    sample = load_mnist()
    assert (sample.is_sample, len(test)) == (True, 10_000)
    model = convolutional_model(mean=0.13, l2=0.0005)
    train(
        model, sample.train, epochs=12, batch_size=32, eta=warm_up(0.05),
        optimizer=Momentum(), augment=distort, report=None,
    )  # fmt: skip
    assert model.accuracy(test) > 0.98
