"""Judges by kind, for what many exercises ask: no loop, no memory, fair dice.

Each looks at what an answer does or gives, and not at how it is written. Each says what
it cannot see.
"""

from collections.abc import Callable, Iterable, Sequence

import numpy as np

from courseware.checking.border import Count
from courseware.checking.handle import Function, Handle, NotYetError

# How likely a judge of chances may be to refuse an answer that is fair.
ERROR = 1e-6

# The hint for an answer that was right for another task of the same size.
KEPT = "right for the first numbers of this size, wrong for others: does it keep some?"

Task = Callable[[int], tuple]


def growth(
    function: Function, task: Task, sizes: tuple[int, int], of: str = "loops"
) -> float:
    """Count at two sizes, and return how much each step between them adds.

    Parameters
    ----------
    function : Function
        The answer.
    task : callable
        Makes the arguments for a size.
    sizes : (int, int)
        A small one and a large one.
    of : str
        What to count, an attribute of `border.Count`: ``"loops"``, ``"lines"`` or
        ``"megabytes"``.

    Returns
    -------
    float
        By how much the count grows, divided by how much the size does. A loop over
        the samples adds 1 loop a sample, batches of eight 1/8, no loop nothing. (What
        a line costs is not seen: a product of matrices is one line, of any size.)
    """
    small, large = sizes
    counts = [
        getattr(function.counted(*task(size), given=f"for {size}")[1], of)
        for size in sizes
    ]
    return (counts[1] - counts[0]) / (large - small)


def require_no_loop(
    function: Function,
    task: Task,
    sizes: tuple[int, int],
    hint: str,
    most: float = 0.5,
) -> None:
    """Refuse an answer whose Python code runs more often the larger the task is.

    It counts how often the busiest line runs at two sizes: a for, a while, a
    comprehension, `np.vectorize` and a helper that is called n times all run one line n
    times. Right answers must have been told from wrong ones before.

    It does not see loops that C runs without Python (`map` over a built-in function,
    `np.frompyfunc` of one), nor those in other threads; and of what the size is, only
    `task` knows: where an answer may loop over this and not over that, make this large.

    Parameters
    ----------
    function : Function
        The answer.
    task : callable
        Makes the arguments for a size.
    sizes : (int, int)
        A small one and a large one, such as 20 and 60.
    hint : str
        What to say of a loop: ``"right, but there is a loop over the samples"``.
    most : float
        How many rounds a step in size may add: 0.5 lets batches of two and more pass;
        less than 1 / 32 refuses even batches of 32.

    Raises
    ------
    NotYetError
        If there is a loop.
    """
    if growth(function, task, sizes) > most:
        raise NotYetError(hint)


def require_own(count: Count, frameworks: Iterable[str], hint: str) -> None:
    """Refuse an answer that lets a framework do what it is to do itself.

    It looks at the modules whose Python code ran, under whatever name they were
    imported. Functions that a framework has in C are not seen, unless Python of the
    framework calls them.

    Parameters
    ----------
    count : Count
        Of a call.
    frameworks : iterable of str
        Modules that may not run, those within them included: ``"torch.optim"``.
    hint : str
        What to say, with ``{}`` for the module that ran.

    Raises
    ------
    NotYetError
        If one of them ran.
    """
    for framework in frameworks:
        for module in count.modules:
            if f"{module}.".startswith(f"{framework}."):
                raise NotYetError(hint.format(module))


def require_no_memory(
    function: Function, tasks: Sequence[tuple], tolerance: float = 1e-9
) -> None:
    """Refuse an answer that depends on what it was asked before.

    Each task is done in turn, then all of them again, last one first: other sizes
    come in between, and no answer may change. (That an answer changes a result which
    it returned before is seen at any call.) Objects among the results are not compared.

    Parameters
    ----------
    function : Function
        The answer.
    tasks : sequence of tuple
        The arguments of some calls, of different shapes, and two of one shape.
    tolerance : float
        By how much numbers may differ, as a part of the largest.

    Raises
    ------
    NotYetError
        If a second answer is not the first.
    """
    first = [function(*task) for task in tasks]
    for task, answer in reversed([*zip(tasks, first, strict=True)]):
        if not _alike(function(*task), answer, tolerance):
            raise NotYetError(
                "asked the same twice, it gives two answers: what does it keep from "
                "call to call?"
            )


def _alike(left: object, right: object, tolerance: float) -> bool:
    if isinstance(left, Handle) or isinstance(right, Handle):
        return isinstance(left, Handle) and isinstance(right, Handle)
    if isinstance(left, list | tuple) and isinstance(right, list | tuple):
        pairs = [*zip(left, right, strict=False)]
        both = len(left) == len(right)
        return both and all(_alike(*pair, tolerance) for pair in pairs)
    if isinstance(left, np.ndarray) or isinstance(right, np.ndarray):
        if np.shape(left) != np.shape(right):
            return False
        largest = np.max(np.abs(right), initial=0.0, where=np.isfinite(right))
        close = {"rtol": 0, "atol": tolerance * largest, "equal_nan": True}
        return np.allclose(left, right, **close)
    return bool(left == right or (left != left and right != right))


def unlikely(
    counts: np.ndarray, draws: int, chances: np.ndarray | float
) -> tuple[int, ...] | None:
    """Find a count that a fair answer gives less often than once in a million.

    By Chernoff's bound: of `draws` independent draws, each with the chance p, a share
    of at least (or of at most) q comes about with a probability of at most
    exp(-draws KL(q, p)), where KL is the divergence of Kullback and Leibler. All cells
    together are wrong with at most `ERROR`, whatever they have to do with each other.
    Small deviations are not seen: with n draws, those below about 5 sqrt(p / n).

    Parameters
    ----------
    counts : numpy.ndarray
        In how many draws each of some events came about, at most once a draw.
    draws : int
        How many draws there were.
    chances : numpy.ndarray or float
        The chance of each event.

    Returns
    -------
    tuple of int or None
        The place of the least likely count, if it is too unlikely.
    """
    q, p = np.asarray(counts) / draws, np.broadcast_to(chances, np.shape(counts))
    with np.errstate(divide="ignore", invalid="ignore"):
        hit = np.where(q > 0, q * np.log(q / p), 0.0)
        missed = np.where(q < 1, (1 - q) * np.log((1 - q) / (1 - p)), 0.0)
    divergence = draws * (hit + missed)
    worst = np.unravel_index(divergence.argmax(), divergence.shape)
    bound = np.log(2 * divergence.size / ERROR)
    return tuple(map(int, worst)) if divergence[worst] > bound else None


def require_fair_order(
    orders: np.ndarray, place_hint: str, neighbour_hint: str
) -> None:
    """Refuse shuffles in which some orders are likelier than others.

    Over many shuffles it counts how often each item lies in each place, and how often
    each item follows each other one: a turned list, a stride and a naive shuffle all
    show. Fair answers are refused less than twice in a million. It does not see what
    first shows in three places at once, nor anything too rare for so many draws:
    take 5 or 6 items and some thousand shuffles.

    Parameters
    ----------
    orders : numpy.ndarray
        Of integers (shuffles, n): in each row the numbers 0 to n - 1.
    place_hint, neighbour_hint : str
        What to say of either: ``{}`` stands for the item and the place, or for the
        two items.

    Raises
    ------
    NotYetError
        If they are not fair.
    """
    draws, n = orders.shape
    at = np.zeros((n, n), dtype=int)
    after = np.zeros((n, n), dtype=int)
    for place in range(n):
        np.add.at(at, (orders[:, place], place), 1)
    for place in range(n - 1):
        np.add.at(after, (orders[:, place], orders[:, place + 1]), 1)
    if found := unlikely(at, draws, 1 / n):
        raise NotYetError(place_hint.format(*found))
    apart = ~np.eye(n, dtype=bool)  # no item follows itself
    if found := unlikely(after[apart], draws, 1 / n):
        raise NotYetError(neighbour_hint.format(*np.argwhere(apart)[found[0]]))
