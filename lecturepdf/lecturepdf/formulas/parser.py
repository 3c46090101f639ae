"""TeX formulas, as MathJax accepts them, in the language of Typst."""

import re
from collections.abc import Callable
from string import Formatter
from unicodedata import category

from ..markup import string
from .chemistry import chemistry, unit
from .colours import colour
from .commands import (
    ARROWS,
    BIG,
    FORMS,
    NOTHING,
    SIZES,
    SWITCHES,
    TEXTS,
    WORD_FONTS,
    character,
    negated,
    symbol,
)
from .prose import Prose, letter, plain_text, verbatim
from .tables import (
    LINES,
    TABLES,
    WITH_ARGUMENT,
    WITHOUT_GAPS,
    Row,
    aligned,
    between,
    block,
    diagram,
    fence,
    sides,
    staggered,
    table,
)
from .tokens import Reader, TexError, joined, tokenise

_STACKED = "mat({}; {})"
_INFIX = {
    "\\over": "frac({}, {})", "\\choose": "binom({}, {})", "\\atop": _STACKED,
    "\\above": "frac({}, {})", "\\brace": "lr(\\{{ mat({}; {}) \\}})",
    "\\brack": "lr(\\[ mat({}; {}) \\])", "\\overwithdelims": "frac({}, {})",
    "\\atopwithdelims": _STACKED, "\\abovewithdelims": "frac({}, {})",
}  # fmt: skip
_INFIXES = frozenset(_INFIX)
_SCRIPTS = {"^": "t", "_": "b"}
_ABOVE, _BELOW = "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿⁱ", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎"
_TYPED = str.maketrans(_ABOVE + _BELOW, "0123456789+-=()ni0123456789+-=()")
_LIMITS = {"\\limits": "limits", "\\nolimits": "scripts"}
_PRIME = ("'", "′")  # noqa: RUF001
_PRIMES = {1: "′", 2: "″", 3: "‴", 4: "⁗"}  # noqa: RUF001
_STYLES = {"": "{}", "0": "display({})", "1": "inline({})", "2": "script({})"} | {
    "3": "sscript({})"
}
_LARGE = "∫∬∭⨌∮∯∰∏∐∑⋀⋁⋂⋃⨀⨁⨂⨃⨄⨅⨆"  # noqa: RUF001
_DEEPEST = 60
_END = frozenset({""})
_LINE_ENDS = frozenset({"&", "\\\\", "\\cr", "\\newline"})
_RULES = ("\\hline", "\\cline", "\\hdashline", "\\toprule", "\\midrule", "\\bottomrule")
_BRACED = ("matrix", "pmatrix", "cases", "array", "eqalign", "displaylines")
_WHOLE = re.compile(r"\s*\\begin\{(\w+)(\*?)\}(.*)\\end\{\1\2\}\s*", re.DOTALL)
_OPTIONS = re.compile(r"((?:\[[^\]]*\])*)(.*)", re.DOTALL)
_LENGTH = re.compile(r"-?(\d+[.,]?\d*|[.,]\d+)(em|ex|mu|pt|pc|px|cm|mm|in|bp|dd|sp)")
_NO_RULE = re.compile(r"0+(\.0*)?\s*[a-z]*")
_CD_ARROWS = {">": "→", "<": "←", "V": "↓", "A": "↑", "=": "=", "|": "‖", ".": ""}
_STRIKES = {
    "horizontalstrike": "angle: #90deg", "verticalstrike": "angle: #0deg",
    "updiagonalstrike": "", "downdiagonalstrike": "inverted: #true",
}  # fmt: skip
_FRAMES = (
    "box", "roundedbox", "circle", "left", "right", "top", "bottom", "madruwb",
    "actuarial",
)  # fmt: skip


class Translator:
    """Translates one formula, by descent through its groups and environments.

    Attributes
    ----------
    problems : list of str
        What is not understood: commands, each shown in red within the formula, and
        options that are left out.
    """

    def __init__(
        self, tokens: list[str], colours: dict[str, str] | None = None
    ) -> None:
        self.reader = Reader(tokens)
        self.problems: list[str] = []
        self._colours = {} if colours is None else colours
        atom = lambda reader: self._by(reader, self._atom)  # noqa: E731
        colour = lambda reader: self._by(reader, self._colour)  # noqa: E731
        self._prose = Prose(self._inner, atom, colour)
        # What a box holds is set as within a line.
        self._box = Prose(lambda it: f"inline({self._inner(it)})", atom, colour)
        self._tag: str | None = None
        self._labels: tuple[str, ...] = ()
        self._depth = 0
        self._size = 1.0

    def translate(self) -> list[Row]:
        """Return the whole formula, line by line.

        Raises
        ------
        TexError
            If its braces, delimiters or environments do not match.
        """
        kind = ""
        while (
            (match := _WHOLE.fullmatch(joined(self.reader.tokens[self.reader.at :])))
            and match[1] in LINES
            and f"\\end{{{match[1]}{match[2]}}}" not in match[3]
        ):
            kind, self.reader = match[1], Reader(tokenise(match[3]))
            if kind.endswith("ed") or kind in WITH_ARGUMENT:
                self._position(kind)  # where the lines stand: alone, anywhere
            if kind in WITH_ARGUMENT:
                self.reader.argument()
        rows, _ = self._rows(_END)
        self._must_end()
        if not kind and any(len(row.cells) > 1 for row in rows):
            raise TexError("& is out of place")
        if kind.startswith("multline"):
            labels = tuple(label for row in rows for label in row.labels)
            tags = [row.tag for row in rows if row.tag is not None] or [None]
            return [Row([staggered(rows)], tags[-1], labels)]
        if kind in WITHOUT_GAPS:
            return [row._replace(gap="") for row in rows]
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

    def _rows(
        self, stops: frozenset[str], prose: tuple[int, ...] = ()
    ) -> tuple[list[Row], list[int]]:
        r"""Return what stands between & and \\, and which rows have a rule above.

        The columns that `prose` names are text.
        """
        rows, cells, rules = [], [], []
        start = self.reader.at
        while True:
            while not cells and self.reader.peek() in _RULES:
                rules.append(len(rows))
                if self.reader.take() == "\\cline":
                    self._tell(
                        f"the rule \\cline{{{self.reader.text()}}} is drawn whole"
                    )
            ends = stops | _LINE_ENDS
            if len(cells) in prose:
                cells.append(self._prose.typst(self._stripped_cell(ends), {}))
            else:
                cells.append(self._sequence(ends))
            sign = self.reader.peek()
            if sign == "\\\\":
                self.reader.take()
                self.reader.passes("*")
                if self.reader.next_is("["):
                    cells[-1] += f"#deeper({self._length(self.reader.option() or '')})"
            if sign != "&":
                tex = joined(self.reader.tokens[start : self.reader.at])
                rows.append(Row(cells, self._tag, self._labels, tex))
                self._tag, self._labels, cells = None, (), []
            if sign in stops:
                break
            if sign != "\\\\":
                self.reader.take()
            if not cells:
                start = self.reader.at
        *before, last = rows
        if before and not any((*last.cells, last.tag, *last.labels)):
            rows.pop()
        return rows, rules

    def _stripped_cell(self, ends: frozenset[str]) -> list[str]:
        self.reader.peek()
        tokens = self.reader.cell(ends)
        while tokens and tokens[-1].isspace():
            tokens.pop()
        return tokens

    def _inner(self, tokens: list[str]) -> str:
        """Translate the tokens of an argument."""
        outer, self.reader = self.reader, Reader(tokens)
        maths = self._sequence(_END) or NOTHING
        self._must_end()
        self.reader = outer
        return maths

    def _by(self, reader: Reader, translate: Callable[[], str]) -> str:
        """Translate what another reader has next."""
        outer, self.reader = self.reader, reader
        maths = translate()
        self.reader = outer
        return maths

    def _argument(self) -> str:
        """Translate the next argument; never to nothing, which Typst would refuse."""
        if self.reader.peek().startswith("\\"):
            self._go_deeper()
            maths = self._atom()  # \frac\alpha\beta, \hat\mathbf x
            self._depth -= 1
            return maths or NOTHING
        return self._inner(self.reader.argument())

    def _sequence(self, stops: frozenset[str]) -> str:
        """Translate up to one of `stops`, which is left to the caller."""
        self._go_deeper()
        done: list[str] = []
        while (sign := self.reader.peek()) not in stops:
            if sign in _INFIX:
                done = [self._infix(" ".join(done), stops)]
            elif sign in SWITCHES or sign in SIZES or sign == "\\color":
                self.reader.take()
                done.append(self._switched(sign, stops | _INFIXES))
            else:
                done.append(self._scripted())
        self._depth -= 1
        return " ".join(done).strip()

    def _go_deeper(self) -> None:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise TexError("it is nested too deeply")

    def _switched(self, sign: str, stops: frozenset[str]) -> str:
        """Translate what a command for the rest of its group is for."""
        size, opening = self._size, SWITCHES.get(sign)
        if sign in SIZES:
            self._size = SIZES[sign]
            opening = f"sized(#{self._size / size:.3g}, "
        opening = opening or f"tinted({self._colour()}, "
        body = self._sequence(stops) or NOTHING
        self._size = size
        return opening + body + ")" * opening.count("(")

    def _infix(self, above: str, stops: frozenset[str]) -> str:
        sign, sides = self.reader.take(), ("", "")
        if sign.endswith("withdelims"):
            sides = self._delimiter(), self._delimiter()
        if sign.startswith("\\above"):
            self._told_thickness(self.reader.length())
        below = self._sequence(stops)
        body = _INFIX[sign].format(above or NOTHING, below or NOTHING)
        return fence(sides[0], body, sides[1])

    def _tell(self, problem: str) -> None:
        self.problems.append(problem)

    # Atoms

    def _scripted(self) -> str:
        """Translate an atom with its sub- and superscripts and primes."""
        base = "" if self.reader.peek() in ("^", "_", *_PRIME) else self._atom()
        scripts, primes, place = {"t": "", "b": ""}, 0, ""
        while (sign := self.reader.peek()) in (*_SCRIPTS, *_LIMITS) or _typed(sign):
            self.reader.take()
            if sign in _PRIME:
                primes += 1
            elif sign in _LIMITS:
                place = _LIMITS[sign]  # of several the last one counts
            else:
                side = _SCRIPTS.get(sign) or _typed(sign)
                if scripts[side] and sign in _SCRIPTS:
                    raise TexError(f"a second {sign}, without braces")
                maths = (
                    self._argument()
                    if sign in _SCRIPTS
                    else character(sign.translate(_TYPED))
                )
                scripts[side] += f" {maths}"
        if place:
            base = f"{place}({base or NOTHING})"
        if primes:
            scripts["t"] = _PRIMES.get(primes, _PRIMES[1] * primes) + scripts["t"]
        given = [f"{side}: {maths.strip()}" for side, maths in scripts.items() if maths]
        if given and base.startswith("attach("):  # whose scripts are another's
            base = f'class("normal", {base})'
        elif given and (base.startswith('class("relation"') or _is_relation(base)):
            base = f"scripts({base})"  # which Typst sets above and below
        return f"attach({', '.join([base or NOTHING, *given])})" if given else base

    def _atom(self) -> str:
        """Translate one symbol, group or command with its arguments."""
        sign = self.reader.take()
        if sign in _STARRED and self.reader.passes("*") and f"{sign}*" in _METHODS:
            sign += "*"
        if sign in FORMS:
            return self._formed(sign)
        if sign == "{":
            self.reader.at -= 1
            tokens = self.reader.argument()
            maths = self._inner(tokens)
            if maths in _LARGE:  # which keeps its size, and has its scripts beside it
                return f"scripts({maths})"
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
        if sign[0] == "\\" and letter(sign, self.reader) is None:
            return self._unknown(sign)
        return character(sign.removeprefix("\\"))  # \{, \%, \_ and the like

    def _number(self, digits: str) -> str:
        reader = self.reader
        while reader.next_is(*"0123456789") or (
            reader.next_is(".") and reader.next_is(*"0123456789", skip=1)
        ):
            digits += reader.take()
        return digits if digits.isascii() else string(digits)

    def _formed(self, sign: str) -> str:
        """Translate a command by its form: with its options and arguments."""
        options, form = _OPTIONS.fullmatch(FORMS[sign]).groups()
        values = {"o": string("")}
        for known in re.findall(r"\[([^\]]*)\]", options):
            option = self.reader.option() or ""
            if "0pt" in known:
                values["o"] = self._length(option or "0pt")
            elif option in known.split() or not option:
                values["o"] = string(option)
            else:
                self._tell(f"the option [{option}] of {sign} is left out")
        names = {name for _, name, _, _ in Formatter().parse(form) if name} - {"o"}
        for name in sorted(names):
            if name == "P":
                values[name] = self._box.typst(self.reader.argument(), {})
            elif name in "LMN":
                values[name] = self._length(self.reader.text())
            elif name.isupper():
                values[name] = string(plain_text(self.reader.argument()))
            else:
                values[name] = self._argument()
        return form.format(**values)

    def _command(self, sign: str) -> str:
        if sign in WORD_FONTS:
            return self._word(WORD_FONTS[sign])
        if sign in ("\\mbox", "\\hbox"):
            return self._box.typst(self.reader.argument(), {})
        if sign in TEXTS:
            return self._prose.typst(self.reader.argument(), TEXTS[sign])
        if sign in BIG:
            size, side = BIG[sign]
            delimiter = self._delimiter() or NOTHING
            return f'class("{side}", stretch({delimiter}, size: #{size}))'
        if sign in ARROWS:
            return self._arrow(ARROWS[sign])
        if sign.startswith("\\verb"):
            return f"codewords({string(verbatim(sign))})"
        if method := _METHODS.get(sign):
            return method(self)
        return symbol(sign) or self._unknown(sign)

    def _unknown(self, sign: str) -> str:
        self._tell(f"unknown command {sign}")
        return f"unknowncommand({string(sign)})"

    def _word(self, font: str) -> str:
        """Translate a name in letters that belong together, or a single symbol."""
        at = self.reader.at
        word = self.reader.text().strip()
        if len(word) > 1 and word.isalpha():
            return f"closedup({font}({string(word)}))"
        self.reader.at = at
        upright = (
            f"upright({font}({{}}))" if font in ("bold", "sans") else font + "({})"
        )
        return upright.format(self._argument())

    def _operator(self, limits: str = "") -> str:
        r"""Translate \operatorname: its letters are a word, whatever else is maths."""
        tokens = self.reader.argument()
        if not any(sign[0] in "\\^_{$'" for sign in tokens):
            return f"op({string(' '.join(''.join(tokens).split()))}{limits})"
        words = re.sub(r"(?<![\\\w])[a-zA-Z]{2,}", r"\\mathrm{\g<0>}", joined(tokens))
        if "^" not in tokens and "_" not in tokens:
            words = re.sub(r"[-*]", r"\\text{\g<0>}", words)  # is no sign of maths here
        return f"op(upright({self._inner(tokenise(words))}){limits})"

    def _arrow(self, arrow: str) -> str:
        below = self.reader.option()
        under = f", b: {self._inner(tokenise(below))}" if below else ""
        above = self._argument()
        if above == NOTHING and not under:
            return f'class("relation", stretch({arrow}, size: #1.7em))'
        stretched = f"stretch({arrow}, size: #(100% + .7em))"  # of what is at it
        return f'class("relation", attach({stretched}, t: {above}{under}))'

    def _root(self) -> str:
        degree = self.reader.option()
        if degree is None:
            return f"sqrt({self._argument()})"
        return f"root({self._inner(tokenise(degree))}, {self._argument()})"

    def _plain_root(self) -> str:
        degree = self._inner(self.reader.until("\\of"))
        return f"root({degree}, {self._argument()})"

    def _built(self) -> str:
        above = self._inner(self.reader.until("\\over"))
        return f'class("relation", attach(limits({self._argument()}), t: {above}))'

    def _fraction(self) -> str:
        r"""Translate \genfrac: delimiters, the rule, the style, the two parts."""
        sides = []
        for _ in range(2):
            tokens = [t for t in self.reader.argument() if not t.isspace()]
            outer, self.reader = self.reader, Reader(tokens or ["."])
            sides.append(self._delimiter())
            self.reader = outer
        thickness = self.reader.text().strip()
        style = _STYLES.get(self.reader.text().strip(), "{}")
        form = _STACKED if _NO_RULE.fullmatch(thickness) else "frac({}, {})"
        if form != _STACKED:
            self._told_thickness(thickness)
        body = form.format(self._argument(), self._argument())
        return style.format(fence(sides[0], body, sides[1]))

    def _told_thickness(self, thickness: str) -> None:
        if thickness:
            self._tell(f"a fraction's rule has its own thickness, not {thickness}")

    def _sides(self) -> str:
        r"""Translate \sideset: scripts at all corners of an operator."""
        corners = {}
        for side in "lr":
            outer, self.reader = self.reader, Reader(self.reader.argument())
            while (sign := self.reader.peek()) in _SCRIPTS:
                self.reader.take()
                corners[_SCRIPTS[sign] + side] = self._argument()
            primes = 0
            while self.reader.peek() == "'":
                self.reader.take()
                primes += 1
            if primes:
                corners[f"t{side}"] = _PRIMES.get(primes, _PRIMES[4])
            self._must_end()
            self.reader = outer
        if self.reader.peek() == "{":  # around the operator, which stays one
            operator = self.reader.argument()
            self.reader.tokens[self.reader.at : self.reader.at] = operator
        scripted = self._scripted()
        given = ", ".join(f"{side}: {maths}" for side, maths in corners.items())
        if scripted.startswith("attach(") and given:
            return f"{scripted[:-1]}, {given})"
        return f"attach({', '.join([scripted, given])})" if given else scripted

    def _bracketed(self, left: str, right: str, marks: int) -> str:
        r"""Translate \Braket{a | b}, \Set: the bars in it grow as its brackets do."""
        tokens, depth = self.reader.argument(), 0
        out: list[str] = []
        for sign in tokens:
            depth += {"{": 1, "}": -1}.get(sign, 0)
            is_bar = sign in ("|", "\\|", "\\vert", "\\mid") and not depth
            if is_bar and out[-2:] == ["\\middle", "|"]:
                out[-1] = "\\|"
                continue
            is_bar = is_bar and marks > 0
            marks -= is_bar
            out += ["\\middle", "|" if sign == "\\mid" else sign] if is_bar else [sign]
        return self._inner(["\\left", left, *out, "\\right", right])

    def _paired(self) -> str:
        r"""Translate what \DeclarePairedDelimiter has defined."""
        left, right = self.reader.argument(), self.reader.argument()
        if self.reader.passes("*"):
            before, after = ["\\left"], ["\\right"]
        elif size := self.reader.option():
            before, after = [f"{size}l"], [f"{size}r"]
        else:
            before, after = [], []
        body = self.reader.argument()
        return self._inner([*before, *left, *body, *after, *right])

    # Colours, frames, signs by number

    def _colour(self, model: str | None = None) -> str:
        model = self.reader.option() or "" if model is None else model
        value = self.reader.text().strip()
        name = self._colours.get(value) or colour(model, value)
        if not name:
            self._tell(f"unknown colour {f'[{model}] ' * bool(model)}{value}")
        return string(name or "black")

    def _define_colour(self) -> str:
        name, model, value = (self.reader.text().strip() for _ in range(3))
        self._colours[name] = colour(model, value)
        return ""

    def _tinted(self) -> str:
        return f"tinted({self._colour()}, {self._argument()})"

    def _coloured_box(self, with_frame: bool = False) -> str:
        model = self.reader.option() or ""
        frame = f"stroke: {self._colour(model)}, " if with_frame else ""
        fill = self._colour(self.reader.option() or model)
        body = self._prose.typst(self.reader.argument(), {})
        return f"tile({frame}fill: {fill}, {body})"

    def _boxed(self) -> str:
        r"""Translate \bbox[..]: a colour, the space around, a border."""
        named = []
        for option in (self.reader.option() or "").split(","):
            option = option.strip()
            key, _, value = option.partition(":")
            if re.fullmatch(r"\+?[\d.]+\s*[a-z]{2}", option):
                named.append(f"inset: {string(option.lstrip('+'))}")
            elif key == "border":
                *_, name = value.split()
                if "solid" not in value:
                    self._tell(f"the border{value} of \\bbox is drawn solid")
                named.append(f"stroke: {string(colour('', name) or 'black')}")
            elif name := colour("", value.strip() if key == "background" else option):
                named.append(f"fill: {string(name)}")
            elif option:
                self._tell(f"the option [{option}] of \\bbox is left out")
        return f"tile({', '.join([*named, self._argument()])})"

    def _boxed_line(self) -> str:
        r"""Translate \Aboxed{a &= b}, whose frame goes across the alignment."""
        tokens = self.reader.argument()
        if "&" not in tokens:
            return f"framed({self._inner(tokens)})"
        at = tokens.index("&")
        left, right = tokens[:at], tokens[at + 1 :]
        # Next comes the cell behind the sign, as wide as what the frame has of it.
        room = ["&", "\\hphantom", "{", *right, "}", *tokenise("\\kern{4pt}")]
        self.reader.tokens[self.reader.at : self.reader.at] = room
        return f"framedacross({self._inner(left)}, {NOTHING} {self._inner(right)})"

    def _left_out(self, what: str) -> str:
        self._tell(f"what {what} says is left out: {self.reader.text()}")
        return ""

    def _enclosed(self) -> str:
        notations = re.split(r"[\s,]+", self.reader.text().strip())
        if option := self.reader.option():
            self._tell(f"the option [{option}] of \\enclose is left out")
        body = self._argument()
        for notation in notations:
            if notation in _STRIKES:
                body = f"cancel({', '.join(filter(None, [body, _STRIKES[notation]]))})"
            elif notation == "radical":
                body = f"sqrt({body})"
            elif notation in _FRAMES:
                body = f"enclosed({string(notation)}, {body})"
            else:
                self._tell(f"\\enclose{{{notation}}} is not known")
        return body

    def _by_number(self, is_hexadecimal: bool = False) -> str:
        r"""Translate \unicode{x263a}, and \char"263A."""
        while self.reader.option() is not None:
            pass  # how high and deep the sign is, and its font
        number = self.reader.text().strip().lower()
        try:
            base = 16 if "x" in number or is_hexadecimal else 10
            sign = chr(int(re.sub(r"^(u\+|0?x)", "", number), base))
        except (ValueError, OverflowError):
            raise TexError(f"{number} is no character's number") from None
        return character(sign)

    def _char(self) -> str:
        mark = {'"': 16, "'": 8}.get(self.reader.peek(), 10)
        if mark != 10:
            self.reader.take()
        digits = ""
        while self.reader.at < len(self.reader.tokens) and self.reader.next_is(
            *"0123456789", *"ABCDEFabcdef" * (mark == 16)
        ):
            digits += self.reader.take()
        return character(chr(int(digits, mark))) if digits else self._unknown("\\char")

    def _struck(self) -> str:
        while self.reader.peek() in ("\\!", "\\,"):  # which move a stroke in TeX
            self.reader.take()
        return negated(self._argument())

    def _dots(self) -> str:
        """Translate dots: halfway up before a sign as +, low before a comma."""
        sign = self.reader.peek()
        is_sign = sign not in ("|", "~") and _is_relation(symbol(sign) or sign)
        return "⋯" if is_sign or sign == "-" else "…"

    def _shifted(self, up: bool) -> str:
        length = self.reader.length()
        length = self._length(length if up else f"-{length}".replace("--", ""))
        return f"raised({length}, {self._argument()})"

    def _spaced(self) -> str:
        return f"#space({self._length(self.reader.length())})"

    def _length(self, given: str) -> str:
        length = "".join(given.split()).lstrip("+")
        if not _LENGTH.fullmatch(length):
            self._tell(f"{given!r} is no length")
            length = "0pt"
        return string(length)

    def _chosen(self) -> str:
        r"""Translate \mathchoice, whose style is not known here."""
        self._tell("\\mathchoice is set as in a display")
        displayed, *_ = [self._argument() for _ in range(4)]
        return displayed

    def _chemical(self) -> str:
        return self._inner(tokenise(chemistry(self.reader.text())))

    def _unit(self) -> str:
        return self._inner(tokenise(unit(self.reader.text())))

    # Delimiters

    def _delimiter(self) -> str:
        """Translate a delimiter; '' stands for none."""
        sign = self.reader.take()
        if sign == ".":
            return ""
        if sign in ("|", "\\vert", "\\lvert", "\\rvert"):
            return "\\|"
        if sign in ("\\|", "\\Vert", "\\lVert", "\\rVert", "‖"):
            return "‖"
        if sign in ("<", ">", "\\lt", "\\gt"):
            return "\\⟨" if sign in ("<", "\\lt") else "\\⟩"
        if sign.lower().endswith(("uparrow", "downarrow")):  # which grow as brackets do
            return f'class("fence", {symbol(sign)})'
        self.reader.at -= 1
        return self._atom()

    def _fenced(self) -> str:
        r"""Translate what stands between \left and \right."""
        left, parts = self._delimiter(), []
        while True:
            parts.append(self._sequence(frozenset({"\\right", "\\middle", ""})))
            if self.reader.take() == "\\right":
                return fence(left, " ".join(filter(None, parts)), self._delimiter())
            parts.append(f"mid({self._delimiter() or NOTHING})")

    # Names

    def _note_tag(self, is_whole: bool = False) -> str:
        tokens = self.reader.argument()
        tag = plain_text(tokens).replace("$", "").strip()
        # \tag*{(1)} brings the brackets that \tag{1} is given; \tag*{1} has none.
        inner = tag.removeprefix("(").removesuffix(")")
        self._tag = string(inner)
        is_styled = any(token[0] in "$\\" for token in tokens)
        if is_styled:
            body = self._prose.typst(tokens, {})
            self._tag = f"math.equation(alt: {string(tag)}, ${body}$)"
        if is_whole and (inner == tag or is_styled):
            self._tag = f"({self._tag},)"
        return ""

    def _untagged(self) -> str:
        self._tag = None
        return ""

    def _note_label(self) -> str:
        if name := self.reader.text():
            self._labels += (name,)
        return ""

    # Environments

    def _environment(self) -> str:
        r"""Translate \begin{..} .. \end{..} within a formula."""
        name = self.reader.text()
        kind = name.rstrip("*")
        if kind == "CD":
            return self._diagram()
        if kind not in LINES and kind not in TABLES:
            raise TexError(f"unknown environment {name}")
        columns = option = self._position(name)
        if not kind.endswith("matrix"):
            columns = ""
            if option not in ("", "c"):
                self._tell(f"the option [{option}] of {name} is left out")
        if kind in WITH_ARGUMENT:
            columns = self.reader.text()
        prose = (
            (1,)
            if name.endswith("cases*")
            else tuple(at for at, side in enumerate(sides(columns)) if side == "p")
        )
        if columns and (told := between(columns)):
            self._tell(f"what the columns have between them is left out: {told}")
        start = self.reader.at
        rows, rules = self._rows(frozenset({"\\end", ""}), prose)
        if (
            ":" in columns
            or "\\hdashline" in self.reader.tokens[start : self.reader.at]
        ):
            self._tell("dashed rules are drawn solid")
        if "||" in columns or len(set(rules)) < len(rules):
            self._tell("double rules are drawn single")
        self.reader.take()
        if self.reader.text() != name:
            raise TexError(f"\\begin{{{name}}} has no \\end{{{name}}}")
        for row in rows:  # a name given within is one of the line around
            self._tag = row.tag if self._tag is None else self._tag
            self._labels += row.labels
        if kind == "multlined":
            return staggered(rows)
        if kind in WITHOUT_GAPS:
            rows = [row._replace(gap="") for row in rows]
        return block(rows) if kind in LINES else table(kind, rows, columns, rules)

    def _position(self, name: str) -> str:
        """Return an option of an environment: where lines or columns stand, or ''."""
        if name.endswith(("matrix", "cases", "cases*")):
            return ""
        options: list[str] = []
        at = self.reader.at
        while (option := self.reader.option()) is not None and (
            # Before an argument nothing else can stand; elsewhere, a line may begin.
            name.rstrip("*") in WITH_ARGUMENT
            or option.strip() in tuple("tbclrm")
            or (name == "multlined" and _LENGTH.fullmatch(option))
        ):
            options.append(option)
            at = self.reader.at
        self.reader.at = at
        return ", ".join(options)

    def _braced(self, kind: str) -> str:
        r"""Translate lines in braces: \substack{..}, and plain TeX's \pmatrix{..}."""
        outer, self.reader = self.reader, Reader(self.reader.argument())
        rows, _ = self._rows(_END, (1,) if kind == "cases" else ())
        self._must_end()
        self.reader = outer
        if kind in TABLES:
            return table(kind, rows, "", [])
        if kind == "eqalign":
            return block([row._replace(gap="") for row in rows])
        return f'class("normal", {aligned(rows) or NOTHING})'

    def _substack(self) -> str:
        self.reader.option()
        return f"script({self._braced('substack')})"

    def _diagram(self) -> str:
        """Translate a commutative diagram in the AMS's notation."""
        outer, rows = self.reader, []
        self.reader = Reader(outer.until(*tokenise(r"\end{CD}")))
        while True:
            row: list[str] = []
            has_objects = len(rows) % 2 == 0
            while (sign := self.reader.peek()) not in ("", "\\\\", "\\cr"):
                if sign == "@":
                    self.reader.take()
                    # No object where one may stand: in a row of objects, a blank one.
                    row += [""] * (has_objects and len(row) % 2 == 0)
                    row.append(self._diagram_arrow(self.reader.take()))
                else:
                    row.append(self._sequence(frozenset({"@", "\\\\", "\\cr", ""})))
                    has_objects = True
            if has_objects and len(rows) % 2 and not (row[0] or len(row) % 2):
                row.insert(0, "")
            if not has_objects:  # arrows that stand under every other column
                row = [cell for arrow in row for cell in (arrow, "")][:-1]
            rows.append(row)
            if not self.reader.peek():
                break
            self.reader.take()
        self.reader = outer
        return diagram([row for row in rows if row])

    def _diagram_arrow(self, kind: str) -> str:
        kind = {")": ">", "(": "<", "\\vert": "|", "\\|": "|"}.get(kind, kind)
        if kind not in _CD_ARROWS:
            raise TexError(f"@{kind} is no arrow of a diagram")
        arrow = _CD_ARROWS[kind]
        if kind in "=|.":
            size = {"=": "3em", "|": "2em"}.get(kind)
            return f"stretch({arrow}, size: #{size})" if size else ""
        first, second = (self._inner(self.reader.until(kind)) for _ in range(2))
        if kind in "<>":
            return f"acrossarrow({arrow}, {first}, {second})"
        return f"downarrow({arrow}, {first}, {second})"


def _is_relation(base: str) -> bool:
    """Return whether maths is one sign that is neither a letter nor an operator."""
    sign = base.removeprefix("\\")
    return len(sign) == 1 and category(sign) in ("Sm", "So") and sign not in _LARGE


def _typed(sign: str) -> str:
    """Return the side of a script that is one character, t or b, or ''."""
    if len(sign) != 1:
        return ""
    return "t" if sign in _PRIME or sign in _ABOVE else "b" if sign in _BELOW else ""


_METHODS = {
    "\\begin": Translator._environment,
    **{
        f"\\{kind}": lambda translator, kind=kind: translator._braced(kind)
        for kind in _BRACED
    },
    "\\substack": Translator._substack,
    "\\crampedsubstack": Translator._substack,
    "\\left": Translator._fenced,
    "\\sqrt": Translator._root,
    "\\root": Translator._plain_root,
    "\\buildrel": Translator._built,
    "\\genfrac": Translator._fraction,
    "\\sideset": Translator._sides,
    "\\operatorname": Translator._operator,
    **dict.fromkeys(
        ("\\operatorname*", "\\operatornamewithlimits"),
        lambda translator: translator._operator(", limits: #true"),
    ),
    "\\Bra": lambda translator: translator._bracketed("\\langle", "|", 0),
    "\\Ket": lambda translator: translator._bracketed("|", "\\rangle", 0),
    "\\Braket": lambda translator: translator._bracketed("\\langle", "\\rangle", 9),
    "\\Set": lambda translator: translator._bracketed("\\{", "\\}", 1),
    "\\paireddelimiter": Translator._paired,
    "\\textcolor": Translator._tinted,
    "\\colorbox": Translator._coloured_box,
    "\\fcolorbox": lambda translator: translator._coloured_box(True),
    "\\definecolor": Translator._define_colour,
    "\\bbox": Translator._boxed,
    "\\enclose": Translator._enclosed,
    "\\unicode": Translator._by_number,
    "\\U": lambda translator: translator._by_number(True),
    "\\char": Translator._char,
    "\\Aboxed": Translator._boxed_line,
    **{
        name: lambda translator, name=name: translator._left_out(name)
        for name in ("\\style", "\\mathtoolsset", "\\usetagform")
    },
    "\\raise": lambda translator: translator._shifted(True),
    "\\lower": lambda translator: translator._shifted(False),
    **dict.fromkeys(("\\kern", "\\mkern", "\\hskip", "\\mskip"), Translator._spaced),
    "\\mathchoice": Translator._chosen,
    "\\ce": Translator._chemical,
    "\\pu": Translator._unit,
    "\\not": Translator._struck,
    "\\dots": Translator._dots,
    "\\tag": Translator._note_tag,
    "\\tag*": lambda translator: translator._note_tag(True),
    "\\label": Translator._note_label,
    "\\notag": Translator._untagged,
    "\\nonumber": Translator._untagged,
}
# Commands that may have a star, which counts only where it makes a difference.
_STARRED = frozenset(
    {"\\hspace", "\\operatorname", "\\tag", "\\shoveleft", "\\shoveright", "\\Aboxed"}
)
