"""The check of the rehearsal, a notebook that shows how a hand-in is marked."""

import random

from courseware.checking.exercise import exercise
from courseware.checking.student import NotYetError, Student, read_number


@exercise("middle(numbers)")
def check_middle(student: Student) -> None:
    """Check exercise 0.1: the number that as many others are below as above."""
    dice = random.Random(1)  # noqa: S311 - nothing is kept secret by it
    for count in (1, 3, 5, 7):
        numbers = dice.sample(range(-50, 50), count)
        right = sorted(numbers)[count // 2]
        yours = read_number(student(numbers, given=f"for {count} number(s)"))
        if yours == numbers[count // 2] != right:
            raise NotYetError(
                f"of {numbers} you return {yours:g}, which stands in the middle: "
                "are as many of the others below it as above it?"
            )
        if yours != right:
            raise NotYetError(f"of {numbers} you return {yours:g}")
