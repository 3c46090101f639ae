"""What shows how far a training is: to whoever watches, and nowhere else."""

import re

import pytest
from jupyter_client.manager import KernelManager
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_notebook

from courseware.execution import kernel_environment
from digitlib.progress import progress

# In this kernel a second passes when `wait(1)` says so.
BEGIN = """\
import os, signal, types
import numpy as np
import digitlib
from digitlib import progress as module
from digitlib.data.digits import Digits
from digitlib.pictures import plots
from digitlib.progress import Bar, progress

now = 0.0
module.time = types.SimpleNamespace(monotonic=lambda: now)


def wait(seconds, *ignored):
    global now
    now += seconds


digits = Digits(np.random.default_rng(0).random((40, 8), np.float32), np.arange(40) % 3)
"""
LOOP = "for k in progress(range({}), 'step'): wait({})"
CURVE = """\
watch, history = plots.live_history(), digitlib.History()
for epoch in (1, 2, 3):
    history.epochs.append(epoch)
    history.train_cost.append(1 / epoch)
    history.validation_accuracy.append(0.9)
    watch(history)
"""
SGD = """\
network = digitlib.Network((8, 5, 3))
network.sgd(digits, 4, 10, report=lambda line: wait(2))
print(*network.weights, *network.biases)
"""
TRAIN = """\
model = digitlib.dense_model((8, 5, 3))
shift = lambda images, rng: wait(0.1) or images
digitlib.train(model, digits, 8, 4, augment=shift, report=None)
print(*model.parameters)
"""
SEARCH = "print(digitlib.search(lambda s: wait(s) or s, [{'s': 2}, {'s': 1}]))"


@pytest.fixture(scope="module")
def kernel():
    """A client of a kernel such as JupyterLab starts."""
    execution = NotebookClient(new_notebook(), kernel_manager_class=KernelManager)
    environment = kernel_environment()
    del environment["COURSEWARE_RUN"]
    with execution.setup_kernel(env=environment):
        ask(execution.kc, BEGIN)
        yield execution


def ask(client, code, allow_stdin=True):
    """Execute code as a front end does, and return the messages that it would show."""
    content = {"code": code, "silent": False, "store_history": True}
    content |= {"user_expressions": {}, "stop_on_error": False}
    content |= {"allow_stdin": allow_stdin}
    client.shell_channel.send(client.session.msg("execute_request", content))
    client.get_shell_msg(timeout=60)
    shown = []
    while True:
        message = client.get_iopub_msg(timeout=60)
        if message["content"].get("execution_state") == "idle":
            return shown
        if message["msg_type"] not in {"status", "execute_input"}:
            shown.append(message)


def displays(messages):
    """Return what one place of a cell has shown, in turn, as kinds and contents."""
    shown = [m for m in messages if "display_data" in m["msg_type"]]
    assert [m["msg_type"] for m in shown[:1]] == ["display_data"] * bool(shown)
    assert {m["msg_type"] for m in shown[1:]} <= {"update_display_data"}
    assert len({m["content"]["transient"]["display_id"] for m in shown}) <= 1
    return [m["content"]["data"] for m in shown]


def texts(messages):
    return [data["text/plain"] for data in displays(messages)]


def results(messages):
    """What is printed: in how many pieces it comes is left to chance."""
    contents = [m["content"] for m in messages if "display_data" not in m["msg_type"]]
    return "".join(content["text"] for content in contents)


def test_a_bar_that_goes_when_the_loop_has_ended(kernel):
    *bars, end = displays(ask(kernel.kc, LOOP.format(4, 1)))
    assert [bar["text/plain"] for bar in bars] == [
        "step 2 of 4, 3 s left",
        "step 3 of 4, 2 s left",
        "step 4 of 4, 1 s left",
        "step 4 of 4, 0 s left",
    ]
    values = [re.search('value="(.*?)"', bar["text/html"])[1] for bar in bars]
    assert values == ["0.250", "0.500", "0.750", "1.000"]
    assert set(end.values()) == {""}


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (LOOP.format(10, 0.19), []),
        (LOOP.format(0, 1), []),
        (LOOP.format(3, 60), ["step 2 of 3, 2 min 0 s left"]),
        ("with Bar('<b>'): wait(9)", ["<b>", ""]),
        # Two loops: the outer one's first step shows that there is a long way to go.
        (
            "for a in progress('xy', 'letter'):\n    for b in progress('123', 'b'):"
            "\n        wait(1)",
            ["b 2 of 3, 2 s left", "letter 1 of 2\nb 3 of 3, 1 s left"],
        ),
        # Within the steps of another, a short loop is not worth a line.
        (
            "for a in progress(range(9), 'step'):\n    for b in progress('12', 'b'):"
            "\n        wait(0.3)",
            ["step 1 of 9", "step 2 of 9, 5 s left"],
        ),
        # Nobody can tell how far the contest is, but how far one in it.
        (
            f"with Bar('contest'):\n    {LOOP.format(3, 1)}",
            ["contest", "step 2 of 3, 2 s left"],
        ),
        (f"{LOOP.format(3, 1)}\n    break", []),
        (SEARCH, ["trial 1 of 2", "trial 2 of 2, 2 s left"]),
        (SGD, ["epoch 3 of 4, 2 s left"]),
        (TRAIN, ["epoch 1 of 8, 8 s left", "epoch 1 of 8, 8 s left"]),
    ],
)
def test_what_is_said(kernel, code, expected):
    assert texts(ask(kernel.kc, code))[: len(expected) or None] == expected


def test_few_of_many_steps_are_drawn(kernel):
    assert 40 < len(texts(ask(kernel.kc, LOOP.format(10_000, 0.001)))) < 55


@pytest.mark.parametrize("code", [SGD, TRAIN, SEARCH])
def test_what_is_learnt_does_not_depend_on_who_watches(kernel, code):
    watched, alone = (ask(kernel.kc, code, allow_stdin=is_there) for is_there in (1, 0))
    assert texts(watched)[-1] == ""
    assert texts(alone) == []
    assert results(watched) == results(alone) != ""


@pytest.mark.parametrize(
    "code",
    [
        f"{LOOP.format(9, 1)}; k == 4 and 1 / 0",
        f"{LOOP.format(9, 1)}; k == 4 and signal.raise_signal(signal.SIGINT)",
        SGD.replace("wait(2)", "(wait(2), line[6:8] == ' 3' and 1 / 0)"),
        TRAIN.replace("wait(0.1)", "wait(3) or signal.raise_signal(signal.SIGINT)"),
    ],
)
def test_what_is_broken_off_leaves_no_bar(kernel, code):
    messages = ask(kernel.kc, code)
    assert "error" in {m["msg_type"] for m in messages}
    assert len(texts(messages)) > 1
    assert texts(messages)[-1] == ""
    assert texts(ask(kernel.kc, LOOP.format(3, 1)))[0] == "step 2 of 3, 2 s left"


@pytest.mark.parametrize("code", [LOOP.format(9, 1), CURVE])
def test_where_nobody_watches_nothing_is_shown(kernel, code):
    assert ask(kernel.kc, code, allow_stdin=False) == []
    ask(kernel.kc, "os.environ['COURSEWARE_RUN'] = '1'")
    assert ask(kernel.kc, code) == []
    ask(kernel.kc, "del os.environ['COURSEWARE_RUN']")
    assert displays(ask(kernel.kc, code)) != []
    cell = new_code_cell(code)
    kernel.nb.cells = [cell]
    kernel.execute_cell(cell, 0)
    assert cell.execution_count
    assert cell.outputs == []


def test_one_picture_grows(kernel):
    pictures = [data["image/png"] for data in displays(ask(kernel.kc, CURVE))]
    assert len(set(pictures)) == len(pictures) == 3


def test_outside_of_notebooks_it_is_silent(capsys):
    names = {}
    exec(f"{BEGIN}\n{CURVE}", names)
    assert names["watch"](names["history"]) is None
    assert list(progress("abc", "letter")) == ["a", "b", "c"]
    assert capsys.readouterr() == ("", "")
