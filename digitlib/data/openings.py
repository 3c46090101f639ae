"""The test set kept shut: which cells of a lesson may read it.

While a course's own programs run a lesson, a cell reads the test set only if it
carries the tag `opens-test`. So the openings can be counted, and the text can say how
many there were. For whoever runs a lesson by hand the test set is as any other.
"""

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

import numpy as np

from digitlib.data.digits import MNIST, Digits

TAG = "opens-test"


def kept_shut(mnist: MNIST) -> MNIST:
    """Return the digits; in a lesson that a program runs, with a guarded test set."""
    shell = _shell()
    if not hasattr(shell, "kernel") or not os.environ.get("COURSEWARE_RUN"):
        return mnist
    digits = mnist.test.images, mnist.test.labels

    def shut_again(*_result: object) -> None:
        """Guard what a cell has given names of its own, once it has ended."""
        for name, value in list(shell.user_ns.items()):
            if isinstance(value, np.ndarray) and any(
                np.may_share_memory(value, array) for array in digits
            ):
                shell.user_ns[name] = GuardedArray(value)

    shell.events.register("post_run_cell", shut_again)
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
    def images(self) -> "np.ndarray | GuardedArray":
        """The images, or what has their shape."""
        return _guarded(self.__dict__["images"])

    @property
    def labels(self) -> "np.ndarray | GuardedArray":
        """The labels, or what has their shape."""
        return _guarded(self.__dict__["labels"])

    def __getitem__(self, index: slice | Sequence[int] | np.ndarray) -> Digits:
        return GuardedDigits.of(super().__getitem__(index))


class GuardedArray(np.lib.mixins.NDArrayOperatorsMixin):
    """An array of which cells without the tag learn the shape, and none of its numbers.

    Whichever way NumPy, Python or print take to the numbers, it is through `_opened`.
    """

    def __init__(self, array: np.ndarray) -> None:
        self._array = array
        self.shape, self.ndim, self.size = array.shape, array.ndim, array.size
        self.dtype, self.nbytes = array.dtype, array.nbytes

    def _opened(self) -> np.ndarray:
        if not _may_read():
            raise RuntimeError(
                f"this cell reads the test set and is not tagged {TAG!r}: tag it, and "
                "count it in the text, or use the validation set"
            )
        return self._array

    def __array__(self, *dtype: np.dtype, **options: object) -> np.ndarray:
        return np.array(self._opened(), *dtype, **options)

    def __array_ufunc__(
        self, function: np.ufunc, method: str, *given: object, **named: object
    ) -> object:
        return getattr(function, method)(*_plain(given), **_plain(named))

    def __array_function__(
        self, function: Callable, types: object, given: tuple, named: dict
    ) -> object:
        return function(*_plain(given), **_plain(named))

    def __getitem__(self, index: object) -> object:
        return self._opened()[index]

    def __getattr__(self, name: str) -> object:
        return getattr(self._opened(), name)

    def __iter__(self) -> Iterator:
        return iter(self._opened())

    def __contains__(self, value: object) -> bool:
        return value in self._opened()

    def __len__(self) -> int:
        return self.shape[0]

    def __repr__(self) -> str:
        return repr(self._opened())


def _plain(value: object) -> object:
    """Return what was given to a function of NumPy, with guarded arrays opened."""
    if isinstance(value, GuardedArray):
        return value._opened()
    if isinstance(value, list | tuple):
        return type(value)(map(_plain, value))
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    return value


def _guarded(array: np.ndarray) -> np.ndarray | GuardedArray:
    return array if _may_read() else GuardedArray(array)


def _may_read() -> bool:
    """Whether the running cell carries the tag."""
    kernel = getattr(_shell(), "kernel", None)
    # What no cell has asked for, a widget's message for instance, has no tags.
    tags = kernel.get_parent().get("metadata", {}).get("tags") if kernel else None
    return tags is None or TAG in tags


def _shell() -> object | None:
    """Return the IPython that this runs in, if it is one."""
    return getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
