"""Lesson 7: what it costs a network to be taught, on nonsense, to doubt."""

from functools import cache

import numpy as np
from seeds import SEEDS, compare_readers

from digitlib.data.digits import Digits
from digitlib.model import Model, dense_model
from digitlib.numerics import one_hot
from digitlib.optimizers import Momentum
from digitlib.runtime import one_blas_thread
from digitlib.schedules import warm_up
from digitlib.training import train

RATES = 0.01, 0.03, 0.1, 0.3, 1.0


def compare(training: Digits, validation: Digits) -> dict[str, object]:
    """Let networks go on for a pass, with digits alone or nonsense beside them."""
    nonsense, targets = _nonsense(training.images), one_hot(training.labels)

    @cache
    def before(seed: int) -> Model:
        model = dense_model((784, 64, 10), rng=seed, mean=0.13, dtype=np.float64)
        steps = {"eta": warm_up(0.2), "optimizer": Momentum(), "report": None}
        train(model, training, 8, rng=seed, **steps)
        return model

    def go_on(rate: float, seed: int, nonsense_images: int) -> float:
        rng, network = np.random.default_rng(seed), before(seed).astype(np.float64)
        optimizer = Momentum()
        optimizer.start(network.parameters)
        order = rng.permutation(len(training))
        batches = np.array_split(order, len(order) // 64)
        unknown = np.full((nonsense_images, 10), 0.1)
        with one_blas_thread():
            for k, batch in enumerate(batches):
                added = rng.choice(nonsense, nonsense_images)
                images = np.vstack([training.images[batch], added]).astype(float)
                Y = np.vstack([targets[batch], unknown])
                _, gradients = network.cost_and_gradients(images, Y)
                eta = rate * (1 - k / len(batches))
                optimizer.step(network.parameters, gradients, eta)
        return network.accuracy(validation)

    found = compare_readers(
        {"with nonsense": (lambda rate, seed: go_on(rate, seed, 16), RATES)}
    )
    # Who goes on with digits alone does best not to go on at all: so at the same rate.
    rate = found["rates"]["with nonsense"]
    found["readers"]["digits alone"] = [go_on(rate, seed, 0) for seed in SEEDS]
    found["readers"]["before"] = [before(seed).accuracy(validation) for seed in SEEDS]
    return found


def _nonsense(images: np.ndarray) -> np.ndarray:
    """Return noise of any strength, and digits cut into tiles in another order."""
    rng = np.random.default_rng(3)
    noise = rng.random((2000, 784)) * rng.random((2000, 1))
    tiles = images[:2000].reshape(2000, 4, 7, 4, 7).swapaxes(2, 3)
    tiles = tiles.reshape(2000, 16, 49)
    mixed = np.array([sixteen[rng.permutation(16)] for sixteen in tiles])
    mixed = mixed.reshape(2000, 4, 4, 7, 7).swapaxes(2, 3).reshape(2000, 784)
    return np.vstack([noise, mixed])
