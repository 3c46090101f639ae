"""Augmentation: each time an image is learnt from, it looks a little different.

These functions take a batch and a Generator and return a new batch; `train` calls
them batch by batch, so the data set is never copied.
"""

import numpy as np

from digitlib import arguments

SIDE = 28


def shift(images: np.ndarray, rng: np.random.Generator, most: int = 1) -> np.ndarray:
    """Return the images, each moved at random; what comes into view is paper.

    Parameters
    ----------
    images : array
        Shape (n, 784).
    rng : numpy.random.Generator
        Draws for each image how far it moves right and down.
    most : int
        The largest move, in pixels: every whole number from -most to most is as
        likely as any other.

    Returns
    -------
    array
        Shape (n, 784), of the same dtype.
    """
    n, most = len(images), arguments.positive_integer("most", most)
    paper = np.zeros((n, SIDE + 2 * most, SIDE + 2 * most), images.dtype)
    paper[:, most:-most, most:-most] = images.reshape(n, SIDE, SIDE)
    views = np.lib.stride_tricks.sliding_window_view(paper, (SIDE, SIDE), axis=(1, 2))
    down, right = rng.integers(0, 2 * most + 1, (2, n))
    return views[np.arange(n), down, right].reshape(n, SIDE * SIDE)
