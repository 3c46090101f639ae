"""Notebooks to PDF: lessons, hand-outs, slides and the book, without TeX.

The way of a notebook: `reading` mends the file, `editions` chooses and orders its
cells, `lesson` turns each of them into parts of a `manuscript`, `typesetting` makes
the PDF from those and finds what Typst refuses. `exporter` is the door for nbconvert
and JupyterLab, `book` and ``python -m digitlib.publishing`` are those for a course.
"""
