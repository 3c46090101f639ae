"""What counts as the same output, and what does not."""

import base64
import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from courseware.tolerance import (
    Tolerance,
    complaints,
    numbers_agree,
    picture_complaint,
    texts_agree,
)

STRICT = Tolerance()
CLOSE = Tolerance(rtol=1e-3)
COUNTS = Tolerance(atol=5)
BOTH = Tolerance(rtol=1e-3, atol=5)


@pytest.mark.parametrize(
    ("stored", "new", "tolerance"),
    [
        ("Epoch  1: 8898 / 10000", "Epoch  1: 8898 / 10000", STRICT),
        ("cost 0.12345", "cost 0.12349", CLOSE),
        ("cost 0.9", "cost 1.0", CLOSE),  # one in the last digit
        ("worst error 3e-10", "worst error 4e-10", CLOSE),
        ("[0.1  10.01]", "[0.1 10.02]", CLOSE),
        ("[1.0003 1.    ]", "[1.0006 1.    ]", CLOSE),
        ("[1.     1.0003]", "[0.9999 1.0003]", CLOSE),
        ("-0.50001", "-0.49999", CLOSE),
        ("3.67s", "3.67s", CLOSE),
        ("Epoch  1: 8898 / 10000", "Epoch  1: 8901 / 10000", COUNTS),
        ("8,998 correct", "9,001 correct", COUNTS),
        ("It reads 8898.", "It reads 8901.", COUNTS),
        (" 998 correct", "1001 correct", COUNTS),
        ("8898 (88.98 %)", "8899 (88.99 %)", BOTH),
        ("31,810.12", "31,810.13", CLOSE),
    ],
)
def test_texts_that_agree(stored, new, tolerance):
    assert texts_agree(stored, new, tolerance)
    assert texts_agree(new, stored, tolerance)


@pytest.mark.parametrize(
    ("stored", "new", "tolerance"),
    [
        ("cost 0.12345", "cost 0.12346", STRICT),
        ("a  b", "a b", STRICT),
        ("cost 0.12345", "cost 0.12445", CLOSE),
        ("cost 0.12345", "Cost 0.12345", CLOSE),
        ("cost 0.12345", "cost -0.12345", CLOSE),
        ("3e-10", "3e-04", CLOSE),
        ("[1. 2.]", "[2. 2.]", CLOSE),
        ("8898", "8899", CLOSE),
        ("1", "1.0", CLOSE),
        ("0.5", "nan", CLOSE),
        ("layer2 0.5", "layer3 0.5", CLOSE),
        ("[0.5 0.5]", "[0.5 0.5 0.5]", CLOSE),
        ("NumPy 2.4.1", "NumPy 2.5.1", CLOSE),
        ("8898 / 10000", "8904 / 10000", COUNTS),
        ("0.5", "0.6", COUNTS),
        ("Epoch 1: 8898", "Epoch 1: 8898\nEpoch 2: 8898", COUNTS),
    ],
)
def test_texts_that_differ(stored, new, tolerance):
    assert not texts_agree(stored, new, tolerance)
    assert not texts_agree(new, stored, tolerance)


@given(
    st.floats(-1e6, 1e6),
    st.floats(-1e-4, 1e-4),
    st.sampled_from(["{:.4f}", "{:.3e}", "{}", "{:,.2f}"]),
)
def test_numbers_agree_if_they_are_close(value, change, form):
    stored, new = form.format(value), form.format(value * (1 + change))
    if "." in stored and "." in new:
        assert numbers_agree(stored, new, CLOSE)


@given(st.floats(0.1, 1e6), st.floats(0.01, 0.5))
def test_numbers_that_are_further_apart_do_not(value, change):
    assert not numbers_agree(f"{value:.6f}", f"{value * (1 + change):.6f}", CLOSE)


@given(st.text(), st.text())
def test_any_text_can_be_compared(stored, new):
    assert texts_agree(stored, stored, BOTH)
    assert texts_agree(stored, new, STRICT) == (stored == new)
    assert texts_agree(stored, new, BOTH) in {True, False}


def test_tags_are_read():
    tags = ["slide", "nbval-rtol-1e-3", "nbval-atol-5", "nbval-image-3"]
    assert Tolerance.from_tags(tags) == Tolerance(rtol=1e-3, atol=5, image=3)
    assert Tolerance.from_tags(["exercise", "nbval-ignore-output"]) == STRICT


@pytest.mark.parametrize(
    "tag", ["nbval-rtol-", "nbval-atol-0.5", "nbval-rtol-nan", "nbval-image-0.02"]
)
def test_a_tag_without_sense_is_refused(tag):
    with pytest.raises(ValueError, match=tag):
        Tolerance.from_tags([tag])


def png(pixels: np.ndarray, mode: str = "L") -> str:
    file = io.BytesIO()
    Image.fromarray((pixels * 255).astype(np.uint8), mode=None).convert(mode).save(
        file, "PNG"
    )
    return base64.b64encode(file.getvalue()).decode()


@pytest.fixture
def plot():
    """White paper of an odd size with a grey square on it."""
    pixels = np.ones((123, 217))
    pixels[20:60, 30:70] = 0.4
    return pixels


def test_pictures_agree_whatever_their_encoding(plot):
    assert png(plot) != png(plot, "RGBA")
    assert picture_complaint(png(plot), png(plot, "RGBA")) is None


def test_pictures_agree_but_for_noise_that_no_one_sees(plot):
    noise = np.random.default_rng(1).normal(scale=0.01, size=plot.shape)
    assert picture_complaint(png(plot), png(np.clip(plot + noise, 0, 1))) is None


@pytest.mark.parametrize("corner", [(0, 0), (40, 100), (115, 205)])
def test_a_blot_anywhere_is_seen(plot, corner):
    stored = png(plot)
    row, column = corner
    plot[row : row + 8, column : column + 12] = 0
    assert "in the worst place" in picture_complaint(stored, png(plot))


def test_a_slight_change_everywhere_is_seen(plot):
    noise = np.random.default_rng(1).uniform(-0.1, 0.1, size=plot.shape)
    complaint = picture_complaint(png(plot), png(np.clip(plot + noise, 0, 1)))
    assert "mean difference" in complaint


def test_a_tag_admits_more(plot):
    stored = png(plot)
    plot[10:18, 100:112] = 0.5
    assert picture_complaint(stored, png(plot), factor=1)
    assert picture_complaint(stored, png(plot), factor=5) is None


def test_a_blank_picture_is_another_one_whatever_the_factor():
    blank = np.ones((160, 160))
    full = blank.copy()
    full[::4] = 0
    assert "mean difference" in picture_complaint(png(full), png(blank), factor=1000)


def test_another_size_is_seen(plot):
    complaint = picture_complaint(png(plot), png(plot[1:]), factor=100)
    assert complaint == "it was 217 x 123 pixels and is now 217 x 122"


def stream(text, name="stdout"):
    return {"output_type": "stream", "name": name, "text": text}


def shown(**data):
    data = {kind.replace("_", "/"): value for kind, value in data.items()}
    return {"output_type": "display_data", "data": data, "metadata": {}}


def test_how_streams_and_pictures_interleave_does_not_count(plot):
    picture = shown(image_png=png(plot), text_plain="<Figure>")
    stored = [stream("a\n"), picture]
    assert complaints(stored, [picture, stream("a\n")], STRICT) == []


def test_in_which_pieces_a_stream_comes_does_not_count():
    stored = [stream("a\n"), stream("oh", "stderr"), stream("10 %\r100 %\n")]
    new = [stream("a\n100 %\n"), stream("oh", "stderr")]
    assert complaints(stored, new, STRICT) == []
    assert complaints(stored, [*new, stream("b")], STRICT) != []


def test_the_identifiers_of_widgets_do_not_count():
    kind = "application/vnd.jupyter.widget-view+json"
    widget = {"output_type": "display_data", "data": {kind: {"model_id": "a7"}}}
    assert complaints([], [widget], STRICT) == []


def test_a_complaint_shows_what_was_and_what_is():
    [complaint] = complaints([stream("a\nb\nc\n")], [stream("a\nx\nc\n")], STRICT)
    assert complaint == "stdout 1 of 1:\n-b\n+x"


def test_a_difference_in_white_space_is_shown():
    [complaint] = complaints([stream("a")], [stream("a\n")], STRICT)
    assert repr("a\n") in complaint


@pytest.mark.parametrize(
    ("stored", "new"),
    [
        ([stream("a")], []),
        ([], [stream("a")]),
        ([], [stream("careful", "stderr")]),
        ([shown(text_html="<b>1.0</b>")], [shown(text_html="<b>1.0001</b>")]),
        ([shown(text_plain="1.0")], [shown(text_plain="1.2")]),
        ([shown(text_plain="a"), shown(text_plain="b")], [shown(text_plain="a")]),
        ([shown(text_plain="a"), shown(text_plain="b")], [shown(text_plain="b")] * 2),
        ([shown(text_plain="a")], [shown(text_plain="a", text_html="a")]),
        ([], [{"output_type": "error", "ename": "OSError", "evalue": "no"}]),
    ],
)
def test_outputs_that_differ(stored, new):
    assert len(complaints(stored, new, BOTH)) == 1


def test_a_missing_picture_is_not_shown_as_bytes(plot):
    [complaint] = complaints([shown(image_png=png(plot))], [], STRICT)
    assert complaint == "image/png: 1 stored, now 0"
