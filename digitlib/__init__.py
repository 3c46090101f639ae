"""How a neural network reads handwritten digits: what the lessons build."""

__version__ = "0.1.0"
