"""How Sphinx makes the course's pages; `course_site.build` runs it in this folder."""

from digitlib import __version__

project = html_title = "How a neural network reads handwritten digits"
copyright = ""
release = __version__
language = "en"

extensions = [
    "myst_nb",
    "sphinx_copybutton",
    "course_site.extensions.katex",
    "course_site.extensions.equations",
    "course_site.extensions.alt_texts",
]

nb_execution_mode = "off"  # the stored outputs are those that were validated
nb_merge_streams = True
myst_enable_extensions = ["dollarmath", "amsmath"]
myst_heading_anchors = 4
myst_heading_slug_func = "course_site.pages.slug"

html_theme = "furo"
html_static_path = ["static"]
html_favicon = "static/favicon.svg"
html_css_files = ["course.css"]
html_js_files = ["course.js", ("live.js", {"type": "module"})]
html_use_index = False
html_show_copyright = False
html_show_sourcelink = False
html_copy_source = False
copybutton_selector = "div.cell_input pre"

katex_prerender = True
katex_css_path = "katex/katex.min.css"
