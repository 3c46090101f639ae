"""What every kind of layer has in common.

A layer is a function with a way back. `forward` takes the numbers from the layer
below and returns its own; `backward` takes the errors of what it returned (the
derivatives of the cost by them), stores the gradients of its parameters, and
returns the errors of what it was given. Samples are rows throughout.

A layer that learns has `weights` and `biases`, and after `backward` a gradient for
each. A new kind of layer says no more than that; see `Dense` and `ReLU`. For it to be
saved in a file as well, it names its other numbers in `settings`, and arrays that
change without being learnt in `buffers`; see `BatchNorm`.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Self

import numpy as np
from numpy.random import Generator

# Answers are computed in pieces: what lies between two layers then takes little
# memory and stays in the processor's cache.
ROWS_AT_ONCE = 1000

Initial = Callable[[int, int, Generator], np.ndarray]


class Layer:
    """What all layers share. On its own, a layer that changes nothing.

    Attributes
    ----------
    learns : tuple of str
        Names of the arrays that learn: ("weights", "biases"), or none.
    buffers : tuple of str
        Names of the arrays that a layer keeps of what it has seen, changed in place.
    settings : tuple of str
        Names of the numbers, besides those arrays, that define the layer: those that
        its constructor takes, or `configure` if it learns. What is not named here is
        not in a file.
    rows_at_once : int
        How many samples to pass through at once when many are to be answered.
    gradients : list of array
        As `backward` left them, in the order and the shapes of `parameters`.
    """

    learns: tuple[str, ...] = ()
    buffers: tuple[str, ...] = ()
    settings: tuple[str, ...] = ()
    rows_at_once: int = ROWS_AT_ONCE
    gradients: list[np.ndarray]

    def __repr__(self) -> str:
        settings = (f"{name}={getattr(self, name)}" for name in self.settings)
        return f"{type(self).__name__}({', '.join(settings)})"

    def configure(self) -> None:
        """Take the settings of a layer that learns, as a file has them.

        What does not learn takes its settings when it is made.
        """

    @property
    def parameters(self) -> list[np.ndarray]:
        """The arrays that learn, weights first."""
        return [getattr(self, name) for name in self.learns]

    @property
    def arrays(self) -> dict[str, np.ndarray]:
        """All arrays that a file has of the layer: parameters, then buffers."""
        return {name: getattr(self, name) for name in (*self.learns, *self.buffers)}

    def forward(self, X: np.ndarray, rng: Generator | None = None) -> np.ndarray:
        """Return what the layer makes of X, and remember what `backward` needs.

        Parameters
        ----------
        X : array
            Shape (n, ...): one row for each sample.
        rng : numpy.random.Generator, optional
            Given while learning, for layers that leave something to chance. None
            when the network answers: then nothing is.

        Returns
        -------
        array
            Shape (n, ...).
        """
        return X

    def backward(self, error: np.ndarray, to_inputs: bool = True) -> np.ndarray | None:
        """Store the gradients of the parameters and return the errors of the inputs.

        Parameters
        ----------
        error : array
            Derivatives of the cost by what `forward` returned; its shape.
        to_inputs : bool
            False when no layer below learns: a layer may then return None.

        Returns
        -------
        array or None
            Derivatives of the cost by what `forward` was given; its shape.
        """
        return error

    def output_shape(self, shape: tuple[int, ...]) -> tuple[int, ...]:
        """Return the shape of one sample after the layer, from that before it.

        Raises
        ------
        ValueError
            If the layer does not take such samples.
        """
        return shape

    def astype(self, dtype: np.typing.DTypeLike) -> Self:
        """Return a copy whose arrays have the given dtype."""
        twin = copy.deepcopy(self)
        for name, array in self.arrays.items():
            setattr(twin, name, array.astype(dtype))
        return twin
