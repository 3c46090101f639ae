"""Who takes part in training a convolutional network: digitlib and PyTorch.

Two convolutions of 5 x 5 with a stride of 2, ReLU, and a dense layer on top; softmax
and cross-entropy; momentum. See `contestants.py` for what a contestant is.
"""

import os
from math import prod

import numpy as np
from contestants import Contest
from machine import floating_point_operations

from digitlib import Digits, Model, Momentum, convolutional_model, train
from digitlib.layers import Convolution

BATCH_SIZE, ETA, MU = 32, 0.02, 0.9
SHARE = 0.2  # of the digits, each round: turns that are short keep the ratios steady
TORCH = "PyTorch, one thread"


class DigitlibConvolution:
    """An epoch of digitlib's train."""

    name = "digitlib"
    note = "float32, one thread"
    share = SHARE
    dtype = np.float32

    def __init__(self, start: Model, digits: Digits) -> None:
        self.model = start.astype(self.dtype)
        self.digits = digits[: int(self.share * len(digits))]

    def epoch(self) -> None:
        """Train on all samples, in order."""
        train(
            self.model,
            self.digits,
            epochs=1,
            batch_size=BATCH_SIZE,
            eta=ETA,
            optimizer=Momentum(MU),
            shuffle=False,
            report=None,
        )

    def parameters(self) -> list[np.ndarray]:
        """Return weights and biases."""
        return self.model.parameters


class PyTorchConvolution:
    """PyTorch as its tutorials have it: layers, a loss, an optimiser."""

    name = TORCH
    note = "float32"
    share = SHARE
    threads = 1

    def __init__(self, start: Model, digits: Digits) -> None:
        import torch

        self.set_threads = torch.set_num_threads
        filters = len(start.weights[0]), len(start.weights[1])
        features = start.weights[2].shape[1]
        self.network = torch.nn.Sequential(
            torch.nn.Conv2d(1, filters[0], 5, stride=2),
            torch.nn.ReLU(),
            torch.nn.Conv2d(filters[0], filters[1], 5, stride=2),
            torch.nn.ReLU(),
            torch.nn.Flatten(),
            torch.nn.Linear(features, start.outputs),
        )
        arrays = zip(start.weights, start.biases, strict=True)
        with torch.no_grad():
            for tensor, array in zip(
                self.network.parameters(), sum(arrays, ()), strict=True
            ):
                tensor.copy_(torch.tensor(array))
        self.optimizer = torch.optim.SGD(self.network.parameters(), lr=ETA, momentum=MU)
        self.loss = torch.nn.CrossEntropyLoss()
        digits = digits[: int(self.share * len(digits))]
        self.images = torch.tensor(digits.images).reshape(-1, 1, 28, 28)
        self.labels = torch.tensor(digits.labels.astype(np.int64))

    def epoch(self) -> None:
        """Train on all samples, in order."""
        self.set_threads(self.threads)
        for k in range(0, len(self.images), BATCH_SIZE):
            x, y = self.images[k : k + BATCH_SIZE], self.labels[k : k + BATCH_SIZE]
            self.optimizer.zero_grad()
            self.loss(self.network(x), y).backward()
            self.optimizer.step()

    def parameters(self) -> list[np.ndarray]:
        """Return weights and biases."""
        arrays = [p.detach().numpy() for p in self.network.parameters()]
        return [*arrays[::2], *arrays[1::2]]


class PyTorchThreads(PyTorchConvolution):
    """The same, on all processors, as PyTorch does it unless told otherwise."""

    threads = os.cpu_count() or 1
    name = f"PyTorch, {threads} threads"


class Specification(DigitlibConvolution):
    """The same arithmetic in double precision."""

    share, dtype = 1.0, np.float64


def specification(start: Model, digits: Digits) -> list[np.ndarray]:
    """Return the parameters after an epoch in double precision."""
    entrant = Specification(start, digits)
    entrant.epoch()
    return entrant.parameters()


def multiplications(model: Model) -> list[int]:
    """Return those in the sums of each layer; a filter meets every window."""
    found, shape = [], (model.inputs,)
    for layer in model.layers:
        shape = layer.output_shape(shape)
        if layer.learns:
            windows = prod(shape[1:]) if isinstance(layer, Convolution) else 1
            found.append(layer.weights.size * windows)
    return found


_START = convolutional_model()
_SEVERAL = (PyTorchThreads,) if PyTorchThreads.threads > 1 else ()
CONVOLUTIONAL = Contest(
    contestants=(DigitlibConvolution, PyTorchConvolution, *_SEVERAL),
    start=_START,
    batch_size=BATCH_SIZE,
    specification=specification,
    proof_samples=2400,
    operations=floating_point_operations(multiplications(_START)),
)
