"""What the figures compute of a network is what the network answers."""

import numpy as np
import pytest
from node import assembled, call, same

from digitlib import Dense, Model, Network, convolutional_model, dense_model
from digitlib.costs import QuadraticCost
from digitlib.layers import (
    BatchNorm,
    Convolution,
    Flatten,
    ReLU,
    Reshape,
    Sigmoid,
    Softmax,
    Tanh,
)
from digitlib.live.model import disassemble

PADDED = Convolution(1, 3, (3, 2), rng=1, stride=(2, 3), padding=(1, 2))
NETWORKS = {
    "the lecture's": Network((784, 40, 10), rng=1),
    "dense": dense_model((784, 20, 20, 10), rng=2, mean=0.13),
    "convolutional": convolutional_model((4, 6), rng=3, mean=0.13),
    "padded": Model(
        [Reshape((1, 28, 28)), PADDED, Tanh(), Flatten(), Dense(3 * 14 * 11, 10, 5)]
    ),
    "quadratic": Model([Dense(784, 10, 4), Softmax()], QuadraticCost()),
    "sigmoid": Model([Dense(784, 10, 4), Sigmoid()], QuadraticCost()),
}


@pytest.mark.parametrize("network", NETWORKS.values(), ids=NETWORKS)
def test_a_module_computes_what_the_network_answers(network):
    layers = assembled(network)
    if isinstance(network, Model):
        network = network.astype(np.float64)
    else:
        network.weights = [w.astype(np.float64) for w in network.weights]
    X = np.random.default_rng(0).random((3, 784))
    found = call("model", *(("feedforward", layers, x) for x in X))
    assert same(found, network.feedforward(X))


@pytest.mark.parametrize(
    "other", [np.sin, None, Model([Dense(784, 10, 1), BatchNorm(10), ReLU()])]
)
def test_what_the_module_does_not_know_is_left_out(other):
    assert disassemble(other) is None
