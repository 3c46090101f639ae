"""What TeX's commands for single symbols mean: pandoc knows them all."""

import json
import unicodedata

import pypandoc

from .source import string

# Commands that pandoc does not know as a symbol, or knows as a lesser one.
_SYMBOLS = {
    "\\Longrightarrow": "⟹", "\\Longleftarrow": "⟸", "\\iff": "⟺",
    "\\Longleftrightarrow": "⟺", "\\square": "□", "\\Box": "□",
    "\\setminus": "\N{SET MINUS}", "\\ast": "\N{ASTERISK OPERATOR}",
    "\\backslash": "\\\\", "\\varnothing": "∅", "\\S": "§", "\\P": "¶",
    "\\copyright": "©", "\\degree": "°", "\\And": "&", "\\surd": "√", "\\to": "→",
    "\\mathellipsis": "…", "\\idotsint": "∫⋯∫", "\\dotsb": "⋯", "\\dotsc": "…",
    "\\dotsm": "⋯", "\\dotsi": "⋯", "\\dotso": "…", "\\textbackslash": "\\\\",
    "\\colon": "\\:", "\\lbrace": "\\{", "\\rbrace": "\\}", "\\lbrack": "\\[",
    "\\rbrack": "\\]", "\\vert": "|", "\\|": "‖", "\\Vert": "‖", "\\lvert": "|",
    "\\rvert": "|", "\\lVert": "‖", "\\rVert": "‖", "\\pounds": "£", "\\euro": "€",
    "\\blacksquare": "■", "\\qed": "□", "\\lt": "<", "\\gt": ">", "\\coloneqq": "≔",
    "\\colonequals": "≔", "\\eqqcolon": "≕", "\\hslash": "ℏ",
}  # fmt: skip
_LIMITS = "lim max min sup inf liminf limsup det gcd Pr argmax argmin injlim projlim"
_OPERATORS = (
    "argmax argmin injlim projlim log ln lg exp sin cos tan cot sec csc sinh cosh tanh"
    " coth arcsin arccos arctan arg deg dim hom ker sgn erf"
)


def operator(name: str, limits: bool) -> str:
    """Return Typst maths of an operator name, upright and with its spaces."""
    return f"op({string(name)}, limits: #{str(limits).lower()})"


class Symbols:
    """A dictionary from TeX commands to Typst maths, filled as words are met."""

    def __init__(self) -> None:
        self._known: dict[str, str | None] = dict(_SYMBOLS)
        for name in _OPERATORS.split():
            self._known[f"\\{name}"] = operator(name, name in _LIMITS.split())

    def learn(self, words: set[str]) -> None:
        """Look up the words that are new, all of them in one run of pandoc."""
        if new := sorted(words - set(self._known)):
            plain = _in_plain_text(new)
            for word in new:
                self._known[word] = _typst(word, plain.get(word, "").strip())

    def __getitem__(self, word: str) -> str | None:
        """Return Typst maths for a command, or None if it is none for a symbol."""
        return self._known.get(word)


def _typst(word: str, plain: str) -> str | None:
    if word in plain or not plain:  # pandoc gives back what it does not know
        return None
    if plain.isascii() and plain.isalpha() and len(plain) > 1:
        return operator(plain, plain in _LIMITS.split())
    return f"\\{plain}" if plain.isascii() and not plain.isalnum() else plain


def _in_plain_text(words: list[str]) -> dict[str, str]:
    """Return each command as pandoc writes it into plain text."""
    blocks = [
        {
            "t": "Para",
            "c": [
                {"t": "Str", "c": f"{word}:"},
                {"t": "Math", "c": [{"t": "InlineMath"}, word]},
            ],
        }
        for word in words
    ]
    document = {"pandoc-api-version": [1, 23, 1], "meta": {}, "blocks": blocks}
    text = pypandoc.convert_text(
        json.dumps(document),
        "plain",
        format="json",
        verify_format=False,
        extra_args=["--wrap=none", "--quiet"],
    )
    pairs = (line.partition(":") for line in text.splitlines())
    return {word: plain for word, colon, plain in pairs if colon}


def negated(symbol: str) -> str:
    """Return a symbol struck out, as one character where Unicode has it."""
    character = unicodedata.normalize("NFC", symbol.lstrip("\\") + "\u0338")
    return character if len(character) == 1 else f"cancel({symbol})"
