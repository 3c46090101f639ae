"""What is slow to import is imported when it is needed, and then in good time."""

import subprocess
import sys

import pytest

SLOW = "scipy matplotlib IPython joblib anywidget tqdm threadpoolctl ssl http.client"


def printed(code):
    """What a fresh process prints."""
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return done.stdout.split()


@pytest.mark.parametrize(
    ("module", "needed"),
    [
        ("digitlib", ""),
        ("digitlib.metrics", ""),
        ("digitlib.pictures.embedding", ""),
        ("digitlib.pictures.plots", "matplotlib"),
    ],
)
def test_what_is_slow_to_import_is_left_out(module, needed):
    code = (
        f"import sys, {module}; print(*[m for m in {SLOW.split()} if m in sys.modules])"
    )
    assert printed(code) == needed.split()


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
