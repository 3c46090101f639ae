"""What TeX's commands become in Typst: one table, and pandoc for plain symbols."""

import json
from unicodedata import category, normalize

import pypandoc

from .source import string

# A form holds {a}, {b}: arguments that are formulas; {A}, {B}: those that are text.
# Arguments are read in alphabetical order; {A:.0} is read and not printed.
FORMS = {
    # Spaces
    "\\,": "thin", "\\:": "med", "\\>": "med", "\\;": "thick", "\\quad": "quad",
    "\\qquad": "wide", "\\!": "#h(-.1667em)", "\\ ": "#h(.25em)", "~": "#h(.25em)",
    "\\enspace": "#h(.5em)", "\\thinspace": "thin", "\\medspace": "med",
    "\\thickspace": "thick", "\\negthinspace": "#h(-.1667em)", "\\\n": "#h(.25em)",
    "\\hfill": "quad", "\\hspace*": "#space({A})", "\\hspace": "#space({A})",
    "\\mspace": "#space({A})", "\\vspace": "{A:.0}",
    # Fractions, roots, braces, accents
    "\\frac": "frac({a}, {b})", "\\dfrac": "display(frac({a}, {b}))",
    "\\cfrac": "display(frac({a}, {b}))", "\\tfrac": "inline(frac({a}, {b}))",
    "\\sfrac": "inline(frac({a}, {b}))", "\\nicefrac": "inline(frac({a}, {b}))",
    "\\binom": "binom({a}, {b})", "\\dbinom": "display(binom({a}, {b}))",
    "\\tbinom": "inline(binom({a}, {b}))", "\\overbrace": "limits(overbrace({a}))",
    "\\underbrace": "limits(underbrace({a}))", "\\hat": "hat({a})",
    "\\widehat": "hat({a})", "\\tilde": "tilde({a})", "\\widetilde": "tilde({a})",
    "\\bar": "macron({a})", "\\vec": "arrow({a})", "\\dot": "dot({a})",
    "\\ddot": "dot.double({a})", "\\dddot": "dot.triple({a})", "\\check": "caron({a})",
    "\\breve": "breve({a})", "\\acute": "acute({a})", "\\grave": "grave({a})",
    "\\mathring": "circle({a})", "\\overline": "overline({a})",
    "\\underline": "underline({a})", "\\overrightarrow": "arrow({a})",
    "\\overleftarrow": "arrow.l({a})", "\\cancel": "cancel({a})",
    "\\cancelto": "attach(cancel({b}), t: {a})", "\\widecheck": "caron({a})",
    "\\overleftrightarrow": "arrow.l.r({a})", "\\mathclap": "{a}", "\\llap": "{a}",
    "\\rlap": "{a}", "\\clap": "{a}",
    "\\overset": "attach(limits({b}), t: {a})", "\\boxed": "framed({a})",
    "\\underset": "attach(limits({b}), b: {a})", "\\phantom": "phantom({a})",
    "\\hphantom": "phantom({a})", "\\vphantom": "phantom({a})",
    "\\fbox": "framed(words({A}))", "\\raisebox": "{A:.0}{b}",
    "\\rule": "{A:.0}{B:.0}",
    "\\stackrel": 'class("relation", attach(limits({b}), t: {a}))',
    # Text, names, colours, links, references
    "\\text": "words({A})", "\\mbox": "words({A})", "\\hbox": "words({A})",
    "\\textrm": "words({A})", "\\textnormal": "words({A})", "\\textsf": "words({A})",
    "\\textsc": "words({A})", "\\textup": "words({A})",
    "\\textbf": "boldwords({A})", "\\textit": "italicwords({A})",
    "\\emph": "italicwords({A})", "\\texttt": "codewords({A})",
    "\\operatorname": "op({A})", "\\operatorname*": "op({A}, limits: #true)",
    "\\operatornamewithlimits": "op({A}, limits: #true)",
    "\\varliminf": 'underline(op("lim"))', "\\varlimsup": 'overline(op("lim"))',
    "\\textcolor": "tinted({A}, {b})", "\\colorbox": "tinted({A}, {b})",
    "\\href": "#link({A})[${b}$]", "\\eqref": "#equation-reference({A})",
    "\\ref": "#equation-reference({A}, brackets: false)",
    # Classes, bars: Typst takes every bar for a fence
    "\\mathrel": 'class("relation", {a})', "\\mathbin": 'class("binary", {a})',
    "\\mathord": 'class("normal", {a})', "\\mathop": "limits({a})",
    "\\mathopen": 'class("opening", {a})', "\\mathclose": 'class("closing", {a})',
    "|": 'class("normal", \\|)', "\\vert": 'class("normal", \\|)',
    "\\|": 'class("normal", ‖)', "\\Vert": 'class("normal", ‖)',
    "\\lvert": 'class("opening", \\|)', "\\rvert": 'class("closing", \\|)',
    "\\lVert": 'class("opening", ‖)', "\\rVert": 'class("closing", ‖)',
    "\\bra": "lr(\\⟨ {a} \\|)", "\\ket": "lr(\\| {a} \\⟩)",
    "\\braket": "lr(\\⟨ {a} \\⟩)",
    "\\bmod": 'class("binary", op("mod"))', "\\mod": 'quad op("mod") thin {a}',
    "\\pmod": 'quad \\( op("mod") thin {a} \\)',
    # Symbols that pandoc does not know, or knows as lesser ones
    "-": "\N{MINUS SIGN}", "*": "\N{ASTERISK OPERATOR}", "\\iff": "⟺",
    "\\ast": "\N{ASTERISK OPERATOR}", "\\setminus": "\N{SET MINUS}",
    "\\Longrightarrow": "⟹", "\\Longleftarrow": "⟸", "\\Longleftrightarrow": "⟺",
    "\\square": "□", "\\Box": "□", "\\blacksquare": "■", "\\qed": "□",
    "\\backslash": "\\\\", "\\varnothing": "∅", "\\S": "§", "\\P": "¶",
    "\\copyright": "©", "\\degree": "°", "\\surd": "√", "\\dotsb": "⋯",
    "\\dotsc": "…", "\\dotsm": "⋯", "\\dotsi": "⋯", "\\dotso": "…", "\\hslash": "ℏ",
    "\\lbrace": "\\{{", "\\rbrace": "\\}}", "\\lbrack": "\\[", "\\rbrack": "\\]",
    "\\colon": "\\:", "\\coloneqq": "≔", "\\eqqcolon": "≕", "\\pounds": "£",
    "\\idotsint": "∫ ⋯ ∫", "\\R": "bb(R)", "\\reals": "bb(R)", "\\N": "bb(N)",
    "\\Z": "bb(Z)", "\\Q": "bb(Q)", "\\C": "bb(C)",
    # Without meaning on paper
    "\\nonumber": "", "\\notag": "", "\\limits": "", "\\nolimits": "",
    "\\allowbreak": "", "\\displaylimits": "", "\\strut": "", "\\mathstrut": "",
    "\\/": "", "\\smash": "", "\\tiny": "", "\\scriptsize": "", "\\footnotesize": "",
    "\\small": "", "\\normalsize": "", "\\large": "", "\\Large": "", "\\LARGE": "",
    "\\huge": "", "\\Huge": "", "\\require": "{A:.0}", "\\class": "{A:.0}",
    "\\cssId": "{A:.0}", "\\style": "{A:.0}",
}  # fmt: skip
# Alphabets; a word in one of the first line is a name, not a product of letters.
WORD_FONTS = {
    "\\mathrm": "upright", "\\mathbf": "bold", "\\mathit": "italic",
    "\\mathsf": "sans", "\\mathtt": "mono",
}  # fmt: skip
FONTS = {
    "\\mathcal": "cal", "\\mathscr": "scr", "\\mathfrak": "frak", "\\mathbb": "bb",
    "\\Bbb": "bb", "\\boldsymbol": "bold", "\\bm": "bold", "\\pmb": "bold",
    "\\mathnormal": "italic", "\\mathbbm": "bb", "\\mathds": "bb",
}  # fmt: skip
# Commands that act on the rest of their group.
SWITCHES = {
    "\\displaystyle": "display", "\\textstyle": "inline", "\\scriptstyle": "script",
    "\\scriptscriptstyle": "sscript", "\\bf": "bold", "\\rm": "upright",
    "\\it": "italic", "\\sf": "sans", "\\tt": "mono", "\\cal": "cal",
}  # fmt: skip
ARROWS = {
    "\\xrightarrow": "→", "\\xleftarrow": "←", "\\xRightarrow": "⇒",
    "\\xLeftarrow": "⇐", "\\xleftrightarrow": "↔", "\\xmapsto": "↦",
}  # fmt: skip
_SIZES = {"big": "1.2em", "Big": "1.8em", "bigg": "2.4em", "Bigg": "3em"}
_SIDES = {"l": "opening", "r": "closing", "m": "relation", "": "normal"}
# \bigl, \Bigr and the like: how high the delimiter is, and on which side it stands.
BIG = {
    f"\\{size}{side}": (_SIZES[size], _SIDES[side])
    for size in _SIZES
    for side in _SIDES
}
_WITH_LIMITS = (
    "lim", "max", "min", "sup", "inf", "liminf", "limsup", "det", "gcd", "Pr",
    "argmax", "argmin",
)  # fmt: skip
_UNKNOWN_TO_PANDOC = (
    "argmax", "argmin", "injlim", "projlim", "sgn", "erf",
)  # fmt: skip


class Symbols:
    """A dictionary from TeX's commands to Typst's maths, filled as they are met."""

    def __init__(self) -> None:
        self._known = {f"\\{name}": _operator(name) for name in _UNKNOWN_TO_PANDOC}

    def learn(self, commands: set[str]) -> None:
        """Look up the commands that are new, all of them in one run of pandoc."""
        if new := sorted(commands - set(self._known) - set(FORMS)):
            plain = _in_plain_text(new)
            for command in new:
                self._known[command] = _typst(command, plain.get(command, "").strip())

    def __getitem__(self, command: str) -> str:
        """Return Typst's maths for a symbol, or '' if a command is none."""
        self.learn({command})
        return self._known[command]


def _operator(name: str) -> str:
    limits = ", limits: #true" if name in _WITH_LIMITS else ""
    return f"op({string(name)}{limits})"


def _typst(command: str, plain: str) -> str:
    if command in plain:  # pandoc gives back what it does not know
        return ""
    if plain.isascii() and plain.isalpha() and len(plain) > 1:
        return _operator(plain)
    return character(plain) if len(plain) == 1 else plain


def character(sign: str) -> str:
    """Return one character as maths: itself, and nothing that Typst gives a meaning.

    ASCII signs have one each; brackets, even those of Unicode, must match.
    """
    special = sign.isascii() and not sign.isalnum()
    return f"\\{sign}" if special or category(sign) in ("Ps", "Pe") else sign


def _in_plain_text(commands: list[str]) -> dict[str, str]:
    """Return each command as pandoc writes it into plain text."""
    blocks = [
        {"t": "Para", "c": [{"t": "Str", "c": f"{command}:"},
                            {"t": "Math", "c": [{"t": "InlineMath"}, command]}]}
        for command in commands
    ]  # fmt: skip
    document = {"pandoc-api-version": [1, 23, 1], "meta": {}, "blocks": blocks}
    options = ["--wrap=none", "--quiet"]
    text = pypandoc.convert_text(
        json.dumps(document), "plain", "json", options, verify_format=False
    )
    pairs = (line.partition(":") for line in text.splitlines())
    return {command: plain for command, colon, plain in pairs if colon}


def negated(symbol: str) -> str:
    """Return a symbol struck out, as one character where Unicode has it."""
    struck = normalize("NFC", symbol.lstrip("\\") + "\u0338")
    return struck if len(struck) == 1 else f"cancel({symbol})"
