"""How a neural network reads handwritten digits: what the lessons build."""

from digitlib.gradient_check import check_gradients
from digitlib.mnist import MNIST, DataError, Digits, load_mnist
from digitlib.network import History, Network
from digitlib.numerics import one_hot, sigmoid, sigmoid_prime, softmax

__version__ = "0.1.0"

__all__ = [
    "MNIST",
    "DataError",
    "Digits",
    "History",
    "Network",
    "check_gradients",
    "load_mnist",
    "one_hot",
    "sigmoid",
    "sigmoid_prime",
    "softmax",
]
