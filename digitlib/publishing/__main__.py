"""Lets ``python -m digitlib.publishing`` build a course's PDFs."""

from .book import main

if __name__ == "__main__":
    main()
