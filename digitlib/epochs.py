r"""One epoch of stochastic gradient descent, twice: to be read, and to be fast.

`plain_epoch` is the specification: for every mini-batch, compute the gradients of
the quadratic cost and step against them. `FusedEpochs` does the same arithmetic in
about 0.3 of the time; the tests hold the two equal to rounding. What makes
the difference, derived in lesson 5:

Fewer NumPy calls
    At ten samples a batch a call costs more than its arithmetic. The sigmoid is
    S(z) = (1 + tanh(z/2)) / 2, so the code keeps the *doubled* activations
    u = 2 S(z) = 1 + tanh(z/2): two calls instead of four. All layers lie one below
    the other in one buffer, so that u (2 - u) = 4 S'(z) is two calls for the whole
    network. The output error is then (u - 2y) * u (2 - u) = 8 errors of the
    quadratic cost, and a factor 1/4 on each way down keeps every layer at 8.
    All these factors are powers of two, exact in floating point; the step size
    divides them out again.

Fewer copies
    Samples are rows, activations are columns: X is (batch, inputs), U is
    (units, batch). BLAS stores matrices by columns, so it sees the transpose of
    each NumPy array; the calls below hand it `array.T`, and nothing is copied.

No separate biases
    The bias is one more column of the weights, fed by a constant: 1 beside the
    pixels, 2 below each layer of doubled activations.

No separate update
    gemm computes C <- alpha A B + beta C. With C the weights, beta = 1 and
    alpha = -eta/m the gradient is never stored: it is added to the weights as it is
    computed. SciPy's wrapper updates C in place only if C is a Fortran-ordered
    array of the right type, and otherwise a copy, silently: `_require_in_place` checks.

A block at a time
    Pixels are fetched into a buffer of a few hundred rows that stays in the
    processor's cache, whatever their type or order; a shuffled epoch therefore
    gathers rows and never copies the data set.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from digitlib.classifier import Classifier
from digitlib.numerics import one_hot
from digitlib.runtime import HeldInterrupt

ROWS_PER_BLOCK = 200
FLOATS_PER_CACHE_LINE = 16
PRECISION = {"s": np.float32, "d": np.float64}  # by the first letter of BLAS names


def plain_epoch(
    network: Classifier,
    images: np.ndarray,
    labels: np.ndarray,
    batch_size: int,
    eta: float,
    order: np.ndarray | None = None,
) -> None:
    """Train `network`, in place, for one epoch, in the words of the equations.

    On images (n, inputs) and labels (n,), visited in `order` if that is given. The last
    batch takes what is left.
    """
    targets = one_hot(labels, network.outputs)
    order = np.arange(len(images)) if order is None else order
    for start in range(0, len(images), batch_size):
        batch = order[start : start + batch_size]
        steps = network.gradients(images[batch], targets[batch])
        for parameters, gradients in zip(
            (network.weights, network.biases), steps, strict=True
        ):
            for parameter, gradient in zip(parameters, gradients, strict=True):
                parameter -= eta * gradient


class FusedEpochs:
    """The arithmetic of `plain_epoch`, fused; see the module's text.

    Parameters
    ----------
    weights, biases : list of array
        Those of a `Network`, of one precision. They are read once and written after
        every epoch.
    images, labels : array
        Shapes (n, inputs), any floating-point type, and (n,); never copied as a whole.
    batch_size : int
        Samples per step, at most n.
    eta : float
        Learning rate.
    """

    def __init__(
        self,
        weights: list[np.ndarray],
        biases: list[np.ndarray],
        images: np.ndarray,
        labels: np.ndarray,
        batch_size: int,
        eta: float,
    ) -> None:
        self.weights, self.biases = weights, biases
        self.images, self.eta = images, eta
        inputs, outputs = weights[0].shape[1], len(weights[-1])
        self.doubled_targets = 2 * one_hot(labels, outputs)
        # Rows that fill whole cache lines make the large products a little faster.
        spare = -(inputs + 1) % FLOATS_PER_CACHE_LINE
        first, *others = zip(weights, biases, strict=True)
        self.layers = [_packed(*first, spare), *(_packed(*layer) for layer in others)]
        n, dtype = len(images), weights[0].dtype
        self.last_whole = n - n % batch_size
        self.rows = batch_size * max(1, ROWS_PER_BLOCK // batch_size)
        self.pixels = np.zeros((self.rows, self.layers[0].shape[1]), dtype)
        self.pixels[:, inputs] = 1
        self.targets = np.empty((self.rows, outputs), dtype)
        self.whole_batch, self.rest_batch = (
            _FusedStep(self.layers, self.pixels, self.targets, size)
            for size in (batch_size, n % batch_size)
        )

    def run(
        self,
        order: np.ndarray | None = None,
        advance: Callable[[float], object] = lambda share: None,
    ) -> bool:
        """Train for one epoch, visiting the samples in the order given.

        `advance` is told of each share of the epoch that is done. Ctrl-C ends it after
        a whole batch, and the network keeps the weights that it has then. Return
        whether nobody pressed it.
        """
        with HeldInterrupt() as interrupt:
            for start in range(0, self.last_whole, self.rows):
                if interrupt.pending:
                    break
                rows = self._fetch(
                    start, min(start + self.rows, self.last_whole), order
                )
                self.whole_batch.train(rows, self.eta)
                advance(rows / len(self.images))
            if self.last_whole < len(self.images) and not interrupt.pending:
                rows = self._fetch(self.last_whole, len(self.images), order)
                self.rest_batch.train(rows, self.eta)
            self._write_back()
        return not interrupt.pending

    def _fetch(self, start: int, stop: int, order: np.ndarray | None) -> int:
        """Copy samples start to stop - 1 of the epoch into the buffers; count them."""
        which = slice(start, stop) if order is None else order[start:stop]
        rows, inputs = stop - start, self.images.shape[1]
        self.pixels[:rows, :inputs] = self.images[which]
        self.targets[:rows] = self.doubled_targets[which]
        return rows

    def _write_back(self) -> None:
        """Copy the packed parameters into the network's own arrays."""
        for packed, weights, biases in zip(
            self.layers, self.weights, self.biases, strict=True
        ):
            inputs = weights.shape[1]
            weights[...] = packed[:, :inputs]
            biases[...] = packed[:, inputs]


class _FusedStep:
    """Steps of gradient descent for mini-batches of one size.

    Every view and constant of a step is made once, here: at this speed, making
    them anew for each batch would be felt. `layers` are packed parameters, changed in
    place by `train`; `pixels` and `targets` are buffers of which it takes its batches.
    """

    def __init__(
        self,
        layers: list[np.ndarray],
        pixels: np.ndarray,
        targets: np.ndarray,
        batch_size: int,
    ) -> None:
        from scipy.linalg import get_blas_funcs  # here: SciPy is slow to import

        self.batch_size = batch_size
        dtype = layers[0].dtype
        self.gemm = get_blas_funcs("gemm", dtype=dtype)
        # As arrays without dimensions, constants cost half as much as Python numbers.
        self.one, self.two = np.array(1, dtype), np.array(2, dtype)
        starts = range(0, len(pixels), batch_size) if batch_size else ()
        self.batches = [
            (pixels[row : row + batch_size].T, targets[row : row + batch_size].T)
            for row in starts
        ]
        # One buffer for all layers, each followed by the constant that feeds the
        # bias above it. U: doubled activations, D: 4 S'(z), E: eightfold errors.
        ends = np.cumsum([len(packed) + 1 for packed in layers])
        self.U = np.full((ends[-1] - 1, batch_size), 2, dtype)
        self.D, self.E = np.empty_like(self.U), np.empty_like(self.U)
        spans = [
            slice(end - len(packed) - 1, end - 1)
            for end, packed in zip(ends, layers, strict=True)
        ]
        u, d, e = (
            [buffer[span] for span in spans] for buffer in (self.U, self.D, self.E)
        )
        u_fed, e_fed = (
            [buffer[span.start : span.stop + 1].T for span in spans]
            for buffer in (self.U, self.E)
        )
        weights = [packed.T for packed in layers]
        upper = range(1, len(layers))
        self.first = (weights[0], u[0].T, u[0], e[0].T)
        self.last = (u[-1], d[-1], e[-1])
        self.up = [(u_fed[k - 1], weights[k], u[k].T, u[k]) for k in upper]
        self.down = [
            (e[k].T, weights[k], e_fed[k - 1], e[k - 1], d[k - 1])
            for k in reversed(upper)
        ]
        self.update = [(u_fed[k - 1], e[k].T, weights[k]) for k in upper]
        for target in (*weights, *(layer.T for layer in u), *e_fed[:-1]):
            _require_in_place(self.gemm, target)

    def train(self, rows: int, eta: float) -> None:
        """Take a step for every batch in the first `rows` rows of the buffers."""
        tanh, add, subtract, multiply = np.tanh, np.add, np.subtract, np.multiply
        gemm, one, two, U, D = self.gemm, self.one, self.two, self.U, self.D
        up, down, update = self.up, self.down, self.update
        w_first, z_first, u_first, e_first = self.first
        u_last, d_last, e_last = self.last
        alpha_first = -eta / self.batch_size / 8
        alpha = alpha_first / 2

        for x, y2 in self.batches[: rows // self.batch_size]:
            # (FF1m), (FF2m): z/2, then u = 1 + tanh(z/2)
            gemm(0.5, x, w_first, 0.0, z_first, 1, 0, 1)
            tanh(u_first, u_first)
            add(u_first, one, u_first)
            for below, w, z, a in up:
                gemm(0.25, below, w, 0.0, z, 0, 0, 1)
                tanh(a, a)
                add(a, one, a)
            subtract(two, U, D)
            multiply(D, U, D)
            # (BP1m): the error of the output layer, eightfold
            subtract(u_last, y2, e_last)
            multiply(e_last, d_last, e_last)
            # (BP2m): the errors of the hidden layers
            for above, w, error_fed, error, slope in down:
                gemm(0.25, above, w, 0.0, error_fed, 0, 1, 1)
                multiply(error, slope, error)
            # (BP3m), (BP4m): weights and biases, updated in the product itself
            for below, error, w in update:
                gemm(alpha, below, error, 1.0, w, 1, 0, 1)
            gemm(alpha_first, x, e_first, 1.0, w_first, 0, 0, 1)


def _packed(weights: np.ndarray, biases: np.ndarray, spare: int = 0) -> np.ndarray:
    """Return [weights | biases | zeros] with `spare` columns of zeros."""
    outputs, inputs = weights.shape
    packed = np.zeros((outputs, inputs + 1 + spare), weights.dtype)
    packed[:, :inputs] = weights
    packed[:, inputs] = biases
    return packed


def _require_in_place(gemm: Callable, target: np.ndarray) -> None:
    """Raise RuntimeError unless `gemm` writes into `target` itself."""
    if not target.flags.f_contiguous or target.dtype != PRECISION[gemm.typecode]:
        raise RuntimeError("gemm would update a copy: nothing would be learnt")
