"""Where the weights begin: one function for each way that lesson 6 compares.

Each takes the shape of a layer's weights, (outputs, inputs), and a Generator.
"""

import numpy as np


def zeros_matrix(rows: int, columns: int, rng: np.random.Generator) -> np.ndarray:
    """Return zeros: all neurons of a layer are equal, and remain so."""
    return np.zeros((rows, columns))


def normal_matrix(rows: int, columns: int, rng: np.random.Generator) -> np.ndarray:
    """Return Gaussian numbers of variance 1: sums grow with the number of inputs."""
    return rng.standard_normal((rows, columns))


def rnd_matrix(rows: int, columns: int, rng: np.random.Generator) -> np.ndarray:
    """Return Gaussian numbers of variance 1 / columns: sums keep their size."""
    return rng.standard_normal((rows, columns)) / np.sqrt(columns)


def he_matrix(rows: int, columns: int, rng: np.random.Generator) -> np.ndarray:
    """Return Gaussian numbers of variance 2 / columns, equation (HE).

    A ReLU keeps half of the mean square of what it is given, and the 2 makes up for
    it; He, Zhang, Ren and Sun (2015).
    """
    return rng.standard_normal((rows, columns)) * np.sqrt(2 / columns)
