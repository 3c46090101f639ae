"""Trying settings side by side, on this machine's processors or on a cluster's."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from digitlib.progress import progress


@dataclass(frozen=True)
class Trial:
    """Settings that were tried, and the score that they reached."""

    settings: Mapping[str, object]
    score: float


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
