"""What comparisons share: a best rate for each reader, and then several seeds."""

from collections.abc import Callable, Iterable, Sequence

from digitlib.augment import shift
from digitlib.data.digits import Digits
from digitlib.model import Model
from digitlib.optimizers import Momentum
from digitlib.schedules import warm_up
from digitlib.training import train

Learn = Callable[[float, int], float]  # at a rate, from a seed: the share that is read

SEEDS = range(5)
CHOOSING = 100  # the seed with which rates are chosen, none of those above


def compare_readers(
    readers: dict[str, tuple[Learn, Sequence[float]]], seeds: Iterable[int] = SEEDS
) -> dict[str, dict[str, object]]:
    """Let each reader learn at its own best rate, once from each seed.

    Parameters
    ----------
    readers : dict
        For each name how it learns, and the rates to choose from, rising.
    seeds : iterable of int
        For the first weights and the order of the images.

    Returns
    -------
    dict
        ``rates``: the best for each reader; ``tried``: what was read at each rate;
        ``readers``: what it then reads, seed by seed.

    Raises
    ------
    ValueError
        If a best rate is the smallest or the largest that was tried.
    """
    found: dict[str, dict[str, object]] = {"rates": {}, "tried": {}, "readers": {}}
    for name, (reader, rates) in readers.items():
        tried = {rate: reader(rate, CHOOSING) for rate in rates}
        best = max(tried, key=tried.__getitem__)
        print(
            f"  {name}: " + ", ".join(f"{r:g} {100 * a:.2f}" for r, a in tried.items())
        )
        if best in (rates[0], rates[-1]):
            raise ValueError(f"{name}: its best rate, {best:g}, is at the edge")
        shares = [reader(best, seed) for seed in seeds]
        print(f"  {name} at {best:g}:", *(f"{100 * share:.2f}" for share in shares))
        found["rates"][name] = best
        found["tried"][name] = {f"{rate:g}": share for rate, share in tried.items()}
        found["readers"][name] = shares
    return found


def learn(
    model: Model,
    training: Digits,
    unseen: Digits,
    rate: float,
    seed: int,
    epochs: int,
    **settings: object,
) -> float:
    """Let a model learn as lesson 6 teaches; return which share of `unseen` it reads.

    `settings` are for `train`, where they differ from those of lesson 6.
    """
    lesson_6 = {"eta": warm_up(rate), "optimizer": Momentum(), "augment": shift}
    settings = {"report": None} | lesson_6 | settings
    try:
        train(model, training, epochs, rng=seed, **settings)
    except FloatingPointError:
        return 0.0  # at such a rate it does not learn at all
    return model.accuracy(unseen)
