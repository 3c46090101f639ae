"""What goes wrong with data files."""


class DataError(ValueError):
    """A data file is missing or wrong: says which, what is wrong and what to do."""


class UnreadableError(DataError):
    """Something is there, and may not or cannot be read."""
