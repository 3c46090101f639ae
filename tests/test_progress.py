"""A plot that grows: in a live notebook only, and nowhere else."""

import pytest
from jupyter_client.manager import KernelManager
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_notebook

from courseware.execution import kernel_environment

TRAINING = """\
from digitlib import History
from digitlib.pictures import plots
watch = plots.live_history()
history = History()
for epoch in (1, 2, 3):
    history.epochs.append(epoch)
    history.train_cost.append(1 / epoch)
    history.validation_accuracy.append(0.9)
    watch(history)
"""


@pytest.fixture(scope="module")
def execution():
    """The training in a notebook, and a kernel to execute it."""
    notebook = new_notebook(cells=[new_code_cell(TRAINING)])
    execution = NotebookClient(notebook, kernel_manager_class=KernelManager)
    with execution.setup_kernel(env=kernel_environment()):
        yield execution


def outputs(client, metadata):
    """Execute the training as a front end does, and return what it would show."""
    content = {"code": TRAINING, "silent": False, "store_history": True}
    content |= {"user_expressions": {}, "allow_stdin": False, "stop_on_error": True}
    message = client.session.msg("execute_request", content, metadata=metadata)
    client.shell_channel.send(message)
    reply = client.get_shell_msg(timeout=60)
    assert reply["content"]["status"] == "ok", reply["content"]
    shown = []
    while True:
        message = client.get_iopub_msg(timeout=60)
        if message["content"].get("execution_state") == "idle":
            return shown
        if message["msg_type"] in {"display_data", "update_display_data", "stream"}:
            shown.append((message["msg_type"], message["content"]))


def test_in_a_live_notebook_one_picture_grows(execution):
    shown = outputs(execution.kc, {"cellId": "6f2a", "deletedCells": []})
    kinds = [kind for kind, _ in shown]
    assert kinds == ["display_data", "update_display_data", "update_display_data"]
    assert len({content["transient"]["display_id"] for _, content in shown}) == 1
    assert len({content["data"]["image/png"] for _, content in shown}) == 3


def test_without_a_reader_nothing_is_shown(execution):
    assert outputs(execution.kc, {}) == []


def test_of_an_executed_notebook_nothing_is_stored(execution):
    [cell] = execution.nb.cells
    execution.execute_cell(cell, 0)
    assert cell.execution_count
    assert cell.outputs == []


def test_outside_of_notebooks_it_is_silent():
    names = {}
    exec(TRAINING, names)
    assert names["watch"](names["history"]) is None
