"""What a check answers: one line, in words first and in colour second."""

import html
import re
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
    printed : tuple of str
        What the answer printed, line by line, at the end; shown below the hint.
    left_out : int
        How many lines it had printed before these.
    """

    exercise: str
    hint: str = ""
    printed: tuple[str, ...] = ()
    left_out: int = 0

    @property
    def passed(self) -> bool:
        """Whether the answer is right."""
        return not self.hint

    def __bool__(self) -> bool:
        return self.passed

    def __repr__(self) -> str:
        if self.passed:
            return f"bravo: {self.exercise}"
        line = f"not yet: {self.exercise} - {self.hint}"
        if not self.printed:
            return line
        return "\n    ".join([f"{line}\n{self._heading}", *self.printed])

    def _repr_html_(self) -> str:
        colour = _DONE_COLOUR if self.passed else _NOT_YET_COLOUR
        verdict, _, rest = repr(self).partition("\n")[0].partition(": ")
        line = re.sub("`([^`]+)`", r"<code>\1</code>", html.escape(rest))
        # The text keeps the theme's colour, light or dark; the tint lets it shine.
        return (
            f'<div role="status" style="border-left: 0.3em solid {colour}; '
            f'background: {colour}1a; padding: 0.3em 0.8em">'
            f"<strong>{verdict}</strong>: {line}{self._printed_block()}</div>"
        )

    def _printed_block(self) -> str:
        if self.passed or not self.printed:
            return ""
        lines = html.escape("\n".join(self.printed))
        style = "margin: 0 0 0 1em; background: none; white-space: pre-wrap"
        return f'<br>{self._heading}<pre style="{style}">{lines}</pre>'

    @property
    def _heading(self) -> str:
        if not self.left_out:
            return "It printed:"
        return f"It printed, after {self.left_out:,} other lines:"
