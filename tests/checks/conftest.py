"""Digits for the exercise that reads some: no test of the checks loads MNIST."""

from types import SimpleNamespace

import numpy as np
import pytest

from digitlib.checks import lesson10


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
    images = pages.reshape(600, 784)
    return SimpleNamespace(images=images, labels=labels)


@pytest.fixture(autouse=True)
def mnist(monkeypatch, unseen):
    mnist = SimpleNamespace(is_sample=False, validation=unseen)
    monkeypatch.setattr(lesson10, "load_mnist", lambda: mnist)
    return mnist
