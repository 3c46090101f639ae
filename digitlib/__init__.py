"""How a neural network reads handwritten digits: what the lessons build.

An argument that is not of the kind described is a ValueError everywhere: it names the
argument, says what is right, and comes before anything is learnt or changed.
"""

from digitlib.costs import CrossEntropy, QuadraticCost
from digitlib.data import MNIST, DataError, Digits, load_mnist
from digitlib.gradient_check import check_gradients, check_layer_gradients
from digitlib.history import History
from digitlib.hyperparameters import draw_candidates, log_uniform, search
from digitlib.layers import (
    BatchNorm,
    Centre,
    Convolution,
    Dense,
    Dropout,
    Flatten,
    MaxPool,
    MeanPool,
    ReLU,
    Reshape,
    Sigmoid,
    Softmax,
    Tanh,
)
from digitlib.model import Model, convolutional_model, dense_model
from digitlib.network import Network
from digitlib.numerics import one_hot, sigmoid, sigmoid_prime, softmax
from digitlib.optimizers import SGD, Adam, Momentum
from digitlib.schedules import cosine, stepwise, warm_up
from digitlib.training import train

__version__ = "0.1.0"

__all__ = [
    "MNIST",
    "SGD",
    "Adam",
    "BatchNorm",
    "Centre",
    "Convolution",
    "CrossEntropy",
    "DataError",
    "Dense",
    "Digits",
    "Dropout",
    "Flatten",
    "History",
    "MaxPool",
    "MeanPool",
    "Model",
    "Momentum",
    "Network",
    "QuadraticCost",
    "ReLU",
    "Reshape",
    "Sigmoid",
    "Softmax",
    "Tanh",
    "check_gradients",
    "check_layer_gradients",
    "convolutional_model",
    "cosine",
    "dense_model",
    "draw_candidates",
    "load_mnist",
    "log_uniform",
    "one_hot",
    "search",
    "sigmoid",
    "sigmoid_prime",
    "softmax",
    "stepwise",
    "train",
    "warm_up",
]
