"""What several tests share: digits, networks with a mistake, and short claims."""

import subprocess
import sys
import tracemalloc
from contextlib import contextmanager

import numpy as np
import pytest
from hypothesis import strategies as st

from checks.tables import but
from digitlib import Digits, one_hot

DTYPES = st.sampled_from([np.float32, np.float64])


def batch(inputs=5, classes=4, n=7, seed=0):
    """Samples, and their labels as rows."""
    rng = np.random.default_rng(seed)
    return rng.random((n, inputs)), one_hot(rng.integers(0, classes, n), classes)


def digits(n, inputs=8, classes=3, seed=0):
    """Images whose brightest part tells the class, most of the time."""
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, classes, n)
    images = 0.7 * rng.random((n, inputs), np.float32)
    images[np.arange(n), labels % inputs] += 0.3
    return Digits(images, labels)


def flat(gradients):
    """The gradients of all weights and then of all biases, in one list."""
    return [gradient for kind in gradients for gradient in kind]


def claiming(kind, change):
    """A kind of network that claims what `change` makes of its gradients."""
    return but(kind, gradients=lambda *given: change(*kind.gradients(*given)))


def misled(kind, back):
    """A kind of layer with a way back of its own, from itself and the errors."""
    return but(kind, backward=lambda layer, error, to_inputs=True: back(layer, error))


def overstating(kind, change):
    """A kind of layer that claims what `change` makes of gradients and errors."""

    def back(layer, error):
        below = kind.backward(layer, error)
        *layer.gradients, below = change(*layer.gradients, below)
        return below

    return misled(kind, back)


def refuses(*cases):
    """Make a test of it that each call is refused in such words."""

    @pytest.mark.parametrize(("call", "words"), cases)
    def test(call, words):
        with pytest.raises(ValueError, match=words):
            call()

    return test


def assert_all_close(ours, theirs, **tolerance):
    """Assert that two lists hold the same arrays, but for rounding."""
    for our, their in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(our, their, **tolerance)


def assert_all_equal(ours, theirs):
    """Assert that two lists hold the same arrays."""
    assert_all_close(ours, theirs, rtol=0)


@contextmanager
def memory_below(most):
    """Assert that so many bytes are enough."""
    tracemalloc.start()
    try:
        yield
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < most


# For a program: has it print the most memory that it has had, in kB, or 0 where nobody
# can tell. (ru_maxrss would count the parent's memory.)
PRINT_PEAK = """
import pathlib
status = pathlib.Path("/proc/self/status")
if status.exists():
    print(next(line for line in status.open() if line.startswith("VmHWM")).split()[1])
else:
    print(0)
"""


def python(*arguments, **options):
    """Run Python in a process of its own; return what came of it."""
    options = {"capture_output": True, "text": True} | options
    return subprocess.run([sys.executable, *arguments], **options)
