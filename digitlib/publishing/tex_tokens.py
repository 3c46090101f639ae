"""TeX formulas as tokens, and the macros that authors define in them."""

import re

# A command, an escaped character, a comment, a run of blanks, or one character.
_TOKEN = re.compile(r"\\[a-zA-Z]+\*?|\\.|%[^\n]*\n?|\s+|.", re.DOTALL)
_DEFINING = (
    "\\newcommand",
    "\\renewcommand",
    "\\providecommand",
    "\\DeclareMathOperator",
    "\\def",
    "\\gdef",
    "\\let",
)
# What a formula may grow to, and how many macros it may use: beyond, one calls itself.
_MOST_TOKENS, _MOST_CALLS = 20_000, 2_000


class TexError(ValueError):
    """A formula that cannot be understood; the message says why."""


def tokenise(tex: str) -> list[str]:
    r"""Split TeX into tokens; joined, they are the formula without comments.

    Examples
    --------
    >>> tokenise(r"\frac a{10}% half")
    ['\\frac', ' ', 'a', '{', '1', '0', '}']
    """
    return [token for token in _TOKEN.findall(tex) if token[0] != "%"]


class Reader:
    """Walks through tokens: one, a group, an argument, an option."""

    def __init__(self, tokens: list[str]) -> None:
        self.tokens = tokens
        self.at = 0

    def peek(self) -> str:
        """Return the next token that is no blank, or '' at the end; stay before it."""
        while self.at < len(self.tokens) and self.tokens[self.at].isspace():
            self.at += 1
        return self.tokens[self.at] if self.at < len(self.tokens) else ""

    def take(self) -> str:
        """Return the next token that is no blank, and pass it."""
        if not (token := self.peek()):
            raise TexError("the formula ends too early")
        self.at += 1
        return token

    def argument(self) -> list[str]:
        """Return the tokens of an argument: a group without its braces, or a token."""
        if (token := self.take()) != "{":
            return [token]
        start, depth = self.at, 1
        while depth:
            if self.at >= len(self.tokens):
                raise TexError("a brace { is never closed")
            depth += {"{": 1, "}": -1}.get(self.tokens[self.at], 0)
            self.at += 1
        return self.tokens[start : self.at - 1]

    def text(self) -> str:
        """Return an argument as the text that it is."""
        return "".join(self.argument())

    def option(self) -> str | None:
        """Return what stands in brackets, if brackets come next."""
        if self.peek() != "[" or "]" not in self.tokens[self.at :]:
            return None
        end = self.tokens.index("]", self.at)
        option = "".join(self.tokens[self.at + 1 : end])
        self.at = end + 1
        return option


class Macros:
    """The commands that a notebook has defined so far, in any of its formulas."""

    def __init__(self) -> None:
        self._bodies: dict[str, tuple[int, str | None, list[str]]] = {}

    def expand(self, tex: str) -> list[str]:
        """Take definitions out of a formula, and put in what macros stand for."""
        reader, out, calls = Reader(tokenise(tex)), [], 0
        while reader.at < len(reader.tokens):
            token = reader.tokens[reader.at]
            reader.at += 1
            if token.rstrip("*") in _DEFINING:
                self._define(token, reader)
            elif token in self._bodies:
                body = self._applied(token, reader)
                reader.tokens[: reader.at], reader.at = body, 0
                calls += 1
            else:
                out.append(token)
            if calls > _MOST_CALLS or len(out) + len(reader.tokens) > _MOST_TOKENS:
                raise TexError(f"the macro {token} never ends")
        return out

    def _define(self, command: str, reader: Reader) -> None:
        name = "".join(reader.argument()).strip()
        if command.startswith("\\DeclareMathOperator"):
            star = "*" if command.endswith("*") else ""
            body = tokenise(f"\\operatorname{star}{{{reader.text()}}}")
            self._bodies[name] = (0, None, body)
        elif command == "\\let":
            if reader.peek() == "=":
                reader.take()
            self._bodies[name] = (0, None, [reader.take()])
        elif command in ("\\def", "\\gdef"):
            count = 0
            while reader.peek() == "#":
                reader.at += 2
                count += 1
            self._bodies[name] = (count, None, reader.argument())
        else:
            count = reader.option() or "0"
            default = reader.option()
            self._bodies[name] = (
                int(count) if count.isdecimal() else 0,
                default,
                reader.argument(),
            )
        if self._bodies[name][2] == [name]:
            del self._bodies[name]  # \renewcommand{\x}{\x} means nothing

    def _applied(self, name: str, reader: Reader) -> list[str]:
        count, default, body = self._bodies[name]
        values: list[list[str]] = []
        if count and default is not None:
            option = reader.option()
            values.append(tokenise(default if option is None else option))
        while len(values) < count:
            values.append(reader.argument())
        out: list[str] = []
        at = 0
        while at < len(body):
            number = body[at + 1] if body[at] == "#" and at + 1 < len(body) else ""
            if number.isdecimal() and 0 < int(number) <= count:
                out += values[int(number) - 1]
                at += 2
            else:
                out.append(body[at])
                at += 1
        return out
