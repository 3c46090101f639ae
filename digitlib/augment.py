"""Augmentation: each time an image is learnt from, it looks a little different.

These functions take a batch (n, 784), floating point, and a Generator, and return a new
batch of the same dtype; `train` calls them batch by batch, so the data set is never
copied. `distort` does everything at
once, so that an image is resampled, and blurred, only once. Its settings are those of
lesson 9; for others: ``augment=functools.partial(distort, rotate=15.0, shear=0)``.

Rows are counted downwards and columns to the right, so a positive angle turns
clockwise.
"""

import math

import numpy as np

from digitlib import arguments

SIDE = 28
MIDDLE = (SIDE - 1) / 2
# Images are resampled in pieces: what that needs then stays in the processor's cache.
IMAGES_AT_ONCE = 64
STILL = {"shift": 0, "rotate": 0, "zoom": 0, "shear": 0, "elastic": 0}


def shift(images: np.ndarray, rng: np.random.Generator, most: int = 1) -> np.ndarray:
    """Return the images, each moved by whole pixels; what comes into view is paper.

    It moves right or left and down or up: every whole number from -most to most is as
    likely as any other.
    """
    images = _checked(images)
    n, most = len(images), arguments.positive_integer("most", most)
    paper = np.zeros((n, SIDE + 2 * most, SIDE + 2 * most), images.dtype)
    paper[:, most:-most, most:-most] = images.reshape(n, SIDE, SIDE)
    views = np.lib.stride_tricks.sliding_window_view(paper, (SIDE, SIDE), axis=(1, 2))
    down, right = rng.integers(0, 2 * most + 1, (2, n))
    return views[np.arange(n), down, right].reshape(n, SIDE * SIDE)


def rotate(
    images: np.ndarray, rng: np.random.Generator, most: float = 12.0
) -> np.ndarray:
    """Return the images, each turned about its middle by up to `most` degrees."""
    return distort(images, rng, **STILL | {"rotate": most})


def zoom(images: np.ndarray, rng: np.random.Generator, most: float = 0.1) -> np.ndarray:
    """Return the images, each enlarged by a factor from 1 - most to 1 + most."""
    return distort(images, rng, **STILL | {"zoom": most})


def shear(
    images: np.ndarray, rng: np.random.Generator, most: float = 0.2
) -> np.ndarray:
    """Return the images, each slanted: by up to `most` columns from row to row."""
    return distort(images, rng, **STILL | {"shear": most})


def elastic(
    images: np.ndarray,
    rng: np.random.Generator,
    strength: float = 1.0,
    smoothness: float = 4.0,
) -> np.ndarray:
    """Return the images, each bent as if drawn on rubber; see `distort`."""
    settings = STILL | {"elastic": strength, "smoothness": smoothness}
    return distort(images, rng, **settings)


def distort(
    images: np.ndarray,
    rng: np.random.Generator,
    shift: float = 1.0,
    rotate: float = 12.0,
    zoom: float = 0.1,
    shear: float = 0.2,
    elastic: float = 1.0,
    smoothness: float = 4.0,
) -> np.ndarray:
    """Return the images, each moved, turned, enlarged, slanted and bent at random.

    All of it is done in a single resampling, bilinear, in this order: slanted, turned
    and enlarged about the middle, then moved. What comes into view is paper.

    Parameters
    ----------
    images : array
        Shape (n, 784), floating point.
    rng : numpy.random.Generator
        Draws the numbers below for each image, each number as likely as any other.
    shift : float
        The largest move, in pixels, down or up and right or left.
    rotate : float
        The largest angle, in degrees, to either side.
    zoom : float
        The factor is drawn from 1 - zoom to 1 + zoom; below 1.
    shear : float
        The largest slant, in columns from one row to the next.
    elastic : float
        Elastic distortion of Simard, Steinkraus and Platt (2003): every pixel is moved
        by a random field that is smooth. This is the root mean square of that move,
        in pixels, down and right each. (Their alpha is about 25 times that for a
        smoothness of 4.)
    smoothness : float
        Standard deviation, in pixels, of the Gaussian that smooths the field.

    Returns
    -------
    array
        Shape (n, 784), of the same dtype; no pixel is darker than the darkest of its
        image, but for rounding.
    """
    images = _checked(images)
    most_shift = arguments.not_negative("shift", shift)
    most_angle = math.radians(arguments.not_negative("rotate", rotate))
    most_zoom = arguments.below_one("zoom", zoom)
    most_shear = arguments.not_negative("shear", shear)
    strength = arguments.not_negative("elastic", elastic)
    smooth = _smoother(smoothness, images.dtype)
    result = np.empty(images.shape, images.dtype)
    for start in range(0, len(images), IMAGES_AT_ONCE):
        piece = images[start : start + IMAGES_AT_ONCE]
        draws = rng.uniform(-1, 1, (5, len(piece)))
        places = _affine_places(
            matrix=_matrices(
                angle=most_angle * draws[0],
                factor=1 + most_zoom * draws[1],
                slant=most_shear * draws[2],
            ),
            move=most_shift * draws[3:],
            dtype=images.dtype,
        )
        if strength:
            places += strength * _field(rng, smooth, len(piece))
        result[start : start + IMAGES_AT_ONCE] = bilinear(piece, *places)
    return result


def bilinear(images: np.ndarray, rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """Return what the images show at places between their pixels.

    A value is the mean of the four pixels around its place, each weighted by how near
    it is. Outside of an image there is paper. Of images (n, 784), the result (n, m) has
    at [i, k] what image i shows in row rows[i, k] and column columns[i, k].
    """
    n, wide = len(images), SIDE + 3
    paper = np.zeros((n, wide, wide), images.dtype)  # with a margin of paper
    paper[:, 1:-2, 1:-2] = images.reshape(n, SIDE, SIDE)
    paper = paper.ravel()
    rows, columns = np.clip(rows, -1, SIDE), np.clip(columns, -1, SIDE)
    top, left = np.floor(rows), np.floor(columns)
    corner = (wide * (top + 1) + left + 1).astype(np.intp)
    corner += wide * wide * np.arange(n)[:, None]
    right, down = columns - left, rows - top

    def between(k: int) -> np.ndarray:
        """Interpolate between the pixels k and k + 1 places after the corner."""
        # None is out of range, and "clip" looks up in place, without a buffer.
        one, next_one = (paper.take(corner + j, mode="clip") for j in (k, k + 1))
        return one + right * (next_one - one)

    above = between(0)
    return above + down * (between(wide) - above)


def _checked(images: np.ndarray) -> np.ndarray:
    return arguments.float_rows("images", images, SIDE * SIDE)


def _matrices(angle: np.ndarray, factor: np.ndarray, slant: np.ndarray) -> np.ndarray:
    """Return the inverse matrices of slanting, turning and enlarging; (n, 2, 2).

    They act on (row, column). The map itself is factor * turn @ [[1, 0], [-slant, 1]],
    so that the top leans to the right for a positive slant.
    """
    cosine, sine = np.cos(angle) / factor, np.sin(angle) / factor
    back = np.array([[cosine, -sine], [sine, cosine]])
    back[1] += slant * back[0]
    return back.transpose(2, 0, 1)


def _affine_places(matrix: np.ndarray, move: np.ndarray, dtype: np.dtype) -> np.ndarray:
    """Return the row and column from which each pixel comes; (2, n, 784).

    With M the inverse matrix and c the middle, pixel p comes from c + M (p - c - move).
    """
    lines = np.arange(SIDE) - MIDDLE
    pixels = np.stack([np.repeat(lines, SIDE), np.tile(lines, SIDE)])
    constant = MIDDLE - np.einsum("nij,jn->in", matrix, move)
    places = matrix.transpose(1, 0, 2).astype(dtype) @ pixels.astype(dtype)
    return places + constant[..., None].astype(dtype)


def _smoother(smoothness: float, dtype: np.dtype) -> np.ndarray:
    """Return the matrix that smooths a column of random numbers; (28, 28).

    Its rows have length 1, so that independent numbers keep their variance.
    """
    sigma = arguments.positive_number("smoothness", smoothness)
    apart = np.subtract.outer(np.arange(SIDE), np.arange(SIDE))
    bell = np.exp(-0.5 * (apart / sigma) ** 2)
    return (bell / np.linalg.norm(bell, axis=1, keepdims=True)).astype(dtype)


def _field(rng: np.random.Generator, smooth: np.ndarray, n: int) -> np.ndarray:
    """Return smooth random moves of variance 1, down and right; (2, n, 784)."""
    noise = rng.random((2, n, SIDE, SIDE), smooth.dtype) - smooth.dtype.type(0.5)
    noise *= smooth.dtype.type(math.sqrt(12))  # from the variance of a uniform number
    return (smooth @ noise @ smooth.T).reshape(2, n, SIDE * SIDE)
