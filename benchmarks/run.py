"""Measure digitlib beside what else one might take.

    python benchmarks/run.py            some minutes
    python benchmarks/run.py --quick    to see that it works

Prints tables, and leaves in build/bench: results.json with every number,
table.md for the README, and two pictures. Whatever is not installed of
scikit-learn, PyTorch and JAX is left out. Seconds belong to the machine they were
measured on; ratios carry over, roughly.
"""

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
from contestants import DENSE
from convolution import CONVOLUTIONAL, TORCH
from growth import growth, is_linear
from loading import loading_times
from machine import clean_environment, description
from report import (
    as_markdown,
    as_text,
    draw_growth,
    draw_race,
    processor_rows,
    race_rows,
    verdicts,
)
from training import evaluation, from_few_digits, race, thirty_epochs

from digitlib import load_mnist

OUTPUT = Path(__file__).parents[1] / "build" / "bench"


def main() -> int:
    """Measure everything, and write it down."""
    options = _options()
    if os.environ != clean_environment():
        # Libraries read these variables when they are loaded: begin again.
        command = [sys.executable, *sys.argv]
        return subprocess.call(command, env=clean_environment())  # noqa: S603
    options.output.mkdir(parents=True, exist_ok=True)
    results = measure(options.quick)
    results["verdicts"] = {
        name: verdicts(results[name]) for name in ("epoch", "convolutional epoch")
    }
    text = json.dumps(results, indent=1)
    (options.output / "results.json").write_text(text + "\n", "utf-8")
    report(results, options.output)
    return 0


def measure(quick: bool) -> dict[str, object]:
    """Return all measurements."""
    rounds = 3 if quick else 21
    machine = description()
    mnist = load_mnist()
    if mnist.is_sample:
        print("Only the small sample is here: the times are those of fewer digits.")
    print("One epoch, in turns")
    epoch = race(DENSE, mnist.train, rounds, print)
    print("One epoch of a convolutional network, in turns")
    convolutional = race(CONVOLUTIONAL, mnist.train, rounds, print)
    print("Growth")
    curves = growth(mnist.train, 3 if quick else 9)
    print("Thirty epochs")
    runs = thirty_epochs(mnist, range(1 if quick else 10))
    print("Few digits, distorted")
    few = from_few_digits(mnist)
    print("Evaluation and loading")
    return {
        "machine": machine,
        "training images": len(mnist.train),
        "sample": mnist.is_sample,
        "quick": quick,
        "epoch": epoch,
        "convolutional epoch": convolutional,
        "growth": curves,
        "thirty epochs": runs,
        "few digits": few,
        "evaluation": {
            "images": len(mnist.test),
            "seconds": evaluation(mnist.test, 5 * rounds),
        },
        "loading": loading_times(mnist.is_sample, 2 if quick else 7),
    }


def report(results: dict[str, object], output: Path) -> None:
    """Print the tables; write them and the pictures into `output`."""
    epoch, convolutional = results["epoch"], results["convolutional epoch"]
    draw_race(epoch, output / "epoch.png")
    draw_growth(results["growth"], output / "growth.png")
    races = [
        (race_rows(epoch), processor_rows(epoch)),
        (race_rows(convolutional, TORCH), processor_rows(convolutional, TORCH)),
    ]
    for rows, by_processor in races:
        print("", as_text([row[:-1] for row in rows]), sep="\n")  # no room for notes
        print("", as_text(by_processor), sep="\n")
    print("", *_conditions(results), *_facts(results), sep="\n")
    conditions = " ".join(_conditions(results))
    bullets = "\n".join(f"* {fact}" for fact in _facts(results))
    tables = "\n\n".join(as_markdown(rows) for rows, _ in races)
    text = f"{tables}\n\n{conditions}\n\n{bullets}\n"
    (output / "table.md").write_text(text, "utf-8")
    print(f"\nWritten to {output}")


def _conditions(results: dict[str, object]) -> list[str]:
    """Return sentences that say on what and where this was measured."""
    machine, epoch = results["machine"], results["epoch"]
    rounds = len(epoch["digitlib"]["seconds"])
    names = machine["packages"].items()
    sentences = [
        f"Network 784-40-10, batches of {DENSE.batch_size}, and a convolutional one, "
        f"batches of {CONVOLUTIONAL.batch_size}; {results['training images']:,} "
        f"images; medians of {rounds} interleaved rounds, in brackets the range of the "
        "ratios, each taken within one round. Preparation is not counted.",
        "The loop trains on a tenth of the images in each round, times ten; the "
        "convolutional networks on a fifth, times five.",
        f"{machine['date']}; {machine['processor']}, {machine['cores']} cores, one "
        f"thread; {machine['system']}; {machine['python']}, "
        f"{', '.join(f'{name} {number}' for name, number in names)}; "
        f"{'; '.join(machine['blas'])}.",
    ]
    if results["sample"]:
        sentences.append("Measured on the small sample of MNIST.")
    if results["quick"]:
        sentences.append("A quick run: too short to be quoted.")
    return sentences


def _facts(results: dict[str, object]) -> list[str]:
    """Return sentences on everything but the race."""
    runs = results["thirty epochs"]
    seconds = np.median([run["seconds"] for run in runs])
    times_faster = {
        clock: np.median([run[f"loop {clock}"] / run[clock] for run in runs])
        for clock in ("seconds", "processor seconds")
    }
    percent = [run["test percent"] for run in runs]
    few, reading = results["few digits"], results["evaluation"]
    slope = results["growth"]["samples"]["slope"]
    verdict = "in proportion" if is_linear(slope) else "NOT in proportion"
    facts = [
        f"Thirty epochs, evaluated after each: {seconds:.2f} s, "
        f"{times_faster['seconds']:.1f} times as fast as the loop (by processor time "
        f"{times_faster['processor seconds']:.1f} times). Test accuracy for "
        f"{len(runs)} seed(s): {min(percent):.2f} to {max(percent):.2f} %.",
        f"Lesson 9's network, 40 epochs over 4,000 distorted digits: "
        f"{few['seconds']:.1f} s; it reads {few['test percent']:.1f} % of the test.",
        f"Reading {reading['images']:,} images: "
        f"{1000 * np.median(reading['seconds']):.1f} ms.",
        f"Time grows {verdict} to the number of samples: slope {slope:.2f} on doubly "
        "logarithmic paper.",
    ]
    for way, times in results["loading"].items():
        facts.append(
            f"load_mnist() in a fresh process, {way}: {1000 * np.median(times):.0f} ms."
        )
    return facts


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description="Measure digitlib beside what else one might take."
    )
    parser.add_argument("--quick", action="store_true", help="only a few rounds")
    parser.add_argument(
        "--output", type=Path, default=OUTPUT, help="folder for the results"
    )
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
