"""Lesson 8: a convolutional network with a stride against one with pooling."""

import numpy as np
from seeds import compare_readers, learn

from digitlib.data.digits import Digits
from digitlib.layers import Centre, Convolution, Dense, Flatten, MaxPool, ReLU, Reshape
from digitlib.model import Model

RATES = 0.015, 0.03, 0.06, 0.12, 0.24


def compare(training: Digits, validation: Digits) -> dict[str, object]:
    """Take three epochs of each, and nine of the stride, which takes as long."""
    some = training[:10_000]

    def reader(pooling: bool, epochs: int):
        def seeing(rate: float, seed: int) -> float:
            model = seeing_network(pooling, seed)
            return learn(model, some, validation, rate, seed, epochs)

        return seeing, RATES

    return compare_readers(
        {
            "stride, 3 epochs": reader(pooling=False, epochs=3),
            "pooling, 3 epochs": reader(pooling=True, epochs=3),
            "stride, 9 epochs": reader(pooling=False, epochs=9),
        }
    )


def seeing_network(pooling: bool, seed: int) -> Model:
    """Return the network of lesson 8, with 16 and 32 filters."""
    rng = np.random.default_rng(seed)
    stride = 1 if pooling else 2
    layers = [Centre(0.13), Reshape((1, 28, 28))]
    for channels, filters in ((1, 16), (16, 32)):
        layers += [Convolution(channels, filters, 5, rng, stride), ReLU()]
        layers += [MaxPool(2)] if pooling else []
    return Model([*layers, Flatten(), Dense(512, 10, rng)])
