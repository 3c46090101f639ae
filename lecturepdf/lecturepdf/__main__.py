"""Lets ``python -m lecturepdf`` build a course's PDFs."""

from .book import main

if __name__ == "__main__":
    main()
