"""Who takes part: several ways to train one network for one epoch.

A contestant is built from a network to start from and digits to learn from; what
can be prepared once, is. Its `epoch` trains on the digits, or on a `share` of
them, in mini-batches, in order if not `shuffled`. `parameters` returns weights and
biases, in this order, shaped as digitlib's. Here they train the lecture's network;
`convolution.py` has those who train a convolutional one.

Each module of a peer is imported when the contestant is built: ImportError means
that it cannot take part.
"""

import ast
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
from machine import floating_point_operations

from digitlib import Digits, Model, Network, one_hot
from digitlib.epochs import FusedEpochs, plain_epoch

SIZES, BATCH_SIZE, ETA = (784, 40, 10), 10, 0.1
LESSONS = Path(__file__).parents[1] / "notebooks"


@dataclass(frozen=True)
class Contest:
    """A training, and who takes part in it.

    Attributes
    ----------
    contestants : tuple of type
        As the head of this module describes them.
    start : Network or Model
        What all of them begin with.
    batch_size : int
        Samples in a step.
    specification : callable
        ``specification(start, digits)`` returns the parameters that everybody should
        have after an epoch, in double precision.
    proof_samples : int
        How many samples the contestants' arithmetic is compared on.
    operations : int
        Additions and multiplications for a sample, in matrix products.
    """

    contestants: tuple[type, ...]
    start: Network | Model
    batch_size: int
    specification: Callable[[Network | Model, Digits], list[np.ndarray]]
    proof_samples: int
    operations: int


class Loop:
    """One sample at a time, as lesson 3 has it: its own code, read from its source."""

    name = "loop over samples (lesson 3)"
    note = "float64 weights, lists of float32 columns; a tenth of the data each round"
    share = 0.1

    def __init__(self, start: Network, digits: Digits) -> None:
        self.network = lesson_3()["Network"](start.sizes[1], np.random.default_rng(0))
        self.network.weights = [w.astype(float) for w in start.weights]
        self.network.biases = [b[:, None].astype(float) for b in start.biases]
        targets = one_hot(digits.labels)
        self.pairs = [
            (x[:, None], y[:, None])
            for x, y in zip(digits.images, targets, strict=True)
        ]
        self.position = 0

    def epoch(self) -> None:
        """Train on the next tenth of the samples."""
        start = self.position
        end = start + int(self.share * len(self.pairs))
        for k in range(start, end, BATCH_SIZE):
            self.network.update_mini_batch(self.pairs[k : k + BATCH_SIZE], ETA)
        self.position = end % len(self.pairs)

    def parameters(self) -> list[np.ndarray]:
        """Return weights and biases."""
        return [*self.network.weights, *(b[:, 0] for b in self.network.biases)]


class NaiveBatch:
    """The specification that digitlib's fast version is tested against."""

    name = "NumPy, a mini-batch as a matrix"
    note = "float64; digitlib.epochs.plain_epoch"
    share = 1.0

    def __init__(self, start: Network, digits: Digits) -> None:
        self.network = start.astype(np.float64)
        self.images, self.labels = digits.images.astype(np.float64), digits.labels

    def epoch(self) -> None:
        """Train on all samples."""
        plain_epoch(self.network, self.images, self.labels, BATCH_SIZE, ETA)

    def parameters(self) -> list[np.ndarray]:
        """Return weights and biases."""
        return [*self.network.weights, *self.network.biases]


class Digitlib:
    """An epoch of digitlib's Network.sgd."""

    name = "digitlib"
    note = "float32, in order"
    share = 1.0
    shuffled = False

    def __init__(self, start: Network, digits: Digits) -> None:
        self.network, self.n = start.astype(np.float32), len(digits)
        arrays = self.network.weights, self.network.biases
        data = digits.images, digits.labels
        self.epochs = FusedEpochs(*arrays, *data, BATCH_SIZE, ETA)
        self.rng = np.random.default_rng(0)

    def epoch(self) -> None:
        """Train on all samples."""
        self.epochs.run(self.rng.permutation(self.n) if self.shuffled else None)

    def parameters(self) -> list[np.ndarray]:
        """Return weights and biases."""
        return [*self.network.weights, *self.network.biases]


class DigitlibShuffled(Digitlib):
    """The same, with a fresh order each epoch."""

    name = "digitlib, shuffled"
    note = "float32, a fresh order each epoch"
    shuffled = True


class ScikitLearn:
    """MLPClassifier, with the settings that come nearest."""

    name = "scikit-learn MLPClassifier"
    note = "float32; softmax and log-loss in place of the quadratic cost"
    share = 1.0

    def __init__(self, start: Network, digits: Digits) -> None:
        from sklearn.neural_network import MLPClassifier

        self.network = MLPClassifier(
            hidden_layer_sizes=start.sizes[1:-1],
            activation="logistic",
            solver="sgd",
            alpha=0,
            batch_size=BATCH_SIZE,
            learning_rate_init=ETA,
            momentum=0,
            nesterovs_momentum=False,
            shuffle=False,
            random_state=0,
        )
        self.images, self.labels = digits.images, digits.labels

    def epoch(self) -> None:
        """Train on all samples: partial_fit is one epoch."""
        self.network.partial_fit(self.images, self.labels, classes=np.arange(10))

    def parameters(self) -> None:
        """Return nothing: with another cost, there is nothing to compare."""


class PyTorch:
    """PyTorch as its tutorials have it: layers, a loss, an optimiser."""

    name = "PyTorch, eager"
    note = "float32, one thread"
    share = 1.0

    def __init__(self, start: Network, digits: Digits) -> None:
        import torch

        torch.set_num_threads(1)
        layers = []
        for weights, biases in zip(start.weights, start.biases, strict=True):
            layer = torch.nn.Linear(weights.shape[1], weights.shape[0])
            layer.weight.data = torch.tensor(weights, dtype=torch.float32)
            layer.bias.data = torch.tensor(biases, dtype=torch.float32)
            layers += [layer, torch.nn.Sigmoid()]
        self.network = torch.nn.Sequential(*layers)
        self.optimizer = torch.optim.SGD(self.network.parameters(), lr=ETA)
        self.loss = torch.nn.MSELoss(reduction="sum")
        self.images = torch.tensor(digits.images)
        self.targets = torch.tensor(one_hot(digits.labels))

    def epoch(self) -> None:
        """Train on all samples."""
        for k in range(0, len(self.images), BATCH_SIZE):
            x, y = self.images[k : k + BATCH_SIZE], self.targets[k : k + BATCH_SIZE]
            self.optimizer.zero_grad()
            cost = self.loss(self.network(x), y) / (2 * BATCH_SIZE)
            cost.backward()
            self.optimizer.step()

    def parameters(self) -> list[np.ndarray]:
        """Return weights and biases."""
        arrays = [p.detach().numpy() for p in self.network.parameters()]
        return [*arrays[::2], *arrays[1::2]]


class JAX:
    """JAX with a whole epoch compiled into one function."""

    name = "JAX, jit"
    note = "float32, one thread; a whole epoch in lax.scan"
    share = 1.0

    def __init__(self, start: Network, digits: Digits) -> None:
        import jax
        import jax.numpy as jnp

        def cost(parameters: list, x: jax.Array, y: jax.Array) -> jax.Array:
            for w, b in parameters:
                x = jax.nn.sigmoid(x @ w.T + b)
            return jnp.sum((x - y) ** 2) / (2 * len(x))

        def step(parameters: list, batch: tuple) -> tuple[list, None]:
            gradients = jax.grad(cost)(parameters, *batch)
            return jax.tree.map(lambda p, g: p - ETA * g, parameters, gradients), None

        self.compiled = jax.jit(lambda p, batches: jax.lax.scan(step, p, batches)[0])
        self.values = jax.tree.map(
            lambda p: jnp.asarray(p, jnp.float32),
            list(zip(start.weights, start.biases, strict=True)),
        )
        batches = len(digits) // BATCH_SIZE
        self.batches = tuple(
            jnp.asarray(array).reshape(batches, BATCH_SIZE, -1)
            for array in (digits.images, one_hot(digits.labels))
        )
        self.wait = jax.block_until_ready

    def epoch(self) -> None:
        """Train on all samples."""
        self.values = self.wait(self.compiled(self.values, self.batches))

    def parameters(self) -> list[np.ndarray]:
        """Return weights and biases."""
        weights, biases = zip(*self.values, strict=True)
        return [np.asarray(array) for array in (*weights, *biases)]


def specification(start: Network, digits: Digits) -> list[np.ndarray]:
    """Return the parameters after an epoch of mini-batches."""
    network = start.astype(np.float64)
    plain_epoch(network, digits.images, digits.labels, BATCH_SIZE, ETA)
    return network.parameters


DENSE = Contest(
    contestants=(
        Loop,
        NaiveBatch,
        Digitlib,
        DigitlibShuffled,
        ScikitLearn,
        PyTorch,
        JAX,
    ),
    start=Network(SIZES, rng=0),
    batch_size=BATCH_SIZE,
    specification=specification,
    proof_samples=500,
    operations=floating_point_operations([a * b for a, b in pairwise(SIZES)]),
)


def lesson_3() -> dict[str, object]:
    """Return the functions and the class that lesson 3 defines, without running it."""
    [path] = LESSONS.glob("03_*.py")
    wanted = []
    for node in ast.parse(path.read_text("utf-8")).body:
        match node:
            case ast.FunctionDef() | ast.ClassDef():
                wanted.append(node)
            case ast.Assign(targets=[ast.Attribute(ast.Name("Network"))]):
                wanted.append(node)  # Network.backprop = backprop
    names: dict[str, object] = {"np": np}
    code = compile(ast.Module(wanted, []), str(path), "exec")
    exec(code, names)  # noqa: S102 - our own lesson
    return names
