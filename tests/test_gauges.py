"""Gauges against what can be worked out by hand, and on networks of every kind."""

import numpy as np
import pytest

from digitlib import Digits, Model, convolutional_model, dense_model, gauges, train
from digitlib.gradient_check import central_differences
from digitlib.initialisation import rnd_matrix, zeros_matrix
from digitlib.layers import Sigmoid
from digitlib.numerics import one_hot


def some_digits(n, seed=0):
    rng = np.random.default_rng(seed)
    labels = rng.integers(10, size=n)
    ink = rng.random((10, 784))[labels] + 0.3 * rng.random((n, 784))
    return Digits((ink / 1.3).astype(np.float32), labels)


def make(hidden=(30, 20), **settings):
    return dense_model((784, *hidden, 10), rng=1, mean=0.5, **settings)


def by_hand(model, X):
    """The hidden activations of a model of ReLUs."""
    A, said = X - 0.5, []
    for W, b in zip(model.weights[:-1], model.biases[:-1], strict=True):
        A = np.maximum(A @ W.T + b, 0)
        said.append(A)
    return said


def test_spreads_and_the_dead_are_those_of_the_activations():
    model, digits = make(), some_digits(40)
    model.biases[0][:7] = -100
    said = by_hand(model, digits.images)
    spreads = gauges.activation_spreads(model, digits)
    assert np.allclose(spreads, [A.std() for A in said], rtol=1e-4)
    dead = [np.mean(A.max(axis=0) == 0) for A in said]
    assert gauges.dead_shares(model, digits) == pytest.approx(dead)
    assert dead[0] >= 7 / 30


def test_a_layer_with_one_dead_neuron_in_four_says_so():
    model = make(hidden=(4,))
    model.biases[0][:] = 100, 100, -100, 100
    assert gauges.dead_shares(model, some_digits(9)) == [0.25]


def test_error_sizes_are_derivatives_by_the_sums():
    """A bias that is moved moves its neuron's sum, by as much, for one digit."""
    digits = some_digits(3)
    model = make().astype(np.float64)
    squares = np.zeros(2)
    for k in range(len(digits)):
        X, Y = digits.images[k : k + 1].astype(float), one_hot(digits.labels[k : k + 1])
        for layer, biases in enumerate(model.biases[:-1]):
            slopes = central_differences(
                lambda X=X, Y=Y: model.cost(X, Y), biases, range(len(biases))
            )
            squares[layer] += np.sum(slopes**2) / len(biases)
    expected = np.sqrt(squares / len(digits))
    assert np.allclose(gauges.error_sizes(model, digits), expected, rtol=1e-4)


def test_update_sizes_are_those_of_a_step():
    model, digits = make(l2=0.01), some_digits(20)
    before = [w.copy() for w in model.weights]
    sizes = gauges.update_sizes(model, digits, 0.3)
    for_weights, _ = model.gradients(digits.images, one_hot(digits.labels))
    for size, w, g in zip(sizes, before, for_weights, strict=True):
        moved = np.sqrt(np.sum((0.3 * g) ** 2) / np.sum(w**2))
        assert size == pytest.approx(moved, rel=1e-4)
    assert all(
        np.array_equal(*pair) for pair in zip(model.weights, before, strict=True)
    )


def test_from_zeros_the_first_weights_do_not_move_and_the_last_infinitely():
    sizes = gauges.update_sizes(
        make(hidden=(5,), initial=zeros_matrix), some_digits(5), 1
    )
    assert all(np.isnan(size) or size == np.inf for size in sizes)
    model = make(hidden=(5,), initial=zeros_matrix)
    assert gauges.loss(model, some_digits(5)) == pytest.approx(np.log(10))


def test_with_1_over_n_errors_and_spreads_fade_and_with_2_over_n_they_stay():
    digits, deep = some_digits(200), (100,) * 8
    fading, level = make(deep, initial=rnd_matrix), make(deep)
    for gauge, ends in (("activation_spreads", (0, -1)), ("error_sizes", (-1, 0))):
        first, last = (getattr(gauges, gauge)(fading, digits)[end] for end in ends)
        assert first > 6 * last
        first, last = (getattr(gauges, gauge)(level, digits)[end] for end in ends)
        assert first < 3 * last


def test_the_rate_finder_has_a_lowest_point_and_a_cliff():
    losses = gauges.loss_by_rate(make, some_digits(320), [1e-6, 0.1, 1e6])
    assert losses[1] < 0.7 * losses[0] < losses[2]
    assert losses[0] == pytest.approx(gauges.loss(make(), some_digits(320)), rel=1e-2)
    assert np.isinf(gauges.loss_by_rate(make, some_digits(64), [1e30])[0])


def test_twenty_are_learnt_by_heart_unless_the_neurons_are_dead():
    def dead():
        model = make()
        model.biases[0][:] = -1000
        return model

    assert gauges.loss_by_heart(make, some_digits(20), 0.1) < 0.05
    assert gauges.loss_by_heart(dead, some_digits(20), 0.1) > 1.5


@pytest.mark.parametrize(
    "model",
    [
        make(batch_norm=True),
        make(activation=Sigmoid),
        make(keep=0.5),
        make(dtype=np.float64),
        convolutional_model((2, 3)),
    ],
    ids=["batch normalisation", "sigmoid", "dropout", "double", "convolutions"],
)
def test_any_model_can_be_read_and_is_not_changed(model):
    digits = some_digits(6)
    before = model.feedforward(digits.images)
    for gauge in (gauges.activation_spreads, gauges.dead_shares, gauges.error_sizes):
        assert len(gauge(model, digits)) == 2
        assert np.isfinite(gauge(model, digits)).all()
    assert len(gauges.update_sizes(model, digits, 0.1)) == len(model.weights)
    assert np.isfinite(gauges.loss(model, digits))
    assert np.array_equal(model.feedforward(digits.images), before)


@pytest.mark.parametrize("gauge", [gauges.loss, gauges.dead_shares, gauges.error_sizes])
def test_no_digits_are_refused(gauge):
    model = make()
    with pytest.raises(ValueError, match="digits"):
        gauge(model, some_digits(3)[:0])
    with pytest.raises(ValueError, match="eta must be"):
        gauges.loss_by_heart(make, some_digits(3), 0)


def test_a_recorder_notes_what_passes_in_training_and_changes_nothing(tmp_path):
    digits, fresh, model = some_digits(50), make(), make()
    below, above = gauges.Recorder(), gauges.Recorder(highest=2)
    model.layers[3:3], model.layers[2:2] = [above], [below]
    for trained in (model, plain := make()):
        train(trained, digits, 2, batch_size=50, shuffle=False, report=None)
    assert all(map(np.array_equal, model.weights, plain.weights))

    A, *_ = by_hand(fresh, digits.images)
    assert np.array_equal(above.counts[0], np.histogram(A, np.linspace(0, 2, 41))[0])
    assert below.errors[0] == pytest.approx(gauges.error_sizes(fresh, digits)[0])
    later = make()
    train(later, digits, 1, batch_size=50, shuffle=False, report=None)
    assert below.errors[1] == pytest.approx(gauges.error_sizes(later, digits)[0])

    gauges.error_sizes(model, digits), model.accuracy(digits)
    assert len(above.counts) == len(above.errors) == len(below.errors) == 2
    model.save(tmp_path / "model.npz")
    assert Model.load(tmp_path / "model.npz").layers[4].highest == 2
