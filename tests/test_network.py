"""The network: its arithmetic against loops, and its arguments."""

import numpy as np
import pytest

from digitlib import Digits, Network, load_mnist, one_hot


@pytest.fixture
def digits():
    """Eleven tiny images of six pixels, four classes: no two sizes are equal."""
    rng = np.random.default_rng(5)
    images = rng.random((11, 6), dtype=np.float32)
    return Digits(images, rng.integers(0, 4, 11))


def small(dtype=np.float64, rng=1):
    network = Network((6, 5, 4), rng=rng, dtype=dtype)
    for biases in network.biases:
        biases += np.linspace(-1, 1, len(biases)).astype(dtype)
    return network


def test_shapes_dtypes_and_parameters_of_the_lectures_network():
    network = Network()
    assert [w.shape for w in network.weights] == [(40, 784), (10, 40)]
    assert [b.shape for b in network.biases] == [(40,), (10,)]
    assert {a.dtype for a in (*network.weights, *network.biases)} == {
        np.dtype(np.float32)
    }
    assert network.parameter_count == 31_810


def test_initial_weights_have_variance_one_over_inputs():
    network = Network((400, 300, 10), rng=3)
    for weights in network.weights:
        inputs = weights.shape[1]
        assert weights.var() * inputs == pytest.approx(1, abs=0.1)
    assert not any(biases.any() for biases in network.biases)


def test_seeds_repeat_and_generators_are_used_up():
    first, again = Network(rng=7), Network(rng=7)
    assert np.array_equal(first.weights[0], again.weights[0])
    generator = np.random.default_rng(7)
    one, other = Network(rng=generator), Network(rng=generator)
    assert np.array_equal(one.weights[0], first.weights[0])
    assert not np.array_equal(one.weights[0], other.weights[0])


def test_both_precisions_start_from_the_same_numbers():
    double, single = Network(dtype=np.float64), Network(dtype=np.float32)
    assert np.array_equal(double.weights[0].astype(np.float32), single.weights[0])


def test_feedforward_is_the_equation_neuron_by_neuron(digits):
    network = small()
    for x, outputs in zip(
        digits.images, network.feedforward(digits.images), strict=True
    ):
        a = x.astype(float)
        for weights, biases in zip(network.weights, network.biases, strict=True):
            a = np.array(
                [
                    1 / (1 + np.exp(-(w @ a + b)))
                    for w, b in zip(weights, biases, strict=True)
                ]
            )
        np.testing.assert_allclose(outputs, a, rtol=1e-12)


def test_evaluate_counts_and_accuracy_divides(digits):
    network = small()
    outputs = network.feedforward(digits.images)
    expected = sum(
        max(range(4), key=lambda j: row[j]) == label
        for row, label in zip(outputs, digits.labels, strict=True)
    )
    assert network.evaluate(digits) == expected
    assert network.accuracy(digits) == expected / 11
    assert network.predict(digits.images).shape == (11,)


def test_cost_is_half_the_mean_squared_distance(digits):
    network, Y = small(), one_hot(digits.labels, 4)
    total = sum(
        0.5 * np.sum((a - y) ** 2)
        for a, y in zip(network.feedforward(digits.images), Y, strict=True)
    )
    assert network.cost(digits.images, Y) == pytest.approx(total / 11)


def test_gradients_are_the_mean_over_single_samples(digits):
    network, Y = small(), one_hot(digits.labels, 4)
    whole = network.gradients(digits.images, Y)
    single = [
        network.gradients(digits.images[k : k + 1], Y[k : k + 1]) for k in range(11)
    ]
    for kind in (0, 1):
        for layer in (0, 1):
            mean = np.mean([gradients[kind][layer] for gradients in single], axis=0)
            np.testing.assert_allclose(whole[kind][layer], mean, atol=1e-15)


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        ({"sizes": (784,)}, "layer"),
        ({"sizes": 784}, "sizes"),
        ({"sizes": (784, 0, 10)}, "layer size"),
        ({"sizes": (784, 1.5, 10)}, "layer size"),
        ({"sizes": (784, True, 10)}, "layer size"),
        ({"dtype": np.float16}, "dtype"),
        ({"dtype": "int"}, "dtype"),
        ({"dtype": "no such type"}, "dtype"),
        ({"rng": "seed"}, "rng"),
        ({"rng": None}, "rng"),
        ({"rng": -1}, "rng"),
    ],
)
def test_wrong_arguments_of_the_constructor(arguments, word):
    with pytest.raises(ValueError, match=word):
        Network(**arguments)


@pytest.mark.parametrize(
    ("X", "word"),
    [
        (np.zeros((3, 5)), "shape"),
        (np.zeros(6), "shape"),
        (np.zeros((3, 6), np.uint8), "uint8"),
        ([[0.0] * 6, [0.0] * 5], "length"),
        ("text", "shape"),
    ],
)
def test_wrong_inputs_of_feedforward(X, word):
    with pytest.raises(ValueError, match=word):
        small().feedforward(X)


def test_targets_must_match_the_samples(digits):
    with pytest.raises(ValueError, match="11 rows and Y 3"):
        small().gradients(digits.images, np.zeros((3, 4)))
    with pytest.raises(ValueError, match=r"Y has shape \(11, 10\)"):
        small().cost(digits.images, np.zeros((11, 10)))
    with pytest.raises(ValueError, match="at least 1"):
        small().cost(np.zeros((0, 6)), np.zeros((0, 4)))


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"epochs": 0}, "epochs"),
        ({"epochs": 1.0}, "epochs"),
        ({"batch_size": 0}, "batch_size"),
        ({"batch_size": 12}, "only 11 samples"),
        ({"eta": 0}, "eta"),
        ({"eta": float("nan")}, "eta"),
        ({"eta": "fast"}, "eta"),
        ({"shuffle": "yes"}, "shuffle"),
        ({"shuffle": 0}, "shuffle must be True, False or a numpy Generator, not 0"),
        ({"shuffle": 1}, "shuffle must be"),
        ({"shuffle": None}, "shuffle must be"),
        ({"test": [1, 2]}, "test must have .images"),
    ],
)
def test_wrong_arguments_of_sgd(digits, changes, word):
    network = small()
    before = [w.copy() for w in network.weights]
    with pytest.raises(ValueError, match=word):
        network.sgd(digits, **{"epochs": 1, "report": None, **changes})
    assert all(
        np.array_equal(w, b) for w, b in zip(network.weights, before, strict=True)
    )


class Bare:
    """Images and labels that nobody has looked at."""

    def __init__(self, images, labels):
        self.images, self.labels = images, labels


@pytest.mark.parametrize(
    ("images", "labels", "word"),
    [
        (np.zeros((2, 6)), np.array([0, 4]), "between 0 and 3; found 0 to 4"),
        (np.zeros((2, 6)), np.array([-1, 0]), "found -1 to 0"),
        (np.zeros((2, 6)), np.array([0.0, 1.0]), "integers"),
        (np.zeros((2, 6)), np.array([0, 1, 2]), "2 images but 3 labels"),
        (np.zeros((0, 6)), np.array([], int), "empty"),
        (np.zeros((2, 7)), np.array([0, 1]), "shape"),
        (np.zeros((2, 6), int), np.array([0, 1]), "int64"),
    ],
)
def test_wrong_training_data(images, labels, word):
    with pytest.raises(ValueError, match=word):
        small().sgd(Bare(images, labels), epochs=1, report=None)


@pytest.mark.full_mnist
@pytest.mark.slow
def test_the_lectures_run_gets_its_result_for_ten_seeds():
    mnist = load_mnist()
    for seed in range(10):
        network = Network((784, 40, 10), rng=seed)
        history = network.sgd(mnist.train, test=mnist.test, report=None)
        assert history.epochs == list(range(1, 31))
        assert 0.954 <= history.test_accuracy[-1] <= 0.960, seed
