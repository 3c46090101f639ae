"""Gradient descent to touch: its start, the length of its steps, where they lead."""

import numpy as np
from matplotlib.figure import Figure

from digitlib.live.figure import LiveFigure
from digitlib.numerics import sigmoid
from digitlib.pictures import plots


class Descent(LiveFigure, module="descent"):
    """The map of a neuron's cost over its two weights, to go down on.

    The cost is the mean log-loss; the start, the learning rate, the momentum and the
    number of steps can be changed.

    Parameters
    ----------
    X : array
        Inputs, shape (n, 2).
    y : array
        Answers 0 and 1, shape (n,).
    height : array
        The cost over the map, on a grid: a row for each second weight, rising.
    corners : four floats
        The map's edges: the first weight's lowest and highest, the second's.
    start : pair of float
        The weights to begin with.
    eta : float
        The learning rate, from 0.1 to 40.
    steps : int
        How many steps are shown, at most 60.
    mu : float
        The momentum, from 0 to 0.95; with 0 there is no second path.
    """

    def __init__(
        self,
        X: np.ndarray,
        y: np.ndarray,
        height: np.ndarray,
        corners: tuple[float, float, float, float],
        start: tuple[float, float],
        eta: float,
        steps: int = 0,
        mu: float = 0.0,
    ) -> None:
        columns = np.asarray(X, np.float32).T.copy()
        self._X, self._y = columns.T.astype(float), np.asarray(y, float)
        self._height, self._corners = np.asarray(height, np.float32), corners
        bend = np.linalg.eigvalsh(self._X.T @ self._X / len(self._y)).max() / 4
        arrays = {
            "X": columns,
            "y": np.asarray(y, np.uint8),
            "height": self._height,
            "corners": np.array(corners, np.float32),
        }
        view = {"start": [float(w) for w in start], "eta": eta, "mu": mu}
        super().__init__(arrays, {**view, "steps": steps, "safe": 2 / bend})

    def _cost(self, w: np.ndarray) -> float:
        z = self._X @ w
        return float(np.mean(np.logaddexp(0, z) - self._y * z))

    def path(self, mu: float = 0.0) -> np.ndarray:
        """Return the places on the way, (steps + 1, 2), the start first."""
        eta, path = self.view["eta"], [np.array(self.view["start"])]
        v = np.zeros(2)
        for _ in range(self.view["steps"]):
            error = sigmoid(self._X @ path[-1]) - self._y
            v = mu * v - eta * error @ self._X / len(error)
            path.append(path[-1] + v)
        return np.array(path)

    def picture(self) -> tuple[Figure, str]:
        """Return the map with the path or the paths, and what they show."""
        eta, mu, steps = (self.view[name] for name in ("eta", "mu", "steps"))
        left, right, bottom, top = self._corners
        rows, columns = self._height.shape
        grid = np.linspace(left, right, columns), np.linspace(bottom, top, rows)
        figure, axes = plots.subplots(size=(4.2, 4.0))
        levels = [0.3, 0.4, 0.6, 1, 1.5, 2, 3, 4, 6, 8, 10]
        axes.contour(*grid, self._height, levels, colors="#9A9A9A", linewidths=0.7)
        ways = {"without momentum": self.path()}
        if mu > 0:
            ways[f"momentum {mu:g}"] = self.path(mu)
        marks = plots.markers(len(ways))
        for (name, way), (marker, colour) in zip(ways.items(), marks, strict=True):
            axes.plot(*way.T, f"{marker}-", color=colour, lw=1, ms=2.5, label=name)
        axes.plot(*self.view["start"], "s", color=plots.ORANGE, ms=7)
        axes.set(xlabel="$w_1$", ylabel="$w_2$", aspect="equal")
        axes.set(xlim=(left, right), ylim=(bottom, top), title=rf"$\eta = {eta:.2f}$")
        axes.grid(visible=False)
        axes.legend(loc="lower left")
        return figure, (
            "The map of the cost over two weights, a long valley, and on it a way "
            f"of {steps} steps at a learning rate of {eta:.2f}, from the start to a "
            f"cost of {self._cost(ways['without momentum'][-1]):.2f}."
        )
