"""What becomes of an answer, judged where its code does not run."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Verdict:
    """What became of an answer.

    Attributes
    ----------
    right : bool
        Whether it is.
    hint : str
        What is wrong with it; "" where nothing is.
    seconds : float
        How long it took.
    found : str
        Where the answer was, as `answers.Answer` has it.
    remarks : tuple of str
        What was unusual: how it was found, what it tried, how it ended.
    counted_there : bool
        Whether anything was counted or timed in the process of the student's code,
        which alone can tell; an answer that sets out to deceive may have lied there.
    """

    right: bool
    hint: str
    seconds: float
    found: str
    remarks: tuple[str, ...] = ()
    counted_there: bool = False
