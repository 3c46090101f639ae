"""Layers: what a model is stacked from.

A layer is a function with a way back. `forward` takes the numbers from the layer
below and returns its own; `backward` takes the errors of what it returned (the
derivatives of the cost by them), stores the gradients of its parameters, and
returns the errors of what it was given. Samples are rows throughout.

A layer that learns has `weights` and `biases`, and after `backward` a gradient for
each. A new kind of layer says no more than that; see `Dense` and `ReLU`.
"""

from __future__ import annotations

import numpy as np

from digitlib import arguments
from digitlib.initialisation import he_matrix
from digitlib.layers.base import Initial, Layer
from digitlib.numerics import sigmoid, softmax


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
        rng: np.random.Generator | int,
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

    def forward(
        self, X: np.ndarray, rng: np.random.Generator | None = None
    ) -> np.ndarray:
        """Return X W^T + b, equation (FF1m)."""
        self.X = X
        return X @ self.weights.T + self.biases

    def backward(self, error: np.ndarray, to_inputs: bool = True) -> np.ndarray | None:
        """Store (BP4m) and (BP3m); return the errors carried back through W."""
        self.gradients = [error.T @ self.X, error.sum(axis=0)]
        return error @ self.weights if to_inputs else None

    def output_shape(self, shape: tuple[int, ...]) -> tuple[int, ...]:
        """Return (outputs,); samples must be rows of `inputs` numbers."""
        outputs, inputs = self.weights.shape
        if shape != (inputs,):
            raise ValueError(f"it takes {inputs} inputs and is given shape {shape}")
        if self.biases.shape != (outputs,):
            raise ValueError(f"it has {outputs} outputs, but not as many biases")
        return (outputs,)


class Sigmoid(Layer):
    """a = S(z), with the slope S' = a (1 - a)."""

    def forward(
        self, X: np.ndarray, rng: np.random.Generator | None = None
    ) -> np.ndarray:
        """Return S(X), element by element."""
        self.A = sigmoid(X)
        return self.A

    def backward(self, error: np.ndarray, to_inputs: bool = True) -> np.ndarray:
        """Return the errors times S'."""
        return error * self.A * (1 - self.A)


class Tanh(Layer):
    """a = tanh(z), with the slope 1 - a^2."""

    def forward(
        self, X: np.ndarray, rng: np.random.Generator | None = None
    ) -> np.ndarray:
        """Return tanh(X), element by element."""
        self.A = np.tanh(X)
        return self.A

    def backward(self, error: np.ndarray, to_inputs: bool = True) -> np.ndarray:
        """Return the errors times 1 - a^2."""
        return error * (1 - self.A**2)


class ReLU(Layer):
    """a = max(z, 0), equation (RELU): the slope is 1 where z > 0, and 0 elsewhere."""

    def forward(
        self, X: np.ndarray, rng: np.random.Generator | None = None
    ) -> np.ndarray:
        """Return X with 0 in place of what is negative."""
        self.A = np.maximum(X, 0)
        return self.A

    def backward(self, error: np.ndarray, to_inputs: bool = True) -> np.ndarray:
        """Return the errors where the neuron is active, 0 elsewhere."""
        return error * (self.A > 0)


class Softmax(Layer):
    """a_k = exp(z_k) / sum_j exp(z_j), equation (SM).

    `CrossEntropy` has its own softmax and follows a layer without one. This layer
    is for the quadratic cost.
    """

    def forward(
        self, X: np.ndarray, rng: np.random.Generator | None = None
    ) -> np.ndarray:
        """Return the softmax of each row."""
        self.A = softmax(X)
        return self.A

    def backward(self, error: np.ndarray, to_inputs: bool = True) -> np.ndarray:
        """Return a_k (e_k - sum_j e_j a_j): each score moves all the outputs."""
        return self.A * (error - (error * self.A).sum(axis=1, keepdims=True))


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

    def forward(
        self, X: np.ndarray, rng: np.random.Generator | None = None
    ) -> np.ndarray:
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

    def forward(
        self, X: np.ndarray, rng: np.random.Generator | None = None
    ) -> np.ndarray:
        """Return X - mean."""
        return X - self.mean
