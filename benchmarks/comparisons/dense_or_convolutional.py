"""Lesson 8: a dense network against a convolutional one with about as much work."""

from seeds import compare_readers, learn

from digitlib.data.digits import Digits
from digitlib.model import convolutional_model, dense_model


def compare(training: Digits, validation: Digits) -> dict[str, object]:
    """Take ten epochs of the dense one, and six of the other."""

    def dense(rate: float, seed: int) -> float:
        model = dense_model((784, 256, 10), rng=seed, mean=0.13)
        return learn(model, training, validation, rate, seed, 10)

    def convolutional(rate: float, seed: int) -> float:
        model = convolutional_model((16, 32), rng=seed, mean=0.13)
        return learn(model, training, validation, rate, seed, 6, batch_size=32)

    return compare_readers(
        {
            "dense, 10 epochs": (dense, (0.05, 0.1, 0.2, 0.4)),
            "16 and 32 filters, 6 epochs": (convolutional, (0.015, 0.03, 0.06, 0.12)),
        }
    )
