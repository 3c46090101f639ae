"""What the tables of answers are made of."""

from collections.abc import Callable

from courseware.checking.exercise import Check

Answer = Callable[..., object]


class Answers:
    """Answers to one exercise.

    Parameters
    ----------
    right : list of callable
        Answers that the check praises.
    *wrong : (callable, str)
        Answers with a mistake, each with a piece of the hint that it gets.
    """

    def __init__(self, right: list[Answer], *wrong: tuple[Answer, str]) -> None:
        self.right = right
        self.wrong = wrong


Table = dict[Check, Answers]


def but(kind: type, **members: object) -> type:
    """Return a class like `kind` but for these members: a solution with a mistake."""
    return type(kind.__name__, (kind,), members)


def to_do(*_: object) -> None:
    """Stand for a method that is a stub still."""
    raise NotImplementedError
