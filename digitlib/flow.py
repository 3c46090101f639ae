"""Drawing: out of noise, along the velocity that a network has learnt (lesson 11).

A digit is a point: its first principal components, all in one unit. Points are rows.
Time t runs from 0, where points are noise, to 1, where they are digits; it is a number,
or a column (n, 1) of one for each point.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import Self

import numpy as np
from numpy.random import Generator

from digitlib import arguments
from digitlib.costs import QuadraticCost
from digitlib.data.digits import Digits
from digitlib.layers import Dense, Layer
from digitlib.model import Model
from digitlib.numerics import sigmoid, softmax
from digitlib.optimizers import Adam
from digitlib.pictures.embedding import PrincipalComponents, principal_components
from digitlib.progress import progress
from digitlib.runtime import one_blas_thread
from digitlib.schedules import warm_up

Time = float | np.ndarray
Velocity = Callable[[np.ndarray, float], np.ndarray]

ANY = 10  # in the place of a digit: it is not told which
UNTOLD = 0.1  # of the roads to learn from, those whose digit is not told
WAVES = 8  # in the clock
IMAGES_FOR_COMPONENTS = 10_000


class SiLU(Layer):
    """a = z S(z), equation (SILU): a ReLU without the corner.

    Elfwing, Uchibe and Doya (2018).
    """

    def forward(self, X: np.ndarray, rng: Generator | None = None) -> np.ndarray:
        """Return X S(X), element by element."""
        self.X, self.S = X, sigmoid(X)
        return X * self.S

    def backward(self, error: np.ndarray, to_inputs: bool = True) -> np.ndarray:
        """Return the errors times S + z S (1 - S)."""
        return error * (self.S + self.X * self.S * (1 - self.S))


def perfect_velocity(X: np.ndarray, t: Time, points: np.ndarray) -> np.ndarray:
    """Return the mean velocity (n, d) of all roads from noise to points (m, d).

    Equation (PERF): at places X (n, d), at times t below 1.
    """
    # |x|^2 is the same for all points: softmax does not notice it.
    squares = t**2 * np.sum(points**2, axis=1) - 2 * t * (X @ points.T)
    weights = softmax(-squares / (2 * (1 - t) ** 2))
    return (weights @ points - X) / (1 - t)


def follow(velocity: Velocity, X: np.ndarray, steps: int) -> np.ndarray:
    """Return the places (steps + 1, n, d) of who follows velocity(X, t), by (MID)."""
    h, path = 1 / arguments.positive_integer("steps", steps), [X]
    for k in range(steps):
        halfway = X + h / 2 * velocity(X, k * h)
        X = X + h * velocity(halfway, (k + 0.5) * h)
        path.append(X)
    return np.array(path)


def told(digits: np.ndarray) -> np.ndarray:
    """Return what the network is told of digits (n,), `ANY` among them: (n, 11)."""
    return np.eye(ANY + 1, dtype=np.float32)[digits]


def squared_distances(A: np.ndarray, B: np.ndarray) -> np.ndarray:
    """Return |a - b|^2 for all pairs of rows, (n, m)."""
    squares = np.sum(A**2, axis=1)[:, np.newaxis] + np.sum(B**2, axis=1)
    return squares - 2 * A @ B.T


def covered(X: np.ndarray, centres: np.ndarray, neighbour: int = 3) -> float:
    """Return which share of X lies in balls around centres, as far as their neighbours.

    With real centres that is the precision of drawing, with drawn centres and real X
    its recall; Kynkaanniemi et al. (2019).
    """
    among = squared_distances(centres, centres)
    radii = np.partition(among, neighbour, axis=1)[:, neighbour]
    return float(np.mean(np.any(squared_distances(X, centres) <= radii, axis=1)))


def variety(
    points: np.ndarray, digits: np.ndarray, real: np.ndarray, labels: np.ndarray
) -> np.ndarray:
    """Return the variance of points within each digit, as a share of the real ones."""

    def within(cloud: np.ndarray) -> float:
        return cloud.var(axis=0, ddof=1).sum()

    shares = [
        within(points[digits == d]) / within(real[labels == d]) for d in range(ANY)
    ]
    return np.array(shares)


@dataclass
class Drawer:
    """A network that draws digits, and the space in which it does.

    Attributes
    ----------
    components : PrincipalComponents
        Of images of digits.
    scale : float
        The unit in which they are measured.
    spread : array
        Shape (d,): the mean square of each component, in that unit.
    model : Model
        Takes what `inputs` makes, and returns what is left of the velocity (n, d).
    """

    components: PrincipalComponents
    scale: float
    spread: np.ndarray
    model: Model

    @classmethod
    def untrained(
        cls,
        images: np.ndarray,
        count: int = 64,
        hidden: tuple[int, ...] = (384, 384, 384),
        rng: Generator | int = 0,
    ) -> Self:
        """Return one that has learnt nothing yet, for images (n, 784) like these."""
        rng = arguments.generator("rng", rng)
        components = principal_components(images[:IMAGES_FOR_COMPONENTS], count)
        P = components.project(images)
        scale = np.sqrt(np.mean(P**2))
        spread = np.mean((P / scale) ** 2, axis=0).astype(np.float32)
        sizes = (count + 2 * WAVES + ANY + 1, *hidden, count)
        stack = [
            layer for pair in pairwise(sizes) for layer in (Dense(*pair, rng), SiLU())
        ]
        stack[-2].weights *= 0.01  # at first, nothing is left of the velocity
        model = Model(stack[:-1], QuadraticCost(), inputs=sizes[0])
        return cls(components, float(scale), spread, model)

    def points(self, images: np.ndarray) -> np.ndarray:
        """Return images (n, 784) as points (n, d)."""
        return (self.components.project(images) / self.scale).astype(np.float32)

    def images(self, points: np.ndarray) -> np.ndarray:
        """Return points (n, d) as images (n, 784), their grey from 0 to 1."""
        return np.clip(self.components.restore(self.scale * points), 0, 1)

    def easy_part(self, X: np.ndarray, t: Time) -> tuple[np.ndarray, np.ndarray]:
        """Return (EASY), the best multiple of x as a velocity, and x's usual size."""
        square = (1 - t) ** 2 + t**2 * self.spread
        return (t * self.spread - (1 - t)) / square * X, np.sqrt(square)

    def inputs(self, X: np.ndarray, t: Time, names: np.ndarray) -> np.ndarray:
        """Return what the network hears: place, clock, and which digit is wanted."""
        angles = np.full((len(X), 1), t) * np.pi * 2.0 ** np.arange(-1, WAVES - 1)
        clock = np.sin(angles), np.cos(angles)
        parts = X / self.easy_part(X, t)[1], *clock, names
        return np.concatenate(parts, axis=1)

    def velocity(self, X: np.ndarray, t: Time, names: np.ndarray) -> np.ndarray:
        """Return the learnt velocity (n, d) at places X, for what `told` says."""
        rest = self.model.feedforward(self.inputs(X, t, names))
        return self.easy_part(X, t)[0] + rest

    def draw(
        self, digits: np.ndarray, rng: Generator, steps: int = 8, guide: float = 1.0
    ) -> np.ndarray:
        """Return points (n, d), drawn as the digits (n,) out of noise.

        guide : above 1, digits are clearer and vary less; see exercise 11.3.
        """
        names, untold = told(digits), told(np.full(len(digits), ANY))

        def velocity(X: np.ndarray, t: float) -> np.ndarray:
            v = self.velocity(X, t, names)
            if guide == 1:
                return v
            free = self.velocity(X, t, untold)
            return free + guide * (v - free)

        noise = rng.normal(size=(len(digits), len(self.spread)))
        return follow(velocity, noise, steps)[-1]

    def learn(
        self,
        digits: Digits,
        epochs: int,
        rng: Generator | int = 0,
        batch_size: int = 256,
        eta: float = 3e-3,
    ) -> list[float]:
        """Learn the velocities of roads to the digits, equation (FM).

        Returns
        -------
        list of float
            After each epoch the mean square of an error in a component of the velocity.
        """
        rng = arguments.generator("rng", rng)
        optimizer, rate = Adam(), warm_up(eta, 0.05)
        P, count = self.points(digits.images), len(digits) // batch_size
        optimizer.start(self.model.parameters)
        costs = []
        with one_blas_thread():
            for epoch in progress(range(epochs), "epoch"):
                order = rng.permutation(len(P))[: count * batch_size]
                total = 0.0
                for k, batch in enumerate(progress(order.reshape(count, -1), "batch")):
                    X, Y = self._road(P[batch], digits.labels[batch], rng)
                    cost, gradients = self.model.cost_and_gradients(X, Y)
                    moment = (epoch + (k + 0.5) / count) / epochs
                    optimizer.step(self.model.parameters, gradients, rate(moment))
                    total += 2 * cost / P.shape[1]
                costs.append(total / count)
        return costs

    def _road(
        self, ends: np.ndarray, labels: np.ndarray, rng: Generator
    ) -> tuple[np.ndarray, np.ndarray]:
        """Return inputs and targets of roads to these ends, each at some moment."""
        noise = rng.normal(size=ends.shape).astype(np.float32)
        t = sigmoid(rng.normal(size=(len(ends), 1))).astype(np.float32)
        X = (1 - t) * noise + t * ends  # (ROAD)
        names = told(np.where(rng.random(len(ends)) < UNTOLD, ANY, labels))
        rest = ends - noise - self.easy_part(X, t)[0]
        inputs = self.inputs(X, t, names)
        return inputs.astype(np.float32), rest.astype(np.float32)
