"""Layers: what a model is stacked from."""

from digitlib.layers.base import Initial, Layer
from digitlib.layers.dense import (
    Centre,
    Dense,
    Dropout,
    ReLU,
    Sigmoid,
    Softmax,
    Tanh,
)
from digitlib.layers.images import Convolution, Flatten, MaxPool, MeanPool, Reshape

__all__ = [
    "KINDS",
    "Centre",
    "Convolution",
    "Dense",
    "Dropout",
    "Flatten",
    "Initial",
    "Layer",
    "MaxPool",
    "MeanPool",
    "ReLU",
    "Reshape",
    "Sigmoid",
    "Softmax",
    "Tanh",
]

KINDS = {
    kind.__name__: kind
    for kind in (
        Centre,
        Convolution,
        Dense,
        Dropout,
        Flatten,
        MaxPool,
        MeanPool,
        ReLU,
        Reshape,
        Sigmoid,
        Softmax,
        Tanh,
    )
}
