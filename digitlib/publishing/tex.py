"""TeX formulas, as MathJax accepts them, in the language of Typst."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

from . import tex_tables
from .source import string
from .tex_symbols import Symbols, negated, operator
from .tex_tokens import Reader, TexError, tokenise

_SPACES = {
    "\\,": "thin", "\\:": "med", "\\>": "med", "\\;": "thick", "\\!": "#h(-.1667em)",
    "\\quad": "quad", "\\qquad": "wide", "\\ ": "#h(.25em)", "~": "#h(.25em)",
    "\\enspace": "#h(.5em)", "\\enskip": "#h(.5em)", "\\thinspace": "thin",
    "\\medspace": "med", "\\thickspace": "thick", "\\negthinspace": "#h(-.1667em)",
    "\\\n": "#h(.25em)", "\\hfill": "#h(1fr)", "\\negmedspace": "#h(-.2222em)",
}  # fmt: skip
_ACCENTS = {
    "\\hat": "hat", "\\widehat": "hat", "\\tilde": "tilde", "\\widetilde": "tilde",
    "\\bar": "macron", "\\vec": "arrow", "\\dot": "dot", "\\ddot": "dot.double",
    "\\dddot": "dot.triple", "\\check": "caron", "\\breve": "breve", "\\acute": "acute",
    "\\grave": "grave", "\\mathring": "circle", "\\overline": "overline",
    "\\underline": "underline", "\\overrightarrow": "arrow",
    "\\overleftarrow": "arrow.l", "\\cancel": "cancel", "\\bcancel": "cancel",
    "\\xcancel": "cancel", "\\sqrt": "sqrt", "\\boxed": "framed", "\\fbox": "framed",
    "\\phantom": "hide", "\\hphantom": "hide", "\\vphantom": "hide",
    "\\mathstrut": "hide",
}  # fmt: skip
_BRACES = {
    "\\overbrace": "overbrace", "\\underbrace": "underbrace",
    "\\overbracket": "overbracket", "\\underbracket": "underbracket",
}  # fmt: skip
_FONTS = {
    "mathbf": "bold", "bf": "bold", "mathrm": "upright", "rm": "upright",
    "mathit": "italic", "it": "italic", "mathsf": "sans", "sf": "sans",
    "mathtt": "mono", "tt": "mono", "mathcal": "cal", "cal": "cal", "mathscr": "scr",
    "mathfrak": "frak", "frak": "frak", "mathbb": "bb", "Bbb": "bb",
    "boldsymbol": "bold", "bm": "bold", "pmb": "bold", "mathnormal": "italic",
    "mathup": "upright", "bold": "bold",
}  # fmt: skip
_SWITCHES = ("bf", "rm", "it", "sf", "tt", "cal")
_TEXTS = {
    "\\text": "words", "\\mbox": "words", "\\hbox": "words", "\\textrm": "words",
    "\\textnormal": "words", "\\textbf": "boldwords", "\\textit": "italicwords",
    "\\emph": "italicwords", "\\texttt": "codewords", "\\textsf": "words",
    "\\textsc": "words", "\\textup": "words",
    "\\textsl": "italicwords", "\\verb": "codewords",
}  # fmt: skip
_CLASSES = {
    "\\mathrel": "relation", "\\mathbin": "binary", "\\mathord": "normal",
    "\\mathop": "large", "\\mathopen": "opening", "\\mathclose": "closing",
    "\\mathpunct": "punctuation", "\\mathinner": "normal",
}  # fmt: skip
_FRACTIONS = {
    "\\frac": "{}", "\\dfrac": "display({})", "\\cfrac": "display({})",
    "\\tfrac": "inline({})", "\\sfrac": "inline({})", "\\nicefrac": "inline({})",
}  # fmt: skip
_BINOMIALS = {
    "\\binom": "{}", "\\dbinom": "display({})", "\\tbinom": "inline({})",
}  # fmt: skip
_STYLES = {
    "\\displaystyle": "display", "\\textstyle": "inline", "\\scriptstyle": "script",
    "\\scriptscriptstyle": "sscript", "\\boldmath": "bold",
}  # fmt: skip
_SIZES = {"big": "1.2em", "Big": "1.8em", "bigg": "2.4em", "Bigg": "3em"}
_SIDES = {"l": "opening", "r": "closing", "m": "relation", "": "normal"}
_BIG = {
    f"\\{size}{side}": (_SIZES[size], _SIDES[side])
    for size in _SIZES
    for side in _SIDES
}
_ARROWS = {
    "\\xrightarrow": "→", "\\xleftarrow": "←", "\\xRightarrow": "⇒",
    "\\xLeftarrow": "⇐", "\\xleftrightarrow": "↔", "\\xmapsto": "↦",
    "\\xhookrightarrow": "↪",
}  # fmt: skip
# Bars, which mean what their command says: Typst takes each of them for a fence.
_BARS = {
    "|": ("\\|", "normal"), "\\vert": ("\\|", "normal"), "\\|": ("‖", "normal"),
    "\\Vert": ("‖", "normal"), "\\lvert": ("\\|", "opening"),
    "\\rvert": ("\\|", "closing"), "\\lVert": ("‖", "opening"),
    "\\rVert": ("‖", "closing"),
}  # fmt: skip
# Commands without meaning on paper, and how many arguments go with them.
_IGNORED = {
    "\\nonumber": 0, "\\notag": 0, "\\limits": 0, "\\nolimits": 0, "\\allowbreak": 0,
    "\\nobreak": 0, "\\protect": 0, "\\relax": 0, "\\tiny": 0, "\\scriptsize": 0,
    "\\footnotesize": 0, "\\small": 0, "\\normalsize": 0, "\\large": 0, "\\Large": 0,
    "\\LARGE": 0, "\\huge": 0, "\\Huge": 0, "\\displaylimits": 0, "\\hline": 0,
    "\\require": 1, "\\smash": 0, "\\strut": 0, "\\noindent": 0, "\\centering": 0,
    "\\/": 0, "\\bbox": 0, "\\class": 1, "\\cssId": 1, "\\style": 1, "\\hfil": 0,
}  # fmt: skip
_LENGTHS = {
    "em": 1.0, "mu": 1 / 18, "ex": 0.43, "pt": 0.1, "cm": 2.845, "mm": 0.2845,
    "in": 7.227, "px": 0.075, "pc": 1.2,
}  # fmt: skip
_RULES = ("\\hline", "\\cline", "\\toprule", "\\midrule", "\\bottomrule")
_INFIX = {"\\over": "frac", "\\choose": "binom", "\\atop": "binom-bare"}
_PLAIN = {"-": "\N{MINUS SIGN}", "*": "\N{ASTERISK OPERATOR}"}
_LIMITS, _NO_LIMITS = "\\limits", "\\nolimits"
_NOTHING = '""'  # what Typst takes for an empty argument
END: frozenset[str] = frozenset({""})
_DEEPEST = 60


class Row(NamedTuple):
    """A line of a displayed formula: cells between &, and how it is referred to."""

    cells: list[str]
    tag: str | None = None
    labels: tuple[str, ...] = ()


@dataclass
class Translation:
    """A formula in Typst, line by line, and what could not be said."""

    rows: list[Row]
    problems: list[str] = field(default_factory=list)

    @property
    def maths(self) -> str:
        """Return the formula as one piece, without its tags."""
        return " \\ ".join(tex_tables.aligned_row(row.cells) for row in self.rows)


def group(maths: str) -> str:
    """Return maths as an argument: never empty, which Typst would refuse."""
    return maths.strip() or _NOTHING


class Translator:
    """Translates one formula, by descent through its groups and environments."""

    def __init__(self, tokens: list[str], symbols: Symbols) -> None:
        self.reader = Reader(tokens)
        self.symbols = symbols
        self.problems: list[str] = []
        self.tag: str | None = None
        self.labels: list[str] = []
        self.rules: list[int] = []  # above which rows of the last table one is drawn
        self._depth = 0

    # Groups

    def translate(self) -> Translation:
        """Return the whole formula."""
        rows = tex_tables.outer_rows(self) or self.rows(END)
        if stray := self.reader.peek():
            raise TexError(f"{stray} is out of place")
        return Translation(rows, self.problems)

    def rows(self, stops: frozenset[str]) -> list[Row]:
        r"""Return what stands between & and \\, up to one of `stops`."""
        rows, cells, rules = [], [], []
        while True:
            while not cells and self.reader.peek() in _RULES:
                rules.append(len(rows))
                if self.reader.take() == "\\cline":
                    self.reader.argument()
            cells.append(self.sequence(stops | {"&", "\\\\", "\\cr", "\\newline"}))
            sign = self.reader.peek()
            if sign == "&":
                self.reader.take()
                continue
            rows.append(Row(cells, self.tag, tuple(self.labels)))
            self.tag, self.labels, cells = None, [], []
            if sign in stops:
                break
            self.reader.take()
            if self.reader.tokens[self.reader.at : self.reader.at + 1] == ["["]:
                self.reader.option()  # extra space after the line
            elif self.reader.peek() == "*":
                self.reader.take()
        if len(rows) > 1 and not "".join(rows[-1].cells).strip():
            rows.pop()
        self.rules = rules
        return rows

    def inner(self, tokens: list[str]) -> str:
        """Translate the tokens of an argument."""
        outer, self.reader = self.reader, Reader(tokens)
        try:
            maths = self.sequence(END)
            if stray := self.reader.peek():
                raise TexError(f"{stray} is out of place")
            return maths
        finally:
            self.reader = outer

    def argument(self) -> str:
        """Translate the next argument."""
        sign = self.reader.peek()
        if (sign.startswith("\\") and len(sign) > 2) or sign == "":
            return group(self.atom())  # \frac\alpha\beta, \hat\mathbf x
        return group(self.inner(self.reader.argument()))

    def sequence(self, stops: frozenset[str]) -> str:
        """Translate up to one of `stops`, which is left to the caller."""
        self._depth += 1
        if self._depth > _DEEPEST:
            raise TexError("it is nested too deeply")
        done: list[str] = []
        while (sign := self.reader.peek()) not in stops:
            if not sign:
                raise TexError("the formula ends too early")
            if sign in _INFIX:
                self.reader.take()
                below = group(self.sequence(stops))
                done = [f"{_INFIX[sign]}({group(' '.join(done))}, {below})"]
            elif opening := self._switch(sign):
                done.append(f"{opening}{group(self.sequence(stops))})")
            else:
                done.append(self.scripted())
        self._depth -= 1
        return " ".join(done)

    def _switch(self, sign: str) -> str | None:
        """Pass a command that acts on the rest of its group; return how that begins."""
        if sign in _STYLES or sign[1:] in _SWITCHES:
            self.reader.take()
            return f"{_STYLES.get(sign) or _FONTS[sign[1:]]}("
        if sign == "\\color":
            self.reader.take()
            return f"tinted({string(self.reader.text())}, "
        return None

    # Atoms

    def scripted(self) -> str:
        """Translate an atom with its sub- and superscripts and primes."""
        base = _NOTHING if self.reader.peek() in ("^", "_", "'") else self.atom()
        below, above, primes = "", "", ""
        while (sign := self.reader.peek()) in ("^", "_", "'", _LIMITS, _NO_LIMITS):
            self.reader.take()
            if sign == "'":
                primes += "\N{PRIME}"
            elif sign == "^":
                above += " " + self.argument()
            elif sign == "_":
                below += " " + self.argument()
            else:
                base = f"{'limits' if sign == _LIMITS else 'scripts'}({group(base)})"
        if primes:
            above = f"{_primes(primes)} {above}"
        scripts = [
            f"{side}: {script.strip()}"
            for side, script in (("t", above), ("b", below))
            if script.strip()
        ]
        return f"attach({', '.join([group(base), *scripts])})" if scripts else base

    def atom(self) -> str:
        """Translate one symbol, group or command with its arguments."""
        sign = self.reader.take()
        if sign in _BARS:
            bar, kind = _BARS[sign]
            return f'class("{kind}", {bar})'
        if sign == "{":
            self.reader.at -= 1
            return f'class("normal", {group(self.inner(self.reader.argument()))})'
        if sign == "}":
            raise TexError("a brace } was never opened")
        if sign.isdigit():
            return self._number(sign)
        if not sign.startswith("\\") or sign in _SPACES:
            return self._character(sign)
        if len(sign) == 2 and not sign[1].isalpha() and sign not in ("\\|", "\\/"):
            return f"\\{sign[1]}"  # \{, \%, \_ and the like
        return self._command(sign)

    def _number(self, digits: str) -> str:
        reader = self.reader
        while reader.at < len(reader.tokens):
            rest = reader.tokens[reader.at : reader.at + 2]
            if not rest[0].isdigit() and not (
                rest[0] == "." and rest[1:] and rest[1].isdigit()
            ):
                break
            digits += rest[0]
            reader.at += 1
        return digits if digits.isascii() else string(digits)

    def _character(self, sign: str) -> str:
        if sign in _SPACES:
            return _SPACES[sign]
        if sign == ":" and self.reader.peek() == "=":
            self.reader.take()
            return "≔"
        if sign in _PLAIN:
            return _PLAIN[sign]
        if sign == "&":
            raise TexError("& is out of place")
        return sign if sign.isalnum() or not sign.isascii() else f"\\{sign}"

    def _command(self, sign: str) -> str:
        name = sign[1:]
        if sign in _ACCENTS:
            return self._accent(sign)
        if sign in _FRACTIONS:
            return _FRACTIONS[sign].format(
                f"frac({self.argument()}, {self.argument()})"
            )
        if sign in _BINOMIALS:
            return _BINOMIALS[sign].format(
                f"binom({self.argument()}, {self.argument()})"
            )
        if name in _FONTS:
            return self._font(_FONTS[name], name)
        if sign in _TEXTS:
            return self._words(_TEXTS[sign])
        if sign in _BIG:
            size, side = _BIG[sign]
            return f'class("{side}", lr(size: #{size}, {self.delimiter()}))'
        if sign in _BRACES:
            return f"limits({_BRACES[sign]}({self.argument()}))"
        if sign in _CLASSES:
            return self._classed(_CLASSES[sign])
        if sign in _ARROWS:
            return self._arrow(_ARROWS[sign])
        if sign in _IGNORED:
            for _ in range(_IGNORED[sign]):
                self.reader.argument()
            return ""
        if method := _METHODS.get(sign):
            return method(self)
        return self._symbol(sign)

    def _symbol(self, sign: str) -> str:
        self.symbols.learn({sign})
        if (symbol := self.symbols[sign]) is None:
            self.problems.append(f"unknown command {sign}")
            return f"unknowncommand({string(sign)})"
        return symbol

    def _accent(self, sign: str) -> str:
        if sign == "\\sqrt" and (degree := self.reader.option()) is not None:
            return f"root({group(self.inner(tokenise(degree)))}, {self.argument()})"
        return f"{_ACCENTS[sign]}({self.argument()})"

    def _font(self, font: str, name: str) -> str:
        if name in ("boldsymbol", "bm", "pmb"):
            return f"bold({self.argument()})"
        at = self.reader.at
        word = "".join(self.reader.argument()).strip()
        if (
            len(word) > 1
            and word.isalpha()
            and font not in ("cal", "scr", "frak", "bb")
        ):
            # A word, not a product of letters: kerned, and never in maths italics.
            return f"{font}({string(word)})"
        self.reader.at = at
        inner = self.argument()
        return f"upright(bold({inner}))" if font == "bold" else f"{font}({inner})"

    def _words(self, function: str) -> str:
        """Translate text within maths, and maths within that text."""
        pieces, tokens = [], self.reader.argument()
        for number, piece in enumerate(_split(tokens, "$")):
            if number % 2:
                pieces.append(self.inner(piece))
            elif piece:
                pieces.append(f"{function}({string(_plain_text(piece))})")
        return " ".join(pieces)

    def _classed(self, kind: str) -> str:
        inner = self.argument()
        return f"limits({inner})" if kind == "large" else f'class("{kind}", {inner})'

    def _arrow(self, arrow: str) -> str:
        below = self.reader.option()
        under = f", b: {group(self.inner(tokenise(below)))}" if below else ""
        over = self.argument()
        return (
            f'class("relation", attach(limits(stretch({arrow}, size: #(100% + 1em))), '
            f"t: {over}{under}))"
        )

    # Delimiters

    def delimiter(self) -> str:
        """Translate a delimiter; '' stands for none."""
        sign = self.reader.take()
        if sign == ".":
            return ""
        if sign in ("<", ">"):
            return {"<": "⟨", ">": "⟩"}[sign]
        if sign.startswith("\\") and sign[1:].isalpha():
            return self._symbol(sign)
        if sign == "\\|":
            return "‖"
        return "\\" + sign.lstrip("\\")

    def fenced(self) -> str:
        r"""Translate what stands between \left and \right."""
        left, parts = self.delimiter(), []
        while True:
            parts.append(self.sequence(frozenset({"\\right", "\\middle"})))
            if self.reader.take() == "\\right":
                break
            parts.append(f"mid({self.delimiter() or _NOTHING})")
        right = self.delimiter()
        return tex_tables.fence(left, parts, right)

    # Commands with arguments of their own kind

    def operator_name(self) -> str:
        """Translate an operator that the author names."""
        limits = self.reader.tokens[self.reader.at - 1].endswith("*")
        words = _plain_text(self.reader.argument()).strip()
        return operator(words, limits)

    def stacked(self, above: str) -> str:
        """Translate one thing set above or below another."""
        script, base = self.argument(), self.argument()
        kind = "normal" if base.isalnum() or base.startswith("op(") else "relation"
        return f'class("{kind}", attach(limits({base}), {above}: {script}))'

    def negation(self) -> str:
        """Translate a symbol that is struck out."""
        return negated(self.argument())

    def coloured(self) -> str:
        """Translate what has a colour of its own."""
        colour = self.reader.text()
        return f"tinted({string(colour)}, {self.argument()})"

    def space(self) -> str:
        """Translate a space of a given length."""
        length = self.reader.text().strip()
        number, unit = length.rstrip("abcdefghijklmnopqrstuvwxyz\\"), length[-2:]
        try:
            return f"#h({float(number) * _LENGTHS[unit]:.4f}em)"
        except (KeyError, ValueError):
            return "quad"

    def linked(self) -> str:
        """Translate a formula that is a link."""
        address = self.reader.text()
        return f"#link({string(address)})[${self.argument()}$]"

    def modulo(self, in_brackets: bool) -> str:
        """Translate the two modulo signs."""
        if in_brackets:
            return f'quad \\( op("mod") thin {self.argument()} \\)'
        return 'class("binary", op("mod"))'

    def numbered(self) -> str:
        """Note the tag of the line."""
        self.tag = _plain_text(self.reader.argument()).replace("$", "").strip()
        return ""

    def labelled(self) -> str:
        """Note a name of the line."""
        self.labels.append(self.reader.text())
        return ""

    def referred(self, brackets: bool) -> str:
        """Translate a reference to a formula, within a formula."""
        name = self.reader.text()
        return f"#equation-reference({string(name)}, brackets: {str(brackets).lower()})"

    def code_point(self) -> str:
        r"""Translate \unicode{x263a}."""
        number = self.reader.text().strip()
        try:
            value = int(number[1:], 16) if number[:1] in "xX" else int(number)
            return string(chr(value))
        except (ValueError, OverflowError) as error:
            raise TexError(f"{number} is no code point") from error


_METHODS: dict[str, Callable[[Translator], str]] = {
    "\\begin": tex_tables.environment,
    "\\left": Translator.fenced,
    "\\operatorname": Translator.operator_name,
    "\\operatorname*": Translator.operator_name,
    "\\stackrel": lambda t: t.stacked("t"),
    "\\overset": lambda t: t.stacked("t"),
    "\\underset": lambda t: t.stacked("b"),
    "\\not": Translator.negation,
    "\\textcolor": Translator.coloured,
    "\\colorbox": Translator.coloured,
    "\\hspace": Translator.space,
    "\\hspace*": Translator.space,
    "\\mspace": Translator.space,
    "\\href": Translator.linked,
    "\\bmod": lambda t: t.modulo(False),
    "\\mod": lambda t: t.modulo(False),
    "\\pmod": lambda t: t.modulo(True),
    "\\tag": Translator.numbered,
    "\\tag*": Translator.numbered,
    "\\label": Translator.labelled,
    "\\ref": lambda t: t.referred(False),
    "\\eqref": lambda t: t.referred(True),
    "\\unicode": Translator.code_point,
    "\\substack": tex_tables.substack,
}


def _primes(primes: str) -> str:
    return {2: "″", 3: "‴", 4: "⁗"}.get(len(primes), " ".join(primes))


def _split(tokens: list[str], separator: str) -> list[list[str]]:
    pieces: list[list[str]] = [[]]
    for sign in tokens:
        if sign == separator:
            pieces.append([])
        else:
            pieces[-1].append(sign)
    return pieces


def _plain_text(tokens: list[str]) -> str:
    r"""Return text as it reads: \_ is _, and commands within text are dropped."""
    out = []
    for sign in tokens:
        if sign in ("{", "}"):
            continue
        if sign in ("~", "\\,", "\\ ", "\\;", "\\quad"):
            out.append("\N{NO-BREAK SPACE}")
        elif sign == "\\\\":
            out.append(" ")
        elif sign == "\\backslash" or sign == "\\textbackslash":
            out.append("\\")
        elif not sign.startswith("\\"):
            out.append(" " if sign.isspace() else sign)
        elif len(sign) == 2:
            out.append(sign[1])
    return "".join(out)
