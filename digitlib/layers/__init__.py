"""Layers: what a model is stacked from."""

from digitlib.layers.activations import ReLU, Sigmoid, Softmax, Tanh
from digitlib.layers.base import Initial, Layer
from digitlib.layers.batch_norm import BatchNorm
from digitlib.layers.dense import Centre, Dense
from digitlib.layers.dropout import Dropout
from digitlib.layers.images import Convolution, Flatten, MaxPool, MeanPool, Reshape

__all__ = [
    "BatchNorm",
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
