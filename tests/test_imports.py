"""What is slow to import is imported when it is needed, and then in good time."""

import pytest

from helpers import python

SLOW = "scipy matplotlib IPython joblib anywidget tqdm threadpoolctl ssl http.client"


def printed(code):
    """What a fresh process prints."""
    return python("-c", code, check=True).stdout.split()


NEEDED = {
    "digitlib, digitlib.metrics, digitlib.pictures.embedding": set(),
    "digitlib.pictures.plots": {"matplotlib"},
}


@pytest.mark.parametrize(("modules", "needed"), NEEDED.items())
def test_what_is_slow_to_import_is_left_out(modules, needed):
    loaded = printed(f"import sys, {modules}; print(*sys.modules)")
    assert set(SLOW.split()) & set(loaded) == needed


def test_the_first_training_of_a_process_has_every_blas_on_one_thread():
    """SciPy brings a BLAS of its own, and is imported by then."""
    code = """
import threadpoolctl
from digitlib import Digits, Network
import numpy as np
def pools(line=None):
    return [p["num_threads"] for p in threadpoolctl.threadpool_info()]
digits = Digits(np.ones((20, 4), np.float32), np.zeros(20, int))
Network((4, 3, 2)).sgd(digits, epochs=1, report=lambda line: print(*pools()))
"""
    threads = printed(code)
    assert len(threads) == 2
    assert set(threads) == {"1"}
