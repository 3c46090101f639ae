"""What any course of paired notebooks needs: pairs, validation, checks, editions."""

__version__ = "0.1.0"
