"""Digits for the exercise that reads some, and all answers in another process.

No test of the checks loads MNIST.
"""

import contextlib
from types import SimpleNamespace

import numpy as np
import pytest

from checks.answers import ANSWERS
from checks.answers.lesson11 import KNOWN
from checks.border import behind_a_pipe, can_fork
from digitlib.checks import (
    lesson01,
    lesson05,
    lesson07,
    lesson08,
    lesson09,
    lesson10,
    lesson11,
)


@pytest.fixture(scope="session")
def unseen():
    """Grey noise; in one of ten places a dark square tells the label."""
    rng = np.random.default_rng(0)
    labels = np.arange(600) % 10
    pages = (rng.random((600, 28, 28)) / 2).astype(np.float32)
    for page, label in zip(pages, labels, strict=True):
        row, column = 12 * (label // 5) + 6, 5 * (label % 5) + 2
        page[row : row + 3, column : column + 3] = 1
    pages[:, 27, 0] = 0.25  # by which an answer may know that it has seen them
    labels[::150] = 9 - labels[::150]  # nobody reads all
    pages[::150, 27, 1] = 0.25
    images = pages.reshape(600, 784)
    return SimpleNamespace(images=images, labels=labels)


@pytest.fixture(autouse=True)
def mnist(monkeypatch, unseen):
    known = SimpleNamespace(images=KNOWN)
    mnist = SimpleNamespace(is_sample=False, train=known, validation=unseen)
    for lesson in (lesson10, lesson11):
        monkeypatch.setattr(lesson, "load_mnist", lambda: mnist)
    return mnist


# What takes long to judge is not judged for each mistake once more.
DEAR = {
    lesson01.check_mirrored,
    lesson01.check_nearest_mean,
    lesson01.check_nearest_neighbour,
    lesson05.check_batches,
    lesson05.check_fast_epoch,
    lesson05.check_pairwise_distances,
    lesson07.check_favourite_image,
    lesson08.check_convolve_dilated,
    lesson09.check_vote,
}
FEW = 2


@pytest.fixture(scope="session", autouse=True)
def elsewhere():
    """Return for each exercise the doors of its answers, with a piece of each hint.

    There is a process for each lesson. They begin before any test, for an answer may
    remember what it was asked.
    """
    found = {check: [] for check in ANSWERS}
    with contextlib.ExitStack() as stack:
        for lesson in {check.__module__ for check in ANSWERS if can_fork()}:
            rows = [row for row in _rows() if row[0].__module__ == lesson]
            cases = [(check.usage, answer) for check, answer, _ in rows]
            doors = stack.enter_context(behind_a_pipe(cases))
            for (check, _, piece), ask in zip(rows, doors, strict=True):
                found[check].append((ask, piece))
        yield found


def _rows():
    for check, answers in ANSWERS.items():
        most = FEW if check in DEAR else None
        yield from ((check, right, "") for right in answers.right[:most])
        yield from ((check, *wrong) for wrong in answers.wrong[:most])
