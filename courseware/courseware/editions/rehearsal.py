"""A notebook in which a student rehearses handing in; it is worth nothing.

It goes with the lessons of whatever course, so it is on no subject.
"""

from __future__ import annotations

from courseware.tags import CHECK, EXERCISE, HINT, SOLUTION

NAME = "00_how_a_hand_in_is_marked"
_TITLE = "How a hand-in is marked"
_INTRODUCTION = f"""\
# {_TITLE}

This is a rehearsal: it has one exercise, which is worth nothing. Of the lessons that
you hand in, this is what counts:

* For each exercise, the code of its cell is run, or of the last one that defines what
  the exercise asks for. Other cells of yours that it needs are run, too.
* It is run afresh, after the cells of the lesson as it was given to you. What your
  notebook has put out does not count, nor does what only your kernel remembers: before
  you hand in, restart it and run all cells.
* The check that decides is the one that you have. Where it says *bravo* to you, it says
  so in marking; what else your cell prints or draws is neither good nor bad.
* Each exercise counts by itself: if one needs the function of another, it gets a right
  one, whatever yours does.
* It is run shut in: with an empty folder, without a network, and not for ever.

What you get back is a page that says of each exercise whether it is right, what the
check says, and where to go on.
"""
_TASK = """\
**Exercise 0.1** (2 minutes). Here is an answer that looks right: `middle` is to return
the number that as many others are below as above, of an odd count of numbers, in any
order. Run the cell: 3 is right, is it not? Then run the check, and mend the answer.
"""
_ANSWER = """\
def middle(numbers):
    return numbers[len(numbers) // 2]


print(middle([1, 2, 3, 4, 100]))"""
_IMPORT = "from courseware.checking.rehearsal import check_middle"
_CHECK = "check_middle(middle)"
_HINT = """\
<details><summary>Hint</summary>

The numbers of the example are in order. What becomes of `middle([5, 1, 3])`?

</details>"""
_SOLUTION = f"""\
def middle(numbers):
    return sorted(numbers)[len(numbers) // 2]


{_CHECK}"""
_END = """\
## Hand it in

Save this notebook (Ctrl+S) and hand in, as the README says. Had you handed in the
answer above, marking would have said what the check said: a number that looks right is
not yet an answer."""


def rehearsal() -> dict:
    """Return the notebook, with its solution, like one of a course's own."""
    cells = [
        _cell("intro", "markdown", _INTRODUCTION),
        _cell("import", "code", _IMPORT),
        _cell("task", "markdown", _TASK),
        _cell("answer", "code", _ANSWER, EXERCISE),
        _cell("check", "code", _CHECK, CHECK),
        _cell("hint", "markdown", _HINT, HINT),
        _cell("solution", "code", _SOLUTION, SOLUTION),
        _cell("end", "markdown", _END),
    ]
    spec = {"display_name": "Python 3", "language": "python", "name": "python3"}
    header = {"kernelspec": spec, "title": _TITLE}
    return {"cells": cells, "metadata": header, "nbformat": 4, "nbformat_minor": 5}


def _cell(name: str, kind: str, source: str, *tags: str) -> dict:
    cell = {
        "cell_type": kind,
        "id": f"rehearsal-{name}",
        "metadata": {"tags": [*tags]} if tags else {},
        "source": source.strip(),
    }
    return cell | ({"execution_count": None, "outputs": []} if kind == "code" else {})
