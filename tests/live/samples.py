"""One small figure of each kind, always the same, for tests in Python and browser."""

import base64
import json
from pathlib import Path

import numpy as np

from digitlib import (
    Digits,
    Model,
    Momentum,
    Network,
    convolutional_model,
    dense_model,
    train,
)
from digitlib.data.handwriting import load_handwriting
from digitlib.data.sample import read_sample
from digitlib.flow import Drawer
from digitlib.live.blame import Blame
from digitlib.live.descent import Descent
from digitlib.live.draw_pad import DrawPad
from digitlib.live.figure import LIVE_FIGURE
from digitlib.live.glass import GlassNetwork
from digitlib.live.how_sure import HowSure
from digitlib.live.road import Road
from digitlib.live.window import Window

LESSONS = Path(__file__).parents[2] / "notebooks"


def blame():
    """The pencil network of lesson 4."""
    weights = [[[1, -1], [1, 1], [-1, 1]], [[2, -1, 1], [1, 1, -2]]]
    return Blame(weights, [3 * [-0.5], [-1, 0.5]], [1, 0.5], [1, 0])


def descent():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(200, 2)) @ [[1, 0.7], [0, 0.7]]
    y = (X @ (2, -2) + rng.normal(size=200) > 0).astype(float)
    w1, w2 = np.linspace(-8, 12, 41), np.linspace(-15, 5, 41)
    z = np.stack(np.meshgrid(w1, w2), 2) @ X.T
    height = (np.logaddexp(0, z) - y * z).mean(2)
    return Descent(X, y, height, (-8, 12, -15, 5), (4, 3), 2.0, mu=0.5)


def glass():
    learnt, some = digits()
    network = Network((784, 40, 10), rng=0, dtype=np.float64)
    network.sgd(learnt, 3, eta=0.5, report=None)
    return GlassNetwork(network, some.images, some.labels)


def how_sure():
    learnt, some = digits()
    model = dense_model((784, 20, 10), rng=0, mean=0.13, dtype=np.float64)
    train(model, learnt, 3, eta=0.1, optimizer=Momentum(), report=None)
    return HowSure(model, some.images, some.labels, T=1.6)


def digits():
    """Some to learn from, and eight others."""
    images, labels, *_ = read_sample()
    cuts = slice(0, 4000), slice(4000, 4008)
    return [Digits(images[cut] / 256, labels[cut]) for cut in cuts]


def reader() -> Model:
    """The network that lesson 9 has stored with its last pad: it reads drawings."""
    [path] = LESSONS.glob("09_*.ipynb")
    cells = json.loads(path.read_text("utf-8"))["cells"]
    outputs = [output for cell in cells for output in cell.get("outputs", [])]
    states = [output.get("metadata", {}).get(LIVE_FIGURE) for output in outputs]
    arrays = [state for state in states if state][-1]["arrays"]
    model = convolutional_model(mean=0.13)
    for name, packed in arrays.items():
        kind, number = name.split("_")
        values = np.frombuffer(base64.b64decode(packed["data"]), packed["dtype"])
        getattr(model.layers[int(number)], kind)[...] = values.reshape(packed["shape"])
    return model


def draw_pad():
    return DrawPad(reader(), load_handwriting()[0][7])


def road():
    learnt, _ = digits()
    drawer = Drawer.untrained(learnt.images, 12, (24, 24))
    drawer.learn(learnt, 3)
    return Road(drawer, 7, 9, noises=6)


def window(neuron=None):
    seven = np.zeros((28, 28))
    seven[4:8, 4:24] = seven[8:24, 16:20] = 1
    pictures = {
        "a thick 7": seven,
        "a digit": read_sample()[0][0].reshape(28, 28) / 256,
    }
    edge = np.array([[-1, 0, 1]] * 3)
    edges = {"left edges": edge, "upper edges": edge.T}
    network = convolutional_model((4, 6), rng=3, mean=0.13)
    for biases in network.biases:
        biases[:] = np.linspace(-0.3, 0.3, len(biases))
    return Window(pictures, edges, network, (1, 2), neuron)


FIGURES = {
    "blame": blame,
    "descent": descent,
    "draw_pad": draw_pad,
    "glass": glass,
    "how_sure": how_sure,
    "road": road,
    "window": window,
}
