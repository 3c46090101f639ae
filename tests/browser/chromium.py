"""Chromium without a window, with nothing of its own to ask the network for."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

pytest.importorskip("playwright", reason="needs playwright: pip install '.[browser]'")

from playwright.sync_api import Browser, expect, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
QUIET = (
    "--no-sandbox",  # in a container the tests run as root
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
LOCAL = ("data:", "blob:", "about:")  # addresses that are asked of no machine
PATIENCE = 60_000  # milliseconds; only ever waited for in full when something is broken
expect.set_options(timeout=PATIENCE)


@contextmanager
def browser() -> Iterator[Browser]:
    """Run Chromium, with nobody looking; skip the tests where there is none."""
    installed = filter(None, map(shutil.which, NAMES))
    path = os.environ.get("CHROMIUM") or next(installed, None)
    if path is None:
        pytest.skip("needs Chromium: install it, or set CHROMIUM to its path")
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=path, args=QUIET)
