"""What a check answers: one line, in words first and in colour second."""

import html
from dataclasses import dataclass

# Two colours that every kind of colour vision, and a grey print, tells apart.
_DONE_COLOUR = "#0072b2"
_NOT_YET_COLOUR = "#d55e00"


@dataclass(frozen=True, repr=False)
class CheckResult:
    """The outcome of a check.

    As the last value of a cell it shows itself: coloured in JupyterLab, and as
    a plain line in a terminal and in print. It is true when the answer is right.

    Parameters
    ----------
    exercise : str
        The name of the function that was asked for.
    hint : str
        What is wrong with the answer; empty when nothing is.
    """

    exercise: str
    hint: str = ""

    @property
    def passed(self) -> bool:
        """Whether the answer is right."""
        return not self.hint

    def __bool__(self) -> bool:
        return self.passed

    def __repr__(self) -> str:
        if self.passed:
            return f"bravo: {self.exercise}"
        return f"not yet: {self.exercise} - {self.hint}"

    def _repr_html_(self) -> str:
        colour = _DONE_COLOUR if self.passed else _NOT_YET_COLOUR
        verdict, _, rest = repr(self).partition(": ")
        # The text keeps the theme's colour, light or dark; the tint lets it shine.
        return (
            f'<div role="status" style="border-left: 0.3em solid {colour}; '
            f'background: {colour}1a; padding: 0.3em 0.8em">'
            f"<strong>{verdict}</strong>: {html.escape(rest)}</div>"
        )
