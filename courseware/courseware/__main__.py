"""The command line `courseware`; not written yet."""


def main() -> int:
    """Run the command line; returns the exit code."""
    return 2
