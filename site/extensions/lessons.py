"""Sphinx extension: anchors as Jupyter makes them, alt texts kept and demanded."""

from docutils import nodes
from myst_nb.core.render import MimeData, NbElementRenderer
from sphinx.application import Sphinx
from sphinx.util import logging

LOG = logging.getLogger(__name__)
_render_image = NbElementRenderer.render_image


def slug(title: str) -> str:
    """Return the anchor of a heading, as JupyterLab makes it."""
    return title.strip().replace(" ", "-")


def render_image(renderer: NbElementRenderer, data: MimeData) -> list[nodes.Element]:
    """Return an image with the description that `digitlib.pictures.plots.show` has stored.

    MyST-NB itself passes on the size alone, and offers no other place to change that.
    """
    images = _render_image(renderer, data)
    alt = data.output_metadata.get(data.mime_type, {}).get("alt")
    if alt:
        images[0]["alt"] = alt
    return images


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
    NbElementRenderer.render_image = render_image
    app.connect("doctree-read", demand_alt_texts)
    return {"parallel_read_safe": True, "version": "1"}
