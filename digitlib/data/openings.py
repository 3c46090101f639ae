"""The test set kept shut: which cells of a lesson may read it.

While a course's own programs run a lesson, a cell reads the test set only if it
carries the tag `opens-test`. So the openings can be counted, and the text can say how
many there were. For whoever runs a lesson by hand the test set is as any other.
"""

import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from typing import NoReturn

import numpy as np

from digitlib.data.digits import MNIST, Digits

TAG = "opens-test"


def kept_shut(mnist: MNIST) -> MNIST:
    """Return the digits; in a lesson that a program runs, with a guarded test set."""
    if _kernel() is None or not os.environ.get("COURSEWARE_RUN"):
        return mnist
    return replace(mnist, test=GuardedDigits.of(mnist.test))


class GuardedDigits(Digits):
    """Digits whose images and labels are there in cells with the tag only.

    Elsewhere their number and shape are known, and whatever reads a pixel or a label,
    or picks some digits, raises RuntimeError.
    """

    @classmethod
    def of(cls, digits: Digits) -> "GuardedDigits":
        """Guard digits that there are."""
        guarded = object.__new__(cls)
        guarded.__dict__.update(vars(digits))
        return guarded

    @property
    def images(self) -> "np.ndarray | ShutArray":
        """The images, or what has their shape."""
        return _if_open(self.__dict__["images"])

    @property
    def labels(self) -> "np.ndarray | ShutArray":
        """The labels, or what has their shape."""
        return _if_open(self.__dict__["labels"])

    def __getitem__(self, index: slice | Sequence[int] | np.ndarray) -> Digits:
        return GuardedDigits.of(super().__getitem__(index))


class ShutArray(np.lib.mixins.NDArrayOperatorsMixin):
    """What has the shape of an array, and none of its numbers."""

    def __init__(self, array: np.ndarray) -> None:
        self.shape, self.ndim, self.size = array.shape, array.ndim, array.size
        self.dtype, self.nbytes = array.dtype, array.nbytes

    def __len__(self) -> int:
        return self.shape[0]

    def _refuse(self, *_given: object, **_named: object) -> NoReturn:
        raise RuntimeError(
            f"this cell reads the test set and is not tagged {TAG!r}: tag it, and "
            "count it in the text, or use the validation set"
        )

    # Whichever way NumPy, Python or print would take to the numbers.
    __array__ = __array_ufunc__ = __array_function__ = _refuse
    __getitem__ = __iter__ = __contains__ = __getattr__ = __repr__ = _refuse


def _if_open(array: np.ndarray) -> np.ndarray | ShutArray:
    kernel = _kernel()
    # What no cell has asked for, a widget's message for instance, has no tags.
    tags = kernel.get_parent().get("metadata", {}).get("tags") if kernel else None
    return array if tags is None or TAG in tags else ShutArray(array)


def _kernel() -> object | None:
    """Return the kernel that this runs in, if it is one of Jupyter's."""
    shell = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
    return getattr(shell, "kernel", None)
