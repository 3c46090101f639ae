"""The search: its ranking, in this process, in others, and on a Dask cluster."""

import itertools
import os
from collections import Counter

import numpy as np
import pytest
from scipy import stats

from digitlib import load_mnist
from digitlib.hyperparameters import Trial, draw_candidates, log_uniform, search
from digitlib.model import dense_model
from digitlib.optimizers import Momentum
from digitlib.schedules import warm_up
from digitlib.training import train
from helpers import refuses

GRID = itertools.product((4, 16), (0.002, 0.05, 0.2))
CANDIDATES = [{"hidden": hidden, "peak": peak} for hidden, peak in GRID]


def score(training, validation, hidden, peak):
    """A short training; its validation accuracy."""
    model = dense_model((784, hidden, 10))
    train(
        model, training, epochs=2, eta=warm_up(peak), optimizer=Momentum(), report=None
    )
    return model.accuracy(validation)


@pytest.fixture(scope="module")
def data():
    mnist = load_mnist()
    return mnist.train[:600], mnist.validation[:300]


@pytest.fixture(scope="module")
def ranking(data):
    return search(score, CANDIDATES, data)


def test_the_ranking_is_that_of_a_plain_loop(ranking, data):
    scores = [score(*data, **settings) for settings in CANDIDATES]
    order = sorted(range(6), key=lambda k: -scores[k])
    assert ranking == [Trial(CANDIDATES[k], scores[k]) for k in order]
    assert ranking[0].score > ranking[-1].score


def test_processes_give_the_same_ranking(ranking, data):
    assert search(score, CANDIDATES, data, jobs=2) == ranking


@pytest.mark.slow
def test_a_dask_cluster_gives_the_same_ranking(ranking, data):
    distributed = pytest.importorskip(
        "distributed", reason="the extra 'cluster' is not installed"
    )
    import joblib

    cluster = distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None
    )
    with cluster, distributed.Client(cluster) as client, joblib.parallel_config("dask"):
        workers = client.run(os.getpid).values()
        assert search(os.getpid, [{}])[0].score in workers
        assert search(score, CANDIDATES, data) == ranking


def test_equal_scores_stay_in_order_and_the_best_come_first():
    candidates = [{"a": a} for a in (3, 1, 2, 5)]
    found = search(lambda a: a % 2, candidates)
    assert [trial.settings["a"] for trial in found] == [3, 1, 5, 2]


def test_settings_are_copied_and_may_come_from_a_generator():
    found = search(lambda base, a: base + a, ({"a": a} for a in range(3)), data=(10,))
    assert [trial.score for trial in found] == [12, 11, 10]


def test_an_empty_list_of_candidates_is_told():
    with pytest.raises(ValueError, match="nothing to try"):
        search(np.sum, [])


def test_candidates_are_drawn_from_their_distributions():
    drawn = draw_candidates(4000, 1, peak=log_uniform(0.01, 1), hidden=[30, 100, 300])
    peaks = np.array([one["peak"] for one in drawn])
    evenly = stats.uniform(np.log(0.01), np.log(100))
    assert stats.kstest(np.log(peaks), evenly.cdf).pvalue > 0.01
    hidden, counts = np.unique([one["hidden"] for one in drawn], return_counts=True)
    assert list(hidden) == [30, 100, 300]
    assert stats.chisquare(counts).pvalue > 0.01
    pairs = Counter((one["peak"] < 0.1, one["hidden"]) for one in drawn)
    table = [[pairs[small, h] for h in hidden] for small in (True, False)]
    assert stats.chi2_contingency(table).pvalue > 0.01  # neither tells of the other


def test_a_seed_draws_the_same_candidates_and_more_of_them():
    settings = {
        "peak": log_uniform(0.01, 1),
        "moved": (True, False),
        "hidden": range(9),
    }
    some, more = (draw_candidates(count, 3, **settings) for count in (4, 9))
    assert more[:4] == some == draw_candidates(4, np.random.default_rng(3), **settings)
    assert draw_candidates(9, 4, **settings) != more
    assert list(some[0]) == list(settings)
    assert [type(value) for value in some[0].values()] == [float, bool, int]


test_what_cannot_be_drawn_is_refused = refuses(
    (lambda: log_uniform(0, 1), "low must be a finite number above 0"),
    (lambda: log_uniform(1, 1), "low must be below high"),
    (lambda: draw_candidates(0, 0, a=[1]), "count must be an integer of at least 1"),
    (lambda: draw_candidates(1, None, a=[1]), "rng must be a seed"),
    (lambda: draw_candidates(1, 0), "no settings to draw"),
    (lambda: draw_candidates(1, 0, a=[]), "a must list its values, .* not \\[\\]"),
    (lambda: draw_candidates(1, 0, a=0.1), "a must list its values, .* not 0.1"),
    (lambda: draw_candidates(1, 0, a="tanh"), "a must list its values"),
)
