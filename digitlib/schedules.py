"""Schedules: how long a step is, at each moment of a training.

A schedule gives the learning rate for a moment from 0 (the training's beginning) to 1
(its end); a constant rate is a number.
"""

import math
from collections.abc import Callable, Sequence

from digitlib import arguments

Schedule = Callable[[float], float]


def warm_up(peak: float, rise: float = 0.2) -> Schedule:
    """Return the rate that rises from 0 to `peak` and falls to 0, both evenly.

    Equation (WARM); the rise takes the share `rise` of the training. Goyal et al.
    (2017) begin small because the first gradients point anywhere.
    """
    peak = arguments.positive_number("peak", peak)
    rise = arguments.below_one("rise", arguments.positive_number("rise", rise))
    return lambda moment: peak * min(moment / rise, (1 - moment) / (1 - rise))


def cosine(peak: float) -> Schedule:
    """Return the rate that falls from `peak` to 0 along half a wave.

    peak (1 + cos(pi moment)) / 2; Loshchilov and Hutter (2017).
    """
    peak = arguments.positive_number("peak", peak)
    return lambda moment: peak * (1 + math.cos(math.pi * moment)) / 2


def stepwise(
    start: float, factor: float = 0.1, at: Sequence[float] = (0.5, 0.75)
) -> Schedule:
    """Return the rate that begins at `start` and is multiplied at given moments."""
    start = arguments.positive_number("start", start)
    factor = arguments.positive_number("factor", factor)
    return lambda moment: start * factor ** sum(moment >= one for one in at)
