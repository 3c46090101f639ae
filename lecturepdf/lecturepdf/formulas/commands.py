"""What TeX's commands become in Typst."""

from unicodedata import category, normalize

from ..markup import string
from .symbols import SYMBOLS, UPRIGHT, pairs

NOTHING = '""'  # what Typst takes for an empty argument


def _each(names: str, form: str) -> dict[str, str]:
    return {f"\\{name}": form for name in names.split()}


# A form holds {a}, {b}: arguments that are formulas; {A}: one that is a name; {L}, {M},
# {N}: lengths; {P}: text with formulas in it. They are read in the order of their
# letters; {A:.0} is read and not printed. [..] before a form: an option may come first,
# and these values of it make no difference; {o} is what it says.
_ONE_ARGUMENT = pairs("""
    hat hat widehat hat tilde tilde widetilde tilde bar macron vec arrow dot dot
    ddot dot.double dddot dot.triple ddddot dot.quad check caron widecheck caron
    breve breve acute acute grave grave mathring circle overline overline
    underline underline underbar underline overparen overparen underparen underparen
    overrightarrow arrow overleftarrow arrow.l overleftrightarrow arrow.l.r
    boxed framed Aboxed framed phantom phantom hphantom phantom vphantom vphantom
    mathcal cal mathscr scr mathfrak frak frak frak mathbb bb Bbb bb mathbbm bb
    mathds bb boldsymbol bold bm bold pmb bold mathnormal italic mathop limits
    cramped cramped displaylimits limits""")
FORMS = {name: f"{function}({{a}})" for name, function in _ONE_ARGUMENT.items()}
FORMS |= _each("dfrac", "display(frac({a}, {b}))")
FORMS |= _each("tfrac sfrac nicefrac", "inline(frac({a}, {b}))")
FORMS |= _each("bra", "lr(\\⟨ {a} \\|)") | _each("ket", "lr(\\| {a} \\⟩)")
FORMS |= _each("braket", "lr(\\⟨ {a} \\⟩)") | _each("set", "\\{{ {a} \\}}")
FORMS |= _each("ketbra", "lr(\\| {a} \\⟩ \\⟨ {b} \\|)")
FORMS |= _each("hspace mspace", "#space({L})")
FORMS |= _each("mathrlap crampedrlap", "[]lapped(#0, {a})")
FORMS |= _each("mathllap crampedllap", "[]lapped(#1, {a})")
FORMS |= _each("mathclap crampedclap", "[]lapped(#.5, {a})")
FORMS |= _each("rlap textrlap", "lapped(#0, {P})")
FORMS |= _each("llap textllap", "lapped(#1, {P})")
FORMS |= _each("clap textclap", "lapped(#.5, {P})")
FORMS |= _each("mathinner vcenter vtop vbox mathmbox", "{a}")
FORMS |= _each("mathmakebox", "[][]{a}") | _each("makebox framebox", "[][]{P}")
FORMS |= _each("require class cssId style data vspace newcolumntype", "{A:.0}")
FORMS |= _each("mathtoolsset usetagform", "{A:.0}")
FORMS |= _each("MoveEqLeft shoveright shoveleft", "[]")
FORMS |= _each(  # without meaning on paper
    "nonumber notag allowbreak goodbreak badbreak break / relax nobreak nonscript "
    "begingroup endgroup bgroup egroup strut mathstrut xmathstrut noindent hfil "
    "normalfont null", ""
)  # fmt: skip
FORMS |= {
    "\\,": "thin", "\\thinspace": "thin", "\\:": "med", "\\>": "med", "\\;": "thick",
    "\\quad": "quad", "\\hfill": "quad", "\\qquad": "wide", "\\!": "#h(-.1667em)",
    "\\negthinspace": "#h(-.1667em)", "\\ ": "#h(.25em)", "~": "#h(.25em)",
    "\\\n": "#h(.25em)", "\\enspace": "#h(.5em)", "\\medspace": "med",
    "\\thickspace": "thick", "\\space": "#h(.25em)", "\\enskip": "#h(.5em)",
    "\\negmedspace": "#h(-.2222em)", "\\negthickspace": "#h(-.2778em)",
    "\\nobreakspace": "#h(.25em)", "\\smash": "[t b tb bt]",
    "\\frac": "frac({a}, {b})", "\\binom": "binom({a}, {b})",
    "\\cfrac": "[l c r]continued({o}, {a}, {b})",
    "\\dbinom": "display(binom({a}, {b}))", "\\tbinom": "inline(binom({a}, {b}))",
    "\\splitfrac": "mat(inline({a}) &; & inline({b}))",
    "\\splitdfrac": "mat(display({a}) &; & display({b}))",
    "\\overbrace": "limits(overbrace({a}))", "\\underbrace": "limits(underbrace({a}))",
    "\\overbracket": "[][]limits(overbracket({a}))",
    "\\underbracket": "[][]limits(underbracket({a}))",
    "\\overset": "attach(limits({b}), t: {a})",
    "\\underset": "attach(limits({b}), b: {a})",
    "\\overunderset": "attach(limits({c}), t: {a}, b: {b})",
    "\\stackrel": 'class("relation", attach(limits({b}), t: {a}))',
    "\\stackbin": 'class("binary", attach(limits({b}), t: {a}))',
    "\\prescript": "attach({c}, tl: {a}, bl: {b})",
    "\\underleftarrow": "underarrow(←, {a})",
    "\\underrightarrow": "underarrow(→, {a})",
    "\\underleftrightarrow": "underarrow(↔, {a})",
    "\\utilde": 'underaccent("\u0330", {a})',
    "\\undertilde": 'underaccent("\u0330", {a})',
    "\\cancel": "[]cancel({a})", "\\bcancel": "[]cancel({a}, inverted: #true)",
    "\\xcancel": "[]cancel({a}, cross: #true)", "\\fbox": "framed({P})",
    "\\sout": "struck({a})", "\\centernot": "cancel({a}, length: #.9em)",
    "\\cancelto": "[]attach(cancel({b}), t: {a})",
    "\\raisebox": "raised({L}, {P})", "\\rule": "[0pt]filled({o}, {L}, {M})",
    "\\Rule": "[]blockof({L}, {M}, {N})",
    "\\Space": "[]phantom(blockof({L}, {M}, {N}))",
    "\\varliminf": 'underline(op("lim"))', "\\varlimsup": 'overline(op("lim"))',
    "\\varinjlim": 'underlimit(→)', "\\varprojlim": 'underlimit(←)',
    "\\TeX": 'words("TeX")', "\\LaTeX": 'words("LaTeX")',
    "\\href": "closedup(#link({A}, ${b}$))",
    "\\eqref": "closedup(#equation-reference({A}))",
    "\\ref": "closedup(#equation-reference({A}, brackets: false))",
    "\\refeq": "closedup(#equation-reference({A}, brackets: false))",
    # Typst takes every bar for a fence.
    "\\mathrel": 'class("relation", {a})', "\\mathbin": 'class("binary", {a})',
    "\\mathpunct": 'class("punctuation", {a})', "\\mathord": 'class("normal", {a})',
    "\\mathopen": 'class("opening", {a})',
    "\\mathclose": 'class("closing", {a})', "|": 'class("normal", \\|)',
    "\\vert": 'class("normal", \\|)', "\\|": 'class("normal", ‖)',
    "\\Vert": 'class("normal", ‖)', "\\lvert": 'class("opening", \\|)',
    "\\rvert": 'class("closing", \\|)', "\\lVert": 'class("opening", ‖)',
    "\\rVert": 'class("closing", ‖)', "\\arrowvert": 'class("normal", \\|)',
    "\\Arrowvert": 'class("normal", ‖)', "\\vdotswithin": "within({a})",
    "\\bmod": 'class("binary", op("mod"))', "\\mod": 'quad op("mod") thin {a}',
    "\\pod": "quad \\( {a} \\)", "\\pmod": 'quad \\( op("mod") thin {a} \\)',
    "\\idotsint": "∫ ⋯ ∫", "\\And": "thick \\& thick",
    "\\implies": "thick ⟹ thick", "\\impliedby": "thick ⟸ thick",
    "\\iff": "thick ⟺ thick",
    "-": "\N{MINUS SIGN}", "*": "\N{ASTERISK OPERATOR}",
    **{name: f"bb({name[-1]})" for name in ("\\R", "\\N", "\\Z", "\\Q", "\\C")},
}  # fmt: skip
# Alphabets in which a word is a name, not a product of letters.
WORD_FONTS = pairs("""
    mathrm upright mathup upright mathbf bold mathit italic mathsf sans mathtt mono
    symbf bold symrm upright symup upright symit italic symsf sans symtt mono""")
# Commands that act on the rest of their group. Bold and sans stand upright, as in TeX.
SWITCHES = pairs(
    """
    displaystyle display( textstyle inline( scriptstyle script( scriptscriptstyle
    sscript( bf upright(bold( bfseries upright(bold( rm upright( it italic( mit italic(
    sf upright(sans( tt mono( cal cal( frak frak( Bbb bb( boldmath bold(
    Tiny sized(.5, tiny sized(.5, scriptsize sized(.7, SMALL sized(.7, Small sized(.85,
    footnotesize sized(.8, small sized(.85, normalsize sized(1, large sized(1.2,
    Large sized(1.44, LARGE sized(1.73, huge sized(2.07, Huge sized(2.49,
    HUGE sized(2.49,""".replace("sized(", "sized(#")
)
# Text: how it is set, by commands with an argument and by those for what follows.
_BOLD, _SLANTED = {"weight": '"bold"'}, {"style": '"italic"'}
_UPRIGHT = {"weight": '"regular"', "style": '"normal"'}
TEXTS = (
    {f"\\{name}": {} for name in ("text", "mbox", "hbox", "textup", "textmd")}
    | {f"\\{name}": _UPRIGHT for name in ("textrm", "textnormal")}
    | {f"\\{name}": _SLANTED for name in ("textit", "emph", "textsl")}
    | {"\\textbf": _BOLD, "\\texttt": {"font": "#code-face", "size": "#.8em"}}
    | {"\\textsf": {"sans": "#true"}, "\\textsc": {"features": '#("smcp",)'}}
)
TEXT_SWITCHES = {
    "\\bf": _BOLD, "\\bfseries": _BOLD, "\\it": _SLANTED, "\\itshape": _SLANTED,
    "\\em": _SLANTED, "\\sl": _SLANTED, "\\rm": _UPRIGHT, "\\tt": TEXTS["\\texttt"],
    "\\ttfamily": TEXTS["\\texttt"], "\\sf": TEXTS["\\textsf"],
}  # fmt: skip
ARROWS = pairs("""
    xrightarrow → xleftarrow ← xRightarrow ⇒ xLeftarrow ⇐ xleftrightarrow ↔
    xmapsto ↦ xLeftrightarrow ⇔ xhookrightarrow ↪ xhookleftarrow ↩ xlongequal =
    xtwoheadrightarrow ↠ xtwoheadleftarrow ↞ xrightharpoonup ⇀ xrightharpoondown ⇁
    xleftharpoonup ↼ xleftharpoondown ↽ xrightleftharpoons ⇌ xleftrightharpoons ⇋
    xtofrom ⇄ xlongrightarrow ⟶ xlongleftarrow ⟵ xLongrightarrow ⟹
    xLongleftarrow ⟸""")
_SIZES = {"big": "1.2em", "Big": "1.8em", "bigg": "2.4em", "Bigg": "3em"}
_SIDES = {"l": "opening", "r": "closing", "m": "relation", "": "normal"}
# \bigl, \Bigr and the like: how high the delimiter is, and on which side it stands.
BIG = {
    f"\\{size}{side}": (_SIZES[size], _SIDES[side])
    for size in _SIZES
    for side in _SIDES
}
_OPERATORS = _each(
    "log ln lg exp sin cos tan cot sec csc sinh cosh tanh coth arcsin arccos arctan "
    "arg deg dim hom ker sgn erf", ""
) | _each(
    "lim max min sup inf liminf limsup injlim projlim det gcd Pr argmax argmin",
    ", limits: #true",
)  # fmt: skip
_TWO_WORDS = {"liminf": "lim\u2009inf", "limsup": "lim\u2009sup"} | {
    "injlim": "inj\u2009lim", "projlim": "proj\u2009lim",
}  # fmt: skip


def symbol(command: str) -> str:
    r"""Return Typst's maths for a symbol or function, or '' if a command is neither.

    Examples
    --------
    >>> symbol(r"\sum"), symbol(r"\max"), symbol(r"\nosuch")
    ('∑', 'op("max", limits: #true)', '')
    """
    if command in _OPERATORS:
        name = _TWO_WORDS.get(command[1:], command[1:])
        return f"op({string(name)}{_OPERATORS[command]})"
    if command in UPRIGHT:
        return f"upright({UPRIGHT[command]})"
    return character(SYMBOLS[command]) if command in SYMBOLS else ""


def character(sign: str) -> str:
    """Return one character as maths: itself, and nothing that Typst gives a meaning.

    ASCII signs have one each; brackets, even those of Unicode, must match; roots want
    an argument.
    """
    if sign in "√∛∜":
        return f'class("normal", {string(sign)})'
    special = sign.isascii() and not sign.isalnum()
    return f"\\{sign}" if special or category(sign) in ("Ps", "Pe") else sign


def negated(symbol: str) -> str:
    """Return a symbol struck out, as one character where Unicode has it."""
    struck = normalize("NFC", symbol.lstrip("\\") + "\u0338")
    return struck if len(struck) == 1 else f"cancel({symbol})"
