"""Lets ``python -m digitlib.publishing`` build a course's PDFs."""

from .book import main

main()
