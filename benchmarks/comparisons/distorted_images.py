"""Lesson 9: a thousand images as they are, against the same ones distorted."""

from seeds import compare_readers

from digitlib.augment import distort
from digitlib.data.digits import Digits
from digitlib.model import convolutional_model
from digitlib.optimizers import Momentum
from digitlib.schedules import warm_up
from digitlib.training import train


def compare(training: Digits, validation: Digits) -> dict[str, object]:
    """Go through them thirty times, as the lesson does."""

    def reader(augment):
        def learn(rate: float, seed: int) -> float:
            model = convolutional_model(rng=seed, mean=0.13, l2=0.0005)
            train(
                model,
                training[:1000],
                30,
                batch_size=32,
                eta=warm_up(rate),
                optimizer=Momentum(),
                augment=augment,
                rng=seed,
                report=None,
            )
            return model.accuracy(validation)

        return learn, (0.025, 0.05, 0.1, 0.2)

    return compare_readers({"as they are": reader(None), "distorted": reader(distort)})
