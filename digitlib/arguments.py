"""Checks of what a caller passes in; each says what is wrong, and what is right."""

import math
import numbers
from collections.abc import Callable, Mapping
from contextlib import suppress
from itertools import combinations

import numpy as np

BRIGHT = 100.0  # some byte of an image is brighter, and nothing that was scaled


def positive_integer(name: str, value: object) -> int:
    """Return `value` as an int; ValueError unless it is an integer of at least 1."""
    if isinstance(value, bool) or not isinstance(value, numbers.Integral) or value < 1:
        raise ValueError(f"{name} must be an integer of at least 1, not {value!r}")
    return int(value)


def _number(
    name: str, value: object, wanted: str, fits: Callable[[float], bool]
) -> float:
    if isinstance(value, numbers.Real) and not isinstance(value, bool):
        with suppress(OverflowError):  # an integer of a thousand digits
            if fits(number := float(value)):
                return number
    raise ValueError(f"{name} must be a {wanted}, not {value!r}")


def positive_number(name: str, value: object) -> float:
    """Return `value` as a float; ValueError unless it is finite and above 0."""
    return _number(name, value, "finite number above 0", lambda x: 0 < x < math.inf)


def not_negative(name: str, value: object) -> float:
    """Return `value` as a float; ValueError unless it is finite and at least 0."""
    wanted = "finite number of at least 0"
    return _number(name, value, wanted, lambda x: 0 <= x < math.inf)


def below_one(name: str, value: object) -> float:
    """Return `value` as a float; ValueError unless it is from 0 to below 1."""
    return _number(name, value, "number from 0 to below 1", lambda x: 0 <= x < 1)


def true_or_false(name: str, value: object) -> bool:
    """Return `value` as a bool; ValueError unless it is True or False."""
    if not isinstance(value, bool | np.bool_):
        raise ValueError(f"{name} must be True or False, not {value!r}")
    return bool(value)


def positive_integers(name: str, value: object, each: str = "") -> tuple[int, ...]:
    """Return `value` as a tuple of integers of at least 1; ValueError otherwise."""
    try:
        integers = tuple(value)
    except TypeError:
        raise ValueError(
            f"{name} must list integers of at least 1, not {value!r}"
        ) from None
    each = each or f"each number of {name}"
    return tuple(positive_integer(each, one) for one in integers)


def layer_sizes(value: object) -> tuple[int, ...]:
    """Return `value` as a tuple of layer sizes, input first; at least two of them."""
    sizes = positive_integers("sizes", value, each="each layer size")
    if len(sizes) < 2:
        raise ValueError(f"sizes needs an input and an output layer, not {sizes!r}")
    return sizes


def float_dtype(value: object) -> np.dtype:
    """Return `value` as the dtype float32 or float64; ValueError otherwise."""
    try:
        dtype = np.dtype(value)
    except TypeError:
        dtype = np.dtype(object)
    if dtype not in (np.float32, np.float64):
        raise ValueError(f"dtype must be float32 or float64, not {value!r}")
    return dtype


def float_rows(name: str, value: object, columns: int) -> np.ndarray:
    """Return `value` as a floating-point array of shape (n, columns), uncopied.

    Integers are refused: pixels that were never divided by 256 drive every
    sigmoid to 0 or 1, and the mistake would show only as a network that does
    not learn.
    """
    try:
        rows = np.asarray(value)
    except ValueError:
        raise ValueError(f"{name}: the rows differ in length") from None
    if rows.ndim != 2 or rows.shape[1] != columns:
        raise ValueError(
            f"{name} has shape {rows.shape}; one sample per row would be (n, {columns})"
        )
    if not np.issubdtype(rows.dtype, np.floating):
        raise ValueError(
            f"{name} holds {rows.dtype}; floating-point numbers are needed "
            f"(for pixels, bytes / 256)"
        )
    return rows


def pixels(name: str, value: np.ndarray) -> np.ndarray:
    """Return images, of floating-point numbers; ValueError if these can be no pixels.

    They may be distorted or normalised, or what a layer made of them, and so be
    negative or above 1. What is infinite or no number is refused, and what clearly is
    bytes: it goes from 0 or more to somewhere between 100 and 255.
    """
    if value.size == 0:
        return value
    with np.errstate(invalid="ignore"):
        low, high = value.min(), value.max()  # NaN, if there is one
    if not (np.isfinite(low) and np.isfinite(high)):
        place = np.unravel_index(np.argmin(np.isfinite(value)), value.shape)
        raise ValueError(
            f"{name}[{', '.join(map(str, place))}] is {value[place]}, which is no "
            f"pixel; mend that image, or leave it out"
        )
    if low >= 0 and BRIGHT < high <= 255:
        raise ValueError(
            f"{name} go from {low:g} to {high:g}, and pixels from 0 to 1; "
            f"divide them by 256"
        )
    return value


def labels_below(name: str, value: object, classes: int) -> np.ndarray:
    """Return `value` as a one-dimensional integer array of labels 0 to classes - 1."""
    try:
        labels = np.asarray(value)
    except ValueError:
        labels = np.empty(0, dtype=object)
    if labels.ndim != 1 or not np.issubdtype(labels.dtype, np.integer):
        raise ValueError(
            f"{name} must be a one-dimensional array of integers, "
            f"not {labels.dtype} of shape {labels.shape}"
        )
    if labels.size and (labels.min() < 0 or labels.max() >= classes):
        raise ValueError(
            f"{name} must lie between 0 and {classes - 1}; "
            f"found {labels.min()} to {labels.max()}"
        )
    return labels


def samples(
    name: str, digits: object, columns: int, classes: int
) -> tuple[np.ndarray, np.ndarray]:
    """Return images (n, columns) and labels (n,) of `digits`, n at least 1."""
    if not hasattr(digits, "images") or not hasattr(digits, "labels"):
        raise ValueError(
            f"{name} must have .images and .labels, as load_mnist().train has; "
            f"got {type(digits).__name__}"
        )
    images = pixels(
        f"{name}.images", float_rows(f"{name}.images", digits.images, columns)
    )
    labels = labels_below(f"{name}.labels", digits.labels, classes)
    if len(images) != len(labels):
        raise ValueError(
            f"{name} has {len(images)} images but {len(labels)} labels; "
            f"every image needs one"
        )
    if len(images) == 0:
        raise ValueError(f"{name} is empty; at least one image is needed")
    return images, labels


def separate(arrays: Mapping[str, np.ndarray]) -> None:
    """Raise ValueError if two of these arrays share memory; names them."""
    for (name, array), (other, another) in combinations(arrays.items(), 2):
        if np.shares_memory(array, another):
            raise ValueError(
                f"{name} and {other} share memory, so each step would change both; "
                f"give each an array of its own"
            )


def generator(name: str, value: object) -> np.random.Generator:
    """Return `value`, a seed or a numpy Generator, as a Generator."""
    with suppress(TypeError, ValueError):
        if value is not None and not isinstance(value, bool):
            return np.random.default_rng(value)
    raise ValueError(f"{name} must be a seed or a numpy Generator, not {value!r}")
