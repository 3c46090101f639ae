"""Costs: how wrong a batch of outputs is, and the errors with which blame begins.

A cost takes what the last layer returns, Z (n, k), and the targets Y (n, k).
`outputs` says what the network answers, `cost` how wrong that is on average, and
`error` the derivatives of that average by Z.
"""

import numpy as np

from digitlib.numerics import softmax


class QuadraticCost:
    """C = 1/(2n) sum |z - y|^2, equation (C) of lesson 3."""

    @staticmethod
    def outputs(Z: np.ndarray) -> np.ndarray:
        """Return Z: the last layer has made activations already."""
        return Z

    @staticmethod
    def cost(Z: np.ndarray, Y: np.ndarray) -> float:
        """Return half the mean squared distance."""
        return float(np.sum((Z - Y) ** 2, dtype=np.float64) / (2 * len(Z)))

    @staticmethod
    def error(Z: np.ndarray, Y: np.ndarray) -> np.ndarray:
        """Return (z - y) / n."""
        return (Z - Y) / len(Z)


class CrossEntropy:
    """C = -1/n sum y ln softmax(z), equations (SM) and (CE), for scores z.

    Softmax and logarithm are taken together: ln softmax(z) is z - ln sum exp(z),
    which never takes the logarithm of an activation that has been rounded to 0, and
    the error is a - y, where taken one by one each would divide by the other's slope.
    """

    @staticmethod
    def outputs(Z: np.ndarray) -> np.ndarray:
        """Return the activations a = softmax(z), which sum to 1."""
        return softmax(Z)

    @staticmethod
    def cost(Z: np.ndarray, Y: np.ndarray) -> float:
        """Return the mean of -sum y ln a over the rows."""
        Z = Z - Z.max(axis=1, keepdims=True)
        log_activations = Z - np.log(np.exp(Z).sum(axis=1, keepdims=True))
        # A class that is ruled out has the score -inf; where y is 0, that costs 0.
        wanted = np.where(Y == 0, 0, log_activations)
        return float(-np.sum(Y * wanted, dtype=np.float64) / len(Z))

    @staticmethod
    def error(Z: np.ndarray, Y: np.ndarray) -> np.ndarray:
        """Return (a - y) / n, for targets whose rows sum to 1."""
        return (softmax(Z) - Y) / len(Z)


KINDS = {kind.__name__: kind for kind in (QuadraticCost, CrossEntropy)}
