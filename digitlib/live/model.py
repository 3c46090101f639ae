"""A network as a live figure takes it: its layers by name, and their arrays."""

import numpy as np

from digitlib import Model, Network
from digitlib.costs import CrossEntropy
from digitlib.layers.kinds import describe

# Those that digitlib/live/model.js knows.
KINDS = ("Centre", "Reshape", "Convolution", "Flatten", "Dense")
KINDS += ("ReLU", "Sigmoid", "Tanh", "Softmax")


def disassemble(
    network: Model | Network,
) -> tuple[list[dict], dict[str, np.ndarray]] | None:
    """Return a network's layers, and its arrays by the names that they have there.

    Parameters
    ----------
    network : Model or Network
        Or anything else that answers.

    Returns
    -------
    layers : list of dict
        The kind of each layer, and its settings; softmax is one of its own.
    arrays : dict of array
        ``weights_3`` and ``biases_3`` of layer 3, from 0 on, in float32.

    None in place of both, if the figures cannot compute what it answers.
    """
    if isinstance(network, Network):
        layers, arrays = [], {}
        pairs = zip(network.weights, network.biases, strict=True)
        for weights, biases in pairs:
            arrays |= _named(len(layers), weights=weights, biases=biases)
            layers += [{"kind": "Dense"}, {"kind": "Sigmoid"}]
        return layers, arrays
    if not isinstance(network, Model):
        return None
    layers = [describe(layer) for layer in network.layers]
    if {layer["kind"] for layer in layers} - {*KINDS}:
        return None
    arrays = {}
    for number, layer in enumerate(network.layers):
        arrays |= _named(number, **layer.arrays)
    if isinstance(network.cost_function, CrossEntropy):
        layers.append({"kind": "Softmax"})
    return layers, arrays


def _named(number: int, **arrays: np.ndarray) -> dict[str, np.ndarray]:
    return {f"{name}_{number}": a.astype(np.float32) for name, a in arrays.items()}
