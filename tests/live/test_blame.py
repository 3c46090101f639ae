"""Backpropagation in the browser is NumPy's, and the lesson's to the last digit."""

import json
import re
from itertools import pairwise
from pathlib import Path

import numpy as np
from node import call, same
from samples import blame

from digitlib.live.blame import Blame
from digitlib.pictures import plots
from helpers import refuses

LESSON = Path(__file__).parents[2] / "notebooks" / "04_backpropagation.ipynb"
SIZES = (1, 1), (3, 2), (2, 3, 2), (6, 5, 6), (1, 4, 2, 3), (6, 6, 6, 6)


def random_figure(sizes, rng, h=1e-5):
    weights = [rng.normal(size=(j, k)) for k, j in pairwise(sizes)]
    biases = [rng.normal(size=(j, 1)) for j in sizes[1:]]
    x, y = rng.normal(size=(sizes[0], 1)), rng.random((sizes[-1], 1))
    figure = Blame(weights, biases, x, y)
    figure.view = {**figure.view, "h": h}
    return figure


def test_all_numbers_are_those_of_numpy():
    rng = np.random.default_rng(0)
    figures = [random_figure(sizes, rng, h=h) for sizes in SIZES for h in (1e-5, 0.7)]
    calls, expected = [], []
    for figure in figures:
        now, view = figure.numbers(), figure.view
        task = {"W": now["W"], "b": now["b"]}, view["x"], view["y"]
        calls += [("backprop", *task), ("quotient", *task, view["chosen"], view["h"])]
        expected += [now, now["quotient"]]
    for found, wanted in zip(call("backpropagation", *calls), expected, strict=True):
        if isinstance(found, float):
            assert same(found, wanted)
            continue
        assert same(found["C"], wanted["C"])
        for name in ("z", "a", "errors", "gradients"):
            pairs = zip(found[name], wanted[name], strict=True)
            assert all(same(*pair) for pair in pairs)


def test_every_gradient_is_what_a_nudge_finds():
    rng = np.random.default_rng(1)
    for sizes in SIZES[1:5]:
        figure = random_figure(sizes, rng)
        now = figure.numbers()
        task = {"W": now["W"], "b": now["b"]}, figure.view["x"], figure.view["y"]
        slopes = {
            (layer, j + 1, k + 1): slope
            for layer, array in enumerate(now["gradients"], start=2)
            for (j, k), slope in np.ndenumerate(array)
        } | {
            (layer, j + 1, 0): slope
            for layer, array in enumerate(now["errors"], start=2)
            for j, slope in enumerate(array)
        }
        calls = [("quotient", *task, list(place), 1e-5) for place in slopes]
        assert same(call("backpropagation", *calls), list(slopes.values()))


def test_the_gradients_are_the_digits_of_the_lesson():
    cells = json.loads(LESSON.read_text("utf-8"))["cells"]
    outputs = [output for cell in cells for output in cell.get("outputs", ())]
    printed = "".join("".join(output.get("text", "")) for output in outputs)
    row = r"to layer (\d): (\d) -> (\d): .*\(BP4\) +(\S+)   nudged +(\S+)"
    rows = re.findall(row, printed)
    assert len(rows) == 12
    figure = blame()
    assert figure.view["chosen"] == [3, 1, 2]
    for layer, speaker, listener, by_bp4, nudged in rows:
        place = [int(layer), int(listener), int(speaker)]
        figure.view = {**figure.view, "chosen": place}
        now = figure.numbers()
        assert (f"{now['slope']:.4f}", f"{now['quotient']:.4f}") == (by_bp4, nudged)


def test_each_equation_is_told_with_its_numbers():
    [steps] = call("blame", ("course", 3))
    names = [step["name"] for step in steps]
    assert names == ["FF1", "FF2", "FF1", "FF2", "C1", "BP1", "BP2", "BP3", "BP4"]
    figure = blame()
    now = figure.numbers() | {name: figure.view[name] for name in "xy"}
    told = [("stepSentence", steps, step, now, [3, 1, 2]) for step in range(10)]
    sentences = call("blame", *told)
    for step, words in {
        1: "sums of layer 2 are 0.0000, 1.0000, -1.0000. The first is 1 · 1 - 1 · 0.5 ",
        3: "-0.4621, 1.1932. The first is 2 · 0.5000 - 1 · 0.7311 + 1 · 0.2689 - 1.",
        5: "the cost is ½ · ((0.3865 - 1)² + (0.7673 - 0)²) = 0.4826.",
        6: "errors of layer 3 are -0.1455, 0.1370. The first is (0.3865 - 1) · 0.2371.",
        7: "The first is (2 · (-0.1455) + 1 · 0.1370) · 0.2500.",
        9: "largest, -0.1063, is that for the weight from hidden neuron 2 to output 1.",
    }.items():
        assert words in sentences[step]


def described(figure):
    picture, words = figure.picture()
    plots.plt.close(picture)
    return words


def test_the_still_picture_shows_what_is_turned_and_computed_so_far():
    figure = blame()
    figure.view = {**figure.view, "turned": {"3,1,2": 2.5, "2,3,0": 0}, "step": 5}
    weights = [[[1, -1], [1, 1], [-1, 1]], [[2, 2.5, 1], [1, 1, -2]]]
    other = Blame(weights, [[-0.5, -0.5, 0], [-1, 0.5]], [1, 0.5], [1, 0], step=5)
    words = described(figure)
    assert words.split("weight from")[0] in described(other)
    assert "C = 0." in words
    assert "ε" not in words
    figure.view = {**figure.view, "step": 7}
    assert described(figure).count("ε") == 5


SQUARE = np.ones((2, 2))
test_what_does_not_fit_is_refused = refuses(
    (lambda: Blame([], [], [1], [1]), "two to 4 layers of at most 6 neurons, not"),
    (lambda: Blame([np.ones((7, 1))], [7 * [1]], [1], 7 * [1]), r"not \(1, 7\)"),
    (lambda: Blame(4 * [SQUARE], 4 * [[1, 1]], [1, 1], [1, 1]), r"not \(2, 2, 2, 2, 2"),
    (lambda: Blame([SQUARE], [[1]], [1, 1], [1]), r"weights of \[\(1, 2\)\].*not"),
    (lambda: Blame([SQUARE], [[1, 1]], [1, 1], [1]), "2 targets, not .* 1"),
    (lambda: Blame([SQUARE], [[1, 1]], [1, 1], [1, 1], step=7), "from 0 to 6, not 7"),
)
