"""The judge's side of the door: an answer's objects by their names."""

from collections.abc import Callable, Sequence

import numpy as np

from courseware.checking.border import (
    Ask,
    Callback,
    Count,
    Dice,
    Held,
    Reply,
    Request,
)


class NotYetError(Exception):
    """The answer is not right yet; the message is the hint."""


class Door:
    """What requests pass through: it names what cannot cross.

    Parameters
    ----------
    ask : callable
        `Room.ask`, or what hands a request over to one in another process.
    """

    def __init__(self, ask: Ask) -> None:
        self._ask = ask
        self._functions: list[Callable] = []  # of the judge's

    def ask(self, request: Request) -> Reply:
        """Return what came of a request, or raise its hint."""
        reply = self._ask(request, self._called)
        if reply.hint:
            raise NotYetError(reply.hint)
        return reply

    def outwards(self, value: object) -> object:
        """Return what may cross in place of a judge's `value`.

        Raises
        ------
        TypeError
            If it is neither plain data nor a function nor a handle.
        """
        if isinstance(value, Handle):
            return value.held
        if isinstance(value, list | tuple):
            return type(value)(self.outwards(item) for item in value)
        if isinstance(value, dict):
            return {key: self.outwards(item) for key, item in value.items()}
        if isinstance(value, np.ndarray | np.generic | Dice):
            return value
        if value is None or isinstance(value, int | float | complex | str | bytes):
            return value
        if not callable(value):
            raise TypeError(f"a judge hands over plain data, and no {type(value)}")
        if value not in self._functions:
            self._functions.append(value)
        name = getattr(value, "__name__", type(value).__name__)
        return Callback(self._functions.index(value), name)

    def inwards(self, value: object, given: str = "") -> object:
        """Return what a judge gets: data, and handles for what did not cross."""
        if isinstance(value, list | tuple):
            return type(value)(self.inwards(item, given) for item in value)
        if isinstance(value, dict):
            return {key: self.inwards(item, given) for key, item in value.items()}
        if not isinstance(value, Held):
            return value
        return (Function if value.is_function else Handle)(self, value, given=given)

    def _called(self, callback: Callback, arguments: tuple, keywords: dict) -> Reply:
        function = self._functions[callback.number]
        try:
            value = function(*self.inwards(arguments), **self.inwards(keywords))
            return Reply(self.outwards(value))
        except Exception as error:  # noqa: BLE001 - the answer is to see it raised
            return Reply(hint=str(error), error=type(error).__name__)


class Handle:
    """An object of the answer's, reached by named operations alone.

    What it raises becomes a `NotYetError`, with the `given` of the call that made it.
    What it hands out is data, or a `Handle` again, or a `Function`.

    Attributes
    ----------
    held : Held
        Its name.
    usage : str
        How it is to be called, if it is a function: ``"way_back(E)"``. A judge may set
        it.
    given : str
        What was special about the call that made it.
    """

    def __init__(
        self, door: Door, held: Held, usage: str = "", given: str = ""
    ) -> None:
        self._door, self.held, self.usage, self.given = door, held, usage, given

    @property
    def type_name(self) -> str:
        """The name of its type."""
        return self.held.type_name

    def has(self, name: str) -> bool:
        """Say whether it has an attribute of that name."""
        return bool(self._ask("has", name))

    def get(self, name: str) -> object:
        """Return an attribute of it."""
        return self._ask("get", name)

    def set(self, name: str, value: object) -> None:
        """Set an attribute of it to data, or to another object of the answer's."""
        self._ask("set", name, value)

    def call(
        self, method: str, *arguments: object, given: str = "", usage: str = ""
    ) -> object:
        """Call a method of it on copies of `arguments`.

        Parameters
        ----------
        method : str
            Its name.
        *arguments : object
            As for a `Function`.
        given : str
            As for a `Function`.
        usage : str
            How it is to be called: ``"forward(X)"``.

        Returns
        -------
        object
            Whatever it returned, None included: some work by what they change.
        """
        usage = usage or f"{method}({', '.join(['...'] * len(arguments))})"
        return self._ask("call", method, *arguments, given=given, usage=usage)

    def count(self, method: str, *arguments: object) -> Count:
        """Call a method of it, and return what it did instead of its result."""
        return self._counted("call", method, arguments, "", method, counted=True)[1]

    def __add__(self, other: object) -> object:
        return self._ask("+", "", other)

    def __mul__(self, other: object) -> object:
        return self._ask("*", "", other)

    def _ask(
        self, do: str, name: str, *arguments: object, given: str = "", usage: str = ""
    ) -> object:
        return self._counted(do, name, arguments, given, usage, counted=False)[0]

    def _counted(
        self,
        do: str,
        name: str,
        arguments: tuple,
        given: str,
        usage: str,
        counted: bool,
    ) -> tuple[object, Count | None]:
        given = given or self.given
        data = self._door.outwards(arguments)
        request = Request(do, self.held.number, name, data, given, usage, counted)
        reply = self._door.ask(request)
        return self._door.inwards(reply.value, given), reply.count


class Function(Handle):
    """A function of the answer's, or the answer itself."""

    def __call__(self, *arguments: object, given: str = "") -> object:
        """Call it on copies of `arguments` and return its result.

        Parameters
        ----------
        *arguments : object
            Arrays, numbers, text, and lists, tuples and dicts of them; handles; a
            `border.Dice`, which becomes a NumPy generator; and functions of the
            judge's, which call back.
        given : str
            What is special about the arguments, as the end of a hint:
            ``"for four layers"``.

        Returns
        -------
        object
            Whatever it returned, except None.

        Raises
        ------
        NotYetError
            If it raises, returns None, changes an argument, or changes what it has
            returned before.
        """
        return self._result(arguments, given, counted=False)[0]

    def calls(self, tasks: Sequence[tuple]) -> list[object]:
        """Call it many times at one go, as a judge of chances does.

        Parameters
        ----------
        tasks : sequence of tuple
            The arguments of each call.

        Returns
        -------
        list of object
            What it returned, one after the other.
        """
        return self._ask("calls", "", *tasks, usage=self.usage)

    def counted(self, *arguments: object, given: str = "") -> tuple[object, Count]:
        """Call it, and count what it does.

        Only the process that runs the answer can count: an answer that sets out to
        deceive may be too much for it.

        Parameters
        ----------
        *arguments : object
            As for a call.
        given : str
            As for a call.

        Returns
        -------
        object, Count
            Its result, as of a call, and the count.
        """
        return self._result(arguments, given, counted=True)

    def seconds(self, *arguments: object, given: str = "") -> float:
        """Call it and return how long that took, by the clock of the answer's thread.

        No two machines agree about it: count instead, unless speed is the exercise.

        Parameters
        ----------
        *arguments : object
            As for a call. The copying is not timed.
        given : str
            As for a call.

        Returns
        -------
        float
            The time, in which other programs do not count.
        """
        return self._ask("time", "", *arguments, given=given, usage=self.usage)

    def _result(
        self, arguments: tuple, given: str, counted: bool
    ) -> tuple[object, Count | None]:
        found = self._counted("call", "", arguments, given, self.usage, counted)
        if found[0] is None:
            raise NotYetError(
                "it returns None: `return` hands a result back, print only shows it"
            )
        return found
