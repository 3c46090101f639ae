"""Lesson 6: what helps against over-fitting, where a thousand images are all."""

from seeds import compare_readers, learn

from digitlib.augment import shift
from digitlib.data.digits import Digits
from digitlib.model import dense_model

EPOCHS = 60
RATES = 0.0125, 0.025, 0.05, 0.1, 0.2, 0.4, 0.8


def compare(training: Digits, validation: Digits) -> dict[str, object]:
    """Take sixty epochs of each; one half of the validation images is for stopping."""
    few, watched, unseen = training[:1000], validation[:5000], validation[5000:]
    stopping = {"validation": watched, "patience": 5}

    def reader(steps=None, steady=False, **model):
        def one(rate: float, seed: int) -> float:
            network = dense_model((784, 256, 10), seed, mean=0.13, **model)
            settings = {"augment": None} | ({"eta": rate} if steady else {})
            settings |= steps or {}
            return learn(network, few, unseen, rate, seed, EPOCHS, **settings)

        return one, RATES

    return compare_readers(
        {"nothing": reader()}
        | {f"L2, {l2:g}": reader(l2=l2) for l2 in (0.0003, 0.001, 0.003, 0.01)}
        | {f"dropout, {keep:g} kept": reader(keep=keep) for keep in (0.8, 0.5, 0.3)}
        | {
            "stopped early": reader(stopping),
            "steady rate": reader(steady=True),
            "steady rate, stopped early": reader(stopping, steady=True),
            "shifts": reader({"augment": shift}),
            "batch normalisation": reader(batch_norm=True),
        }
    )
