"""Dropout: neurons that are silent at random while the network learns."""

from __future__ import annotations

import numpy as np
from numpy.random import Generator

from digitlib import arguments
from digitlib.layers.base import Layer


class Dropout(Layer):
    """Silence each number with probability 1 - keep while learning, equation (DO).

    What is kept is divided by `keep`, so that its mean stays the same and nothing
    needs to be done when the network answers; Srivastava, Hinton, Krizhevsky,
    Sutskever and Salakhutdinov (2014).

    Parameters
    ----------
    keep : float
        From above 0 to 1.
    """

    settings = ("keep",)

    def __init__(self, keep: float) -> None:
        self.keep = arguments.positive_number("keep", keep)
        if self.keep > 1:
            raise ValueError(f"keep is a probability, at most 1, not {keep!r}")

    def forward(self, X: np.ndarray, rng: Generator | None = None) -> np.ndarray:
        """Return X times a mask of 0 and 1 / keep; X itself without `rng`."""
        if rng is None:
            self.mask = None
            return X
        kept = rng.random(X.shape, X.dtype) < self.keep
        self.mask = kept * X.dtype.type(1 / self.keep)
        return X * self.mask

    def backward(self, error: np.ndarray, to_inputs: bool = True) -> np.ndarray:
        """Return the errors times the same mask."""
        return error if self.mask is None else error * self.mask
