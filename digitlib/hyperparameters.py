"""Trying settings side by side, on this machine's processors or on a cluster's."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from digitlib import arguments
from digitlib.progress import progress


@dataclass(frozen=True)
class Trial:
    """Settings that were tried, and the score that they reached."""

    settings: Mapping[str, object]
    score: float


Draw = Callable[[np.random.Generator], object]


def log_uniform(low: float, high: float) -> Draw:
    """Return what draws numbers between two bounds, evenly on a logarithmic scale.

    From 0.01 to 1, half of them are below 0.1: for what is a matter of factors, such
    as a learning rate. `log_uniform(0.01, 1)(rng)` is one of them.
    """
    low = arguments.positive_number("low", low)
    high = arguments.positive_number("high", high)
    if low >= high:
        raise ValueError(f"low must be below high, not {low!r} and {high!r}")
    return lambda rng: float(np.exp(rng.uniform(np.log(low), np.log(high))))


def draw_candidates(
    count: int, rng: int | np.random.Generator, **settings: Draw | Sequence[object]
) -> list[dict[str, object]]:
    """Return candidates for `search`, drawn at random.

    Bergstra and Bengio (2012) say why that finds more than a grid: where few of the
    settings matter, each trial tries a new value of those that do.

    Parameters
    ----------
    count : int
        How many.
    rng : int or numpy.random.Generator
        The seed, or the generator, of the draws. A seed draws the same again, and the
        first ones whatever the count.
    **settings
        For each its values, each as likely as any other, or what draws one, such as
        `log_uniform(0.01, 1)`.

    Examples
    --------
    >>> draw_candidates(2, rng=0, peak=log_uniform(0.01, 1), hidden=[30, 100])
    [{'peak': 0.1878..., 'hidden': 100}, {'peak': 0.0120..., 'hidden': 30}]
    """
    count = arguments.positive_integer("count", count)
    rng = arguments.generator("rng", rng)
    if not settings:
        raise ValueError("there are no settings to draw")
    draws = {name: _draw(name, values) for name, values in settings.items()}
    return [{name: draw(rng) for name, draw in draws.items()} for _ in range(count)]


def _draw(name: str, values: Draw | Sequence[object]) -> Draw:
    """Return what draws one of the values; itself, if it does already."""
    if callable(values):
        return values
    try:
        choices = list(values)
    except TypeError:
        choices = []
    if not choices or isinstance(values, str):
        raise ValueError(
            f"{name} must list its values, or draw one as log_uniform(low, high) does, "
            f"not {values!r}"
        )
    return lambda rng: choices[rng.integers(len(choices))]


def search(
    score: Callable[..., float],
    candidates: Iterable[Mapping[str, object]],
    data: tuple = (),
    jobs: int | None = None,
) -> list[Trial]:
    """Return every candidate with its score, the best first.

    Parameters
    ----------
    score : callable
        `score(*data, **settings)` returns a number: the higher, the better. It runs
        in another process, so it must take everything that it needs, a seed too, from
        its arguments.
    candidates : iterable of mappings
        The settings to try.
    data : tuple
        What every trial needs. Large arrays are shared between processes.
    jobs : int, optional
        How many trials at a time. None leaves it to `joblib.parallel_config`, and
        is one at a time where nothing is configured.

    Returns
    -------
    list of Trial
        Equal scores stay in the order of the candidates.

    Raises
    ------
    ValueError
        If there are no candidates.

    Notes
    -----
    The trials run through joblib. On a Dask cluster the same search runs with

        client = distributed.Client(address)
        with joblib.parallel_config(backend="dask"):
            search(score, candidates, data)
    """
    from joblib import Parallel, delayed  # only needed here, and slow to import

    candidates = [dict(candidate) for candidate in candidates]
    if not candidates:
        raise ValueError("candidates is empty: there is nothing to try")
    tasks = (delayed(score)(*data, **settings) for settings in candidates)
    scores = Parallel(n_jobs=jobs, return_as="generator")(tasks)
    tried = progress(candidates, "trial", at_once=True)
    trials = [Trial(*pair) for pair in zip(tried, scores, strict=True)]
    return sorted(trials, key=lambda trial: trial.score, reverse=True)
