r"""Text within a formula, as \text and its sisters hold it."""

# ruff: noqa: RUF001 - letters without their dot are meant

import re
from collections.abc import Callable
from unicodedata import normalize

from ..markup import string
from .commands import TEXT_SWITCHES, TEXTS
from .symbols import SYMBOLS
from .tokens import Reader

# \'e, \c{c}: a letter with a mark above or below.
ACCENTS = {
    "\\'": "\u0301", "\\`": "\u0300", "\\^": "\u0302", '\\"': "\u0308",
    "\\~": "\u0303", "\\=": "\u0304", "\\.": "\u0307", "\\u": "\u0306",
    "\\v": "\u030c", "\\H": "\u030b", "\\r": "\u030a", "\\c": "\u0327",
    "\\k": "\u0328", "\\d": "\u0323", "\\b": "\u0331",
}  # fmt: skip
_LETTERS = {
    "\\i": "ı", "\\j": "ȷ", "\\ss": "ß", "\\ae": "æ", "\\AE": "Æ", "\\oe": "œ",
    "\\OE": "Œ", "\\o": "ø", "\\O": "Ø", "\\l": "ł", "\\L": "Ł", "\\aa": "å",
    "\\TeX": "TeX", "\\LaTeX": "LaTeX",
    "\\-": "", "\\/": "", "~": "\N{NO-BREAK SPACE}", "\\ ": "\N{NO-BREAK SPACE}",
}  # fmt: skip
FORMULAS = {"$": ("$",), "\\(": ("\\)",)}

_VERB = re.compile(r"\\verb\*?\s*")
_QUOTES = {"``": "“", "''": "”", "`": "‘", "'": "’"}

Style = dict[str, str]


def letter(sign: str, reader: Reader) -> str | None:
    """Return what a token in text reads as, or None if it is no letter or sign."""
    if sign[0] == "\\" and sign[1:].isalpha():
        reader.peek()  # the blanks behind a command's name end it, and are no text
    if sign in _LETTERS:
        return _LETTERS[sign]
    if sign in ACCENTS and reader.peek():
        base = reader.argument() or [" "]
        text = letter(base[0], Reader(base[1:])) or base[0]
        text = {"ı": "i", "ȷ": "j"}.get(text, text)  # the mark takes the dot's place
        return normalize("NFC", text + ACCENTS[sign]) + "".join(base[1:])
    if sign in SYMBOLS:
        return SYMBOLS[sign]
    if sign[0] == "\\":
        return sign[1] if sign[1:] in ("{", "}", "$", "%", "&", "#", "_") else None
    return " " if sign.isspace() else None if sign in "{}$" else sign


def plain_text(tokens: list[str]) -> str:
    r"""Return text without its commands and braces: \_ is _.

    Examples
    --------
    >>> plain_text([r"\it", "{", "a", r"\_", "b", "}"])
    'a_b'
    """
    reader, out = Reader(tokens), ""
    while reader.at < len(reader.tokens):
        reader.at += 1
        out += letter(reader.tokens[reader.at - 1], reader) or ""
    return out


def verbatim(sign: str) -> str:
    r"""Return what \verb, as one token, is to show."""
    return _VERB.sub("", sign, count=1)[1:-1]


class Prose:
    """Translates text, piece by piece, each in its style.

    Parameters
    ----------
    formula : callable
        Translates the tokens of a formula within the text.
    atom, colour : callable
        Translate what comes next: a command that is none of text's; a colour.
    """

    def __init__(
        self,
        formula: Callable[[list[str]], str],
        atom: Callable[[Reader], str],
        colour: Callable[[Reader], str],
    ) -> None:
        self._formula = formula
        self._atom = atom
        self._colour = colour

    def typst(self, tokens: list[str], style: Style) -> str:
        """Return maths that shows the text."""
        reader, pieces, run = Reader(tokens), [], ""
        while reader.at < len(reader.tokens):
            start, sign = reader.at, reader.tokens[reader.at]
            reader.at += 1
            if (text := letter(sign, reader)) is not None:
                run += text
                continue
            pieces, run = [*pieces, *_set(run, style)], ""
            if sign in FORMULAS:
                maths = self._formula(reader.until(*FORMULAS[sign]))
                pieces.append(_tinted(maths, style))
            elif sign == "{":
                pieces.append(self.typst(reader.until("}"), style))
            elif sign in TEXTS:
                pieces.append(self.typst(reader.argument(), style | TEXTS[sign]))
            elif sign in TEXT_SWITCHES:
                style = style | TEXT_SWITCHES[sign]
            elif sign == "\\color":
                style = style | {"fill": f"#colour({self._colour(reader)})"}
            elif sign == "\\textcolor":
                tint = {"fill": f"#colour({self._colour(reader)})"}
                pieces.append(self.typst(reader.argument(), style | tint))
            elif sign == "\\underline":
                inner = self.typst(reader.argument(), style)
                pieces.append(f"underline({inner})")
            else:
                reader.at = start
                sign = self._atom(reader)
                sign = f"upright({sign})" if len(sign) == 1 else sign
                pieces.append(_tinted(sign, style))
        return " ".join([*pieces, *_set(run, style)]) or '""'


def _tinted(maths: str, style: Style) -> str:
    """Return maths within text in the text's colour and size."""
    kept = ("fill", "size") if "font" not in style else ("fill",)
    named = [f"{name}: {style[name]}" for name in kept if name in style]
    return f"text({', '.join([*named, maths])})" if named else maths


def _set(run: str, style: Style) -> list[str]:
    if "font" not in style:
        for typed, quote in _QUOTES.items():
            run = run.replace(typed, quote)
    named = "".join(f", {name}: {value}" for name, value in style.items())
    return [f"words({string(run)}{named})"] if run else []
