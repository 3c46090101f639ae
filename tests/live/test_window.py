"""The window: its module computes what NumPy does, and the still picture shows it."""

import numpy as np
import pytest
from node import assembled, call, same
from samples import window

from digitlib import Dense, Model
from digitlib.layers import Convolution, Flatten, ReLU, Reshape
from digitlib.live.window import Window
from helpers import refuses

SEVEN = np.zeros((6, 6))
SEVEN[1:3, 1:5] = SEVEN[3:, 3:5] = 1
EDGE = np.array([[-1, 0, 1]] * 3)

test_a_network_without_convolutions_is_refused = refuses(
    (
        lambda: Window({"": SEVEN}, {"": EDGE}, Model([Dense(784, 10, 1)])),
        "the window takes a network of convolutions",
    ),
)


@pytest.fixture
def figure():
    return window(neuron=(1, 2))


@pytest.mark.parametrize(("s", "P"), [(1, 0), (2, 0), (1, 2), (3, 1)])
def test_a_window_and_its_map_are_those_of_the_still_picture(figure, s, P):
    calls, expected = [], []
    for filter_ in (0, 1, 2, 5):
        state = {"filter": filter_, "picture": filter_ % 2, "stride": s, "padding": P}
        figure.view = {**figure.view, **state}
        (a, w, b), z, products = figure._laid(), figure.sums(), figure.products()
        r, c = z.shape[0] - 1, 2
        beneath = np.pad(a, P)[s * r :, s * c :][: len(w), : len(w)]
        calls += [
            ("featureMap", a, w, b, s, P),
            ("places", a, w, s, P),
            ("pixelsUnder", a, len(w), s, P, [r, c]),
            ("products", w, beneath),
            ("sum", products[r, c]),
        ]
        expected += [z, z.shape, beneath, products[r, c], z[r, c] - b]
    assert all(map(same, call("window", *calls), expected))


def test_a_learned_filter_makes_the_map_that_the_network_has(figure):
    figure.view = {**figure.view, "filter": 3, "stride": 2, "picture": 1}
    assert same(np.maximum(figure.sums(), 0), figure.maps()[0][1])


def test_a_neuron_sees_those_pixels_that_can_move_it():
    first = Convolution(1, 3, 3, rng=1, stride=2, padding=(1, 2))
    second = Convolution(3, 2, (2, 3), rng=2, stride=(1, 2))
    for layer in (first, second):
        np.abs(layer.weights, out=layer.weights)
    stack = [Reshape((1, 28, 28)), first, ReLU(), second, ReLU(), Flatten()]
    A = np.eye(784, dtype=np.float32)
    for layer in stack[:-1]:
        A = layer.forward(A)
    network = Model([*stack, Dense(A[0].size, 10, 3)])
    figure = Window({"": np.zeros((28, 28))}, {"": EDGE}, network, neuron=(6, 2))
    [found] = call("window", ("receptiveFields", assembled(network)[:5], [6, 2]))
    moved = np.argwhere(A[:, 1, 6, 2].reshape(28, 28) > 0).T
    expected = [[at.min(), at.max()] for at in moved]
    assert found[0] == expected
    assert found[-1] == [[6, 6], [2, 2]]
    assert same(found, figure.receptive_fields())
    assert f"rows {expected[0][0]} to {expected[0][1]}" in figure.picture()[1]


def test_the_small_seven_is_as_the_lesson_works_it_out_by_hand():
    figure = Window({"seven": SEVEN}, {"left edges": EDGE}, place=(3, 1))
    assert figure.products()[3, 1].tolist() == [[0, 0, 1]] * 3
    assert figure.sums()[3].tolist() == [0, 3, 3, -3]
    assert figure.view["seen"] == [*range(14)]
    assert "says 3." in figure.picture()[1]


def test_whatever_is_shown_is_what_python_computes_with():
    shades = np.linspace(0, 1, 36).reshape(6, 6)
    figure = Window({"shades": shades}, {"tenths": 0.1 * EDGE})
    [found] = call("shared", ("unpack", figure.stored()["arrays"]))
    assert same(
        np.array(found["picture_0"]) / figure.view["scales"][0], figure._laid()[0]
    )
    assert same(found["filters"][0], figure._laid()[1])
    assert np.abs(figure._laid()[0] - shades).max() <= 1 / 256
