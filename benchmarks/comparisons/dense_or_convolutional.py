"""Lesson 8: a dense network against a convolutional one with less work."""

from seeds import compare_readers

from digitlib.augment import shift
from digitlib.data.digits import Digits
from digitlib.model import Model, convolutional_model, dense_model
from digitlib.optimizers import Momentum
from digitlib.schedules import warm_up
from digitlib.training import train


def compare(training: Digits, validation: Digits) -> dict[str, object]:
    """Take ten epochs of the dense one, and six of the other."""

    def learn(model: Model, epochs: int, batch_size: int, rate: float, seed: int):
        train(
            model,
            training,
            epochs,
            batch_size=batch_size,
            eta=warm_up(rate),
            optimizer=Momentum(),
            augment=shift,
            rng=seed,
            report=None,
        )
        return model.accuracy(validation)

    def dense(rate: float, seed: int) -> float:
        model = dense_model((784, 256, 10), rng=seed, mean=0.13)
        return learn(model, 10, 64, rate, seed)

    def convolutional(rate: float, seed: int) -> float:
        model = convolutional_model((16, 32), rng=seed, mean=0.13)
        return learn(model, 6, 32, rate, seed)

    return compare_readers(
        {
            "dense, 10 epochs": (dense, (0.05, 0.1, 0.2, 0.4)),
            "16 and 32 filters, 6 epochs": (convolutional, (0.015, 0.03, 0.06, 0.12)),
        }
    )
