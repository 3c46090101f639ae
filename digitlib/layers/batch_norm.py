"""Batch normalisation: each neuron's sums, brought to the same scale batch by batch."""

from __future__ import annotations

import numpy as np
from numpy.random import Generator

from digitlib import arguments
from digitlib.layers.base import Layer


class BatchNorm(Layer):
    """y = gamma (z - mean) / sqrt(variance + epsilon) + beta, neuron by neuron.

    While learning, mean and variance are those of the batch, and `backward` knows that
    every sample has moved them. In use they are running means of what the batches had,
    so that an answer does not depend on who else is asked; Ioffe and Szegedy (2015).

    Parameters
    ----------
    features : int
        How many numbers a sample has.
    momentum : float
        What is left of the running means and variances after a batch; from 0 to
        below 1.
    epsilon : float
        Keeps the quotient finite where all samples are alike.
    dtype : dtype
        float32 or float64.

    Attributes
    ----------
    weights, biases : array
        gamma and beta, which learn. They begin at 1 and 0.
    means, variances : array
        The running ones. They begin at 0 and 1.

    Notes
    -----
    One sample has no variance. A batch of fewer than two is treated as in use, and the
    running means do not hear of it.
    """

    learns = ("weights", "biases")
    buffers = ("means", "variances")
    settings = ("momentum", "epsilon")

    def __init__(
        self,
        features: int,
        momentum: float = 0.9,
        epsilon: float = 1e-5,
        dtype: np.typing.DTypeLike = np.float32,
    ) -> None:
        features = arguments.positive_integer("features", features)
        dtype = arguments.float_dtype(dtype)
        self.weights, self.biases = np.ones(features, dtype), np.zeros(features, dtype)
        self.means, self.variances = np.zeros(features, dtype), np.ones(features, dtype)
        self.configure(momentum, epsilon)

    def configure(self, momentum: float, epsilon: float) -> None:
        """Take the settings."""
        self.momentum = arguments.below_one("momentum", momentum)
        self.epsilon = arguments.positive_number("epsilon", epsilon)

    def __repr__(self) -> str:
        return f"BatchNorm({self.weights.size})"

    def forward(self, X: np.ndarray, rng: Generator | None = None) -> np.ndarray:
        """Return y: with `rng` from the batch's mean and variance, else the running.

        A batch's variance is (n - 1) / n of that of all samples, on average: the
        running one makes up for it.
        """
        n = len(X)
        self.of_batch = rng is not None and n > 1
        if self.of_batch:
            mean, variance = X.mean(axis=0), X.var(axis=0)
            share = 1 - self.momentum
            self.means += share * (mean - self.means)
            self.variances += share * (variance * n / (n - 1) - self.variances)
        else:
            mean, variance = self.means, self.variances
        self.spread = np.sqrt(variance + self.epsilon)
        self.Z = (X - mean) / self.spread
        return self.weights * self.Z + self.biases

    def backward(self, error: np.ndarray, to_inputs: bool = True) -> np.ndarray | None:
        """Store the gradients of gamma and beta; return the errors carried back.

        A batch's mean and variance take their part of the errors away: those that are
        equal for all samples, and those that grow as the sample's own z.
        """
        self.gradients = [(error * self.Z).sum(axis=0), error.sum(axis=0)]
        if not to_inputs:
            return None
        if self.of_batch:
            for_gamma, for_beta = self.gradients
            error = error - (for_beta + self.Z * for_gamma) / len(error)
        return error * (self.weights / self.spread)

    def output_shape(self, shape: tuple[int, ...]) -> tuple[int, ...]:
        """Return the shape; samples must be rows of `features` numbers."""
        if shape != self.weights.shape:
            raise ValueError(
                f"it takes {self.weights.size} inputs and is given shape {shape}"
            )
        arrays = self.weights, self.biases, self.means, self.variances
        if any(array.shape != shape for array in arrays):
            raise ValueError("gamma, beta and the running means differ in length")
        return shape
