"""Answers whose verdict hangs on the machine, on PyTorch or on the data."""

import itertools
import time
from types import SimpleNamespace

import numpy as np
import pytest

from checks.answers.lesson05 import fast_epoch
from checks.answers.lesson10 import read_digits
from courseware.checking import room
from digitlib.checks.lesson05 import check_fast_epoch
from digitlib.checks.lesson10 import check_read_digits, check_softmax_epoch

# --- 5.5: the clock ----------------------------------------------------------------


def test_a_fast_epoch_is_praised_beside_programs_that_empty_the_caches():
    turns = itertools.count()

    def disturbed(*task):
        after = fast_epoch(*task)
        until = time.thread_time() + (0.02 if next(turns) % 10 else 0.0)
        while time.thread_time() < until:
            pass
        return after

    assert check_fast_epoch(disturbed)


@pytest.mark.parametrize("ratio", [1.0, 1.2, 1.3])
def test_fast_is_a_quarter_faster_than_step_2(monkeypatch, ratio):
    """The clock is read before and after step 2, then before and after ours."""
    clock = iter([0.0, ratio, 0.0, 1.0]).__next__
    clocks = SimpleNamespace(thread_time=clock, perf_counter=clock)
    monkeypatch.setattr(room, "time", clocks)
    result = check_fast_epoch(fast_epoch)
    assert result.passed == (ratio >= 1.25)
    assert result or f"{ratio} times as fast as step 2, not yet 1.25" in result.hint


# --- 10.3: PyTorch -----------------------------------------------------------------


def in_torch(forget=False, copy=True, back=True, optimizer=""):
    """Return the solution of exercise 10.3, or one with a typical mistake."""
    torch = pytest.importorskip("torch", reason="PyTorch is not installed")

    def softmax_epoch(W, b, X, labels, batch_size, eta):
        make = torch.tensor if copy else torch.from_numpy
        W, b = (make(p).requires_grad_() for p in (W, b))
        X, labels = torch.tensor(X), torch.tensor(labels)
        pieces = X.split(batch_size), labels.split(batch_size)
        for x, y in zip(*pieces, strict=True):
            torch.nn.functional.cross_entropy(x @ W.T + b, y).backward()
            if optimizer:
                getattr(torch.optim, optimizer)((W, b), eta).step()
                W.grad = b.grad = None
                continue
            with torch.no_grad():
                for p in (W, b):
                    p -= eta * p.grad
                    p.grad = p.grad if forget else None
        return (W.detach().numpy(), b.detach().numpy()) if back else (W, b)

    return softmax_epoch


@pytest.mark.frameworks
@pytest.mark.parametrize(
    ("mistake", "piece"),
    [
        ({}, ""),
        ({"forget": True}, "the gradients pile up"),
        ({"copy": False}, "it changes the array"),
        ({"back": False}, "W is a tensor still"),
        ({"optimizer": "SGD"}, "without an optimizer"),
        ({"optimizer": "Adam"}, "work it out by (CE')"),
    ],
)
def test_an_answer_in_torch_gets_its_verdict(mistake, piece):
    result = check_softmax_epoch(in_torch(**mistake))
    assert result.passed == (not mistake)
    assert piece in result.hint


# --- 10.4: the sample --------------------------------------------------------------


def test_on_the_sample_less_is_wanted(mnist):
    def reader(images):
        digits = read_digits(images)
        return np.where(images[:, 500] < 0.02, 9 - digits, digits)

    assert "not yet 98" in check_read_digits(reader).hint
    mnist.is_sample = True
    assert check_read_digits(reader)
