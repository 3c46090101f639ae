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
    """Return the layer of a description, with its parameters from a file's arrays.

    Parameters
    ----------
    description : dict
        As `describe` returns it.
    arrays : mapping from str to array
        Of a whole model; the names of this layer's end in `number`.
    number : int
        Which layer it is; 1 is the first.

    Raises
    ------
    ValueError
        If its kind is neither one of digitlib's nor a subclass of `Layer` of that name.
    KeyError
        If an array is missing.
    """
    settings = dict(description)
    kind = _find(settings.pop("kind"))
    layer = kind.__new__(kind)
    take = layer.configure if kind.learns else layer.__init__
    take(**settings)
    for name in kind.learns:
        setattr(layer, name, arrays[f"{name}_{number}"])
    return layer


def _find(name: str) -> type[Layer]:
    """Return the kind of layer of that name, wherever it is defined."""
    # Whoever runs a notebook's cell again defines a class again: the last one counts.
    kinds = {
        _full_name(kind): kind
        for kind in _descendants(Layer)
        if kind.__name__ == name.rpartition(".")[2]
    }
    if name in kinds:
        return kinds[name]
    own = [full_name for full_name in kinds if "." in full_name]
    if len(own) > 1:
        raise ValueError(f"{name} could be {' or '.join(own)}; keep one of them")
    if not own:
        raise ValueError(
            f"it has a layer {name}; define that subclass of Layer, then load the file"
        )
    return kinds[own[0]]


def _descendants(kind: type) -> Iterator[type]:
    yield kind
    for child in kind.__subclasses__():
        yield from _descendants(child)


def _full_name(kind: type) -> str:
    if kind.__module__.startswith("digitlib.layers."):
        return kind.__name__
    return f"{kind.__module__}.{kind.__qualname__}"
