"""The start page beside JupyterLab: from lesson to lesson, and handing in."""

import json
import re
import zipfile
from contextlib import contextmanager

import pytest

pytest.importorskip("playwright", reason="needs playwright: pip install '.[browser]'")

from jupyter_lab import KERNEL_IS_READY, Lab, command, server
from legibility import hard_to_read
from playwright.sync_api import expect

from courseware.editions.update import hand_out

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("nothing_is_wrong")]

CHECK = """\
from courseware.checking.result import CheckResult

def check_twice(twice):
    return CheckResult("twice", "" if twice(3) == 6 else "3 and 3 is 6")"""
TEXT = "A sum: $$\\sum_{k=1}^n k = \\frac{n (n + 1)}{2}$$" + 10 * "\n\nWords."
STUB = "def twice(number):\n    raise NotImplementedError"
CELLS = (
    ("# Doubling\n\nTwo of everything.", []),
    (CHECK, []),
    *20 * [(TEXT, [])],
    ("**Exercise 1.1** (1 minute). Write `twice`.", []),
    (STUB, ["exercise"]),
    ("check_twice(twice)", ["check"]),
)
SET_SOURCE = """source => window.jupyterapp.shell.currentWidget.content.widgets.find(
    cell => cell.model.id === 'cell-23').model.sharedModel.setSource(source)"""
ALL_CELLS_ARE_THERE = """window.jupyterapp.shell.currentWidget.content.widgets.every(
    cell => cell.node.isConnected)"""
MODEL = "window.jupyterapp.shell.currentWidget.context.model"
IS_NEVER_IDLE = "window.requestIdleCallback = () => 0"
IS_KNOWN = """async name => {
    const answer = await fetch('/courseware/sessions');
    return (await answer.json()).some(one => one.path === name && one.known_saved);
}"""


def lesson(title):
    cells = []
    for number, (source, tags) in enumerate(CELLS):
        cell = {"id": f"cell-{number}", "metadata": {"tags": tags}}
        cell["source"] = source.replace("Doubling", title)
        if source.startswith(("#", "**", "A sum")):
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


def test_the_button_goes_to_the_exercise_in_a_lesson_that_is_not_open(lab, start):
    with begun(lab.folder / "03_a_third.ipynb"):
        start.reload()
        with lab.window.expect_page() as opened:
            start.get_by_role("link", name="Go on with lesson 3").click()
        lesson = opened.value
        exercise = lesson.get_by_text("Write twice")
        expect(exercise).to_be_in_viewport()
        lesson.wait_for_function(ALL_CELLS_ARE_THERE)
        expect(exercise).to_be_in_viewport()
        expect(lesson.get_by_role("heading", name="A third")).not_to_be_in_viewport()
        expect(lesson.locator(".jp-NotebookPanel")).to_have_count(1)

        lesson.mouse.move(600, 500)
        lesson.mouse.wheel(0, -9999)  # now it no longer moves by itself
        expect(exercise).not_to_be_in_viewport()
        start.get_by_role("link", name="Go on with lesson 3").click()
        expect(exercise).to_be_in_viewport()
        lesson.close()


def test_an_exercise_far_down_a_long_lesson_need_not_wait_for_the_cells_before_it(lab):
    long = json.loads(lesson("A long one"))
    *cells, exercise, stub, _ = long["cells"]
    words = [cells[-1] | {"id": f"word-{number}"} for number in range(70)]
    cells[-1:] = [*words[:65], exercise, stub, *words[65:]]
    lab.folder.joinpath("long.ipynb").write_text(
        json.dumps(long | {"cells": cells}), "utf-8"
    )
    page = lab.window.new_page()
    page.add_init_script(IS_NEVER_IDLE)  # when JupyterLab puts cells into the page
    page.goto(f"{lab.address}lab/tree/long.ipynb#cell-id={stub['id']}")
    # JupyterLab may have brought back another notebook, behind this one.
    expect(page.locator(".jp-CodeCell.jp-mod-active:visible")).to_be_in_viewport()
    expect(page.get_by_text("def twice")).to_be_in_viewport()
    page.wait_for_function(ALL_CELLS_ARE_THERE)
    expect(page.get_by_text("def twice")).to_be_in_viewport()
    page.close()
    lab.folder.joinpath("long.ipynb").unlink()


def test_jupyterlab_does_not_ask_about_news(lab):
    name = "@jupyterlab/apputils-extension:notification"
    told = lab.window.request.get(f"{lab.address}lab/api/settings/{name}").json()
    assert told["schema"]["properties"]["fetchNews"]["default"] == "false"


def test_from_the_start_page_to_a_lesson_and_back_and_handed_in(lab, start):
    expect(start.get_by_role("heading", level=1)).to_have_text("Numbers")
    expect(start.get_by_text("0 of 3 exercises right")).to_be_visible()
    expect(start.get_by_text("Lesson 3, A third, is new.")).to_be_visible()

    with lab.window.expect_page() as opened:
        start.get_by_role("link", name="Begin lesson 1").click()
    notebook = opened.value
    expect(notebook.get_by_role("heading", name="Doubling")).to_be_visible()
    check(notebook, "return 2")
    command(notebook, "docmanager:save")
    start.reload()
    expect(start.get_by_text("You stopped in lesson 1, Doubling")).to_be_visible()
    expect(start.get_by_text("3 and 3 is 6")).to_be_visible()
    assert hard_to_read(start, set()) == {}

    check(notebook, "return 2 * number")
    pages = lab.window.pages
    # The way to the start page saves what is changed.
    notebook.get_by_role("toolbar").get_by_text("Start page").click()
    expect(start.get_by_text("1 of 3 exercises right")).to_be_visible()
    expect(start.get_by_role("link", name="Begin lesson 2")).to_be_visible()
    start.get_by_label("Your name").fill("Ann Lee")
    start.get_by_role("button", name="Hand in").click()
    told = "Ann_Lee.zip was made: 3 lessons"
    expect(start.get_by_role("status")).to_contain_text(told)
    with zipfile.ZipFile(lab.folder / "Ann_Lee.zip") as archive:
        assert b"return 2 * number" in archive.read("Ann_Lee/01_doubling.ipynb")

    start.get_by_role("link", name="Begin lesson 2").click()
    expect(notebook.get_by_role("heading", name="More")).to_be_visible()
    assert lab.window.pages == pages  # one JupyterLab, and one start page
    start.get_by_label("Your name").focus()
    assert hard_to_read(start, set()) == {}
    notebook.close()


def test_a_start_page_is_renewed_when_its_reader_comes_back(lab, start):
    start.get_by_label("Your name").fill("Ann")
    with begun(lab.folder / "02_more.ipynb"):
        come_back(start)
        expect(start.get_by_text("You stopped in lesson 2, More")).to_be_visible()
    expect(start.get_by_label("Your name")).to_have_value("Ann")
    start.route("**/courseware", lambda route: route.abort())
    come_back(start)
    expect(start.get_by_text("The server does not answer")).to_be_visible()
    start.unroute("**/courseware")
    come_back(start)
    expect(start.get_by_text("The server does not answer")).to_be_hidden()


def test_only_changes_that_are_not_in_the_file_are_unsaved(lab, start):
    word, name = start.locator("#unsaved"), "03_a_third.ipynb"
    notebook = lab.window.new_page()
    notebook.goto(f"{lab.address}lab/tree/{name}")
    expect(notebook.get_by_role("heading", name="A third")).to_be_visible()
    notebook.wait_for_function(KERNEL_IS_READY)
    start.wait_for_function(IS_KNOWN, arg=name)
    start.reload()
    expect(word).to_have_text("")  # it was only opened
    # Nor does JupyterLab's mark say so, with the kernel's version in the header.
    notebook.wait_for_function(f"{MODEL}.getMetadata('language_info')?.version")
    assert notebook.evaluate(f"{MODEL}.dirty") is False
    changed = notebook.locator(".lm-DockPanel-tabBar .jp-mod-dirty")
    expect(changed).to_have_count(0)

    notebook.evaluate(SET_SOURCE, "# typed, and not run")
    expect(changed).to_have_count(1)
    start.wait_for_function(f"async name => !await ({IS_KNOWN})(name)", arg=name)
    come_back(start)
    expect(word).to_contain_text("Perhaps not saved: lesson 3, A third")
    command(notebook, "docmanager:save")
    start.wait_for_function(IS_KNOWN, arg=name)
    come_back(start)
    expect(word).to_have_text("")

    notebook.evaluate(SET_SOURCE, "# typed, and left")
    expect(changed).to_have_count(1)
    notebook.evaluate("Object.defineProperty(document, 'hidden', {value: true})")
    come_back(notebook)  # that is, leave it
    expect(changed).to_have_count(0)
    assert b"typed, and left" in (lab.folder / name).read_bytes()

    # From a JupyterLab that no start page has opened: one is enough.
    button = notebook.get_by_role("toolbar").get_by_text("Start page")
    with lab.window.expect_page() as opened:
        button.click()
    pages = lab.window.pages
    with opened.value.expect_navigation():
        button.click()
    opened.value.get_by_role("link", name="Doubling").click()
    expect(notebook.get_by_role("heading", name="Doubling")).to_be_visible()
    assert lab.window.pages == pages


@contextmanager
def begun(path):
    """Let a lesson be one of which the first cell was run."""
    before = path.read_bytes()
    notebook = json.loads(before)
    notebook["cells"][1]["execution_count"] = 1
    path.write_text(json.dumps(notebook), "utf-8")
    try:
        yield
    finally:
        path.write_bytes(before)


def come_back(page):
    """Look at a page again: headless Chromium shows all of them all the time."""
    page.evaluate(
        "document.dispatchEvent(new Event('visibilitychange', {bubbles: true}))"
    )


def check(notebook, line):
    """Write an answer, and run the lesson."""
    notebook.wait_for_function(
        "window.jupyterapp?.shell?.currentWidget?.context?.isReady"
    )
    notebook.evaluate(SET_SOURCE, f"def twice(number):\n    {line}")
    command(notebook, "notebook:run-all-cells")
    word = re.compile("bravo" if "number" in line else "not yet")
    expect(notebook.locator(".jp-OutputArea-output").get_by_text(word)).to_be_visible()
