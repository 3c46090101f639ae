"""Sphinx's extensions for the course's pages."""
