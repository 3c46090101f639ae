"""Lesson 6: what each cure gives, taken away alone, and what else could be added."""

from statistics import mean

from seeds import CHOOSING, SEEDS, compare_readers, learn

from digitlib.costs import QuadraticCost
from digitlib.data.digits import Digits
from digitlib.initialisation import rnd_matrix
from digitlib.layers import Sigmoid
from digitlib.model import Model, dense_model
from digitlib.network import Network
from digitlib.optimizers import SGD

EPOCHS = 10
# Each reader: how it differs from the full recipe, and the rates to choose from.
RATES = 0.025, 0.05, 0.1, 0.2, 0.4
READERS = {
    "full recipe": ({}, RATES),
    "sigmoid for ReLU": ({"activation": Sigmoid}, (0.1, 0.2, 0.4, 0.8)),
    "quadratic cost for cross-entropy": ({"quadratic": True}, (0.2, 0.4, 0.8, 1.6)),
    "1/n for He": ({"initial": rnd_matrix}, RATES),
    "no centring": ({"mean": 0.0}, RATES),
    "no shuffling": ({"steps": {"shuffle": False}}, RATES),
    "no momentum": ({"steps": {"optimizer": SGD()}}, (0.2, 0.4, 0.8, 1.6, 3.2)),
    "steady rate": ({"steady": True}, (0.00625, 0.0125, 0.025, 0.05, 0.1)),
    "no shifts": ({"steps": {"augment": None}}, RATES),
    "and L2, 0.0001": ({"l2": 1e-4}, RATES),
    "and dropout, 0.9 kept": ({"keep": 0.9}, RATES),
    "and batch normalisation": ({"batch_norm": True}, (0.05, 0.1, 0.2, 0.4, 0.8)),
}


def compare(training: Digits, validation: Digits) -> dict[str, object]:
    """Take ten epochs of each, with 40 and with 256 hidden neurons."""

    def changed(hidden, steps=None, steady=False, quadratic=False, **model):
        def reader(rate: float, seed: int) -> float:
            network = dense_model((784, hidden, 10), seed, **{"mean": 0.13} | model)
            if quadratic:
                network = Model([*network.layers, Sigmoid()], QuadraticCost())
            settings = ({"eta": rate} if steady else {}) | (steps or {})
            return learn(network, training, validation, rate, seed, EPOCHS, **settings)

        return reader

    def lesson_3(hidden, epochs=EPOCHS):
        def read(rate: float, seed: int) -> float:
            network = Network((784, hidden, 10), seed)
            network.sgd(training, epochs, eta=rate, report=None)
            return network.accuracy(validation)

        def reader(rate: float, seed: int) -> float:
            # At a high rate it fails from most beginnings: one says too little of it.
            seeds = range(seed, seed + 3) if seed == CHOOSING else [seed]
            return mean(read(rate, seed) for seed in seeds)

        return reader

    readers = {}
    for hidden in (40, 256):
        old = lesson_3(hidden), (0.4, 0.8, 1.6, 3.2, 6.4, 12.8)
        readers[f"{hidden}: lesson 3's recipe"] = old
        for name, (change, rates) in READERS.items():
            readers[f"{hidden}: {name}"] = changed(hidden, **change), rates
    found = compare_readers(readers)
    # With its own rate and epochs, which nobody has chosen with care.
    itself = lesson_3(40, epochs=30)
    found["readers"]["40: lesson 3 itself"] = [itself(0.1, seed) for seed in SEEDS]
    return found
