"""The commands and environments that authors define in their formulas."""

import re
from typing import NamedTuple

from .tokens import Reader, TexError, tokenise

_COMMANDS = ("\\newcommand", "\\renewcommand", "\\providecommand")
_ENVIRONMENTS = ("\\newenvironment", "\\renewenvironment")
_OPERATORS = ("\\DeclareMathOperator", "\\DeclareRobustMathOperator")
_DEFINITIONS = ("\\def", "\\gdef", "\\edef", "\\xdef")
_PREFIXES = ("\\global", "\\long", "\\outer", "\\protected")
_PAIRS = "\\DeclarePairedDelimiter"
_DEFINING = (*_COMMANDS, *_ENVIRONMENTS, *_OPERATORS, *_DEFINITIONS, "\\let", _PAIRS)
# How far macros may grow a formula, and how many may be used: more is a circle.
_MOST_TOKENS, _MOST_CALLS = 20_000, 2_000
_MOST_GROWN = 100_000  # tokens that all formulas of a notebook may grow by


class _Meaning(str):
    r"""A command as it was when \let copied it: no macro, whatever comes later."""

    __slots__ = ()


class _Macro(NamedTuple):
    r"""What a command stands for.

    `marks` are the tokens around its arguments, as in \def\pair(#1,#2){..}: those
    before the first one, and those after each. `default` is that of the first one.
    """

    marks: list[list[str]]
    default: str | None
    body: list[str]


class Macros:
    """What a notebook has defined so far, in any of its formulas."""

    def __init__(self) -> None:
        self._known: dict[str, _Macro] = {}
        self._ends: dict[str, list[str]] = {}  # of environments
        self._grown = 0  # tokens, by macros

    def expand(self, tex: str) -> list[str]:
        """Take definitions out of a formula, and put in what macros stand for.

        Raises
        ------
        TexError
            If a definition is broken, or a macro never ends.
        """
        reader, out, calls = Reader(tokenise(tex)), [], 0
        typed = len(reader.tokens)
        while reader.at < len(reader.tokens):
            token = reader.tokens[reader.at]
            reader.at += 1
            body = None
            if token in _DEFINING:
                self._define(token, reader)
            elif token in _PREFIXES and reader.peek() in _DEFINING:
                pass
            elif token in self._known and not isinstance(token, _Meaning):
                if self._grown > _MOST_GROWN:
                    raise TexError("the macros of this notebook never end")
                body = self._applied(token, reader)
            elif token in ("\\begin", "\\end") and (made := self._made(token, reader)):
                body = made
            else:
                out.append(token)
            if body is not None:
                reader.tokens, reader.at = body + reader.tokens[reader.at :], 0
                calls += 1
            if calls > _MOST_CALLS or len(out) + len(reader.tokens) > _MOST_TOKENS:
                raise TexError(f"the macro {token} never ends")
        self._grown += max(len(out) - typed, 0)
        return out

    def _define(self, command: str, reader: Reader) -> None:
        starred = reader.passes("*")
        name, default, marks = reader.text().strip(), None, [[]]
        if command == "\\let":
            if reader.peek() == "=":
                reader.take()
            target = reader.take()
            copy = _Macro(marks, None, [_Meaning(target)])
            self._known[name] = self._known.get(target, copy)
            return
        if command in _DEFINITIONS:
            for token in reader.until("{"):
                if marks[-1][-1:] == ["#"]:
                    marks[-1].pop()
                    marks.append([])
                elif not token.isspace():
                    marks[-1].append(token)
            reader.at -= 1
        elif number := reader.option():
            if not re.fullmatch("[0-9]", number.strip()):
                raise TexError(f"{name} can have no {number[:20]} arguments")
            marks = [[] for _ in range(int(number) + 1)]
            default = reader.option()
        body = reader.argument()
        if command in _OPERATORS:
            body = ["\\operatorname", *"*" * starred, "{", *body, "}"]
        elif command == _PAIRS:
            body = ["\\paireddelimiter", "{", *body, "}", "{", *reader.argument(), "}"]
        elif command in _ENVIRONMENTS:
            self._ends[name] = reader.argument()
            name = f"\\begin{{{name}}}"
        if command != "\\providecommand" or name not in self._known:
            self._known[name] = _Macro(marks, default, body)

    def _made(self, command: str, reader: Reader) -> list[str]:
        r"""Return what \begin or \end of an author's own environment stands for."""
        at, name = reader.at, reader.text()
        if name in self._ends:
            if command == "\\end":
                return [*self._ends[name], "}"]
            return ["{", *self._applied(f"\\begin{{{name}}}", reader)]
        reader.at = at
        return []

    def _applied(self, name: str, reader: Reader) -> list[str]:
        """Return the body of a macro with the arguments that come next put in."""
        (before, *after), default, body = self._known[name]
        for mark in before:
            if reader.take() != mark:
                raise TexError(f"{name} is not used as it was defined")
        values: list[list[str]] = []
        if after and default is not None:
            option = reader.option()
            values.append(tokenise(default if option is None else option))
        while len(values) < len(after):
            marks = after[len(values)]
            values.append(_delimited(reader, marks) if marks else reader.argument())
        named = {str(number): value for number, value in enumerate(values, start=1)}
        out, signs = [], iter(body)
        for sign in signs:
            number = next(signs, "") if sign == "#" else ""
            out += named.get(
                number, [sign, number] if number not in ("", "#") else [sign]
            )
            if len(out) > _MOST_TOKENS:
                raise TexError(f"the macro {name} never ends")
        return out


def _delimited(reader: Reader, marks: list[str]) -> list[str]:
    """Return the tokens before `marks`, without braces around all of them."""
    reader.peek()
    tokens = reader.until(*marks)
    inner = Reader(tokens)
    if inner.next_is("{") and (group := inner.argument()) and inner.at == len(tokens):
        return group
    return tokens
