"""Networks and models in files: the same again, or a word of what is wrong."""

import io
import json
from functools import partial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digitlib import Network, check_gradients, layers
from digitlib.costs import CrossEntropy
from digitlib.layers import Dense, Layer, ReLU, Tanh
from digitlib.model import Model, dense_model
from helpers import batch
from test_model import MODELS, stacked


def packed(**arrays):
    """The bytes of an .npz file."""
    buffer = io.BytesIO()
    np.savez(buffer, **arrays)
    return buffer.getvalue()


def archive(change=lambda description: None, model=None, **changed):
    """The file of a model, with another description or other arrays."""
    model = dense_model((5, 6, 4), keep=0.5) if model is None else model
    arrays = model._to_arrays()
    description = json.loads(arrays["description"].tobytes())
    change(description)
    arrays["description"] = np.frombuffer(json.dumps(description).encode(), np.uint8)
    arrays |= changed
    return packed(**{k: v for k, v in arrays.items() if v is not None})


NETWORKS = {f"Network, {t}": partial(Network, (5, 6, 4), 1, t) for t in ("f4", "f8")}


@pytest.mark.parametrize("make", (NETWORKS | MODELS).values(), ids=NETWORKS | MODELS)
def test_a_saved_network_is_the_same_network(make, tmp_path):
    network = make()
    X, Y = batch(network.inputs)
    network.save(tmp_path / "net work.npz")
    twin = type(network).load(tmp_path / "net work.npz")
    assert repr(twin) == repr(network)
    assert twin.dtype == network.dtype
    assert twin.cost(X, Y) == network.cost(X, Y)
    assert np.array_equal(twin.feedforward(X), network.feedforward(X))
    assert check_gradients(twin, X, Y, samples=20) < 1e-6
    twin.weights[0][...] = 0  # its arrays can be written to


def test_saving_leaves_the_old_file_whole_when_it_fails(tmp_path, monkeypatch):
    path = tmp_path / "network.npz"
    Network((5, 4)).save(path)
    old = path.read_bytes()

    def full_disk(descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full_disk)
    with pytest.raises(OSError, match=r"No space left on device: '.*network\.npz'"):
        Network((5, 4), rng=2).save(path)
    assert path.read_bytes() == old
    assert list(tmp_path.iterdir()) == [path]


def test_a_missing_file_is_an_os_error(tmp_path):
    with pytest.raises(FileNotFoundError):
        Network.load(tmp_path / "nothing.npz")


class Leaky(ReLU):
    """A kind of layer as a reader writes it."""

    settings = ("slope",)

    def __init__(self, slope=0.1):
        self.slope = slope

    def forward(self, X, rng=None):
        return np.where(X > 0, X, self.slope * X)


def kind(name, base, **content):
    """A class made here and now, as a cell of a notebook makes one."""
    content = {"__module__": "notebook", "__qualname__": name} | content
    return type(name, (base,), content)


def scale(self, X, rng=None):
    return 3 * X


def with_layer(*between):
    return Model([Dense(5, 6, 0), *between, Dense(6, 4, 1)], inputs=5)


OWN = {
    "with a setting": Leaky(0.3),
    "the base": Layer(),
    "another ReLU": kind("ReLU", Tanh)(),
    "that learns": kind("Scaled", Dense, forward=scale)(6, 6, 2),
}


@pytest.mark.parametrize("layer", OWN.values(), ids=OWN)
def test_a_kind_of_layer_of_ones_own_is_saved_and_found_again(layer, tmp_path):
    model, (X, _) = with_layer(layer), batch()
    model.save(tmp_path / "model.npz")
    twin = Model.load(tmp_path / "model.npz")
    assert type(twin.layers[1]) is type(layer)
    np.testing.assert_array_equal(twin.feedforward(X), model.feedforward(X))


def test_of_a_kind_that_was_defined_again_the_last_one_is_found(tmp_path):
    old = kind("Again", Layer)
    with_layer(old()).save(tmp_path / "model.npz")
    new = kind("Again", Layer, forward=scale)
    assert type(Model.load(tmp_path / "model.npz").layers[1]) is new
    with pytest.raises(ValueError, match="would answer differently"):
        with_layer(old()).save(tmp_path / "old.npz")


def test_a_kind_that_is_not_defined_is_named(tmp_path):
    moving = with_layer(kind("Moving", Layer)())
    content = archive(lambda d: d["layers"][1].update(kind="elsewhere.Moving"), moving)
    (tmp_path / "model.npz").write_bytes(content)
    with pytest.raises(ValueError, match=r"it has a layer elsewhere\.Moving; define"):
        Model.load(tmp_path / "model.npz")


class Unnamed(Leaky):
    settings = ()


class Required(Leaky):
    settings = ()

    def __init__(self, slope):
        super().__init__(slope)


class Shifted(Dense):
    """Learns, and has another number, which `configure` does not take."""

    def __init__(self):
        super().__init__(6, 6, 0)
        self.shift = 1.0

    def forward(self, X, rng=None):
        return super().forward(X) + self.shift


class Mean(CrossEntropy):
    pass


UNSAVED = {
    "a default for a setting": (lambda: with_layer(Unnamed(0.7)), "answer differently"),
    "no value for a setting": (lambda: with_layer(Required(0.7)), "argument: 'slope'"),
    "an attribute": (lambda: with_layer(Shifted()), "no attribute 'shift'"),
    "no number": (lambda: with_layer(Leaky(np.ones(6))), "ndarray is not JSON"),
    "a cost": (lambda: Model([Dense(5, 4, 0)], Mean(), 5), "cost is none of Quadratic"),
}


@pytest.mark.parametrize(("make", "word"), UNSAVED.values(), ids=UNSAVED)
def test_what_could_not_be_loaded_is_not_saved(make, word, tmp_path):
    with pytest.raises(ValueError, match=word):
        make().save(tmp_path / "model.npz")
    assert list(tmp_path.iterdir()) == []


def test_a_model_that_has_lost_its_way_is_saved_as_it_is(tmp_path):
    model = dense_model((5, 6, 4))
    model.weights[0][...] = np.nan
    model.save(tmp_path / "model.npz")
    assert np.isnan(Model.load(tmp_path / "model.npz").weights[0]).all()


GOOD = {"sizes": np.array([3, 2])}
GOOD |= {"weights_1": np.zeros((2, 3)), "biases_1": np.zeros(2)}
INTEGERS = {"weights_1": np.zeros((2, 3), int), "biases_1": np.zeros(2, int)}
NO_NETWORK = {
    "empty": b"",
    "text": b"<html>not found</html>",
    "half": packed(**GOOD)[:200],
    "no biases": packed(**{k: GOOD[k] for k in ("sizes", "weights_1")}),
    "shape": packed(**GOOD | {"weights_1": np.zeros((3, 2))}),
    "dtypes": packed(**GOOD | {"biases_1": np.zeros(2, np.float32)}),
    "integers": packed(**GOOD | INTEGERS),
    "sizes": packed(**GOOD | {"sizes": np.array(["a", "b"])}),
    "one size": packed(**GOOD | {"sizes": np.array(3)}),
    "objects": packed(**GOOD | {"biases_1": np.array([print, None])}),
    "a model": archive(),
}


def moved_directory():
    """An archive whose members would lie before the beginning of the file."""
    content = bytearray(archive())
    content[-4] = 1  # of the place of its directory, 2**16 bytes too far
    return bytes(content)


NO_MODEL = {
    "a network": packed(**GOOD),
    "members outside": moved_directory(),
    "text": b"<html>",
    "no description": archive(description=None),
    "no json": archive(description=np.frombuffer(b"{'", np.uint8)),
    "a list": archive(description=np.frombuffer(b"[]", np.uint8)),
    "deep": archive(description=np.frombuffer(b"[" * 100_000, np.uint8)),
    "no weights": archive(weights_1=None),
    "kind that nobody made": archive(lambda d: d["layers"].append({"kind": "no.Such"})),
    "shape": archive(weights_1=np.zeros((6, 7), np.float32)),
    "biases": archive(biases_1=np.zeros(7, np.float32)),
    "flat": archive(weights_1=np.zeros(6, np.float32)),
    "dtypes": archive(biases_1=np.zeros(6)),
    "unknown kind": archive(lambda d: d["layers"][1].update(kind="system")),
    "unknown setting": archive(lambda d: d["layers"][2].update(command="rm")),
    "impossible setting": archive(lambda d: d["layers"][2].update(keep=7)),
    "no layers": archive(lambda d: d.update(layers=[])),
    "layers of text": archive(lambda d: d.update(layers=["ReLU"])),
    "cost": archive(lambda d: d.update(cost="__class__")),
    "inputs": archive(lambda d: d.update(inputs=-1)),
}


def broken(number=3, arrays=(), **settings):
    """The file of `stacked`, its layer of that number with other settings."""

    def change(description):
        description["layers"][number - 1].update(settings)

    return archive(change, stacked(), **dict(arrays))


NORMAL = dense_model((5, 6, 4), batch_norm=True)
NO_MODEL |= {
    "no running means": archive(model=NORMAL, means_2=None),
    "too many running means": archive(model=NORMAL, means_2=np.ones(7, np.float32)),
    "running means of text": archive(model=NORMAL, means_2=np.array(["a"] * 6)),
    "double variances": archive(model=NORMAL, variances_2=np.ones(6)),
    "momentum": archive(lambda d: d["layers"][1].update(momentum=2), NORMAL),
}


def filters(*shape):
    return {"weights_3": np.ones(shape, np.float32)}


NO_MODEL |= {
    "filters of a dense layer": broken(arrays=filters(3, 18)),
    "no filters": broken(arrays=filters(0, 2, 3, 3)),
    "filters of no size": broken(arrays=filters(3, 2, 0, 3)),
    "filters too large": broken(arrays=filters(3, 2, 3, 8)),
    "other channels": broken(arrays=filters(3, 1, 3, 3)),
    "other biases": broken(arrays={"biases_3": np.ones(4, np.float32)}),
    "no weights of filters": broken(arrays={"weights_3": None}),
    "integers for filters": broken(arrays={"weights_3": np.ones((3, 2, 3, 3), int)}),
    "unknown setting of filters": broken(size=3),
    "no step": broken(stride=0),
    "steps of text": broken(stride="12"),
    "half a step": broken(stride=[1, 0.5]),
    "three steps": broken(stride=[1, 1, 1]),
    "nested": broken(padding=[[1, 1], [1, 1]]),
    "not a number": broken(padding=float("nan")),
    "padding below nothing": broken(padding=-1),
    "padding that changes the shape": broken(padding=9),
    "no stride": archive(lambda d: d["layers"][2].pop("stride"), stacked()),
    "a window too large": broken(5, size=[9, 9]),
    "a window of a dictionary": broken(5, size={"a": 1, "b": 2}),
    "another shape": broken(2, shape=[2, 35]),
    "a shape of text": broken(2, shape="257"),
    "a shape without numbers": broken(2, shape=[]),
    "a shape of nothing": broken(2, shape=None),
}


FILES = [(Network, name) for name in NO_NETWORK] + [(Model, name) for name in NO_MODEL]


@pytest.mark.parametrize(("kind", "name"), FILES)
def test_a_file_without_a_network_is_refused(tmp_path, kind, name):
    path, kinds = tmp_path / "bad.npz", kind.__name__
    path.write_bytes((NO_NETWORK if kind is Network else NO_MODEL)[name])
    told = rf"bad\.npz does not hold a {kinds.lower()}: .*{kinds}\.save has written"
    with pytest.raises(ValueError, match=told):
        kind.load(path)


NAMES = st.sampled_from(["kind", "shape", "size", "stride", "padding"])
PLAIN = st.none() | st.integers() | st.floats() | st.sampled_from(layers.__all__)
VALUES = st.recursive(PLAIN, lambda values: st.lists(values, max_size=4), max_leaves=8)


@settings(max_examples=100)
@given(number=st.integers(1, 10), name=NAMES, value=VALUES)
def test_no_setting_ends_in_anything_but_a_word(tmp_path_factory, number, name, value):
    path = tmp_path_factory.mktemp("settings") / "model.npz"
    path.write_bytes(broken(number, **{name: value}))
    try:
        Model.load(path)
    except ValueError as error:
        assert "does not hold a model" in str(error)  # noqa: PT017
