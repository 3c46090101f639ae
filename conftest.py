"""What all tests share: no network, a Ctrl-C that arrives, patience for examples."""

import os
import signal

import pytest
from hypothesis import settings

pytest_plugins = ["pytester"]

# Nothing listens there, so whatever is asked of the network fails at once. A test that
# needs a server starts one on this machine.
NOWHERE = "http://127.0.0.1:9"

# A busy machine is no error: how long an example takes depends on what else runs.
settings.register_profile("course", deadline=None)
settings.load_profile("course")


def pytest_configure() -> None:
    """Keep the tests off the network, and let Ctrl-C reach them."""
    # What a shell starts in its background is deaf to Ctrl-C, and Python leaves it so.
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    for scheme in ("http", "https"):
        for name in (f"{scheme}_proxy", f"{scheme}_proxy".upper()):
            os.environ[name] = NOWHERE
    for name in ("no_proxy", "NO_PROXY"):
        os.environ[name] = "localhost,127.0.0.1"


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip a test that is marked as needing the whole MNIST where it is not."""
    if item.get_closest_marker("full_mnist"):
        from digitlib.data.lesson_data import prepare  # loads NumPy

        if not prepare()[0]:
            pytest.skip("needs the whole MNIST")
