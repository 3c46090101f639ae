"""From a function that judges an answer to a check that a lesson calls."""

import builtins
import contextlib
import functools
import warnings
from collections.abc import Callable, Iterable, Iterator
from typing import NoReturn

import numpy as np

from courseware.checking import kernel
from courseware.checking.border import Ask
from courseware.checking.explain import UnansweredError, file_of
from courseware.checking.printed import LastLines, harmless
from courseware.checking.result import CheckResult
from courseware.checking.room import Room
from courseware.checking.student import NotYetError, Student, type_name
from courseware.checking.time_limit import TimeUpError, run_with_limit

kernel.start_here()

Judge = Callable[[Student], None]
Check = Callable[[object], CheckResult]

# What each typical mistake gives, and the hint for it.
Suspects = Iterable[tuple[np.ndarray, str]]

# What of the answer's output is shown beside a hint, in lines, and how long they are;
# and how many characters are kept for it.
_LINES, _COLUMNS, _KEPT = 10, 100, 10_000

# For an exercise that has nothing more special to say when the time is up.
_ENDLESS = "is there a loop without end, or one loop inside another?"


def exercise(
    usage: str, seconds: float = 5.0, slow: str = _ENDLESS
) -> Callable[[Judge], Check]:
    """Turn a function that judges a student's function into a check.

    Parameters
    ----------
    usage : str
        How the student's function is called: ``"backprop(x, y)"``. What stands
        before the bracket is the name of the exercise.
    seconds : float
        How long the whole check may take.
    slow : str
        The hint for an answer that takes longer: ``"is there a Python loop over
        the samples?"``, after the words "no answer after 5 seconds:".

    Returns
    -------
    callable
        The decorator. The check it makes takes the student's function, returns a
        `CheckResult` and raises nothing, whatever that function does. Its attribute
        `hint` is a function that takes the `border.Ask` of a room with an answer, which
        may be in another process, and returns the hint, empty if the answer is right;
        also other seconds, for who looks after the time in another way. Its attributes
        `usage`, `seconds` and `late` are what that room has to know, how long the whole
        may take, and the hint if it takes longer.
    """

    def decorate(judge: Judge) -> Check:
        late = f"no answer after {seconds:g} seconds: {slow}"

        def hint_behind(ask: Ask, seconds: float = seconds) -> str:
            return _hint(lambda: judge(Student.behind(ask, usage)), seconds, late)

        def check(student: object) -> CheckResult:
            name = usage.partition("(")[0]
            if hint := kernel.failed_definition(student):
                return CheckResult(name, hint)
            output = LastLines(_LINES, _KEPT)
            with silence(output, file_of(student)):
                hint = hint_behind(Room(student, usage).ask)
            if not hint or not output.text.strip():
                return CheckResult(name, hint)
            lines = harmless(output.text, _COLUMNS)
            return CheckResult(name, hint, tuple(lines), output.left_out)

        names = ("__module__", "__name__", "__qualname__", "__doc__")
        functools.update_wrapper(check, judge, assigned=names)
        del check.__wrapped__  # help() would show the judge's argument
        check.hint, check.usage = hint_behind, usage
        check.seconds, check.late = seconds, late
        return check

    return decorate


def agrees(yours: np.ndarray, truth: np.ndarray, tolerance: float = 1e-5) -> bool:
    """Say whether two arrays are equal but for rounding.

    Parameters
    ----------
    yours, truth : numpy.ndarray
        Finite, of any shape.
    tolerance : float
        The largest difference allowed, as a part of the largest of `truth`.

    Returns
    -------
    bool
        False also where the shapes differ.
    """
    if np.shape(yours) != np.shape(truth):
        return False
    largest = np.max(np.abs(truth), initial=0.0)
    return bool(np.max(np.abs(yours - truth), initial=0.0) <= tolerance * largest)


def blame(
    yours: np.ndarray, suspects: Suspects, otherwise: str, seen: str = ""
) -> NoReturn:
    """Find the mistake that leads to a wrong result, and give its hint.

    Parameters
    ----------
    yours : numpy.ndarray
        The wrong result.
    suspects : iterable of (numpy.ndarray, str)
        What each typical mistake gives, and the hint for it.
    otherwise : str
        The hint when it is none of them.
    seen : str
        What has been seen, for the end of any of these hints, in brackets: as a rule
        what `compared` says.

    Raises
    ------
    NotYetError
        Always.
    """
    hints = (hint for result, hint in suspects if agrees(yours, result))
    hint = next(hints, otherwise)
    raise NotYetError(f"{hint} ({seen})" if seen else hint)


def compared(yours: np.ndarray, truth: np.ndarray, given: str) -> str:
    """Say which number is farthest off and on which side, but not what is right.

    Parameters
    ----------
    yours, truth : numpy.ndarray
        The wrong result and the right one, of one shape.
    given : str
        What was special about the call: ``"for 3 samples"``.

    Returns
    -------
    str
        Such as ``"for 3 samples you return 0.52, too large"``, or ``"for 3 samples
        your [0, 2] is 0.52 and should be negative"``.
    """
    yours, truth = np.asarray(yours, float), np.asarray(truth, float)
    place = np.unravel_index(np.abs(yours - truth).argmax(), truth.shape)
    found, right = float(yours[place]), float(truth[place])
    where = f"your [{', '.join(map(str, place))}] is" if place else "you return"
    if found * right < 0:
        side = f" and should be {'negative' if right < 0 else 'positive'}"
    else:
        side = f", too {'large' if found > right else 'small'}"
    return f"{given} {where} {found:.4g}{side}".lstrip()


def _hint(judge: Callable[[], None], seconds: float, late: str) -> str:
    """Run `judge` within its time, and return its hint, if any."""
    try:
        return run_with_limit(lambda: _verdict(judge), seconds)
    except TimeUpError as up:
        return late + " It still runs: restart the kernel" * up.still_running


def _verdict(judge: Callable[[], None]) -> str:
    """Run `judge` and return its hint, or an empty string."""
    try:
        judge()
    except NotYetError as not_yet:
        return str(not_yet)
    except BaseException as error:  # noqa: BLE001 - a result may raise when touched
        return f"your result cannot be read: it raises {type_name(error)}"
    return ""


@contextlib.contextmanager
def silence(output: LastLines, file: str) -> Iterator[None]:
    """Let `output` take what is printed, and what the lines of a file are warned of."""

    def show(
        message: Warning, kind: type, place: str, line: int, *_: object, **__: object
    ) -> None:
        if place == file:
            output.write(f"{kind.__name__}: {message} (line {line})\n")

    def ask(*_: object) -> NoReturn:
        raise UnansweredError

    asked = builtins.input
    with (
        contextlib.redirect_stdout(output),
        contextlib.redirect_stderr(output),
        warnings.catch_warnings(),
    ):
        warnings.simplefilter("default")
        warnings.showwarning = show
        builtins.input = ask
        try:
            yield
        finally:
            builtins.input = asked
