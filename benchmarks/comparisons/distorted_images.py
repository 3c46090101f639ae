"""Lesson 9: a thousand images as they are, against the same ones distorted."""

from seeds import compare_readers, learn

from digitlib.augment import distort
from digitlib.data.digits import Digits
from digitlib.model import convolutional_model


def compare(training: Digits, validation: Digits) -> dict[str, object]:
    """Go through them thirty times, as the lesson does."""

    def reader(augment):
        settings = {"epochs": 30, "batch_size": 32, "augment": augment}

        def convolutional(rate: float, seed: int) -> float:
            model = convolutional_model(rng=seed, mean=0.13, l2=0.0005)
            return learn(model, training[:1000], validation, rate, seed, **settings)

        return convolutional, (0.025, 0.05, 0.1, 0.2)

    return compare_readers({"as they are": reader(None), "distorted": reader(distort)})
