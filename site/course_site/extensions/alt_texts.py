"""Sphinx extension: every image must have been described."""

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util import logging

LOG = logging.getLogger(__name__)


def demand_alt_texts(app: Sphinx, doctree: nodes.document) -> None:
    """Warn of an image that nobody has described."""
    for image in doctree.findall(nodes.image):
        if not image.get("alt", "").strip():
            LOG.warning(
                "image without alt text: %s",
                image.get("uri"),
                location=(app.env.docname, _line(image)),
                type="course",
            )


def _line(node: nodes.Node | None) -> int | None:
    """Return the line of the innermost element around a node that knows its line."""
    while node is not None and not node.line:  # MyST says 0 of what is in a text
        node = node.parent
    return node and node.line


def setup(app: Sphinx) -> dict:
    """Connect to Sphinx."""
    app.connect("doctree-read", demand_alt_texts)
    return {"parallel_read_safe": True, "version": "1"}
