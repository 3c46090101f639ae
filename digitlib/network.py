"""The network of the course: layers of sigmoid neurons that learn by descent."""

from __future__ import annotations

import copy
import time
from collections.abc import Callable
from itertools import pairwise
from typing import Self

import numpy as np

from digitlib import arguments
from digitlib.classifier import Classifier
from digitlib.data.digits import Digits
from digitlib.epochs import FusedEpochs
from digitlib.history import History
from digitlib.initialisation import rnd_matrix
from digitlib.numerics import sigmoid, sigmoid_prime
from digitlib.progress import Bar
from digitlib.runtime import one_blas_thread


class Network(Classifier):
    """A feedforward network of sigmoid neurons with the quadratic cost.

    Parameters
    ----------
    sizes : sequence of int
        Neurons in each layer, inputs first: (784, 40, 10) is the lecture's network.
    rng : int or numpy.random.Generator
        The seed, or the generator, of the initial weights and of shuffling.
    dtype : dtype
        float32 or float64.

    Attributes
    ----------
    sizes : tuple of int
    dtype : numpy.dtype
    weights : list of array
        Shapes (outputs, inputs), first layer first. Initially Gaussian with mean 0
        and variance 1 / inputs.
    biases : list of array
        Shapes (outputs,). Initially 0.

    Notes
    -----
    Samples are rows. A layer maps X (n, inputs) to S(X W^T + b), so that one row
    is the lecture's S(W x + b), equations (FF1) and (FF2). The cost is the quadratic
    one, C = 1/(2n) sum |a - y|^2, and its gradients are those of backpropagation,
    equations (BP1m) to (BP4m) of lesson 5; Rumelhart, Hinton and Williams (1986).
    """

    def __init__(
        self,
        sizes: tuple[int, ...] = (784, 40, 10),
        rng: int | np.random.Generator = 0,
        dtype: np.typing.DTypeLike = np.float32,
    ) -> None:
        self.sizes = arguments.layer_sizes(sizes)
        self.dtype = arguments.float_dtype(dtype)
        self.rng = arguments.generator("rng", rng)
        # Drawn in float64, so that both precisions start from the same numbers.
        self.weights = [
            rnd_matrix(rows, columns, self.rng).astype(self.dtype)
            for columns, rows in pairwise(self.sizes)
        ]
        self.biases = [np.zeros(rows, self.dtype) for rows in self.sizes[1:]]

    def __repr__(self) -> str:
        return f"Network(sizes={self.sizes}, dtype={self.dtype.name})"

    @property
    def inputs(self) -> int:
        """How many numbers a sample has."""
        return self.sizes[0]

    @property
    def outputs(self) -> int:
        """How many classes there are."""
        return self.sizes[-1]

    def astype(self, dtype: np.typing.DTypeLike) -> Self:
        """Return a copy whose weights and biases have the given dtype."""
        twin = copy.deepcopy(self)
        twin.dtype = arguments.float_dtype(dtype)
        twin.weights = [array.astype(twin.dtype) for array in self.weights]
        twin.biases = [array.astype(twin.dtype) for array in self.biases]
        return twin

    def sgd(
        self,
        train: Digits,
        epochs: int = 30,
        batch_size: int = 10,
        eta: float = 0.1,
        test: Digits | None = None,
        shuffle: bool | np.random.Generator = False,
        report: Callable[[str], object] | None = print,
    ) -> History:
        """Learn by stochastic gradient descent on mini-batches.

        Parameters
        ----------
        train : Digits
            Samples to learn from.
        epochs : int
            Passes over `train`.
        batch_size : int
            Samples per step, at most as many as there are. The last batch of an
            epoch takes what is left.
        eta : float
            Learning rate.
        test : Digits, optional
            Evaluated after each epoch. Nothing is learnt from it; still, what
            guides a choice is no test any more: while choosing, pass the
            validation set.
        shuffle : bool or numpy.random.Generator
            False visits the samples in their order. True draws a new order for
            every epoch from the network's own generator; another generator is used
            in its place. (A number is refused: 0 could mean a seed, or no.)
        report : callable, optional
            Receives one line after each epoch; None for silence.

        Raises
        ------
        KeyboardInterrupt
            After Ctrl-C. The network then has the weights of the last whole batch.
            Where a handler of yours raises nothing, the history is returned as it is.

        Notes
        -----
        The arithmetic is the lecture's: per batch one step of eta times the mean
        gradient, see `digitlib.epochs`. BLAS runs on one thread meanwhile. Beside the
        data set this needs 4 bytes per sample and output for the targets, and
        buffers for one batch, or for 200 samples if a batch is smaller.
        """
        form = self.inputs, self.outputs
        images, labels = arguments.samples("train", train, *form)
        epochs = arguments.positive_integer("epochs", epochs)
        batch_size = arguments.positive_integer("batch_size", batch_size)
        eta = arguments.positive_number("eta", eta)
        if batch_size > len(images):
            raise ValueError(
                f"batch_size is {batch_size}, but train has only {len(images)} samples"
            )
        if test is not None:
            arguments.samples("test", test, *form)
        rng = self._order_generator(shuffle)

        history = History(test_size=0 if test is None else len(test.labels))
        # Before BLAS is held to one thread: it brings SciPy, and another BLAS, along.
        fused = FusedEpochs(self.weights, self.biases, images, labels, batch_size, eta)
        with one_blas_thread(), Bar("epoch", epochs) as bar:
            for epoch in range(1, epochs + 1):
                start = time.perf_counter()
                order = None if rng is None else rng.permutation(len(images))
                if not fused.run(order, bar.advance):
                    break
                history.seconds.append(time.perf_counter() - start)
                history.epochs.append(epoch)
                line = f"Epoch {epoch:2}"
                if test is not None:
                    history.test_correct.append(self.evaluate(test))
                    line += f": {history.test_correct[-1]} / {history.test_size}"
                if report is not None:
                    report(line)
        return history

    def _to_arrays(self) -> dict[str, np.ndarray]:
        arrays = {"sizes": np.array(self.sizes)}
        for k, (weights, biases) in enumerate(
            zip(self.weights, self.biases, strict=True), start=1
        ):
            arrays[f"weights_{k}"], arrays[f"biases_{k}"] = weights, biases
        return arrays

    @classmethod
    def _from_arrays(cls, arrays: dict[str, np.ndarray]) -> Self:
        if arrays["sizes"].size > len(arrays):
            raise ValueError("it has more sizes than arrays")
        sizes = arguments.layer_sizes(arrays["sizes"].tolist())
        shapes = [(rows, columns) for columns, rows in pairwise(sizes)]
        weights = [arrays[f"weights_{k}"] for k in range(1, len(sizes))]
        biases = [arrays[f"biases_{k}"] for k in range(1, len(sizes))]
        if [w.shape for w in weights] != shapes or [b.shape for b in biases] != [
            (rows,) for rows, _ in shapes
        ]:
            raise ValueError(f"its arrays do not have the shapes of sizes {sizes}")
        if len({array.dtype for array in (*weights, *biases)}) != 1:
            raise ValueError("its arrays differ in dtype")
        network = cls((1, 1), dtype=weights[0].dtype)
        network.sizes, network.weights, network.biases = sizes, weights, biases
        return network

    def _answers(self, X: np.ndarray) -> np.ndarray:
        return self._forward(X)[1][-1]

    def _cost(self, X: np.ndarray, Y: np.ndarray) -> float:
        difference = self._answers(X) - Y
        return float(np.sum(difference**2, dtype=np.float64) / (2 * len(X)))

    def _gradients(
        self, X: np.ndarray, Y: np.ndarray
    ) -> tuple[list[np.ndarray], list[np.ndarray]]:
        A, errors = self._backward(X, Y)
        pairs = zip(errors, A[:-1], strict=True)
        weight_gradients = [error.T @ a / len(X) for error, a in pairs]  # (BP4m)
        bias_gradients = [error.sum(axis=0) / len(X) for error in errors]  # (BP3m)
        return weight_gradients, bias_gradients

    def _forward(self, X: np.ndarray) -> tuple[list[np.ndarray], list[np.ndarray]]:
        """Return the weighted sums Z and activations A of every layer, X first."""
        Z, A = [], [X]
        for weights, biases in zip(self.weights, self.biases, strict=True):
            Z.append(A[-1] @ weights.T + biases)  # (FF1m)
            A.append(sigmoid(Z[-1]))  # (FF2m)
        return Z, A

    def _backward(
        self, X: np.ndarray, Y: np.ndarray
    ) -> tuple[list[np.ndarray], list[np.ndarray]]:
        """Return the activations of every layer, X first, and the errors of all but X.

        An error is that of a single sample's cost: it is not divided by n.
        """
        Z, A = self._forward(X)
        errors = [(A[-1] - Y) * sigmoid_prime(Z[-1])]  # (BP1m)
        for weights, z in zip(self.weights[:0:-1], Z[-2::-1], strict=True):
            errors.insert(0, (errors[0] @ weights) * sigmoid_prime(z))  # (BP2m)
        return A, errors

    def _input_errors(self, X: np.ndarray, Y: np.ndarray) -> np.ndarray:
        _, errors = self._backward(X, Y)
        return errors[0] @ self.weights[0]  # (BPX)

    def _order_generator(
        self, shuffle: bool | np.random.Generator
    ) -> np.random.Generator | None:
        if isinstance(shuffle, bool | np.bool_):
            return self.rng if shuffle else None
        if isinstance(shuffle, np.random.Generator):
            return shuffle
        raise ValueError(
            f"shuffle must be True, False or a numpy Generator, not {shuffle!r}"
        )
