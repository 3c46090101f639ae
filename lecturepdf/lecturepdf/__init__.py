"""Notebooks to PDF: lessons, hand-outs, slides and the book, without TeX.

The way of a notebook: `reading` mends the file, `editions` chooses and orders its
cells, `lesson` turns each of them into parts of a `manuscript`, `typesetting` makes
the PDF from those and finds what Typst refuses. On that way `markdown` and
`hypertext` take care of text, `outputs` of what cells have put out, `formulas` and
`tex` of maths; `template.typ` says how pages look.

`exporter` is the door for nbconvert and JupyterLab, `book` and
``python -m lecturepdf`` are that for a whole course.
"""

__version__ = "0.1.0"
