"""Metrics against loops, SciPy and scikit-learn."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize_scalar
from scipy.special import log_softmax, softmax

from digitlib.metrics import (
    Calibration,
    best_temperature,
    calibration,
    confusion_matrix,
    most_confident_mistakes,
    precision,
    recall,
)
from helpers import refuses

SEEDS = st.integers(0, 10_000)


def verdicts(seed, n=40, classes=5):
    rng = np.random.default_rng(seed)
    labels = rng.integers(classes, size=n)
    said = np.where(rng.random(n) < 0.6, labels, rng.integers(classes, size=n))
    return labels, said


def outputs(seed, n=60, classes=4, dtype=np.float64):
    """Activations that know something of the labels, and are too sure of it."""
    rng = np.random.default_rng(seed)
    labels = rng.integers(classes, size=n)
    scores = 2 * rng.normal(size=(n, classes))
    scores[np.arange(n), labels] += 2
    return scores.astype(dtype), labels


@given(seed=SEEDS, n=st.integers(0, 30), classes=st.integers(1, 6))
def test_confusion_is_counted_pair_by_pair(seed, n, classes):
    labels, said = verdicts(seed, n, classes)
    expected = np.zeros((classes, classes), int)
    for label, verdict in zip(labels, said, strict=True):
        expected[label, verdict] += 1
    matrix = confusion_matrix(said, labels, classes)
    assert np.array_equal(matrix, expected)
    assert np.issubdtype(matrix.dtype, np.integer)


def test_small_integer_types_do_not_overflow():
    labels = np.full(3, 19, np.uint8)
    assert confusion_matrix(labels, labels, classes=20)[19, 19] == 3


@given(seed=SEEDS)
def test_precision_and_recall_are_shares_of_samples(seed):
    labels, said = verdicts(seed)
    matrix = confusion_matrix(said, labels, 7)  # two classes that never occur
    for digit in range(7):
        right = np.sum((labels == digit) & (said == digit))
        for found, whole in (
            (precision(matrix)[digit], np.sum(said == digit)),
            (recall(matrix)[digit], np.sum(labels == digit)),
        ):
            assert np.isnan(found) if whole == 0 else found == right / whole


@pytest.mark.frameworks
def test_confusion_precision_and_recall_are_scikit_learns():
    sklearn = pytest.importorskip("sklearn.metrics", reason="no scikit-learn")
    labels, said = verdicts(3)
    matrix = confusion_matrix(said, labels, 5)
    assert np.array_equal(matrix, sklearn.confusion_matrix(labels, said))
    theirs = sklearn.precision_recall_fscore_support(labels, said)
    np.testing.assert_allclose(precision(matrix), theirs[0])
    np.testing.assert_allclose(recall(matrix), theirs[1])


@given(seed=SEEDS, count=st.integers(1, 80))
def test_mistakes_come_in_the_order_of_their_confidence(seed, count):
    scores, labels = outputs(seed)
    A = softmax(scores, axis=1).round(1)  # so that many are equal
    found = most_confident_mistakes(A, labels, count)
    wrong = [k for k in range(len(A)) if A[k].argmax() != labels[k]]
    wrong.sort(key=lambda k: (-A[k].max(), k))
    assert found.tolist() == wrong[:count]


@given(seed=SEEDS, bins=st.integers(1, 20))
def test_calibration_is_counted_sample_by_sample(seed, bins):
    scores, labels = outputs(seed, dtype=np.float32)
    A = softmax(scores, axis=1)
    found = calibration(A, labels, bins)
    members = [[] for _ in range(bins)]
    for a, label in zip(A, labels, strict=True):
        place = min(int(float(a.max()) * bins), bins - 1)
        members[place].append((float(a.max()), a.argmax() == label))
    expected_error = 0.0
    for k, inside in enumerate(members):
        assert found.count[k] == len(inside)
        if not inside:
            assert np.isnan(found.confidence[k])
            assert np.isnan(found.accuracy[k])
            continue
        confidence, accuracy = np.mean(np.array(inside, float), axis=0)
        assert found.confidence[k] == pytest.approx(confidence)
        assert found.accuracy[k] == pytest.approx(accuracy)
        expected_error += len(inside) / len(A) * abs(confidence - accuracy)
    assert found.expected_error == pytest.approx(expected_error)


@pytest.mark.frameworks
def test_a_reliability_curve_is_scikit_learns():
    sklearn = pytest.importorskip("sklearn.calibration", reason="no scikit-learn")
    scores, labels = outputs(1, n=500)
    A = softmax(scores, axis=1)
    right = A.argmax(axis=1) == labels
    accuracy, confidence = sklearn.calibration_curve(right, A.max(axis=1), n_bins=10)
    found = calibration(A, labels)
    filled = found.count > 0
    np.testing.assert_allclose(found.accuracy[filled], accuracy)
    np.testing.assert_allclose(found.confidence[filled], confidence)


def test_the_ends_of_the_ranges_belong_somewhere():
    A = np.array([[1, 0], [0.5, 0.5], [0.6, 0.4], [1 + 1e-6, 0]])
    found = calibration(A, np.zeros(4, int), bins=2)
    assert found.count.tolist() == [0, 4]
    assert found.expected_error == pytest.approx(1 - np.mean([1, 0.5, 0.6, 1]))


def test_a_classifier_that_says_how_often_it_is_right_has_no_error():
    ranges = np.array([np.nan, 0.7])
    exact = Calibration(ranges, ranges, np.array([0, 9]))
    assert exact.expected_error == 0


@settings(max_examples=30)
@given(seed=SEEDS, factor=st.floats(0.01, 100))
def test_the_temperature_makes_the_cost_least(seed, factor):
    scores, labels = outputs(seed)
    scores *= factor
    if np.all(scores.argmax(axis=1) == labels):
        return

    def cost(log_temperature):
        logs = log_softmax(scores / np.exp(log_temperature), axis=1)
        return -logs[np.arange(len(labels)), labels].mean()

    around = np.log(factor)
    best = minimize_scalar(cost, bounds=(around - 4, around + 4), method="bounded")
    found = best_temperature(scores, labels)
    assert cost(np.log(found)) <= best.fun + 1e-9
    assert found == pytest.approx(np.exp(best.x), rel=1e-2)


def test_the_temperature_of_scores_that_were_multiplied_is_the_factor():
    """Labels drawn from softmax(scores) are what the softmax says they are."""
    rng = np.random.default_rng(0)
    scores = 2 * rng.normal(size=(20_000, 4))
    sums = softmax(scores, axis=1).cumsum(axis=1)
    labels = (rng.random((20_000, 1)) > sums).sum(axis=1)
    assert best_temperature(3 * scores, labels) == pytest.approx(3, rel=0.05)
    assert calibration(softmax(scores, axis=1), labels).expected_error < 0.02


LABELS = np.array([0, 1, 2])
SURE = np.eye(3)


test_wrong_arguments = refuses(
    (lambda: confusion_matrix([0, 10], [0, 1]), "predictions must lie"),
    (lambda: confusion_matrix([0, 1], [0, 10]), "labels must lie"),
    (lambda: confusion_matrix([0, 1], [0]), "2 predictions and 1 labels"),
    (lambda: confusion_matrix([0.0], [0]), "predictions must be"),
    (lambda: confusion_matrix([0], [0], 0), "classes"),
    (lambda: precision(np.ones((2, 3), int)), r"not int64 of shape \(2, 3\)"),
    (lambda: recall(np.ones((2, 2))), "float64"),
    (lambda: recall(np.array([[1, 0], [0, -1]])), "square of counts"),
    (lambda: precision(np.zeros((0, 0), int)), "square of counts"),
    (lambda: most_confident_mistakes(SURE, LABELS[:2], 1), "3 rows .* 2 labels"),
    (lambda: most_confident_mistakes(SURE[0], LABELS, 1), r"shape \(3,\)"),
    (lambda: most_confident_mistakes(SURE, LABELS, 0), "count"),
    (lambda: most_confident_mistakes(SURE, LABELS + 1, 1), "between 0 and 2"),
    (lambda: most_confident_mistakes(SURE * np.nan, LABELS, 1), "no numbers"),
    (lambda: calibration(SURE.astype(int), LABELS), "int64"),
    (lambda: calibration(2 * SURE, LABELS), "softmax first"),
    (lambda: calibration(-SURE, LABELS), "softmax first"),
    (lambda: calibration(SURE[:0], LABELS[:0]), "one row"),
    (lambda: calibration(SURE, LABELS, bins=0.5), "bins"),
    (lambda: best_temperature(SURE, LABELS), "no verdict is wrong"),
    (lambda: best_temperature(SURE, LABELS[[1, 2, 0]]), "better than chance"),
    (lambda: best_temperature(SURE[:0], LABELS[:0]), "better than chance"),
    (lambda: best_temperature(0 * SURE, LABELS), "better than chance"),
)
