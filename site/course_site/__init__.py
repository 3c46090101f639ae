"""The course as a web site: what `build_site.py` and Sphinx's `conf.py` are made of."""
