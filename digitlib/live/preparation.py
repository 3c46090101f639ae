"""From strokes of a pen to an image as MNIST has them.

A drawing is a list of strokes. A stroke is a list of points (x, y) that the pen went
through; x from 0 at the left to 1 at the right edge of the paper, y from 0 at the top
to 1 at the bottom. Whatever made the strokes, a mouse, a finger or a program, `ink`
lays the same ink, and `prepare` makes the same 784 pixels of it.
"""

import math
from collections.abc import Iterable, Iterator

import numpy as np

from digitlib.arguments import positive_integer, positive_number
from digitlib.data.handwriting import Stroke

SIDE = 28  # pixels along one side of an image of MNIST
BOX = 20  # pixels along the longer side of the digit in it
PAPER = 140  # pixels along one side of the paper that is drawn on
PEN = 0.07  # width of the pen's line, where the paper is 1 wide
FAINT = 0.05  # less ink than this counts as paper where a digit is cut out
LINES = 1000  # how many are drawn at once
NEARBY = (-1, 2)  # a pen farther out is taken to be here, so that no square overflows


def ink(strokes: Iterable[Stroke], side: int = PAPER, pen: float = PEN) -> np.ndarray:
    """Lay the ink of a round pen that goes through the points of each stroke.

    Parameters
    ----------
    strokes : iterable of strokes
        Each an array of shape (n, 2), or what makes one: points (x, y) on paper that
        is 1 wide and 1 high, y downwards. What lies beside the paper leaves no ink. A
        stroke of one point is a dot; one of no points is nothing.
    side : int
        Pixels along one side of the paper.
    pen : float
        Width of the line, where the paper is 1 wide.

    Returns
    -------
    array of float64
        Shape (side, side): 0 is paper, 1 is ink.

    Notes
    -----
    A pixel whose centre is d pixels away from the pen's path gets the grey value
    r + 1/2 - d, cut off at 0 and 1, with r half the width of the line in pixels. The
    edge of a line is one pixel wide then, and half grey where the line ends.
    """
    side, width = positive_integer("side", side), positive_number("pen", pen)
    paper = np.zeros(side * side)
    for number, stroke in enumerate(strokes, start=1):
        _draw(paper, side * _points(number, stroke), side * width / 2)
    return paper.reshape(side, side)


def _points(number: int, stroke: Stroke) -> np.ndarray:
    """Return a stroke as an array (n, 2) of numbers that can be reckoned with."""
    try:
        points = np.asarray(stroke, np.float64)
    except (TypeError, ValueError, OverflowError):
        points = np.empty(())
    if points.shape == (0,):
        points = np.empty((0, 2))
    if points.ndim != 2 or points.shape[1] != 2 or not np.isfinite(points).all():
        raise ValueError(
            f"stroke {number} is not a list of points (x, y), two finite numbers each"
        )
    return points.clip(*NEARBY)


def _draw(paper: np.ndarray, path: np.ndarray, radius: float) -> None:
    """Draw a path (n, 2), in pixels, onto flat paper (side * side,), in place."""
    side, reach = math.isqrt(len(paper)), radius + 0.5
    window = np.arange(math.ceil(3 * reach) + 1)
    for starts, ends in _short_lines(path, reach):
        # Around each line a window with all the pixels that it may darken.
        corners = np.floor(np.minimum(starts, ends) - reach).astype(int)
        columns = corners[:, 0, None, None] + window
        rows = corners[:, 1, None, None] + window[:, None]
        grey = np.clip(reach - _distance(columns + 0.5, rows + 0.5, starts, ends), 0, 1)
        here = (columns >= 0) & (columns < side) & (rows >= 0) & (rows < side)
        np.maximum.at(paper, (rows * side + columns)[here], grey[here])


def _short_lines(
    path: np.ndarray, longest: float
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yield the starts (m, 2) and ends (m, 2) of short lines that make up a path."""
    starts, ends = (path[:-1], path[1:]) if len(path) > 1 else (path, path)
    parts = np.ceil(np.hypot(*(ends - starts).T) / longest).astype(int).clip(1)
    line = np.repeat(np.arange(len(parts)), parts)
    part = np.arange(len(line)) - (np.cumsum(parts) - parts)[line]
    steps = ((ends - starts) / parts[:, None])[line]
    starts = starts[line] + part[:, None] * steps
    for first in range(0, len(line), LINES):
        some = slice(first, first + LINES)
        yield starts[some], starts[some] + steps[some]


def _distance(
    x: np.ndarray, y: np.ndarray, starts: np.ndarray, ends: np.ndarray
) -> np.ndarray:
    """Return how far points x (m, 1, w), y (m, w, 1) lie from m lines: (m, w, w)."""
    along_x, along_y = (ends - starts).T[:, :, None, None]
    x, y = x - starts[:, 0, None, None], y - starts[:, 1, None, None]
    # The nearest point of the line lies the part t of the way along it.
    square = along_x**2 + along_y**2
    t = (along_x * x + along_y * y) / np.where(square > 0, square, 1)
    t = np.clip(t, 0, 1)
    return np.hypot(x - t * along_x, y - t * along_y)


def prepare(ink: np.ndarray, faint: float = FAINT) -> np.ndarray:
    """Turn grey values into an image as MNIST has them.

    Parameters
    ----------
    ink : array
        Shape (height, width), any size: from 0, paper, to 1, ink.
    faint : float
        What is not above this counts as paper where the digit is cut out, so that a
        picture may be a little noisy.

    Returns
    -------
    array of float32
        Shape (784,): 28 rows of 28 pixels, each a byte / 256.

    Notes
    -----
    The recipe is MNIST's own (LeCun et al. 1998, section III.A). In steps:

    1. `crop`: cut off the rows and columns at the edges that are nothing but paper.
    2. `fit`: scale by one factor for both directions, so that the longer side becomes
       20 pixels; a pixel is the mean over the area that it covers. This is where grey
       values come from.
    3. Make bytes of it: the nearest integer to 255 times the mean.
    4. `centre`: lay this on paper of 28 x 28 pixels, moved by whole pixels, so that
       the centre of mass comes to lie in the pixel in row 14 and column 14, counted
       from 0.

    Digits of MNIST itself, each pixel made a square of k x k, come out as they were:
    with `faint` 0 all but about one in 5,000.
    """
    pixels = np.floor(255 * fit(crop(_grey_values(ink), faint)) + 0.5)
    return centre(pixels.astype(np.uint8)).ravel().astype(np.float32) / 256


def _grey_values(ink: np.ndarray) -> np.ndarray:
    """Return `ink` as an array (height, width) of float64, if it is one from 0 to 1."""
    try:
        grey = np.asarray(ink, np.float64)
    except (TypeError, ValueError):
        grey = np.empty(())
    if grey.ndim != 2:
        raise ValueError("ink must be a picture: numbers of shape (height, width)")
    if grey.size and not (grey.min() >= 0 and grey.max() <= 1):
        raise ValueError(
            f"ink must lie between 0 (paper) and 1 (ink), not {grey.min():g} to "
            f"{grey.max():g}; divide bytes by 255"
        )
    return grey


def crop(ink: np.ndarray, faint: float = FAINT) -> np.ndarray:
    """Cut off the rows and columns at the edges in which nothing is above `faint`.

    What is left is a view (h, w) of `ink`, which is (0, 0) if all is paper.
    """
    dark = ink > faint
    rows, columns = np.flatnonzero(dark.any(1)), np.flatnonzero(dark.any(0))
    if len(rows) == 0:
        return ink[:0, :0]
    return ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def fit(ink: np.ndarray, box: int = BOX) -> np.ndarray:
    """Scale a picture (h, w) to fit into a box (box, box), keeping its proportions.

    The picture begins in the upper left corner and fills the box in its longer
    direction; paper (0) fills what is left in the other.

    A new pixel is the mean of the old ones that it covers, each weighed by the covered
    area. For a picture P that is the product A P B^T, where A (box, h) has in row i
    which share each old row has in the new row i, and B (box, w) the same for columns.
    """
    height, width = ink.shape
    scale = max(height, width) / box
    return _shares(box, height, scale) @ ink @ _shares(box, width, scale).T


def _shares(new: int, old: int, scale: float) -> np.ndarray:
    """Return which share each old pixel has in each new one along a side: (new, old).

    A new pixel covers `scale` old ones. The share is the length that the intervals
    [i scale, (i + 1) scale] and [k, k + 1] have in common, divided by scale.
    """
    if old == 0:
        return np.zeros((new, 0))
    start, k = scale * np.arange(new)[:, None], np.arange(old)
    common = np.minimum(start + scale, k + 1) - np.maximum(start, k)
    return np.maximum(common, 0) / scale


def centre(pixels: np.ndarray, side: int = SIDE) -> np.ndarray:
    """Lay a picture on paper (side, side), its centre of mass in the middle.

    Of integers (h, w), no larger than the paper, which is 0; of their dtype. The mean
    row of the ink, where each pixel counts by its value, rounded to an integer, becomes
    row side // 2, and so does the mean column. Near an edge the picture is moved less,
    so that all of its ink stays on the paper.

    The means are rounded, halves upwards, by arithmetic of integers: the result is the
    same on every machine and in every language.
    """
    ink = crop(pixels, faint=0)
    height, width = ink.shape
    paper = np.zeros((side, side), pixels.dtype)
    if ink.size:
        top = min(max(side // 2 - _mean(ink.sum(1)), 0), side - height)
        left = min(max(side // 2 - _mean(ink.sum(0)), 0), side - width)
        paper[top : top + height, left : left + width] = ink
    return paper


def _mean(masses: np.ndarray) -> int:
    """Return the mean of 0, 1, 2 ..., each counted by its mass, as an integer."""
    total = int(masses.sum())
    moment = int(masses @ np.arange(len(masses)))
    return (2 * moment + total) // (2 * total)
