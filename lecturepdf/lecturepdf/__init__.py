"""Notebooks to PDF: lectures, hand-outs, slides and books, without TeX.

The way of a notebook: `reading` mends the file, `editions` chooses and orders its
cells, `lesson` turns each of them into parts of a `manuscript`, `typesetting` makes
the PDF from those and finds what Typst refuses. On that way `text` takes care of
Markdown, HTML and what terminals print, `outputs` of what cells have put out,
`formulas` of maths, `pictures` of pictures; all that Typst reads is written by
`markup`; `template.typ` says how pages look, and `faults` what is not as it was.

nbconvert and JupyterLab call `exporter`; ``python -m lecturepdf`` calls `book`, which
prints several notebooks at once.
"""

__version__ = "0.1.0"
