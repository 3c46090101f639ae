"""The fused epoch against its specification and against a loop over samples."""

import _thread
import signal
import threading
import time
import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from threadpoolctl import threadpool_info, threadpool_limits

from digitlib import Digits, Network, load_mnist, one_hot
from digitlib.epochs import FusedEpochs, _FusedStep, plain_epoch


def random_digits(n, inputs, classes, dtype=np.float32, seed=0):
    rng = np.random.default_rng(seed)
    return Digits(rng.random((n, inputs)).astype(dtype), rng.integers(0, classes, n))


def loop_over_samples(network, digits, batch_size, eta):
    """One epoch as the lecture writes it: sums over pairs of columns."""
    weights = [w.copy() for w in network.weights]
    biases = [b[:, None].copy() for b in network.biases]
    columns = [
        (x[:, None].astype(float), y[:, None])
        for x, y in zip(
            digits.images, one_hot(digits.labels, network.sizes[-1]), strict=True
        )
    ]
    for start in range(0, len(columns), batch_size):
        batch = columns[start : start + batch_size]
        weight_sums = [np.zeros_like(w) for w in weights]
        bias_sums = [np.zeros_like(b) for b in biases]
        for x, y in batch:
            activations, slopes = [x], []
            for w, b in zip(weights, biases, strict=True):
                a = 1 / (1 + np.exp(-(w @ activations[-1] + b)))
                activations.append(a)
                slopes.append(a * (1 - a))
            error = (activations[-1] - y) * slopes[-1]
            for layer in reversed(range(len(weights))):
                weight_sums[layer] += error @ activations[layer].T
                bias_sums[layer] += error
                if layer:
                    error = (weights[layer].T @ error) * slopes[layer - 1]
        for layer in range(len(weights)):
            weights[layer] -= eta / len(batch) * weight_sums[layer]
            biases[layer] -= eta / len(batch) * bias_sums[layer]
    return weights, [b[:, 0] for b in biases]


def fused_epochs(network, digits, batch_size, eta):
    arrays = network.weights, network.biases, digits.images, digits.labels
    return FusedEpochs(*arrays, batch_size, eta)


def furthest(network, weights, biases):
    ours = (*network.weights, *network.biases)
    return max(
        np.abs(a - b).max() for a, b in zip(ours, (*weights, *biases), strict=True)
    )


@settings(max_examples=40, deadline=None)
@given(
    sizes=st.lists(st.integers(1, 9), min_size=2, max_size=6),
    n=st.integers(1, 60),
    batch_size=st.integers(1, 25),
    eta=st.floats(0.01, 3),
    dtype=st.sampled_from([np.float32, np.float64]),
    pixel_dtype=st.sampled_from([np.float16, np.float32, np.float64]),
    shuffled=st.booleans(),
    seed=st.integers(0, 99),
)
def test_fused_is_plain(sizes, n, batch_size, eta, dtype, pixel_dtype, shuffled, seed):
    batch_size = min(batch_size, n)
    digits = random_digits(n, sizes[0], sizes[-1], pixel_dtype, seed)
    plain = Network(sizes, rng=seed, dtype=dtype)
    for biases in plain.biases:
        biases += 0.5
    fused = plain.astype(dtype)
    order = np.random.default_rng(seed).permutation(n) if shuffled else None
    plain_epoch(plain, digits.images, digits.labels, batch_size, eta, order)
    fused_epochs(fused, digits, batch_size, eta).run(order)
    tolerance = 1e-12 if dtype == np.float64 else 2e-4
    assert furthest(fused, plain.weights, plain.biases) < tolerance


@pytest.mark.parametrize("n", [400, 407])
def test_one_epoch_is_the_loop_over_samples(n):
    digits = random_digits(n, 784, 10)
    network = Network((784, 40, 10), dtype=np.float64)
    weights, biases = loop_over_samples(network, digits, 10, 0.1)
    network.sgd(digits, epochs=1, report=None)
    assert furthest(network, weights, biases) < 1e-10


@pytest.mark.full_mnist
@pytest.mark.slow
def test_one_epoch_of_mnist_is_the_loop_over_samples():
    train = load_mnist().train
    network = Network((784, 40, 10), dtype=np.float64)
    weights, biases = loop_over_samples(network, train, 10, 0.1)
    network.sgd(train, epochs=1, report=None)
    assert furthest(network, weights, biases) < 1e-10


def test_strided_and_read_only_images_are_taken():
    digits = random_digits(30, 20, 3)
    wide = np.zeros((60, 40), np.float32)
    wide[::2, ::2] = digits.images
    strided = Digits(wide[::2, ::2], digits.labels)
    strided.images.flags.writeable = False
    networks = [Network((20, 4, 3)), Network((20, 4, 3))]
    networks[0].sgd(digits, epochs=2, report=None)
    networks[1].sgd(strided, epochs=2, report=None)
    assert furthest(networks[0], networks[1].weights, networks[1].biases) == 0


def test_shuffling_visits_every_sample_in_an_order_that_a_seed_repeats():
    digits = random_digits(50, 8, 3)
    runs = [Network((8, 5, 3), rng=1) for _ in range(4)]
    orders = [*map(np.random.default_rng, (3, 3, 4)), False]
    for run, shuffle in zip(runs, orders, strict=True):
        run.sgd(digits, epochs=2, shuffle=shuffle, report=None)
    assert furthest(runs[0], runs[1].weights, runs[1].biases) == 0
    assert furthest(runs[0], runs[2].weights, runs[2].biases) > 0
    assert furthest(runs[0], runs[3].weights, runs[3].biases) > 0


def test_the_callers_data_is_not_changed():
    digits = random_digits(50, 8, 3)
    images, labels = digits.images.copy(), digits.labels.copy()
    Network((8, 5, 3)).sgd(digits, epochs=2, shuffle=True, report=None)
    assert np.array_equal(images, digits.images)
    assert np.array_equal(labels, digits.labels)


def test_the_history_tells_what_happened():
    train, test = random_digits(50, 8, 3), random_digits(7, 8, 3, seed=1)
    network, lines = Network((8, 5, 3)), []
    history = network.sgd(train, epochs=3, test=test, report=lines.append)
    assert history.epochs == [1, 2, 3]
    assert history.test_size == 7
    assert history.test_correct[-1] == network.evaluate(test)
    assert history.test_accuracy[-1] == network.accuracy(test)
    assert len(history.seconds) == 3
    assert lines == [
        f"Epoch {k:2}: {correct} / 7"
        for k, correct in zip(history.epochs, history.test_correct, strict=True)
    ]


def blas_threads():
    return [
        pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"
    ]


@pytest.mark.parametrize("failure", [None, ZeroDivisionError])
def test_blas_runs_on_one_thread_and_the_callers_setting_returns(failure):
    seen = []

    def report(line):
        seen.append(blas_threads())
        if failure:
            raise failure

    with threadpool_limits(2, user_api="blas"):
        before = blas_threads()
        try:
            Network((8, 5, 3)).sgd(random_digits(50, 8, 3), epochs=1, report=report)
        except ZeroDivisionError:
            assert failure
        assert blas_threads() == before
    assert set(seen[0]) == {1}


def test_ctrl_c_ends_training_soon_and_the_handler_returns():
    digits = random_digits(4000, 784, 10)
    handler = signal.getsignal(signal.SIGINT)
    timer = threading.Timer(0.2, _thread.interrupt_main)
    timer.start()
    start = time.perf_counter()
    with pytest.raises(KeyboardInterrupt):
        Network().sgd(digits, epochs=100_000, report=None)
    assert time.perf_counter() - start < 10
    assert signal.getsignal(signal.SIGINT) is handler


@pytest.fixture
def pressed_during(monkeypatch):
    """Have Ctrl-C pressed during a block of 200 samples; the blocks are collected."""
    train, blocks = _FusedStep.train, []

    def press_during(number):
        def train_and_press(step, rows, eta):
            blocks.append(rows)
            if len(blocks) == number:
                signal.raise_signal(signal.SIGINT)
            train(step, rows, eta)

        monkeypatch.setattr(_FusedStep, "train", train_and_press)
        return blocks

    return press_during


def test_ctrl_c_leaves_the_weights_of_the_last_whole_batch(pressed_during):
    digits = random_digits(1000, 20, 4)
    network = Network((20, 6, 4), dtype=np.float64)
    twin = network.astype(np.float64)
    blocks = pressed_during(2)
    with pytest.raises(KeyboardInterrupt):
        network.sgd(digits, epochs=1, eta=0.5, report=None)
    seen = sum(blocks)
    assert seen == 400
    plain_epoch(twin, digits.images[:seen], digits.labels[:seen], 10, 0.5)
    assert furthest(network, twin.weights, twin.biases) < 1e-12


@pytest.mark.parametrize(("number", "epochs"), [(2, []), (5, []), (6, [1]), (10, [1])])
def test_ctrl_c_ends_training_where_a_handler_raises_nothing(
    pressed_during, deaf_handler, number, epochs
):
    digits, lines = random_digits(1000, 20, 4), []
    blocks = pressed_during(number)
    network = Network((20, 6, 4))
    history = network.sgd(digits, epochs=3, test=digits, report=lines.append)
    assert len(blocks) == number
    assert deaf_handler == [signal.SIGINT]
    assert history.epochs == epochs
    assert (
        len(history.test_correct) == len(history.seconds) == len(lines) == len(epochs)
    )


def test_in_another_thread_training_works_as_well():
    network, digits = Network((8, 5, 3)), random_digits(50, 8, 3)
    twin = network.astype(np.float32)
    thread = threading.Thread(target=network.sgd, args=(digits, 2, 10, 0.1))
    thread.start()
    thread.join()
    twin.sgd(digits, epochs=2, report=None)
    assert furthest(network, twin.weights, twin.biases) == 0


@pytest.mark.parametrize("shuffle", [False, True])
def test_training_takes_little_memory_beside_the_images(shuffle):
    digits = random_digits(5000, 784, 10)
    network = Network()
    tracemalloc.start()
    try:
        network.sgd(digits, epochs=1, shuffle=shuffle, report=None)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 0.3 * digits.images.nbytes
