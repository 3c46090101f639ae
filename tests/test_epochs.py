"""The fused epoch against its specification and against a loop over samples."""

import _thread
import signal
import threading
import time
from contextlib import nullcontext

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from threadpoolctl import threadpool_info, threadpool_limits

from digitlib import Digits, Network, dense_model, load_mnist, one_hot, train
from digitlib.epochs import FusedEpochs, _FusedStep, plain_epoch
from helpers import digits, memory_below


def loop_over_samples(network, digits, batch_size, eta):
    """One epoch as the lecture writes it: sums over pairs of columns."""
    weights = [w.copy() for w in network.weights]
    biases = [b[:, None].copy() for b in network.biases]
    targets = one_hot(digits.labels, network.sizes[-1])
    pairs = zip(digits.images.astype(float), targets, strict=True)
    columns = [(x[:, None], y[:, None]) for x, y in pairs]
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
    return weights + [b[:, 0] for b in biases]


def fused_epochs(network, digits, batch_size, eta):
    arrays = network.weights, network.biases, digits.images, digits.labels
    return FusedEpochs(*arrays, batch_size, eta)


def furthest(network, parameters):
    pairs = zip(network.parameters, parameters, strict=True)
    return np.max([np.abs(a - b).max() for a, b in pairs])


@settings(max_examples=40)
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
    some = digits(n, sizes[0], sizes[-1], seed)
    some = Digits(some.images.astype(pixel_dtype), some.labels)
    plain = Network(sizes, rng=seed, dtype=dtype)
    for biases in plain.biases:
        biases += 0.5
    fused = plain.astype(dtype)
    order = np.random.default_rng(seed).permutation(n) if shuffled else None
    plain_epoch(plain, some.images, some.labels, batch_size, eta, order)
    fused_epochs(fused, some, batch_size, eta).run(order)
    tolerance = 1e-12 if dtype == np.float64 else 2e-4
    assert furthest(fused, plain.parameters) < tolerance


@pytest.mark.parametrize("n", [400, 407, 4000])
def test_one_epoch_of_mnist_is_the_loop_over_samples(n):
    train = load_mnist().train[:n]
    network = Network((784, 40, 10), dtype=np.float64)
    expected = loop_over_samples(network, train, 10, 0.1)
    network.sgd(train, epochs=1, report=None)
    assert furthest(network, expected) < 1e-10


def test_strided_and_read_only_images_are_taken():
    some = digits(30, 20, 3)
    wide = np.zeros((60, 40), np.float32)
    wide[::2, ::2] = some.images
    strided = Digits(wide[::2, ::2], some.labels)
    strided.images.flags.writeable = False
    networks = [Network((20, 4, 3)), Network((20, 4, 3))]
    networks[0].sgd(some, epochs=2, report=None)
    networks[1].sgd(strided, epochs=2, report=None)
    assert furthest(networks[0], networks[1].parameters) == 0


def test_shuffling_visits_every_sample_in_an_order_that_a_seed_repeats():
    some = digits(50)
    runs = [Network((8, 5, 3), rng=1) for _ in range(4)]
    orders = [*map(np.random.default_rng, (3, 3, 4)), False]
    for run, shuffle in zip(runs, orders, strict=True):
        run.sgd(some, epochs=2, shuffle=shuffle, report=None)
    assert furthest(runs[0], runs[1].parameters) == 0
    assert furthest(runs[0], runs[2].parameters) > 0
    assert furthest(runs[0], runs[3].parameters) > 0


def test_the_callers_data_is_not_changed():
    some = digits(50)
    images, labels = some.images.copy(), some.labels.copy()
    Network((8, 5, 3)).sgd(some, epochs=2, shuffle=True, report=None)
    assert np.array_equal(images, some.images)
    assert np.array_equal(labels, some.labels)


def test_the_history_tells_what_happened():
    train, test = digits(50), digits(7, seed=1)
    network, lines = Network((8, 5, 3)), []
    history = network.sgd(train, epochs=3, test=test, report=lines.append)
    assert history.epochs == [1, 2, 3]
    assert history.test_size == 7
    assert history.test_correct[-1] == network.evaluate(test)
    assert history.test_accuracy[-1] == network.accuracy(test)
    assert len(history.seconds) == 3
    results = enumerate(history.test_correct, start=1)
    assert lines == [f"Epoch {k:2}: {correct} / 7" for k, correct in results]


def by_sgd(report):
    Network((8, 5, 3)).sgd(digits(50), epochs=1, report=report)


def by_train(report):
    train(dense_model((8, 3)), digits(50), epochs=1, report=report)


@pytest.mark.parametrize("failure", [None, ZeroDivisionError])
@pytest.mark.parametrize("learn", [by_sgd, by_train])
def test_blas_runs_on_one_thread_and_the_callers_setting_returns(learn, failure):
    def threads():
        return [p["num_threads"] for p in threadpool_info() if p["user_api"] == "blas"]

    def report(line):
        seen.extend(threads())
        if failure:
            raise failure

    seen = []
    with threadpool_limits(2, user_api="blas"):
        before = threads()
        with pytest.raises(failure) if failure else nullcontext():
            learn(report)
        assert threads() == before
    assert set(seen) == {1}


def test_ctrl_c_ends_training_soon_and_the_handler_returns():
    some = digits(4000, 784, 10)
    handler = signal.getsignal(signal.SIGINT)
    timer = threading.Timer(0.2, _thread.interrupt_main)
    timer.start()
    start = time.perf_counter()
    with pytest.raises(KeyboardInterrupt):
        Network().sgd(some, epochs=100_000, report=None)
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
    some = digits(1000, 20, 4)
    network = Network((20, 6, 4), dtype=np.float64)
    twin = network.astype(np.float64)
    blocks = pressed_during(2)
    with pytest.raises(KeyboardInterrupt):
        network.sgd(some, epochs=1, eta=0.5, report=None)
    seen = sum(blocks)
    assert seen == 400
    plain_epoch(twin, some.images[:seen], some.labels[:seen], 10, 0.5)
    assert furthest(network, twin.parameters) < 1e-12


@pytest.mark.parametrize(("number", "epochs"), [(2, []), (5, []), (6, [1]), (10, [1])])
def test_ctrl_c_ends_training_where_a_handler_raises_nothing(
    pressed_during, deaf_handler, number, epochs
):
    some, lines = digits(1000, 20, 4), []
    blocks = pressed_during(number)
    network = Network((20, 6, 4))
    history = network.sgd(some, epochs=3, test=some, report=lines.append)
    assert len(blocks) == number
    assert deaf_handler == [signal.SIGINT]
    assert history.epochs == epochs
    told = history.test_correct, history.seconds, lines
    assert {len(each) for each in told} == {len(epochs)}


def test_in_another_thread_training_works_as_well():
    network, some = Network((8, 5, 3)), digits(50)
    twin = network.astype(np.float32)
    thread = threading.Thread(target=network.sgd, args=(some, 2, 10, 0.1))
    thread.start()
    thread.join()
    twin.sgd(some, epochs=2, report=None)
    assert furthest(network, twin.parameters) == 0


@pytest.mark.parametrize("shuffle", [False, True])
def test_training_takes_little_memory_beside_the_images(shuffle):
    some = digits(5000, 784, 10)
    network = Network()
    with memory_below(0.3 * some.images.nbytes):
        network.sgd(some, epochs=1, shuffle=shuffle, report=None)
