"""Training a model: epochs of mini-batches, watched on the validation set."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np

from digitlib import arguments
from digitlib.data.digits import Digits
from digitlib.history import History
from digitlib.model import Model
from digitlib.numerics import one_hot
from digitlib.optimizers import SGD
from digitlib.progress import Bar
from digitlib.runtime import HeldInterrupt, one_blas_thread
from digitlib.schedules import Schedule

Augment = Callable[[np.ndarray, np.random.Generator], np.ndarray]


def train(
    model: Model,
    data: Digits,
    epochs: int = 5,
    batch_size: int = 64,
    eta: float | Schedule = 0.1,
    optimizer: SGD | None = None,
    validation: Digits | None = None,
    patience: int | None = None,
    augment: Augment | None = None,
    shuffle: bool = True,
    rng: int | np.random.Generator = 0,
    report: Callable[[str], object] | None = print,
    watch: Callable[[History], object] | None = None,
) -> History:
    """Let a model learn from mini-batches.

    Parameters
    ----------
    model : Model
        Changed in place.
    data : Digits
        Samples to learn from.
    epochs : int
        Passes over `data`, at most.
    batch_size : int
        Samples per step. The last batch of an epoch takes what is left.
    eta : float or schedule
        Learning rate, or a function that gives it for each moment of the training,
        from 0 to 1, such as `warm_up(0.2)`.
    optimizer : SGD, Momentum or Adam, optional
        What makes a step of a gradient; SGD when None. It starts afresh.
    validation : Digits, optional
        Evaluated after each epoch. Nothing is learnt from it.
    patience : int, optional
        Stop when the validation accuracy has not risen for so many epochs, and go
        back to the weights with which it was highest; never when None. A schedule
        is not aware of it.
    augment : callable, optional
        `augment(images, rng)` returns what is learnt from in place of a batch's
        images, such as `digitlib.augment.shift`.
    shuffle : bool
        Whether each epoch visits the samples in an order of its own.
    rng : int or numpy.random.Generator
        For orders, dropout and augmentation.
    report : callable, optional
        Receives one line after each epoch; None for silence.
    watch : callable, optional
        Receives the history after each epoch, such as `plots.live_history()`.

    Raises
    ------
    FloatingPointError
        If the cost is infinite or no number any more: the learning rate is too high.
    KeyboardInterrupt
        After Ctrl-C. The model then has the weights of the last whole step. Where a
        handler of yours raises nothing, the history of whole epochs is returned.

    Notes
    -----
    BLAS runs on one thread meanwhile. Beside the data set this needs a few batches,
    one copy of the parameters for `patience`, and what the optimizer keeps.
    """
    form = model.inputs, model.outputs
    images, labels = arguments.samples("data", data, *form)
    epochs = arguments.positive_integer("epochs", epochs)
    batch_size = arguments.positive_integer("batch_size", batch_size)
    schedule = eta if callable(eta) else _constant(eta)
    if validation is not None:
        arguments.samples("validation", validation, *form)
    early = None if patience is None else _EarlyStopping(model, validation, patience)
    shuffle = arguments.true_or_false("shuffle", shuffle)
    rng = arguments.generator("rng", rng)
    optimizer = SGD() if optimizer is None else optimizer

    optimizer.start(model.parameters)
    targets = one_hot(labels, model.outputs).astype(model.dtype, copy=False)
    history = History()

    def step(batch: np.ndarray, moment: float) -> float:
        X = images[batch]
        if augment is not None:
            X = arguments.float_rows(
                "what augment returns", augment(X, rng), X.shape[1]
            )
        X = X.astype(model.dtype, copy=False)
        cost, gradients = model.cost_and_gradients(X, targets[batch], rng)
        optimizer.step(model.parameters, gradients, schedule(moment))
        bar.advance(len(batch) / len(images))
        return cost

    with one_blas_thread(), Bar("epoch", epochs) as bar:
        for epoch in range(1, epochs + 1):
            begin = time.perf_counter()
            order = rng.permutation(len(images)) if shuffle else np.arange(len(images))
            batches = [
                order[k : k + batch_size] for k in range(0, len(order), batch_size)
            ]
            cost = _take_steps(step, batches, (epoch - 1) / epochs, epoch / epochs)
            if cost is None:
                return history
            history.seconds.append(time.perf_counter() - begin)
            history.epochs.append(epoch)
            history.train_cost.append(cost)
            if validation is not None:
                history.validation_accuracy.append(model.accuracy(validation))
            if watch is not None:  # first: the picture then stands above the lines
                watch(history)
            if report is not None:
                report(_line(history))
            if early is not None and early.is_over(history):
                break
    if early is not None:
        early.restore()
    return history


def _constant(eta: float) -> Schedule:
    eta = arguments.positive_number("eta", eta)
    return lambda moment: eta


def _take_steps(
    step: Callable[[np.ndarray, float], float],
    batches: list[np.ndarray],
    begin: float,
    end: float,
) -> float | None:
    """Take a step for every batch, from one moment to another; the mean cost.

    Ctrl-C waits for the end of a step; then no more are taken, and None is returned,
    should nobody have raised anything.
    """
    total = 0.0
    # A cost that is no number is told below, once, and in words.
    with HeldInterrupt() as interrupt, np.errstate(over="ignore", invalid="ignore"):
        for k, batch in enumerate(batches):
            if interrupt.pending:
                break
            moment = begin + (end - begin) * (k + 0.5) / len(batches)
            total += step(batch, moment) * len(batch)
    if interrupt.pending:
        return None
    if not np.isfinite(total):
        raise FloatingPointError(
            "the cost has grown beyond all numbers: lower the learning rate"
        )
    return total / sum(map(len, batches))


def _line(history: History) -> str:
    line = f"Epoch {history.epochs[-1]:2}: cost {history.train_cost[-1]:.4f}"
    if history.validation_accuracy:
        line += f", validation {100 * history.validation_accuracy[-1]:.2f} %"
    return line


class _EarlyStopping:
    """Remembers the parameters with the highest validation accuracy.

    Prechelt (1998) compares rules for when to stop.
    """

    def __init__(self, model: Model, validation: Digits | None, patience: int) -> None:
        self.patience = arguments.positive_integer("patience", patience)
        if validation is None:
            raise ValueError("patience needs a validation set to watch")
        self.model, self.best, self.best_epoch = model, -1.0, 0

    def is_over(self, history: History) -> bool:
        """Keep the parameters if they are the best yet; tell if patience has ended."""
        epoch, accuracy = history.epochs[-1], history.validation_accuracy[-1]
        if accuracy > self.best:
            self.best, self.best_epoch = accuracy, epoch
            self.copies = [array.copy() for array in self.model.arrays]
        return epoch - self.best_epoch >= self.patience

    def restore(self) -> None:
        """Put the best parameters back."""
        with HeldInterrupt():
            for array, copy in zip(self.model.arrays, self.copies, strict=True):
                array[...] = copy
