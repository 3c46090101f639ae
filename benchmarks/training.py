"""One epoch by every contestant, in turns, and thirty epochs by digitlib.

Machines are shared, and their clocks go up and down: a second measured now is not
one measured a minute later. So all contestants take turns in rounds, each round in
another order, and what counts is the ratio to another one of the same round. Beside
the wall time stands the processor's: while other programs run, it is the steadier.
"""

import time
from collections.abc import Callable, Iterable
from functools import partial

import numpy as np
from contestants import BATCH_SIZE, ETA, SIZES, Contest, Loop
from machine import MatrixProduct

import digitlib
from digitlib import MNIST, Digits, Network
from digitlib.augment import distort

FLOOR = "floor: the machine's matrix product"
TOLERANCE = 1e-5  # single precision after some dozen steps


def race(
    contest: Contest, train: Digits, rounds: int, say: Callable[[str], object]
) -> dict[str, dict[str, object]]:
    """Let all contestants train for an epoch, `rounds` times in turns.

    Parameters
    ----------
    contest : Contest
        What they do, and who takes part.
    train : Digits
        What to learn from.
    rounds : int
        How often.
    say : callable
        Receives a line now and then.

    Returns
    -------
    dict
        For each name: ``seconds`` and ``processor seconds`` for one epoch of all
        samples, one entry a round, ``note``, and ``deviation``, the largest
        difference to the specification's weights after some batches.
        Contestants that are not installed have ``missing`` in place of all this.
    """
    train = train[: len(train) - len(train) % contest.batch_size]
    results: dict[str, dict[str, object]] = {}
    entrants = {}
    for kind in contest.contestants:
        try:
            entrants[kind.name] = kind(contest.start, train)
        except ImportError as error:
            say(f"  {kind.name}: left out, {error.name} is not installed")
            results[kind.name] = {"missing": f"{error.name} is not installed"}
            continue
        found = deviation(contest, kind, train)
        if found is not None and found > TOLERANCE:
            raise AssertionError(f"{kind.name}: a weight is off by {found:.1e}")
        results[kind.name] = {
            "note": kind.note,
            "deviation": found,
            "seconds": [],
            "processor seconds": [],
        }
        entrants[kind.name].epoch()  # warm up; JAX compiles here
    product = MatrixProduct()
    operations = contest.operations * len(train)
    results[FLOOR] = {
        "note": f"{operations / 1e9:.2f} GFLOP at the best rate of sgemm",
        "deviation": None,
        "seconds": [],
        "processor seconds": [],
    }
    for number in range(rounds):
        say(f"  round {number + 1} of {rounds}")
        names = list(entrants)
        for name in names[number % len(names) :] + names[: number % len(names)]:
            times = stopped(entrants[name].epoch)
            for clock, seconds in times.items():
                results[name][clock].append(seconds / entrants[name].share)
        for clock, seconds in product.seconds_for(operations).items():
            results[FLOOR][clock].append(seconds)
    return results


def stopped(task: Callable[[], object]) -> dict[str, float]:
    """Return how long a task takes, on the wall and on the processor."""
    wall, processor = time.perf_counter(), time.process_time()
    task()
    return {
        "seconds": time.perf_counter() - wall,
        "processor seconds": time.process_time() - processor,
    }


def deviation(contest: Contest, kind: type, train: Digits) -> float | None:
    """Return how far a contestant's weights are from the specification's.

    Both train on the same few digits; None if the contestant has another cost or order.
    """
    digits = train[: contest.proof_samples]
    entrant = kind(contest.start, digits)
    entrant.epoch()
    if entrant.parameters() is None or getattr(entrant, "shuffled", False):
        return None
    learnt_from = digits[: int(kind.share * len(digits))]
    expected = contest.specification(contest.start, learnt_from)
    pairs = zip(entrant.parameters(), expected, strict=True)
    return max(float(np.abs(ours - theirs).max()) for ours, theirs in pairs)


def thirty_epochs(mnist: MNIST, seeds: Iterable[int]) -> list[dict[str, float]]:
    """Train the lecture's way, evaluating after each of 30 epochs, for some seeds.

    Returns
    -------
    list of dict
        For each seed: ``seconds`` and ``processor seconds`` for everything, the same
        for the loop, worked out from a tenth of an epoch and of an evaluation just
        before (``loop seconds`` and ``loop processor seconds``), and the percentage
        of test digits that digitlib reads correctly at the end.
    """
    loop = Loop(Network(SIZES, rng=0), mnist.train)
    tenth = mnist.test[: len(mnist.test) // 10]
    pairs = [(x[:, None], d) for x, d in zip(tenth.images, tenth.labels, strict=True)]
    runs = []
    for seed in seeds:
        learning = stopped(loop.epoch)
        reading = stopped(partial(loop.network.evaluate, pairs))
        network = Network(SIZES, rng=seed)
        train = partial(network.sgd, mnist.train, 30, BATCH_SIZE, ETA, mnist.test)
        times = stopped(partial(train, report=None))
        run = {"seed": seed, **times}
        for clock in times:
            run[f"loop {clock}"] = 300 * (learning[clock] + reading[clock])
        runs.append({**run, "test percent": 100 * network.accuracy(mnist.test)})
    return runs


def from_few_digits(mnist: MNIST) -> dict[str, float]:
    """Train lesson 9's network on as many digits as the bundled sample has.

    Returns
    -------
    dict
        ``seconds`` and ``processor seconds`` for 40 epochs over 4,000 distorted digits,
        and the percentage of test digits that the network then reads correctly.
    """
    model = digitlib.convolutional_model(mean=0.13, l2=0.0005)
    learning = partial(
        digitlib.train,
        model,
        mnist.train[:4000],
        epochs=40,
        batch_size=32,
        eta=digitlib.warm_up(0.05),
        optimizer=digitlib.Momentum(),
        augment=distort,
        report=None,
    )
    return {**stopped(learning), "test percent": 100 * model.accuracy(mnist.test)}


def evaluation(test: Digits, rounds: int) -> list[float]:
    """Return the seconds that it takes to read all test digits, `rounds` times."""
    network = Network(SIZES, rng=0)
    network.evaluate(test)
    return [stopped(lambda: network.evaluate(test))["seconds"] for _ in range(rounds)]
