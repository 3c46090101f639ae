"""Where the digits come from."""

from digitlib.data.digits import MNIST, Digits
from digitlib.data.errors import DataError
from digitlib.data.mnist import load_mnist

__all__ = ["MNIST", "DataError", "Digits", "load_mnist"]
