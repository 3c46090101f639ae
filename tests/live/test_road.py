"""The road: its module walks as NumPy does, on the arrays in half precision."""

import numpy as np
import pytest
from node import call, same
from samples import road

from digitlib.flow import Drawer, SiLU, told
from digitlib.live.road import STEPS, Road
from digitlib.pictures import plots
from helpers import refuses

RNG = np.random.default_rng(0)
IMAGES = RNG.random((40, 784)).astype(np.float32)


@pytest.fixture(scope="module")
def figure():
    return road()


def unpacked(figure):
    """The figure's arrays, and its layers with theirs, as the module has them."""
    arrays = {
        name: np.frombuffer(packed["data"], packed["dtype"]).reshape(packed["shape"])
        for name, packed in figure.arrays.items()
    }
    layers = [dict(layer) for layer in figure.view["layers"]]
    for name in [name for name in arrays if "_" in name]:
        kind, _, number = name.partition("_")
        layers[int(number)][kind] = arrays.pop(name)
    return arrays, layers


@pytest.mark.parametrize("view", [{}, {"mix": 0.35}, {"mix": 1.0, "noise": 5}])
def test_the_path_is_numpys(figure, view):
    start = {"first": 7, "second": 9, "mix": 0.0, "noise": 0}
    figure.view = {**figure.view, **start, **view}
    arrays, layers = unpacked(figure)
    chosen = (figure.view[name] for name in ("first", "second", "mix"))
    [names] = call("road", ("names", *chosen))
    noise = arrays["noise"][figure.view["noise"]]
    [path] = call("road", ("walk", layers, noise, names, arrays["spread"]))
    places = figure.path()
    assert same([step["x"] for step in path], places)
    steps = (0, 3, STEPS)
    *ahead, image = call(
        "road",
        *(("straightOn", path, k) for k in steps),
        ("imageOf", path[-1]["x"], arrays["directions"], arrays["mean"]),
    )
    assert same(ahead, figure.straight_on()[list(steps)])
    assert same(image, figure.images(places[-1:])[0])


def test_the_network_hears_in_the_module_what_it_hears_in_python(figure):
    arrays, _ = unpacked(figure)
    x, names = RNG.normal(size=12), told(np.array([4]))[0]
    for t in (0.0, 0.3, 1.0):
        [found] = call("road", ("heard", x, t, names, arrays["spread"]))
        assert same(found, figure._drawer.inputs(x[None], t, names[None])[0])


def test_what_is_served_is_nearly_the_network_that_has_learnt():
    drawer = Drawer.untrained(IMAGES, 6, (30,), rng=1)
    rng = np.random.default_rng(2)
    for array in drawer.model.parameters:
        array += 0.1 * rng.normal(size=array.shape).astype(np.float32)
    figure = Road(drawer, 3, 5, seed=4)
    noise = np.random.default_rng(4).normal(size=(8, 6))[:1]
    learnt = drawer.velocity(noise, 0.5, told(np.array([3])))
    assert not same(figure._velocity(noise, 0.5), learnt)
    np.testing.assert_allclose(figure._velocity(noise, 0.5), learnt, atol=0.01)
    assert figure.arrays["weights_0"]["dtype"] == "float16"


def test_the_still_picture_shows_the_way_and_says_where_it_leads(figure):
    figure.view = {**figure.view, "mix": 0.3, "noise": 0}
    drawn, alt = figure.picture()
    titles = [axes.get_title() for axes in drawn.axes[:6]]
    assert titles == [f"t = {t:.1f}" for t in (0, 0.2, 0.4, 0.6, 0.8, 1)]
    shown = [axes.images[0].get_array().ravel() for axes in drawn.axes]
    expected = figure.images(np.vstack([figure.path()[::2], figure.straight_on()[::2]]))
    assert np.allclose(shown, expected)
    assert "70 % of a 7 and 30 % of a 9" in alt
    plots.plt.close(drawn)


test_others_are_refused = refuses(
    (lambda: Road(bent(), 1, 2), "Dense and SiLU in turn"),
    (lambda: Road(Drawer.untrained(IMAGES, 4, (5,)), 10), "from 0 to 9, not 10"),
    (lambda: Road(Drawer.untrained(IMAGES, 4, (5,)), mix=2), "from 0 to 1, not 2"),
)


def bent():
    """Somebody who draws with a layer that the module does not know."""
    drawer = Drawer.untrained(IMAGES, 4, (5,))
    drawer.model.layers[1] = type("Odd", (SiLU,), {})()
    return drawer
