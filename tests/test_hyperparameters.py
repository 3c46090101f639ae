"""The search: its ranking, in this process, in others, and on a Dask cluster."""

import itertools
import os

import numpy as np
import pytest

from digitlib import load_mnist
from digitlib.hyperparameters import Trial, search
from digitlib.model import dense_model
from digitlib.optimizers import Momentum
from digitlib.schedules import warm_up
from digitlib.training import train

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
