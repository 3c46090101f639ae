"""Is the test set read by those cells only that say so?"""

import asyncio
from types import SimpleNamespace

import numpy as np
from nbformat.v4 import new_code_cell, new_notebook

from courseware.execution import execute
from digitlib import Digits, load_mnist

LOAD = """\
from digitlib import Digits, Network, load_mnist, metrics
from digitlib.data import openings
import copy, pickle
import numpy as np
mnist = load_mnist()
test, network = mnist.test, Network((784, 10))
def accuracy(digits):
    return network.accuracy(digits)
"""
# What reads no digit, whatever its tags.
HARMLESS = [
    "print(mnist, len(mnist.test), test)",
    "n, pixels = mnist.test.images.shape; assert (n, pixels) == (len(test), 784)",
    "assert test.labels.dtype == int and len(test.labels) == len(test)",
    "again = load_mnist().test",
    "twin = pickle.loads(pickle.dumps(test)); another = copy.copy(mnist.test)",
    "accuracy(mnist.validation), mnist.train.images.mean()",
    "images = test.images",  # is nothing but a name, until it is read
]
# An opening, by one name or another.
READING = [
    "mnist.test.images.mean()",
    "test.labels == 7",
    "7 in test.labels",
    "list(test.labels)",
    "print(test.labels)",
    "few = test[:3]",
    "accuracy(test)",
    "network.evaluate(mnist.test)",
    "network.sgd(mnist.train[:10], 1, test=test, report=None)",
    "np.asarray(getattr(mnist, 'test').images)",
    "np.mean(again.images)",
    "test.images @ np.ones(784)",
    "np.ones(784) * test.images",
    "np.array_equal(twin.labels, test.labels)",
    "Digits(another.images, another.labels)",
    "vars(mnist)['test'].images[0]",
]


# What an opening has picked, or given a name, is guarded when the cell has ended.
AFTERWARDS = [
    ("few = test[[3, 1, 4]]; few.images.mean()", True),
    ("few.images.mean(), few.labels", False),
    ("few[:2].images.mean()", True),
    ("pixels = test.images; rows, sums = pixels[:5], pixels.sum(axis=0)", True),
    ("pixels.mean()", False),
    ("rows[0]", False),
    ("sums.mean(), pixels.shape", None),
    ("assert np.array_equal(pixels[:5], rows) and (pixels == test.images).all()", True),
    ("assert pixels.mean() == np.mean(pixels) and 7 in test.labels", True),
    ("images.mean(), images[0], np.asarray(images), print(images), list(images)", True),
]


def errors(cells, folder):
    """Run cells, sources and tags, as a lesson; return what each raised."""
    notebook = new_notebook(
        cells=[new_code_cell(s, metadata={"tags": tags}) for s, tags in cells]
    )
    asyncio.run(execute(notebook, "lesson", folder))
    outputs = [cell.outputs for cell in notebook.cells]
    return [
        " ".join(o.evalue for o in each if o.output_type == "error") for each in outputs
    ]


def test_only_a_cell_that_is_tagged_opens_the_test_set(tmp_path):
    opens, shut = ["slide", "opens-test"], ["slide", "raises-exception"]
    cells = [(source, ["slide"]) for source in [LOAD, *HARMLESS]]
    expected = [False] * len(cells)
    for source in READING:
        cells += [(source, shut), (source, opens)]
        expected += [True, False]
    for source, is_opening in AFTERWARDS:
        cells.append((source, opens if is_opening else shut))
        expected.append(is_opening is False)
    told = errors(cells, tmp_path)
    for (source, tags), error, is_expected in zip(cells, told, expected, strict=True):
        assert error.startswith("this cell reads the test") == is_expected, source
        assert bool(error) == is_expected, (source, tags, error)


def test_nothing_is_guarded_where_somebody_runs_the_lesson(monkeypatch):
    assert type(load_mnist().test) is Digits
    monkeypatch.setenv("COURSEWARE_RUN", "1")  # as a cell's own processes have it
    assert type(load_mnist().test) is Digits
    kernel = SimpleNamespace(get_parent=lambda: {"metadata": {}})
    events = SimpleNamespace(register=lambda event, function: None)
    shell = SimpleNamespace(kernel=kernel, events=events)
    monkeypatch.setattr("IPython.get_ipython", lambda: shell)
    assert type(load_mnist().test.images) is np.ndarray  # no cell: a widget's message
    monkeypatch.delenv("COURSEWARE_RUN")
    assert type(load_mnist().test) is Digits
