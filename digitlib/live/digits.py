"""The digits that a live figure looks at: given ones, or one that is drawn."""

import numpy as np

from digitlib.live.preparation import SIDE, ink, prepare

INPUTS = SIDE * SIDE


def as_bytes(
    digits: np.ndarray, labels: np.ndarray | None = None
) -> dict[str, np.ndarray]:
    """Return digits, and labels if there are, as digitlib/live/digits.js takes them.

    Parameters
    ----------
    digits : array
        Images (n, 784), from 0 to 1, or one of them (784,), such as `DrawPad.image`.
        They become bytes, 256 times the grey value.
    labels : array of int, optional
        What the digits are, (n,).

    Raises
    ------
    ValueError
        If they are of another form.
    """
    digits = np.atleast_2d(np.asarray(digits, float))
    if digits.ndim != 2 or digits.shape[1] != INPUTS or not len(digits):
        raise ValueError(f"digits must be images (n, {INPUTS}), not {digits.shape}")
    if not ((digits >= 0) & (digits <= 1)).all():
        raise ValueError("digits must lie between 0 (paper) and 1 (ink)")
    arrays = {"digits": np.minimum(np.round(256 * digits), 255).astype(np.uint8)}
    if labels is not None:
        arrays["labels"] = np.asarray(labels, np.uint8)
        if arrays["labels"].shape != (len(digits),):
            raise ValueError(f"labels must be {len(digits)}, one for each digit")
    return arrays


def looked_at(view: dict, digits: np.ndarray) -> np.ndarray:
    """Return the image (784,) that a view shows: given, as bytes here, or drawn."""
    if view["shown"] is None:
        return prepare(ink(view["drawn"])).astype(float)
    return digits[view["shown"]] / 256
