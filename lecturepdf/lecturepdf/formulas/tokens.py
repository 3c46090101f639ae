"""TeX formulas as tokens, and the macros that authors define in them."""

import re

# A space with its length, a command, an escaped character, a comment, a run of
# blanks, or one character.
_TOKEN = re.compile(
    r"\\(?:m?kern|[hm]skip)\s*-?[\d.]+\s*[a-z]{2}|\\[a-zA-Z]+\*?|\\.|%[^\n]*\n?|\s+|.",
    re.DOTALL,
)
_DEFINING = (
    "\\newcommand", "\\renewcommand", "\\providecommand", "\\let", "\\def", "\\gdef",
    "\\DeclareMathOperator",
)  # fmt: skip
# How far macros may grow a formula, and how many may be used: more is a circle.
_MOST_TOKENS, _MOST_CALLS = 20_000, 2_000
_BLANKS = ("~", "\\,", "\\ ", "\\;", "\\quad")


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


def plain_text(tokens: list[str]) -> str:
    r"""Return text as it reads: \_ is _, and commands within text are dropped.

    Examples
    --------
    >>> plain_text(tokenise(r"a\_b {\bf c} d"))
    'a_b  c d'
    """
    out = []
    for sign in tokens:
        if sign in _BLANKS:
            out.append("\N{NO-BREAK SPACE}")
        elif not sign.startswith("\\"):
            out.append(" " if sign.isspace() else sign.strip("{}"))
        elif sign == "\\textbackslash":
            out.append("\\")
        elif len(sign) == 2:
            out.append(sign[1].replace("\\", " "))
    return "".join(out)


class Reader:
    """Walks through tokens: one, a group, an argument, an option."""

    def __init__(self, tokens: list[str]) -> None:
        self.tokens = tokens
        self.at = 0

    def next_is(self, *tokens: str, skip: int = 0) -> bool:
        """Return whether one of `tokens` comes next, with no blank before it."""
        return self.tokens[self.at + skip : self.at + skip + 1] in [[t] for t in tokens]

    def peek(self) -> str:
        """Return the next token that is no blank, or '' at the end; stay before it."""
        while self.at < len(self.tokens) and self.tokens[self.at].isspace():
            self.at += 1
        return self.tokens[self.at] if self.at < len(self.tokens) else ""

    def take(self) -> str:
        """Return the next token that is no blank, and pass it."""
        if not (token := self.peek()):
            raise TexError("it ends too early")
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
        # How many arguments, the default of the first one, and the body.
        self._known: dict[str, tuple[int, str | None, list[str]]] = {}

    def expand(self, tex: str) -> list[str]:
        """Take definitions out of a formula, and put in what macros stand for.

        Raises
        ------
        TexError
            If a definition is broken, or a macro never ends.
        """
        reader, out, calls = Reader(tokenise(tex)), [], 0
        while reader.at < len(reader.tokens):
            token = reader.tokens[reader.at]
            reader.at += 1
            if token.rstrip("*") in _DEFINING:
                self._define(token, reader)
            elif token in self._known:
                body = self._applied(token, reader)
                reader.tokens, reader.at = body + reader.tokens[reader.at :], 0
                calls += 1
            else:
                out.append(token)
            if calls > _MOST_CALLS or len(out) + len(reader.tokens) > _MOST_TOKENS:
                raise TexError(f"the macro {token} never ends")
        return out

    def _define(self, command: str, reader: Reader) -> None:
        name, count, default = reader.text().strip(), 0, None
        if command in ("\\def", "\\gdef", "\\let"):
            if reader.peek() == "=":
                reader.take()
            while reader.peek() == "#":
                reader.at += 2
                count += 1
        elif number := reader.option():
            count = int(number) if number.isdecimal() else 0
            default = reader.option()
        body = reader.argument()
        if command.startswith("\\DeclareMathOperator"):
            star = "*" * command.endswith("*")
            body = [f"\\operatorname{star}", "{", *body, "}"]
        self._known[name] = (count, default, body)

    def _applied(self, name: str, reader: Reader) -> list[str]:
        """Return the body of a macro with the arguments that come next put in."""
        count, default, body = self._known[name]
        values: list[list[str]] = []
        if count and default is not None:
            option = reader.option()
            values.append(tokenise(default if option is None else option))
        while len(values) < count:
            values.append(reader.argument())
        named = {str(number): value for number, value in enumerate(values, start=1)}
        out, signs = [], iter(body)
        for sign in signs:
            number = next(signs, "") if sign == "#" else ""
            out += named.get(number, [sign, number])
        return [sign for sign in out if sign]
