"""One small figure of each kind, always the same, for tests in Python and browser."""

import numpy as np

from digitlib import Digits, Network
from digitlib.data.sample import read_sample
from digitlib.live.descent import Descent
from digitlib.live.glass import GlassNetwork


def descent():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(200, 2)) @ [[1, 0.7], [0, 0.7]]
    y = (X @ (2, -2) + rng.normal(size=200) > 0).astype(float)
    w1, w2 = np.linspace(-8, 12, 41), np.linspace(-15, 5, 41)
    z = np.stack(np.meshgrid(w1, w2), 2) @ X.T
    height = (np.logaddexp(0, z) - y * z).mean(2)
    return Descent(X, y, height, (-8, 12, -15, 5), (4, 3), 2.0, mu=0.5)


def glass():
    images, labels, *_ = read_sample()
    images = images / 256
    network = Network((784, 40, 10), rng=0, dtype=np.float64)
    network.sgd(Digits(images[:4000], labels[:4000]), 3, eta=0.5, report=None)
    return GlassNetwork(network, images[4000:4008], labels[4000:4008])


FIGURES = {"descent": descent, "glass": glass}
