"""Optimizers: what a step makes of a gradient.

An optimizer is begun with `start`, which forgets earlier trainings, and changes the
parameters in place with every `step`.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from digitlib import arguments

Arrays = Sequence[np.ndarray]


class SGD:
    """Gradient descent: p <- p - eta g, equation (GD)."""

    def start(self, parameters: Arrays) -> None:
        """Begin a training of these parameters; here, nothing is remembered."""

    def step(self, parameters: Arrays, gradients: Arrays, eta: float) -> None:
        """Change the parameters, in place, by one step of learning rate eta."""
        for p, g in zip(parameters, gradients, strict=True):
            p -= eta * g


class Momentum(SGD):
    """Gradient descent with inertia, equation (MOM): v <- mu v - eta g, p <- p + v.

    Polyak (1964); Sutskever, Martens, Dahl and Hinton (2013).

    Parameters
    ----------
    mu : float
        What is left of the velocity after a step; from 0 to below 1.
    """

    def __init__(self, mu: float = 0.9) -> None:
        self.mu = arguments.below_one("mu", mu)

    def start(self, parameters: Arrays) -> None:
        """Begin a training: every velocity is 0."""
        self.velocities = [np.zeros_like(p) for p in parameters]

    def step(self, parameters: Arrays, gradients: Arrays, eta: float) -> None:
        """Change the velocities, then the parameters, in place."""
        for p, g, v in zip(parameters, gradients, self.velocities, strict=True):
            v *= self.mu
            v -= eta * g
            p += v


class Adam(SGD):
    """Adaptive moments, equation (ADAM); Kingma and Ba (2015), algorithm 1.

    Parameters
    ----------
    beta1, beta2 : float
        What is left of the old means of g and of g^2; from 0 to below 1.
    epsilon : float
        Keeps the quotient finite where gradients vanish.
    """

    def __init__(
        self, beta1: float = 0.9, beta2: float = 0.999, epsilon: float = 1e-8
    ) -> None:
        self.beta1 = arguments.below_one("beta1", beta1)
        self.beta2 = arguments.below_one("beta2", beta2)
        self.epsilon = arguments.positive_number("epsilon", epsilon)

    def start(self, parameters: Arrays) -> None:
        """Begin a training: no steps, and means of 0."""
        self.t = 0
        self.means = [np.zeros_like(p) for p in parameters]
        self.squares = [np.zeros_like(p) for p in parameters]

    def step(self, parameters: Arrays, gradients: Arrays, eta: float) -> None:
        """Change the two means, then the parameters, in place."""
        self.t += 1
        means_share = 1 - self.beta1**self.t  # of real gradients, not of the first 0
        squares_share = 1 - self.beta2**self.t
        for p, g, m, s in zip(
            parameters, gradients, self.means, self.squares, strict=True
        ):
            m += (1 - self.beta1) * (g - m)
            s += (1 - self.beta2) * (g * g - s)
            size = np.sqrt(s / squares_share) + self.epsilon
            p -= (eta / means_share) * m / size
