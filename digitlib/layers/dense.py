"""Dense layers, and `Centre`, which prepares their inputs."""

from __future__ import annotations

import numpy as np
from numpy.random import Generator

from digitlib import arguments
from digitlib.initialisation import he_matrix
from digitlib.layers.base import Initial, Layer


class Dense(Layer):
    """Every output hears every input: z = W a + b, equation (FF1).

    Parameters
    ----------
    inputs, outputs : int
        How many numbers come in and go out.
    rng : numpy.random.Generator or int
        Draws the weights.
    initial : callable
        `initial(outputs, inputs, rng)` returns them; see `digitlib.initialisation`.
    dtype : dtype
        float32 or float64.

    Attributes
    ----------
    weights, biases : array
        Shapes (outputs, inputs) and (outputs,). Biases begin at 0.
    """

    learns = ("weights", "biases")

    def __init__(
        self,
        inputs: int,
        outputs: int,
        rng: Generator | int,
        initial: Initial = he_matrix,
        dtype: np.typing.DTypeLike = np.float32,
    ) -> None:
        inputs = arguments.positive_integer("inputs", inputs)
        outputs = arguments.positive_integer("outputs", outputs)
        rng, dtype = arguments.generator("rng", rng), arguments.float_dtype(dtype)
        self.weights = initial(outputs, inputs, rng).astype(dtype)
        self.biases = np.zeros(outputs, dtype)

    def __repr__(self) -> str:
        return "Dense({1}, {0})".format(*self.weights.shape)

    def forward(self, X: np.ndarray, rng: Generator | None = None) -> np.ndarray:
        """Return X W^T + b, equation (FF1m)."""
        self.X = X
        return X @ self.weights.T + self.biases

    def backward(self, error: np.ndarray, to_inputs: bool = True) -> np.ndarray | None:
        """Store (BP4m) and (BP3m); return the errors carried back through W."""
        self.gradients = [error.T @ self.X, error.sum(axis=0)]
        # error @ weights, laid out batch last, as layers of images want it.
        return (self.weights.T @ error.T).T if to_inputs else None

    def output_shape(self, shape: tuple[int, ...]) -> tuple[int, ...]:
        """Return (outputs,); samples must be rows of `inputs` numbers."""
        outputs, inputs = self.weights.shape
        if shape != (inputs,):
            raise ValueError(f"it takes {inputs} inputs and is given shape {shape}")
        if self.biases.shape != (outputs,):
            raise ValueError(f"it has {outputs} outputs, but not as many biases")
        return (outputs,)


class Centre(Layer):
    """Subtract one number from every input, so that inputs lie around 0.

    A first layer, in place of a changed copy of the data set; LeCun, Bottou, Orr
    and Mueller (1998) say why it speeds up learning.

    Parameters
    ----------
    mean : float
        What is subtracted: the mean grey of the training images, say.
    """

    settings = ("mean",)

    def __init__(self, mean: float) -> None:
        self.mean = arguments.below_one("mean", mean)

    def forward(self, X: np.ndarray, rng: Generator | None = None) -> np.ndarray:
        """Return X - mean."""
        return X - self.mean
