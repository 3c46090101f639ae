"""How good a classifier's verdicts are, and how much its confidence is worth.

Outputs are what `feedforward` returns, a row (classes,) for each sample. The verdict is
the class with the largest one, and its *confidence* is that output. Labels are
integers (n,).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from digitlib import arguments
from digitlib.numerics import softmax

ROUNDING = 1e-5  # by how much float32 outputs may lie above 1


def confusion_matrix(
    predictions: np.ndarray, labels: np.ndarray, classes: int = 10
) -> np.ndarray:
    """Count which class is taken for which, equation (CONF).

    Parameters
    ----------
    predictions, labels : array of int
        Shape (n,): what the samples are said to be, and what they are.
    classes : int
        Number of classes.

    Returns
    -------
    array of int
        Shape (classes, classes). Row i, column j: how many samples of class i are said
        to be of class j.
    """
    classes = arguments.positive_integer("classes", classes)
    predictions = arguments.labels_below("predictions", predictions, classes)
    labels = arguments.labels_below("labels", labels, classes)
    if len(labels) != len(predictions):
        raise ValueError(
            f"there are {len(predictions)} predictions and {len(labels)} labels; "
            f"every sample needs one of each"
        )
    places = labels.astype(np.int64) * classes + predictions
    return np.bincount(places, minlength=classes**2).reshape(classes, classes)


def precision(matrix: np.ndarray) -> np.ndarray:
    """Return for each class how often it is right to say so, equation (PREC).

    From a confusion matrix (classes, classes), shares (classes,) from 0 to 1; NaN for a
    class that is never said.
    """
    matrix = _counts(matrix)
    return _shares(matrix.diagonal(), matrix.sum(axis=0))


def recall(matrix: np.ndarray) -> np.ndarray:
    """Return for each class how many of its samples are found, equation (REC).

    From a confusion matrix (classes, classes), shares (classes,) from 0 to 1; NaN for a
    class without samples.
    """
    matrix = _counts(matrix)
    return _shares(matrix.diagonal(), matrix.sum(axis=1))


def most_confident_mistakes(
    outputs: np.ndarray, labels: np.ndarray, count: int
) -> np.ndarray:
    """Return which samples are misjudged with the greatest confidence.

    At most `count` indices of wrong verdicts, the most confident first; of equal ones
    the earlier.
    """
    outputs, labels = _judged(outputs, labels)
    count = arguments.positive_integer("count", count)
    wrong = np.flatnonzero(outputs.argmax(axis=1) != labels)
    order = np.argsort(-outputs[wrong].max(axis=1), kind="stable")
    return wrong[order[:count]]


@dataclass(frozen=True)
class Calibration:
    """What the verdicts of each range of confidence are worth.

    Attributes
    ----------
    confidence, accuracy : array
        Shape (bins,): the mean confidence, and the share of right verdicts, of those
        whose confidence lies in the range; NaN where there are none.
    count : array of int
        Shape (bins,): how many they are.
    """

    confidence: np.ndarray
    accuracy: np.ndarray
    count: np.ndarray

    @property
    def expected_error(self) -> float:
        """The expected calibration error, equation (ECE); Guo et al. (2017).

        The distance of confidence and accuracy, averaged over the samples.
        """
        distance = np.abs(self.accuracy - self.confidence)
        filled = self.count > 0
        return float(np.average(distance[filled], weights=self.count[filled]))


def calibration(outputs: np.ndarray, labels: np.ndarray, bins: int = 10) -> Calibration:
    """Compare how sure a classifier is with how often it is right.

    Parameters
    ----------
    outputs : array
        Shape (n, classes), n at least 1, each value from 0 to 1: not scores.
    labels : array of int
        Shape (n,).
    bins : int
        Into how many equal ranges the confidences from 0 to 1 are sorted. A range
        has its lower end, the last one both.
    """
    outputs, labels = _judged(outputs, labels)
    bins = arguments.positive_integer("bins", bins)
    if len(labels) == 0 or outputs.min() < 0 or outputs.max() > 1 + ROUNDING:
        raise ValueError(
            "calibration needs one row of activations, from 0 to 1, for each label; "
            "of scores take the softmax first"
        )
    confidence = np.minimum(outputs.max(axis=1).astype(np.float64), 1)
    right = outputs.argmax(axis=1) == labels
    places = np.minimum((confidence * bins).astype(int), bins - 1)
    count = np.bincount(places, minlength=bins)
    return Calibration(
        _shares(np.bincount(places, confidence, bins), count),
        _shares(np.bincount(places, right, bins), count),
        count,
    )


def best_temperature(scores: np.ndarray, labels: np.ndarray) -> float:
    """Return the temperature T with which softmax(scores / T) costs least.

    Parameters
    ----------
    scores : array
        Shape (n, classes): what the softmax is taken of.
    labels : array of int
        Shape (n,). These samples should not be those that were learnt from.

    Returns
    -------
    float
        Above 0. The verdicts are the same at any temperature.

    Raises
    ------
    ValueError
        If there is no best temperature: where no verdict is wrong colder is always
        better, and where the scores are no better than chance, hotter.

    Notes
    -----
    Guo, Pleiss, Sun and Weinberger (2017). As a function of 1/T the cross-entropy is
    convex, and its derivative, equation (TEMP), is the mean score that is expected less
    the mean score of the truth: it has one zero.
    """
    from scipy.optimize import brentq  # here: SciPy is slow to import

    scores, labels = _judged(scores, labels)
    scores = scores.astype(np.float64)
    truth = scores[np.arange(len(labels)), labels].mean() if len(labels) else 0.0

    def slope(coldness: float) -> float:
        expected = (softmax(coldness * scores) * scores).sum(axis=1)
        return expected.mean() - truth

    if len(labels) == 0 or slope(0.0) >= 0:
        raise ValueError("the scores do not know the labels better than chance")
    if scores.max(axis=1).mean() <= truth:
        raise ValueError(
            "no verdict is wrong: choose a temperature on samples that were not "
            "learnt from, and more of them"
        )
    coldest = 1 / scores.std()
    while slope(coldest) <= 0:
        coldest *= 2
    return 1 / brentq(slope, 0.0, coldest, xtol=1e-12 * coldest)


def _judged(outputs: np.ndarray, labels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    outputs = np.asarray(outputs)
    if outputs.ndim != 2 or not np.issubdtype(outputs.dtype, np.floating):
        raise ValueError(
            f"one row of outputs for each sample is needed, not {outputs.dtype} "
            f"of shape {outputs.shape}"
        )
    if not np.isfinite(outputs).all():
        raise ValueError("some outputs are infinite or no numbers")
    labels = arguments.labels_below("labels", labels, outputs.shape[1])
    if len(labels) != len(outputs):
        raise ValueError(
            f"there are {len(outputs)} rows of outputs and {len(labels)} labels; "
            f"every sample needs one of each"
        )
    return outputs, labels


def _counts(matrix: np.ndarray) -> np.ndarray:
    matrix = np.asarray(matrix)
    is_square = matrix.ndim == 2 and matrix.shape[0] == matrix.shape[1] > 0
    if not (
        is_square and np.issubdtype(matrix.dtype, np.integer) and matrix.min() >= 0
    ):
        raise ValueError(
            f"a confusion matrix is a square of counts, as confusion_matrix makes it, "
            f"not {matrix.dtype} of shape {matrix.shape}"
        )
    return matrix


def _shares(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    """Return part / whole, and NaN where the whole is 0."""
    nothing = np.full(np.shape(whole), np.nan)
    return np.divide(part, whole, out=nothing, where=whole > 0)
