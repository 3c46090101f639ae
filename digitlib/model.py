"""A model: a stack of layers with a cost at its top."""

from __future__ import annotations

import copy
import json
import math
from collections.abc import Sequence
from itertools import pairwise
from typing import Self

import numpy as np

from digitlib import arguments, costs
from digitlib.classifier import Classifier
from digitlib.initialisation import he_matrix
from digitlib.layers import (
    BatchNorm,
    Centre,
    Convolution,
    Dense,
    Dropout,
    Flatten,
    Initial,
    Layer,
    ReLU,
    Reshape,
    Softmax,
)
from digitlib.layers.kinds import describe, rebuild

LONGEST_DESCRIPTION = 100_000  # letters in a file, for a thousand layers and more


class Model(Classifier):
    """A network made of layers.

    Parameters
    ----------
    layers : sequence of Layer
        From the inputs to the outputs. They are used, not copied.
    cost : CrossEntropy or QuadraticCost, optional
        What learning lowers; CrossEntropy when None. It brings its own softmax.
    inputs : int
        Numbers in a sample.
    l2 : float
        Strength lambda of the penalty for large weights, equation (L2): it adds
        lambda/2 times the sum of their squares, without the biases, to the cost.

    Attributes
    ----------
    weights, biases : list of array
        Those of the layers that learn, first layer first.

    Raises
    ------
    ValueError
        If a layer does not fit on the one below it, or if one is used twice or shares
        its parameters with another.

    Notes
    -----
    `save` refuses what `load` could not bring back. A kind of layer of your own, a
    subclass of `Layer`, is found by its name: define it before you load.
    """

    def __init__(
        self,
        layers: Sequence[Layer],
        cost: costs.CrossEntropy | costs.QuadraticCost | None = None,
        inputs: int = 784,
        l2: float = 0.0,
    ) -> None:
        self.layers = list(layers)
        self.cost_function = costs.CrossEntropy() if cost is None else cost
        if isinstance(cost, type):
            raise ValueError(f"cost must be such as {cost.__name__}(), not the class")
        self.inputs = arguments.positive_integer("inputs", inputs)
        self.l2 = arguments.below_one("l2", l2)
        self._require_separate_layers()
        self.dtype = self._common_dtype()
        self.outputs = self._count_outputs()

    def __repr__(self) -> str:
        return f"Model({', '.join(map(repr, self.layers))})"

    @property
    def weights(self) -> list[np.ndarray]:
        """The weights of every layer that learns."""
        return [layer.weights for layer in self.layers if layer.learns]

    @property
    def biases(self) -> list[np.ndarray]:
        """The biases of every layer that learns."""
        return [layer.biases for layer in self.layers if layer.learns]

    @property
    def arrays(self) -> list[np.ndarray]:
        """All that learning changes: parameters, and what layers keep beside them."""
        return [array for layer in self.layers for array in layer.arrays.values()]

    @property
    def rows_at_once(self) -> int:
        """How many samples are answered together: what the widest layer can take."""
        return min(layer.rows_at_once for layer in self.layers)

    def astype(self, dtype: np.typing.DTypeLike) -> Self:
        """Return a copy whose weights and biases have the given dtype."""
        self._require_separate_layers()  # the copies could not show that they are not
        twin = copy.copy(self)
        twin.dtype = arguments.float_dtype(dtype)
        twin.layers = [layer.astype(twin.dtype) for layer in self.layers]
        return twin

    def cost_and_gradients(
        self, X: np.ndarray, Y: np.ndarray, rng: np.random.Generator | None = None
    ) -> tuple[float, list[np.ndarray]]:
        """Return the cost and its gradients, from one way forward and one back.

        Parameters
        ----------
        X, Y : array
            Shapes (n, inputs) and (n, outputs), of the model's dtype.
        rng : numpy.random.Generator, optional
            For layers that leave something to chance while learning.

        Returns
        -------
        cost : float
        gradients : list of array
            In the order and the shapes of `parameters`.
        """
        Z = self._forward(X, rng)
        self._backward(self.cost_function.error(Z, Y))
        pairs = [layer.gradients for layer in self.layers if layer.learns]
        for_weights, for_biases = map(list, zip(*pairs, strict=True))
        if self.l2:
            for weights, gradient in zip(self.weights, for_weights, strict=True):
                gradient += self.l2 * weights
        cost = self.cost_function.cost(Z, Y) + self._penalty()
        return cost, for_weights + for_biases

    def _cost(self, X: np.ndarray, Y: np.ndarray) -> float:
        return self.cost_function.cost(self._forward(X), Y) + self._penalty()

    def _gradients(
        self, X: np.ndarray, Y: np.ndarray
    ) -> tuple[list[np.ndarray], list[np.ndarray]]:
        _, gradients = self.cost_and_gradients(X, Y)
        half = len(gradients) // 2
        return gradients[:half], gradients[half:]

    def _answers(self, X: np.ndarray) -> np.ndarray:
        return self.cost_function.outputs(self._forward(X))

    def _forward(
        self, X: np.ndarray, rng: np.random.Generator | None = None
    ) -> np.ndarray:
        for layer in self.layers:
            X = layer.forward(X, rng)
        return X

    def _backward(self, error: np.ndarray) -> None:
        lowest = next(k for k, layer in enumerate(self.layers) if layer.learns)
        for layer in self.layers[:lowest:-1]:
            error = layer.backward(error)
        # Nobody asks for the errors of the pixels: that spares a large product.
        self.layers[lowest].backward(error, to_inputs=False)

    def _input_errors(self, X: np.ndarray, Y: np.ndarray) -> np.ndarray:
        error = self.cost_function.error(self._forward(X), Y) * len(X)
        for layer in reversed(self.layers):
            error = layer.backward(error)
        return error

    def _penalty(self) -> float:
        if not self.l2:
            return 0.0
        return self.l2 / 2 * sum(float(np.vdot(w, w)) for w in self.weights)

    def _require_separate_layers(self) -> None:
        """Raise ValueError unless all are layers that have nothing in common.

        A layer remembers what has passed through it, once.
        """
        numbers: dict[int, int] = {}
        for number, layer in enumerate(self.layers, start=1):
            if not isinstance(layer, Layer):
                raise ValueError(f"layers must be layers such as ReLU(), not {layer!r}")
            first = numbers.setdefault(id(layer), number)
            if first != number:
                raise ValueError(
                    f"layers {first} and {number} are one and the same {layer!r}; "
                    f"make one for each place"
                )
        arguments.separate(
            {
                f"{name} of layer {number}": array
                for number, layer in enumerate(self.layers, start=1)
                for name, array in layer.arrays.items()
            }
        )

    def _common_dtype(self) -> np.dtype:
        dtypes = {array.dtype.name for array in self.arrays}
        if len(dtypes) != 1:
            found = ", ".join(sorted(dtypes)) or "none"
            raise ValueError(f"a model learns in one precision; its layers': {found}")
        return arguments.float_dtype(dtypes.pop())

    def _count_outputs(self) -> int:
        """Follow the shape of a sample from layer to layer; ValueError if it cannot."""
        shape = (self.inputs,)
        for number, layer in enumerate(self.layers, start=1):
            try:
                shape = layer.output_shape(shape)
            except ValueError as error:
                kind = type(layer).__name__
                raise ValueError(f"layer {number}, {kind}: {error}") from None
        if len(shape) != 1:
            raise ValueError(f"the last layer must give a row of scores, not {shape}")
        takes_scores = isinstance(self.cost_function, costs.CrossEntropy)
        if takes_scores and isinstance(self.layers[-1], Softmax):
            raise ValueError("CrossEntropy takes scores: leave the last Softmax out")
        return shape[0]

    def _to_arrays(self) -> dict[str, np.ndarray]:
        description = {
            "cost": type(self.cost_function).__name__,
            "inputs": self.inputs,
            "l2": self.l2,
            "layers": [describe(layer) for layer in self.layers],
        }
        try:
            text = json.dumps(description).encode()
        except TypeError as error:  # a setting is no number
            raise ValueError(f"a file cannot hold this model: {error}") from None
        arrays = {"description": np.frombuffer(text, np.uint8)}
        for k, layer in enumerate(self.layers, start=1):
            arrays |= {f"{name}_{k}": one for name, one in layer.arrays.items()}
        self._require_twin(arrays)
        return arrays

    def _require_twin(self, arrays: dict[str, np.ndarray]) -> None:
        """Raise ValueError if a file of these arrays would not be this model again."""
        X = np.random.default_rng(0).random((2, self.inputs)).astype(self.dtype)
        try:
            answers = Model._from_arrays(arrays).feedforward(X)
            if not np.allclose(answers, self.feedforward(X), equal_nan=True):
                raise ValueError("it would answer differently")
        except Exception as error:  # whatever it is: a layer may be anybody's
            raise ValueError(
                f"this model could not be loaded again: {error}; each number that a "
                f"layer is made with must be in its `settings`"
            ) from error

    @classmethod
    def _from_arrays(cls, arrays: dict[str, np.ndarray]) -> Self:
        try:
            if arrays["description"].nbytes > LONGEST_DESCRIPTION:
                raise ValueError(f"it has more than {LONGEST_DESCRIPTION:,} letters")
            description = json.loads(arrays["description"].tobytes())
            stack = [
                rebuild(layer, arrays, k)
                for k, layer in enumerate(description["layers"], start=1)
            ]
            if description["cost"] not in costs.KINDS:
                raise ValueError(f"its cost is none of {', '.join(costs.KINDS)}")
            cost = costs.KINDS[description["cost"]]()
            return cls(stack, cost, description["inputs"], description["l2"])
        except (TypeError, AttributeError, RecursionError) as error:
            raise ValueError(f"its description makes no sense: {error}") from None


def dense_model(
    sizes: Sequence[int],
    rng: int | np.random.Generator = 0,
    activation: type[Layer] = ReLU,
    initial: Initial = he_matrix,
    keep: float = 1.0,
    l2: float = 0.0,
    mean: float = 0.0,
    dtype: np.typing.DTypeLike = np.float32,
    batch_norm: bool = False,
) -> Model:
    """Return a model of dense layers with softmax and cross-entropy.

    Parameters
    ----------
    sizes : sequence of int
        Neurons in each layer, inputs first, as in (784, 128, 10).
    rng : int or numpy.random.Generator
        The seed, or the generator, of the initial weights.
    activation : type
        What the hidden neurons do: ReLU, Tanh or Sigmoid.
    initial : callable
        Draws the weights; see `digitlib.initialisation`.
    keep : float
        The share of hidden neurons that dropout keeps; 1 for no dropout.
    l2 : float
        Strength of the penalty for large weights.
    mean : float
        Subtracted from every input first; see `Centre`.
    dtype : dtype
        float32 or float64.
    batch_norm : bool
        Whether hidden neurons have their sums normalised; see `BatchNorm`.
    """
    batch_norm = arguments.true_or_false("batch_norm", batch_norm)
    sizes, rng = arguments.layer_sizes(sizes), arguments.generator("rng", rng)
    stack: list[Layer] = [Centre(mean)] if mean else []
    for inputs, outputs in pairwise(sizes):
        stack.append(Dense(inputs, outputs, rng, initial, dtype))
        if batch_norm:
            stack.append(BatchNorm(outputs, dtype=dtype))
        stack.append(activation())
        if keep != 1:
            stack.append(Dropout(keep))
    while not isinstance(stack[-1], Dense):  # the cost does what is left to do
        stack.pop()
    return Model(stack, inputs=sizes[0], l2=l2)


def convolutional_model(
    filters: Sequence[int] = (16, 32),
    size: int | tuple[int, int] = 5,
    stride: int | tuple[int, int] = 2,
    shape: Sequence[int] = (1, 28, 28),
    outputs: int = 10,
    rng: int | np.random.Generator = 0,
    mean: float = 0.0,
    l2: float = 0.0,
    dtype: np.typing.DTypeLike = np.float32,
) -> Model:
    """Return a model of convolutions with ReLU, and a dense layer on top of them.

    Parameters
    ----------
    filters : sequence of int
        How many filters each convolution has, from below.
    size, stride : int or pair of int
        Of all their windows; a stride of 2 halves rows and columns.
    shape : sequence of int
        Channels, rows and columns of an image; it comes as a row of pixels.
    outputs : int
        Classes.
    rng : int or numpy.random.Generator
        The seed, or the generator, of the initial weights.
    mean, l2, dtype
        As for `dense_model`.

    Raises
    ------
    ValueError
        If no window fits any more.
    """
    rng, images = arguments.generator("rng", rng), Reshape(shape)
    stack: list[Layer] = [Centre(mean), images] if mean else [images]
    shape = images.shape
    for count in arguments.positive_integers("filters", filters):
        layer = Convolution(shape[0], count, size, rng, stride, dtype=dtype)
        shape = layer.output_shape(shape)
        stack += [layer, ReLU()]
    stack += [Flatten(), Dense(math.prod(shape), outputs, rng, dtype=dtype)]
    return Model(stack, inputs=math.prod(images.shape), l2=l2)
