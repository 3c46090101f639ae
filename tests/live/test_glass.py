"""The glass network: its module computes what NumPy does, on the same arrays."""

import numpy as np
import pytest
from node import call, same
from samples import glass

from digitlib import Dense, Model, Network, Sigmoid
from digitlib.live.glass import GlassNetwork
from digitlib.numerics import sigmoid, softmax
from digitlib.pictures import plots
from helpers import refuses

RNG = np.random.default_rng(0)
DIGITS = RNG.integers(0, 256, (3, 784)) / 256
BETWEEN = {"S": sigmoid, "tangent": lambda z: 0.5 + z / 4, "step": lambda z: z > 0}


def network(hidden, seed=0):
    """A network whose biases are not 0, in float32."""
    made, rng = Network((784, hidden, 10), rng=seed), np.random.default_rng(seed)
    made.biases = [rng.normal(0, 1, b.shape).astype(np.float32) for b in made.biases]
    return made


def turned(figure, rng, between):
    """Turn a figure's neurons at random, and force a few."""
    hidden = len(figure.view["bias"])
    forced = rng.choice([None, None, 0, 1], hidden).tolist()
    figure.view |= {"strength": rng.uniform(-2, 2, hidden).tolist()}
    figure.view |= {"bias": rng.uniform(-12, 12, hidden).tolist()}
    figure.view |= {"forced": forced, "between": between}
    return figure.view


@pytest.mark.parametrize("between", BETWEEN)
@pytest.mark.parametrize("hidden", [10, 100])
def test_sums_and_activations_are_those_of_numpy(hidden, between):
    made = network(hidden)
    figure, (W2, W3), (b2, b3) = GlassNetwork(made, DIGITS), made.weights, made.biases
    arrays = dict(zip(("W2", "b2", "W3", "b3"), (W2, b2, W3, b3), strict=True))
    view = turned(figure, np.random.default_rng(hidden), between)
    z2 = view["strength"] * (W2.astype(float) @ DIGITS[0]) + b2 + view["bias"]
    a2 = BETWEEN[between](z2).astype(float)
    for j, said in enumerate(view["forced"]):
        a2[j] = a2[j] if said is None else said
    z3 = W3.astype(float) @ a2 + b3
    asked = [("feedforward", arrays, DIGITS[0], view)]
    asked += [("feedforward", arrays, DIGITS[0], {**view, "top": "Softmax"})]
    asked += [("collapse", arrays, view)]
    found, soft, linear = call("glass", *asked)
    expected = {"z2": z2, "a2": a2, "z3": z3, "a3": sigmoid(z3)}
    for drawn, (name, values) in zip(
        figure.feedforward(), expected.items(), strict=True
    ):
        assert same(found[name], values)
        assert same(drawn, values)
    assert same(soft["a3"], softmax(z3))
    if between == "tangent":
        assert same(figure.pictures(), linear["W"])
        assert same(np.array(linear["W"]) @ DIGITS[0] + linear["b"], z3)


def test_an_opened_sum_and_the_lead_are_those_of_numpy():
    w, x, W3, a2 = (RNG.normal(size=n) for n in (784, 784, (10, 40), 40))
    z3, products = W3 @ a2, w * x
    opened, race = call("glass", ("open", w, x), ("lead", {"W3": W3}, _sums(a2, z3)))
    assert same(opened["products"], products)
    expected = products[products > 0].sum(), products[products < 0].sum()
    assert same([opened["pro"], opened["con"]], expected)
    second, first = np.argsort(z3)[-2:]
    assert [race["first"], race["second"]] == [first, second]
    assert same(race["shares"], (W3[first] - W3[second]) * a2)
    assert race["most"] == np.argmax(race["shares"])
    assert same(race["ahead"], sum(race["shares"]))


def _sums(a2, z3):
    return {"a2": a2, "z3": z3}


def test_it_opens_at_the_neuron_that_does_most_for_the_lead():
    figure = glass()
    z3 = figure.feedforward()[2]
    first, second, shares = figure.lead()
    assert shares.sum() == pytest.approx(z3[first] - z3[second], abs=0.5)
    assert figure.view["neuron"] == shares.argmax()
    assert GlassNetwork(network(10), DIGITS, neuron=7).view["neuron"] == 7


def test_a_drawing_and_a_model_with_softmax_can_be_looked_into():
    model = Model([Dense(784, 12, rng=0), Sigmoid(), Dense(12, 10, rng=0)])
    figure = GlassNetwork(model, digits=DIGITS[0].astype(np.float32))
    assert same(figure.feedforward()[3], model.feedforward(DIGITS[:1])[0])
    figure.view = {**figure.view, "shown": None, "drawn": [[[0.5, 0.2], [0.5, 0.8]]]}
    assert figure.image.reshape(28, 28)[:, 14].max() > 0.9


@pytest.mark.parametrize("between", BETWEEN)
def test_the_still_picture_says_what_the_network_reads(between):
    figure = GlassNetwork(network(10), DIGITS)
    figure.view = {**figure.view, "between": between}
    drawn, alt = figure.picture()
    titles = [text.get_text() for text in drawn.axes[0].texts]
    _, a2, z3, a3 = figure.feedforward()
    said = z3 if between == "tangent" else a2
    assert titles == [f"{j}: {value:.2f}" for j, value in enumerate(said)]
    assert [bar.get_height() for bar in drawn.axes[-1].patches] == a3.tolist()
    assert f"reads {z3.argmax()}" in alt
    plots.plt.close(drawn)


test_other_networks_and_digits_are_refused = refuses(
    (lambda: GlassNetwork(Network((784, 9, 9, 10)), DIGITS), "one hidden layer"),
    (lambda: GlassNetwork(Network((784, 101, 10)), DIGITS), "at most 100 hidden"),
    (lambda: GlassNetwork(Network((784, 9, 7)), DIGITS), "10 outputs"),
    (lambda: GlassNetwork(np.zeros, DIGITS), "not <class 'builtin"),
    (lambda: GlassNetwork(network(9), DIGITS[:, 1:]), r"images \(n, 784\), not"),
    (lambda: GlassNetwork(network(9), 256 * DIGITS), r"between 0 \(paper\)"),
    (lambda: GlassNetwork(network(9), DIGITS, [1, 2]), "labels must be 3"),
    (lambda: GlassNetwork(network(9), DIGITS, neuron=9), "from 0 to 8, not 9"),
)
