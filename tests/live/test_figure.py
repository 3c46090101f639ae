"""What all live figures do: pack arrays, join modules, leave a picture and a state."""

import base64
import json
import pkgutil
import re
import shutil
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import numpy as np
import pytest
from node import MODULES, NODE, call, same

import digitlib.live
from digitlib.live.figure import KINDS, LIVE_FIGURE, LiveFigure, pack, script
from helpers import refuses

for found in pkgutil.iter_modules(digitlib.live.__path__, "digitlib.live."):
    import_module(found.name)
FIGURES = sorted(kind.module for kind in LiveFigure.__subclasses__())

test_other_arrays_are_refused = refuses(
    (lambda: pack(np.arange(3)), "a figure takes float16, .*, uint8, not int64"),
)


@pytest.mark.parametrize("kind", KINDS)
def test_arrays_arrive_as_they_are(kind):
    array = (200 * np.random.default_rng(0).random((2, 3, 4))).astype(kind)
    array[0, 0, :3] = 0, 2.0**-20, 2.0**-14  # of half precision the smallest, too
    array[1, 0, 0] *= -1 if kind != "uint8" else 1
    packed = pack(array)
    text = base64.b64encode(packed["data"]).decode()
    [found] = call("shared", ("unpack", {"a": {**packed, "data": text}}))
    assert same(found["a"], array)


def test_numbers_are_written_as_python_writes_them():
    values = [*np.arange(-512, 512) / 256, *np.random.default_rng(0).normal(size=99)]
    for places in (1, 2, 3):
        found = call("shared", *(("number", value, places) for value in values))
        assert found == [f"{value:.{places}f}" for value in values]


@pytest.mark.parametrize("module", FIGURES)
def test_a_module_is_one_piece_of_bounded_size(module, tmp_path):
    text = script(module)
    path = tmp_path / "whole.mjs"
    path.write_text(text, "utf-8")
    subprocess.run([NODE, "--check", path], check=True)  # no name stands twice
    assert not re.search(r"(?m)^import ", text)
    assert text.count("export default { render };") == 1
    command = [str(NODE), "--input-type=module", "--check", "-"]
    done = subprocess.run(command, input=text, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr  # of all parts, each name stands for one
    own = len((MODULES / f"{module}.js").read_bytes())
    assert own < 20_000
    assert len((MODULES / "shared.js").read_bytes()) < 15_000


def test_a_program_leaves_the_picture_and_what_the_web_site_needs():
    class Plain(LiveFigure, module="shared"):
        def picture(self):
            from digitlib.pictures import plots

            return plots.subplots()[0], "A picture."

    figure = Plain({"a": np.arange(3, dtype=np.uint8)}, {"shown": 1})
    data, metadata = figure._repr_mimebundle_()
    assert data["text/plain"] == metadata["image/png"]["alt"] == "A picture."
    stored = json.loads(json.dumps(metadata[LIVE_FIGURE]))
    assert stored["view"] == {"shown": 1}
    assert base64.b64decode(stored["arrays"]["a"]["data"]) == bytes([0, 1, 2])


def test_the_modules_are_tidy():
    oxlint = shutil.which("oxlint", path=Path(sys.executable).parent)
    if oxlint is None:
        pytest.skip("needs oxlint: pip install '.[browser]'")
    folders = [MODULES, MODULES.parents[1] / "site" / "static"]
    command = [oxlint, "--deny-warnings", *map(str, folders)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
