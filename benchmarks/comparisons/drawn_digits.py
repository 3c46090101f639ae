"""Lesson 11: what is drawn, read by somebody who reads more than 99.2 %."""

import numpy as np

from digitlib.augment import shift
from digitlib.data.digits import Digits
from digitlib.data.mnist import load_mnist
from digitlib.flow import Drawer, covered, squared_distances, variety
from digitlib.model import convolutional_model
from digitlib.optimizers import Momentum
from digitlib.schedules import warm_up
from digitlib.training import train

NETWORKS = {
    "as in the lesson": (64, (384, 384, 384), 20, range(5)),
    "wider, and three times as long": (64, (512, 512, 512), 60, range(2)),
}
DRAWN = 500  # of each digit
AMONG = 3000  # points, for precision, recall and the nearest training digit


def compare(training: Digits, validation: Digits) -> dict[str, object]:
    """Let networks learn to draw, from several seeds, and judge what they draw."""
    reader = convolutional_model((16, 32), rng=0, mean=0.13)
    recipe = {"eta": warm_up(0.06), "optimizer": Momentum(), "augment": shift}
    train(reader, training, 10, 32, report=None, **recipe)
    reads = {
        "validation": reader.accuracy(validation),
        "test": reader.accuracy(load_mnist().test),
    }
    print("  the reader:", reads)
    found: dict[str, dict[str, object]] = {"readers": {}, "judged": {}}
    digits = np.arange(10).repeat(DRAWN)
    some = np.random.default_rng(0).permutation(len(digits))[:AMONG]
    for name, (count, hidden, epochs, seeds) in NETWORKS.items():
        shares, judged = [], []
        for seed in seeds:
            drawer = Drawer.untrained(training.images, count, hidden, seed)
            drawer.learn(training, epochs, seed)
            points = drawer.draw(digits, np.random.default_rng(seed))
            read = reader.predict(drawer.images(points)) == digits
            shares.append(float(np.mean(read)))
            real = drawer.points(training.images)
            others = drawer.points(validation.images[:AMONG])
            varies = variety(points, digits, real, training.labels).mean()
            precision = covered(points[some], real[:AMONG])
            recall = covered(real[:AMONG], points[some])
            farther = gap(points[some], real) / gap(others, real)
            judged.append([float(varies), precision, recall, farther])
            print(f"  {name}, seed {seed}: {100 * shares[-1]:.2f} %", judged[-1])
        found["readers"][name] = shares
        found["judged"][name] = judged
    return {**found, "reader": reads}


def gap(X: np.ndarray, points: np.ndarray) -> float:
    """Return the median of how far from X the nearest of the points is."""
    parts = np.array_split(X, 30)  # all pairs at once would take a gigabyte
    squares = [squared_distances(part, points).min(axis=1) for part in parts]
    return float(np.median(np.sqrt(np.concatenate(squares))))
