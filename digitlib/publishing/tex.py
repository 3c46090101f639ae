"""TeX formulas, as MathJax accepts them, in the language of Typst."""

from string import Formatter
from typing import NamedTuple

from . import tex_tables
from .source import string
from .tex_commands import (
    ARROWS,
    BIG,
    FONTS,
    FORMS,
    SWITCHES,
    WORD_FONTS,
    Symbols,
    character,
    negated,
)
from .tex_tokens import Reader, TexError, plain_text, tokenise

_INFIX = {"\\over": "frac", "\\choose": "binom"}
_SCRIPTS = {"^": "t", "_": "b"}
_LIMITS = {"\\limits": "limits", "\\nolimits": "scripts"}
_LINE_ENDS = frozenset({"&", "\\\\", "\\cr", "\\newline"})
_PRIMES = {1: "′", 2: "″", 3: "‴", 4: "⁗"}  # noqa: RUF001
_NOTHING = '""'  # what Typst takes for an empty argument
_DEEPEST = 60
END = frozenset({""})


class Row(NamedTuple):
    """A line of a displayed formula: cells between &, and how it is referred to."""

    cells: list[str]
    tag: str | None = None
    labels: tuple[str, ...] = ()


def group(maths: str) -> str:
    """Return maths as an argument: never empty, which Typst would refuse."""
    return maths.strip() or _NOTHING


class Translator:
    """Translates one formula, by descent through its groups and environments.

    Attributes
    ----------
    problems : list of str
        Commands that are not known; each is shown in red within the formula.
    """

    def __init__(self, tokens: list[str], symbols: Symbols) -> None:
        self.reader = Reader(tokens)
        self.symbols = symbols
        self.problems: list[str] = []
        self.tag: str | None = None
        self.labels: list[str] = []
        self.rules: list[int] = []  # above which rows of the last table one is drawn
        self._depth = 0

    def translate(self) -> list[Row]:
        """Return the whole formula, line by line.

        Raises
        ------
        TexError
            If its braces, delimiters or environments do not match.
        """
        rows = tex_tables.outer_rows(self) or self.rows(END)
        self._must_end()
        return rows

    def _must_end(self) -> None:
        if stray := self.reader.peek():
            raise TexError(f"{stray} is out of place")

    # Groups

    def rows(self, stops: frozenset[str]) -> list[Row]:
        r"""Return what stands between & and \\, up to one of `stops`."""
        rows, cells, rules = [], [], []
        while True:
            while not cells and self.reader.peek() in tex_tables.RULES:
                rules.append(len(rows))
                if self.reader.take() == "\\cline":
                    self.reader.argument()
            cells.append(self.sequence(stops | _LINE_ENDS))
            sign = self.reader.peek()
            if sign != "&":
                rows.append(Row(cells, self.tag, tuple(self.labels)))
                self.tag, self.labels, cells = None, [], []
            if sign in stops:
                break
            self.reader.take()
            if sign == "\\\\" and self.reader.next_is("["):
                self.reader.option()  # extra space after the line
        if len(rows) > 1 and not "".join(rows[-1].cells).strip():
            rows.pop()
        self.rules = rules
        return rows

    def inner(self, tokens: list[str]) -> str:
        """Translate the tokens of an argument."""
        outer, self.reader = self.reader, Reader(tokens)
        maths = group(self.sequence(END))
        self._must_end()
        self.reader = outer
        return maths

    def argument(self) -> str:
        """Translate the next argument."""
        if self.reader.peek().startswith("\\"):
            return group(self.atom())  # \frac\alpha\beta, \hat\mathbf x
        return self.inner(self.reader.argument())

    def sequence(self, stops: frozenset[str]) -> str:
        """Translate up to one of `stops`, which is left to the caller."""
        self._depth += 1
        if self._depth > _DEEPEST:
            raise TexError("it is nested too deeply")
        done: list[str] = []
        while (sign := self.reader.peek()) not in stops:
            if sign in _INFIX:
                self.reader.take()
                above, below = group(" ".join(done)), group(self.sequence(stops))
                done = [f"{_INFIX[sign]}({above}, {below})"]
            elif sign in SWITCHES or sign == "\\color":
                opening = f"{SWITCHES.get(self.reader.take())}("
                if sign == "\\color":
                    opening = f"tinted({string(self.reader.text())}, "
                done.append(f"{opening}{group(self.sequence(stops))})")
            else:
                done.append(self.scripted())
        self._depth -= 1
        return " ".join(done)

    # Atoms

    def scripted(self) -> str:
        """Translate an atom with its sub- and superscripts and primes."""
        base = _NOTHING if self.reader.peek() in ("^", "_", "'") else self.atom()
        scripts, primes = {"t": "", "b": ""}, 0
        while (sign := self.reader.peek()) in ("'", *_SCRIPTS, *_LIMITS):
            self.reader.take()
            if sign == "'":
                primes += 1
            elif sign in _SCRIPTS:
                scripts[_SCRIPTS[sign]] += f" {self.argument()}"
            else:
                base = f"{_LIMITS[sign]}({group(base)})"
        if primes:
            scripts["t"] = _PRIMES.get(primes, _PRIMES[4]) + scripts["t"]
        given = [f"{side}: {maths.strip()}" for side, maths in scripts.items() if maths]
        return f"attach({', '.join([group(base), *given])})" if given else base

    def atom(self) -> str:
        """Translate one symbol, group or command with its arguments."""
        sign = self.reader.take()
        if sign in FORMS:
            return self._formed(FORMS[sign])
        if sign == "{":
            self.reader.at -= 1
            return f'class("normal", {self.inner(self.reader.argument())})'
        if sign in ("}", "&"):
            raise TexError(f"{sign} is out of place")
        if sign.isdecimal():
            return self._number(sign)
        if sign.startswith("\\") and len(sign) > 1 and sign[1].isalpha():
            return self._command(sign)
        if sign == ":" and self.reader.next_is("="):
            self.reader.take()
            return "≔"
        return character(sign.removeprefix("\\") or "\\")  # \{, \%, \_ and the like

    def _number(self, digits: str) -> str:
        reader = self.reader
        while reader.next_is(*"0123456789") or (
            reader.next_is(".") and reader.next_is(*"0123456789", skip=1)
        ):
            digits += reader.take()
        return digits if digits.isascii() else string(digits)

    def _formed(self, form: str) -> str:
        names = sorted({name for _, name, _, _ in Formatter().parse(form) if name})
        if names == ["A"]:
            return self._text(form)
        values = (
            string(plain_text(self.reader.argument()))
            if name.isupper()
            else self.argument()
            for name in names
        )
        return form.format(**dict(zip(names, values, strict=True)))

    def _text(self, form: str) -> str:
        """Translate text within a formula, and formulas within that text."""
        tokens, pieces, is_maths = self.reader.argument(), [], False
        while tokens:
            end = tokens.index("$") if "$" in tokens else len(tokens)
            piece, tokens = tokens[:end], tokens[end + 1 :]
            text = form.format(A=string(plain_text(piece)))
            pieces.append(self.inner(piece) if is_maths else text)
            is_maths = not is_maths
        return " ".join(pieces)

    def _command(self, sign: str) -> str:
        if sign in WORD_FONTS:
            return self._word(WORD_FONTS[sign])
        if sign in FONTS:
            return f"{FONTS[sign]}({self.argument()})"
        if sign in BIG:
            size, side = BIG[sign]
            return f'class("{side}", lr(size: #{size}, {self.delimiter() or _NOTHING}))'
        if sign in ARROWS:
            return self._arrow(ARROWS[sign])
        if method := _METHODS.get(sign):
            return method(self)
        if symbol := self.symbols[sign]:
            return symbol
        self.problems.append(f"unknown command {sign}")
        return f"unknowncommand({string(sign)})"

    def _word(self, font: str) -> str:
        """Translate a name in letters that belong together, or a single symbol."""
        at = self.reader.at
        word = "".join(self.reader.argument()).strip()
        if len(word) > 1 and word.isalpha():
            return f"{font}({string(word)})"
        self.reader.at = at
        upright = "upright(bold({}))" if font == "bold" else font + "({})"
        return upright.format(self.argument())

    def _arrow(self, arrow: str) -> str:
        below = self.reader.option()
        under = f", b: {self.inner(tokenise(below))}" if below else ""
        stretched = f"limits(stretch({arrow}, size: #(100% + 1em)))"
        return f'class("relation", attach({stretched}, t: {self.argument()}{under}))'

    def _root(self) -> str:
        degree = self.reader.option()
        if degree is None:
            return f"sqrt({self.argument()})"
        return f"root({self.inner(tokenise(degree))}, {self.argument()})"

    def delimiter(self) -> str:
        """Translate a delimiter; '' stands for none."""
        sign = self.reader.take()
        if sign == ".":
            return ""
        if sign in ("|", "\\vert", "\\lvert", "\\rvert"):
            return "\\|"
        if sign in ("\\|", "\\Vert", "\\lVert", "\\rVert"):
            return "‖"
        if sign in ("<", ">"):
            return {"<": "\\⟨", ">": "\\⟩"}[sign]
        self.reader.at -= 1
        return self.atom()

    def _fenced(self) -> str:
        r"""Translate what stands between \left and \right."""
        left, parts = self.delimiter(), []
        while True:
            parts.append(self.sequence(frozenset({"\\right", "\\middle", ""})))
            if self.reader.take() == "\\right":
                return tex_tables.fence(left, parts, self.delimiter())
            parts.append(f"mid({group(self.delimiter())})")

    def _kern(self) -> str:
        """Translate a space whose length stands there without braces."""
        length = ""
        while self.reader.next_is(*"-.0123456789", " "):
            length += self.reader.tokens[self.reader.at]
            self.reader.at += 1
        return f"#space({string(length + self.reader.take() + self.reader.take())})"

    def _note(self, label: bool) -> str:
        """Note a tag or a name of the line; neither is part of the formula."""
        if label:
            self.labels.append(self.reader.text())
        else:
            tag = plain_text(self.reader.argument()).replace("$", "").strip()
            # \tag*{(1)} brings the brackets that \tag{1} is given.
            self.tag = tag.removeprefix("(").removesuffix(")")
        return ""


_METHODS = {
    "\\begin": tex_tables.environment,
    "\\substack": lambda translator: tex_tables.braced(translator, ""),
    "\\matrix": lambda translator: tex_tables.braced(translator, "matrix"),
    "\\pmatrix": lambda translator: tex_tables.braced(translator, "pmatrix"),
    "\\cases": lambda translator: tex_tables.braced(translator, "cases"),
    "\\kern": Translator._kern,
    "\\mkern": Translator._kern,
    "\\hskip": Translator._kern,
    "\\left": Translator._fenced,
    "\\sqrt": Translator._root,
    "\\not": lambda translator: negated(translator.argument()),
    "\\tag": lambda translator: translator._note(label=False),
    "\\tag*": lambda translator: translator._note(label=False),
    "\\label": lambda translator: translator._note(label=True),
}
