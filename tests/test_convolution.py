"""Layers for images: against loops, differences and PyTorch."""

import numpy as np
import pytest

from digitlib.gradient_check import check_layer
from digitlib.layers import Convolution, Flatten, MaxPool, MeanPool, Reshape

MAKERS = {
    "Convolution": lambda: Convolution(2, 3, (3, 2), 0, stride=(2, 1), padding=1),
    "Flatten": Flatten,
    "MaxPool": lambda: MaxPool(3, 2),
    "MeanPool": MeanPool,
    "Reshape": lambda: Reshape((2, 6, 7)),
}


def images(n=4, shape=(2, 6, 7), seed=0):
    return np.random.default_rng(seed).standard_normal((n, *shape))


@pytest.mark.parametrize("kind", MAKERS)
def test_the_way_back_agrees_with_differences(kind):
    X = images(shape=(84,)) if kind == "Reshape" else images()
    assert check_layer(MAKERS[kind](), X) < 1e-6
