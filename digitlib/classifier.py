"""What every network of the course can do, whatever it is made of."""

from __future__ import annotations

from os import PathLike
from pathlib import Path
from typing import Self

import numpy as np

from courseware.files import write_atomically
from digitlib import arguments
from digitlib.data.digits import Digits
from digitlib.layers.base import ROWS_AT_ONCE
from digitlib.npz import read_arrays, to_bytes


class Classifier:
    """The base of `Network` and `Model`: it asks for outputs and counts verdicts.

    Samples X are an array (n, inputs), targets Y one (n, outputs), of floating point.
    A subclass has the attributes below and the methods `astype(dtype)`, `_answers(X)`,
    `_cost(X, Y)`, `_gradients(X, Y)`, `_input_errors(X, Y)`, `_to_arrays()` and
    `_from_arrays(arrays)`.

    Attributes
    ----------
    inputs, outputs : int
        Numbers in a sample, and classes.
    dtype : numpy.dtype
        float32 or float64.
    weights, biases : list of array
        One of each for every layer that learns, first layer first.
    rows_at_once : int
        How many samples are answered together.
    """

    inputs: int
    outputs: int
    dtype: np.dtype
    weights: list[np.ndarray]
    biases: list[np.ndarray]
    rows_at_once: int = ROWS_AT_ONCE

    @property
    def parameters(self) -> list[np.ndarray]:
        """All arrays that learn: the weights, then the biases."""
        return [*self.weights, *self.biases]

    @property
    def parameter_count(self) -> int:
        """How many weights and biases there are."""
        return sum(array.size for array in self.parameters)

    def feedforward(self, X: np.ndarray) -> np.ndarray:
        """Return the activations (n, outputs) of the output layer, each from 0 to 1."""
        X = arguments.pixels("X", self._rows(X))
        return np.concatenate([self._answers(X[part]) for part in self._parts(X)])

    def predict(self, X: np.ndarray) -> np.ndarray:
        """Return for each row of X the output with the highest activation, (n,)."""
        return self.feedforward(X).argmax(axis=1)

    def cost(self, X: np.ndarray, Y: np.ndarray) -> float:
        """Return the mean cost of n samples; the class says which cost it is."""
        X = self._rows(X)
        return self._cost(X, self._targets(X, Y))

    def gradients(
        self, X: np.ndarray, Y: np.ndarray
    ) -> tuple[list[np.ndarray], list[np.ndarray]]:
        """Return the gradients of that cost, in lists like `weights` and `biases`."""
        X = self._rows(X)
        return self._gradients(X, self._targets(X, Y))

    def input_gradients(self, X: np.ndarray, Y: np.ndarray) -> np.ndarray:
        """Return how the cost of each sample answers to its inputs, equation (BPX).

        Row i, of (n, inputs), has the derivatives of sample i's own cost: it is not
        divided by n, and a penalty for large weights is no part of it. In float32 the
        cost of a sample that the network is sure of is rounded to 0, and so are its
        derivatives; `astype(float64)` keeps them.
        """
        X = self._rows(X)
        Y = self._targets(X, Y)
        return np.concatenate(
            [self._input_errors(X[part], Y[part]) for part in self._parts(X)]
        )

    def evaluate(self, digits: Digits) -> int:
        """Return how many of the digits are classified correctly."""
        images, labels = arguments.samples("digits", digits, self.inputs, self.outputs)
        return int(np.count_nonzero(self.predict(images) == labels))

    def accuracy(self, digits: Digits) -> float:
        """Return which fraction of the digits is classified correctly."""
        return self.evaluate(digits) / len(digits.labels)

    def save(self, path: str | PathLike) -> None:
        """Write the network to an .npz file, whole or not at all.

        An older file of that name is replaced.

        Raises
        ------
        OSError
            If the file cannot be written.
        ValueError
            If it could not be loaded again, for one because it is too large.
        """
        write_atomically(Path(path), to_bytes(self._to_arrays()))

    @classmethod
    def load(cls, path: str | PathLike) -> Self:
        """Return the network, of this class, that `save` wrote to a file.

        Raises
        ------
        ValueError
            If the file does not hold such a network. Nothing in it is ever run.
        OSError
            If the file cannot be read.
        """
        try:
            return cls._from_arrays(read_arrays(Path(path)))
        except (KeyError, ValueError) as error:
            reason = " ".join(str(error).split())[:300]  # it may quote the file
            raise ValueError(
                f"{path} does not hold a {cls.__name__.lower()}: {reason}; "
                f"give a file that {cls.__name__}.save has written"
            ) from None

    def _parts(self, X: np.ndarray) -> list[slice]:
        """Return which rows of X go through the network together; at least one part."""
        starts = range(0, max(len(X), 1), self.rows_at_once)
        return [slice(start, start + self.rows_at_once) for start in starts]

    def _rows(self, X: np.ndarray) -> np.ndarray:
        rows = arguments.float_rows("X", X, self.inputs)
        return rows.astype(self.dtype, copy=False)

    def _targets(self, X: np.ndarray, Y: np.ndarray) -> np.ndarray:
        targets = arguments.float_rows("Y", Y, self.outputs)
        if len(targets) != len(X) or len(X) == 0:
            raise ValueError(
                f"X has {len(X)} rows and Y {len(targets)}; "
                f"both need the same number, at least 1"
            )
        return targets.astype(self.dtype, copy=False)
