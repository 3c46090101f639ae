"""The start page beside JupyterLab: from lesson to lesson, and handing in."""

import json
import re
import zipfile

import pytest

pytest.importorskip("playwright", reason="needs playwright: pip install '.[browser]'")

from jupyter_lab import Lab, command, server
from legibility import hard_to_read
from playwright.sync_api import expect

from courseware.editions.update import hand_out

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("nothing_is_wrong")]

CHECK = """\
from courseware.checking.result import CheckResult

def check_twice(twice):
    return CheckResult("twice", "" if twice(3) == 6 else "3 and 3 is 6")"""
STUB = "def twice(number):\n    raise NotImplementedError"
CELLS = (
    ("# Doubling\n\nTwo of everything.", []),
    (CHECK, []),
    ("**Exercise 1.1** (1 minute). Write `twice`.", []),
    (STUB, ["exercise"]),
    ("check_twice(twice)", ["check"]),
)
SET_SOURCE = """source => window.jupyterapp.shell.currentWidget.content.widgets.find(
    cell => cell.model.id === 'cell-3').model.sharedModel.setSource(source)"""


def lesson(title):
    cells = []
    for number, (source, tags) in enumerate(CELLS):
        cell = {"id": f"cell-{number}", "metadata": {"tags": tags}}
        cell["source"] = source.replace("Doubling", title)
        if source.startswith(("#", "**")):
            cells.append(cell | {"cell_type": "markdown"})
        else:
            code = {"cell_type": "code", "execution_count": None, "outputs": []}
            cells.append(cell | code)
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    content = {"nbformat": 4, "nbformat_minor": 5, "metadata": {"kernelspec": kernel}}
    return json.dumps(content | {"cells": cells}).encode()


@pytest.fixture(scope="module")
def lab(chrome, tmp_path_factory):
    """JupyterLab in a folder into which two lessons were handed out, and a third."""
    folder = tmp_path_factory.mktemp("start") / "student"
    files = {"01_doubling.ipynb": lesson("Doubling"), "02_more.ipynb": lesson("More")}
    hand_out(files, folder)
    hand_out(files | {"03_a_third.ipynb": lesson("A third")}, folder)
    (folder / "README.md").write_text("# Numbers\n", "utf-8")
    with server(folder) as address:
        yield Lab(chrome, address, folder)


@pytest.fixture
def start(lab):
    """What opens first."""
    page = lab.window.new_page()
    page.goto(lab.address)
    yield page
    page.close()


def test_from_the_start_page_to_a_lesson_and_back_and_handed_in(lab, start):
    expect(start.get_by_role("heading", level=1)).to_have_text("Numbers")
    expect(start.get_by_text("0 of 3 exercises right")).to_be_visible()
    expect(start.get_by_text("03_a_third.ipynb is new.")).to_be_visible()

    with lab.window.expect_page() as opened:
        start.get_by_role("link", name="Begin lesson 1").click()
    notebook = opened.value
    expect(notebook.get_by_role("heading", name="Doubling")).to_be_visible()
    check(notebook, "return 2")
    start.reload()
    expect(start.get_by_text("You stopped in lesson 1, Doubling")).to_be_visible()
    expect(start.get_by_text("3 and 3 is 6")).to_be_visible()
    assert hard_to_read(start, set()) == {}

    check(notebook, "return 2 * number")
    with lab.window.expect_page() as opened:
        notebook.get_by_role("toolbar").get_by_text("Start page").click()
    back = opened.value
    expect(back.get_by_text("1 of 3 exercises right")).to_be_visible()
    expect(back.get_by_role("link", name="Begin lesson 2")).to_be_visible()
    back.get_by_label("Your name").fill("Ann Lee")
    back.get_by_role("button", name="Hand in").click()
    told = "Ann_Lee.zip was made: 3 lessons"
    expect(back.get_by_role("status")).to_contain_text(told)
    with zipfile.ZipFile(lab.folder / "Ann_Lee.zip") as archive:
        assert b"return 2 * number" in archive.read("Ann_Lee/01_doubling.ipynb")

    pages = len(lab.window.pages)
    back.get_by_role("link", name="Begin lesson 2").click()
    expect(notebook.get_by_role("heading", name="More")).to_be_visible()
    assert len(lab.window.pages) == pages  # there is one JupyterLab
    back.get_by_label("Your name").focus()
    assert hard_to_read(back, set()) == {}


def check(notebook, line):
    """Write an answer, run the lesson and save it."""
    notebook.wait_for_function(
        "window.jupyterapp?.shell?.currentWidget?.context?.isReady"
    )
    notebook.evaluate(SET_SOURCE, f"def twice(number):\n    {line}")
    command(notebook, "notebook:run-all-cells")
    word = re.compile("bravo" if "number" in line else "not yet")
    expect(notebook.locator(".jp-OutputArea-output").get_by_text(word)).to_be_visible()
    command(notebook, "docmanager:save")
