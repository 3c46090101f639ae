"""How sure: its module computes what NumPy does, forwards and back to the pixels."""

import numpy as np
import pytest
from node import assembled, call, same

from digitlib import Dense, Model, Network, Sigmoid, Softmax, Tanh, dense_model, one_hot
from digitlib.costs import CrossEntropy, QuadraticCost
from digitlib.gradient_check import central_differences
from digitlib.live.how_sure import HowSure, shifted
from digitlib.numerics import softmax
from digitlib.pictures import plots
from helpers import refuses

RNG = np.random.default_rng(0)
DIGITS = RNG.integers(0, 256, (2, 784)) / 256
NETWORKS = {
    "the lesson's": dense_model((784, 24, 10), rng=1, mean=0.13, dtype=np.float64),
    "deeper": dense_model((784, 30, 20, 10), rng=2),
    "sigmoid": dense_model((784, 20, 10), rng=3, activation=Sigmoid),
    "tanh": dense_model((784, 20, 10), rng=4, activation=Tanh, mean=0.5),
    "no hidden layer": Model([Dense(784, 10, 5)]),
}
MOVES = [(0, 0), (1, 0), (-2, 3), (0, -4), (27, -28), (40, 0)]


def served(network):
    """The network of the arrays that the module gets, in float64."""
    return network.astype(np.float32).astype(np.float64)


@pytest.mark.parametrize("network", NETWORKS.values(), ids=NETWORKS)
def test_scores_and_slopes_are_those_of_the_network(network):
    layers, network, labels = assembled(network), served(network), (4, 9)
    slopes = network.input_gradients(DIGITS, one_hot(np.array(labels)))
    pairs = list(zip(DIGITS, labels, strict=True))
    found = call("how_sure", *(("costSlopes", layers, *pair) for pair in pairs))
    assert same(found, slopes)
    [up, look] = call(
        "how_sure", ("uphill", layers, *pairs[0], 0.1), ("look", layers, DIGITS[0])
    )
    assert same(up, np.clip(DIGITS[0] + 0.1 * np.sign(slopes[0]), 0, 1))
    z = np.array(look["scores"])
    said = call("how_sure", *(("activations", z, T) for T in (1, 0.5, 5)))
    assert same(said[0], network.feedforward(DIGITS[:1])[0])
    assert same(said, [softmax(z / T) for T in (1, 0.5, 5)])
    assert np.argmax(said, axis=1).tolist() == 3 * [z.argmax()]


def test_slopes_are_those_that_a_nudge_measures():
    layers, network = assembled(NETWORKS["deeper"]), served(NETWORKS["deeper"])
    x, some = DIGITS[:1].copy(), RNG.choice(784, 40, replace=False)

    def cost():
        return CrossEntropy.cost(np.log(network.feedforward(x)), one_hot(np.array([7])))

    measured = central_differences(cost, x, some)
    [found] = call("how_sure", ("costSlopes", layers, x[0], 7))
    np.testing.assert_allclose(np.array(found)[some], measured, rtol=1e-5, atol=1e-9)


def test_a_digit_is_moved_as_numpy_rolls_it_but_that_paper_comes_in():
    found = call("how_sure", *(("shifted", DIGITS[0], *move) for move in MOVES))
    for moved, (right, up) in zip(found, MOVES, strict=True):
        image = np.roll(DIGITS[0].reshape(28, 28), (-up, right), (0, 1))
        rows, columns = np.mgrid[:28, :28] + np.array([up, -right])[:, None, None]
        image[(rows < 0) | (rows > 27) | (columns < 0) | (columns > 27)] = 0
        assert same(moved, image.ravel())
        assert same(shifted(DIGITS[0], right, up), image.ravel())


@pytest.fixture
def turned():
    """A figure with all knobs turned."""
    return HowSure(NETWORKS["deeper"], DIGITS, [3, 1], 1.6, -1, 2, 0.05)


def test_the_states_are_those_that_the_module_shows(turned):
    layers, stroke = assembled(NETWORKS["deeper"]), [[0.4, 0.1], [0.6, 0.9]]
    for shown, label in ((0, 3), (1, 1), (None, None)):
        turned.view = {**turned.view, "shown": shown, "drawn": [stroke]}
        x, *others = turned.states().values()
        [found] = call("how_sure", ("states", layers, x, label, turned.view))
        images = [found[name] for name in ("asItIs", "moved", "uphill", "both")]
        assert same(images, [x, *others])
        # Of a drawing nobody knows what it is: it counts as what is read in it.
        assert found["digit"] == (label or turned.activations(x, 1).argmax())


def test_the_still_picture_has_the_activations_of_each_state(turned):
    drawn, alt = turned.picture()
    names = ["as it is", "moved 1 left, 2 up", "\u03b5 = 0.05 uphill", "both"]
    assert [axes.get_title() for axes in drawn.axes[:4]] == names
    for axes, (name, image) in zip(
        drawn.axes[8:], turned.states().items(), strict=True
    ):
        said = [turned.activations(image, T) for T in (1, 1.6)]
        assert [bar.get_height() for bar in axes.patches] == [*said[0], *said[1]]
        sure = [f"{100 * a.max():.1f} %" for a in said]
        assert axes.get_xlabel() == f"{said[0].argmax()}: {', '.join(sure)}"
        assert f"{name} {said[0].argmax()}" in alt
    plots.plt.close(drawn)


def test_a_figure_whose_knobs_are_not_turned_shows_the_digit_alone():
    figure = HowSure(NETWORKS["tanh"], DIGITS[0].astype(np.float32))
    assert [*figure.states()] == ["as it is"]
    drawn, alt = figure.picture()
    assert len(drawn.axes) == 3
    assert "at T = 1.00. " in alt
    plots.plt.close(drawn)


test_other_networks_and_digits_are_refused = refuses(
    (lambda: HowSure(Network((784, 9, 10)), DIGITS), "dense_model makes, not Network"),
    (
        lambda: HowSure(Model([Dense(784, 10, 0), Softmax()], QuadraticCost()), DIGITS),
        "learns with cross-entropy",
    ),
    (lambda: HowSure(dense_model((784, 9, 7)), DIGITS), "784 inputs and 10 outputs"),
    (lambda: HowSure(np.zeros, DIGITS), "not <built-in"),
    (lambda: HowSure(NETWORKS["tanh"], DIGITS[:, 1:]), r"images \(n, 784\), not"),
    (lambda: HowSure(NETWORKS["tanh"], DIGITS, T=0), "T must be a finite number above"),
    (lambda: HowSure(NETWORKS["tanh"], DIGITS, epsilon=-1), "epsilon must be"),
)
