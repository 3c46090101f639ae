"""Lesson 10: the course's own networks, and their luck with the first weights."""

from seeds import compare_readers, learn

from digitlib.data.digits import Digits
from digitlib.model import convolutional_model, dense_model
from digitlib.network import Network


def compare(training: Digits, validation: Digits) -> dict[str, object]:
    """Let those of lessons 3, 6 and 8 learn from ten thousand images."""
    some = training[:10_000]

    def plain(rate: float, seed: int) -> float:
        network = Network((784, 40, 10), rng=seed)
        network.sgd(some, 30, eta=rate, report=None)
        return network.accuracy(validation)

    def dense(rate: float, seed: int) -> float:
        model = dense_model((784, 256, 10), rng=seed, mean=0.13)
        return learn(model, some, validation, rate, seed, 10)

    def convolutional(rate: float, seed: int) -> float:
        model = convolutional_model(rng=seed, mean=0.13)
        return learn(model, some, validation, rate, seed, 6)

    rates = 0.01, 0.03, 0.1, 0.3, 0.6
    return compare_readers(
        {
            "lesson 3": (plain, (0.1, 0.3, 1.0, 3.0, 9.0)),
            "lesson 6": (dense, rates),
            "lesson 8": (convolutional, rates),
        }
    )
