"""How a file names the kinds of layers, and how a layer is made again from it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from digitlib.layers.base import Layer


def describe(layer: Layer) -> dict[str, object]:
    """Return a layer's kind and settings, from which `rebuild` makes it again.

    A kind of digitlib's goes by its name, any other by module and name.
    """
    kind = {"kind": _full_name(type(layer))}
    return kind | {name: getattr(layer, name) for name in layer.settings}


def rebuild(description: dict, arrays: Mapping[str, np.ndarray], number: int) -> Layer:
    """Return the layer that `describe` has described, with its arrays from a file.

    Of the file's arrays, which are a whole model's, the names of its own end in its
    number. KeyError if one is missing, ValueError if there is no such kind of layer.
    """
    settings = dict(description)
    kind = _find(settings.pop("kind"))
    layer = kind.__new__(kind)
    take = layer.configure if kind.learns else layer.__init__
    take(**settings)
    for name in (*kind.learns, *kind.buffers):
        setattr(layer, name, arrays[f"{name}_{number}"])
    return layer


def _find(name: str) -> type[Layer]:
    """Return the kind of layer of that name, wherever it is defined."""
    # Whoever runs a notebook's cell again defines a class again: the last one counts.
    kinds = {_full_name(kind): kind for kind in _descendants(Layer)}
    if name not in kinds:
        raise ValueError(
            f"it has a layer {name}; define that subclass of Layer, then load the file"
        )
    return kinds[name]


def _descendants(kind: type) -> Iterator[type]:
    yield kind
    for child in kind.__subclasses__():
        yield from _descendants(child)


def _full_name(kind: type) -> str:
    if kind.__module__.startswith("digitlib.layers."):
        return kind.__name__
    return f"{kind.__module__}.{kind.__qualname__}"
