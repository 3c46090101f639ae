"""Formulas in words, for those who hear them."""

# ruff: noqa: RUF001 - signs that look like letters are what this is about

import re
from functools import lru_cache
from typing import NamedTuple
from unicodedata import decomposition, normalize

import mathra

from .chemistry import chemistry, unit
from .commands import BIG, FORMS, SWITCHES, TEXT_SWITCHES, TEXTS
from .prose import FORMULAS, plain_text, verbatim
from .symbols import pairs
from .tables import sides
from .tokens import Reader, TexError, joined, tokenise

_LOCALES = {
    locale["code"].partition("-")[0]: locale["code"] for locale in mathra.locales()
}
# What mathra could not read; a letter that its font lacks (E-REC-8) is no matter here.
_GIVEN_UP, _NO_MATTER = "E-REC-", "E-REC-8"


class _Words(NamedTuple):
    """Words that keep apart what mathra says alike.

    Such are x_{a+b} and x_a + b, a line over AB and over B, bold letters and others,
    p(x|y) and a bar over x.
    """

    end_sub: str
    group: str
    end_group: str
    bold: str
    script: str
    fraktur: str
    bar: str
    to: str
    transpose: str
    star: str


def _words(text: str) -> _Words:
    return _Words(*text.split(", "))


_WORDS = {
    "en": _words("end sub, group, end group, bold, script, fraktur, vertical bar, to, "
        "transpose, star"),
    "de": _words("Ende Index, Gruppe, Ende Gruppe, fett, Schreibschrift, Fraktur, "
        "senkrechter Strich, nach, transponiert, Stern"),
    "es": _words("fin subíndice, grupo, fin grupo, negrita, caligráfica, gótica, barra "
        "vertical, a, transpuesta, asterisco"),
    "fr": _words("fin indice, groupe, fin groupe, gras, ronde, gothique, barre "
        "verticale, vers, transposée, étoile"),
    "it": _words("fine pedice, gruppo, fine gruppo, grassetto, corsiva, gotico, barra "
        "verticale, a, trasposta, asterisco"),
    "pt": _words("fim índice, grupo, fim grupo, negrito, caligráfica, gótica, barra "
        "vertical, para, transposta, asterisco"),
    "nl": _words("einde index, groep, einde groep, vet, schrijfletter, gotisch, "
        "verticale streep, naar, getransponeerd, ster"),
}  # fmt: skip
# Signs that mathra leaves as they are.
_SIGNS = {
    "en": "← left arrow, ↦ maps to, ‖ double bar, ⊙ circled dot, ⊗ circled times, ⊕ "
    "circled plus, ⊛ circled star, ⟨ left angle, ⟩ right angle, ⌊ floor of, ⌋ end "
    "floor, ⌈ ceiling of, ⌉ end ceiling, ∼ tilde, † dagger, ⋮ vertical dots, ⋱ "
    "diagonal dots, ∧ and, ∨ or, ¬ not, ⋆ star, ∘ circle, □ square, ≪ is much less "
    "than, ≫ is much greater than, ⇐ is implied by, ℓ script l, ‴ triple prime, ˇ "
    "caron, ˘ breve, ´ acute, ˋ grave, ˚ ring, ⃛ triple dot, ˍ underlined, 𝟙 "
    "double-struck 1, ⫫ is independent of, ∃! "
    "there exists exactly one",
    "de": "← Pfeil nach links, ↦ wird abgebildet auf, ‖ Doppelstrich, ⊙ Punkt im "
    "Kreis, ⊗ Mal im Kreis, ⊕ Plus im Kreis, ⊛ Stern im Kreis, ⟨ spitze Klammer auf, "
    "⟩ spitze Klammer zu, ⌊ abgerundet, ⌋ Ende abgerundet, ⌈ aufgerundet, ⌉ Ende "
    "aufgerundet, ∼ Tilde, † Dolch, ⋮ senkrechte Punkte, ⋱ schräge Punkte, ∧ und, ∨ "
    "oder, ¬ nicht, ⋆ Stern, ∘ Kreis, □ Quadrat, ≪ sehr viel kleiner als, ≫ sehr viel "
    "größer als, ⇐ folgt aus, ℓ geschwungenes l, ‴ drei Strich, ˇ "
    "Hatschek, ˘ Breve, ´ Akut, ˋ Gravis, ˚ Ring, ⃛ drei Punkte, ˍ unterstrichen, 𝟙 "
    "Eins mit Doppelstrich, ⫫ unabhängig von, ∃! "
    "es gibt genau ein",
}
_ACCENTS = (
    "\\hat", "\\widehat", "\\tilde", "\\widetilde", "\\bar", "\\overline", "\\vec",
    "\\dot", "\\ddot", "\\overrightarrow",
)  # fmt: skip
# Those that mathra does not say, as a sign behind.
_MARKS = {
    "\\check": "ˇ", "\\widecheck": "ˇ", "\\breve": "˘", "\\acute": "´",
    "\\grave": "ˋ", "\\mathring": "˚", "\\dddot": "\u20db", "\\underline": "ˍ",
    "\\overleftarrow": "←", "\\overleftrightarrow": "↔",
}  # fmt: skip
_FONTS = dict.fromkeys(("\\mathbf", "\\boldsymbol", "\\bm", "\\pmb"), "bold") | {
    "\\mathcal": "script", "\\mathscr": "script", "\\mathfrak": "fraktur",
}  # fmt: skip
# How many arguments; where the last one ends is not said if it is short.
_ENDLESS = {"\\sqrt": 1} | dict.fromkeys(
    ("\\frac", "\\dfrac", "\\tfrac", "\\binom", "\\dbinom", "\\tbinom"), 2
)
_WORDS_IN = ("\\mathrm", "\\mathit", "\\mathtt", "\\mathsf")
_WITH_ARGUMENT = (
    *TEXTS, *_WORDS_IN, "\\operatorname", "\\mathbb", *_ACCENTS, *_MARKS, *_FONTS,
)  # fmt: skip
# What nobody hears: how many arguments to leave out, after an option.
_UNHEARD = {
    name: 1 if "{A:.0}" in form or "#space" in form else 0
    for name, form in FORMS.items()
    if re.fullmatch(r"(\[[^\]]*\])*(|\{A:\.0\}|\{a\}|(lapped|cramped).*|#[^ ]*)", form)
}
_UNHEARD |= dict.fromkeys(SWITCHES, 0) | dict.fromkeys(TEXT_SWITCHES, 0)
_UNHEARD |= {
    "\\label": 1, "\\color": 1, "\\bbox": 0, "\\textcolor": 1, "\\colorbox": 1,
    "\\fcolorbox": 2, "\\enclose": 1, "\\phantom": 1, "\\hphantom": 1,
    "\\vphantom": 1, "\\rule": 2, "\\Rule": 3, "\\definecolor": 3,
    "\\hdashline": 0, "\\Space": 3, "\\raisebox": 1, "\\href": 1, "\\limits": 0,
    "\\nolimits": 0, "\\,": 0, "\\;": 0, "\\:": 0, "\\>": 0, "\\!": 0, "\\ ": 0,
    "\\quad": 0, "\\qquad": 0,
}  # fmt: skip
_WITH_OPTION = {name for name, form in FORMS.items() if form.startswith("[")} | {
    "\\bbox", "\\textcolor", "\\color", "\\colorbox", "\\fcolorbox", "\\raisebox",
}  # fmt: skip
# What mathra knows by another name.
_SAID_AS = pairs(r"""
    R \mathbb{R} N \mathbb{N} Z \mathbb{Z} Q \mathbb{Q} C \mathbb{C}
    underbar \underline Aboxed \boxed frak \mathfrak intop \int And \&
    varlimsup \limsup varliminf \liminf varGamma \Gamma varDelta \Delta
    varTheta \Theta varLambda \Lambda varXi \Xi varPi \Pi varSigma \Sigma
    varUpsilon \Upsilon varPhi \Phi varPsi \Psi varOmega \Omega arrowvert |
    Arrowvert \| vcentcolon : mathsterling £ mathellipsis \dots ldotp . refeq \ref
    Bra \bra Ket \ket mathbfup \mathbf symbf \mathbf symbfup \mathbf symup \mathrm
    symrm \mathrm symbb \mathbb symfrak \mathfrak symscr \mathscr symcal \mathcal
    symsf \mathsf lt < gt > utilde \tilde undertilde \tilde nicefrac \frac
    sfrac \frac cal \mathcal Bbb \mathbb mathds \mathbb mathbbm \mathbb
    operatornamewithlimits \operatorname
    backslash ∖ bigoplus \oplus bigotimes \otimes bigodot \odot bigvee \vee
    bigwedge \wedge biguplus ⊎ bigsqcup ⊔ coprod ∐""")
_SAID_AS |= {"∑": "\\sum", "∏": "\\prod", "∫": "\\int"}
# Behind these, mathra says where a script ends.
_BIG_ONES = (
    "\\sum", "\\prod", "\\int", "\\oint", "\\iint", "\\iiint", "\\lim", "\\max",
    "\\min", "\\sup", "\\inf", "\\limsup", "\\liminf", "\\bigcup", "\\bigcap",
    "\\coprod",
)  # fmt: skip
_OPEN, _CLOSED = ("(", "\\{", "[", "\\langle"), (")", "\\}", "]", "\\rangle")
_BARS = ("|", "\\vert", "\\lvert", "\\rvert")
_DOUBLE_BARS = ("\\|", "\\Vert", "‖", "\\lVert", "\\rVert")
_ENVIRONMENTS = {
    "darray": "array", "xalignat": "alignat", "xxalignat": "alignat",
    "multline": "gather", "multlined": "gathered",
}  # fmt: skip
_PARTED = {
    "\\root": ("\\of", "\\sqrt[{}]{{{}}}"),
    "\\buildrel": ("\\over", "\\overset{{{}}}{{{}}}"),
}  # fmt: skip
_LENGTHS = ("\\kern", "\\mkern", "\\hskip", "\\mskip", "\\raise", "\\lower")
_BOND = re.compile(r"(?<![\^_])\{(-|=|\\equiv )\}")
_POSITION = re.compile(r"[tbclrm]|[\d.]+\s*[a-z]{2}")
_SPECIAL = re.compile(r"[%$&#_{}]")
_SIDES = ("\\left", "\\right", "\\middle", *BIG)


@lru_cache(maxsize=4096)
def speech(tex: str, language: str) -> str:
    r"""Return a formula in words; '' if that cannot be done, ' ' if it is blank.

    Parameters
    ----------
    tex : str
        The formula, with what its macros stand for put in.
    language : str
        A language's code; English speaks for those that are not known.

    Examples
    --------
    >>> speech(r"w_{ij} \leftarrow \frac{a}{2}", "en")
    'w sub i j end sub left arrow a over 2'
    """
    short = language.partition("-")[0].lower()
    short = short if short in _LOCALES else "en"
    try:
        heard = _Ear(_WORDS.get(short)).heard(tokenise(" ".join(tex.split())))
        if not heard.strip():
            return " "
        if "\\\\" in heard and "\\begin" not in heard:
            heard = f"\\begin{{gathered}}{heard}\\end{{gathered}}"
        said = mathra.render(heard, _LOCALES[short])
    except (TexError, ValueError):
        return ""
    rules = {warning["rule"] for warning in said["warnings"]} - {_NO_MATTER}
    if any(rule.startswith(_GIVEN_UP) for rule in rules) or "\\" in said["speech"]:
        return ""
    words = said["speech"]
    for named in _SIGNS.get(short, "").split(", "):
        sign, _, name = named.partition(" ")
        words = words.replace(sign, f" {name} ") if sign in words and sign else words
    return " ".join(words.split())


class _Ear:
    """Rewrites a formula so that no two of them sound alike."""

    def __init__(self, words: _Words | None) -> None:
        self._words = words

    def heard(self, tokens: list[str], in_script: bool = False) -> str:
        """Return TeX for mathra of the tokens of TeX."""
        if tokens[:1] == ["\\rm"]:
            tokens = _with_words(tokens[1:])
        tokens = _with_norms(tokens)
        if [token for token in tokens if not token.isspace()] == ["!"]:
            return _text("!")  # above a sign, and no factorial
        reader, out, before, words = Reader(tokens), [], "", self._words
        bars = _bars(tokens, self._words.bar) if self._words else {}
        while reader.peek():
            sign = reader.take()
            sign = _SAID_AS.get(sign, sign)
            if sign in ("\\bf", "\\bfseries") and self._words:
                out.append(_text(self._words.bold))
                continue
            if sign in _UNHEARD:
                _pass_by(sign, reader)
                continue
            if sign in ("\\\\", "\\cr", "\\newline"):
                if sign == "\\\\":
                    reader.passes("*")
                    if reader.next_is("["):
                        reader.option()
                # Before a bracket that is none, mathra needs something else.
                sign = "\\\\" + " {}" * (reader.peek() == "[")
            sign = _written(sign)
            if sign in _LENGTHS:
                reader.length()
                continue
            if sign in ("\\ce", "\\pu"):
                read = chemistry if sign == "\\ce" else unit
                tex = _BOND.sub(r"\\text{ \1 }", read(reader.text()))
                out.append(self.heard(tokenise(tex)))
            elif sign in TEXTS and reader.next_is("{"):
                is_bold = sign == "\\textbf" and self._words  # for a vector, often
                out.append(_text(self._words.bold) if is_bold else "")
                out.append(self._prose(reader.argument()))
            elif sign == "\\tag":
                is_whole = reader.passes("*")
                tag = plain_text(reader.argument()).replace("$", "")
                tag = tag.strip("()") if is_whole else tag
                out.append(f"\\tag{{{tag}}}")
            elif sign in _WORDS_IN and reader.next_is("{"):
                # A word in upright letters is no product of them.
                out.append(f"{{{self.heard(_with_words(reader.argument()))}}}")
            elif sign == "\\mathbb":
                inner = _argument(reader)
                is_one = inner == ["1"]
                out.append("𝟙" if is_one else f"{sign}{{{self.heard(inner)}}}")
            elif sign == "\\operatorname":
                reader.passes("*")
                out.append(self._operator(reader.argument()))
            elif sign.startswith("\\verb"):
                out.append(_quoted(verbatim(sign)))
            elif sign in _PARTED:
                first, form = _PARTED[sign]
                before_it = self.heard(reader.until(first))
                out.append(form.format(before_it, self.heard(_argument(reader))))
            elif sign in ("\\begin", "\\end"):
                out.append(self._environment(sign, reader))
            elif sign == "\\paireddelimiter":
                pair = reader.argument(), reader.argument()
                reader.passes("*")
                reader.option()
                inner = [*pair[0], *reader.argument(), "\\right", *pair[1]]
                out.append(self.heard(["\\left", *inner], in_script))
            elif sign == "{":
                out.append(f"{{{self.heard(reader.until('}'), in_script)}}}")
            elif self._words is None:
                out.append(sign)
            elif sign in _ENDLESS and (whole := _before_script(sign, reader)):
                inner = self.heard(whole)
                out.append(f"{{{_text(words.group)}{inner}{_text(words.end_group)}}}")
            elif sign in ("_", "^"):
                inner = _argument(reader)
                if inner in (["+"], ["-"]) and not in_script:  # not: from the right
                    out.append(f"{sign}{{{inner[0]}{{}}}}")
                else:
                    out.append(self._script(sign, inner, before in _BIG_ONES))
                continue
            elif sign == "\\exists" and reader.passes("!"):
                out.append(_text("∃!"))
            elif reader.at - 1 in bars:
                out.append(bars[reader.at - 1])
            elif sign == "\\left":
                out.append(self._fenced(reader))
            elif sign == "'" and out[-3:] == ["'"] * 3:  # of which mathra hears three
                out.append("{}'")
            else:
                out.append(self._said(sign, reader, in_script))
            before = sign
        # A command's name ends at a blank; digits of a number have none between them.
        return "".join(
            f"{part} " if part[-1:].isalpha() and part[0] == "\\" else part
            for part in out
        )

    def _environment(self, sign: str, reader: Reader) -> str:
        """Rewrite the begin or end of an environment: as a plain one of its kind."""
        name = reader.text()
        if name.endswith("cases*") and sign == "\\begin":
            return self._cases(name, reader)
        at = reader.at
        if sign == "\\begin" and not name.endswith(("matrix", "cases")):
            while _POSITION.fullmatch(reader.option() or ""):
                at = reader.at
            reader.at = at  # what is no option begins the first line
        name = name.rstrip("*")
        name = _ENVIRONMENTS.get(name, name)
        spec = ""
        if sign == "\\begin" and name == "array":
            spec = f"{{{sides(reader.text())}}}"
        return f"{sign}{{{name}}}{spec}"

    def _cases(self, name: str, reader: Reader) -> str:
        """Rewrite cases whose second column is text."""
        inner, out = Reader(reader.until(*tokenise(f"\\end{{{name}}}"))), []
        while inner.peek():
            cell = inner.cell(frozenset({"&", "\\\\"}))
            is_text = out[-1:] == ["&"]
            out.append(self._prose(cell) if is_text else self.heard(cell))
            out.append(inner.take() if inner.peek() else "")
        return f"\\begin{{cases}}{''.join(out)}\\end{{cases}}"

    def _prose(self, tokens: list[str]) -> str:
        """Rewrite text, and the formulas in it."""
        parts, kept, reader = [], [], Reader(tokens)
        while reader.at <= len(tokens):
            sign = "".join(tokens[reader.at : reader.at + 1])
            reader.at += 1
            if sign in _UNHEARD:
                kept.append(" ")
                _pass_by(sign, reader)
            elif sign in _LENGTHS:
                kept.append(" ")
                reader.length()
            elif sign.startswith("\\verb"):
                kept.append(verbatim(sign))
            elif sign and sign not in FORMULAS:
                kept.append(sign)
            else:
                words, kept = plain_text(kept), []
                parts += [_quoted(words)] * bool(words)
                if sign:
                    parts.append(f" {self.heard(reader.until(*FORMULAS[sign]))} ")
        return "".join(parts)

    def _operator(self, tokens: list[str]) -> str:
        """Rewrite a function's name: words, whatever else stands among them."""
        if not any(token[0] in "\\^_{$'" for token in tokens):
            return f"\\operatorname{{{joined(tokens)}}}"
        return self.heard(_with_words(tokens))

    def _script(self, sign: str, inner: list[str], is_limit: bool) -> str:
        if sign == "^" and inner in (["\\top"], ["\\intercal"]):
            return _text(self._words.transpose)
        if sign == "^" and inner in (["*"], ["\\ast"]):
            return _text(self._words.star)
        needs_end = sign == "_" and not is_limit and not _is_one(inner)
        end = _text(self._words.end_sub) * needs_end
        return f"{sign}{{{self.heard(inner, True)}{end}}}"

    def _fenced(self, reader: Reader) -> str:
        """Rewrite a pair of delimiters of which only one is a bar."""
        start, depth = reader.at, 1
        while depth:
            depth += {"\\left": 1, "\\right": -1}.get(reader.take(), 0)
        inner = Reader(reader.tokens[start : reader.at - 1])
        left, right = inner.take(), reader.take()
        body = self.heard(inner.tokens[inner.at :])
        bar = _text(self._words.bar)
        is_scripted = reader.peek() in ("_", "^")  # which belong to all, not to its end
        if left in _DOUBLE_BARS and right in _DOUBLE_BARS and is_scripted:
            return _text("‖") + body + _text("‖")
        if (left in _BARS) != (right in _BARS) or (left in _BARS and is_scripted):
            body = bar * (left in _BARS) + body + bar * (right in _BARS)
            left, right = ("." if side in _BARS else side for side in (left, right))
        return f"\\left{left} {body}\\right{right} "

    def _said(self, sign: str, reader: Reader, in_script: bool) -> str:
        words = self._words
        if sign in _ACCENTS or sign in _MARKS:
            inner = _argument(reader)
            maths = self.heard(inner, in_script)
            if not _is_one(inner):
                maths = _text(words.group) + maths + _text(words.end_group)
            if sign in _MARKS:
                return f"{{{maths}{_text(_MARKS[sign])}}}"
            return f"{sign}{{{maths}}}"
        if sign in _FONTS:
            name = _text(getattr(words, _FONTS[sign]))
            return f"{{{name}{self.heard(_argument(reader), in_script)}}}"
        if sign == "\\mid":
            return _text(words.bar)
        if sign in ("\\to", "\\rightarrow", "\\longrightarrow") and not in_script:
            return _text(words.to)
        return sign


def _before_script(sign: str, reader: Reader) -> list[str]:
    """Return a command with its arguments, passed, if a script follows; or nothing."""
    start = reader.at
    reader.option()
    for _ in range(_ENDLESS[sign]):
        _argument(reader)
    if reader.peek() in ("_", "^", "'"):
        return [sign, *reader.tokens[start : reader.at]]
    reader.at = start
    return []


def _with_words(tokens: list[str]) -> list[str]:
    """Return tokens in which letters that stand together are a word."""
    spaces = ("\\,", "\\;", "\\:", "\\ ", "~", "\\!")
    text = joined([" " if t in spaces else t for t in tokens])
    words = r"(?<![\\\w])[a-zA-Z]{2,}(?: +[a-zA-Z]+)*"
    return tokenise(re.sub(words, r"\\text{\g<0>}", text))


def _pass_by(sign: str, reader: Reader) -> None:
    """Pass what belongs to a command that nobody hears."""
    if sign in _WITH_OPTION:
        while reader.option() is not None:
            pass
    elif _UNHEARD[sign]:
        reader.passes("*")
    for _ in range(_UNHEARD[sign]):
        reader.argument()


def _written(sign: str) -> str:
    """Return a script that was typed as one character as TeX writes it."""
    kind = decomposition(sign).partition(" ")[0] if len(sign) == 1 else ""
    mark = {"<super>": "^", "<sub>": "_"}.get(kind)
    return f"{mark}{{{normalize('NFKC', sign)}}}" if mark else sign


def _quoted(words: str) -> str:
    words = words.replace("\\", "∖").replace("~", "∼")  # no command, no blank
    return "\\text{" + _SPECIAL.sub(r"\\\g<0>", words) + "}"


def _text(words: str) -> str:
    return f"\\text{{ {words} }}"


def _argument(reader: Reader) -> list[str]:
    """Return an argument; a command that is one brings its own with it."""
    start, is_group = reader.at, reader.peek() == "{"
    tokens = reader.argument()
    if is_group or not (
        tokens[0] in _ENDLESS or (tokens[0] in _WITH_ARGUMENT and reader.next_is("{"))
    ):
        return tokens
    reader.option()
    for _ in range(_ENDLESS.get(tokens[0], 1)):
        _argument(reader)
    return reader.tokens[start : reader.at]


def _is_one(tokens: list[str]) -> bool:
    """Return whether tokens are one thing: a sign, a number, a word."""
    tokens = [token for token in tokens if not token.isspace()]
    if len(tokens) < 2 or all(t.isdigit() for t in tokens):
        return True
    reader = Reader(tokens)
    if reader.take() in _WITH_ARGUMENT:
        reader.argument()
        return reader.at == len(tokens)
    return False


def _with_norms(tokens: list[str]) -> list[str]:
    """Return tokens with two bars typed for one as that: ||x||, but not |x||y|."""
    out: list[str] = []
    depth, last, was_open, is_open = 0, -1, False, False  # of single bars
    for sign in tokens:
        depth += {"{": 1, "}": -1}.get(sign, 0)
        before = out[-1] if out else ""
        is_bar = sign == "|" and not depth and before not in _SIDES
        if is_bar and last == len(out) - 1 >= 0 and is_open and not was_open:
            out[-1], is_open = "\\|", False
            continue
        if is_bar:
            last, was_open, is_open = len(out), is_open, not is_open
        out.append(sign)
    return out


def _bars(tokens: list[str], word: str) -> dict[int, str]:
    """Return where bars stand, and TeX that says whether they part or go in pairs."""
    levels: list[list[int]] = [[-1]]  # the bracket, and the bars in it
    found, double, depth, before = [], [], 0, ""
    for at, token in enumerate(tokens):
        depth += {"{": 1, "}": -1}.get(token, 0)
        if depth == 0 and before not in _SIDES:
            if token in _OPEN:
                levels.append([at])
            elif token in _CLOSED:
                found.append(levels.pop())
                levels = levels or [[-1]]
            elif token in _BARS:
                levels[-1].append(at)
            elif token in _DOUBLE_BARS:
                double.append(at)
        before = token
    heard = _in_pairs(tokens, double, _text("‖"), "\\|")
    for bracket, *bars in [*found, *levels]:
        is_inner = Reader(tokens[bracket + 1 :]).peek() not in _BARS
        if is_inner and tokens[bracket : bracket + 1] == ["\\langle"]:  # <a|H|b>
            heard |= dict.fromkeys(bars, _text(word))
        else:
            heard |= _in_pairs(tokens, bars, _text(word), "|")
    return heard


def _in_pairs(
    tokens: list[str], bars: list[int], text: str, sign: str
) -> dict[int, str]:
    """Return TeX for bars: of an absolute value if that is plain, or else the word."""
    heard = dict.fromkeys(bars, text)
    if len(bars) % 2 == 0:
        for left, right in zip(bars[::2], bars[1::2], strict=True):
            # Scripts would be heard as those of what stands last between the bars.
            is_scripted = Reader(tokens[right + 1 :]).peek() in ("_", "^")
            if not is_scripted and "&" not in tokens[left:right]:
                heard |= {left: f"\\left{sign} ", right: f"\\right{sign} "}
    return heard
