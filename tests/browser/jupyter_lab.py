"""JupyterLab in headless Chromium, on a machine of its own as far as it can tell."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import matplotlib
import nbformat
import pytest
from chromium import LOCAL, PATIENCE
from playwright.sync_api import Browser, ConsoleMessage, Page

ROOT = Path(__file__).parents[2]

# "Run All Cells" before a kernel is there asks for one, and runs nothing.
KERNEL_IS_READY = """() => {
  const context = window.jupyterapp?.shell?.currentWidget?.sessionContext;
  const kernel = context?.session?.kernel;
  return context?.isReady && kernel?.connectionStatus === 'connected'
    && kernel.status === 'idle';
}"""

ASK_KERNEL = """async expression => {
  const kernel = window.jupyterapp.shell.currentWidget.sessionContext.session.kernel;
  const request = kernel.requestExecute({
    code: '', store_history: false, user_expressions: { answer: expression },
  });
  const { answer } = (await request.done).content.user_expressions;
  return answer.data?.['text/plain'] ?? answer.evalue;
}"""


@contextmanager
def server(folder: Path) -> Iterator[str]:
    """Run JupyterLab on a folder, and yield its address."""
    home = folder.with_name("home")
    home.mkdir()
    with (home / "server.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "jupyterlab", *_options(folder)],
            env=_environment(home),
            stdout=log,
            stderr=log,
        )
        try:
            yield _address(process, home)
        finally:
            # Asked to end, it would wait for pages that are gone. Kernels end by
            # themselves when there is no server any more.
            process.kill()
            process.wait()


def _options(folder: Path) -> list[str]:
    return [
        *("--no-browser", "--allow-root", "--ip=127.0.0.1", "--port=0"),
        "--IdentityProvider.token=",
        f"--ServerApp.root_dir={folder}",
        f"--LabApp.app_settings_dir={ROOT / 'tools' / 'jupyterlab'}",
        "--LabApp.expose_app_in_browser=True",
        # Should nobody be left to end it, it ends itself: not between two tests.
        "--ServerApp.shutdown_no_activity_timeout=900",
        "--MappingKernelManager.cull_idle_timeout=120",
        "--MappingKernelManager.cull_interval=10",
    ]


def _environment(home: Path) -> dict[str, str]:
    """Environment variables with which nothing of this machine's user is touched."""
    variables = ("HOME", "IPYTHONDIR", "DIGITLIB_CACHE_DIR")
    variables += tuple(f"JUPYTER_{name}_DIR" for name in ("CONFIG", "DATA", "RUNTIME"))
    variables += ("JUPYTERLAB_SETTINGS_DIR", "JUPYTERLAB_WORKSPACES_DIR")
    environment = os.environ | {name: str(home / name.lower()) for name in variables}
    environment.pop("DIGITLIB_DATA_DIR", None)  # lessons run on the sample
    # Widgets send what has changed in the order of a set. With this seed, a pad's count
    # of what it has read comes before the reading, which is the harder order.
    # And to find all fonts anew takes seconds.
    same = {"PYTHONHASHSEED": "2", "MPLCONFIGDIR": matplotlib.get_cachedir()}
    return environment | same


def _address(process: subprocess.Popen, home: Path) -> str:
    """Wait until the server has written down where it is, and return that."""
    told = home / "jupyter_runtime_dir" / f"jpserver-{process.pid}.json"
    while process.poll() is None:
        try:
            return json.loads(told.read_text("utf-8"))["url"]
        except (OSError, ValueError):  # not there, or not written to its end
            time.sleep(0.1)
    log = (home / "server.log").read_text("utf-8", "replace")
    pytest.fail(f"JupyterLab ended:\n{log}", pytrace=False)


class Lab:
    """
    A window of JupyterLab, made for mouse and fingers.

    Attributes
    ----------
    folder : Path
        Where its notebooks lie.
    found : list of str
        Whatever is wrong with its pages, as it happens: what is asked of another
        machine, what is thrown, and what widgets complain of. Of its other parts
        JupyterLab may complain as it likes.
    """

    def __init__(self, browser: Browser, address: str, folder: Path) -> None:
        self.address, self.folder, self.found = address, folder, []
        self.window = browser.new_context(
            viewport={"width": 1100, "height": 1000}, has_touch=True
        )
        self.window.set_default_timeout(PATIENCE)
        self.window.on("request", lambda request: self._ask(request.url))
        self.window.on("console", self._listen)
        self.window.on("page", self._look)

    def run(self, notebook: Path) -> Page:
        """Open a notebook and run all of its cells."""
        page = self.window.new_page()
        page.goto(f"{self.address}doc/tree/{notebook.name}")
        command(page, "notebook:run-all-cells")
        return page

    def show(self, sample: str) -> Page:
        """Show one of tests/live/samples.py, as `figure`."""
        made = (
            f"import sys; sys.path.insert(0, {str(ROOT / 'tests' / 'live')!r})\n"
            f"from samples import {sample}; figure = {sample}(); figure"
        )
        notebook = nbformat.v4.new_notebook(
            cells=[nbformat.v4.new_code_cell(made)],
            metadata={"kernelspec": {"name": "python3", "display_name": "Python 3"}},
        )
        nbformat.write(notebook, self.folder / f"{sample}.ipynb")
        return self.run(self.folder / f"{sample}.ipynb")

    def _ask(self, url: str) -> None:
        sockets = self.address.replace("http", "ws", 1)
        if not url.startswith((self.address, sockets, *LOCAL)):
            self.found.append(f"asked for {url}")

    def _listen(self, message: ConsoleMessage) -> None:
        text = f"{message.text} ({message.location.get('url')})"
        if message.type == "error" and re.search("blob:|widget", text):
            self.found.append(text)

    def _look(self, page: Page) -> None:
        page.on("websocket", lambda socket: self._ask(socket.url))
        page.on("pageerror", lambda error: self.found.append(f"thrown: {error}"))


def command(page: Page, name: str, **options: str) -> None:
    """Have JupyterLab do something, once its kernel is ready, and wait for the end."""
    page.wait_for_function(KERNEL_IS_READY)
    run = "([name, options]) => window.jupyterapp.commands.execute(name, options)"
    page.evaluate(run, [name, options])


def expect_python(page: Page, expression: str, expected: str) -> None:
    """Wait until Python has this for an expression: keys reach it one by one."""
    for _ in range(PATIENCE // 100):
        if (found := python(page, expression)) == expected:
            return
        page.wait_for_timeout(100)
    pytest.fail(f"Python has {found} for {expression}, not {expected}")


def python(page: Page, expression: str) -> str:
    """Return what Python, in the notebook's kernel, has for an expression."""
    return page.evaluate(ASK_KERNEL, expression)
