"""Is every text of a figure compared as text, whatever draws its letters?"""

import json
import subprocess
import sys
from base64 import b64decode, b64encode
from io import BytesIO

import nbformat
import pytest
from nbformat.v4 import new_code_cell
from PIL import Image

from courseware.tolerance import Tolerance, complaints, picture_texts
from courseware.validation import has_our_figures

pytest.importorskip("matplotlib", reason="Matplotlib draws the figures")

# Draws figures of several kinds: as they are, with each of their texts altered in turn,
# with other letters of the same texts, and with something else in their place.
DRAW = '''
import base64, io, itertools, json, sys
import matplotlib
import matplotlib.pyplot as plt
import numpy as np
from matplotlib import patheffects
from matplotlib.backends import backend_agg
from matplotlib.figure import Figure
from courseware.figures import prepare

prepare(backend_agg)


def lines(say, curves=((1, 2), (3, 1))):
    figure, (left, right) = plt.subplots(1, 2, figsize=(6, 3), dpi=60)
    figure.suptitle(say("All of it"))
    left.plot(curves[0], label=say("falling"))
    left.plot(curves[1], label=say("rising"))
    left.set(title=say("Curves"), xlabel=say("$x^2$"), ylabel=say("height"))
    left.set_xticks([0, 1], [say("first"), say("last")])
    left.legend(title=say("what"))
    right.bar(["a", "b"], [2, 3])
    right.bar_label(right.containers[0], [say("two"), say("three")])
    right.annotate(say("here"), (0, 2), (0.5, 2.5), arrowprops={})
    right.text(0, 1, say("glow"), path_effects=[patheffects.withStroke(linewidth=2)])
    right.text(0, 1, "hidden" + say.unseen, visible=False)
    return figure


def images(say, order=(0, 1, 2)):
    figure, axes = plt.subplots(1, 3, figsize=(4, 2), dpi=60)
    pictures = np.kron(np.eye(3)[:, None, :] + np.eye(3), np.ones((1, 4, 4)))
    for place, k in zip(axes, order):
        shown = place.imshow(pictures[k])
        place.set_axis_off()
        place.set(title=say(str(k)), xlabel="not drawn" + say.unseen)
    figure.colorbar(shown, ax=axes).set_label(say("scale"))
    return figure


def others(say, shares=(1, 2)):
    figure = Figure(figsize=(4, 2), dpi=60)
    left, right = figure.subplots(1, 2)
    left.pie(shares, labels=[say("one"), say("two")])
    right.table([[say("1"), say("2")]], colLabels=[say("left"), say("right")])
    right.set_axis_off()
    figure.text(0.5, 0.02, say("two\\nlines"))
    return figure


class Say:
    """Says texts; the one of a certain number, wrongly."""

    def __init__(self, wrong=None, unseen=""):
        self.wrong, self.unseen, self.count = wrong, unseen, 0

    def __call__(self, text):
        self.count += 1
        return text.replace(text[-1], "7") if self.count - 1 == self.wrong else text


def png(draw, *given, **settings):
    say = given[0] if given else Say()
    with matplotlib.rc_context(settings):
        figure, file = draw(say, *given[1:]), io.BytesIO()
        figure.savefig(file)
    plt.close(figure)
    return base64.b64encode(file.getvalue()).decode()


def variants(draw, another):
    say = Say()
    drawn = png(draw, say)
    return {
        "drawn": drawn,
        "wrong": [png(draw, Say(number)) for number in range(say.count)],
        "same": [
            png(draw),
            png(draw, Say(unseen="!")),
            png(draw, Say(), **{"text.hinting": "default"}),
            png(draw, Say(), **{"text.hinting": "force_autohint"}),
        ],
        "another": png(draw, Say(), another),
    }


kinds = {"lines": (lines, ((3, 1), (1, 2))), "images": (images, (1, 0, 2))}
kinds["others"] = others, (2, 1)
json.dump({name: variants(*kind) for name, kind in kinds.items()}, sys.stdout)
'''
# Each way in which a figure, or a picture that is none, gets into a notebook.
WAYS = """
# %%
import sys

print([name for name in sys.modules if name.startswith("matplotlib")])

# %%
import matplotlib.pyplot as plt

plt.figure(figsize=(1, 1))
plt.title("shown")
plt.axis("off")
plt.show()

# %%
# %matplotlib inline
figure, axes = plt.subplots(figsize=(1, 1))
axes.set_axis_off()
_ = axes.text(0, 0, "left open")

# %%
from matplotlib.figure import Figure

figure = Figure(figsize=(1, 1))
figure.subplots().set_axis_off()
_ = figure.text(0, 0, "displayed")
display(figure)

# %%
from IPython.display import Image

figure.texts[0].set_text("saved")
figure.savefig("saved.png", metadata={"Software": None})
Image(filename="saved.png")

# %%
import PIL.Image

PIL.Image.new("L", (9, 9))
"""


def shown(png):
    data = {"image/png": png}
    return [{"output_type": "display_data", "data": data, "metadata": {}}]


def complain(old, new):
    return complaints(shown(old), shown(new), Tolerance(image=1))


@pytest.fixture(scope="module")
def drawn():
    """Figures of several kinds, each in several variants."""
    done = subprocess.run(
        [sys.executable, "-c", DRAW], capture_output=True, check=True, text=True
    )
    return json.loads(done.stdout)


def test_each_text_that_is_wrong_is_found_as_text(drawn):
    assert [len(one["wrong"]) for one in drawn.values()] == [13, 4, 7]
    for name, one in drawn.items():
        for number, wrong in enumerate(one["wrong"]):
            [told] = complain(one["drawn"], wrong)
            assert "in the picture it says\n-" in told, (name, number)
            assert "7" in told.splitlines()[-1]


def test_other_letters_of_the_same_texts_pass(drawn):
    for one in drawn.values():
        for same in one["same"]:
            assert complain(one["drawn"], same) == []


def test_another_curve_or_image_is_seen(drawn):
    for one in drawn.values():
        [told] = complain(one["drawn"], one["another"])
        assert "in the picture it says" in told or "mean difference" in told


def test_what_another_program_has_stored_is_known_by_what_it_lacks(drawn):
    ours = drawn["lines"]["drawn"]
    theirs = BytesIO()
    Image.open(BytesIO(b64decode(ours))).save(theirs, "PNG")
    theirs = b64encode(theirs.getvalue()).decode()
    assert complain(theirs, ours) == []
    for pictures, is_ours in (
        ([], True),
        ([ours], True),
        ([theirs, ours], True),
        ([theirs], False),
    ):
        cells = [new_code_cell(outputs=shown(png)) for png in pictures]
        notebook = nbformat.from_dict({"cells": cells})
        assert has_our_figures(notebook) == is_ours


def test_every_way_into_a_notebook_is_known_and_matplotlib_is_not_forced_on_it(course):
    course.source("01_ways", WAYS)
    assert course.call("run") == 0
    notebook = nbformat.read(course.lessons / "01_ways.ipynb", as_version=4)
    outputs = [cell.outputs[-1] for cell in notebook.cells]
    assert outputs[0].text == "[]\n"
    texts = [picture_texts(output.data["image/png"]) for output in outputs[1:]]
    assert texts == ["shown", "left open", "displayed", "saved", None]
