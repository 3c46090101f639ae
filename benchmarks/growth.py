"""How the time for an epoch grows with the task.

In processor seconds: small differences are at stake, and other programs would show.
"""

import time

import numpy as np

from digitlib import Digits, Network
from digitlib.epochs import FusedEpochs

SAMPLES, HIDDEN, BATCH_SIZE, ETA = 10_000, 40, 10, 0.1
SAMPLE_COUNTS = (1_000, 2_000, 5_000, 10_000, 20_000, 50_000)
HIDDEN_SIZES = (10, 20, 40, 80, 160, 320)
BATCH_SIZES = (1, 2, 5, 10, 20, 50, 100, 200, 500)
LINEAR = (0.9, 1.1)  # slopes that count as growing in proportion


def growth(train: Digits, rounds: int) -> dict[str, dict[str, object]]:
    """Measure digitlib's epochs, one size varied at a time, in turns.

    Returns
    -------
    dict
        For ``samples``, ``hidden neurons`` and ``batch size``: ``sizes``, and the
        median ``seconds`` of an epoch for each of them; for the samples also the
        ``slope`` of the line through the logarithms of both, 1 if time grows in
        proportion.
    """
    n = min(SAMPLES, len(train))
    counts = [count for count in SAMPLE_COUNTS if count <= len(train)]
    tasks = {
        "samples": [(count, HIDDEN, BATCH_SIZE) for count in counts],
        "hidden neurons": [(n, hidden, BATCH_SIZE) for hidden in HIDDEN_SIZES],
        "batch size": [(n, HIDDEN, batch) for batch in BATCH_SIZES],
    }
    varied = {"samples": 0, "hidden neurons": 1, "batch size": 2}
    seconds: dict[tuple[int, int, int], list[float]] = {}
    for _ in range(rounds + 1):
        for task in {task for group in tasks.values() for task in group}:
            seconds.setdefault(task, []).append(_epoch(train, *task))
    results: dict[str, dict[str, object]] = {
        name: {
            "sizes": [task[varied[name]] for task in group],
            # The first round warms up.
            "seconds": [float(np.median(seconds[task][1:])) for task in group],
        }
        for name, group in tasks.items()
    }
    samples = results["samples"]
    logarithms = np.log(samples["sizes"]), np.log(samples["seconds"])
    samples["slope"] = float(np.polyfit(*logarithms, 1)[0])
    return results


def is_linear(slope: float) -> bool:
    """Say whether a slope on doubly logarithmic paper stands for proportion."""
    return LINEAR[0] <= slope <= LINEAR[1]


def _epoch(train: Digits, samples: int, hidden: int, batch_size: int) -> float:
    network = Network((784, hidden, 10), rng=0)
    data = train.images[:samples], train.labels[:samples]
    epochs = FusedEpochs(network.weights, network.biases, *data, batch_size, ETA)
    repeats = max(1, SAMPLES // samples)  # what is short is measured several times
    start = time.process_time()
    for _ in range(repeats):
        epochs.run()
    return (time.process_time() - start) / repeats
