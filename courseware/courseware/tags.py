"""The tags of cells that mean something to a course."""

EXERCISE, CHECK, HINT, SOLUTION = "exercise", "check", "hint", "solution"
# The others: what is printed, what may read the data that is kept for the end, and
# what is not compared. Tolerances have tags of their own, see `courseware.tolerance`;
# nbval's tag that skips a cell is none of a course's.
OTHERS = ("slide", "remove_cell", "remove_input", "opens-test")
NBVAL = ("nbval-ignore-output", "raises-exception")
KNOWN = {EXERCISE, CHECK, HINT, SOLUTION, *OTHERS, *NBVAL}


def has_tag(cell: dict, tag: str) -> bool:
    """Whether a cell carries a tag."""
    return tag in cell["metadata"].get("tags", [])
