"""Activations: what a layer of neurons makes of its sums."""

from __future__ import annotations

import numpy as np
from numpy.random import Generator

from digitlib.layers.base import Layer
from digitlib.numerics import sigmoid, softmax


class Sigmoid(Layer):
    """a = S(z), with the slope S' = a (1 - a)."""

    def forward(self, X: np.ndarray, rng: Generator | None = None) -> np.ndarray:
        """Return S(X), element by element."""
        self.A = sigmoid(X)
        return self.A

    def backward(self, error: np.ndarray, to_inputs: bool = True) -> np.ndarray:
        """Return the errors times S'."""
        return error * self.A * (1 - self.A)


class Tanh(Layer):
    """a = tanh(z), with the slope 1 - a^2."""

    def forward(self, X: np.ndarray, rng: Generator | None = None) -> np.ndarray:
        """Return tanh(X), element by element."""
        self.A = np.tanh(X)
        return self.A

    def backward(self, error: np.ndarray, to_inputs: bool = True) -> np.ndarray:
        """Return the errors times 1 - a^2."""
        return error * (1 - self.A**2)


class ReLU(Layer):
    """a = max(z, 0), equation (RELU): the slope is 1 where z > 0, and 0 elsewhere."""

    def forward(self, X: np.ndarray, rng: Generator | None = None) -> np.ndarray:
        """Return X with 0 in place of what is negative."""
        self.A = np.clip(X, 0, np.inf)  # np.maximum(X, 0), in half of the time
        return self.A

    def backward(self, error: np.ndarray, to_inputs: bool = True) -> np.ndarray:
        """Return the errors where the neuron is active, 0 elsewhere."""
        return error * (self.A > 0)


class Softmax(Layer):
    """a_k = exp(z_k) / sum_j exp(z_j), equation (SM).

    `CrossEntropy` has its own softmax and follows a layer without one. This layer
    is for the quadratic cost.
    """

    def forward(self, X: np.ndarray, rng: Generator | None = None) -> np.ndarray:
        """Return the softmax of each row."""
        self.A = softmax(X)
        return self.A

    def backward(self, error: np.ndarray, to_inputs: bool = True) -> np.ndarray:
        """Return a_k (e_k - sum_j e_j a_j): each score moves all the outputs."""
        return self.A * (error - (error * self.A).sum(axis=1, keepdims=True))
