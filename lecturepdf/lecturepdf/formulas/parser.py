"""TeX formulas, as MathJax accepts them, in the language of Typst."""

import re
from string import Formatter
from typing import NamedTuple

from ..markup import array, string
from .commands import (
    ARROWS,
    BIG,
    FORMS,
    SWITCHES,
    WORD_FONTS,
    character,
    negated,
    symbol,
)
from .tokens import Reader, TexError, plain_text, tokenise

_INFIX = {
    "\\over": "frac({}, {})", "\\choose": "binom({}, {})", "\\atop": "mat({}; {})",
    "\\brace": "lr(\\{{ mat({}; {}) \\}})", "\\brack": "lr(\\[ mat({}; {}) \\])",
}  # fmt: skip
_INFIXES = frozenset(_INFIX)
_SCRIPTS = {"^": "t", "_": "b"}
_LIMITS = {"\\limits": "limits", "\\nolimits": "scripts"}
_PRIMES = {1: "′", 2: "″", 3: "‴", 4: "⁗"}  # noqa: RUF001
_NOTHING = '""'  # what Typst takes for an empty argument
_DEEPEST = 60
_END = frozenset({""})
_LINE_ENDS = frozenset({"&", "\\\\", "\\cr", "\\newline"})
_RULES = ("\\hline", "\\cline", "\\toprule", "\\midrule", "\\bottomrule")
# Environments: lines, which may be a whole formula, and tables with delimiters.
_LINES = (
    "align", "aligned", "split", "eqnarray", "alignat", "alignedat", "flalign",
    "gather", "gathered", "multline", "multlined", "equation", "displaymath", "math",
)  # fmt: skip
_TABLES = {
    "matrix": ("", ""), "smallmatrix": ("", ""), "pmatrix": ("\\(", "\\)"),
    "bmatrix": ("\\[", "\\]"), "Bmatrix": ("\\{", "\\}"), "vmatrix": ("\\|", "\\|"),
    "Vmatrix": ("‖", "‖"), "array": ("", ""), "subarray": ("", ""),
    "cases": ("\\{", ""), "dcases": ("\\{", ""), "rcases": ("", "\\}"),
}  # fmt: skip
_BRACED = ("substack", "matrix", "pmatrix", "cases", "eqalign", "displaylines")
_WITH_ARGUMENT = ("alignat", "alignedat", "array", "subarray")
_SPACE = re.compile(r"\\[a-z]+\s*(-?[\d.]+\s*[a-z]{2})")
_WHOLE = re.compile(r"\s*\\begin\{(\w+)(\*?)\}(.*)\\end\{\1\2\}\s*", re.DOTALL)
# A column of an array, a bar, or *{3}{c}; what @{..} and the like hold is dropped.
_COLUMN = re.compile(
    r"[@!><]\{[^{}]*\}|([pmb])\{[^{}]*\}|([lcr|])|\*\{(\d+)\}\{([^{}]*)\}"
)
_ALIGNED = {"l": "& {}", "r": "{} &"}  # Typst aligns a column at its & marks


class Row(NamedTuple):
    """A line of a displayed formula: cells between &, and how it is referred to."""

    cells: list[str]
    tag: str | None = None
    labels: tuple[str, ...] = ()


def aligned(rows: list[Row]) -> str:
    """Return the lines of an alignment: pairs of columns, with space between pairs."""
    lines = []
    for row in rows:
        pairs = [
            " & ".join(row.cells[at : at + 2]) for at in range(0, len(row.cells), 2)
        ]
        lines.append(" & #h(2em) ".join(pairs))
    return " \\ ".join(lines)


class Translator:
    """Translates one formula, by descent through its groups and environments.

    Attributes
    ----------
    problems : list of str
        Commands that are not known; each is shown in red within the formula.
    """

    def __init__(self, tokens: list[str]) -> None:
        self.reader = Reader(tokens)
        self.problems: list[str] = []
        self._tag: str | None = None
        self._labels: tuple[str, ...] = ()
        self._depth = 0

    def translate(self) -> list[Row]:
        """Return the whole formula, line by line.

        Raises
        ------
        TexError
            If its braces, delimiters or environments do not match.
        """
        kind = ""
        while (
            (match := _WHOLE.fullmatch("".join(self.reader.tokens[self.reader.at :])))
            and match[1] in _LINES
            and f"\\end{{{match[1]}{match[2]}}}" not in match[3]
        ):
            kind, self.reader = match[1], Reader(tokenise(match[3]))
            if kind in _WITH_ARGUMENT:
                self.reader.argument()
        rows, _ = self._rows(_END)
        self._must_end()
        if not kind and any(len(row.cells) > 1 for row in rows):
            raise TexError("& is out of place")
        if kind == "eqnarray":  # whose relations have a column of their own
            return [
                row._replace(cells=[row.cells[0], " ".join(row.cells[1:])])
                for row in rows
            ]
        return rows

    def _must_end(self) -> None:
        if stray := self.reader.peek():
            raise TexError(f"{stray} is out of place")

    # Groups

    def _rows(self, stops: frozenset[str]) -> tuple[list[Row], list[int]]:
        r"""Return what stands between & and \\, and which rows have a rule above."""
        rows, cells, rules = [], [], []
        while True:
            while not cells and self.reader.peek() in _RULES:
                rules.append(len(rows))
                if self.reader.take() == "\\cline":
                    self.reader.argument()
            cells.append(self._sequence(stops | _LINE_ENDS))
            sign = self.reader.peek()
            if sign != "&":
                rows.append(Row(cells, self._tag, self._labels))
                self._tag, self._labels, cells = None, (), []
            if sign in stops:
                break
            self.reader.take()
            if sign == "\\\\" and self.reader.next_is("["):
                self.reader.option()  # extra space after the line
        *before, last = rows
        if before and not any((*last.cells, last.tag, *last.labels)):
            rows.pop()
        return rows, rules

    def _inner(self, tokens: list[str]) -> str:
        """Translate the tokens of an argument."""
        outer, self.reader = self.reader, Reader(tokens)
        maths = self._sequence(_END) or _NOTHING
        self._must_end()
        self.reader = outer
        return maths

    def _argument(self) -> str:
        """Translate the next argument; never to nothing, which Typst would refuse."""
        if self.reader.peek().startswith("\\"):
            return self._atom() or _NOTHING  # \frac\alpha\beta, \hat\mathbf x
        return self._inner(self.reader.argument())

    def _sequence(self, stops: frozenset[str]) -> str:
        """Translate up to one of `stops`, which is left to the caller."""
        self._depth += 1
        if self._depth > _DEEPEST:
            raise TexError("it is nested too deeply")
        done: list[str] = []
        while (sign := self.reader.peek()) not in stops:
            if sign in _INFIX:
                self.reader.take()
                above, below = " ".join(done), self._sequence(stops)
                done = [_INFIX[sign].format(above or _NOTHING, below or _NOTHING)]
            elif sign in SWITCHES or sign == "\\color":
                opening = f"{SWITCHES.get(self.reader.take())}("
                if sign == "\\color":
                    opening = f"tinted({string(self.reader.text())}, "
                switched = self._sequence(stops | _INFIXES) or _NOTHING
                done.append(f"{opening}{switched})")
            else:
                done.append(self._scripted())
        self._depth -= 1
        return " ".join(done).strip()

    # Atoms

    def _scripted(self) -> str:
        """Translate an atom with its sub- and superscripts and primes."""
        base = "" if self.reader.peek() in ("^", "_", "'") else self._atom()
        scripts, primes = {"t": "", "b": ""}, 0
        while (sign := self.reader.peek()) in ("'", *_SCRIPTS, *_LIMITS):
            self.reader.take()
            if sign == "'":
                primes += 1
            elif sign in _SCRIPTS:
                if scripts[_SCRIPTS[sign]]:
                    raise TexError(f"a second {sign}, without braces")
                scripts[_SCRIPTS[sign]] = f" {self._argument()}"
            else:
                base = f"{_LIMITS[sign]}({base or _NOTHING})"
        if primes:
            scripts["t"] = _PRIMES.get(primes, _PRIMES[4]) + scripts["t"]
        given = [f"{side}: {maths.strip()}" for side, maths in scripts.items() if maths]
        return f"attach({', '.join([base or _NOTHING, *given])})" if given else base

    def _atom(self) -> str:
        """Translate one symbol, group or command with its arguments."""
        sign = self.reader.take()
        if sign in FORMS:
            return self._formed(FORMS[sign])
        if sign == "{":
            self.reader.at -= 1
            tokens = self.reader.argument()
            maths = self._inner(tokens)
            # {,} is no comma of a list; in longer groups `class` would take all space.
            return f'class("normal", {maths})' if len(tokens) == 1 else maths
        if sign in ("}", "&"):
            raise TexError(f"{sign} is out of place")
        if sign.isdecimal():
            return self._number(sign)
        if sign[0] == "\\" and sign[1:2].isalpha():
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
            else self._argument()
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
            pieces.append(self._inner(piece) if is_maths else text)
            is_maths = not is_maths
        return " ".join(pieces)

    def _command(self, sign: str) -> str:
        if sign in WORD_FONTS:
            return self._word(WORD_FONTS[sign])
        if sign in BIG:
            size, side = BIG[sign]
            delimiter = self._delimiter() or _NOTHING
            return f'class("{side}", lr(size: #{size}, {delimiter}))'
        if sign in ARROWS:
            return self._arrow(ARROWS[sign])
        if method := _METHODS.get(sign):
            return method(self)
        if match := _SPACE.fullmatch(sign):
            return f"#space({string(match[1])})"
        if maths := symbol(sign):
            return maths
        self.problems.append(f"unknown command {sign}")
        return f"unknowncommand({string(sign)})"

    def _word(self, font: str) -> str:
        """Translate a name in letters that belong together, or a single symbol."""
        at = self.reader.at
        word = self.reader.text().strip()
        if len(word) > 1 and word.isalpha():
            return f"closedup({font}({string(word)}))"
        self.reader.at = at
        upright = "upright(bold({}))" if font == "bold" else font + "({})"
        return upright.format(self._argument())

    def _arrow(self, arrow: str) -> str:
        below = self.reader.option()
        under = f", b: {self._inner(tokenise(below))}" if below else ""
        stretched = f"limits(stretch({arrow}, size: #(100% + 1em)))"
        return f'class("relation", attach({stretched}, t: {self._argument()}{under}))'

    def _root(self) -> str:
        degree = self.reader.option()
        if degree is None:
            return f"sqrt({self._argument()})"
        return f"root({self._inner(tokenise(degree))}, {self._argument()})"

    # Delimiters

    def _delimiter(self) -> str:
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
        return self._atom()

    def _fenced(self) -> str:
        r"""Translate what stands between \left and \right."""
        left, parts = self._delimiter(), []
        while True:
            parts.append(self._sequence(frozenset({"\\right", "\\middle", ""})))
            if self.reader.take() == "\\right":
                return _fence(left, " ".join(filter(None, parts)), self._delimiter())
            parts.append(f"mid({self._delimiter() or _NOTHING})")

    # Names

    def _note_tag(self) -> str:
        tag = plain_text(self.reader.argument()).replace("$", "").strip()
        # \tag*{(1)} brings the brackets that \tag{1} is given.
        self._tag = tag.removeprefix("(").removesuffix(")")
        return ""

    def _note_label(self) -> str:
        self._labels += (self.reader.text(),)
        return ""

    # Environments

    def _environment(self) -> str:
        r"""Translate \begin{..} .. \end{..} within a formula."""
        name = self.reader.text()
        kind = name.rstrip("*")
        if kind not in _LINES and kind not in _TABLES:
            raise TexError(f"unknown environment {name}")
        self.reader.option()
        columns = self.reader.text() if kind in _WITH_ARGUMENT else ""
        rows, rules = self._rows(frozenset({"\\end", ""}))
        self.reader.take()
        if self.reader.text() != name:
            raise TexError(f"\\begin{{{name}}} has no \\end{{{name}}}")
        for row in rows:  # a name given within is one of the line around
            self._tag = row.tag if self._tag is None else self._tag
            self._labels += row.labels
        if kind in _LINES:
            return _block(rows)
        return _table(kind, rows, columns, rules)

    def _braced(self, kind: str) -> str:
        r"""Translate lines in braces: \substack{..}, and plain TeX's \pmatrix{..}."""
        outer, self.reader = self.reader, Reader(self.reader.argument())
        rows, _ = self._rows(_END)
        self.reader = outer
        if kind in _TABLES:
            return _table(kind, rows, "", [])
        return f'class("normal", {aligned(rows) or _NOTHING})'


_METHODS = {
    "\\begin": Translator._environment,
    **{
        f"\\{kind}": lambda translator, kind=kind: translator._braced(kind)
        for kind in _BRACED
    },
    "\\left": Translator._fenced,
    "\\sqrt": Translator._root,
    "\\not": lambda translator: negated(translator._argument()),
    "\\tag": Translator._note_tag,
    "\\tag*": Translator._note_tag,
    "\\label": Translator._note_label,
}


def _fence(left: str, body: str, right: str) -> str:
    """Return content between delimiters that grow with it."""
    if not left and not right:
        return body or _NOTHING
    # Typst scales the first and the last thing in `lr`: nothing, written out, keeps
    # a bracket of the content from being taken for the delimiter that is not there.
    return f"lr({left or _NOTHING} {body or _NOTHING} {right or _NOTHING})"


def _block(rows: list[Row]) -> str:
    """Return aligned lines within a formula: a matrix without gaps."""
    forms = ["{}"] if all(len(row.cells) == 1 for row in rows) else ["{} &", "& {}"]
    lines = []
    for row in rows:
        cells = []
        for at, cell in enumerate(row.cells):
            # Nothing, written out, gives a relation at the start of a cell its space.
            before = _NOTHING if at % 2 else "#h(2em)" * (at > 0)
            maths = f"display({before} {cell or _NOTHING})"
            cells.append(forms[at % len(forms)].format(maths))
        lines.append(", ".join(cells))
    return f"mat(column-gap: #0pt, row-gap: #.5em, {'; '.join(lines)})"


def _table(kind: str, rows: list[Row], spec: str, rules: list[int]) -> str:
    """Return a matrix: aligned columns, rules, a frame of rules, and delimiters."""
    columns, bars = _columns("ll" if "cases" in kind else spec)
    high, wide = len(rows), max(len(row.cells) for row in rows)
    # As in TeX: not smaller than the text around, but where it is asked for.
    form = {"dcases": "display({})", "smallmatrix": "{}"}.get(kind, "inline({})")
    lines = [
        ", ".join(
            _ALIGNED.get(side, "{}").format(form.format(cell or _NOTHING))
            for cell, side in zip(row.cells, columns.ljust(wide, "c"), strict=False)
        )
        for row in rows
    ]
    horizontal = array([str(at) for at in sorted(set(rules)) if 0 < at < high])
    vertical = array([str(at) for at in sorted(set(bars)) if 0 < at < wide])
    matrix = "; ".join(lines)
    if {horizontal, vertical} != {"()"}:
        inner = f"(hline: {horizontal}, vline: {vertical}, stroke: .5pt)"
        matrix = f"augment: #{inner}, {matrix}"
    matrix = f"mat({matrix})"
    outer = {
        "top": 0 in rules,
        "bottom": high in rules,
        "left": 0 in bars,
        "right": bool(columns) and len(columns) in bars,
    }
    if any(outer.values()):
        sides = array([string(side) for side, there in outer.items() if there])
        matrix = f"ruled(#{sides}, {matrix})"
    matrix = f"inline({matrix})" if kind == "smallmatrix" else matrix
    return _fence(_TABLES[kind][0], matrix, _TABLES[kind][1])


def _columns(spec: str) -> tuple[str, list[int]]:
    """Return an array's columns as a word of l, c and r, and where it has bars."""
    columns, bars = "", []
    for wide, mark, count, repeated in _COLUMN.findall(spec):
        if mark == "|":
            bars.append(len(columns))
        elif repeated:
            inner, within = _columns(repeated * min(int(count), 50))
            bars += [len(columns) + at for at in within]
            columns += inner
        else:
            columns += "l" if wide else mark
    return columns, bars
