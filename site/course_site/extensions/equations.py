r"""Sphinx extension: (BP1) in a sentence is a link to the equation with that tag.

A reference goes to the equation of the same page if there is one, else to that of
the first lesson which has it.
"""

import re
from collections.abc import Iterator

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

_TAG = re.compile(r"\\tag\{([^{}]+)\}")
# What is no prose, or is a link already.
_UNTOUCHED = (nodes.reference, nodes.literal, nodes.literal_block, nodes.math)
_UNTOUCHED += (nodes.math_block, nodes.title, nodes.raw, nodes.image)


def collect(app: Sphinx, doctree: nodes.document) -> None:
    """Give each tagged equation of a page an anchor, and remember it."""
    env = app.env
    tags = _tags(env).setdefault(env.docname, {})
    tags.clear()
    for block in doctree.findall(nodes.math_block):
        for tag in _TAG.findall(block.astext()):
            anchor = nodes.make_id(f"equation-{tag}".replace("'", "-prime"))
            if tags.setdefault(tag, anchor) == anchor and anchor not in block["ids"]:
                block["ids"].append(anchor)
                doctree.ids[anchor] = block


def link(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Turn what names an equation into a link to it."""
    for text in list(doctree.findall(nodes.Text)):
        if not _is_prose(text):
            continue
        parts = list(_linked(app, docname, text.astext()))
        if len(parts) > 1:
            text.parent.replace(text, parts)


def _is_prose(text: nodes.Text) -> bool:
    parent = text.parent
    while parent is not None:
        if isinstance(parent, _UNTOUCHED):
            return False
        parent = parent.parent
    return True


def _linked(app: Sphinx, docname: str, text: str) -> Iterator[nodes.Node]:
    end = 0
    for found in re.finditer(r"\(([^()\s]+)\)", text):
        # Sphinx has made an apostrophe of a prime.
        target = _target(app, docname, found[1].replace("\u2019", "'"))
        if target is not None:
            yield nodes.Text(text[end : found.start()])
            yield nodes.reference("", found[0], internal=True, refuri=target)
            end = found.end()
    yield nodes.Text(text[end:])


def _target(app: Sphinx, docname: str, tag: str) -> str | None:
    known = _tags(app.env)
    for name in [docname, *sorted(known)]:
        if anchor := known.get(name, {}).get(tag):
            page = (
                "" if name == docname else app.builder.get_relative_uri(docname, name)
            )
            return f"{page}#{anchor}"
    return None


def _tags(env: BuildEnvironment) -> dict[str, dict[str, str]]:
    if not hasattr(env, "course_equations"):
        env.course_equations = {}
    return env.course_equations


def setup(app: Sphinx) -> dict:
    """Connect to Sphinx."""
    app.connect("doctree-read", collect)
    app.connect("doctree-resolved", link)
    return {"parallel_read_safe": False, "parallel_write_safe": False, "version": "1"}
