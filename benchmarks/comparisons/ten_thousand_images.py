"""Lesson 10: the course's own networks, and their luck with the first weights."""

from seeds import compare_readers

from digitlib.augment import shift
from digitlib.data.digits import Digits
from digitlib.model import Model, convolutional_model, dense_model
from digitlib.network import Network
from digitlib.optimizers import Momentum
from digitlib.schedules import warm_up
from digitlib.training import train


def compare(training: Digits, validation: Digits) -> dict[str, object]:
    """Let those of lessons 3, 6 and 8 learn from ten thousand images."""
    some = training[:10_000]

    def plain(rate: float, seed: int) -> float:
        network = Network((784, 40, 10), rng=seed)
        network.sgd(some, 30, eta=rate, report=None)
        return network.accuracy(validation)

    def learn(model: Model, epochs: int, rate: float, seed: int) -> float:
        train(
            model,
            some,
            epochs,
            eta=warm_up(rate),
            optimizer=Momentum(),
            augment=shift,
            rng=seed,
            report=None,
        )
        return model.accuracy(validation)

    def dense(rate: float, seed: int) -> float:
        return learn(dense_model((784, 256, 10), rng=seed, mean=0.13), 10, rate, seed)

    def convolutional(rate: float, seed: int) -> float:
        return learn(convolutional_model(rng=seed, mean=0.13), 6, rate, seed)

    rates = 0.01, 0.03, 0.1, 0.3, 0.6
    return compare_readers(
        {
            "lesson 3": (plain, (0.1, 0.3, 1.0, 3.0, 9.0)),
            "lesson 6": (dense, rates),
            "lesson 8": (convolutional, rates),
        }
    )
