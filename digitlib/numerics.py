"""The few functions of one variable that the whole course stands on."""

import numpy as np

from digitlib.arguments import labels_below


def sigmoid(z: np.ndarray | float) -> np.ndarray | np.floating:
    """Return the logistic function S(z) = 1 / (1 + exp(-z)), element by element.

    Any shape; float32 stays float32, integers become float64.

    Notes
    -----
    Far below 0, exp(-z) overflows to infinity, and one divided by that is the 0 that
    S(z) rounds to: the overflow is right here, and no reason for a warning.
    """
    minus_z = np.multiply(z, -1.0)  # floats even if z holds unsigned integers
    with np.errstate(over="ignore"):
        return 1 / (1 + np.exp(minus_z))


def sigmoid_prime(z: np.ndarray | float) -> np.ndarray | np.floating:
    """Return the derivative S'(z) = S(z) (1 - S(z)), element by element.

    Shapes and dtypes are as for `sigmoid`.

    Notes
    -----
    1 - S(z) loses every digit where S(z) rounds to 1. S' is even, so with
    e = exp(-abs(z)) it is e / (1 + e)^2 on both sides, without a difference.
    """
    e = np.exp(-np.abs(np.multiply(z, 1.0)))
    return e / (1 + e) ** 2


def softmax(Z: np.ndarray) -> np.ndarray:
    """Return exp(Z) with each row, along the last axis, divided by its sum.

    Notes
    -----
    Subtracting a row's largest score cancels in the quotient and keeps exp from
    overflowing.
    """
    Z = np.asarray(Z)
    powers = np.exp(Z - Z.max(axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)


def one_hot(labels: np.ndarray, classes: int = 10) -> np.ndarray:
    """Return a row for each label: 1 in the label's column, 0 elsewhere.

    Of integers (n,) from 0 to classes - 1, an array (n, classes) of float32. ValueError
    if they are anything else.
    """
    labels = labels_below("labels", labels, classes)
    rows = np.zeros((len(labels), classes), np.float32)
    rows[np.arange(len(labels)), labels] = 1
    return rows
