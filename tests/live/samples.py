"""One small figure of each kind, always the same, for tests in Python and browser."""

import base64
import json
from pathlib import Path

import numpy as np

from digitlib import Digits, Model, Network, convolutional_model
from digitlib.data.handwriting import load_handwriting
from digitlib.data.sample import read_sample
from digitlib.live.descent import Descent
from digitlib.live.draw_pad import DrawPad
from digitlib.live.figure import LIVE_FIGURE
from digitlib.live.glass import GlassNetwork
from digitlib.live.window import Window

LESSONS = Path(__file__).parents[2] / "notebooks"


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
    "descent": descent,
    "draw_pad": draw_pad,
    "glass": glass,
    "window": window,
}
