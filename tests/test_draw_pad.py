"""The draw pad without a browser: what Python makes of strokes, and what is stored."""

import asyncio
import base64
import io
import json
from functools import partial
from pathlib import Path

import anywidget
import nbformat
import numpy as np
import pytest
from jupyter_server.extension.manager import ExtensionPackage
from PIL import Image
from traitlets import TraitError

from courseware.execution import execute, tidy
from courseware.server.still_pictures import WIDGET_VIEW, leave_pictures
from digitlib import Network, dense_model
from digitlib.data.handwriting import load_handwriting
from digitlib.live.draw_pad import DrawPad
from digitlib.live.preparation import ink, prepare
from helpers import refuses
from lecturepdf.exporter import LecturePDFExporter

ROOT = Path(__file__).parent.parent
DRAWINGS, _ = load_handwriting()
EVEN = np.full((1, 10), 0.1)


def favours(digit):
    """Make a function that prefers one digit, and counts its calls."""

    def predict(X):
        predict.calls += 1
        assert X.shape == (1, 784)
        assert X.dtype == np.float32
        activations = EVEN.copy()
        activations[:, digit] = 0.9
        return activations

    predict.calls = 0
    return predict


def fail(message):
    raise RuntimeError(message)


@pytest.mark.parametrize("network", [Network(rng=1), dense_model((784, 20, 10), rng=2)])
def test_setting_strokes_brings_image_and_activations(network):
    pad = DrawPad(network)
    assert pad.pixels == [0] * 784
    assert pad.activations == [0] * 10
    for strokes in DRAWINGS[:3]:
        pad.strokes = strokes
        expected = prepare(ink(strokes))
        assert np.array_equal(pad.image, expected)
        assert pad.image.dtype == np.float32
        assert pad.pixels == (256 * expected).tolist()
        np.testing.assert_allclose(
            pad.activations, network.feedforward(expected[None])[0]
        )
    pad.strokes = []
    assert not any(pad.pixels + pad.activations)


def test_a_function_serves_as_well_as_a_network_and_is_not_asked_about_paper():
    predict = favours(3)
    pad = DrawPad(predict)
    pad.strokes = [[]]
    assert predict.calls == 0
    pad.strokes = DRAWINGS[5]
    assert predict.calls == 1
    assert np.argmax(pad.activations) == 3


def test_a_pad_may_begin_with_a_drawing_and_have_another_pen():
    pads = [DrawPad(favours(1), DRAWINGS[1], pen=pen) for pen in (0.05, 0.1)]
    images = [prepare(ink(DRAWINGS[1], pen=pen)) for pen in (0.05, 0.1)]
    assert all(map(np.array_equal, (pad.image for pad in pads), images))
    assert pads[0].pixels != pads[1].pixels
    pads[0].pen = 0.1
    assert pads[0].pixels == pads[1].pixels


def test_arrays_and_tuples_are_strokes_as_well():
    pad = DrawPad(favours(1), [np.array([(0.5, 0.2), (0.5, 0.8)]), [(1, 0)]])
    assert pad.strokes == [[[0.5, 0.2], [0.5, 0.8]], [[1, 0]]]
    json.dumps(pad.strokes)


@pytest.mark.parametrize("strokes", [[[1, 2]], [[(0, np.nan)]], [None], [[["a", 0]]]])
def test_strokes_that_are_none_are_refused_and_the_old_ones_stay(strokes):
    pad = DrawPad(favours(1), DRAWINGS[0])
    with pytest.raises(TraitError, match="stroke 1 is not a list of points"):
        pad.strokes = strokes
    assert pad.strokes == DRAWINGS[0]


test_what_cannot_predict_is_refused = refuses(
    *((partial(DrawPad, bad), "a network or a function") for bad in (None, 3, "net")),
    (lambda: DrawPad(favours(1), pen=0.0), "pen must be a finite number above 0"),
)


FAULTS = [
    (lambda X: 1 / 0, "ZeroDivisionError: division by zero"),
    (lambda X: X, "ValueError: predict returned shape (1, 784) for one image"),
    (lambda X: None, "ValueError: predict returned shape () for one image"),
    (lambda X: EVEN + np.nan, "ValueError: predict returned activations that are not"),
    (lambda X: 20 * EVEN, "ValueError: predict returned activations that are not"),
    (lambda X: [][0], "IndexError: list index out of range"),
    (lambda X: fail("one\ntwo"), "RuntimeError: one"),
    (Network((9, 10)), "ValueError: X has shape (1, 784)"),
]


@pytest.mark.parametrize(("predict", "fault"), FAULTS)
def test_an_error_in_predict_is_told_in_a_line_and_passes(predict, fault):
    pad = DrawPad(predict, DRAWINGS[2])
    assert pad.fault.startswith(fault)
    assert "\n" not in pad.fault
    assert pad.activations == [0] * 10
    assert any(pad.pixels)
    pad.strokes = []
    assert pad.fault == ""


# ---- what the browser sends


@pytest.fixture
def sent(monkeypatch):
    """Collect the names of what is sent to the browser, message by message."""
    messages = []

    def send_state(self, key=None):
        messages.append(set(key))

    monkeypatch.setattr(anywidget.AnyWidget, "send_state", send_state)
    return messages


def test_a_message_from_the_browser_is_read_once_and_answered_in_one(sent):
    predict = favours(4)
    pad = DrawPad(predict)
    sent.clear()
    pad.set_state({"strokes": DRAWINGS[4], "drawn": 7})
    assert pad.read == 7
    assert np.argmax(pad.activations) == 4
    assert predict.calls == 1
    assert sent == [{"pixels", "activations", "read"}]


def test_a_drawing_that_is_the_old_one_again_is_answered_as_well(sent):
    pad = DrawPad(favours(4), DRAWINGS[4])
    pad.set_state({"strokes": DRAWINGS[4], "drawn": 1})
    assert pad.read == 1


# ---- what is stored


def picture_of(pad):
    data, metadata = pad._repr_mimebundle_()
    file = io.BytesIO(base64.b64decode(data["image/png"]))
    return data, metadata, np.asarray(Image.open(file).convert("L"))


def test_beside_the_live_pad_there_is_a_picture_of_it():
    pad = DrawPad(favours(6), DRAWINGS[6])
    data, metadata, picture = picture_of(pad)
    assert data[WIDGET_VIEW]["model_id"] == pad.model_id
    assert data["text/plain"] == metadata["image/png"]["alt"]
    assert data["text/plain"].endswith("The highest is that of 6.")
    assert data["image/png"] == picture_of(pad)[0]["image/png"]
    empty, _, paper = picture_of(DrawPad(favours(6)))
    assert empty["text/plain"] == "An empty pad, to draw a digit on."
    assert picture.shape == paper.shape
    assert (picture < 64).mean() > (paper < 64).mean() + 0.01


def test_the_picture_tells_of_an_error():
    data, _, picture = picture_of(DrawPad(lambda X: 1 / 0, DRAWINGS[6]))
    assert "ZeroDivisionError: division by zero." in data["text/plain"]
    lowest = picture[-40:]  # the line below the plots
    assert (lowest < 128).any()


def test_an_executed_lesson_holds_a_picture_and_no_live_pad(tmp_path):
    source = """
from digitlib.live.draw_pad import DrawPad
from digitlib.data.handwriting import load_handwriting
DrawPad(lambda X: X[:, 400:410], load_handwriting()[0][8])
"""
    lesson = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source)])
    asyncio.run(execute(lesson, "lesson", tmp_path))
    tidy(lesson)
    [output] = lesson.cells[0].outputs
    assert set(output.data) == {"image/png", "text/plain"}
    assert "widgets" not in lesson.metadata
    pdf, _ = LecturePDFExporter(strict=True).from_notebook_node(lesson)
    assert pdf.startswith(b"%PDF")


def notebook_with(*outputs):
    code = {"cell_type": "code", "source": "", "outputs": list(outputs)}
    text = {"cell_type": "markdown", "source": "text"}
    return {"type": "notebook", "content": {"cells": [text, code], "metadata": {}}}


def test_a_saved_notebook_keeps_the_picture_and_other_views():
    data, metadata = DrawPad(favours(6), DRAWINGS[6])._repr_mimebundle_()
    pad = {"output_type": "execute_result", "data": data, "metadata": metadata}
    other = {"output_type": "display_data", "data": {WIDGET_VIEW: {}}, "metadata": {}}
    stream = {"output_type": "stream", "name": "stdout", "text": "text"}
    model = notebook_with(pad, other, stream)
    leave_pictures(model, path="lesson.ipynb", contents_manager=None)
    assert set(pad["data"]) == {"image/png", "text/plain"}
    assert model == notebook_with(pad, {**other, "data": {WIDGET_VIEW: {}}}, stream)


@pytest.mark.parametrize(
    "model", [{"type": "file", "content": "x"}, {"type": "notebook"}]
)
def test_whatever_else_is_saved_is_left_alone(model):
    before = dict(model)
    leave_pictures(model, path="x", contents_manager=None)
    assert model == before


def test_the_server_is_told_of_the_extension_and_can_load_it():
    told = json.loads((ROOT / "courseware/jupyter_server.json").read_text("utf-8"))
    [name] = told["ServerApp"]["jpserver_extensions"]
    package = ExtensionPackage(name=name)
    assert package.validate()
