"""See in JupyterLab how far a loop is, and nothing of it afterwards."""

import re

import nbformat
import pytest

pytest.importorskip("playwright", reason="needs playwright: pip install '.[browser]'")

from jupyter_lab import KERNEL_IS_READY, command
from legibility import axe
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("nothing_is_wrong")]

# It stands still in the middle until somebody has looked.
LOOP = """\
from pathlib import Path
from time import sleep
from digitlib.progress import progress
print("begins")
for k in progress(range(4), "epoch", at_once=True):
    sleep(0.3)
    while k == 2 and not Path("seen").exists():
        sleep(0.05)
print("ends")
"""


def test_a_bar_is_seen_and_leaves_nothing(lab):
    path = lab.folder / "loop.ipynb"
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3"}}
    cells = [nbformat.v4.new_code_cell(LOOP)]
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=kernel), path)
    page = lab.window.new_page()
    page.goto(f"{lab.address}doc/tree/{path.name}")
    page.wait_for_function(KERNEL_IS_READY)
    page.evaluate("void jupyterapp.commands.execute('notebook:run-all-cells')")

    bar = page.get_by_role("progressbar", name=re.compile("epoch 3 of 4"))
    expect(bar).to_have_attribute("value", "0.500")
    found = page.evaluate(f"{axe()}; axe.run('.jp-OutputArea progress')")
    assert found["violations"] == []
    (lab.folder / "seen").touch()

    outputs = page.locator(".jp-OutputArea-child")
    expect(outputs.last).to_have_text("ends\n")
    expect(page.locator("progress")).to_have_count(0)
    heights = outputs.evaluate_all("all => all.map(one => one.offsetHeight)")
    assert [height > 0 for height in heights] == [True, False, True]
    command(page, "docmanager:save")
    assert "<progress" not in path.read_text("utf-8")
