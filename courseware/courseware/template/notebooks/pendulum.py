"""What the lessons on the pendulum import: its period, and the check of an exercise."""

import math

import numpy as np

from courseware.checking.exercise import agrees, blame, exercise
from courseware.checking.student import Student, read_array

GRAVITY = 9.81  # metres per second squared


def period(length: float) -> float:
    """Return the period, in seconds, of a pendulum of a length in metres."""
    return 2 * math.pi * math.sqrt(length / GRAVITY)


@exercise("length_for(periods)")
def check_length_for(student: Student) -> None:
    """Check exercise 1.1: how long a pendulum has to be."""
    rng = np.random.default_rng(1)
    for n in (4, 7):
        periods = rng.uniform(0.5, 3.0, n)
        turns = periods / (2 * np.pi)
        yours = read_array(student(periods), (n,), "one length for each period")
        if not agrees(yours, GRAVITY * turns**2):
            suspects = [
                (GRAVITY * turns, "the period grows with the root of the length"),
                (GRAVITY * periods**2, "where is the 2 pi?"),
                (turns**2, "where is the gravity?"),
            ]
            blame(yours, suspects, "put your length into `period`: what comes out?")
