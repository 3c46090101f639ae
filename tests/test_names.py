"""One name stands for one thing: in the library, in the exercises and in the checks."""

import importlib
import inspect
import pkgutil
import re

import pytest

import digitlib
import digitlib.checks
from digitlib import costs
from test_layers import ALL as LAYERS
from test_optimizers import BY_HAND


def modules(package, *left_out):
    """The modules of a package and of those in it, but not of some."""
    for found in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
        if found.name not in left_out:
            module = importlib.import_module(found.name)
            yield module
            if found.ispkg:
                yield from modules(module)


CHECKS = {
    name: check
    for module in modules(digitlib.checks)
    for name, check in vars(module).items()
    if name.startswith("check_")
}
EXERCISES = {check(None).exercise: check for check in CHECKS.values()}
LIBRARY = {
    name: thing
    for module in modules(digitlib, "digitlib.checks")
    for name, thing in vars(module).items()
    if inspect.isfunction(thing) or inspect.isclass(thing)
    if thing.__module__.startswith("digitlib.") and not name.startswith("_")
}


@pytest.mark.parametrize(
    "name", sorted({"confusion_matrix"} | (EXERCISES.keys() & LIBRARY))
)
def test_what_an_exercise_asks_for_by_a_name_of_the_librarys_the_library_has(name):
    result = EXERCISES[name](LIBRARY[name])
    assert result, result


def test_no_check_of_an_exercise_has_a_name_of_the_librarys():
    assert CHECKS.keys() & LIBRARY.keys() == set()


# What a model is put together from; not what its parts are made with.
PARTS = {
    name
    for name, thing in LIBRARY.items()
    if re.match(r"digitlib\.(optimizers|costs|layers)\b", thing.__module__)
    if thing.__module__ not in ("digitlib.layers.base", "digitlib.layers.kinds")
}


def test_each_layer_cost_and_optimizer_is_exported():
    assert set(digitlib.__all__) >= PARTS
    in_layers = {n for n in PARTS if ".layers." in LIBRARY[n].__module__}
    assert set(digitlib.layers.__all__) >= in_layers


def test_each_layer_cost_and_optimizer_is_tried():
    optimizers = {type(optimizer).__name__ for optimizer, _ in BY_HAND}
    assert {*LAYERS, *optimizers, *costs.KINDS} == PARTS
