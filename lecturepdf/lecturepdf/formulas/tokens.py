"""TeX formulas as tokens, and a reader that walks through them."""

import re
from itertools import pairwise

# \verb with its text, a command, an escaped character, a comment, a run of blanks,
# or one character.
_TOKEN = re.compile(
    r"\\verb\*?\s*([^a-zA-Z*\s]).{0,500}?\1|\\[a-zA-Z]+|\\.|%[^\n]*\n?|\s+|.", re.DOTALL
)
_NAMED = re.compile(r"\\[a-zA-Z]+")
_LENGTH = re.compile(r"[-+]?\s*(?:\d+[.,]?\d*|[.,]\d+)\s*[a-z]{2}")


class TexError(ValueError):
    """A formula that cannot be understood; the message says why."""


def tokenise(tex: str) -> list[str]:
    r"""Split TeX into tokens; joined, they are the formula without comments.

    Examples
    --------
    >>> tokenise(r"\frac a{10}% half")
    ['\\frac', ' ', 'a', '{', '1', '0', '}']
    """
    return [match[0] for match in _TOKEN.finditer(tex) if match[0][0] != "%"]


def joined(tokens: list[str]) -> str:
    r"""Return tokens as TeX: a blank keeps a command's name from what follows it.

    Examples
    --------
    >>> joined([r"\in", "f"]), joined([r"\{", "f"])
    ('\\in f', '\\{f')
    """
    return "".join(
        f"{token} " if _NAMED.fullmatch(token) and after[:1].isalpha() else token
        for token, after in pairwise([*tokens, ""])
    )


class Reader:
    """Walks through tokens: one, a group, an argument, an option, a length."""

    def __init__(self, tokens: list[str]) -> None:
        self.tokens = tokens
        self.at = 0

    def next_is(self, *tokens: str, skip: int = 0) -> bool:
        """Return whether one of `tokens` comes next, with no blank before it."""
        return self.tokens[self.at + skip : self.at + skip + 1] in [[t] for t in tokens]

    def passes(self, token: str) -> bool:
        """Return whether `token` comes next, with no blank before it, and pass it."""
        is_next = self.next_is(token)
        self.at += is_next
        return is_next

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
        return self.until("}")

    def until(self, *end: str) -> list[str]:
        """Return the tokens before `end`, which does not count in braces; pass it."""
        start, depth = self.at, 0
        while depth or self.tokens[self.at : self.at + len(end)] != list(end):
            if self.at >= len(self.tokens):
                what = "a brace { is never closed" if end == ("}",) else "it has no "
                raise TexError(what if end == ("}",) else what + "".join(end))
            depth += {"{": 1, "}": -1}.get(self.tokens[self.at], 0)
            self.at += 1
        self.at += len(end)
        return self.tokens[start : self.at - len(end)]

    def cell(self, ends: frozenset[str]) -> list[str]:
        """Return the tokens up to one of `ends` that stands outside of braces."""
        start, depth = self.at, 0
        while self.at < len(self.tokens):
            token = self.tokens[self.at]
            if not depth and token in ends:
                break
            depth += {"{": 1, "}": -1}.get(token, 0)
            self.at += 1
        return self.tokens[start : self.at]

    def text(self) -> str:
        """Return an argument as the text that it is."""
        return joined(self.argument())

    def option(self) -> str | None:
        """Return what stands in brackets, if brackets come next."""
        if self.peek() != "[" or "]" not in self.tokens[self.at :]:
            return None
        self.at += 1
        return joined(self.until("]"))

    def length(self) -> str:
        r"""Return the length that comes next, as \kern wants it; '' if none does."""
        if self.peek() == "{":
            return self.text()
        found = _LENGTH.match("".join(self.tokens[self.at : self.at + 20]))
        for _ in found[0] if found else "":
            self.at += 1
        return found[0] if found else ""
